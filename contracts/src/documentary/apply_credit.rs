//! `ApplyCredit`: an applicant asks a bank to promise its supplier payment against documents.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, ParticipantId};

use super::{
    credit::{CreditState, DocumentaryCredit},
    terms::CreditTerms,
};
use crate::{
    backing::{Backing, BackingTerms},
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Applies for a credit; the sender is the applicant. With it the applicant agrees that cover is taken and its line used when the bank issues.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyCredit {
    /// The bank that shall issue it.
    pub bank: ParticipantId,
    /// Who shall be paid.
    pub beneficiary: ParticipantId,
    /// The bank that shall advise the beneficiary.
    pub adviser: ParticipantId,
    /// The applicant's account: where cover comes from and goes back to.
    pub account: AccountId,
    /// What is to be promised.
    pub terms: CreditTerms,
    /// What is to stand behind it.
    pub backing: BackingTerms,
}

impl Verb for ApplyCredit {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.terms.check_shape()?;
        if self.bank == self.beneficiary {
            return Err(RejectReason::CreditParties);
        }
        self.backing.check_shape()
    }

    fn amount(&self) -> u128 {
        self.terms.most().minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let applicant = call.sender();
        ledger.check_bound_parties(applicant, self.bank, self.beneficiary)?;
        ledger.check_active_bank(self.adviser)?;
        self.terms.check_dates(call.moment.date)?;
        ledger.check_own_account(applicant, self.account, self.terms.asset)?;
        ledger.products.credits.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let mut credit = DocumentaryCredit {
            applicant: call.sender(),
            bank: self.bank,
            beneficiary: self.beneficiary,
            adviser: self.adviser,
            applicant_account: self.account,
            bank_account: None,
            terms: self.terms.clone(),
            backing: Backing::agreed(self.backing),
            revision: 0,
            amendment: None,
            drawn: Amount::ZERO,
            pending: Amount::ZERO,
            state: CreditState::Applied,
            ends: None,
        };
        credit.ends = Some(ledger.day_after(ledger.last_day(&credit)));
        let id = ledger.products.credits.add(credit);
        Ok(Outcome::Recorded {
            table: DocumentaryCredit::TABLE,
            id,
        })
    }
}
