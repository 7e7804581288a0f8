//! `CloseLine`: a party gives a line up; what is used stays used until it is given back.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{CreditLine, LineStatus, of_party};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Closes a line, or takes its offer back; the sender is the borrower, or the lender of a line that bears no commitment fee.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseLine {
    /// The line's row.
    pub line: u64,
}

impl Verb for CloseLine {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// Giving a line up is measured as the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let line = of_party(ledger, call.sender(), self.line)?;
        let is_lender = line.lender == call.sender();
        match line.status {
            LineStatus::Offered => Ok(()),
            LineStatus::Open if line.terms.last_day < call.moment.date => {
                Err(RejectReason::LineNotOpen)
            }
            // Who takes a fee for a promise keeps it.
            LineStatus::Open if is_lender && line.terms.fee_rate > 0 => {
                Err(RejectReason::LineCommitted)
            }
            LineStatus::Open => Ok(()),
            LineStatus::Closed | LineStatus::Expired | LineStatus::Lapsed => {
                Err(RejectReason::LineNotOpen)
            }
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.change_line(self.line, &call.moment, |line| {
            line.end(LineStatus::Closed, call.moment.date);
        });
        Ok(Outcome::Recorded {
            table: CreditLine::TABLE,
            id: self.line,
        })
    }
}
