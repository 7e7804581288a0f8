//! `AdvanceClock`: the operator of a trial network lets time pass.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Longest jump: a leap year, milliseconds.
const ADVANCE_MS_MAX: u64 = 366 * 86_400_000;

/// Furthest that the clock may ever be ahead of block time: a hundred years, milliseconds.
const AHEAD_MS_MAX: u64 = 100 * ADVANCE_MS_MAX;

/// Puts the ledger's clock forward from the next block on.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct AdvanceClock {
    /// By so many milliseconds, at least one and at most 366 days.
    pub by_ms: u64,
}

impl Verb for AdvanceClock {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.by_ms == 0 || self.by_ms > ADVANCE_MS_MAX {
            return Err(RejectReason::ClockStep);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if !ledger.parameters.trial_clock {
            return Err(RejectReason::ClockFixed);
        }
        if ledger.role(call.sender()) != Some(Role::Operator) {
            return Err(RejectReason::ClockForbidden);
        }
        if ledger.header.ahead_ms.saturating_add(self.by_ms) > AHEAD_MS_MAX {
            return Err(RejectReason::ClockFarAhead);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.header.ahead_ms = ledger.header.ahead_ms.saturating_add(self.by_ms);
        Ok(Outcome::Settled)
    }
}
