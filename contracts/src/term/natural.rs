//! Whole numbers of any size, for the few sums that 256 bits cannot hold: the discount factors of an annuity and fractions read from files.
//!
//! Not for hot paths: every operation allocates. Callers bound the sizes (`DIGITS_MAX`, and the number of periods of an annuity).

use std::cmp::Ordering;

/// Decimal digits that are read from text.
pub const DIGITS_MAX: usize = 2_048;

/// A whole number; limbs of 64 bits, least significant first, without leading zeros.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Natural(Vec<u64>);

impl From<u128> for Natural {
    fn from(number: u128) -> Natural {
        Natural(vec![low_half(number), low_half(number >> 64)]).trimmed()
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Natural) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Natural) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl Natural {
    /// Nothing.
    #[must_use]
    pub fn zero() -> Natural {
        Natural::default()
    }

    /// Reads decimal digits; `None` for anything else, for nothing and for more than [`DIGITS_MAX`].
    #[must_use]
    pub fn parse(digits: &str) -> Option<Natural> {
        let is_plain = !digits.is_empty()
            && digits.len() <= DIGITS_MAX
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| {
            digits.bytes().fold(Natural::zero(), |number, byte| {
                number
                    .times(10)
                    .plus(&Natural::from(u128::from(byte - b'0')))
            })
        })
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Natural) -> Natural {
        let mut limbs = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry: u128 = 0;
        for at in 0..self.0.len().max(other.0.len()) {
            let limb = |number: &Natural| u128::from(number.0.get(at).copied().unwrap_or(0));
            let sum = limb(self) + limb(other) + carry;
            limbs.push(low_half(sum));
            carry = sum >> 64;
        }
        limbs.push(low_half(carry));
        Natural(limbs).trimmed()
    }

    /// The difference; `None` below zero.
    #[must_use]
    pub fn minus(&self, other: &Natural) -> Option<Natural> {
        if self < other {
            return None;
        }
        let mut limbs = Vec::with_capacity(self.0.len());
        let mut borrow = false;
        for (at, limb) in self.0.iter().enumerate() {
            let (part, first) = limb.overflowing_sub(other.0.get(at).copied().unwrap_or(0));
            let (part, second) = part.overflowing_sub(u64::from(borrow));
            limbs.push(part);
            borrow = first || second;
        }
        Some(Natural(limbs).trimmed())
    }

    /// The product with a 128-bit factor.
    #[must_use]
    pub fn times(&self, factor: u128) -> Natural {
        let low = self.times_limb(low_half(factor), 0);
        if factor >> 64 == 0 {
            return low;
        }
        low.plus(&self.times_limb(low_half(factor >> 64), 1))
    }

    /// The product of two numbers of any size.
    #[must_use]
    pub fn product(&self, other: &Natural) -> Natural {
        other
            .0
            .iter()
            .enumerate()
            .fold(Natural::zero(), |sum, (at, limb)| {
                sum.plus(&self.times_limb(*limb, at))
            })
    }

    /// The product with one limb, moved up by `limbs`.
    fn times_limb(&self, factor: u64, limbs: usize) -> Natural {
        let mut product = vec![0; limbs];
        let mut carry: u128 = 0;
        for limb in &self.0 {
            let part = u128::from(*limb) * u128::from(factor) + carry;
            product.push(low_half(part));
            carry = part >> 64;
        }
        product.push(low_half(carry));
        Natural(product).trimmed()
    }

    /// Quotient and remainder; `None` when the divisor is zero. Takes one step for each bit of the quotient.
    #[must_use]
    pub fn div_rem(&self, divisor: &Natural) -> Option<(Natural, Natural)> {
        if divisor.is_zero() {
            return None;
        }
        let Some(steps) = self.bits().checked_sub(divisor.bits()) else {
            return Some((Natural::zero(), self.clone()));
        };
        let (mut rest, mut part) = (self.clone(), divisor.shifted_left(steps));
        let mut quotient = vec![0_u64; steps / 64 + 1];
        for step in (0..=steps).rev() {
            if let Some(smaller) = rest.minus(&part) {
                rest = smaller;
                if let Some(limb) = quotient.get_mut(step / 64) {
                    *limb |= 1 << (step % 64);
                }
            }
            part = part.halved();
        }
        Some((Natural(quotient).trimmed(), rest))
    }

    /// True for zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// True for odd numbers.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        self.0.first().is_some_and(|limb| limb & 1 == 1)
    }

    /// The number, when it is below 2^128.
    #[must_use]
    pub fn to_u128(&self) -> Option<u128> {
        match self.0.as_slice() {
            [] => Some(0),
            [low] => Some(u128::from(*low)),
            [low, high] => Some(u128::from(*low) | u128::from(*high) << 64),
            _ => None,
        }
    }

    /// The number in decimal digits.
    #[must_use]
    pub fn to_decimal(&self) -> String {
        const GROUP: u128 = 10_u128.pow(19);
        let (mut groups, mut rest) = (Vec::new(), self.clone());
        while let Some((quotient, group)) = rest.div_rem(&Natural::from(GROUP)) {
            groups.push(group.to_u128().unwrap_or(0));
            if quotient.is_zero() {
                break;
            }
            rest = quotient;
        }
        let mut text = groups.pop().unwrap_or(0).to_string();
        for group in groups.iter().rev() {
            text.push_str(&format!("{group:019}"));
        }
        text
    }

    fn bits(&self) -> usize {
        match self.0.last() {
            None => 0,
            Some(top) => self.0.len() * 64 - top.leading_zeros() as usize,
        }
    }

    fn shifted_left(&self, by: usize) -> Natural {
        self.times_limb(1 << (by % 64), by / 64)
    }

    fn halved(&self) -> Natural {
        let mut limbs = vec![0; self.0.len()];
        let mut carry = 0;
        for (half, limb) in limbs.iter_mut().zip(&self.0).rev() {
            *half = carry << 63 | limb >> 1;
            carry = limb & 1;
        }
        Natural(limbs).trimmed()
    }

    fn trimmed(mut self) -> Natural {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the mask leaves 64 bits, and the upper half is what the callers shift away"
)]
const fn low_half(number: u128) -> u64 {
    (number & u64::MAX as u128) as u64
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    fn big(number: &Natural) -> BigUint {
        number.to_decimal().parse().unwrap()
    }

    proptest! {
        #[test]
        fn agrees_with_the_oracle(a in "[1-9][0-9]{0,200}", b in "[1-9][0-9]{0,90}", c: u128) {
            let (x, y) = (Natural::parse(&a).unwrap(), Natural::parse(&b).unwrap());
            let (p, q): (BigUint, BigUint) = (a.parse().unwrap(), b.parse().unwrap());
            prop_assert_eq!(x.to_decimal(), a);
            prop_assert_eq!(big(&x.plus(&y)), &p + &q);
            prop_assert_eq!(big(&x.product(&y)), &p * &q);
            prop_assert_eq!(big(&x.times(c)), &p * c);
            let (quotient, rest) = x.div_rem(&y).unwrap();
            prop_assert_eq!((big(&quotient), big(&rest)), (&p / &q, &p % &q));
            prop_assert_eq!(x.cmp(&y), p.cmp(&q));
            prop_assert_eq!(x.is_odd(), p.bit(0));
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for wrong in ["", "-1", "+1", "1.0", "1e3", " 1", "٣"] {
            assert_eq!(Natural::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Natural::parse(&"9".repeat(DIGITS_MAX + 1)), None);
        assert_eq!(Natural::parse("000").unwrap(), Natural::zero());
        assert_eq!(Natural::zero().to_decimal(), "0");
        assert_eq!(Natural::from(1).div_rem(&Natural::zero()), None);
    }
}
