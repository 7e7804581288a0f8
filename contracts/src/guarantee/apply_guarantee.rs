//! `ApplyGuarantee`: an applicant asks a bank to promise payment on demand to somebody else.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, ParticipantId};

use super::undertaking::{Guarantee, GuaranteeState, GuaranteeTerms};
use crate::{
    backing::{Backing, BackingTerms},
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Applies for a guarantee; the sender is the applicant. With it the applicant agrees that cover is taken and its line used when the bank issues.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyGuarantee {
    /// The bank that shall be bound.
    pub bank: ParticipantId,
    /// Who shall be able to demand.
    pub beneficiary: ParticipantId,
    /// The applicant's account: where cover comes from and goes back to.
    pub account: AccountId,
    /// What is to be promised.
    pub terms: GuaranteeTerms,
    /// What is to stand behind it.
    pub backing: BackingTerms,
}

impl Verb for ApplyGuarantee {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.terms.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.bank == self.beneficiary {
            return Err(RejectReason::CreditParties);
        }
        self.backing.check_shape()
    }

    fn amount(&self) -> u128 {
        self.terms.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let applicant = call.sender();
        ledger.check_bound_parties(applicant, self.bank, self.beneficiary)?;
        self.terms.check_dates(call.moment.date)?;
        ledger.check_own_account(applicant, self.account, self.terms.asset)?;
        ledger.products.guarantees.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let last = ledger.banking_day(self.terms.asset, self.terms.expires);
        let ends = Some(ledger.day_after(last));
        let id = ledger.products.guarantees.add(Guarantee {
            applicant: call.sender(),
            bank: self.bank,
            beneficiary: self.beneficiary,
            applicant_account: self.account,
            bank_account: None,
            terms: self.terms,
            backing: Backing::agreed(self.backing),
            amendment: None,
            paid: Amount::ZERO,
            pending: Amount::ZERO,
            state: GuaranteeState::Applied,
            ends,
        });
        Ok(Outcome::Recorded {
            table: Guarantee::TABLE,
            id,
        })
    }
}
