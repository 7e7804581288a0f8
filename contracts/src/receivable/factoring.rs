//! Factoring: a bank advances money against a whole portfolio of a seller's portions, in one instruction, all or none.
//!
//! ```text
//!   factor ─offer─▶ agreement (rate of advance, discount, fee, recourse, disclosed or silent, limit on funds in use)
//!   seller ─sell──▶ portfolio of 1 to 200 portions:   claim = advance + holdback        paid now = advance - discount - fee
//!
//!   debtor pays ──▶ factor, until its part is whole ──▶ what the seller owes for dilution ──▶ seller (holdback comes back)
//!   dispute     ──▶ dilution lowers the holdback first; beyond it the seller owes the factor, with recourse or without
//!   shortfall   ──▶ without recourse the factor's loss; with recourse the seller honours the factor's part and has the portion back
//! ```
//! Nobody holds the holdback meanwhile: it is the second part of a claim, paid out of the debtor's own money as it comes in, so the
//! ledger pools no funds. Silent: the debtor pays the seller, whose account hands the factor's part on in the same block.

mod advance;
mod agreement;
mod end_factoring;
mod factor_portfolio;
mod offer_factoring;
mod pay_chargeback;
mod portfolio;
pub(super) mod proceeds;

pub use advance::{Advance, advance};
pub use agreement::Factoring;
pub use end_factoring::EndFactoring;
pub use factor_portfolio::FactorPortfolio;
pub use offer_factoring::OfferFactoring;
pub use pay_chargeback::PayChargeback;
pub use portfolio::{Factored, Portfolio};
