//! Percentiles of durations: exact, by sorting; nothing is smoothed, binned or interpolated.

use std::time::Duration;

use serde::Serialize;

/// What one set of durations says, in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Summary {
    /// How many there are.
    pub count: usize,
    /// The smallest.
    pub min_us: u64,
    /// Half are at most this long.
    pub p50_us: u64,
    /// 99 of 100 are at most this long.
    pub p99_us: u64,
    /// 999 of 1,000 are at most this long.
    pub p999_us: u64,
    /// The largest.
    pub max_us: u64,
}

impl Summary {
    /// Summarises durations; `None` when there are none.
    #[must_use]
    pub fn of(durations: impl IntoIterator<Item = Duration>) -> Option<Summary> {
        let mut micros: Vec<u64> = durations.into_iter().map(microseconds).collect();
        micros.sort_unstable();
        Some(Summary {
            count: micros.len(),
            min_us: *micros.first()?,
            p50_us: at_thousandths(&micros, 500)?,
            p99_us: at_thousandths(&micros, 990)?,
            p999_us: at_thousandths(&micros, 999)?,
            max_us: *micros.last()?,
        })
    }
}

/// The smallest value that at least `thousandths` of a thousand values do not exceed (nearest rank).
fn at_thousandths(sorted: &[u64], thousandths: usize) -> Option<u64> {
    let rank = sorted.len().checked_mul(thousandths)?.div_ceil(1_000);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// A duration in whole microseconds; more than 584,000 years count as that.
#[must_use]
pub fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// `total / parts` in thousandths, rounded down: averages without floats.
#[must_use]
pub fn thousandths_each(total: u64, parts: u64) -> u64 {
    let each = u128::from(total) * 1_000 / u128::from(parts.max(1));
    u64::try_from(each).unwrap_or(u64::MAX)
}

/// Events a second, rounded down.
#[must_use]
pub fn per_second(events: u64, time: Duration) -> u64 {
    let rate = u128::from(events) * 1_000_000 / time.as_micros().max(1);
    u64::try_from(rate).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(micros: impl IntoIterator<Item = u64>) -> Summary {
        Summary::of(micros.into_iter().map(Duration::from_micros)).unwrap()
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let whole = summary((1..=1_000).rev());
        assert_eq!((whole.p50_us, whole.p99_us, whole.p999_us), (500, 990, 999));
        assert_eq!((whole.count, whole.min_us, whole.max_us), (1_000, 1, 1_000));
        // Fewer values than the percentile can tell apart: the largest stands for it, never a made-up value.
        let few = summary([10, 20, 30]);
        assert_eq!((few.p50_us, few.p99_us, few.p999_us), (20, 30, 30));
        let one = summary([7]);
        assert_eq!(
            (one.min_us, one.p50_us, one.p999_us, one.max_us),
            (7, 7, 7, 7)
        );
        assert_eq!(Summary::of([]), None);
    }

    #[test]
    fn one_slow_payment_in_a_hundred_shows_in_p999_and_not_in_p99() {
        let mut values = vec![1_u64; 99];
        values.push(5_000);
        let summary = summary(values);
        assert_eq!((summary.p99_us, summary.p999_us), (1, 5_000));
    }

    #[test]
    fn rates_and_averages_round_down() {
        assert_eq!(per_second(999, Duration::from_secs(2)), 499);
        assert_eq!(per_second(5, Duration::ZERO), 5_000_000);
        assert_eq!(thousandths_each(10, 3), 3_333);
        assert_eq!(thousandths_each(10, 0), 10_000);
    }
}
