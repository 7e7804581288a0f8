//! The price of a receivable that is bought before it is due.
//!
//! Spec: ledger 3.9 ("Discount of a receivable"), 3.10 item 5.

use super::{
    RATE_ONE,
    rounding::{Rounding, round_ratio},
};

/// What a buyer keeps and pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiscountedPrice {
    /// Discount, rounded up, minor units.
    pub discount: u128,
    /// Face less discount and fee; above zero.
    pub price: u128,
}

/// The price of `face` that is due in `days`; `None` when discount and fee leave nothing, or a product exceeds its width.
#[must_use]
pub fn discounted_price(
    face: u128,
    rate: u128,
    days: u32,
    basis: u32,
    fee: u128,
) -> Option<DiscountedPrice> {
    let discount = round_ratio(
        Rounding::Up,
        &[face, rate, u128::from(days)],
        &[RATE_ONE, u128::from(basis)],
    )?;
    let price = face.checked_sub(discount)?.checked_sub(fee)?;
    (price > 0).then_some(DiscountedPrice { discount, price })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_discount_is_rounded_against_the_seller_and_a_price_of_nothing_is_none() {
        let rate = 45_000_000_000;
        let price = discounted_price(100_000_000, rate, 91, 365, 0).unwrap();
        assert_eq!((price.discount, price.price), (1_121_918, 98_878_082));
        assert_eq!(discounted_price(1, 1_000_000_000, 1, 360, 0), None);
        assert_eq!(discounted_price(100, 0, 1, 360, 100), None);
        assert_eq!(
            discounted_price(100, 0, 1, 0, 1),
            None,
            "a year without days"
        );
    }
}
