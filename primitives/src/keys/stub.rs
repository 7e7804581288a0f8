//! A scheme for the simulator alone, where Ed25519 would take nine tenths of the time: a keyed 64-bit code over key and message.
//!
//! It is no signature: whoever knows the public key can make it. It binds key, purpose (the statement is hashed in its domain) and
//! bytes, so a code that is moved, changed or made with another key does not hold. Built only with `--cfg sycee_stub_signatures`, which
//! `scripts/sim` gives; the node refuses to be compiled with it.

use std::cell::Cell;

use super::SignedStatement;
use crate::Hash;

thread_local! {
    static CHECKED: Cell<u64> = const { Cell::new(0) };
}

/// Name of the scheme in output.
pub(super) const NAME: &str = "stub";

/// A secret key: its public half.
#[derive(Clone)]
pub(super) struct Secret([u8; 32]);

pub(super) fn secret_of_seed(seed: &[u8; 32]) -> Secret {
    Secret(Hash::of(&[b"stub key", seed]).0)
}

pub(super) fn public_of(secret: &Secret) -> [u8; 32] {
    secret.0
}

pub(super) fn sign(secret: &Secret, message: &[u8]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..8].copy_from_slice(&code(&secret.0, message).to_le_bytes());
    signature
}

pub(super) fn is_acceptable(key: &[u8; 32]) -> bool {
    *key != [0; 32]
}

/// Signatures that this thread has checked.
pub(super) fn checked() -> u64 {
    CHECKED.get()
}

pub(super) fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    CHECKED.set(CHECKED.get().wrapping_add(1));
    let mut expected = [0; 64];
    expected[..8].copy_from_slice(&code(key, message).to_le_bytes());
    *signature == expected
}

pub(super) fn verify_many(items: &[SignedStatement]) -> bool {
    items
        .iter()
        .all(|(key, statement, signature)| verify(&key.0, &statement.0, &signature.0))
}

fn code(key: &[u8; 32], message: &[u8]) -> u64 {
    let mut state = 0x9FB2_1C65_1E98_DF25 ^ message.len() as u64;
    for chunk in key.chunks(8).chain(message.chunks(8)) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        let wide = u128::from(state ^ u64::from_le_bytes(word)) * 0xD6E8_FEB8_6659_FD93;
        let low = u64::try_from(wide & u128::from(u64::MAX)).unwrap_or(0);
        state = state.rotate_left(29) ^ low ^ u64::try_from(wide >> 64).unwrap_or(0);
    }
    state
}
