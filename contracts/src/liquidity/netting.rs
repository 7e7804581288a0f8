//! Which waiting payments may settle together, how good a set is, and the set that is always there.
//!
//! ```text
//!   Netting          accounts with balance, floor, reservation; payments in queue order; limits on net sending; pairs
//!      │
//!      ├─ baseline ──▶ PaymentSet      strict queue order, greatest fixed point, linear time, one answer whatever the order of work
//!      ├─ judge    ──▶ Settlement      balances after a given set, or the first rule it breaks; linear time
//!      ├─ shortfalls, least_to_settle      how much more money would free what waits
//!      └─ Score                        class, value, count, age, lowest place: a total order of sets
//! ```
//! An account is bound by its floor, reservation and limits only if it sends something in the set: whoever only receives is never
//! worse off. That makes the condition of an account, for a fixed set of what it sends, monotone in what it receives; therefore the
//! sets that keep queue order and all conditions are closed under union, and a greatest one exists (Bech and Soramäki 2001).
//! Spec: ledger 4, vectors/netting.

mod baseline;
mod judge;
mod payment_set;
mod problem;
mod score;
mod shortfall;
mod tally;

pub use baseline::baseline;
pub use judge::{SetFault, Settlement, judge};
pub use payment_set::{PaymentSet, PaymentSetError};
pub use problem::{
    ACCOUNT_BALANCE_MAX, Counterparties, LIMITS_MAX, NETTING_ACCOUNTS_MAX, NETTING_PAYMENTS_MAX,
    NetLimit, Netting, NettingAccount, NettingError, Pair, Reservation, WaitingPayment,
};
pub use score::Score;
pub use shortfall::{least_to_settle, shortfalls};
pub use tally::Tally;

#[cfg(test)]
mod tests;
