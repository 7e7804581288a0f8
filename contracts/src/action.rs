//! What an instruction asks for: one line a verb, numbered for ever.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{reject::RejectReason, verb::Verb};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident($body:ty) = $number:literal;)+) => {
        /// One verb of the ledger with its fields. The numbers are the first byte of the encoding and are never reused.
        #[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
        #[borsh(use_discriminant = true)]
        #[repr(u8)]
        pub enum Action {
            $($(#[$doc])* $name($body) = $number,)+
        }

        impl Action {
            /// The verb's name, as logs and the API write it.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Action::$name(_) => stringify!($name),)+
                }
            }

            /// What it can be asked.
            pub(crate) fn verb(&self) -> &dyn Verb {
                match self {
                    $(Action::$name(body) => body,)+
                }
            }
        }
    };
}

actions! {
    /// Admits a participant (operator only).
    RegisterParticipant(crate::RegisterParticipant) = 1;
    /// Opens an account (operator or the owner's sponsor bank).
    OpenAccount(crate::OpenAccount) = 2;
    /// Brings cash onto the ledger (the asset's issuer only).
    IssueCash(crate::IssueCash) = 3;
    /// One credit transfer.
    Pay(crate::Pay) = 4;
    /// Up to 8,190 credit transfers from one account under one signature.
    PayBatch(crate::PayBatch) = 5;
    /// States a fact of the outside world (attestors only).
    Attest(crate::Attest) = 6;
}

impl Action {
    /// Checks that need no state.
    pub(crate) fn check_shape(&self) -> Result<(), RejectReason> {
        self.verb().check_shape()
    }
}
