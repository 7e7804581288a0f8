//! `AgreeRestructuring`: the other party signs the proposed terms; the loan runs by them from today on.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::{LoanVersion, Replaced, VersionState, restructure_loan::run_by};
use crate::{
    collateral::Secured,
    ledger::Ledger,
    loan::{LoanTerms, Position},
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Agrees to proposed terms; the sender is the party that did not propose them.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreeRestructuring {
    /// The proposal's row.
    pub version: u64,
}

/// How a loan goes on.
struct Next {
    loan: u64,
    terms: LoanTerms,
    position: Position,
    replaced: Replaced,
}

impl AgreeRestructuring {
    fn next(&self, ledger: &Ledger, call: &Call) -> Result<Next, RejectReason> {
        let version = ledger.products.loan_versions.get(self.version);
        let is_open =
            |it: &&LoanVersion| it.state == VersionState::Proposed && call.moment.time < it.until;
        let version = version
            .filter(is_open)
            .ok_or(RejectReason::VersionNotProposed)?;
        let loan = run_by(ledger, call.sender(), version.loan)?;
        if version.by == call.sender() {
            return Err(RejectReason::VersionOwnProposal);
        }
        let day = call.moment.date;
        let old = ledger.contract(&loan.terms);
        let before = loan.position_on(&old.days, day);
        let capitalise = version.capitalise;
        let principal = before.restructured_principal(&old, day, capitalise);
        let stated = version.terms.principal.minor();
        let is_fit = principal > 0 && principal <= stated;
        if !is_fit || before.charged > version.terms.costs_max {
            return Err(RejectReason::RestructurePrincipal);
        }
        let terms = LoanTerms {
            principal: Amount::from_minor(principal)
                .map_err(|_| RejectReason::RestructurePrincipal)?,
            ..version.terms.clone()
        };
        let new = ledger.contract(&terms);
        new.check_schedule(day)?;
        let more = principal - before.principal_owed();
        if more > 0 {
            loan.check_line(ledger, more, &call.moment)?;
            let secured = Secured::Loan(version.loan);
            ledger.check_running_cover(secured, more, &call.moment)?;
        }
        Ok(Next {
            loan: version.loan,
            position: before.restructured(&old, &new, day, capitalise),
            terms: terms.clone(),
            replaced: Replaced {
                day,
                terms: loan.terms.clone(),
                position: before,
            },
        })
    }
}

impl Verb for AgreeRestructuring {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// The principal is not in the message, so the signing policy takes it for the largest.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.next(ledger, call).map(|_next| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let version = ledger.products.loan_versions.get(self.version);
        if let Some(loan) = version.map(|it| it.loan) {
            ledger.work_off(loan, &call.moment);
        }
        let next = self.next(ledger, call)?;
        let day = call.moment.date;
        ledger.products.loans.update(next.loan, |loan| {
            (loan.terms, loan.position) = (next.terms, next.position);
        });
        ledger.change_loan(next.loan, day, |_running| ());
        ledger.products.loan_versions.update(self.version, |it| {
            it.state = VersionState::Agreed;
            it.replaced = Some(Box::new(next.replaced));
        });
        ledger.serve_from_suspense(next.loan, day, &call.moment);
        ledger.loan_moved(next.loan, &call.moment);
        Ok(Outcome::Recorded {
            table: LoanVersion::TABLE,
            id: self.version,
        })
    }
}
