//! The one reader of the machine's clocks; everybody else is given the time.
//!
//! Monotonic time drives timers, wall time stamps blocks; the two are never mixed.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sycee_consensus::Now;
use sycee_primitives::{BlockTime, Tick};

/// Both clocks of this process.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock whose ticks begin now.
    #[must_use]
    pub fn start() -> Clock {
        Clock {
            start: Instant::now(),
        }
    }

    /// Both times of this moment.
    #[must_use]
    pub fn now(&self) -> Now {
        Now {
            tick: self.tick(),
            wall: wall(),
        }
    }

    /// Monotonic time; begins at one second, so that zero stays "never".
    #[must_use]
    pub fn tick(&self) -> Tick {
        let micros = self.start.elapsed().as_micros();
        Tick(u64::try_from(micros).unwrap_or(u64::MAX)).plus(1_000_000)
    }

    /// How long until a tick; zero when it has passed.
    #[must_use]
    pub fn until(&self, tick: Tick) -> Duration {
        Duration::from_micros(tick.since(self.tick()))
    }
}

/// Wall clock, milliseconds since 1970.
#[must_use]
#[allow(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the wall clock"
)]
pub fn wall() -> BlockTime {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    BlockTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
