//! S10, judged from what leaves the nodes: nobody signs in epoch E+1 before the Terminal block of E is final, and E has one.
//!
//! Final is what a quorum of the epoch's validators has sent Finalize for, the block itself or one that stands on it; no node is asked.

use std::collections::{BTreeMap, BTreeSet};

use sycee_consensus::{Block, BlockKind, ValidatorSet, View, Vote, VoteKind};
use sycee_primitives::Hash;

/// What was sent, by epoch.
#[derive(Default)]
pub struct Handovers {
    /// Digest, parent and kind of every block that was proposed.
    blocks: BTreeMap<(u64, Hash), (Hash, BlockKind)>,
    /// Who has sent Finalize.
    finalize: BTreeMap<(u64, View, Hash), BTreeSet<u16>>,
    /// Terminal blocks that are final.
    ended: BTreeMap<u64, Hash>,
}

impl Handovers {
    /// A block leaves a node.
    pub fn block(&mut self, set: &ValidatorSet, block: &Block) {
        let name = (block.epoch.0, block.digest(set));
        self.blocks.insert(name, (block.parent, block.kind.clone()));
    }

    /// A vote leaves its signer.
    pub fn vote(&mut self, set: &ValidatorSet, vote: &Vote) {
        let epoch = set.epoch().0;
        self.signs(epoch, &format!("a vote of {}", vote.signer.0));
        if vote.kind != VoteKind::Finalize {
            return;
        }
        let name = (epoch, vote.view, vote.digest);
        let signers = self.finalize.entry(name).or_default();
        signers.insert(vote.signer.0);
        if signers.len() == set.size() * 2 / 3 + 1
            && let Some(terminal) = self.terminal_below(epoch, vote.digest)
        {
            let known = *self.ended.entry(epoch).or_insert(terminal);
            assert_eq!(known, terminal, "S10: epoch {epoch} ends twice");
        }
    }

    /// Something is signed in an epoch.
    pub fn signs(&self, epoch: u64, what: &str) {
        let Some(before) = epoch.checked_sub(1) else {
            return;
        };
        assert!(
            self.ended.contains_key(&before),
            "S10: {what} in epoch {epoch}, and no Terminal block of epoch {before} is final"
        );
    }

    /// Epochs that have ended.
    pub fn count(&self) -> usize {
        self.ended.len()
    }

    /// The Terminal block that this one is or stands on.
    fn terminal_below(&self, epoch: u64, digest: Hash) -> Option<Hash> {
        let mut at = digest;
        while let Some((parent, kind)) = self.blocks.get(&(epoch, at)) {
            if matches!(kind, BlockKind::Terminal(_)) {
                return Some(at);
            }
            at = *parent;
        }
        None
    }
}
