//! A debtor's promise: one row for every receivable that was issued, whatever became of it.
//!
//! ```text
//!   Issued ─accept─▶ Accepted ──due day──▶ Due ──all of it is there──▶ Paid
//!     ├─reject──▶ Rejected  │               └─the day closes: shared──▶ Overdue ──paid later──▶ Paid
//!     └withdraw▶ Withdrawn  └─cancel (one holder of all)──▶ Cancelled
//! ```
//! The promise holds what all its portions have in common; outstanding is always the sum of their claims (I14).

use std::collections::BTreeSet;

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
    /// The due day has closed, and something is still owed.
    Overdue = 7,
    /// Its day has come: it stands in the queue of the debtor's account until the day closes.
    Due = 8,
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
            PromiseState::Due => "due",
        }
    }

    /// Whether the debtor owes something.
    #[must_use]
    pub const fn is_owed(self) -> bool {
        match self {
            PromiseState::Accepted | PromiseState::Due | PromiseState::Overdue => true,
            PromiseState::Issued
            | PromiseState::Rejected
            | PromiseState::Withdrawn
            | PromiseState::Cancelled
            | PromiseState::Paid => false,
        }
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
    /// When the ledger looks at it next by itself: its due day opens, or closes.
    pub settles: Option<BlockTime>,
}

/// Promises that stand in the queue of an account, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct PromiseIndex {
    waiting: BTreeSet<(AccountId, u64)>,
}

impl PromiseIndex {
    /// Accounts in whose queue promises stand.
    pub(crate) fn accounts(&self) -> BTreeSet<AccountId> {
        self.waiting.iter().map(|(account, _)| *account).collect()
    }

    /// The promise that stands first in the queue of an account.
    pub(crate) fn first_of(&self, account: AccountId) -> Option<u64> {
        let all = (account, 0)..=(account, u64::MAX);
        self.waiting.range(all).next().map(|(_, id)| *id)
    }
}

impl Promise {
    /// The account in whose queue it stands.
    fn queue(&self) -> Option<AccountId> {
        self.debtor_account
            .filter(|_| self.state == PromiseState::Due)
    }
}

impl Object for Promise {
    const TABLE: Table = Table::Promises;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = PromiseIndex;

    fn enter(&self, id: u64, index: &mut PromiseIndex) {
        if let Some(account) = self.queue() {
            index.waiting.insert((account, id));
        }
    }

    fn leave(&self, id: u64, index: &mut PromiseIndex) {
        if let Some(account) = self.queue() {
            index.waiting.remove(&(account, id));
        }
    }

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
            && (self.state != PromiseState::Due || self.settles.is_some())
    }
}
