//! A node without its body: mempool, lanes, journal, execution order, answers to peers, proofs. Pure: events in, effects out.
//!
//! It must never know libp2p, tonic, RocksDB, tokio or a clock; of the store it knows the trait. The node's runtime and the
//! simulator drive exactly this code.
//!
//! ```text
//!            Event                                                       Effect
//!   clients' transactions --+      +----------------------+      +--> Persist (rows, vote mark)  --> storage thread
//!   peers' frames ----------+----> | Replica::step        | -----+--> Send, Broadcast            --> network
//!   verified batches -------+      |   mempool  cache     |      +--> VerifyBatch, LoadBatch     --> pool
//!   persisted, executed ----+      |   Core     journal   |      +--> Execute                    --> Executor::execute
//!   tick -------------------+      +----------------------+      +--> Accepted, Alarm            --> clients, operators
//! ```
//! Spec: design 3-5, reliability 3.2; PROTOCOL.md where cited.

#![warn(missing_docs)]
#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "numbers of PROTOCOL.md stand in brackets, as everywhere"
)]

mod batch;
mod boot;
mod cache;
pub mod chain;
mod epochs;
pub mod evidence;
mod executor;
mod extract;
mod interface;
mod journal;
mod mempool;
mod message;
#[cfg(all(test, sycee_planted))]
mod planted;
mod proof;
mod prune;
mod replica;
mod rows;
mod serve;
mod snapshot;
mod tables;
#[cfg(test)]
mod testing;

pub use batch::{BatchFault, VerifiedBatch, load_batch, payload_root, verify_batch};
pub use boot::{BootError, Booted, Opened, boot, open};
pub use epochs::{EpochFacts, Epochs, handover};
pub use evidence::{bad_transaction, invalid_transaction};
pub use executor::{Executed, ExecutionError, Executor, put_row, stored_ledger, transactions_of};
pub use extract::{EXTRACT_BYTES_USUAL, RegistryExtract, VerifiedExtract, certify_extract};
pub use interface::{Effect, Event, ExecutedSummary, ReadyBlock, ReplicaConfig};
pub use journal::{
    JournalWriter, Loaded, SigningMark, genesis_cut, initial_rows, load_journal, quarantine_rows,
};
pub use mempool::{MEMPOOL_BYTES_MAX, MEMPOOL_TRANSACTIONS_MAX, Mempool, Offer};
pub use message::{
    BATCH_FRAME_BYTES_MAX, ChunkPlace, Class, MESSAGE_BYTES_MAX, PeerMessage, StateMessage,
    UnverifiedBatch, class_of, encode_batch, encode_chunk, encode_chunk_request, encode_core,
    encode_left_over, encode_offer, encode_offer_request, encode_table_roots,
    encode_table_roots_request,
};
pub use proof::{
    CertifiedReceipt, ProofError, ReceiptError, VerifiedReceipt, handovers_before,
    object::{CertifiedObject, VerifiedObject, certify_object},
    prove, signers, stored_receipt,
};
pub use prune::{RETAIN_BLOCKS_MIN, Retention, RetentionError, Slice, lowest_kept, prune_slice};
pub use replica::Replica;
pub use rows::{Cut, JournalError, ResultsRow, order_of};
pub use serve::{Answer, ServeRequest, Wanted, answer};
pub use snapshot::{
    InstallError, JoinProgress, SNAPSHOT_INTERVAL_MS, ShownStates, Snapshot, SnapshotOffer,
    install_snapshot,
};
pub use tables::{DifferingTables, StateDifference};
