//! Planted bugs: wrong turns in shipped code that a test can take, to show that it would be noticed.
//!
//! ```text
//!   if record.is_synced() && !planted!("S1") {        ordinary build: the constant `false`, nothing is left of it
//!                              |                      --cfg sycee_planted: asks what this thread's test has set
//!   ALL: name, rule it breaks, what goes wrong        tests/tests/tidy/planted.rs: each name stands in code once and here once
//! ```
//! A plant is one expression in the code of the rule it breaks. A node refuses to compile with them. Spec: reliability 3.5.

/// One planted bug.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plant {
    /// Its name in the code: the trace, the correction or the report that it comes from.
    pub name: &'static str,
    /// The crate it stands in.
    pub room: &'static str,
    /// The rule of `consensus/PROTOCOL.md` that it breaks, or the place in `docs/ledger.md`.
    pub rule: &'static str,
    /// What the code does wrong while it is active.
    pub what: &'static str,
}

const fn consensus(name: &'static str, rule: &'static str, what: &'static str) -> Plant {
    let room = "consensus";
    Plant {
        name,
        room,
        rule,
        what,
    }
}

/// Every planted bug.
#[rustfmt::skip]
pub const ALL: &[Plant] = &[
    // Lanes, watermarks, fetches.
    consensus("B6a", "L11", "every further life of the own lane takes the next view's number"),
    consensus("B6b", "L11", "a life stands on the entry that was final when the last one began"),
    consensus("B6c", "L11", "numbers of lives are those of the last life's view, also when it is over"),
    consensus("B7a", "W4", "what is known only as a parent is not asked for"),
    consensus("B7b", "W2", "a vector of watermarks that was overtaken is taken"),
    consensus("B8", "W6", "what a single liar names is asked for without end"),
    consensus("B9", "L8", "the leader's own lane waits for a quorum too"),
    consensus("L4d", "W2", "a new connection is told nothing"),
    consensus("L4e", "L6", "a receiver keeps one window above what is delivered"),
    consensus("L5", "L5", "a second header of a slot is never held"),
    consensus("L6a", "L1", "an own batch leaves before it is synced"),
    consensus("L6b", "L12", "a node stays with the lane's life it knew first"),
    consensus("L6c", "L11", "the owner of a poisoned batch goes on behind it"),
    consensus("L11", "L8", "a tip that a validators hold is included"),
    consensus("L13", "W2", "watermarks are sent only when they change"),
    consensus("poisoned-life", "L13", "batches behind a poisoned one are taken"),
    // Judging a proposal.
    consensus("L3", "V24", "a cut that must be empty counts as omission"),
    consensus("L4a", "V24", "omission is judged when the vote is possible, not when the proposal came"),
    consensus("L4b", "V24", "patience with omission does not grow with D"),
    consensus("L4c", "V24", "a forked lane must be in the cut"),
    consensus("V24", "V24", "a lane may be left out for ever"),
];

/// Stands in for every plant in an ordinary build.
#[cfg(not(sycee_planted))]
pub const NONE: bool = false;

/// The constant `false`, unless the build plants bugs and the running test has chosen this one.
#[cfg(not(sycee_planted))]
#[macro_export]
macro_rules! planted {
    ($name:literal) => {
        $crate::planted::NONE
    };
}

/// Whether the running test has chosen this bug.
#[cfg(sycee_planted)]
#[macro_export]
macro_rules! planted {
    ($name:literal) => {
        $crate::planted::is_active($name)
    };
}

#[cfg(sycee_planted)]
pub use chosen::{clear, is_active, set, with};

/// Which bugs this thread's test has chosen.
#[cfg(sycee_planted)]
mod chosen {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        static ACTIVE: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
    }

    /// Whether this bug is active on this thread.
    #[must_use]
    pub fn is_active(name: &str) -> bool {
        ACTIVE.with_borrow(|active| active.contains(name))
    }

    /// Activates a bug on this thread until [`clear`].
    ///
    /// # Panics
    /// When the table does not list it.
    pub fn set(name: &'static str) {
        let is_listed = super::ALL.iter().any(|plant| plant.name == name);
        assert!(is_listed, "no plant is called {name}");
        ACTIVE.with_borrow_mut(|active| active.insert(name));
    }

    /// Ends all bugs of this thread.
    pub fn clear() {
        ACTIVE.with_borrow_mut(BTreeSet::clear);
    }

    /// Runs something with one bug active, and ends it also when that panics.
    pub fn with<T>(name: &'static str, run: impl FnOnce() -> T) -> T {
        struct Guard(&'static str);
        impl Drop for Guard {
            fn drop(&mut self) {
                ACTIVE.with_borrow_mut(|active| active.remove(self.0));
            }
        }
        set(name);
        let _guard = Guard(name);
        run()
    }
}
