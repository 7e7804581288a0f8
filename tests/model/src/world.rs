//! Everything that can exist in one small network, each thing under a small number: blocks, batches, votes, certificates.
//!
//! ```text
//!   bit of a vote or certificate:   0..48 Notarize block i   |   48..96 Finalize block i   |   96..128 Nullify view i
//! ```
//! Block 0 is genesis. Numbers are given when a thing first appears, so they mean something within one run only.

use std::collections::HashMap;

use sycee_consensus::{
    BatchHeader, Block, Certificate, Culprit, CutEntry, OffenceKind, Parameters, Place, Proposal,
    Seq, SignedBlock, SignedHeader, Slot, ValidatorIndex, ValidatorSet, View, Vote, VoteKind,
};
use sycee_primitives::{BlockTime, ChainId, Epoch, Hash, SecretKey, codec, domain::Domain, limits};

/// Validators, of which one lies.
pub const VALIDATORS: u16 = 4;
const BLOCKS_MAX: usize = 48;
const FINALIZE_FROM: u8 = 48;
const NULLIFY_FROM: u8 = 96;
/// Views in which a sweep's liar leads with two blocks.
const SWEEP_VIEWS: u64 = 12;
/// When the network was founded, milliseconds.
pub const GENESIS_MS: u64 = 1_000;

/// A vote body as a number; a set of them is a `u128`.
pub type Bit = u8;

/// A block and what follows from its line.
pub struct KnownBlock {
    /// The block with its leader's signature.
    pub signed: SignedBlock,
    /// Its view.
    pub view: u64,
    /// Its line down to genesis, itself included, as a set of block numbers.
    pub line: u64,
    /// Batches that its line has ordered, as a set of batch numbers.
    pub batches: u64,
    /// The liar's lane after it.
    liar_tip: (Seq, Hash),
}

/// The founding facts and the numbering.
pub struct World {
    /// The four validators.
    pub set: ValidatorSet,
    secrets: Vec<[u8; 32]>,
    /// Who lies.
    pub liar: ValidatorIndex,
    /// The three others, in index order.
    pub honest: [ValidatorIndex; 3],
    /// Views 1 to this one are walked through.
    pub views: u64,
    /// Pace and sizes.
    pub parameters: Parameters,
    /// Offences that the chain is told to have recorded already. Full for everybody in a walk, so that evidence, which changes the
    /// bytes of blocks and no vote, does not multiply the states; emptied by a sweep. [E7]
    pub recorded: Vec<Culprit>,
    /// Known blocks by number.
    pub blocks: Vec<KnownBlock>,
    block_numbers: HashMap<Hash, u8>,
    /// Known batches by number.
    pub batches: Vec<SignedHeader>,
    batch_numbers: HashMap<Hash, u8>,
    certificates: HashMap<(Bit, [u16; 3]), Certificate>,
    /// Per view: the bits of Notarize votes in it.
    notarize_in: Vec<u128>,
    finalize_in: Vec<u128>,
}

fn seed(index: u16) -> [u8; 32] {
    [u8::try_from(index).unwrap_or(u8::MAX) + 1; 32]
}

/// As many offences of one validator as are ever recorded, none of which happens here. [E7]
fn full_record(validator: ValidatorIndex) -> impl Iterator<Item = Culprit> {
    let slot = |seq| Slot {
        epoch: Epoch(0),
        kind: OffenceKind::BadTransaction,
        place: Place::Lane {
            incarnation: u64::MAX,
            seq: Seq(seq),
        },
    };
    (0u64..)
        .take(limits::EVIDENCE_PER_CULPRIT_MAX)
        .map(move |seq| Culprit {
            validator,
            slot: slot(seq),
        })
}

/// State root of the empty ledger here.
#[must_use]
pub fn genesis_root() -> Hash {
    Hash([0xAA; 32])
}

/// Wall clock of everybody who is in `view`: late enough that a block is due, and equal everywhere.
#[must_use]
pub fn wall(view: u64) -> BlockTime {
    BlockTime(1_000_000 + 10_000 * view)
}

impl World {
    /// A network whose liar leads view `liar_leads` (of 1 to 4).
    #[must_use]
    pub fn new(views: u64, liar_leads: u64) -> World {
        let secrets: Vec<[u8; 32]> = (0..VALIDATORS).map(seed).collect();
        let keys = secrets
            .iter()
            .map(|seed| SecretKey::from_seed(seed).public_key())
            .collect();
        let set = ValidatorSet::new(ChainId(Hash([5; 32])), Epoch(0), keys);
        let liar = set.leader(View(liar_leads));
        let mut others = set.indexes().filter(|index| *index != liar);
        let honest = [(); 3].map(|()| others.next().unwrap_or_default());
        let parameters = Parameters {
            heartbeat_ms: 1_000,
            block_spacing_us: 0,
            // Skipping is a timer that fires early; here every timer may fire early.
            skip_us: u64::MAX / 4,
            ..Parameters::local_network()
        };
        let genesis = Block::genesis(&set, BlockTime(GENESIS_MS), genesis_root());
        let digest = genesis.digest(&set);
        let first = KnownBlock {
            signed: SignedBlock {
                block: genesis,
                signature: sycee_primitives::Signature([0; 64]),
            },
            view: 0,
            line: 1,
            batches: 0,
            liar_tip: (Seq(0), BatchHeader::lane_genesis(&set, liar)),
        };
        let recorded = set.indexes().flat_map(full_record).collect();
        let masks = usize::try_from(views).unwrap_or(0) + 1;
        World {
            set,
            secrets,
            liar,
            honest,
            views,
            parameters,
            recorded,
            blocks: vec![first],
            block_numbers: HashMap::from([(digest, 0)]),
            batches: Vec::new(),
            batch_numbers: HashMap::new(),
            certificates: HashMap::new(),
            notarize_in: vec![0; masks],
            finalize_in: vec![0; masks],
        }
    }

    /// A network for one run with kills: the liar leads the second view and every fourth after it, and evidence counts.
    #[must_use]
    pub fn for_sweep() -> World {
        let mut world = World::new(SWEEP_VIEWS, 2);
        world.recorded.clear();
        world
    }

    /// The key of a validator.
    #[must_use]
    pub fn secret(&self, index: ValidatorIndex) -> SecretKey {
        SecretKey::from_seed(&self.secrets[index.usize()])
    }

    /// Number of a block of the walked views; new ones are numbered, blocks of later views have none.
    ///
    /// # Panics
    /// When there are more blocks than bits, which a larger number of views would need.
    pub fn block_number(&mut self, signed: &SignedBlock) -> Option<u8> {
        let digest = signed.block.digest(&self.set);
        if let Some(number) = self.block_numbers.get(&digest) {
            return Some(*number);
        }
        let view = signed.block.view.0;
        if view > self.views {
            return None;
        }
        let parent = *self.block_numbers.get(&signed.block.parent)?;
        assert!(self.blocks.len() < BLOCKS_MAX, "more blocks than bits");
        let number = u8::try_from(self.blocks.len()).unwrap_or(u8::MAX);
        let parent = &self.blocks[usize::from(parent)];
        let (line, mut batches, mut liar_tip) =
            (parent.line | 1 << number, parent.batches, parent.liar_tip);
        for entry in &signed.block.cut {
            batches |= self.line_of_batch(entry.digest);
            if entry.lane == self.liar {
                liar_tip = (entry.seq, entry.digest);
            }
        }
        self.blocks.push(KnownBlock {
            signed: signed.clone(),
            view,
            line,
            batches,
            liar_tip,
        });
        self.block_numbers.insert(digest, number);
        let view = usize::try_from(view).unwrap_or(0);
        self.notarize_in[view] |= 1 << number;
        self.finalize_in[view] |= 1 << (FINALIZE_FROM + number);
        Some(number)
    }

    /// A batch and all its ancestors, as a set.
    fn line_of_batch(&self, digest: Hash) -> u64 {
        let (mut found, mut at) = (0, digest);
        while let Some(number) = self.batch_numbers.get(&at) {
            found |= 1 << number;
            at = self.batches[usize::from(*number)].header.parent;
        }
        found
    }

    /// Number of a batch; new ones are numbered.
    pub fn batch_number(&mut self, signed: &SignedHeader) -> u8 {
        let digest = signed.header.digest(&self.set);
        let next = u8::try_from(self.batches.len()).unwrap_or(u8::MAX);
        let number = *self.batch_numbers.entry(digest).or_insert(next);
        if number == next {
            self.batches.push(signed.clone());
        }
        number
    }

    /// A batch by name.
    #[must_use]
    pub fn batch(&self, digest: &Hash) -> Option<&SignedHeader> {
        let number = self.batch_numbers.get(digest)?;
        self.batches.get(usize::from(*number))
    }

    /// The liar's block number `value` (0 or 1) of `view` on a known block: two blocks that fork its own lane. `None` beyond the walked views.
    pub fn liars_block(&mut self, parent: u8, view: u64, value: u8, time: BlockTime) -> Option<u8> {
        let key = self.secret(self.liar);
        let known = &self.blocks[usize::from(parent)];
        let (seq, before) = known.liar_tip;
        let header = BatchHeader {
            epoch: self.set.epoch(),
            lane: self.liar,
            incarnation: 0,
            seq: Seq(seq.0 + 1),
            parent: before,
            time,
            transactions: 1,
            bytes: 100,
            payload_root: Hash([value + 1; 32]),
        };
        let digest = header.digest(&self.set);
        let above = &known.signed.block;
        let block = Block {
            epoch: self.set.epoch(),
            view: View(view),
            height: above.height.next(),
            parent_view: above.view,
            parent: above.digest(&self.set),
            cut: vec![CutEntry {
                lane: self.liar,
                seq: header.seq,
                digest,
            }],
            exec: above.exec,
            time,
            evidence: Vec::new(),
            kind: sycee_consensus::BlockKind::Ledger,
        };
        let signature = key.sign(&digest);
        self.batch_number(&SignedHeader { header, signature });
        let signature = key.sign(&block.digest(&self.set));
        self.block_number(&SignedBlock { block, signature })
    }

    /// A block as the message that carries it; its certificates travel by themselves.
    #[must_use]
    pub fn proposal(&self, block: u8) -> Proposal {
        Proposal {
            block: self.blocks[usize::from(block)].signed.clone(),
            justification: Vec::new(),
        }
    }

    /// The bit of a vote body; `None` beyond the walked views.
    #[must_use]
    pub fn bit(&self, kind: VoteKind, view: View, digest: &Hash) -> Option<Bit> {
        if view.0 > self.views {
            return None;
        }
        match kind {
            VoteKind::Nullify => u8::try_from(view.0).ok().map(|view| NULLIFY_FROM + view),
            VoteKind::Notarize => self.block_numbers.get(digest).copied(),
            VoteKind::Finalize => self
                .block_numbers
                .get(digest)
                .map(|number| FINALIZE_FROM + number),
        }
    }

    /// What a bit stands for.
    #[must_use]
    pub fn body(&self, bit: Bit) -> (VoteKind, View, Hash) {
        if bit >= NULLIFY_FROM {
            let view = View(u64::from(bit - NULLIFY_FROM));
            return (VoteKind::Nullify, view, Hash::ZERO);
        }
        let (kind, number) = if bit >= FINALIZE_FROM {
            (VoteKind::Finalize, bit - FINALIZE_FROM)
        } else {
            (VoteKind::Notarize, bit)
        };
        let block = &self.blocks[usize::from(number)].signed.block;
        (kind, block.view, block.digest(&self.set))
    }

    /// Set of the Notarize bits of a view.
    #[must_use]
    pub fn notarize_bits(&self, view: u64) -> u128 {
        usize::try_from(view)
            .ok()
            .and_then(|view| self.notarize_in.get(view))
            .copied()
            .unwrap_or(0)
    }

    /// Set of the Finalize bits of a view.
    #[must_use]
    pub fn finalize_bits(&self, view: u64) -> u128 {
        usize::try_from(view)
            .ok()
            .and_then(|view| self.finalize_in.get(view))
            .copied()
            .unwrap_or(0)
    }

    /// The Nullify bit of a view.
    #[must_use]
    pub fn nullify_bit(&self, view: u64) -> u128 {
        u32::try_from(view).map_or(0, |view| 1 << (u32::from(NULLIFY_FROM) + view))
    }

    /// Which block a Notarize or Finalize bit names.
    #[must_use]
    pub fn block_of(bit: Bit) -> Option<u8> {
        match bit {
            bit if bit >= NULLIFY_FROM => None,
            bit if bit >= FINALIZE_FROM => Some(bit - FINALIZE_FROM),
            bit => Some(bit),
        }
    }

    /// Number of the finalized block, if the bit is a Finalize.
    #[must_use]
    pub fn finalized_by(bit: Bit) -> Option<u8> {
        (FINALIZE_FROM..NULLIFY_FROM)
            .contains(&bit)
            .then(|| bit - FINALIZE_FROM)
    }

    /// One validator's vote, signed with its key.
    #[must_use]
    pub fn vote(&self, signer: ValidatorIndex, bit: Bit) -> Vote {
        let (kind, view, digest) = self.body(bit);
        self.vote_for(signer, kind, view, digest)
    }

    /// One validator's vote on anything, in the bytes of [M2].
    #[must_use]
    pub fn vote_for(
        &self,
        signer: ValidatorIndex,
        kind: VoteKind,
        view: View,
        digest: Hash,
    ) -> Vote {
        let (domain, body) = match kind {
            VoteKind::Notarize => (Domain::Notarize, codec::encode(&(view, digest))),
            VoteKind::Finalize => (Domain::Finalize, codec::encode(&(view, digest))),
            VoteKind::Nullify => (Domain::Nullify, codec::encode(&view)),
        };
        let statement = domain.statement(self.set.chain(), self.set.epoch(), &body);
        Vote {
            kind,
            view,
            digest,
            signer,
            signature: self.secret(signer).sign(&statement),
        }
    }

    /// The certificate of a body by three signers.
    pub fn certificate(&mut self, bit: Bit, mut signers: [u16; 3]) -> Certificate {
        signers.sort_unstable();
        if let Some(known) = self.certificates.get(&(bit, signers)) {
            return known.clone();
        }
        let (kind, view, digest) = self.body(bit);
        let signatures = signers
            .iter()
            .map(|signer| self.vote(ValidatorIndex(*signer), bit).signature)
            .collect();
        let bitmap = vec![signers.iter().fold(0u8, |bits, signer| bits | 1 << signer)];
        let made = Certificate {
            kind,
            view,
            digest,
            bitmap,
            signatures,
        };
        self.certificates.insert((bit, signers), made.clone());
        made
    }
}

/// The members of a set of bits, ascending.
pub fn members(mut set: u128) -> impl Iterator<Item = Bit> {
    std::iter::from_fn(move || {
        let bit = u8::try_from(set.trailing_zeros())
            .ok()
            .filter(|bit| *bit < 128)?;
        set &= set - 1;
        Some(bit)
    })
}
