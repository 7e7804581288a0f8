//! Recalls: the payer's side asks for a settled payment back (camt.056); the payee's side pays it back or declines (camt.029).
//!
//! ```text
//!   RequestCancel ──▶ Open ─┬─AnswerCancel: pay back─▶ Returned: a payment of its own, linked to the old one     receipt: settled
//!                           ├─AnswerCancel: decline──▶ Declined                                               receipt: refused
//!                           ├─Cancel by who asked────▶ Withdrawn                                              receipt: cancelled
//!                           └─its expiry─────────────▶ Expired                                                receipt: refused
//! ```
//! What settled stays settled (ledger I5): money comes back by another payment that the payee signs. The original, a single payment or a leg of a bulk
//! payment or of an exchange, is proven by its own bytes, so amount and parties are certain; of one payment never more comes back, by recalls and disputes together, than it brought. Spec: ledger 3.3.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, identifiers::Uetr};

use crate::{
    account::store::place,
    ledger::Ledger,
    objects::Object,
    payment::evidence::{Original, OriginalKey},
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    text::Purpose,
    verb::Origin,
};

pub(crate) mod answer_cancel;
pub(crate) mod request_cancel;

/// How a recall stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum RecallState {
    /// Waits for the payee.
    Open = 0,
    /// So much came back, under this reference.
    Returned(Amount, Uetr) = 1,
    /// The payee will not pay back, for this reason.
    Declined(Purpose) = 2,
    /// Nobody answered in time.
    Expired = 3,
    /// Taken back by who asked.
    Withdrawn = 4,
}

/// A request for money back, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// Whose instruction it is.
    pub origin: Origin,
    /// Its reference.
    pub uetr: Uetr,
    /// The transfer that is asked back.
    pub original: Original,
    /// Why: an external cancellation reason code.
    pub reason: Purpose,
    /// Until when it may be answered.
    pub expires: BlockTime,
    /// How it stands.
    pub state: RecallState,
}

/// What recalls are looked up by.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecallIndex {
    by_uetr: BTreeMap<Uetr, u64>,
    /// Open ones, by the payment asked back.
    open: BTreeMap<OriginalKey, u64>,
    /// What came back of a payment.
    returned: BTreeMap<OriginalKey, u128>,
}

impl Object for Recall {
    const TABLE: Table = Table::Recalls;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = RecallIndex;

    fn enter(&self, id: u64, index: &mut RecallIndex) {
        index.by_uetr.insert(self.uetr, id);
        match self.state {
            RecallState::Open => {
                index.open.insert(self.original.key(), id);
            }
            RecallState::Returned(amount, _) => {
                let sum = index.returned.entry(self.original.key()).or_default();
                *sum = sum.saturating_add(amount.minor());
            }
            RecallState::Declined(_) | RecallState::Expired | RecallState::Withdrawn => {}
        }
    }

    fn leave(&self, _id: u64, index: &mut RecallIndex) {
        // A recall changes once, while it is open.
        index.open.remove(&self.original.key());
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == RecallState::Open).then_some(self.expires)
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        let outcome = Outcome::Refused(RejectReason::RecallExpired);
        ledger.end_recall(id, RecallState::Expired, outcome);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.original.debtor)
            && known(self.original.creditor)
            && ledger.participant(self.origin.sender).is_some()
    }
}

impl Ledger {
    /// The recall with this reference, while it is open.
    pub(crate) fn open_recall(&self, uetr: &Uetr) -> Result<(u64, &Recall), RejectReason> {
        let recalls = &self.products.recalls;
        let found = recalls.index().by_uetr.get(uetr);
        let (id, recall) = found
            .and_then(|id| Some((*id, recalls.get(*id)?)))
            .ok_or(RejectReason::RecallUnknown)?;
        match recall.state {
            RecallState::Open => Ok((id, recall)),
            RecallState::Returned(..)
            | RecallState::Declined(_)
            | RecallState::Expired
            | RecallState::Withdrawn => Err(RejectReason::RecallEnded),
        }
    }

    /// Whether a recall of this payment is open.
    pub(crate) fn is_recalled(&self, original: &OriginalKey) -> bool {
        self.products.recalls.index().open.contains_key(original)
    }

    /// What may still come back of a payment, in minor units.
    pub(crate) fn returnable(&self, original: &Original) -> u128 {
        let returned = &self.products.recalls.index().returned;
        let returned = returned.get(&original.key()).copied().unwrap_or(0);
        let awarded = self.awarded(&original.key());
        let gone = returned.saturating_add(awarded);
        original.amount.minor().saturating_sub(gone)
    }

    /// Ends an open recall and tells who asked.
    pub(crate) fn end_recall(&mut self, id: u64, state: RecallState, outcome: Outcome) {
        let origin = self.products.recalls.update(id, |it| {
            it.state = state;
            it.origin
        });
        if let Some(origin) = origin {
            self.answer(origin, outcome);
        }
    }
}
