//! Names and positions. Each is its own type, so that mixing two is a compile error; none converts from a bare integer silently.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Hash;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// Height of a block in the ledger; genesis is 0.
    Height,
    u64
);
number!(
    /// Epoch of one validator set; the first is 0.
    Epoch,
    u64
);
number!(
    /// Row of a participant in the participants table.
    ParticipantId,
    u32
);
number!(
    /// Row of an asset in the assets table.
    AssetId,
    u32
);
number!(
    /// Row of an account in the accounts table.
    AccountId,
    u64
);

impl Height {
    /// The height after this one.
    ///
    /// # Panics
    /// At 2^64, which no chain reaches.
    #[must_use]
    pub const fn next(self) -> Height {
        Height(self.0 + 1)
    }
}

/// Identity of a network: the hash of its genesis.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct ChainId(pub Hash);

impl std::fmt::Display for ChainId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Identity of a transaction: the hash of its signed bytes.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct TransactionId(pub Hash);

impl std::fmt::Display for TransactionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
