//! Cases of receivables and loans: discount, shortfall, waterfall, penalty, syndicate.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sycee_contracts::receivable::{
    DiscountError, Terms, discount as discounted, shortfall as shared,
};
use sycee_contracts::term::{
    RATE_ONE,
    penalty::{PenaltyTerms, penalty_days},
    rounding::{Rounding, round_ratio},
    share::{ShareSale, pay_syndicate, split_sold_interest},
    waterfall::{Bucket, Buckets, distribute},
};
use sycee_primitives::{Amount, time::BusinessDate};

use crate::{
    CaseResult, FileResult,
    check::compared,
    field::{Fields, scalar, text_of, whole},
};

type Results = Result<Map<String, Value>, String>;

const TOO_LARGE: &str = "the amounts exceed what can be computed exactly";

pub(crate) fn check(cases: &[Value]) -> FileResult {
    let cases = cases
        .iter()
        .enumerate()
        .map(|(at, case)| one(at, case))
        .collect();
    FileResult {
        form: "receivables",
        cases,
    }
}

fn one(at: usize, case: &Value) -> CaseResult {
    let id = case.get("id").and_then(Value::as_str);
    let id = id.map_or_else(|| (at + 1).to_string(), str::to_owned);
    compared(id, compute(case), case.get("expected"))
}

fn compute(case: &Value) -> Results {
    let mut fields = Fields::of(case)?;
    fields.ignore(&["id", "note", "expected", "working"]);
    let kind = fields.need_text("kind")?;
    let input = Fields::of(fields.value("input").ok_or("input is missing")?)?;
    fields.end()?;
    match kind.as_str() {
        "discount" => discount(input),
        "shortfall" => shortfall(input),
        "waterfall" => waterfall(input),
        "penalty" => penalty(input),
        "syndicate" => syndicate(input),
        _ => Err(format!("kind {kind} is not supported")),
    }
}

fn object(value: Value) -> Results {
    match value {
        Value::Object(map) => Ok(map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err("an object is expected".to_owned())
        }
    }
}

fn amount(fields: &mut Fields<'_>, name: &str) -> Result<Amount, String> {
    fields.need(name, |text| {
        whole(text).and_then(|minor| Amount::from_minor(minor).ok())
    })
}

fn discount(mut input: Fields<'_>) -> Results {
    let terms = Terms {
        face: amount(&mut input, "face")?,
        rate: input.need("rate", |text| {
            whole(text).and_then(|rate| u64::try_from(rate).ok())
        })?,
        days: input.small("days")?,
        basis: input.need("basis", |text| text.parse().ok())?,
        fee: amount(&mut input, "fee")?,
    };
    let recourse = input.flag("recourse")?;
    input.end()?;
    let liability = if recourse { terms.face } else { Amount::ZERO };
    match discounted(&terms) {
        Err(DiscountError::NothingLeft) => object(json!({ "refused": true })),
        Err(error @ (DiscountError::Rate | DiscountError::Basis)) => Err(error.to_string()),
        Ok(found) => object(json!({
            "discount": found.discount.minor().to_string(),
            "price": found.price.minor().to_string(),
            "refused": false,
            "contingent_liability_of_seller": liability.minor().to_string(),
        })),
    }
}

/// Shares by id; an id may stand once.
fn shares(items: &[Value], amount: &str) -> Result<BTreeMap<String, u128>, String> {
    let mut shares = BTreeMap::new();
    for item in items {
        let mut fields = Fields::of(item)?;
        let id = fields.need_text("id")?;
        let number = self::amount(&mut fields, amount)?.minor();
        fields.end()?;
        if shares.insert(id.clone(), number).is_some() {
            return Err(format!("{id} stands twice"));
        }
    }
    Ok(shares)
}

fn shares_json(shares: &BTreeMap<String, u128>) -> Value {
    let rows = shares
        .iter()
        .map(|(id, amount)| json!({ "id": id, "amount": amount.to_string() }));
    Value::Array(rows.collect())
}

fn shortfall(mut input: Fields<'_>) -> Results {
    let (face, paid) = (amount(&mut input, "face")?, amount(&mut input, "paid")?);
    let holders = shares(input.list("holders")?, "holding")?;
    input.end()?;
    if holders.values().sum::<u128>() != face.minor() {
        return Err("the holdings do not add up to the face".to_owned());
    }
    let holdings: Result<Vec<(&String, Amount)>, String> = holders
        .iter()
        .map(|(id, minor)| {
            Ok((
                id,
                Amount::from_minor(*minor).map_err(|error| error.to_string())?,
            ))
        })
        .collect();
    let holdings = holdings?;
    let result = shared(paid, &holdings).map_err(|error| error.to_string())?;
    let ids = holders.keys().cloned();
    let parts = ids
        .zip(result.shares.iter().map(|share| share.minor()))
        .collect();
    object(json!({
        "shares": shares_json(&parts), "unpaid": result.unpaid.minor().to_string(),
    }))
}

fn waterfall(mut input: Fields<'_>) -> Results {
    let paid = input.number("paid")?;
    let mut order = Vec::new();
    for item in input.list("order")? {
        let name = scalar(item, "order")?;
        let bucket =
            Bucket::named(&name).ok_or_else(|| format!("order {name} is not supported"))?;
        if order.contains(&bucket) {
            return Err(format!("order names {name} twice"));
        }
        order.push(bucket);
    }
    let mut amounts = Fields::of(input.value("due").ok_or("due is missing")?)?;
    let mut due = Buckets::default();
    for bucket in &order {
        due.put(*bucket, amounts.number(bucket.name())?);
    }
    amounts.end()?;
    input.end()?;
    let result = distribute(paid, &order, &due);
    let (mut allocation, mut still_due) = (Map::new(), Map::new());
    for bucket in order {
        let name = bucket.name().to_owned();
        allocation.insert(name.clone(), text_of(result.allocation.get(bucket)));
        still_due.insert(name, text_of(result.still_due.get(bucket)));
    }
    allocation.insert("suspense".to_owned(), text_of(result.suspense));
    object(json!({ "allocation": allocation, "still_due": still_due }))
}

fn penalty(mut input: Fields<'_>) -> Results {
    let mut principal = input.number("overdue_principal")?;
    let interest = input.number("overdue_interest")?;
    let on_interest = input.flag("penalty_on_interest")?;
    let (due, grace) = (input.date("due")?, input.small("grace_days")?);
    let terms = PenaltyTerms {
        contract_rate: input.number("contract_rate")?,
        surcharge: input.number("surcharge")?,
        basis: input.small("basis")?,
    };
    let payments = input.list("payments")?;
    input.end()?;
    let mut counted_to = due
        .plus_days(i64::from(grace))
        .ok_or("the grace period leaves the years 1970 to 9999")?;
    let (mut events, mut total) = (Vec::new(), 0_u128);
    let mut last = BusinessDate(0);
    for payment in payments {
        let mut fields = Fields::of(payment)?;
        let (date, repaid) = (fields.date("date")?, fields.number("principal_repaid")?);
        fields.end()?;
        if date < last {
            return Err("payments do not stand in the order of their dates".to_owned());
        }
        last = date;
        let base = if on_interest {
            principal.checked_add(interest).ok_or(TOO_LARGE)?
        } else {
            principal
        };
        let days = penalty_days(counted_to, date);
        let amount = terms.amount(base, days).ok_or(TOO_LARGE)?;
        events.push(json!({
            "date": date.to_string(), "days": days, "penalty": amount.to_string(),
        }));
        total = total.checked_add(amount).ok_or(TOO_LARGE)?;
        principal = principal
            .checked_sub(repaid)
            .ok_or("more principal is repaid than is overdue")?;
        counted_to = counted_to.max(date);
    }
    object(json!({ "events": events, "total": total.to_string() }))
}

fn syndicate(mut input: Fields<'_>) -> Results {
    let ppb = |fields: &mut Fields<'_>| shares(fields.list("shares_ppb")?, "ppb");
    if input.value("trade_date").is_some() {
        return sale(input);
    }
    let (amount, rate) = (input.number("amount")?, input.number("agent_fee_rate")?);
    let shares = ppb(&mut input)?;
    input.end()?;
    check_whole(&shares)?;
    let paid = pay_syndicate(amount, rate, &shares).ok_or("the fee exceeds the amount")?;
    object(json!({
        "agent_fee": paid.agent_fee.to_string(), "shares": shares_json(&paid.shares),
    }))
}

fn check_whole(shares: &BTreeMap<String, u128>) -> Result<(), String> {
    let whole = u128::from(sycee_contracts::term::share::WHOLE_PPB);
    let sum = shares
        .values()
        .try_fold(0_u128, |sum, part| sum.checked_add(*part));
    if sum == Some(whole) {
        Ok(())
    } else {
        Err("the shares do not add up to 1,000,000,000 parts per billion".to_owned())
    }
}

fn sale(mut input: Fields<'_>) -> Results {
    let (notional, rate) = (input.number("notional")?, input.number("rate")?);
    let basis = input.small("basis")?;
    let (start, end) = (input.date("period_start")?, input.date("period_end")?);
    let trade = input.date("trade_date")?;
    let (seller, buyer) = (input.need_text("seller")?, input.need_text("buyer")?);
    let ppb = input.need("transferred_ppb", whole)?;
    let shares = shares(input.list("shares_ppb")?, "ppb")?;
    input.end()?;
    check_whole(&shares)?;
    if !(start..=end).contains(&trade) {
        return Err("the trade date lies outside the period".to_owned());
    }
    let days = penalty_days(start, end);
    let interest = round_ratio(
        Rounding::HalfEven,
        &[notional, rate, u128::from(days)],
        &[RATE_ONE, u128::from(basis)],
    );
    let interest = interest.ok_or(TOO_LARGE)?;
    let sale = ShareSale {
        seller,
        buyer,
        ppb,
        days_before: penalty_days(start, trade),
        days,
    };
    let parts = split_sold_interest(interest, &shares, &sale)
        .ok_or("the seller does not hold what is sold, or the period has no days")?;
    object(json!({ "interest": interest.to_string(), "shares": shares_json(&parts) }))
}
