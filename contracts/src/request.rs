//! Requests to pay (pain.013): a payee asks, the payer pays or declines (pain.014). The money moves by the payer's answer alone.
//!
//! ```text
//!   RequestToPay ──▶ Open ─┬─AnswerRequest: pay────▶ Paid (in whole, or in part where the payee allows it)   receipt: settled
//!                          ├─AnswerRequest: decline─▶ Declined                                              receipt: refused
//!                          ├─Cancel by the payee────▶ Withdrawn                                             receipt: cancelled
//!                          └─its expiry─────────────▶ Expired                                               receipt: refused
//! ```
//! Spec: ledger 3.3.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, Hash, identifiers::Uetr};

use crate::{
    account::store::place,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    text::{EndToEndId, Purpose},
    verb::Origin,
};

pub(crate) mod answer_request;
pub(crate) mod request_to_pay;

/// Milliseconds a request, or another question to a participant, may wait for its answer.
pub(crate) const ANSWER_MS_MAX: u64 = 92 * 86_400_000;

/// How a request stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum RequestState {
    /// Waits for the payer.
    Open = 0,
    /// So much was paid, under this reference.
    Paid(Amount, Uetr) = 1,
    /// The payer will not pay, for this reason.
    Declined(Purpose) = 2,
    /// Nobody answered in time.
    Expired = 3,
    /// Taken back by the payee.
    Withdrawn = 4,
}

/// A request to pay, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// Whose instruction it is.
    pub origin: Origin,
    /// Its reference.
    pub uetr: Uetr,
    /// Who asks to be paid.
    pub creditor: AccountId,
    /// Who is asked to pay.
    pub debtor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// Whether less may be paid.
    pub may_be_part: bool,
    /// The payee's reference for the payer.
    pub reference: EndToEndId,
    /// What for.
    pub purpose: Option<Purpose>,
    /// Hash of the invoice behind it.
    pub document: Option<Hash>,
    /// Until when it may be answered.
    pub expires: BlockTime,
    /// How it stands.
    pub state: RequestState,
}

impl Object for PaymentRequest {
    const TABLE: Table = Table::PaymentRequests;
    const ROWS_MAX: u64 = 1 << 23;
    type Index = BTreeMap<Uetr, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.uetr, id);
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == RequestState::Open).then_some(self.expires)
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        let outcome = Outcome::Refused(RejectReason::RequestExpired);
        ledger.end_request(id, RequestState::Expired, outcome);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.debtor)
            && known(self.creditor)
            && ledger.participant(self.origin.sender).is_some()
    }
}

/// Whether a question may wait for its answer until then.
pub(crate) fn check_answer_by(expires: BlockTime, now: BlockTime) -> Result<(), RejectReason> {
    if expires <= now || expires.0 > now.0.saturating_add(ANSWER_MS_MAX) {
        return Err(RejectReason::AnswerWindow);
    }
    Ok(())
}

impl Ledger {
    /// The request with this reference, while it is open.
    pub(crate) fn open_request(&self, uetr: &Uetr) -> Result<(u64, &PaymentRequest), RejectReason> {
        let requests = &self.products.payment_requests;
        let found = requests.index().get(uetr);
        let (id, request) = found
            .and_then(|id| Some((*id, requests.get(*id)?)))
            .ok_or(RejectReason::RequestUnknown)?;
        match request.state {
            RequestState::Open => Ok((id, request)),
            RequestState::Paid(..)
            | RequestState::Declined(_)
            | RequestState::Expired
            | RequestState::Withdrawn => Err(RejectReason::RequestAnswered),
        }
    }

    /// Ends an open request and tells the payee.
    pub(crate) fn end_request(&mut self, id: u64, state: RequestState, outcome: Outcome) {
        let origin = self.products.payment_requests.update(id, |it| {
            it.state = state;
            it.origin
        });
        if let Some(origin) = origin {
            self.answer(origin, outcome);
        }
    }
}
