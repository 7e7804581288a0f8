//! The four traffic classes and their limits. It must never know what a frame means.

use crate::limits;

/// Kind of traffic, from the most to the least urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Votes, watermarks and hints: small and urgent.
    Votes,
    /// Proposals and certificates.
    Blocks,
    /// Catch-up requests and answers.
    Sync,
    /// Bulk data.
    Batches,
}

impl Class {
    /// Every class, the most urgent first.
    pub const ALL: [Class; 4] = [Class::Votes, Class::Blocks, Class::Sync, Class::Batches];

    /// Returns the name used in protocol ids, logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Class::Votes => "votes",
            Class::Blocks => "blocks",
            Class::Sync => "sync",
            Class::Batches => "batches",
        }
    }

    /// Returns the largest frame this class carries.
    pub fn frame_bytes_max(self) -> usize {
        match self {
            Class::Votes => limits::VOTES_FRAME_BYTES_MAX,
            Class::Blocks => limits::BLOCKS_FRAME_BYTES_MAX,
            Class::Sync => limits::SYNC_FRAME_BYTES_MAX,
            Class::Batches => limits::BATCHES_FRAME_BYTES_MAX,
        }
    }

    /// Returns how many bytes may wait towards one peer.
    pub fn outbound_bytes_max(self) -> usize {
        match self {
            Class::Votes => limits::VOTES_OUTBOUND_BYTES_MAX,
            Class::Blocks => limits::BLOCKS_OUTBOUND_BYTES_MAX,
            Class::Sync => limits::SYNC_OUTBOUND_BYTES_MAX,
            Class::Batches => limits::BATCHES_OUTBOUND_BYTES_MAX,
        }
    }

    /// Returns how many bytes from one peer may wait for us.
    pub fn inbound_bytes_max(self) -> usize {
        match self {
            Class::Votes => limits::VOTES_INBOUND_BYTES_MAX,
            Class::Blocks => limits::BLOCKS_INBOUND_BYTES_MAX,
            Class::Sync => limits::SYNC_INBOUND_BYTES_MAX,
            Class::Batches => limits::BATCHES_INBOUND_BYTES_MAX,
        }
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Class::Votes => 0,
            Class::Blocks => 1,
            Class::Sync => 2,
            Class::Batches => 3,
        }
    }
}

/// One value for each class.
#[derive(Debug, Default)]
pub(crate) struct PerClass<T>([T; 4]);

impl<T> PerClass<T> {
    pub(crate) fn new(make: impl FnMut(Class) -> T) -> PerClass<T> {
        PerClass(Class::ALL.map(make))
    }

    pub(crate) fn get(&self, class: Class) -> &T {
        &self.0[class.index()]
    }

    pub(crate) fn get_mut(&mut self, class: Class) -> &mut T {
        &mut self.0[class.index()]
    }
}
