//! What must be true after every event, judged from outside the cores.

use std::collections::BTreeMap;

use sycee_consensus::FinalBlock;
use sycee_primitives::{Hash, Height};

/// The one chain that all nodes must see, as first delivered by anybody.
#[derive(Default)]
pub struct Chain {
    blocks: BTreeMap<Height, (Hash, Vec<Hash>)>,
    results: BTreeMap<Height, Hash>,
    /// Batches in the chain, so that each is delivered once. [S7]
    batches: BTreeMap<Hash, Height>,
}

impl Chain {
    /// [S4][S7][S8]
    pub fn delivered(&mut self, node: usize, block: &FinalBlock, results: Hash) {
        let height = block.block.block.height;
        let known = self
            .blocks
            .entry(height)
            .or_insert_with(|| (block.digest, block.batches.clone()));
        assert_eq!(
            *known,
            (block.digest, block.batches.clone()),
            "S4: node {node} delivers another block at height {height}"
        );
        assert_eq!(
            *self.results.entry(height).or_insert(results),
            results,
            "S8: node {node} has other results at {height}"
        );
        for batch in &block.batches {
            let first = *self.batches.entry(*batch).or_insert(height);
            assert_eq!(first, height, "S7: a batch is delivered at two heights");
        }
    }

    /// Exec fields certify what execution gave. [X1]
    pub fn certified(&self, height: Height, results: Hash) {
        if let Some(known) = self.results.get(&height) {
            assert_eq!(
                *known, results,
                "X1: certified results of {height} are not those of execution"
            );
        }
    }
}
