//! Escrow: money that a payer hands over before it is earned, held until milestones are met, the payee gives it back, or arbiters decide.
//!
//! ```text
//!   Create ──▶ Created ──Fund──▶ Funded ──Release a milestone, in whole or part──▶ ... the last unit ──▶ Released
//!                 │ expires        │ ├─Refund by the payee, or expiry──▶ Refunded
//!                 ▼                │ └─Dispute──▶ Disputed ──enough equal rulings──▶ Arbitrated
//!               Lapsed             │                 ├─ the payer releases, the payee refunds: who concedes needs no arbiter
//!                                  ▼                 └─ no decision in time: back to the payer, Refunded
//!                     the money stands on a holding account, and nobody but these rules moves it (`holding`)
//! ```
//! Expiry is a rule of the ledger: nobody has to ask. A dispute stops it, for as many days as the agreement gives its arbiters. What cannot
//! be paid to a party (its account is closed, frozen, full) stays held and owed to it until it names another account; nothing falls to the
//! other side. Milestones add up to the total, and total = held + owed + paid out, always.
//! Spec: ledger 3.3, 3.4, 3.6 (I15).

mod agreement;
mod arbitrate_escrow;
mod create_escrow;
mod dispute_escrow;
mod fund_escrow;
mod redirect_escrow;
mod refund_escrow;
mod release_escrow;

pub use agreement::{Dispute, Escrow, EscrowState, Milestone, Ruling};
pub use arbitrate_escrow::ArbitrateEscrow;
pub use create_escrow::{CreateEscrow, MilestoneTerms};
pub use dispute_escrow::DisputeEscrow;
pub use fund_escrow::FundEscrow;
pub use redirect_escrow::RedirectEscrow;
pub use refund_escrow::RefundEscrow;
pub use release_escrow::ReleaseEscrow;

/// Milestones of one escrow.
pub const MILESTONES_MAX: usize = 16;

/// Arbiters of one escrow.
pub const ARBITERS_MAX: usize = 9;

/// Days that arbiters may be given.
pub const ARBITRATION_DAYS_MAX: u16 = 366;

/// Days that an escrow may last: ten years.
pub const ESCROW_DAYS_MAX: u64 = 3_660;
