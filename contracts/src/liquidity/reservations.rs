//! Money of an account that only urgent payments may use.
//!
//! ```text
//!   Reserve{account, class, amount} ──▶ `reserved` of the account = amount, now and at every opening of a business day
//!   payment of the class or more urgent ──▶ may use all; what it takes is taken from the reserved part first
//!   anything else ──▶ must leave what is still reserved
//! ```
//! More may be reserved than there is: what comes in is then kept for the urgent ones first. Only single payments are urgent; bulk payments,
//! holds, earmarks and contracts count as of normal priority. Spec: ledger 3.2 (available), 4 (limits and reservations).

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, json};

use crate::{
    account::{
        AccountStatus,
        store::{GUARD_RESERVED, place},
    },
    ledger::Ledger,
    objects::Object,
    standing::Moment,
    tables::Table,
};

/// A reservation, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct AccountReservation {
    /// Whose money.
    pub account: AccountId,
    /// Least urgent priority that may use it.
    pub class: u8,
    /// Set aside at the opening of a business day, in minor units; 0 when it is lifted.
    #[serde(with = "json::text")]
    pub amount: u128,
    /// When it is set aside again.
    pub resets: BlockTime,
}

impl Object for AccountReservation {
    const TABLE: Table = Table::Reservations;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = BTreeMap<AccountId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.account, id);
    }

    fn due(&self) -> Option<BlockTime> {
        (self.amount > 0).then_some(self.resets)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let resets = ledger.next_opening(moment);
        let account = ledger.products.reservations.get(id).map(|it| it.account);
        let posting = account.and_then(|account| ledger.accounts.posting(place(account)));
        let is_closed = posting.is_none_or(|it| it.status == AccountStatus::Closed);
        let row = ledger.products.reservations.update(id, |it| {
            it.resets = resets;
            if is_closed {
                it.amount = 0;
            }
            *it
        });
        if let Some(row) = row {
            ledger.accounts.set_rules(place(row.account), |rules| {
                rules.terms.reserved = row.amount;
            });
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.accounts.posting(place(self.account)).is_some()
    }
}

impl Ledger {
    /// What is still reserved on an account for payments of a priority or more urgent ones; `None` when nothing is.
    pub(crate) fn reserved(&self, account: AccountId) -> Option<(u8, u128)> {
        let posting = self.accounts.posting(place(account))?;
        if posting.guards & GUARD_RESERVED == 0 {
            return None;
        }
        let id = *self.products.reservations.index().get(&account)?;
        let class = self.products.reservations.get(id)?.class;
        let reserved = self.accounts.rules(place(account))?.terms.reserved;
        Some((class, reserved))
    }

    /// How much a payment of a priority may take from an account now, in minor units.
    pub(crate) fn headroom_for(&self, account: AccountId, priority: u8) -> i128 {
        let posting = self.accounts.posting(place(account));
        let headroom = posting.map_or(0, |it| it.headroom());
        match self.reserved(account) {
            Some((class, reserved)) if priority <= class => {
                headroom.saturating_add_unsigned(reserved)
            }
            Some(_) | None => headroom,
        }
    }

    /// Takes what an urgent payment uses out of what is reserved.
    pub(crate) fn use_reserved(&mut self, account: AccountId, priority: u8, amount: u128) {
        let Some((class, _)) = self.reserved(account) else {
            return;
        };
        if priority <= class {
            self.accounts.set_rules(place(account), |rules| {
                rules.terms.reserved = rules.terms.reserved.saturating_sub(amount);
            });
        }
    }
}
