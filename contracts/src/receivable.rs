//! Receivables: a core enterprise's accepted promise to pay, which travels down the tiers of its suppliers.
//!
//! ```text
//!   arithmetic (no state)     discount   what a financier pays today for money due later
//!                             shares     what every holder gets of what the debtor paid
//!                             split      whether a receivable may be divided so
//! ```
//! Everything is exact: integers, 256-bit products, one rounding whose direction is named. Spec: ledger 3.9, vectors/receivables.

mod discount;
mod shares;
mod split;

pub use discount::{Discount, DiscountError, RATE_ONE, RATE_PER_YEAR_MAX, Terms, discount};
pub use shares::{ShareError, Shortfall, shortfall};
pub use split::{SplitError, SplitRules};
