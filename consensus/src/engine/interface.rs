//! The whole conversation with the world: what goes into a step, what comes out, what is kept on disk.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{BlockTime, Hash, Height, SecretKey};

use crate::{
    Block, Certificate, Culprit, Evidence, Handover, InvalidTransaction, Message, NextSet,
    Parameters, Quarantine, Seq, SignedBlock, SignedHeader, ValidatorIndex, ValidatorSet, View,
    ViewRecord,
};

/// Names a group of records on their way to the disk; later groups have larger numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Token(pub u64);

/// Who this core is and what it belongs to.
pub struct Config {
    /// The validators and the network.
    pub set: ValidatorSet,
    /// Own place and key; `None` for an observer, which then never signs.
    pub me: Option<(ValidatorIndex, SecretKey)>,
    /// Pace and sizes.
    pub parameters: Parameters,
    /// The block the epoch begins with: [`Block::genesis`] or [`Block::epoch_genesis`]. [T5]
    pub root: Block,
    /// Tokens of this core begin above it: an earlier epoch's core has used the others.
    pub last_token: Token,
    /// 32 bytes that no earlier process of this node has used: they make answers from quarantine fresh. [J4]
    pub challenge: Hash,
    /// The network's one predicate over transactions that are shown as evidence. [E2]
    pub invalid_transaction: InvalidTransaction,
}

/// Everything that can happen to a core.
#[derive(Clone, Debug)]
pub enum Input {
    /// A message of a peer, decoded but unchecked; peers at or above the set's size are observers.
    Message {
        /// Who is at the other end of the authenticated channel.
        from: ValidatorIndex,
        /// What it said.
        message: Message,
    },
    /// A batch whose owner signature, payload and client signatures the shell has verified, and whose payload it keeps. [L3]
    Batch(SignedHeader),
    /// A batch whose owner signature and payload root hold, but not every client signature: its owner signed for rubbish. [L13]
    Poisoned(SignedHeader),
    /// The shell has seen an offence that only it can judge: a transaction that does not hold in a batch. [E2]
    Evidence(Box<Evidence>),
    /// The shell wants this payload to become the next batch of the own lane. [L1]
    Seal {
        /// Transactions in it.
        transactions: u32,
        /// Bytes of it.
        bytes: u64,
        /// Merkle root over them.
        payload_root: Hash,
    },
    /// Everything up to this token is synced.
    Persisted(Token),
    /// A delivered block was executed.
    Executed {
        /// Its height.
        height: Height,
        /// Cumulative results up to it.
        results: Hash,
        /// State root, when the height is a checkpoint.
        state_root: Option<Hash>,
        /// The set that the state names, once that is a later one than this epoch's. [T1]
        next: Option<NextSet>,
        /// When the state changes by itself next; it may lie in the past. [Q9]
        next_due: Option<BlockTime>,
        /// Whether the block gave receipts, be it by what fell due alone. [Q9]
        effect: bool,
    },
    /// A channel to a peer opened.
    Connected(ValidatorIndex),
    /// A channel to a peer closed.
    Disconnected(ValidatorIndex),
    /// Time passed; due at the latest at [`crate::Core::next_wakeup`].
    Tick,
}

/// Everything a core can ask of its shell. The order within one step's list is the order to act in.
#[derive(Clone, Debug)]
pub enum Output {
    /// Write these records in this order, sync, then answer `Persisted(token)`. Group commits may merge tokens.
    Persist {
        /// To be named when synced.
        token: Token,
        /// What to write.
        records: Vec<Record>,
    },
    /// Send to one peer.
    Send {
        /// The peer.
        to: ValidatorIndex,
        /// The message.
        message: Message,
    },
    /// Send to every connected peer, validators and observers alike.
    Broadcast(Message),
    /// Send to every connected validator.
    BroadcastToValidators(Message),
    /// Send an own, synced batch with its payload to every connected peer. [L1]
    BroadcastBatch {
        /// Name of the batch.
        digest: Hash,
    },
    /// The payload of the last `Seal` is batch `header` of the own lane; it is stored by the `Persist` that follows.
    Sealed(SignedHeader),
    /// An own batch is synced: its transactions may be acknowledged as accepted.
    OwnBatchSynced {
        /// Name of the batch.
        digest: Hash,
    },
    /// Own batches that can never be final any more: their transactions go back to where they came from. [L11]
    Abandoned {
        /// Names of the batches.
        digests: Vec<Hash>,
    },
    /// Batches of another's lane that can never be final any more: their owner may have lost them. [L14]
    Overtaken {
        /// Whose they are.
        lane: ValidatorIndex,
        /// Names of the batches.
        digests: Vec<Hash>,
    },
    /// A final block with its batches in execution order; every payload is stored. [X6]
    Deliver(FinalBlock),
    /// The epoch is over; this core signs nothing any more. Comes once, behind the delivery of the Terminal block. [T3][T4]
    EpochEnded(Handover),
    /// Something an operator must see.
    Alarm(Alarm),
}

/// A final block, ready for execution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FinalBlock {
    /// The block.
    pub block: SignedBlock,
    /// Its digest.
    pub digest: Hash,
    /// Its batches in the order of execution. [O1]
    pub batches: Vec<Hash>,
    /// The full cut after it, one (seq, digest) per lane: what a [`Journal`] needs as `delivered_cut`.
    pub cut: Vec<(Seq, Hash)>,
}

/// What an operator must see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Alarm {
    /// Two certificates contradict each other: more than f validators are faulty. This node has stopped.
    Conflict {
        /// View of the second finalization.
        view: View,
    },
    /// Own results contradict those in a final block: this node has stopped signing and executing. [X7]
    ResultsDiffer {
        /// Height of the difference.
        height: Height,
        /// What this node computed.
        own: Hash,
        /// What the network certified.
        certified: Hash,
        /// Whether it is the state root (else the receipts).
        state: bool,
    },
    /// This validator's key has signed what its record lacks: it signs nothing until it has rejoined. [J3]
    RecordContradicted {
        /// View of the statement.
        view: View,
        /// What was seen.
        what: &'static str,
    },
    /// Quarantine is over. [J5]
    Rejoined {
        /// First view in which this validator signs again.
        since: View,
    },
    /// A validator broke a rule and can be shown to have. [E3][E5]
    Offence {
        /// Who and what.
        culprit: Culprit,
        /// The final block that records it first; `None` when this node has just learnt of it.
        recorded: Option<Height>,
    },
    /// A peer sent something that does not hold. [M6]
    PeerFault {
        /// The peer.
        from: ValidatorIndex,
        /// What was wrong.
        what: &'static str,
    },
}

/// One durable fact.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Record {
    /// What was signed in a view, replacing the view's earlier record. [R1]
    View(View, ViewRecord),
    /// A batch header; the shell stores the payload with it.
    Batch(SignedHeader),
    /// A block, final or not.
    Block(SignedBlock),
    /// A certificate above the final view. [R5]
    Certificate(Certificate),
    /// An offence that no final block records yet. [E3]
    Evidence(Evidence),
    /// A finalization and the digest and height it makes final; the floor rises to its view. [R4]
    Final {
        /// The certificate.
        finalization: Certificate,
        /// Height of the block it names.
        height: Height,
    },
    /// The vote record was lost or contradicted, or is whole again; replaces the earlier statement. [J1][J5]
    Quarantine(Quarantine),
}

/// The last header a validator has signed in its own lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct LaneTip {
    /// Life of the lane.
    pub incarnation: u64,
    /// Position.
    pub seq: Seq,
    /// Digest of the header.
    pub digest: Hash,
}

/// What a core needs back after a restart; the shell reads it from the store. [R6]
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// The highest stored finalization whose block is stored too; `None` before the first.
    pub finalization: Option<Certificate>,
    /// Full cut of the restored block: (seq, digest) per lane; empty for genesis.
    pub delivered_cut: Vec<(Seq, Hash)>,
    /// The block whose state the shell restored; `None` for genesis. Final blocks above it are delivered again.
    pub delivered_block: Option<SignedBlock>,
    /// Every stored block above the delivered one, final or not, in any order.
    pub blocks: Vec<SignedBlock>,
    /// Every stored certificate above the final view.
    pub certificates: Vec<Certificate>,
    /// Every view record above the final view.
    pub views: BTreeMap<View, ViewRecord>,
    /// Every stored batch header above the delivered cut, and those at the cut itself.
    pub batches: Vec<SignedHeader>,
    /// Stored offences that no final block records, as far as the shell knows; more do no harm. [E3]
    pub evidence: Vec<Evidence>,
    /// Offences that final blocks up to the delivered one record. [E5]
    pub recorded: Vec<Culprit>,
    /// Own lane: the last header ever signed, highest by (incarnation, position). [L1]
    pub own_lane_tip: Option<LaneTip>,
    /// The last word on a lost or contradicted vote record. [J1]
    pub quarantine: Quarantine,
    /// Own results of recent heights, at least from `exec.executed` of the final block on: (height, results, state root of a checkpoint).
    pub results: Vec<(Height, Hash, Option<Hash>)>,
    /// Of these heights, those after which the state names a later set than this epoch's. [T1]
    pub next_sets: BTreeMap<Height, NextSet>,
    /// When the state at the delivered height changes by itself next. [Q9]
    pub next_due: Option<BlockTime>,
}

/// A picture of the core for status pages and tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// Current view.
    pub view: View,
    /// Highest final height.
    pub final_height: Height,
    /// Highest delivered height.
    pub delivered: Height,
    /// Highest executed height this core was told of.
    pub executed: Height,
    /// Leader of the current view.
    pub leader: ValidatorIndex,
    /// Current delay bound, microseconds.
    pub delay_us: u64,
    /// Own bytes not yet final.
    pub window_used_bytes: u64,
    /// Whether signing has stopped.
    pub stopped: bool,
    /// Whether this validator has lost its vote record and waits to sign again. [J1]
    pub quarantined: bool,
    /// Whether it has just started and waits to be told what its key has signed. [J2]
    pub recollecting: bool,
}
