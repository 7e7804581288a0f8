//! The JSON form of what things are measured and named in: for people and for programs in other languages.
//!
//! ```text
//!   JSON document ──serde──▶ value ──borsh──▶ canonical bytes       only these are hashed, signed and stored
//!   "125000"                 Amount           16 bytes
//!   "2026-12-01"             BusinessDate      4 bytes
//!   "e93e5bf0-8ca5-..."      Uetr             16 bytes
//! ```
//! One value has one form: a text that would be written otherwise (leading zeros, capital hexadecimal digits) is refused. Every bound
//! of the borsh decoder holds here too, because both end in the same constructors. Amounts are texts of minor units, because numbers
//! above 2^53 lose digits in many languages. A type becomes a [`Text`] and a line of [`json_text!`](crate::json_text), or derives
//! serde with `deny_unknown_fields`. Nothing here knows a JSON library, and nothing of it may touch consensus bytes.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    Amount, Balance, BusinessDate, Currency, Hash, PublicKey, Signature,
    hash::{from_hex, to_hex},
    identifiers::{Bic, Iban, Lei, Uetr},
};

/// A value that JSON writes as a text.
pub trait Text: Sized {
    /// What it is, in one or two words; errors and descriptions of documents name it.
    const KIND: &'static str;
    /// What the text looks like, with an example.
    const FORM: &'static str;

    /// The one text of this value.
    fn to_text(&self) -> String;

    /// The value of a text.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    fn from_text(text: &str) -> Result<Self, String>;
}

/// Fields that are a [`Text`] by their kind and not by their type: `#[serde(with = "json::text")]` on `u128`, `i128` and `Vec<u8>`.
pub mod text {
    use super::{Deserializer, Reader, Serializer, Text};

    /// Writes the text.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: Text, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&value.to_text())
    }

    /// Reads the text.
    ///
    /// # Errors
    /// When there is no text, or it is not the one text of a value.
    pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_newtype_struct(T::KIND, Reader::<T>::new())
    }
}

/// The same for fields that may be absent: `#[serde(default, with = "json::optional_text")]`.
pub mod optional_text {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Text, Written};

    /// Writes the text, or null.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: Text, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = value.as_ref().map(Text::to_text);
        text.serialize(serializer)
    }

    /// Reads the text, or null.
    ///
    /// # Errors
    /// When there is something else, or a text that is not the one text of a value.
    pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let written = Option::<Written<T>>::deserialize(deserializer)?;
        Ok(written.map(|Written(value)| value))
    }
}

/// Rates per 10^12 as decimals: `#[serde(with = "json::rate")]` on `u64`. "0.0435" is 4.35 %.
pub mod rate {
    use super::{Deserializer, Rate, Serializer, text};

    /// Writes the decimal, without zeros at its end.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        text::serialize(&Rate(*value), serializer)
    }

    /// Reads the decimal.
    ///
    /// # Errors
    /// When there is no text, or it is not the one text of a rate.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        text::deserialize(deserializer).map(|Rate(value)| value)
    }
}

/// Gives types that are a [`Text`] their JSON form.
#[macro_export]
macro_rules! json_text {
    ($($name:ty),+ $(,)?) => {
        $(
            impl ::serde::Serialize for $name {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    $crate::json::text::serialize(self, serializer)
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $crate::json::text::deserialize(deserializer)
                }
            }
        )+
    };
}

/// Bytes as a text: themselves where all are printable ASCII, otherwise `0x` and lower-case hexadecimal. Two byte strings never share one.
#[must_use]
pub fn printable_or_hex(bytes: &[u8]) -> String {
    let plain = bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) && !bytes.starts_with(b"0x");
    match std::str::from_utf8(bytes) {
        Ok(text) if plain => text.to_owned(),
        Ok(_) | Err(_) => format!("0x{}", to_hex(bytes)),
    }
}

/// The bytes of such a text.
///
/// # Errors
/// When what stands behind `0x` is not hexadecimal.
pub fn from_printable_or_hex(text: &str) -> Result<Vec<u8>, String> {
    match text.strip_prefix("0x") {
        None => Ok(text.as_bytes().to_vec()),
        Some(digits) => {
            from_hex(digits).ok_or_else(|| "what follows 0x is not hexadecimal".to_owned())
        }
    }
}

/// Reads a text wherever serde asks for one.
struct Reader<T>(PhantomData<T>);

impl<T> Reader<T> {
    fn new() -> Reader<T> {
        Reader(PhantomData)
    }
}

impl<'de, T: Text> de::Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", T::KIND, T::FORM)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<T, D::Error> {
        inner.deserialize_str(self)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let value = T::from_text(text)
            .map_err(|error| E::custom(format_args!("{}: {error}; write {}", T::KIND, T::FORM)))?;
        let written = value.to_text();
        if written == text {
            Ok(value)
        } else {
            Err(E::custom(format_args!("{}: write \"{written}\"", T::KIND)))
        }
    }
}

/// A text as a type of its own.
struct Written<T>(T);

impl<'de, T: Text> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer).map(Written)
    }
}

/// Decimals of a rate.
const RATE_DECIMALS: usize = 12;

/// A rate per 10^12.
struct Rate(u64);

impl Text for Rate {
    const KIND: &'static str = "rate";
    const FORM: &'static str =
        "a plain decimal of at most 12 decimals in quotes, \"0.0435\" for 4.35 %";

    fn to_text(&self) -> String {
        let one = 10_u64.pow(12);
        let fraction = format!("{:0>width$}", self.0 % one, width = RATE_DECIMALS);
        match fraction.trim_end_matches('0') {
            "" => (self.0 / one).to_string(),
            digits => format!("{}.{digits}", self.0 / one),
        }
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let scale = u8::try_from(RATE_DECIMALS).unwrap_or(u8::MAX);
        let parts = Amount::parse_decimal(text, scale).map_err(|error| error.to_string())?;
        let parts = u64::try_from(parts.minor()).map_err(|_| "too large".to_owned())?;
        Ok(Rate(parts))
    }
}

/// Types whose text is their `Display` and `FromStr`.
macro_rules! integer {
    ($name:ty, $kind:literal, $form:literal) => {
        impl Text for $name {
            const KIND: &'static str = $kind;
            const FORM: &'static str = $form;

            fn to_text(&self) -> String {
                self.to_string()
            }

            fn from_text(text: &str) -> Result<Self, String> {
                text.parse::<$name>().map_err(|error| error.to_string())
            }
        }
    };
}

integer!(
    u128,
    "unsigned integer",
    "decimal digits in quotes, \"125000\""
);
integer!(
    u64,
    "short unsigned integer",
    "decimal digits in quotes, \"125000\""
);
integer!(
    i64,
    "short integer",
    "decimal digits in quotes, with a minus sign when negative, \"-125000\""
);
integer!(
    i128,
    "integer",
    "decimal digits in quotes, with a minus sign when negative, \"-125000\""
);

impl Text for Amount {
    const KIND: &'static str = "amount";
    const FORM: &'static str = "minor units as decimal digits in quotes, \"125000\" for 1,250.00";

    fn to_text(&self) -> String {
        self.minor().to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let minor = u128::from_text(text)?;
        Amount::from_minor(minor).map_err(|error| error.to_string())
    }
}

impl Text for Balance {
    const KIND: &'static str = "balance";
    const FORM: &'static str =
        "minor units as decimal digits in quotes, with a minus sign when negative, \"-125000\"";

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        i128::from_text(text).map(Balance)
    }
}

impl Text for BusinessDate {
    const KIND: &'static str = "date";
    const FORM: &'static str = "a day of the years 1970 to 9999, \"2026-12-01\"";

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        BusinessDate::parse(text).ok_or_else(|| "there is no such day".to_owned())
    }
}

impl Text for Currency {
    const KIND: &'static str = "currency";
    const FORM: &'static str = "an ISO 4217 code, \"CNY\"";

    fn to_text(&self) -> String {
        self.as_str().to_owned()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Currency::parse(text).ok_or_else(|| "not three capital letters".to_owned())
    }
}

/// Identifiers whose text is their `Display` and `parse`.
macro_rules! identifier {
    ($name:ty, $kind:literal, $form:literal) => {
        impl Text for $name {
            const KIND: &'static str = $kind;
            const FORM: &'static str = $form;

            fn to_text(&self) -> String {
                self.to_string()
            }

            fn from_text(text: &str) -> Result<Self, String> {
                <$name>::parse(text).map_err(|error| error.to_string())
            }
        }
    };
}

identifier!(Bic, "BIC", "8 or 11 characters, \"QXBCCNB0\"");
identifier!(
    Lei,
    "LEI",
    "20 characters with check digits, \"529900T8BM49AURSDO55\""
);
identifier!(Iban, "IBAN", "the electronic form without spaces");
identifier!(
    Uetr,
    "UETR",
    "a version 4 UUID in lower case, \"e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0\""
);

/// Fixed numbers of bytes as hexadecimal.
macro_rules! hexadecimal {
    ($name:ident, $kind:literal, $form:literal) => {
        impl Text for $name {
            const KIND: &'static str = $kind;
            const FORM: &'static str = $form;

            fn to_text(&self) -> String {
                to_hex(&self.0)
            }

            fn from_text(text: &str) -> Result<Self, String> {
                let bytes = Vec::<u8>::from_text(text)?;
                let found = bytes.len();
                let bytes = bytes.try_into();
                bytes
                    .map($name)
                    .map_err(|_| format!("{found} bytes are too many or too few"))
            }
        }
    };
}

hexadecimal!(Hash, "hash", "64 lower-case hexadecimal digits");
hexadecimal!(PublicKey, "public key", "64 lower-case hexadecimal digits");
hexadecimal!(Signature, "signature", "128 lower-case hexadecimal digits");

impl Text for Vec<u8> {
    const KIND: &'static str = "bytes";
    const FORM: &'static str = "lower-case hexadecimal digits, two a byte";

    fn to_text(&self) -> String {
        to_hex(self)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        from_hex(text).ok_or_else(|| "not pairs of hexadecimal digits".to_owned())
    }
}

json_text!(
    Amount,
    Balance,
    BusinessDate,
    Currency,
    Bic,
    Lei,
    Iban,
    Uetr,
    Hash,
    PublicKey,
    Signature
);

#[cfg(test)]
mod tests;
