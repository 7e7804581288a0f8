//! Answers to peers that lack something: batches and ranges of final blocks, from the store alone.
//!
//! It must never answer from memory: what is not synced has not been said. [R3]
//!
//! ```text
//!   request --Limiter: twice per 2 D, peer and item--> ServeRequest --answer(store)--> frame
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use sycee_consensus::{Certificate, Handover, Message, SignedBlock, ValidatorIndex};
use sycee_primitives::{Epoch, Hash, Height, Tick, codec, limits, planted};
use sycee_storage::{Family, Store};

use crate::epochs::handover;
use crate::journal::block_at;
use crate::message::{ChunkPlace, Class, MESSAGE_BYTES_MAX, class_of, encode_core};
use crate::prune::{or_pruned, require_kept};
use crate::rows::{self, JournalError};

/// Blocks in one range.
pub(crate) const RANGE_BLOCKS_MAX: usize = 64;

/// Bytes of blocks after which a range is ended at the next finalization.
const RANGE_BYTES_TARGET: usize = 512 << 10;

/// About how large an offer and a chunk are.
const OFFER_BYTES_TARGET: u64 = 64 << 10;
const CHUNK_BYTES_TARGET: u64 = 256 << 10;

/// Requests remembered per peer; one that asks for more in 2 D is not answered.
const REQUESTS_PER_PEER_MAX: usize = 512;

/// Answers for the same peer and item within 2 D. [W7]
const SERVED_MAX: u8 = 2;

/// Bytes given to one peer within 2 D: two whole windows. What a peer lacks beyond it asks for again, elsewhere first. [W7]
const SERVED_BYTES_MAX: u64 = 2 * limits::LANE_WINDOW_BYTES_MAX;

const _: () = assert!(
    RANGE_BYTES_TARGET + limits::BLOCK_BYTES_MAX + limits::CERTIFICATE_BYTES_MAX
        < MESSAGE_BYTES_MAX
);

/// What a peer lacks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Wanted {
    /// A batch.
    Batch(Hash),
    /// An own batch that the peer names: it is asked for, unless it is here. [L14]
    Lost(Hash),
    /// Final blocks of an epoch above a height.
    Range(Epoch, Height),
    /// The finalization that ended an epoch. [T6]
    End(Epoch),
    /// The offer of a state. [G5]
    Offer(Epoch),
    /// A piece of an offered state.
    Chunk(ChunkPlace),
}

/// One question to the store on behalf of a peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServeRequest {
    /// Who asked.
    pub to: ValidatorIndex,
    /// For what.
    pub wanted: Wanted,
}

impl Wanted {
    /// About how many bytes the answer has, when the batch is not at hand to be measured.
    pub(crate) fn bytes_expected(self) -> u64 {
        match self {
            Wanted::Batch(_) => limits::BATCH_BYTES_TARGET as u64,
            Wanted::Range(..) => RANGE_BYTES_TARGET as u64,
            Wanted::End(_) => limits::CERTIFICATE_BYTES_MAX as u64,
            Wanted::Lost(_) => size_of::<Hash>() as u64,
            Wanted::Offer(_) => OFFER_BYTES_TARGET,
            Wanted::Chunk(_) => CHUNK_BYTES_TARGET,
        }
    }
}

/// Counts what was served, so that one peer cannot make this node read for ever. [W7]
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    peers: BTreeMap<ValidatorIndex, Served>,
}

/// What one peer was given lately.
#[derive(Debug, Default)]
struct Served {
    items: BTreeMap<Wanted, (Tick, u8)>,
    /// When the running window of bytes began, and what it was given in it.
    bytes: (Tick, u64),
}

impl Limiter {
    /// Whether this peer may be served this item of about so many bytes now, counting it when so.
    pub(crate) fn allows(
        &mut self,
        now: Tick,
        window_us: u64,
        request: &ServeRequest,
        bytes: u64,
    ) -> bool {
        let served = self.peers.entry(request.to).or_default();
        if now.since(served.bytes.0) >= window_us {
            served.bytes = (now, 0);
        }
        let given = served.bytes.1.saturating_add(bytes);
        if given > SERVED_BYTES_MAX {
            return false;
        }
        let items = &mut served.items;
        if items.len() >= REQUESTS_PER_PEER_MAX {
            items.retain(|_, (since, _)| now.since(*since) < window_us);
        }
        if items.len() >= REQUESTS_PER_PEER_MAX && !items.contains_key(&request.wanted) {
            return false;
        }
        let (since, times) = items.entry(request.wanted).or_insert((now, 0));
        if now.since(*since) >= window_us {
            (*since, *times) = (now, 0);
        }
        if *times >= SERVED_MAX && !planted!("served-always") {
            return false;
        }
        *times = times.saturating_add(1);
        served.bytes.1 = given;
        true
    }

    /// Forgets a peer whose channel closed.
    pub(crate) fn forget(&mut self, peer: ValidatorIndex) {
        self.peers.remove(&peer);
    }
}

/// The class and the bytes of an answer.
pub type Answer = (Class, Arc<[u8]>);

/// The frame that answers a request; `None` when this node does not have it, and for blocks that are pruned the lowest height kept.
///
/// # Errors
/// [`JournalError`] when the store fails or contradicts itself.
pub fn answer(store: &dyn Store, wanted: &Wanted) -> Result<Option<Answer>, JournalError> {
    match wanted {
        Wanted::Batch(digest) => {
            let frame = store.get(Family::Batches, &digest.0)?;
            Ok(frame.map(|frame| (Class::Batches, Arc::from(frame))))
        }
        Wanted::Lost(digest) => {
            let is_here = store.get(Family::Batches, &digest.0)?.is_some();
            let question = Message::BatchRequest { digest: *digest };
            let frame = encode_core(Epoch(0), &question);
            Ok((!is_here).then_some((class_of(&question), frame)))
        }
        Wanted::Range(epoch, above) => {
            let message = match range_above(store, *epoch, *above) {
                Err(JournalError::Pruned { lowest, .. }) => Some(Message::Pruned { lowest }),
                range => range?,
            };
            Ok(message.map(|message| (Class::Sync, encode_core(*epoch, &message))))
        }
        Wanted::End(epoch) => {
            let ended = handover(store, *epoch)?;
            let message = ended.map(|ended| Message::Certificate(ended.finalization));
            Ok(message.map(|message| (Class::Blocks, encode_core(*epoch, &message))))
        }
        // Whoever keeps a snapshot answers these.
        Wanted::Offer(_) | Wanted::Chunk(_) => Ok(None),
    }
}

/// Ascending final blocks of an epoch above a height, ended by a block whose own finalization is stored; at the epoch's end with the
/// Padding that proves it. [G2][T4]
fn range_above(
    store: &dyn Store,
    epoch: Epoch,
    above: Height,
) -> Result<Option<Message>, JournalError> {
    let ended = handover(store, epoch)?;
    let last = ended.as_ref().and_then(last_height);
    if last.is_some_and(|last| above >= last) {
        return Ok(ended.and_then(|ended| closing(Vec::new(), ended)));
    }
    let Some(first) = above.0.checked_add(1) else {
        return Ok(None);
    };
    require_kept(store, Height(first))?;
    let end = last.map_or_else(|| b"G".to_vec(), |last| rows::finalization_key(last.next()));
    let page = store.scan(
        Family::Certificates,
        &rows::finalization_key(Height(first)),
        Some(&end),
        RANGE_BLOCKS_MAX,
        false,
    )?;
    let mut stretch = Stretch::above(above);
    let mut ended_by: Option<(usize, &Vec<u8>, &Vec<u8>)> = None;
    for (key, value) in &page.rows {
        let height = key.get(1..).and_then(|height| height.try_into().ok());
        let height = height.map(u64::from_be_bytes);
        let height = height.ok_or_else(|| rows::damaged("finalization", key, "its key is cut"))?;
        if stretch.is_full(height) && ended_by.is_some() {
            break;
        }
        if !stretch.extend(store, height)? {
            break;
        }
        ended_by = Some((stretch.blocks.len(), key, value));
    }
    let fits = |last: &Height| ended_by.is_none() || !stretch.is_full(last.0);
    if let Some((last, ended)) = last.filter(fits).zip(ended)
        && page.complete
        && stretch.extend(store, last.0)?
    {
        return Ok(closing(stretch.blocks, ended));
    }
    let Some((count, key, value)) = ended_by else {
        return Ok(None);
    };
    let mut blocks = stretch.blocks;
    blocks.truncate(count);
    let finalization: Certificate = rows::parse("finalization", key, value)?;
    Ok(Some(Message::Range {
        blocks,
        finalization,
    }))
}

/// The last height of an epoch's ledger.
fn last_height(ended: &Handover) -> Option<Height> {
    ended.blocks.first().map(|terminal| terminal.block.height)
}

/// Blocks up to the Terminal one, the Padding above it, and the finalization that covers them.
fn closing(mut blocks: Vec<SignedBlock>, ended: Handover) -> Option<Message> {
    blocks.extend(ended.blocks.into_iter().skip(1));
    let finalization = ended.finalization;
    Some(if blocks.is_empty() {
        Message::Certificate(finalization)
    } else {
        Message::Range {
            blocks,
            finalization,
        }
    })
}

/// Blocks collected for one answer.
struct Stretch {
    above: Height,
    blocks: Vec<SignedBlock>,
    bytes: usize,
}

impl Stretch {
    fn above(above: Height) -> Stretch {
        Stretch {
            above,
            blocks: Vec::new(),
            bytes: 0,
        }
    }

    /// Whether an answer that can end before this height should.
    fn is_full(&self, height: u64) -> bool {
        self.bytes >= RANGE_BYTES_TARGET
            || height.saturating_sub(self.above.0) > RANGE_BLOCKS_MAX as u64
    }

    /// Adds the blocks up to a height; false when they are longer than a message.
    fn extend(&mut self, store: &dyn Store, height: u64) -> Result<bool, JournalError> {
        let from = self.above.0.saturating_add(1);
        for at in from.saturating_add(self.blocks.len() as u64)..=height {
            let block = or_pruned(store, Height(at), block_at(store, Height(at)))?;
            self.bytes = self.bytes.saturating_add(codec::encode(&block).len());
            self.blocks.push(block);
            // A stretch without any finalization that is longer than a message cannot be served in one.
            if self.bytes > MESSAGE_BYTES_MAX / 2 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
pub(crate) mod tests;
