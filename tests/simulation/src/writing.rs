//! Writes on their way to the disk of a node, what is there after them, and what is dropped again.

use std::sync::Arc;

use sycee_consensus::{View, ViewRecord};
use sycee_primitives::{Epoch, Hash, PublicKey, Tick, codec};
use sycee_replica::{Event, Retention, SigningMark, prune_slice};
use sycee_storage::{Durability, Family, Op, Store, StoreError, VoteMark, WriteSet};

use crate::coverage::Mark;
use crate::disk::{Flush, Group, Write};
use crate::world::{Due, Job, World, small};

/// How often a full disk is tried again.
const FULL_DISK_RETRY_US: u64 = 1_000_000;

/// How long an operator needs to start a node that stopped by itself.
const RESTART_US: u64 = 100_000;

/// Derived rows are written after this long, as in the node.
pub(crate) const FLUSH_INTERVAL_US: u64 = 10_000_000;

impl World {
    pub(crate) fn persist(&mut self, node: usize, write: Write) {
        let it = &mut self.nodes[node];
        it.disk.push(write);
        it.disk.persists += 1;
        let persists = it.disk.persists;
        self.start_disk(node);
        let it = &mut self.nodes[node];
        if let Some((at, kept, until)) = it.crash_at
            && persists >= at
        {
            it.crash_at = None;
            self.crash(node, 0, kept);
            self.schedule_at(until.max(self.time + 1), Due::Start(small(node)));
        }
    }

    pub(crate) fn write(&mut self, node: usize, write: Write) {
        self.nodes[node].disk.push(write);
        self.start_disk(node);
    }

    fn start_disk(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        if it.disk.start() {
            let after = it.plan.sync_us + it.slow_us + self.dice.below(it.plan.sync_jitter_us + 1);
            let generation = it.generation;
            self.schedule(after, Due::Disk(small(node), generation));
        }
    }

    pub(crate) fn disk_done(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let (at, generation) = (it.paused_until, it.generation);
        if at > self.time {
            return self.schedule_at(at, Due::Disk(small(node), generation));
        }
        let Some(group) = it.disk.in_flight.take() else {
            return;
        };
        let durability = if group.token.is_some() {
            self.traffic.syncs += 1;
            Durability::Synced
        } else {
            Durability::Buffered
        };
        let _ = it.store.resume();
        if let Err(error) = it.store.write(&group.writes, durability) {
            return self.write_failed(node, group, &error);
        }
        self.note_synced(node, &group.writes);
        if let Some(mark) = group.mark {
            self.advance_mark(node, mark);
        }
        let mut rest = Group {
            flush: group.flush,
            ..Group::default()
        };
        if let Err(error) = self.flush_reaches(node, &mut rest.flush) {
            // Rows of later heights must not come before these: they are tried again.
            self.write_failed(node, rest, &error);
        }
        if self.nodes[node].generation != generation {
            return;
        }
        if let Some(token) = group.token {
            self.give(node, Job::Event(Box::new(Event::Persisted(token))));
        }
        if self.nodes[node].generation == generation {
            self.start_disk(node);
        }
    }

    /// A full disk is tried again, as the node does. After any other failure it is unknown what is on the disk: the node must stop, and may start again.
    fn write_failed(&mut self, node: usize, group: Group, error: &StoreError) {
        let generation = self.nodes[node].generation;
        if error.is_disk_full() {
            self.coverage.reach(Mark::DiskFull);
            self.nodes[node].disk.in_flight = Some(group);
            return self.schedule(FULL_DISK_RETRY_US, Due::Disk(small(node), generation));
        }
        self.coverage.reach(Mark::SyncFailed);
        let kept = self.dice.chance(500);
        if kept {
            self.note_synced(node, &group.writes);
        }
        self.crash(node, if kept { u16::MAX } else { 0 }, false);
        self.schedule(RESTART_US, Due::Start(small(node)));
    }

    /// Writes derived rows and takes them out; a state that is offered keeps those of this moment.
    fn flush_reaches(&mut self, node: usize, flush: &mut Option<Flush>) -> Result<(), StoreError> {
        let it = &mut self.nodes[node];
        if let Some((_, writes, _)) = flush.as_ref() {
            it.store.write(writes, Durability::Buffered)?;
        }
        let Some((height, _, snapshot)) = flush.take() else {
            return Ok(());
        };
        let Some(running) = it.running.as_mut() else {
            return Ok(());
        };
        running.executor.flush_written(height);
        running.flushing = false;
        let shows = !running.snapshots.is_empty() || snapshot.is_some();
        if let Some(snapshot) = snapshot {
            let rows = it.store.view(&[Family::State, Family::Identifiers]);
            let (now, height) = (Tick(self.time), snapshot.height());
            running.snapshots.begin(now, height, (*snapshot, rows));
        }
        if shows {
            self.prune(node);
        }
        Ok(())
    }

    /// Drops what is older than the plan has nodes keep, once there is a state for whoever would need it.
    fn prune(&mut self, node: usize) {
        let retention = match self.plan.retain_blocks {
            0 => return,
            blocks => Retention::Blocks(blocks),
        };
        let store = Arc::clone(&self.nodes[node].store);
        let epochs = self.nodes[node].epochs.clone();
        let (now, running) = (Tick(self.time), self.nodes[node].running.as_mut());
        let shown = running.and_then(|running| running.snapshots.lowest(now));
        loop {
            match prune_slice(store.as_ref(), &epochs, retention, shown) {
                Ok(Some(slice)) if store.write(&slice.writes, Durability::Buffered).is_ok() => {
                    self.coverage.reach(Mark::BlocksPruned);
                }
                Ok(_) => return,
                Err(error) => {
                    let what = format!("node {node} cannot prune: {error}");
                    return self.violate("storage", Err(what));
                }
            }
        }
    }

    /// A node stops as the product does, with everything written, and starts again.
    pub(crate) fn start_again(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let _ = it.store.resume();
        it.disk.start();
        while let Some(group) = self.nodes[node].disk.in_flight.take() {
            let it = &mut self.nodes[node];
            if it.store.write(&group.writes, Durability::Synced).is_err() {
                break;
            }
            self.note_synced(node, &group.writes);
            if let Some(mark) = group.mark {
                self.advance_mark(node, mark);
            }
            let mut flush = group.flush;
            if self.flush_reaches(node, &mut flush).is_err() {
                // What comes after it would leave a gap.
                break;
            }
            self.nodes[node].disk.start();
        }
        self.crash(node, u16::MAX, true);
        self.schedule(RESTART_US, Due::Start(small(node)));
    }

    /// What a start finds has outlived the crash, whatever the writes before it were told.
    ///
    /// # Errors
    /// The store's failure.
    pub(crate) fn note_found(&mut self, node: usize) -> Result<(), StoreError> {
        if !self.nodes[node].honest {
            return Ok(());
        }
        let store = Arc::clone(&self.nodes[node].store);
        let mut found = WriteSet::new();
        store.visit(Family::Votes, &mut |key, value| {
            found.put(Family::Votes, key.to_vec(), value.to_vec());
            true
        })?;
        // Of a batch its name says all.
        store.visit(Family::Batches, &mut |key, _| {
            found.put(Family::Batches, key.to_vec(), Vec::new());
            true
        })?;
        self.note_synced(node, &found);
        Ok(())
    }

    /// Tells the oracles what of an honest key is on the disk now.
    pub(crate) fn note_synced(&mut self, node: usize, writes: &WriteSet) {
        let key = self.nodes[node].index;
        if !self.nodes[node].honest {
            return;
        }
        for op in writes.ops() {
            let Op::Put {
                family,
                key: row,
                value,
            } = op
            else {
                continue;
            };
            match family {
                Family::Votes => {
                    let number = |at: std::ops::Range<usize>| {
                        let bytes = row.get(at)?.try_into().ok()?;
                        Some(u64::from_be_bytes(bytes))
                    };
                    let facts = number(0..8).and_then(|epoch| self.epochs.get(Epoch(epoch)));
                    if let (Some(facts), Some(view), Ok(record)) = (
                        facts,
                        number(8..16),
                        codec::decode::<ViewRecord>(value, 1 << 12),
                    ) {
                        let slot = (facts.epoch(), facts.index_of(key));
                        self.oracles.signatures.synced(slot, View(view), record);
                    }
                }
                Family::Batches => {
                    if let Ok(digest) = row.as_slice().try_into() {
                        let signatures = &mut self.oracles.signatures;
                        signatures.synced_batch(self.time, node, Hash(digest));
                    }
                }
                Family::Blocks
                | Family::Certificates
                | Family::Results
                | Family::State
                | Family::Receipts
                | Family::Index
                | Family::Identifiers
                | Family::Staging
                | Family::Meta => {}
            }
        }
    }

    pub(crate) fn advance_mark(&mut self, node: usize, (key, mark): (PublicKey, SigningMark)) {
        let it = &mut self.nodes[node];
        let Some(at) = it.public_keys.iter().position(|own| *own == key) else {
            let what = format!("node {node} signs with a key that it does not have");
            return self.violate("vote mark", Err(what));
        };
        let before = it.marks[at];
        let next = before.raised_by(VoteMark {
            key_id: before.key_id,
            epoch: mark.epoch.0,
            view: mark.view.0,
            lane_incarnation: mark.lane_incarnation,
            lane_seq: mark.lane_seq.0,
            store_sequence: it.store.sequence(),
        });
        match before.check_advance(&next) {
            Ok(()) => it.marks[at] = next,
            Err(error) => self.violate("vote mark", Err(format!("node {node}: {error}"))),
        }
    }

    pub(crate) fn flush(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let generation = it.generation;
        let Some(running) = it.running.as_mut() else {
            return;
        };
        if !running.flushing
            && let Some(writes) = running.executor.take_flush()
        {
            running.flushing = true;
            let height = running.executor.ledger().height();
            self.write(node, Write::Flush(height, writes, None));
        }
        self.schedule(FLUSH_INTERVAL_US, Due::Flush(small(node), generation));
    }

    /// The rows of a checkpoint whose state is offered go to the disk at once.
    pub(crate) fn flush_snapshot(&mut self, node: usize) {
        let running = self.nodes[node].running.as_mut();
        let Some(running) = running else { return };
        if let Some((snapshot, writes)) = running.executor.take_snapshot() {
            running.flushing = true;
            let height = snapshot.height();
            self.write(node, Write::Flush(height, writes, Some(Box::new(snapshot))));
        }
    }
}
