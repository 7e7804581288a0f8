//! Who said so: Ed25519 with one verification predicate for the whole network.
//!
//! Signing is `ed25519-dalek`. Verification, one by one and in batches, is ZIP-215 (cofactored equation, any 255-bit y accepted, s below
//! the group order) by `ed25519-zebra`: there a batch accepts exactly when every single check accepts, which is what lets honest nodes
//! batch differently and still agree. Other predicates of the same curve do not have this property and are not used anywhere.
//!
//! ```text
//!   statement (32-byte digest, see `domain`) --SecretKey::sign--> Signature
//!   (PublicKey, statement, Signature)        --verify / verify_batch--> yes or no, always the same
//! ```
//!
//! `keys/stub.rs` stands in for all this in builds of the simulator that say so; no product can be built with it.
//!
//! Small-order keys sign everything; they are refused when a key is registered ([`PublicKey::is_acceptable`]), not when it is used.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Hash, hash::to_hex};

#[cfg(not(sycee_stub_signatures))]
mod ed25519;
#[cfg(not(sycee_stub_signatures))]
use ed25519 as scheme;
#[cfg(sycee_stub_signatures)]
mod stub;
#[cfg(sycee_stub_signatures)]
use stub as scheme;

/// Which scheme this build has: `ed25519`, or `stub` in builds of the simulator.
pub const SCHEME: &str = scheme::NAME;

/// How many signatures this thread has checked so far: what the simulator charges a node's processor for.
#[cfg(sycee_stub_signatures)]
#[must_use]
pub fn signatures_checked() -> u64 {
    scheme::checked()
}

/// An Ed25519 public key as the 32 bytes that were registered; no other encoding of the same point is this key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct PublicKey(pub [u8; 32]);

/// An Ed25519 signature, 64 bytes (R, s).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

/// An Ed25519 secret key. Wiped from memory when dropped, each copy by itself; never printed.
#[derive(Clone)]
pub struct SecretKey(scheme::Secret);

/// One signed statement to be checked.
pub type SignedStatement = (PublicKey, Hash, Signature);

impl PublicKey {
    /// True when the key may be registered: it is a point of the curve, and not one of the eight of small order.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        scheme::is_acceptable(&self.0)
    }

    /// Whether `signature` by this key over `statement` holds under ZIP-215.
    #[must_use]
    pub fn verify(&self, statement: &Hash, signature: &Signature) -> bool {
        scheme::verify(&self.0, &statement.0, &signature.0)
    }
}

impl SecretKey {
    /// The key of a 32-byte seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> SecretKey {
        SecretKey(scheme::secret_of_seed(seed))
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(scheme::public_of(&self.0))
    }

    /// Signs a statement. The public key that enters the signature is the one derived from the seed, never one passed in.
    #[must_use]
    pub fn sign(&self, statement: &Hash) -> Signature {
        Signature(scheme::sign(&self.0, &statement.0))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretKey(of {:?})", self.public_key())
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0[..4]))
    }
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0[..4]))
    }
}

/// Whether every one of `items` holds; equal keys are merged, so many signatures of one key cost about half.
#[must_use]
pub fn verify_batch(items: &[SignedStatement]) -> bool {
    match items {
        [] => true,
        [(key, statement, signature)] => key.verify(statement, signature),
        _ => scheme::verify_many(items),
    }
}

/// The index of the first of `items` that does not hold; `None` when all do. One batch when all is well, bisection otherwise.
#[must_use]
pub fn first_invalid(items: &[SignedStatement]) -> Option<usize> {
    if verify_batch(items) {
        return None;
    }
    let mut from = 0;
    let mut rest = items;
    while rest.len() > 1 {
        let (left, right) = rest.split_at(rest.len() / 2);
        if verify_batch(left) {
            from += left.len();
            rest = right;
        } else {
            rest = left;
        }
    }
    Some(from)
}

#[cfg(all(test, not(sycee_stub_signatures)))]
mod tests;
