//! `RestructureLoan`: a party signs other terms for a running loan, which hold once the other party agrees.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, ParticipantId};

use super::{LoanVersion, VersionState};
use crate::{
    ledger::Ledger,
    loan::{Loan, LoanStatus, LoanTerms, offer_loan::check_offer_until},
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Proposes other terms; the sender is the lender or the borrower. It takes the place of what was proposed before.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestructureLoan {
    /// The loan's row.
    pub loan: u64,
    /// What is to hold from the day of the agreement: no fee and nothing to draw. The principal is then what is owed, and at most the one stated here.
    pub terms: LoanTerms,
    /// Whether unpaid interest becomes principal; otherwise it falls due on the day of the agreement.
    pub capitalise: bool,
    /// Until when the other party may agree (block time), at most 30 days ahead.
    pub offer_until: BlockTime,
}

/// A running loan of which `sender` is lender or borrower.
pub(super) fn run_by(
    ledger: &Ledger,
    sender: ParticipantId,
    id: u64,
) -> Result<&Loan, RejectReason> {
    let loan = ledger.products.loans.get(id);
    let loan = loan.ok_or(RejectReason::LoanUnknown)?;
    if loan.status != LoanStatus::Active {
        return Err(RejectReason::LoanNotOpen);
    }
    if loan.lender != sender && loan.borrower != sender {
        return Err(RejectReason::PartyOnly);
    }
    Ok(loan)
}

impl Verb for RestructureLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.terms.check()?;
        let is_drawn = self.terms.is_paid_out_at_once();
        let is_plain = self.terms.fee == 0 && is_drawn;
        is_plain.then_some(()).ok_or(RejectReason::RestructureTerms)
    }

    fn amount(&self) -> u128 {
        self.terms.principal.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let loan = run_by(ledger, call.sender(), self.loan)?;
        check_offer_until(self.offer_until, call)?;
        ledger.check_loan_calendar(&self.terms)?;
        // Interest of a syndicate belongs to who held a share in its period, principal to who holds one today.
        let adds = self.capitalise || self.terms.kind.grows();
        if adds && ledger.syndicate_of(self.loan).is_some() {
            return Err(RejectReason::SyndicateInterest);
        }
        if let Some(line) = loan.line {
            if self.terms.kind.grows() {
                return Err(RejectReason::LoanGrows);
            }
            let line = ledger.products.lines.get(line);
            let most = self.terms.rate_at_most();
            if line.is_some_and(|line| most > line.terms.rate_max) {
                return Err(RejectReason::LineRate);
            }
        }
        ledger.products.loan_versions.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let versions = &mut ledger.products.loan_versions;
        if let Some(earlier) = versions.index().get(&self.loan).copied() {
            versions.update(earlier, |it| it.state = VersionState::Superseded);
        }
        let id = versions.add(LoanVersion {
            loan: self.loan,
            by: call.sender(),
            terms: self.terms.clone(),
            capitalise: self.capitalise,
            until: self.offer_until,
            state: VersionState::Proposed,
            replaced: None,
        });
        Ok(Outcome::Recorded {
            table: LoanVersion::TABLE,
            id,
        })
    }
}
