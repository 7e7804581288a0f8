//! Demand guarantees and standby letters of credit: a bank promises to pay on a demand that says what it has to say, in the manner of
//! URDG 758 and ISP98.
//!
//! ```text
//!   applicant: Apply ─▶ Applied ─Issue (bank)─▶ Issued ──last day passes──▶ Expired
//!                          └Release (either)      ├ Amend: in force when applicant, bank and beneficiary have asked for the same
//!                                                 └ Release (beneficiary): a part, or all ─▶ Closed
//!   beneficiary: Demand ─▶ Presented ─Examine (bank)─▶ Complying ─Pay, or the ledger when the bank's days are over─▶ Paid
//!                  │           │ days of silence: precluded, Complying         extend or pay: 30 days later
//!                  │           └─Examine with faults─▶ Rejected
//!                  └─ extend or pay ─Extend (bank and applicant)─▶ Withdrawn, the guarantee lasts longer
//! ```
//! The promise does not depend on the contract that it secures: the ledger asks for a statement and hashes of documents, and for nothing else.
//! Behind it stand cash cover and the applicant's line (`backing`, I17). A demand that falls due and cannot be paid is tried again as every
//! day opens. Spec: ledger 3.4, 3.6 (I17). Articles cited are those of URDG 758.

mod amend_guarantee;
mod apply_guarantee;
mod demand;
mod demand_payment;
mod examine_demand;
mod extend_guarantee;
mod issue_guarantee;
mod pay_demand;
mod redirect_demand;
mod reimburse_guarantee;
mod release_guarantee;
mod undertaking;

pub use amend_guarantee::AmendGuarantee;
pub use apply_guarantee::ApplyGuarantee;
pub use demand::{Demand, DemandState};
pub use demand_payment::DemandPayment;
pub use examine_demand::ExamineDemand;
pub use extend_guarantee::ExtendGuarantee;
pub use issue_guarantee::IssueGuarantee;
pub use pay_demand::PayDemand;
pub use redirect_demand::RedirectDemand;
pub use reimburse_guarantee::ReimburseGuarantee;
pub use release_guarantee::ReleaseGuarantee;
pub use undertaking::{
    Guarantee, GuaranteeAmendment, GuaranteeState, GuaranteeTerms, UndertakingRules,
};

/// Documents of one demand.
pub const DEMAND_DOCUMENTS_MAX: usize = 32;

/// Days for which a demand to extend or pay may be put off (article 23).
pub const EXTEND_OR_PAY_DAYS: u32 = 30;
