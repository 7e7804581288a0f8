//! What processes have used so far, as the operating system counts it.

use std::fs;
use std::time::Duration;

/// Clock ticks a second in which the kernel reports processor time to users; fixed on Linux for all architectures.
const TICKS_PER_SECOND: u64 = 100;

/// Counters of one process since its start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Processor time of all its threads, user and kernel, in microseconds.
    pub cpu_us: u64,
    /// Bytes it caused to be written to the disk, less what was truncated before it got there.
    pub disk_bytes: u64,
}

impl Usage {
    /// Reads the counters of a process; `None` when it has ended, or where the system does not tell.
    #[must_use]
    pub fn of(process: u32) -> Option<Usage> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let io = fs::read_to_string(format!("/proc/{process}/io")).ok()?;
        Some(Usage {
            cpu_us: cpu_us(&stat)?,
            disk_bytes: disk_bytes(&io)?,
        })
    }

    /// What was used from `earlier` to now.
    #[must_use]
    pub fn since(self, earlier: Usage) -> Usage {
        Usage {
            cpu_us: self.cpu_us.saturating_sub(earlier.cpu_us),
            disk_bytes: self.disk_bytes.saturating_sub(earlier.disk_bytes),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Usage) -> Usage {
        Usage {
            cpu_us: self.cpu_us.saturating_add(other.cpu_us),
            disk_bytes: self.disk_bytes.saturating_add(other.disk_bytes),
        }
    }
}

/// Processor time of the calling thread so far; `None` where the system does not tell.
#[must_use]
pub fn thread_processor_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    on_processor(&stat)
}

/// The first field, nanoseconds; the time spent waiting for a processor follows it.
fn on_processor(schedstat: &str) -> Option<Duration> {
    let nanoseconds = schedstat.split_ascii_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// User and kernel time, the 14th and 15th field; the 2nd is a name in brackets that may hold anything.
fn cpu_us(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let kernel: u64 = fields.next()?.parse().ok()?;
    user.checked_add(kernel)?
        .checked_mul(1_000_000 / TICKS_PER_SECOND)
}

fn disk_bytes(io: &str) -> Option<u64> {
    let counter = |name: &str| {
        let line = io.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().parse::<u64>().ok()
    };
    Some(counter("write_bytes:")?.saturating_sub(counter("cancelled_write_bytes:")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_read_from_their_fields() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 8 20 0 9 0 1 2 3";
        assert_eq!(cpu_us(stat), Some(3_000_000));
        let io =
            "rchar: 1\nwchar: 9\nread_bytes: 3\nwrite_bytes: 4096\ncancelled_write_bytes: 96\n";
        assert_eq!(disk_bytes(io), Some(4_000));
        assert_eq!(on_processor("1500 20 3"), Some(Duration::from_nanos(1_500)));
        assert_eq!(on_processor("x 20 3"), None);
        for wrong in ["", "42 (a", "42 (a) S 1"] {
            assert_eq!(cpu_us(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn this_process_has_counters_that_grow() {
        let before = Usage::of(std::process::id()).unwrap();
        let after = Usage::of(std::process::id()).unwrap();
        assert!(after.cpu_us >= before.cpu_us);
        assert_eq!(after.since(after), Usage::default());
        assert_eq!(Usage::of(u32::MAX), None);
    }
}
