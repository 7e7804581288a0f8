//! A network that goes into another epoch: what is numbered in it, and what the second epoch begins with.

use sycee_consensus::{
    BatchHeader, Block, Culprit, Member, NextSet, Seq, SignedBlock, ValidatorIndex, ValidatorSet,
};
use sycee_primitives::{Epoch, Height, Signature};

use super::{BLOCKS_MAX, Handing, KnownBlock, World};

impl World {
    /// A network whose first block, once executed, names the validators of a second epoch: `views` of the first one, then one.
    #[must_use]
    pub fn handing_over(views: u64, liar_leads: u64) -> World {
        let mut world = World::new(views + 1, liar_leads);
        world.handing = Some(Handing { views });
        let second = world.recorded.iter().copied().map(|mut culprit| {
            culprit.slot.epoch = Epoch(1);
            culprit
        });
        let second: Vec<Culprit> = second.collect();
        world.recorded.extend(second);
        world
    }

    /// Places of the epoch that a place belongs to, from behind it to the epoch's end.
    #[must_use]
    pub fn places_above(&self, place: u64) -> std::ops::RangeInclusive<u64> {
        let last = match self.handing {
            Some(handing) if place <= handing.views => handing.views,
            Some(_) | None => self.views,
        };
        place + 1..=last
    }

    /// All Notarize, Finalize and Nullify bits of the second epoch, and its blocks.
    #[must_use]
    pub fn second_epoch(&self) -> (u128, u64) {
        let Some(handing) = self.handing else {
            return (0, 0);
        };
        let places = handing.views + 1..=self.views;
        let bits = places.clone().fold(0, |all, place| {
            all | self.notarize_bits(place) | self.finalize_bits(place) | self.nullify_bit(place)
        });
        let blocks = places.fold(0, |all, place| all | self.notarize_bits(place));
        (bits, u64::try_from(blocks).unwrap_or(0))
    }

    /// The validators that executing a height names. [T1]
    #[must_use]
    pub fn next_after(&self, epoch: Epoch, height: Height) -> Option<NextSet> {
        let names = self.handing.is_some() && epoch == self.set.epoch() && height >= Height(1);
        names.then(|| next_of(&self.set))
    }

    /// The block with which the second epoch begins above a Terminal block. [T5]
    pub fn second_root(&mut self, terminal: &Block) -> Block {
        let digest = terminal.digest(&self.set);
        let root = Block::epoch_genesis(&self.next_set, terminal, digest);
        let name = root.digest(&self.next_set);
        if let (None, Some(below)) = (
            self.block_numbers.get(&name),
            self.block_numbers.get(&digest),
        ) {
            let (number, below) = (self.blocks.len(), &self.blocks[usize::from(*below)]);
            assert!(number < BLOCKS_MAX, "more blocks than bits");
            let lanes = BatchHeader::lane_genesis(&self.next_set, self.liar);
            let known = KnownBlock {
                signed: SignedBlock {
                    block: root.clone(),
                    signature: Signature([0; 64]),
                },
                line: below.line | 1 << number,
                batches: below.batches,
                liar_tip: (Seq(0), lanes),
                ..*below
            };
            self.blocks.push(known);
            let number = u8::try_from(number).unwrap_or(u8::MAX);
            self.block_numbers.insert(name, number);
        }
        root
    }
}

/// The same four validators with the same keys, as the second set.
pub(super) fn next_of(set: &ValidatorSet) -> NextSet {
    let member = |index: ValidatorIndex| {
        set.key(index).map(|key| Member {
            node: index.0,
            key: *key,
        })
    };
    NextSet {
        version: 1,
        members: set.indexes().filter_map(member).collect(),
    }
}
