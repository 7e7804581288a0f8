//! Payment files of banks and partners: ISO 20022 XML and CSV in, judgements and payment orders out.
//!
//! ```text
//!   bytes ──xml──▶ tree ──schema──▶ known structure ──rules──▶ orders ──directory──▶ ──duplicate──▶ Judgement
//!     │                 (published ISO structures)   (exact decimals, dates, check digits)              │
//!     └──csv──▶ rows ────────────────────────────────────▲                                              ▼
//!                                                                                       pacs.002 answer (bytes)
//! ```
//! A file is accepted whole or refused whole, with the stage, the external ISO code, the place and the reason of the first fault.
//! This crate must never know a file system, a clock, a network or a ledger: names, dates and times are arguments.
//! No float exists here; amounts are integers of the minor unit from the first moment they are numbers.
//!
//! Spec: ledger 3.7 (codes), 3.8 (messages), 3.10 items 9 to 14.

#![warn(missing_docs)]

pub mod csv;
pub mod directory;
mod duplicates;
mod interbank;
pub mod judge;
mod lexical;
pub mod limits;
pub mod order;
pub mod pacs002;
mod pacs008;
mod pacs009;
mod pain001;
mod refusal;
mod rules;
mod schema;
pub mod status_codes;
mod totals;
pub mod xml;

pub use directory::{Directory, DirectoryError, Participant, ParticipantStatus};
pub use judge::{Judge, Judgement, Outcome};
pub use order::PaymentOrder;
pub use refusal::{Refusal, Stage};
pub use status_codes::StatusCode;
