//! Agreement: one block a height on all honest nodes, each the child of the one below, none before its certificate.

use sycee_consensus::View;
use sycee_primitives::Hash;
use sycee_replica::ReadyBlock;

use super::Verdict;

/// The chain as the first honest node executed it.
#[derive(Default)]
pub struct Agreement {
    chain: Vec<(Hash, Vec<Hash>)>,
}

impl Agreement {
    /// A node is given a block to execute; `certified` is the highest view with a finalization that held.
    ///
    /// # Errors
    /// When another node has another block there, or the block hangs in the air.
    pub fn executes(&mut self, ready: &ReadyBlock, certified: View) -> Verdict {
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
                if below.is_some_and(|below| below != block.parent) {
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

    /// Heights known.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.chain.len() as u64
    }
}
