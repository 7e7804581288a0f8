//! The commands a bank would run, run as processes of the same binary.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::outcome::Report;
use crate::local::files::PaymentFile;
use crate::local::network::{LocalError, Network};

/// How long one command may take.
const COMMAND_MAX: Duration = Duration::from_secs(180);

/// Submits a bank's files over one node, in order, and reports each as soon as it is answered.
pub(super) async fn submit_files(
    network: &Network,
    node: usize,
    bank: &str,
    files: &[(PaymentFile, PathBuf)],
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Vec<Report>, LocalError> {
    let mut command = sycee()?;
    command.args([
        "--json",
        "--node",
        &network.node(node)?.endpoints().grpc,
        "file",
        "submit",
    ]);
    command.args(files.iter().map(|(_, path)| path));
    command
        .arg("--key")
        .arg(network.participant_key_path(bank))
        .args(["--timeout", "60"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let output = child
        .stdout
        .take()
        .ok_or_else(|| LocalError::Check("the command has no output".to_owned()))?;
    let mut lines = BufReader::new(output).lines();
    let mut reports = Vec::new();
    let reading = async {
        for (file, _) in files {
            let Some(line) = lines.next_line().await.map_err(failed)? else {
                break;
            };
            let report = Report::read(&line, file).ok_or_else(|| {
                LocalError::Check(format!(
                    "{}: not the report of this file: {line}",
                    file.name
                ))
            })?;
            report
                .lines
                .iter()
                .for_each(|line| tell(&format!("{bank}  {line}")));
            reports.push(report);
        }
        child.wait_with_output().await.map_err(failed)
    };
    let ended = tokio::time::timeout(COMMAND_MAX, reading).await;
    let ended = ended.map_err(|_too_long| {
        LocalError::Check(format!(
            "{bank}: file submit takes longer than {COMMAND_MAX:?}"
        ))
    })??;
    if reports.len() != files.len() {
        let why = String::from_utf8_lossy(&ended.stderr).into_owned();
        return Err(LocalError::Check(format!(
            "{bank}: {} of {} files were answered: {why}",
            reports.len(),
            files.len()
        )));
    }
    Ok(reports)
}

/// Fetches the certified receipt of a transaction and verifies it against the genesis alone.
pub(super) async fn verify_receipt(
    network: &Network,
    transaction: &str,
) -> Result<String, LocalError> {
    let file = network.folder().join(format!("{transaction}.receipt"));
    let genesis = network.folder().join("genesis.toml");
    let mut prove = sycee()?;
    prove
        .args([
            "--node",
            &network.node(0)?.endpoints().grpc,
            "tx",
            "prove",
            transaction,
            "--out",
        ])
        .arg(&file);
    succeeded("tx prove", run(prove).await?)?;
    let mut verify = sycee()?;
    verify
        .args(["--json", "verify", "receipt"])
        .arg(&file)
        .arg("--genesis")
        .arg(&genesis);
    verify.args(["--transaction", transaction]);
    succeeded("verify receipt", run(verify).await?)
}

fn sycee() -> Result<Command, LocalError> {
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command.stdin(Stdio::null()).kill_on_drop(true);
    Ok(command)
}

async fn run(mut command: Command) -> Result<Output, LocalError> {
    let ended = tokio::time::timeout(COMMAND_MAX, command.output()).await;
    ended
        .map_err(|_too_long| {
            LocalError::Check(format!("a command takes longer than {COMMAND_MAX:?}"))
        })?
        .map_err(failed)
}

fn succeeded(what: &str, output: Output) -> Result<String, LocalError> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(LocalError::Check(format!(
        "{what} ended with {}: {}",
        output.status,
        why.trim()
    )))
}

fn failed(error: std::io::Error) -> LocalError {
    LocalError::Check(format!("a command could not be run: {error}"))
}
