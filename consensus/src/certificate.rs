//! Votes and the certificates they make.
//!
//! ```text
//!   Vote { kind, view, digest, signer, signature }  --q of one body-->  Certificate { kind, view, digest, bitmap, q signatures }
//! ```
//! A certificate is checked with nothing but the validator set of its epoch; regulators and auditors do so offline. [M2][M3]

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{Hash, PublicKey, SecretKey, Signature, codec, domain::Domain, keys};

use crate::{ValidatorIndex, ValidatorSet, View};

/// What a vote says about its view.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum VoteKind {
    /// This is the first valid block of the view that I saw.
    Notarize,
    /// I give the view up.
    Nullify,
    /// The view's block is notarized and I have not given the view up.
    Finalize,
}

impl VoteKind {
    fn domain(self) -> Domain {
        match self {
            VoteKind::Notarize => Domain::Notarize,
            VoteKind::Nullify => Domain::Nullify,
            VoteKind::Finalize => Domain::Finalize,
        }
    }
}

/// The 32 bytes that a vote of this body signs. [M2]
fn statement(set: &ValidatorSet, kind: VoteKind, view: View, digest: &Hash) -> Hash {
    let body = match kind {
        VoteKind::Notarize | VoteKind::Finalize => codec::encode(&(view, *digest)),
        VoteKind::Nullify => codec::encode(&view),
    };
    kind.domain().statement(set.chain(), set.epoch(), &body)
}

/// One validator's signed vote.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    /// What it says.
    pub kind: VoteKind,
    /// Of which view.
    pub view: View,
    /// Of which block; zero for Nullify.
    pub digest: Hash,
    /// Who says it.
    pub signer: ValidatorIndex,
    /// The signer's signature over kind, view and digest.
    pub signature: Signature,
}

impl Vote {
    /// Signs a vote. Only the gate in `record` calls this. [R1]
    pub(crate) fn sign(
        set: &ValidatorSet,
        key: &SecretKey,
        signer: ValidatorIndex,
        kind: VoteKind,
        view: View,
        digest: Hash,
    ) -> Vote {
        let signature = key.sign(&statement(set, kind, view, &digest));
        Vote {
            kind,
            view,
            digest,
            signer,
            signature,
        }
    }

    /// Whether the vote is well-formed and its signature holds.
    #[must_use]
    pub fn verify(&self, set: &ValidatorSet) -> bool {
        (self.kind != VoteKind::Nullify || self.digest == Hash::ZERO)
            && set.key(self.signer).is_some_and(|key| {
                key.verify(
                    &statement(set, self.kind, self.view, &self.digest),
                    &self.signature,
                )
            })
    }
}

/// q signatures over one vote body: a notarization, a nullification or a finalization. [M3]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    /// What the signers say.
    pub kind: VoteKind,
    /// Of which view.
    pub view: View,
    /// Of which block; zero for a nullification.
    pub digest: Hash,
    /// Bit i (least significant first) is set when validator i signed.
    pub bitmap: Vec<u8>,
    /// The signers' signatures in index order.
    pub signatures: Vec<Signature>,
}

impl Certificate {
    /// Makes a certificate out of at least q verified signatures of one body, of which it keeps the first q by index.
    pub(crate) fn assemble(
        set: &ValidatorSet,
        kind: VoteKind,
        view: View,
        digest: Hash,
        votes: impl Iterator<Item = (ValidatorIndex, Signature)>,
    ) -> Certificate {
        let mut bitmap = vec![0u8; set.size().div_ceil(8)];
        let mut signatures = Vec::with_capacity(set.quorum());
        for (signer, signature) in votes.take(set.quorum()) {
            bitmap[signer.usize() / 8] |= 1 << (signer.usize() % 8);
            signatures.push(signature);
        }
        Certificate {
            kind,
            view,
            digest,
            bitmap,
            signatures,
        }
    }

    /// Who signed, in index order; bits beyond the set are not signers.
    pub fn signers<'a>(
        &'a self,
        set: &'a ValidatorSet,
    ) -> impl Iterator<Item = ValidatorIndex> + 'a {
        set.indexes().filter(|index| self.has_bit(index.usize()))
    }

    /// The votes it is made of.
    pub fn votes<'a>(&'a self, set: &'a ValidatorSet) -> impl Iterator<Item = Vote> + 'a {
        let signed = self.signers(set).zip(&self.signatures);
        signed.map(|(signer, signature)| Vote {
            kind: self.kind,
            view: self.view,
            digest: self.digest,
            signer,
            signature: *signature,
        })
    }

    fn has_bit(&self, index: usize) -> bool {
        self.bitmap
            .get(index / 8)
            .is_some_and(|byte| byte >> (index % 8) & 1 == 1)
    }

    /// Whether this is the one encoding of exactly q valid signatures of distinct validators. [M3]
    #[must_use]
    pub fn verify(&self, set: &ValidatorSet) -> bool {
        let ones: u32 = self.bitmap.iter().map(|byte| byte.count_ones()).sum();
        let well_formed = self.bitmap.len() == set.size().div_ceil(8)
            && ones as usize == set.quorum()
            && self.signatures.len() == set.quorum()
            && (set.size()..self.bitmap.len() * 8).all(|unused| !self.has_bit(unused))
            && (self.kind != VoteKind::Nullify || self.digest == Hash::ZERO);
        if !well_formed {
            return false;
        }
        let body = statement(set, self.kind, self.view, &self.digest);
        let signers: Vec<&PublicKey> = self
            .signers(set)
            .filter_map(|index| set.key(index))
            .collect();
        let statements: Vec<_> = signers
            .iter()
            .zip(&self.signatures)
            .map(|(key, signature)| (**key, body, *signature))
            .collect();
        statements.len() == set.quorum() && keys::verify_batch(&statements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_primitives::{ChainId, Epoch};

    fn network(n: u8) -> (ValidatorSet, Vec<SecretKey>) {
        let secrets: Vec<SecretKey> = (0..n).map(|i| SecretKey::from_seed(&[i + 1; 32])).collect();
        let keys = secrets.iter().map(SecretKey::public_key).collect();
        (
            ValidatorSet::new(ChainId(Hash([3; 32])), Epoch(0), keys),
            secrets,
        )
    }

    fn certificate(
        set: &ValidatorSet,
        secrets: &[SecretKey],
        signers: &[u16],
        kind: VoteKind,
        digest: Hash,
    ) -> Certificate {
        let votes = signers.iter().map(|i| {
            let vote = Vote::sign(
                set,
                &secrets[usize::from(*i)],
                ValidatorIndex(*i),
                kind,
                View(5),
                digest,
            );
            assert!(vote.verify(set));
            (vote.signer, vote.signature)
        });
        Certificate::assemble(set, kind, View(5), digest, votes)
    }

    #[test]
    fn exactly_q_distinct_signers_in_one_encoding() {
        let (set, secrets) = network(5);
        let good = certificate(
            &set,
            &secrets,
            &[0, 1, 3, 4],
            VoteKind::Notarize,
            Hash([7; 32]),
        );
        assert!(good.verify(&set));
        let change = |edit: &dyn Fn(&mut Certificate)| {
            let mut changed = good.clone();
            edit(&mut changed);
            changed.verify(&set)
        };
        assert!(!change(&|c| c.kind = VoteKind::Finalize), "another kind");
        assert!(!change(&|c| c.view = View(6)), "another view");
        assert!(!change(&|c| c.digest = Hash([8; 32])), "another block");
        assert!(!change(&|c| c.signatures.swap(0, 1)), "out of index order");
        assert!(
            !change(&|c| c.signatures[3] = c.signatures[2]),
            "a signature twice"
        );
        assert!(!change(&|c| c.bitmap.push(0)), "a longer bitmap");
        assert!(
            !change(&|c| c.bitmap[0] |= 1 << 2),
            "a bit without a signature"
        );
        assert!(
            !change(&|c| c.bitmap[0] = (c.bitmap[0] & !1) | 1 << 6),
            "a bit beyond the set"
        );
        assert!(
            !change(&|c| {
                c.bitmap[0] &= !1;
                c.signatures.remove(0);
            }),
            "one signer too few"
        );
    }

    #[test]
    fn votes_of_another_chain_or_epoch_or_with_a_digest_on_nullify_do_not_hold() {
        let (set, secrets) = network(4);
        let vote = Vote::sign(
            &set,
            &secrets[2],
            ValidatorIndex(2),
            VoteKind::Nullify,
            View(5),
            Hash::ZERO,
        );
        assert!(vote.verify(&set));
        assert!(
            !Vote {
                digest: Hash([1; 32]),
                ..vote.clone()
            }
            .verify(&set)
        );
        let keys: Vec<PublicKey> = secrets.iter().map(SecretKey::public_key).collect();
        assert!(!vote.verify(&ValidatorSet::new(
            ChainId(Hash([4; 32])),
            Epoch(0),
            keys.clone()
        )));
        assert!(!vote.verify(&ValidatorSet::new(ChainId(Hash([3; 32])), Epoch(1), keys)));
    }
}
