//! Lawful: a block that became final keeps every rule that a voter could check, judged anew by other code.
//!
//! The leader may lie and f voters with it; q votes for a block that breaks a rule mean that an honest one did not look.

use std::collections::HashSet;

use sycee_consensus::{Block, ValidatorIndex, View};
use sycee_primitives::{BlockTime, Hash};
use sycee_replica::ReadyBlock;

use super::Verdict;
use super::certificates::Certificates;

/// Pieces of evidence that a block may carry.
const EVIDENCE_MAX: usize = 16;

/// What the plan allows.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// How far a block's time may be ahead of the true time: drift and the honest clocks' own error.
    pub ahead_ms: u64,
    /// Blocks that may be proposed before results must follow.
    pub execution_lag_max: u64,
    /// Nobody loses disks: f+1 honest validators have each batch on theirs.
    pub holds: bool,
}

/// The chain as it was judged.
pub struct Lawful {
    law: Law,
    parent: Option<(Hash, Block)>,
    delivered: HashSet<Hash>,
}

impl Lawful {
    /// Nothing final yet.
    #[must_use]
    pub fn new(law: Law) -> Lawful {
        Lawful {
            law,
            parent: None,
            delivered: HashSet::new(),
        }
    }

    /// An epoch begins with this block, which nobody signed.
    pub fn begins(&mut self, digest: Hash, root: Block) {
        self.parent = Some((digest, root));
    }

    /// The next final block; `before` is the full cut of its parent, `now` the true time, `faults` how many of its epoch may lie.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn finalizes(
        &mut self,
        ready: &ReadyBlock,
        before: &[(u64, Hash)],
        now: BlockTime,
        certificates: &Certificates,
        (faults, holders): (usize, impl Fn(&Hash) -> usize),
    ) -> Verdict {
        let least = if self.law.holds { faults + 1 } else { 0 };
        let block = &ready.block.block;
        let verdict = self
            .line(block, now, certificates)
            .and_then(|()| self.exec(block))
            .and_then(|()| self.data(ready, before, |digest| holders(digest) >= least));
        self.parent = Some((ready.digest, block.clone()));
        verdict.map_err(|what| format!("height {} of view {}: {what}", block.height, block.view))
    }

    fn line(&self, block: &Block, now: BlockTime, certificates: &Certificates) -> Verdict {
        if block.time.0 > now.0 + self.law.ahead_ms {
            return Err(format!("time {} at {}", block.time.0, now.0));
        }
        if block.evidence.len() > EVIDENCE_MAX {
            return Err(format!("{} pieces of evidence", block.evidence.len()));
        }
        if block.parent_view >= block.view {
            return Err(format!("its parent is of view {}", block.parent_view));
        }
        let gap = (block.parent_view.0 + 1..block.view.0).map(View);
        let open = gap
            .filter(|view| !certificates.nullified.contains_key(view))
            .min();
        if let Some(view) = open {
            return Err(format!("it goes round view {view}, which nobody nullified"));
        }
        let Some((digest, parent)) = &self.parent else {
            return Ok(());
        };
        if block.parent != *digest || block.parent_view != parent.view {
            return Err("it names another parent than the block below".to_owned());
        }
        if block.height.0 != parent.height.0 + 1 || block.time <= parent.time {
            return Err("height or time do not follow its parent's".to_owned());
        }
        Ok(())
    }

    fn exec(&self, block: &Block) -> Verdict {
        let exec = block.exec;
        if exec.executed >= block.height || exec.checkpoint > exec.executed {
            return Err(format!("it certifies what it cannot know: {exec:?}"));
        }
        let lag = block.height.0 - exec.executed.0;
        if lag > self.law.execution_lag_max && !block.cut.is_empty() {
            return Err(format!("new batches while results lag by {lag}"));
        }
        let before = self.parent.as_ref().map(|(_, parent)| parent.exec);
        let falls = before.is_some_and(|before| {
            exec.executed < before.executed || exec.checkpoint < before.checkpoint
        });
        if falls {
            return Err(format!("results fall: {before:?}, then {exec:?}"));
        }
        Ok(())
    }

    fn data(
        &mut self,
        ready: &ReadyBlock,
        before: &[(u64, Hash)],
        is_held: impl Fn(&Hash) -> bool,
    ) -> Verdict {
        let cut = &ready.block.block.cut;
        if cut.windows(2).any(|pair| pair[0].lane >= pair[1].lane) {
            return Err("its cut is not ascending".to_owned());
        }
        let mut at = before.to_vec();
        for batch in &ready.batches {
            let header = &batch.header().header;
            let ValidatorIndex(lane) = header.lane;
            let tip = &mut at[usize::from(lane)];
            if header.parent != tip.1 || header.seq.0 != tip.0 + 1 {
                return Err(format!("lane {lane} has a gap before {}", header.seq.0));
            }
            *tip = (header.seq.0, batch.digest());
            if !self.delivered.insert(batch.digest()) {
                return Err(format!("batch {} of lane {lane} comes twice", header.seq.0));
            }
            if !is_held(&batch.digest()) {
                let name = header.seq.0;
                return Err(format!("batch {name} of lane {lane} is on too few disks"));
            }
        }
        let reached = cut
            .iter()
            .all(|entry| at[entry.lane.usize()] == (entry.seq.0, entry.digest));
        reached
            .then_some(())
            .ok_or("its batches do not reach its cut".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_consensus::ValidatorSet;
    use sycee_primitives::{ChainId, Epoch, SecretKey};

    #[test]
    fn a_block_from_the_future_and_one_round_an_open_view_are_found() {
        let keys = (0..4)
            .map(|i| SecretKey::from_seed(&[i; 32]).public_key())
            .collect();
        let set = ValidatorSet::new(ChainId(Hash([1; 32])), Epoch(0), keys);
        let mut certificates = Certificates::new(&set);
        let law = Law {
            ahead_ms: 500,
            execution_lag_max: 8,
            holds: false,
        };
        let oracle = Lawful::new(law);
        let mut block = Block::genesis(&set, BlockTime(1_000), Hash::ZERO);
        (block.view, block.height) = (View(3), sycee_primitives::Height(1));
        let judge = |block: &Block, certificates: &Certificates, now| {
            oracle.line(block, BlockTime(now), certificates)
        };
        assert!(judge(&block, &certificates, 1_000).is_err(), "views 1, 2");
        certificates
            .nullified
            .extend([(View(1), ()), (View(2), ())]);
        assert!(judge(&block, &certificates, 1_000).is_ok());
        assert!(judge(&block, &certificates, 499).is_err(), "the future");
        block.exec.executed = block.height;
        assert!(oracle.exec(&block).is_err(), "its own results");
    }
}
