//! Lying sync peer: who asks it for ranges, batches, blocks or a state gets nothing, something else, something old, or more than asked.

use std::collections::VecDeque;
use std::sync::Arc;
use sycee_primitives::{Epoch, Hash};

use sycee_consensus::{Message, ValidatorIndex};
use sycee_replica::{PeerMessage, StateMessage, encode_core, encode_left_over};

use super::{Own, Parcel, Villain};

/// Frames kept to be sent at the wrong time.
const KEPT_MAX: usize = 32;

/// Keeps what it would have answered.
#[derive(Default)]
pub(super) struct SyncLiar {
    answers: VecDeque<Arc<[u8]>>,
    /// The first state it ever offered: stale ever after.
    first_offer: Option<Arc<[u8]>>,
}

impl SyncLiar {
    /// What it says of the state of a checkpoint; nothing, when it keeps silent.
    fn about_state(
        &mut self,
        own: &mut Own<'_>,
        message: &StateMessage,
        parcel: &Parcel,
    ) -> Option<Arc<[u8]>> {
        let as_it_is = || Some(Arc::clone(&parcel.frame));
        match message {
            StateMessage::OfferRequest(_) | StateMessage::ChunkRequest(_) => as_it_is(),
            StateMessage::Offer(_) => {
                let first = self.first_offer.get_or_insert(Arc::clone(&parcel.frame));
                match own.dice.below(4) {
                    0 => Some(Arc::clone(first)),
                    1 => Some(spoiled(own, &parcel.frame)),
                    2 => as_it_is(),
                    _ => None,
                }
            }
            StateMessage::Chunk(..) => {
                self.answers.push_back(Arc::clone(&parcel.frame));
                match own.dice.below(4) {
                    0 => self.answers.front().cloned(),
                    1 => Some(spoiled(own, &parcel.frame)),
                    2 => as_it_is(),
                    _ => None,
                }
            }
        }
    }
}

/// The frame with one byte changed behind its first ones, if it can still be read then.
fn spoiled(own: &mut Own<'_>, frame: &Arc<[u8]>) -> Arc<[u8]> {
    let mut bytes = frame.to_vec();
    let place = own.dice.below(bytes.len() as u64);
    if let Some(byte) = usize::try_from(place)
        .ok()
        .and_then(|place| bytes.get_mut(place))
    {
        *byte ^= 1;
    }
    let spoiled: Arc<[u8]> = Arc::from(bytes);
    match PeerMessage::decode(&spoiled) {
        Ok(_) => spoiled,
        Err(_) => Arc::clone(frame),
    }
}

impl Villain for SyncLiar {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        let lie = match message {
            PeerMessage::Core {
                message:
                    Message::Range {
                        blocks,
                        finalization,
                    },
                ..
            } => {
                let mut blocks = blocks.clone();
                match own.dice.below(5) {
                    0 => blocks.clear(),
                    1 => {
                        blocks.pop();
                    }
                    2 => {
                        if let Some(first) = blocks.first_mut() {
                            first.block.height =
                                sycee_primitives::Height(first.block.height.0.saturating_add(1));
                        }
                    }
                    3 => blocks.reverse(),
                    _ => return,
                }
                let finalization = finalization.clone();
                encode_core(
                    Epoch(0),
                    &Message::Range {
                        blocks,
                        finalization,
                    },
                )
            }
            PeerMessage::Batch(batch) if batch.header().header.lane != own.index => {
                self.answers.push_back(Arc::clone(&parcel.frame));
                match self.answers.front() {
                    Some(old) if own.dice.chance(500) => Arc::clone(old),
                    Some(_) | None => return,
                }
            }
            PeerMessage::State(message) => match self.about_state(own, message, &parcel) {
                Some(lie) => lie,
                None => return,
            },
            // Names that nobody ever gave a batch.
            PeerMessage::LeftOver(epoch, digests) => {
                let invented = |digest: &Hash| Hash::of(&[b"invented", &digest.0]);
                let digests: Vec<Hash> = digests.iter().map(invented).collect();
                encode_left_over(*epoch, &digests)
            }
            PeerMessage::Core { .. }
            | PeerMessage::Batch(_)
            | PeerMessage::TableRootsRequest(_)
            | PeerMessage::LeftOverRequest
            | PeerMessage::TableRoots(_) => return out.push(parcel),
        };
        while self.answers.len() > KEPT_MAX {
            self.answers.pop_front();
        }
        // An endless stream: the same answer again and again.
        for again in 0..own.dice.pick(&[1, 1, 1, 20]) {
            out.push(Parcel {
                after_us: parcel.after_us + again * 100,
                to: parcel.to,
                frame: Arc::clone(&lie),
            });
        }
    }

    fn hears(
        &mut self,
        own: &mut Own<'_>,
        from: ValidatorIndex,
        message: &PeerMessage,
        _frame: &Arc<[u8]>,
        out: &mut Vec<Parcel>,
    ) {
        if let PeerMessage::Core {
            message: Message::BatchRequest { .. } | Message::RangeRequest { .. },
            ..
        } = message
            && let Some(old) = self.answers.back()
            && own.dice.chance(300)
        {
            out.push(Parcel {
                after_us: 0,
                to: from,
                frame: Arc::clone(old),
            });
        }
    }
}
