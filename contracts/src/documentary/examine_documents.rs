//! `ExamineDocuments`: the bank says in time whether a presentation complies, or what is wrong with it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Hash;

use super::{
    DISCREPANCIES_MAX,
    presentation::{Presentation, PresentationState},
};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Ends an examination; the sender is the issuing bank. With nothing listed and nothing found by the ledger the presentation complies and
/// is to be honoured; otherwise this is the one notice of refusal (article 16c), and the bank holds the documents.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamineDocuments {
    /// The presentation.
    pub presentation: u64,
    /// Hashes of the discrepancies, 16 at most; none when it complies.
    pub discrepancies: Vec<Hash>,
}

impl Verb for ExamineDocuments {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.discrepancies.len() > DISCREPANCIES_MAX {
            return Err(RejectReason::DiscrepanciesTooMany);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (presentation, credit) = ledger.presentation(self.presentation)?;
        if credit.bank != call.sender() {
            return Err(RejectReason::NotIssuingBank);
        }
        let open = presentation.state == PresentationState::Presented;
        if !open || call.moment.time >= presentation.decide_by {
            return Err(RejectReason::PresentationExamined);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger
            .products
            .presentations
            .update(self.presentation, |it| {
                it.listed.clone_from(&self.discrepancies);
                if it.found.is_empty() && it.listed.is_empty() {
                    it.state = PresentationState::Complying;
                } else {
                    it.state = PresentationState::Discrepant;
                    it.next = None;
                }
            });
        Ok(Outcome::Recorded {
            table: Presentation::TABLE,
            id: self.presentation,
        })
    }
}
