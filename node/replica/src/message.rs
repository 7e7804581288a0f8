//! Frames: what travels between two nodes, decoded under limits before anybody else sees it.
//!
//! It must never know who is connected or what a transaction means.
//!
//! ```text
//!   frame = 0 | u64 epoch | canonical Message           ordering: votes, blocks, requests, ranges
//!           1 | SignedHeader | u32 n | n x (u32 length | bytes)      one batch; the same bytes are its row on disk
//!           2 | u64 height                                which are your table roots of this checkpoint?
//!           3 | canonical TableRoots                      these
//!           4                                             which checkpoint's state do you offer?
//!           5 | canonical SnapshotOffer                           this one's
//!           6 | u64 height | u8 table | u64 chunk         show me this chunk of it
//!           7 | the same | canonical Chunk                here
//!           8                                             which batches of mine do you know that no block has ordered?
//!           9 | u64 epoch | canonical list of digests     these
//! ```
//! A batch is walked in place: its transactions stay slices of the frame, so a batch is copied neither on arrival nor when served.

use std::ops::Range;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Message, SignedHeader};
use sycee_contracts::{CHUNK_BYTES_MAX, Chunk, Table, TableRoots};
use sycee_primitives::{
    Epoch, Hash, Height,
    codec::{self, CodecError},
    limits, planted,
};

use crate::replica::LEFT_OVER_MAX;
use crate::snapshot::SnapshotOffer;

const TAG_CORE: u8 = 0;
const TAG_BATCH: u8 = 1;
const TAG_TABLE_ROOTS_REQUEST: u8 = 2;
const TAG_TABLE_ROOTS: u8 = 3;
const TAG_OFFER_REQUEST: u8 = 4;
const TAG_OFFER: u8 = 5;
const TAG_CHUNK_REQUEST: u8 = 6;
const TAG_CHUNK: u8 = 7;
const TAG_LEFT_OVER_REQUEST: u8 = 8;
const TAG_LEFT_OVER: u8 = 9;

/// Bytes of table roots: height, time and the roots, with room for a hundred tables.
const TABLE_ROOTS_BYTES_MAX: usize = 4_096;

/// Bytes of the largest ordering message: a range of blocks; everything else is far below.
pub const MESSAGE_BYTES_MAX: usize = 4 << 20;

/// Bytes of the largest batch frame: payload, a length per transaction, the header.
pub const BATCH_FRAME_BYTES_MAX: usize =
    limits::BATCH_BYTES_MAX + 4 * limits::BATCH_TRANSACTIONS_MAX + 1_024;

/// Bytes of a chunk's frame: its rows, a length for each, a proof.
const CHUNK_FRAME_BYTES_MAX: usize = CHUNK_BYTES_MAX + 64 * 1_024;

/// Bytes of names of batches: an epoch, a length and the digests.
const LEFT_OVER_BYTES_MAX: usize = 16 + size_of::<Hash>() * LEFT_OVER_MAX;

const _: () = assert!(CHUNK_FRAME_BYTES_MAX < MESSAGE_BYTES_MAX);

/// How urgent a frame is; the transport keeps the classes apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// Votes, watermarks and requests: small and urgent.
    Votes,
    /// Proposals and certificates.
    Blocks,
    /// Answers of catch-up.
    Sync,
    /// Batches.
    Batches,
}

/// The class in which a message travels.
#[must_use]
pub fn class_of(message: &Message) -> Class {
    match message {
        Message::Vote(_)
        | Message::Watermarks(_)
        | Message::BatchRequest { .. }
        | Message::BlockRequest { .. }
        | Message::ProposalRequest { .. }
        | Message::CertificateRequest { .. }
        | Message::OwnStatementsRequest
        | Message::OwnStatements(_)
        | Message::RejoinRequest { .. }
        | Message::RejoinAnswer(_)
        | Message::RangeRequest { .. } => Class::Votes,
        Message::Proposal(_) | Message::Certificate(_) | Message::Evidence(_) => Class::Blocks,
        Message::Range { .. } | Message::Pruned { .. } => Class::Sync,
    }
}

/// A decoded frame.
#[derive(Clone, Debug)]
pub enum PeerMessage {
    /// For the ordering core.
    Core {
        /// The epoch in which the sender says it.
        epoch: Epoch,
        /// What it says.
        message: Message,
    },
    /// A batch whose signatures nobody has checked yet.
    Batch(UnverifiedBatch),
    /// A node that must stop asks for the table roots of this checkpoint.
    TableRootsRequest(Height),
    /// The answer; nothing is known about it before it was hashed.
    TableRoots(TableRoots),
    /// About the state of a checkpoint that a node takes over. [G5]
    State(StateMessage),
    /// A validator that may have lost batches of its lane asks which are known here and not ordered. [L14]
    LeftOverRequest,
    /// These batches of the receiver's lane of an epoch no block has ordered; unchecked.
    LeftOver(Epoch, Vec<Hash>),
}

/// What the two sides of a state that is taken over say.
#[derive(Clone, Debug)]
pub enum StateMessage {
    /// A node that stands in this epoch and gets no blocks any more asks for a state.
    OfferRequest(Epoch),
    /// The state of a checkpoint is offered; unchecked.
    Offer(Box<SnapshotOffer>),
    /// A piece of an offered state is asked for.
    ChunkRequest(ChunkPlace),
    /// The piece; unchecked.
    Chunk(ChunkPlace, Box<Chunk>),
}

/// A piece of a state: height of the checkpoint, number of the table, number of the chunk.
pub type ChunkPlace = (Height, u8, u64);

impl PeerMessage {
    /// Reads one frame.
    ///
    /// # Errors
    /// [`CodecError`] when the frame is too long, malformed, or not the one encoding of its content.
    pub fn decode(frame: &Arc<[u8]>) -> Result<PeerMessage, CodecError> {
        match frame.split_first() {
            Some((&TAG_CORE, body)) => {
                let (epoch, message) = codec::decode(body, MESSAGE_BYTES_MAX)?;
                Ok(PeerMessage::Core { epoch, message })
            }
            Some((&TAG_BATCH, _)) => {
                UnverifiedBatch::decode(Arc::clone(frame)).map(PeerMessage::Batch)
            }
            Some((&TAG_TABLE_ROOTS_REQUEST, body)) => {
                codec::decode(body, size_of::<u64>()).map(PeerMessage::TableRootsRequest)
            }
            Some((&TAG_TABLE_ROOTS, body)) => {
                codec::decode(body, TABLE_ROOTS_BYTES_MAX).map(PeerMessage::TableRoots)
            }
            Some((&tag, body)) if (TAG_OFFER_REQUEST..=TAG_CHUNK).contains(&tag) => {
                StateMessage::decode(tag, body).map(PeerMessage::State)
            }
            Some((&TAG_LEFT_OVER_REQUEST, [])) => Ok(PeerMessage::LeftOverRequest),
            Some((&TAG_LEFT_OVER, body)) => {
                let (epoch, digests) = codec::decode(body, LEFT_OVER_BYTES_MAX)?;
                Ok(PeerMessage::LeftOver(epoch, digests))
            }
            Some(_) | None => Err(CodecError::Malformed("unknown kind of frame".to_owned())),
        }
    }
}

impl StateMessage {
    fn decode(tag: u8, body: &[u8]) -> Result<StateMessage, CodecError> {
        match tag {
            TAG_OFFER_REQUEST => {
                codec::decode(body, size_of::<u64>()).map(StateMessage::OfferRequest)
            }
            TAG_OFFER => {
                let offer = codec::decode(body, MESSAGE_BYTES_MAX)?;
                Ok(StateMessage::Offer(Box::new(offer)))
            }
            TAG_CHUNK_REQUEST => {
                codec::decode(body, size_of::<u64>() * 2 + 1).map(StateMessage::ChunkRequest)
            }
            _ => {
                let (place, chunk) = codec::decode(body, CHUNK_FRAME_BYTES_MAX)?;
                Ok(StateMessage::Chunk(place, Box::new(chunk)))
            }
        }
    }

    /// The class in which it travels.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            StateMessage::OfferRequest(_) | StateMessage::ChunkRequest(_) => Class::Votes,
            StateMessage::Offer(_) | StateMessage::Chunk(..) => Class::Sync,
        }
    }
}

/// The frame of an ordering message, said in an epoch.
#[must_use]
pub fn encode_core(epoch: Epoch, message: &Message) -> Arc<[u8]> {
    if planted!("M6") && matches!(message, Message::Evidence(_)) {
        return Arc::from([TAG_CORE]);
    }
    encode(TAG_CORE, &(epoch, message))
}

/// The frame that asks for the table roots of a checkpoint.
#[must_use]
pub fn encode_table_roots_request(checkpoint: Height) -> Arc<[u8]> {
    encode(TAG_TABLE_ROOTS_REQUEST, &checkpoint)
}

/// The frame of table roots.
#[must_use]
pub fn encode_table_roots(roots: &TableRoots) -> Arc<[u8]> {
    encode(TAG_TABLE_ROOTS, roots)
}

/// The frame with which a node in this epoch asks for offers of a state.
#[must_use]
pub fn encode_offer_request(epoch: Epoch) -> Arc<[u8]> {
    encode(TAG_OFFER_REQUEST, &epoch)
}

/// The frame of an offer.
#[must_use]
pub fn encode_offer(offer: &SnapshotOffer) -> Arc<[u8]> {
    encode(TAG_OFFER, offer)
}

/// The frame that asks for a chunk.
#[must_use]
pub fn encode_chunk_request(place: ChunkPlace) -> Arc<[u8]> {
    encode(TAG_CHUNK_REQUEST, &place)
}

/// The frame that asks for the own batches that no block has ordered.
#[must_use]
pub(crate) fn encode_left_over_request() -> Arc<[u8]> {
    Arc::from([TAG_LEFT_OVER_REQUEST])
}

/// The frame that names such batches to their owner.
#[must_use]
pub fn encode_left_over(epoch: Epoch, digests: &[Hash]) -> Arc<[u8]> {
    encode(TAG_LEFT_OVER, &(epoch, digests))
}

/// The frame of a chunk.
#[must_use]
pub fn encode_chunk(height: Height, table: Table, number: u64, chunk: &Chunk) -> Arc<[u8]> {
    encode(TAG_CHUNK, &((height, table.number(), number), chunk))
}

fn encode(tag: u8, body: &impl BorshSerialize) -> Arc<[u8]> {
    let mut bytes = vec![tag];
    codec::encode_into(body, &mut bytes);
    Arc::from(bytes)
}

/// The frame of a batch.
#[must_use]
pub fn encode_batch<'a>(
    header: &SignedHeader,
    transactions: impl ExactSizeIterator<Item = &'a [u8]>,
) -> Arc<[u8]> {
    let mut bytes = vec![TAG_BATCH];
    codec::encode_into(header, &mut bytes);
    codec::encode_into(
        &u32::try_from(transactions.len()).unwrap_or(u32::MAX),
        &mut bytes,
    );
    for transaction in transactions {
        codec::encode_into(
            &u32::try_from(transaction.len()).unwrap_or(u32::MAX),
            &mut bytes,
        );
        bytes.extend_from_slice(transaction);
    }
    Arc::from(bytes)
}

/// A batch as it arrived or was stored: well-formed, nothing else checked.
#[derive(Clone, Debug)]
pub struct UnverifiedBatch {
    header: SignedHeader,
    frame: Arc<[u8]>,
    spans: Vec<Range<usize>>,
}

impl UnverifiedBatch {
    /// Reads a batch frame.
    ///
    /// # Errors
    /// [`CodecError`] when it is too long, malformed or followed by other bytes.
    pub fn decode(frame: Arc<[u8]>) -> Result<UnverifiedBatch, CodecError> {
        if frame.len() > BATCH_FRAME_BYTES_MAX {
            return Err(CodecError::TooLong {
                actual: frame.len(),
                limit: BATCH_FRAME_BYTES_MAX,
            });
        }
        let Some((&TAG_BATCH, mut rest)) = frame.split_first() else {
            return Err(CodecError::Malformed("not a batch".to_owned()));
        };
        let malformed = |error: std::io::Error| CodecError::Malformed(error.to_string());
        // Fixed-width fields only: the header has no second encoding.
        let header = SignedHeader::deserialize(&mut rest).map_err(malformed)?;
        let count = u32::deserialize(&mut rest).map_err(malformed)? as usize;
        if count > limits::BATCH_TRANSACTIONS_MAX {
            return Err(CodecError::TooLong {
                actual: count,
                limit: limits::BATCH_TRANSACTIONS_MAX,
            });
        }
        let mut spans = Vec::with_capacity(count);
        for _ in 0..count {
            let length = u32::deserialize(&mut rest).map_err(malformed)? as usize;
            let start = frame.len().saturating_sub(rest.len());
            rest = rest
                .get(length..)
                .ok_or_else(|| CodecError::Malformed("a transaction is cut off".to_owned()))?;
            spans.push(start..start.saturating_add(length));
        }
        if !rest.is_empty() {
            return Err(CodecError::Malformed(
                "bytes behind the last transaction".to_owned(),
            ));
        }
        Ok(UnverifiedBatch {
            header,
            frame,
            spans,
        })
    }

    /// The header, unchecked.
    #[must_use]
    pub fn header(&self) -> &SignedHeader {
        &self.header
    }

    /// The whole frame.
    #[must_use]
    pub fn frame(&self) -> &Arc<[u8]> {
        &self.frame
    }

    /// The bytes of each transaction.
    #[must_use]
    pub fn transactions(&self) -> Vec<&[u8]> {
        self.spans
            .iter()
            .filter_map(|span| self.frame.get(span.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests;
