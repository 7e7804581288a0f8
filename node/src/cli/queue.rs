//! `sycee queue`: netting of waiting payments, offline.
//!
//! ```text
//!   solve FILE   a queue file ─▶ the strict-order baseline and the solver's set, both judged by the ledger's own rules
//!   simulate     a whole day with and without liquidity saving ─▶ figures, and a picture
//! ```

mod simulate;
mod solve;

use clap::Subcommand;

use super::Outcome;
use super::output::Output;

/// `sycee queue ...`
#[derive(Subcommand, Debug)]
pub(super) enum Queue {
    /// Settle as much as possible of the queue in a file.
    #[command(after_help = "Example:\n  sycee queue solve queue.json --json")]
    Solve(solve::Solve),
    /// Simulate a day of payments with and without liquidity saving.
    #[command(
        after_help = "Example:\n  sycee queue simulate --banks 32 --payments 20000 --svg day.svg --json"
    )]
    Simulate(simulate::Simulate),
}

impl Queue {
    pub(super) fn run(self, output: Output) -> Outcome {
        match self {
            Queue::Solve(solve) => solve.run(output),
            Queue::Simulate(simulate) => simulate.run(output),
        }
    }
}
