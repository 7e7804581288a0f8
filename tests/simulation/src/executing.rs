//! Final blocks are executed, and judged against what the oracles computed.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sycee_consensus::delivery_order;
use sycee_contracts::read;
use sycee_primitives::{AccountId, BlockTime, Hash, Height};
use sycee_replica::{Event, Executed, ReadyBlock, chain, load_batch};

use crate::coverage::Mark;
use crate::disk::Write;
use crate::founding::START_MS;
use crate::world::{Due, Job, World, first_cut, small};

/// Heights between two comparisons of all balances.
const BALANCES_EVERY: u64 = 64;

impl World {
    /// A final block is given to execution.
    pub(crate) fn take_block(&mut self, node: usize, ready: Box<ReadyBlock>) {
        if self.nodes[node].honest {
            self.check_agreement(&ready);
            let verdict = self
                .oracles
                .finality
                .delivers(node, ready.block.block.height);
            self.violate("finality", verdict);
        }
        let block = &ready.block.block;
        self.watch_delivery(node, (block.epoch, block.view.0));
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

    fn check_agreement(&mut self, ready: &ReadyBlock) {
        let epoch = ready.block.block.epoch;
        let certified = self.oracles.highest_final(epoch);
        let root = self.root_of(epoch);
        let agreement = &mut self.oracles.agreement;
        let verdict = agreement.executes(ready, certified, root.as_ref());
        self.violate("agreement", verdict);
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
        self.give(node, Job::Event(Box::new(Event::Executed(summary))));
    }

    fn check_block(&mut self, node: usize, ready: &ReadyBlock, executed: &Executed) {
        if !self.nodes[node].honest {
            return;
        }
        if std::mem::take(&mut self.was_down[node]) && self.nodes[node].name >= self.plan.validators
        {
            self.coverage.reach(Mark::ObserverReturned);
        }
        self.check_results(node, executed);
        let height = executed.summary.height;
        if height.0 == self.oracles.ledger.height() + 1 {
            let transactions = || ready.batches.iter().flat_map(|batch| batch.transactions());
            let time = ready.block.block.time;
            let receipts = &executed.block.receipts;
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
                    // Where a family is played, portions are also divided and handed on: its executor says who has what.
                    if self.oracles.ledger.products.is_some() {
                        continue;
                    }
                    match self.oracles.races.sees(transaction, &receipt.outcome) {
                        Ok(true) => self.coverage.reach(Mark::RaceLost),
                        Ok(false) => {}
                        Err(what) => self.violate("races", Err(what)),
                    }
                }
            }
            // Behind them: it knows everything, and would hide what they see.
            let verdict = self
                .oracles
                .ledger
                .executes(height.0, time, transactions(), receipts);
            self.violate("ledger", verdict);
            for late in self.oracles.ledger.take_late() {
                self.oracles.outcomes.lapses(late);
            }
            if height.0.is_multiple_of(BALANCES_EVERY) {
                self.check_balances(node);
            }
            self.check_products(node);
            if let Some(healed_at) = self.healed_at {
                self.first_block_us.get_or_insert(self.time - healed_at);
            }
            let exec = ready.block.block.exec;
            let verdict = self.oracles.results.certified(exec.executed, exec.results);
            self.violate("results", verdict);
            self.check_lawful(ready);
            self.cut.clone_from(&ready.cut);
        }
    }

    fn check_lawful(&mut self, ready: &ReadyBlock) {
        let block = &ready.block.block;
        let Some(facts) = self.epochs.get(block.epoch).cloned() else {
            let what = format!(
                "height {} is of {:?}, which has not begun",
                block.height, block.epoch
            );
            return self.violate("governance", Err(what));
        };
        if let Some((digest, root)) = self.root_of(block.epoch)
            && root.height.next() == block.height
        {
            self.cut = first_cut(&facts.set);
            self.oracles.lawful.begins(digest, root);
        }
        let before: Vec<(u64, Hash)> = self.cut.iter().map(|(seq, it)| (seq.0, *it)).collect();
        let now = BlockTime(START_MS + self.time / 1_000);
        let oracles = &mut self.oracles;
        let place = usize::try_from(block.epoch.0).unwrap_or(usize::MAX);
        let Some(certificates) = oracles.certificates.get(place) else {
            return;
        };
        let signatures = &oracles.signatures;
        let holders = |digest: &Hash| signatures.held_by(digest);
        let held = (facts.set.faults(), holders);
        let lawful = &mut oracles.lawful;
        let verdict = lawful.finalizes(ready, &before, now, certificates, held);
        self.violate("lawful", verdict);
    }

    /// A block executed again at a start; nobody may have executed it before, when the power failed in between.
    pub(crate) fn check_replayed(&mut self, node: usize, executed: &Executed) {
        let height = executed.summary.height;
        if height.0 <= self.oracles.ledger.height() {
            return self.check_results(node, executed);
        }
        match self.stored_block(node, height) {
            Ok(ready) => {
                self.check_agreement(&ready);
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
        let (store, epochs) = (self.nodes[node].store.as_ref(), &self.nodes[node].epochs);
        let found = chain::block(store, epochs, height).map_err(|error| error.to_string())?;
        let (block, digest) = found.ok_or("the block is not stored")?;
        let facts = epochs
            .get(block.block.epoch)
            .ok_or("its epoch is not known")?;
        let set = &facts.set;
        let begins = block.block.epoch.0 > 0 && facts.begins_above().next() == height;
        let mut cut = if begins {
            first_cut(set)
        } else {
            self.cut.clone()
        };
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

    /// The family that is played, on a node that stands where its executor stands.
    fn check_products(&mut self, node: usize) {
        let height = self.oracles.ledger.height();
        let Some(products) = &mut self.oracles.ledger.products else {
            return;
        };
        let Some(running) = self.nodes[node].running.as_ref() else {
            return;
        };
        let ledger = running.executor.ledger();
        if ledger.height().0 != height {
            return;
        }
        if products.waits_for_ledger() {
            products.begin(ledger);
        }
        let checked = catch_unwind(AssertUnwindSafe(|| products.check(ledger)));
        if checked.is_err() {
            self.violate("products", Err(crate::runs::last_panic()));
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
}
