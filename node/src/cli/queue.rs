//! `sycee queue`: payments that wait for funds.
//!
//! ```text
//!   show           what waits on a network, by account and place
//!   explain UETR   why one waits, and what would free it
//!   solve FILE     a queue file ─▶ the strict-order baseline and the solver's set, both judged by the ledger's own rules
//!   simulate       a whole day with and without liquidity saving ─▶ figures, and a picture
//! ```

mod explain;
mod show;
mod simulate;
mod solve;

use clap::Subcommand;

use super::output::Output;
use super::{Global, Outcome};

/// `sycee queue ...`
#[derive(Subcommand, Debug)]
pub(super) enum Queue {
    /// Show what waits for funds.
    #[command(after_help = "Example:\n  sycee queue show --account SETTLEMENT-1-CNY")]
    Show(show::Show),
    /// Say why a payment waits, and with a key what would free it.
    #[command(
        after_help = "Example:\n  sycee queue explain 7a562c67-ca16-48ba-b074-65581be6f001 --key bank-a.json"
    )]
    Explain(explain::Explain),
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
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self {
            Queue::Show(show) => show.run(global, output).await,
            Queue::Explain(explain) => explain.run(global, output).await,
            Queue::Solve(solve) => solve.run(output),
            Queue::Simulate(simulate) => simulate.run(output),
        }
    }
}
