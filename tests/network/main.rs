//! Real processes: the built `sycee` binary, its folders, its exit codes, its peers.
//!
//! ```text
//!   refusals   what `sycee start` and `sycee init` refuse, with the documented exit code and one clear line
//!   liars      a network whose validators all certify a wrong root, against a real observer
//!   recovery   a validator that lost its vote record rejoins; an old folder that was put back is found out
//!   pruning    a validator that drops old blocks: what it answers, its kill -9, a newcomer beside it
//!   membership a join, a rotation and a leave of validators under load
//!   racing     one portion and one document, asked for through three nodes at once: exactly one wins
//!   stories    a story over real nodes, and what the commands of a desk say of it
//!   life       kill -9 of one, kill -9 of all, a late observer; acknowledged payments survive
//! ```
//! Ports are chosen free, so that these tests pass while a development network runs.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test binary has no outside, lives in real time, and a broken expectation in it is a failed test"
)]

mod founding;
mod joining;
mod liars;
mod life;
mod membership;
mod pruning;
mod racing;
mod recovery;
mod refusals;
mod stories;
