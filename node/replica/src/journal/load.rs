//! What a restart reads: the journal for the core, and from where the ledger must be brought up again. [R6]

use std::collections::BTreeMap;

use sycee_consensus::{
    BatchHeader, Certificate, Journal, LaneTip, Quarantine, Seq, SignedBlock, SignedHeader,
    ValidatorIndex, ValidatorSet, View, ViewRecord,
};
use sycee_primitives::{Hash, Height, codec, planted};
use sycee_storage::{Family, Store, WriteSet, for_each_row};

use super::SigningMark;
use crate::interface::ExecutedSummary;
use crate::rows::{self, Cut, ExecutedRow, FinalRow, JournalError, ResultsRow};
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
        }
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

/// Reads the journal of a store; an empty store gives the journal of a node that has done nothing.
///
/// # Errors
/// [`JournalError`] when the store fails, a row is damaged, or the folder belongs to another network.
pub fn load_journal(store: &dyn Store, set: &ValidatorSet) -> Result<Loaded, JournalError> {
    require_chain(store, set)?;
    let final_row: Option<FinalRow> = rows::read(store, "final", Family::Meta, rows::META_FINAL)?;
    let open_blocks = load_open_blocks(store)?;
    let views = load_views(store)?;
    let own_lane_tip: Option<LaneTip> = rows::read(store, "lane", Family::Meta, rows::META_LANE)?;
    let quarantine: Option<Quarantine> =
        rows::read(store, "quarantine", Family::Meta, rows::META_QUARANTINE)?;
    let quarantine = quarantine.unwrap_or_default();
    let mut journal = Journal {
        own_lane_tip,
        quarantine,
        ..Journal::default()
    };
    let lowest = views.keys().copied().min();
    let highest_view = views.keys().next_back().copied().unwrap_or_default();
    journal.views = views;
    journal.blocks = open_blocks.values().cloned().collect();
    let mut last_final = (Height(0), Hash::ZERO);
    let mut floor = View(0);
    let mut certified = Height(0);
    if let Some(row) = final_row {
        let key = rows::block_key(row.height, &row.digest);
        let block: SignedBlock = rows::require(store, "block", Family::Blocks, &key)?;
        let key = rows::finalization_key(row.height);
        journal.finalization = Some(rows::require(
            store,
            "finalization",
            Family::Certificates,
            &key,
        )?);
        certified = block.block.exec.executed.min(block.block.exec.checkpoint);
        last_final = (row.height, row.digest);
        floor = row.view;
    }
    journal.certificates = load_certificates(store, floor)?;
    journal.evidence = crate::evidence::pending(store)?;
    journal.recorded = crate::evidence::recorded(store)?;
    let (delivered, cut) = load_delivered(store, set, last_final.0, &mut journal)?;
    journal.batches = load_batches(store, set, &cut)?;
    // A state that was taken over may lie above what the final block certifies.
    journal.results = load_results(store, certified.min(delivered), delivered)?;
    let lowest = lowest.unwrap_or(floor.next()).min(floor.next());
    Ok(Loaded {
        mark: SigningMark {
            epoch: set.epoch(),
            // Nothing below was or will be signed after a loss: the mark may stand anywhere there. [J5]
            view: highest_view
                .max(floor)
                .max(View(quarantine.min_sign_view.0.saturating_sub(1))),
            lane_incarnation: own_lane_tip.map_or(0, |tip| tip.incarnation),
            lane_seq: own_lane_tip.map_or(Seq(0), |tip| tip.seq),
        },
        is_empty: final_row.is_none()
            && own_lane_tip.is_none()
            && journal.views.is_empty()
            && journal.blocks.is_empty()
            && journal.batches.is_empty(),
        certified,
        staged: load_staged(store)?,
        lowest,
        delivered,
        journal,
        open_blocks,
        last_final,
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

fn load_open_blocks(store: &dyn Store) -> Result<BTreeMap<Hash, SignedBlock>, JournalError> {
    let mut blocks = BTreeMap::new();
    for_each_row(store, Family::Index, b"V", Some(b"W"), |key, height| {
        let digest = key.get(9..).and_then(|digest| digest.try_into().ok());
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

fn load_views(store: &dyn Store) -> Result<BTreeMap<View, ViewRecord>, JournalError> {
    let mut views = BTreeMap::new();
    for_each_row(store, Family::Votes, &[], None, |key, value| {
        let view = key.as_slice().try_into().map(u64::from_be_bytes);
        let view = view.map_err(|_| rows::damaged("vote", &key, "its key is no view"))?;
        if !planted!("R6-odd") || !view.is_multiple_of(2) {
            views.insert(View(view), rows::parse("vote", &key, &value)?);
        }
        Ok::<(), JournalError>(())
    })?;
    Ok(views)
}

/// Certificates above the final view; those below are kept for others to ask for. [R5][E8]
fn load_certificates(store: &dyn Store, floor: View) -> Result<Vec<Certificate>, JournalError> {
    let mut certificates = Vec::new();
    for_each_row(
        store,
        Family::Certificates,
        &rows::certificates_from(floor.next()),
        Some(b"W"),
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
    set: &ValidatorSet,
    final_height: Height,
    journal: &mut Journal,
) -> Result<(Height, Cut), JournalError> {
    let known: Option<ExecutedRow> =
        rows::read(store, "executed", Family::Meta, rows::META_EXECUTED)?;
    let (mut at, mut cut) = known.map_or_else(
        || (Height(0), genesis_cut(set)),
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
    if at > Height(0) {
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
        let headers = lane_headers(store, entry.lane, from.0.saturating_add(1), Some(entry.seq))?;
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
    lane: ValidatorIndex,
    from: u64,
    to: Option<Seq>,
) -> Result<BTreeMap<Hash, SignedHeader>, JournalError> {
    let mut headers = BTreeMap::new();
    let end = to.map_or_else(
        || rows::lane_end(lane),
        |to| rows::lane_from(lane, Seq(to.0.saturating_add(1))),
    );
    let start = rows::lane_from(lane, Seq(from));
    if start >= end {
        return Ok(headers);
    }
    for_each_row(store, Family::Index, &start, Some(&end), |key, value| {
        let digest = key.get(11..).and_then(|digest| digest.try_into().ok());
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
        let headers = lane_headers(store, lane, seq.0, None)?;
        let of_cut = headers
            .into_iter()
            .filter(|(digest, header)| header.header.seq > *seq || digest == tip);
        let mut of_lane: Vec<SignedHeader> = of_cut.map(|(_, header)| header).collect();
        of_lane.sort_by_key(|header| header.header.seq);
        batches.extend(of_lane);
    }
    Ok(batches)
}

/// Own results from the height the final block certifies up to the delivered one.
fn load_results(
    store: &dyn Store,
    from: Height,
    delivered: Height,
) -> Result<Vec<(Height, Hash, Option<Hash>)>, JournalError> {
    let mut results = Vec::new();
    let (start, end) = (
        rows::number(from.0),
        rows::number(delivered.0.saturating_add(1)),
    );
    if start >= end {
        return Ok(results);
    }
    for_each_row(store, Family::Results, &start, Some(&end), |key, value| {
        let height = key.as_slice().try_into().map(u64::from_be_bytes);
        let height = height.map_err(|_| rows::damaged("results", &key, "its key is no height"))?;
        let row: ResultsRow = rows::parse("results", &key, &value)?;
        results.push((Height(height), row.results, row.state_root));
        Ok::<(), JournalError>(())
    })?;
    Ok(results)
}
