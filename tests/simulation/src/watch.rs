//! What figures look at while a network runs; no seed pays for it.
//!
//! ```text
//!   proposal leaves its leader --> proposed     a node stands in a view --> entered     a final block goes to execution --> delivered
//! ```

use std::collections::BTreeMap;

use sycee_primitives::Epoch;

use crate::world::World;

/// A final block on its way to execution at a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivered {
    /// Where.
    pub(crate) node: usize,
    /// Epoch and view of the block.
    pub(crate) view: (Epoch, u64),
    /// When.
    pub(crate) at_us: u64,
}

/// Moments of a run.
#[derive(Default)]
pub(crate) struct Watch {
    /// When the first proposal of each view left its leader.
    pub(crate) proposed: BTreeMap<(Epoch, u64), u64>,
    /// When each node was first seen in a view.
    pub(crate) entered: BTreeMap<(u64, usize), u64>,
    /// In the order in which they came.
    pub(crate) delivered: Vec<Delivered>,
}

impl World {
    /// A leader's proposal leaves.
    pub(crate) fn watch_proposal(&mut self, view: (Epoch, u64)) {
        let now = self.time;
        if let Some(watch) = &mut self.watch {
            watch.proposed.entry(view).or_insert(now);
        }
    }

    /// A node has finished a step.
    pub(crate) fn watch_node(&mut self, node: usize) {
        let now = self.time;
        let running = self.nodes[node].running.as_ref();
        if let (Some(watch), Some(running)) = (&mut self.watch, running) {
            let view = running.replica.status().view.0;
            watch.entered.entry((view, node)).or_insert(now);
        }
    }

    /// A node hands a final block to execution.
    pub(crate) fn watch_delivery(&mut self, node: usize, view: (Epoch, u64)) {
        let at_us = self.time;
        if let Some(watch) = &mut self.watch {
            watch.delivered.push(Delivered { node, view, at_us });
        }
    }
}
