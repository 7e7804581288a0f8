//! Fees of the legs of one bulk payment, kept beside the debtor's purse until all legs are through; there is nothing of it where no rule is.

use sycee_primitives::AssetId;

use crate::{
    account::store::place,
    fee::{FeePayer, FeeRule, FeeService},
    ledger::Ledger,
    payment::pay_batch::{Leg, PayBatch},
    reject::RejectReason,
};

/// What the legs so far cost.
pub(crate) struct LegFees {
    rule: FeeRule,
    /// Why the collector cannot be credited, when it cannot.
    unusable: Option<RejectReason>,
    /// What the collector's total of credits has room for.
    room: u128,
    sum: u128,
    /// Creditors that pay, each with its fee.
    creditors: Vec<(usize, u128)>,
}

impl LegFees {
    /// `None` where legs cost nothing.
    #[inline]
    pub(crate) fn of(ledger: &Ledger, asset: AssetId) -> Option<LegFees> {
        let rule = ledger.fee_rule(asset, FeeService::BulkLegs)?.clone();
        let collector = ledger.accounts.posting(place(rule.collector));
        let unusable = ledger.check_collector(&rule, 0).err();
        Some(LegFees {
            unusable,
            room: collector.map_or(0, |it| (i128::MAX as u128).saturating_sub(it.credits)),
            rule,
            sum: 0,
            creditors: Vec::new(),
        })
    }

    /// The fee of a leg, and what of it the debtor pays on top.
    ///
    /// # Errors
    /// [`RejectReason::FeeNotCollectable`] when the collector cannot take it, [`RejectReason::BalanceRange`] when a total would leave its range.
    pub(crate) fn check(
        &self,
        ledger: &Ledger,
        bulk: &PayBatch,
        creditor: usize,
        leg: &Leg,
    ) -> Result<(u128, u128), RejectReason> {
        let amount = leg.amount.minor();
        let fee = self.rule.fee_between(bulk.debtor, leg.creditor, amount);
        if fee == 0 {
            return Ok((0, 0));
        }
        if let Some(reason) = self.unusable {
            return Err(reason);
        }
        let reached = self.sum.saturating_add(fee);
        ledger.check_collector(&self.rule, reached)?;
        // Legs to the collector itself add up to at most the control sum.
        if reached.saturating_add(bulk.control_sum) > self.room {
            return Err(RejectReason::BalanceRange);
        }
        match self.rule.payer {
            FeePayer::Debtor => Ok((fee, fee)),
            FeePayer::Creditor => {
                ledger.check_fee_creditor(creditor)?;
                // What it pays out of its legs adds up to at most the control sum, too.
                let posting = ledger.accounts.posting(creditor);
                let room = posting.map_or(0, |it| it.debit_range());
                match bulk.control_sum > room {
                    true => Err(RejectReason::BalanceRange),
                    false => Ok((fee, 0)),
                }
            }
        }
    }

    /// Counts a leg's fee; answers what of it the debtor pays on top.
    pub(crate) fn add(&mut self, leg: &Leg, fee: u128) -> u128 {
        if fee == 0 {
            return 0;
        }
        self.sum = self.sum.saturating_add(fee);
        match self.rule.payer {
            FeePayer::Debtor => fee,
            FeePayer::Creditor => {
                self.creditors.push((place(leg.creditor), fee));
                0
            }
        }
    }

    /// Moves all fees and remembers their sum for the receipt.
    pub(crate) fn collect(self, ledger: &mut Ledger, asset: AssetId, debtor: usize) {
        let collector = place(self.rule.collector);
        match self.rule.payer {
            FeePayer::Debtor => ledger.move_fee(asset, debtor, collector, self.sum),
            FeePayer::Creditor => {
                for (creditor, fee) in &self.creditors {
                    ledger.move_fee(asset, *creditor, collector, *fee);
                }
            }
        }
        ledger.fee = self.rule.told(self.sum);
    }
}
