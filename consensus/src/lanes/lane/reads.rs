//! What others ask of a lane: headers and bytes. It must never change anything.
//!
//! ```text
//!   engine --> Lanes --> header, newest_header, bytes_of, bytes_above
//! ```

use sycee_primitives::Hash;

use super::Lane;
use crate::{BatchHeader, LaneEntry, SignedHeader};

impl Lane {
    pub(in crate::lanes) fn header(&self, digest: &Hash) -> Option<&BatchHeader> {
        self.batches.get(digest).map(|known| &known.signed.header)
    }

    /// The header furthest on in the newest life. [J2]
    pub(in crate::lanes) fn newest_header(&self) -> Option<&SignedHeader> {
        let headers = self.batches.values().map(|known| &known.signed);
        headers.max_by_key(|signed| (signed.header.incarnation, signed.header.seq))
    }

    /// Everything known above the delivered cut, lowest first. [L14]
    pub(in crate::lanes) fn unordered(&self) -> impl Iterator<Item = Hash> {
        self.by_seq.iter().map(|(_, digest)| *digest)
    }

    pub(in crate::lanes) fn bytes_of(&self, digest: &Hash) -> Option<u64> {
        Some(self.batches.get(digest)?.signed.header.bytes)
    }

    /// Bytes above `entry` that may still become final. [L2]
    pub(in crate::lanes) fn bytes_above(&self, entry: LaneEntry) -> u64 {
        let below = self.by_seq.range(..=(entry.seq, Hash([0xFF; 32])));
        let gone = below
            .filter_map(|(_, digest)| self.batches.get(digest))
            .filter(|known| !known.is_given_up)
            .fold(0u64, |sum, known| {
                sum.saturating_add(known.signed.header.bytes)
            });
        self.bytes
            .saturating_sub(self.given_up_bytes)
            .saturating_sub(gone)
    }
}
