//! Documentary credits: a bank promises a seller to pay against documents, and nothing else, in the manner of UCP 600.
//!
//! ```text
//!   applicant: Apply ─▶ Applied ─Issue (bank)─▶ Issued ─Advise (adviser)─▶ Advised ──last day passes──▶ Expired
//!                          └Close (either)          └ Amend + Answer: in force when applicant, bank and beneficiary have all agreed
//!   beneficiary: Present ─▶ Presented ─Examine (bank)─▶ Complying ─Honour─▶ Paid, or Accepted ──maturity──▶ Paid
//!                               │ five banking days pass         └ not honoured by then: the ledger does it
//!                               │ without a word: precluded, Complying
//!                               └─Examine with discrepancies─▶ Discrepant ─Waive (applicant)─▶ Waived ─Honour
//!                                                                  └──────────Return (bank, beneficiary)──▶ Returned
//! ```
//! The promise is irrevocable: only the beneficiary gives it up. What the bank is liable for is backed by cash cover and the applicant's line
//! (`backing`, I17). The ledger knows documents by hashes; those that carry a mark are taken in the registry, so that a bill of lading under
//! one credit is not financed elsewhere. Discrepancies that follow from kinds and dates the ledger finds by itself. A payment that falls due
//! and cannot be made is tried again as every day opens, until it is.
//! Spec: ledger 3.3, 3.4, 3.6 (I15, I17). Articles cited are those of UCP 600.

mod advise_credit;
mod amend_credit;
mod answer_amendment;
mod apply_credit;
mod close_credit;
mod credit;
mod examine_documents;
mod honour_documents;
mod issue_credit;
mod present_documents;
mod presentation;
mod redirect_drawing;
mod reimburse_credit;
mod return_documents;
mod terms;
mod waive_discrepancies;

pub use advise_credit::AdviseCredit;
pub use amend_credit::AmendCredit;
pub use answer_amendment::AnswerAmendment;
pub use apply_credit::ApplyCredit;
pub use close_credit::CloseCredit;
pub use credit::{Amendment, CreditState, DocumentaryCredit};
pub use examine_documents::ExamineDocuments;
pub use honour_documents::HonourDocuments;
pub use issue_credit::IssueCredit;
pub use present_documents::PresentDocuments;
pub use presentation::{Discrepancy, Presentation, PresentationState, PresentedDocument};
pub use redirect_drawing::RedirectDrawing;
pub use reimburse_credit::ReimburseCredit;
pub use return_documents::ReturnDocuments;
pub use terms::{CreditTerms, PresentedKind, RequiredDocument, Tenor};
pub use waive_discrepancies::WaiveDiscrepancies;

/// Documents of one presentation.
pub const PRESENTED_MAX: usize = 32;

/// Discrepancies that a bank lists.
pub const DISCREPANCIES_MAX: usize = 16;

/// Banking days after that of a presentation in which it is examined (article 14b).
pub const EXAMINATION_DAYS: u8 = 5;

/// Days of a usance, and days for presentation after shipment.
pub const CREDIT_TENOR_DAYS_MAX: u16 = 366;

/// Days that a credit may last.
pub const CREDIT_DAYS_MAX: u32 = 3_660;
