//! The whole conversation of a replica with the world: events in, effects out.

use std::sync::Arc;

use sycee_consensus::{
    Alarm, Block, Config, Evidence, NextSet, Parameters, SignedBlock, Token, ValidatorIndex,
    ValidatorSet,
};
use sycee_contracts::{TableRoots, VerifiedTransaction};
use sycee_genesis::Genesis;
use sycee_primitives::{BlockTime, Hash, Height, PublicKey, SecretKey, TransactionId};
use sycee_storage::WriteSet;

use crate::batch::{BatchFault, VerifiedBatch};
use crate::epochs::EpochFacts;
use crate::evidence::invalid_transaction;
use crate::journal::SigningMark;
use crate::mempool::Offer;
use crate::message::{Class, PeerMessage, UnverifiedBatch};
use crate::rows::Cut;
use crate::serve::ServeRequest;
use crate::tables::StateDifference;

/// Who this replica is and how it fills its lane.
pub struct ReplicaConfig {
    /// Number of the node in the network's directory.
    pub node: u16,
    /// The keys this node may sign with: in each epoch the one that the set names.
    pub keys: Vec<SecretKey>,
    /// Pace and sizes.
    pub parameters: Parameters,
    /// The block that epoch 0 begins with.
    pub genesis_root: Block,
    /// 32 bytes that no earlier process of this node has used. [J4]
    pub challenge: Hash,
    /// Microseconds a transaction waits at most for company in its batch.
    pub batch_interval_us: u64,
    /// Bytes at which a batch closes.
    pub batch_bytes: u64,
}

impl ReplicaConfig {
    /// What a network's founders have chosen, for the node with this number and these keys; an observer has none.
    ///
    /// `challenge` is 32 bytes that no earlier process of this node has used. [J4]
    #[must_use]
    pub fn of(
        genesis: &Genesis,
        genesis_state_root: Hash,
        node: u16,
        keys: Vec<SecretKey>,
        challenge: Hash,
    ) -> ReplicaConfig {
        let parameters = &genesis.facts().parameters;
        let set = genesis.validator_set();
        ReplicaConfig {
            node,
            keys,
            parameters: parameters.consensus(),
            genesis_root: Block::genesis(&set, genesis.facts().time, genesis_state_root),
            challenge,
            batch_interval_us: u64::from(parameters.batch_interval_ms).saturating_mul(1_000),
            batch_bytes: parameters.batch_bytes.into(),
        }
    }

    /// The core's part in one epoch, whose first token is above this one. [T5]
    #[must_use]
    pub fn core(&self, facts: &EpochFacts, last_token: Token) -> Config {
        let root = facts.root.as_ref().unwrap_or(&self.genesis_root);
        let epoch = facts.epoch().0.to_le_bytes();
        Config {
            set: facts.set.as_ref().clone(),
            me: facts.signer(self.node, &self.keys),
            parameters: self.parameters.clone(),
            root: root.clone(),
            last_token,
            challenge: Hash::of(&[&self.challenge.0, &epoch]),
            invalid_transaction,
        }
    }
}

/// Everything that can happen to a replica.
#[derive(Debug)]
pub enum Event {
    /// Verified and admitted transactions of clients.
    ClientTransactions(Vec<VerifiedTransaction>),
    /// A decoded frame of a peer.
    Message {
        /// Number of the node at the other end of the authenticated channel.
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
    /// The validators that the state names, once they are not those of the genesis. [T1]
    pub next: Option<NextSet>,
    /// When the state changes by itself next; it may lie in the past. [Q9]
    pub next_due: Option<BlockTime>,
    /// Whether the block gave receipts.
    pub effect: bool,
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
        /// How far this validator has signed by then, and with which key.
        mark: Option<(PublicKey, SigningMark)>,
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
    /// Send a frame to these nodes, the validators of the epoch; the own number among them is passed over.
    BroadcastToValidators {
        /// Their numbers.
        to: Arc<[u16]>,
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
        /// The validators of its epoch.
        set: Arc<ValidatorSet>,
    },
    /// Read a stored batch with [`crate::load_batch`] on any thread; answer `BatchLoaded`.
    LoadBatch {
        /// Name of the batch.
        digest: Hash,
        /// The validators of its epoch.
        set: Arc<ValidatorSet>,
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
    /// Another epoch has begun: these validators order from now on. [T6]
    EpochBegan(Box<EpochFacts>),
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
