//! Decimal numbers with twelve places behind the point, as integers.
//!
//! Products are formed in 256 bits and rounded half to even; what leaves 127 bits is refused. Twelve places and 127 bits hold amounts up
//! to 10^26.

use super::ActusError;
use crate::term::{
    day_count::YearFraction,
    rounding::{Rounding, round_ratio},
};

/// Places behind the point.
pub const SCALE: u32 = 12;

const ONE: i128 = 10_i128.pow(SCALE);

/// A number in units of 10^-12.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Fixed(i128);

impl Fixed {
    /// Nothing.
    pub const ZERO: Fixed = Fixed(0);
    /// One.
    pub const ONE: Fixed = Fixed(ONE);

    /// A whole number.
    ///
    /// # Errors
    /// [`ActusError::TooLarge`].
    pub fn whole(number: i128) -> Result<Fixed, ActusError> {
        let scaled = number.checked_mul(ONE);
        scaled.map(Fixed).ok_or(ActusError::TooLarge)
    }

    /// A number of units of 10^-12.
    #[must_use]
    pub const fn from_units(units: i128) -> Fixed {
        Fixed(units)
    }

    /// The number in units of 10^-12.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.0
    }

    /// Reads a decimal: an optional sign, digits with at most one point, and an optional exponent. Places beyond the twelfth are
    /// rounded half to even.
    #[must_use]
    pub fn parse(text: &str) -> Option<Fixed> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let count = whole.len() + part.len();
        let all = || whole.bytes().chain(part.bytes());
        if !(1..=64).contains(&count)
            || !(-64..=64).contains(&exponent)
            || !all().all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let shift = i32::try_from(SCALE).ok()? + exponent - i32::try_from(part.len()).ok()?;
        let mut number = crate::term::natural::Natural::zero();
        for byte in all() {
            number = number.times(10);
            number = number.plus(&u128::from(byte - b'0').into());
        }
        let power = |count: i32| {
            (0..count).fold(
                1_u128.into(),
                |product: crate::term::natural::Natural, _| product.times(10),
            )
        };
        let scaled = number.product(&power(shift));
        let magnitude = Rounding::HalfEven.round_natural(negative, &scaled, &power(-shift))?;
        let magnitude = i128::try_from(magnitude.to_u128()?).ok()?;
        Some(Fixed(if negative { -magnitude } else { magnitude }))
    }

    /// The sum.
    ///
    /// # Errors
    /// [`ActusError::TooLarge`].
    pub fn plus(self, other: Fixed) -> Result<Fixed, ActusError> {
        let sum = self.0.checked_add(other.0);
        sum.map(Fixed).ok_or(ActusError::TooLarge)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`ActusError::TooLarge`].
    pub fn minus(self, other: Fixed) -> Result<Fixed, ActusError> {
        let difference = self.0.checked_sub(other.0);
        difference.map(Fixed).ok_or(ActusError::TooLarge)
    }

    /// The number with the other sign. `Fixed` holds no `i128::MIN`: every way in checks or halves its range.
    #[must_use]
    pub const fn negated(self) -> Fixed {
        Fixed(self.0.saturating_neg())
    }

    /// The number without its sign.
    #[must_use]
    pub const fn magnitude(self) -> Fixed {
        Fixed(self.0.saturating_abs())
    }

    /// The magnitude with the sign of `sign`; nothing when that is nothing.
    #[must_use]
    pub const fn signed_as(self, sign: Fixed) -> Fixed {
        match sign.0.signum() {
            -1 => self.magnitude().negated(),
            0 => Fixed::ZERO,
            _ => self.magnitude(),
        }
    }

    /// The product, half to even.
    ///
    /// # Errors
    /// [`ActusError::TooLarge`].
    pub fn times(self, other: Fixed) -> Result<Fixed, ActusError> {
        self.scaled(
            &[other],
            YearFraction {
                numerator: 1,
                denominator: 1,
            },
        )
    }

    /// The quotient, half to even.
    ///
    /// # Errors
    /// [`ActusError::TooLarge`], also when `other` is nothing.
    pub fn over(self, other: Fixed) -> Result<Fixed, ActusError> {
        let magnitude = round_ratio(
            Rounding::HalfEven,
            &[self.0.unsigned_abs(), ONE.unsigned_abs()],
            &[other.0.unsigned_abs()],
        );
        signed((self.0 < 0) != (other.0 < 0), magnitude)
    }

    /// This number as a base, times a rate, times a year fraction, rounded once.
    ///
    /// # Errors
    /// [`ActusError::TooLarge`].
    pub fn accrued(self, rate: Fixed, fraction: YearFraction) -> Result<Fixed, ActusError> {
        self.scaled(&[rate], fraction)
    }

    fn scaled(self, factors: &[Fixed], fraction: YearFraction) -> Result<Fixed, ActusError> {
        let mut negative = (self.0 < 0) != (fraction.numerator < 0);
        let mut numerators = vec![
            self.0.unsigned_abs(),
            u128::from(fraction.numerator.unsigned_abs()),
        ];
        let mut denominators = vec![u128::from(fraction.denominator)];
        for factor in factors {
            negative ^= factor.0 < 0;
            numerators.push(factor.0.unsigned_abs());
            denominators.push(ONE.unsigned_abs());
        }
        let magnitude = round_ratio(Rounding::HalfEven, &numerators, &denominators);
        signed(negative, magnitude)
    }

    /// The number as plain decimal text without trailing zeros.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let magnitude = self.0.unsigned_abs();
        let (whole, part) = (
            magnitude / ONE.unsigned_abs(),
            magnitude % ONE.unsigned_abs(),
        );
        let sign = if self.0 < 0 { "-" } else { "" };
        let text = format!("{sign}{whole}.{part:012}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

fn signed(negative: bool, magnitude: Option<u128>) -> Result<Fixed, ActusError> {
    let magnitude = magnitude
        .and_then(|magnitude| i128::try_from(magnitude).ok())
        .ok_or(ActusError::TooLarge)?;
    Ok(Fixed(if negative { -magnitude } else { magnitude }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_written() {
        for (text, written) in [
            ("0", "0"),
            ("-0.05", "-0.05"),
            ("  434.866594118346".trim(), "434.866594118346"),
            ("0.0105679012345675", "0.010567901235"),
            ("0.0000000000005", "0"),
            ("0.0000000000015", "0.000000000002"),
            ("-1e-3", "-0.001"),
            ("2.5E3", "2500"),
            (".5", "0.5"),
            ("5.", "5"),
        ] {
            let read = Fixed::parse(text).map(Fixed::to_decimal);
            assert_eq!(read.as_deref(), Some(written), "{text}");
        }
        for wrong in [
            "", ".", "-", "1.2.3", "1,000", "0x1", "1e", "1e99", "--1", "NaN", "١",
        ] {
            assert_eq!(Fixed::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Fixed::parse("1000000000000000000000000000"), None);
    }

    #[test]
    fn products_and_quotients_are_rounded_once_and_never_wrap() {
        let number = |text| Fixed::parse(text).unwrap();
        let third = YearFraction {
            numerator: 1,
            denominator: 3,
        };
        assert_eq!(
            number("-100").accrued(number("0.05"), third),
            Ok(number("-1.666666666667"))
        );
        assert_eq!(
            number("1").over(number("-3")),
            Ok(number("-0.333333333333"))
        );
        assert_eq!(number("1").over(Fixed::ZERO), Err(ActusError::TooLarge));
        let huge = Fixed(i128::MAX);
        assert_eq!(huge.times(number("2")), Err(ActusError::TooLarge));
        assert_eq!(huge.plus(Fixed(1)), Err(ActusError::TooLarge));
        assert_eq!(Fixed::whole(i128::MAX), Err(ActusError::TooLarge));
        assert_eq!(number("5").signed_as(number("-2")), number("-5"));
    }
}
