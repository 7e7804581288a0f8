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
    /// The rule of `consensus/PROTOCOL.md` that it breaks, or the word of `docs/ledger.md` for it.
    pub rule: &'static str,
    /// What the code does wrong while it is active.
    pub what: &'static str,
    /// Whether a named scenario must notice it; the others are for the simulator to find.
    pub has_scenario: bool,
}

const fn consensus(name: &'static str, rule: &'static str, what: &'static str) -> Plant {
    let room = "consensus";
    Plant {
        name,
        room,
        rule,
        what,
        has_scenario: true,
    }
}

const fn contracts(name: &'static str, rule: &'static str, what: &'static str) -> Plant {
    let room = "contracts";
    Plant {
        name,
        room,
        rule,
        what,
        has_scenario: true,
    }
}

/// A plant that only whole nodes can show to be one: the simulator has to find it.
const fn whole(
    room: &'static str,
    name: &'static str,
    rule: &'static str,
    what: &'static str,
) -> Plant {
    Plant {
        name,
        room,
        rule,
        what,
        has_scenario: false,
    }
}

const fn replica(name: &'static str, rule: &'static str, what: &'static str) -> Plant {
    let room = "replica";
    Plant {
        name,
        room,
        rule,
        what,
        has_scenario: true,
    }
}

/// Every planted bug.
#[rustfmt::skip]
pub const ALL: &[Plant] = &[
    // The gate, the disk, and what a key signs.
    consensus("S1", "R1", "the gate reads what is on the disk, not what is on its way there"),
    consensus("S2", "R7", "records above what is final are dropped"),
    consensus("finalize-gate", "R2", "Finalize after Nullify is signed"),
    consensus("double-sign", "R2", "the gate looks up the record of the view beside"),
    consensus("restart-forgets", "R6", "a restart begins without the record of what was signed"),
    consensus("ava-labs-280", "R6", "a repetition after a restart finalizes what was only notarized"),
    consensus("no-sync", "R3", "nothing waits for the disk"),
    consensus("B1", "R3", "the own vote is counted before it is synced, and the certificate leaves"),
    consensus("B1-proposal", "R3", "the own proposal is handed out before it is synced"),
    consensus("L1", "R5", "certificates are not written down"),
    consensus("S4", "J2", "a start asks nobody what the own key has signed"),
    consensus("J3", "J3", "own votes that the record lacks raise no doubt"),
    consensus("J4-old", "J4", "what an earlier start in quarantine was told counts for this one"),
    consensus("M+2", "J4", "a lost record is followed by signing one view too early"),
    consensus("L8", "J4", "answers to a lost record count without the certificate of their view"),
    consensus("S5", "J5", "quarantine ends before everything final is held"),
    // What others sign.
    consensus("votes-by-message", "B1", "votes are counted by message, not by signer"),
    consensus("S9-unverified", "M3", "certificates are taken without a look at their signatures"),
    consensus("trust-peer", "G2", "a finalization that comes with blocks is taken on trust"),
    consensus("S9a", "E2", "a certificate that contradicts a known one is dropped"),
    consensus("S9b", "E8", "nullifications of a final view are dropped"),
    consensus("forget-evidence", "E3", "a noted offence is not written down"),
    // Views, pace, work.
    consensus("L2", "P2", "D grows with nullified views only"),
    consensus("L9", "V5", "a leader that lacks the parent's batches does not propose"),
    consensus("L9-spin", "V20", "views may be given up at the speed of messages"),
    consensus("summit-80", "V5", "a leader proposes only on what it has executed"),
    consensus("L10", "X2", "a voter must have executed what its parent's block names already"),
    consensus("L15", "V21", "a node does not count itself among those that are not silent"),
    consensus("L16", "V22", "a proposal that comes behind its notarization is dropped"),
    consensus("L17", "P1", "the time of a view has no room for a fetch"),
    consensus("L18", "Q5", "a leader waits before it certifies results"),
    consensus("commonware-2137", "V6", "a proposal comes without the certificates that justify it"),
    consensus("B2", "Q7", "a held batch that is not final keeps nobody awake"),
    consensus("B3", "Q2", "what is not final yet is work for the leader at once"),
    consensus("B4", "Q6", "s stays when work ends"),
    consensus("B5", "Q4", "the heartbeat counts from the last final block"),
    consensus("B10", "V21", "the clock of silence runs in silence too"),
    consensus("B11", "J7", "a validator in quarantine is work for nobody"),
    consensus("B12", "P2", "D grows with every own Nullify"),
    consensus("Q11", "Q11", "a cut that waits for a checkpoint is work for nobody"),
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
    consensus("S8", "V8", "the view of a parent need not be below its child's"),
    consensus("V10", "V10", "skipped views need no nullification"),
    consensus("L14a", "V9", "a time ahead of the own clock is invalid"),
    consensus("L14b", "V9", "times have no lower bound"),
    consensus("L3", "V24", "a cut that must be empty counts as omission"),
    consensus("L4a", "V24", "omission is judged when the vote is possible, not when the proposal came"),
    consensus("L4b", "V24", "patience with omission does not grow with D"),
    consensus("L4c", "V24", "a forked lane must be in the cut"),
    consensus("V24", "V24", "a lane may be left out for ever"),
    // The ledger.
    contracts("conservation-off", "conservation", "debits and credits that differ do not stop the ledger"),
    contracts("no-floor", "floor", "a payment may take more than the account has"),
    contracts("key-reuse", "idempotency key", "a used key may pay once more, for another body"),
    contracts("dedupe-restart", "idempotency key", "keys that were written to the disk count as unused"),
    contracts("S6", "results", "results of a height do not stand for the heights below"),
    contracts("receipt-order", "receipt", "receipts enter their root in another order than they are numbered"),
    contracts("root-order", "state root", "accounts enter their root in the order of their changes"),
    // States that are taken over.
    replica("snapshot-stale", "G5", "a state older than the own is taken over"),
    replica("snapshot-uncertified", "G5", "a state root that no final block certifies is believed"),
    replica("snapshot-chunk", "G5", "a chunk that is not under the state root is stored"),
    replica("snapshot-pruned", "G5", "blocks above an offered state are dropped"),
    replica("no-lease", "G5", "a state that somebody takes over is shown no longer than any other"),
    replica("overtaken", "G5", "who offers a later state counts as not showing the one that is taken"),
    replica("offers-end", "G5", "a state of an epoch that has ended is not offered"),
    // What was accepted.
    replica("lost-untold", "L14", "nobody names a batch that the chain went past to its owner"),
    replica("leaver-forgets", "L14", "a validator that has left hands nothing on"),
    replica("named-dropped", "L14", "a batch that a peer has named goes with its promise, whoever else needs it"),
    replica("promise-kept-early", "L14", "a promise counts as kept once its transactions wait for the lane again"),
    // Epochs.
    replica("S3", "J8", "the next epoch begins with a clean record whatever was lost"),
    replica("S7", "T2", "Padding is a block of the ledger"),
    replica("L7", "T6", "a peer of an ended epoch is told nothing"),
    // What the simulator finds in whole nodes.
    consensus("J5", "J5", "a node whose quarantine only has to end on the disk wakes itself without a pause"),
    whole("consensus", "V9", "V9", "a time ahead of every clock is accepted"),
    whole("consensus", "V11", "V11", "batches that are not held are no reason to wait"),
    whole("consensus", "X3", "X3", "results are not compared with what was computed"),
    whole("consensus", "E4", "E4", "evidence in a block is not checked"),
    whole("consensus", "V18", "V18", "a relayed proposal carries the certificates that it came with"),
    whole("consensus", "O1", "O1", "every node begins the order of batches with itself"),
    whole("consensus", "R4", "R4", "blocks are executed before their finalization is synced"),
    whole("consensus", "B3-bound", "B3", "final blocks pile up before execution without a bound"),
    whole("consensus", "overflow", "M6", "a number of a peer is added to without a look at its size"),
    whole("consensus", "hash-order", "W5", "who is asked first follows the order of a hash table"),
    whole("consensus", "V2", "V2", "a node goes through every view, and jumps into none"),
    whole("consensus", "V3", "V3", "every node takes itself for the leader"),
    consensus("V7", "V7", "a view that was given up gets no Notarize"),
    consensus("V12", "V12", "a view with an invalid proposal is not given up before its time"),
    consensus("V13", "V13", "a notarization is not followed by Finalize"),
    whole("consensus", "V14", "V14", "no view is given up when its time has run out"),
    whole("consensus", "V15", "V15", "a nullification leads into no view"),
    whole("consensus", "V16", "V16", "f+1 Finalize make a finalization"),
    consensus("V17", "V17", "nothing is repeated"),
    consensus("V23", "V23", "a leader proposes as soon as it has a parent"),
    consensus("V19", "V19", "a leader's own Nullify counts like any other"),
    consensus("window", "L2", "an owner does not stop at its window"),
    consensus("L9-cap", "L9", "a voter does not look at the cap of a lane"),
    consensus("L10-life", "L10", "a batch may go back to an earlier life of its lane"),
    whole("replica", "L3-root", "L3", "a payload need not be what its header names"),
    whole("replica", "L4", "L4", "a payload that is not its header's is its owner's fault"),
    replica("served-always", "W7", "one peer is served the same thing as often as it asks"),
    whole("replica", "mark-late", "J2", "the mark outside the store does not follow the views that are signed in"),
    whole("contracts", "second-outcome", "idempotency key", "a repetition gets a receipt of its own"),
    whole("contracts", "financed-twice", "portion", "a pledged portion can be sold"),
    whole("contracts", "leave-stays", "validators", "who leaves keeps its seat, and the set gets its next number"),
    whole("replica", "aptos-11629", "L1", "accepted is said before the batch is synced"),
    whole("replica", "R4-payload", "R4", "batches of others are written down without their payload"),
    whole("replica", "R6-odd", "R6", "a start reads every other record of what was signed"),
    whole("replica", "M6", "M6", "evidence leaves as a frame that nobody can read"),
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
