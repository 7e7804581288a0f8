//! `sycee bench turn`: what payments feel of a business day's turn on a network that holds loans.

use clap::Args;
use serde_json::json;

use crate::bench::statistics::Summary;
use crate::bench::turn::{Report, TURNS_MAX, Wanted, measure};
use crate::cli::Outcome;
use crate::cli::dev::{Place, failed};
use crate::cli::output::{Output, note};
use crate::local::network::Options;
use crate::local::signals::asked_to_stop;

/// Flags of `sycee bench turn`.
#[derive(Args, Debug)]
pub(super) struct Turn {
    #[command(flatten)]
    place: Place,
    /// Loans, all of which fall due at each turn.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    loans: u32,
    /// Payments a second.
    #[arg(long, default_value_t = 1_000, value_name = "R", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    rate: u64,
    /// How often the day turns.
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(TURNS_MAX)))]
    turns: u32,
    /// Measured seconds of the load to compare with, while nothing falls due.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Turn {
    pub(super) async fn run(self, output: Output) -> Outcome {
        let wanted = Wanted {
            network: Options {
                observer: false,
                solvers: false,
                ..self.place.options()
            },
            loans: self.loans,
            rate: self.rate,
            turns: self.turns,
            seconds: self.seconds,
        };
        let measured = tokio::select! {
            _signal = asked_to_stop() => return Ok(()),
            measured = Box::pin(measure(&wanted, note)) => measured.map_err(|error| failed(&error))?,
        };
        output.print(&json!(measured), || table(&measured));
        Ok(())
    }
}

fn table(report: &Report) -> Vec<String> {
    let latency = |summary: Option<Summary>| super::percentiles(summary);
    let mut lines = vec![
        format!(
            "sycee {}, {} loans that all fall due at each turn, {} payments a second, {} validators and the load on one machine of {} processors",
            report.version, report.loans, report.rate, report.validators, report.machine.processors
        ),
        format!("nothing due           {}", latency(report.steady)),
    ];
    for (number, turn) in (1..).zip(&report.turns) {
        lines.push(format!(
            "turn {number:<16} {}; due items done after {} ms",
            latency(turn.meanwhile),
            turn.due_done_ms
        ));
    }
    lines.push(format!(
        "all turns             {}",
        latency(report.meanwhile)
    ));
    if let Some(percent) = report.p99_percent {
        lines.push(format!(
            "p99 while due         {}.{:02} times the p99 while nothing is",
            percent / 100,
            percent % 100
        ));
    }
    lines.push(format!(
        "verified: {} payments, {} accounts recomputed, {} nodes agree at height {} on state root {}",
        report.payments_total,
        report.accounts_checked,
        report.agreement.nodes,
        report.agreement.height,
        report.agreement.state_root
    ));
    lines
}
