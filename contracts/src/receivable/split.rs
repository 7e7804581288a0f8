//! Whether a receivable may be divided: parts that add up, none of them dust, not too many tiers below the accepted one.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::Amount;
use thiserror::Error;

/// The network's rules on dividing receivables.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SplitRules {
    /// Smallest part, in minor units: below it collecting costs more than it brings.
    pub part_min: Amount,
    /// Parts of one division.
    pub parts_max: u16,
    /// Divisions between the accepted receivable and any part of it.
    pub depth_max: u8,
}

/// Why a division is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SplitError {
    /// A division makes at least two parts and at most as many as the rules say.
    #[error("a division makes two parts or more, and not more than the rules allow")]
    Count,
    /// The parts would lie deeper than the rules allow.
    #[error("the parts would lie too deep below the accepted receivable")]
    Depth,
    /// A part is smaller than the rules allow.
    #[error("a part is below the smallest denomination")]
    Denomination,
    /// The parts do not add up to the whole.
    #[error("the parts do not add up to the whole")]
    Sum,
}

impl SplitRules {
    /// Whether a receivable at `depth` (0: the accepted one) may be divided into `parts`.
    ///
    /// # Errors
    /// [`SplitError`]; of several the first listed.
    pub fn check(&self, whole: Amount, depth: u8, parts: &[Amount]) -> Result<(), SplitError> {
        if parts.len() < 2 || parts.len() > usize::from(self.parts_max) {
            return Err(SplitError::Count);
        }
        if depth >= self.depth_max {
            return Err(SplitError::Depth);
        }
        if parts
            .iter()
            .any(|part| part.is_zero() || *part < self.part_min)
        {
            return Err(SplitError::Denomination);
        }
        let sum = parts
            .iter()
            .try_fold(Amount::ZERO, |sum, part| sum.checked_add(*part));
        if sum == Some(whole) {
            Ok(())
        } else {
            Err(SplitError::Sum)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor: u128) -> Amount {
        Amount::from_minor(minor).unwrap()
    }

    #[test]
    fn parts_add_up_and_are_neither_dust_nor_too_deep() {
        type Row<'a> = (&'a str, u128, u8, &'a [u128], Result<(), SplitError>);
        let rules = SplitRules {
            part_min: amount(100),
            parts_max: 4,
            depth_max: 3,
        };
        let most = sycee_primitives::amount::AMOUNT_MAX;
        let rows: &[Row] = &[
            ("two parts", 1_000, 0, &[400, 600], Ok(())),
            ("as many as allowed", 400, 2, &[100, 100, 100, 100], Ok(())),
            (
                "one part is no division",
                1_000,
                0,
                &[1_000],
                Err(SplitError::Count),
            ),
            ("no part at all", 0, 0, &[], Err(SplitError::Count)),
            ("too many", 500, 0, &[100; 5], Err(SplitError::Count)),
            (
                "the last tier is not divided",
                1_000,
                3,
                &[400, 600],
                Err(SplitError::Depth),
            ),
            ("dust", 1_000, 0, &[901, 99], Err(SplitError::Denomination)),
            ("one short", 1_000, 0, &[400, 599], Err(SplitError::Sum)),
            ("one over", 1_000, 0, &[400, 601], Err(SplitError::Sum)),
            (
                "beyond the largest amount",
                most,
                0,
                &[most, most],
                Err(SplitError::Sum),
            ),
        ];
        for (why, whole, depth, parts, expected) in rows {
            let parts: Vec<Amount> = parts.iter().map(|minor| amount(*minor)).collect();
            assert_eq!(
                rules.check(amount(*whole), *depth, &parts),
                *expected,
                "{why}"
            );
        }
        let no_minimum = SplitRules {
            part_min: Amount::ZERO,
            ..rules
        };
        assert_eq!(
            no_minimum.check(amount(5), 0, &[amount(5), Amount::ZERO]),
            Err(SplitError::Denomination),
            "a part of nothing is dust under any rules"
        );
    }
}
