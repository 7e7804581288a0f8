//! The price of a receivable before it is due: face less discount less fee.

use sycee_primitives::{Amount, wide};
use thiserror::Error;

/// A rate of one (100 %) in integer parts.
pub const RATE_ONE: u64 = 1_000_000_000_000;

/// Highest rate per year, 1,000 %: more is a slip of the pen, and products with it stay within 256 bits.
pub const RATE_PER_YEAR_MAX: u64 = 10 * RATE_ONE;

/// What a discount is computed from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// What is due at maturity.
    pub face: Amount,
    /// Rate per year in parts of 10^12.
    pub rate: u64,
    /// Days from financing to the due date.
    pub days: u32,
    /// Days of a year: 360 or 365.
    pub basis: u16,
    /// What the financier keeps besides.
    pub fee: Amount,
}

/// What is kept and what is paid; the two and the fee make up the face.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Discount {
    /// Kept for the time, rounded up to a minor unit.
    pub discount: Amount,
    /// Paid to the seller, never zero.
    pub price: Amount,
}

/// Why there is no price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum DiscountError {
    /// The rate is above [`RATE_PER_YEAR_MAX`].
    #[error("the rate is above 1,000 % a year")]
    Rate,
    /// A year has 360 or 365 days.
    #[error("the year basis is neither 360 nor 365 days")]
    Basis,
    /// Discount and fee leave nothing to pay.
    #[error("discount and fee leave nothing to pay")]
    NothingLeft,
}

/// price = face - ceil(face * rate * days / (10^12 * basis)) - fee, exactly.
///
/// # Errors
/// [`DiscountError`]; of two the first listed.
pub fn discount(terms: &Terms) -> Result<Discount, DiscountError> {
    if terms.rate > RATE_PER_YEAR_MAX {
        return Err(DiscountError::Rate);
    }
    if terms.basis != 360 && terms.basis != 365 {
        return Err(DiscountError::Basis);
    }
    // Bounds: rate * days < 2^44 * 2^32, the divisor < 2^49; the product with the face has 256 bits to stand in.
    let time = u128::from(terms.rate) * u128::from(terms.days);
    let year = u128::from(RATE_ONE) * u128::from(terms.basis);
    let face = terms.face.minor();
    let kept = wide::multiply_divide_up(face, time, year)
        .filter(|kept| *kept < face)
        .ok_or(DiscountError::NothingLeft)?;
    let price = (face - kept)
        .checked_sub(terms.fee.minor())
        .filter(|price| *price > 0)
        .ok_or(DiscountError::NothingLeft)?;
    let amount = |minor| Amount::from_minor(minor).map_err(|_| DiscountError::NothingLeft);
    Ok(Discount {
        discount: amount(kept)?,
        price: amount(price)?,
    })
}

#[cfg(test)]
mod tests;
