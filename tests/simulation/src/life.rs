//! Nodes start, stop, connect, execute and flush; faults begin and end; the heal phase.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use sycee_consensus::{View, delivery_order};
use sycee_contracts::read;
use sycee_primitives::{AccountId, BlockTime, Hash, Height};
use sycee_replica::{Epochs, Event, Executed, ReadyBlock, chain, load_batch};
use sycee_storage::{Durability, Store, WriteFault};

use crate::coverage::Mark;
use crate::disk::{Disk, Write};
use crate::founding::START_MS;
use crate::plan::What;
use crate::world::{Due, Phase, World, small};

/// Derived rows are written after this long, as in the node.
const FLUSH_INTERVAL_US: u64 = 10_000_000;

/// Heights between two comparisons of all balances.
const BALANCES_EVERY: u64 = 64;

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
        let mut in_doubt = None;
        if let Some(group) = group.filter(|_| in_flight_kept) {
            match store.write(&group.writes, Durability::Synced) {
                Ok(()) => {
                    self.coverage.reach(Mark::InFlightKept);
                    self.note_synced(node, &group.writes);
                }
                Err(_) => in_doubt = Some(group.writes),
            }
        }
        self.nodes[node].disk = Disk::after(persists);
        let lost = store.crash(usize::from(kept));
        if lost > 0 {
            self.coverage.reach(Mark::BufferedLost);
        } else if let Some(writes) = in_doubt {
            // A sync that failed may have reached the disk all the same.
            self.note_kept(node, &writes);
        }
        let it = &mut self.nodes[node];
        it.running = None;
        it.generation += 1;
        // What it could show may not have been synced.
        self.oracles.evidence.loses(node);
        let it = &mut self.nodes[node];
        it.inbox.clear();
        it.busy_until = 0;
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
    fn close(&mut self, a: usize, b: usize) {
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

    /// A final block is given to execution.
    pub(crate) fn take_block(&mut self, node: usize, ready: Box<ReadyBlock>) {
        if self.nodes[node].honest {
            let certified = self.oracles.certificates.highest_final();
            let verdict = self.oracles.agreement.executes(&ready, certified);
            self.violate("agreement", verdict);
            let verdict = self
                .oracles
                .finality
                .delivers(node, ready.block.block.height);
            self.violate("finality", verdict);
        }
        let after = self.execution_us(node, &ready);
        let it = &mut self.nodes[node];
        let generation = it.generation;
        let Some(running) = it.running.as_mut() else {
            return;
        };
        running.blocks.push_back(ready);
        if !running.executing {
            running.executing = true;
            self.schedule(after, Due::Execute(small(node), generation));
        }
    }

    fn execution_us(&self, node: usize, ready: &ReadyBlock) -> u64 {
        let count: usize = ready
            .batches
            .iter()
            .map(|batch| batch.transactions().len())
            .sum();
        let execute_us = self.nodes[node].plan.execute_us;
        execute_us + execute_us * count as u64 / 10
    }

    /// The executor finishes the block at the head of its queue.
    pub(crate) fn execute(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let generation = it.generation;
        if it.paused_until > self.time {
            let at = it.paused_until;
            return self.schedule_at(at, Due::Execute(small(node), generation));
        }
        let Some(running) = it.running.as_mut() else {
            return;
        };
        let Some(ready) = running.blocks.pop_front() else {
            return;
        };
        let executed = match running.executor.execute(&ready) {
            Ok(executed) => executed,
            Err(error) => return self.violate("ledger", Err(format!("node {node}: {error}"))),
        };
        self.events += 1;
        self.check_block(node, &ready, &executed);
        let next = self.nodes[node]
            .running
            .as_ref()
            .and_then(|running| running.blocks.front())
            .map(|next| self.execution_us(node, next));
        match next {
            Some(after) => self.schedule(after, Due::Execute(small(node), generation)),
            None => {
                if let Some(running) = self.nodes[node].running.as_mut() {
                    running.executing = false;
                }
            }
        }
        self.answer_waiting(node, &executed);
        let Executed {
            summary, writes, ..
        } = executed;
        self.write(node, Write::Rows(writes));
        self.flush_snapshot(node);
        self.give(
            node,
            crate::world::Job::Event(Box::new(Event::Executed(summary))),
        );
    }

    fn check_block(&mut self, node: usize, ready: &ReadyBlock, executed: &Executed) {
        if !self.nodes[node].honest {
            return;
        }
        if std::mem::take(&mut self.was_down[node]) && self.nodes[node].name >= self.plan.validators
        {
            self.coverage.reach(Mark::ObserverReturned);
        }
        let height = executed.summary.height;
        if height.0 == self.oracles.ledger.height() + 1 {
            let transactions = || ready.batches.iter().flat_map(|batch| batch.transactions());
            let time = ready.block.block.time;
            let receipts = &executed.block.receipts;
            let verdict = self
                .oracles
                .ledger
                .executes(height.0, time, transactions(), receipts);
            self.violate("ledger", verdict);
            for transaction in transactions() {
                if let Some(receipt) = receipts
                    .iter()
                    .find(|it| it.transaction == transaction.id())
                {
                    let verdict = self
                        .oracles
                        .outcomes
                        .takes_effect(transaction, &receipt.outcome);
                    self.violate("outcomes", verdict);
                }
            }
            if height.0.is_multiple_of(BALANCES_EVERY) {
                self.check_balances(node);
            }
            if let Some(healed_at) = self.healed_at {
                self.first_block_us.get_or_insert(self.time - healed_at);
            }
            let exec = ready.block.block.exec;
            let verdict = self.oracles.results.certified(exec.executed, exec.results);
            self.violate("results", verdict);
            self.check_lawful(ready);
            self.cut.clone_from(&ready.cut);
        }
        self.check_results(node, executed);
    }

    fn check_lawful(&mut self, ready: &ReadyBlock) {
        let before: Vec<(u64, Hash)> = self.cut.iter().map(|(seq, it)| (seq.0, *it)).collect();
        let now = BlockTime(START_MS + self.time / 1_000);
        let oracles = &mut self.oracles;
        let (certificates, signatures) = (&oracles.certificates, &oracles.signatures);
        let holders = |digest: &Hash| signatures.held_by(digest);
        let verdict = oracles
            .lawful
            .finalizes(ready, &before, now, certificates, holders);
        self.violate("lawful", verdict);
    }

    /// A block executed again at a start; nobody may have executed it before, when the power failed in between.
    fn check_replayed(&mut self, node: usize, executed: &Executed) {
        let height = executed.summary.height;
        if height.0 <= self.oracles.ledger.height() {
            return self.check_results(node, executed);
        }
        match self.stored_block(node, height) {
            Ok(ready) => {
                let certified = self.oracles.certificates.highest_final();
                let verdict = self.oracles.agreement.executes(&ready, certified);
                self.violate("agreement", verdict);
                self.check_block(node, &ready, executed);
            }
            Err(what) => self.violate(
                "restart",
                Err(format!("node {node}, height {height}: {what}")),
            ),
        }
    }

    /// Puts the block above the naive ledger's height together from what a node has stored.
    fn stored_block(&self, node: usize, height: Height) -> Result<ReadyBlock, String> {
        let (store, set) = (self.nodes[node].store.as_ref(), &self.founding.set);
        let found = chain::block(store, &Epochs::founded(set.clone()), height)
            .map_err(|error| error.to_string())?;
        let (block, digest) = found.ok_or("the block is not stored")?;
        let mut cut = self.cut.clone();
        let mut lanes = vec![Vec::new(); set.size()];
        let mut batches = BTreeMap::new();
        for entry in &block.block.cut {
            let lane = entry.lane.usize();
            let mut at = entry.digest;
            while at != cut[lane].1 {
                let batch = load_batch(store, set, &at).map_err(|error| error.to_string())?;
                lanes[lane].insert(0, at);
                at = batch.header().header.parent;
                batches.insert(batch.digest(), Arc::new(batch));
            }
            cut[lane] = (entry.seq, entry.digest);
        }
        let order = delivery_order(height, &lanes);
        let batches = order
            .iter()
            .filter_map(|digest| batches.get(digest).cloned())
            .collect();
        Ok(ReadyBlock {
            block,
            digest,
            batches,
            cut,
        })
    }

    fn check_results(&mut self, node: usize, executed: &Executed) {
        let summary = &executed.summary;
        let verdict =
            self.oracles
                .results
                .executed(summary.height, summary.results, summary.state_root);
        self.violate("results", verdict);
        for receipt in &executed.block.receipts {
            let verdict = self.oracles.outcomes.gives(node, receipt);
            self.violate("outcomes", verdict);
        }
    }

    /// All balances of a node that stands where the naive ledger stands.
    pub(crate) fn check_balances(&mut self, node: usize) {
        let Some(running) = self.nodes[node].running.as_ref() else {
            return;
        };
        let ledger = running.executor.ledger();
        if ledger.height().0 != self.oracles.ledger.height() {
            return;
        }
        let wrong = self.oracles.ledger.accounts().find_map(|id| {
            let found = read::account(ledger, AccountId(id)).map(|account| account.balance().0);
            let expected = self.oracles.ledger.balance(id);
            (found != expected)
                .then(|| format!("node {node}, account {id}: {found:?}, expected {expected:?}"))
        });
        self.violate("ledger", wrong.map_or(Ok(()), Err));
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
    fn flush_snapshot(&mut self, node: usize) {
        let running = self.nodes[node].running.as_mut();
        let Some(running) = running else { return };
        if let Some((snapshot, writes)) = running.executor.take_snapshot() {
            running.flushing = true;
            let height = snapshot.height();
            self.write(node, Write::Flush(height, writes, Some(Box::new(snapshot))));
        }
    }

    pub(crate) fn fault_begins(&mut self, place: usize) {
        if self.phase == Phase::Heal {
            return;
        }
        let plan = Rc::clone(&self.plan);
        let fault = &plan.faults[place];
        let until = self.time + fault.for_us;
        self.active.insert(place, until);
        self.schedule_at(until, Due::FaultEnds(place));
        match &fault.what {
            What::Crash {
                nodes,
                kept,
                in_flight_kept,
            } => {
                for node in nodes {
                    self.crash(usize::from(*node), *kept, *in_flight_kept);
                    self.schedule_at(until, Due::Start(*node));
                }
            }
            What::CrashAtPersist {
                node,
                nth,
                in_flight_kept,
            } => {
                let it = &mut self.nodes[usize::from(*node)];
                it.crash_at = Some((it.disk.persists + nth, *in_flight_kept, until));
            }
            What::FailedSync { node } => {
                self.nodes[usize::from(*node)]
                    .store
                    .fail_next_write(WriteFault::SyncFailed);
            }
            What::FullDisk { node } => self.nodes[usize::from(*node)].store.set_disk_full(true),
            What::Loss { .. }
            | What::Delay { .. }
            | What::Clog { .. }
            | What::Narrow { .. }
            | What::Partition { .. }
            | What::Pause { .. }
            | What::SlowDisk { .. }
            | What::Skew { .. } => {}
            What::LoseDisk { node, mark_too } => {
                self.lose_disk(usize::from(*node), *mark_too);
                self.schedule_at(until, Due::Start(*node));
            }
            What::RestoreCopy { node } => self.copy_folder(usize::from(*node)),
            What::StopAll => self.stop_all(until),
        }
        self.refresh_faults();
    }

    pub(crate) fn fault_ends(&mut self, place: usize) {
        if self.active.remove(&place).is_none() {
            return;
        }
        let plan = Rc::clone(&self.plan);
        if let What::CrashAtPersist { node, .. } = &plan.faults[place].what {
            self.nodes[usize::from(*node)].crash_at = None;
        }
        if let What::Pause { node } = &plan.faults[place].what {
            self.wake(usize::from(*node));
        }
        if let What::RestoreCopy { node } = &plan.faults[place].what {
            self.restore_copy(usize::from(*node));
        }
        self.refresh_faults();
    }

    /// Brings links and nodes into the state that the active faults make.
    pub(crate) fn refresh_faults(&mut self) {
        let plan = Rc::clone(&self.plan);
        let active: Vec<_> = self
            .active
            .iter()
            .map(|(place, until)| (&plan.faults[*place], *until))
            .collect();
        let names: Vec<u16> = self.nodes.iter().map(|node| node.name).collect();
        self.links.apply(&active, &names);
        let mut full = vec![false; self.nodes.len()];
        for node in &mut self.nodes {
            (node.skew_ms, node.slow_us, node.paused_until) = (0, 0, 0);
        }
        for (fault, until) in &active {
            match &fault.what {
                What::Skew { node, ms } => self.nodes[usize::from(*node)].skew_ms += ms,
                What::SlowDisk { node, us } => self.nodes[usize::from(*node)].slow_us += us,
                What::Pause { node } => {
                    let it = &mut self.nodes[usize::from(*node)];
                    it.paused_until = it.paused_until.max(*until);
                }
                What::FullDisk { node } => full[usize::from(*node)] = true,
                What::Loss { .. }
                | What::Delay { .. }
                | What::Clog { .. }
                | What::Narrow { .. }
                | What::Partition { .. }
                | What::Crash { .. }
                | What::CrashAtPersist { .. }
                | What::FailedSync { .. }
                | What::LoseDisk { .. }
                | What::RestoreCopy { .. }
                | What::StopAll => {}
            }
        }
        for (node, full) in self.nodes.iter().zip(full) {
            node.store.set_disk_full(full);
        }
        let noticed = |fault: &crate::plan::Fault| {
            matches!(fault.what, What::Partition { noticed: true, .. })
        };
        let closes = active.iter().any(|(fault, _)| noticed(fault));
        self.refresh_channels(closes);
    }

    /// Closes channels across a cut that is noticed, opens those that can be open.
    fn refresh_channels(&mut self, closes: bool) {
        for a in 0..self.nodes.len() {
            for b in a + 1..self.nodes.len() {
                let cut = self.links.get(a, b).cut || self.links.get(b, a).cut;
                if cut && closes {
                    self.close(a, b);
                } else if !cut
                    && !self.links.get(a, b).connected
                    && self.nodes[a].is_up()
                    && self.nodes[b].is_up()
                {
                    let after = self.dice.between(500, 200_000);
                    self.schedule(after, Due::Connect(small(a), small(b)));
                }
            }
        }
    }

    /// Ends all faults, brings the core up and sends the probes.
    pub(crate) fn heal(&mut self) {
        self.phase = Phase::Heal;
        self.healed_at = Some(self.time);
        self.active.clear();
        self.links.heal();
        let plan = Rc::clone(&self.plan);
        for node in 0..self.nodes.len() {
            self.nodes[node].crash_at = None;
        }
        self.refresh_faults();
        for node in &plan.left_down {
            self.crash(usize::from(*node), 0, false);
            self.nodes[usize::from(*node)].retired = true;
        }
        for node in 0..self.nodes.len() {
            self.boot(node);
            self.wake(node);
        }
        if !self.clients.plans.is_empty() {
            for _ in 0..crate::oracles::progress::PROBES {
                let founding = Rc::clone(&self.founding);
                let probe = self.clients.probe(&founding, 0);
                self.probes.push(probe);
                self.send_request(probe);
            }
        }
    }

    /// Honest nodes that are to be up at the end.
    #[must_use]
    pub(crate) fn core(&self) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|node| self.nodes[*node].honest && !self.nodes[*node].retired)
            .collect()
    }

    /// Whether everything has drained: answers given, promises kept, all of the core at one height.
    #[must_use]
    pub(crate) fn has_drained(&self) -> bool {
        self.undrained().is_none()
    }

    /// What has not drained.
    #[must_use]
    pub(crate) fn undrained(&self) -> Option<String> {
        let core = self.core();
        if self.clients.open_count() > 0 {
            let open = self
                .clients
                .requests
                .iter()
                .position(|request| !request.done);
            return Some(format!(
                "{} requests have no answer, first {open:?}",
                self.clients.open_count()
            ));
        }
        if let Some(id) = self.oracles.outcomes.first_lost(&core) {
            return Some(format!("{id} was acknowledged and has no outcome"));
        }
        let heights: Vec<Option<u64>> = core
            .iter()
            .map(|node| {
                let running = self.nodes[*node].running.as_ref();
                running.map(|running| running.executor.ledger().height().0)
            })
            .collect();
        let quarantined = |node: &&usize| {
            let running = self.nodes[**node].running.as_ref();
            running.is_some_and(|running| running.replica.status().quarantined)
        };
        if let Some(node) = core.iter().find(quarantined) {
            return Some(format!("node {node} has not rejoined"));
        }
        if let Some(culprit) = self.oracles.evidence.first_open(&core) {
            return Some(format!("no final block records {culprit:?}"));
        }
        let known = Some(self.oracles.agreement.height());
        heights
            .iter()
            .any(|height| *height != known)
            .then(|| format!("heights of the core: {heights:?}, known {known:?}"))
    }

    /// A picture of all nodes, for people.
    #[must_use]
    pub(crate) fn picture(&self) -> String {
        let mut lines = Vec::new();
        for (place, node) in self.nodes.iter().enumerate() {
            let status = node
                .running
                .as_ref()
                .map(|running| running.replica.status());
            lines.push(format!(
                "node {place} ({}{}): {status:?}, inbox {}, disk {}",
                node.name,
                if node.honest { "" } else { ", villain" },
                node.inbox.len(),
                node.disk.waiting()
            ));
        }
        lines.push(format!(
            "highest final view {:?}",
            View(self.oracles.certificates.highest_final().0)
        ));
        lines.join("\n")
    }
}
