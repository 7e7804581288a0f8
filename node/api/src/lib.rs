//! The client interface as types: the .proto, what is generated from it, and the only place where wire and domain types meet.
//!
//! ```text
//!   proto/sycee/v1/ledger.proto ──build.rs──▶ wire::*            serving is `sycee-node`'s
//!   domain (contracts, consensus) ──convert──▶ wire               reading back: convert::*_from
//!   RejectReason, NodeFault ──problem──▶ tonic::Status ──▶ Problem
//!   JSON document ──json──▶ Action; row ──json──▶ JSON
//!   Client: one connection to one node, in domain types where it pays
//! ```
//! Domain crates never see a wire type, and the wire may grow without touching consensus bytes. Amounts are decimal strings.
//! Spec: interfaces A4.5, B3.

#![warn(missing_docs)]

pub mod client;
pub mod convert;
pub mod fault;
pub mod json;
pub mod problem;

pub use client::Client;
pub use fault::{Class, NodeFault};
pub use problem::{Description, Problem};

/// Types generated from the .proto; their documentation stands there.
#[allow(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    unreachable_pub,
    reason = "generated code is documented in the .proto and not ours to style"
)]
pub mod wire {
    tonic::include_proto!("sycee.v1");

    /// The compiled .proto files, for reflection.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
}

/// Bytes of one request: a full transaction many times over for the bulk call, and no more.
pub const REQUEST_BYTES_MAX: usize = 8 << 20;

/// Bytes of one answer; a bulk receipt with every leg refused and its proof stay far below.
pub const RESPONSE_BYTES_MAX: usize = 32 << 20;

/// Transactions in one [`wire::SubmitTransactionsRequest`].
pub const TRANSACTIONS_PER_REQUEST_MAX: usize = 4_096;

/// Rows in one list answer.
pub const LIST_ROWS_MAX: u32 = 1_000;

/// Rows in one list answer when the request names no number.
pub const LIST_ROWS_DEFAULT: u32 = 100;

const _: () = assert!(
    REQUEST_BYTES_MAX >= 2 * sycee_primitives::limits::TRANSACTION_BYTES_MAX,
    "every transaction fits a request, so that an over-long one is refused by its own code"
);
