//! Progress: once the faults are over and q honest nodes are up, everything drains within a bound, villains or not.

use crate::plan::Plan;

/// Payments sent after the faults; each needs a block.
pub const PROBES: usize = 5;

/// How long draining may take.
///
/// Each of the first 4 (f + 1) views may be lost to a villain, a stale delay bound (up to 16 D0) or a clock; on top one skip time a
/// leader, a minute for catching up, and the clients' own patience.
#[must_use]
pub fn bound_us(plan: &Plan) -> u64 {
    let base_us = u64::from(plan.parameters.base_delay_ms) * 1_000;
    let view_us = 3 * base_us + 5 * 16 * base_us;
    let views = 4 * (u64::from(plan.faulty_max()) + 1);
    let skip_us = u64::from(plan.parameters.skip_ms) * 1_000;
    let patience_us = plan
        .clients
        .iter()
        .map(|client| client.patience_us)
        .max()
        .unwrap_or(0);
    60_000_000 + views * view_us + skip_us * u64::from(plan.validators) + 8 * patience_us
}
