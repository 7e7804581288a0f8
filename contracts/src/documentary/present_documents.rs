//! `PresentDocuments`: the beneficiary draws under the credit, with hashes of its documents.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BusinessDate};

use super::{
    EXAMINATION_DAYS,
    credit::{CreditState, DocumentaryCredit},
    presentation::{
        Presentation, PresentationState, PresentedDocument, check_documents, find_discrepancies,
    },
};
use crate::{
    backing::{minus, plus},
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Presents documents; the sender is the beneficiary.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresentDocuments {
    /// The credit.
    pub credit: u64,
    /// The beneficiary's account, which is paid.
    pub account: AccountId,
    /// How much is drawn.
    pub amount: Amount,
    /// The day of shipment that the transport document states.
    pub shipped: Option<BusinessDate>,
    /// The documents, 1 to 32; a transport document has a mark, and no mark stands twice.
    pub documents: Vec<PresentedDocument>,
}

impl PresentDocuments {
    /// Whether so much may be drawn.
    fn check_drawing(&self, credit: &DocumentaryCredit) -> Result<(), RejectReason> {
        if self.amount > minus(credit.terms.most(), credit.drawn) {
            return Err(RejectReason::DrawingAboveCredit);
        }
        let single = !credit.terms.partial_drawings;
        if single && (!credit.drawn.is_zero() || self.amount < credit.terms.least()) {
            return Err(RejectReason::PartialDrawing);
        }
        Ok(())
    }

    fn credit<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<&'a DocumentaryCredit, RejectReason> {
        let credit = ledger.credit(self.credit)?;
        if credit.beneficiary != call.sender() {
            return Err(RejectReason::NotBeneficiary);
        }
        let today = call.moment.date;
        if credit.state != CreditState::Advised || today > ledger.last_day(credit) {
            return Err(RejectReason::CreditNotOpen);
        }
        self.check_drawing(credit)?;
        if self.shipped.is_some_and(|day| day > today) {
            return Err(RejectReason::ShippedLater);
        }
        let asset = credit.terms.asset;
        ledger.check_payee(self.account, asset, call.sender(), 0)?;
        let mut marks = 0;
        for mark in self.documents.iter().filter_map(|it| it.mark) {
            ledger.check_document_free(&mark.fingerprint())?;
            marks += 1;
        }
        ledger.products.documents.check_room_for(marks)?;
        ledger.products.presentations.check_room()?;
        Ok(credit)
    }
}

impl Verb for PresentDocuments {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        check_documents(&self.documents)
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.credit(ledger, call).map(|_credit| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let credit = self.credit(ledger, call)?;
        let (today, asset) = (call.moment.date, credit.terms.asset);
        let found = find_discrepancies(&credit.terms, &self.documents, self.shipped, today);
        let last = ledger.banking_days_after(asset, today, EXAMINATION_DAYS);
        let decide_by = ledger.day_after(last);
        let id = ledger.products.presentations.add(Presentation {
            credit: self.credit,
            account: self.account,
            amount: self.amount,
            shipped: self.shipped,
            documents: self.documents.clone(),
            presented: today,
            decide_by,
            found,
            listed: Vec::new(),
            precluded: false,
            maturity: None,
            state: PresentationState::Presented,
            next: Some(decide_by),
        });
        for mark in self.documents.iter().filter_map(|it| it.mark) {
            ledger.draw_document(&mark, asset, id);
        }
        ledger.products.credits.update(self.credit, |it| {
            it.drawn = plus(it.drawn, self.amount);
            it.pending = plus(it.pending, self.amount);
        });
        Ok(Outcome::Recorded {
            table: Presentation::TABLE,
            id,
        })
    }
}
