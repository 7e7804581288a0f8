//! What validators say to one another, as canonical bytes.
//!
//! Digests are the signed statements themselves, so one hash serves as name and as what the signature covers. [M2][M4]

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    BlockTime, Epoch, Hash, Height, SecretKey, Signature, codec, domain::Domain,
};

use crate::{
    BlockKind, Certificate, Evidence, OwnStatements, RejoinAnswer, Seq, ValidatorIndex,
    ValidatorSet, View, Vote,
};

/// Header of one batch of a lane. [L1]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BatchHeader {
    /// Epoch of the lane.
    pub epoch: Epoch,
    /// Whose lane.
    pub lane: ValidatorIndex,
    /// Life of the lane: 0 for the first of an epoch, then the owner's view times 256 plus a count. [L11]
    pub incarnation: u64,
    /// Position, from 1.
    pub seq: Seq,
    /// Digest of the batch before it.
    pub parent: Hash,
    /// Owner's wall clock; informational, no rule reads it.
    pub time: BlockTime,
    /// Transactions in the payload.
    pub transactions: u32,
    /// Bytes of the payload.
    pub bytes: u64,
    /// Merkle root over the transactions' bytes. [M4]
    pub payload_root: Hash,
}

/// A batch header with its owner's signature.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedHeader {
    /// The header.
    pub header: BatchHeader,
    /// The lane owner's signature over it.
    pub signature: Signature,
}

impl SignedHeader {
    pub(crate) fn sign(set: &ValidatorSet, key: &SecretKey, header: BatchHeader) -> SignedHeader {
        let signature = key.sign(&header.digest(set));
        SignedHeader { header, signature }
    }

    /// Whether epoch, lane and signature hold. The payload is checked where it is known. [L3]
    #[must_use]
    pub fn verify(&self, set: &ValidatorSet) -> bool {
        self.header.epoch == set.epoch()
            && self.header.seq >= Seq(1)
            && set
                .key(self.header.lane)
                .is_some_and(|key| key.verify(&self.header.digest(set), &self.signature))
    }
}

impl BatchHeader {
    /// Name of the batch, and what its owner signs.
    #[must_use]
    pub fn digest(&self, set: &ValidatorSet) -> Hash {
        Domain::Batch.statement(set.chain(), set.epoch(), &codec::encode(self))
    }

    /// The parent of a lane's first batch. [L1]
    #[must_use]
    pub fn lane_genesis(set: &ValidatorSet, lane: ValidatorIndex) -> Hash {
        Domain::LaneGenesis.statement(set.chain(), set.epoch(), &lane.0.to_le_bytes())
    }
}

/// The new tip of one lane in a block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct CutEntry {
    /// Whose lane.
    pub lane: ValidatorIndex,
    /// Position of the tip.
    pub seq: Seq,
    /// Digest of the tip.
    pub digest: Hash,
}

/// Certified results of execution. [X1]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, BorshSerialize, BorshDeserialize)]
pub struct Exec {
    /// Highest height whose results the block certifies.
    pub executed: Height,
    /// Cumulative results up to that height.
    pub results: Hash,
    /// Highest checkpoint whose state the block certifies.
    pub checkpoint: Height,
    /// State root at that checkpoint.
    pub state_root: Hash,
}

/// One block: which lane tips come next, and which results stand.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// Epoch of the validators that certify it.
    pub epoch: Epoch,
    /// View in which it was proposed.
    pub view: View,
    /// Height in the ledger.
    pub height: Height,
    /// View of the parent.
    pub parent_view: View,
    /// Digest of the parent.
    pub parent: Hash,
    /// New tips, strictly ascending by lane; lanes without news are left out.
    pub cut: Vec<CutEntry>,
    /// Certified results.
    pub exec: Exec,
    /// Block time.
    pub time: BlockTime,
    /// Offences to be recorded, strictly ascending by culprit. [E4]
    pub evidence: Vec<Evidence>,
    /// Whether it belongs to the ledger, ends the epoch, or only helps to end it. [T1][T2]
    pub kind: BlockKind,
}

/// The name of a block before it is bound to a chain and an epoch: its view, and one hash over everything in it. [M4]
///
/// Two of them show that a leader proposed twice, whatever the blocks contained and however large they were. [E1]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct BlockName {
    /// View in which the block was proposed.
    pub view: View,
    /// Hash of the block's canonical bytes.
    pub contents: Hash,
}

impl BlockName {
    /// What the leader signs, and what votes name.
    #[must_use]
    pub fn digest(&self, set: &ValidatorSet) -> Hash {
        Domain::Block.statement(set.chain(), set.epoch(), &codec::encode(self))
    }
}

impl Block {
    /// View and contents.
    #[must_use]
    pub fn name(&self) -> BlockName {
        BlockName {
            view: self.view,
            contents: Domain::BlockContents.hash(&[&codec::encode(self)]),
        }
    }

    /// Name of the block, and what its leader signs. [M4]
    #[must_use]
    pub fn digest(&self, set: &ValidatorSet) -> Hash {
        self.name().digest(set)
    }

    /// Whether the block changes more than what is certified: it orders batches or records evidence. [Q2][Q3][E6]
    #[must_use]
    pub fn has_effect(&self) -> bool {
        !self.cut.is_empty() || !self.evidence.is_empty()
    }

    /// The block all chains of a network begin with: height 0, view 0, nothing cut, the genesis state certified. [V1]
    #[must_use]
    pub fn genesis(set: &ValidatorSet, time: BlockTime, state_root: Hash) -> Block {
        let exec = Exec {
            state_root,
            ..Exec::default()
        };
        Block {
            epoch: set.epoch(),
            view: View(0),
            height: Height(0),
            parent_view: View(0),
            parent: Hash::ZERO,
            cut: Vec::new(),
            exec,
            time,
            evidence: Vec::new(),
            kind: BlockKind::Ledger,
        }
    }

    /// The block with which the epoch of `set` begins: nobody signs it, it follows from the Terminal block before it. [T5]
    #[must_use]
    pub fn epoch_genesis(set: &ValidatorSet, terminal: &Block, digest: Hash) -> Block {
        Block {
            epoch: set.epoch(),
            view: View(0),
            height: terminal.height,
            parent_view: View(0),
            parent: digest,
            cut: Vec::new(),
            exec: terminal.exec,
            time: terminal.time,
            evidence: Vec::new(),
            kind: BlockKind::Ledger,
        }
    }
}

/// A block with its leader's signature.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedBlock {
    /// The block.
    pub block: Block,
    /// Signature of the leader of the block's view.
    pub signature: Signature,
}

impl SignedBlock {
    pub(crate) fn sign(set: &ValidatorSet, key: &SecretKey, block: Block) -> SignedBlock {
        let signature = key.sign(&block.digest(set));
        SignedBlock { block, signature }
    }

    /// Whether the leader of the block's view signed it.
    #[must_use]
    pub fn verify(&self, set: &ValidatorSet) -> bool {
        self.block.epoch == set.epoch()
            && set
                .key(set.leader(self.block.view))
                .is_some_and(|key| key.verify(&self.block.digest(set), &self.signature))
    }
}

/// A block and what a voter needs to accept its parent. [V6]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    /// The block.
    pub block: SignedBlock,
    /// Certificates: of the parent, of skipped views, and the one that lets exec.executed rise.
    pub justification: Vec<Certificate>,
}

/// What a validator holds of one lane; the digest also names the branch and the incarnation. [W1]
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Watermark {
    /// Whose lane.
    pub lane: ValidatorIndex,
    /// Held up to this position.
    pub seq: Seq,
    /// Digest there.
    pub digest: Hash,
}

/// A validator's watermarks that changed, and how far it has executed. Unsigned hints. [W1][W2]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Watermarks {
    /// Grows with every message of the sender's process. [W2]
    pub counter: u64,
    /// Changed entries, or all of them.
    pub entries: Vec<Watermark>,
    /// Highest executed height.
    pub executed: Height,
    /// Highest executed checkpoint.
    pub checkpoint: Height,
}

/// Everything one core says to another. Batches travel beside it, since their payload is none of the core's business.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// A leader's block with its justification.
    Proposal(Proposal),
    /// One vote, on its signer's channel only. [M5]
    Vote(Vote),
    /// A certificate, from anyone.
    Certificate(Certificate),
    /// What the sender holds and has executed.
    Watermarks(Watermarks),
    /// Asks for a batch. Answered by the shell, which has the payload.
    BatchRequest {
        /// Name of the batch.
        digest: Hash,
    },
    /// Asks for a block that is not final yet, by digest.
    BlockRequest {
        /// Name of the block.
        digest: Hash,
    },
    /// Asks for the proposal of a view. [V18]
    ProposalRequest {
        /// The view.
        view: View,
    },
    /// Asks for a certificate of this view, or one that supersedes it. [V4][V10]
    CertificateRequest {
        /// The view.
        view: View,
    },
    /// Asks what the asker's own key has signed, as far as the other has seen; at every start. [J2]
    OwnStatementsRequest,
    /// What the other has seen of the asker's own key, and how far finality is. [J2]
    OwnStatements(Box<OwnStatements>),
    /// Asks, from quarantine, in which view the other is. [J4]
    RejoinRequest {
        /// Fresh number.
        challenge: Hash,
        /// The view the asker waits for; 0 while it does not know.
        until: View,
    },
    /// Where the answerer stands. [J4]
    RejoinAnswer(Box<RejoinAnswer>),
    /// Asks for final blocks above a height. Answered by the shell, which has the store. [G2]
    RangeRequest {
        /// Height the asker has.
        above: Height,
    },
    /// Final blocks in ascending order, the last of which the finalization names. [G2]
    Range {
        /// The blocks.
        blocks: Vec<SignedBlock>,
        /// Finalization of the last block.
        finalization: Certificate,
    },
    /// The range asked for is not kept any more. A hint whom to ask, never a fact about the chain. [G4]
    Pruned {
        /// The lowest height the sender has.
        lowest: Height,
    },
    /// An offence that the sender can show, from anyone. [E3]
    Evidence(Evidence),
}
