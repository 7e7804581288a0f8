//! The generic table: rows, index, due times and root follow the rows however often they change, are taken or restored.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    BlockTime, codec,
    merkle::{DenseTree, StateTree, leaf},
};

use super::{
    language::Stage,
    life::{Rows, restore, store},
};
use crate::{
    RejectReason, Row, Table,
    ledger::Ledger,
    objects::{Object, ObjectTable, Objects},
    read,
};

#[derive(Clone, PartialEq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
struct Note {
    name: u8,
    due: Option<BlockTime>,
}

impl Object for Note {
    const TABLE: Table = Table::Attestations;
    const ROWS_MAX: u64 = 6;
    const PREPARED_FROM: usize = 2;
    type Index = std::collections::BTreeSet<(u8, u64)>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.name, id));
    }

    fn leave(&self, id: u64, index: &mut Self::Index) {
        index.remove(&(self.name, id));
    }

    fn due(&self) -> Option<BlockTime> {
        self.due
    }

    fn is_sound(&self, _ledger: &Ledger) -> bool {
        true
    }
}

/// What a table must be, computed from its rows alone.
fn check(notes: &Objects<Note>, expected: &[Note], rows: &Rows) {
    assert_eq!(
        notes.iter().map(|(_, it)| it.clone()).collect::<Vec<_>>(),
        expected
    );
    let named = (0..).zip(expected).map(|(id, it)| (it.name, id));
    assert_eq!(*notes.index(), named.collect());
    let due = (0..)
        .zip(expected)
        .filter_map(|(id, it)| Some((it.due?, id)));
    assert_eq!(notes.first_due(), due.min());
    let mut tree = DenseTree::new();
    let leaves = (0..)
        .zip(expected)
        .map(|(id, it)| (id, leaf(&codec::encode(it))));
    tree.update(&leaves.collect::<Vec<_>>());
    assert_eq!(notes.clone().update_tree(), tree.root());
    let mut restored = Objects::<Note>::default();
    let mut unsaved = Vec::new();
    notes.clone().take(&mut unsaved);
    let mut rows = rows.clone();
    apply(&mut rows, unsaved);
    for ((_, key), value) in &rows {
        restored.restore(key, value).unwrap();
    }
    restored.restored();
    assert_eq!(restored.index(), notes.index());
    assert_eq!(restored.first_due(), notes.first_due());
    assert_eq!(restored.update_tree(), tree.root());
    assert_eq!(restored.changed(), 0, "what is restored is stored");
}

fn apply(rows: &mut Rows, changed: Vec<Row>) {
    for row in changed {
        rows.insert((row.table, row.key), row.value.unwrap());
    }
}

proptest! {
    #[test]
    fn derived_parts_follow_the_rows(
        steps in prop::collection::vec((0_u8..5, 0_u64..7, 0_u8..3, prop::option::of(0_u64..5)), 1..40),
    ) {
        let (mut notes, mut expected, mut rows) = (Objects::default(), Vec::new(), Rows::new());
        let (mut root, mut committed) = (DenseTree::new().root(), BTreeMap::new());
        for (step, id, name, due) in steps {
            let note = Note { name, due: due.map(BlockTime) };
            match step {
                0 => match notes.check_room() {
                    Ok(()) => {
                        prop_assert_eq!(notes.add(note.clone()), expected.len() as u64);
                        expected.push(note);
                    }
                    Err(reason) => {
                        prop_assert_eq!(reason, RejectReason::TableFull);
                        prop_assert_eq!(expected.len(), 6);
                    }
                },
                1 => {
                    let before = expected.get_mut(usize::try_from(id).unwrap());
                    prop_assert_eq!(
                        notes.update(id, |it| *it = note.clone()).is_some(),
                        before.is_some()
                    );
                    if let Some(before) = before {
                        *before = note;
                    }
                }
                2 => {
                    let mut changed = Vec::new();
                    notes.take(&mut changed);
                    apply(&mut rows, changed);
                }
                3 => notes.prepare(),
                _ => {
                    root = notes.update_tree();
                    committed = (0..).zip(expected.iter().cloned()).collect();
                }
            }
            for id in 0..7 {
                let stands = committed.get(&id).filter(|it| expected.get(usize::try_from(id).unwrap()) == Some(*it));
                let bytes = notes.prove(id).map(|(row, place)| {
                    assert!(place.verify(&leaf(&row), &root));
                    row
                });
                prop_assert_eq!(bytes, stands.map(codec::encode), "row {}", id);
            }
            check(&notes, &expected, &rows);
        }
    }
}

#[test]
fn products_stand_in_the_order_of_their_tables_and_none_is_missing() {
    let ledger = Stage::new().ledger;
    let products: Vec<Table> = ledger.products.all().iter().map(|it| it.table()).collect();
    let fixed = [
        Table::Header,
        Table::Participants,
        Table::Assets,
        Table::Accounts,
        Table::Instructions,
        Table::Uetrs,
        Table::Unheard,
        Table::Answers,
        Table::IdentifierPages,
        Table::IdentifierKeys,
        // A commitment without rows.
        Table::Registry,
    ];
    let expected = Table::ALL.iter().filter(|table| !fixed.contains(table));
    assert_eq!(products, expected.copied().collect::<Vec<_>>());
}

#[test]
fn an_object_is_proved_at_the_checkpoint_and_survives_a_restart() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1 orc attest price CU 71000 observed=1 = attestations 0
        block 60
        T2 ba pay A1 C2 1 = settled
        ",
    );
    let root = stage.ledger.checkpoint().state_root;
    let proof = read::object_proof(&stage.ledger, Table::Attestations, 0).unwrap();
    assert!(proof.verify(&root));
    let mut forged = proof.clone();
    forged.row[10] ^= 1;
    assert!(!forged.verify(&root));
    forged = proof;
    forged.table = Table::Accounts;
    assert!(!forged.verify(&root));
    assert_eq!(
        read::object_proof(&stage.ledger, Table::Attestations, 1),
        Err(read::ReadError::Unknown)
    );
    let mut rows = Rows::new();
    store(&mut rows, &mut stage.ledger);
    let restored = restore(&rows).unwrap();
    assert_eq!(restored.checkpoint(), stage.ledger.checkpoint());
    let row = rows
        .iter()
        .find(|((table, _), _)| *table == Table::Attestations);
    let (key, value) = row
        .map(|(key, value)| (key.clone(), value.clone()))
        .unwrap();
    // A row less, a row that names an unknown attestor, a row at another place: none is believed.
    let mut fewer = rows.clone();
    fewer.remove(&key);
    assert!(restore(&fewer).is_err());
    let mut strange = rows.clone();
    let mut attestor = value.clone();
    attestor[0] = 0xff;
    strange.insert(key.clone(), attestor);
    assert!(restore(&strange).is_err());
    let mut moved = rows;
    moved.remove(&key);
    moved.insert((key.0, 1_u64.to_be_bytes().to_vec()), value);
    assert!(restore(&moved).is_err());
}
