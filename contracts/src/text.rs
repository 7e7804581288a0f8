//! Short texts of fixed capacity: no allocation, one encoding (one length byte, then the bytes), checked whenever they are made.

use std::{fmt, io};

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::limits::{IDEMPOTENCY_KEY_BYTES_MAX, REFERENCE_BYTES_MAX};
use thiserror::Error;

/// Bytes of a participant's name (ISO 20022 Max140Text).
pub(crate) const NAME_BYTES_MAX: usize = 140;

/// Why a text is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TextError {
    /// Empty or too long.
    #[error("{what} must have 1 to {limit} bytes and has {found}")]
    Length {
        /// Which text.
        what: &'static str,
        /// Bytes allowed.
        limit: usize,
        /// Bytes found.
        found: usize,
    },
    /// A character that is not allowed.
    #[error("{what} must consist of {expected}")]
    Characters {
        /// Which text.
        what: &'static str,
        /// What is allowed.
        expected: &'static str,
    },
}

/// Up to `SIZE` (at most 255) bytes; what is unused is zero, so equality of values is equality of texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Short<const SIZE: usize> {
    bytes: [u8; SIZE],
    length: u8,
}

impl<const SIZE: usize> Short<SIZE> {
    pub(crate) fn new(text: &[u8]) -> Option<Self> {
        let length = u8::try_from(text.len()).ok()?;
        let mut bytes = [0; SIZE];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Short { bytes, length })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(crate) fn write<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&[self.length])?;
        writer.write_all(self.as_bytes())
    }

    pub(crate) fn read<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let length = u8::deserialize_reader(reader)?;
        let mut bytes = [0; SIZE];
        let used = bytes.get_mut(..usize::from(length)).ok_or_else(|| {
            invalid(format!(
                "text of {length} bytes, at most {SIZE} are allowed"
            ))
        })?;
        reader.read_exact(used)?;
        Ok(Short { bytes, length })
    }
}

pub(crate) fn invalid(reason: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}

fn check_length(what: &'static str, limit: usize, found: usize) -> Result<(), TextError> {
    if found == 0 || found > limit {
        return Err(TextError::Length { what, limit, found });
    }
    Ok(())
}

fn check_plain(what: &'static str, bytes: &[u8]) -> Result<(), TextError> {
    let plain = std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_control));
    plain.then_some(()).ok_or(TextError::Characters {
        what,
        expected: "UTF-8 without control characters",
    })
}

macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $size:expr, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Short<{ $size }>);

        impl $name {
            /// Takes the bytes when they are within the rules.
            ///
            /// # Errors
            /// [`TextError`] naming the rule that fails.
            pub fn new(bytes: impl AsRef<[u8]>) -> Result<Self, TextError> {
                let bytes = bytes.as_ref();
                check_length($what, $size, bytes.len())?;
                let check: fn(&'static str, &[u8]) -> Result<(), TextError> = $check;
                check($what, bytes)?;
                Short::new(bytes).map($name).ok_or(TextError::Length {
                    what: $what,
                    limit: $size,
                    found: bytes.len(),
                })
            }

            /// The bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }

        impl BorshSerialize for $name {
            fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
                self.0.write(writer)
            }
        }

        impl BorshDeserialize for $name {
            fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
                let text = Short::<{ $size }>::read(reader)?;
                $name::new(text.as_bytes()).map_err(invalid)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

short_text!(
    /// The client's name for one intent: 1 to 64 bytes, UUIDv7 advised. Used once per sender, for ever.
    IdempotencyKey, IDEMPOTENCY_KEY_BYTES_MAX, "the idempotency key", |_what, _bytes| Ok(())
);
short_text!(
    /// The debtor's reference that travels unchanged to the creditor: 1 to 35 bytes.
    EndToEndId, REFERENCE_BYTES_MAX, "the end-to-end reference", check_plain
);
short_text!(
    /// A participant's name: 1 to 140 bytes.
    ParticipantName, NAME_BYTES_MAX, "the participant's name", check_plain
);

impl fmt::Display for IdempotencyKey {
    /// As text where it is printable ASCII, otherwise in hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.as_bytes().iter().all(u8::is_ascii_graphic) {
            f.write_str(self.0.as_str())
        } else {
            f.write_str(&sycee_primitives::hash::to_hex(self.as_bytes()))
        }
    }
}

macro_rules! plain_text {
    ($name:ident) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

plain_text!(EndToEndId);
plain_text!(ParticipantName);

/// An ISO 20022 external purpose code: four capital letters or digits (`SALA`, `TRAD`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize)]
pub struct Purpose([u8; 4]);

impl Purpose {
    /// Takes four capital letters or digits; `None` otherwise.
    #[must_use]
    pub fn new(code: [u8; 4]) -> Option<Purpose> {
        code.iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            .then_some(Purpose(code))
    }

    /// A code known at compile time.
    pub(crate) const fn of(code: [u8; 4]) -> Purpose {
        Purpose(code)
    }

    /// The four characters.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl BorshDeserialize for Purpose {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        Purpose::new(<[u8; 4]>::deserialize_reader(reader)?)
            .ok_or_else(|| invalid("a purpose is four capital letters or digits"))
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or("????"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_primitives::codec;

    #[test]
    fn texts_are_bounded_and_have_one_encoding() {
        assert!(IdempotencyKey::new("").is_err());
        assert!(IdempotencyKey::new([0xff; 65]).is_err());
        assert!(EndToEndId::new("a\nb").is_err());
        assert!(EndToEndId::new([0xff]).is_err());
        assert!(ParticipantName::new("示例银行").is_ok());
        let key = IdempotencyKey::new([7; 64]).unwrap();
        let bytes = codec::encode(&key);
        assert_eq!(bytes.len(), 65);
        assert_eq!(codec::decode::<IdempotencyKey>(&bytes, 65), Ok(key));
        for wrong in [vec![0], vec![65; 66], vec![2, 1]] {
            assert!(codec::decode::<IdempotencyKey>(&wrong, 100).is_err());
        }
        assert!(codec::decode::<Purpose>(b"SALA", 4).is_ok());
        assert!(codec::decode::<Purpose>(b"sala", 4).is_err());
    }
}
