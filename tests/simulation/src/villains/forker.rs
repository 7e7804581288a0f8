//! Lane forker: for one place of its lane it sends one batch to some and another to the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use sycee_consensus::SignedHeader;
use sycee_primitives::{BlockTime, Hash};
use sycee_replica::{PeerMessage, encode_batch};

use super::{Own, Parcel, Villain};

/// Remembers the second branch, so that it is a branch and not a heap of leaves.
#[derive(Default)]
pub(super) struct Forker {
    /// Place -> digest of the first, digest and frame of the second.
    second: BTreeMap<u64, (Hash, Hash, Arc<[u8]>)>,
}

impl Villain for Forker {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        let PeerMessage::Batch(batch) = message else {
            return out.push(parcel);
        };
        let header = &batch.header().header;
        if header.lane != own.index || parcel.to.0.is_multiple_of(2) {
            return out.push(parcel);
        }
        let before = self.second.get(&header.seq.0.wrapping_sub(1)).cloned();
        let (_, _, frame) = self.second.entry(header.seq.0).or_insert_with(|| {
            let mut other = header.clone();
            other.time = BlockTime(other.time.0.saturating_add(1));
            // Half the time the second branch goes on from the second branch.
            if let Some((first, second, _)) = before
                && first == header.parent
                && header.seq.0.is_multiple_of(2)
            {
                other.parent = second;
            }
            let digest = other.digest(own.set);
            let signature = own.key.sign(&digest);
            let signed = SignedHeader {
                header: other,
                signature,
            };
            let frame = encode_batch(&signed, batch.transactions().into_iter());
            (header.digest(own.set), digest, frame)
        });
        out.push(Parcel {
            frame: Arc::clone(frame),
            ..parcel
        });
        while self.second.len() > 64 {
            self.second.pop_first();
        }
    }
}
