//! The registry against financing a document twice: what is financed is known by its fingerprint, to those who know the document.
//!
//! ```text
//!   document ──normalise──▶ number part = H(key, issuer, type, number)      ┐
//!                           detail part = H(key, date, amount, currency)    ├─▶ fingerprint = H(number part | detail part)
//! ```
//! The document never leaves its owner: the ledger sees the two parts and joins them itself, so nobody can show one document under two
//! number parts. The same number part under another fingerprint is a near match. Without the network key, which members receive outside
//! the ledger, nobody can try documents until one fits. Spec: ledger 3.9.

mod document;
mod fingerprint;
mod proof;
mod register_financing;
mod release_financing;

pub use document::RegisteredDocument;
pub use fingerprint::{
    DOCUMENT_TEXT_CHARS_MAX, Document, DocumentError, DocumentKind, DocumentMark, Fingerprint,
    NetworkKey,
};
pub use proof::{RegistryProof, prove};
pub use register_financing::RegisterFinancing;
pub use release_financing::ReleaseFinancing;
