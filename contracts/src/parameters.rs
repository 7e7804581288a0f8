//! What the founders of a network choose about its ledger; part of the first state and of every restore.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{BlockTime, BusinessDate};

/// Parameters of one ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct LedgerParameters {
    /// Milliseconds of block time from one checkpoint to the next.
    pub checkpoint_interval_ms: u64,
    /// Minutes that the business calendar is ahead of UTC (480 in Beijing).
    pub utc_offset_minutes: i16,
    /// Participants the ledger may hold: each is held in memory.
    pub participants_max: u32,
    /// Accounts the ledger may hold: each costs about 250 bytes of memory.
    pub accounts_max: u64,
    /// Whether the operator may put the ledger's clock forward: for trying out what takes months, never for money.
    pub trial_clock: bool,
}

impl Default for LedgerParameters {
    fn default() -> Self {
        LedgerParameters {
            checkpoint_interval_ms: 1_000,
            utc_offset_minutes: 0,
            participants_max: 65_536,
            accounts_max: 16_777_216,
            trial_clock: false,
        }
    }
}

impl LedgerParameters {
    /// The business date at an instant of block time.
    #[must_use]
    pub fn business_date(&self, time: BlockTime) -> BusinessDate {
        let offset_ms = i64::from(self.utc_offset_minutes) * 60_000;
        BlockTime(time.0.saturating_add_signed(offset_ms)).date()
    }

    /// The instant at which a minute of a business date begins.
    #[must_use]
    pub fn minute_of(&self, date: BusinessDate, minute: u16) -> BlockTime {
        BlockTime(
            self.opening(date)
                .0
                .saturating_add(u64::from(minute) * 60_000),
        )
    }

    /// The first instant of block time that bears a business date.
    #[must_use]
    pub fn opening(&self, date: BusinessDate) -> BlockTime {
        let offset_ms = i64::from(self.utc_offset_minutes) * 60_000;
        BlockTime((u64::from(date.0) * 86_400_000).saturating_add_signed(-offset_ms))
    }
}
