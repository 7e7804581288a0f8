//! What a node takes over in chunks is the whole state, or it is noticed at the chunk that differs.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sycee_primitives::{BlockTime, Hash, limits::ANSWERED_PAST_EXPIRY_MS_MAX};

use super::{
    language::{DAY, founding},
    life::{Rows, restore, store},
    properties::{Operation, operation, payments},
};
use crate::*;

/// Who shows its state: a ledger, its rows, and both as they were at the last checkpoint.
struct Giver {
    ledger: Ledger,
    rows: Rows,
    outline: Outline,
    rows_then: Rows,
    ledger_then: Ledger,
}

impl Giver {
    fn new() -> Giver {
        let mut ledger = Ledger::found(&founding()).unwrap();
        let mut rows = Rows::new();
        store(&mut rows, &mut ledger);
        Giver {
            outline: ledger.outline().unwrap(),
            rows_then: rows.clone(),
            ledger_then: ledger.clone(),
            rows,
            ledger,
        }
    }

    fn execute(&mut self, after_ms: u64, block: &[VerifiedTransaction]) {
        let context = BlockContext {
            height: self.ledger.height().next(),
            time: BlockTime(DAY + after_ms),
        };
        self.ledger.note_order(Hash([7; 32]));
        let executed = execute(&mut self.ledger, &context, block).unwrap();
        store(&mut self.rows, &mut self.ledger);
        assert_eq!(
            self.ledger.outline().is_some(),
            executed.checkpoint.is_some()
        );
        if let Some(outline) = self.ledger.outline() {
            self.outline = outline;
            self.rows_then.clone_from(&self.rows);
            self.ledger_then = self.ledger.clone();
        }
    }

    /// Rows that change are those of the checkpoint, rows that are looked up are those of now.
    fn chunk(&self, table: Table, chunk: u64) -> Option<Chunk> {
        let (from, to) = unheard_keys(chunk);
        let refusals = self.rows_then.iter().filter(|((of, key), _)| {
            *of == Table::Unheard && *key >= from && to.as_ref().is_none_or(|to| key < to)
        });
        let refusals = refusals.map(|(_, value)| value.clone()).collect();
        let row = |table: Table, key: &[u8]| {
            let rows = if table.is_looked_up() {
                &self.rows
            } else {
                &self.rows_then
            };
            Ok(rows.get(&(table, key.to_vec())).cloned())
        };
        self.outline
            .chunk(table, chunk, || Ok(refusals), row)
            .unwrap()
    }

    fn header(&self) -> CertifiedHeader {
        CertifiedHeader::read(self.outline.header(), self.outline.roots()).unwrap()
    }

    /// Everything a node takes over, chunk by chunk.
    fn given(&self) -> Rows {
        let mut rows = Rows::new();
        let header = self.header();
        let mut taken = vec![header.row()];
        for Part { table, chunks } in header.parts() {
            assert!(self.chunk(table, chunks).is_none(), "beyond the end");
            for at in 0..chunks {
                let chunk = self.chunk(table, at).unwrap();
                taken.extend(chunk.verify(self.outline.roots(), table, at).unwrap());
            }
        }
        for Row { table, key, value } in taken {
            let before = rows.insert((table, key), value.unwrap());
            assert!(before.is_none(), "a row comes once");
        }
        rows
    }
}

/// Nothing is left out and nothing is made up: the rows are those that a flush at the checkpoint has written.
fn assert_whole(giver: &Giver) {
    let given = giver.given();
    assert_eq!(
        given.keys().collect::<BTreeSet<_>>(),
        giver.rows_then.keys().collect()
    );
    assert_eq!(given, giver.rows_then);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whoever_takes_the_state_over_has_the_same_future_as_whoever_executed_it(
        operations in prop::collection::vec(operation(), 1..80),
        block_size in 1_usize..8,
    ) {
        let transactions: Vec<VerifiedTransaction> =
            operations.iter().filter_map(Operation::transaction).collect();
        let mut giver = Giver::new();
        let half = transactions.len() / 2;
        let blocks = transactions[..half].chunks(block_size);
        for (place, block) in (1..).zip(blocks) {
            giver.execute(700 * place, block);
        }
        assert_whole(&giver);
        let mut taker = restore(&giver.given()).unwrap();
        let mut other = giver.ledger_then.clone();
        prop_assert_eq!(taker.checkpoint(), other.checkpoint());
        // Old instructions again, among them refused ones, and new ones.
        for (place, block) in (1..).zip(transactions.chunks(block_size)) {
            let context = BlockContext {
                height: taker.height().next(),
                time: BlockTime(other.time().0 + 900 * place),
            };
            let executed = execute(&mut taker, &context, block).unwrap();
            prop_assert_eq!(executed, execute(&mut other, &context, block).unwrap());
        }
    }
}

#[test]
fn pages_of_identifiers_fill_up_and_last() {
    let mut giver = Giver::new();
    let transactions = payments(700);
    for (place, block) in (1..).zip(transactions.chunks(100)) {
        giver.execute(1_000 * place, block);
        assert_whole(&giver);
    }
    let early = giver.header();
    let first = giver.chunk(Table::IdentifierPages, 0).unwrap();
    assert!(is_lasting(Table::IdentifierPages, 0, &early));
    assert!(!is_lasting(Table::IdentifierPages, 1, &early));
    assert!(!is_lasting(Table::Accounts, 0, &early));
    let rows = |giver: &Giver, chunk: &Chunk, at| {
        chunk.verify(giver.outline.roots(), Table::IdentifierPages, at)
    };
    let expected = rows(&giver, &first, 0).unwrap();
    // The giver goes on; a chunk of the state then is still made from what it has now.
    let (outline, rows_then) = (giver.outline.clone(), giver.rows_then.clone());
    let open = giver.chunk(Table::IdentifierPages, 1).unwrap();
    giver.execute(9_000, &payments(900)[700..]);
    let later = giver.chunk(Table::IdentifierPages, 0).unwrap();
    assert_eq!(rows(&giver, &later, 0).unwrap(), expected);
    (giver.outline, giver.rows_then) = (outline, rows_then);
    assert_eq!(giver.chunk(Table::IdentifierPages, 1), Some(open));
    assert_whole(&giver);
}

#[test]
pub(super) fn an_altered_chunk_is_refused_wherever_it_was_altered() {
    let mut giver = Giver::new();
    giver.execute(2_000, &payments(3));
    let roots = giver.outline.roots();
    for Part { table, chunks } in giver.header().parts() {
        for at in 0..chunks.min(3) {
            let bytes = borsh::to_vec(&giver.chunk(table, at).unwrap()).unwrap();
            for place in 0..bytes.len().min(600) {
                let mut altered = bytes.clone();
                altered[place] ^= 1;
                let Ok(altered) = borsh::from_slice::<Chunk>(&altered) else {
                    continue;
                };
                let verdict = altered.verify(roots, table, at);
                assert_eq!(
                    verdict,
                    Err(SnapshotFault::NotCovered),
                    "byte {place} of {table:?} {at}"
                );
            }
            let chunk = giver.chunk(table, at).unwrap();
            // Empty buckets look alike, and are.
            assert!(table == Table::Unheard || chunk.verify(roots, table, at + 1).is_err());
            for other in Table::ALL.iter().copied().filter(|other| *other != table) {
                assert!(
                    chunk.verify(roots, other, at).is_err(),
                    "{table:?} as {other:?}"
                );
            }
        }
    }
    let mut header = giver.outline.header().to_vec();
    for place in 0..header.len() {
        header[place] ^= 1;
        assert_eq!(
            CertifiedHeader::read(&header, roots),
            Err(SnapshotFault::NotCovered)
        );
        header[place] ^= 1;
    }
    assert_eq!(giver.header().order(), Hash([7; 32]));
}

/// Trace L20: a refusal that used up no key is part of what is taken over, and so is when it is forgotten.
#[test]
fn l20_what_is_remembered_of_refusals_is_taken_over_and_forgotten_at_the_same_block() {
    let mut giver = Giver::new();
    let stranger: Vec<VerifiedTransaction> = payments(1)
        .iter()
        .map(|payment| {
            let secret = super::language::secret("stranger");
            let bytes = payment.instruction().clone().sign(&[&secret]).to_bytes();
            verify(&super::language::chain(), &bytes).unwrap()
        })
        .collect();
    giver.execute(2_000, &stranger);
    let used = giver.ledger_then.identifiers.used();
    assert_eq!((used.instructions, used.uetrs), (0, 0));
    assert_eq!(giver.ledger_then.identifiers.unheard_count(), 1);
    let mut taker = restore(&giver.given()).unwrap();
    let last = 3_600_000 + ANSWERED_PAST_EXPIRY_MS_MAX;
    for (after_ms, remembered) in [(3_000, 1), (3_600_001, 1), (last, 1), (last + 1, 0)] {
        let context = BlockContext {
            height: taker.height().next(),
            time: BlockTime(DAY + after_ms),
        };
        let executed = execute(&mut taker, &context, &stranger).unwrap();
        assert_eq!(executed.dropped, 1, "after {after_ms} ms");
        let count = taker.identifiers.unheard_count();
        assert_eq!(count, remembered, "after {after_ms} ms");
        assert_eq!(
            executed,
            execute(&mut giver.ledger, &context, &stranger).unwrap()
        );
    }
}
