//! A whole network on one machine, for development, demonstration and measurement: folders, ports, keys, child processes.
//!
//! ```text
//!   sycee dev | demo | bench
//!      └─ Network ── genesis + folders + keys ── endpoints.json
//!             ├─ child: sycee start (validator 0)      stdin is a pipe: when it closes, the child stops
//!             ├─ ...                                   so children stop with their parent, however it ends
//!             └─ child: sycee start (observer)
//! ```
//! The children are the same binary and the same `start` command as in production; only the keys lie in one place, which a real
//! network must never do. This module must never judge a payment: `files` writes payment files, the ledger judges them.
//!
//! Spec: interfaces B2 rule 1, B3 (ports).

pub mod child;
pub mod demo;
pub mod endpoints;
pub mod files;
mod founding;
pub mod network;
pub mod parent;
pub mod payer;
pub mod ports;
pub mod random;
pub mod scenario;
pub mod signals;
