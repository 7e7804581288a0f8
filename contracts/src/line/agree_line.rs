//! `AgreeLine`: the other party signs what was proposed, the line itself or other terms of it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{CreditLine, LineFee, LineStatus, ProposedTerms, of_party};
use crate::{
    collateral::Secured,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Agrees to the terms that wait; the sender is the party that did not propose them.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreeLine {
    /// The line's row.
    pub line: u64,
    /// Which proposal: the revision that the line had when the sender read it.
    pub revision: u32,
}

impl AgreeLine {
    fn proposed(&self, ledger: &Ledger, call: &Call) -> Result<ProposedTerms, RejectReason> {
        let line = of_party(ledger, call.sender(), self.line)?;
        let today = call.moment.date;
        let is_live = match line.status {
            LineStatus::Offered => true,
            LineStatus::Open => today <= line.terms.last_day,
            LineStatus::Closed | LineStatus::Expired | LineStatus::Lapsed => false,
        };
        let proposed = line
            .proposed
            .filter(|it| is_live && call.moment.time < it.until);
        let proposed = proposed.filter(|_| self.revision == line.revision);
        let proposed = proposed.ok_or(RejectReason::LineNotProposed)?;
        if proposed.by == call.sender() {
            return Err(RejectReason::LineOwnProposal);
        }
        proposed.terms.check_days(line.fee.start, today)?;
        Ok(proposed)
    }
}

impl Verb for AgreeLine {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// The cap is not in the message, so the signing policy takes it for the largest.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.proposed(ledger, call).map(|_proposed| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let proposed = self.proposed(ledger, call)?;
        let today = call.moment.date;
        ledger.change_line(self.line, &call.moment, |line| {
            if line.status == LineStatus::Offered {
                // The line begins today and not on the day of the offer.
                line.status = LineStatus::Open;
                line.fee = LineFee {
                    start: today,
                    counted_to: today,
                    ..line.fee
                };
            }
            line.adopt(proposed.terms, today);
            line.proposed = None;
        });
        ledger.agree_to_cover(Secured::Line(self.line));
        Ok(Outcome::Recorded {
            table: CreditLine::TABLE,
            id: self.line,
        })
    }
}
