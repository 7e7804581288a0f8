//! Domain separation: the same bytes signed or hashed for two purposes never give the same digest.
//!
//! ```text
//!   signed statement = SHA-256( len8(tag) | tag | chain_id[32] | epoch u64 LE | body )     PROTOCOL.md M2
//!   plain hash       = SHA-256( len8(tag) | tag | body )
//! ```

use crate::{ChainId, Epoch, Hash};

/// What a digest stands for. A tag is never reused for another body shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Domain {
    /// Header of a lane batch, signed by the lane's owner.
    Batch,
    /// A block, signed by the leader of its view.
    Block,
    /// Everything a block contains; its leader signs this hash with the view.
    BlockContents,
    /// A slot in which a validator may sign one thing only; names an offence.
    Offence,
    /// First vote of a view.
    Notarize,
    /// Vote to give a view up.
    Nullify,
    /// Second vote of a view.
    Finalize,
    /// What a validator tells another that has lost its vote record.
    Rejoin,
    /// What a validator's key signs to show that its owner has it (epoch is always 0).
    Possession,
    /// A client's instruction (epoch is always 0).
    Transaction,
    /// Leaf of a binary Merkle tree.
    MerkleLeaf,
    /// Inner node of a binary Merkle tree.
    MerkleNode,
    /// First parent of a validator's lane.
    LaneGenesis,
    /// Seed of the leader permutation.
    Leader,
    /// Cumulative results of execution.
    Results,
    /// A receipt.
    Receipt,
    /// The list of refused legs of a bulk payment.
    RefusedLegs,
    /// The state root over all tables.
    State,
    /// A genesis document.
    Genesis,
    /// Where the ordering side stands: what a state root certifies of it.
    Order,
    /// An annex kept beside a bulk payment.
    Annex,
    /// A document in the registry of what is financed.
    Fingerprint,
    /// A participant's question to a node (epoch is always 0).
    Inquiry,
    /// Reference of a payment that the ledger makes by itself.
    Automatic,
}

impl Domain {
    /// The ASCII tag that enters the hash.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Domain::Batch => "batch",
            Domain::Block => "block",
            Domain::BlockContents => "contents",
            Domain::Offence => "offence",
            Domain::Notarize => "notarize",
            Domain::Nullify => "nullify",
            Domain::Finalize => "finalize",
            Domain::Rejoin => "rejoin",
            Domain::Possession => "possession",
            Domain::Transaction => "tx",
            Domain::MerkleLeaf => "leaf",
            Domain::MerkleNode => "node",
            Domain::LaneGenesis => "lane0",
            Domain::Leader => "leader",
            Domain::Results => "results",
            Domain::Receipt => "receipt",
            Domain::RefusedLegs => "refused-legs",
            Domain::State => "state",
            Domain::Genesis => "genesis",
            Domain::Order => "order",
            Domain::Annex => "annex",
            Domain::Fingerprint => "fingerprint",
            Domain::Inquiry => "inquiry",
            Domain::Automatic => "automatic",
        }
    }

    /// Hashes `body` in this domain, independent of any chain.
    #[must_use]
    pub fn hash(self, parts: &[&[u8]]) -> Hash {
        let tag = self.tag().as_bytes();
        // Tags are short constants; a longer one would not compile into the table of the protocol page.
        let length = [u8::try_from(tag.len()).unwrap_or(u8::MAX)];
        let mut all: Vec<&[u8]> = Vec::with_capacity(parts.len() + 2);
        all.push(&length);
        all.push(tag);
        all.extend_from_slice(parts);
        Hash::of(&all)
    }

    /// The digest that is signed for `body` on one chain and epoch.
    #[must_use]
    pub fn statement(self, chain: &ChainId, epoch: Epoch, body: &[u8]) -> Hash {
        self.hash(&[&chain.0.0, &epoch.0.to_le_bytes(), body])
    }
}
