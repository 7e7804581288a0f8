//! Liar about holdings: watermarks that name batches nobody has, executed heights far ahead, counters at their end.

use sycee_consensus::{Message, Seq, Watermarks};
use sycee_primitives::Epoch;
use sycee_primitives::{Hash, Height};
use sycee_replica::{PeerMessage, encode_core};

use super::{Own, Parcel, Villain};

/// Lies in every second message.
pub(super) struct Liar;

impl Villain for Liar {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        let PeerMessage::Core {
            message: Message::Watermarks(marks),
            ..
        } = message
        else {
            return out.push(parcel);
        };
        if own.dice.chance(500) {
            return out.push(parcel);
        }
        let mut lie: Watermarks = marks.clone();
        for entry in &mut lie.entries {
            if own.dice.chance(500) {
                entry.seq = Seq(entry.seq.0.saturating_add(own.dice.between(1, 100)));
                entry.digest = Hash::of(&[&own.dice.next().to_le_bytes()]);
            }
        }
        if own.dice.chance(500) {
            lie.executed =
                Height(
                    lie.executed
                        .0
                        .saturating_add(own.dice.pick(&[1, 5, 1_000, u64::MAX])),
                );
            lie.checkpoint = Height(
                lie.checkpoint
                    .0
                    .saturating_add(own.dice.pick(&[1, 5, 1_000])),
            );
        }
        if own.dice.chance(20) {
            lie.counter = u64::MAX;
        }
        out.push(Parcel {
            frame: encode_core(Epoch(0), &Message::Watermarks(lie)),
            ..parcel
        });
    }
}
