//! One lot of goods that lies in a warehouse.
//!
//! ```text
//!   Registered ─inspect─▶ Inspected ─issue─▶ Receipted ─goods out─▶ Gone
//!   Contested: its document stands for another lot; nothing is issued on it until the operator has decided ─▶ Registered | Void
//! ```

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, Hash, ParticipantId};

use super::QUANTITY_MAX;
use crate::{
    attestation::SubjectText,
    ledger::Ledger,
    objects::Object,
    registry::{DocumentMark, Fingerprint},
    reject::RejectReason,
    tables::Table,
};

/// Where a lot stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum LotState {
    /// The warehouse says that it has it.
    Registered = 1,
    /// Somebody else has looked.
    Inspected = 2,
    /// Receipts stand for it.
    Receipted = 3,
    /// Its document stands for another lot.
    Contested = 4,
    /// The operator found it to be none.
    Void = 5,
    /// All of it has left the warehouse.
    Gone = 6,
}

impl LotState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LotState::Registered => "registered",
            LotState::Inspected => "inspected",
            LotState::Receipted => "receipted",
            LotState::Contested => "contested",
            LotState::Void => "void",
            LotState::Gone => "gone",
        }
    }

    /// Whether the lot answers for its document.
    #[must_use]
    pub const fn is_standing(self) -> bool {
        match self {
            LotState::Registered | LotState::Inspected | LotState::Receipted => true,
            LotState::Contested | LotState::Void | LotState::Gone => false,
        }
    }
}

/// What temperature goods bear, and how long they bear another.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct ColdChain {
    /// Whose sensor it is.
    pub sensor: ParticipantId,
    /// Lowest temperature, in hundredths of a degree Celsius.
    pub low_centi: i32,
    /// Highest temperature, in hundredths of a degree Celsius.
    pub high_centi: i32,
    /// Minutes outside of the band, over the whole storage, that are borne.
    pub tolerance_minutes: u32,
}

/// What an inspector found.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Inspection {
    /// Who.
    pub inspector: ParticipantId,
    /// Units found.
    pub quantity: u64,
    /// Grade found, 1 the best.
    pub grade: u8,
    /// When.
    pub at: BlockTime,
    /// Hash of the report.
    pub report: Hash,
}

/// One lot, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Where it lies.
    pub warehouse: ParticipantId,
    /// Who brought it.
    pub depositor: ParticipantId,
    /// The name under which its price is attested.
    pub commodity: SubjectText,
    /// Units of it.
    pub quantity: u64,
    /// Mark of the storage document.
    pub document: DocumentMark,
    /// Value lost a day, in parts per million.
    pub decay_ppm: u32,
    /// Its band of temperature, for goods that have one.
    pub cold_chain: Option<ColdChain>,
    /// When it was registered.
    pub stored: BlockTime,
    /// What an inspector found.
    pub inspection: Option<Inspection>,
    /// Up to when sensor reports cover it.
    pub reported: BlockTime,
    /// Minutes outside of the band so far.
    pub breach_minutes: u32,
    /// Why nothing of it moves: a breach of the cold chain.
    pub breached: bool,
    /// The other lot that claims the same document.
    pub rival: Option<u64>,
    /// Units that have left.
    pub gone: u64,
    /// Where it stands.
    pub state: LotState,
}

impl Lot {
    /// Whether its receipts are frozen.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.breached || self.rival.is_some()
    }
}

impl Object for Lot {
    const TABLE: Table = Table::Lots;
    const ROWS_MAX: u64 = 1 << 22;
    /// The lot that answers for a document.
    type Index = BTreeMap<Fingerprint, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        if self.state.is_standing() {
            index.insert(self.document.fingerprint(), id);
        }
    }

    fn leave(&self, id: u64, index: &mut Self::Index) {
        let fingerprint = self.document.fingerprint();
        if index.get(&fingerprint) == Some(&id) {
            index.remove(&fingerprint);
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.warehouse).is_some()
            && ledger.participant(self.depositor).is_some()
            && self.quantity <= QUANTITY_MAX
            && self.gone <= self.quantity
    }
}

impl Ledger {
    pub(crate) fn lot(&self, id: u64) -> Result<&Lot, RejectReason> {
        self.products.lots.get(id).ok_or(RejectReason::LotUnknown)
    }

    /// The lot that answers for a document.
    pub(crate) fn lot_of(&self, document: &DocumentMark) -> Option<u64> {
        let index = self.products.lots.index();
        index.get(&document.fingerprint()).copied()
    }
}
