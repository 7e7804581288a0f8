//! Products of two 128-bit integers, divided exactly: what interest, discounts and shares need near 10^22 minor units (ledger 3.10 item 13).
//!
//! ```text
//!   a * b           = high * 2^128 + low                never wraps
//!   a * b / divisor = quotient, remainder               `None` when the quotient does not fit 128 bits
//! ```

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

#[cfg(test)]
mod tests {
    use super::*;
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
}
