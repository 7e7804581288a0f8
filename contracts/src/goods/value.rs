//! What goods are worth, and whether a loan on them has become too large.
//!
//! value = quantity x price x (1 - haircut) x (1 - decay x days), rounded down once. The margin call is there exactly while the loan is
//! above its part of the value, the price has lapsed, or the goods are frozen (I16).

use sycee_primitives::{AssetId, BlockTime, ParticipantId};

use super::{
    WHOLE_PPM,
    lot::Lot,
    receipt::{GoodsPledge, WarehouseReceipt},
};
use crate::{
    attestation::{AttestationKind, Subject, SubjectText},
    ledger::Ledger,
    standing::Moment,
    term::rounding::{Rounding, round_ratio},
};

/// What a quantity of goods is worth to a bank today.
#[derive(Clone, Copy)]
pub(crate) struct Valuation {
    pub(crate) commodity: SubjectText,
    pub(crate) quantity: u64,
    pub(crate) decay_ppm: u32,
    pub(crate) stored: BlockTime,
    pub(crate) pricer: ParticipantId,
    pub(crate) asset: AssetId,
    pub(crate) haircut_ppm: u32,
}

impl Valuation {
    pub(crate) fn of(lot: &Lot, quantity: u64, pledge: &GoodsPledge) -> Valuation {
        Valuation {
            commodity: lot.commodity,
            quantity,
            decay_ppm: lot.decay_ppm,
            stored: lot.stored,
            pricer: pledge.pricer,
            asset: pledge.asset,
            haircut_ppm: pledge.haircut_ppm,
        }
    }

    /// In minor units of the asset; `None` without a price that counts now.
    pub(crate) fn value(&self, ledger: &Ledger, moment: &Moment) -> Option<u128> {
        let key = (
            AttestationKind::Price,
            Subject::Named(self.commodity),
            self.pricer,
        );
        let attestations = &ledger.products.attestations;
        let id = attestations.index().get(&key)?;
        let price = attestations.get(*id)?;
        if !price.is_valid(moment.time) {
            return None;
        }
        let scale = ledger.asset(self.asset)?.scale;
        let days = u64::from(moment.date.0)
            .saturating_sub(u64::from(ledger.parameters.business_date(self.stored).0));
        let decayed = u64::from(self.decay_ppm).saturating_mul(days);
        let left = u64::from(WHOLE_PPM).saturating_sub(decayed);
        let kept = WHOLE_PPM.saturating_sub(self.haircut_ppm);
        round_ratio(
            Rounding::Down,
            &[
                u128::from(self.quantity),
                u128::try_from(price.value).ok()?,
                10_u128.checked_pow(u32::from(scale))?,
                u128::from(kept),
                u128::from(left),
            ],
            &[
                10_u128.checked_pow(u32::from(price.scale))?,
                u128::from(WHOLE_PPM),
                u128::from(WHOLE_PPM),
            ],
        )
    }
}

/// Whether so much may be secured by goods of this value.
pub(crate) fn is_covered(secured: u128, value: u128, ltv_max_ppm: u32) -> bool {
    // Amounts are at most 10^22 and a value whose product leaves 128 bits covers all of them.
    let most = value.checked_mul(u128::from(ltv_max_ppm));
    most.is_none_or(|most| secured.saturating_mul(u128::from(WHOLE_PPM)) <= most)
}

/// When a pledge is looked at next whatever happens: as the next business day opens, or when the price lapses before.
pub(crate) fn next_valuation(
    ledger: &Ledger,
    moment: &Moment,
    pricer: ParticipantId,
    commodity: SubjectText,
) -> BlockTime {
    let tomorrow = sycee_primitives::BusinessDate(moment.date.0.saturating_add(1));
    let opens = ledger.parameters.opening(tomorrow);
    let key = (AttestationKind::Price, Subject::Named(commodity), pricer);
    let attestations = &ledger.products.attestations;
    let price = attestations.index().get(&key);
    let price = price.and_then(|id| attestations.get(*id));
    let lapses = price
        .map(|it| it.expires)
        .filter(|lapses| *lapses > moment.time);
    let next = lapses.map_or(opens, |lapses| lapses.min(opens));
    next.max(BlockTime(moment.time.0.saturating_add(1)))
}

impl Ledger {
    /// Whether a pledged receipt is worth what it secures, and nothing keeps the goods from being sold.
    fn is_margin_kept(&self, moment: &Moment, receipt: &WarehouseReceipt, lot: &Lot) -> bool {
        let Some(pledge) = receipt.pledge else {
            return true;
        };
        let value = Valuation::of(lot, receipt.quantity, &pledge).value(self, moment);
        let covered = |value| is_covered(pledge.secured.minor(), value, pledge.ltv_max_ppm);
        !lot.is_frozen() && value.is_some_and(covered)
    }

    /// Raises or ends the margin call on a pledged receipt. (I16)
    pub(crate) fn look_at_margin(&mut self, moment: &Moment, id: u64) {
        let receipts = &self.products.warehouse_receipts;
        let Some(receipt) = receipts.get(id) else {
            return;
        };
        let (Some(pledge), Some(lot)) = (receipt.pledge, self.products.lots.get(receipt.lot))
        else {
            return;
        };
        // What an item of a collateral is worth concerns the collateral.
        self.marked_collateral.extend(pledge.collateral);
        let is_own = pledge.collateral.is_none();
        let call = match (
            !is_own || self.is_margin_kept(moment, receipt, lot),
            pledge.margin_call,
        ) {
            (true, _) => None,
            (false, Some(until)) => Some(until),
            (false, None) => {
                let cure_ms = u64::from(pledge.cure_days).saturating_mul(86_400_000);
                Some(BlockTime(moment.time.0.saturating_add(cure_ms)))
            }
        };
        let next = next_valuation(self, moment, pledge.pricer, receipt.commodity);
        if (call, next) != (pledge.margin_call, pledge.valued_next) {
            self.products.warehouse_receipts.update(id, |it| {
                if let Some(pledge) = &mut it.pledge {
                    (pledge.margin_call, pledge.valued_next) = (call, next);
                }
            });
        }
    }

    /// Looks at every receipt that hangs on a price that has just changed.
    pub(crate) fn price_changed(
        &mut self,
        moment: &Moment,
        pricer: ParticipantId,
        commodity: SubjectText,
    ) {
        let by_price = &self.products.warehouse_receipts.index().by_price;
        let ids: Vec<u64> = by_price
            .get(&(pricer, commodity))
            .map(|ids| ids.iter().copied().collect())
            .unwrap_or_default();
        for id in ids {
            self.look_at_margin(moment, id);
        }
    }

    /// Looks at every receipt of a lot whose state has just changed.
    pub(crate) fn lot_changed(&mut self, moment: &Moment, lot: u64) {
        for id in self.receipts_of(lot) {
            self.look_at_margin(moment, id);
        }
    }
}
