//! What a sender gets in return, and how anybody checks it offline.
//!
//! ```text
//!   receipts of block h ──merkle──▶ receipts_root_h
//!   results_h = H("results" | results_{h-1} | h | receipts_root_h)      one certified value covers every height up to it
//! ```

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    Hash, Height, TransactionId, codec, domain::Domain, merkle::InclusionProof,
};

use crate::reject::RejectReason;

/// How one transaction ended.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Outcome {
    /// Took effect, irrevocably.
    Settled = 0,
    /// Had no effect, for ever.
    Refused(RejectReason) = 1,
    /// A bulk payment: the legs that are not listed as refused took effect, irrevocably.
    BulkSettled {
        /// Legs that settled.
        settled_count: u32,
        /// Their sum, in minor units.
        settled_sum: u128,
        /// Legs that were refused, ascending.
        refused: Vec<(u16, RejectReason)>,
    } = 2,
    /// A bulk payment in mode all had no effect, for ever, because of this leg.
    BulkRefused {
        /// Index of the first leg that could not settle.
        leg: u16,
        /// Why.
        reason: RejectReason,
    } = 3,
}

/// The one answer to one transaction.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Receipt {
    /// The transaction.
    pub transaction: TransactionId,
    /// Height of its block.
    pub height: Height,
    /// Index among the block's receipts.
    pub index: u32,
    /// How it ended.
    pub outcome: Outcome,
}

impl Receipt {
    /// Its leaf in the tree of its block's receipts.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        Domain::Receipt.hash(&[&codec::encode(self)])
    }
}

/// Cumulative results after a block.
#[must_use]
pub fn results_after(previous: &Hash, height: Height, receipts_root: &Hash) -> Hash {
    Domain::Results.hash(&[&previous.0, &height.0.to_le_bytes(), &receipts_root.0])
}

/// A receipt with everything that leads from it to certified results.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ReceiptProof {
    /// The receipt.
    pub receipt: Receipt,
    /// Its place under its block's receipts root.
    pub inclusion: InclusionProof,
    /// The receipts root of its block.
    pub receipts_root: Hash,
    /// Results of the height below its block.
    pub previous_results: Hash,
    /// Receipts roots of the heights above its block, up to the certified one.
    pub later_receipts_roots: Vec<Hash>,
}

impl ReceiptProof {
    /// Whether the receipt is part of `results`, certified for `height`.
    #[must_use]
    pub fn verify(&self, height: Height, results: &Hash) -> bool {
        if self.inclusion.index != u64::from(self.receipt.index)
            || !self
                .inclusion
                .verify(&self.receipt.leaf(), &self.receipts_root)
        {
            return false;
        }
        let mut at = self.receipt.height;
        let mut reached = results_after(&self.previous_results, at, &self.receipts_root);
        for root in &self.later_receipts_roots {
            let Some(next) = at.0.checked_add(1) else {
                return false;
            };
            at = Height(next);
            reached = results_after(&reached, at, root);
        }
        at == height && reached == *results
    }
}
