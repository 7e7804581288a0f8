//! `sycee loan`: loans of the ledger with what they owe and when; and, offline, what contracts in files pay by the same arithmetic.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use sycee_api::{NodeFault, Problem};
use sycee_cases::{CaseError, CaseResult, FILE_BYTES_MAX, FileResult};

use super::output::{Output, read_text};
use super::sending::send;
use super::{Failed, Global, Outcome};
use crate::loan_view::{LoanView, fetch_loan};

mod pay;
mod show;
#[cfg(test)]
mod tests;

/// `sycee loan ...`
#[derive(Subcommand, Debug)]
pub(super) enum Loan {
    /// Project contracts of the ACTUS form to their events, or repayment plans to their schedules.
    #[command(
        after_help = "Example:\n  sycee loan project actus-tests-ann.json --case ann01\n  sycee loan project loans.json --json\n\n\
        A contract whose terms cannot be followed says which one; the others are answered, and the exit code is 7."
    )]
    Project(Cases),
    /// Compute again what a file expects: day counts, roundings, receivables, plans, contracts.
    #[command(
        after_help = "Example:\n  sycee loan check daycount.csv\n  sycee loan check receivables.json --json\n\n\
        `expected` holds what was computed, `equal` whether the file says the same. Exit code 8 when something differs."
    )]
    Check(Cases),
    /// A loan of the ledger: its terms, what it owes today and how it stands.
    #[command(after_help = "Example:\n  sycee loan show 7\n  sycee loan show 7 --json")]
    Show(Row),
    /// Everything that a loan asks for and when: what is unpaid, and what will fall due at the present rate.
    #[command(after_help = "Example:\n  sycee loan schedule 7\n  sycee loan schedule 7 --json")]
    Schedule(Row),
    /// Repay: at most so much, and at most what is owed.
    #[command(
        after_help = "Example:\n  sycee loan repay 7 --amount 106000.00 --key corp-1.json\n  sycee loan repay 7 --amount 106000.00 --prepay 50000.00 --key corp-1.json"
    )]
    Repay(pay::Repay),
    /// Have a part of the principal paid out.
    #[command(after_help = "Example:\n  sycee loan draw 7 --amount 400000.00 --key corp-1.json")]
    Draw(pay::Draw),
    /// Give back what stands in suspense.
    #[command(after_help = "Example:\n  sycee loan return-suspense 7 --key bank-a.json")]
    ReturnSuspense(pay::GiveBack),
    /// Have a guarantor pay what is late.
    #[command(after_help = "Example:\n  sycee loan call-surety 3 --key bank-a.json")]
    CallSurety(pay::Call),
    /// Pay a guarantor back.
    #[command(
        after_help = "Example:\n  sycee loan repay-surety 7 --surety 3 --amount 1000.00 --key corp-1.json"
    )]
    RepaySurety(pay::RepayGuarantor),
}

/// A loan of the ledger.
#[derive(Args, Debug)]
pub(super) struct Row {
    /// The loan's number.
    #[arg(value_name = "ID")]
    id: u64,
}

/// Flags of `sycee loan project` and `sycee loan check`.
#[derive(Args, Debug)]
pub(super) struct Cases {
    /// File with the cases, JSON or CSV.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only this case.
    #[arg(long, value_name = "ID")]
    case: Option<String>,
}

impl Loan {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self {
            Loan::Project(cases) => {
                let result = cases.compute(sycee_cases::project)?;
                output.print(&projection(&result), || told(&result));
                refused(&cases, &result)
            }
            Loan::Check(cases) => {
                let result = cases.compute(sycee_cases::check)?;
                output.print(&comparison(&result), || compared(&result));
                refused(&cases, &result)?;
                differing(&cases, &result)
            }
            Loan::Show(row) => {
                let mut client = global.connect().await?;
                show::run(&mut client, row.id, output).await
            }
            Loan::Repay(it) => {
                let mut client = global.connect().await?;
                let action = it.action(&mut client).await?;
                send(&mut client, &it.sending, action, output).await
            }
            Loan::Draw(it) => {
                let mut client = global.connect().await?;
                let action = it.action(&mut client).await?;
                send(&mut client, &it.sending, action, output).await
            }
            Loan::RepaySurety(it) => {
                let mut client = global.connect().await?;
                let action = it.action(&mut client).await?;
                send(&mut client, &it.sending, action, output).await
            }
            Loan::ReturnSuspense(it) => {
                let mut client = global.connect().await?;
                send(&mut client, &it.sending, it.action(), output).await
            }
            Loan::CallSurety(it) => {
                let mut client = global.connect().await?;
                send(&mut client, &it.sending, it.action(), output).await
            }
            Loan::Schedule(row) => {
                let mut client = global.connect().await?;
                let found = fetch_loan(&mut client, row.id).await?;
                output.print(&scheduled(row.id, &found), || found.schedule_lines());
                Ok(())
            }
        }
    }
}

fn scheduled(id: u64, found: &LoanView) -> Value {
    let rows = found
        .loan
        .schedule(&found.days(), found.today)
        .into_iter()
        .map(|row| {
            json!({
                "due": row.due.to_string(),
                "principal": found.money(row.principal),
                "interest": found.money(row.interest),
                "left": found.money(row.left),
                "has_fallen_due": row.has_fallen_due,
            })
        });
    json!({
        "id": id,
        "rows": rows.collect::<Vec<Value>>(),
        "business_date": found.today.to_string(),
        "as_of_height": found.height,
    })
}

impl Cases {
    fn compute(
        &self,
        door: impl Fn(&str, Option<&str>) -> Result<FileResult, CaseError>,
    ) -> Result<FileResult, Problem> {
        let text = read_text(&self.file, FILE_BYTES_MAX as u64)?;
        door(&text, self.case.as_deref()).map_err(|error| {
            let fault = match error {
                CaseError::NoSuchCase(_) => NodeFault::CaseUnknown,
                CaseError::TooLong
                | CaseError::TooMany
                | CaseError::Unreadable(_)
                | CaseError::UnknownForm(_) => NodeFault::CaseFileUnreadable,
            };
            Problem::of(fault, format!("{}: {error}", self.file.display()))
        })
    }
}

/// Contracts as an object by id, plans as a list: the forms that the files themselves have.
fn projection(result: &FileResult) -> Value {
    let answer = |case: &CaseResult| match &case.outcome {
        Ok(computed) => computed.clone(),
        Err(error) => Map::from_iter([("error".to_owned(), json!(error))]),
    };
    if result.form == "actus" {
        let cases = result.cases.iter();
        return Value::Object(
            cases
                .map(|case| (case.id.clone(), Value::Object(answer(case))))
                .collect(),
        );
    }
    let plans = result.cases.iter().map(|case| {
        let mut plan = answer(case);
        plan.insert("id".to_owned(), json!(case.id));
        Value::Object(plan)
    });
    Value::Array(plans.collect())
}

fn comparison(result: &FileResult) -> Value {
    let cases = result.cases.iter().map(|case| match &case.outcome {
        Ok(computed) => json!({ "id": case.id, "expected": computed, "equal": case.equal }),
        Err(error) => json!({ "id": case.id, "error": error, "equal": case.equal }),
    });
    json!({
        "form": result.form,
        "cases": result.cases.len(),
        "equal": count(result, Some(true)),
        "differing": count(result, Some(false)),
        "results": cases.collect::<Vec<Value>>(),
    })
}

fn count(result: &FileResult, equal: Option<bool>) -> usize {
    result
        .cases
        .iter()
        .filter(|case| case.equal == equal)
        .count()
}

/// A table a case.
fn told(result: &FileResult) -> Vec<String> {
    let mut lines = Vec::new();
    for case in &result.cases {
        lines.push(case.id.clone());
        match &case.outcome {
            Err(error) => lines.push(format!("  {error}")),
            Ok(computed) => {
                for (name, value) in computed {
                    match value {
                        Value::Array(rows) => lines.extend(table(rows)),
                        _ => lines.push(format!("  {name}  {}", cell(value))),
                    }
                }
            }
        }
    }
    lines
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Rows in columns, each as wide as its widest cell, under the names of the first row that has most.
fn table(rows: &[Value]) -> Vec<String> {
    let members = |row: &Value| row.as_object().map_or(0, Map::len);
    let Some(Value::Object(widest)) = rows.iter().max_by_key(|row| members(row)) else {
        return Vec::new();
    };
    let names: Vec<&String> = widest.keys().collect();
    let mut lines = vec![
        names
            .iter()
            .map(|name| (*name).clone())
            .collect::<Vec<String>>(),
    ];
    for row in rows {
        let cells = names
            .iter()
            .map(|name| row.get(name).map(cell).unwrap_or_default());
        lines.push(cells.collect());
    }
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    lines
        .iter()
        .map(|line| {
            let padded = line
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:>width$}"));
            format!("  {}", padded.collect::<Vec<String>>().join("  "))
        })
        .collect()
}

fn compared(result: &FileResult) -> Vec<String> {
    let mut lines = Vec::new();
    for case in &result.cases {
        match (&case.outcome, case.equal) {
            (Err(error), _) => lines.push(format!("{}  {error}", case.id)),
            (Ok(_), Some(false)) => lines.push(format!("{}  differs", case.id)),
            (Ok(_), Some(true) | None) => {}
        }
    }
    let equal = count(result, Some(true));
    lines.push(format!(
        "{} of {} {} cases equal",
        equal,
        result.cases.len(),
        result.form
    ));
    lines
}

fn failed(fault: NodeFault, cases: &Cases, place: &str) -> Failed {
    Problem::of(fault, format!("{}: {place}", cases.file.display())).into()
}

/// Fails when a case could not be followed. The output has said which and why.
fn refused(cases: &Cases, result: &FileResult) -> Outcome {
    let mut wrong = result.cases.iter().filter(|case| case.outcome.is_err());
    match wrong.next() {
        None => Ok(()),
        Some(first) => {
            let reason = first.outcome.as_ref().err().map_or("", String::as_str);
            let place = match wrong.count() {
                0 => format!("case {}: {reason}", first.id),
                more => format!("case {}: {reason}; and {more} more", first.id),
            };
            Err(failed(NodeFault::CaseRefused, cases, &place))
        }
    }
}

fn differing(cases: &Cases, result: &FileResult) -> Outcome {
    let different = result.cases.iter().find(|case| case.equal == Some(false));
    different.map_or(Ok(()), |case| {
        Err(failed(
            NodeFault::CaseDiffers,
            cases,
            &format!("case {}", case.id),
        ))
    })
}
