//! What a debtor may have promised at once: the line that its sponsor bank sets (I22).
//!
//! It is the smallest true thing: a cap and what is used of it. Acceptance uses it, payment and cancellation free it.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId, ParticipantId};

use crate::{ledger::Ledger, objects::Object, tables::Table};

/// One debtor's line in one asset, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObligorLine {
    /// Whose.
    pub debtor: ParticipantId,
    /// In what.
    pub asset: AssetId,
    /// Most that may be promised and not paid.
    pub cap: Amount,
    /// What is promised and not paid.
    pub used: Amount,
}

impl Object for ObligorLine {
    const TABLE: Table = Table::ObligorLines;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = BTreeMap<(ParticipantId, AssetId), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.debtor, self.asset), id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        // A cap may be set below what is used: then nothing more can be promised.
        ledger.participant(self.debtor).is_some() && ledger.asset(self.asset).is_some()
    }
}
