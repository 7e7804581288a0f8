//! Agreement: one block a height on all honest nodes, each the child of the one below, none before its certificate.

use sycee_consensus::{Block, View};
use sycee_primitives::{Hash, Height};
use sycee_replica::ReadyBlock;

use super::Verdict;

/// The chain as the first honest node executed it.
#[derive(Default)]
pub struct Agreement {
    chain: Vec<(Hash, Vec<Hash>)>,
}

impl Agreement {
    /// A node is given a block to execute; `certified` is the highest view of its epoch with a finalization that held, `root` what its epoch begins with.
    ///
    /// # Errors
    /// When another node has another block there, or the block hangs in the air.
    pub fn executes(
        &mut self,
        ready: &ReadyBlock,
        certified: View,
        root: Option<&(Hash, Block)>,
    ) -> Verdict {
        let block = &ready.block.block;
        let height = usize::try_from(block.height.0).unwrap_or(usize::MAX);
        let batches: Vec<Hash> = ready.batches.iter().map(|batch| batch.digest()).collect();
        if block.view > certified {
            return Err(format!(
                "height {height} of view {} is executed, the highest finalization is of view {certified}",
                block.view
            ));
        }
        if height == 0 || height > self.chain.len() + 1 {
            return Err(format!(
                "height {height} is executed, {} are known",
                self.chain.len()
            ));
        }
        match self.chain.get(height - 1) {
            Some((digest, known)) if *digest != ready.digest || *known != batches => Err(format!(
                "height {height}: {digest:?} with {} batches and {:?} with {} batches",
                known.len(),
                ready.digest,
                batches.len()
            )),
            Some(_) => Ok(()),
            None => {
                let below = self.chain.last().map(|(digest, _)| *digest);
                // The first block of an epoch hangs on the root of it, which names the Terminal block.
                let first = root.filter(|(_, root)| root.height.next() == block.height);
                let parent = match first {
                    Some((digest, root)) if *digest == block.parent => root.parent,
                    Some(_) => {
                        return Err(format!("height {height} does not hang on its epoch's root"));
                    }
                    None => block.parent,
                };
                if below.is_some_and(|below| below != parent) {
                    return Err(format!(
                        "height {height} is no child of height {}",
                        height - 1
                    ));
                }
                self.chain.push((ready.digest, batches));
                Ok(())
            }
        }
    }

    /// The block of a height, once one was executed.
    #[must_use]
    pub fn at(&self, height: Height) -> Option<Hash> {
        let place = usize::try_from(height.0.checked_sub(1)?).ok()?;
        self.chain.get(place).map(|(digest, _)| *digest)
    }

    /// Heights known.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.chain.len() as u64
    }
}
