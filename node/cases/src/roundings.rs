//! Tables of fractions and the whole numbers they round to.

use serde_json::{Map, Value};
use sycee_contracts::term::{natural::Natural, rounding::Rounding};

use crate::{CaseResult, FileResult, check::compared, field::Fields};

pub(crate) fn check(rows: &[Value]) -> FileResult {
    let cases = rows
        .iter()
        .enumerate()
        .map(|(at, row)| one(at, row))
        .collect();
    FileResult {
        form: "rounding",
        cases,
    }
}

fn one(at: usize, row: &Value) -> CaseResult {
    let mut expected = Map::new();
    for name in ["half_even", "down", "up"] {
        if let Some(value) = row.get(name) {
            expected.insert(name.to_owned(), value.clone());
        }
    }
    let expected = (!expected.is_empty()).then_some(Value::Object(expected));
    compared((at + 1).to_string(), compute(row), expected.as_ref())
}

fn compute(row: &Value) -> Result<Map<String, Value>, String> {
    let mut fields = Fields::of(row)?;
    let numerator = fields.need_text("numerator")?;
    let denominator = fields.need("denominator", Natural::parse)?;
    fields.ignore(&["half_even", "down", "up", "id", "note"]);
    fields.end()?;
    let (negative, digits) = match numerator.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, numerator.as_str()),
    };
    let magnitude = Natural::parse(digits).ok_or("numerator is no whole number")?;
    let mut results = Map::new();
    for (name, rounding) in [
        ("half_even", Rounding::HalfEven),
        ("down", Rounding::Down),
        ("up", Rounding::Up),
    ] {
        let rounded = rounding.round_natural(negative, &magnitude, &denominator);
        let rounded = rounded.ok_or("denominator is zero")?;
        let sign = if negative && !rounded.is_zero() {
            "-"
        } else {
            ""
        };
        let text = format!("{sign}{}", rounded.to_decimal());
        results.insert(name.to_owned(), Value::String(text));
    }
    Ok(results)
}
