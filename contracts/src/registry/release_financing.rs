//! `ReleaseFinancing`: the financier was repaid, wholly or in part; that much of the document is free again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    registry::Fingerprint,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Gives free what the sender has financed of a document.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseFinancing {
    /// The document.
    pub fingerprint: Fingerprint,
    /// How much is given free.
    pub amount: Amount,
}

impl Verb for ReleaseFinancing {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let document = ledger.document(&self.fingerprint);
        let (_, document) = document.ok_or(RejectReason::DocumentUnknown)?;
        if self.amount > document.financed_by(call.sender()) {
            return Err(RejectReason::ReleaseAboveFinanced);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let document = ledger.document(&self.fingerprint).map(|(id, _)| id);
        let id = document.ok_or(RejectReason::DocumentUnknown)?;
        let documents = &mut ledger.products.documents;
        documents.update(id, |it| it.release(call.sender(), self.amount));
        Ok(Outcome::Recorded {
            table: Table::Documents,
            id,
        })
    }
}
