//! How fast the network is, measured on real processes: load from outside, figures from what the last validator has executed.
//!
//! ```text
//!   population ──▶ pre-signed load ──gRPC──▶ validators (child processes) ──▶ receipts, block events ──▶ latency, rate
//!   /proc (CPU, disk), nodes' metrics (wire) ───────────────────────────────────────────────────────▶ cost of a payment
//!   balances recomputed from the load, roots of all nodes ──────────────────────────────────────────▶ or no figures at all
//! ```
//! `eod` measures the end of a business day over millions of loans, on one engine and one disk without a network; `turn` what payments
//! over a network feel of it.
//! Nothing but client signatures is computed before the run. Spec: requirements 3, 11, 32; design 7; `docs/bench.md`.

pub mod cost;
pub mod drive;
pub mod eod;
pub mod load;
pub mod machine;
pub mod population;
pub mod process;
pub mod programme;
mod run;
pub mod statistics;
pub mod turn;
pub mod verify;
pub mod watch;
