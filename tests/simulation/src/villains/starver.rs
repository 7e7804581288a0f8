//! Starving lane owner: its batches reach one or two validators, and nobody who asks for them.

use sycee_replica::PeerMessage;

use super::{Own, Parcel, Villain};

/// Feeds the validators right behind it.
pub(super) struct Starver;

impl Villain for Starver {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        if let PeerMessage::Batch(batch) = message
            && batch.header().header.lane == own.index
        {
            let size = own.set.size() as u64;
            let behind = (u64::from(parcel.to.0) + size - u64::from(own.index.0)) % size;
            let fed = 1 + (batch.header().header.seq.0 / 5) % (own.set.faults() as u64 + 1);
            if behind > fed {
                return;
            }
        }
        out.push(parcel);
    }
}
