//! The registry's tree: inserts a second with the root brought up to date, and the time of one proof of absence.
//!
//! `cargo bench -p sycee-primitives` uses 1,000,000 keys; `SYCEE_BENCH_KEYS=10000000` as many as one likes. Inserts go in as they do at
//! checkpoints: 10,000 at a time, each batch followed by a root.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sycee_primitives::{
    Hash, codec,
    merkle_map::{MapEntry, MapTree},
};

const BATCH: u64 = 10_000;

fn keys() -> u64 {
    std::env::var("SYCEE_BENCH_KEYS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000)
}

fn entry(n: u64) -> MapEntry {
    MapEntry {
        key: Hash::of(&[b"key", &n.to_le_bytes()]),
        value: Hash::of(&[b"value", &n.to_le_bytes()]),
    }
}

/// Kilobytes of memory that this process holds, where the system tells.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}

fn measure(criterion: &mut Criterion) {
    let count = keys();
    let before = resident_kib();
    let mut tree = MapTree::new();
    let step = usize::try_from(BATCH).unwrap_or(usize::MAX);
    for first in (0..count).step_by(step) {
        tree.update((first..first + BATCH).map(entry));
    }
    let held = resident_kib().saturating_sub(before) * 1_024;
    let longest = (0..10_000)
        .map(|n| codec::encode(&tree.prove(&entry(count * 2 + n).key)).len())
        .max();
    eprintln!(
        "{count} keys: {} bytes a key, longest of 10,000 proofs of absence {} bytes",
        held / count,
        longest.unwrap_or_default()
    );
    let mut group = criterion.benchmark_group("registry");
    group.sample_size(10);
    let mut next = count;
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("insert", |bench| {
        bench.iter_batched(
            || {
                next += BATCH;
                (next - BATCH..next).map(entry).collect::<Vec<_>>()
            },
            |batch| {
                tree.update(batch);
                black_box(tree.root())
            },
            BatchSize::PerIteration,
        );
    });
    group.throughput(Throughput::Elements(1));
    let mut absent = u64::MAX / 2;
    group.bench_function("prove absence", |bench| {
        bench.iter(|| {
            absent += 1;
            black_box(tree.prove(&entry(absent).key))
        });
    });
    group.finish();
}

criterion_group!(benches, measure);
criterion_main!(benches);
