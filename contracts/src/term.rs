//! Arithmetic of time and money that every credit product shares: whole numbers, exact fractions, one rounding where it is paid.
//!
//! ```text
//!   date ──calendar──▶ business day        cycle ──▶ schedule of dates
//!   [start, end) ──day_count──▶ year fraction (exact)
//!   amount × rate × year fraction ──rounding──▶ minor units     products in 256 bits, long sums in `natural`
//!
//!   amortization (term, bullet, linear, annuity)   penalty   waterfall   share (largest remainder)
//! ```
//! Knows no account, no loan and no ledger. Nothing wraps: a product that could exceed its width answers `None` or an error.
//! Spec: ledger 3.5, 3.9, 3.10.

pub mod amortization;
pub mod calendar;
pub mod cycle;
pub mod day_count;
pub mod moment;
pub mod natural;
pub mod penalty;
pub mod rounding;
pub mod share;
pub mod waterfall;

/// Parts of a rate: 1 is written 10^12.
pub const RATE_ONE: u128 = 1_000_000_000_000;

/// The largest rate per year that a contract may state: 1,000 %, so that products of amount, rate and days stay within 256 bits.
pub const RATE_MAX: u128 = 10 * RATE_ONE;
