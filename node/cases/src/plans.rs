//! Repayment plans: term, bullet, linear and annuity loans with their schedules.

use serde_json::{Map, Value, json};
use sycee_contracts::term::{
    amortization::{Instalment, Kind, Plan, exact_annuity},
    calendar::{Calendar, DayConvention},
    day_count::{DayCount, YearFraction},
    natural::Natural,
    rounding::Rounding,
};
use sycee_primitives::BusinessDate;

use crate::{
    CaseResult, FileResult,
    check::compared,
    field::{Fields, text_of},
};

/// Members of a plan that are results.
const RESULTS: [&str; 4] = [
    "schedule",
    "total_interest",
    "instalment",
    "instalment_exact_truncated",
];

pub(crate) fn project(plans: &[Value], case: Option<&str>) -> FileResult {
    let cases = plans
        .iter()
        .enumerate()
        .map(|(at, plan)| (id_of(at, plan), plan))
        .filter(|(id, _)| case.is_none_or(|case| case == id.as_str()))
        .map(|(id, plan)| one(id, plan))
        .collect();
    FileResult {
        form: "plans",
        cases,
    }
}

fn id_of(at: usize, plan: &Value) -> String {
    let id = plan.get("id").and_then(Value::as_str);
    id.map_or_else(|| (at + 1).to_string(), str::to_owned)
}

fn one(id: String, plan: &Value) -> CaseResult {
    let mut expected = Map::new();
    for name in RESULTS {
        if let Some(value) = plan.get(name) {
            expected.insert(name.to_owned(), value.clone());
        }
    }
    let expected = (!expected.is_empty()).then_some(Value::Object(expected));
    compared(id, compute(plan), expected.as_ref())
}

/// A plan and the days that its calendar closes: weekends or none, and single ones.
fn read(value: &Value) -> Result<(Plan, bool, Vec<BusinessDate>), String> {
    let mut fields = Fields::of(value)?;
    fields.ignore(&RESULTS);
    fields.ignore(&["id", "currency", "scale", "has_tie", "note"]);
    let weekends = fields.need("calendar", |text| match text {
        "NONE" => Some(false),
        "WEEKENDS" => Some(true),
        _ => None,
    })?;
    let holidays = read_holidays(&mut fields)?;
    let plan = Plan {
        kind: fields.need("type", |text| match text {
            "term" => Some(Kind::Term),
            "bullet" => Some(Kind::Bullet),
            "linear" => Some(Kind::Linear),
            "annuity" => Some(Kind::Annuity),
            _ => None,
        })?,
        principal: fields.number("principal")?,
        rate: fields.number("rate")?,
        day_count: fields.need("day_count", DayCount::parse)?,
        start: fields.date("start")?,
        periods: fields.small("periods")?,
        period_months: fields.small("period_months")?,
        end_of_month: fields.flag("end_of_month")?,
        convention: fields.need("bdc", DayConvention::parse)?,
    };
    fields.end()?;
    Ok((plan, weekends, holidays))
}

/// Further closed days, in any order.
fn read_holidays(fields: &mut Fields<'_>) -> Result<Vec<BusinessDate>, String> {
    let Some(value) = fields.value("holidays") else {
        return Ok(Vec::new());
    };
    let days = value.as_array().ok_or("holidays is an array of dates")?;
    let day = |it: &Value| it.as_str().and_then(BusinessDate::parse);
    let days: Option<Vec<BusinessDate>> = days.iter().map(day).collect();
    let mut days = days.ok_or("holidays is an array of dates")?;
    days.sort_unstable();
    Ok(days)
}

fn compute(value: &Value) -> Result<Map<String, Value>, String> {
    let (plan, weekends, holidays) = read(value)?;
    let rows = plan
        .schedule(&Calendar::with_holidays(weekends, &holidays))
        .map_err(|error| error.to_string())?;
    let total: u128 = rows.iter().map(|row| row.interest).sum();
    let mut results = Map::new();
    if plan.kind == Kind::Annuity {
        let fractions: Vec<YearFraction> = rows.iter().map(|row| row.fraction).collect();
        let annuity = exact_annuity(plan.principal, plan.rate, &fractions);
        let (numerator, denominator) = annuity.ok_or("the instalment exceeds what is computed")?;
        let rounded = Rounding::HalfEven.round_natural(false, &numerator, &denominator);
        let billionths =
            Rounding::Down.round_natural(false, &numerator.times(1_000_000_000), &denominator);
        let (rounded, billionths) = rounded.zip(billionths).ok_or("there are no periods")?;
        results.insert("instalment".to_owned(), Value::String(rounded.to_decimal()));
        let text = with_point(&billionths);
        results.insert("instalment_exact_truncated".to_owned(), Value::String(text));
    }
    let schedule = rows
        .iter()
        .enumerate()
        .map(|(at, row)| row_json(at + 1, row));
    results.insert("schedule".to_owned(), Value::Array(schedule.collect()));
    results.insert("total_interest".to_owned(), text_of(total));
    Ok(results)
}

/// Billionths as a decimal with nine places.
fn with_point(billionths: &Natural) -> String {
    let digits = format!("{:0>10}", billionths.to_decimal());
    let (whole, part) = digits.split_at(digits.len() - 9);
    format!("{whole}.{part}")
}

fn row_json(k: usize, row: &Instalment) -> Value {
    json!({
        "k": k,
        "from": row.from.to_string(),
        "to": row.to.to_string(),
        "pay": row.pay.to_string(),
        "yf": format!("{}/{}", row.fraction.numerator, row.fraction.denominator),
        "interest": row.interest.to_string(),
        "principal": row.principal.to_string(),
        "instalment": row.total().to_string(),
        "outstanding": row.outstanding.to_string(),
    })
}
