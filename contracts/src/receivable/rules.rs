//! The network's rules on receivables, with where they come from.
//!
//! The People's Bank of China and five other authorities, notice Yinfa [2025] No. 77 on supply-chain finance: a receivable certificate is
//! due within six months in principle and within one year at most; the platform never pools funds. Here money moves from the debtor's
//! account to the holders' accounts and stands nowhere in between.
//!
//! ```text
//!   a row of the asset (`SetReceivableRules`) ─▶ its terms, tiers and smallest part, and the regulation it names
//!   no row                                     ─▶ what the notice asks for (`RulesInForce::usual`)
//! ```

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId};

use super::split::SplitRules;
use crate::{attestation::SubjectText, ledger::Ledger, objects::Object, tables::Table};

/// Days to maturity that need no ground: six months.
pub const TERM_DAYS_USUAL: u32 = 184;

/// Days to maturity at most, whatever rules are set: one year.
pub const TERM_DAYS_MAX: u32 = 366;

/// Documents behind one receivable: the marks fit one row with everything else.
pub const DOCUMENTS_PER_RECEIVABLE_MAX: usize = 16;

/// Portions of one receivable that are alive at once: they are paid together.
pub const PORTIONS_PER_RECEIVABLE_MAX: u32 = 10_000;

/// Portions paid, diluted or given up in one block, by the ledger itself and by instructions: the rest follows in the next blocks.
///
/// Ten thousand of as many holders take 13 ms, of one seller that hands on its factor's part 8 ms (`contracts/src/tests/maturity.rs` prints both).
pub const PAYOUTS_PER_BLOCK: u64 = 10_000;

/// Endorsers who answer for one portion.
pub const ENDORSERS_MAX: usize = 10;

/// Portions sold to a factor at once: each costs a row and a look at its promise, and their list fits one row.
pub const PORTFOLIO_PORTIONS_MAX: usize = 200;

/// Tiers below the accepted receivable at most, whatever rules are set.
pub const DEPTH_MAX: u8 = 10;

/// Parts of one division: their list fits one instruction.
pub(super) const PARTS_MAX: u16 = 1_000;

/// Smallest part where no rules are set, in minor units.
const PART_MIN_MINOR: u128 = 100;

/// What is asked of receivables in an asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RulesInForce {
    /// Days to maturity that need no ground.
    pub term_days_usual: u32,
    /// Days to maturity at most.
    pub term_days_max: u32,
    /// How a receivable may be divided.
    pub split: SplitRules,
}

impl RulesInForce {
    /// What the notice above asks for.
    #[must_use]
    pub fn usual() -> RulesInForce {
        RulesInForce {
            term_days_usual: TERM_DAYS_USUAL,
            term_days_max: TERM_DAYS_MAX,
            split: SplitRules {
                part_min: Amount::from_minor(PART_MIN_MINOR).unwrap_or(Amount::ZERO),
                parts_max: PARTS_MAX,
                depth_max: DEPTH_MAX,
            },
        }
    }
}

/// The rules on receivables in one asset, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct ReceivableRules {
    /// Of receivables in what.
    pub asset: AssetId,
    /// Days to maturity that need no ground.
    pub term_days_usual: u32,
    /// Days to maturity at most.
    pub term_days_max: u32,
    /// Divisions between the accepted receivable and any part of it.
    pub depth_max: u8,
    /// Smallest part.
    pub part_min: Amount,
    /// The regulation that these rules follow.
    pub reference: SubjectText,
}

impl Object for ReceivableRules {
    const TABLE: Table = Table::ReceivableRules;
    const ROWS_MAX: u64 = 1 << 16;
    type Index = BTreeMap<AssetId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.asset, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.asset(self.asset).is_some()
            && self.term_days_max <= TERM_DAYS_MAX
            && self.depth_max <= DEPTH_MAX
    }
}

impl Ledger {
    /// The rules on receivables in an asset: those that were set, or the usual ones.
    #[must_use]
    pub fn receivable_rules(&self, asset: AssetId) -> RulesInForce {
        let rules = &self.products.receivable_rules;
        let set = rules.index().get(&asset).and_then(|id| rules.get(*id));
        let usual = RulesInForce::usual();
        set.map_or(usual, |it| RulesInForce {
            term_days_usual: it.term_days_usual,
            term_days_max: it.term_days_max,
            split: SplitRules {
                part_min: it.part_min,
                depth_max: it.depth_max,
                ..usual.split
            },
        })
    }
}

const _: () = assert!(
    PORTIONS_PER_RECEIVABLE_MAX as u64 <= PAYOUTS_PER_BLOCK,
    "a receivable can be paid whole in one block"
);
