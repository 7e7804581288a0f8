//! Viewing grants: who else may ask what concerns somebody's liquidity.
//!
//! ```text
//!   GrantView (to, account or all, from, to) ──▶ row ──▶ signed questions of the other are answered (`inquiry`)
//!                                                 └── RevokeView by either side, or time ──▶ no longer
//! ```
//! Every node executes and so sees every row; a grant is about what a node tells to whoever asks it. Spec: ledger 3.2, 3.3.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, ParticipantId};

use crate::{account::store::place, ledger::Ledger, objects::Object, tables::Table};

pub(crate) mod grant_view;
pub(crate) mod revoke_view;

/// Grants that one participant may ever have given.
pub(crate) const GRANTS_PER_PARTICIPANT_MAX: usize = 1_024;

/// A viewing grant, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Whose affairs they are.
    pub by: ParticipantId,
    /// Who may see them.
    pub to: ParticipantId,
    /// Which account; `None` for all that the giver owns, those to come too.
    pub account: Option<AccountId>,
    /// From when.
    pub from: BlockTime,
    /// Until when; the time of its end once it is revoked.
    pub until: BlockTime,
}

impl Object for Grant {
    const TABLE: Table = Table::Grants;
    const ROWS_MAX: u64 = 1 << 20;
    /// By giver, receiver and row.
    type Index = BTreeMap<(ParticipantId, ParticipantId, u64), ()>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.by, self.to, id), ());
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        ledger.participant(self.by).is_some()
            && ledger.participant(self.to).is_some()
            && self.account.is_none_or(known)
    }
}

impl Ledger {
    /// All grants that a participant gave.
    pub(crate) fn grants_by(&self, by: ParticipantId) -> impl Iterator<Item = u64> + '_ {
        let all = (by, ParticipantId(0), 0)..=(by, ParticipantId(u32::MAX), u64::MAX);
        let index = self.products.grants.index();
        index.range(all).map(|((_, _, id), ())| *id)
    }

    /// Whether the owner of an account lets somebody see it at `now`.
    pub(crate) fn is_granted(&self, to: ParticipantId, account: AccountId, now: BlockTime) -> bool {
        let Some(owner) = self.accounts.posting(place(account)).map(|it| it.owner) else {
            return false;
        };
        let all = (owner, to, 0)..=(owner, to, u64::MAX);
        let grants = &self.products.grants;
        let mut rows = grants
            .index()
            .range(all)
            .filter_map(|(key, ())| grants.get(key.2));
        rows.any(|it| {
            let speaks_of = it.account.is_none_or(|of| of == account);
            speaks_of && it.from <= now && now < it.until
        })
    }
}
