//! The network's rules on receivables, with where they come from.
//!
//! The People's Bank of China and five other authorities, notice Yinfa [2025] No. 77 on supply-chain finance: a receivable certificate is
//! due within six months in principle and within one year at most; the platform never pools funds. Here money moves from the debtor's
//! account to the holders' accounts and stands nowhere in between.

use sycee_primitives::Amount;

use super::split::SplitRules;

/// Days to maturity that need no ground: six months.
pub const TERM_DAYS_USUAL: u32 = 184;

/// Days to maturity at most: one year.
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

/// How a receivable may be divided.
#[must_use]
pub fn split_rules() -> SplitRules {
    SplitRules {
        part_min: Amount::from_minor(100).unwrap_or(Amount::ZERO),
        parts_max: 1_000,
        depth_max: 10,
    }
}

const _: () = assert!(
    PORTIONS_PER_RECEIVABLE_MAX as u64 <= PAYOUTS_PER_BLOCK,
    "a receivable can be paid whole in one block"
);
