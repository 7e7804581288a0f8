//! What a factor advances on one claim: a part of it, less discount on that part and a fee on the whole.

use sycee_primitives::{Amount, wide};

use super::agreement::Factoring;
use crate::receivable::{DiscountError, Terms, discount};

/// One in parts per million.
pub(crate) const WHOLE_PPM: u32 = 1_000_000;

/// How one claim is divided at its sale; `paid + discount + fee = advanced` and `advanced + holdback` is the claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Advance {
    /// The factor's part of the claim, which it is paid first.
    pub advanced: Amount,
    /// The seller's part, which is paid when the factor's is whole.
    pub holdback: Amount,
    /// Kept for the time until the due date, on the advance.
    pub discount: Amount,
    /// Kept for the service, on the claim.
    pub fee: Amount,
    /// Paid to the seller now; never zero.
    pub paid: Amount,
}

/// The advance on `claim`, due in `days`, under an agreement: the advance is rounded down, discount and fee are rounded up.
///
/// # Errors
/// [`DiscountError`]; [`DiscountError::NothingLeft`] when the advance is zero or discount and fee take all of it.
pub fn advance(terms: &Factoring, claim: Amount, days: u32) -> Result<Advance, DiscountError> {
    let amount = |minor| Amount::from_minor(minor).map_err(|_| DiscountError::NothingLeft);
    let whole = u128::from(WHOLE_PPM);
    let part = wide::multiply_divide(claim.minor(), terms.advance_ppm.into(), whole);
    let advanced = part
        .map(|(part, _)| part)
        .filter(|part| *part > 0 && *part <= claim.minor())
        .ok_or(DiscountError::NothingLeft)?;
    let fee = wide::multiply_divide_up(claim.minor(), terms.fee_ppm.into(), whole);
    let fee = amount(fee.ok_or(DiscountError::NothingLeft)?)?;
    let kept = discount(&Terms {
        face: amount(advanced)?,
        rate: terms.rate,
        days,
        basis: terms.basis,
        fee,
    })?;
    Ok(Advance {
        advanced: amount(advanced)?,
        holdback: amount(claim.minor() - advanced)?,
        discount: kept.discount,
        fee,
        paid: kept.price,
    })
}

#[cfg(test)]
mod tests;
