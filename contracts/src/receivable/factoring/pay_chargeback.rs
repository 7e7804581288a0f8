//! `PayChargeback`: the seller pays its factor what disputes took off beyond the holdback.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use super::proceeds::Entry;
use crate::{
    account::store::place,
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Pays what a portfolio's seller owes, or part of it; the sender is the seller.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayChargeback {
    /// The portfolio.
    pub portfolio: u64,
    /// The sender's account.
    pub account: AccountId,
    /// How much, at most what is owed.
    pub amount: Amount,
}

impl Verb for PayChargeback {
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
        let portfolio = ledger.portfolio(self.portfolio)?;
        let terms = ledger.factoring(portfolio.factoring)?;
        if terms.seller != call.sender() {
            return Err(RejectReason::NotSeller);
        }
        if self.amount > portfolio.owed {
            return Err(RejectReason::PaidAboveChargeback);
        }
        ledger.check_own_debit(self.account, terms.asset, call.sender())?;
        crate::payment::check_new_debit(
            ledger,
            call.sender(),
            self.account,
            terms.asset,
            self.amount.minor(),
        )?;
        ledger.check_payee(
            terms.account,
            terms.asset,
            terms.factor,
            self.amount.minor(),
        )
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let portfolio = ledger.portfolio(self.portfolio)?.factoring;
        let terms = ledger.factoring(portfolio)?.clone();
        if self.amount.minor() > ledger.payable_now(self.account) {
            return Err(RejectReason::InsufficientFunds);
        }
        let (from, to) = (place(self.account), place(terms.account));
        ledger.transfer(terms.asset, from, to, self.amount.minor())?;
        ledger.header.legs += 1;
        ledger.enter_portfolio(self.portfolio, Entry::Repaid(self.amount));
        Ok(Outcome::Recorded {
            table: Table::Portfolios,
            id: self.portfolio,
        })
    }
}
