//! The published vectors, and files that are wrong on purpose.

use std::path::PathBuf;

use serde_json::json;

use super::*;

/// The folder of vectors: the one named by `SYCEE_VECTORS`, else the full set beside the repository, else our selection.
fn vectors() -> PathBuf {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let folders = match std::env::var_os("SYCEE_VECTORS") {
        Some(named) => vec![PathBuf::from(named)],
        None => vec![root.join("../shared/vectors"), root.join("tests/vectors")],
    };
    let found = folders.into_iter().find(|folder| folder.is_dir());
    found.expect("a folder of vectors")
}

fn read(path: &str) -> String {
    let path = vectors().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every case of the file agrees; answers how many there were.
fn all_agree(path: &str, result: &FileResult) -> usize {
    let wrong: Vec<String> = result
        .cases
        .iter()
        .filter(|case| case.equal != Some(true))
        .map(|case| format!("{} {:?}", case.id, case.outcome.as_ref().err()))
        .collect();
    assert!(
        wrong.is_empty(),
        "{path}: {} of {}: {wrong:#?}",
        wrong.len(),
        result.cases.len()
    );
    result.cases.len()
}

#[test]
fn every_published_table_is_met_exactly() {
    for (path, count) in [
        ("daycount/daycount.csv", 250),
        ("loans/rounding.json", 24),
        ("loans/loans.json", 120),
        ("receivables/receivables.json", 25),
    ] {
        let result = check(&read(path), None).unwrap();
        assert_eq!(all_agree(path, &result), count, "{path}");
    }
}

#[test]
fn every_published_contract_is_met_within_the_rule() {
    let mut count = 0;
    for kind in [
        "pam", "lam", "nam", "ann", "lax", "clm", "ump", "ceg", "cec",
    ] {
        let path = format!("actus/actus-tests-{kind}.json");
        count += all_agree(&path, &project(&read(&path), None).unwrap());
    }
    assert_eq!(count, 108);
}

/// A published contract with one edit.
fn edited(kind: &str, id: &str, edit: impl Fn(&mut Map<String, Value>)) -> CaseResult {
    let text = read(&format!("actus/actus-tests-{kind}.json"));
    let mut document: Value = serde_json::from_str(&text).unwrap();
    edit(document[id]["terms"].as_object_mut().unwrap());
    let result = project(&document.to_string(), Some(id)).unwrap();
    result.cases.into_iter().next().unwrap()
}

fn refusal(kind: &str, id: &str, name: &str, value: &str) -> String {
    let case = edited(kind, id, |terms| {
        terms.insert(name.to_owned(), Value::String(value.to_owned()));
    });
    case.outcome.expect_err("the contract is refused")
}

/// Contract, term, value and what is said about it.
#[rustfmt::skip] // A table: one row a refusal.
const REFUSALS: &[(&str, &str, &str, &str, &str)] = &[
    ("pam", "pam01", "delinquencyPeriod", "P1M", "delinquencyPeriod is not supported"),
    ("pam", "pam01", "dayCountConvention", "A366", "dayCountConvention A366 is not supported"),
    ("pam", "pam01", "calendar", "CNY", "calendar CNY is not supported"),
    ("pam", "pam01", "notionalPrincipal", "0x10", "notionalPrincipal 0x10 is not supported"),
    ("pam", "pam01", "maturityDate", "2014-02-30", "maturityDate 2014-02-30 is not supported"),
    ("pam", "pam01", "contractPerformance", "DF", "contractPerformance other than PF is not supported"),
    ("pam", "pam21", "marketObjectCodeOfRateReset", "X", "no value of X was observed at 2013-02-01T00:00:00"),
    ("lam", "lam01", "nextPrincipalRedemptionPayment", "0",
        "the redemption does not exceed the interest, so the principal is never paid back"),
    ("lam", "lam01", "nextPrincipalRedemptionPayment", "0.000000000001",
        "the schedule of redemptions leaves the years 1970 to 9999 or has too many dates"),
    ("pam", "pam01", "notionalPrincipal", "1e27", "notionalPrincipal 1e27 is not supported"),
    ("ceg", "guarantee10", "guaranteedExposure", "MV", "guaranteedExposure MV is not supported"),
];

#[test]
fn a_term_that_is_not_followed_is_refused_by_its_name() {
    for (kind, id, name, value, expected) in REFUSALS {
        assert_eq!(refusal(kind, id, name, value), *expected);
    }
    let missing = edited("pam", "pam01", |terms| {
        terms.remove("initialExchangeDate");
    });
    let expected = "the term initialExchangeDate is missing";
    assert_eq!(missing.outcome, Err(expected.to_owned()));
    let daily = edited("pam", "pam01", |terms| {
        terms.insert("maturityDate".to_owned(), "2200-01-01".into());
        terms.insert("cycleOfInterestPayment".to_owned(), "P1DL1".into());
    });
    let expected =
        "the schedule of interest payments leaves the years 1970 to 9999 or has too many dates";
    assert_eq!(daily.outcome, Err(expected.to_owned()));
}

#[test]
fn a_file_that_cannot_be_read_is_one_error() {
    let deep = "[".repeat(100_000);
    for text in [
        "",
        "{",
        "null",
        "3",
        "[]",
        "{}",
        "[1]",
        "{\"a\":1}",
        "{\"a\":{\"results\":[]}}",
        &deep,
    ] {
        assert!(
            project(text, None).is_err() && check(text, None).is_err(),
            "{:.20}",
            text
        );
    }
    let roundings = read("loans/rounding.json");
    assert!(matches!(
        project(&roundings, None),
        Err(CaseError::UnknownForm(_))
    ));
    let plans = read("loans/loans.json");
    let unknown = project(&plans, Some("lp999"));
    assert_eq!(unknown, Err(CaseError::NoSuchCase("lp999".to_owned())));
    let one = project(&plans, Some("lp008")).unwrap();
    assert_eq!((one.cases.len(), one.cases[0].equal), (1, Some(true)));
}

#[test]
fn a_wrong_expectation_is_found_and_a_hostile_case_spoils_only_itself() {
    for (path, from, to) in [
        ("receivables/receivables.json", "\"900000\"", "\"900001\""),
        ("daycount/daycount.csv", ",2450734,", ",2450735,"),
        ("loans/loans.json", "\"3296535550\"", "\"3296535551\""),
    ] {
        let text = read(path).replacen(from, to, 1);
        let result = check(&text, None).unwrap();
        let wrong = result
            .cases
            .iter()
            .filter(|case| case.equal != Some(true))
            .count();
        assert_eq!(wrong, 1, "{path}");
    }
    for (input, expected) in [
        (
            r#"[{"kind":"penalty","input":{}}]"#,
            "overdue_principal is missing",
        ),
        (
            r#"[{"kind":"gift","input":{}}]"#,
            "kind gift is not supported",
        ),
        (
            r#"[{"kind":"shortfall","input":{"face":"1","paid":"2","holders":[]}}]"#,
            "the holdings do not add up to the face",
        ),
        (
            r#"[{"kind":"shortfall","input":{"face":"-1","paid":"2","holders":[]}}]"#,
            "face -1 is not supported",
        ),
        (
            r#"[{"numerator":"1","denominator":"0"}]"#,
            "denominator is zero",
        ),
        (
            r#"[{"numerator":"1","denominator":"-2"}]"#,
            "denominator -2 is not supported",
        ),
    ] {
        let result = check(input, None).unwrap();
        assert_eq!(result.cases[0].outcome, Err(expected.to_owned()), "{input}");
    }
}

/// 1 to 7 October 2027 are declared closed: the first instalment moves from Friday to the Friday after, with the interest of 37 days.
#[test]
fn a_plan_shifts_by_the_holidays_of_its_file() {
    let plan = |holidays: Value| {
        let text = json!([{
            "id": "golden-week", "type": "bullet", "currency": "CNY", "scale": 2, "principal": "3600000",
            "rate": "100000000000", "day_count": "A360", "start": "2027-09-01", "periods": 1, "period_months": 1,
            "end_of_month": false, "calendar": "WEEKENDS", "holidays": holidays, "bdc": "SCF",
        }])
        .to_string();
        project(&text, None).unwrap().cases.remove(0)
    };
    let week: Vec<String> = (1..8).map(|day| format!("2027-10-0{day}")).collect();
    let rows = plan(json!(week)).outcome.unwrap();
    let first = &rows["schedule"][0];
    assert_eq!(
        (&first["pay"], &first["interest"]),
        (&json!("2027-10-08"), &json!("37000"))
    );
    for wrong in [json!(["2027-13-01"]), json!("2027-10-01"), json!([7])] {
        assert!(plan(wrong).outcome.is_err());
    }
}
