//! Holds: money promised to a creditor and set aside until it is posted, voided or expires (TigerBeetle's two-phase transfers).
//!
//! ```text
//!   Hold ──▶ Pending ─┬─PostHold──▶ Posted (in whole or part; the rest is free again)
//!                     ├─VoidHold──▶ Voided
//!                     └─time-out──▶ Expired                 at most one resolution; Σ pending debits = Σ pending credits = Σ open holds
//! ```
//! A promise is not withdrawn by who gave it: either side posts, the creditor's side alone voids, and time ends it.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, identifiers::Uetr};

use crate::{
    account::store::place, ledger::Ledger, liquidity::pending::Promised, objects::Object,
    reject::RejectReason, standing::Moment, tables::Table,
};

pub(crate) mod place_hold;
pub(crate) mod post_hold;
pub(crate) mod void_hold;

/// Milliseconds a hold may last.
pub(crate) const HOLD_MS_MAX: u64 = 366 * 86_400_000;

/// How a hold stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum HoldState {
    /// The money is set aside.
    Pending = 0,
    /// So much of it was paid, the rest is free.
    Posted(Amount) = 1,
    /// Given up by the creditor.
    Voided = 2,
    /// Ended by time.
    Expired = 3,
}

/// A hold, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldRow {
    /// Its reference, unique on the ledger.
    pub uetr: Uetr,
    /// Who placed it.
    pub sender: ParticipantId,
    /// Whose money is set aside.
    pub debtor: AccountId,
    /// For whom.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// Block time at which it ends by itself.
    pub expires: BlockTime,
    /// How it stands.
    pub state: HoldState,
}

/// What holds are looked up by.
#[derive(Clone, Debug, Default)]
pub(crate) struct HoldIndex {
    by_uetr: BTreeMap<Uetr, u64>,
    open: Promised,
}

impl HoldIndex {
    /// What open holds of one account set aside for another, in minor units.
    pub(crate) fn pending(&self, pair: (AccountId, AccountId)) -> u128 {
        self.open.pending(pair)
    }

    /// Those for whom open holds of an account set money aside.
    pub(crate) fn creditors_of(&self, debtor: AccountId) -> impl Iterator<Item = AccountId> + '_ {
        self.open.creditors_of(debtor)
    }
}

impl Object for HoldRow {
    const TABLE: Table = Table::Holds;
    const ROWS_MAX: u64 = 1 << 23;
    type Index = HoldIndex;

    fn enter(&self, id: u64, index: &mut HoldIndex) {
        index.by_uetr.insert(self.uetr, id);
        if self.state == HoldState::Pending {
            index.open.add(self.debtor, self.creditor, self.amount);
        }
    }

    fn leave(&self, _id: u64, index: &mut HoldIndex) {
        if self.state == HoldState::Pending {
            index.open.remove(self.debtor, self.creditor, self.amount);
        }
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == HoldState::Pending).then_some(self.expires)
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        ledger.release_hold(id, HoldState::Expired);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.debtor) && known(self.creditor) && ledger.participant(self.sender).is_some()
    }
}

impl Ledger {
    /// Sets money aside; the caller has checked that it is there and that the table has room.
    pub(crate) fn place_hold(&mut self, hold: HoldRow) -> u64 {
        self.set_aside(hold.debtor, hold.creditor, hold.amount.minor());
        self.products.holds.add(hold)
    }

    /// Sets money of one account aside for another; the caller keeps the row that says why.
    pub(crate) fn set_aside(&mut self, debtor: AccountId, creditor: AccountId, amount: u128) {
        self.accounts.set_rules(place(debtor), |rules| {
            rules.terms.debits_pending = rules.terms.debits_pending.saturating_add(amount);
        });
        self.accounts.set_rules(place(creditor), |rules| {
            rules.terms.credits_pending = rules.terms.credits_pending.saturating_add(amount);
        });
    }

    /// Frees what [`Ledger::set_aside`] set aside.
    pub(crate) fn free(&mut self, debtor: AccountId, creditor: AccountId, amount: u128) {
        self.accounts.set_rules(place(debtor), |rules| {
            rules.terms.debits_pending = rules.terms.debits_pending.saturating_sub(amount);
        });
        self.accounts.set_rules(place(creditor), |rules| {
            rules.terms.credits_pending = rules.terms.credits_pending.saturating_sub(amount);
        });
    }

    /// Ends an open hold and frees what it set aside.
    pub(crate) fn release_hold(&mut self, id: u64, state: HoldState) {
        let Some(hold) = self.products.holds.get(id).cloned() else {
            return;
        };
        assert!(
            hold.state == HoldState::Pending,
            "a hold ends once: {hold:?}"
        );
        self.free(hold.debtor, hold.creditor, hold.amount.minor());
        self.products.holds.update(id, |it| it.state = state);
    }

    /// The open hold with this reference.
    pub(crate) fn open_hold(&self, uetr: &Uetr) -> Result<(u64, &HoldRow), RejectReason> {
        let holds = &self.products.holds;
        let found = holds.index().by_uetr.get(uetr);
        let (id, hold) = found
            .and_then(|id| Some((*id, holds.get(*id)?)))
            .ok_or(RejectReason::HoldUnknown)?;
        match hold.state {
            HoldState::Pending => Ok((id, hold)),
            HoldState::Posted(_) => Err(RejectReason::HoldPosted),
            HoldState::Voided => Err(RejectReason::HoldVoided),
            HoldState::Expired => Err(RejectReason::HoldExpired),
        }
    }

    /// Whether a participant owns an account or sponsors its owner.
    pub(crate) fn acts_for(&self, sender: ParticipantId, account: AccountId) -> bool {
        let owner = self.accounts.posting(place(account)).map(|it| it.owner);
        owner.is_some_and(|owner| {
            let sponsor = self.participant(owner).and_then(|owner| owner.sponsor);
            owner == sender || sponsor == Some(sender)
        })
    }
}
