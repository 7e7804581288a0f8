//! The words everyone shares: amounts, identifiers, hashes, keys, canonical bytes, limits.
//!
//! Floor 0 of the house. It knows no transaction, no block, no vote and no I/O; it reads no clock and no randomness.
//!
//! ```text
//!   amount  currency  time  ids  identifiers      what things are measured and named in
//!   codec  hash  domain  merkle  merkle_map       how things become bytes, and bytes become 32 bytes
//!   keys                                          who said so (ZIP-215 everywhere)
//!   wide                                          products of 256 bits, divided exactly
//!   json                                          how people and other languages write all this; never what is hashed
//!   limits                                        how much of it there may be
//!   planted                                       wrong turns for tests; `false` in every ordinary build
//! ```
//!
//! Invariants: one value has one encoding; nothing here panics on input; no float exists.

#![warn(missing_docs)]

pub mod amount;
pub mod codec;
pub mod currency;
pub mod domain;
pub mod hash;
pub mod identifiers;
pub mod ids;
pub mod json;
pub mod keys;
pub mod limits;
pub mod merkle;
pub mod merkle_map;
pub mod planted;
pub mod time;
pub mod wide;

pub use amount::{Amount, Balance};
pub use currency::Currency;
pub use hash::Hash;
pub use ids::{AccountId, AssetId, ChainId, Epoch, Height, ParticipantId, TransactionId};
pub use keys::{PublicKey, SecretKey, Signature};
pub use time::{BlockTime, BusinessDate, Tick};
