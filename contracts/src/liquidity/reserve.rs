//! `Reserve`: the owner of an account keeps money for urgent payments.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, amount::AMOUNT_MAX, json};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    ledger::Ledger,
    liquidity::{queue::sweep, reservations::AccountReservation},
    objects::Object,
    payment::pay::PRIORITY_NORMAL,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Sets money aside for urgent payments, now and at every opening.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// Whose money.
    pub account: AccountId,
    /// Least urgent priority that may use it, more urgent than the normal one.
    pub class: u8,
    /// How much, in minor units; 0 lifts the reservation.
    #[serde(with = "json::text")]
    pub amount: u128,
}

impl Verb for Reserve {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.class >= PRIORITY_NORMAL {
            return Err(RejectReason::ReserveClass);
        }
        if self.amount > AMOUNT_MAX {
            return Err(RejectReason::LimitRange);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let account = ledger.accounts.posting(place(self.account));
        let account = account.ok_or(RejectReason::AccountUnknown)?;
        if !ledger.acts_for(call.sender(), self.account) {
            return Err(RejectReason::ReserveForbidden);
        }
        if account.kind == AccountKind::Issuance || account.status == AccountStatus::Closed {
            return Err(RejectReason::AccountFixed);
        }
        match ledger.products.reservations.index().get(&self.account) {
            Some(_) => Ok(()),
            None => ledger.products.reservations.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let row = AccountReservation {
            account: self.account,
            class: self.class,
            amount: self.amount,
            resets: ledger.next_opening(&call.moment),
        };
        let reservations = &mut ledger.products.reservations;
        let known = reservations.index().get(&self.account).copied();
        let id = match known {
            Some(id) => {
                reservations.update(id, |it| *it = row);
                id
            }
            None => reservations.add(row),
        };
        ledger.accounts.set_rules(place(self.account), |rules| {
            rules.terms.reserved = self.amount;
        });
        sweep(ledger, &call.moment, self.account);
        let table = AccountReservation::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
