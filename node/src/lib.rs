//! The only place that touches the world: libp2p, RocksDB, tonic, axum, the command line. Binary: `sycee`.
//!
//! ```text
//!   keys  clock  metrics          what a process has
//!   node  recover                 a folder and a genesis become a running node, or a refusal; a lost vote record
//!   runtime                       the threads around the replica
//!   api                           gRPC and the operations port over a running node
//!   cli  exit                     commands and their exit codes
//!   local  bench                  whole networks on one machine, and how fast they are
//! ```

#[cfg(sycee_planted)]
compile_error!("a node is not built with planted bugs: they are for tests (docs/reliability.md)");
#[cfg(sycee_stub_signatures)]
compile_error!("a node is never built with signatures that anybody can make");

pub mod api;
pub mod bench;
pub(crate) mod chain_view;
pub mod cli;
pub mod clock;
pub mod exit;
pub mod keys;
pub(crate) mod loan_view;
pub mod local;
pub mod metrics;
pub mod node;
pub mod recover;
pub mod runtime;
mod solving;
pub mod tree;
