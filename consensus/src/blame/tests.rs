//! Executions with too many faulty validators, made at random until two finalizations contradict each other.

use sycee_primitives::{BlockTime, ChainId, SecretKey};

use super::*;

/// Seeded choices: splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// What an honest validator has signed, and the certificates it has ever known: it keeps them all.
#[derive(Default)]
struct Honest {
    notarized: BTreeSet<View>,
    nullified: BTreeSet<View>,
    finalized: BTreeSet<View>,
    known: BTreeSet<usize>,
}

/// An execution in which the adversary decides who hears what and when, and faulty validators sign everything.
struct World {
    set: ValidatorSet,
    secrets: Vec<SecretKey>,
    faulty: BTreeSet<ValidatorIndex>,
    random: Random,
    blocks: Vec<Block>,
    certificates: Vec<Certificate>,
    honest: BTreeMap<ValidatorIndex, Honest>,
}

impl World {
    fn new(seed: u64) -> World {
        let mut random = Random(seed);
        let size = [1, 2, 3, 4, 4, 5, 6, 7, 10][random.below(9)];
        let secrets: Vec<SecretKey> = (0..size)
            .map(|i| SecretKey::from_seed(&[i + 1; 32]))
            .collect();
        let keys = secrets.iter().map(SecretKey::public_key).collect();
        let set = ValidatorSet::new(ChainId(Hash([3; 32])), Epoch(0), keys);
        let (least, most) = (set.faults() + 1, set.size());
        let count = least + random.below(most - least + 1);
        let mut indexes: Vec<ValidatorIndex> = set.indexes().collect();
        let mut faulty = BTreeSet::new();
        for _ in 0..count {
            faulty.insert(indexes.swap_remove(random.below(indexes.len())));
        }
        let genesis = Block::genesis(&set, BlockTime(0), Hash::ZERO);
        World {
            honest: indexes
                .into_iter()
                .map(|it| (it, Honest::default()))
                .collect(),
            blocks: vec![genesis],
            certificates: Vec::new(),
            set,
            secrets,
            faulty,
            random,
        }
    }

    /// A block of a view on any earlier block; nothing about it need be allowed.
    fn propose(&mut self, view: View) {
        let below: Vec<usize> = (0..self.blocks.len())
            .filter(|i| self.blocks[*i].view < view)
            .collect();
        let parent = &self.blocks[below[self.random.below(below.len())]];
        let block = Block {
            view,
            parent_view: parent.view,
            parent: parent.digest(&self.set),
            height: parent.height.next(),
            time: BlockTime(self.blocks.len() as u64),
            ..parent.clone()
        };
        self.blocks.push(block);
    }

    fn is_known(
        &self,
        validator: ValidatorIndex,
        kind: VoteKind,
        view: View,
        digest: &Hash,
    ) -> bool {
        self.honest[&validator].known.iter().any(|index| {
            let certificate = &self.certificates[*index];
            (certificate.kind, certificate.view, &certificate.digest) == (kind, view, digest)
        })
    }

    /// What the gate and the rules of voting allow an honest validator. [R2][V7][V10]
    fn may_vote(&self, who: ValidatorIndex, kind: VoteKind, view: View, digest: &Hash) -> bool {
        let honest = &self.honest[&who];
        match kind {
            VoteKind::Nullify => !honest.finalized.contains(&view),
            VoteKind::Finalize => {
                !honest.nullified.contains(&view)
                    && !honest.finalized.contains(&view)
                    && self.is_known(who, VoteKind::Notarize, view, digest)
            }
            VoteKind::Notarize => {
                let block = self
                    .blocks
                    .iter()
                    .find(|it| it.digest(&self.set) == *digest);
                let block = block.unwrap();
                let certified = block.parent_view == View(0)
                    || [VoteKind::Notarize, VoteKind::Finalize]
                        .iter()
                        .any(|kind| self.is_known(who, *kind, block.parent_view, &block.parent));
                let skipped = block.parent_view.0 + 1..view.0;
                !honest.notarized.contains(&view)
                    && certified
                    && skipped.into_iter().all(|skipped| {
                        self.is_known(who, VoteKind::Nullify, View(skipped), &Hash::ZERO)
                    })
            }
        }
    }

    /// Tries to make a certificate: all the faulty sign, and every honest one that may and hears of it in time.
    fn certify(&mut self, kind: VoteKind, view: View, digest: Hash) {
        let mut signers: Vec<ValidatorIndex> = Vec::new();
        for who in self.set.indexes() {
            let willing = self.faulty.contains(&who)
                || (self.random.chance(70) && self.may_vote(who, kind, view, &digest));
            if willing {
                signers.push(who);
            }
        }
        for who in &signers {
            if let Some(honest) = self.honest.get_mut(who) {
                match kind {
                    VoteKind::Notarize => honest.notarized.insert(view),
                    VoteKind::Nullify => honest.nullified.insert(view),
                    VoteKind::Finalize => honest.finalized.insert(view),
                };
            }
        }
        while signers.len() > self.set.quorum() {
            signers.remove(self.random.below(signers.len()));
        }
        if signers.len() < self.set.quorum() {
            return;
        }
        let votes = signers.iter().map(|who| {
            let key = &self.secrets[who.usize()];
            let vote = Vote::sign(&self.set, key, *who, kind, view, digest);
            (vote.signer, vote.signature)
        });
        let votes: Vec<_> = votes.collect();
        let certificate = Certificate::assemble(&self.set, kind, view, digest, votes.into_iter());
        self.certificates.push(certificate);
    }

    /// The adversary shows certificates to whom it likes.
    fn gossip(&mut self) {
        let hidden = self.random.below(100);
        for honest in self.honest.values_mut() {
            for index in 0..self.certificates.len() {
                if !self.random.chance(hidden) {
                    honest.known.insert(index);
                }
            }
        }
    }

    fn run(&mut self, views: u64) {
        for view in 1..=views {
            for _ in 0..1 + self.random.below(2) {
                self.propose(View(view));
            }
            let blocks = self.blocks.iter().filter(|block| block.view == View(view));
            let digests: Vec<Hash> = blocks.map(|block| block.digest(&self.set)).collect();
            for kind in [VoteKind::Notarize, VoteKind::Nullify, VoteKind::Finalize] {
                for digest in &digests {
                    if kind == VoteKind::Nullify {
                        self.certify(kind, View(view), Hash::ZERO);
                    } else {
                        self.certify(kind, View(view), *digest);
                    }
                    self.gossip();
                }
            }
        }
    }

    /// Everything the honest can show, and the two finalizations.
    fn material(&self, one: &Certificate, other: &Certificate) -> Conflict {
        let shown: BTreeSet<usize> = self
            .honest
            .values()
            .flat_map(|honest| &honest.known)
            .copied()
            .collect();
        Conflict {
            epoch: self.set.epoch(),
            finalizations: [one.clone(), other.clone()],
            blocks: self.blocks.clone(),
            certificates: shown
                .iter()
                .map(|index| self.certificates[*index].clone())
                .collect(),
        }
    }
}

#[test]
fn whatever_the_faulty_do_enough_of_them_are_named_and_no_honest_one() {
    let (mut conflicts, mut by_pair, mut by_failure) = (0, 0, 0);
    for seed in 0..150 {
        let mut world = World::new(seed);
        world.run(4);
        let finalizations: Vec<&Certificate> = world
            .certificates
            .iter()
            .filter(|certificate| certificate.kind == VoteKind::Finalize)
            .collect();
        for (place, one) in finalizations.iter().enumerate() {
            for other in &finalizations[place + 1..] {
                let material = world.material(one, other);
                let blame = match blame(&world.set, &material) {
                    Ok(blame) => blame,
                    Err(BlameError::NoConflict) => continue,
                    Err(error) => panic!("seed {seed}: {error}"),
                };
                conflicts += 1;
                let least = world.set.size() - 2 * world.set.faults();
                assert!(
                    blame.culprits.len() >= least,
                    "seed {seed}: {} of {least} named",
                    blame.culprits.len()
                );
                for (who, guilt) in &blame.culprits {
                    assert!(
                        world.faulty.contains(who),
                        "seed {seed}: honest {who:?} is blamed: {guilt:?}"
                    );
                    match guilt {
                        Guilt::Signed(evidence) => {
                            by_pair += 1;
                            let culprit = evidence.verify(&world.set, |_, _| false).unwrap();
                            assert_eq!(culprit.validator, *who, "seed {seed}");
                        }
                        Guilt::CouldNotShow(_) => by_failure += 1,
                    }
                }
                let read = Conflict::from_bytes(&material.to_bytes());
                assert_eq!(read, Ok(material), "seed {seed}");
            }
        }
    }
    println!(
        "{conflicts} conflicts; named by signatures {by_pair}, by failure to produce {by_failure}"
    );
    assert!(conflicts > 100 && by_pair > 100 && by_failure > 100);
}

#[test]
fn one_line_and_forged_finalizations_are_no_conflict() {
    for seed in 0..40 {
        let mut world = World::new(seed);
        world.run(4);
        let finalizations: Vec<&Certificate> = world
            .certificates
            .iter()
            .filter(|certificate| certificate.kind == VoteKind::Finalize)
            .collect();
        let [one, other, ..] = finalizations[..] else {
            continue;
        };
        let same = world.material(one, one);
        assert_eq!(blame(&world.set, &same), Err(BlameError::NoConflict));
        let mut forged = world.material(one, other);
        forged.finalizations[1].digest = Hash([7; 32]);
        assert_eq!(blame(&world.set, &forged), Err(BlameError::Finalization));
        let mut later = world.material(one, other);
        later.epoch = Epoch(1);
        assert_eq!(blame(&world.set, &later), Err(BlameError::Epoch));
    }
}
