//! Disrupter: changes, cuts, doubles and inserts bytes of what it sends.

use std::sync::Arc;

use sycee_replica::PeerMessage;

use super::{Own, Parcel, Villain};

/// Spoils one frame in three.
pub(super) struct Disrupter;

impl Villain for Disrupter {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        _message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        if own.dice.chance(667) {
            return out.push(parcel);
        }
        let mut bytes = parcel.frame.to_vec();
        for _ in 0..own.dice.between(1, 3) {
            let place = own.dice.place(bytes.len().max(1));
            let byte = own.dice.next().to_le_bytes()[0];
            match own.dice.below(6) {
                0 => bytes.truncate(place),
                1 => bytes.insert(place.min(bytes.len()), byte),
                2 => bytes.extend_from_slice(&own.dice.next().to_le_bytes()),
                3 if place + 8 <= bytes.len() => {
                    let number = own.dice.pick(&[0, 1, u64::MAX, u64::MAX - 1, 1 << 32]);
                    bytes[place..place + 8].copy_from_slice(&number.to_le_bytes());
                }
                _ => {
                    if let Some(at) = bytes.get_mut(place) {
                        *at ^= byte | 1;
                    }
                }
            }
        }
        out.push(Parcel {
            frame: Arc::from(bytes),
            ..parcel
        });
    }
}
