//! One presentation: which documents came when, what was found, and what became of it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, BusinessDate, Hash};

use super::{
    DISCREPANCIES_MAX, PRESENTED_MAX,
    credit::DocumentaryCredit,
    terms::{CreditTerms, PresentedKind, Tenor},
};
use crate::{
    account::store::place, backing::minus, ledger::Ledger, objects::Object, registry::DocumentMark,
    reject::RejectReason, standing::Moment, tables::Table,
};

/// Where a presentation stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum PresentationState {
    /// The bank examines it.
    Presented = 1,
    /// The bank must honour it.
    Complying = 2,
    /// The bank has refused, and holds the documents.
    Discrepant = 3,
    /// The applicant takes it as it is; the bank may honour it.
    Waived = 4,
    /// The bank pays at maturity.
    Accepted = 5,
    /// The beneficiary has its money.
    Paid = 6,
    /// The documents went back.
    Returned = 7,
}

impl PresentationState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PresentationState::Presented => "presented",
            PresentationState::Complying => "complying",
            PresentationState::Discrepant => "discrepant",
            PresentationState::Waived => "waived",
            PresentationState::Accepted => "accepted",
            PresentationState::Paid => "paid",
            PresentationState::Returned => "returned",
        }
    }

    /// Whether the amount is neither paid nor free again.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        match self {
            PresentationState::Presented
            | PresentationState::Complying
            | PresentationState::Discrepant
            | PresentationState::Waived
            | PresentationState::Accepted => true,
            PresentationState::Paid | PresentationState::Returned => false,
        }
    }
}

/// What the ledger finds by itself.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Discrepancy {
    /// A document that the credit calls for is not there, or not as often.
    Missing(PresentedKind) = 0,
    /// Shipped after the last day of shipment.
    LateShipment = 1,
    /// Presented too long after shipment (article 14c).
    LatePresentation = 2,
    /// No day of shipment is stated, and the credit limits it.
    UndatedShipment = 3,
}

/// One document, as the ledger knows it.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct PresentedDocument {
    /// What it is.
    pub kind: PresentedKind,
    /// Hash of the document.
    pub hash: Hash,
    /// Its mark in the registry against double financing; a transport document has one.
    pub mark: Option<DocumentMark>,
}

/// One presentation, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// The credit.
    pub credit: u64,
    /// Where the beneficiary is paid.
    pub account: AccountId,
    /// How much is drawn.
    pub amount: Amount,
    /// The day of shipment that the transport document states.
    pub shipped: Option<BusinessDate>,
    /// The documents.
    pub documents: Vec<PresentedDocument>,
    /// The day of presentation.
    pub presented: BusinessDate,
    /// When the bank's time to examine ends.
    pub decide_by: BlockTime,
    /// What the ledger found.
    pub found: Vec<Discrepancy>,
    /// Hashes of what the bank lists.
    pub listed: Vec<Hash>,
    /// Whether the bank let its time pass and may not refuse any more (article 16f).
    pub precluded: bool,
    /// The day of payment, once the bank is bound to pay.
    pub maturity: Option<BusinessDate>,
    /// Where it stands.
    pub state: PresentationState,
    /// When time looks at it next.
    pub next: Option<BlockTime>,
}

/// Checks documents without any state.
///
/// # Errors
/// [`RejectReason::PresentedDocuments`].
pub(super) fn check_documents(documents: &[PresentedDocument]) -> Result<(), RejectReason> {
    let marks: Vec<_> = documents.iter().filter_map(|it| it.mark).collect();
    let twice =
        |(place, mark): (usize, &DocumentMark)| marks.iter().take(place).any(|it| it == mark);
    let unmarked =
        |it: &PresentedDocument| it.kind == PresentedKind::Transport && it.mark.is_none();
    let fit = (1..=PRESENTED_MAX).contains(&documents.len())
        && !documents.iter().any(unmarked)
        && !marks.iter().enumerate().any(twice);
    fit.then_some(()).ok_or(RejectReason::PresentedDocuments)
}

/// What follows from kinds and dates alone.
pub(super) fn find_discrepancies(
    terms: &CreditTerms,
    documents: &[PresentedDocument],
    shipped: Option<BusinessDate>,
    today: BusinessDate,
) -> Vec<Discrepancy> {
    let count = |kind| documents.iter().filter(|it| it.kind == kind).count();
    let missing = |it: &&super::RequiredDocument| count(it.kind) < usize::from(it.count);
    let missing = terms.documents.iter().filter(missing);
    let mut found: Vec<Discrepancy> = missing.map(|it| Discrepancy::Missing(it.kind)).collect();
    let Some(shipped) = shipped else {
        if terms.latest_shipment.is_some() {
            found.push(Discrepancy::UndatedShipment);
        }
        return found;
    };
    if terms.latest_shipment.is_some_and(|last| shipped > last) {
        found.push(Discrepancy::LateShipment);
    }
    if today.0 > shipped.0.saturating_add(u32::from(terms.presentation_days)) {
        found.push(Discrepancy::LatePresentation);
    }
    found
}

impl Object for Presentation {
    const TABLE: Table = Table::Presentations;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        self.next
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let Some(presentation) = ledger.products.presentations.get(id) else {
            return;
        };
        let presented = presentation.presented;
        if presentation.maturity.is_none() {
            let silent = presentation.state == PresentationState::Presented;
            ledger
                .products
                .presentations
                .update(id, |it| it.precluded = silent);
            ledger.bind_bank(id, presented, moment);
        }
        let presentation = ledger.products.presentations.get(id);
        match presentation.and_then(|it| it.maturity) {
            Some(day) if day <= moment.date => ledger.pay_by_rule(id, moment),
            // Bound just now, for a later day.
            Some(_) | None => {}
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.products.credits.get(self.credit).is_some()
            && ledger.accounts.posting(place(self.account)).is_some()
            && self.documents.len() <= PRESENTED_MAX
            && self.listed.len() <= DISCREPANCIES_MAX
    }
}

impl Ledger {
    pub(crate) fn presentation(
        &self,
        id: u64,
    ) -> Result<(&Presentation, &DocumentaryCredit), RejectReason> {
        let presentation = self.products.presentations.get(id);
        let presentation = presentation.ok_or(RejectReason::PresentationUnknown)?;
        Ok((presentation, self.credit(presentation.credit)?))
    }

    /// The bank is bound to pay: at sight today, or so many days after `from`.
    pub(super) fn bind_bank(&mut self, id: u64, from: BusinessDate, moment: &Moment) {
        let Ok((_, credit)) = self.presentation(id) else {
            return;
        };
        let (tenor, asset) = (credit.terms.tenor, credit.terms.asset);
        let (state, day) = match tenor {
            Tenor::Sight => (PresentationState::Complying, moment.date),
            Tenor::Usance(days) => {
                let day = BusinessDate(from.0.saturating_add(u32::from(days)));
                (PresentationState::Accepted, day)
            }
        };
        let maturity = self.banking_day(asset, day);
        let opens = self.parameters.opening(maturity);
        let soon = BlockTime(moment.time.0.saturating_add(1));
        self.products.presentations.update(id, |it| {
            it.state = state;
            it.maturity = Some(maturity);
            it.next = Some(opens.max(soon));
        });
    }

    /// Pays what is due out of the bank's account, or tries again as the next day opens.
    fn pay_by_rule(&mut self, id: u64, moment: &Moment) {
        let Ok((presentation, credit)) = self.presentation(id) else {
            return;
        };
        let (to, due, asset) = (
            presentation.account,
            presentation.amount,
            credit.terms.asset,
        );
        let from = credit.bank_account;
        if let Some(from) = from.filter(|from| self.pay_when_possible(*from, to, asset, due)) {
            self.drawing_paid(id, from, moment);
        } else {
            let next = self.day_after(moment.date);
            let later = |it: &mut Presentation| it.next = Some(next);
            self.products.presentations.update(id, later);
        }
    }

    /// The beneficiary has its money.
    pub(super) fn drawing_paid(&mut self, id: u64, from: AccountId, moment: &Moment) {
        let paid = self.products.presentations.update(id, |it| {
            it.state = PresentationState::Paid;
            it.next = None;
            (it.credit, it.amount)
        });
        if let Some((credit, amount)) = paid {
            self.credit_paid(credit, amount, from, moment);
        }
    }

    /// The documents go back: the amount can be drawn again, and the registry knows nothing of them any more.
    pub(super) fn give_documents_back(&mut self, id: u64, moment: &Moment) {
        let Some(presentation) = self.products.presentations.get(id).cloned() else {
            return;
        };
        for mark in presentation.documents.iter().filter_map(|it| it.mark) {
            self.drop_document(&mark.fingerprint());
        }
        self.products.presentations.update(id, |it| {
            it.state = PresentationState::Returned;
            it.next = None;
        });
        self.products.credits.update(presentation.credit, |it| {
            it.drawn = minus(it.drawn, presentation.amount);
            it.pending = minus(it.pending, presentation.amount);
        });
        self.trim_credit(presentation.credit, moment);
    }
}
