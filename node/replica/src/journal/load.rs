//! What a restart reads: the journal for the core, and from where the ledger must be brought up again. [R6]

use std::collections::BTreeMap;

use sycee_consensus::{
    BatchHeader, Certificate, Exec, Journal, LaneTip, NextSet, Quarantine, Seq, SignedBlock,
    SignedHeader, ValidatorIndex, ValidatorSet, View, ViewRecord,
};
use sycee_primitives::{Epoch, Hash, Height, codec, planted};
use sycee_storage::{Family, Store, WriteSet, for_each_row};

use super::SigningMark;
use crate::epochs::{EpochFacts, Epochs};
use crate::executor::Executor;
use crate::interface::ExecutedSummary;
use crate::rows::{self, Cut, ExecutedRow, FinalRow, JournalError, PromiseRow, ResultsRow};
use crate::snapshot::{SnapshotOffer, Staged};

/// Everything the shell and the core need after a restart.
#[derive(Debug)]
pub struct Loaded {
    /// For the core.
    pub journal: Journal,
    /// How far the stored records say this validator has signed.
    pub mark: SigningMark,
    /// Whether any vote, batch or block of this node was ever recorded.
    pub is_empty: bool,
    pub(crate) open_blocks: BTreeMap<Hash, SignedBlock>,
    pub(crate) last_final: (Height, Hash),
    /// No record of a view below it is stored.
    pub(crate) lowest: View,
    /// Height up to which the ledger must be brought before the core is made: every batch up to it is stored.
    pub delivered: Height,
    /// Lowest height whose results the core may be asked for.
    pub(crate) certified: Height,
    /// A state that was being taken over.
    pub(crate) staged: Option<Staged>,
    /// Own batches with transactions that are not known to be ordered. [L14]
    pub(crate) promises: BTreeMap<Hash, PromiseRow>,
}

impl Loaded {
    /// Completes the core's results with those that replay has given anew.
    pub fn add_results(&mut self, summary: &ExecutedSummary) {
        let results = &mut self.journal.results;
        let known = results
            .iter()
            .any(|(height, _, _)| *height == summary.height);
        if summary.height >= self.certified && !known {
            results.push((summary.height, summary.results, summary.state_root));
            let later = summary.next.clone();
            let sets = &mut self.journal.next_sets;
            sets.extend(later.map(|next| (summary.height, next)));
        }
    }

    /// Tells the core what the ledger, brought up to the delivered height, will do by itself, and which validators it names.
    pub fn continue_from(&mut self, executor: &Executor, epochs: &Epochs) {
        self.journal.next_due = executor.next_due();
        let version = epochs.current().version;
        let sets = &mut self.journal.next_sets;
        // A state that was taken over has no rows of how its validators were named.
        sets.insert(self.delivered, executor.named().clone());
        sets.retain(|_, next| next.version > version);
    }
}

/// The cut before the first block. [L1]
#[must_use]
pub fn genesis_cut(set: &ValidatorSet) -> Cut {
    set.indexes()
        .map(|lane| (Seq(0), BatchHeader::lane_genesis(set, lane)))
        .collect()
}

/// The rows of a new folder: which network it belongs to.
#[must_use]
pub fn initial_rows(set: &ValidatorSet) -> WriteSet {
    let mut writes = WriteSet::new();
    writes.put(
        Family::Meta,
        rows::META_CHAIN,
        codec::encode(&set.chain().0),
    );
    writes
}

/// The row that keeps a validator from signing until others have told it where they stand. [J1]
#[must_use]
pub fn quarantine_rows(quarantine: &Quarantine) -> WriteSet {
    let mut writes = WriteSet::new();
    writes.put(
        Family::Meta,
        rows::META_QUARANTINE,
        codec::encode(quarantine),
    );
    writes
}

/// Reads the journal of the running epoch; an empty store gives the journal of a node that has done nothing.
///
/// # Errors
/// [`JournalError`] when the store fails, a row is damaged, or the folder belongs to another network.
pub fn load_journal(store: &dyn Store, epochs: &Epochs) -> Result<Loaded, JournalError> {
    let facts = epochs.current();
    let (set, epoch) = (facts.set.as_ref(), facts.epoch());
    require_chain(store, set)?;
    let open_blocks = load_open_blocks(store, epoch)?;
    let own_lane_tip: Option<LaneTip> = rows::read(store, "lane", Family::Meta, rows::META_LANE)?;
    let quarantine: Option<Quarantine> =
        rows::read(store, "quarantine", Family::Meta, rows::META_QUARANTINE)?;
    let mut journal = Journal {
        own_lane_tip,
        quarantine: quarantine.unwrap_or_default(),
        views: load_views(store, epoch)?,
        blocks: open_blocks.values().cloned().collect(),
        ..Journal::default()
    };
    let top = load_final(store, facts, &mut journal)?;
    journal.certificates = load_certificates(store, epoch, top.floor)?;
    journal.evidence = crate::evidence::pending(store)?;
    journal.recorded = crate::evidence::recorded(store)?;
    let (delivered, cut) = load_delivered(store, facts, top.last.0, &mut journal)?;
    journal.batches = load_batches(store, set, &cut)?;
    // A state that was taken over may lie above what the final block certifies.
    let from = top.certified.min(delivered);
    load_results(store, from, delivered, &mut journal)?;
    let lowest = journal.views.keys().copied().min();
    let lowest = lowest.unwrap_or(top.floor.next()).min(top.floor.next());
    let highest_view = journal.views.keys().next_back().copied();
    let barred = journal.quarantine.min_sign_view.0.saturating_sub(1);
    Ok(Loaded {
        mark: SigningMark {
            epoch,
            // Nothing below was or will be signed after a loss: the mark may stand anywhere there. [J5]
            view: highest_view
                .unwrap_or_default()
                .max(top.floor)
                .max(View(barred)),
            lane_incarnation: own_lane_tip.map_or(0, |tip| tip.incarnation),
            lane_seq: own_lane_tip.map_or(Seq(0), |tip| tip.seq),
        },
        is_empty: epoch == Epoch(0)
            && top.last.0 == Height(0)
            && own_lane_tip.is_none()
            && journal.views.is_empty()
            && journal.blocks.is_empty()
            && journal.batches.is_empty(),
        certified: top.certified,
        staged: load_staged(store)?,
        lowest,
        delivered,
        promises: load_promises(store)?,
        journal,
        open_blocks,
        last_final: top.last,
    })
}

/// What an earlier life has taken over of a checkpoint that is not whole. [G5]
fn load_staged(store: &dyn Store) -> Result<Option<Staged>, JournalError> {
    let offer: Option<SnapshotOffer> =
        rows::read(store, "offer", Family::Staging, rows::STAGED_OFFER)?;
    let Some(offer) = offer else {
        return Ok(None);
    };
    let mut chunks = Vec::new();
    for_each_row(store, Family::Staging, b"d", Some(b"e"), |key, _| {
        let chunk = rows::staged_chunk(&key);
        chunks.push(chunk.ok_or_else(|| rows::damaged("staged", &key, "it is of no table"))?);
        Ok::<(), JournalError>(())
    })?;
    Ok(Some(Staged { offer, chunks }))
}

/// How far finality is in the running epoch.
struct Top {
    last: (Height, Hash),
    floor: View,
    certified: Height,
}

fn load_final(
    store: &dyn Store,
    facts: &EpochFacts,
    journal: &mut Journal,
) -> Result<Top, JournalError> {
    let certified = |exec: Exec| exec.executed.min(exec.checkpoint);
    let row: Option<FinalRow> = rows::read(store, "final", Family::Meta, rows::META_FINAL)?;
    let Some(row) = row.filter(|row| row.epoch == facts.epoch()) else {
        let root = facts.root.as_ref();
        return Ok(Top {
            last: root.map_or((Height(0), Hash::ZERO), |root| {
                (root.height, root.digest(&facts.set))
            }),
            floor: View(0),
            certified: root.map_or(Height(0), |root| certified(root.exec)),
        });
    };
    let key = rows::block_key(row.height, &row.digest);
    let block: SignedBlock = rows::require(store, "block", Family::Blocks, &key)?;
    let seal = rows::read(store, "seal", Family::Meta, rows::META_SEAL)?;
    journal.finalization = match seal {
        Some(seal) => Some(seal),
        None => {
            let key = rows::finalization_key(row.height);
            let row = rows::require(store, "finalization", Family::Certificates, &key)?;
            Some(row)
        }
    };
    Ok(Top {
        last: (row.height, row.digest),
        floor: row.view,
        certified: certified(block.block.exec),
    })
}

/// Own batches whose transactions were accepted and are not known to be ordered, of whatever epoch. [L14]
pub(crate) fn load_promises(store: &dyn Store) -> Result<BTreeMap<Hash, PromiseRow>, JournalError> {
    let mut promises = BTreeMap::new();
    let (from, to) = rows::PROMISES;
    for_each_row(store, Family::Index, from, Some(to), |key, value| {
        let digest = key.get(1..).and_then(|digest| digest.try_into().ok());
        let digest = digest.ok_or_else(|| rows::damaged("promise", &key, "its key is cut"))?;
        promises.insert(Hash(digest), rows::parse("promise", &key, &value)?);
        Ok::<(), JournalError>(())
    })?;
    Ok(promises)
}

fn require_chain(store: &dyn Store, set: &ValidatorSet) -> Result<(), JournalError> {
    let found: Option<Hash> = rows::read(store, "chain", Family::Meta, rows::META_CHAIN)?;
    match found {
        Some(found) if found != set.chain().0 => Err(JournalError::WrongChain {
            found,
            expected: set.chain().0,
        }),
        Some(_) | None => Ok(()),
    }
}

fn load_open_blocks(
    store: &dyn Store,
    epoch: Epoch,
) -> Result<BTreeMap<Hash, SignedBlock>, JournalError> {
    let mut blocks = BTreeMap::new();
    let from = rows::open_blocks_of(epoch);
    let to = rows::open_blocks_of(Epoch(epoch.0.saturating_add(1)));
    for_each_row(store, Family::Index, &from, Some(&to), |key, height| {
        let digest = key
            .get(rows::OPEN_DIGEST_AT..)
            .and_then(|digest| digest.try_into().ok());
        let digest = digest.ok_or_else(|| rows::damaged("open block", &key, "its key is cut"))?;
        let digest = Hash(digest);
        let height = height.as_slice().try_into().map(u64::from_be_bytes);
        let height =
            height.map_err(|_| rows::damaged("open block", &key, "its value is no height"))?;
        let block_key = rows::block_key(Height(height), &digest);
        let block = rows::require(store, "block", Family::Blocks, &block_key)?;
        blocks.insert(digest, block);
        Ok::<(), JournalError>(())
    })?;
    Ok(blocks)
}

fn load_views(store: &dyn Store, epoch: Epoch) -> Result<BTreeMap<View, ViewRecord>, JournalError> {
    let mut views = BTreeMap::new();
    let from = rows::votes_of(epoch);
    let to = rows::votes_of(Epoch(epoch.0.saturating_add(1)));
    for_each_row(store, Family::Votes, &from, Some(&to), |key, value| {
        let view = key.get(8..).and_then(|view| view.try_into().ok());
        let view = view.map(u64::from_be_bytes);
        let view = view.ok_or_else(|| rows::damaged("vote", &key, "its key is no view"))?;
        if !planted!("R6-odd") || !view.is_multiple_of(2) {
            views.insert(View(view), rows::parse("vote", &key, &value)?);
        }
        Ok::<(), JournalError>(())
    })?;
    Ok(views)
}

/// Certificates above the final view; those below are kept for others to ask for. [R5][E8]
fn load_certificates(
    store: &dyn Store,
    epoch: Epoch,
    floor: View,
) -> Result<Vec<Certificate>, JournalError> {
    let mut certificates = Vec::new();
    let next = Epoch(epoch.0.saturating_add(1));
    for_each_row(
        store,
        Family::Certificates,
        &rows::certificates_from(epoch, floor.next()),
        Some(&rows::certificates_from(next, View(0))),
        |key, value| {
            certificates.push(rows::parse("certificate", &key, &value)?);
            Ok::<(), JournalError>(())
        },
    )?;
    Ok(certificates)
}

/// Finds the highest final block all of whose batches are stored, upwards from the last that is known to be executed.
fn load_delivered(
    store: &dyn Store,
    facts: &EpochFacts,
    final_height: Height,
    journal: &mut Journal,
) -> Result<(Height, Cut), JournalError> {
    let set = facts.set.as_ref();
    let known: Option<ExecutedRow> =
        rows::read(store, "executed", Family::Meta, rows::META_EXECUTED)?;
    // [T6] Everything of earlier epochs was executed before this one began.
    let known = known.filter(|row| row.epoch == facts.epoch());
    let begins_above = facts.begins_above();
    let (mut at, mut cut) = known.map_or_else(
        || (begins_above, genesis_cut(set)),
        |row| (row.height, row.cut),
    );
    let mut waiting = false;
    for height in at.0.saturating_add(1)..=final_height.0 {
        let block = block_at(store, Height(height))?;
        if !waiting && new_batches(store, set, &cut, &block)?.is_some() {
            apply_cut(&mut cut, &block);
            at = Height(height);
        } else {
            waiting = true;
            journal.blocks.push(block);
        }
    }
    if at > begins_above {
        journal.delivered_block = Some(block_at(store, at)?);
        journal.delivered_cut.clone_from(&cut);
    }
    Ok((at, cut))
}

pub(crate) fn apply_cut(cut: &mut Cut, block: &SignedBlock) {
    for entry in &block.block.cut {
        if let Some(tip) = cut.get_mut(entry.lane.usize()) {
            *tip = (entry.seq, entry.digest);
        }
    }
}

/// The final block of a height.
pub(crate) fn block_at(store: &dyn Store, height: Height) -> Result<SignedBlock, JournalError> {
    let digest: Hash = rows::require(store, "height", Family::Index, &rows::height_key(height))?;
    rows::require(
        store,
        "block",
        Family::Blocks,
        &rows::block_key(height, &digest),
    )
}

/// The new batches of a block in each lane, given the cut before it; `None` when one is not stored.
pub(crate) fn new_batches(
    store: &dyn Store,
    set: &ValidatorSet,
    before: &Cut,
    block: &SignedBlock,
) -> Result<Option<Vec<Vec<Hash>>>, JournalError> {
    let mut lanes = vec![Vec::new(); set.size()];
    for entry in &block.block.cut {
        let Some((from, parent)) = before.get(entry.lane.usize()) else {
            return Ok(None);
        };
        let headers = lane_headers(
            store,
            set.epoch(),
            entry.lane,
            from.0.saturating_add(1),
            Some(entry.seq),
        )?;
        let mut path = Vec::new();
        let mut digest = entry.digest;
        while let Some(header) = headers.get(&digest) {
            path.push(digest);
            digest = header.header.parent;
        }
        let whole = digest == *parent && path.len() as u64 == entry.seq.0.saturating_sub(from.0);
        if !whole {
            return Ok(None);
        }
        path.reverse();
        if let Some(lane) = lanes.get_mut(entry.lane.usize()) {
            *lane = path;
        }
    }
    Ok(Some(lanes))
}

/// Stored headers of a lane from one position on, up to and including another, by digest.
fn lane_headers(
    store: &dyn Store,
    epoch: Epoch,
    lane: ValidatorIndex,
    from: u64,
    to: Option<Seq>,
) -> Result<BTreeMap<Hash, SignedHeader>, JournalError> {
    let mut headers = BTreeMap::new();
    let end = to.map_or_else(
        || rows::lane_end(epoch, lane),
        |to| rows::lane_from(epoch, lane, Seq(to.0.saturating_add(1))),
    );
    let start = rows::lane_from(epoch, lane, Seq(from));
    if start >= end {
        return Ok(headers);
    }
    for_each_row(store, Family::Index, &start, Some(&end), |key, value| {
        let digest = key
            .get(rows::LANE_DIGEST_AT..)
            .and_then(|digest| digest.try_into().ok());
        let digest = digest.ok_or_else(|| rows::damaged("lane", &key, "its key is cut"))?;
        headers.insert(Hash(digest), rows::parse("lane", &key, &value)?);
        Ok::<(), JournalError>(())
    })?;
    Ok(headers)
}

/// Every stored header above a cut and the one at it, in lane order. [L10]
fn load_batches(
    store: &dyn Store,
    set: &ValidatorSet,
    cut: &Cut,
) -> Result<Vec<SignedHeader>, JournalError> {
    let mut batches = Vec::new();
    for (lane, (seq, tip)) in set.indexes().zip(cut) {
        let headers = lane_headers(store, set.epoch(), lane, seq.0, None)?;
        let of_cut = headers
            .into_iter()
            .filter(|(digest, header)| header.header.seq > *seq || digest == tip);
        let mut of_lane: Vec<SignedHeader> = of_cut.map(|(_, header)| header).collect();
        of_lane.sort_by_key(|header| header.header.seq);
        batches.extend(of_lane);
    }
    Ok(batches)
}

/// Own results from the height the final block certifies up to the delivered one, and the sets that the state named after them.
fn load_results(
    store: &dyn Store,
    from: Height,
    delivered: Height,
    journal: &mut Journal,
) -> Result<(), JournalError> {
    let (start, end) = (
        rows::number(from.0),
        rows::number(delivered.0.saturating_add(1)),
    );
    if start >= end {
        return Ok(());
    }
    for_each_row(store, Family::Results, &start, Some(&end), |key, value| {
        let height = key.as_slice().try_into().map(u64::from_be_bytes);
        let height = height.map_err(|_| rows::damaged("results", &key, "its key is no height"))?;
        let row: ResultsRow = rows::parse("results", &key, &value)?;
        let results = (Height(height), row.results, row.state_root);
        journal.results.push(results);
        if row.set_version > 0 {
            let key = rows::next_set_key(row.set_version);
            let next: NextSet = rows::require(store, "validators", Family::Index, &key)?;
            journal.next_sets.insert(Height(height), next);
        }
        Ok::<(), JournalError>(())
    })
}
