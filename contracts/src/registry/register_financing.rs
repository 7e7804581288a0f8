//! `RegisterFinancing`: a bank enters that it finances a document, wholly or in part; what is left stays free for others.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId};

use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    registry::{DocumentMark, document::FINANCIERS_MAX},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Enters a financing of a document; the sender is the financier. No payment is needed for it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFinancing {
    /// The document.
    pub document: DocumentMark,
    /// In what it is financed.
    pub asset: AssetId,
    /// What the document is worth; every financier states the same.
    pub total: Amount,
    /// How much is financed now.
    pub amount: Amount,
}

impl Verb for RegisterFinancing {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.amount > self.total {
            return Err(RejectReason::FinancingAboveTotal);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !matches!(role, Some(Role::Bank | Role::IndirectBank)) {
            return Err(RejectReason::RegistryRoleForbidden);
        }
        if ledger.asset(self.asset).is_none() {
            return Err(RejectReason::AssetUnknown);
        }
        let Some((_, document)) = ledger.document(&self.document.fingerprint()) else {
            return ledger.products.documents.check_room();
        };
        if document.is_taken() || document.free().is_zero() && !document.financed.is_zero() {
            return Err(RejectReason::DocumentFinanced);
        }
        if document.financed.is_zero() {
            return Ok(());
        }
        if (document.asset, document.total) != (self.asset, self.total) {
            return Err(RejectReason::DocumentTotalDiffers);
        }
        if self.amount > document.free() {
            return Err(RejectReason::FinancingAboveTotal);
        }
        let known = document
            .financiers
            .iter()
            .any(|(financier, _)| *financier == call.sender());
        if !known && document.financiers.len() >= FINANCIERS_MAX {
            return Err(RejectReason::FinanciersFull);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.enter_document(&self.document, self.asset, self.total);
        ledger.products.documents.update(id, |it| {
            it.asset = self.asset;
            it.total = self.total;
            it.add(call.sender(), self.amount);
        });
        Ok(Outcome::Recorded {
            table: Table::Documents,
            id,
        })
    }
}
