//! What this machine's own signatures, hashes and synced writes cost: without them no figure can be compared with another's.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use sycee_primitives::{Hash, SecretKey, keys};
use sycee_storage::StoreError;

use crate::bench::statistics::Summary;

/// Signatures that one batch verification covers here; about what one batch of single payments holds.
const BATCH: usize = 256;

/// How long each cost is sampled.
const SAMPLE: Duration = Duration::from_millis(300);

/// Synced writes that are measured.
const SYNC_SAMPLES: usize = 200;

/// Costs of this machine, on one thread.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Processors the system offers.
    pub processors: usize,
    /// One signature, nanoseconds.
    pub sign_ns: u64,
    /// One signature checked by itself, nanoseconds.
    pub verify_ns: u64,
    /// One signature checked among 256, nanoseconds.
    pub verify_in_batch_ns: u64,
    /// SHA-256 of 64 bytes, nanoseconds.
    pub hash_64_ns: u64,
    /// Appending 4 KiB and syncing it in the run's folder.
    pub sync: Option<Summary>,
}

/// Measures the machine; takes about two seconds.
///
/// # Errors
/// The disk's refusal.
pub fn measure(folder: &Path) -> Result<Machine, StoreError> {
    let key = SecretKey::from_seed(&[42; 32]);
    let statements: Vec<keys::SignedStatement> = (0..BATCH)
        .map(|number| {
            // Distinct keys: equal ones are merged in a batch, which would flatter the figure.
            let seed = Hash::of(&[b"sycee bench", &number.to_le_bytes()]);
            let key = SecretKey::from_seed(&seed.0);
            (key.public_key(), seed, key.sign(&seed))
        })
        .collect();
    let one = statements.first().copied();
    let block = [7_u8; 64];
    Ok(Machine {
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        sign_ns: cost(1, || {
            black_box(key.sign(black_box(&Hash::ZERO))).0[0] < u8::MAX
        }),
        verify_ns: cost(1, || {
            one.is_some_and(|(key, hash, signature)| key.verify(&hash, &signature))
        }),
        verify_in_batch_ns: cost(BATCH, || keys::verify_batch(black_box(&statements))),
        hash_64_ns: cost(1, || {
            black_box(Hash::of(&[black_box(&block)])).0[0] < u8::MAX
        }),
        sync: Summary::of(sycee_storage::measure_sync(folder, SYNC_SAMPLES)?),
    })
}

/// Nanoseconds of one of `units` in one call, averaged over the sampling time.
fn cost(units: usize, mut call: impl FnMut() -> bool) -> u64 {
    let start = Instant::now();
    let mut calls: u128 = 0;
    let mut held: u128 = 0;
    while start.elapsed() < SAMPLE {
        // Sixteen at a time, so that reading the clock does not count.
        for _ in 0..16 {
            held += u128::from(call());
        }
        calls += 16;
    }
    black_box(held);
    let done = calls * units as u128;
    u64::try_from(start.elapsed().as_nanos() / done.max(1)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cost_is_measured() {
        let folder = std::env::temp_dir();
        let machine = measure(&folder).unwrap();
        assert!(machine.processors > 0);
        for cost in [
            machine.sign_ns,
            machine.verify_ns,
            machine.verify_in_batch_ns,
            machine.hash_64_ns,
        ] {
            assert!(cost > 0);
        }
        assert!(
            machine.verify_in_batch_ns < machine.verify_ns,
            "a batch saves work"
        );
        assert!(machine.hash_64_ns < machine.verify_ns);
        assert_eq!(machine.sync.unwrap().count, SYNC_SAMPLES);
    }
}
