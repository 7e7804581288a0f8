//! What pledged things are worth to the lender now.
//!
//! Cash is worth itself, a portion what is still claimed of an accepted receivable that is neither due nor disputed, goods what their attested
//! price and their decay say, and nothing while they are frozen or their price has lapsed. The haircut of its kind is taken off each, rounded
//! down once.

use super::{Collateral, CollateralItem, Pledged, WHOLE_PPM};
use crate::{
    goods::value::Valuation,
    ledger::Ledger,
    receivable::PromiseState,
    standing::Moment,
    term::rounding::{Rounding, round_ratio},
};

pub(super) use crate::goods::value::is_covered;

fn less_haircut(value: u128, haircut_ppm: u32) -> u128 {
    let kept = u128::from(WHOLE_PPM.saturating_sub(haircut_ppm));
    round_ratio(Rounding::Down, &[value, kept], &[u128::from(WHOLE_PPM)]).unwrap_or(0)
}

impl Ledger {
    /// What all things of a collateral are worth after haircuts, minor units.
    pub(crate) fn cover_value(&self, id: u64, row: &Collateral, moment: &Moment) -> u128 {
        let each = row.items.iter();
        each.map(|item| self.item_value(id, row, item, moment))
            .fold(0, u128::saturating_add)
    }

    /// What one thing of a collateral is worth after its haircut, minor units.
    pub(crate) fn item_value(
        &self,
        id: u64,
        row: &Collateral,
        item: &CollateralItem,
        moment: &Moment,
    ) -> u128 {
        match item.what {
            Pledged::Cash { amount, .. } => {
                less_haircut(amount.minor(), row.terms.cash_haircut_ppm)
            }
            Pledged::Portion(portion) => {
                let claim = self.portion_value(id, portion, moment).unwrap_or(0);
                less_haircut(claim, row.terms.receivable_haircut_ppm)
            }
            Pledged::Receipt(receipt) => self.receipt_value(id, receipt, moment).unwrap_or(0),
        }
    }

    /// What new things would be worth after haircuts, minor units.
    pub(super) fn value_of_things(
        &self,
        row: &Collateral,
        things: &[Pledged],
        moment: &Moment,
    ) -> u128 {
        let each = things.iter().map(|thing| match *thing {
            Pledged::Cash { amount, .. } => {
                less_haircut(amount.minor(), row.terms.cash_haircut_ppm)
            }
            Pledged::Portion(portion) => {
                let claim = self.products.portions.get(portion);
                let claim = claim.map_or(0, |it| it.claim.minor());
                less_haircut(claim, row.terms.receivable_haircut_ppm)
            }
            Pledged::Receipt(receipt) => {
                let pledge = self.goods_pledge(u64::MAX, row, receipt, moment);
                let receipt = self.products.warehouse_receipts.get(receipt);
                let value = pledge.zip(receipt).and_then(|(pledge, receipt)| {
                    let lot = self.products.lots.get(receipt.lot)?;
                    Valuation::of(lot, receipt.quantity, &pledge).value(self, moment)
                });
                value.unwrap_or(0)
            }
        });
        each.fold(0, u128::saturating_add)
    }

    fn portion_value(&self, id: u64, portion: u64, moment: &Moment) -> Option<u128> {
        let portion = self.products.portions.get(portion)?;
        let promise = self.products.promises.get(portion.promise)?;
        let is_ours = portion.pledge?.collateral == Some(id);
        let is_good = promise.state == PromiseState::Accepted
            && !promise.disputed
            && moment.date < promise.due;
        (is_ours && is_good && portion.is_live()).then(|| portion.claim.minor())
    }

    fn receipt_value(&self, id: u64, receipt: u64, moment: &Moment) -> Option<u128> {
        let receipt = self.products.warehouse_receipts.get(receipt)?;
        let pledge = receipt.pledge.filter(|it| it.collateral == Some(id))?;
        let lot = self.products.lots.get(receipt.lot)?;
        if lot.is_frozen() {
            return None;
        }
        Valuation::of(lot, receipt.quantity, &pledge).value(self, moment)
    }
}
