//! Whole networks of nodes in one thread under virtual time: the product's own consensus, ledger and journal, with everything
//! around them simulated. Floor 4.
//!
//! It must never read a clock, draw chance outside the plan, or know RocksDB, libp2p, tonic or tokio.
//!
//! ```text
//!   seed --draw--> Plan --run--> World { nodes, links, disks, clients, villains, faults } --> Report
//!                   ^                      |
//!                   |                      every effect passes the oracles
//!                   +---- minimise <------ violation
//! ```
//! Invariant: the same plan gives the same run, down to the digest of every event. Spec: reliability 3.

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "numbers of PROTOCOL.md stand in brackets, as everywhere"
)]
#![warn(missing_docs)]

pub mod auditor;
mod clients;
mod costs;
pub mod coverage;
mod disk;
pub mod draw;
mod edge;
mod executing;
mod faults;
pub mod figures;
mod founding;
mod governing;
mod healing;
mod life;
mod links;
mod lying;
pub mod minimise;
mod node;
mod operator;
pub mod oracles;
pub mod plan;
pub mod planted;
mod posting;
mod racing;
pub mod random;
pub mod regions;
mod runs;
mod steps;
pub mod twins;
mod villains;
mod watch;
mod world;
mod writing;

pub use runs::{Report, keep_panics_quiet, run};
