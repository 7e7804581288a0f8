//! Whatever is asked of the ledger: money adds up, floors hold, nothing happens twice, replay and restore give the same roots, and
//! an independent executor agrees on every outcome and balance.

use num_bigint::BigInt;
use proptest::prelude::*;
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId};

use super::{
    language::{DAY, chain, founding, secret, uetr},
    life::{Rows, restore, store},
    model::Model,
};
use crate::*;

const NAMES: [&str; 6] = ["op", "ba", "bb", "c1", "c2", "s2"];
const IDS: [u32; 6] = [0, 1, 2, 3, 4, 8];

pub(super) fn signed(sender: usize, key: &str, action: Action) -> VerifiedTransaction {
    let instruction = Instruction {
        chain_id: chain(),
        sender: ParticipantId(IDS[sender]),
        idempotency_key: IdempotencyKey::new(key).unwrap(),
        expiry: BlockTime(DAY + 3_600_000),
        action,
    };
    let bytes = instruction.sign(&[&secret(NAMES[sender])]).to_bytes();
    verify(&chain(), &bytes).unwrap()
}

fn pay(debtor: u64, creditor: u64, amount: u128, date: u32, reference: &str) -> Action {
    Action::Pay(Pay {
        uetr: uetr(reference),
        end_to_end_id: EndToEndId::new("e").unwrap(),
        debtor: AccountId(debtor),
        creditor: AccountId(creditor),
        asset: AssetId(0),
        amount: Amount::from_minor(amount).unwrap(),
        value_date: BusinessDate(date),
        purpose: None,
        payload_commitment: Some(Hash::ZERO),
        handling: Handling::default(),
    })
}

/// So many payments of one unit by bank A to customer C2.
pub(super) fn payments(count: usize) -> Vec<VerifiedTransaction> {
    (0..count)
        .map(|place| {
            signed(
                1,
                &format!("p{place}"),
                pay(2, 5, 1, 20_788, &format!("p{place}")),
            )
        })
        .collect()
}

/// A random operation in small numbers, so that collisions of keys, UETRs and accounts happen often.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    sender: usize,
    key: u8,
    debtor: u64,
    creditor: u64,
    amount: u128,
    reference: u8,
    date: u32,
    shape: u8,
    legs: Vec<(u64, u128)>,
}

pub(super) fn operation() -> impl Strategy<Value = Operation> {
    let amount = prop_oneof![
        Just(0_u128),
        1_u128..400,
        1_u128..3_000,
        Just(10_u128.pow(22))
    ];
    let date = prop_oneof![8 => Just(20_788_u32), 1 => Just(20_787), 1 => Just(20_789)];
    let legs = prop::collection::vec((0_u64..17, amount.clone()), 1..8);
    (
        (0_usize..6, any::<u8>(), 0_u64..17, 0_u64..17),
        (amount, 0_u8..120, date, 0_u8..8, legs),
    )
        .prop_map(
            |((sender, key, debtor, creditor), (amount, reference, date, shape, legs))| Operation {
                sender,
                key,
                debtor,
                creditor,
                amount,
                reference,
                date,
                shape,
                legs,
            },
        )
}

impl Operation {
    /// `None` for what the door refuses.
    pub(super) fn transaction(&self) -> Option<VerifiedTransaction> {
        let action = match self.shape {
            0 => Action::IssueCash(IssueCash {
                account: AccountId(self.creditor),
                amount: Amount::from_minor(self.amount).unwrap(),
                reserve_reference: Hash::ZERO,
            }),
            1..=3 => pay(
                self.debtor,
                self.creditor,
                self.amount,
                self.date,
                &format!("{}", self.reference),
            ),
            mode => {
                let legs = self.legs.iter().map(|(creditor, amount)| Leg {
                    creditor: AccountId(*creditor),
                    amount: Amount::from_minor(*amount).unwrap(),
                    uetr: [0; 16],
                    reference: [0; 16],
                    purpose: [0; 4],
                });
                let mode = if mode % 2 == 0 {
                    BulkMode::Each
                } else {
                    BulkMode::All
                };
                let date = BusinessDate(self.date);
                Action::PayBatch(PayBatch::of(
                    AccountId(self.debtor),
                    AssetId(0),
                    date,
                    mode,
                    legs.collect(),
                ))
            }
        };
        action.check_shape().ok()?;
        Some(signed(self.sender, &format!("k{}", self.key % 100), action))
    }
}

fn check_invariants(ledger: &Ledger) {
    for asset in read::assets(ledger) {
        let of_asset =
            || read::accounts(ledger, AccountId(0), usize::MAX).filter(|it| it.asset == asset.id);
        let sum: i128 = of_asset().map(|it| it.balance().0).sum();
        assert_eq!(sum, 0, "balances of {} cancel out", asset.currency);
        for account in of_asset().filter(|it| it.kind != AccountKind::Issuance) {
            assert!(account.balance() >= account.floor, "{account:?}");
        }
        let totals = read::totals(ledger, asset.id).unwrap();
        assert_eq!(totals.debits, totals.credits);
    }
}

/// One run: blocks of operations through the ledger and the model, with storing in between.
fn run(operations: &[Operation], block_size: usize) -> Ledger {
    let founding = founding();
    let mut ledger = Ledger::found(&founding).unwrap();
    let mut replay = ledger.clone();
    let mut model = Model::new(&founding);
    let mut rows = Rows::new();
    let transactions: Vec<VerifiedTransaction> = operations
        .iter()
        .filter_map(Operation::transaction)
        .collect();
    for (place, block) in transactions.chunks(block_size).enumerate() {
        let time = BlockTime(DAY + 400 * (place as u64 + 1));
        let context = BlockContext {
            height: ledger.height().next(),
            time,
        };
        let executed = execute(&mut ledger, &context, block).unwrap();
        let mut dropped_twice = std::collections::BTreeSet::new();
        let expected: Vec<Outcome> = block
            .iter()
            .filter_map(|transaction| {
                let outcome = model.execute(time, transaction)?;
                // The model does not remember refused duplicates by id; the ledger answers each once.
                let unheard = outcome == Outcome::Refused(RejectReason::DuplicateInstruction);
                let seen = replay.identifiers.unheard(&transaction.id()).is_some();
                let again = unheard && (seen || !dropped_twice.insert(transaction.id()));
                (!again).then_some(outcome)
            })
            .collect();
        let found: Vec<Outcome> = executed
            .receipts
            .iter()
            .map(|it| it.outcome.clone())
            .collect();
        assert_eq!(found, expected);
        assert_eq!(
            execute(&mut replay, &context, block).unwrap(),
            executed,
            "replay"
        );
        check_invariants(&ledger);
        if place % 2 == 0 {
            store(&mut rows, &mut ledger);
            let restored = restore(&rows).unwrap();
            assert_eq!(restored.checkpoint(), ledger.checkpoint());
            assert_eq!(restored.results(), ledger.results());
            if place % 4 == 0 {
                // The run goes on with the restored one, so that its future is checked too.
                ledger = restored;
            }
        }
        for account in read::accounts(&ledger, AccountId(0), usize::MAX) {
            assert_eq!(
                BigInt::from(account.balance().0),
                model.balance(account.id),
                "{account:?}"
            );
        }
    }
    // Everything once more: nothing has any effect.
    let balances: Vec<Account> = read::accounts(&ledger, AccountId(0), usize::MAX).collect();
    let context = BlockContext {
        height: ledger.height().next(),
        time: BlockTime(DAY + 3_000_000),
    };
    let again = execute(&mut ledger, &context, &transactions).unwrap();
    assert!(
        again.receipts.is_empty(),
        "every transaction has had its one outcome"
    );
    assert!(read::accounts(&ledger, AccountId(0), usize::MAX).eq(balances));
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_operations_agree_with_the_model_and_keep_every_invariant(
        operations in prop::collection::vec(operation(), 1..60),
        block_size in 1_usize..12,
    ) {
        run(&operations, block_size);
    }

    #[test]
    fn any_bytes_at_the_door_and_in_rows_are_refused_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        table in 0_u8..7,
    ) {
        prop_assert!(verify(&chain(), &bytes).is_err());
        let table = Table::from_number(table).unwrap();
        let rows = [(table, &bytes[..bytes.len().min(4)], &bytes)];
        prop_assert!(Ledger::from_rows(rows, std::sync::Arc::new(Rows::new())).is_err());
    }
}
