//! 256-bit whole numbers for products of amount, rate and days (ledger 3.10 item 13).
//!
//! An amount (below 2^74) times a rate (below 2^44) times a year fraction's numerator (below 2^48) fits with room to spare; what does
//! not fit is `None`. Nothing wraps.

use std::cmp::Ordering;

/// A whole number below 2^256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Wide {
    high: u128,
    low: u128,
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Wide) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Wide {
    fn cmp(&self, other: &Wide) -> Ordering {
        (self.high, self.low).cmp(&(other.high, other.low))
    }
}

impl From<u128> for Wide {
    fn from(low: u128) -> Wide {
        Wide { high: 0, low }
    }
}

impl Wide {
    /// Nothing.
    pub const ZERO: Wide = Wide { high: 0, low: 0 };

    /// The product of two numbers; always fits.
    #[must_use]
    pub const fn product(a: u128, b: u128) -> Wide {
        const HALF: u128 = u64::MAX as u128;
        let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
        let (low, cross, other, high) = (a0 * b0, a1 * b0, a0 * b1, a1 * b1);
        // Each term is below 2^64, so the sum of three cannot wrap.
        let middle = (low >> 64) + (cross & HALF) + (other & HALF);
        Wide {
            high: high + (cross >> 64) + (other >> 64) + (middle >> 64),
            low: (middle << 64) | (low & HALF),
        }
    }

    /// The sum, or `None` from 2^256 on.
    #[must_use]
    pub const fn checked_add(self, other: Wide) -> Option<Wide> {
        let (low, carry) = self.low.overflowing_add(other.low);
        let Some(high) = self.high.checked_add(other.high) else {
            return None;
        };
        match high.checked_add(carry as u128) {
            Some(high) => Some(Wide { high, low }),
            None => None,
        }
    }

    /// The difference, or `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Wide) -> Option<Wide> {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        let Some(high) = self.high.checked_sub(other.high) else {
            return None;
        };
        match high.checked_sub(borrow as u128) {
            Some(high) => Some(Wide { high, low }),
            None => None,
        }
    }

    /// The product with a 128-bit factor, or `None` from 2^256 on.
    #[must_use]
    pub const fn checked_mul(self, factor: u128) -> Option<Wide> {
        let low = Wide::product(self.low, factor);
        let high = Wide::product(self.high, factor);
        if high.high != 0 {
            return None;
        }
        match low.high.checked_add(high.low) {
            Some(high) => Some(Wide { high, low: low.low }),
            None => None,
        }
    }

    /// The product of up to any number of factors, or `None` from 2^256 on.
    #[must_use]
    pub fn product_of(factors: &[u128]) -> Option<Wide> {
        factors.iter().try_fold(Wide::from(1), |product, factor| {
            product.checked_mul(*factor)
        })
    }

    /// True for zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.high == 0 && self.low == 0
    }

    /// True for odd numbers.
    #[must_use]
    pub const fn is_odd(self) -> bool {
        self.low & 1 == 1
    }

    /// The number, when it is below 2^128.
    #[must_use]
    pub const fn to_u128(self) -> Option<u128> {
        if self.high == 0 { Some(self.low) } else { None }
    }

    const fn bits(self) -> u32 {
        if self.high == 0 {
            128 - self.low.leading_zeros()
        } else {
            256 - self.high.leading_zeros()
        }
    }

    const fn shifted_left(self, by: u32) -> Wide {
        if by == 0 {
            self
        } else if by < 128 {
            Wide {
                high: (self.high << by) | (self.low >> (128 - by)),
                low: self.low << by,
            }
        } else {
            Wide {
                high: self.low << (by - 128),
                low: 0,
            }
        }
    }

    /// Quotient and remainder; `None` when the divisor is zero.
    #[must_use]
    pub fn div_rem(self, divisor: Wide) -> Option<(Wide, Wide)> {
        if divisor.is_zero() {
            return None;
        }
        if self.high == 0 && divisor.high == 0 {
            let (a, b) = (self.low, divisor.low);
            return Some((Wide::from(a / b), Wide::from(a % b)));
        }
        if self < divisor {
            return Some((Wide::ZERO, self));
        }
        // Long division in base 2: one step for each bit of the quotient.
        let (mut rest, mut quotient) = (self, Wide::ZERO);
        for shift in (0..=self.bits() - divisor.bits()).rev() {
            let part = divisor.shifted_left(shift);
            if let Some(smaller) = rest.checked_sub(part) {
                rest = smaller;
                quotient = quotient.checked_add(Wide::from(1).shifted_left(shift))?;
            }
        }
        Some((quotient, rest))
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    fn big(wide: Wide) -> BigUint {
        (BigUint::from(wide.high) << 128) + BigUint::from(wide.low)
    }

    proptest! {
        #[test]
        fn agrees_with_the_oracle(a: u128, b: u128, c: u128, shift in 0_u32..128) {
            let product = Wide::product(a, b);
            prop_assert_eq!(big(product), BigUint::from(a) * b);
            let sum = product.checked_add(Wide::product(c, 1));
            prop_assert_eq!(sum.map(big), Some(BigUint::from(a) * b + c).filter(|s| s.bits() <= 256));
            let scaled = product.checked_mul(c >> shift);
            let expected = BigUint::from(a) * b * (c >> shift);
            prop_assert_eq!(scaled.map(big), (expected.bits() <= 256).then_some(expected));
            for divisor in [Wide::from(c >> shift), Wide::product(c, b >> shift)] {
                match product.div_rem(divisor) {
                    None => prop_assert!(divisor.is_zero()),
                    Some((quotient, rest)) => {
                        prop_assert!(rest < divisor);
                        prop_assert_eq!(big(quotient) * big(divisor) + big(rest), big(product));
                    }
                }
            }
        }
    }
}
