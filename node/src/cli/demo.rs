//! `sycee demo`: the whole way of a payment on a network of real processes, accident included, everything checked.

use clap::Args;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::dev::{Place, failed};
use super::output::{Output, data, note};
use super::{Failed, Outcome};
use crate::exit;
use crate::local::demo::{Demonstration, Shown};
use crate::local::network::LocalError;
use crate::local::signals::asked_to_stop;

/// Flags of `sycee demo`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sycee demo --once --port-base 0 --json\n\n\
    Starts four validators and an observer, has two banks submit files (some refused on purpose), kills the next leader with \
    acknowledged payments in its hands, restarts it, compares all nodes and verifies a receipt offline. Exit 0 only if all of it held.")]
pub(super) struct Demo {
    #[command(flatten)]
    place: Place,
    /// End after the demonstration instead of going on until Ctrl-C.
    #[arg(long)]
    once: bool,
}

impl Demo {
    pub(super) async fn run(self, output: Output) -> Outcome {
        let began = Instant::now();
        let tell = move |line: &str| if output.json { note(line) } else { data(line) };
        let options = self.place.options();
        let mut demonstration = tokio::select! {
            _signal = asked_to_stop() => return Ok(()),
            started = Demonstration::start(&options, began) => started.map_err(|error| failed(&error))?,
        };
        let shown = tokio::select! {
            _signal = asked_to_stop() => None,
            shown = demonstration.show(&tell) => Some(shown),
        };
        let ended = match shown {
            None => Ok(()),
            Some(Ok(shown)) => {
                summary(output, &shown);
                if !self.once {
                    stay(&mut demonstration, &tell).await;
                }
                verdict(&shown)
            }
            Some(Err(error)) => Err(failed(&error)),
        };
        if ended.is_err() {
            demonstration.network().keep_folder();
            note(&format!(
                "the folder stays for inspection: {}",
                demonstration.network().folder().display()
            ));
        }
        let killed = demonstration.network().stop().await;
        if !killed.is_empty() {
            note(&format!(
                "did not stop in good order: {}",
                killed.join(", ")
            ));
        }
        ended
    }
}

async fn stay(demonstration: &mut Demonstration, tell: &(dyn Fn(&str) + Sync)) {
    for node in demonstration.network().nodes() {
        tell(&format!(
            "{:20} gRPC {}",
            node.name(),
            node.endpoints().grpc
        ));
    }
    tell("the network goes on; stop it with Ctrl-C");
    let failure: Option<LocalError> = tokio::select! {
        _signal = asked_to_stop() => None,
        failure = demonstration.network().failed() => Some(failure),
    };
    if let Some(failure) = failure {
        note(&failure.to_string());
    }
}

fn verdict(shown: &Shown) -> Outcome {
    if shown.held() {
        return Ok(());
    }
    let broken = shown.checks.iter().filter(|check| !check.held);
    Err(Failed {
        lines: broken
            .map(|check| format!("did not hold: {}; seen: {}", check.what, check.seen))
            .collect(),
        exit: exit::UNVERIFIED,
    })
}

fn summary(output: Output, shown: &Shown) {
    let value = json!({
        "held": shown.held(),
        "chain_id": shown.chain_id,
        "files": shown.tally.files,
        "files_refused": shown.tally.files_refused,
        "payments": shown.tally.payments,
        "settled": shown.tally.settled,
        "refused": shown.tally.refused,
        "single_payments": shown.tally.single,
        "ready_ms": shown.ready_ms,
        "first_final_ms": shown.first_final_ms,
        "finality": shown.finality,
        "accident": shown.accident,
        "last_payment_height": shown.last_payment_height,
        "roots_equal": shown.agreement.is_some(),
        "agreement": shown.agreement,
        "checks": shown.checks,
    });
    output.print(&value, || lines(shown, &value));
}

fn lines(shown: &Shown, value: &Value) -> Vec<String> {
    let mut lines = vec![String::new()];
    let names = [
        "files",
        "payments",
        "settled",
        "refused",
        "ready_ms",
        "first_final_ms",
        "last_payment_height",
    ];
    lines
        .extend(names.map(|name| format!("{name:20} {}", value.get(name).unwrap_or(&Value::Null))));
    if let Some(finality) = shown.finality {
        lines.push(format!(
            "{:20} p50 {} us, p99 {} us, {} payments one after another",
            "finality", finality.p50_us, finality.p99_us, finality.count
        ));
    }
    for check in &shown.checks {
        let word = if check.held { "held" } else { "BROKEN" };
        lines.push(format!("{word:7} {}: {}", check.what, check.seen));
    }
    lines
}
