//! Canonical bytes: borsh, with every freedom taken away.
//!
//! One value has exactly one encoding. `decode` therefore re-encodes what it read and compares: an encoding that borsh tolerates but
//! would not itself write is refused, and so are trailing bytes. Everything that is hashed, signed or stored passes through here.

use borsh::{BorshDeserialize, BorshSerialize};
use thiserror::Error;

/// Why bytes are not the canonical encoding of a value.
#[derive(Debug, Error, PartialEq, Eq, Clone)]
pub enum CodecError {
    /// More bytes than this kind of value may have.
    #[error("{actual} bytes exceed the limit of {limit} bytes")]
    TooLong {
        /// Bytes offered.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The bytes do not describe a value of this type.
    #[error("malformed: {0}")]
    Malformed(String),
    /// The value would be written otherwise.
    #[error("not the canonical encoding")]
    NotCanonical,
}

/// Most values are shorter: writing them takes one allocation.
const USUAL_BYTES: usize = 256;

/// The canonical bytes of a value.
#[must_use]
pub fn encode<T: BorshSerialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    encode_into(value, &mut bytes);
    bytes
}

/// Appends the canonical bytes of a value.
///
/// # Panics
/// Never for the types of this system: writing to memory fails only on a length above 2^32.
pub fn encode_into<T: BorshSerialize>(value: &T, bytes: &mut Vec<u8>) {
    let written = value.serialize(bytes);
    assert!(
        written.is_ok(),
        "writing canonical bytes to memory cannot fail: {written:?}"
    );
}

/// Reads one value that occupies all of `bytes`, at most `limit` of them.
///
/// # Errors
/// [`CodecError`] when the bytes are too many, malformed, followed by others, or not the canonical encoding.
pub fn decode<T: BorshSerialize + BorshDeserialize>(
    bytes: &[u8],
    limit: usize,
) -> Result<T, CodecError> {
    if bytes.len() > limit {
        return Err(CodecError::TooLong {
            actual: bytes.len(),
            limit,
        });
    }
    let value =
        T::try_from_slice(bytes).map_err(|error| CodecError::Malformed(error.to_string()))?;
    let mut same = Same { rest: bytes };
    let is_same = value.serialize(&mut same).is_ok() && same.rest.is_empty();
    is_same.then_some(value).ok_or(CodecError::NotCanonical)
}

/// Takes bytes and compares them with those that are expected; nothing is copied.
struct Same<'a> {
    rest: &'a [u8],
}

impl std::io::Write for Same<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let rest = self.rest.strip_prefix(bytes);
        self.rest = rest.ok_or(std::io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
