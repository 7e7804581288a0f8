//! `ReleasePledge`: the pledgee gives a portion free.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Frees a pledged portion; the sender is the pledgee.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasePledge {
    /// The portion.
    pub portion: u64,
}

impl Verb for ReleasePledge {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let portion = ledger.products.portions.get(self.portion);
        let portion = portion.ok_or(RejectReason::PortionUnknown)?;
        let pledge = portion.pledge.ok_or(RejectReason::PortionNotPledged)?;
        if pledge.pledgee != call.sender() {
            return Err(RejectReason::NotPledgee);
        }
        if pledge.collateral.is_some() {
            return Err(RejectReason::PledgedAsCollateral);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger
            .products
            .portions
            .update(self.portion, |it| it.pledge = None);
        Ok(Outcome::Recorded {
            table: Table::Portions,
            id: self.portion,
        })
    }
}
