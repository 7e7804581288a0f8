//! What an instruction asks for: one variant a verb, numbered for ever.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{
    account::open_account::OpenAccount,
    participant::register_participant::RegisterParticipant,
    payment::{issue_cash::IssueCash, pay::Pay, pay_batch::PayBatch},
    reject::RejectReason,
};

/// One verb of the ledger with its fields. The numbers are the first byte of the encoding and are never reused.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Action {
    /// Admits a participant (operator only).
    RegisterParticipant(RegisterParticipant) = 1,
    /// Opens an account (operator or the owner's sponsor bank).
    OpenAccount(OpenAccount) = 2,
    /// Brings cash onto the ledger (the asset's issuer only).
    IssueCash(IssueCash) = 3,
    /// One credit transfer.
    Pay(Pay) = 4,
    /// Up to 8,190 credit transfers from one account under one signature.
    PayBatch(PayBatch) = 5,
}

impl Action {
    /// The verb's name, as logs and the API write it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Action::RegisterParticipant(_) => "RegisterParticipant",
            Action::OpenAccount(_) => "OpenAccount",
            Action::IssueCash(_) => "IssueCash",
            Action::Pay(_) => "Pay",
            Action::PayBatch(_) => "PayBatch",
        }
    }

    /// Checks that need no state.
    pub(crate) fn check_shape(&self) -> Result<(), RejectReason> {
        match self {
            Action::RegisterParticipant(action) => action.check_shape(),
            Action::OpenAccount(action) => action.check_shape(),
            Action::IssueCash(action) => action.check_shape(),
            Action::Pay(action) => action.check_shape(),
            Action::PayBatch(action) => action.check_shape(),
        }
    }
}
