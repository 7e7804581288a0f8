//! Guarantees (CEG) and collateral (CEC): what they cover is replayed to the moment that matters.
//!
//! ```text
//!   PRD / FP ... ──credit event of a covered contract──▶ XD: amount = coverage × exposure, at most what secures it (CEC)
//!                                                        STD after the settlement period: the amount and the fee accrued
//!             └──none before the end──▶ MD
//! ```
//! The fee of a broken period is cut to whole units when it is an amount (fee basis A), as the published cases have it.

use super::{
    ActusError,
    event::{EventType, ExerciseState, Row},
    fixed::Fixed,
    observed::{Observed, OutsideKind},
    plan::{self, times},
    replay,
    terms::{Basis, ContractType, Reference, Terms},
};
use crate::term::moment::Moment;

struct Cover<'a> {
    terms: &'a Terms,
    observed: &'a Observed,
}

/// A call: when, and when it is paid.
struct Call {
    time: Moment,
    settled: Moment,
}

pub(super) fn project(
    terms: &Terms,
    observed: &Observed,
    to: Option<Moment>,
) -> Result<Vec<Row>, ActusError> {
    let cover = Cover { terms, observed };
    let end = cover.end(to)?;
    let call = cover.call(end)?;
    let mut rows = Vec::new();
    let purchase = terms.purchase.map(|(time, _)| time);
    if let Some((time, price)) = terms.purchase {
        let payoff = terms.signed(price).negated();
        rows.push(cover.row(time, EventType::Purchase, payoff)?);
    }
    let last = call.as_ref().map_or(end, |call| call.time);
    let fees = cover.fees(end)?;
    for time in fees.iter().filter(|time| **time <= last) {
        let payoff = cover.fee_payoff(&fees, *time)?;
        rows.push(cover.row(*time, EventType::FeePayment, payoff)?);
    }
    match call {
        None => rows.push(Row {
            notional: Fixed::ZERO,
            ..cover.row(end, EventType::Maturity, Fixed::ZERO)?
        }),
        Some(call) => cover.exercise(&call, &fees, &mut rows)?,
    }
    let is_shown = |row: &Row| {
        terms.status_date < row.time
            && purchase.is_none_or(|purchase| purchase <= row.time)
            && to.is_none_or(|to| row.time <= to)
    };
    rows.retain(is_shown);
    rows.sort_by_key(|row| (row.time, row.kind));
    Ok(rows)
}

impl Cover<'_> {
    /// When the cover ends: the stated maturity, else that of the contract that lasts longest.
    fn end(&self, to: Option<Moment>) -> Result<Moment, ActusError> {
        let mut latest = self.terms.maturity;
        if latest.is_none() {
            for covered in self.terms.covered.iter().filter_map(|c| c.terms.as_ref()) {
                latest = latest.max(plan::maturity(covered)?);
            }
        }
        latest.or(to).ok_or(ActusError::Missing("maturityDate"))
    }

    /// The first credit event that calls the cover.
    fn call(&self, end: Moment) -> Result<Option<Call>, ActusError> {
        let is_covered = |id: &str| self.terms.covered.iter().any(|covered| covered.id == id);
        let event = self
            .observed
            .events
            .iter()
            .filter(|event| event.kind == OutsideKind::Credit && is_covered(&event.contract))
            .filter(|event| self.terms.status_date < event.time && event.time <= end)
            .filter(|event| {
                let performance = event.performance;
                performance.is_some_and(|found| self.terms.triggers.contains(&found))
            })
            .min_by_key(|event| event.time);
        let Some(event) = event else {
            return Ok(None);
        };
        let date = match self.terms.settlement {
            None => Some(event.time.date),
            Some(period) => period.after(event.time.date, 1),
        };
        let calendar = self.terms.calendar();
        let date = date.and_then(|date| self.terms.convention.due(&calendar, date));
        let date = date.ok_or(ActusError::Schedule("the settlement period"))?;
        Ok(Some(Call {
            time: event.time,
            settled: Moment { date, ..event.time },
        }))
    }

    /// Covered part of what stands open at `time`, signed from the point of view of the record's holder.
    fn covered_amount(&self, time: Moment) -> Result<Fixed, ActusError> {
        let terms = self.terms;
        let mut exposure = Fixed::ZERO;
        let mut known = false;
        for covered in terms.covered.iter().filter_map(|c| c.terms.as_ref()) {
            known = true;
            exposure = exposure.plus(self.exposure(covered, time)?)?;
        }
        if !known {
            exposure = terms.principal()?;
        }
        Ok(terms.signed(exposure.times(terms.coverage)?))
    }

    fn exposure(&self, covered: &Terms, time: Moment) -> Result<Fixed, ActusError> {
        if matches!(
            covered.contract_type,
            ContractType::Guarantee | ContractType::Collateral
        ) {
            return Err(ActusError::Unsupported("a cover of a cover".to_owned()));
        }
        let standing = replay::standing(covered, self.observed, time)?;
        let open = if self.terms.covers_interest {
            standing.notional.plus(standing.accrued)?
        } else {
            standing.notional
        };
        Ok(open.magnitude())
    }

    /// What secures the exposure at `time`.
    fn security(&self, time: Moment) -> Result<Fixed, ActusError> {
        let mut sum = Fixed::ZERO;
        for Reference { terms, goods, .. } in &self.terms.covering {
            let value = match (terms, goods) {
                (_, Some((market, quantity))) => {
                    let price = self.observed.value(market, time, time)?;
                    price.times(*quantity)?
                }
                (Some(terms), None) => self.exposure(terms, time)?,
                (None, None) => {
                    return Err(ActusError::Unsupported(
                        "collateral known by its id only".to_owned(),
                    ));
                }
            };
            sum = sum.plus(value)?;
        }
        Ok(sum)
    }

    fn fees(&self, end: Moment) -> Result<Vec<Moment>, ActusError> {
        let rhythm = self.terms.fee;
        if rhythm.is_empty() {
            return Ok(Vec::new());
        }
        let anchor = rhythm.anchor.or(self.terms.purchase.map(|(time, _)| time));
        let rhythm = super::terms::Rhythm {
            anchor: Some(Terms::need(anchor, "cycleAnchorDateOfFee")?),
            ..rhythm
        };
        let fees = times(rhythm, end, self.terms.end_of_month, false, "fees")?;
        let calendar = self.terms.calendar();
        fees.into_iter()
            .map(|time| {
                let date = self.terms.convention.due(&calendar, time.date);
                let date = date.ok_or(ActusError::Schedule("fees"))?;
                Ok(Moment { date, ..time })
            })
            .collect()
    }

    /// The fee of a whole period that ends at `time`, for a fee that is a rate: on what is covered then.
    fn fee_payoff(&self, fees: &[Moment], time: Moment) -> Result<Fixed, ActusError> {
        let rate = self.terms.fee_rate.unwrap_or_default();
        match self.terms.fee_basis {
            Some(Basis::OfPrincipal) => {
                let before = fees.iter().rfind(|fee| **fee < time);
                let from = before
                    .copied()
                    .or(self.terms.purchase.map(|(time, _)| time));
                self.fee_between(from.unwrap_or(time), time, rate)
            }
            Some(Basis::Absolute | Basis::InterestDifference) | None => Ok(self.terms.signed(rate)),
        }
    }

    fn fee_between(&self, from: Moment, to: Moment, rate: Fixed) -> Result<Fixed, ActusError> {
        let day_count = Terms::need(self.terms.day_count, "dayCountConvention")?;
        let fraction = day_count.plain_fraction(from.counted(), to.counted());
        self.covered_amount(to)?.accrued(rate, fraction)
    }

    /// The fee since the last fee date.
    fn fee_accrued(&self, fees: &[Moment], time: Moment) -> Result<Fixed, ActusError> {
        let (Some(rate), Some(last)) =
            (self.terms.fee_rate, fees.iter().rfind(|fee| **fee <= time))
        else {
            return Ok(Fixed::ZERO);
        };
        if self.terms.fee_basis == Some(Basis::OfPrincipal) {
            return self.fee_between(*last, time, rate);
        }
        let next = match (fees.iter().find(|fee| time < **fee), self.terms.fee.cycle) {
            (Some(next), _) => next.date,
            (None, Some(cycle)) => {
                let next = cycle.period.after(last.date, 1);
                next.ok_or(ActusError::Schedule("fees"))?
            }
            (None, None) => return Ok(Fixed::ZERO),
        };
        let days = |to| i128::from(last.date.days_to(to));
        let part = rate
            .units()
            .checked_mul(days(time.date))
            .ok_or(ActusError::TooLarge)?;
        let accrued = Fixed::from_units(part / days(next).max(1));
        let whole = accrued.units() / Fixed::ONE.units();
        Ok(self.terms.signed(Fixed::whole(whole)?))
    }

    fn row(&self, time: Moment, kind: EventType, payoff: Fixed) -> Result<Row, ActusError> {
        let notional = match kind {
            EventType::Maturity => Fixed::ZERO,
            _ => self.covered_amount(time)?,
        };
        Ok(Row {
            time,
            kind,
            payoff,
            notional,
            rate: Fixed::ZERO,
            accrued: Fixed::ZERO,
            exercise: Some(ExerciseState {
                amount: Fixed::ZERO,
                time: None,
            }),
        })
    }

    fn exercise(
        &self,
        call: &Call,
        fees: &[Moment],
        rows: &mut Vec<Row>,
    ) -> Result<(), ActusError> {
        let covered = self.covered_amount(call.time)?;
        let amount = match self.terms.contract_type {
            ContractType::Collateral => {
                let security = self.security(call.time)?;
                covered.magnitude().min(security).signed_as(covered)
            }
            _ => covered,
        };
        let exercise = Some(ExerciseState {
            amount,
            time: Some(call.time),
        });
        rows.push(Row {
            exercise,
            ..self.row(call.time, EventType::Exercise, Fixed::ZERO)?
        });
        let fee = self.fee_accrued(fees, call.time)?;
        rows.push(Row {
            time: call.settled,
            kind: EventType::Settlement,
            payoff: amount.plus(fee)?,
            notional: Fixed::ZERO,
            rate: Fixed::ZERO,
            accrued: Fixed::ZERO,
            exercise,
        });
        Ok(())
    }
}
