//! `PayReceivable`: the debtor pays what is overdue, or part of it; every holder gets its share.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    receivable::{maturity, promise::PromiseState},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Pays on an overdue receivable; the sender is the debtor.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayReceivable {
    /// The receivable.
    pub receivable: u64,
    /// The debtor's account.
    pub account: AccountId,
    /// How much, at most what is owed.
    pub amount: Amount,
}

impl Verb for PayReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let promise = ledger.promise(self.receivable)?;
        if promise.debtor != call.sender() {
            return Err(RejectReason::NotDebtor);
        }
        if promise.state != PromiseState::Overdue {
            return Err(RejectReason::ReceivableNotOverdue);
        }
        if self.amount > promise.outstanding {
            return Err(RejectReason::PaidAboveOwed);
        }
        crate::payment::check_new_debit(
            ledger,
            call.sender(),
            self.account,
            promise.asset,
            self.amount.minor(),
        )?;
        ledger.check_own_debit(self.account, promise.asset, call.sender())?;
        ledger.check_payouts(&call.moment, promise.portions)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        if self.amount.minor() > ledger.payable_now(self.account) {
            return Err(RejectReason::InsufficientFunds);
        }
        let portions = ledger.promise(self.receivable)?.portions;
        ledger.spend_payouts(&call.moment, portions);
        maturity::pay(ledger, self.receivable, self.account, self.amount);
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id: self.receivable,
        })
    }
}
