//! From terms to events: which ones there are, when, and in which order.
//!
//! ```text
//!   rhythm ──cycle──▶ scheduled times ──convention──▶ event times        interest is counted to the scheduled time, or to the
//!                                                                        shifted one, as the convention says
//! ```
//! A maturity that is not stated follows from the redemptions: it is the time at which nothing is left.

use super::{
    ActusError, EVENTS_MAX,
    event::EventType,
    fixed::Fixed,
    observed::{Observed, OutsideKind},
    terms::{ContractType, InterestBase, PrincipalChange, RateChange, Rhythm, Segment, Terms},
};
use crate::term::{cycle::Cycle, moment::Moment};

/// What an event needs to know beyond its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Detail {
    /// Nothing.
    Plain,
    /// Amount and direction of a change of principal.
    Change(PrincipalChange),
    /// A reset with its own rate or spread.
    Rate(RateChange),
    /// An amount from outside.
    Amount(Fixed),
}

/// An event to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Event {
    pub(super) time: Moment,
    pub(super) scheduled: Moment,
    pub(super) kind: EventType,
    pub(super) detail: Detail,
}

impl Event {
    fn at(time: Moment, kind: EventType) -> Event {
        Event {
            time,
            scheduled: time,
            kind,
            detail: Detail::Plain,
        }
    }
}

/// The scheduled times of a rhythm up to `end`; with `closed`, `end` is one of them.
pub(super) fn times(
    rhythm: Rhythm,
    end: Moment,
    end_of_month: bool,
    closed: bool,
    name: &'static str,
) -> Result<Vec<Moment>, ActusError> {
    let mut times = match (rhythm.anchor, rhythm.cycle) {
        (Some(anchor), Some(cycle)) => cycle
            .times(anchor, end, end_of_month, closed)
            .ok_or(ActusError::Schedule(name))?,
        (Some(anchor), None) if anchor < end || (anchor == end && !closed) => vec![anchor],
        _ => Vec::new(),
    };
    if closed {
        times.push(end);
    }
    Ok(times)
}

/// `cycle` after `time`.
fn after(time: Moment, cycle: Cycle, count: i64, name: &'static str) -> Result<Moment, ActusError> {
    let date = cycle.period.after(time.date, count);
    date.map(|date| Moment { date, ..time })
        .ok_or(ActusError::Schedule(name))
}

/// A rhythm whose missing anchor is the first period after the initial exchange.
pub(super) fn anchored(
    terms: &Terms,
    rhythm: Rhythm,
    name: &'static str,
) -> Result<Rhythm, ActusError> {
    let anchor = match (rhythm.anchor, rhythm.cycle) {
        (None, Some(cycle)) => Some(after(terms.exchange()?, cycle, 1, name)?),
        (anchor, _) => anchor,
    };
    Ok(Rhythm { anchor, ..rhythm })
}

/// The rhythm of interest payments. Call money is counted from the initial exchange itself.
fn interest_rhythm(terms: &Terms) -> Result<Rhythm, ActusError> {
    match terms.contract_type {
        ContractType::CallMoney | ContractType::UndefinedMaturity
            if terms.interest.anchor.is_none() && terms.interest.cycle.is_some() =>
        {
            Ok(Rhythm {
                anchor: Some(terms.exchange()?),
                ..terms.interest
            })
        }
        _ => anchored(terms, terms.interest, "interest payments"),
    }
}

/// Scheduled times of array segments up to `end`, each with its segment's value.
pub(super) fn segment_times<T: Copy>(
    segments: &[Segment<T>],
    end: Moment,
    end_of_month: bool,
    name: &'static str,
) -> Result<Vec<(Moment, T)>, ActusError> {
    let mut all = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let next = segments
            .get(at + 1)
            .map_or(end, |next| next.anchor.min(end));
        let rhythm = Rhythm {
            anchor: Some(segment.anchor),
            cycle: segment.cycle,
        };
        if segment.anchor < next {
            let part = times(rhythm, next, end_of_month, false, name)?;
            all.extend(part.into_iter().map(|time| (time, segment.value)));
        }
    }
    Ok(all)
}

/// A far end for schedules whose end is sought; one that has no end within it is refused.
fn horizon(start: Moment) -> Result<Moment, ActusError> {
    let date = start.date.plus_months(12 * 150);
    date.map(|date| Moment { date, ..start })
        .ok_or(ActusError::Schedule("the contract"))
}

/// When the contract ends; `None` for contracts that end only when called.
pub(super) fn maturity(terms: &Terms) -> Result<Option<Moment>, ActusError> {
    if let Some(maturity) = terms.maturity {
        return Ok(Some(maturity));
    }
    match terms.contract_type {
        ContractType::PrincipalAtMaturity => Err(ActusError::Missing("maturityDate")),
        ContractType::Annuity if terms.amortization.is_some() => Ok(terms.amortization),
        ContractType::LinearAmortizer => redeemed_after(terms, Fixed::ZERO).map(Some),
        ContractType::NegativeAmortizer | ContractType::Annuity => {
            redeemed_after(terms, first_coupon(terms)?).map(Some)
        }
        ContractType::ExoticLinearAmortizer => array_end(terms).map(Some),
        ContractType::CallMoney
        | ContractType::UndefinedMaturity
        | ContractType::Guarantee
        | ContractType::Collateral => Ok(None),
    }
}

/// Interest of the first redemption period on the whole principal.
fn first_coupon(terms: &Terms) -> Result<Fixed, ActusError> {
    let rhythm = anchored(terms, terms.redemption, "redemptions")?;
    let anchor = Terms::need(rhythm.anchor, "cycleAnchorDateOfPrincipalRedemption")?;
    let cycle = Terms::need(rhythm.cycle, "cycleOfPrincipalRedemption")?;
    let day_count = Terms::need(terms.day_count, "dayCountConvention")?;
    let end = after(anchor, cycle, 1, "redemptions")?;
    let fraction = day_count.fraction(anchor.counted(), end.counted(), None, &terms.calendar());
    terms
        .principal()?
        .accrued(terms.rate.unwrap_or_default(), fraction)
}

/// The time of the redemption that leaves nothing, when each pays back the stated amount less `coupon`.
fn redeemed_after(terms: &Terms, coupon: Fixed) -> Result<Moment, ActusError> {
    let rhythm = anchored(terms, terms.redemption, "redemptions")?;
    let anchor = Terms::need(rhythm.anchor, "cycleAnchorDateOfPrincipalRedemption")?;
    let cycle = Terms::need(rhythm.cycle, "cycleOfPrincipalRedemption")?;
    let payment = Terms::need(terms.next_redemption, "nextPrincipalRedemptionPayment")?;
    let part = payment.minus(coupon)?.units();
    if part <= 0 {
        return Err(ActusError::Contradiction(
            "the redemption does not exceed the interest, so the principal is never paid back",
        ));
    }
    let principal = terms.principal()?.units();
    let count = principal
        .checked_sub(1)
        .ok_or(ActusError::TooLarge)?
        .div_euclid(part)
        + 1;
    let count = i64::try_from(count).map_err(|_| ActusError::Schedule("redemptions"))?;
    // Redemptions up to the status date have been made; the count goes on from the last of them.
    let made = times(
        rhythm,
        terms.status_date,
        terms.end_of_month,
        false,
        "redemptions",
    )?
    .len();
    let made = i64::try_from(made).map_err(|_| ActusError::TooLarge)?;
    let date = cycle.date(anchor.date, made + count.max(1) - 1, terms.end_of_month);
    date.map(|date| Moment { date, ..anchor })
        .ok_or(ActusError::Schedule("redemptions"))
}

/// The time at which the arrays of a LAX contract have paid everything back.
fn array_end(terms: &Terms) -> Result<Moment, ActusError> {
    let start = terms.exchange()?;
    let far = horizon(start)?;
    let mut left = terms.principal()?;
    let changes = segment_times(&terms.redemptions, far, terms.end_of_month, "redemptions")?;
    for (time, change) in changes {
        left = if change.is_increase {
            left.plus(change.amount)?
        } else {
            left.minus(change.amount)?
        };
        if left <= Fixed::ZERO {
            return Ok(time);
        }
    }
    Err(ActusError::Contradiction(
        "the arrays never pay the principal back, and no maturityDate is given",
    ))
}

/// Collects events and shifts those that closed days move.
struct Collector<'a> {
    terms: &'a Terms,
    events: Vec<Event>,
}

impl Collector<'_> {
    fn fixed(&mut self, time: Moment, kind: EventType) {
        self.events.push(Event::at(time, kind));
    }

    fn shifted(&mut self, time: Moment, kind: EventType, detail: Detail) -> Result<(), ActusError> {
        if EVENTS_MAX <= self.events.len() {
            return Err(ActusError::Schedule("the contract"));
        }
        let date = self.terms.convention.due(&self.terms.calendar(), time.date);
        let date = date.ok_or(ActusError::Schedule("the contract"))?;
        self.events.push(Event {
            time: Moment { date, ..time },
            scheduled: time,
            kind,
            detail,
        });
        Ok(())
    }

    fn all(&mut self, times: Vec<Moment>, kind: EventType) -> Result<(), ActusError> {
        times
            .into_iter()
            .try_for_each(|time| self.shifted(time, kind, Detail::Plain))
    }

    fn rhythm(
        &mut self,
        rhythm: Rhythm,
        end: Moment,
        closed: bool,
        kind: EventType,
        name: &'static str,
    ) -> Result<(), ActusError> {
        if rhythm.is_empty() {
            return Ok(());
        }
        let rhythm = anchored(self.terms, rhythm, name)?;
        let times = times(rhythm, end, self.terms.end_of_month, closed, name)?;
        self.all(times, kind)
    }
}

/// All events of a loan in order, those before the status date and after the end included; `to` ends a contract that has no end.
pub(super) fn events(
    terms: &Terms,
    observed: &Observed,
    to: Option<Moment>,
) -> Result<Vec<Event>, ActusError> {
    let mut collector = Collector {
        terms,
        events: Vec::new(),
    };
    let called = call(terms, observed)?;
    let maturity = maturity(terms)?;
    let end = match (maturity, &called, terms.termination, to) {
        (Some(maturity), ..) => maturity,
        (None, Some((called, _)), ..) => *called,
        (None, None, Some((termination, _)), to) => {
            to.map_or(termination, |to| to.max(termination))
        }
        (None, None, None, Some(to)) => to,
        (None, None, None, None) => {
            return Err(ActusError::Missing("maturityDate (or a last time)"));
        }
    };
    collector.fixed(terms.exchange()?, EventType::InitialExchange);
    redemption_events(&mut collector, maturity, end)?;
    interest_events(&mut collector, maturity, end)?;
    reset_events(&mut collector, end)?;
    other_events(&mut collector, observed, maturity, end)?;
    let mut events = collector.events;
    if let Some((called, settled)) = called {
        let is_before_end = maturity.is_none_or(|maturity| settled < maturity);
        if is_before_end {
            settle_call(terms, &mut events, called, settled)?;
        }
    }
    if let Some((termination, _)) = terms.termination {
        let last = (termination, EventType::Termination);
        events.retain(|event| (event.time, event.kind) <= last);
        events.push(Event::at(termination, EventType::Termination));
    }
    events.sort_by_key(|event| (event.time, event.kind));
    Ok(events)
}

fn redemption_events(
    collector: &mut Collector<'_>,
    maturity: Option<Moment>,
    end: Moment,
) -> Result<(), ActusError> {
    let terms = collector.terms;
    match terms.contract_type {
        ContractType::LinearAmortizer | ContractType::NegativeAmortizer | ContractType::Annuity => {
            let kind = EventType::PrincipalRedemption;
            collector.rhythm(terms.redemption, end, false, kind, "redemptions")?;
        }
        ContractType::ExoticLinearAmortizer => {
            let changes =
                segment_times(&terms.redemptions, end, terms.end_of_month, "redemptions")?;
            for (time, change) in changes {
                let kind = if change.is_increase {
                    EventType::PrincipalIncrease
                } else {
                    EventType::PrincipalRedemption
                };
                collector.shifted(time, kind, Detail::Change(change))?;
            }
        }
        ContractType::PrincipalAtMaturity
        | ContractType::CallMoney
        | ContractType::UndefinedMaturity
        | ContractType::Guarantee
        | ContractType::Collateral => {}
    }
    if terms.contract_type == ContractType::Annuity && terms.next_redemption.is_none() {
        // The instalment is fixed on the day before the first redemption.
        let rhythm = anchored(terms, terms.redemption, "redemptions")?;
        let first = Terms::need(rhythm.anchor, "cycleAnchorDateOfPrincipalRedemption")?;
        let date = first
            .date
            .plus_days(-1)
            .ok_or(ActusError::Schedule("redemptions"))?;
        collector.fixed(Moment { date, ..first }, EventType::InstalmentFixing);
    }
    match (terms.contract_type, maturity) {
        (_, None) => Ok(()),
        // The principal comes back on the stated day; where it amortises, on the shifted one.
        (ContractType::PrincipalAtMaturity | ContractType::CallMoney, Some(maturity)) => {
            collector.fixed(maturity, EventType::Maturity);
            Ok(())
        }
        (_, Some(maturity)) => collector.shifted(maturity, EventType::Maturity, Detail::Plain),
    }
}

fn interest_events(
    collector: &mut Collector<'_>,
    maturity: Option<Moment>,
    end: Moment,
) -> Result<(), ActusError> {
    let terms = collector.terms;
    let rhythm = interest_rhythm(terms)?;
    let is_called = matches!(
        terms.contract_type,
        ContractType::CallMoney | ContractType::UndefinedMaturity
    );
    if is_called {
        if !rhythm.is_empty() {
            let times = times(rhythm, end, terms.end_of_month, false, "interest payments")?;
            collector.all(times, EventType::InterestCapitalization)?;
        }
        if let Some(maturity) = maturity {
            collector.fixed(maturity, EventType::InterestPayment);
        }
        return Ok(());
    }
    let mut times = if terms.contract_type == ContractType::ExoticLinearAmortizer {
        let segments = &terms.interest_segments;
        let all = segment_times(segments, end, terms.end_of_month, "interest payments")?;
        let mut times: Vec<Moment> = all.into_iter().map(|(time, ())| time).collect();
        times.push(end);
        times
    } else if !rhythm.is_empty() {
        times(rhythm, end, terms.end_of_month, true, "interest payments")?
    } else if terms.capitalization_end.is_none() || terms.contract_type == ContractType::Annuity {
        vec![end]
    } else {
        Vec::new()
    };
    let Some(last) = terms.capitalization_end else {
        return collector.all(times, EventType::InterestPayment);
    };
    times.retain(|time| *time != last);
    times.push(last);
    for time in times {
        let kind = if time <= last {
            EventType::InterestCapitalization
        } else {
            EventType::InterestPayment
        };
        collector.shifted(time, kind, Detail::Plain)?;
    }
    Ok(())
}

fn reset_events(collector: &mut Collector<'_>, end: Moment) -> Result<(), ActusError> {
    let terms = collector.terms;
    let before = collector.events.len();
    if !terms.reset.is_empty() {
        let kind = EventType::RateReset;
        collector.rhythm(terms.reset, end, false, kind, "rate resets")?;
    }
    for (time, change) in segment_times(&terms.rates, end, terms.end_of_month, "rate resets")? {
        let kind = if change.is_fixed {
            EventType::FixedRateReset
        } else {
            EventType::RateReset
        };
        collector.shifted(time, kind, Detail::Rate(change))?;
    }
    let resets = collector.events.get_mut(before..).unwrap_or_default();
    if terms.next_reset_rate.is_some() {
        let first = resets
            .iter_mut()
            .filter(|event| terms.status_date < event.time && event.detail == Detail::Plain)
            .min_by_key(|event| event.time);
        if let Some(first) = first {
            first.kind = EventType::FixedRateReset;
        }
    }
    if terms.contract_type == ContractType::Annuity {
        let fixings = resets.iter().map(|event| Event {
            kind: EventType::InstalmentFixing,
            ..*event
        });
        let fixings: Vec<Event> = fixings.collect();
        collector.events.extend(fixings);
    }
    Ok(())
}

fn other_events(
    collector: &mut Collector<'_>,
    observed: &Observed,
    maturity: Option<Moment>,
    end: Moment,
) -> Result<(), ActusError> {
    let terms = collector.terms;
    if terms.fee.cycle.is_some() || terms.fee.anchor.is_some() {
        let closed = maturity.is_some();
        collector.rhythm(terms.fee, end, closed, EventType::FeePayment, "fees")?;
    }
    if terms.scales_interest || terms.scales_principal {
        collector.rhythm(terms.scaling, end, false, EventType::Scaling, "scaling")?;
    }
    if terms.interest_base == InterestBase::Lagging {
        let kind = EventType::InterestBaseFixing;
        collector.rhythm(
            terms.interest_base_fixing,
            end,
            false,
            kind,
            "the interest base",
        )?;
    }
    if terms.prepayment_model.is_some() {
        let rhythm = anchored(terms, terms.prepayment, "prepayments")?;
        for time in times(rhythm, end, terms.end_of_month, false, "prepayments")? {
            collector.shifted(time, EventType::Prepayment, Detail::Plain)?;
            if terms.penalty.is_some() {
                collector.shifted(time, EventType::PenaltyPayment, Detail::Plain)?;
            }
        }
    }
    if let Some((purchase, _)) = terms.purchase {
        collector.fixed(purchase, EventType::Purchase);
    }
    let own = |contract: &str| contract.is_empty() || contract == terms.id;
    for event in observed.events.iter().filter(|event| own(&event.contract)) {
        let kind = match event.kind {
            OutsideKind::Prepayment => EventType::Prepayment,
            OutsideKind::Redemption => EventType::PrincipalRedemption,
            OutsideKind::Increase => EventType::PrincipalIncrease,
            OutsideKind::Exercise | OutsideKind::Credit => continue,
        };
        collector.shifted(event.time, kind, Detail::Amount(event.value))?;
    }
    Ok(())
}

/// When call money is called, and when it is paid then.
fn call(terms: &Terms, observed: &Observed) -> Result<Option<(Moment, Moment)>, ActusError> {
    let is_called = matches!(
        terms.contract_type,
        ContractType::CallMoney | ContractType::UndefinedMaturity
    );
    let own = |contract: &str| contract.is_empty() || contract == terms.id;
    let call = observed
        .events
        .iter()
        .find(|event| event.kind == OutsideKind::Exercise && own(&event.contract));
    let (true, Some(call)) = (is_called, call) else {
        return Ok(None);
    };
    let settled = match terms.notice {
        None => Some(call.time.date),
        Some(notice) => notice.after(call.time.date, 1),
    };
    let date = settled.and_then(|date| terms.convention.due(&terms.calendar(), date));
    let date = date.ok_or(ActusError::Schedule("the notice"))?;
    Ok(Some((call.time, Moment { date, ..call.time })))
}

/// Replaces what would come after a call by the call and its settlement: interest stops at the call and is paid with the principal.
fn settle_call(
    terms: &Terms,
    events: &mut Vec<Event>,
    called: Moment,
    settled: Moment,
) -> Result<(), ActusError> {
    terms.exchange()?;
    events.retain(|event| event.time < called || event.kind == EventType::InitialExchange);
    events.push(Event::at(called, EventType::Exercise));
    events.push(Event {
        // Behind the call, though interest comes before a call of the same time elsewhere.
        kind: EventType::Settlement,
        ..Event::at(settled, EventType::Settlement)
    });
    Ok(())
}
