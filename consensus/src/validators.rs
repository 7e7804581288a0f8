//! The validators of an epoch: their keys, the quorum arithmetic, whose turn it is.

use sycee_primitives::{ChainId, Epoch, PublicKey, domain::Domain, limits};

use crate::{ValidatorIndex, View};

/// The ordered set of validators of one epoch.
#[derive(Clone, Debug)]
pub struct ValidatorSet {
    chain: ChainId,
    epoch: Epoch,
    keys: Vec<PublicKey>,
    leaders: Vec<ValidatorIndex>,
}

impl ValidatorSet {
    /// The set of `keys` in their genesis order.
    ///
    /// # Panics
    /// When the set is empty or larger than the limit, which genesis validation refuses before.
    #[must_use]
    pub fn new(chain: ChainId, epoch: Epoch, keys: Vec<PublicKey>) -> ValidatorSet {
        assert!(
            !keys.is_empty() && keys.len() <= limits::VALIDATORS_MAX,
            "1 to {} validators",
            limits::VALIDATORS_MAX
        );
        let leaders = permutation(&chain, epoch, keys.len());
        let set = ValidatorSet {
            chain,
            epoch,
            keys,
            leaders,
        };
        // [M1] Two quorums intersect in more than f validators, so in an honest one.
        assert!(
            2 * set.quorum() - set.size() > set.faults(),
            "quorums intersect in an honest validator"
        );
        set
    }

    /// n.
    #[must_use]
    pub fn size(&self) -> usize {
        self.keys.len()
    }

    /// f: how many validators may be arbitrarily faulty. [M1]
    #[must_use]
    pub fn faults(&self) -> usize {
        (self.keys.len() - 1) / 3
    }

    /// q: signatures that make a certificate. [M1]
    #[must_use]
    pub fn quorum(&self) -> usize {
        self.size() - self.faults()
    }

    /// a: so many validators contain an honest one. [M1]
    #[must_use]
    pub fn availability(&self) -> usize {
        self.faults() + 1
    }

    /// The network the set belongs to.
    #[must_use]
    pub fn chain(&self) -> &ChainId {
        &self.chain
    }

    /// The epoch of the set.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The consensus key of a validator; `None` for observers.
    #[must_use]
    pub fn key(&self, index: ValidatorIndex) -> Option<&PublicKey> {
        self.keys.get(index.usize())
    }

    /// All indexes in order.
    pub fn indexes(&self) -> impl Iterator<Item = ValidatorIndex> + use<> {
        (0..self.keys.len()).filter_map(|i| u16::try_from(i).ok().map(ValidatorIndex))
    }

    /// Whose turn `view` is. [V3]
    #[must_use]
    pub fn leader(&self, view: View) -> ValidatorIndex {
        let turn = view.0 % self.leaders.len() as u64;
        usize::try_from(turn)
            .ok()
            .and_then(|turn| self.leaders.get(turn))
            .copied()
            .unwrap_or_default()
    }
}

/// Sorts the indexes by a hash of the seed and the index: a permutation that nobody chose. [V3]
fn permutation(chain: &ChainId, epoch: Epoch, size: usize) -> Vec<ValidatorIndex> {
    let mut keyed: Vec<_> = (0..size)
        .filter_map(|i| u16::try_from(i).ok())
        .map(|i| {
            (
                Domain::Leader.statement(chain, epoch, &i.to_le_bytes()),
                ValidatorIndex(i),
            )
        })
        .collect();
    keyed.sort();
    keyed.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_primitives::{Hash, SecretKey};

    fn set(size: u8) -> ValidatorSet {
        let keys = (0..size)
            .map(|i| SecretKey::from_seed(&[i; 32]).public_key())
            .collect();
        ValidatorSet::new(ChainId(Hash([9; 32])), Epoch(0), keys)
    }

    #[test]
    fn quorums_of_all_sizes() {
        // n, f, q, a
        for (n, f, q, a) in [
            (1, 0, 1, 1),
            (2, 0, 2, 1),
            (3, 0, 3, 1),
            (4, 1, 3, 2),
            (5, 1, 4, 2),
            (6, 1, 5, 2),
            (7, 2, 5, 3),
            (10, 3, 7, 4),
            (100, 33, 67, 34),
        ] {
            let set = set(n);
            assert_eq!(
                (set.faults(), set.quorum(), set.availability()),
                (f, q, a),
                "n = {n}"
            );
            assert_eq!(set.quorum(), 2 * set.size() / 3 + 1, "q = floor(2n/3) + 1");
        }
    }

    #[test]
    fn every_validator_leads_once_in_n_views() {
        let set = set(7);
        for start in [1, 8, 1_000_003] {
            let turns: std::collections::BTreeSet<_> =
                (start..start + 7).map(|v| set.leader(View(v))).collect();
            assert_eq!(turns.len(), 7);
        }
    }
}
