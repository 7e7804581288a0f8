//! A warehouse receipt: who may have the goods, and which bank is secured by them.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId, BlockTime, ParticipantId};

use super::lot::Lot;
use crate::{
    attestation::SubjectText, ledger::Ledger, objects::Object, reject::RejectReason,
    standing::Moment, tables::Table,
};

/// Where a receipt stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum ReceiptState {
    /// Its holder may have the goods, or hand it on.
    Issued = 1,
    /// The holder wants the goods; nothing else is done with it.
    Surrendered = 2,
    /// The goods are out.
    Retired = 3,
}

impl ReceiptState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ReceiptState::Issued => "issued",
            ReceiptState::Surrendered => "surrendered",
            ReceiptState::Retired => "retired",
        }
    }
}

/// A bank's security in a receipt.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct GoodsPledge {
    /// The bank.
    pub pledgee: ParticipantId,
    /// What the loan is counted in.
    pub asset: AssetId,
    /// How much is secured.
    pub secured: Amount,
    /// Whose price counts.
    pub pricer: ParticipantId,
    /// Taken off the price, in parts per million.
    pub haircut_ppm: u32,
    /// Most that may be secured, in parts per million of the value.
    pub ltv_max_ppm: u32,
    /// Days to cure a margin call.
    pub cure_days: u8,
    /// Until when the margin call is to be cured; `None`: there is none.
    pub margin_call: Option<BlockTime>,
    /// When it is looked at next whatever happens.
    pub valued_next: BlockTime,
    /// The collateral it is an item of, which then secures and calls instead.
    pub collateral: Option<u64>,
}

/// One receipt, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarehouseReceipt {
    /// The lot it stands for.
    pub lot: u64,
    /// The name under which the price of the goods is attested.
    pub commodity: SubjectText,
    /// Units of the lot.
    pub quantity: u64,
    /// The one who has control.
    pub holder: ParticipantId,
    /// How often control has passed: each change of holder can be told from the one before.
    pub transfers: u32,
    /// The receipt it was divided from.
    pub parent: Option<u64>,
    /// The pledge on it.
    pub pledge: Option<GoodsPledge>,
    /// Where it stands.
    pub state: ReceiptState,
}

/// Receipts by lot, and pledged ones by what their value hangs on.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReceiptIndex {
    pub(crate) by_lot: BTreeSet<(u64, u64)>,
    pub(crate) by_price: BTreeMap<(ParticipantId, SubjectText), BTreeSet<u64>>,
}

impl Object for WarehouseReceipt {
    const TABLE: Table = Table::WarehouseReceipts;
    const ROWS_MAX: u64 = 1 << 23;
    type Index = ReceiptIndex;

    fn enter(&self, id: u64, index: &mut ReceiptIndex) {
        index.by_lot.insert((self.lot, id));
        if let Some(pledge) = self.pledge {
            let key = (pledge.pricer, self.commodity);
            index.by_price.entry(key).or_default().insert(id);
        }
    }

    fn leave(&self, id: u64, index: &mut ReceiptIndex) {
        if let Some(pledge) = self.pledge {
            let key = (pledge.pricer, self.commodity);
            if let Some(ids) = index.by_price.get_mut(&key) {
                ids.remove(&id);
                if ids.is_empty() {
                    index.by_price.remove(&key);
                }
            }
        }
    }

    fn due(&self) -> Option<BlockTime> {
        self.pledge.map(|pledge| pledge.valued_next)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        ledger.look_at_margin(moment, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let asset = self.pledge.map(|it| it.asset);
        ledger.products.lots.get(self.lot).is_some()
            && ledger.participant(self.holder).is_some()
            && asset.is_none_or(|asset| ledger.asset(asset).is_some())
    }
}

impl Ledger {
    pub(crate) fn receipt(&self, id: u64) -> Result<&WarehouseReceipt, RejectReason> {
        let receipts = &self.products.warehouse_receipts;
        receipts.get(id).ok_or(RejectReason::ReceiptUnknown)
    }

    /// A receipt of which `sender` has control and with which something may be done, with its lot.
    pub(crate) fn controlled_receipt(
        &self,
        id: u64,
        sender: ParticipantId,
    ) -> Result<(&WarehouseReceipt, &Lot), RejectReason> {
        let receipt = self.receipt(id)?;
        if receipt.holder != sender {
            return Err(RejectReason::NotReceiptHolder);
        }
        if receipt.state != ReceiptState::Issued {
            return Err(RejectReason::ReceiptNotIssued);
        }
        if receipt.pledge.is_some() {
            return Err(RejectReason::ReceiptPledged);
        }
        let lot = self.lot(receipt.lot)?;
        if lot.is_frozen() {
            return Err(RejectReason::GoodsFrozen);
        }
        Ok((receipt, lot))
    }

    /// A receipt that is pledged to `sender`.
    pub(crate) fn secured_receipt(
        &self,
        id: u64,
        sender: ParticipantId,
    ) -> Result<(&WarehouseReceipt, GoodsPledge), RejectReason> {
        let receipt = self.receipt(id)?;
        let pledge = receipt.pledge.ok_or(RejectReason::ReceiptNotPledged)?;
        if pledge.pledgee != sender {
            return Err(RejectReason::NotReceiptPledgee);
        }
        if pledge.collateral.is_some() {
            return Err(RejectReason::PledgedAsCollateral);
        }
        Ok((receipt, pledge))
    }

    /// Receipts that stand for a lot, ascending.
    pub(crate) fn receipts_of(&self, lot: u64) -> Vec<u64> {
        let by_lot = &self.products.warehouse_receipts.index().by_lot;
        by_lot
            .range((lot, 0)..=(lot, u64::MAX))
            .map(|it| it.1)
            .collect()
    }
}
