//! Rounding of exact fractions to whole numbers: half to even, down (towards minus infinity) or up.
//!
//! ```text
//!    -1.5 ──half-even──▶ -2     -1.5 ──down──▶ -2     -1.5 ──up──▶ -1
//!     2.5 ──half-even──▶  2      2.5 ──down──▶  2      2.5 ──up──▶  3
//! ```
//! Spec: ledger 3.1, 3.10 item 1.

use std::cmp::Ordering;

use sycee_primitives::wide::Wide;

use super::natural::Natural;

/// Where a fraction goes that is no whole number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// To the nearest; of two equally near to the even one.
    HalfEven,
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
}

impl Rounding {
    /// Whether the magnitude of the result is one above the quotient's. `against_half` compares the remainder with half the divisor.
    const fn goes_out(
        self,
        negative: bool,
        exact: bool,
        odd: bool,
        against_half: Ordering,
    ) -> bool {
        if exact {
            return false;
        }
        match self {
            Rounding::HalfEven => match against_half {
                Ordering::Less => false,
                Ordering::Equal => odd,
                Ordering::Greater => true,
            },
            Rounding::Down => negative,
            Rounding::Up => !negative,
        }
    }

    /// The magnitude of ±`numerator`/`denominator` as a whole number; `None` for a zero denominator and for results beyond 256 bits.
    #[must_use]
    pub fn round(self, negative: bool, numerator: Wide, denominator: Wide) -> Option<Wide> {
        let (quotient, rest) = numerator.div_rem(denominator)?;
        // rest < denominator, so this subtraction holds, and it avoids doubling the remainder.
        let against_half = rest.cmp(&denominator.checked_sub(rest)?);
        if self.goes_out(negative, rest.is_zero(), quotient.is_odd(), against_half) {
            quotient.checked_add(Wide::from(1))
        } else {
            Some(quotient)
        }
    }

    /// The same for numbers of any size.
    #[must_use]
    pub fn round_natural(
        self,
        negative: bool,
        numerator: &Natural,
        denominator: &Natural,
    ) -> Option<Natural> {
        let (quotient, rest) = numerator.div_rem(denominator)?;
        let against_half = rest.cmp(&denominator.minus(&rest)?);
        if self.goes_out(negative, rest.is_zero(), quotient.is_odd(), against_half) {
            Some(quotient.plus(&Natural::from(1)))
        } else {
            Some(quotient)
        }
    }
}

/// The product of `factors` over the product of `divisors`, rounded once; `None` when a side exceeds 256 bits, the result 128, or a
/// divisor is zero.
#[must_use]
pub fn round_ratio(rounding: Rounding, factors: &[u128], divisors: &[u128]) -> Option<u128> {
    let (numerator, denominator) = (Wide::product_of(factors)?, Wide::product_of(divisors)?);
    rounding.round(false, numerator, denominator)?.to_u128()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signed(rounding: Rounding, numerator: i64, denominator: u32) -> i128 {
        let magnitude = rounding
            .round(
                numerator < 0,
                Wide::from(u128::from(numerator.unsigned_abs())),
                Wide::from(u128::from(denominator)),
            )
            .and_then(Wide::to_u128)
            .unwrap();
        let natural = rounding.round_natural(
            numerator < 0,
            &Natural::from(u128::from(numerator.unsigned_abs())),
            &Natural::from(u128::from(denominator)),
        );
        assert_eq!(natural.and_then(|n| n.to_u128()), Some(magnitude));
        let magnitude = i128::try_from(magnitude).unwrap();
        if numerator < 0 { -magnitude } else { magnitude }
    }

    #[test]
    fn halves_go_to_the_even_neighbour_on_both_sides_of_zero() {
        for (numerator, even, down, up) in [
            (-5, -2, -3, -2),
            (-3, -2, -2, -1),
            (-1, 0, -1, 0),
            (1, 0, 0, 1),
            (3, 2, 1, 2),
            (5, 2, 2, 3),
            (4, 2, 2, 2),
        ] {
            assert_eq!(signed(Rounding::HalfEven, numerator, 2), even);
            assert_eq!(signed(Rounding::Down, numerator, 2), down);
            assert_eq!(signed(Rounding::Up, numerator, 2), up);
        }
        let zero = Rounding::Up.round(false, Wide::from(1), Wide::ZERO);
        assert_eq!(zero, None);
    }

    proptest! {
        #[test]
        fn the_nearest_is_no_further_than_half(numerator: i64, denominator in 1_u32..) {
            let (n, d) = (i128::from(numerator), i128::from(denominator));
            prop_assert_eq!(signed(Rounding::Down, numerator, denominator), n.div_euclid(d));
            prop_assert_eq!(signed(Rounding::Up, numerator, denominator), -(-n).div_euclid(d));
            let nearest = signed(Rounding::HalfEven, numerator, denominator);
            let distance = (nearest * d - n).abs() * 2;
            prop_assert!(distance < d || (distance == d && nearest % 2 == 0));
        }
    }
}
