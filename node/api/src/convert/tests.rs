use super::*;
use sycee_contracts::AccountNumber;

fn receipts() -> Vec<Receipt> {
    let outcomes = [
        Outcome::Settled,
        Outcome::Refused(RejectReason::InsufficientFunds),
        Outcome::BulkSettled {
            settled_count: 2,
            settled_sum: u128::MAX,
            refused: vec![
                (1, RejectReason::ZeroAmount),
                (8_189, RejectReason::CreditorUnknown),
            ],
        },
        Outcome::BulkRefused {
            leg: 3,
            reason: RejectReason::CreditorClosed,
        },
        Outcome::Waiting(Waiting::Queued),
        Outcome::Cancelled(RejectReason::Expired),
        Outcome::Recorded {
            table: Table::Attestations,
            id: 7,
        },
    ];
    (0_u32..)
        .zip(outcomes)
        .map(|(index, outcome)| Receipt {
            transaction: TransactionId(Hash([9; 32])),
            height: Height(7),
            index,
            outcome,
            fee: (index % 2 == 1).then_some(Fee {
                payer: match index % 4 {
                    1 => FeePayer::Debtor,
                    _ => FeePayer::Creditor,
                },
                collector: AccountId(11),
                amount: 10_u128.pow(21),
            }),
        })
        .collect()
}

#[test]
fn receipts_come_back_as_they_went() {
    for expected in receipts() {
        assert_eq!(receipt_from(&receipt(&expected)), Ok(expected));
    }
    for reason in RejectReason::ALL {
        let outcome = Outcome::Refused(*reason);
        let went = Receipt {
            outcome,
            ..receipts().remove(0)
        };
        assert_eq!(receipt_from(&receipt(&went)), Ok(went));
    }
}

#[test]
fn a_recorded_outcome_is_the_receipt_without_the_legs_and_the_fee() {
    for receipt in receipts() {
        let record = InstructionRecord {
            transaction: receipt.transaction,
            height: receipt.height,
            index: receipt.index,
            outcome: RecordedOutcome::from(&receipt.outcome),
        };
        let mut expected = super::receipt(&receipt);
        expected.fee = None;
        if let Some(wire::outcome::Kind::BulkSettled(bulk)) =
            expected.outcome.as_mut().and_then(|it| it.kind.as_mut())
        {
            bulk.refused.clear();
        }
        assert_eq!(recorded(&record), expected);
    }
}

#[test]
fn an_answer_that_lacks_or_distorts_a_field_is_refused_by_name() {
    let good = receipt(&receipts()[0]);
    let change = |edit: &dyn Fn(&mut wire::Receipt)| {
        let mut changed = good.clone();
        edit(&mut changed);
        receipt_from(&changed).map_err(|problem| problem.code.clone())
    };
    let refused = Err(NodeFault::ReplyMalformed.code());
    assert_eq!(change(&|it| it.outcome = None), refused);
    assert_eq!(change(&|it| it.transaction_id.push('0')), refused);
    let unknown = wire::Problem {
        code: "SY-09999".to_owned(),
        ..wire::Problem::default()
    };
    let kind = wire::outcome::Kind::Refused(unknown);
    assert_eq!(
        change(&|it| it.outcome = Some(wire::Outcome {
            kind: Some(kind.clone()),
            iso_status: String::new(),
        })),
        refused
    );
}

#[test]
fn amounts_travel_as_exact_text() {
    let account = Account {
        id: sycee_primitives::AccountId(1),
        debits: 9_007_199_254_740_993,
        credits: 10_u128.pow(22),
        floor: sycee_primitives::Balance(-5),
        owner: sycee_primitives::ParticipantId(2),
        asset: sycee_primitives::AssetId(0),
        kind: sycee_contracts::AccountKind::Settlement,
        status: sycee_contracts::AccountStatus::Open,
        opened: Height(3),
        number: AccountNumber::parse("SETTLEMENT-1-CNY").unwrap(),
        terms: None,
    };
    let asset = Asset {
        id: sycee_primitives::AssetId(0),
        currency: sycee_primitives::Currency::parse("CNY").unwrap(),
        scale: 2,
        issuer: sycee_primitives::ParticipantId(0),
        issuance_account: sycee_primitives::AccountId(0),
        debits: 0,
        credits: 0,
    };
    let wire = super::account(&account, &asset);
    assert_eq!(wire.balance_minor, "9999990992800745259007");
    assert_eq!(wire.available_minor, "9999990992800745259012");
    assert_eq!(wire.debits_minor, "9007199254740993");
    assert_eq!(
        parse::balance("balance", &wire.balance_minor),
        Ok(account.balance())
    );
}

#[test]
fn ids_are_exactly_64_digits() {
    assert!(transaction_id(&"0a".repeat(32)).is_ok());
    for wrong in ["", "0a", &"0a".repeat(33), &"zz".repeat(32)] {
        let problem = transaction_id(wrong).unwrap_err();
        assert_eq!(problem.code, NodeFault::FieldMalformed.code());
    }
}
