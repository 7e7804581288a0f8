//! Evidence: what shows to anybody, with nothing but the validator set, that a validator broke a rule it can only break on purpose.
//!
//! ```text
//!   two votes | two proposals | two batch headers of one slot             Evidence --verify(set)--> Culprit { validator, slot }
//!   batch header + Merkle path + transaction with a bad signature    --'
//! ```
//! A pure function of the bytes, the set and the network's one signature predicate: it reads no state, no clock and no memory of
//! what else was seen, so that whoever obeys the rules can never be convicted by anybody. [E1][E2]

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{ChainId, Epoch, Hash, Signature, codec, domain::Domain, limits, merkle};
use thiserror::Error;

use crate::{
    BlockName, Seq, SignedBlock, SignedHeader, ValidatorIndex, ValidatorSet, View, Vote, VoteKind,
};

/// Whether these bytes are a transaction of this chain in canonical form, a signature of which does not hold. [E2]
///
/// Ordering does not know transactions, so whoever runs it says. It must be a pure function that never changes for bytes it has
/// convicted, and must be false for everything it does not understand.
pub type InvalidTransaction = fn(&ChainId, &[u8]) -> bool;

/// A rule that was broken.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize,
)]
pub enum OffenceKind {
    /// Two Notarize of one view. [V7]
    DoubleNotarize,
    /// Two Finalize of one view. [R2]
    DoubleFinalize,
    /// Nullify and Finalize of one view. [R2]
    NullifyAndFinalize,
    /// Two proposals of one view. [V5]
    DoubleProposal,
    /// Two batches of one position. [L1]
    DoubleBatch,
    /// A batch with a transaction whose signature does not hold. [L3]
    BadTransaction,
}

impl OffenceKind {
    /// Every kind, in order.
    pub const ALL: [OffenceKind; 6] = [
        OffenceKind::DoubleNotarize,
        OffenceKind::DoubleFinalize,
        OffenceKind::NullifyAndFinalize,
        OffenceKind::DoubleProposal,
        OffenceKind::DoubleBatch,
        OffenceKind::BadTransaction,
    ];

    /// The word for it in metrics, logs and answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OffenceKind::DoubleNotarize => "double_notarize",
            OffenceKind::DoubleFinalize => "double_finalize",
            OffenceKind::NullifyAndFinalize => "nullify_and_finalize",
            OffenceKind::DoubleProposal => "double_proposal",
            OffenceKind::DoubleBatch => "double_batch",
            OffenceKind::BadTransaction => "bad_transaction",
        }
    }
}

/// Where a validator may sign one thing only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Place {
    /// A view.
    View(View),
    /// A position of its lane.
    Lane {
        /// Life of the lane.
        incarnation: u64,
        /// Position in it.
        seq: Seq,
    },
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::View(view) => write!(f, "view {view}"),
            Place::Lane { incarnation, seq } => {
                write!(f, "lane position {incarnation}.{}", seq.0)
            }
        }
    }
}

/// The rule, the epoch and the place: one offence of a validator counts once. [E5]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Slot {
    /// Epoch whose validator set judges it.
    pub epoch: Epoch,
    /// The rule.
    pub kind: OffenceKind,
    /// The place.
    pub place: Place,
}

/// Who broke a rule, and where: the identity of an offence, whichever two signatures show it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Culprit {
    /// The validator, by its place in the set of `slot.epoch`.
    pub validator: ValidatorIndex,
    /// What it broke where.
    pub slot: Slot,
}

impl Culprit {
    /// A name for the offence, equal on all nodes of all networks that see the same one.
    #[must_use]
    pub fn id(&self) -> Hash {
        Domain::Offence.hash(&[&codec::encode(self)])
    }
}

/// The signed bodies that contradict each other, or the batch that contains what it must not. [E1]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Offence {
    /// Two votes that nobody may both cast; ascending by (kind, digest).
    Votes(Box<[Vote; 2]>),
    /// Two proposals of one view, ascending; with the leader's signatures.
    Proposals(Box<[(BlockName, Signature); 2]>),
    /// Two headers of one position, ascending by digest.
    Headers(Box<[SignedHeader; 2]>),
    /// A transaction of a batch whose signature does not hold.
    Transaction {
        /// Header of the batch.
        header: Box<SignedHeader>,
        /// From the transaction to the header's payload root.
        path: merkle::InclusionProof,
        /// The transaction's bytes.
        transaction: Vec<u8>,
    },
}

/// One piece of evidence, complete in itself.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Evidence {
    /// Epoch whose validators it is judged by.
    pub epoch: Epoch,
    /// What shows it.
    pub offence: Offence,
}

/// Why something is no evidence.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum EvidenceError {
    /// It belongs to another epoch than the set.
    #[error("it is of epoch {}, the validators are of epoch {}", .found.0, .expected.0)]
    Epoch {
        /// Epoch of the evidence.
        found: Epoch,
        /// Epoch of the set.
        expected: Epoch,
    },
    /// The two bodies may both be signed by an honest validator, or are one.
    #[error("the two statements do not contradict each other")]
    NoContradiction,
    /// It is not written in its one form.
    #[error("its parts are not in their order")]
    Order,
    /// A signature does not hold for the validator of that index, or there is none.
    #[error("a signature does not hold for the validator it names")]
    Signature,
    /// The transaction does not stand under the header's payload root.
    #[error("the transaction is not part of the batch")]
    Path,
    /// The transaction's signatures hold, or it is nothing this program can judge.
    #[error("the transaction's signatures hold or cannot be judged")]
    Transaction,
    /// It is larger than a block's evidence may be.
    #[error("it has more than {} bytes", limits::EVIDENCE_BYTES_MAX)]
    TooLong,
}

impl EvidenceError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            EvidenceError::Epoch { .. } => "EVIDENCE_EPOCH",
            EvidenceError::NoContradiction => "EVIDENCE_NO_CONTRADICTION",
            EvidenceError::Order => "EVIDENCE_ORDER",
            EvidenceError::Signature => "EVIDENCE_SIGNATURE",
            EvidenceError::Path => "EVIDENCE_PATH",
            EvidenceError::Transaction => "EVIDENCE_TRANSACTION",
            EvidenceError::TooLong => "EVIDENCE_TOO_LONG",
        }
    }
}

impl Evidence {
    /// Evidence out of two votes of one signer that contradict each other; `None` when they do not. Signatures are not looked at.
    #[must_use]
    pub fn of_votes(epoch: Epoch, one: &Vote, other: &Vote) -> Option<Evidence> {
        let mut pair = [one.clone(), other.clone()];
        pair.sort_by_key(|vote| (vote.kind, vote.digest));
        rule_of_votes(&pair)?;
        let offence = Offence::Votes(Box::new(pair));
        Some(Evidence { epoch, offence })
    }

    /// Evidence out of two blocks of one view.
    #[must_use]
    pub fn of_proposals(one: &SignedBlock, other: &SignedBlock) -> Option<Evidence> {
        let epoch = one.block.epoch;
        (other.block.epoch == epoch).then_some(())?;
        Evidence::of_names(
            epoch,
            (one.block.name(), one.signature),
            (other.block.name(), other.signature),
        )
    }

    /// As [`Evidence::of_proposals`], of what a leader signs of a block.
    pub(crate) fn of_names(
        epoch: Epoch,
        one: (BlockName, Signature),
        other: (BlockName, Signature),
    ) -> Option<Evidence> {
        let mut pair = [one, other];
        pair.sort_by_key(|(name, _)| *name);
        let contradict = pair[0].0.view == pair[1].0.view && pair[0].0 != pair[1].0;
        let offence = Offence::Proposals(Box::new(pair));
        contradict.then_some(Evidence { epoch, offence })
    }

    /// Evidence out of two headers of one position of one lane.
    #[must_use]
    pub fn of_headers(one: &SignedHeader, other: &SignedHeader) -> Option<Evidence> {
        let mut pair = [one.clone(), other.clone()];
        pair.sort_by_key(|signed| codec::encode(&signed.header));
        let epoch = pair[0].header.epoch;
        contradict(&pair).then(|| Evidence {
            epoch,
            offence: Offence::Headers(Box::new(pair)),
        })
    }

    /// Evidence out of a transaction that does not hold, with its path to the batch's payload root.
    #[must_use]
    pub fn of_transaction(
        header: SignedHeader,
        path: merkle::InclusionProof,
        transaction: Vec<u8>,
    ) -> Evidence {
        let epoch = header.header.epoch;
        let header = Box::new(header);
        let offence = Offence::Transaction {
            header,
            path,
            transaction,
        };
        Evidence { epoch, offence }
    }

    /// Whom it accuses of what, as it stands there: nothing is verified. `None` when it accuses of nothing.
    #[must_use]
    pub fn accused(&self, set: &ValidatorSet) -> Option<Culprit> {
        let lane = |signed: &SignedHeader| Place::Lane {
            incarnation: signed.header.incarnation,
            seq: signed.header.seq,
        };
        let (validator, kind, place) = match &self.offence {
            Offence::Votes(pair) => (
                pair[0].signer,
                rule_of_votes(pair)?,
                Place::View(pair[0].view),
            ),
            Offence::Proposals(pair) => {
                let view = pair[0].0.view;
                let kind = OffenceKind::DoubleProposal;
                (set.leader(view), kind, Place::View(view))
            }
            Offence::Headers(pair) => (
                pair[0].header.lane,
                OffenceKind::DoubleBatch,
                lane(&pair[0]),
            ),
            Offence::Transaction { header, .. } => {
                let kind = OffenceKind::BadTransaction;
                (header.header.lane, kind, lane(header))
            }
        };
        let slot = Slot {
            epoch: self.epoch,
            kind,
            place,
        };
        Some(Culprit { validator, slot })
    }

    /// Checks it against the validators of its epoch, and says who broke what. [E1][E2]
    ///
    /// # Errors
    /// [`EvidenceError`] naming the first thing that does not hold.
    pub fn verify(
        &self,
        set: &ValidatorSet,
        is_invalid: InvalidTransaction,
    ) -> Result<Culprit, EvidenceError> {
        if self.epoch != set.epoch() {
            return Err(EvidenceError::Epoch {
                found: self.epoch,
                expected: set.epoch(),
            });
        }
        // A block's list carries its own length.
        if self.size() + 4 > limits::EVIDENCE_BYTES_MAX {
            return Err(EvidenceError::TooLong);
        }
        let signed = match &self.offence {
            Offence::Votes(pair) => {
                in_order(
                    &(pair[0].kind, pair[0].digest),
                    &(pair[1].kind, pair[1].digest),
                )?;
                pair.iter().all(|vote| vote.verify(set))
            }
            Offence::Proposals(pair) => {
                in_order(&pair[0].0, &pair[1].0)?;
                if pair[0].0.view != pair[1].0.view {
                    return Err(EvidenceError::NoContradiction);
                }
                let key = set.key(set.leader(pair[0].0.view));
                pair.iter().all(|(name, signature)| {
                    key.is_some_and(|key| key.verify(&name.digest(set), signature))
                })
            }
            Offence::Headers(pair) => {
                in_order(
                    &codec::encode(&pair[0].header),
                    &codec::encode(&pair[1].header),
                )?;
                if !contradict(pair) {
                    return Err(EvidenceError::NoContradiction);
                }
                pair.iter().all(|header| is_signed(header, set))
            }
            Offence::Transaction {
                header,
                path,
                transaction,
            } => {
                let leaf = merkle::leaf(transaction);
                if path.rows != u64::from(header.header.transactions)
                    || !path.verify(&leaf, &header.header.payload_root)
                {
                    return Err(EvidenceError::Path);
                }
                if !is_invalid(set.chain(), transaction) {
                    return Err(EvidenceError::Transaction);
                }
                is_signed(header, set)
            }
        };
        let accused = self.accused(set).ok_or(EvidenceError::NoContradiction)?;
        signed.then_some(accused).ok_or(EvidenceError::Signature)
    }

    /// Bytes of its canonical form.
    #[must_use]
    pub fn size(&self) -> usize {
        codec::encode(self).len()
    }

    /// The evidence as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`codec::CodecError`] when it is no evidence in canonical form, or too long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Evidence, codec::CodecError> {
        codec::decode(bytes, limits::EVIDENCE_BYTES_MAX)
    }
}

/// The rule that two votes, the lower kind first, break together.
fn rule_of_votes(pair: &[Vote; 2]) -> Option<OffenceKind> {
    let [one, other] = pair;
    if one.signer != other.signer || one.view != other.view {
        return None;
    }
    match (one.kind, other.kind) {
        (VoteKind::Notarize, VoteKind::Notarize) if one.digest != other.digest => {
            Some(OffenceKind::DoubleNotarize)
        }
        (VoteKind::Finalize, VoteKind::Finalize) if one.digest != other.digest => {
            Some(OffenceKind::DoubleFinalize)
        }
        (VoteKind::Nullify, VoteKind::Finalize) => Some(OffenceKind::NullifyAndFinalize),
        // Notarize goes with each of the others, and the same vote twice is one.
        (VoteKind::Notarize | VoteKind::Nullify | VoteKind::Finalize, _) => None,
    }
}

/// Two different headers of one position.
fn contradict(pair: &[SignedHeader; 2]) -> bool {
    let place = |signed: &SignedHeader| {
        let header = &signed.header;
        (header.epoch, header.lane, header.incarnation, header.seq)
    };
    place(&pair[0]) == place(&pair[1]) && pair[0].header != pair[1].header
}

/// The owner's signature alone: whether the header is one that receivers take is another question.
fn is_signed(signed: &SignedHeader, set: &ValidatorSet) -> bool {
    let key = set.key(signed.header.lane);
    signed.header.epoch == set.epoch()
        && key.is_some_and(|key| key.verify(&signed.header.digest(set), &signed.signature))
}

/// Strictly ascending: one offence shown by two bodies has one order of them. [E1]
fn in_order<T: Ord>(one: &T, other: &T) -> Result<(), EvidenceError> {
    (one < other).then_some(()).ok_or(EvidenceError::Order)
}

#[cfg(test)]
mod tests;
