//! The judge against the published vectors, against edited files, and against random damage.

use super::*;
use sycee_primitives::currency::Currency;
use sycee_primitives::time::BusinessDate;

mod damage;
mod edits;
mod vectors;

pub(super) const DIRECTORY: &str = include_str!("../../../../tests/vectors/iso20022/expected.json");
pub(super) const BANK: &str =
    include_str!("../../../../tests/vectors/iso20022/p01-pacs009-core.xml");
pub(super) const CUSTOMER: &str =
    include_str!("../../../../tests/vectors/iso20022/p03-pacs008-iban.xml");
/// Five transfers of one block; the group control sum of this vector is wrong by one cent and corrected here.
const INITIATION_WITH_WRONG_SUM: &str =
    include_str!("../../../../tests/vectors/iso20022/p16-control-sum.xml");

pub(super) fn initiation() -> String {
    INITIATION_WITH_WRONG_SUM.replacen("11896532.48", "11896532.47", 1)
}

pub(super) fn directory() -> Directory {
    Directory::from_json(DIRECTORY, None).unwrap()
}

pub(super) fn judge(text: &str) -> Judgement {
    Judge::new(directory()).judge("file.xml", text.as_bytes())
}

/// The file with the first `from` replaced, which must be there.
pub(super) fn edited(base: &str, from: &str, to: &str) -> String {
    assert!(base.contains(from), "{from} is not in the file");
    base.replacen(from, to, 1)
}

#[test]
fn orders_carry_what_the_node_needs() {
    let judgement = judge(CUSTOMER);
    assert_eq!(judgement.outcome, Outcome::Accepted, "{judgement:?}");
    let order = &judgement.transactions[0];
    assert_eq!(order.amount.minor(), 1_825_040);
    assert_eq!(order.currency, Currency::parse("EUR").unwrap());
    assert_eq!(Some(order.value_date), BusinessDate::parse("2026-12-01"));
    assert_eq!(order.purpose.as_deref(), Some("GDDS"));
    assert_eq!(order.remittance.as_deref(), Some("Invoice 4016"));
    assert_eq!(order.debtor_agent.unwrap().as_str(), "QXEFDEB0XXX");
    assert_eq!(order.path, "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf");
    let file = initiation();
    let judgement = judge(&file);
    assert_eq!(judgement.transactions.len(), 5, "{judgement:?}");
    let last = &judgement.transactions[4];
    assert_eq!(
        last.path,
        "/Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf[5]"
    );
    assert_eq!(
        last.payment_information_id.as_deref(),
        Some("B-20261201-P2048")
    );
    assert_eq!(last.debtor_account.as_deref(), Some("6226680275038635570"));
}

#[test]
fn the_report_has_exactly_the_published_keys() {
    let report = serde_json::to_value(judge(BANK)).unwrap();
    let keys: Vec<_> = report.as_object().unwrap().keys().cloned().collect();
    let published = [
        "code", "facts", "file", "line", "message", "outcome", "reason", "stage", "xpath",
    ];
    assert_eq!(keys, published);
    let report = serde_json::to_value(judge("<a/>")).unwrap();
    assert_eq!(report["outcome"], "rejected");
    assert_eq!(report["stage"], "namespace");
    assert_eq!(report["code"], "FF01");
    assert_eq!(report["xpath"], "/a");
}

#[test]
fn a_judge_without_directory_still_knows_decimals_and_dates() {
    let today = BusinessDate::parse("2026-12-01").unwrap();
    let mut judge = Judge::new(Directory::open(today));
    let text = CUSTOMER.replace("QXFGGBB0", "QXZZGBB0");
    assert_eq!(
        judge.judge("a.xml", text.as_bytes()).outcome,
        Outcome::Accepted
    );
    let mut judge = Judge::new(Directory::open(today));
    let text = edited(CUSTOMER, "Ccy=\"EUR\">18250.40", "Ccy=\"JPY\">18250.4");
    assert_eq!(
        judge.judge("a.xml", text.as_bytes()).code,
        Some(StatusCode::AM12)
    );
}

#[test]
fn the_kind_of_file_follows_its_name_and_else_its_first_character() {
    assert!(is_csv("a.csv", b"<"));
    assert!(is_csv("a.CSV", b""));
    assert!(!is_csv("a.xml", b"uetr"));
    assert!(is_csv("payments", b"\xef\xbb\xbfuetr,amount"));
    assert!(!is_csv("payments.txt", b"  <Document/>"));
    assert!(!is_csv("payments", b"\xff\xfe<\0"));
}

/// The judge moves between threads although a tree does not.
const fn can_be_sent<T: Send>() {}
const _: () = can_be_sent::<Judge>();
const _: () = can_be_sent::<Judgement>();

#[test]
fn a_file_of_very_many_payments_is_read_in_linear_time() {
    const COUNT: u32 = 20_000;
    let file = initiation();
    let (before, rest) = file.split_once("<CdtTrfTxInf>").unwrap();
    let (one, _) = rest.split_once("</CdtTrfTxInf>").unwrap();
    let head = before.replace("<NbOfTxs>5", &format!("<NbOfTxs>{COUNT}"));
    let head = head.replace("<CtrlSum>11896532.47</CtrlSum>", "");
    let payments: String = (0..COUNT)
        .map(|number| {
            let own = one
                .replace("E-20261201-P2039", &format!("E-{number}"))
                .replace("491ebf74", &format!("{number:08x}"));
            format!("<CdtTrfTxInf>{own}</CdtTrfTxInf>")
        })
        .collect();
    let judgement = judge(&format!(
        "{head}{payments}</PmtInf></CstmrCdtTrfInitn></Document>"
    ));
    assert_eq!(
        judgement.outcome,
        Outcome::Accepted,
        "{:?}",
        judgement.reason
    );
    assert_eq!(judgement.transactions.len(), 20_000);
    assert_eq!(
        judgement.facts.unwrap()["control_sum_minor"],
        (320_801_507_u64 * 20_000).to_string()
    );
}
