//! Balances at recent heights, from the before-images that execution takes anyway.
//!
//! ```text
//!   state at h  =  first before-image of the account in a block above h, or what stands now
//! ```
//! A convenience of this node, not part of the agreed state: bounded by blocks and by rows, empty after a restore.

use std::collections::VecDeque;

use sycee_primitives::{AccountId, Height};

use crate::account::store::{Image, Rules, RulesImage};

/// Blocks whose before-images are kept.
const BLOCKS_MAX: usize = 256;

/// Before-images kept over all blocks: 48 bytes each, 12 MiB in all.
const ROWS_MAX: usize = 262_144;

#[derive(Clone, Debug)]
struct BlockImages {
    height: Height,
    images: Vec<Image>,
    rules: Vec<RulesImage>,
}

/// Before-images of recent blocks, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    blocks: VecDeque<BlockImages>,
    rows: usize,
}

/// What the history knows about an account at a height.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Past {
    /// It stood as in this image.
    Image(Image),
    /// It has not changed since.
    Unchanged,
    /// The history does not reach back so far.
    Forgotten,
}

impl History {
    pub(crate) fn push(&mut self, height: Height, images: Vec<Image>, rules: Vec<RulesImage>) {
        self.rows += images.len() + rules.len();
        self.blocks.push_back(BlockImages {
            height,
            images,
            rules,
        });
        while self.blocks.len() > BLOCKS_MAX || self.rows > ROWS_MAX {
            let Some(oldest) = self.blocks.pop_front() else {
                return;
            };
            self.rows -= oldest.images.len() + oldest.rules.len();
        }
    }

    /// The lowest height that can be answered when the ledger stands at `current`.
    pub(crate) fn earliest(&self, current: Height) -> Height {
        let oldest = self.blocks.front().map(|block| block.height.0);
        Height(oldest.map_or(current.0, |height| height.saturating_sub(1)))
    }

    pub(crate) fn at(&self, account: AccountId, height: Height, current: Height) -> Past {
        if height < self.earliest(current) {
            return Past::Forgotten;
        }
        self.blocks
            .iter()
            .filter(|block| block.height > height)
            .flat_map(|block| &block.images)
            .find(|image| image.account == account)
            .map_or(Past::Unchanged, |image| Past::Image(*image))
    }

    /// An account's rules at a height that [`History::at`] answers, when they changed since.
    pub(crate) fn rules_at(&self, account: AccountId, height: Height) -> Option<Rules> {
        let later = self.blocks.iter().filter(|block| block.height > height);
        let mut images = later.flat_map(|block| &block.rules);
        images
            .find(|image| image.account == account)
            .map(|image| image.rules)
    }
}
