//! `AnswerAmendment`: one of the others agrees to an amendment, or anybody who must agree ends it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::credit::{Amendment, DocumentaryCredit};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Agrees to an amendment as a whole (article 10e), or rejects it or takes it back; the sender is applicant, bank or beneficiary. The last
/// agreement brings it into force, when what is to stand behind it is there.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerAmendment {
    /// The credit.
    pub credit: u64,
    /// Which amendment: the revision that the credit had when the sender read it.
    pub revision: u32,
    /// Whether the sender agrees.
    pub agree: bool,
}

impl AnswerAmendment {
    fn amendment<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a DocumentaryCredit, &'a Amendment), RejectReason> {
        let credit = ledger.credit(self.credit)?;
        if !credit.principals().contains(&call.sender()) {
            return Err(RejectReason::NotCreditParty);
        }
        let amendment = credit.amendment.as_ref();
        let amendment = amendment.filter(|_| self.revision == credit.revision);
        let amendment = amendment.ok_or(RejectReason::AmendmentUnknown)?;
        if !self.agree {
            return Ok((credit, amendment));
        }
        if amendment.agreed.contains(&call.sender()) {
            return Err(RejectReason::AmendmentAnswered);
        }
        if self.completes(amendment) {
            amendment.terms.check_dates(call.moment.date)?;
            credit.check_amended(&amendment.terms)?;
            let liability = credit.amended(amendment).liability();
            let (cover, sides) = (amendment.cover, credit.sides());
            ledger.check_backing(&credit.backing, liability, cover, &sides, &call.moment)?;
        }
        Ok((credit, amendment))
    }

    /// Whether this is the last agreement that is missing.
    fn completes(&self, amendment: &Amendment) -> bool {
        self.agree && amendment.agreed.len() == 2
    }
}

impl DocumentaryCredit {
    /// The credit with other terms in force.
    fn amended(&self, amendment: &Amendment) -> DocumentaryCredit {
        DocumentaryCredit {
            terms: amendment.terms.clone(),
            amendment: None,
            ..self.clone()
        }
    }
}

impl Verb for AnswerAmendment {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.amendment(ledger, call).map(|_amendment| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (credit, amendment) = self.amendment(ledger, call)?;
        let id = self.credit;
        if self.completes(amendment) {
            let mut amended = credit.amended(amendment);
            let (backing, sides, cover) = (credit.backing, credit.sides(), amendment.cover);
            amended.backing = ledger.back(&backing, amended.liability(), cover, &sides)?;
            amended.ends = Some(ledger.day_after(ledger.last_day(&amended)));
            ledger.products.credits.update(id, |it| *it = amended);
            ledger.trim_credit(id, &call.moment);
        } else {
            ledger.products.credits.update(id, |it| {
                it.amendment = it.amendment.take().filter(|_| self.agree);
                if let Some(amendment) = &mut it.amendment {
                    amendment.agreed.push(call.sender());
                    amendment.agreed.sort_unstable();
                }
            });
        }
        Ok(Outcome::Recorded {
            table: DocumentaryCredit::TABLE,
            id,
        })
    }
}
