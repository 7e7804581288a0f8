//! `AmendLine`: a party of an open line signs other terms, which hold once the other party has agreed.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::BlockTime;

use super::{CreditLine, LineStatus, LineTerms, ProposedTerms, of_party};
use crate::{
    ledger::Ledger,
    loan::offer_loan::check_offer_until,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Proposes other terms; the sender is the lender or the borrower. It takes the place of what was proposed before.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendLine {
    /// The line's row.
    pub line: u64,
    /// What is to hold. A cap below what is used stops new use and recalls nothing.
    pub terms: LineTerms,
    /// Until when the other may agree (block time), at most 30 days ahead.
    pub offer_until: BlockTime,
}

impl Verb for AmendLine {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.terms.check()
    }

    fn amount(&self) -> u128 {
        self.terms.cap.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let line = of_party(ledger, call.sender(), self.line)?;
        let today = call.moment.date;
        if line.status != LineStatus::Open || line.terms.last_day < today {
            return Err(RejectReason::LineNotOpen);
        }
        check_offer_until(self.offer_until, call)?;
        self.terms.check_days(line.fee.start, today)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.change_line(self.line, &call.moment, |line| {
            line.revision = line.revision.saturating_add(1);
            line.proposed = Some(ProposedTerms {
                by: call.sender(),
                terms: self.terms,
                until: self.offer_until,
            });
        });
        Ok(Outcome::Recorded {
            table: CreditLine::TABLE,
            id: self.line,
        })
    }
}
