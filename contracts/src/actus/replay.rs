//! Runs a contract's events in order: rows for a projection, the state at a time for a contract that is covered by another.

use super::{
    ActusError,
    event::{EventType, Row},
    fixed::Fixed,
    observed::Observed,
    plan::{self, Event},
    step::{State, Stepper},
    terms::Terms,
};
use crate::term::moment::Moment;

/// The rows of a loan after its status date, and after its purchase when it was bought, up to `to`.
pub(super) fn rows(
    terms: &Terms,
    observed: &Observed,
    to: Option<Moment>,
) -> Result<Vec<Row>, ActusError> {
    let (stepper, events) = prepare(terms, observed, to)?;
    let mut state = stepper.first()?;
    let mut rows = Vec::new();
    let purchase = terms.purchase.map(|(time, _)| (time, EventType::Purchase));
    for event in events {
        if event.time <= terms.status_date || to.is_some_and(|to| to < event.time) {
            continue;
        }
        let is_shown = purchase.is_none_or(|purchase| purchase <= (event.time, event.kind));
        // What was called is paid in two parts: the interest, then the principal.
        if event.kind == EventType::Settlement {
            let interest = Event {
                kind: EventType::InterestPayment,
                ..event
            };
            run(&stepper, &mut state, &interest, is_shown, &mut rows)?;
        }
        run(&stepper, &mut state, &event, is_shown, &mut rows)?;
    }
    Ok(rows)
}

fn run(
    stepper: &Stepper<'_>,
    state: &mut State,
    event: &Event,
    is_shown: bool,
    rows: &mut Vec<Row>,
) -> Result<(), ActusError> {
    let (payoff, next) = stepper.step(state, event)?;
    *state = next;
    if is_shown {
        rows.push(Row {
            time: event.time,
            kind: event.kind,
            payoff,
            notional: state.notional,
            rate: state.rate,
            accrued: state.accrued,
            exercise: None,
        });
    }
    Ok(())
}

fn prepare<'a>(
    terms: &'a Terms,
    observed: &'a Observed,
    to: Option<Moment>,
) -> Result<(Stepper<'a>, Vec<Event>), ActusError> {
    let maturity = plan::maturity(terms)?;
    let stepper = Stepper {
        terms,
        observed,
        maturity,
    };
    Ok((stepper, plan::events(terms, observed, to)?))
}

/// What stands open under a loan at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Standing {
    /// Principal.
    pub(super) notional: Fixed,
    /// Interest accrued and unpaid.
    pub(super) accrued: Fixed,
}

/// Principal and accrued interest of a loan at `time`, events of that time included.
pub(super) fn standing(
    terms: &Terms,
    observed: &Observed,
    time: Moment,
) -> Result<Standing, ActusError> {
    let (stepper, events) = prepare(terms, observed, Some(time))?;
    let mut state = stepper.first()?;
    for event in events {
        if terms.status_date < event.time && event.time <= time {
            (_, state) = stepper.step(&state, &event)?;
        }
    }
    if state.time < time {
        state = stepper.accrue(&state, time)?;
    }
    Ok(Standing {
        notional: state.notional,
        accrued: state.accrued,
    })
}
