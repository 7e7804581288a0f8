//! Who is to blame when two finalizations contradict each other: more than f validators, by name. [E8]
//!
//! ```text
//!   v1: d1 ---- finalization          one view:    who finalized both, who notarized both
//!      \                              two views:   who nullified v1 and finalized it
//!       p <-- c <-- ... <-- d2 ---- finalization
//!             c skips v1: whoever notarized c must be able to show nullification(v1); if nobody can, none of them had it
//! ```
//! The last step is by failure to produce: it holds as long as none of the accused comes up with what is asked for, and every honest
//! one can, because certificates are kept for the ledger's retention time. [R5]

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{Epoch, Hash, codec};
use thiserror::Error;

use crate::{Block, Certificate, Evidence, ValidatorIndex, ValidatorSet, View, Vote, VoteKind};

/// Bytes of the material; about a thousand blocks with their certificates.
const CONFLICT_BYTES_MAX: usize = 16 << 20;

/// Two finalizations that cannot both be, and everything anybody could show about the views between.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Conflict {
    /// Epoch of both.
    pub epoch: Epoch,
    /// The finalizations.
    pub finalizations: [Certificate; 2],
    /// Blocks on the line of the later one down to the earlier one's view, in any order, and any others.
    pub blocks: Vec<Block>,
    /// Notarizations, nullifications and finalizations; what does not hold is passed over.
    pub certificates: Vec<Certificate>,
}

/// What an accused validator would have to show to be cleared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shown {
    /// A notarization or finalization of this block.
    Notarization {
        /// Its view.
        view: View,
        /// The block.
        digest: Hash,
    },
    /// A nullification.
    Nullification {
        /// Its view.
        view: View,
    },
}

/// Why a validator is to blame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Guilt {
    /// It signed two statements that nobody may both sign.
    Signed(Evidence),
    /// It voted on the strength of a certificate that nobody can show.
    CouldNotShow(Shown),
}

/// Who is to blame, and why.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Blame {
    /// By validator.
    pub culprits: BTreeMap<ValidatorIndex, Guilt>,
}

/// Why nobody is blamed.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum BlameError {
    /// The bytes are no such material.
    #[error("no material about a conflict: {0}")]
    Codec(#[from] codec::CodecError),
    /// It is of another epoch than the set.
    #[error("it is of another epoch than the validators")]
    Epoch,
    /// One of the two is not a valid finalization.
    #[error("one of the two finalizations does not hold")]
    Finalization,
    /// Both blocks are on one line.
    #[error("the two finalizations do not contradict each other")]
    NoConflict,
    /// The line from the later block downwards is not complete.
    #[error("block {0} is missing from the material")]
    BlockMissing(Hash),
}

impl BlameError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            BlameError::Codec(_) => "CONFLICT_MALFORMED",
            BlameError::Epoch => "CONFLICT_EPOCH",
            BlameError::Finalization => "CONFLICT_FINALIZATION",
            BlameError::NoConflict => "CONFLICT_NONE",
            BlameError::BlockMissing(_) => "CONFLICT_BLOCK_MISSING",
        }
    }
}

impl Conflict {
    /// The material as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BlameError::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Conflict, BlameError> {
        Ok(codec::decode(bytes, CONFLICT_BYTES_MAX)?)
    }
}

/// Names those to blame: at least n - 2f validators, none of which obeyed the signing gate. [E8]
///
/// # Errors
/// [`BlameError`] when the material shows no conflict, or not enough of it.
pub fn blame(set: &ValidatorSet, conflict: &Conflict) -> Result<Blame, BlameError> {
    if conflict.epoch != set.epoch() {
        return Err(BlameError::Epoch);
    }
    let [one, other] = &conflict.finalizations;
    let holds = |certificate: &Certificate| {
        certificate.kind == VoteKind::Finalize && certificate.verify(set)
    };
    if !holds(one) || !holds(other) {
        return Err(BlameError::Finalization);
    }
    let (low, high) = if one.view <= other.view {
        (one, other)
    } else {
        (other, one)
    };
    if low.digest == high.digest {
        return Err(BlameError::NoConflict);
    }
    let inquiry = Inquiry::new(set, conflict);
    if low.view == high.view {
        return Ok(inquiry.pairs(low, high));
    }
    match inquiry.line_to(low, high)? {
        Line { path, claim: None } => Ok(inquiry.vouchers(&path, None)),
        Line {
            path,
            claim: Some((parent_view, parent)),
        } if parent_view == low.view => {
            if parent == low.digest {
                return Err(BlameError::NoConflict);
            }
            Ok(inquiry.two_of_one_view(low, &path, parent))
        }
        Line {
            path,
            claim: Some(_),
        } => {
            let view = low.view;
            Ok(match inquiry.find(VoteKind::Nullify, view, &Hash::ZERO) {
                Some(nullification) => inquiry.pairs(nullification, low),
                None => inquiry.vouchers(&path, Some(Shown::Nullification { view })),
            })
        }
    }
}

/// The blocks from the first above the lower finalization's view up to the higher one's, as (view, digest) that was voted for.
struct Line {
    path: Vec<(View, Hash)>,
    /// Parent's view and digest as the lowest block names them; `None` when that block is not of the view it was voted for in.
    claim: Option<(View, Hash)>,
}

struct Inquiry<'a> {
    set: &'a ValidatorSet,
    blocks: BTreeMap<Hash, &'a Block>,
    /// What holds, by kind, view and digest.
    certificates: BTreeMap<(VoteKind, View, Hash), &'a Certificate>,
}

impl<'a> Inquiry<'a> {
    fn new(set: &'a ValidatorSet, conflict: &'a Conflict) -> Inquiry<'a> {
        let blocks = conflict.blocks.iter();
        let certificates = conflict.finalizations.iter().chain(&conflict.certificates);
        Inquiry {
            set,
            blocks: blocks.map(|block| (block.digest(set), block)).collect(),
            certificates: certificates
                .filter(|certificate| certificate.verify(set))
                .map(|it| ((it.kind, it.view, it.digest), it))
                .collect(),
        }
    }

    fn find(&self, kind: VoteKind, view: View, digest: &Hash) -> Option<&'a Certificate> {
        self.certificates.get(&(kind, view, *digest)).copied()
    }

    /// Walks down from the higher finalization to the first block whose parent lies at or below the lower one's view.
    fn line_to(&self, low: &Certificate, high: &Certificate) -> Result<Line, BlameError> {
        let (mut path, mut at) = (Vec::new(), (high.view, high.digest));
        let mut seen = BTreeSet::new();
        loop {
            path.insert(0, at);
            let block = self.blocks.get(&at.1);
            let block = block.ok_or(BlameError::BlockMissing(at.1))?;
            // A view that does not fall towards the parent ends the walk like a view that was lied about: [V8].
            if block.view != at.0 || block.parent_view >= block.view || !seen.insert(at.1) {
                return Ok(Line { path, claim: None });
            }
            if block.parent_view <= low.view {
                let claim = Some((block.parent_view, block.parent));
                return Ok(Line { path, claim });
            }
            at = (block.parent_view, block.parent);
        }
    }

    /// The parent of the line's lowest block is of the lower finalization's view, but another block.
    fn two_of_one_view(&self, low: &Certificate, path: &[(View, Hash)], parent: Hash) -> Blame {
        let view = low.view;
        if let Some(finalization) = self.find(VoteKind::Finalize, view, &parent) {
            return self.pairs(finalization, low);
        }
        let needed = |digest| Shown::Notarization { view, digest };
        let Some(theirs) = self.find(VoteKind::Notarize, view, &parent) else {
            return self.vouchers(path, Some(needed(parent)));
        };
        match self.find(VoteKind::Notarize, view, &low.digest) {
            Some(ours) => self.pairs(theirs, ours),
            // [R4] Whoever finalized a block had its notarization on disk before.
            None => self.signers(low, needed(low.digest)),
        }
    }

    /// Whoever vouches for the lowest block of a line, and could not show what it stands on. [V10][V13]
    ///
    /// If nobody shows the votes for that block either, the votes for the next are asked for theirs, up to the finalization.
    fn vouchers(&self, path: &[(View, Hash)], lowest_needs: Option<Shown>) -> Blame {
        let mut needed = lowest_needs;
        for (view, digest) in path {
            let (view, digest) = (*view, *digest);
            let itself = Shown::Notarization { view, digest };
            if let Some(notarization) = self.find(VoteKind::Notarize, view, &digest) {
                return self.signers(notarization, needed.unwrap_or(itself));
            }
            if let Some(finalization) = self.find(VoteKind::Finalize, view, &digest) {
                return self.signers(finalization, itself);
            }
            needed = Some(itself);
        }
        Blame::default()
    }

    fn signers(&self, certificate: &Certificate, needed: Shown) -> Blame {
        let guilt = |index| (index, Guilt::CouldNotShow(needed));
        Blame {
            culprits: certificate.signers(self.set).map(guilt).collect(),
        }
    }

    /// Everybody who signed both, and may not have.
    fn pairs(&self, one: &Certificate, other: &Certificate) -> Blame {
        let votes: BTreeMap<ValidatorIndex, Vote> = one
            .votes(self.set)
            .map(|vote| (vote.signer, vote))
            .collect();
        let culprits = other.votes(self.set).filter_map(|vote| {
            let evidence = Evidence::of_votes(self.set.epoch(), votes.get(&vote.signer)?, &vote)?;
            Some((vote.signer, Guilt::Signed(evidence)))
        });
        Blame {
            culprits: culprits.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
