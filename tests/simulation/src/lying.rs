//! What a villain makes of what its correct core would send, and what it says on hearing others.

use std::sync::Arc;

use sycee_consensus::ValidatorIndex;
use sycee_replica::{Class, PeerMessage};

use crate::auditor::hash_bytes;
use crate::posting::view_of;
use crate::villains::{Own, Parcel};
use crate::world::{Due, World, small};

impl World {
    pub(crate) fn villain_sends(&mut self, node: usize, parcel: Parcel) {
        let mut ways = std::mem::take(&mut self.nodes[node].villains);
        let mut parcels = vec![parcel];
        for way in &mut ways {
            let mut next = Vec::new();
            for parcel in parcels {
                let Ok(message) = PeerMessage::decode(&parcel.frame) else {
                    next.push(parcel);
                    continue;
                };
                self.as_villain(node, |own| way.sends(own, parcel, &message, &mut next));
            }
            parcels = next;
        }
        self.nodes[node].villains = ways;
        self.leave_all(node, parcels);
    }

    pub(crate) fn villain_hears(
        &mut self,
        node: usize,
        from: ValidatorIndex,
        message: &PeerMessage,
        frame: &Arc<[u8]>,
    ) {
        let mut ways = std::mem::take(&mut self.nodes[node].villains);
        let mut parcels = Vec::new();
        for way in &mut ways {
            self.as_villain(node, |own| {
                way.hears(own, from, message, frame, &mut parcels)
            });
        }
        self.nodes[node].villains = ways;
        self.leave_all(node, parcels);
    }

    fn as_villain(&mut self, node: usize, act: impl FnOnce(&mut Own<'_>)) {
        // Out of the set it has nothing to lie about but what its core says.
        let it = &self.nodes[node];
        let facts = it.epochs.current();
        let index = facts.index_of(it.index);
        let named = facts.set.key(index);
        let at = it.public_keys.iter().position(|key| Some(key) == named);
        let key = it.keys[at.unwrap_or(0)].clone();
        let set = Arc::clone(&facts.set);
        let mut own = Own {
            index,
            set: &set,
            key: &key,
            base_delay_us: u64::from(self.plan.parameters.base_delay_ms) * 1_000,
            dice: &mut self.villain_dice,
        };
        act(&mut own);
    }

    fn leave_all(&mut self, node: usize, parcels: Vec<Parcel>) {
        for parcel in parcels {
            if parcel.after_us == 0 {
                self.leave(node, parcel.to, &parcel.frame);
            } else {
                let (to, frame) = (parcel.to, parcel.frame);
                self.schedule(
                    parcel.after_us,
                    Due::Leave {
                        from: small(node),
                        to,
                        frame,
                    },
                );
            }
        }
    }

    /// A villain's frame leaves; it may be anything.
    pub(crate) fn leave(&mut self, node: usize, to: ValidatorIndex, frame: &Arc<[u8]>) {
        if to == self.nodes[node].index || !self.nodes[node].is_up() {
            return;
        }
        let hash = hash_bytes(frame);
        self.auditor.event(self.time, node, 9, hash);
        let (mut class, mut view) = (Class::Votes, None);
        if let Ok(message) = PeerMessage::decode(frame) {
            self.look_at_frame(node, &message);
            view = view_of(&message);
            class = match &message {
                PeerMessage::Core { message, .. } => sycee_replica::class_of(message),
                PeerMessage::Batch(_) => Class::Batches,
                PeerMessage::TableRootsRequest(_) | PeerMessage::LeftOverRequest => Class::Votes,
                PeerMessage::TableRoots(_) | PeerMessage::State(_) | PeerMessage::LeftOver(..) => {
                    Class::Sync
                }
            };
        }
        self.transmit(node, to, class, frame, hash, view);
    }
}
