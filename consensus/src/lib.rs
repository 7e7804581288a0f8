//! Which block is next. The ordering core: data lanes and a Simplex chain, as numbered in `PROTOCOL.md`.
//!
//! Floor 1. Sans-io: no clock, no network, no disk, no threads, no randomness; payloads are opaque. It must never know what a
//! transaction means.
//!
//! ```text
//!                Input                                                      Output
//!   message from a peer ----+                                     +----> Persist(token, records)
//!   verified batch header --+      +---------------------+        +----> Send(message)  SendBatch(digest)
//!   seal own batch ---------+----> | Core::step(now, in) | -------+----> Deliver(final block, batches in order)
//!   persisted(token) -------+      +---------------------+        +----> Sealed, OwnBatchDurable, Alarm
//!   executed(height) -------+        | record  the signing gate and what was signed       (R)
//!   tick -------------------+        | lanes   batches, watermarks, include-able tips     (L, W)
//!                                    | tree    blocks, certificates, parents, finality    (V, G)
//!                                    | votes   slots and tallies                          (B, M)
//!                                    | evidence  who broke a rule, to be recorded         (E)
//!                                    | pace    D and the timers                           (P, Q)
//!                                    | fetch   what is missing and who was asked          (W)
//! ```
//!
//! Invariant: no signature of this node is in any output that is not behind a `Persist` of its record (R3).

#![warn(missing_docs)]
#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "numbers of PROTOCOL.md stand in brackets, as everywhere"
)]

mod blame;
mod certificate;
mod engine;
mod epoch;
mod evidence;
mod fetch;
mod lanes;
mod message;
mod order;
mod pace;
mod record;
mod rejoin;
mod tree;
mod types;
mod validators;
mod votes;

pub use blame::{Blame, BlameError, Conflict, Guilt, Shown, blame};
pub use certificate::{Certificate, Vote, VoteKind};
pub use engine::{
    Alarm, Config, Core, FinalBlock, Input, Journal, LaneTip, Output, Record, Status, Token,
};
pub use epoch::{BlockKind, Handover, Member, NextSet, PADDING_MAX};
pub use evidence::{
    Culprit, Evidence, EvidenceError, InvalidTransaction, Offence, OffenceKind, Place, Slot,
};
pub use lanes::LaneEntry;
pub use message::{
    BatchHeader, Block, BlockName, CutEntry, Exec, Message, Proposal, SignedBlock, SignedHeader,
    Watermark, Watermarks,
};
pub use order::delivery_order;
pub use record::ViewRecord;
pub use rejoin::{OwnStatements, Quarantine, RejoinAnswer};
pub use types::{Now, Parameters, Seq, ValidatorIndex, View};
pub use validators::ValidatorSet;
