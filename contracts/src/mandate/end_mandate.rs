//! `EndMandate`: either side ends a mandate; what was collected stays.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    mandate::MandateState,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Ends a mandate.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndMandate {
    /// The mandate, by its row.
    pub mandate: u64,
}

impl Verb for EndMandate {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let mandate = ledger.products.mandates.get(self.mandate);
        let mandate = mandate.ok_or(RejectReason::MandateUnknown)?;
        let sides = [mandate.debtor, mandate.creditor];
        let mut sides = sides.into_iter();
        if !sides.any(|account| ledger.acts_for(call.sender(), account)) {
            return Err(RejectReason::MandateForbidden);
        }
        match mandate.state {
            MandateState::Active => Ok(()),
            MandateState::Ended => Err(RejectReason::MandateEnded),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let mandates = &mut ledger.products.mandates;
        mandates.update(self.mandate, |it| it.state = MandateState::Ended);
        let (table, id) = (Table::Mandates, self.mandate);
        Ok(Outcome::Recorded { table, id })
    }
}
