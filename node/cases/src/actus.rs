//! Contracts of the ACTUS form: terms and observations in, rows out; and how rows are compared.
//!
//! Two numbers are equal when they differ by at most 10^-6 plus a billionth of the expected one (`vectors/actus/README.md`): the
//! published numbers are binary floats. Dates and types must be the same.

use serde_json::{Map, Value};
use sycee_contracts::{
    actus::{
        event::Row,
        fixed::Fixed,
        observed::{Observed, OutsideEvent, OutsideKind, Performance},
        project as project_contract,
    },
    term::moment::Moment,
};

use crate::{
    CASES_MAX, CaseResult, FileResult,
    actus_terms::read_terms,
    field::{Fields, scalar},
};

pub(crate) fn project(cases: &Map<String, Value>, case: Option<&str>) -> FileResult {
    let cases = cases
        .iter()
        .filter(|(id, _)| case.is_none_or(|case| case == id.as_str()))
        .map(|(id, value)| one(id, value))
        .collect();
    FileResult {
        form: "actus",
        cases,
    }
}

fn one(id: &str, case: &Value) -> CaseResult {
    let rows = compute(case);
    let expected = case.get("results").and_then(Value::as_array);
    let equal = expected.map(|expected| {
        let rows = rows.as_deref().unwrap_or_default();
        let mut pairs = rows.iter().zip(expected);
        rows.len() == expected.len() && pairs.all(|(row, expected)| is_near(row, expected))
    });
    let outcome = rows.map(|rows| {
        let rows = rows.into_iter().map(Value::Object);
        Map::from_iter([("results".to_owned(), Value::Array(rows.collect()))])
    });
    CaseResult {
        id: id.to_owned(),
        outcome,
        equal,
    }
}

fn compute(case: &Value) -> Result<Vec<Map<String, Value>>, String> {
    let mut fields = Fields::of(case)?;
    fields.ignore(&["identifier", "results"]);
    let terms = read_terms(fields.value("terms").ok_or("terms are missing")?)?;
    let to = fields.read("to", Moment::parse)?;
    let observed = read_observed(&mut fields)?;
    fields.end()?;
    let rows = project_contract(&terms, &observed, to).map_err(|error| error.to_string())?;
    let json = rows.iter().map(|row| row_json(row, &terms.currency));
    Ok(json.collect())
}

fn row_json(row: &Row, currency: &str) -> Map<String, Value> {
    let mut json = Map::new();
    let mut put = |name: &str, text: String| {
        json.insert(name.to_owned(), Value::String(text));
    };
    put("eventDate", row.time.to_string());
    put("eventType", row.kind.code().to_owned());
    put("payoff", row.payoff.to_decimal());
    put("currency", currency.to_owned());
    put("notionalPrincipal", row.notional.to_decimal());
    match row.exercise {
        None => {
            put("nominalInterestRate", row.rate.to_decimal());
            put("accruedInterest", row.accrued.to_decimal());
        }
        Some(exercise) => {
            put("exerciseAmount", exercise.amount.to_decimal());
            if let Some(time) = exercise.time {
                put("exerciseDate", time.to_string());
            }
        }
    }
    json
}

/// Whether a computed row is the expected one.
fn is_near(row: &Map<String, Value>, expected: &Value) -> bool {
    let Some(expected) = expected.as_object() else {
        return false;
    };
    expected.iter().all(|(name, value)| {
        let Some(Value::String(computed)) = row.get(name) else {
            return value.is_null();
        };
        let Ok(wanted) = scalar(value, name) else {
            return false;
        };
        match name.as_str() {
            "eventDate" | "exerciseDate" => Moment::parse(&wanted) == Moment::parse(computed),
            "eventType" | "currency" => wanted == *computed,
            _ => numbers_are_near(computed, &wanted),
        }
    })
}

fn numbers_are_near(computed: &str, wanted: &str) -> bool {
    let (Some(computed), Some(wanted)) = (Fixed::parse(computed), Fixed::parse(wanted)) else {
        return false;
    };
    let distance = computed.units().abs_diff(wanted.units());
    distance <= 1_000_000 + wanted.units().unsigned_abs() / 1_000_000_000
}

fn read_observed(fields: &mut Fields<'_>) -> Result<Observed, String> {
    let mut observed = Observed::default();
    if let Some(Value::Object(series)) = fields.value("dataObserved") {
        for (market, value) in series {
            let mut fields = Fields::of(value)?;
            fields.ignore(&["identifier"]);
            let values = observed.values.entry(market.clone()).or_default();
            for point in fields.list("data")? {
                let mut point = Fields::of(point)?;
                let time = point.need("timestamp", Moment::parse)?;
                values.insert(time, point.need("value", Fixed::parse)?);
                point.end()?;
            }
            fields.end()?;
        }
    }
    match fields.value("eventsObserved") {
        None => {}
        Some(Value::Array(events)) if events.len() <= CASES_MAX => {
            for event in events {
                observed.events.push(read_event(event)?);
            }
        }
        Some(_) => return Err("eventsObserved is no list, or too long".to_owned()),
    }
    Ok(observed)
}

fn read_event(event: &Value) -> Result<OutsideEvent, String> {
    let mut fields = Fields::of(event)?;
    let time = fields.need("time", Moment::parse)?;
    let kind = fields.need("type", |text| match text {
        "XD" => Some(OutsideKind::Exercise),
        "CE" => Some(OutsideKind::Credit),
        "PP" => Some(OutsideKind::Prepayment),
        "PR" => Some(OutsideKind::Redemption),
        "PI" => Some(OutsideKind::Increase),
        _ => None,
    })?;
    let value = fields.read("value", Fixed::parse)?.unwrap_or_default();
    let contract = fields.text("contractId")?.or(fields.text("contractID")?);
    let performance = match fields.value("states") {
        None => None,
        Some(states) => {
            let mut states = Fields::of(states)?;
            let performance = states.read("contractPerformance", Performance::parse)?;
            states.end()?;
            performance
        }
    };
    fields.end()?;
    Ok(OutsideEvent {
        time,
        kind,
        value,
        contract: contract.unwrap_or_default(),
        performance,
    })
}
