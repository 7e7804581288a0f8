//! Certificates: q distinct keys of the set signed this very statement; a view has one notarization, and never both a
//! finalization and a nullification.
//!
//! The statement is put together here by PROTOCOL.md M2, not by the code that is checked.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sycee_consensus::{Certificate, ValidatorSet, View, VoteKind};
use sycee_primitives::{Hash, PublicKey};

use super::Verdict;

/// Decisions by view.
pub struct Certificates {
    chain: Hash,
    epoch: u64,
    keys: Vec<PublicKey>,
    quorum: usize,
    seen: BTreeSet<(u8, View, Hash)>,
    /// Notarized blocks.
    pub notarized: BTreeMap<View, Hash>,
    /// Finalized blocks.
    pub finalized: BTreeMap<View, Hash>,
    /// Nullified views.
    pub nullified: BTreeMap<View, ()>,
}

impl Certificates {
    /// For one set.
    #[must_use]
    pub fn new(set: &ValidatorSet) -> Certificates {
        let keys: Vec<PublicKey> = set
            .indexes()
            .filter_map(|index| set.key(index).copied())
            .collect();
        Certificates {
            chain: set.chain().0,
            epoch: set.epoch().0,
            // floor(2n/3) + 1, written in another way than the code that is checked.
            quorum: keys.len() * 2 / 3 + 1,
            keys,
            seen: BTreeSet::new(),
            notarized: BTreeMap::new(),
            finalized: BTreeMap::new(),
            nullified: BTreeMap::new(),
        }
    }

    /// A certificate that honest nodes would take; what does not hold is no certificate. True when it is new and holds.
    ///
    /// # Errors
    /// When it contradicts another that holds, or an honest node spreads one that does not hold.
    pub fn sees(&mut self, certificate: &Certificate, by_honest: bool) -> Result<bool, String> {
        let kind = match certificate.kind {
            VoteKind::Notarize => 0,
            VoteKind::Nullify => 1,
            VoteKind::Finalize => 2,
        };
        let name = (kind, certificate.view, certificate.digest);
        if self.seen.contains(&name) {
            return Ok(false);
        }
        if !self.holds(certificate) {
            let view = certificate.view;
            let kind = certificate.kind;
            return if by_honest {
                Err(format!(
                    "an honest node spreads a {kind:?} certificate of view {view} that does not hold"
                ))
            } else {
                Ok(false)
            };
        }
        self.seen.insert(name);
        self.decide(certificate)?;
        Ok(true)
    }

    fn decide(&mut self, certificate: &Certificate) -> Verdict {
        let (view, digest) = (certificate.view, certificate.digest);
        let other = match certificate.kind {
            VoteKind::Notarize => self.notarized.insert(view, digest),
            VoteKind::Finalize => self.finalized.insert(view, digest),
            VoteKind::Nullify => {
                self.nullified.insert(view, ());
                None
            }
        };
        if other.is_some_and(|other| other != digest) {
            return Err(format!(
                "view {view}: two {:?} certificates, {other:?} and {digest:?}",
                certificate.kind
            ));
        }
        if self.finalized.contains_key(&view) && self.nullified.contains_key(&view) {
            return Err(format!("view {view} is finalized and nullified"));
        }
        let (notarized, finalized) = (self.notarized.get(&view), self.finalized.get(&view));
        if let (Some(notarized), Some(finalized)) = (notarized, finalized)
            && notarized != finalized
        {
            return Err(format!(
                "view {view}: {notarized:?} is notarized, {finalized:?} is finalized"
            ));
        }
        Ok(())
    }

    fn holds(&self, certificate: &Certificate) -> bool {
        let mut body = certificate.view.0.to_le_bytes().to_vec();
        let tag: &[u8] = match certificate.kind {
            VoteKind::Notarize => b"notarize",
            VoteKind::Nullify => b"nullify",
            VoteKind::Finalize => b"finalize",
        };
        if certificate.kind != VoteKind::Nullify {
            body.extend_from_slice(&certificate.digest.0);
        }
        let length = [u8::try_from(tag.len()).unwrap_or(0)];
        let statement = Hash::of(&[
            &length,
            tag,
            &self.chain.0,
            &self.epoch.to_le_bytes(),
            &body,
        ]);
        let mut signatures = certificate.signatures.iter();
        let mut good: HashSet<PublicKey> = HashSet::new();
        for (place, key) in self.keys.iter().enumerate() {
            let byte = certificate.bitmap.get(place / 8).copied().unwrap_or(0);
            if byte & (1 << (place % 8)) != 0 {
                let Some(signature) = signatures.next() else {
                    return false;
                };
                if key.verify(&statement, signature) {
                    good.insert(*key);
                }
            }
        }
        good.len() >= self.quorum
    }

    /// The highest view with a finalization.
    #[must_use]
    pub fn highest_final(&self) -> View {
        self.finalized
            .keys()
            .next_back()
            .copied()
            .unwrap_or_default()
    }
}
