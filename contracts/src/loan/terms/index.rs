//! A rate that follows an index: fixing + spread, between a floor and a cap.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::json;

use super::RATE_MAX;
use crate::attestation::{Attestation, SubjectText};

/// Decimals of a rate, which is stated per 10^12.
const RATE_DECIMALS: u32 = 12;

/// Where the rates of a loan come from.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indexed {
    /// The index, as its fixings are attested.
    pub index: SubjectText,
    /// What is added to a fixing, per 10^12.
    #[serde(with = "json::text")]
    pub spread: i64,
    /// The lowest rate, per 10^12.
    #[serde(with = "json::rate")]
    pub floor: u64,
    /// The highest rate, per 10^12.
    #[serde(with = "json::rate")]
    pub cap: u64,
}

impl Indexed {
    /// The rate that follows from an attested fixing, which is a fraction of one with as many decimals as it states; decimals beyond
    /// the twelfth are cut.
    pub(crate) fn rate(&self, fixing: &Attestation) -> u64 {
        let decimals = u32::from(fixing.scale);
        let power = |exponent: u32| 10_i128.checked_pow(exponent).unwrap_or(i128::MAX);
        let value = if decimals <= RATE_DECIMALS {
            fixing.value.saturating_mul(power(RATE_DECIMALS - decimals))
        } else {
            fixing.value.div_euclid(power(decimals - RATE_DECIMALS))
        };
        let rate = value.saturating_add(i128::from(self.spread));
        let rate = rate.clamp(i128::from(self.floor), i128::from(self.cap));
        u64::try_from(rate).unwrap_or(RATE_MAX)
    }
}

#[cfg(test)]
mod tests {
    use sycee_primitives::{BlockTime, Hash, ParticipantId};

    use super::*;
    use crate::attestation::{AttestationKind, Subject};

    #[test]
    fn a_rate_is_fixing_and_spread_between_floor_and_cap() {
        let index = Indexed {
            index: SubjectText::new("LPR1Y").unwrap(),
            spread: -5_000_000_000,
            floor: 10_000_000_000,
            cap: 60_000_000_000,
        };
        // 3.1 % less 0.5 % is 2.6 %, however many decimals it is stated with.
        for (value, scale, rate) in [
            (310, 4, 26_000_000_000),
            (31_000_000_000, 12, 26_000_000_000),
            (3_100_000_000_000_009, 17, 26_000_000_000),
            (140, 4, 10_000_000_000),
            (-9_999, 4, 10_000_000_000),
            (9_999, 4, 60_000_000_000),
            (i128::MAX, 0, 60_000_000_000),
            (i128::MAX, 255, 10_000_000_000),
        ] {
            let fixing = Attestation {
                attestor: ParticipantId(0),
                kind: AttestationKind::Fixing,
                subject: Subject::Named(index.index),
                value,
                scale,
                observed: BlockTime(0),
                expires: BlockTime(1),
                document: Hash::ZERO,
                revision: 1,
            };
            assert_eq!(index.rate(&fixing), rate, "{value} {scale}");
        }
    }
}
