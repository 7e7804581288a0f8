//! Own results of execution, what others say of theirs, and what the chain has certified. [X1]-[X7]

use std::collections::BTreeMap;

use sycee_primitives::{Hash, Height, planted};

use super::Journal;
use crate::{Exec, NextSet, ValidatorIndex};

#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub(super) struct Own {
    pub(super) results: Hash,
    pub(super) state_root: Option<Hash>,
    /// The set that the state names, once it is not this epoch's any more. [T1]
    pub(super) next: Option<NextSet>,
}

/// What a voter makes of a block's exec field.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Judged {
    Agrees,
    NotExecutedYet,
    Differs,
}

#[derive(Clone, Hash)]
pub(super) struct Results {
    own: BTreeMap<Height, Own>,
    executed: Height,
    checkpoint: Height,
    /// Per validator: (executed, checkpoint) as it says. [X5]
    hints: Vec<(Height, Height)>,
    /// Certified by a final block and not compared yet.
    certified: BTreeMap<Height, Exec>,
}

impl Results {
    pub(super) fn new(validators: usize, delivered: Height, journal: &Journal) -> Results {
        let own: BTreeMap<Height, Own> = journal
            .results
            .iter()
            .filter(|(height, _, _)| *height <= delivered)
            .map(|(height, results, state_root)| {
                (
                    *height,
                    Own {
                        results: *results,
                        state_root: *state_root,
                        next: journal.next_sets.get(height).cloned(),
                    },
                )
            })
            .collect();
        let checkpoint = own
            .iter()
            .rev()
            .find(|(_, own)| own.state_root.is_some())
            .map_or(Height(0), |(h, _)| *h);
        Results {
            own,
            executed: delivered,
            checkpoint,
            hints: vec![(Height(0), Height(0)); validators],
            certified: BTreeMap::new(),
        }
    }

    pub(super) fn executed(&self) -> Height {
        self.executed
    }

    pub(super) fn checkpoint(&self) -> Height {
        self.checkpoint
    }

    /// The later set that the state named after a height, if this node remembers the height. [T1]
    pub(super) fn next_set(&self, height: Height) -> Option<&NextSet> {
        self.own.get(&height)?.next.as_ref()
    }

    pub(super) fn record(&mut self, height: Height, own: Own) {
        self.executed = self.executed.max(height);
        if own.state_root.is_some() {
            self.checkpoint = self.checkpoint.max(height);
        }
        self.own.insert(height, own);
    }

    pub(super) fn hint(&mut self, from: ValidatorIndex, executed: Height, checkpoint: Height) {
        if let Some(hint) = self.hints.get_mut(from.usize()) {
            *hint = (hint.0.max(executed), hint.1.max(checkpoint));
        }
    }

    /// Highest height that this node and a quorum (own counted) say they executed, and the same for checkpoints. [X5]
    pub(super) fn agreed(&self, quorum: usize, me: ValidatorIndex) -> (Height, Height) {
        let pick = |own: Height, of: fn(&(Height, Height)) -> Height| {
            let mut all: Vec<Height> = self.hints.iter().map(of).collect();
            if let Some(place) = all.get_mut(me.usize()) {
                *place = own;
            }
            all.sort_unstable_by(|a, b| b.cmp(a));
            quorum
                .checked_sub(1)
                .and_then(|place| all.get(place))
                .copied()
                .unwrap_or_default()
                .min(own)
        };
        (
            pick(self.executed, |hint| hint.0),
            pick(self.checkpoint, |hint| hint.1),
        )
    }

    /// The exec field of an own proposal on `parent`, aiming at what a quorum executed. [X5]
    pub(super) fn propose(&self, parent: Exec, agreed: (Height, Height)) -> Exec {
        let mut exec = parent;
        if agreed.0 > parent.executed
            && let Some(own) = self.own.get(&agreed.0)
        {
            exec.executed = agreed.0;
            exec.results = own.results;
            let checkpoint = self
                .own
                .range(..=agreed.1.min(agreed.0))
                .rev()
                .find(|(_, own)| own.state_root.is_some());
            if let Some((
                height,
                Own {
                    state_root: Some(root),
                    ..
                },
            )) = checkpoint
                && *height > parent.checkpoint
            {
                exec.checkpoint = *height;
                exec.state_root = *root;
            }
        }
        exec
    }

    /// Compares a proposal's exec with own results. [X2][X3]
    pub(super) fn judge(&self, exec: Exec, parent: Exec) -> Judged {
        // What lies below a state that was taken over is not known here either. [G5]
        let first = self.own.keys().next().copied().unwrap_or_default();
        let is_unknown = |height: Height| height > self.executed || height < first;
        if exec.executed > parent.executed || planted!("L10") {
            match self.own.get(&exec.executed) {
                None if is_unknown(exec.executed) => return Judged::NotExecutedYet,
                Some(own) if own.results == exec.results || planted!("X3") => {}
                _ => return Judged::Differs,
            }
        }
        if exec.checkpoint > parent.checkpoint {
            match self.own.get(&exec.checkpoint) {
                None if is_unknown(exec.checkpoint) => return Judged::NotExecutedYet,
                Some(own) if own.state_root == Some(exec.state_root) => {}
                _ => return Judged::Differs,
            }
        }
        Judged::Agrees
    }

    /// A final block certifies these results. [X7]
    pub(super) fn certify(&mut self, exec: Exec) {
        self.certified.insert(exec.executed, exec);
    }

    /// The first certified result that this node has executed and sees otherwise; agreed ones are forgotten. [X7]
    pub(super) fn first_difference(&mut self) -> Option<(Height, Hash, Hash, bool)> {
        while let Some((height, exec)) = self.certified.first_key_value().map(|(h, e)| (*h, *e)) {
            if height > self.executed {
                return None;
            }
            // Heights below what a restarted node remembers were compared before it stopped.
            if let Some(own) = self.own.get(&height)
                && own.results != exec.results
            {
                return Some((height, own.results, exec.results, false));
            }
            // A checkpoint where this node made none is a difference as well: it computed the times otherwise.
            if let Some(own) = self.own.get(&exec.checkpoint)
                && own.state_root != Some(exec.state_root)
            {
                let root = own.state_root.unwrap_or(Hash::ZERO);
                return Some((exec.checkpoint, root, exec.state_root, true));
            }
            self.certified.remove(&height);
        }
        None
    }

    /// Forgets results below the ones that a new proposal may still name.
    pub(super) fn drop_below(&mut self, exec: Exec) {
        self.own = self.own.split_off(&exec.checkpoint.min(exec.executed));
    }
}
