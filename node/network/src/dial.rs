//! When to dial a peer next: soon at first, then less often, never given up.

use std::time::Duration;

use tokio::time::Instant;

use crate::limits::{DIAL_DELAY_MAX, DIAL_DELAY_MIN, DIAL_YIELD};

/// Schedule of one peer.
pub(crate) struct DialSchedule {
    next: Instant,
    delay: Duration,
    yields: bool,
    attempts: usize,
}

impl DialSchedule {
    /// `yields`: the other side dials first when both could.
    pub(crate) fn new(now: Instant, yields: bool) -> DialSchedule {
        let head_start = if yields { DIAL_YIELD } else { Duration::ZERO };
        DialSchedule {
            next: now + head_start,
            delay: DIAL_DELAY_MIN,
            yields,
            attempts: 0,
        }
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// Returns the number of this attempt, from zero, which selects the transport.
    pub(crate) fn begin(&mut self) -> usize {
        let attempt = self.attempts;
        self.attempts = self.attempts.wrapping_add(1);
        attempt
    }

    pub(crate) fn failed(&mut self, now: Instant) {
        self.next = now + jittered(self.delay);
        self.delay = self.delay.saturating_mul(2).min(DIAL_DELAY_MAX);
    }

    pub(crate) fn connected(&mut self) {
        self.delay = DIAL_DELAY_MIN;
        self.attempts = 0;
    }

    /// A working link was lost: both sides know, so one of them waits.
    pub(crate) fn lost(&mut self, now: Instant) {
        let head_start = if self.yields {
            DIAL_YIELD
        } else {
            Duration::ZERO
        };
        self.next = now + jittered(self.delay) + head_start;
    }
}

/// Between half and the whole of a delay, so that a restarted network does not dial in step.
fn jittered(delay: Duration) -> Duration {
    let half = delay / 2;
    let spread = u64::try_from(half.as_micros()).unwrap_or(0);
    half + Duration::from_micros(rand::random_range(0..=spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_cap_and_start_again_after_a_connection() {
        let start = Instant::now();
        let mut schedule = DialSchedule::new(start, false);
        assert!(schedule.is_due(start));
        let mut now = start;
        for _ in 0..20 {
            schedule.failed(now);
            assert!(!schedule.is_due(now), "never at once");
            assert!(
                schedule.is_due(now + DIAL_DELAY_MAX),
                "never later than the cap"
            );
            now += DIAL_DELAY_MAX;
        }
        schedule.connected();
        schedule.failed(now);
        assert!(schedule.is_due(now + DIAL_DELAY_MIN));
    }
}
