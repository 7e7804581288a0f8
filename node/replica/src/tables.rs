//! Which table differs, when the network certified another state root than this node computed.
//!
//! It must never believe a peer: table roots of others count only when they hash to the certified state root.
//!
//! ```text
//!   own state root, certified one differ --> Inquiry --request--> every peer
//!                                               |<--table roots-- hash to the certified state root?  the tables are named
//!                                               '-- after 2 s --> no peer shows any
//! ```
//! Why: a block certifies one hash over all tables. Whoever must find the fault needs to know which table to look at.

use std::collections::BTreeMap;
use std::fmt;

use sycee_consensus::ValidatorIndex;
use sycee_contracts::TableRoots;
use sycee_primitives::{Hash, Height, Tick};

/// Checkpoints whose table roots are kept in memory, about 2 KiB each: as many as the heights that certification may lag behind by
/// default (`checkpoint_lag_max`), so that a root that was just certified is always among them.
pub(crate) const CHECKPOINTS_MAX: usize = 4_096;

/// How long a node that must stop waits for its peers' table roots, in microseconds: enough for an answer from the other side of
/// the world, short for an operator who waits for the reason.
pub(crate) const INQUIRY_US: u64 = 2_000_000;

/// One answer per peer in this time, in microseconds: a node asks once in its life.
const ANSWER_INTERVAL_US: u64 = 1_000_000;

/// A certified state root that this node did not compute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateDifference {
    /// The checkpoint.
    pub height: Height,
    /// State root that this node computed.
    pub own: Hash,
    /// State root that the network certified.
    pub certified: Hash,
    /// Where the two differ.
    pub tables: DifferingTables,
}

/// Which tables differ, as far as it can be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DifferingTables {
    /// These do; never empty.
    Named(Vec<&'static str>),
    /// No peer answered with table roots that hash to the certified state root.
    NotShown,
    /// This node no longer has its own table roots of that checkpoint.
    NotKept,
}

impl fmt::Display for StateDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "height {}, ", self.height)?;
        match &self.tables {
            DifferingTables::Named(names) if names.len() == 1 => {
                write!(f, "table {}", names.concat())
            }
            DifferingTables::Named(names) => write!(f, "tables {}", names.join(", ")),
            DifferingTables::NotShown => f.write_str(
                "table state (no peer shows table roots that hash to the certified root)",
            ),
            DifferingTables::NotKept => f.write_str(
                "table state (this node has no table roots of that height: it was started after it)",
            ),
        }?;
        write!(
            f,
            ": own state root {}, certified state root {}",
            self.own, self.certified
        )
    }
}

/// The parts of the state in which two nodes differ, in the order in which the state root covers them.
fn differing(own: &TableRoots, other: &TableRoots) -> Vec<&'static str> {
    // Without `..`: a new table must get its name here.
    let TableRoots {
        height,
        time,
        results,
        header,
        identifiers,
        unheard,
        participants,
        assets,
        accounts,
        products,
    } = own;
    let parts = [
        ("height", *height == other.height),
        ("time", *time == other.time),
        ("results", *results == other.results),
        ("header", *header == other.header),
        ("identifiers", *identifiers == other.identifiers),
        ("unheard", *unheard == other.unheard),
        ("participants", *participants == other.participants),
        ("assets", *assets == other.assets),
        ("accounts", *accounts == other.accounts),
    ];
    let differ = parts.into_iter().filter(|(_, is_same)| !is_same);
    let products = products
        .iter()
        .zip(&other.products)
        .filter(|(own, other)| own != other)
        .map(|(own, _)| own.table.name());
    let names: Vec<&str> = differ.map(|(name, _)| name).chain(products).collect();
    if names.is_empty() {
        // The same roots of another list of tables: the two run different versions.
        return vec!["list of tables"];
    }
    names
}

/// Own table roots of the newest checkpoints, for this node's comparison and for peers that ask.
#[derive(Debug, Default)]
pub(crate) struct RecentTables {
    checkpoints: BTreeMap<Height, TableRoots>,
    answered: BTreeMap<ValidatorIndex, Tick>,
}

impl RecentTables {
    /// Adds a checkpoint; the oldest goes when there are too many.
    pub(crate) fn record(&mut self, roots: TableRoots) {
        self.checkpoints.insert(roots.height, roots);
        while self.checkpoints.len() > CHECKPOINTS_MAX {
            self.checkpoints.pop_first();
        }
    }

    pub(crate) fn get(&self, height: Height) -> Option<&TableRoots> {
        self.checkpoints.get(&height)
    }

    /// The answer to a peer, unless it had one just now or the checkpoint is not kept.
    pub(crate) fn answer(
        &mut self,
        now: Tick,
        peer: ValidatorIndex,
        height: Height,
    ) -> Option<&TableRoots> {
        let before = self.answered.get(&peer);
        if before.is_some_and(|before| now.since(*before) < ANSWER_INTERVAL_US) {
            return None;
        }
        let roots = self.checkpoints.get(&height)?;
        self.answered.insert(peer, now);
        Some(roots)
    }

    /// Forgets a peer whose channel closed.
    pub(crate) fn forget(&mut self, peer: ValidatorIndex) {
        self.answered.remove(&peer);
    }
}

/// A difference whose table is being asked for.
#[derive(Debug)]
pub(crate) struct Inquiry {
    own: TableRoots,
    certified: Hash,
    deadline: Tick,
}

impl Inquiry {
    pub(crate) fn new(now: Tick, own: TableRoots, certified: Hash) -> Inquiry {
        Inquiry {
            own,
            certified,
            deadline: now.plus(INQUIRY_US),
        }
    }

    pub(crate) fn deadline(&self) -> Tick {
        self.deadline
    }

    /// What a peer's table roots prove; nothing, when they are not the certified ones.
    pub(crate) fn judge(&self, shown: &TableRoots) -> Option<StateDifference> {
        let is_certified = shown.state_root() == self.certified;
        is_certified.then(|| self.difference(DifferingTables::Named(differing(&self.own, shown))))
    }

    /// What is said when nobody has shown the certified table roots in time.
    pub(crate) fn unanswered(&self) -> StateDifference {
        self.difference(DifferingTables::NotShown)
    }

    fn difference(&self, tables: DifferingTables) -> StateDifference {
        StateDifference {
            height: self.own.height,
            own: self.own.state_root(),
            certified: self.certified,
            tables,
        }
    }
}

#[cfg(test)]
mod tests;
