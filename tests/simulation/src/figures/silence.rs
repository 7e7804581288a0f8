//! What an hour of silence costs, and the first payment after it. PROTOCOL.md Q7

use serde::Serialize;

use super::{Figure, ms, pay, quiet, started, violated};

/// An hour.
const HOUR_US: u64 = 3_600_000_000;

/// How exactly the answer is timed.
const LOOK_US: u64 = 1_000;

/// How long the first payment may take.
const FIRST_PAYMENT_US_MAX: u64 = 2_000_000;

/// What a silent hour costs, and the first payment after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Silence {
    /// Validators.
    pub validators: u16,
    /// Synced groups of writes of all nodes in the hour.
    pub syncs: u64,
    /// Bytes that all nodes sent in the hour.
    pub bytes: u64,
    /// Frames that all nodes sent in the hour.
    pub frames: u64,
    /// Final blocks in the hour: heartbeats.
    pub blocks: u64,
    /// From the request to the client's answer, the leader of the view dead; none within ten seconds.
    pub first_payment_us: Option<u64>,
}

impl Figure for Silence {
    const HEAD: &'static str =
        "validators | syncs | bytes | frames | blocks | first payment with the leader dead, ms";

    fn row(&self) -> String {
        format!(
            "{} | {} | {} | {} | {} | {}",
            self.validators,
            self.syncs,
            self.bytes,
            self.frames,
            self.blocks,
            self.first_payment_us.map_or("none".to_owned(), ms)
        )
    }

    fn check(&self) -> Result<(), String> {
        match self.first_payment_us {
            Some(us) if us <= FIRST_PAYMENT_US_MAX => Ok(()),
            Some(_) | None => Err("the first payment takes more than two seconds".to_owned()),
        }
    }
}

/// An hour of silence, and one payment with the leader of the view dead.
///
/// # Errors
/// The property that did not hold meanwhile.
pub fn silence(seed: u64, validators: u16) -> Result<Silence, String> {
    let mut world = started(quiet(seed, validators));
    // A payment, so that the network has a past.
    pay(&mut world, 0, 0);
    world.run_until(10_000_000);
    let (before, height) = (world.traffic, world.oracles.agreement.height());
    world.run_until(10_000_000 + HOUR_US);
    let mut figure = Silence {
        validators,
        syncs: world.traffic.syncs - before.syncs,
        bytes: world.traffic.bytes - before.bytes,
        frames: world.traffic.frames - before.frames,
        blocks: world.oracles.agreement.height() - height,
        first_payment_us: None,
    };
    let leader = world.nodes[0]
        .running
        .as_ref()
        .map_or(0, |running| running.replica.status().leader.usize());
    world.crash(leader, 0, true);
    let asked_at = world.time();
    let request = pay(&mut world, 0, (leader + 1) % usize::from(validators));
    while world.time() < asked_at + 10_000_000 && figure.first_payment_us.is_none() {
        let next = world.time() + LOOK_US;
        world.run_until(next);
        let it = &world.clients.requests[request];
        figure.first_payment_us = it.done.then(|| it.done_at - asked_at);
        violated(&world)?;
    }
    Ok(figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_cheap_and_a_dead_leader_costs_the_first_payment_less_than_two_seconds() {
        let figure = silence(1, 4).expect("nothing is violated");
        assert_eq!(figure.check(), Ok(()), "{figure:?}");
        assert!(figure.blocks <= 61, "a heartbeat a minute: {figure:?}");
        assert!(figure.bytes < 4_000_000, "{figure:?}");
    }
}
