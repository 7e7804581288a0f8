//! What the debtor paid, shared among the holders of one accepted receivable: the largest remainder wins, the lowest id among equals.

use sycee_primitives::{Amount, wide};
use thiserror::Error;

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
    let (mut shares, mut remainders) = (Vec::new(), Vec::new());
    let mut rest = paid.minor();
    for (place, (id, holding)) in holdings.iter().enumerate() {
        // A face of zero means that nothing was paid and everybody's share is zero.
        let (share, remainder) =
            wide::multiply_divide(paid.minor(), holding.minor(), face.minor().max(1))
                .ok_or(ShareError::FaceTooLarge)?;
        rest = rest.saturating_sub(share);
        shares.push(share);
        remainders.push((std::cmp::Reverse(remainder), id, place));
    }
    remainders.sort();
    let mut by_id: Vec<&Id> = holdings.iter().map(|(id, _)| id).collect();
    by_id.sort();
    if by_id.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(ShareError::IdRepeated);
    }
    // The rest is a sum of remainders over the face: fewer units than there are holders with a remainder.
    let units = usize::try_from(rest).unwrap_or(usize::MAX);
    assert!(units <= remainders.len(), "a remainder is less than a unit");
    for (_, _, place) in remainders.iter().take(units) {
        shares[*place] += 1;
    }
    let amount = |minor| Amount::from_minor(minor).map_err(|_| ShareError::FaceTooLarge);
    Ok(Shortfall {
        shares: shares.into_iter().map(amount).collect::<Result<_, _>>()?,
        unpaid: amount(unpaid)?,
    })
}

#[cfg(test)]
mod tests;
