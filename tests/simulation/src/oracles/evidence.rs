//! Evidence: only liars are convicted, and what an honest node can show is in a final block when everything has drained.
//!
//! It goes by what nodes say they can show. It does not see a contradiction that a node was told of and overlooked, and nothing that was shown before a power cut.

use std::collections::{BTreeMap, BTreeSet};

use sycee_consensus::Culprit;
use sycee_primitives::{Epoch, limits};

use super::Verdict;

/// Offences shown and recorded.
#[derive(Default)]
pub struct Offences {
    shown: BTreeMap<Culprit, BTreeSet<usize>>,
    recorded: BTreeSet<Culprit>,
    /// Evidence of earlier epochs is recorded no more.
    current: Epoch,
}

impl Offences {
    /// An honest node can show an offence, or found it in a final block.
    ///
    /// # Errors
    /// When the accused keeps to the protocol.
    pub fn learns(
        &mut self,
        node: usize,
        culprit: &Culprit,
        is_recorded: bool,
        is_liar: bool,
    ) -> Verdict {
        if is_recorded {
            self.recorded.insert(*culprit);
        } else if culprit.slot.epoch >= self.current {
            self.shown.entry(*culprit).or_default().insert(node);
        }
        let accusation = format!("node {node} holds evidence against an honest key: {culprit:?}");
        is_liar.then_some(()).ok_or(accusation)
    }

    /// A node went down: what it could show may not be on its disk.
    pub fn loses(&mut self, node: usize) {
        self.shown.values_mut().for_each(|nodes| {
            nodes.remove(&node);
        });
    }

    /// An epoch has ended: what it did not record stays with whoever can show it.
    pub fn ends(&mut self, epoch: Epoch) {
        self.current = Epoch(epoch.0 + 1);
        self.shown.retain(|culprit, _| culprit.slot.epoch > epoch);
    }

    /// The first offence that a node of `core` can show and no final block records, unless its culprit has as many as are counted. PROTOCOL.md E7
    #[must_use]
    pub fn first_open(&self, core: &[usize]) -> Option<Culprit> {
        let is_full = |culprit: &Culprit| {
            let name = |it: &Culprit| (it.slot.epoch, it.validator);
            let same = self.recorded.iter().filter(|it| name(it) == name(culprit));
            same.count() >= limits::EVIDENCE_PER_CULPRIT_MAX
        };
        let open = self.shown.iter().find(|(culprit, nodes)| {
            nodes.iter().any(|node| core.contains(node))
                && !self.recorded.contains(culprit)
                && !is_full(culprit)
        });
        open.map(|(culprit, _)| *culprit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_consensus::{OffenceKind, Place, Slot, ValidatorIndex, View};

    #[test]
    fn an_accused_honest_key_and_an_unrecorded_offence_are_found() {
        let culprit = Culprit {
            validator: ValidatorIndex(3),
            slot: Slot {
                epoch: Epoch(0),
                kind: OffenceKind::DoubleNotarize,
                place: Place::View(View(7)),
            },
        };
        let mut oracle = Offences::default();
        assert!(oracle.learns(0, &culprit, false, false).is_err());
        assert!(oracle.learns(0, &culprit, false, true).is_ok());
        assert_eq!(oracle.first_open(&[1]), None, "nobody there can show it");
        assert_eq!(oracle.first_open(&[0]), Some(culprit));
        assert!(oracle.learns(1, &culprit, true, true).is_ok());
        assert_eq!(oracle.first_open(&[0]), None);
    }
}
