//! Identifiers that the outside world has standardised: BIC, LEI, IBAN, UETR.
//!
//! ```text
//!   text from a file, a client, a genesis ──parse──▶ Bic | Lei | Iban | Uetr ──▶ trusted from here on
//!   canonical bytes from a block           ──borsh──▶ (the same checks again)
//! ```
//! A value of one of these types has passed every check that needs no directory: length, characters, country, structure,
//! check digits. Bytes are fixed in size and have exactly one form, so equal identifiers have equal bytes.
//! This module must never know who owns an identifier: that is the directory's business.
//!
//! Spec: ledger 3.10 (items 10 and 11), 3.8 (UETR).

use std::fmt;
use std::io::{self, Read, Write};

use borsh::{BorshDeserialize, BorshSerialize};
use iban::{BaseIban, IbanLike, ParseIbanError};
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Longest BIC in characters (ISO 9362: eight, or eleven with a branch).
pub const BIC_CHARS_MAX: usize = 11;
/// Length of a BIC without branch in characters.
pub const BIC_PARTY_CHARS: usize = 8;
/// Length of an LEI in characters (ISO 17442).
pub const LEI_CHARS: usize = 20;
/// Longest IBAN in characters (ISO 13616).
pub const IBAN_CHARS_MAX: usize = 34;
/// Length of a UETR's text in characters (RFC 4122 form).
pub const UETR_CHARS: usize = 36;
/// Length of a UETR in bytes.
pub const UETR_BYTES: usize = 16;

/// Which kind of identifier was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// Business identifier code of a bank (ISO 9362).
    Bic,
    /// Legal entity identifier (ISO 17442).
    Lei,
    /// International bank account number (ISO 13616).
    Iban,
    /// Unique end-to-end transaction reference (a UUID version 4).
    Uetr,
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bic => "BIC",
            Self::Lei => "LEI",
            Self::Iban => "IBAN",
            Self::Uetr => "UETR",
        })
    }
}

/// Why a text is not the identifier it claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum IdentifierProblem {
    /// The text has the wrong number of characters.
    #[error("it has {found} characters and must have {expected}")]
    Length {
        /// Lengths that would be right, in words.
        expected: &'static str,
        /// Characters found.
        found: usize,
    },
    /// A character is not allowed at its place.
    #[error("character {position} must be {expected}")]
    Character {
        /// Place of the character, counted from 1.
        position: usize,
        /// What is allowed there.
        expected: &'static str,
    },
    /// The check digits do not fit the rest.
    #[error("its check digits are wrong")]
    CheckDigits,
    /// The country does not issue such identifiers.
    #[error("its country code is not in the register")]
    Country,
    /// Length or structure is not that of the country.
    #[error("its length or structure is not that of its country")]
    Structure,
    /// The UUID is not of version 4 and variant 1.
    #[error("it is not a version 4 UUID")]
    Version,
}

/// A text is not a valid identifier of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
#[error("not a valid {kind}: {problem}")]
pub struct IdentifierError {
    /// Kind of identifier that was expected.
    pub kind: IdentifierKind,
    /// What is wrong with the text.
    pub problem: IdentifierProblem,
}

/// The business identifier code of a bank, with or without branch, as written.
///
/// `QXBCCNB0` and `QXBCCNB0XXX` name the same office but stay different texts here; compare with [`Bic::head_office`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bic(Text<BIC_CHARS_MAX>);

impl Bic {
    /// Parses `[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?`.
    ///
    /// # Errors
    /// Names the first thing wrong: length, then the first character out of place.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let refuse = |problem| IdentifierError {
            kind: IdentifierKind::Bic,
            problem,
        };
        let found = text.chars().count();
        if found != BIC_PARTY_CHARS && found != BIC_CHARS_MAX {
            return Err(refuse(IdentifierProblem::Length {
                expected: "8 or 11",
                found,
            }));
        }
        check_characters(text, |index, byte| match index {
            4 | 5 => letter(byte, "a letter of the country code (A-Z)"),
            _ => upper_alphanumeric(byte),
        })
        .map_err(refuse)?;
        Text::new(text)
            .map(Self)
            .ok_or(refuse(IdentifierProblem::Length {
                expected: "8 or 11",
                found,
            }))
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The bytes of the text as it was written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.as_str().as_bytes()
    }

    /// The two letters of the country.
    #[must_use]
    pub fn country(&self) -> &str {
        self.as_str().get(4..6).unwrap_or_default()
    }

    /// The same bank with the branch `XXX` (head office) left out; any other branch stays.
    #[must_use]
    pub fn head_office(&self) -> Self {
        let without_branch = self.as_str().strip_suffix("XXX").and_then(Text::new);
        match without_branch {
            Some(text) if self.as_str().len() == BIC_CHARS_MAX => Self(text),
            Some(_) | None => *self,
        }
    }
}

/// The identifier of a legal entity, its check digits verified.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lei(Text<LEI_CHARS>);

impl Lei {
    /// Parses 18 upper-case letters or digits and two check digits (ISO 7064, MOD 97-10).
    ///
    /// # Errors
    /// Names the first thing wrong: length, first character out of place, check digits.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let refuse = |problem| IdentifierError {
            kind: IdentifierKind::Lei,
            problem,
        };
        let found = text.chars().count();
        let length = IdentifierProblem::Length {
            expected: "20",
            found,
        };
        if found != LEI_CHARS {
            return Err(refuse(length));
        }
        check_characters(text, |index, byte| match index {
            18 | 19 => digit(byte, "a check digit (0-9)"),
            _ => upper_alphanumeric(byte),
        })
        .map_err(refuse)?;
        let check = text.get(18..).unwrap_or_default();
        if !check_digits_in_range(check) || mod_97(text.as_bytes()) != 1 {
            return Err(refuse(IdentifierProblem::CheckDigits));
        }
        Text::new(text).map(Self).ok_or(refuse(length))
    }

    /// The twenty characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The bytes of the twenty characters.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.as_str().as_bytes()
    }
}

/// An international bank account number in electronic form, verified against its country's structure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(Text<IBAN_CHARS_MAX>);

impl Iban {
    /// Parses the electronic form: upper case, no spaces, the country's own length and structure, check digits.
    ///
    /// # Errors
    /// Names the first thing wrong: length, first character out of place, check digits, country, structure.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let refuse = |problem| IdentifierError {
            kind: IdentifierKind::Iban,
            problem,
        };
        let found = text.chars().count();
        let length = IdentifierProblem::Length {
            expected: "5 to 34",
            found,
        };
        if !(5..=IBAN_CHARS_MAX).contains(&found) {
            return Err(refuse(length));
        }
        check_characters(text, |index, byte| match index {
            0 | 1 => letter(byte, "a letter of the country code (A-Z)"),
            2 | 3 => digit(byte, "a check digit (0-9)"),
            _ => upper_alphanumeric(byte),
        })
        .map_err(refuse)?;
        if !check_digits_in_range(text.get(2..4).unwrap_or_default()) {
            return Err(refuse(IdentifierProblem::CheckDigits));
        }
        let base: BaseIban = text
            .parse()
            .map_err(|_ignored| refuse(IdentifierProblem::CheckDigits))?;
        let checked = iban::Iban::try_from(base).map_err(|error| match error {
            ParseIbanError::InvalidBaseIban { .. } => refuse(IdentifierProblem::CheckDigits),
            ParseIbanError::UnknownCountry(_) => refuse(IdentifierProblem::Country),
            ParseIbanError::InvalidBban(_) => refuse(IdentifierProblem::Structure),
        })?;
        Text::new(checked.electronic_str())
            .map(Self)
            .ok_or(refuse(length))
    }

    /// The electronic form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The bytes of the electronic form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.as_str().as_bytes()
    }

    /// The two letters of the country.
    #[must_use]
    pub fn country(&self) -> &str {
        self.as_str().get(0..2).unwrap_or_default()
    }
}

/// The reference that follows one payment from end to end: a UUID of version 4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uetr([u8; UETR_BYTES]);

impl Uetr {
    /// Parses the canonical text: 36 characters, lower case, version 4, variant 1.
    ///
    /// # Errors
    /// Names the first thing wrong: length, first character out of place, version or variant.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let refuse = |problem| IdentifierError {
            kind: IdentifierKind::Uetr,
            problem,
        };
        let found = text.chars().count();
        if found != UETR_CHARS {
            return Err(refuse(IdentifierProblem::Length {
                expected: "36",
                found,
            }));
        }
        check_characters(text, |index, byte| match index {
            8 | 13 | 18 | 23 => (byte == b'-').then_some(()).ok_or("a hyphen"),
            _ => hex_value(byte)
                .map(|_value| ())
                .ok_or("a hexadecimal digit (0-9, a-f)"),
        })
        .map_err(refuse)?;
        let mut nibbles = text.bytes().filter_map(hex_value);
        let mut bytes = [0_u8; UETR_BYTES];
        for byte in &mut bytes {
            let high = nibbles.next().unwrap_or_default();
            let low = nibbles.next().unwrap_or_default();
            *byte = (high << 4) | low;
        }
        Self::from_bytes(bytes)
    }

    /// Takes the sixteen bytes of a UUID.
    ///
    /// # Errors
    /// Refuses any version but 4 and any variant but 1.
    pub fn from_bytes(bytes: [u8; UETR_BYTES]) -> Result<Self, IdentifierError> {
        let [_, _, _, _, _, _, version, _, variant, ..] = bytes;
        if version >> 4 != 4 || variant >> 6 != 0b10 {
            return Err(IdentifierError {
                kind: IdentifierKind::Uetr,
                problem: IdentifierProblem::Version,
            });
        }
        Ok(Self(bytes))
    }

    /// Makes a UETR of sixteen random bytes by setting version and variant.
    #[must_use]
    pub fn from_random(mut bytes: [u8; UETR_BYTES]) -> Self {
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x40;
        *variant = (*variant & 0x3f) | 0x80;
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; UETR_BYTES] {
        &self.0
    }
}

/// Completes the first 18 characters of an LEI with its check digits, to build fictitious ones.
///
/// # Errors
/// Refuses a base that is not 18 upper-case letters or digits.
pub fn lei_with_check_digits(base: &str) -> Result<Lei, IdentifierError> {
    let found = base.chars().count();
    if found != LEI_CHARS - 2 {
        return Err(IdentifierError {
            kind: IdentifierKind::Lei,
            problem: IdentifierProblem::Length {
                expected: "18",
                found,
            },
        });
    }
    let check = check_digits(format!("{base}00").as_bytes());
    Lei::parse(&format!("{base}{check:02}"))
}

/// Completes a country and its domestic account number to an IBAN, to build fictitious ones.
///
/// # Errors
/// Refuses what would not be an IBAN of that country whatever its check digits.
pub fn iban_with_check_digits(country: &str, domestic: &str) -> Result<Iban, IdentifierError> {
    let check = check_digits(format!("{domestic}{country}00").as_bytes());
    Iban::parse(&format!("{country}{check:02}{domestic}"))
}

/// A short ASCII text in a fixed number of bytes, unused ones zero: one value, one form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Text<const SIZE: usize>([u8; SIZE]);

impl<const SIZE: usize> Text<SIZE> {
    fn new(text: &str) -> Option<Self> {
        let mut bytes = [0_u8; SIZE];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(Self(bytes))
    }

    fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(SIZE);
        let used = self.0.get(..length).unwrap_or_default();
        std::str::from_utf8(used).unwrap_or_default()
    }

    /// Reads the fixed bytes and refuses zeros anywhere but at the end, which `as_str` would hide.
    fn read<R: Read>(reader: &mut R) -> io::Result<Self> {
        let text = Self(<[u8; SIZE]>::deserialize_reader(reader)?);
        match Self::new(text.as_str()) {
            Some(canonical) if canonical == text => Ok(text),
            Some(_) | None => Err(invalid_data("identifier bytes are not in canonical form")),
        }
    }
}

macro_rules! text_identifier {
    ($name:ident, $size:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdentifierError;

            fn from_str(text: &str) -> Result<Self, IdentifierError> {
                Self::parse(text)
            }
        }

        impl BorshSerialize for $name {
            fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
                self.0.0.serialize(writer)
            }
        }

        impl BorshDeserialize for $name {
            fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
                let text: Text<$size> = Text::read(reader)?;
                Self::parse(text.as_str()).map_err(|error| invalid_data(&error.to_string()))
            }
        }
    };
}

text_identifier!(Bic, BIC_CHARS_MAX);
text_identifier!(Lei, LEI_CHARS);
text_identifier!(Iban, IBAN_CHARS_MAX);

impl fmt::Display for Uetr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uetr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uetr({self})")
    }
}

impl std::str::FromStr for Uetr {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(text)
    }
}

impl BorshSerialize for Uetr {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Uetr {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let bytes = <[u8; UETR_BYTES]>::deserialize_reader(reader)?;
        Self::from_bytes(bytes).map_err(|error| invalid_data(&error.to_string()))
    }
}

fn invalid_data(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// Applies `rule` to each character; anything outside ASCII is refused before the rule sees it.
fn check_characters(
    text: &str,
    rule: impl Fn(usize, u8) -> Result<(), &'static str>,
) -> Result<(), IdentifierProblem> {
    for (index, character) in text.chars().enumerate() {
        // Zero is in no rule's alphabet, so it stands for every character outside ASCII.
        let byte = u8::try_from(character)
            .ok()
            .filter(u8::is_ascii)
            .unwrap_or_default();
        rule(index, byte).map_err(|expected| IdentifierProblem::Character {
            position: index + 1,
            expected,
        })?;
    }
    Ok(())
}

fn letter(byte: u8, expected: &'static str) -> Result<(), &'static str> {
    byte.is_ascii_uppercase().then_some(()).ok_or(expected)
}

fn digit(byte: u8, expected: &'static str) -> Result<(), &'static str> {
    byte.is_ascii_digit().then_some(()).ok_or(expected)
}

fn upper_alphanumeric(byte: u8) -> Result<(), &'static str> {
    let allowed = byte.is_ascii_uppercase() || byte.is_ascii_digit();
    allowed.then_some(()).ok_or("an upper-case letter or digit")
}

fn hex_value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// ISO 7064 computes 02 to 98 only; 00, 01 and 99 are congruent to valid ones but never issued.
fn check_digits_in_range(digits: &str) -> bool {
    digits.len() == 2 && !matches!(digits, "00" | "01" | "99")
}

/// Check digits that make `with_zeros` (the text with `00` in their place) congruent to 1.
fn check_digits(with_zeros: &[u8]) -> u32 {
    98 - mod_97(with_zeros)
}

/// Remainder by 97 of the number written with digits as they are and letters as 10 (A) to 35 (Z).
fn mod_97(text: &[u8]) -> u32 {
    text.iter().fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        b'A'..=b'Z' => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        _ => rest,
    })
}
