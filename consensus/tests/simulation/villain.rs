//! Lane owners that lie. Their cores are honest: what lies is the shell around them.

use std::collections::BTreeMap;

use sycee_consensus::Message;
use sycee_primitives::Hash;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Two headers for each slot, one for each half of the network; it never votes nor proposes.
    Fork,
    /// Each batch goes to one validator only.
    FeedFew,
    /// Some batches have a signature in them that does not hold; the owner hears of it later.
    Poison,
}

impl Deed {
    /// Which batch a validator is sent instead of this one.
    pub fn gives(self, digest: Hash, to: usize, forks: &BTreeMap<Hash, Hash>) -> Option<Hash> {
        match self {
            Deed::Fork if to.is_multiple_of(3) => forks.get(&digest).copied().or(Some(digest)),
            Deed::FeedFew => (usize::from(digest.0[0] % 4) == to).then_some(digest),
            Deed::Fork | Deed::Poison => Some(digest),
        }
    }

    /// What a validator is told instead of this message.
    pub fn tell(
        self,
        message: &Message,
        to: usize,
        forks: &BTreeMap<Hash, Hash>,
    ) -> Option<Message> {
        match message {
            Message::Vote(_) | Message::Proposal(_) if self == Deed::Fork => None,
            Message::Watermarks(marks) => {
                let mut marks = marks.clone();
                for mark in &mut marks.entries {
                    mark.digest = self.gives(mark.digest, to, forks).unwrap_or(mark.digest);
                }
                Some(Message::Watermarks(marks))
            }
            _ => Some(message.clone()),
        }
    }
}
