//! Everything that can exist in one small network, each thing under a small number: blocks, batches, votes, certificates.
//!
//! ```text
//!   bit of a vote or certificate:   0..48 Notarize block i   |   48..96 Finalize block i   |   96..128 Nullify view i
//! ```
//! Block 0 is genesis. Numbers are given when a thing first appears, so they mean something within one run only.
//!
//! A network that goes into another epoch numbers the views of both as places: those of the first epoch, then those of the second.

mod epochs;
mod liar;

use std::collections::HashMap;

use sycee_consensus::{
    BatchHeader, Block, BlockKind, Certificate, Culprit, OffenceKind, Parameters, Place, Proposal,
    Seq, SignedBlock, SignedHeader, Slot, ValidatorIndex, ValidatorSet, View, Vote, VoteKind,
};
use sycee_primitives::{BlockTime, ChainId, Epoch, Hash, SecretKey, codec, domain::Domain, limits};

use epochs::next_of;

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
    /// Its view, counted through all epochs.
    pub view: u64,
    /// The Terminal block of its line, itself included.
    pub terminal: Option<u8>,
    /// Its line down to genesis, itself included, as a set of block numbers.
    pub line: u64,
    /// Batches that its line has ordered, as a set of batch numbers.
    pub batches: u64,
    /// The liar's lane after it.
    liar_tip: (Seq, Hash),
}

/// Where a network goes into another epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handing {
    /// Views of the first epoch that are numbered; the others are of the second.
    pub views: u64,
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
    /// Views 1 to this one are walked through, in both epochs together.
    pub views: u64,
    /// Whether executing the first block names other validators.
    pub handing: Option<Handing>,
    /// The validators of the second epoch.
    pub next_set: ValidatorSet,
    /// Results of the first block, once it is executed.
    pub first_results: Hash,
    /// Blocks of the liar on each parent that differ: two of them fork its lane, a third carries a batch with a client's signature that
    /// does not hold.
    pub values: u8,
    /// How far ahead of its view's usual time the liar dates its second block, milliseconds.
    pub ahead_ms: u64,
    /// The liar's second batch begins another life of its lane, in the place of a second header for one slot. [L10]
    pub has_lives: bool,
    /// Batches with such a signature, by number.
    pub poisoned: u64,
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
            terminal: None,
            line: 1,
            batches: 0,
            liar_tip: (Seq(0), BatchHeader::lane_genesis(&set, liar)),
        };
        let recorded = set.indexes().flat_map(full_record).collect();
        let next_set = next_of(&set)
            .validators(&set)
            .unwrap_or_else(|| set.clone());
        let masks = usize::try_from(views).unwrap_or(0) + 1;
        World {
            set,
            secrets,
            liar,
            honest,
            views,
            handing: None,
            next_set,
            first_results: Hash::ZERO,
            values: 3,
            ahead_ms: 0,
            has_lives: false,
            poisoned: 0,
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

    /// The validators of an epoch.
    #[must_use]
    pub fn set_of(&self, epoch: Epoch) -> &ValidatorSet {
        if epoch == self.set.epoch() {
            &self.set
        } else {
            &self.next_set
        }
    }

    /// A view of an epoch, counted through all epochs; `None` beyond the numbered ones.
    #[must_use]
    pub fn place(&self, epoch: Epoch, view: View) -> Option<u64> {
        let first = self.handing.map_or(self.views, |handing| handing.views);
        if epoch == self.set.epoch() {
            (view.0 <= first).then_some(view.0)
        } else {
            let place = first.checked_add(view.0)?;
            (view.0 > 0 && place <= self.views).then_some(place)
        }
    }

    /// The other way round.
    fn view_at(&self, place: u64) -> (Epoch, View) {
        match self.handing {
            Some(handing) if place > handing.views => {
                (self.next_set.epoch(), View(place - handing.views))
            }
            Some(_) | None => (self.set.epoch(), View(place)),
        }
    }

    /// Whether a batch holds a client's signature that does not hold. [L13]
    #[must_use]
    pub fn is_poisoned(&self, digest: &Hash) -> bool {
        self.batch_numbers
            .get(digest)
            .is_some_and(|number| self.poisoned & (1 << number) != 0)
    }

    /// Who leads at a place.
    #[must_use]
    pub fn leader(&self, place: u64) -> ValidatorIndex {
        let (epoch, view) = self.view_at(place);
        self.set_of(epoch).leader(view)
    }

    /// Blocks with which a second epoch begins, as a set of block numbers.
    #[must_use]
    pub fn roots(&self) -> u128 {
        let numbered = self.blocks.iter().enumerate();
        let roots = numbered.filter(|(_, known)| {
            let block = &known.signed.block;
            block.epoch != self.set.epoch() && block.view == View(0)
        });
        roots.fold(0, |all, (number, _)| all | 1 << number)
    }

    /// Whether a validator leads one of the numbered views.
    #[must_use]
    pub fn leads(&self, me: ValidatorIndex) -> bool {
        (1..=self.views).any(|place| self.leader(place) == me)
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
        let digest = signed.block.digest(self.set_of(signed.block.epoch));
        if let Some(number) = self.block_numbers.get(&digest) {
            return Some(*number);
        }
        let view = self.place(signed.block.epoch, signed.block.view)?;
        let parent = *self.block_numbers.get(&signed.block.parent)?;
        assert!(self.blocks.len() < BLOCKS_MAX, "more blocks than bits");
        let number = u8::try_from(self.blocks.len()).unwrap_or(u8::MAX);
        let parent = &self.blocks[usize::from(parent)];
        let (line, mut batches, mut liar_tip) =
            (parent.line | 1 << number, parent.batches, parent.liar_tip);
        let is_terminal = matches!(signed.block.kind, BlockKind::Terminal(_));
        let terminal = is_terminal.then_some(number).or(parent.terminal);
        for entry in &signed.block.cut {
            batches |= self.line_of_batch(entry.digest);
            if entry.lane == self.liar {
                liar_tip = (entry.seq, entry.digest);
            }
        }
        self.blocks.push(KnownBlock {
            signed: signed.clone(),
            view,
            terminal,
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
        let digest = signed.header.digest(self.set_of(signed.header.epoch));
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

    /// A block as the message that carries it; its certificates travel by themselves.
    #[must_use]
    pub fn proposal(&self, block: u8) -> Proposal {
        Proposal {
            block: self.blocks[usize::from(block)].signed.clone(),
            justification: Vec::new(),
        }
    }

    /// The bit of a vote body of the first epoch; `None` beyond the walked views.
    #[must_use]
    pub fn bit(&self, kind: VoteKind, view: View, digest: &Hash) -> Option<Bit> {
        self.bit_of(self.set.epoch(), kind, view, digest)
    }

    /// The bit of a vote body; `None` beyond the walked views.
    #[must_use]
    pub fn bit_of(&self, epoch: Epoch, kind: VoteKind, view: View, digest: &Hash) -> Option<Bit> {
        let place = self.place(epoch, view)?;
        match kind {
            VoteKind::Nullify => u8::try_from(place).ok().map(|place| NULLIFY_FROM + place),
            VoteKind::Notarize => self.block_numbers.get(digest).copied(),
            VoteKind::Finalize => self
                .block_numbers
                .get(digest)
                .map(|number| FINALIZE_FROM + number),
        }
    }

    /// The epoch in which a body is signed.
    #[must_use]
    pub fn epoch_of(&self, bit: Bit) -> Epoch {
        match World::block_of(bit) {
            Some(block) => self.blocks[usize::from(block)].signed.block.epoch,
            None => self.view_at(u64::from(bit - NULLIFY_FROM)).0,
        }
    }

    /// What a bit stands for.
    #[must_use]
    pub fn body(&self, bit: Bit) -> (VoteKind, View, Hash) {
        if bit >= NULLIFY_FROM {
            let (_, view) = self.view_at(u64::from(bit - NULLIFY_FROM));
            return (VoteKind::Nullify, view, Hash::ZERO);
        }
        let (kind, number) = if bit >= FINALIZE_FROM {
            (VoteKind::Finalize, bit - FINALIZE_FROM)
        } else {
            (VoteKind::Notarize, bit)
        };
        let block = &self.blocks[usize::from(number)].signed.block;
        (kind, block.view, block.digest(self.set_of(block.epoch)))
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
        self.vote_in(self.epoch_of(bit), signer, kind, view, digest)
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
        self.vote_in(self.set.epoch(), signer, kind, view, digest)
    }

    fn vote_in(
        &self,
        epoch: Epoch,
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
        let statement = domain.statement(self.set.chain(), epoch, &body);
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
