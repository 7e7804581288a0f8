//! Units of the ordering core. None converts from a bare integer silently.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{BlockTime, Tick, limits};

/// One leader's turn. Views start at 1; genesis is the final block of view 0. [V1]
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Debug,
    Hash,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct View(pub u64);

impl View {
    /// The view after this one; stays at the end of the numbers, which no chain reaches.
    #[must_use]
    pub const fn next(self) -> View {
        View(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Position of a batch in its lane; the first is 1, 0 stands for the lane's genesis.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Debug,
    Hash,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Seq(pub u64);

/// Position of a validator in its set; also the number of its lane. Peers above the set's size are observers.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Debug,
    Hash,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct ValidatorIndex(pub u16);

impl ValidatorIndex {
    /// The index into per-validator tables.
    #[must_use]
    pub const fn usize(self) -> usize {
        self.0 as usize
    }
}

/// Both clocks at the moment of a step. They are never mixed: timers and ages use the tick, block times the wall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Now {
    /// Monotonic clock, microseconds.
    pub tick: Tick,
    /// Wall clock, milliseconds since 1970.
    pub wall: BlockTime,
}

/// What every validator of a network has to agree on about the pace and the sizes; from the genesis.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// Start value of the delay bound, microseconds.
    pub base_delay_us: u64,
    /// A block after this much silence, milliseconds.
    pub heartbeat_ms: u64,
    /// How far a leader's clock may be ahead of a voter's, milliseconds.
    pub drift_ms: u64,
    /// Silence of a leader after which its turns are skipped, microseconds.
    pub skip_us: u64,
    /// How long a quorum may have covered a tip before a cut without it is refused, microseconds; 0 for never. [V24]
    pub omission_us: u64,
    /// Least time between two watermark messages, microseconds.
    pub watermark_interval_us: u64,
    /// Least time between the arrival of a parent and the next proposal under load, microseconds.
    pub block_spacing_us: u64,
    /// Heights that ordering may run ahead of certified results before cuts must be empty.
    pub execution_lag_max: u64,
    /// Heights that ordering may run ahead of certified checkpoints before cuts must be empty.
    pub checkpoint_lag_max: u64,
    /// New payload bytes per lane in a block.
    pub lane_bytes_per_block_max: u64,
    /// New payload bytes in a block.
    pub block_payload_bytes_max: u64,
    /// Own payload bytes that may be unfinalised.
    pub lane_window_bytes: u64,
    /// How often a starting validator asks others what its key has signed, microseconds; 0 asks nobody, which suits only scripted tests. [J2]
    pub recollect_us: u64,
}

impl Parameters {
    /// Values for validators on one local network.
    #[must_use]
    pub fn local_network() -> Parameters {
        Parameters {
            base_delay_us: 100_000,
            heartbeat_ms: 60_000,
            drift_ms: 500,
            skip_us: 5_000_000,
            omission_us: 800_000,
            watermark_interval_us: 5_000,
            block_spacing_us: 10_000,
            execution_lag_max: 8,
            checkpoint_lag_max: 4_096,
            lane_bytes_per_block_max: limits::LANE_BYTES_PER_BLOCK_MAX,
            block_payload_bytes_max: limits::BLOCK_PAYLOAD_BYTES_MAX,
            lane_window_bytes: limits::LANE_WINDOW_BYTES_MAX,
            recollect_us: 0,
        }
    }
}
