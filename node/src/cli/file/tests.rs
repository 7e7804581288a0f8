use std::collections::BTreeMap;

use sycee_api::wire;
use sycee_contracts::{Action, RejectReason};
use sycee_messages::Outcome as FileOutcome;
use sycee_primitives::{BlockTime, Hash};

use super::plan::{Names, PaymentStatus, plan, statuses};
use super::*;

fn vectors() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/iso20022"
    ))
}

fn check(files: &[&str]) -> Check {
    Check {
        files: files.iter().map(|file| vectors().join(file)).collect(),
        directory: Some(vectors().join("expected.json")),
        business_date: None,
    }
}

#[test]
fn exit_codes_of_checking_follow_the_worst_file() {
    let quiet = Output { json: true };
    let exit = |files: &[&str]| {
        check(files)
            .run(quiet)
            .map_or_else(|failed| failed.exit, |()| exit::OK)
    };
    assert_eq!(
        exit(&["p01-pacs009-core.xml", "p03-pacs008-iban.xml"]),
        exit::OK
    );
    assert_eq!(
        exit(&["p01-pacs009-core.xml", "p12-bad-bic.xml"]),
        exit::REFUSED
    );
    assert_eq!(exit(&["nothing.xml", "p12-bad-bic.xml"]), exit::NOT_FOUND);
    // The judge remembers: the same file again is a duplicate.
    assert_eq!(
        exit(&["p01-pacs009-core.xml", "p01-pacs009-core.xml"]),
        exit::REFUSED
    );
}

#[test]
fn every_vector_is_judged_as_expected_through_the_command() {
    let text = std::fs::read_to_string(vectors().join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let directory = check(&[]).directory().unwrap();
    let mut judge = Judge::new(directory);
    let mut judged = 0;
    for case in expected["cases"].as_array().into_iter().flatten() {
        let name = case["file"].as_str().unwrap();
        let path = vectors().join(name);
        // Files of messages that are not supported yet are not among the vectors.
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        let value = serde_json::to_value(judge.judge(&name_of(&path), &bytes)).unwrap();
        let outcome = case["outcome"].as_str().unwrap();
        assert_eq!(value["outcome"], outcome, "{name}");
        if outcome == "rejected" {
            assert_eq!(value["code"], case["code"], "{name}");
        }
        judged += 1;
    }
    assert!(judged > 0, "the vectors name their files");
}

#[test]
fn a_directory_and_a_date_are_read_or_refused() {
    let mut wrong = check(&[]);
    wrong.business_date = Some("2026-02-30".to_owned());
    assert_eq!(
        wrong.directory().unwrap_err().code,
        NodeFault::FieldMalformed.code()
    );
    let mut dated = check(&[]);
    dated.business_date = Some("2027-01-04".to_owned());
    assert_eq!(
        dated.directory().unwrap().business_date().to_string(),
        "2027-01-04"
    );
    let mut lost = check(&[]);
    lost.directory = Some(PathBuf::from("/nowhere.json"));
    assert_eq!(
        lost.directory().unwrap_err().code,
        NodeFault::FileMissing.code()
    );
}

/// Judges a CSV of payments (debtor, creditor, amount) between accounts that [`names`] knows.
fn judged(rows: &[(&str, &str, &str)]) -> Judgement {
    let mut text = "uetr,end_to_end_id,debtor_account,creditor_account,currency,amount,value_date,purpose,remittance\n".to_owned();
    for (number, (debtor, creditor, amount)) in rows.iter().enumerate() {
        text += &format!(
            "00000000-0000-4000-8000-{number:012},E-{number},{debtor},{creditor},CNY,{amount},2026-12-01,SUPP,\n"
        );
    }
    let date = BusinessDate::parse("2026-12-01").unwrap();
    Judge::new(Directory::open(date)).judge("t.csv", text.as_bytes())
}

fn names() -> Names {
    let account = |id: u64, currency: &str| wire::Account {
        id,
        currency: currency.to_owned(),
        ..wire::Account::default()
    };
    let accounts = [
        ("A1", Some(account(11, "CNY"))),
        ("A2", Some(account(12, "CNY"))),
        ("A3", Some(account(13, "EUR"))),
        ("A4", None),
    ];
    Names {
        accounts: accounts
            .into_iter()
            .map(|(name, account)| (name.to_owned(), account))
            .collect(),
        settlement: BTreeMap::new(),
    }
}

#[test]
fn payments_that_cannot_be_sent_are_answered_and_the_others_planned() {
    let judgement = judged(&[
        ("A1", "A2", "1.00"),
        ("A1", "A4", "2.00"),
        ("A4", "A1", "3.00"),
        ("A3", "A1", "4.00"),
        ("A2", "A1", "5.00"),
    ]);
    assert_eq!(
        judgement.outcome,
        FileOutcome::Accepted,
        "{:?}",
        judgement.reason
    );
    let (planned, answered) = plan(&Hash([1; 32]), &judgement.transactions, &names());
    let places: Vec<&[usize]> = planned.iter().map(|it| it.payments.as_slice()).collect();
    assert_eq!(places, [&[0][..], &[4]]);
    assert!(planned.iter().all(|it| matches!(it.action, Action::Pay(_))));
    let code = |place: usize| match &answered[place] {
        Some(PaymentStatus::Refused {
            transaction: None,
            problem,
        }) => problem.code.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(code(1), RejectReason::CreditorUnknown.code());
    assert_eq!(code(2), RejectReason::DebtorUnknown.code());
    assert_eq!(code(3), RejectReason::DebtorCurrency.code());
    assert_eq!((&answered[0], &answered[4]), (&None, &None));
}

#[test]
fn a_file_has_the_same_keys_whenever_it_is_sent_and_another_file_others() {
    let judgement = judged(&[("A1", "A2", "1.00"), ("A1", "A2", "2.00")]);
    let keys = |file: u8| -> Vec<_> {
        let (planned, _) = plan(&Hash([file; 32]), &judgement.transactions, &names());
        planned.iter().map(|it| it.key).collect()
    };
    assert_eq!(keys(1), keys(1));
    assert_ne!(keys(1)[0], keys(1)[1]);
    assert!(keys(1).iter().all(|key| !keys(2).contains(key)));
}

#[test]
fn a_block_of_an_initiation_becomes_one_bulk_payment() {
    let mut orders = judged(&[
        ("A1", "A2", "1.00"),
        ("A1", "A2", "2.00"),
        ("A2", "A1", "3.00"),
    ])
    .transactions;
    for order in &mut orders {
        order.payment_information_id = Some("BLOCK-1".to_owned());
    }
    orders[1].end_to_end_id = "LONGER-THAN-SIXTEEN-BYTES".to_owned();
    orders[1].uetr = None;
    let (planned, _) = plan(&Hash([1; 32]), &orders, &names());
    assert_eq!(planned.len(), 2, "one for each debtor");
    let Action::PayBatch(bulk) = &planned[0].action else {
        panic!("a bulk payment")
    };
    assert_eq!((bulk.count, bulk.control_sum), (2, 300));
    assert_eq!(&bulk.legs[0].reference, b"E-0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    assert_eq!(bulk.legs[1].uetr, [0; 16]);
    assert!(bulk.annex.is_some());
    let receipt = wire::Receipt {
        height: 9,
        outcome: Some(wire::Outcome {
            kind: Some(wire::outcome::Kind::BulkSettled(wire::BulkSettled {
                settled_count: 1,
                refused_count: 1,
                refused: vec![wire::RefusedLeg {
                    leg: 1,
                    code: RejectReason::CreditorClosed.code(),
                }],
                ..wire::BulkSettled::default()
            })),
            iso_status: "ACSC".to_owned(),
        }),
        ..wire::Receipt::default()
    };
    let told = statuses(&planned[0], &receipt);
    assert!(matches!(
        &told[0],
        (0, PaymentStatus::Settled { height: 9, .. })
    ));
    assert!(
        matches!(&told[1], (1, PaymentStatus::Refused { problem, .. }) if problem.iso == "AC04")
    );
}

#[test]
fn the_answer_names_every_payment_with_its_status() {
    let judgement = judged(&[
        ("A1", "A2", "1.00"),
        ("A1", "A2", "2.00"),
        ("A1", "A2", "3.00"),
        ("A1", "A2", "4.00"),
    ]);
    let told = [
        PaymentStatus::Settled {
            transaction: "00".to_owned(),
            height: 1,
        },
        PaymentStatus::Refused {
            transaction: None,
            problem: RejectReason::InsufficientFunds.into(),
        },
        PaymentStatus::Open {
            transaction: "01".to_owned(),
            problem: NodeFault::TimedOut.into(),
        },
        PaymentStatus::Waiting {
            transaction: "02".to_owned(),
            reason: "warehoused".to_owned(),
        },
    ];
    let now = BlockTime(1_796_083_199_000);
    let report = answer::report(&judgement, &told, &Hash([7; 32]), now);
    let text = report.write().unwrap();
    let order = ["<TxSts>ACSC", "<TxSts>RJCT", "<Cd>AM04", "<TxSts>PDNG"]
        .map(|part| text.find(part).unwrap());
    assert!(order.is_sorted(), "{text}");
    assert_eq!(text.matches("<TxSts>PDNG").count(), 2, "{text}");
    assert_eq!(answer::creation_time(now), "2026-11-30T23:59:59+00:00");
}
