//! What an event pays and what it leaves: payoff and state transition of every event type.
//!
//! ```text
//!   accrued' = accrued + rate × base × year fraction since the last event        at every event, then what the event itself does
//! ```
//! `base` is the principal, or the interest calculation base where a contract has one. Functions follow the ACTUS specification's
//! POF and STF of the same names.

use super::{
    ActusError,
    event::EventType,
    fixed::Fixed,
    observed::Observed,
    plan::{Detail, Event, times},
    terms::{Basis, ContractType, InterestBase, Rhythm, Terms},
};
use crate::term::{
    amortization::exact_annuity, day_count::YearFraction, moment::Moment, rounding::Rounding,
};

/// The state of a loan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct State {
    /// Up to when interest is accrued.
    pub(super) time: Moment,
    pub(super) notional: Fixed,
    pub(super) rate: Fixed,
    pub(super) accrued: Fixed,
    pub(super) fee: Fixed,
    /// Amount of the next redemption, signed like the principal.
    pub(super) next_redemption: Fixed,
    /// Interest calculation base.
    pub(super) base: Fixed,
    pub(super) notional_scale: Fixed,
    pub(super) interest_scale: Fixed,
    /// Called: interest no longer accrues.
    pub(super) is_called: bool,
}

/// Everything a step needs.
pub(super) struct Stepper<'a> {
    pub(super) terms: &'a Terms,
    pub(super) observed: &'a Observed,
    /// When the contract ends.
    pub(super) maturity: Option<Moment>,
}

impl Stepper<'_> {
    /// The year fraction between two scheduled times, closed days taken into account as the convention says.
    pub(super) fn fraction(&self, from: Moment, to: Moment) -> Result<YearFraction, ActusError> {
        let Some(day_count) = self.terms.day_count else {
            return match self.terms.rate {
                None => Ok(YearFraction::ZERO),
                Some(_) => Err(ActusError::Missing("dayCountConvention")),
            };
        };
        let calendar = self.terms.calendar();
        let counted = |moment: Moment| {
            let day = self.terms.convention.counted(&calendar, moment.counted());
            day.ok_or(ActusError::Schedule("the contract"))
        };
        let maturity = self.terms.maturity.map(Moment::counted);
        Ok(day_count.fraction(counted(from)?, counted(to)?, maturity, &calendar))
    }

    /// The state at the status date.
    pub(super) fn first(&self) -> Result<State, ActusError> {
        let terms = self.terms;
        let next_redemption = terms.signed(self.first_redemption()?);
        let mut state = State {
            time: terms.status_date,
            notional: Fixed::ZERO,
            rate: Fixed::ZERO,
            accrued: Fixed::ZERO,
            fee: Fixed::ZERO,
            next_redemption,
            base: Fixed::ZERO,
            notional_scale: terms.notional_scale,
            interest_scale: terms.interest_scale,
            is_called: false,
        };
        if terms.exchange()? <= terms.status_date {
            state.notional = terms.signed(terms.principal()?);
            state.rate = terms.rate.unwrap_or_default();
            state.base = terms.signed(self.first_base()?);
            state.fee = terms.fee_accrued;
            state.accrued = match terms.accrued {
                Some(accrued) => terms.signed(accrued),
                None => self.accrued_before(&state)?,
            };
        }
        Ok(state)
    }

    fn first_base(&self) -> Result<Fixed, ActusError> {
        let principal = self.terms.principal()?;
        Ok(match self.terms.interest_base {
            InterestBase::Principal => principal,
            InterestBase::Initial | InterestBase::Lagging => {
                self.terms.interest_base_amount.unwrap_or(principal)
            }
        })
    }

    /// The stated redemption; without one, a linear contract divides its principal evenly over the redemptions to come.
    fn first_redemption(&self) -> Result<Fixed, ActusError> {
        let terms = self.terms;
        match (terms.next_redemption, terms.contract_type, self.maturity) {
            (Some(amount), ..) => Ok(amount),
            (None, ContractType::LinearAmortizer, Some(maturity)) => {
                let rhythm = super::plan::anchored(terms, terms.redemption, "redemptions")?;
                let all = times(rhythm, maturity, terms.end_of_month, true, "redemptions")?;
                let left = all.iter().filter(|time| terms.status_date < **time).count();
                let count = i128::try_from(left).map_err(|_| ActusError::TooLarge)?;
                terms.principal()?.over(Fixed::whole(count.max(1))?)
            }
            (None, ..) => Ok(Fixed::ZERO),
        }
    }

    /// Interest accrued at the status date of a contract that runs already and does not state it: since the last interest payment.
    fn accrued_before(&self, state: &State) -> Result<Fixed, ActusError> {
        let terms = self.terms;
        let is_counted = matches!(
            terms.contract_type,
            ContractType::PrincipalAtMaturity
                | ContractType::LinearAmortizer
                | ContractType::NegativeAmortizer
                | ContractType::Annuity
        );
        let (true, Some(maturity)) = (is_counted, self.maturity) else {
            return Ok(Fixed::ZERO);
        };
        let rhythm: Rhythm = super::plan::anchored(terms, terms.interest, "interest payments")?;
        let all = times(
            rhythm,
            maturity,
            terms.end_of_month,
            true,
            "interest payments",
        )?;
        let last = all.iter().rfind(|time| **time < terms.status_date);
        match last {
            None => Ok(Fixed::ZERO),
            Some(last) => {
                let fraction = self.fraction(*last, terms.status_date)?;
                state.base.accrued(state.rate, fraction)
            }
        }
    }

    /// What interest is computed on.
    fn base(&self, state: &State) -> Fixed {
        match self.terms.contract_type {
            ContractType::LinearAmortizer
            | ContractType::NegativeAmortizer
            | ContractType::Annuity
            | ContractType::ExoticLinearAmortizer => state.base,
            ContractType::PrincipalAtMaturity
            | ContractType::CallMoney
            | ContractType::UndefinedMaturity
            | ContractType::Guarantee
            | ContractType::Collateral => state.notional,
        }
    }

    /// The state with interest and fees accrued up to `time`.
    pub(super) fn accrue(&self, state: &State, time: Moment) -> Result<State, ActusError> {
        let mut next = *state;
        let stands_open = state.notional != Fixed::ZERO || state.base != Fixed::ZERO;
        if stands_open && !state.is_called {
            let fraction = self.fraction(state.time, time)?;
            let interest = self.base(state).accrued(state.rate, fraction)?;
            next.accrued = state.accrued.plus(interest)?;
            if let (Some(Basis::OfPrincipal), Some(rate)) =
                (self.terms.fee_basis, self.terms.fee_rate)
            {
                next.fee = state.fee.plus(state.notional.accrued(rate, fraction)?)?;
            }
        }
        next.time = time;
        Ok(next)
    }

    /// Payoff of `event` and the state after it.
    pub(super) fn step(&self, state: &State, event: &Event) -> Result<(Fixed, State), ActusError> {
        let mut next = self.accrue(state, event.scheduled)?;
        let payoff = match event.kind {
            EventType::InitialExchange => self.exchange(&mut next, event)?,
            EventType::InterestPayment => {
                let paid = next.accrued.times(next.interest_scale)?;
                next.accrued = Fixed::ZERO;
                paid
            }
            EventType::InterestCapitalization => {
                let total = next.notional.plus(next.accrued)?;
                next.accrued = Fixed::ZERO;
                self.set_notional(&mut next, total);
                Fixed::ZERO
            }
            EventType::PrincipalRedemption => self.redeem(&mut next, event)?,
            EventType::PrincipalIncrease => self.increase(&mut next, event)?,
            EventType::Prepayment => self.prepay(&mut next, event)?,
            EventType::PenaltyPayment => self.penalty(state, &next, event)?,
            EventType::FeePayment => self.fee(&mut next),
            EventType::FixedRateReset | EventType::RateReset => {
                next.rate = self.reset(&next, event)?;
                Fixed::ZERO
            }
            EventType::InstalmentFixing => {
                next.next_redemption = self.instalment(&next)?.signed_as(next.notional);
                Fixed::ZERO
            }
            // Price and accrued interest take the sign of the role together, though the interest of a liability is negative already: so
            // the specification's functions have it, and the published cases.
            EventType::Purchase => {
                let (_, price) = self.terms.purchase.unwrap_or((event.time, Fixed::ZERO));
                self.terms.signed(price.plus(next.accrued)?).negated()
            }
            EventType::Termination => {
                let (_, price) = self.terms.termination.unwrap_or((event.time, Fixed::ZERO));
                let paid = self.terms.signed(price.plus(next.accrued)?);
                close(&mut next);
                paid
            }
            EventType::Scaling => {
                self.scale(&mut next, event)?;
                Fixed::ZERO
            }
            EventType::InterestBaseFixing => {
                next.base = next.notional;
                Fixed::ZERO
            }
            EventType::Maturity | EventType::Settlement => {
                let paid = next.notional.times(next.notional_scale)?;
                close(&mut next);
                paid
            }
            EventType::Exercise => {
                next.is_called = true;
                Fixed::ZERO
            }
        };
        Ok((payoff, next))
    }

    fn exchange(&self, next: &mut State, event: &Event) -> Result<Fixed, ActusError> {
        let terms = self.terms;
        next.notional = terms.signed(terms.principal()?);
        next.rate = terms.rate.unwrap_or_default();
        next.base = terms.signed(self.first_base()?);
        next.accrued = match (terms.accrued, terms.interest.anchor) {
            (Some(accrued), _) => terms.signed(accrued),
            (None, Some(anchor)) if anchor < event.scheduled => {
                let fraction = self.fraction(anchor, event.scheduled)?;
                self.base(next).accrued(next.rate, fraction)?
            }
            (None, _) => Fixed::ZERO,
        };
        let paid = terms.principal()?.plus(terms.premium)?;
        Ok(terms.signed(paid).negated())
    }

    /// Sets the principal and, unless it lags behind on purpose, the base of the interest.
    fn set_notional(&self, next: &mut State, notional: Fixed) {
        next.notional = notional;
        if self.terms.interest_base != InterestBase::Lagging {
            next.base = notional;
        }
    }

    fn redeem(&self, next: &mut State, event: &Event) -> Result<Fixed, ActusError> {
        let wanted = match event.detail {
            Detail::Change(change) => self.terms.signed(change.amount),
            Detail::Amount(amount) => self.terms.signed(amount),
            Detail::Plain | Detail::Rate(_) => match self.terms.contract_type {
                ContractType::NegativeAmortizer | ContractType::Annuity => {
                    next.next_redemption.minus(next.accrued)?
                }
                ContractType::PrincipalAtMaturity
                | ContractType::LinearAmortizer
                | ContractType::ExoticLinearAmortizer
                | ContractType::CallMoney
                | ContractType::UndefinedMaturity
                | ContractType::Guarantee
                | ContractType::Collateral => next.next_redemption,
            },
        };
        // Never more than is outstanding.
        let is_same_way = (wanted < Fixed::ZERO) == (next.notional < Fixed::ZERO);
        let redeemed = if is_same_way && next.notional.magnitude() < wanted.magnitude() {
            next.notional
        } else if next.notional == Fixed::ZERO {
            Fixed::ZERO
        } else {
            wanted
        };
        let left = next.notional.minus(redeemed)?;
        self.set_notional(next, left);
        redeemed.times(next.notional_scale)
    }

    fn increase(&self, next: &mut State, event: &Event) -> Result<Fixed, ActusError> {
        let amount = match event.detail {
            Detail::Change(change) => change.amount,
            Detail::Amount(amount) => amount,
            Detail::Plain | Detail::Rate(_) => Fixed::ZERO,
        };
        let drawn = self.terms.signed(amount);
        let total = next.notional.plus(drawn)?;
        self.set_notional(next, total);
        Ok(drawn.times(next.notional_scale)?.negated())
    }

    fn prepay(&self, next: &mut State, event: &Event) -> Result<Fixed, ActusError> {
        let wanted = match (event.detail, &self.terms.prepayment_model) {
            (Detail::Amount(amount), _) => self.terms.signed(amount),
            (_, Some(model)) => {
                let part = self.observed.value(model, event.scheduled, event.time)?;
                next.notional.times(part)?
            }
            (_, None) => Fixed::ZERO,
        };
        let paid = if next.notional.magnitude() < wanted.magnitude() {
            next.notional
        } else {
            wanted
        };
        let left = next.notional.minus(paid)?;
        self.set_notional(next, left);
        Ok(paid)
    }

    fn penalty(&self, before: &State, next: &State, event: &Event) -> Result<Fixed, ActusError> {
        let Some((basis, rate)) = self.terms.penalty else {
            return Ok(Fixed::ZERO);
        };
        let fraction = self.fraction(before.time, event.scheduled)?;
        match basis {
            Basis::Absolute => Ok(self.terms.signed(rate)),
            Basis::OfPrincipal => next.notional.accrued(rate, fraction),
            Basis::InterestDifference => {
                let name = "marketObjectCodeOfRateReset";
                let market = Terms::need(self.terms.reset_market.as_ref(), name)?;
                let value = self.observed.value(market, event.scheduled, event.time)?;
                let lost = next.rate.minus(value)?.max(Fixed::ZERO);
                next.notional.accrued(lost, fraction)
            }
        }
    }

    fn fee(&self, next: &mut State) -> Fixed {
        match self.terms.fee_basis {
            Some(Basis::Absolute) => self.terms.signed(self.terms.fee_rate.unwrap_or_default()),
            Some(Basis::OfPrincipal | Basis::InterestDifference) | None => {
                std::mem::take(&mut next.fee)
            }
        }
    }

    fn reset(&self, state: &State, event: &Event) -> Result<Fixed, ActusError> {
        let terms = self.terms;
        let from_market = |spread: Fixed| {
            let market = Terms::need(terms.reset_market.as_ref(), "marketObjectCodeOfRateReset")?;
            let value = self.observed.value(market, event.scheduled, event.time)?;
            value.times(terms.rate_multiplier)?.plus(spread)
        };
        let wanted = match event.detail {
            Detail::Rate(change) if change.is_fixed => change.rate,
            Detail::Rate(change) => from_market(change.rate)?,
            Detail::Plain | Detail::Change(_) | Detail::Amount(_) => {
                match (event.kind, terms.next_reset_rate) {
                    (EventType::FixedRateReset, Some(rate)) => return Ok(rate),
                    _ => from_market(terms.rate_spread)?,
                }
            }
        };
        let mut change = wanted.minus(state.rate)?;
        if let Some(floor) = terms.period_floor {
            change = change.max(floor.magnitude().negated());
        }
        if let Some(cap) = terms.period_cap {
            change = change.min(cap);
        }
        let mut rate = state.rate.plus(change)?;
        if let Some(floor) = terms.life_floor {
            rate = rate.max(floor);
        }
        if let Some(cap) = terms.life_cap {
            rate = rate.min(cap);
        }
        Ok(rate)
    }

    fn scale(&self, next: &mut State, event: &Event) -> Result<(), ActusError> {
        let terms = self.terms;
        let market = Terms::need(
            terms.scaling_market.as_ref(),
            "marketObjectCodeOfScalingIndex",
        )?;
        let start = Terms::need(terms.scaling_start, "scalingIndexAtContractDealDate")?;
        let value = self.observed.value(market, event.scheduled, event.time)?;
        let scale = value.over(start)?;
        if terms.scales_interest {
            next.interest_scale = scale;
        }
        if terms.scales_principal {
            next.notional_scale = scale;
        }
        Ok(())
    }

    /// The instalment that pays principal and accrued interest off over the redemptions to come (the annuity amount function).
    fn instalment(&self, state: &State) -> Result<Fixed, ActusError> {
        let terms = self.terms;
        let end = terms.amortization.or(self.maturity);
        let end = Terms::need(end, "maturityDate")?;
        let rhythm = super::plan::anchored(terms, terms.redemption, "redemptions")?;
        let mut dates = times(rhythm, end, terms.end_of_month, true, "redemptions")?;
        dates.retain(|time| state.time < *time);
        let Some(first) = dates.first() else {
            return Ok(state.notional.magnitude());
        };
        let until_first = self.fraction(state.time, *first)?;
        let interest = state.notional.accrued(state.rate, until_first)?;
        let due = state
            .notional
            .plus(state.accrued)?
            .plus(interest)?
            .magnitude();
        let mut fractions = vec![YearFraction::ZERO];
        for pair in dates.windows(2) {
            if let [from, to] = pair {
                fractions.push(self.fraction(*from, *to)?);
            }
        }
        if state.rate < Fixed::ZERO {
            return Err(ActusError::Unsupported(
                "an annuity at a negative rate".to_owned(),
            ));
        }
        let annuity = exact_annuity(
            due.units().unsigned_abs(),
            state.rate.units().unsigned_abs(),
            &fractions,
        );
        let (numerator, denominator) = annuity.ok_or(ActusError::TooLarge)?;
        Rounding::HalfEven
            .round_natural(false, &numerator, &denominator)
            .and_then(|rounded| i128::try_from(rounded.to_u128()?).ok())
            .map(Fixed::from_units)
            .ok_or(ActusError::TooLarge)
    }
}

fn close(state: &mut State) {
    state.notional = Fixed::ZERO;
    state.base = Fixed::ZERO;
    state.accrued = Fixed::ZERO;
    state.fee = Fixed::ZERO;
}
