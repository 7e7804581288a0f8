//! Bounds: queues and memory of an honest node stay below what the limits add up to.

use sycee_replica::{MEMPOOL_BYTES_MAX, MEMPOOL_TRANSACTIONS_MAX, Replica};

use super::Verdict;

/// Final blocks that may wait for execution. [B3]
const BACKLOG_MAX: usize = 256 + 8;

/// Writes that may wait for the disk: a few for every event of the busiest second.
const WRITES_MAX: usize = 50_000;

/// Own payload bytes that may be unfinalised: the window, and the batch that filled it.
const WINDOW_BYTES_MAX: u64 = (8 << 20) + (2 << 20);

/// Looks at one node.
///
/// # Errors
/// When something is longer than its limit.
pub fn check(node: usize, replica: &Replica, writes_waiting: usize) -> Verdict {
    let mempool = replica.mempool();
    let status = replica.status();
    let found = [
        (
            "mempool transactions",
            mempool.len() as u64,
            MEMPOOL_TRANSACTIONS_MAX as u64,
        ),
        ("mempool bytes", mempool.bytes(), MEMPOOL_BYTES_MAX),
        (
            "blocks before execution",
            replica.execution_backlog() as u64,
            BACKLOG_MAX as u64,
        ),
        (
            "writes before the disk",
            writes_waiting as u64,
            WRITES_MAX as u64,
        ),
        ("window bytes", status.window_used_bytes, WINDOW_BYTES_MAX),
    ];
    match found.iter().find(|(_, found, limit)| found > limit) {
        Some((what, found, limit)) => Err(format!(
            "node {node}: {found} {what}, at most {limit} are allowed"
        )),
        None => Ok(()),
    }
}
