//! A debtor's promise: one row for every receivable that was issued, whatever became of it.
//!
//! ```text
//!   Issued ─accept─▶ Accepted ──due──▶ Paid
//!     ├─reject──▶ Rejected  │  └─short──▶ Overdue ──paid later──▶ Paid
//!     └withdraw▶ Withdrawn  └─cancel (one holder of all)──▶ Cancelled
//! ```
//! The promise holds what all its portions have in common; outstanding is always the sum of their claims (I14).

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId};

use crate::{
    ledger::Ledger, objects::Object, registry::DocumentMark, standing::Moment, tables::Table,
};

/// Where a promise stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum PromiseState {
    /// The creditor claims it; the debtor has not answered.
    Issued = 1,
    /// The debtor is bound, irrevocably.
    Accepted = 2,
    /// The debtor said no.
    Rejected = 3,
    /// The creditor took it back before an answer.
    Withdrawn = 4,
    /// The one holder of all of it gave it up.
    Cancelled = 5,
    /// Nothing is owed any more.
    Paid = 6,
    /// Due, and something is still owed.
    Overdue = 7,
}

impl PromiseState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PromiseState::Issued => "issued",
            PromiseState::Accepted => "accepted",
            PromiseState::Rejected => "rejected",
            PromiseState::Withdrawn => "withdrawn",
            PromiseState::Cancelled => "cancelled",
            PromiseState::Paid => "paid",
            PromiseState::Overdue => "overdue",
        }
    }

    /// Whether the debtor owes something.
    #[must_use]
    pub const fn is_owed(self) -> bool {
        matches!(self, PromiseState::Accepted | PromiseState::Overdue)
    }
}

/// One promise, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// To whom it was made first.
    pub creditor: ParticipantId,
    /// Who owes it.
    pub debtor: ParticipantId,
    /// In what.
    pub asset: AssetId,
    /// How much was promised, never changed.
    pub face: Amount,
    /// How much is still owed: the sum of the claims of its live portions.
    pub outstanding: Amount,
    /// The business date on which it is due, never changed.
    pub due: BusinessDate,
    /// Marks of the documents behind it.
    pub documents: Vec<DocumentMark>,
    /// Hash of the contract behind it.
    pub contract: Hash,
    /// Where the creditor is paid.
    pub creditor_account: AccountId,
    /// What the debtor pays from; known from acceptance on.
    pub debtor_account: Option<AccountId>,
    /// Where it stands.
    pub state: PromiseState,
    /// Whether the debtor disputes it: then nothing moves until that is resolved.
    pub disputed: bool,
    /// Live portions.
    pub portions: u32,
    /// When the ledger pays it next by itself.
    pub settles: Option<BlockTime>,
}

impl Object for Promise {
    const TABLE: Table = Table::Promises;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        self.settles
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        super::maturity::fall_due(ledger, moment, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.creditor).is_some()
            && ledger.participant(self.debtor).is_some()
            && ledger.asset(self.asset).is_some()
            && self.outstanding <= self.face
    }
}
