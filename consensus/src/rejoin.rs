//! What validators tell one that has lost its vote record. [J4]
//!
//! ```text
//!   loser --RejoinRequest{challenge}--> all        answer = sign(loser | challenge | view m)  +  certificate that let the answerer into m
//!   loser: 2f+1 answers, M = max m             signs nothing below view M + 2
//! ```
//! Why M + 2: whoever signed in view w entered it by a certificate of w - 1, with at least n - 2f - 1 honest signers other than the
//! loser; 2f + 1 answers hold f + 1 honest ones out of at most n - 1 - f. The sum exceeds by one, so M >= w - 1. (consensus A10)

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{Hash, SecretKey, Signature, codec, domain::Domain, planted};

use crate::{Certificate, SignedHeader, ValidatorIndex, ValidatorSet, View, Vote};

/// Whether a validator has lost its vote record in this epoch, and what it may sign since.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Hash, BorshSerialize, BorshDeserialize)]
pub struct Quarantine {
    /// While set, nothing is signed. [J1]
    pub active: bool,
    /// Nothing below this view is ever signed; 0 while neither answers nor an intact high-water mark have told it. [J5]
    pub min_sign_view: View,
}

/// What a validator has seen of a peer's own key, and how far finality is. [J2]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct OwnStatements {
    /// The newest votes, highest views first; may be empty.
    pub votes: Vec<Vote>,
    /// The newest header of the peer's lane above what is final.
    pub header: Option<SignedHeader>,
    /// The highest finalization.
    pub finalization: Option<Certificate>,
}

/// A validator's signed view, and what proves it and brings the asker up. [J4]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RejoinAnswer {
    /// The number of the request.
    pub challenge: Hash,
    /// View of the answerer.
    pub view: View,
    /// Who answers.
    pub signer: ValidatorIndex,
    /// The answerer's signature over asker, challenge and view.
    pub signature: Signature,
    /// A certificate of a view at or above `view - 1`; none in view 1.
    pub entry: Option<Certificate>,
    /// Its highest finalization.
    pub finalization: Option<Certificate>,
}

fn statement(set: &ValidatorSet, asker: ValidatorIndex, challenge: &Hash, view: View) -> Hash {
    let body = codec::encode(&(asker, *challenge, view));
    Domain::Rejoin.statement(set.chain(), set.epoch(), &body)
}

impl RejoinAnswer {
    /// Signs an answer. Only the gate calls this. [R1]
    pub(crate) fn sign(
        set: &ValidatorSet,
        key: &SecretKey,
        signer: ValidatorIndex,
        asker: ValidatorIndex,
        challenge: Hash,
        view: View,
    ) -> RejoinAnswer {
        RejoinAnswer {
            challenge,
            view,
            signer,
            signature: key.sign(&statement(set, asker, &challenge, view)),
            entry: None,
            finalization: None,
        }
    }

    /// Whether the answerer signed this for `asker` and shows how it came into its view. [J4]
    #[must_use]
    pub fn verify(&self, set: &ValidatorSet, asker: ValidatorIndex) -> bool {
        let signed = set.key(self.signer).is_some_and(|key| {
            key.verify(
                &statement(set, asker, &self.challenge, self.view),
                &self.signature,
            )
        });
        let proven = match &self.entry {
            None => self.view <= View(1) || planted!("L8"),
            Some(entry) => entry.view.next() >= self.view && entry.verify(set),
        };
        signed && proven
    }
}
