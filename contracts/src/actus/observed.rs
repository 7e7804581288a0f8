//! What the world showed: values of market objects, and events that parties or courts brought about.

use std::collections::BTreeMap;

use super::{ActusError, fixed::Fixed};
use crate::term::moment::Moment;

/// What kind of event came from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutsideKind {
    /// XD: the contract was called.
    Exercise,
    /// CE: a party's performance changed.
    Credit,
    /// PP: principal came back early.
    Prepayment,
    /// PR: principal came back, in contracts without a schedule for it.
    Redemption,
    /// PI: principal was drawn, in contracts without a schedule for it.
    Increase,
}

/// How a party performs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Performance {
    /// PF.
    Performant,
    /// DL.
    Delayed,
    /// DQ.
    Delinquent,
    /// DF.
    Default,
}

impl Performance {
    /// Reads PF, DL, DQ or DF.
    #[must_use]
    pub fn parse(text: &str) -> Option<Performance> {
        Some(match text {
            "PF" => Performance::Performant,
            "DL" => Performance::Delayed,
            "DQ" => Performance::Delinquent,
            "DF" => Performance::Default,
            _ => return None,
        })
    }
}

/// An event from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutsideEvent {
    /// When.
    pub time: Moment,
    /// What.
    pub kind: OutsideKind,
    /// Its amount, if it has one.
    pub value: Fixed,
    /// The contract it concerns; empty for the one that is projected.
    pub contract: String,
    /// How the party performs from then on.
    pub performance: Option<Performance>,
}

/// Everything observed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Observed {
    /// Values by market object and time.
    pub values: BTreeMap<String, BTreeMap<Moment, Fixed>>,
    /// Events from outside, in the order of the file.
    pub events: Vec<OutsideEvent>,
}

impl Observed {
    /// The value of `market` at the time on which the contract puts the event, or at the one to which a closed day moved it.
    pub(super) fn value(
        &self,
        market: &str,
        scheduled: Moment,
        moved: Moment,
    ) -> Result<Fixed, ActusError> {
        let series = self.values.get(market);
        let value = series.and_then(|series| series.get(&scheduled).or_else(|| series.get(&moved)));
        value.copied().ok_or_else(|| ActusError::NotObserved {
            market: market.to_owned(),
            time: scheduled,
        })
    }
}
