//! `OpenAccount`: the operator, or the owner's sponsor bank, opens an account.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AssetId, Balance, ParticipantId};

use crate::{
    account::{AccountKind, AccountNumber, AccountStatus, store::NewAccount},
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Opens an account with a floor of zero; its id is the next row of the table.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    /// Who will own it.
    pub owner: ParticipantId,
    /// What it will hold.
    pub asset: AssetId,
    /// What it is for.
    pub kind: AccountKind,
    /// The number by which people will know it.
    pub number: AccountNumber,
}

impl Verb for OpenAccount {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.kind {
            AccountKind::Issuance => Err(RejectReason::KindNotOpenable),
            AccountKind::Settlement | AccountKind::Current | AccountKind::Escrow => Ok(()),
        }
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let sender = call.sender();
        if ledger.asset(self.asset).is_none() {
            return Err(RejectReason::AssetUnknown);
        }
        let owner = ledger.participant(self.owner);
        let sponsored = owner.is_some_and(|owner| owner.sponsor == Some(sender));
        if !sponsored && ledger.role(sender) != Some(Role::Operator) {
            return Err(RejectReason::OpenerForbidden);
        }
        let owner = owner.ok_or(RejectReason::OwnerUnknown)?;
        if !owner.is_active() {
            return Err(RejectReason::OwnerNotActive);
        }
        if !self.kind.may_be_owned_by(owner.role) {
            return Err(RejectReason::OwnerRole);
        }
        if ledger.accounts.by_number(&self.number).is_some() {
            return Err(RejectReason::NumberTaken);
        }
        if ledger.accounts.len() as u64 >= ledger.parameters.accounts_max {
            return Err(RejectReason::AccountsFull);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let account = ledger.accounts.add(&NewAccount {
            number: self.number,
            owner: self.owner,
            asset: self.asset,
            kind: self.kind,
            status: AccountStatus::Open,
            floor: Balance::ZERO,
            opened: call.moment.height,
        });
        ledger.guard_counting(account);
        Ok(Outcome::Settled)
    }
}
