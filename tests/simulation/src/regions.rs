//! Five regions, and how long a frame is on its way between two of them.
//!
//! Round numbers of the kind that public networks show between these cities, one way; not measured here.

/// Names, in the order of [`ONE_WAY_US`].
pub const NAMES: [&str; 5] = [
    "Shanghai",
    "Hong Kong",
    "Singapore",
    "Frankfurt",
    "New York",
];

/// One way, microseconds. Two places of one region are a millisecond apart.
pub const ONE_WAY_US: [[u64; 5]; 5] = [
    [1_000, 16_000, 36_000, 102_000, 108_000],
    [16_000, 1_000, 18_000, 95_000, 104_000],
    [36_000, 18_000, 1_000, 80_000, 114_000],
    [102_000, 95_000, 80_000, 1_000, 43_000],
    [108_000, 104_000, 114_000, 43_000, 1_000],
];

/// Latency from a node of one region to one of another.
#[must_use]
pub fn one_way_us(from: u8, to: u8) -> u64 {
    let row = ONE_WAY_US[usize::from(from) % NAMES.len()];
    row[usize::from(to) % NAMES.len()]
}
