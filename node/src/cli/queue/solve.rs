//! `sycee queue solve`: one netting cycle over the queue of a file.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem};
use sycee_contracts::liquidity::netting::{Netting, PaymentSet, Settlement, baseline, judge};
use sycee_solver::{file, solve};

use crate::cli::Outcome;
use crate::cli::output::{Output, read_file};

/// `sycee queue solve`
#[derive(Args, Debug)]
pub(in crate::cli) struct Solve {
    /// Queue file (JSON): balances, floors, payments as [sender, receiver, amount], optionally `class_rank`.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Solve {
    pub(super) fn run(self, output: Output) -> Outcome {
        let bytes = read_file(&self.file, file::FILE_BYTES_MAX as u64)?;
        let malformed = |fault: file::FileError| {
            let place = format!("{}: {fault}", self.file.display());
            Problem::of(NodeFault::QueueFileMalformed, place)
        };
        let netting = file::parse(&bytes).map_err(malformed)?;
        let queued = baseline(&netting);
        let strict = settled(&netting, &queued)?;
        let started = Instant::now();
        let set = solve(&netting);
        let solve_time = started.elapsed();
        let started = Instant::now();
        let best = settled(&netting, &set)?;
        let verify_time = started.elapsed();
        let value = json!({
            "settled_count": best.count,
            "settled_value": number(best.value),
            "balances": numbers(&best.balances),
            "bitmap_hex": set.to_hex(),
            "baseline": {
                "fifo_count": strict.count,
                "fifo_value": number(strict.value),
                "fifo_balances": numbers(&strict.balances),
                "fifo_bitmap_hex": queued.to_hex(),
            },
            "solve_ms": milliseconds(solve_time),
            "verify_ms": milliseconds(verify_time),
        });
        output.print(&value, || lines(&netting, &best, &strict, solve_time));
        Ok(())
    }
}

/// What a set of ours does; that it may settle is our promise.
fn settled(netting: &Netting, set: &PaymentSet) -> Result<Settlement, Problem> {
    judge(netting, set).map_err(|fault| Problem::of(NodeFault::Internal, fault))
}

fn lines(
    netting: &Netting,
    best: &Settlement,
    strict: &Settlement,
    solve_time: Duration,
) -> Vec<String> {
    let queued: u128 = netting.payments().iter().map(|it| it.amount).sum();
    let line = |name: &str, settlement: &Settlement| {
        let share = 100.0 * sycee_solver::day::ratio(settlement.value, queued);
        format!(
            "{name:9} {:>8} payments {:>28} {share:6.2} %",
            settlement.count, settlement.value
        )
    };
    vec![
        format!(
            "{:9} {:>8} payments {queued:>28}",
            "queued",
            netting.payments().len()
        ),
        line("baseline", strict),
        line("solved", best),
        format!("solved in {:.1} ms", milliseconds(solve_time)),
    ]
}

/// A whole number: as a JSON number up to 64 bits, beyond as a string.
fn number(value: u128) -> Value {
    u64::try_from(value).map_or_else(|_| json!(value.to_string()), |value| json!(value))
}

fn numbers(values: &[i128]) -> Vec<Value> {
    values
        .iter()
        .map(|value| match i64::try_from(*value) {
            Ok(value) => json!(value),
            Err(_) => json!(value.to_string()),
        })
        .collect()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
