//! `sycee genesis`: looking at founding documents before trusting them.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::NodeFault;
use sycee_genesis::{Genesis as Founding, GenesisErrors, Problem as Fault};

use super::output::{Output, data, read_text};
use super::{Failed, Outcome};
use crate::exit;

/// Bytes of a genesis document.
const GENESIS_BYTES_MAX: u64 = 64 << 20;

/// `sycee genesis ...`
#[derive(Subcommand, Debug)]
pub(super) enum Genesis {
    /// The network's identity: the hash all founders compare.
    #[command(after_help = "Example:\n  sycee genesis hash genesis.toml")]
    Hash(Document),
    /// Every problem of a document, with line, field, code and remedy.
    #[command(after_help = "Example:\n  sycee genesis check genesis.toml --json")]
    Check(Document),
    /// Who takes part and what there is, in short.
    #[command(after_help = "Example:\n  sycee genesis show genesis.toml")]
    Show(Document),
}

/// The document.
#[derive(Args, Debug)]
pub(super) struct Document {
    /// Genesis document (TOML).
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Genesis {
    pub(super) fn run(self, output: Output) -> Outcome {
        match self {
            Genesis::Hash(document) => {
                let genesis = load(&document.file)?;
                let chain = genesis.chain_id().to_string();
                output.print(&json!({"chain_id": chain}), || vec![chain.clone()]);
                Ok(())
            }
            Genesis::Check(document) => check(&document.file, output),
            Genesis::Show(document) => {
                output.object(&summary(&load(&document.file)?));
                Ok(())
            }
        }
    }
}

/// Reads and checks a document; every problem becomes one error line.
pub(super) fn load(path: &Path) -> Result<Founding, Failed> {
    let text = read_text(path, GENESIS_BYTES_MAX)?;
    Founding::parse(&text).map_err(|GenesisErrors(problems)| Failed {
        lines: problems.iter().map(|problem| line(path, problem)).collect(),
        exit: exit::UNVERIFIED,
    })
}

fn line(path: &Path, problem: &Fault) -> String {
    let place = problem
        .line
        .map(|line| format!(":{line}"))
        .unwrap_or_default();
    let field = match problem.field.as_str() {
        "" => String::new(),
        field => format!(" {field}"),
    };
    let what = problem.fault.english().trim_end_matches('.');
    format!(
        "{} (NARR): {what} [{}{place}{field}: {}]; remedy: {}",
        problem.fault.code(),
        path.display(),
        problem.detail,
        problem.fault.remedy()
    )
}

fn check(path: &Path, output: Output) -> Outcome {
    let text = read_text(path, GENESIS_BYTES_MAX)?;
    match Founding::parse(&text) {
        Ok(genesis) => {
            let chain = genesis.chain_id().to_string();
            let value = json!({"valid": true, "chain_id": chain, "problems": []});
            output.print(&value, || vec![format!("valid, chain id {chain}")]);
            Ok(())
        }
        Err(GenesisErrors(problems)) => {
            if output.json {
                let problems: Vec<Value> = problems
                    .iter()
                    .map(|problem| {
                        json!({
                            "code": problem.fault.code(),
                            "line": problem.line,
                            "field": problem.field,
                            "what": problem.fault.english(),
                            "detail": problem.detail,
                            "remedy": problem.fault.remedy(),
                        })
                    })
                    .collect();
                data(&json!({"valid": false, "problems": problems}).to_string());
            }
            let mut lines: Vec<String> =
                problems.iter().map(|problem| line(path, problem)).collect();
            let summary = sycee_api::Problem::of(
                NodeFault::GenesisInvalid,
                format!("{}: {} problems", path.display(), problems.len()),
            );
            lines.push(summary.to_string());
            Err(Failed {
                lines,
                exit: exit::UNVERIFIED,
            })
        }
    }
}

fn summary(genesis: &Founding) -> Value {
    let facts = genesis.facts();
    let set = genesis.validator_set();
    let series: u64 = facts
        .series
        .iter()
        .map(|series| u64::from(series.count))
        .sum();
    let accounts = (facts.accounts.len() as u64).saturating_add(series);
    json!({
        "chain_id": genesis.chain_id().to_string(),
        "network": facts.name,
        "time_ms": facts.time.0,
        "validators": facts.validators.iter().map(|it| format!("{} {}", it.name, it.address)).collect::<Vec<_>>(),
        "observers": facts.observers.iter().map(|it| format!("{} {}", it.name, it.address)).collect::<Vec<_>>(),
        "faults_tolerated": set.faults(),
        "quorum": set.quorum(),
        "participants": facts.participants.iter()
            .map(|it| format!("{} {} ({})", it.id, it.name, it.role.name()))
            .collect::<Vec<_>>(),
        "assets": facts.assets.iter().map(|it| it.currency.to_string()).collect::<Vec<_>>(),
        "accounts": accounts,
    })
}
