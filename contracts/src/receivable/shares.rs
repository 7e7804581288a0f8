//! What the debtor paid, shared among the holders of one accepted receivable: the largest remainder wins, the lowest id among equals.

use std::collections::BTreeMap;

use sycee_primitives::Amount;
use thiserror::Error;

use crate::term::share::largest_remainder;

/// What every holder gets, and what stays unpaid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shortfall {
    /// One share a holding, in the order given; together exactly what was paid.
    pub shares: Vec<Amount>,
    /// Face less paid.
    pub unpaid: Amount,
}

/// Why there are no shares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ShareError {
    /// More was paid than the holdings are worth.
    #[error("more was paid than the holdings are worth")]
    PaidAboveFace,
    /// The holdings exceed the largest amount.
    #[error("the holdings exceed the largest amount")]
    FaceTooLarge,
    /// An id stands twice: who would be the lower one?
    #[error("a holder stands twice in the list")]
    IdRepeated,
}

/// Shares `paid` in proportion to holdings, to the minor unit. The face is the sum of the holdings.
///
/// No holder gets more than its holding: a remainder is only there where the exact share lies below it.
///
/// # Errors
/// [`ShareError`].
pub fn shortfall<Id: Ord>(
    paid: Amount,
    holdings: &[(Id, Amount)],
) -> Result<Shortfall, ShareError> {
    let mut face = Amount::ZERO;
    for (_, holding) in holdings {
        face = face.checked_add(*holding).ok_or(ShareError::FaceTooLarge)?;
    }
    let unpaid = face
        .minor()
        .checked_sub(paid.minor())
        .ok_or(ShareError::PaidAboveFace)?;
    let weights: BTreeMap<&Id, u128> = holdings
        .iter()
        .map(|(id, holding)| (id, holding.minor()))
        .collect();
    if weights.len() != holdings.len() {
        return Err(ShareError::IdRepeated);
    }
    let parts = if face.is_zero() {
        // Nothing was paid and everybody's share is zero.
        BTreeMap::new()
    } else {
        largest_remainder(paid.minor(), &weights).ok_or(ShareError::FaceTooLarge)?
    };
    let share = |(id, _): &(Id, Amount)| parts.get(id).copied().unwrap_or(0);
    let amount = |minor| Amount::from_minor(minor).map_err(|_| ShareError::FaceTooLarge);
    Ok(Shortfall {
        shares: holdings
            .iter()
            .map(share)
            .map(amount)
            .collect::<Result<_, _>>()?,
        unpaid: amount(unpaid)?,
    })
}

#[cfg(test)]
mod tests;
