//! Ways in which such protocols have failed, as scripted scenarios: each passes here and fails under the rule named in its first line.
//!
//! ```text
//!   World: some validators are cores, the others are scripted hands that hold their keys
//!   hand.batch / give / mark / propose / vote  -->  core  -->  votes, proposals, requests, deliveries (recorded)
//!   advance(us), crash, restart, cut(link)
//! ```
//! Names are those of the analysis that found them: L for liveness, B for corrections found by simulation.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test binary has no outside, and a broken expectation in it is a failed test"
)]

mod ballots;
mod fetching;
mod forks;
mod lives;
#[path = "../simulation/node.rs"]
#[allow(
    dead_code,
    reason = "shared with the random simulation, which uses all of it"
)]
mod node;
mod omission;
#[cfg(sycee_planted)]
mod planted;
mod rules;
mod signing;
mod views;
mod work;
mod world;
