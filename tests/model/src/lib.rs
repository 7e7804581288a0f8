//! Every behaviour of a small network of shipped ordering cores, one after the other.
//!
//! Four validators: three run [`sycee_consensus::Core`] as shipped, with real signatures; the fourth lies. The checker walks through all
//! states that messages lost, late and in any order, timers at any moment, syncs at any later moment, crashes at any moment and the
//! liar's choices can bring about in the first views, and asks in each whether the invariants still hold ([`property`]).
//!
//! ```text
//!   world     keys, blocks, batches and certificates that can exist, each under a small number
//!   node      one honest node: core + disk (synced | queued) + everything it ever let out        -> state number
//!   turns     what a node can do next that somebody may notice: the reduction
//!   model     three state numbers; action = a turn of one node; stateright does the walking
//!   check     one walk from its start to its report
//!   property  S1-S11 and G2 over such a state
//!   fault     what can be broken on purpose, so that each property is seen to fail
//!   network   the same cores on a network with clocks: healing from a state (G2), and the crash sweep
//! ```
//!
//! How the number of states is kept small without leaving a behaviour out, besides walking whole turns:
//!
//! 1. *The network is what was let out.* A message is never taken back, so any message that left may reach any node at any later moment,
//!    again, or never. What left is part of a node's state; there is no separate set of messages.
//! 2. *Votes travel as certificates.* A foreign vote changes a node only by completing a certificate (the leader's own Nullify acts like
//!    an expired timer). The liar signs everything, so whatever two honest nodes have let out is a certificate that may reach anybody at any
//!    moment. `--votes` walks with single votes instead, through the tally, for one view.
//! 3. *Nothing useless is delivered.* A proposal of a later view only waits in its slot, one whose parent is not notarized too, and the
//!    certificates inside a proposal do what they do by themselves: such deliveries equal a delivery at another moment, or none.
//! 4. *A clock is only early or late.* A timer fires by jumping an hour; readings of clocks are no part of a state.
//! 5. *A sync that releases no own signature happens at once*: losing what it holds equals never having received it.
//! 6. *Equal nodes are exchangeable* when they lead none of the views: their states are compared as a set.
//! 7. *A core is deterministic*, so each pair (state of one node, what reaches it) is stepped once and remembered.
//!
//! 8. *Certificates name true signers as far as the receiver can tell*: its own vote is in one only if it left. Who else signed is no part
//!    of a state; healing puts in who did.
//! 9. *Evidence is left out of the walks*: every record of offences is full from the start ([E7]), so that nobody has any. It would change
//!    the bytes of blocks, and no vote. The sweep has it.
//!
//! What can be walked besides votes and views: a lost disk and the way out of quarantine (A10), two lives of the liar's lane (A7), clocks as
//! far apart as they may be (A16), and an epoch that ends while the next one begins (A9), each with the shipped core.
//!
//! Not seen here, and left to the simulator: watermarks (hence lanes left out by a leader, V24) and fetches of batches under loss, a second
//! life of an honest lane, more than one liar, long runs.

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "numbers of PROTOCOL.md stand in brackets, as everywhere"
)]

pub mod check;
pub mod fault;
pub mod model;
pub mod network;
pub mod node;
pub mod property;
mod turns;
pub mod world;
