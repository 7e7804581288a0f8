//! `DemandPayment`: the beneficiary demands, with a statement and hashes of its documents; it may leave the choice to extend.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BusinessDate, Hash};

use super::{
    DEMAND_DOCUMENTS_MAX,
    demand::{Demand, DemandState},
    undertaking::Guarantee,
};
use crate::{
    backing::{minus, plus},
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Demands payment; the sender is the beneficiary.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandPayment {
    /// The guarantee.
    pub guarantee: u64,
    /// The beneficiary's account, which is paid.
    pub account: AccountId,
    /// How much is demanded.
    pub amount: Amount,
    /// Hash of the statement of what the applicant failed to do.
    pub statement: Hash,
    /// Hashes of the documents, 32 at most.
    pub documents: Vec<Hash>,
    /// Until when the guarantee may last instead of being paid; none for a plain demand.
    pub extend_to: Option<BusinessDate>,
}

impl DemandPayment {
    fn guarantee<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<&'a Guarantee, RejectReason> {
        let guarantee = ledger.guarantee(self.guarantee)?;
        if guarantee.beneficiary != call.sender() {
            return Err(RejectReason::NotBeneficiary);
        }
        let guarantee = ledger.issued_guarantee(self.guarantee)?;
        let (today, terms) = (call.moment.date, guarantee.terms);
        if today > ledger.banking_day(terms.asset, terms.expires) {
            return Err(RejectReason::GuaranteeNotOpen);
        }
        if self.amount > minus(guarantee.available(), guarantee.pending) {
            return Err(RejectReason::DemandAboveGuarantee);
        }
        if self.extend_to.is_some_and(|day| day <= terms.expires) {
            return Err(RejectReason::ExtensionShorter);
        }
        ledger.check_payee(self.account, terms.asset, call.sender(), 0)?;
        ledger.products.demands.check_room()?;
        Ok(guarantee)
    }
}

impl Verb for DemandPayment {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.documents.len() > DEMAND_DOCUMENTS_MAX {
            return Err(RejectReason::DemandDocuments);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.guarantee(ledger, call).map(|_guarantee| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let terms = self.guarantee(ledger, call)?.terms;
        let (today, days) = (call.moment.date, terms.rules.examination_days());
        let last = ledger.banking_days_after(terms.asset, today, days);
        let decide_by = ledger.day_after(last);
        let id = ledger.products.demands.add(Demand {
            guarantee: self.guarantee,
            account: self.account,
            amount: self.amount,
            statement: self.statement,
            documents: self.documents.clone(),
            extend_to: self.extend_to,
            extension_agreed: Vec::new(),
            presented: today,
            decide_by,
            faults: Vec::new(),
            precluded: false,
            state: DemandState::Presented,
            next: Some(decide_by),
        });
        let demanded = |it: &mut Guarantee| it.pending = plus(it.pending, self.amount);
        ledger.products.guarantees.update(self.guarantee, demanded);
        Ok(Outcome::Recorded {
            table: Demand::TABLE,
            id,
        })
    }
}
