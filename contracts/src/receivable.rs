//! Receivables: a core enterprise's accepted promise to pay, which travels down the tiers of its suppliers.
//!
//! ```text
//!   creditor ─issue─▶ promise ─accept─▶ portion ┬─split──▶ portions, one tier deeper
//!                     debtor,  line used,       ├─transfer─▶ another holder, with or without recourse
//!                     due date documents taken  ├─finance──▶ a bank, against money at once
//!                                               ├─factor───▶ a factor, with many others, against an advance
//!                                               └─pledge───▶ still the holder's, a bank is paid first
//!   due day: the debtor's account ─▶ every live portion, in proportion      dispute: nothing moves until it is resolved
//! ```
//! Arithmetic (`discount`, `shares`, `split`) needs no state and is exact: integers, 256-bit products, one rounding whose direction is
//! named. Spec: ledger 3.4, 3.6 (I14, I15, I22), 3.9; vectors/receivables.

mod accept;
mod book;
mod cancel;
mod discount;
mod dispute;
mod factoring;
mod finance;
mod issue;
mod line;
mod maturity;
mod offer;
mod offer_financing;
mod pay_overdue;
mod pledge;
mod portion;
mod promise;
mod recourse;
mod reject;
mod release_pledge;
mod resolve;
mod rules;
mod set_line;
mod set_rules;
mod shares;
mod split;
mod split_portion;
mod transfer;
mod withdraw;
mod withdraw_offer;

pub use accept::AcceptReceivable;
pub use cancel::CancelReceivable;
pub use discount::{Discount, DiscountError, RATE_ONE, RATE_PER_YEAR_MAX, Terms, discount};
pub use dispute::DisputeReceivable;
pub use factoring::{
    Advance, EndFactoring, FactorPortfolio, Factored, Factoring, OfferFactoring, PayChargeback,
    Portfolio, advance,
};
pub use finance::FinanceReceivable;
pub use issue::IssueReceivable;
pub use line::ObligorLine;
pub use offer::FinancingOffer;
pub use offer_financing::OfferFinancing;
pub use pay_overdue::PayReceivable;
pub use pledge::PledgeReceivable;
pub use portion::{Pledge, Portion, PortionState};
pub use promise::{Promise, PromiseState};
pub use recourse::HonourRecourse;
pub use reject::RejectReceivable;
pub use release_pledge::ReleasePledge;
pub use resolve::ResolveDispute;
pub use rules::{
    DEPTH_MAX, DOCUMENTS_PER_RECEIVABLE_MAX, ENDORSERS_MAX, PAYOUTS_PER_BLOCK,
    PORTFOLIO_PORTIONS_MAX, PORTIONS_PER_RECEIVABLE_MAX, ReceivableRules, RulesInForce,
    TERM_DAYS_MAX, TERM_DAYS_USUAL,
};
pub use set_line::SetObligorLine;
pub use set_rules::SetReceivableRules;
pub use shares::{ShareError, Shortfall, shortfall};
pub use split::{SplitError, SplitRules};
pub use split_portion::SplitReceivable;
pub use transfer::TransferReceivable;
pub use withdraw::WithdrawReceivable;
pub use withdraw_offer::WithdrawOffer;
