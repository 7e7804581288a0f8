//! The state of a checkpoint, taken over from peers: for a node that lacks blocks which nobody keeps any more. [G5]
//!
//! It must never believe a peer. What is taken over hangs on a finalization that the validators signed; who sends something else is
//! to blame for it, and one honest peer is enough.
//!
//! ```text
//!   finalization ─▶ block G ─hash links─▶ block F (exec: c, state root at c) ─▶ block at c         SnapshotOffer: these, and what the root is made of
//!                                             └─▶ table roots ─┬▶ header ─▶ place in the order: the cut at c
//!                                                              └▶ every chunk of every table       Chunk: proves itself
//!
//!   giver  (give.rs)     at a checkpoint of snapshot grade: flush, remember the outline, keep a view of the state rows
//!   taker  (join.rs)     blocks are gone for good? ask for offers ─▶ the highest ─▶ chunks from all who offer it ─▶ staging rows
//!   start  (install.rs)  staging whole? rows of the state, block at c as the delivered one ─▶ from there by blocks, as ever
//! ```
//! Votes, the vote mark and quarantine are never part of it. Crash at any write: what was verified is still there, or asked for again.
//! Spec: consensus 3.7, A14, trace L20; reliability section 4 items 28 to 31.

mod give;
mod install;
mod join;
mod offer;
mod shown;
mod taking;

pub(crate) use give::is_of_grade;
pub use give::{SNAPSHOT_INTERVAL_MS, Snapshot};
pub use install::{InstallError, install_snapshot};
pub use join::JoinProgress;
pub(crate) use join::{DISK_PATIENCE_US, Join, Staged, Step};
pub use offer::SnapshotOffer;
pub use shown::ShownStates;

#[cfg(test)]
pub(crate) mod tests;
