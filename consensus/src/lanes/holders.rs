//! Which validators hold something: one bit each.

use sycee_primitives::limits;

use crate::ValidatorIndex;

const _: () = assert!(limits::VALIDATORS_MAX <= 128, "a bit for every validator");

/// A set of validators.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Hash)]
pub(crate) struct Holders(u128);

impl Holders {
    pub(crate) fn one(validator: ValidatorIndex) -> Holders {
        Holders(1u128.checked_shl(validator.0.into()).unwrap_or(0))
    }

    /// The signers of a certificate, whose bitmap has the least significant bit first.
    pub(crate) fn of(bitmap: &[u8]) -> Holders {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(bitmap) {
            *to = *from;
        }
        Holders(u128::from_le_bytes(bytes))
    }

    pub(crate) fn with(self, other: Holders) -> Holders {
        Holders(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Holders) -> Holders {
        Holders(self.0 & !other.0)
    }

    pub(crate) fn has(self, validator: ValidatorIndex) -> bool {
        self.0 & Holders::one(validator).0 != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn count(self) -> usize {
        self.0.count_ones() as usize
    }
}
