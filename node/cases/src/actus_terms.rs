//! The names of the ACTUS dictionary and what they become. A term that is not read here is refused by its name, never ignored.

use serde_json::Value;
use sycee_contracts::{
    actus::{
        fixed::Fixed,
        observed::Performance,
        terms::{
            Basis, ContractType, InterestBase, PrincipalChange, RateChange, Reference, Rhythm,
            Segment, Terms,
        },
    },
    term::{
        calendar::DayConvention,
        cycle::{Cycle, Period},
        day_count::DayCount,
        moment::Moment,
    },
};

use crate::field::{Fields, scalar};

/// Terms that name the contract and its parties, or describe what the projection does not depend on. `fixingDays` is among them because
/// observed values stand at the times of the resets themselves.
const DESCRIPTIVE: [&str; 9] = [
    "contractDealDate",
    "counterpartyID",
    "counterpartyId",
    "creatorID",
    "creatorId",
    "fixingDays",
    "marketObjectCode",
    "seniority",
    "settlementCurrency",
];

/// References in one contract structure.
const REFERENCES_MAX: usize = 1_000;

pub(crate) fn read_terms(value: &Value) -> Result<Terms, String> {
    let mut fields = Fields::of(value)?;
    let contract_type = fields.need("contractType", ContractType::parse)?;
    let status_date = fields.need("statusDate", Moment::parse)?;
    let mut terms = Terms::empty(contract_type, status_date);
    let performance = fields.read("contractPerformance", Performance::parse)?;
    if performance.is_some_and(|found| found != Performance::Performant) {
        return Err("contractPerformance other than PF is not supported".to_owned());
    }
    fields.ignore(&DESCRIPTIVE);
    let id = fields
        .text("contractID")?
        .or(fields.text("contractIdentifier")?);
    terms.id = id.unwrap_or_default();
    terms.currency = fields.text("currency")?.unwrap_or_default();
    terms.is_liability = fields.need("contractRole", |text| match text {
        "RPA" | "BUY" => Some(false),
        "RPL" | "SEL" => Some(true),
        _ => None,
    })?;
    read_calendar(&mut fields, &mut terms)?;
    read_principal(&mut fields, &mut terms)?;
    read_rates(&mut fields, &mut terms)?;
    read_fees_and_scaling(&mut fields, &mut terms)?;
    read_trades(&mut fields, &mut terms)?;
    if contract_type == ContractType::ExoticLinearAmortizer {
        read_arrays(&mut fields, &mut terms)?;
    }
    if matches!(
        contract_type,
        ContractType::Guarantee | ContractType::Collateral
    ) {
        read_cover(&mut fields, &mut terms)?;
    }
    fields.end()?;
    Ok(terms)
}

fn moment(fields: &mut Fields<'_>, name: &str) -> Result<Option<Moment>, String> {
    fields.read(name, Moment::parse)
}

fn number(fields: &mut Fields<'_>, name: &str) -> Result<Option<Fixed>, String> {
    fields.read(name, Fixed::parse)
}

fn rhythm(fields: &mut Fields<'_>, of: &str) -> Result<Rhythm, String> {
    Ok(Rhythm {
        anchor: moment(fields, &format!("cycleAnchorDateOf{of}"))?,
        cycle: fields.read(&format!("cycleOf{of}"), Cycle::parse)?,
    })
}

fn read_calendar(fields: &mut Fields<'_>, terms: &mut Terms) -> Result<(), String> {
    let weekends = fields.read("calendar", |text| match text {
        "NC" | "NoCalendar" | "NULL" => Some(false),
        "MF" | "MondayToFriday" => Some(true),
        _ => None,
    })?;
    terms.weekends_closed = weekends.unwrap_or(false);
    let convention = fields.read("businessDayConvention", DayConvention::parse)?;
    terms.convention = convention.unwrap_or_default();
    let end_of_month = fields.read("endOfMonthConvention", |text| match text {
        "SD" => Some(false),
        "EOM" => Some(true),
        _ => None,
    })?;
    terms.end_of_month = end_of_month.unwrap_or(false);
    terms.day_count = fields.read("dayCountConvention", DayCount::parse)?;
    Ok(())
}

fn read_principal(fields: &mut Fields<'_>, terms: &mut Terms) -> Result<(), String> {
    terms.initial_exchange = moment(fields, "initialExchangeDate")?;
    terms.maturity = moment(fields, "maturityDate")?;
    terms.amortization = moment(fields, "amortizationDate")?;
    terms.notional = number(fields, "notionalPrincipal")?;
    terms.premium = number(fields, "premiumDiscountAtIED")?.unwrap_or_default();
    terms.redemption = rhythm(fields, "PrincipalRedemption")?;
    terms.next_redemption = number(fields, "nextPrincipalRedemptionPayment")?;
    terms.notice = fields.read("xDayNotice", period)?;
    Ok(())
}

fn read_rates(fields: &mut Fields<'_>, terms: &mut Terms) -> Result<(), String> {
    terms.rate = number(fields, "nominalInterestRate")?;
    terms.accrued = number(fields, "accruedInterest")?;
    terms.interest = rhythm(fields, "InterestPayment")?;
    terms.capitalization_end = moment(fields, "capitalizationEndDate")?;
    terms.reset = rhythm(fields, "RateReset")?;
    terms.reset_market = fields.text("marketObjectCodeOfRateReset")?;
    terms.rate_multiplier = number(fields, "rateMultiplier")?.unwrap_or(Fixed::ONE);
    terms.rate_spread = number(fields, "rateSpread")?.unwrap_or_default();
    terms.next_reset_rate = number(fields, "nextResetRate")?;
    terms.life_cap = number(fields, "lifeCap")?;
    terms.life_floor = number(fields, "lifeFloor")?;
    terms.period_cap = number(fields, "periodCap")?;
    terms.period_floor = number(fields, "periodFloor")?;
    let base = fields.read("interestCalculationBase", |text| match text {
        "NT" => Some(InterestBase::Principal),
        "NTIED" => Some(InterestBase::Initial),
        "NTL" => Some(InterestBase::Lagging),
        _ => None,
    })?;
    terms.interest_base = base.unwrap_or_default();
    terms.interest_base_amount = number(fields, "interestCalculationBaseAmount")?;
    terms.interest_base_fixing = rhythm(fields, "InterestCalculationBase")?;
    Ok(())
}

fn read_fees_and_scaling(fields: &mut Fields<'_>, terms: &mut Terms) -> Result<(), String> {
    terms.fee = rhythm(fields, "Fee")?;
    terms.fee_basis = fields.read("feeBasis", basis)?;
    terms.fee_rate = number(fields, "feeRate")?;
    terms.fee_accrued = number(fields, "feeAccrued")?.unwrap_or_default();
    terms.scaling = rhythm(fields, "ScalingIndex")?;
    let effect = fields.read("scalingEffect", |text| match text {
        "OOO" | "000" => Some((false, false)),
        "IOO" | "I00" => Some((true, false)),
        "ONO" | "0N0" => Some((false, true)),
        "INO" | "IN0" => Some((true, true)),
        _ => None,
    })?;
    (terms.scales_interest, terms.scales_principal) = effect.unwrap_or((false, false));
    terms.scaling_market = fields.text("marketObjectCodeOfScalingIndex")?;
    let start = number(fields, "scalingIndexAtContractDealDate")?;
    terms.scaling_start = start.or(number(fields, "scalingIndexAtStatusDate")?);
    terms.notional_scale = number(fields, "notionalScalingMultiplier")?.unwrap_or(Fixed::ONE);
    terms.interest_scale = number(fields, "interestScalingMultiplier")?.unwrap_or(Fixed::ONE);
    Ok(())
}

fn basis(text: &str) -> Option<Basis> {
    match text {
        "A" => Some(Basis::Absolute),
        "N" => Some(Basis::OfPrincipal),
        _ => None,
    }
}

fn period(text: &str) -> Option<Period> {
    let period = text.strip_suffix("L0").or(text.strip_suffix("L1"));
    Period::parse(period.unwrap_or(text))
}

fn read_trades(fields: &mut Fields<'_>, terms: &mut Terms) -> Result<(), String> {
    let price = number(fields, "priceAtPurchaseDate")?;
    let purchase = moment(fields, "purchaseDate")?;
    terms.purchase = purchase.map(|time| (time, price.unwrap_or_default()));
    let price = number(fields, "priceAtTerminationDate")?;
    let termination = moment(fields, "terminationDate")?;
    terms.termination = termination.map(|time| (time, price.unwrap_or_default()));
    terms.prepayment = rhythm(fields, "Optionality")?;
    let happens = fields.read("prepaymentEffect", |text| match text {
        "N" => Some(false),
        "A" | "M" => Some(true),
        _ => None,
    })?;
    let model = fields.text("objectCodeOfPrepaymentModel")?;
    terms.prepayment_model = model.filter(|_| happens.unwrap_or(false));
    let kind = fields.read("penaltyType", |text| match text {
        "O" => Some(None),
        "A" => Some(Some(Basis::Absolute)),
        "N" => Some(Some(Basis::OfPrincipal)),
        "I" => Some(Some(Basis::InterestDifference)),
        _ => None,
    })?;
    let rate = number(fields, "penaltyRate")?.unwrap_or_default();
    terms.penalty = kind.flatten().map(|kind| (kind, rate));
    Ok(())
}

/// A term that is one value or a list of them.
fn values(fields: &mut Fields<'_>, name: &str) -> Result<Vec<String>, String> {
    match fields.value(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= REFERENCES_MAX => {
            items.iter().map(|item| scalar(item, name)).collect()
        }
        Some(Value::Array(_)) => Err(format!("{name} is too long")),
        Some(value) => Ok(vec![scalar(value, name)?]),
    }
}

fn read_all<T>(
    fields: &mut Fields<'_>,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, String> {
    let parsed = values(fields, name)?.into_iter().map(|text| {
        let value = parse(&text);
        value.ok_or_else(|| format!("{name} {text} is not supported"))
    });
    parsed.collect()
}

/// Segments of an array: anchors, cycles (as many, or none at all) and a value for each.
fn segments<T: Copy>(
    fields: &mut Fields<'_>,
    of: &str,
    value: impl Fn(usize) -> Option<T>,
) -> Result<Vec<Segment<T>>, String> {
    let anchors = read_all(
        fields,
        &format!("arrayCycleAnchorDateOf{of}"),
        Moment::parse,
    )?;
    let cycles = read_all(fields, &format!("arrayCycleOf{of}"), Cycle::parse)?;
    if !cycles.is_empty() && cycles.len() != anchors.len() {
        return Err(format!(
            "arrayCycleOf{of} has another length than its anchors"
        ));
    }
    if !anchors.is_sorted_by(|a, b| a < b) {
        return Err(format!("arrayCycleAnchorDateOf{of} does not ascend"));
    }
    let mut all = Vec::new();
    for (at, anchor) in anchors.into_iter().enumerate() {
        let value = value(at).ok_or_else(|| format!("an array of {of} is too short"))?;
        all.push(Segment {
            anchor,
            cycle: cycles.get(at).copied(),
            value,
        });
    }
    Ok(all)
}

fn read_arrays(fields: &mut Fields<'_>, terms: &mut Terms) -> Result<(), String> {
    let amounts = read_all(fields, "arrayNextPrincipalRedemptionPayment", Fixed::parse)?;
    let increases = read_all(fields, "arrayIncreaseDecrease", |text| match text {
        "INC" => Some(true),
        "DEC" => Some(false),
        _ => None,
    })?;
    terms.redemptions = segments(fields, "PrincipalRedemption", |at| {
        Some(PrincipalChange {
            amount: amounts.get(at)?.magnitude(),
            is_increase: increases.get(at).copied().unwrap_or(false),
        })
    })?;
    terms.interest_segments = segments(fields, "InterestPayment", |_| Some(()))?;
    let rates = read_all(fields, "arrayRate", Fixed::parse)?;
    let fixed = read_all(fields, "arrayFixedVariable", |text| match text {
        "FIX" | "F" => Some(true),
        "VAR" | "V" => Some(false),
        _ => None,
    })?;
    terms.rates = segments(fields, "RateReset", |at| {
        Some(RateChange {
            rate: *rates.get(at)?,
            is_fixed: fixed.get(at).copied()?,
        })
    })?;
    Ok(())
}

fn read_cover(fields: &mut Fields<'_>, terms: &mut Terms) -> Result<(), String> {
    terms.coverage = number(fields, "coverageOfCreditEnhancement")?.unwrap_or(Fixed::ONE);
    let exposure = fields.read("guaranteedExposure", |text| match text {
        "NO" => Some(false),
        "NI" => Some(true),
        _ => None,
    })?;
    terms.covers_interest = exposure.unwrap_or(false);
    terms.triggers = read_all(fields, "creditEventTypeCovered", Performance::parse)?;
    if terms.triggers.is_empty() {
        terms.triggers.push(Performance::Default);
    }
    terms.settlement = fields.read("settlementPeriod", period)?;
    let references = fields.list("contractStructure")?;
    if references.len() > REFERENCES_MAX {
        return Err("contractStructure is too long".to_owned());
    }
    for reference in references {
        let mut fields = Fields::of(reference)?;
        let role = fields.need_text("referenceRole")?;
        let kind = fields.need_text("referenceType")?;
        let object = fields.value("object").ok_or("object is missing")?;
        fields.end()?;
        let found = read_reference(&kind, object)?;
        match role.as_str() {
            "COVE" => terms.covered.push(found),
            "COVI" => terms.covering.push(found),
            _ => return Err(format!("referenceRole {role} is not supported")),
        }
    }
    Ok(())
}

fn read_reference(kind: &str, object: &Value) -> Result<Reference, String> {
    match kind {
        "CID" => {
            let mut fields = Fields::of(object)?;
            let id = fields
                .text("contractIdentifier")?
                .or(fields.text("contractID")?);
            fields.end()?;
            Ok(Reference {
                id: id.ok_or("contractIdentifier is missing")?,
                terms: None,
                goods: None,
            })
        }
        "CNT" => match object.get("contractType").and_then(Value::as_str) {
            Some("COM" | "STK") => read_goods(object),
            _ => {
                let terms = read_terms(object)?;
                Ok(Reference {
                    id: terms.id.clone(),
                    terms: Some(terms),
                    goods: None,
                })
            }
        },
        _ => Err(format!("referenceType {kind} is not supported")),
    }
}

fn read_goods(object: &Value) -> Result<Reference, String> {
    let mut fields = Fields::of(object)?;
    fields.ignore(&DESCRIPTIVE);
    fields.ignore(&[
        "contractType",
        "statusDate",
        "currency",
        "contractRole",
        "unit",
    ]);
    let id = fields.text("contractID")?.unwrap_or_default();
    let market = fields.need_text("marketObjectCode")?;
    let quantity = number(&mut fields, "quantity")?.unwrap_or(Fixed::ONE);
    fields.end()?;
    Ok(Reference {
        id,
        terms: None,
        goods: Some((market, quantity)),
    })
}
