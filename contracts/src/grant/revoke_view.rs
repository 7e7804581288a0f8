//! `RevokeView`: either side ends a viewing grant before its time.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    participant::KeyPurpose,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Ends a viewing grant at once.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeView {
    /// Row of the grant.
    pub grant: u64,
}

impl Verb for RevokeView {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let grant = ledger.products.grants.get(self.grant);
        let grant = grant.ok_or(RejectReason::GrantUnknown)?;
        if ![grant.by, grant.to].contains(&call.sender()) {
            return Err(RejectReason::RevokeForbidden);
        }
        match call.moment.time < grant.until {
            true => Ok(()),
            false => Err(RejectReason::GrantOver),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let now = call.moment.time;
        ledger
            .products
            .grants
            .update(self.grant, |it| it.until = now);
        Ok(Outcome::Settled)
    }
}
