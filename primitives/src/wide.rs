//! Products of two 128-bit integers, divided exactly: what interest, discounts and shares need near 10^22 minor units (ledger 3.10 item 13).
//!
//! ```text
//!   a * b           = high * 2^128 + low                never wraps
//!   a * b / divisor = quotient, remainder               `None` when the quotient does not fit 128 bits
//!   Wide            a number of 256 bits                 for sums of products, and products of more than two factors; `None` beyond
//! ```

use std::cmp::Ordering;

/// The product of two integers as (high, low) halves of 256 bits.
#[must_use]
pub const fn product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a_high, a_low, b_high, b_low) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a_low * b_low;
    let (cross_a, cross_b) = (a_high * b_low, a_low * b_high);
    // Each summand is below 2^64, so the sum of three is below 2^66.
    let middle = (low >> 64) + (cross_a & HALF) + (cross_b & HALF);
    let high = a_high * b_high + (cross_a >> 64) + (cross_b >> 64) + (middle >> 64);
    (high, (middle << 64) | (low & HALF))
}

/// Quotient and remainder of `a * b / divisor`; `None` when the divisor is zero or the quotient does not fit 128 bits.
#[must_use]
pub const fn multiply_divide(a: u128, b: u128, divisor: u128) -> Option<(u128, u128)> {
    let (high, low) = product(a, b);
    if divisor == 0 || high >= divisor {
        return None;
    }
    if high == 0 {
        return Some((low / divisor, low % divisor));
    }
    let (mut quotient, mut rest, mut place) = (0u128, high, 128u32);
    while place > 0 {
        place -= 1;
        let carried = rest >> 127 == 1;
        rest = (rest << 1) | ((low >> place) & 1);
        quotient <<= 1;
        if carried || rest >= divisor {
            // With a carry the true rest is 2^128 + rest, below 2 * divisor: the difference is right modulo 2^128.
            rest = rest.wrapping_sub(divisor);
            quotient |= 1;
        }
    }
    Some((quotient, rest))
}

/// `a * b / divisor` rounded up; `None` when the divisor is zero or the result does not fit 128 bits.
#[must_use]
pub const fn multiply_divide_up(a: u128, b: u128, divisor: u128) -> Option<u128> {
    match multiply_divide(a, b, divisor) {
        Some((quotient, 0)) => Some(quotient),
        Some((quotient, _)) => quotient.checked_add(1),
        None => None,
    }
}

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
        let (high, low) = product(a, b);
        Wide { high, low }
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
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    #[test]
    fn the_edges_of_128_bits() {
        type Row = (u128, u128, u128, Option<(u128, u128)>);
        const MAX: u128 = u128::MAX;
        let rows: &[Row] = &[
            (0, MAX, 1, Some((0, 0))),
            (MAX, 1, 1, Some((MAX, 0))),
            (MAX, MAX, MAX, Some((MAX, 0))),
            (MAX, 2, 1, None),
            (MAX, 2, 2, Some((MAX, 0))),
            (MAX, MAX - 1, MAX, Some((MAX - 1, 0))),
            (MAX - 1, MAX - 1, MAX, Some((MAX - 2, 1))),
            (7, 3, 0, None),
            (1 << 127, 3, 1 << 127, Some((3, 0))),
            (1 << 127, 3, (1 << 127) + 1, Some((2, (1 << 127) - 2))),
        ];
        for (a, b, divisor, expected) in rows {
            assert_eq!(
                multiply_divide(*a, *b, *divisor),
                *expected,
                "{a} * {b} / {divisor}"
            );
        }
        assert_eq!(product(MAX, MAX), (MAX - 1, 1));
        assert_eq!(multiply_divide_up(10, 1, 3), Some(4));
        assert_eq!(multiply_divide_up(9, 1, 3), Some(3));
        assert_eq!(multiply_divide_up(MAX, 1, 0), None);
    }

    /// Any width: small numbers are as likely as large ones.
    fn number() -> impl Strategy<Value = u128> {
        (any::<u128>(), 0u32..128).prop_map(|(bits, shift)| bits >> shift)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn quotient_times_divisor_plus_remainder_is_the_product(a in number(), b in number(), divisor in number()) {
            let (high, low) = product(a, b);
            match multiply_divide(a, b, divisor) {
                None => prop_assert!(divisor == 0 || high >= divisor),
                Some((quotient, remainder)) => {
                    prop_assert!(remainder < divisor);
                    let (back_high, back_low) = product(quotient, divisor);
                    let (sum, carry) = back_low.overflowing_add(remainder);
                    prop_assert_eq!((back_high + u128::from(carry), sum), (high, low));
                }
            }
        }

        #[test]
        fn the_product_agrees_with_shifted_addition(a in number(), b in number()) {
            let (mut high, mut low) = (0u128, 0u128);
            for place in (0..128).rev() {
                high = (high << 1) | (low >> 127);
                low <<= 1;
                if (b >> place) & 1 == 1 {
                    let (sum, carry) = low.overflowing_add(a);
                    low = sum;
                    high += u128::from(carry);
                }
            }
            prop_assert_eq!(product(a, b), (high, low));
        }
    }

    fn big(wide: Wide) -> BigUint {
        (BigUint::from(wide.high) << 128) + BigUint::from(wide.low)
    }

    proptest! {
        #[test]
        fn wide_numbers_agree_with_the_oracle(a: u128, b: u128, c: u128, shift in 0_u32..128) {
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
