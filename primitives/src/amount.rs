//! Money as integers of the minor unit.
//!
//! `Amount` is what moves (never negative, at most 10^22 minor units); `Balance` is what stands (signed). Arithmetic is checked and
//! says so; there is no float and no rounding here.

use borsh::{BorshDeserialize, BorshSerialize};
use thiserror::Error;

/// The largest amount that may appear in an instruction: 10^22 minor units.
///
/// Sums of up to 2^32 such amounts stay below 2^106, so that no addition of amounts or balances can wrap an i128.
pub const AMOUNT_MAX: u128 = 10_000_000_000_000_000_000_000;

/// Digits an amount may have in text, the point not counted: enough for 10^22 and every scale.
const DECIMAL_DIGITS_MAX: usize = 32;

/// An amount in minor units, 0 to 10^22.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, BorshSerialize)]
pub struct Amount(u128);

/// A signed balance in minor units.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Debug,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Balance(pub i128);

/// Why a text or number is not an amount.
#[derive(Debug, Error, PartialEq, Eq, Clone, Copy)]
pub enum AmountError {
    /// Not digits with at most one point.
    #[error("not a plain decimal number")]
    Malformed,
    /// More decimals than the currency has (refused even when they are zeros beyond the currency's scale).
    #[error("more than {scale} decimals")]
    TooManyDecimals {
        /// Decimals of the currency.
        scale: u8,
    },
    /// Above 10^22 minor units.
    #[error("above the largest amount of 10^22 minor units")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// An amount of `minor` units.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] above 10^22.
    pub const fn from_minor(minor: u128) -> Result<Amount, AmountError> {
        if minor > AMOUNT_MAX {
            Err(AmountError::TooLarge)
        } else {
            Ok(Amount(minor))
        }
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(self) -> u128 {
        self.0
    }

    /// True for zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The amount as a signed number; always fits.
    #[must_use]
    pub const fn signed(self) -> i128 {
        self.0 as i128
    }

    /// The sum, or `None` above 10^22.
    #[must_use]
    pub const fn checked_add(self, other: Amount) -> Option<Amount> {
        match self.0.checked_add(other.0) {
            Some(sum) if sum <= AMOUNT_MAX => Some(Amount(sum)),
            _ => None,
        }
    }

    /// Reads a plain decimal ("1234.50") as minor units of a currency with `scale` decimals.
    ///
    /// Accepted: digits, optionally one point with digits behind it. Trailing zeros within the scale are fine; decimals beyond the
    /// scale are refused even when they are zero (ledger 3.10 items 9 and 14). No sign, exponent, separator or blank.
    ///
    /// # Errors
    /// [`AmountError`] naming which of these rules fails.
    pub fn parse_decimal(text: &str, scale: u8) -> Result<Amount, AmountError> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(AmountError::Malformed),
            None => (text, ""),
        };
        let digits = || whole.bytes().chain(fraction.bytes());
        if whole.is_empty() || !digits().all(|byte| byte.is_ascii_digit()) {
            return Err(AmountError::Malformed);
        }
        if fraction.len() > usize::from(scale) {
            return Err(AmountError::TooManyDecimals { scale });
        }
        if digits().count() > DECIMAL_DIGITS_MAX {
            return Err(AmountError::TooLarge);
        }
        let padding = usize::from(scale) - fraction.len();
        let mut minor: u128 = 0;
        for digit in digits()
            .map(|byte| byte - b'0')
            .chain(std::iter::repeat_n(0, padding))
        {
            minor = minor
                .checked_mul(10)
                .and_then(|shifted| shifted.checked_add(u128::from(digit)))
                .ok_or(AmountError::TooLarge)?;
        }
        Amount::from_minor(minor)
    }

    /// Writes the amount as a plain decimal with exactly `scale` decimals.
    #[must_use]
    pub fn to_decimal(self, scale: u8) -> String {
        decimal(false, self.0, scale)
    }
}

impl BorshDeserialize for Amount {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        Amount::from_minor(u128::deserialize_reader(reader)?).map_err(|error| {
            std::io::Error::new(std::io::ErrorKind::InvalidData, error.to_string())
        })
    }
}

impl Balance {
    /// Nothing.
    pub const ZERO: Balance = Balance(0);

    /// Writes the balance as a plain decimal with exactly `scale` decimals.
    #[must_use]
    pub fn to_decimal(self, scale: u8) -> String {
        decimal(self.0 < 0, self.0.unsigned_abs(), scale)
    }
}

fn decimal(negative: bool, minor: u128, scale: u8) -> String {
    let scale = usize::from(scale);
    let mut digits = format!("{minor:0>width$}", width = scale + 1);
    if scale > 0 {
        digits.insert(digits.len() - scale, '.');
    }
    if negative {
        format!("-{digits}")
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        let rows: &[(&str, u8, Result<u128, AmountError>)] = &[
            ("0", 2, Ok(0)),
            ("1", 2, Ok(100)),
            ("1.5", 2, Ok(150)),
            ("1.50", 2, Ok(150)),
            ("0001.50", 2, Ok(150)),
            ("1.500", 2, Err(AmountError::TooManyDecimals { scale: 2 })),
            ("1.0", 0, Err(AmountError::TooManyDecimals { scale: 0 })),
            ("9007199254740993.01", 2, Ok(900_719_925_474_099_301)),
            ("100000000000000000000.00", 2, Ok(AMOUNT_MAX)),
            ("100000000000000000000.01", 2, Err(AmountError::TooLarge)),
            (
                "99999999999999999999999999999999999",
                0,
                Err(AmountError::TooLarge),
            ),
            ("", 2, Err(AmountError::Malformed)),
            (".5", 2, Err(AmountError::Malformed)),
            ("5.", 2, Err(AmountError::Malformed)),
            ("-1", 2, Err(AmountError::Malformed)),
            ("+1", 2, Err(AmountError::Malformed)),
            ("1e3", 2, Err(AmountError::Malformed)),
            ("1,000", 2, Err(AmountError::Malformed)),
            (" 1", 2, Err(AmountError::Malformed)),
            ("1.2.3", 4, Err(AmountError::Malformed)),
            ("١", 2, Err(AmountError::Malformed)),
        ];
        for (text, scale, expected) in rows {
            assert_eq!(
                Amount::parse_decimal(text, *scale).map(Amount::minor),
                *expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn writing_is_the_inverse_of_reading() {
        for (minor, scale, text) in [
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (12_345, 2, "123.45"),
            (7, 0, "7"),
            (1_001, 3, "1.001"),
        ] {
            let amount = Amount::from_minor(minor).unwrap();
            assert_eq!(amount.to_decimal(scale), text);
            assert_eq!(Amount::parse_decimal(text, scale), Ok(amount));
        }
        assert_eq!(Balance(-5).to_decimal(2), "-0.05");
        assert_eq!(Balance(i128::MIN).to_decimal(0), i128::MIN.to_string());
    }
}
