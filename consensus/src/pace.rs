//! How long to wait: the delay bound D and the timers of a view. [P1][P2][P3][P4]
//!
//! Safety never depends on anything here.

use sycee_primitives::{Tick, planted};

use crate::Parameters;

/// The adaptive delay bound of one node, and its run of nullified views.
#[derive(Clone)]
pub(crate) struct Pace {
    base_us: u64,
    delay_us: u64,
    /// Consecutive nullified views so far, those passed by T_skip not counted. [V20]
    nullified_run: u32,
}

/// Largest D as a multiple of D0.
const DELAY_FACTOR_MAX: u64 = 16;

impl Pace {
    pub(crate) fn new(parameters: &Parameters) -> Pace {
        Pace {
            base_us: parameters.base_delay_us,
            delay_us: parameters.base_delay_us,
            nullified_run: 0,
        }
    }

    /// D, microseconds.
    pub(crate) fn delay_us(&self) -> u64 {
        self.delay_us
    }

    /// Room for a leader to hear of a tip and fetch it.
    pub(crate) fn grace_us(&self) -> u64 {
        3 * self.base_us
    }

    /// When to give up waiting for a proposal, if work began at `start`. [P1]
    pub(crate) fn propose_deadline(&self, start: Tick) -> Tick {
        start.plus(self.grace_us() + 2 * self.delay_us)
    }

    /// When to give up waiting for a certificate, if work began at `start`. [P1]
    pub(crate) fn advance_deadline(&self, start: Tick) -> Tick {
        let delays = if planted!("L17") { 4 } else { 5 };
        start.plus(self.grace_us() + delays * self.delay_us)
    }

    /// Interval of repetition. [V17]
    pub(crate) fn resend_us(&self) -> u64 {
        8 * self.delay_us
    }

    /// The least stay in a view before an own Nullify, whatever its cause. [V20]
    pub(crate) fn least_stay_us(&self) -> u64 {
        match self.nullified_run.checked_sub(4) {
            _ if planted!("L9-spin") => 0,
            None => 0,
            Some(excess) => self.base_us * (1 << excess.min(4)).min(DELAY_FACTOR_MAX),
        }
    }

    /// A view was left by nullification; `own_timeout` when this node's Nullify came from T_prop or T_adv. [P2]
    pub(crate) fn view_nullified(&mut self, own_timeout: bool, skipped: bool) {
        if !skipped {
            self.nullified_run = self.nullified_run.saturating_add(1);
        }
        self.left(own_timeout);
    }

    /// A view was left by notarization or finalization. [P2]
    pub(crate) fn view_notarized(&mut self, own_timeout: bool) {
        self.nullified_run = 0;
        self.left(own_timeout && !planted!("L2"));
    }

    fn left(&mut self, own_timeout: bool) {
        if own_timeout {
            self.delay_us = (self.delay_us * 3 / 2).min(DELAY_FACTOR_MAX * self.base_us);
        }
    }

    /// Whether a notarization at `seen` was quick enough for D to shrink once the view is final. [P3]
    pub(crate) fn is_quick(&self, start: Tick, seen: Tick) -> bool {
        seen.since(start) <= self.grace_us() + self.delay_us * 5 / 3
    }

    /// A view that went quickly became final. [P3]
    pub(crate) fn quick_view_finalized(&mut self) {
        self.delay_us = (self.delay_us * 2 / 3).max(self.base_us);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> Pace {
        Pace::new(&Parameters {
            base_delay_us: 90,
            ..Parameters::local_network()
        })
    }

    #[test]
    fn the_delay_grows_on_own_timeouts_only_and_is_bounded() {
        let mut pace = pace();
        pace.view_nullified(false, false);
        assert_eq!(pace.delay_us(), 90);
        pace.view_notarized(true);
        assert_eq!(
            pace.delay_us(),
            135,
            "a late notarization after an own timeout counts too"
        );
        for _ in 0..20 {
            pace.view_nullified(true, false);
        }
        assert_eq!(pace.delay_us(), 16 * 90);
        for _ in 0..20 {
            pace.quick_view_finalized();
        }
        assert_eq!(pace.delay_us(), 90, "never below the base");
    }

    #[test]
    fn views_spin_ever_slower() {
        let mut pace = pace();
        let mut stays = Vec::new();
        for _ in 0..10 {
            pace.view_nullified(false, false);
            stays.push(pace.least_stay_us() / 90);
        }
        assert_eq!(stays, [0, 0, 0, 1, 2, 4, 8, 16, 16, 16]);
        pace.view_nullified(false, true);
        assert_eq!(
            pace.least_stay_us() / 90,
            16,
            "a skipped view neither adds nor resets"
        );
        pace.view_notarized(false);
        assert_eq!(pace.least_stay_us(), 0);
    }
}
