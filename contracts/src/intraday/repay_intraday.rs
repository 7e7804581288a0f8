//! `RepayIntraday`: pays intraday credit back before it is taken.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use crate::{
    ledger::Ledger,
    payment::check_debtor,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Pays back what was drawn, overdue or not; a breaker does not stop it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepayIntraday {
    /// The account.
    pub account: AccountId,
    /// How much, at most what is drawn.
    pub amount: Amount,
}

impl RepayIntraday {
    fn row(&self, ledger: &Ledger, call: &Call) -> Result<u64, RejectReason> {
        if !ledger.acts_for(call.sender(), self.account) {
            return Err(RejectReason::DebtorForbidden);
        }
        let (id, row) = ledger
            .intraday(self.account)
            .ok_or(RejectReason::IntradayUnset)?;
        check_debtor(ledger, call.sender(), self.account, row.asset)?;
        if self.amount.minor() > row.drawn {
            return Err(RejectReason::IntradayAboveDrawn);
        }
        Ok(id)
    }
}

impl Verb for RepayIntraday {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.amount.is_zero() {
            true => Err(RejectReason::ZeroAmount),
            false => Ok(()),
        }
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.row(ledger, call).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let id = self.row(ledger, call)?;
        let headroom = ledger.headroom_for(self.account, 0);
        if self.amount.signed() > headroom {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.repay_intraday(id, self.account, self.amount.minor())?;
        ledger.use_reserved(self.account, 0, self.amount.minor());
        Ok(Outcome::Settled)
    }
}
