//! A ledger's life: admission, checkpoints, proofs, the past, storing and restoring, and stopping.

use std::collections::BTreeMap;
use std::sync::Arc;

use sycee_primitives::{AccountId, Balance, BlockTime, Hash, Height};

use super::language::{DAY, Stage, chain, founding};
use crate::*;

fn empty_block(ledger: &mut Ledger, time: u64) -> ExecutedBlock {
    let context = BlockContext {
        height: ledger.height().next(),
        time: BlockTime(time),
    };
    execute(ledger, &context, &[]).unwrap()
}

pub(super) type Rows = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// What storage does with changed rows.
pub(super) fn store(rows: &mut Rows, ledger: &mut Ledger) {
    for row in ledger.take_changed_rows() {
        match row.value {
            Some(value) => rows.insert((row.table, row.key), value),
            None => rows.remove(&(row.table, row.key)),
        };
    }
}

impl IdentifierTable for Rows {
    fn row(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, LookupFailure> {
        Ok(self.get(&(table, key.to_vec())).cloned())
    }
}

pub(super) fn restore(rows: &Rows) -> Result<Ledger, RestoreError> {
    let all = rows.iter().filter(|((table, _), _)| !table.is_looked_up());
    Ledger::from_rows(
        all.map(|((table, key), value)| (*table, key, value)),
        Arc::new(rows.clone()),
    )
}

#[test]
fn rows_of_another_version_are_told_by_their_format_whatever_else_can_be_read() {
    let mut rows = Rows::new();
    store(&mut rows, &mut Ledger::found(&founding()).unwrap());
    for ((table, _), value) in &mut rows {
        if *table == Table::Header {
            value[..2].copy_from_slice(&3_u16.to_le_bytes());
        } else {
            value.push(0);
        }
    }
    assert_eq!(restore(&rows).err(), Some(RestoreError::Format(3)));
}

#[test]
fn checkpoints_come_by_interval_and_at_the_turn_of_the_day() {
    let mut ledger = Ledger::found(&founding()).unwrap();
    assert_eq!(ledger.checkpoint().height, Height(0));
    assert_ne!(ledger.checkpoint().state_root, Hash::ZERO);
    let times = [
        (1, false),
        (999, false),
        (1_000, true),
        (1_999, false),
        (2_000, true),
        (86_399_500, true),
        (86_399_999, false),
        (86_400_000, true),
    ];
    for (offset, expected) in times {
        let block = empty_block(&mut ledger, DAY + offset);
        assert_eq!(block.checkpoint.is_some(), expected, "{offset}");
    }
}

#[test]
fn an_empty_block_changes_results_but_neither_identifiers_nor_balances() {
    let mut ledger = Ledger::found(&founding()).unwrap();
    let first = empty_block(&mut ledger, DAY);
    assert_eq!(first.previous_results, Hash::ZERO);
    assert_eq!(
        first.results,
        results_after(&Hash::ZERO, Height(1), &first.receipts_root)
    );
    assert!(first.receipts.is_empty() && first.touched.is_empty());
    assert_eq!(first.prove(0), None);
}

#[test]
pub(super) fn every_receipt_of_a_block_proves_itself_and_nothing_else() {
    let stage = Stage::new();
    let mut ledger = stage.ledger.clone();
    let transactions = super::properties::payments(5);
    let context = BlockContext {
        height: Height(1),
        time: BlockTime(DAY + 1),
    };
    let block = execute(&mut ledger, &context, &transactions).unwrap();
    let second = empty_block(&mut ledger, DAY + 2);
    let third = empty_block(&mut ledger, DAY + 3);
    assert_eq!(block.receipts.len(), 5);
    for index in 0..5 {
        let mut proof = block.prove(index).unwrap();
        assert!(proof.verify(Height(1), &block.results));
        proof.later_receipts_roots.push(second.receipts_root);
        proof.later_receipts_roots.push(third.receipts_root);
        assert!(proof.verify(Height(3), &third.results));
        assert!(!proof.verify(Height(2), &third.results));
        proof.receipt.outcome = Outcome::Refused(RejectReason::Expired);
        assert!(!proof.verify(Height(3), &third.results));
    }
}

#[test]
fn accounts_are_proved_at_the_last_checkpoint_and_remembered_at_recent_heights() {
    let mut stage = Stage::new();
    stage.run("T1 ba pay A1 C2 10 = settled\n block\n T2 ba pay A1 C2 5 = settled");
    let (a1, c2) = (stage.account("A1"), stage.account("C2"));
    let ledger = &mut stage.ledger;
    let root = ledger.checkpoint().state_root;
    assert_eq!(ledger.checkpoint().height, Height(2));
    let proof = read::account_proof(ledger, a1).unwrap();
    assert_eq!(proof.account.balance(), Balance(985));
    assert!(proof.verify(&root));
    let mut forged = proof.clone();
    forged.account.credits += 1;
    assert!(!forged.verify(&root));
    assert!(!proof.verify(&Hash::ZERO));

    // A block that is no checkpoint moves the balance but not the proof.
    let time = ledger.time();
    let transactions = super::properties::payments(1);
    let context = BlockContext {
        height: Height(3),
        time,
    };
    execute(ledger, &context, &transactions).unwrap();
    assert_eq!(read::account_proof(ledger, a1).unwrap(), proof);
    assert_eq!(read::account(ledger, a1).unwrap().balance(), Balance(984));

    for (height, balance) in [(0, 1_000), (1, 990), (2, 985), (3, 984)] {
        let past = read::account_at(ledger, a1, Height(height)).unwrap();
        assert_eq!(past.balance(), Balance(balance), "height {height}");
    }
    assert_eq!(
        read::account_at(ledger, c2, Height(0)).unwrap().balance(),
        Balance(0)
    );
    assert_eq!(
        read::account_at(ledger, a1, Height(4)),
        Err(read::ReadError::NotYet(Height(4)))
    );
    let unknown = AccountId(999);
    assert_eq!(
        read::account_at(ledger, unknown, Height(1)),
        Err(read::ReadError::Unknown)
    );
}

#[test]
pub(super) fn what_is_stored_is_restored_to_the_same_roots_and_the_same_future() {
    let mut stage = Stage::new();
    let mut rows = Rows::new();
    store(&mut rows, &mut stage.ledger);
    stage.run(
        "T1 ba pay A1 C2 10 = settled
         T2 c1 pay A1 C2 10 as=ba = SY-00112
         T3 op open c1 current NEW-1 = settled
         T4 op register new auditor = settled
         block
         T5 ba bulk each A1 C1:1 C2:2 = settled 2",
    );
    store(&mut rows, &mut stage.ledger);
    assert!(stage.ledger.take_changed_rows().is_empty(), "taken once");
    let mut restored = restore(&rows).unwrap();
    let mut original = stage.ledger.clone();
    assert_eq!(restored.checkpoint(), original.checkpoint());
    assert_eq!(read::numbers(&restored), read::numbers(&original));
    for second in 10..12 {
        let left = empty_block(&mut original, DAY + second * 1_000);
        let right = empty_block(&mut restored, DAY + second * 1_000);
        assert_eq!(left, right);
    }
    // Refusals that used no key are forgotten when their instructions have expired, on disk as well.
    assert!(rows.keys().any(|(table, _)| *table == Table::Unheard));
    empty_block(&mut restored, DAY + 30 * 3_600_000);
    store(&mut rows, &mut restored);
    assert!(!rows.keys().any(|(table, _)| *table == Table::Unheard));
    restore(&rows).unwrap();
}

#[test]
fn a_ledger_restored_between_checkpoints_proves_again_from_the_next_one() {
    let mut stage = Stage::new();
    let mut rows = Rows::new();
    let context = BlockContext {
        height: Height(1),
        time: BlockTime(DAY + 1),
    };
    execute(&mut stage.ledger, &context, &super::properties::payments(3)).unwrap();
    store(&mut rows, &mut stage.ledger);
    let mut restored = restore(&rows).unwrap();
    let a1 = stage.account("A1");
    assert!(read::account_proof(&restored, a1).is_err());
    let (left, right) = (
        empty_block(&mut stage.ledger, DAY + 1_000),
        empty_block(&mut restored, DAY + 1_000),
    );
    assert_eq!(left.checkpoint, right.checkpoint);
    let proof = read::account_proof(&restored, a1).unwrap();
    assert!(proof.verify(&right.checkpoint.unwrap().state_root));
}

#[test]
fn damaged_rows_are_noticed() {
    let mut stage = Stage::new();
    stage.run("T1 ba pay A1 C2 10 = settled\n T2 c1 pay A1 C2 10 as=ba = SY-00112");
    let mut rows = Rows::new();
    store(&mut rows, &mut stage.ledger);
    restore(&rows).unwrap();
    for key in rows.keys().filter(|(table, _)| !table.is_looked_up()) {
        let mut missing = rows.clone();
        missing.remove(key);
        assert!(restore(&missing).is_err(), "missing {key:?}");
        let mut cut = rows.clone();
        cut.get_mut(key).unwrap().pop();
        assert!(restore(&cut).is_err(), "cut {key:?}");
    }
    for (key, value) in rows
        .iter()
        .filter(|((table, _), _)| *table == Table::Accounts)
    {
        for place in 0..value.len() {
            let mut flipped = rows.clone();
            flipped.get_mut(key).unwrap()[place] ^= 1;
            assert!(restore(&flipped).is_err(), "flipped {key:?} {place}");
        }
    }
}

#[test]
fn admission_tells_the_outcome_of_what_was_executed_and_burns_nothing() {
    let ledger = Ledger::found(&founding()).unwrap();
    let mut executed = ledger.clone();
    let transactions = super::properties::payments(1);
    let now = BlockTime(DAY);
    assert_eq!(
        admit(&ledger, &transactions[0], now),
        Ok(Admission::Accepted)
    );
    let late = BlockTime(DAY + 3_600_000);
    assert_eq!(
        admit(&ledger, &transactions[0], late),
        Ok(Admission::Refused(RejectReason::Expired))
    );
    let context = BlockContext {
        height: Height(1),
        time: now,
    };
    let block = execute(&mut executed, &context, &transactions).unwrap();
    let Ok(Admission::Duplicate(record)) = admit(&executed, &transactions[0], late) else {
        panic!("executed transactions are duplicates for ever");
    };
    assert_eq!(record.transaction, block.receipts[0].transaction);
    assert_eq!(record.outcome, RecordedOutcome::Settled);
    assert_eq!(read::numbers(&ledger).receipts, 0);
}

#[test]
fn blocks_out_of_order_stop_the_ledger_for_good() {
    let mut ledger = Ledger::found(&founding()).unwrap();
    let wrong = BlockContext {
        height: Height(2),
        time: BlockTime(DAY),
    };
    let halt = execute(&mut ledger, &wrong, &[]).unwrap_err();
    assert_eq!(
        halt,
        Halt::OutOfOrder {
            expected: Height(1),
            found: Height(2)
        }
    );
    let right = BlockContext {
        height: Height(1),
        time: BlockTime(DAY),
    };
    assert_eq!(execute(&mut ledger, &right, &[]), Err(halt));
    assert!(ledger.take_changed_rows().is_empty());
    let mut ledger = Ledger::found(&founding()).unwrap();
    let early = BlockContext {
        height: Height(1),
        time: BlockTime(DAY - 1),
    };
    assert!(matches!(
        execute(&mut ledger, &early, &[]),
        Err(Halt::TimeBackwards { .. })
    ));
}

#[test]
pub(super) fn money_that_appears_or_vanishes_stops_the_ledger_before_anything_is_written() {
    let corruptions: [fn(&mut Ledger); 3] = [
        |ledger| ledger.assets[0].debits += 1,
        |ledger| ledger.assets[1].credits += 1,
        |ledger| {
            ledger.assets[0].debits += 1;
            ledger.assets[0].credits += 2;
        },
    ];
    for corrupt in corruptions {
        let mut ledger = Ledger::found(&founding()).unwrap();
        corrupt(&mut ledger);
        let context = BlockContext {
            height: Height(1),
            time: BlockTime(DAY),
        };
        let halt = execute(&mut ledger, &context, &super::properties::payments(2)).unwrap_err();
        assert!(matches!(halt, Halt::Conservation { .. }), "{halt}");
        assert!(ledger.take_changed_rows().is_empty());
        assert_eq!(ledger.halted(), Some(&halt));
    }
}

#[test]
fn accounts_that_do_not_add_up_are_noticed_image_by_image() {
    use crate::{account::store::Image, conservation};
    let ledger = Ledger::found(&founding()).unwrap();
    let totals = conservation::totals(&ledger.assets);
    let postings = ledger.accounts.postings();
    let image = |account: usize, debits: u128, credits: u128| Image {
        account: AccountId(account as u64),
        debits,
        credits,
    };
    let now = &postings[2];
    let same = [image(2, now.debits, now.credits)];
    assert_eq!(
        conservation::check(&totals, &ledger.assets, &same, &ledger.accounts),
        Ok(())
    );
    let wrong = [
        image(2, now.debits, now.credits - 1),
        image(2, now.debits, now.credits + 1),
        image(2, now.debits + 1, now.credits),
        image(999, 0, 0),
    ];
    for image in wrong {
        assert!(
            conservation::check(&totals, &ledger.assets, &[image], &ledger.accounts).is_err(),
            "{image:?}"
        );
    }
    assert_eq!(chain(), ledger.chain_id());
}
