//! What the founders choose about pace, sizes and the calendar.
//!
//! The one struct that is both document and fact: its text and its bytes have the same fields, all with defaults.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_contracts::LedgerParameters;
use sycee_primitives::limits;

/// How often a starting validator asks others what its key has signed, until enough have told, microseconds (consensus A10).
const RECOLLECT_US: u64 = 500_000;

/// Parameters of a network.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkParameters {
    /// Start value of the delay bound between validators, milliseconds.
    pub base_delay_ms: u32,
    /// A block after this much silence, milliseconds.
    pub heartbeat_ms: u32,
    /// How far a leader's clock may be ahead of a voter's, milliseconds.
    pub drift_ms: u32,
    /// Silence of a leader after which its turns are skipped, milliseconds.
    pub skip_ms: u32,
    /// How long a quorum may have held a lane's batch before votes are refused to a block without it, milliseconds; 0 for never.
    pub omission_ms: u32,
    /// Time after which a lane's owner closes a batch, milliseconds.
    pub batch_interval_ms: u32,
    /// Bytes at which a lane's owner closes a batch.
    pub batch_bytes: u32,
    /// Least time between two watermark messages, milliseconds.
    pub watermark_interval_ms: u32,
    /// Least time between two proposals under load, milliseconds.
    pub block_spacing_ms: u32,
    /// Heights that ordering may run ahead of certified results.
    pub execution_lag_max: u32,
    /// Heights that ordering may run ahead of certified checkpoints.
    pub checkpoint_lag_max: u32,
    /// Block time from one state root to the next, milliseconds.
    pub checkpoint_interval_ms: u32,
    /// Minutes that the business calendar is ahead of UTC (480 in Beijing).
    pub utc_offset_minutes: i16,
    /// Participants the ledger may hold.
    pub participants_max: u32,
    /// Accounts the ledger may hold.
    pub accounts_max: u64,
    /// Whether the operator may put the ledger's clock forward: for trials, in networks named `trial-...` or `devnet`.
    pub trial_clock: bool,
}

impl Default for NetworkParameters {
    fn default() -> Self {
        let ledger = LedgerParameters::default();
        NetworkParameters {
            base_delay_ms: 100,
            heartbeat_ms: 60_000,
            drift_ms: 500,
            skip_ms: 5_000,
            omission_ms: 800,
            batch_interval_ms: 3,
            batch_bytes: u32::try_from(limits::BATCH_BYTES_TARGET).unwrap_or(u32::MAX),
            watermark_interval_ms: 5,
            block_spacing_ms: 10,
            execution_lag_max: 8,
            checkpoint_lag_max: 4_096,
            checkpoint_interval_ms: 1_000,
            utc_offset_minutes: 0,
            participants_max: ledger.participants_max,
            accounts_max: ledger.accounts_max,
            trial_clock: ledger.trial_clock,
        }
    }
}

impl NetworkParameters {
    /// Each parameter with its lowest and highest value.
    pub(crate) fn ranges(&self) -> [(&'static str, i128, i128, i128); 15] {
        let batch_bytes_max = limits::BATCH_BYTES_MAX as i128;
        [
            ("base_delay_ms", self.base_delay_ms.into(), 1, 60_000),
            ("heartbeat_ms", self.heartbeat_ms.into(), 10, 3_600_000),
            ("drift_ms", self.drift_ms.into(), 1, 60_000),
            ("skip_ms", self.skip_ms.into(), 1, 3_600_000),
            ("omission_ms", self.omission_ms.into(), 0, 3_600_000),
            (
                "batch_interval_ms",
                self.batch_interval_ms.into(),
                0,
                10_000,
            ),
            (
                "batch_bytes",
                self.batch_bytes.into(),
                1_024,
                batch_bytes_max,
            ),
            (
                "watermark_interval_ms",
                self.watermark_interval_ms.into(),
                0,
                10_000,
            ),
            ("block_spacing_ms", self.block_spacing_ms.into(), 0, 60_000),
            (
                "execution_lag_max",
                self.execution_lag_max.into(),
                2,
                65_536,
            ),
            (
                "checkpoint_lag_max",
                self.checkpoint_lag_max.into(),
                16,
                1_048_576,
            ),
            (
                "checkpoint_interval_ms",
                self.checkpoint_interval_ms.into(),
                1,
                3_600_000,
            ),
            (
                "utc_offset_minutes",
                self.utc_offset_minutes.into(),
                -720,
                840,
            ),
            (
                "participants_max",
                self.participants_max.into(),
                1,
                1_048_576,
            ),
            ("accounts_max", self.accounts_max.into(), 1, 268_435_456),
        ]
    }

    /// What of this the ledger needs.
    #[must_use]
    pub fn ledger(&self) -> LedgerParameters {
        LedgerParameters {
            checkpoint_interval_ms: self.checkpoint_interval_ms.into(),
            utc_offset_minutes: self.utc_offset_minutes,
            participants_max: self.participants_max,
            accounts_max: self.accounts_max,
            trial_clock: self.trial_clock,
        }
    }

    /// What of this the ordering core needs.
    #[must_use]
    pub fn consensus(&self) -> sycee_consensus::Parameters {
        let micros = |milliseconds: u32| u64::from(milliseconds) * 1_000;
        sycee_consensus::Parameters {
            base_delay_us: micros(self.base_delay_ms),
            heartbeat_ms: self.heartbeat_ms.into(),
            drift_ms: self.drift_ms.into(),
            skip_us: micros(self.skip_ms),
            omission_us: micros(self.omission_ms),
            watermark_interval_us: micros(self.watermark_interval_ms),
            block_spacing_us: micros(self.block_spacing_ms),
            execution_lag_max: self.execution_lag_max.into(),
            checkpoint_lag_max: self.checkpoint_lag_max.into(),
            recollect_us: RECOLLECT_US,
            ..sycee_consensus::Parameters::local_network()
        }
    }
}
