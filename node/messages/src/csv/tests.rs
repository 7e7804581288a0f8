//! CSV files: what is accepted, and the code and place of each fault.

use super::*;
use crate::judge::{Judge, Judgement, Outcome};

const HEADER: &str = "uetr,end_to_end_id,debtor_account,creditor_account,currency,amount,value_date,purpose,remittance";
const FIRST: &str = "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0,E-1,6293470897857027387,DE08999999990503391179,CNY,1250.00,2026-12-01,SUPP,\"Invoice 7, \"\"part\"\" 1\"";
const SECOND: &str = "e93e5bf1-8ca5-4301-b956-a53ffb7ba2f0,E-2,6293470897857027387,GB36QXFG99999979695469,JPY,77,2026-12-02,,";

fn judge(text: &str) -> Judgement {
    let expected = include_str!("../../../../tests/vectors/iso20022/expected.json");
    let directory = Directory::from_json(expected, None).unwrap();
    Judge::new(directory).judge("payments.csv", text.as_bytes())
}

fn file() -> String {
    format!("{HEADER}\n{FIRST}\n{SECOND}\n")
}

#[test]
fn payments_are_read() {
    for text in [
        file(),
        file().replace('\n', "\r\n"),
        format!("\u{feff}{}", file().trim_end()),
    ] {
        let judgement = judge(&text);
        assert_eq!(judgement.outcome, Outcome::Accepted, "{judgement:?}");
        let [first, second] = &judgement.transactions[..] else {
            panic!("two payments")
        };
        assert_eq!(first.amount.minor(), 125_000);
        assert_eq!(first.remittance.as_deref(), Some("Invoice 7, \"part\" 1"));
        assert_eq!(second.amount.minor(), 77);
        assert_eq!(second.purpose, None);
        assert_eq!(second.line, 3);
        let facts = judgement.facts.unwrap();
        assert_eq!(facts["count"], 2);
        assert_eq!(facts["control_sums_minor"]["CNY"], "125000");
        assert_eq!(facts["last"]["end_to_end_id"], "E-2");
    }
}

#[test]
fn columns_may_stand_in_any_order() {
    let judgement = judge(
        "amount,currency,uetr,end_to_end_id,creditor_account,debtor_account,remittance,purpose,value_date\n5.5,CNY,e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0,E,2,1,,,2026-12-01",
    );
    assert_eq!(judgement.outcome, Outcome::Accepted, "{judgement:?}");
    let facts = judgement.facts.unwrap();
    assert_eq!(facts["control_sum_minor"], "550");
    assert_eq!(facts["currency"], "CNY");
    assert_eq!(
        judgement.transactions[0].debtor_account.as_deref(),
        Some("1")
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, not steps")]
fn faults_name_line_and_column() {
    let rows: &[(&str, &str, &str, &str)] = &[
        (",amount,", ",sum,", "FF01", "line 1, column sum"),
        (",amount,", ",currency,", "FF01", "line 1, column currency"),
        (",remittance\n", "\n", "FF01", "line 1, column remittance"),
        (
            "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0",
            "",
            "FF01",
            "line 2, column uetr",
        ),
        (
            "e93e5bf0-8ca5-4301",
            "e93e5bf0-8ca5-1301",
            "FF01",
            "line 2, column uetr",
        ),
        ("e93e5bf1", "e93e5bf0", "DU03", "line 3, column uetr"),
        (",E-2,", ",E-1,", "DU04", "line 3, column end_to_end_id"),
        (",E-2,", ",,", "FF01", "line 3, column end_to_end_id"),
        (
            ",E-2,",
            ",EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE,",
            "FF01",
            "line 3, column end_to_end_id",
        ),
        (
            ",6293470897857027387,D",
            ",,D",
            "FF01",
            "line 2, column debtor_account",
        ),
        (
            ",6293470897857027387,D",
            ",DE09999999990503391179,D",
            "AC02",
            "line 2, column debtor_account",
        ),
        (
            "DE08999",
            "DE09999",
            "AC03",
            "line 2, column creditor_account",
        ),
        (",CNY,", ",SEK,", "AM03", "line 2, column currency"),
        (",CNY,", ",cny,", "AM03", "line 2, column currency"),
        ("1250.00", "1250.001", "AM12", "line 2, column amount"),
        ("1250.00", "-1250.00", "AM12", "line 2, column amount"),
        ("1250.00", "1.25e3", "AM12", "line 2, column amount"),
        ("1250.00", "+1250.00", "AM12", "line 2, column amount"),
        ("1250.00", "\"1,250.00\"", "AM12", "line 2, column amount"),
        ("1250.00", "0.00", "AM01", "line 2, column amount"),
        (
            "1250.00",
            "999999999999999999999999",
            "AM02",
            "line 2, column amount",
        ),
        ("1250.00", "", "FF01", "line 2, column amount"),
        (",77,", ",77.0,", "AM12", "line 3, column amount"),
        (
            "2026-12-01",
            "2026-02-30",
            "DT01",
            "line 2, column value_date",
        ),
        (
            "2026-12-01",
            "2026-11-30",
            "DT01",
            "line 2, column value_date",
        ),
        (
            "2026-12-01",
            "2036-11-30",
            "CH03",
            "line 2, column value_date",
        ),
        (",SUPP,", ",SUPP,,", "FF01", "line 2"),
        ("2026-12-02,,", "2026-12-02,", "FF01", "line 3"),
    ];
    for (from, to, code, place) in rows {
        assert!(file().contains(from), "{from}");
        let judgement = judge(&file().replacen(from, to, 1));
        assert_eq!(
            judgement.code.map(StatusCode::as_str),
            Some(*code),
            "{from}: {judgement:?}"
        );
        assert_eq!(
            judgement.xpath.as_deref(),
            Some(*place),
            "{from}: {judgement:?}"
        );
    }
}

#[test]
fn bad_forms_are_refused_with_their_line() {
    let quoted = format!(
        "{HEADER}\n{}\n",
        FIRST.replace("Invoice 7, ", "Invoice\n7, ")
    );
    let judgement = judge(&format!("{quoted}x,\"y\n"));
    assert_eq!(judgement.line, Some(4), "{judgement:?}");
    for text in [
        "".to_owned(),
        HEADER.to_owned(),
        format!("{HEADER}\n\n{FIRST}"),
        format!("{HEADER}\n{}", FIRST.replace("SUPP", "SU\"PP")),
        format!("{HEADER}\n{}", FIRST.replace("SUPP", "\"SUPP\"x")),
        format!("{HEADER}\n{}", FIRST.replace("SUPP", "\"SUPP")),
        format!("{HEADER}\n{}", FIRST.replace("SUPP", &"S".repeat(100_000))),
        format!("{HEADER}\n{}", ",".repeat(1_000_000)),
        format!("{HEADER}\n{}", FIRST.replace("SUPP", "\0")),
        format!("{HEADER}\r{FIRST}"),
    ] {
        assert_eq!(judge(&text).outcome, Outcome::Rejected);
    }
}
