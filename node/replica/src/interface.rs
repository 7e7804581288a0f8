//! The whole conversation of a replica with the world: events in, effects out.

use std::sync::Arc;

use sycee_consensus::{Alarm, Block, Config, Evidence, SignedBlock, Token, ValidatorIndex};
use sycee_contracts::{TableRoots, VerifiedTransaction};
use sycee_genesis::Genesis;
use sycee_primitives::{Hash, Height, SecretKey, TransactionId};
use sycee_storage::WriteSet;

use crate::batch::{BatchFault, VerifiedBatch};
use crate::evidence::invalid_transaction;
use crate::journal::SigningMark;
use crate::mempool::Offer;
use crate::message::{Class, PeerMessage, UnverifiedBatch};
use crate::rows::Cut;
use crate::serve::ServeRequest;
use crate::tables::StateDifference;

/// Who this replica is and how it fills its lane.
pub struct ReplicaConfig {
    /// For the ordering core.
    pub core: Config,
    /// Microseconds a transaction waits at most for company in its batch.
    pub batch_interval_us: u64,
    /// Bytes at which a batch closes.
    pub batch_bytes: u64,
}

impl ReplicaConfig {
    /// What a network's founders have chosen, for the node with this place and key, or for an observer.
    ///
    /// `challenge` is 32 bytes that no earlier process of this node has used. [J4]
    #[must_use]
    pub fn of(
        genesis: &Genesis,
        genesis_state_root: Hash,
        me: Option<(ValidatorIndex, SecretKey)>,
        challenge: Hash,
    ) -> ReplicaConfig {
        let parameters = &genesis.facts().parameters;
        let set = genesis.validator_set();
        ReplicaConfig {
            core: Config {
                me,
                parameters: parameters.consensus(),
                root: Block::genesis(&set, genesis.facts().time, genesis_state_root),
                set,
                last_token: Token(0),
                challenge,
                invalid_transaction,
            },
            batch_interval_us: u64::from(parameters.batch_interval_ms).saturating_mul(1_000),
            batch_bytes: parameters.batch_bytes.into(),
        }
    }
}

/// Everything that can happen to a replica.
#[derive(Debug)]
pub enum Event {
    /// Verified and admitted transactions of clients.
    ClientTransactions(Vec<VerifiedTransaction>),
    /// A decoded frame of a peer; peers at or above the set's size are observers.
    Message {
        /// Who is at the other end of the authenticated channel.
        from: ValidatorIndex,
        /// What it sent.
        message: PeerMessage,
    },
    /// Answer to [`Effect::VerifyBatch`].
    BatchVerified(Box<VerifiedBatch>),
    /// Answer to [`Effect::VerifyBatch`].
    BatchRefused {
        /// Name of the batch.
        digest: Hash,
        /// Who sent it.
        from: ValidatorIndex,
        /// What is wrong with it.
        fault: BatchFault,
    },
    /// Beside [`Event::BatchRefused`], when [`crate::bad_transaction`] shows that the batch's owner is to blame. [L3]
    Evidence(Box<Evidence>),
    /// Answer to [`Effect::LoadBatch`].
    BatchLoaded(Box<VerifiedBatch>),
    /// Everything up to this token is synced.
    Persisted(Token),
    /// Answer to [`Effect::Execute`].
    Executed(ExecutedSummary),
    /// A channel to a peer opened.
    Connected(ValidatorIndex),
    /// A channel to a peer closed.
    Disconnected(ValidatorIndex),
    /// Time passed; due at the latest at [`crate::Replica::next_wakeup`].
    Tick,
}

/// What the ordering side must know about an executed block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExecutedSummary {
    /// Its height.
    pub height: Height,
    /// Cumulative results.
    pub results: Hash,
    /// State root, when the height is a checkpoint.
    pub state_root: Option<Hash>,
    /// What the state root covers, for a node that must say where it differs.
    pub tables: Option<TableRoots>,
    /// Its batches.
    pub batches: Vec<Hash>,
}

/// Everything a replica can ask of its shell. The order within one step's list is the order to act in.
#[derive(Debug)]
pub enum Effect {
    /// Write these rows, sync, move the vote mark if there is one, then answer [`Event::Persisted`]. Groups may be merged.
    Persist {
        /// To be named when synced.
        token: Token,
        /// What to write.
        writes: WriteSet,
        /// How far this validator has signed by then.
        mark: Option<SigningMark>,
    },
    /// Send a frame to one peer.
    Send {
        /// The peer.
        to: ValidatorIndex,
        /// How urgent it is.
        class: Class,
        /// The bytes.
        frame: Arc<[u8]>,
    },
    /// Send a frame to every connected peer, observers too.
    Broadcast {
        /// How urgent it is.
        class: Class,
        /// The bytes.
        frame: Arc<[u8]>,
    },
    /// Send a frame to every connected validator.
    BroadcastToValidators {
        /// How urgent it is.
        class: Class,
        /// The bytes.
        frame: Arc<[u8]>,
    },
    /// Send a stored batch to every connected peer; its row is the frame.
    BroadcastStored {
        /// Name of the batch.
        digest: Hash,
    },
    /// Check a batch with [`crate::verify_batch`] on any thread; answer `BatchVerified` or `BatchRefused`.
    VerifyBatch {
        /// The batch.
        batch: UnverifiedBatch,
        /// Its name.
        digest: Hash,
        /// Who sent it.
        from: ValidatorIndex,
    },
    /// Read a stored batch with [`crate::load_batch`] on any thread; answer `BatchLoaded`.
    LoadBatch {
        /// Name of the batch.
        digest: Hash,
    },
    /// Answer a peer from the store with [`crate::answer`] on any thread; [`crate::Wanted::Offer`] and [`crate::Wanted::Chunk`] from
    /// the newest [`crate::Snapshot`]s, if there are any.
    Serve(ServeRequest),
    /// Execute a final block after all earlier ones; answer `Executed`.
    Execute(Box<ReadyBlock>),
    /// Write these rows of a state that is being taken over; they need be durable with the next sync only. [G5]
    Stage(WriteSet),
    /// A state was taken over: sync, stop, and start again from the store, where [`crate::install_snapshot`] comes first. [G5]
    Restart,
    /// What became of a client's transaction on its way into the lane.
    Offered {
        /// The transaction.
        transaction: TransactionId,
        /// What became of it.
        offer: Offer,
    },
    /// These are synced in the own lane: they may be acknowledged as accepted.
    Accepted(Vec<TransactionId>),
    /// Something an operator must see.
    Alarm(Alarm),
    /// The network certified another state root than this node computed: the node must stop. [X7]
    StateDiffers(Box<StateDifference>),
}

/// A final block with everything execution needs.
#[derive(Clone, Debug)]
pub struct ReadyBlock {
    /// The block.
    pub block: SignedBlock,
    /// Its digest.
    pub digest: Hash,
    /// Its batches in the order of execution. [O1]
    pub batches: Vec<Arc<VerifiedBatch>>,
    /// Full cut after it.
    pub cut: Cut,
}
