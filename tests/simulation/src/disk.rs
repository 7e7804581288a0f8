//! The disk of one node: what waits, what is being synced, and what a power cut leaves.
//!
//! ```text
//!   Persist, rows, flush --> queue --group--> in flight --sync time--> store (synced) --> vote mark --> Persisted
//!                                             power cut: on the disk, or never there
//! ```
//! As the node's storage thread: groups are merged, and a flush ends its group.

use std::collections::VecDeque;

use sycee_consensus::Token;
use sycee_primitives::{Height, PublicKey};
use sycee_replica::{SigningMark, Snapshot};
use sycee_storage::WriteSet;

/// Derived rows up to a height, and the state of that height when it is to be offered.
pub(crate) type Flush = (Height, WriteSet, Option<Box<Snapshot>>);

/// One write.
pub(crate) enum Write {
    /// Records: synced before the token is told.
    Persist(Token, WriteSet, Option<(PublicKey, SigningMark)>),
    /// Results, durable with the next group.
    Rows(WriteSet),
    /// Derived rows up to a height.
    Flush(Height, WriteSet, Option<Box<Snapshot>>),
}

/// What is written together.
#[derive(Default)]
pub(crate) struct Group {
    /// Rows.
    pub(crate) writes: WriteSet,
    /// The last token among them.
    pub(crate) token: Option<Token>,
    /// How far the key has signed by then.
    pub(crate) mark: Option<(PublicKey, SigningMark)>,
    /// Derived rows behind them, not synced.
    pub(crate) flush: Option<Flush>,
}

/// The queue before the disk.
#[derive(Default)]
pub(crate) struct Disk {
    queue: VecDeque<Write>,
    /// What is being synced.
    pub(crate) in_flight: Option<Group>,
    /// Persists so far.
    pub(crate) persists: u64,
}

impl Disk {
    /// Takes a write in.
    pub(crate) fn push(&mut self, write: Write) {
        self.queue.push_back(write);
    }

    /// An empty queue that has counted so many Persists.
    #[must_use]
    pub(crate) fn after(persists: u64) -> Disk {
        Disk {
            persists,
            ..Disk::default()
        }
    }

    /// Writes that wait.
    #[must_use]
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Puts the next group in flight, when nothing is and something waits.
    pub(crate) fn start(&mut self) -> bool {
        if self.in_flight.is_some() || self.queue.is_empty() {
            return false;
        }
        let mut group = Group::default();
        while let Some(write) = self.queue.pop_front() {
            match write {
                Write::Persist(token, writes, mark) => {
                    group.writes.append(writes);
                    group.token = Some(token);
                    group.mark = mark.or(group.mark);
                }
                Write::Rows(writes) => group.writes.append(writes),
                Write::Flush(height, writes, snapshot) => {
                    group.flush = Some((height, writes, snapshot));
                    break;
                }
            }
        }
        self.in_flight = Some(group);
        true
    }
}
