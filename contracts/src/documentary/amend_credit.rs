//! `AmendCredit`: applicant, bank or beneficiary propose other terms.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, ParticipantId};

use super::{
    credit::{Amendment, DocumentaryCredit},
    terms::CreditTerms,
};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Proposes an amendment; the sender is one of the three who must agree. Until all have, the old terms hold (article 10).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendCredit {
    /// The credit.
    pub credit: u64,
    /// What shall hold; the asset stays.
    pub terms: CreditTerms,
    /// Cash cover to be added.
    pub cover: Amount,
}

impl DocumentaryCredit {
    /// Those without whom the credit is neither amended nor cancelled (article 10a).
    pub(super) fn principals(&self) -> [ParticipantId; 3] {
        [self.applicant, self.bank, self.beneficiary]
    }

    /// Whether the credit may have these terms.
    pub(super) fn check_amended(&self, terms: &CreditTerms) -> Result<(), RejectReason> {
        if terms.asset != self.terms.asset {
            return Err(RejectReason::AmendmentAsset);
        }
        if terms.most() < self.drawn {
            return Err(RejectReason::AmendmentBelowDrawn);
        }
        Ok(())
    }
}

impl Verb for AmendCredit {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.terms.check_shape()
    }

    fn amount(&self) -> u128 {
        self.terms.most().minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let credit = ledger.credit(self.credit)?;
        if !credit.principals().contains(&call.sender()) {
            return Err(RejectReason::NotCreditParty);
        }
        self.terms.check_dates(call.moment.date)?;
        if !credit.state.is_bound() {
            return Err(RejectReason::CreditNotOpen);
        }
        if credit.amendment.is_some() {
            return Err(RejectReason::AmendmentPending);
        }
        credit.check_amended(&self.terms)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.credits.update(self.credit, |it| {
            it.revision = it.revision.saturating_add(1);
            it.amendment = Some(Amendment {
                terms: self.terms.clone(),
                cover: self.cover,
                agreed: vec![call.sender()],
            });
        });
        Ok(Outcome::Recorded {
            table: DocumentaryCredit::TABLE,
            id: self.credit,
        })
    }
}
