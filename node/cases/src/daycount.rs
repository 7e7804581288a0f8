//! Tables of year fractions: `id,start,end,days,A360_num,A360_den,...`, one pair of dates a row.

use serde_json::{Map, Value};
use sycee_contracts::term::day_count::DayCount;
use sycee_primitives::time::BusinessDate;

use crate::{CASES_MAX, CaseError, CaseResult, FileResult, check::compared};

pub(crate) fn is_table(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .starts_with("id,start,end")
}

pub(crate) fn check(text: &str) -> Result<FileResult, CaseError> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines
        .next()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    let mut cases = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        if cases.len() == CASES_MAX {
            return Err(CaseError::TooMany);
        }
        cases.push(row(&header, line));
    }
    Ok(FileResult {
        form: "daycount",
        cases,
    })
}

fn row(header: &[&str], line: &str) -> CaseResult {
    // The note comes last and may hold commas; everything before it is plain.
    let cells: Vec<&str> = line.splitn(header.len(), ',').map(str::trim).collect();
    let cell = |name: &str| {
        let at = header.iter().position(|column| *column == name)?;
        cells.get(at).copied()
    };
    let id = cell("id").unwrap_or_default().to_owned();
    let outcome = compute(header, cell("start"), cell("end"));
    let mut expected = Map::new();
    for name in header.iter().filter(|name| is_result(name)) {
        if let Some(text) = cell(name).filter(|text| !text.is_empty()) {
            expected.insert((*name).to_owned(), Value::String(text.to_owned()));
        }
    }
    let expected = (!expected.is_empty()).then_some(Value::Object(expected));
    compared(id, outcome, expected.as_ref())
}

fn is_result(name: &str) -> bool {
    name == "days" || name.ends_with("_num") || name.ends_with("_den")
}

fn compute(
    header: &[&str],
    start: Option<&str>,
    end: Option<&str>,
) -> Result<Map<String, Value>, String> {
    let day = |text: Option<&str>, name: &str| {
        let text = text.unwrap_or_default();
        BusinessDate::parse(text).ok_or_else(|| format!("{name} {text} is no date of 1970 to 9999"))
    };
    let (start, end) = (day(start, "start")?, day(end, "end")?);
    let mut results = Map::new();
    for name in header.iter().filter(|name| is_result(name)) {
        let value = match name.rsplit_once('_') {
            None => start.days_to(end).to_string(),
            Some((convention, part)) => {
                let count = DayCount::parse(convention)
                    .filter(|count| {
                        !matches!(count, DayCount::Thirty360Isda | DayCount::Business252)
                    })
                    .ok_or_else(|| format!("{convention} is not supported"))?;
                let fraction = count.plain_fraction(start, end);
                match part {
                    "num" => fraction.numerator.to_string(),
                    _ => fraction.denominator.to_string(),
                }
            }
        };
        results.insert((*name).to_owned(), Value::String(value));
    }
    Ok(results)
}
