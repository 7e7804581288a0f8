//! `SensorReport`: how warm it was, and for how long; too long too warm freezes the goods and calls for margin in the same block.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::BlockTime;

use crate::{
    goods::REPORT_MINUTES_MAX,
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// States the temperature over a stretch of time; the sender is the lot's sensor. Stretches follow each other and never overlap.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensorReport {
    /// The lot.
    pub lot: u64,
    /// Mean temperature, in hundredths of a degree Celsius.
    pub centi: i32,
    /// End of the stretch.
    pub until: BlockTime,
    /// Minutes that it covers.
    pub minutes: u32,
}

impl Verb for SensorReport {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.minutes == 0 || self.minutes > REPORT_MINUTES_MAX {
            return Err(RejectReason::GoodsTerms);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let lot = ledger.lot(self.lot)?;
        if lot.cold_chain.is_none_or(|it| it.sensor != call.sender()) {
            return Err(RejectReason::NotSensor);
        }
        if !lot.state.is_standing() {
            return Err(RejectReason::LotState);
        }
        let covered_ms = u64::from(self.minutes).saturating_mul(60_000);
        let begins = self.until.0.checked_sub(covered_ms);
        if begins.is_none_or(|begins| begins < lot.reported.0) {
            return Err(RejectReason::ReportOverlaps);
        }
        if self.until > call.moment.time {
            return Err(RejectReason::ReportAhead);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.lot;
        ledger.products.lots.update(id, |it| {
            it.reported = self.until;
            if let Some(band) = it.cold_chain {
                if !(band.low_centi..=band.high_centi).contains(&self.centi) {
                    it.breach_minutes = it.breach_minutes.saturating_add(self.minutes);
                }
                it.breached |= it.breach_minutes > band.tolerance_minutes;
            }
        });
        ledger.lot_changed(&call.moment, id);
        Ok(Outcome::Recorded {
            table: Table::Lots,
            id,
        })
    }
}
