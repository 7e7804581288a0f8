//! From one set of validators to the next. [T1]-[T6]
//!
//! ```text
//!   epoch E   ... ledger blocks ... Terminal(next set) <- Padding <- Padding      some view's finalization covers the Terminal block
//!                                       │ handover proof = these headers + that finalization
//!   epoch E+1                           └─ epoch genesis (view 0, same height) <- first block <- ...
//! ```
//! The set of E+1 follows from executed, final state of E; nobody votes about it here. Heights above the Terminal block do not
//! exist in the ledger of E.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{Epoch, Hash, PublicKey, limits};

use crate::{Block, Certificate, SignedBlock, ValidatorSet, VoteKind};

/// Padding blocks that a handover proof may carry: each is one view that ended by notarization, not by finality. [T4]
pub const PADDING_MAX: usize = 255;

/// One validator of the next epoch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct Member {
    /// Number of its node in the network's directory, which never changes.
    pub node: u16,
    /// Signs its votes, blocks and batches in the next epoch.
    pub key: PublicKey,
}

/// The validators of the next epoch, as the executed state names them. [T1]
#[derive(Clone, PartialEq, Eq, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct NextSet {
    /// Number of the set; grows with every change.
    pub version: u64,
    /// Its members in the order of their indexes.
    pub members: Vec<Member>,
}

impl NextSet {
    /// The set as the validators of `epoch`; `None` when it could not be one: empty, too large, or with a key or node twice.
    #[must_use]
    pub fn validators(&self, before: &ValidatorSet) -> Option<ValidatorSet> {
        let mut keys: Vec<PublicKey> = self.members.iter().map(|member| member.key).collect();
        let mut nodes: Vec<u16> = self.members.iter().map(|member| member.node).collect();
        let in_order = keys.clone();
        keys.sort_unstable();
        keys.dedup();
        nodes.sort_unstable();
        nodes.dedup();
        let whole = keys.len() == in_order.len() && nodes.len() == in_order.len();
        let epoch = Epoch(before.epoch().0.checked_add(1)?);
        (whole && !in_order.is_empty() && in_order.len() <= limits::VALIDATORS_MAX)
            .then(|| ValidatorSet::new(*before.chain(), epoch, in_order))
    }
}

/// What a block is to the epoch it belongs to. [T1][T2]
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub enum BlockKind {
    /// It orders batches and certifies results.
    #[default]
    Ledger,
    /// The last block of the epoch's ledger.
    Terminal(NextSet),
    /// It exists only so that some view finalizes the Terminal block before it.
    Padding,
}

/// Proof that an epoch is over and who comes next; checked with the epoch's own set. [T4]
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Handover {
    /// The Terminal block and the Padding blocks above it, ascending.
    pub blocks: Vec<SignedBlock>,
    /// Finalization of the last of them.
    pub finalization: Certificate,
}

impl Handover {
    /// The Terminal block, its digest and the validators it names, if the proof holds under the epoch's set. [T4]
    #[must_use]
    pub fn verify(&self, set: &ValidatorSet) -> Option<(&Block, Hash, ValidatorSet)> {
        let (first, padding) = self.blocks.split_first()?;
        let terminal = &first.block;
        let BlockKind::Terminal(next) = &terminal.kind else {
            return None;
        };
        let digest = terminal.digest(set);
        let mut last = digest;
        for signed in padding {
            if signed.block.kind != BlockKind::Padding || signed.block.parent != last {
                return None;
            }
            last = signed.block.digest(set);
        }
        let all_of_epoch = self
            .blocks
            .iter()
            .all(|signed| signed.block.epoch == set.epoch());
        let proven = self.finalization.kind == VoteKind::Finalize
            && self.finalization.digest == last
            && padding.len() <= PADDING_MAX
            && all_of_epoch
            && self.finalization.verify(set);
        let next = next.validators(set)?;
        proven.then_some((terminal, digest, next))
    }
}
