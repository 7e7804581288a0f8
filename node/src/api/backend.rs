//! What the interface needs of a running node; `NodeHandle` is one, tests have a smaller one.
//!
//! Nothing here may block a thread of the interface: a backend moves disk reads and waiting elsewhere.

use std::future::Future;
use std::sync::Arc;

use sycee_api::Problem;
use sycee_consensus::{Certificate, Evidence, SignedBlock};
use sycee_contracts::{InstructionRecord, Ledger, ObjectProof, Receipt, registry::RegistryProof};
use sycee_primitives::{BlockTime, ChainId, Hash, Height, TransactionId};
use sycee_replica::{Epochs, ResultsRow, evidence::RecordedOffence};
use tokio::sync::watch;

/// Who this node is; fixed while it runs.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its network.
    pub chain_id: ChainId,
    /// The network's name.
    pub network: String,
    /// Its own name.
    pub node: String,
    /// Whether it ordered when it was started, or followed and re-executed.
    pub is_validator: bool,
    /// Its number in the directory, where the node has one.
    pub index: Option<u16>,
}

/// How far the node is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Heights {
    /// Highest executed height: what reads are answered from.
    pub executed: Height,
    /// Highest height whose results a final block states.
    pub certified: Height,
}

/// What an operator asks first.
#[derive(Clone, Debug)]
pub struct Health {
    /// Highest final height.
    pub final_height: Height,
    /// How far it is.
    pub heights: Heights,
    /// Current view; 0 on an observer.
    pub view: u64,
    /// Leader of the view.
    pub leader: u32,
    /// Other nodes it has a channel to.
    pub peers_connected: u32,
    /// Other nodes of the genesis.
    pub peers_known: u32,
    /// Whether it serves clients as it should.
    pub ready: bool,
    /// Why not, and what else an operator should see.
    pub notes: Vec<String>,
    /// Its estimate of block time.
    pub now: BlockTime,
}

/// What became of a submission that was not refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Submitted {
    /// Synced in this validator's lane.
    Accepted {
        /// The transaction.
        transaction: TransactionId,
        /// It was there already.
        repeated: bool,
    },
    /// Executed before; this is its outcome.
    Duplicate(InstructionRecord),
}

/// A final block as it is stored.
#[derive(Clone, Debug)]
pub struct StoredBlock {
    /// The block.
    pub block: SignedBlock,
    /// Its digest.
    pub digest: Hash,
    /// Receipts given in it, and payments and legs settled, when the node still has them at hand.
    pub counts: Option<(u32, u64)>,
}

/// Evidence, and its place in the chain if it has one.
pub type FoundOffence = (Evidence, Option<(Height, u16)>);

/// A running node as the interface sees it.
pub trait Backend: Send + Sync + 'static {
    /// Who it is.
    fn identity(&self) -> &Identity;

    /// All epochs that have begun, each with its validators.
    fn epochs(&self) -> Arc<Epochs>;

    /// How it is.
    fn health(&self) -> Health;

    /// How far it is, and every change of that.
    fn progress(&self) -> watch::Receiver<Heights>;

    /// Verifies and admits a transaction and waits until it is synced in the own lane.
    fn submit(&self, bytes: Vec<u8>) -> impl Future<Output = Result<Submitted, Problem>> + Send;

    /// Waits for the receipt of a transaction that is on its way.
    fn outcome(
        &self,
        transaction: TransactionId,
    ) -> impl Future<Output = Result<Receipt, Problem>> + Send;

    /// The receipt of an executed transaction.
    fn receipt(
        &self,
        transaction: TransactionId,
    ) -> impl Future<Output = Result<Option<Receipt>, Problem>> + Send;

    /// Canonical bytes of a certified receipt; `NotCertified` until its certificate exists.
    fn prove(
        &self,
        transaction: TransactionId,
    ) -> impl Future<Output = Result<Vec<u8>, Problem>> + Send;

    /// Canonical bytes of a registry entry with what certifies it; `NotCertified` until its certificate exists.
    fn certify_extract(
        &self,
        entry: RegistryProof,
    ) -> impl Future<Output = Result<Vec<u8>, Problem>> + Send;

    /// Canonical bytes of a certified object; `NotCertified` until a final block states its checkpoint, `None` when the first that
    /// could states a later one.
    fn prove_object(
        &self,
        object: ObjectProof,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, Problem>> + Send;

    /// Answers a question between two blocks.
    fn read<T, F>(&self, question: F) -> impl Future<Output = Result<T, Problem>> + Send
    where
        T: Send + 'static,
        F: FnOnce(&Ledger) -> T + Send + 'static;

    /// A final block.
    fn block(
        &self,
        height: Height,
    ) -> impl Future<Output = Result<Option<StoredBlock>, Problem>> + Send;

    /// The first finalization that names this height or one above it, with the height it names.
    fn finalization(
        &self,
        height: Height,
    ) -> impl Future<Output = Result<Option<(Height, Certificate)>, Problem>> + Send;

    /// The lowest height whose block and receipts the node keeps; 1 on an archive.
    fn lowest_height(&self) -> impl Future<Output = Result<Height, Problem>> + Send;

    /// Results of an executed height.
    fn results(
        &self,
        height: Height,
    ) -> impl Future<Output = Result<Option<ResultsRow>, Problem>> + Send;

    /// Recorded offences from a place in the chain on, at most so many.
    fn offences(
        &self,
        from: (Height, u16),
        limit: usize,
    ) -> impl Future<Output = Result<Vec<RecordedOffence>, Problem>> + Send;

    /// What this node can show and no final block records.
    fn pending_offences(&self) -> impl Future<Output = Result<Vec<Evidence>, Problem>> + Send;

    /// One offence by its id, with its place in the chain if it has one.
    fn offence(
        &self,
        id: Hash,
    ) -> impl Future<Output = Result<Option<FoundOffence>, Problem>> + Send;

    /// All metrics in the open text format.
    fn metrics(&self) -> String;
}
