//! The product's scheme: signing by `ed25519-dalek`, the ZIP-215 predicate by `ed25519-zebra`.

use ed25519_dalek::Signer;
use ed25519_zebra::{Signature as ZebraSignature, VerificationKey, VerificationKeyBytes, batch};
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

use super::SignedStatement;
use crate::Hash;

/// Name of the scheme in output.
pub(super) const NAME: &str = "ed25519";

/// A secret key; wiped from memory when dropped.
pub(super) type Secret = ed25519_dalek::SigningKey;

pub(super) fn secret_of_seed(seed: &[u8; 32]) -> Secret {
    Secret::from_bytes(seed)
}

pub(super) fn public_of(secret: &Secret) -> [u8; 32] {
    secret.verifying_key().to_bytes()
}

pub(super) fn sign(secret: &Secret, message: &[u8]) -> [u8; 64] {
    secret.sign(message).to_bytes()
}

/// A point of the curve, and not one of the eight of small order.
pub(super) fn is_acceptable(key: &[u8; 32]) -> bool {
    ed25519_dalek::VerifyingKey::from_bytes(key).is_ok_and(|key| !key.is_weak())
}

pub(super) fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerificationKey::try_from(VerificationKeyBytes::from(*key)).is_ok_and(|key| {
        key.verify(&ZebraSignature::from_bytes(signature), message)
            .is_ok()
    })
}

/// Two or more statements in one equation.
pub(super) fn verify_many(items: &[SignedStatement]) -> bool {
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

/// The random coefficients of a batch, derived from everything in it.
///
/// An attacker must fix all signatures before the coefficients exist, which is all that the batch equation asks of them; and a pure
/// function needs no source of randomness, so a simulated node behaves the same twice.
struct BatchCoefficients {
    seed: [u8; 32],
    counter: u64,
}

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

impl TryCryptoRng for BatchCoefficients {}
