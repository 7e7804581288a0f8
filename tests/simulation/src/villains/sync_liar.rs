//! Lying sync peer: who asks it for ranges, batches or blocks gets nothing, something else, or more than asked.

use std::collections::VecDeque;
use std::sync::Arc;

use sycee_consensus::{Message, ValidatorIndex};
use sycee_replica::{PeerMessage, encode_core};

use super::{Own, Parcel, Villain};

/// Frames kept to be sent at the wrong time.
const KEPT_MAX: usize = 32;

/// Keeps what it would have answered.
#[derive(Default)]
pub(super) struct SyncLiar {
    answers: VecDeque<Arc<[u8]>>,
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
            PeerMessage::Core(Message::Range {
                blocks,
                finalization,
            }) => {
                let mut blocks = blocks.clone();
                match own.dice.below(5) {
                    0 => blocks.clear(),
                    1 => {
                        blocks.pop();
                    }
                    2 => {
                        if let Some(first) = blocks.first_mut() {
                            first.block.height = sycee_primitives::Height(first.block.height.0 + 1);
                        }
                    }
                    3 => blocks.reverse(),
                    _ => return,
                }
                let finalization = finalization.clone();
                encode_core(&Message::Range {
                    blocks,
                    finalization,
                })
            }
            PeerMessage::Batch(batch) if batch.header().header.lane != own.index => {
                self.answers.push_back(Arc::clone(&parcel.frame));
                match self.answers.front() {
                    Some(old) if own.dice.chance(500) => Arc::clone(old),
                    Some(_) | None => return,
                }
            }
            PeerMessage::Core(_)
            | PeerMessage::Batch(_)
            | PeerMessage::TableRootsRequest(_)
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
        if let PeerMessage::Core(Message::BatchRequest { .. } | Message::RangeRequest { .. }) =
            message
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
