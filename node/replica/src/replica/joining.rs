//! Taking a state over: what the replica does about each step of [`Join`]. [G5]

use sycee_consensus::{Alarm, ValidatorIndex};
use sycee_primitives::Tick;

use super::Replica;
use crate::interface::Effect;
use crate::message::{Class, StateMessage, encode_chunk_request, encode_offer_request};
use crate::serve::Wanted;
use crate::snapshot::{DISK_PATIENCE_US, Join, JoinProgress, Step};

impl Replica {
    /// How far the state of a checkpoint has been taken over; `None` when none is.
    #[must_use]
    pub fn join_progress(&self, now: Tick) -> Option<JoinProgress> {
        self.join.progress(now)
    }

    /// Whoever gets blocks needs no state; whoever gets none takes one over. [G5]
    pub(super) fn keep_joining(&mut self, now: Tick) {
        let oldest = self.unsynced.first_key_value().map(|(_, since)| *since);
        if oldest.is_some_and(|since| since.plus(DISK_PATIENCE_US) <= now) {
            // It lacks room or a faster disk, not blocks: a state would have to be written as well.
            return self.join.disk_waits();
        }
        let status = self.core.status();
        self.join
            .stands_at(now, status.delivered, status.final_height);
        self.join_with(|join, steps| join.drive(now, steps));
    }

    pub(super) fn about_state(&mut self, now: Tick, from: ValidatorIndex, message: StateMessage) {
        match message {
            StateMessage::OfferRequest(epoch) => self.serve(now, from, Wanted::Offer(epoch)),
            StateMessage::ChunkRequest(place) => self.serve(now, from, Wanted::Chunk(place)),
            // Asked for in an epoch that has ended here since.
            StateMessage::Offer(offer) if offer.asked_in() != Some(self.set.epoch()) => {}
            StateMessage::Offer(offer) => {
                self.join_with(|join, steps| join.offered(now, from, *offer, steps));
            }
            StateMessage::Chunk(place, chunk) => {
                self.join_with(|join, steps| join.came(now, from, place, &chunk, steps));
            }
        }
    }

    fn join_with(&mut self, act: impl FnOnce(&mut Join, &mut Vec<Step>)) {
        let epoch = self.set.epoch();
        let mut steps = Vec::new();
        act(&mut self.join, &mut steps);
        for step in steps {
            self.effects.push(match step {
                Step::AskOffers => Effect::Broadcast {
                    class: Class::Votes,
                    frame: encode_offer_request(epoch),
                },
                Step::AskChunk {
                    peer,
                    height,
                    table,
                    chunk,
                } => Effect::Send {
                    to: peer,
                    class: Class::Votes,
                    frame: encode_chunk_request((height, table.number(), chunk)),
                },
                Step::Stage(writes) => Effect::Stage(writes),
                Step::Fault(from, what) => Effect::Alarm(Alarm::PeerFault { from, what }),
                Step::Whole => Effect::Restart,
            });
        }
    }
}
