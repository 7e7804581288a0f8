//! `EndFactoring`: factor or seller says that nothing more is sold under an agreement; what was sold runs on.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Ends an agreement; the sender is its factor or its seller.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndFactoring {
    /// The agreement.
    pub factoring: u64,
}

impl Verb for EndFactoring {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let terms = ledger.factoring(self.factoring)?;
        if terms.factor != call.sender() && terms.seller != call.sender() {
            return Err(RejectReason::NotFactoringParty);
        }
        if terms.expires <= call.moment.time {
            return Err(RejectReason::FactoringEnded);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let (id, now) = (self.factoring, call.moment.time);
        let factorings = &mut ledger.products.factorings;
        factorings.update(id, |it| it.expires = now);
        Ok(Outcome::Recorded {
            table: Table::Factorings,
            id,
        })
    }
}
