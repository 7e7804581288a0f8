//! `sycee file`: payment files are judged here and submitted from here; the participant's key never leaves this machine.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem};
use sycee_messages::{Directory, Judge, Judgement, limits::FILE_BYTES_MAX};
use sycee_primitives::BusinessDate;

use super::output::{Output, data, note, read_file, read_text};
use super::{Failed, Global, Outcome};
use crate::{clock, exit};

mod answer;
mod plan;
mod submit;
#[cfg(test)]
mod tests;

/// Bytes of a directory document.
const DIRECTORY_BYTES_MAX: u64 = 16 << 20;

/// `sycee file ...`
#[derive(Subcommand, Debug)]
pub(super) enum File {
    /// Judge files offline, in the order given.
    #[command(
        after_help = "Example:\n  sycee file check morning.xml salaries.csv --directory directory.json --business-date 2026-12-01 --json"
    )]
    Check(Check),
    /// Judge files, submit their payments, wait for every outcome, write the answers (pacs.002).
    #[command(
        after_help = "Example:\n  sycee file submit morning.xml --key bank-a.json --node 127.0.0.1:7401\n\n\
        Submitting the same file again is safe: payments that were made are not made twice, their outcomes are answered."
    )]
    Submit(submit::Submit),
}

/// Flags of `sycee file check`.
#[derive(Args, Debug)]
pub(super) struct Check {
    /// Files to be judged.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Participants and currencies (JSON); without it every well-formed BIC and known currency is accepted.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
    /// Day for which the files are judged, YYYY-MM-DD; the directory's, or else today (UTC).
    #[arg(long, value_name = "DATE")]
    business_date: Option<String>,
}

impl File {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self {
            File::Check(check) => check.run(output),
            File::Submit(submit) => submit.run(global, output).await,
        }
    }
}

impl Check {
    fn run(self, output: Output) -> Outcome {
        let mut judge = Judge::new(self.directory()?);
        let mut worst = exit::OK;
        for path in &self.files {
            let judgement = match read_file(path, FILE_BYTES_MAX as u64) {
                Ok(bytes) => judge.judge(&name_of(path), &bytes),
                Err(problem) => {
                    note(&format!("error {problem}"));
                    worst = exit::NOT_FOUND;
                    continue;
                }
            };
            print(output, &judgement);
            if judgement.code.is_some() && worst == exit::OK {
                worst = exit::REFUSED;
            }
        }
        match worst {
            exit::OK => Ok(()),
            exit => Err(Failed {
                lines: Vec::new(),
                exit,
            }),
        }
    }

    fn directory(&self) -> Result<Directory, Problem> {
        let date = self.business_date.as_deref().map(read_date).transpose()?;
        let Some(path) = &self.directory else {
            return Ok(Directory::open(
                date.unwrap_or_else(|| clock::wall().date()),
            ));
        };
        Directory::from_json(&read_text(path, DIRECTORY_BYTES_MAX)?, date).map_err(|error| {
            Problem::of(
                NodeFault::ConfigMalformed,
                format!("{}: {error}", path.display()),
            )
        })
    }
}

fn read_date(text: &str) -> Result<BusinessDate, Problem> {
    BusinessDate::parse(text).ok_or_else(|| {
        Problem::of(
            NodeFault::FieldMalformed,
            format!("--business-date {text}: YYYY-MM-DD is expected"),
        )
    })
}

/// The file's own name, as reports and answers use it.
fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// One judgement: one JSON object, or one line.
fn print(output: Output, judgement: &Judgement) {
    let value =
        serde_json::to_value(judgement).unwrap_or_else(|error| json!({"error": error.to_string()}));
    output.print(&value, || vec![line(judgement)]);
}

/// The judgement as one line for people.
fn line(judgement: &Judgement) -> String {
    let message = judgement.message.as_deref().unwrap_or("unknown message");
    let Some(code) = judgement.code else {
        let payments = judgement.transactions.len();
        return format!(
            "accepted  {}  {message}  {payments} payments",
            judgement.file
        );
    };
    let place = judgement.xpath.as_deref().unwrap_or("file");
    let line = judgement
        .line
        .map(|line| format!(" line {line}"))
        .unwrap_or_default();
    let reason = judgement.reason.as_deref().unwrap_or_default();
    format!(
        "rejected  {}  {message}  {code} at {place}{line}: {reason}",
        judgement.file
    )
}

/// Prints one JSON value a line, or what people read.
fn report(output: Output, value: &Value, lines: Vec<String>) {
    if output.json {
        data(&value.to_string());
    } else {
        lines.iter().for_each(|line| data(line));
    }
}
