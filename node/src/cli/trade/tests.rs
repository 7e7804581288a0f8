use super::*;

/// A book with three names in yuan.
fn book() -> Book {
    Book {
        names: vec![
            (1, "First Bank".to_owned()),
            (3, "Buyer".to_owned()),
            (4, "Seller".to_owned()),
        ],
        currency: "CNY".to_owned(),
        scale: 2,
    }
}

const HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn text(told: &Told) -> String {
    let line = |(label, value): &(&str, String)| format!("{label}: {value}");
    told.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Rows come from a node as JSON: that is the form in which they are written here.
fn row<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn an_escrow_tells_what_is_held_owed_and_ruled() {
    let it: Escrow = row(json!({
        "payer": 3, "payee": 4, "payer_account": 5, "payee_account": 6, "holding": 7, "asset": 0, "total": "10000",
        "milestones": [
            {"amount": "4000", "released": "1500", "terms": HASH},
            {"amount": "6000", "released": "0", "terms": HASH},
        ],
        "arbiters": [1, 9], "threshold": 2, "arbitration_days": 30, "agreement": HASH, "expires": 1_796_083_200_000_u64,
        "held": "8000", "owed_payee": "500", "owed_payer": "0",
        "dispute": {"by": 4, "claim": HASH, "decide_by": 1_798_675_200_000_u64,
            "rulings": [{"arbiter": 9, "to_payee": "2000", "ground": HASH}]},
        "state": "disputed",
    }));
    let expected = "\
state: disputed
payer: Buyer
payee: Seller
total: 100.00 CNY
held: 80.00 CNY
owed to payee: 5.00 CNY
milestone: 0: 40.00 CNY, 15.00 CNY released
milestone: 1: 60.00 CNY, 0.00 CNY released
arbiters: 2 of First Bank, participant 9
dispute: by Seller, to be decided before 2026-12-31 00:00 UTC
ruling: participant 9: 20.00 CNY to the payee
expires: 2026-12-01 00:00 UTC";
    assert_eq!(text(&escrow(&it, &book())), expected);
}

fn letter() -> Value {
    json!({
        "applicant": 3, "bank": 1, "beneficiary": 4, "adviser": 2, "applicant_account": 5, "bank_account": 2,
        "terms": {
            "asset": 0, "amount": "10000", "over_percent": 10, "under_percent": 5, "tenor": {"usance": 90},
            "partial_drawings": true, "expires": "2026-12-31", "latest_shipment": null, "presentation_days": 21,
            "documents": [{"kind": "invoice", "count": 1}], "conditions": HASH,
        },
        "backing": {
            "terms": {"cover": "3000", "holding": 7, "line": 2},
            "cover": "3000", "line_used": "8000", "owed": "0", "returned": "0",
        },
        "revision": 0, "amendment": null, "drawn": "2000", "pending": "2000", "state": "advised", "ends": null,
    })
}

#[test]
fn a_credit_tells_what_is_promised_and_what_stands_behind_it() {
    let it: DocumentaryCredit = row(letter());
    let expected = "\
state: advised
applicant: Buyer
issuing bank: First Bank
beneficiary: Seller
advising bank: participant 2
amount: 100.00 CNY, +10 % -5 %
payable: 90 days after presentation, drawn in parts
drawn: 20.00 CNY
not paid yet: 20.00 CNY
last day: 2026-12-31
liability: 110.00 CNY
cash cover: 30.00 CNY
credit line: 2: 80.00 CNY used
owed by applicant: 0.00 CNY";
    assert_eq!(text(&credit(&it, &book())), expected);
}

#[test]
fn a_presentation_tells_what_was_found_and_until_when_the_bank_may_speak() {
    let it: Presentation = row(json!({
        "credit": 7, "account": 6, "amount": "2000", "shipped": null,
        "documents": [{"kind": "invoice", "hash": HASH, "mark": null}],
        "presented": "2026-12-01", "decide_by": 1_796_601_600_000_u64,
        "found": [{"missing": "transport"}], "listed": [HASH], "precluded": true, "maturity": "2027-03-01",
        "state": "accepted", "next": null,
    }));
    let expected = format!(
        "\
state: accepted
credit: 7
beneficiary: Seller
issuing bank: First Bank
amount: 20.00 CNY
documents: 1
presented: 2026-12-01
to examine before: 2026-12-07 00:00 UTC
discrepancy: Missing(Transport)
discrepancy: {HASH}
precluded: the bank was silent and may not refuse
maturity: 2027-03-01"
    );
    assert_eq!(text(&presentation(&it, &row(letter()), &book())), expected);
}

#[test]
fn a_guarantee_and_a_demand_tell_how_they_stand() {
    let guarantee_row: Guarantee = row(json!({
        "applicant": 3, "bank": 1, "beneficiary": 4, "applicant_account": 5, "bank_account": 2,
        "terms": {"asset": 0, "amount": "10000", "expires": "2026-12-31", "rules": "urdg758", "text": HASH},
        "backing": {
            "terms": {"cover": "0", "holding": null, "line": 2},
            "cover": "0", "line_used": "10000", "owed": "4000", "returned": "0",
        },
        "amendment": {"amount": "12000", "expires": "2027-01-31", "cover": "0", "agreed": [1, 3]},
        "paid": "4000", "pending": "1000", "state": "issued", "ends": null,
    }));
    let expected = "\
state: issued
applicant: Buyer
guarantor: First Bank
beneficiary: Seller
amount: 100.00 CNY
paid: 40.00 CNY
demanded: 10.00 CNY
last day: 2026-12-31
liability: 60.00 CNY
cash cover: 0.00 CNY
credit line: 2: 100.00 CNY used
owed by applicant: 40.00 CNY
amendment: 120.00 CNY until 2027-01-31, asked for by First Bank, Buyer";
    assert_eq!(text(&guarantee(&guarantee_row, &book())), expected);
    let it: Demand = row(json!({
        "guarantee": 3, "account": 6, "amount": "1000", "statement": HASH, "documents": [],
        "extend_to": "2027-03-31", "extension_agreed": [1], "presented": "2026-12-01",
        "decide_by": 1_796_601_600_000_u64, "faults": [], "precluded": false, "state": "presented", "next": null,
    }));
    let expected = "\
state: presented
guarantee: 3
beneficiary: Seller
guarantor: First Bank
amount: 10.00 CNY
presented: 2026-12-01
to examine before: 2026-12-07 00:00 UTC
extend or pay: until 2027-03-31, agreed by First Bank";
    assert_eq!(text(&demand(&it, &guarantee_row, &book())), expected);
}
