//! Nodes start and stop, channels open and close.

use std::rc::Rc;
use std::sync::Arc;

use sycee_replica::Event;
use sycee_storage::{Durability, Store};

use crate::coverage::Mark;
use crate::disk::Disk;
use crate::world::{Due, World, small};
use crate::writing::FLUSH_INTERVAL_US;

impl World {
    /// Starts a node from its disk; a node that is up stays as it is.
    pub(crate) fn boot(&mut self, node: usize) {
        if self.nodes[node].is_up() || self.nodes[node].retired {
            return;
        }
        if self.nodes[node].paused_until > self.time {
            let at = self.nodes[node].paused_until;
            return self.schedule_at(at, Due::Start(small(node)));
        }
        let founding = Rc::clone(&self.founding);
        let boot = match self.nodes[node].boot(&founding, node) {
            Ok(boot) => boot,
            Err(why) => {
                let it = &self.nodes[node];
                if it.store.failure().is_some() {
                    it.store.crash(0);
                } else if it.honest {
                    self.violate("restart", Err(format!("node {node} does not start: {why}")));
                }
                // A disk that is full or fails is no place to start from; the operator tries again.
                return self.schedule(1_000_000, Due::Start(small(node)));
            }
        };
        if boot.quarantined {
            self.coverage.reach(Mark::QuarantinedAtStart);
        }
        if boot.proposal {
            self.coverage.reach(Mark::ProposalReplayed);
        }
        if boot.installed.is_some() {
            self.coverage.reach(Mark::SnapshotInstalled);
        }
        self.auditor.event(self.time, node, 11, boot.delivered.0);
        self.oracles.signatures.starts(node);
        if let Err(error) = self.note_found(node) {
            self.violate("storage", Err(format!("node {node}: {error}")));
        }
        if self.nodes[node].honest {
            let verdict = self.oracles.finality.starts_at(node, boot.delivered);
            self.violate("finality", verdict);
            for executed in &boot.replayed {
                self.coverage.reach(Mark::BlocksReplayed);
                self.check_replayed(node, executed);
            }
        }
        for other in 0..self.nodes.len() {
            if other != node && self.nodes[other].is_up() {
                let after = self.dice.between(500, 20_000);
                self.schedule(after, Due::Connect(small(node), small(other)));
            }
        }
        let generation = self.nodes[node].generation;
        let after = self.dice.between(1, FLUSH_INTERVAL_US);
        self.schedule(after, Due::Flush(small(node), generation));
        self.step(node, Event::Tick);
    }

    /// Cuts the power of a node: `kept` buffered writes stay, the one in flight when `in_flight_kept`.
    pub(crate) fn crash(&mut self, node: usize, kept: u16, in_flight_kept: bool) {
        if !self.nodes[node].is_up() {
            return;
        }
        self.auditor.event(self.time, node, 12, u64::from(kept));
        let disk = std::mem::take(&mut self.nodes[node].disk);
        let persists = disk.persists;
        let group = disk.in_flight.filter(|group| group.token.is_some());
        let store = Arc::clone(&self.nodes[node].store);
        // A sync that fails here may have reached the disk all the same: the start looks what is there.
        if let Some(group) = group.filter(|_| in_flight_kept)
            && store.write(&group.writes, Durability::Synced).is_ok()
        {
            self.coverage.reach(Mark::InFlightKept);
            self.note_synced(node, &group.writes);
        }
        self.nodes[node].disk = Disk::after(persists);
        let lost = store.crash(usize::from(kept));
        if lost > 0 {
            self.coverage.reach(Mark::BufferedLost);
        }
        let it = &mut self.nodes[node];
        it.running = None;
        it.generation += 1;
        // What it could show may not have been synced.
        self.oracles.evidence.loses(node);
        let it = &mut self.nodes[node];
        it.inbox.clear();
        it.busy_until = 0;
        it.pool_free_at = 0;
        it.wake_at = u64::MAX;
        it.spins = 0;
        self.was_down[node] = true;
        self.close_all(node);
        if self.nodes.iter().all(|node| !node.is_up()) {
            self.coverage.reach(Mark::AllDown);
        }
    }

    fn close_all(&mut self, node: usize) {
        for other in 0..self.nodes.len() {
            if other != node {
                self.close(node, other);
            }
        }
    }

    /// Closes the channel between two nodes; whoever is up is told.
    pub(crate) fn close(&mut self, a: usize, b: usize) {
        if !self.links.close(a, b) {
            return;
        }
        for (node, peer) in [(a, b), (b, a)] {
            if self.nodes[node].is_up() {
                let event = Event::Disconnected(self.nodes[peer].index);
                self.event_after(node, 1, event);
            }
        }
    }

    /// Opens the channel between two nodes, if both are there and nothing lies between them.
    pub(crate) fn connect(&mut self, a: usize, b: usize) {
        let (there, back) = (self.links.get(a, b), self.links.get(b, a));
        let same = self.nodes[a].index == self.nodes[b].index;
        if there.connected || there.cut || back.cut || same {
            return;
        }
        if !self.nodes[a].is_up() || !self.nodes[b].is_up() {
            return;
        }
        self.links.open(a, b);
        for (node, peer) in [(a, b), (b, a)] {
            let event = Event::Connected(self.nodes[peer].index);
            self.event_after(node, 1, event);
        }
    }
}
