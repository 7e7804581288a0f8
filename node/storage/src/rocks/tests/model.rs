//! One log of operations, two stores, equal answers: the simulator's store is trusted because of this file.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::MemoryStore;

#[derive(Clone, Debug)]
enum Step {
    Write(Vec<Change>, bool),
    Scan {
        family: Family,
        from: Vec<u8>,
        to: Option<Vec<u8>>,
        limit: usize,
        reverse: bool,
    },
    Get {
        family: Family,
        keys: Vec<Vec<u8>>,
    },
    Compact(Family),
    Reopen,
}

#[derive(Clone, Debug)]
enum Change {
    Put(Family, Vec<u8>, Vec<u8>),
    Delete(Family, Vec<u8>),
    DeleteRange(Family, Vec<u8>, Vec<u8>),
}

fn family() -> impl Strategy<Value = Family> {
    // Few families and few keys, so that steps meet.
    prop::sample::select(vec![Family::Votes, Family::Batches, Family::State])
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    vec(prop::sample::select(vec![0_u8, 1, 0x7F, 0xFF]), 0..4)
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    // Both sides of the size from which values move into blob files.
    prop_oneof![
        vec(any::<u8>(), 0..40),
        (any::<u8>(), 4000..4200_usize).prop_map(|(byte, length)| vec![byte; length]),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (family(), key(), value()).prop_map(|(f, k, v)| Change::Put(f, k, v)),
        2 => (family(), key()).prop_map(|(f, k)| Change::Delete(f, k)),
        1 => (family(), key(), key()).prop_map(|(f, a, b)| {
            let (from, to) = if a <= b { (a, b) } else { (b, a) };
            Change::DeleteRange(f, from, to)
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (vec(change(), 0..8), any::<bool>()).prop_map(|(set, sync)| Step::Write(set, sync)),
        3 => (family(), key(), prop::option::of(key()), 0..6_usize, any::<bool>()).prop_map(
            |(family, from, to, limit, reverse)| Step::Scan { family, from, to, limit, reverse }
        ),
        3 => (family(), vec(key(), 0..5)).prop_map(|(family, keys)| Step::Get { family, keys }),
        1 => family().prop_map(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

fn write_set(changes: Vec<Change>) -> WriteSet {
    let mut set = WriteSet::new();
    for change in changes {
        match change {
            Change::Put(family, key, value) => set.put(family, key, value),
            Change::Delete(family, key) => set.delete(family, key),
            Change::DeleteRange(family, from, to) => set.delete_range(family, from, to),
        }
    }
    set
}

fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let model = MemoryStore::new();
    let mut rocks = RocksStore::create(&path, small()).unwrap();
    for step in steps {
        let (before, model_before) = (rocks.sequence(), model.sequence());
        match step {
            Step::Write(changes, sync) => {
                let durability = if sync {
                    Durability::Synced
                } else {
                    Durability::Buffered
                };
                let set = write_set(changes);
                rocks.write(&set, durability).unwrap();
                model.write(&set, durability).unwrap();
                let grown = rocks.sequence() - before;
                prop_assert_eq!(grown, model.sequence() - model_before);
            }
            Step::Scan {
                family,
                from,
                to,
                limit,
                reverse,
            } => {
                let read =
                    |store: &dyn Store| store.scan(family, &from, to.as_deref(), limit, reverse);
                prop_assert_eq!(read(&rocks).unwrap(), read(&model).unwrap());
            }
            Step::Get { family, keys } => {
                let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
                let many = rocks.get_many(family, &keys).unwrap();
                prop_assert_eq!(&many, &model.get_many(family, &keys).unwrap());
                for (key, value) in keys.iter().zip(many) {
                    prop_assert_eq!(rocks.get(family, key).unwrap(), value);
                }
            }
            Step::Compact(family) => rocks.compact(family, &[], None).unwrap(),
            Step::Reopen => {
                drop(rocks);
                rocks = RocksStore::open(&path, small()).unwrap();
                rocks.require_sequence(before).unwrap();
            }
        }
    }
    prop_assert_eq!(contents(&rocks).unwrap(), model.contents());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_stores_answer_alike(steps in vec(step(), 1..60)) {
        run(steps)?;
    }
}
