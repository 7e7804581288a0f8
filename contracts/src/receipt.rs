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

use crate::{fee::Fee, reject::RejectReason, tables::Table};

/// Why an instruction that the ledger took is not final yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Waiting {
    /// For others of the two or more parties.
    Parties = 0,
    /// For further signatures that the sender's policy asks for.
    Approvals = 1,
    /// For its value date or another condition.
    Warehoused = 2,
    /// For funds.
    Queued = 3,
}

impl Waiting {
    /// All of them.
    pub const ALL: [Waiting; 4] = [
        Waiting::Parties,
        Waiting::Approvals,
        Waiting::Warehoused,
        Waiting::Queued,
    ];

    /// ISO 20022 payment status.
    #[must_use]
    pub const fn iso_status(self) -> &'static str {
        match self {
            Waiting::Parties => "ACTC",
            Waiting::Approvals => "PATC",
            Waiting::Warehoused => "ACCP",
            Waiting::Queued => "PDNG",
        }
    }

    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Waiting::Parties => "parties",
            Waiting::Approvals => "approvals",
            Waiting::Warehoused => "warehoused",
            Waiting::Queued => "queued",
        }
    }
}

/// How one transaction ended, or how it stands.
///
/// ```text
///   Waiting ──▶ Waiting ──▶ ... ──▶ one final outcome, for ever       each step is a receipt of its own, with proof
/// ```
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
    /// Taken, not final yet: a later receipt of the same transaction says how it ended.
    Waiting(Waiting) = 4,
    /// Taken back before it had effect, for ever.
    Cancelled(RejectReason) = 5,
    /// Took effect and made, or changed, this object.
    Recorded {
        /// Its table.
        table: Table,
        /// Its row.
        id: u64,
    } = 6,
}

impl Outcome {
    /// Whether nothing else can follow.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Outcome::Waiting(_) => false,
            Outcome::Settled
            | Outcome::Refused(_)
            | Outcome::BulkSettled { .. }
            | Outcome::BulkRefused { .. }
            | Outcome::Cancelled(_)
            | Outcome::Recorded { .. } => true,
        }
    }

    /// ISO 20022 payment status (ledger 3.4).
    #[must_use]
    pub const fn iso_status(&self) -> &'static str {
        match self {
            Outcome::Settled | Outcome::BulkSettled { .. } | Outcome::Recorded { .. } => "ACSC",
            Outcome::Refused(_) | Outcome::BulkRefused { .. } => "RJCT",
            Outcome::Waiting(waiting) => waiting.iso_status(),
            Outcome::Cancelled(_) => "CANC",
        }
    }
}

/// One answer to one transaction. A transaction has exactly one with a final outcome, and none after that.
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
    /// What it cost.
    pub fee: Option<Fee>,
}

impl Receipt {
    /// Its leaf in the tree of its block's receipts.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        Domain::Receipt.hash(&[&codec::encode(self)])
    }
}

/// Hash of the list of refused legs of a bulk payment, by which an outcome stands for it; zeros for an empty one.
#[must_use]
pub(crate) fn refused_legs_hash(refused: &[(u16, RejectReason)]) -> Hash {
    if refused.is_empty() {
        return Hash::ZERO;
    }
    Domain::RefusedLegs.hash(&[&codec::encode(&refused.to_vec())])
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
