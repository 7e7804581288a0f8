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
//! Built with `--cfg sycee_stub_signatures`, a signature is a hash of key and statement that anybody can make ([`stub`]). It is for
//! programs that play all the validators themselves and need millions of signatures; the node does not compile with it.
//!
//! Small-order keys sign everything; they are refused when a key is registered ([`PublicKey::is_acceptable`]), not when it is used.

use borsh::{BorshDeserialize, BorshSerialize};
#[cfg(not(sycee_stub_signatures))]
use ed25519_dalek::{Signer, SigningKey};
#[cfg(not(sycee_stub_signatures))]
use ed25519_zebra::{Signature as ZebraSignature, VerificationKey, VerificationKeyBytes, batch};
#[cfg(not(sycee_stub_signatures))]
use rand_core::{TryCryptoRng, TryRng};
#[cfg(not(sycee_stub_signatures))]
use sha2::{Digest, Sha256};

#[cfg(sycee_stub_signatures)]
use self::stub::SigningKey;
use crate::{Hash, hash::to_hex};

#[cfg(sycee_stub_signatures)]
mod stub;

/// An Ed25519 public key as the 32 bytes that were registered; no other encoding of the same point is this key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct PublicKey(pub [u8; 32]);

/// An Ed25519 signature, 64 bytes (R, s).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

/// An Ed25519 secret key. Wiped from memory when dropped; never printed.
pub struct SecretKey(SigningKey);

/// One signed statement to be checked.
pub type SignedStatement = (PublicKey, Hash, Signature);

impl PublicKey {
    /// True when the key may be registered: it is a point of the curve, and not one of the eight of small order.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        cfg!(sycee_stub_signatures)
            || ed25519_dalek::VerifyingKey::from_bytes(&self.0).is_ok_and(|key| !key.is_weak())
    }

    /// Whether `signature` by this key over `statement` holds under ZIP-215.
    #[must_use]
    pub fn verify(&self, statement: &Hash, signature: &Signature) -> bool {
        self.verify_bytes(&statement.0, signature)
    }

    #[cfg(sycee_stub_signatures)]
    fn verify_bytes(&self, message: &[u8], signature: &Signature) -> bool {
        stub::verify(&self.0, message, &signature.0)
    }

    #[cfg(not(sycee_stub_signatures))]
    fn verify_bytes(&self, message: &[u8], signature: &Signature) -> bool {
        VerificationKey::try_from(VerificationKeyBytes::from(self.0)).is_ok_and(|key| {
            key.verify(&ZebraSignature::from_bytes(&signature.0), message)
                .is_ok()
        })
    }
}

impl SecretKey {
    /// The key of a 32-byte seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> SecretKey {
        SecretKey(SigningKey::from_bytes(seed))
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a statement. The public key that enters the signature is the one derived from the seed, never one passed in.
    #[must_use]
    pub fn sign(&self, statement: &Hash) -> Signature {
        Signature(self.0.sign(&statement.0).to_bytes())
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

/// Whether every one of `items` holds.
#[cfg(sycee_stub_signatures)]
#[must_use]
pub fn verify_batch(items: &[SignedStatement]) -> bool {
    items
        .iter()
        .all(|(key, statement, signature)| key.verify(statement, signature))
}

/// Whether every one of `items` holds; equal keys are merged, so many signatures of one key cost about half.
#[cfg(not(sycee_stub_signatures))]
#[must_use]
pub fn verify_batch(items: &[SignedStatement]) -> bool {
    match items {
        [] => true,
        [(key, statement, signature)] => key.verify(statement, signature),
        _ => {
            let mut verifier = batch::Verifier::new();
            for (key, statement, signature) in items {
                verifier.queue((
                    VerificationKeyBytes::from(key.0),
                    ZebraSignature::from_bytes(&signature.0),
                    &statement.0,
                ));
            }
            verifier.verify(BatchCoefficients::of(items)).is_ok()
        }
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

/// The random coefficients of a batch, derived from everything in it.
///
/// An attacker must fix all signatures before the coefficients exist, which is all that the batch equation asks of them; and a pure
/// function needs no source of randomness, so a simulated node behaves the same twice.
#[cfg(not(sycee_stub_signatures))]
struct BatchCoefficients {
    seed: [u8; 32],
    counter: u64,
}

#[cfg(not(sycee_stub_signatures))]
impl BatchCoefficients {
    fn of(items: &[SignedStatement]) -> Self {
        let mut hasher = Sha256::new();
        for (key, statement, signature) in items {
            hasher.update(key.0);
            hasher.update(statement.0);
            hasher.update(signature.0);
        }
        BatchCoefficients {
            seed: hasher.finalize().into(),
            counter: 0,
        }
    }
}

#[cfg(not(sycee_stub_signatures))]
impl TryRng for BatchCoefficients {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in destination.chunks_mut(32) {
            let block = Hash::of(&[&self.seed, &self.counter.to_le_bytes()]);
            self.counter += 1;
            chunk.copy_from_slice(&block.0[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(not(sycee_stub_signatures))]
impl TryCryptoRng for BatchCoefficients {}

#[cfg(all(test, not(sycee_stub_signatures)))]
mod tests;
