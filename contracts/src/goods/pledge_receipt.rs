//! `PledgeReceipt`: a bank is secured by a receipt, up to the agreed part of its value.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId, ParticipantId};

use crate::{
    attestation::SubjectText,
    goods::{
        CURE_DAYS_MAX, PLEDGES_PER_PRICE_MAX, WHOLE_PPM,
        receipt::GoodsPledge,
        value::{Valuation, is_covered, next_valuation},
    },
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Pledges a receipt; the sender is its holder.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PledgeReceipt {
    /// The receipt.
    pub receipt: u64,
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
    /// Days to cure a margin call, at most 30.
    pub cure_days: u8,
}

impl PledgeReceipt {
    fn pledge(&self, ledger: &Ledger, call: &Call, commodity: SubjectText) -> GoodsPledge {
        GoodsPledge {
            pledgee: self.pledgee,
            asset: self.asset,
            secured: self.secured,
            pricer: self.pricer,
            haircut_ppm: self.haircut_ppm,
            ltv_max_ppm: self.ltv_max_ppm,
            cure_days: self.cure_days,
            margin_call: None,
            collateral: None,
            valued_next: next_valuation(ledger, &call.moment, self.pricer, commodity),
        }
    }
}

impl Verb for PledgeReceipt {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.secured.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        let whole = self.haircut_ppm >= WHOLE_PPM
            || self.ltv_max_ppm == 0
            || self.ltv_max_ppm > WHOLE_PPM
            || self.cure_days > CURE_DAYS_MAX;
        if whole {
            return Err(RejectReason::GoodsTerms);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.secured.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (receipt, lot) = ledger.controlled_receipt(self.receipt, call.sender())?;
        let role = ledger.role(self.pledgee);
        let is_bank = matches!(role, Some(Role::Bank | Role::IndirectBank));
        if !is_bank || self.pledgee == call.sender() || !ledger.is_active(self.pledgee) {
            return Err(RejectReason::ReceiptPledgeeNotBank);
        }
        if ledger.asset(self.asset).is_none() {
            return Err(RejectReason::AssetUnknown);
        }
        let by_price = &ledger.products.warehouse_receipts.index().by_price;
        let pledged = by_price.get(&(self.pricer, lot.commodity));
        if pledged.is_some_and(|ids| ids.len() >= PLEDGES_PER_PRICE_MAX) {
            return Err(RejectReason::PledgesFull);
        }
        let value = Valuation::of(
            lot,
            receipt.quantity,
            &self.pledge(ledger, call, lot.commodity),
        );
        let value = value.value(ledger, &call.moment);
        let value = value.ok_or(RejectReason::PriceMissing)?;
        if !is_covered(self.secured.minor(), value, self.ltv_max_ppm) {
            return Err(RejectReason::LoanToValue);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receipt;
        let commodity = ledger.receipt(id)?.commodity;
        let pledge = self.pledge(ledger, call, commodity);
        let receipts = &mut ledger.products.warehouse_receipts;
        receipts.update(id, |it| it.pledge = Some(pledge));
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
