//! Sums over a file: exact, in units of 10^-5, which every amount of the published type fits.

use sycee_primitives::amount::Amount;

use crate::limits::SCALE_MAX;

/// A sum of amounts, perhaps of currencies with different decimals, as a control sum adds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ControlSum(u128);

impl ControlSum {
    /// Adds an amount of a currency with `scale` decimals; none when the sum is beyond all reason.
    pub(crate) fn plus(self, amount: Amount, scale: u8) -> Option<Self> {
        let factor = 10_u128.checked_pow(u32::from(SCALE_MAX.checked_sub(scale)?))?;
        amount
            .minor()
            .checked_mul(factor)?
            .checked_add(self.0)
            .map(Self)
    }

    /// Adds another sum.
    pub(crate) fn plus_sum(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Reads a control sum; none when it is not a decimal or has significant decimals that no sum of amounts can have.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let scale = usize::from(SCALE_MAX);
        if whole.is_empty() || fraction.len() > scale {
            return None;
        }
        let padding = scale - fraction.len();
        let mut sum: u128 = 0;
        for byte in whole
            .bytes()
            .chain(fraction.bytes())
            .chain(std::iter::repeat_n(b'0', padding))
        {
            let digit = byte.is_ascii_digit().then(|| u128::from(byte - b'0'))?;
            sum = sum.checked_mul(10)?.checked_add(digit)?;
        }
        Some(Self(sum))
    }
}

impl std::fmt::Display for ControlSum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = 10_u128.pow(u32::from(SCALE_MAX));
        let text = format!("{}.{:05}", self.0 / unit, self.0 % unit);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_exactly_over_scales() {
        let amount = |minor| Amount::from_minor(minor).unwrap();
        let sum = ControlSum::default()
            .plus(amount(150), 2)
            .and_then(|sum| sum.plus(amount(7), 0))
            .and_then(|sum| sum.plus(amount(1), 3))
            .unwrap();
        assert_eq!(sum.to_string(), "8.501");
        for same in ["8.501", "8.50100", "08.501000000"] {
            assert_eq!(ControlSum::parse(same), Some(sum), "{same}");
        }
        for other in [
            "8.5",
            "8.501001",
            "-8.501",
            "",
            ".5",
            "8.5e1",
            "99999999999999999999999999999999999999999",
        ] {
            assert_ne!(ControlSum::parse(other), Some(sum), "{other}");
        }
        assert_eq!(
            ControlSum::parse("100").map(|sum| sum.to_string()),
            Some("100".to_owned())
        );
    }
}
