//! What happens to a node once in a long while: its epoch ends, or its disk is lost.

use sycee_consensus::{Block, BlockKind, Message, Record, Token, VoteKind, Watermarks};
use sycee_primitives::Height;

use super::{Habits, Node, journal, start_above};
use crate::{
    fault::Fault,
    world::{Bit, World},
};

impl Node {
    /// Everybody has told it that the first block is executed. [X5]
    #[must_use]
    pub fn hearing_of_execution(&self, world: &mut World, habits: Habits) -> Node {
        let mut next = self.clone();
        let set = world.set.clone();
        for from in set.indexes().filter(|peer| *peer != self.me) {
            let message = Message::Watermarks(Watermarks {
                counter: 1,
                entries: Vec::new(),
                executed: Height(1),
                checkpoint: Height(0),
            });
            next.take(world, habits, from, message);
        }
        next.settle(world, habits);
        next
    }

    /// A core of the next epoch, made from the proof once that is synced. [T6]
    pub(super) fn begin_epoch(&mut self, world: &mut World, habits: Habits, terminal: &Block) {
        self.root = world.second_root(terminal);
        self.epoch = self.root.epoch;
        (self.synced, self.queued, self.tick) = (Vec::new(), Vec::new(), 0);
        let journal = journal(world, self.me, &[], true);
        self.core = start_above(world, self.me, self.root.clone(), Token(0), journal);
        self.connect(world, habits);
    }

    /// The broken node of [`Fault::HurriesOver`]: a notarized Terminal block is enough for it. [T6]
    pub(super) fn hurry(&mut self, world: &mut World, habits: Habits, bit: Bit) {
        if habits.fault != Fault::HurriesOver || self.epoch != world.set.epoch() {
            return;
        }
        let (kind, _, _) = world.body(bit);
        let block =
            World::block_of(bit).map(|block| &world.blocks[usize::from(block)].signed.block);
        let terminal = block.filter(|block| matches!(block.kind, BlockKind::Terminal(_)));
        if let (VoteKind::Notarize, Some(terminal)) = (kind, terminal.cloned()) {
            self.begin_epoch(world, habits, &terminal);
        }
    }

    /// The record of votes is gone, and the node knows that it is. [J1]
    pub(super) fn lose(&mut self, world: &mut World, habits: Habits) {
        self.losses += 1;
        (self.synced, self.queued, self.tick) = (Vec::new(), Vec::new(), 0);
        let mut journal = journal(world, self.me, &[], true);
        journal.quarantine.active = habits.fault != Fault::SignsAfterLoss;
        self.synced.push(Record::Quarantine(journal.quarantine));
        self.core = start_above(world, self.me, self.root.clone(), Token(0), journal);
        self.executed.clear();
        self.connect(world, habits);
    }
}
