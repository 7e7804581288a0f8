//! Files of loan cases: contracts and test tables in, the ledger's own results out as text.
//!
//! ```text
//!   contracts of the ACTUS form ──project──▶ events with states          both run the arithmetic that the ledger runs
//!   repayment plans             ──project──▶ schedules
//!   day counts, roundings, receivables, and the two above ──check──▶ what was expected, computed again, and whether it is equal
//! ```
//! A file is read whole, within limits, before anything is computed. A case that cannot be followed says so in its own place; a file
//! that cannot be read is one error. Numbers are integers or exact decimals from the first moment: no float exists here.
//! This crate must never know a file system, a clock or a network.
//!
//! Spec: ledger 3.5, 3.9, 3.10; `vectors/README.md`.

#![warn(missing_docs)]

mod actus;
mod actus_terms;
mod check;
mod daycount;
mod field;
mod plans;
mod receivables;
mod roundings;

use serde_json::{Map, Value};
use thiserror::Error;

/// Bytes a file may have.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Cases a file may have.
pub const CASES_MAX: usize = 100_000;

/// Why a file gives nothing.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum CaseError {
    /// Too long.
    #[error("the file is longer than {FILE_BYTES_MAX} bytes")]
    TooLong,
    /// Too many cases.
    #[error("the file has more than {CASES_MAX} cases")]
    TooMany,
    /// Neither JSON nor a table of day counts.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// JSON of no form that is known.
    #[error("the file has none of the forms that are known here: {0}")]
    UnknownForm(String),
    /// No case of that name.
    #[error("the file has no case {0}")]
    NoSuchCase(String),
}

/// One case of a file and what became of it.
#[derive(Clone, PartialEq, Debug)]
pub struct CaseResult {
    /// Its id.
    pub id: String,
    /// What was computed, or why nothing could be.
    pub outcome: Result<Map<String, Value>, String>,
    /// Whether that is what the file expects; `None` when it expects nothing.
    pub equal: Option<bool>,
}

/// All cases of a file, in its order.
#[derive(Clone, PartialEq, Debug)]
pub struct FileResult {
    /// What kind of file it is: `actus`, `plans`, `daycount`, `rounding` or `receivables`.
    pub form: &'static str,
    /// Its cases.
    pub cases: Vec<CaseResult>,
}

/// Projects the contracts or plans of a file: all of them, or the one named `case`.
///
/// # Errors
/// [`CaseError`] when the file is none of contracts or plans.
pub fn project(text: &str, case: Option<&str>) -> Result<FileResult, CaseError> {
    let document = read_json(text)?;
    let result = match form_of(&document)? {
        Form::Actus(cases) => actus::project(cases, case),
        Form::Plans(plans) => plans::project(plans, case),
        Form::Roundings(_) | Form::Receivables(_) => {
            let reason = "roundings and receivables are checked, not projected";
            return Err(CaseError::UnknownForm(reason.to_owned()));
        }
    };
    named(result, case)
}

/// Computes what a file expects, again, and compares.
///
/// # Errors
/// [`CaseError`] when the file has none of the known forms.
pub fn check(text: &str, case: Option<&str>) -> Result<FileResult, CaseError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(CaseError::TooLong);
    }
    if daycount::is_table(text) {
        return named(daycount::check(text)?, case);
    }
    let document = read_json(text)?;
    let result = match form_of(&document)? {
        Form::Actus(cases) => actus::project(cases, case),
        Form::Plans(plans) => plans::project(plans, case),
        Form::Roundings(rows) => roundings::check(rows),
        Form::Receivables(cases) => receivables::check(cases),
    };
    named(result, case)
}

fn named(mut result: FileResult, case: Option<&str>) -> Result<FileResult, CaseError> {
    if let Some(name) = case {
        result.cases.retain(|found| found.id == name);
        if result.cases.is_empty() {
            return Err(CaseError::NoSuchCase(name.to_owned()));
        }
    }
    Ok(result)
}

fn read_json(text: &str) -> Result<Value, CaseError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(CaseError::TooLong);
    }
    serde_json::from_str(text).map_err(|error| CaseError::Unreadable(error.to_string()))
}

enum Form<'a> {
    Actus(&'a Map<String, Value>),
    Plans(&'a [Value]),
    Roundings(&'a [Value]),
    Receivables(&'a [Value]),
}

fn form_of(document: &Value) -> Result<Form<'_>, CaseError> {
    let unknown = |reason: &str| Err(CaseError::UnknownForm(reason.to_owned()));
    match document {
        Value::Object(cases) => {
            if cases.len() > CASES_MAX {
                return Err(CaseError::TooMany);
            }
            let is_actus = cases.values().all(|case| case.get("terms").is_some());
            if cases.is_empty() || !is_actus {
                return unknown("an object whose members have no terms");
            }
            Ok(Form::Actus(cases))
        }
        Value::Array(rows) => {
            if rows.len() > CASES_MAX {
                return Err(CaseError::TooMany);
            }
            let all_have = |name| rows.iter().all(|row| row.get(name).is_some());
            match rows.is_empty() {
                true => unknown("an empty list"),
                false if all_have("numerator") && all_have("denominator") => {
                    Ok(Form::Roundings(rows))
                }
                false if all_have("kind") && all_have("input") => Ok(Form::Receivables(rows)),
                false if all_have("type") && all_have("periods") => Ok(Form::Plans(rows)),
                false => unknown("a list whose members are no plans, roundings or receivables"),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            unknown("neither an object nor a list")
        }
    }
}

#[cfg(test)]
mod tests;
