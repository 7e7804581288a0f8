//! Pruning on real disks: what goes, what stays to the byte, and that the folder shrinks.

use std::collections::BTreeMap;
use std::time::Instant;

use sycee_primitives::Height;
use sycee_replica::{Retention, Slice, lowest_kept, prune_slice};
use sycee_storage::{Durability, Family, Store, StoreError, for_each_row};

use super::*;

/// Families of which pruning takes rows; the others keep all of theirs.
const DROPPED_FROM: [Family; 6] = [
    Family::Batches,
    Family::Blocks,
    Family::Certificates,
    Family::Results,
    Family::Receipts,
    Family::Index,
];
const PRUNED: usize = 1;
const ARCHIVE: usize = 0;
/// Far fewer than the command line allows, so that few blocks suffice.
const RETENTION: Retention = Retention::Blocks(20);
const BLOCKS: u64 = 500;

type Rows = BTreeMap<(Family, Vec<u8>), Vec<u8>>;

fn all_rows(store: &dyn Store) -> Rows {
    let mut rows = Rows::new();
    for family in Family::ALL {
        for_each_row::<StoreError>(store, family, &[], None, |key, value| {
            rows.insert((family, key), value);
            Ok(())
        })
        .unwrap();
    }
    rows
}

fn count(rows: &Rows, family: Family) -> usize {
    rows.keys().filter(|(at, _)| *at == family).count()
}

/// Heights of the final blocks among the rows.
fn heights(rows: &Rows) -> Vec<u64> {
    let height = |(family, key): &(Family, Vec<u8>)| {
        let of_block = *family == Family::Blocks && key.len() == 40;
        of_block.then(|| u64::from_be_bytes(key[..8].try_into().unwrap()))
    };
    rows.keys().filter_map(height).collect()
}

fn open(network: &Network5, place: usize) -> RocksStore {
    RocksStore::open(&network.folder(place).store(), RocksOptions::default()).unwrap()
}

/// Bytes of tables and blobs in a store's folder once everything is merged.
fn merged_bytes(network: &Network5, place: usize) -> u64 {
    let store = open(network, place);
    for family in Family::ALL {
        store.compact(family, &[], None).unwrap();
    }
    drop(store);
    // What merging has replaced is removed when the store is opened again at the latest.
    drop(open(network, place));
    let entries = fs::read_dir(network.folder(place).store()).unwrap();
    let entries = entries.map(Result::unwrap).filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.ends_with(".sst") || name.ends_with(".blob")
    });
    entries.map(|entry| entry.metadata().unwrap().len()).sum()
}

/// Payments, each accepted before the next, until the chain has so many blocks.
async fn pay(
    network: &Network5,
    nodes: &[NodeHandle],
    blocks: u64,
) -> Vec<(TransactionId, Vec<u8>)> {
    let deadline = Instant::now() + 4 * PATIENCE;
    let mut paid = Vec::new();
    while nodes[PRUNED].status().core.executed.0 < blocks {
        assert!(Instant::now() < deadline, "{:?}", nodes[PRUNED].status());
        let payment = network.payment(1_000 + paid.len() as u64);
        accept(&nodes[paid.len() % 4], payment.clone()).await;
        paid.push(payment);
    }
    for node in nodes {
        node.wait_receipt(paid[paid.len() - 1].0, PATIENCE)
            .await
            .unwrap();
    }
    paid
}

/// Drops in several slices all but about the last blocks of a store; the lowest heights kept, one a slice.
fn prune_by_hand(network: &Network5, store: &RocksStore, top: u64) -> Vec<Height> {
    let epochs = sycee_replica::Epochs::founded(network.genesis.validator_set());
    let mut kept = vec![lowest_kept(store).unwrap()];
    for retained in [top - 100, top - 200, top - 300, 20] {
        while let Some(Slice { writes, lowest }) =
            prune_slice(store, &epochs, Retention::Blocks(retained), None).unwrap()
        {
            store.write(&writes, Durability::Buffered).unwrap();
            assert_eq!(lowest_kept(store).unwrap(), lowest);
            kept.push(lowest);
        }
    }
    kept
}

async fn start_all(network: &Network5) -> Vec<NodeHandle> {
    let mut nodes = Vec::new();
    for place in 0..5 {
        let mut config = network.config(place);
        if place == PRUNED {
            config.retention = RETENTION;
        }
        nodes.push(start(config).await.unwrap());
    }
    nodes
}

/// Waits until a running node has dropped all but its last blocks, and shows it.
async fn dropped(node: &NodeHandle, top: u64) {
    let deadline = Instant::now() + PATIENCE;
    let shown = || -> u64 {
        let page = node.metrics().text();
        let value = page
            .lines()
            .find_map(|line| line.strip_prefix("sycee_lowest_height "));
        value.unwrap().parse().unwrap()
    };
    while shown() + 200 < top {
        assert!(Instant::now() < deadline, "nothing below {}", shown());
        node.flush().unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(lowest_kept(node.store().as_ref()).unwrap().0 >= shown());
}

/// Prunes the folder of a stopped archive and compares every row of before and after.
fn check_pruned_folder(network: &Network5, payments: usize) {
    let store = open(network, ARCHIVE);
    let before = all_rows(&store);
    let top = *heights(&before).last().unwrap();
    assert_eq!(heights(&before), (1..=top).collect::<Vec<_>>());
    let kept = prune_by_hand(network, &store, top);
    assert!(kept.len() >= 4, "several slices: {kept:?}");
    let lowest = *kept.last().unwrap();
    assert!(lowest.0 + 200 > top, "{lowest} of {top}");
    drop(store);

    let store = open(network, ARCHIVE);
    assert_eq!(lowest_kept(&store).unwrap(), lowest);
    let after = all_rows(&store);
    let changed = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value));
    let changed: Vec<_> = changed.map(|(key, _)| key).collect();
    assert_eq!(changed.len(), 1, "only the mark of pruning: {changed:?}");
    assert_eq!(heights(&after), (lowest.0..=top).collect::<Vec<_>>());
    // A key and a UETR each, and a row for every 1,024 of them that says what they are.
    let pages = (2 * payments).div_ceil(1_024);
    assert_eq!(count(&after, Family::Identifiers), 2 * payments + pages);
    for family in Family::ALL {
        let (was, is) = (count(&before, family), count(&after, family));
        if DROPPED_FROM.contains(&family) {
            assert!(0 < is && 2 * is < was, "{family:?}: {is} of {was}");
        } else if family != Family::Meta {
            assert_eq!(is, was, "{family:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_on_disk_drops_what_is_old_keeps_the_rest_to_the_byte_and_shrinks() {
    let network = Network5::with(NetworkParameters {
        block_spacing_ms: 0,
        batch_interval_ms: 1,
        watermark_interval_ms: 1,
        checkpoint_interval_ms: 50,
        ..NetworkParameters::default()
    });
    let nodes = start_all(&network).await;
    let paid = pay(&network, &nodes, BLOCKS).await;
    dropped(&nodes[PRUNED], BLOCKS).await;
    stop_all(nodes).await;

    let before = merged_bytes(&network, ARCHIVE);
    check_pruned_folder(&network, paid.len());
    let after = merged_bytes(&network, ARCHIVE);
    // How much identifiers and state weigh beside the rest depends on how many payments fell into a block.
    assert!(after * 3 < before * 2, "{after} of {before} bytes");
    let pruned_as_it_ran = merged_bytes(&network, PRUNED);
    assert!(
        pruned_as_it_ran * 3 < before * 2,
        "{pruned_as_it_ran} of {before} bytes"
    );

    // Both pruned folders carry on, and know what their dropped blocks held.
    let nodes = start_all(&network).await;
    let again = accept(&nodes[ARCHIVE], network.payment(1)).await;
    for node in &nodes {
        let receipt = node.wait_receipt(again, PATIENCE).await.unwrap();
        assert_eq!(receipt.outcome, Outcome::Settled);
    }
    let (id, bytes) = &paid[0];
    for node in &nodes[..4] {
        let outcomes = node.submit(vec![bytes.clone()]).await;
        assert!(
            matches!(outcomes[0], SubmitOutcome::Duplicate(record) if record.transaction == *id),
            "{outcomes:?}"
        );
    }
    stop_all(nodes).await;
}
