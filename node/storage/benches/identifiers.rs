//! What it costs to learn that an identifier is not there: the question before every payment, beside tables with millions of others.
//!
//! `cargo bench -p sycee-storage --bench identifiers` fills a store in a temporary folder and prints the time of a look-up, absent and
//! present. `SYCEE_BENCH_IDENTIFIERS` sets how many identifiers lie there (default 1,000,000).

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sycee_storage::{Durability, Family, RocksOptions, RocksStore, Store, WriteSet};

/// As many rows as a flush of the node brings.
const ROWS_PER_WRITE: u64 = 16_384;
/// Look-ups made with one call: those of a small block, of a full one.
const BATCHES: [u64; 3] = [16, 128, 1_024];

/// A key as scattered as a random identifier: SplitMix64 over the place, twice.
fn key(place: u64) -> [u8; 21] {
    let scatter = |seed: u64| {
        let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut key = [4_u8; 21];
    key[5..13].copy_from_slice(&scatter(place).to_be_bytes());
    key[13..].copy_from_slice(&scatter(place.wrapping_add(1 << 60)).to_be_bytes());
    key
}

fn fill(store: &RocksStore, count: u64) {
    for from in (0..count).step_by(usize::try_from(ROWS_PER_WRITE).unwrap_or(usize::MAX)) {
        let mut writes = WriteSet::new();
        for place in from..(from + ROWS_PER_WRITE).min(count) {
            // Transaction, height, index and outcome of an instruction.
            let mut value = [0_u8; 46];
            value[..21].copy_from_slice(&key(place.wrapping_add(1 << 61)));
            writes.put(Family::Identifiers, key(place), value);
        }
        store.write(&writes, Durability::Buffered).expect("written");
    }
}

fn look_up(criterion: &mut Criterion) {
    let count = std::env::var("SYCEE_BENCH_IDENTIFIERS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let store =
        RocksStore::create(&folder.path().join("store"), RocksOptions::default()).expect("a store");
    fill(&store, count);
    let mut group = criterion.benchmark_group(format!("among {count} identifiers"));
    group.throughput(Throughput::Elements(1));
    let mut place = 0;
    group.bench_function("absent", |bencher| {
        bencher.iter(|| {
            place += 1;
            let found = store.get(Family::Identifiers, &key(place | 1 << 40));
            assert!(black_box(found).expect("read").is_none());
        });
    });
    for size in BATCHES {
        group.throughput(Throughput::Elements(size));
        group.bench_function(format!("absent, {size} at once"), |bencher| {
            bencher.iter(|| {
                place += size;
                let keys: Vec<[u8; 21]> = (0..size)
                    .map(|next| key((place + next) | 1 << 40))
                    .collect();
                let keys: Vec<&[u8]> = keys.iter().map(<[u8; 21]>::as_slice).collect();
                let found = store.get_many(Family::Identifiers, &keys).expect("read");
                assert!(black_box(found).iter().all(Option::is_none));
            });
        });
    }
    group.throughput(Throughput::Elements(1));
    group.bench_function("present", |bencher| {
        bencher.iter(|| {
            place += 7_919;
            let found = store.get(Family::Identifiers, &key(place % count));
            assert!(black_box(found).expect("read").is_some());
        });
    });
    group.finish();
}

criterion_group!(benches, look_up);
criterion_main!(benches);
