//! Where each durable fact lies in the store: families, keys, values. The one page that knows the layout.
//!
//! ```text
//!   votes         epoch view                  ViewRecord                      synced   dropped at or below the final view
//!   batches       digest                      batch frame                     synced
//!   index         'L' epoch lane seq digest   SignedHeader                    synced
//!   index         'N' version                 NextSet named by the state      synced with the next group
//!   index         'X' epoch                   EpochRow: how it ended          synced   kept for ever
//!   blocks        height digest               SignedBlock                     synced   dropped when another became final
//!   index         'V' epoch view digest       height; stored, not final yet   synced   dropped when final or overtaken; of Padding
//!                                                                                      when the epoch has ended
//!   index         'H' height                  digest of the final block       synced
//!   index         'E' offence                 Evidence no final block records synced   dropped when a final block records it
//!   index         'O' offence                 OffenceRow                      synced   of the first final block that records it
//!   index         'P' height place            Culprit                         synced   the same, in the order of the chain
//!   index         'W' digest                  PromiseRow of an own batch      synced   dropped when what it accepted is ordered [L14]
//!   certificates  'V' epoch view kind         Certificate                     synced   kept for the retention time [E8]
//!   certificates  'F' height                  finalization of that very block synced
//!   results       height                      ResultsRow                      synced with the next group
//!   meta          chain, final, lane, quarantine, executed                    synced
//!   meta          seal                        finalization over Padding       synced   dropped when the epoch has ended
//!   meta          flushed                     FlushedRow                      with the rows it speaks of
//!   meta          pruned                      PrunedRow                       with the rows that go
//!   meta          offered                     heights of the checkpoints that are offered to peers, with the flush at the last one
//!   state         table row                   row of the ledger               derived
//!   identifiers   table row                   row of the ledger               derived  kept for ever
//!   staging       'o'                         Offer that is being taken over
//!   staging       'd' table chunk             nothing: the chunk is verified  with the chunk
//!   staging       'c' table chunk             Chunk                           until the state is taken over
//!   staging       'w'                         nothing: every chunk is there   with or after the last chunk
//!   receipts      't' transaction height      Receipt                         derived
//!   receipts      'h' height                  ReceiptsRow                     derived
//! ```
//! What belongs to a height is also dropped when the retention has passed it (`prune.rs`): batches, blocks, the rows 'L', 'H' and 'F',
//! results, receipts. The rest is bounded by itself, or kept for ever.
//!
//! Numbers in keys are big-endian, so that order on disk is order in the ledger.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Evidence, Seq, ValidatorIndex, View, VoteKind};
use sycee_contracts::Table;
use sycee_primitives::{Epoch, Hash, Height, TransactionId, codec, domain::Domain};
use sycee_storage::{Family, Store, StoreError, WriteSet};
use thiserror::Error;

/// Largest row read here: a batch; everything else is far below.
const ROW_BYTES_MAX: usize = sycee_storage::VALUE_BYTES_MAX;

pub(crate) const META_CHAIN: &[u8] = b"chain";
pub(crate) const META_FINAL: &[u8] = b"final";
pub(crate) const META_LANE: &[u8] = b"lane";
pub(crate) const META_QUARANTINE: &[u8] = b"quarantine";
pub(crate) const META_EXECUTED: &[u8] = b"executed";
pub(crate) const META_SEAL: &[u8] = b"seal";
pub(crate) const META_FLUSHED: &[u8] = b"flushed";
pub(crate) const META_PRUNED: &[u8] = b"pruned";
pub(crate) const META_OFFERED: &[u8] = b"offered";

pub(crate) const STAGED_OFFER: &[u8] = b"o";
pub(crate) const STAGED_WHOLE: &[u8] = b"w";

/// Why stored rows cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The store itself failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row is there but cannot be what this program wrote.
    #[error("the {what} row {key} is damaged: {why}")]
    Damaged {
        /// Which kind of row.
        what: &'static str,
        /// Its key in hexadecimal.
        key: String,
        /// What is wrong.
        why: String,
    },
    /// A row that another row promises is not there.
    #[error("the {what} {key} is missing although other rows name it")]
    Missing {
        /// Which kind of row.
        what: &'static str,
        /// Its name.
        key: String,
    },
    /// The height was there once and is kept no longer.
    #[error("height {height} is pruned, the lowest height kept is {lowest}")]
    Pruned {
        /// The height asked for.
        height: Height,
        /// The lowest height that is still there.
        lowest: Height,
    },
    /// The folder belongs to another network.
    #[error("the folder belongs to network {found}, the genesis describes {expected}")]
    WrongChain {
        /// Network of the folder.
        found: Hash,
        /// Network of the genesis.
        expected: Hash,
    },
}

impl JournalError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            JournalError::Store(error) => error.code(),
            JournalError::Damaged { .. } => "JOURNAL_DAMAGED",
            JournalError::Missing { .. } => "JOURNAL_INCOMPLETE",
            JournalError::Pruned { .. } => "JOURNAL_PRUNED",
            JournalError::WrongChain { .. } => "JOURNAL_WRONG_CHAIN",
        }
    }

    /// What the operator should do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            JournalError::Store(error) => error.remedy(),
            JournalError::Damaged { .. } | JournalError::Missing { .. } => {
                "Keep the folder for analysis and check the disk. Never start from an empty folder with the same signing key."
            }
            JournalError::Pruned { .. } => "Ask for a later height, or ask an archive.",
            JournalError::WrongChain { .. } => {
                "Give the genesis file the folder was initialised with, or another folder."
            }
        }
    }
}

/// An own batch whose transactions were accepted and are not known to be ordered. [L14]
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct PromiseRow {
    /// The epoch of its lane.
    pub(crate) epoch: Epoch,
    /// The rows of its lane are gone, so nothing else names its payload: that goes with this row.
    pub(crate) is_apart: bool,
}

/// The highest final block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct FinalRow {
    pub(crate) epoch: Epoch,
    pub(crate) height: Height,
    pub(crate) digest: Hash,
    pub(crate) view: View,
}

/// An offence as the first final block that records it shows it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct OffenceRow {
    pub(crate) height: Height,
    pub(crate) place: u16,
    pub(crate) evidence: Evidence,
}

/// A full cut: the last batch of every lane, (0, lane genesis) where there is none.
pub type Cut = Vec<(Seq, Hash)>;

/// What the state root certifies of the order: the last batch of every lane, from which a node that takes the state over goes on.
#[must_use]
pub fn order_of(cut: &Cut) -> Hash {
    Domain::Order.hash(&[&codec::encode(cut)])
}

/// A height whose block was executed, with the full cut there: where a restart begins to look upwards.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct ExecutedRow {
    pub(crate) height: Height,
    /// Whose lanes the cut is of.
    pub(crate) epoch: Epoch,
    pub(crate) cut: Cut,
}

/// Up to where the derived rows reach.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct FlushedRow {
    pub(crate) height: Height,
    /// Whose lanes the cut is of.
    pub(crate) epoch: Epoch,
    pub(crate) state_root: Hash,
    pub(crate) cut: Cut,
}

/// Up to where heights were pruned.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct PrunedRow {
    /// Everything of this height and below is gone, but for its results row.
    pub(crate) height: Height,
    /// Whose lanes the cut is of.
    pub(crate) epoch: Epoch,
    /// The full cut there: batches at or below it are gone.
    pub(crate) cut: Cut,
}

/// The receipts of a height: what proves one, and what finds them when they are pruned.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct ReceiptsRow {
    /// Leaves of the receipts tree.
    pub(crate) leaves: Vec<Hash>,
    /// Their transactions, in the same order.
    pub(crate) transactions: Vec<TransactionId>,
}

/// What execution of one height gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ResultsRow {
    /// Cumulative results up to the height.
    pub results: Hash,
    /// Root over the height's receipts.
    pub receipts_root: Hash,
    /// State root, when the height is a checkpoint.
    pub state_root: Option<Hash>,
    /// Version of the validators that the state names.
    pub set_version: u64,
}

pub(crate) fn number(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// Key of a row of the ledger.
pub(crate) fn state_key(table: Table, key: &[u8]) -> Vec<u8> {
    join(&[&[table.number()], key])
}

/// Where the rows of a table of the ledger lie.
pub(crate) fn family_of(table: Table) -> Family {
    if table.is_looked_up() {
        Family::Identifiers
    } else {
        Family::State
    }
}

/// Key of a chunk that is being taken over.
pub(crate) fn staged_key(table: Table, chunk: u64) -> Vec<u8> {
    join(&[b"c", &[table.number()], &number(chunk)])
}

/// Key of the row that says that a chunk is there.
pub(crate) fn staged_mark(table: Table, chunk: u64) -> Vec<u8> {
    join(&[b"d", &[table.number()], &number(chunk)])
}

/// All such rows of a table: from the first key, below the second.
pub(crate) fn staged_marks_of(table: Table) -> (Vec<u8>, Vec<u8>) {
    let end = table.number().saturating_add(1);
    (join(&[b"d", &[table.number()]]), join(&[b"d", &[end]]))
}

/// The chunk that such a row is about.
pub(crate) fn staged_chunk(key: &[u8]) -> Option<(Table, u64)> {
    let (table, chunk) = key.strip_prefix(b"d")?.split_first()?;
    let chunk = chunk.try_into().ok().map(u64::from_be_bytes)?;
    Some((Table::from_number(*table)?, chunk))
}

pub(crate) fn block_key(height: Height, digest: &Hash) -> Vec<u8> {
    join(&[&number(height.0), &digest.0])
}

pub(crate) fn epoch_key(epoch: Epoch) -> Vec<u8> {
    join(&[b"X", &number(epoch.0)])
}

/// Key of the validators that the state names under a version.
pub(crate) fn next_set_key(version: u64) -> Vec<u8> {
    join(&[b"N", &number(version)])
}

pub(crate) fn vote_key(epoch: Epoch, view: View) -> Vec<u8> {
    join(&[&number(epoch.0), &number(view.0)])
}

/// The first key of an epoch's votes.
pub(crate) fn votes_of(epoch: Epoch) -> Vec<u8> {
    number(epoch.0).to_vec()
}

pub(crate) fn lane_from(epoch: Epoch, lane: ValidatorIndex, seq: Seq) -> Vec<u8> {
    join(&[
        b"L",
        &number(epoch.0),
        &lane.0.to_be_bytes(),
        &number(seq.0),
    ])
}

pub(crate) fn lane_key(epoch: Epoch, lane: ValidatorIndex, seq: Seq, digest: &Hash) -> Vec<u8> {
    join(&[&lane_from(epoch, lane, seq), &digest.0])
}

/// The first key behind all rows of a lane.
pub(crate) fn lane_end(epoch: Epoch, lane: ValidatorIndex) -> Vec<u8> {
    let next = u32::from(lane.0).saturating_add(1).to_be_bytes();
    match next {
        [0, 0, high, low] => join(&[b"L", &number(epoch.0), &[high, low]]),
        _ => lanes_of(Epoch(epoch.0.saturating_add(1))),
    }
}

/// The first key of the rows of an epoch's lanes.
pub(crate) fn lanes_of(epoch: Epoch) -> Vec<u8> {
    join(&[b"L", &number(epoch.0)])
}

/// The rows of a lane above one position, up to and including another.
pub(crate) fn lane_span(epoch: Epoch, lane: u16, above: Seq, through: Seq) -> (Vec<u8>, Vec<u8>) {
    let lane = ValidatorIndex(lane);
    let from = Seq(above.0.saturating_add(1));
    let to = Seq(through.0.saturating_add(1)).max(from);
    (lane_from(epoch, lane, from), lane_from(epoch, lane, to))
}

/// Where the digest begins in the key of a lane's row.
pub(crate) const LANE_DIGEST_AT: usize = 19;

/// The batch that a row of a lane names.
pub(crate) fn lane_digest(key: &[u8]) -> Result<Hash, JournalError> {
    let digest = key
        .get(LANE_DIGEST_AT..)
        .and_then(|digest| digest.try_into().ok());
    digest
        .map(Hash)
        .ok_or_else(|| damaged("lane", key, "its key is cut"))
}

/// Where the digest begins in the key of a block that is not final.
pub(crate) const OPEN_DIGEST_AT: usize = 17;

pub(crate) fn open_block_key(epoch: Epoch, view: View, digest: &Hash) -> Vec<u8> {
    join(&[b"V", &number(epoch.0), &number(view.0), &digest.0])
}

/// The first key of the blocks of an epoch that are not final.
pub(crate) fn open_blocks_of(epoch: Epoch) -> Vec<u8> {
    join(&[b"V", &number(epoch.0)])
}

/// The first key of blocks that are not final of a view; all of lower views lie before it.
pub(crate) fn open_blocks_from(epoch: Epoch, view: View) -> Vec<u8> {
    join(&[b"V", &number(epoch.0), &number(view.0)])
}

pub(crate) fn height_key(height: Height) -> Vec<u8> {
    join(&[b"H", &number(height.0)])
}

pub(crate) fn certificate_key(epoch: Epoch, view: View, kind: VoteKind) -> Vec<u8> {
    let kind = match kind {
        VoteKind::Notarize => b"n",
        VoteKind::Nullify => b"u",
        VoteKind::Finalize => b"f",
    };
    join(&[b"V", &number(epoch.0), &number(view.0), kind])
}

/// The first key of the certificates of a view; all of lower views of the epoch lie before it.
pub(crate) fn certificates_from(epoch: Epoch, view: View) -> Vec<u8> {
    join(&[b"V", &number(epoch.0), &number(view.0)])
}

pub(crate) fn pending_key(offence: &Hash) -> Vec<u8> {
    join(&[b"E", &offence.0])
}

pub(crate) fn offence_key(offence: &Hash) -> Vec<u8> {
    join(&[b"O", &offence.0])
}

/// Key of the row that says that an own batch has transactions to be ordered.
pub(crate) fn promise_key(batch: &Hash) -> Vec<u8> {
    join(&[b"W", &batch.0])
}

/// A promise whose lane rows go: its payload stays until it is kept, and goes with it.
pub(crate) fn set_apart(promise: PromiseRow, batch: &Hash, writes: &mut WriteSet) {
    let row = PromiseRow {
        is_apart: true,
        ..promise
    };
    writes.put(Family::Index, promise_key(batch), codec::encode(&row));
}

/// All such rows: from the first key, below the second.
pub(crate) const PROMISES: (&[u8], &[u8]) = (b"W", b"X");

pub(crate) fn offence_place_key(height: Height, place: u16) -> Vec<u8> {
    join(&[b"P", &number(height.0), &place.to_be_bytes()])
}

pub(crate) fn finalization_key(height: Height) -> Vec<u8> {
    join(&[b"F", &number(height.0)])
}

pub(crate) fn receipt_key(transaction: &Hash, height: Height) -> Vec<u8> {
    join(&[b"t", &transaction.0, &number(height.0)])
}

pub(crate) fn receipts_key(height: Height) -> Vec<u8> {
    join(&[b"h", &number(height.0)])
}

/// Reads a value out of a row.
pub(crate) fn parse<T: BorshSerialize + BorshDeserialize>(
    what: &'static str,
    key: &[u8],
    value: &[u8],
) -> Result<T, JournalError> {
    codec::decode(value, ROW_BYTES_MAX).map_err(|error| damaged(what, key, error.to_string()))
}

pub(crate) fn damaged(what: &'static str, key: &[u8], why: impl Into<String>) -> JournalError {
    JournalError::Damaged {
        what,
        key: sycee_primitives::hash::to_hex(key),
        why: why.into(),
    }
}

/// Reads one row, if it is there.
pub(crate) fn read<T: BorshSerialize + BorshDeserialize>(
    store: &dyn Store,
    what: &'static str,
    family: Family,
    key: &[u8],
) -> Result<Option<T>, JournalError> {
    store
        .get(family, key)?
        .map(|value| parse(what, key, &value))
        .transpose()
}

/// Reads one row that must be there.
pub(crate) fn require<T: BorshSerialize + BorshDeserialize>(
    store: &dyn Store,
    what: &'static str,
    family: Family,
    key: &[u8],
) -> Result<T, JournalError> {
    read(store, what, family, key)?.ok_or_else(|| JournalError::Missing {
        what,
        key: sycee_primitives::hash::to_hex(key),
    })
}
