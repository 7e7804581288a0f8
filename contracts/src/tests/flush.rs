//! When identifiers leave memory for the disk differs from node to node; what the ledger answers does not.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use sycee_primitives::{BlockTime, Height, ParticipantId};

use super::{
    language::{DAY, founding, uetr},
    life::Rows,
    properties::{Operation, operation, payments},
};
use crate::*;

/// A disk that can be told to fail, shared by the ledger that looks things up and the test that writes.
#[derive(Clone, Debug, Default)]
struct Disk(Arc<Mutex<(Rows, bool)>>);

impl IdentifierTable for Disk {
    fn row(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, LookupFailure> {
        assert!(table.is_looked_up());
        let disk = self.0.lock().unwrap();
        if disk.1 {
            return Err(LookupFailure::at(table, key, "the disk does not answer"));
        }
        Ok(disk.0.get(&(table, key.to_vec())).cloned())
    }
}

impl Disk {
    fn write(&self, rows: Vec<Row>) {
        let (disk, _) = &mut *self.0.lock().unwrap();
        for Row { table, key, value } in rows {
            match value {
                Some(value) => disk.insert((table, key), value),
                None => disk.remove(&(table, key)),
            };
        }
    }

    fn fail(&self, fails: bool) {
        self.0.lock().unwrap().1 = fails;
    }

    fn restore(&self) -> Ledger {
        let rows = self.0.lock().unwrap().0.clone();
        let rows = rows
            .into_iter()
            .filter(|((table, _), _)| !table.is_looked_up());
        let rows = rows.map(|((table, key), value)| (table, key, value));
        Ledger::from_rows(rows, Arc::new(self.clone())).unwrap()
    }
}

/// What a node does with its rows after a block.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Nothing,
    /// Rows are on their way; the next turn brings them to the disk.
    Take,
    /// Rows are on the disk before the ledger is told.
    Write,
    /// The ledger knows that they are.
    Tell,
    /// Memory is lost; blocks since the last write are executed again.
    Crash,
}

/// A node that keeps its ledger on a disk.
struct Node {
    ledger: Ledger,
    disk: Disk,
    on_the_way: Vec<(Height, Vec<Row>)>,
    written: Height,
    blocks: Vec<(BlockContext, Vec<VerifiedTransaction>)>,
}

impl Node {
    fn new() -> Node {
        let disk = Disk::default();
        let mut ledger = Ledger::found(&founding())
            .unwrap()
            .look_up_in(Arc::new(disk.clone()));
        disk.write(ledger.take_changed_rows());
        Node {
            ledger,
            disk,
            on_the_way: Vec::new(),
            written: Height(0),
            blocks: Vec::new(),
        }
    }

    fn execute(&mut self, context: BlockContext, block: &[VerifiedTransaction]) -> ExecutedBlock {
        self.blocks.push((context, block.to_vec()));
        execute(&mut self.ledger, &context, block).unwrap()
    }

    fn turn(&mut self, turn: Turn) {
        let height = self.ledger.height();
        match turn {
            Turn::Nothing => {}
            Turn::Take => self
                .on_the_way
                .push((height, self.ledger.take_changed_rows())),
            Turn::Write | Turn::Tell => {
                self.turn(Turn::Take);
                for (height, rows) in std::mem::take(&mut self.on_the_way) {
                    self.disk.write(rows);
                    self.written = height;
                }
                if matches!(turn, Turn::Tell) {
                    self.ledger.rows_written(self.written);
                    assert_eq!(self.ledger.identifiers_in_memory(), 0);
                }
            }
            Turn::Crash => {
                self.on_the_way.clear();
                self.ledger = self.disk.restore();
                assert_eq!(self.ledger.height(), self.written);
                assert_eq!(self.ledger.identifiers_in_memory(), 0);
                let from = usize::try_from(self.written.0).unwrap();
                for (context, block) in self.blocks.iter().skip(from) {
                    execute(&mut self.ledger, context, block).unwrap();
                }
            }
        }
    }
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        2 => Just(Turn::Nothing),
        1 => Just(Turn::Take),
        1 => Just(Turn::Write),
        2 => Just(Turn::Tell),
        1 => Just(Turn::Crash),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nodes_that_flush_and_crash_at_other_moments_give_every_transaction_the_same_answer(
        operations in prop::collection::vec(operation(), 1..80),
        block_size in 1_usize..8,
        turns in prop::collection::vec((turn(), turn()), 1..40),
    ) {
        let transactions: Vec<VerifiedTransaction> =
            operations.iter().filter_map(Operation::transaction).collect();
        // Everything twice: what was executed long ago comes again.
        let twice: Vec<VerifiedTransaction> =
            transactions.iter().chain(&transactions).cloned().collect();
        let mut never = Ledger::found(&founding()).unwrap();
        let (mut left, mut right) = (Node::new(), Node::new());
        for (place, block) in twice.chunks(block_size).enumerate() {
            let context = BlockContext {
                height: never.height().next(),
                time: BlockTime(DAY + 400 * (place as u64 + 1)),
            };
            let expected = execute(&mut never, &context, block).unwrap();
            prop_assert_eq!(&left.execute(context, block), &expected);
            prop_assert_eq!(&right.execute(context, block), &expected);
            let (of_left, of_right) = turns[place % turns.len()];
            left.turn(of_left);
            right.turn(of_right);
            for ledger in [&left.ledger, &right.ledger] {
                prop_assert_eq!(ledger.results(), never.results());
                prop_assert_eq!(ledger.checkpoint(), never.checkpoint());
                for transaction in block {
                    prop_assert_eq!(
                        admit(ledger, transaction, context.time),
                        admit(&never, transaction, context.time)
                    );
                }
            }
        }
    }
}

fn next(ledger: &Ledger) -> BlockContext {
    BlockContext {
        height: ledger.height().next(),
        time: BlockTime(DAY + 1),
    }
}

#[test]
pub(super) fn a_disk_that_does_not_answer_stops_execution_and_never_means_unused() {
    let mut node = Node::new();
    let transactions = payments(2);
    let context = next(&node.ledger);
    node.execute(context, &transactions[..1]);
    node.turn(Turn::Tell);
    let mut ledger = node.ledger.clone();
    node.disk.fail(true);
    let key = &transactions[0].instruction().idempotency_key;
    assert!(admit(&ledger, &transactions[0], context.time).is_err());
    assert!(read::instruction(&ledger, ParticipantId(1), key).is_err());
    assert!(read::transaction_by_uetr(&ledger, &uetr("p0")).is_err());
    let context = next(&ledger);
    let halt = execute(&mut ledger, &context, &transactions[1..]).unwrap_err();
    assert!(matches!(halt, Halt::Lookup(_)), "{halt}");
    // The disk answers again: a block half executed stays dead, a restart is whole.
    node.disk.fail(false);
    assert_eq!(
        execute(&mut ledger, &context, &transactions[1..]),
        Err(halt)
    );
    assert!(ledger.take_changed_rows().is_empty());
    let executed = execute(&mut node.disk.restore(), &context, &transactions[1..]).unwrap();
    assert_eq!(executed.receipts[0].outcome, Outcome::Settled);
}

#[test]
fn a_damaged_identifier_row_stops_execution() {
    let mut node = Node::new();
    let transactions = payments(1);
    let context = next(&node.ledger);
    node.execute(context, &transactions);
    node.turn(Turn::Tell);
    let rows = node.disk.0.lock().unwrap().0.clone();
    let looked_up: Vec<_> = rows
        .iter()
        .filter(|((table, _), _)| table.is_looked_up() && *table != Table::IdentifierKeys)
        .collect();
    assert_eq!(looked_up.len(), 2, "a key and a UETR");
    for ((table, key), value) in looked_up {
        let cut = Disk::default();
        cut.write(vec![Row {
            table: *table,
            key: key.clone(),
            value: Some(value[..value.len() - 1].to_vec()),
        }]);
        let mut ledger = node.ledger.clone().look_up_in(Arc::new(cut));
        let context = next(&ledger);
        let halt = execute(&mut ledger, &context, &transactions).unwrap_err();
        let Halt::Lookup(failure) = halt else {
            panic!("{halt}");
        };
        assert_eq!(failure.table, *table);
    }
    // A row of the future is no row of this ledger.
    let mut early = Ledger::found(&founding())
        .unwrap()
        .look_up_in(Arc::new(node.disk.clone()));
    let halt = execute(&mut early, &context, &transactions).unwrap_err();
    assert!(halt.to_string().contains("it is of height 1"), "{halt}");
}
