//! What is dropped is old and bounded; what is left restarts, serves, and answers every repetition as an archive does.

use crate::epochs::Epochs;
use std::sync::Arc;
use sycee_primitives::Epoch;

use sycee_consensus::Message;
use sycee_contracts::{Admission, BlockContext, admit, read};
use sycee_primitives::{BlockTime, Hash, ParticipantId, TransactionId};
use sycee_storage::{Durability, MemoryStore};

use super::*;
use crate::journal::load_journal;
use crate::testing::{Cluster, payment};
use crate::{Class, Executor, PeerMessage, ReceiptError, Wanted, answer, chain, prove};

const RETENTION: Retention = Retention::Blocks(20);

#[test]
fn a_retention_is_read_or_refused() {
    let cases = [
        ("archive", Some(Retention::Archive)),
        ("512", Some(Retention::Blocks(512))),
        ("100000", Some(Retention::Blocks(100_000))),
        ("1d", Some(Retention::Days(1))),
        ("400d", Some(Retention::Days(400))),
        ("511", None),
        ("0", None),
        ("0d", None),
        ("", None),
        ("d", None),
        ("+512", None),
        ("-1d", None),
        ("400 d", None),
        ("400days", None),
        ("4294967296d", None),
        ("18446744073709551616", None),
        ("Archive", None),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse::<Retention>().ok(), expected, "{text}");
    }
}

fn rows(store: &MemoryStore, family: Family, from: &[u8], to: &[u8]) -> usize {
    let mut count = 0;
    sycee_storage::for_each_row::<JournalError>(store, family, from, Some(to), |_, _| {
        count += 1;
        Ok(())
    })
    .unwrap();
    count
}

/// Rows of every family that grows with the chain.
fn growing(store: &MemoryStore) -> [(&'static str, usize); 7] {
    let all = |family| rows(store, family, &[], &[0xff; 8]);
    [
        ("batches", all(Family::Batches)),
        ("blocks", all(Family::Blocks)),
        (
            "finalizations",
            rows(store, Family::Certificates, b"F", b"G"),
        ),
        ("results", all(Family::Results)),
        ("receipts", all(Family::Receipts)),
        ("heights", rows(store, Family::Index, b"H", b"I")),
        ("lanes", rows(store, Family::Index, b"L", b"M")),
    ]
}

/// What a peer is answered that lacks everything above a height.
fn ask(store: &MemoryStore, above: u64) -> Message {
    let (class, frame) = answer(store, &Wanted::Range(Epoch(0), Height(above)))
        .unwrap()
        .unwrap();
    assert_eq!(class, Class::Sync);
    match PeerMessage::decode(&frame) {
        Ok(PeerMessage::Core { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

/// One payment after another, node 1 flushing and pruning all the while, and restarted now and then.
fn run(payments: u64, restart_every: u64) -> (Cluster, Vec<TransactionId>) {
    let mut cluster = Cluster::new(4);
    let mut ids = Vec::new();
    let mut most = 0;
    for number in 0..payments {
        let transaction = payment(&cluster.genesis, number);
        ids.push(transaction.id());
        cluster.submit(usize::try_from(number % 4).unwrap(), vec![transaction]);
        cluster.run(60);
        if number % 8 == 7 {
            cluster.flush(1, Durability::Buffered);
            cluster.prune(1, RETENTION);
            let blocks = growing(&cluster.nodes[1].store)[1].1;
            most = most.max(blocks);
        }
        if number % restart_every == restart_every - 1 {
            cluster.restart(1);
        }
    }
    cluster.run(3_000);
    let kept = usize::try_from(20 + SLICE_BLOCKS_MIN).unwrap();
    assert!(most < kept + 100, "{most} blocks at most, {kept} are meant");
    (cluster, ids)
}

#[test]
fn thousands_of_blocks_leave_a_bounded_store_that_restarts_and_serves_recent_ranges() {
    let (mut cluster, ids) = run(1_040, 173);
    cluster.check_agreement(&ids);
    cluster.flush(0, Durability::Synced);
    cluster.flush(1, Durability::Synced);
    cluster.prune(1, RETENTION);
    cluster.restart(1);
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    let top = cluster.nodes[1].replica.status().final_height;
    assert!(top.0 > 2_000, "{top}");
    let store = Arc::clone(&cluster.nodes[1].store);
    let lowest = lowest_kept(store.as_ref()).unwrap();
    assert!(
        lowest.0 + 200 > top.0 && lowest.0 + 20 <= top.0,
        "{lowest} of {top}"
    );
    for ((what, pruned), (_, archived)) in growing(&store)
        .into_iter()
        .zip(growing(&cluster.nodes[0].store))
    {
        assert!(
            pruned < 400 && pruned * 2 < archived,
            "{what}: {pruned} of {archived}"
        );
    }

    // Old ranges are refused by name, recent ones begin exactly there.
    for above in [0, 1, lowest.0 - 2] {
        let told = ask(&store, above);
        assert!(matches!(told, Message::Pruned { lowest: told } if told == lowest));
    }
    let Message::Range { blocks, .. } = ask(&store, lowest.0 - 1) else {
        panic!("a range");
    };
    assert_eq!(blocks[0].block.height, lowest);
    let below = Height(lowest.0 - 1);
    for refused in [
        chain::block(store.as_ref(), &epochs, below).map(|_| ()),
        chain::finalization(store.as_ref(), below).map(|_| ()),
        chain::results(store.as_ref(), below).map(|_| ()),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "JOURNAL_PRUNED");
        assert!(error.to_string().contains(&lowest.to_string()), "{error}");
    }
    for height in lowest.0..=top.0 {
        assert!(
            chain::block(store.as_ref(), &epochs, Height(height))
                .unwrap()
                .is_some()
        );
    }

    // Receipts: every kept one proves itself, also that of the lowest block; the others are gone.
    let (mut proven, mut gone) = (0, 0);
    for id in &ids {
        match prove(store.as_ref(), id, None) {
            Ok(proof) => {
                proof.verify(&set).unwrap();
                proven += 1;
            }
            Err(ReceiptError::Unknown) => gone += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(proven >= 8 && gone > 900, "{proven} proven, {gone} gone");
}

#[test]
fn an_instruction_whose_block_is_gone_is_still_answered_as_an_archive_answers() {
    let (mut cluster, ids) = run(100, 33);
    cluster.flush(1, Durability::Synced);
    cluster.prune(1, RETENTION);
    assert!(lowest_kept(cluster.nodes[1].store.as_ref()).unwrap() > Height(64));
    cluster.restart(1);
    let now = BlockTime(cluster.nodes[0].executor.ledger().time().0);
    let ledgers = [0, 1].map(|node| cluster.nodes[node].executor.ledger().clone());
    assert_eq!(
        ledgers[1].identifiers_in_memory(),
        0,
        "nothing was read back"
    );
    assert!(
        ledgers[0].identifiers_in_memory() >= 200,
        "an unflushed node holds them"
    );
    for number in 0..100_u64 {
        let again = payment(&cluster.genesis, number);
        let answers = ledgers
            .each_ref()
            .map(|ledger| admit(ledger, &again, now).unwrap());
        assert_eq!(answers[0], answers[1]);
        let Admission::Duplicate(record) = answers[0] else {
            panic!("{answers:?}");
        };
        assert_eq!(record.transaction, ids[usize::try_from(number).unwrap()]);
        let key = again.instruction().idempotency_key;
        let found = ledgers
            .each_ref()
            .map(|ledger| read::instruction(ledger, ParticipantId(1), &key).unwrap());
        assert_eq!(found, [Some(record), Some(record)]);
    }
    // Ordered once more by a faulty validator, they have no effect anywhere.
    let repeated: Vec<_> = (0..100)
        .map(|number| payment(&cluster.genesis, number))
        .collect();
    for mut ledger in ledgers {
        let context = BlockContext {
            height: ledger.height().next(),
            time: ledger.time(),
        };
        let block = sycee_contracts::execute(&mut ledger, &context, &repeated).unwrap();
        assert_eq!((block.receipts.len(), block.dropped), (0, 100));
    }
    let probe = payment(&cluster.genesis, 1_000);
    let id = probe.id();
    cluster.submit(1, vec![probe]);
    cluster.run(3_000);
    cluster.check_agreement(&[id]);
}

/// Power is cut after every slice, with any number of the unsynced ones on the disk.
#[test]
fn a_crash_between_any_slices_loses_slices_from_the_end_and_nothing_else() {
    for keep in 0..4 {
        let mut cluster = Cluster::new(4);
        for number in 0..150 {
            let transaction = payment(&cluster.genesis, number);
            cluster.submit(0, vec![transaction]);
            cluster.run(60);
        }
        cluster.run(3_000);
        cluster.flush(2, Durability::Synced);
        let set = cluster.genesis.validator_set();
        let epochs = Epochs::founded(set.clone());
        let store = Arc::clone(&cluster.nodes[2].store);
        let mut lowest = vec![lowest_kept(store.as_ref()).unwrap()];
        while let Some(slice) = slice_of(store.as_ref(), &epochs, 70) {
            store.write(&slice.writes, Durability::Buffered).unwrap();
            lowest.push(slice.lowest);
        }
        assert!(lowest.len() >= 4, "{lowest:?}");
        store.crash(keep);
        assert_eq!(lowest_kept(store.as_ref()).unwrap(), lowest[keep]);
        let loaded = load_journal(store.as_ref(), &epochs).unwrap();
        let shared = Arc::clone(&store) as Arc<dyn Store>;
        let genesis = cluster.genesis.ledger().unwrap();
        let (executor, _) = Executor::restore(&shared, &epochs, genesis, loaded.delivered).unwrap();
        let ledger = cluster.nodes[2].executor.ledger();
        assert_eq!(executor.ledger().results(), ledger.results());
        // What was lost is dropped again, to the same end.
        cluster.prune(2, RETENTION);
        assert_eq!(
            lowest_kept(store.as_ref()).unwrap(),
            *lowest.last().unwrap()
        );
        let first = rows::number(lowest.last().unwrap().0);
        assert_eq!(rows(&store, Family::Blocks, &[], &first), 0);
        let at = pruned(store.as_ref()).unwrap().unwrap();
        for (lane, (seq, _)) in (0_u16..).zip(&at.cut) {
            let (from, to) = rows::lane_span(Epoch(0), lane, sycee_consensus::Seq(0), *seq);
            // But for the header at the cut itself.
            let kept = usize::from(seq.0 > 0);
            assert_eq!(rows(&store, Family::Index, &from, &to), kept, "lane {lane}");
        }
        cluster.restart(2);
        let probe = payment(&cluster.genesis, 1_000);
        let id = probe.id();
        cluster.submit(2, vec![probe]);
        cluster.run(3_000);
        cluster.check_agreement(&[id]);
    }
}

/// A slice cut short after so many blocks, so that there are several.
fn slice_of(store: &dyn Store, epochs: &Epochs, blocks: u64) -> Option<Slice> {
    let from = pruned(store).unwrap().map_or(0, |row| row.height.0);
    let flushed: FlushedRow =
        rows::require(store, "flushed", Family::Meta, rows::META_FLUSHED).unwrap();
    let wanted = from + blocks + 20;
    if wanted > flushed.height.0 {
        return prune_slice(store, epochs, RETENTION, None).unwrap();
    }
    let retention = Retention::Blocks(flushed.height.0 - from - blocks);
    prune_slice(store, epochs, retention, None).unwrap()
}

#[test]
fn days_are_counted_in_block_time_and_the_last_checkpoints_stay_whatever_is_asked() {
    let (mut cluster, _) = run(60, 1_000);
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    cluster.flush(2, Durability::Synced);
    let store = cluster.nodes[2].store.as_ref();
    for nothing in [
        Retention::Archive,
        Retention::Days(1),
        Retention::Blocks(100_000),
    ] {
        assert!(
            prune_slice(store, &epochs, nothing, None)
                .unwrap()
                .is_none(),
            "{nothing:?}"
        );
    }
    // Even a retention of nothing leaves the checkpoint before the certified one and all above it.
    let slice = prune_slice(store, &epochs, Retention::Blocks(0), None)
        .unwrap()
        .unwrap();
    let flushed: FlushedRow =
        rows::require(store, "flushed", Family::Meta, rows::META_FLUSHED).unwrap();
    let top = block_at(store, flushed.height).unwrap().block;
    assert!(
        slice.lowest
            <= checkpoint_below(store, top.exec.checkpoint)
                .unwrap()
                .unwrap()
    );
    assert!(slice.lowest < top.exec.checkpoint && top.exec.checkpoint <= top.exec.executed);
    let unflushed = MemoryStore::new();
    assert!(
        prune_slice(&unflushed, &epochs, Retention::Blocks(0), None)
            .unwrap()
            .is_none()
    );
    // A day after the founding the first blocks are older than a day.
    cluster.pass(86_400_000);
    let probe = crate::testing::payment_at(&cluster.genesis, 2_000, 86_400_000);
    cluster.submit(0, vec![probe]);
    cluster.run(5_000);
    cluster.flush(2, Durability::Synced);
    let store = cluster.nodes[2].store.as_ref();
    assert!(
        prune_slice(store, &epochs, Retention::Days(2), None)
            .unwrap()
            .is_none()
    );
    let slice = prune_slice(store, &epochs, Retention::Days(1), None)
        .unwrap()
        .unwrap();
    assert!(slice.lowest > Height(SLICE_BLOCKS_MIN));
}

#[test]
fn a_new_node_is_told_by_a_pruned_peer_and_catches_up_from_others() {
    let mut cluster = Cluster::new(5);
    let mut ids = Vec::new();
    for number in 0..100 {
        let transaction = payment(&cluster.genesis, number);
        ids.push(transaction.id());
        cluster.submit(0, vec![transaction]);
        cluster.run(60);
    }
    cluster.run(3_000);
    for node in [0, 1, 2] {
        cluster.flush(node, Durability::Synced);
        cluster.prune(node, RETENTION);
    }
    // The observer has lost its disk; only validator 3 has the early blocks.
    cluster.nodes[4].store = Arc::new(MemoryStore::new());
    cluster.nodes[4].receipts.clear();
    cluster.restart(4);
    cluster.run(10_000);
    let probe = payment(&cluster.genesis, 1_000);
    ids.push(probe.id());
    cluster.submit(0, vec![probe]);
    cluster.run(10_000);
    cluster.check_agreement(&ids);
    assert!(
        cluster.pruned_answers > 0,
        "pruned peers were asked and said so"
    );
    assert_ne!(cluster.nodes[4].executor.ledger().results(), Hash::ZERO);
}
