//! One simulated node: a core, a disk that keeps synced and unsynced writes apart, and an execution of hashes.

use std::collections::{BTreeMap, BTreeSet};

use sycee_consensus::{
    BatchHeader, Block, Certificate, Config, Core, Evidence, FinalBlock, Input, Journal, LaneTip,
    Message, Now, Parameters, Record, Seq, SignedBlock, SignedHeader, Token, ValidatorIndex,
    ValidatorSet, View, ViewRecord, Vote, VoteKind,
};
use sycee_primitives::{BlockTime, Hash, Height, SecretKey, Tick};

/// What a power cut leaves, and what it takes.
#[derive(Default)]
pub struct Disk {
    pub synced: Vec<Record>,
    pub unsynced: Vec<(Token, Vec<Record>)>,
}

impl Disk {
    pub fn sync(&mut self, token: Token) {
        while self
            .unsynced
            .first()
            .is_some_and(|(queued, _)| *queued <= token)
        {
            let (_, records) = self.unsynced.remove(0);
            self.synced.extend(records);
        }
    }
}

pub struct Node {
    pub core: Option<Core>,
    pub disk: Disk,
    /// Batches this process knows the payload of: digest -> header. The payload is its transaction numbers.
    pub payloads: BTreeMap<Hash, (SignedHeader, Vec<u64>)>,
    /// Delivered blocks of this life, and the transactions they contained.
    pub delivered: Vec<FinalBlock>,
    pub executed: Vec<(Height, Hash)>,
    pub transactions: Vec<u64>,
    /// Next transactions to seal.
    pub mempool: Vec<u64>,
    /// Payload handed to the last Seal.
    pub sealing: Option<Vec<u64>>,
    pub generation: u64,
    /// When the one pending wake-up of this node is due.
    pub wake_at: u64,
    pub stopped: bool,
}

pub fn secret(index: u16) -> SecretKey {
    SecretKey::from_seed(&[u8::try_from(index).unwrap() + 1; 32])
}

pub fn genesis_root() -> Hash {
    Hash([0xAA; 32])
}

/// Results of executing a block, as a hash: what the ledger does, without a ledger.
pub fn results_after(before: Hash, block: &FinalBlock) -> Hash {
    let mut parts: Vec<&[u8]> = vec![&before.0, &block.digest.0];
    parts.extend(block.batches.iter().map(|digest| digest.0.as_slice()));
    Hash::of(&parts)
}

/// Every fourth height is a checkpoint here.
pub fn state_root(height: Height, results: Hash) -> Option<Hash> {
    height
        .0
        .is_multiple_of(4)
        .then(|| Hash::of(&[b"state", &results.0]))
}

impl Node {
    pub fn new() -> Node {
        Node {
            core: None,
            disk: Disk::default(),
            payloads: BTreeMap::new(),
            delivered: Vec::new(),
            executed: Vec::new(),
            transactions: Vec::new(),
            mempool: Vec::new(),
            sealing: None,
            generation: 0,
            wake_at: 0,
            stopped: false,
        }
    }

    /// Starts a process on what the disk kept. Everything is delivered again from genesis.
    pub fn start(
        &mut self,
        set: &ValidatorSet,
        index: u16,
        parameters: &Parameters,
        stored: &BTreeMap<Hash, Vec<u64>>,
    ) {
        let me = (usize::from(index) < set.size()).then(|| (ValidatorIndex(index), secret(index)));
        let config = Config {
            set: set.clone(),
            me,
            parameters: parameters.clone(),
            root: Block::genesis(set, BlockTime(1_000), genesis_root()),
            last_token: Token(0),
            challenge: Hash::of(&[&index.to_le_bytes(), &self.generation.to_le_bytes()]),
            // Transactions are numbers here, and every number holds.
            invalid_transaction: |_, _| false,
        };
        let journal = journal(set, index, &self.disk.synced);
        self.payloads = journal
            .batches
            .iter()
            .map(|signed| {
                let digest = signed.header.digest(set);
                (
                    digest,
                    (
                        signed.clone(),
                        stored.get(&digest).cloned().unwrap_or_default(),
                    ),
                )
            })
            .collect();
        self.core = Some(Core::new(config, journal));
        self.delivered.clear();
        self.executed.clear();
        self.transactions.clear();
        self.generation += 1;
    }

    pub fn results(&self) -> Hash {
        self.executed
            .last()
            .map_or(Hash::ZERO, |(_, results)| *results)
    }

    /// Final blocks above a height, ended by a finalization: what the shell answers to a range request.
    pub fn range(&self, set: &ValidatorSet, above: Height) -> Option<Message> {
        let certificates: BTreeMap<Hash, &Certificate> = self
            .disk
            .synced
            .iter()
            .filter_map(|record| match record {
                Record::Final { finalization, .. } => Some((finalization.digest, finalization)),
                _ => None,
            })
            .collect();
        let blocks: Vec<&SignedBlock> = self
            .delivered
            .iter()
            .map(|block| &block.block)
            .filter(|signed| signed.block.height > above)
            .take(64)
            .collect();
        let last = blocks
            .iter()
            .rposition(|signed| certificates.contains_key(&signed.block.digest(set)))?;
        let finalization = certificates[&blocks[last].block.digest(set)].clone();
        Some(Message::Range {
            blocks: blocks[..=last]
                .iter()
                .map(|signed| (*signed).clone())
                .collect(),
            finalization,
        })
    }
}

/// What the shell reads back from the store. [R6]
fn journal(set: &ValidatorSet, index: u16, records: &[Record]) -> Journal {
    let mut journal = Journal::default();
    let mut views: BTreeMap<View, ViewRecord> = BTreeMap::new();
    let mut blocks: BTreeMap<Hash, SignedBlock> = BTreeMap::new();
    let mut batches: BTreeMap<Hash, SignedHeader> = BTreeMap::new();
    let mut certificates: Vec<Certificate> = Vec::new();
    for record in records {
        match record {
            Record::View(view, record) => {
                views.insert(*view, *record);
            }
            Record::Batch(signed) => {
                let digest = signed.header.digest(set);
                if signed.header.lane == ValidatorIndex(index) {
                    journal.own_lane_tip = Some(LaneTip {
                        incarnation: signed.header.incarnation,
                        seq: signed.header.seq,
                        digest,
                    });
                }
                batches.insert(digest, signed.clone());
            }
            Record::Block(signed) => {
                blocks.insert(signed.block.digest(set), signed.clone());
            }
            Record::Certificate(certificate) => certificates.push(certificate.clone()),
            Record::Quarantine(quarantine) => journal.quarantine = *quarantine,
            Record::Evidence(evidence) => journal.evidence.push(evidence.clone()),
            Record::Final { finalization, .. } => journal.finalization = Some(finalization.clone()),
        }
    }
    let floor = journal
        .finalization
        .as_ref()
        .map_or(View(0), |certificate| certificate.view);
    journal.views = views.split_off(&floor.next());
    journal.certificates = certificates
        .into_iter()
        .filter(|certificate| certificate.view > floor)
        .collect();
    journal.blocks = blocks.into_values().collect();
    journal.batches = batches.into_values().collect();
    journal
}

/// Statements that an honest key must never contradict, as seen when they leave a node.
#[derive(Default)]
pub struct Signed {
    votes: BTreeMap<(u16, VoteKind, View), Hash>,
    /// The same with their signatures, for the question whether they could ever convict their signer. [S10]
    cast: BTreeMap<(u16, View), Vec<Vote>>,
    proposals: BTreeMap<(u16, View), Hash>,
    batches: BTreeMap<(u16, u64, Seq), Hash>,
    pub nullify_votes: BTreeSet<(u16, View)>,
    pub counts: BTreeMap<u16, u64>,
}

impl Signed {
    pub fn see(&mut self, set: &ValidatorSet, from: u16, message: &Message) {
        match message {
            Message::Vote(vote) if vote.signer.0 == from => {
                let cast = self.cast.entry((from, vote.view)).or_default();
                for other in cast.iter() {
                    let evidence = Evidence::of_votes(set.epoch(), other, vote);
                    assert_eq!(evidence, None, "S10: {from} could be convicted");
                }
                if !cast.contains(vote) {
                    cast.push(vote.clone());
                }
                let earlier = self.votes.insert((from, vote.kind, vote.view), vote.digest);
                assert!(
                    earlier.is_none_or(|digest| digest == vote.digest),
                    "S5: {from} voted twice in view {}",
                    vote.view
                );
                if earlier.is_none() {
                    *self.counts.entry(from).or_default() += 1;
                }
                let has = |kind| self.votes.contains_key(&(from, kind, vote.view));
                assert!(
                    !(has(VoteKind::Nullify) && has(VoteKind::Finalize)),
                    "S2: {from} nullified and finalized view {}",
                    vote.view
                );
                if vote.kind == VoteKind::Nullify {
                    self.nullify_votes.insert((from, vote.view));
                }
            }
            Message::Proposal(proposal) => self.see_block(set, &proposal.block.block),
            _ => {}
        }
    }

    fn see_block(&mut self, set: &ValidatorSet, block: &Block) {
        let leader = set.leader(block.view).0;
        let digest = block.digest(set);
        let earlier = self.proposals.insert((leader, block.view), digest);
        assert!(
            earlier.is_none_or(|earlier| earlier == digest),
            "S5: {leader} proposed twice in view {}",
            block.view
        );
    }

    pub fn see_batch(&mut self, set: &ValidatorSet, header: &BatchHeader) {
        let digest = header.digest(set);
        let earlier = self
            .batches
            .insert((header.lane.0, header.incarnation, header.seq), digest);
        assert!(
            earlier.is_none_or(|earlier| earlier == digest),
            "S5: two batches of lane {} at {:?}",
            header.lane.0,
            header.seq
        );
    }
}

pub fn now(time: u64) -> Now {
    Now {
        tick: Tick(time),
        wall: BlockTime(1_000_000 + time / 1_000),
    }
}

pub fn tick() -> Input {
    Input::Tick
}
