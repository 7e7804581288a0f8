//! `sycee bench`: figures of a local network of real processes, verified or not given at all.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::Outcome;
use super::dev::{Place, failed};
use super::output::{Output, note};
use crate::bench::load::Mode;
use crate::bench::programme::{FIGURE_SECONDS_MIN, Phase, Report, Wanted, measure};
use crate::bench::statistics::Summary;
use crate::local::network::Options;
use crate::local::signals::asked_to_stop;

mod eod;
mod turn;

/// What one transaction carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum ModeName {
    /// One payment, one signature.
    Single,
    /// Many payments under one signature.
    Bulk,
}

/// Measurements of something else than payments over a network.
#[derive(Subcommand, Debug)]
enum Other {
    /// The end of a business day over a book of loans: one engine and one disk, without a network.
    #[command(
        after_help = "Example:\n  sycee bench eod --loans 5000000 --due 3 --overdue 5 --json\n\n\
        Everything due is executed, written and synced; then the store is opened again and 10,000 loans are compared with an engine \
        that walks day by day. A difference gives no figures and exit code 8. Memory: about 900 bytes a loan."
    )]
    Eod(eod::Eod),
    /// Payments over a network while the day turns and a book of loans falls due.
    #[command(
        after_help = "Example:\n  sycee bench turn --loans 100000 --rate 1000 --port-base 0 --json\n\n\
        The loans are offered and accepted first. A payment counts as sent meanwhile if it was due before the last validator had done \
        what was due. Afterwards every balance is recomputed."
    )]
    Turn(turn::Turn),
}

/// Flags of `sycee bench`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Example:\n  sycee bench --port-base 0 --json\n  sycee bench --mode bulk --legs 1000 --port-base 0\n\n\
    Without --rate and --in-flight: saturation, 70 % of it, low load. Fewer than 60 seconds are marked as not a figure. What each \
    figure means stands in docs/bench.md."
)]
pub(super) struct Bench {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    place: Place,
    /// One payment a transaction, or many.
    #[arg(long, value_enum, default_value = "single")]
    mode: ModeName,
    /// Payments of one bulk transaction, 1 to 8,190.
    #[arg(long, default_value_t = 1_000, value_name = "K")]
    legs: u32,
    /// Payments a second, sent whatever the answers do; this phase alone.
    #[arg(long, value_name = "R", conflicts_with = "in_flight", value_parser = clap::value_parser!(u64).range(1..))]
    rate: Option<u64>,
    /// Transactions in flight at any time; saturation alone.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16_384))]
    in_flight: Option<u32>,
    /// Measured seconds of each phase.
    #[arg(long, default_value_t = FIGURE_SECONDS_MIN, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Seconds of load before measuring begins.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=600))]
    warmup: u64,
    /// Accounts that pay and are paid.
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    accounts: u32,
    /// Participants that sign, each with a key and a share of the accounts.
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    signers: u32,
}

impl Bench {
    pub(super) async fn run(self, output: Output) -> Outcome {
        match self.other {
            Some(Other::Eod(eod)) => return eod.run(output),
            Some(Other::Turn(turn)) => return turn.run(output).await,
            None => {}
        }
        let wanted = Wanted {
            network: Options {
                observer: false,
                solvers: false,
                ..self.place.options()
            },
            mode: match self.mode {
                ModeName::Single => Mode::Single,
                ModeName::Bulk => Mode::Bulk { legs: self.legs },
            },
            rate: self.rate,
            in_flight: self
                .in_flight
                .and_then(|in_flight| usize::try_from(in_flight).ok()),
            seconds: self.seconds,
            warmup: self.warmup,
            accounts: self.accounts,
            signers: self.signers,
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
    let machine = &report.machine;
    let mut lines = vec![
        format!(
            "sycee {}, {} (payments a transaction: {}), {} accounts, {} signers, {} validators, load and validators on one machine of {} processors",
            report.version,
            report.mode,
            report.legs,
            report.accounts,
            report.signers,
            report.validators,
            machine.processors
        ),
        format!(
            "machine: sign {} ns, verify {} ns, verify in a batch {} ns, SHA-256 of 64 bytes {} ns, synced write {}",
            machine.sign_ns,
            machine.verify_ns,
            machine.verify_in_batch_ns,
            machine.hash_64_ns,
            percentiles(machine.sync)
        ),
    ];
    report
        .phases
        .iter()
        .for_each(|phase| lines.extend(phase_lines(phase)));
    lines.push(format!(
        "verified: {} payments, {} accounts recomputed, {} nodes agree at height {} on state root {}",
        report.payments_total, report.accounts_checked, report.agreement.nodes, report.agreement.height, report.agreement.state_root
    ));
    lines
}

fn phase_lines(phase: &Phase) -> Vec<String> {
    let thousandths = |value: u64| format!("{}.{:03}", value / 1_000, value % 1_000);
    let optional = |value: Option<u64>| value.map_or_else(|| "not told".to_owned(), thousandths);
    let cost = &phase.cost;
    let mut lines = vec![
        format!("{} ({})", phase.name, phase.pace),
        format!(
            "  payments/s           {}  ({} in {} ms)",
            phase.payments_per_second, phase.payments, phase.measured_ms
        ),
        format!(
            "  final at sender      {}",
            percentiles(phase.final_at_sender)
        ),
        format!(
            "  final everywhere     {}",
            percentiles(phase.final_everywhere)
        ),
        format!("  proven               {}", percentiles(phase.proven)),
        format!(
            "  CPU-us a payment     {} a validator, {} load generator",
            thousandths(cost.cpu_ns),
            thousandths(cost.client_cpu_ns)
        ),
        format!(
            "  bytes a payment      disk {}, wire {}, loopback {} a validator",
            thousandths(cost.disk_millibytes),
            optional(cost.wire_millibytes),
            optional(cost.loopback_millibytes)
        ),
    ];
    lines.extend(
        phase
            .reservations
            .iter()
            .map(|reservation| format!("  {reservation}")),
    );
    lines
}

fn percentiles(summary: Option<Summary>) -> String {
    let Some(summary) = summary else {
        return "no samples".to_owned();
    };
    let milliseconds = |micros: u64| format!("{}.{:02}", micros / 1_000, micros % 1_000 / 10);
    format!(
        "p50 {} ms, p99 {} ms, p99.9 {} ms ({} samples)",
        milliseconds(summary.p50_us),
        milliseconds(summary.p99_us),
        milliseconds(summary.p999_us),
        summary.count
    )
}
