//! `SubmitEvidence`: a side of a dispute names a document that speaks for it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Hash, identifiers::Uetr};

use crate::{
    dispute::{DOCUMENTS_PER_SIDE_MAX, DisputeDocument},
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Names a document in a dispute that is not decided yet; the ledger keeps its hash.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitEvidence {
    /// Reference of the dispute.
    pub dispute: Uetr,
    /// Hash of the document.
    pub document: Hash,
}

impl SubmitEvidence {
    fn place(&self, ledger: &Ledger, call: &Call) -> Result<(u64, DisputeDocument), RejectReason> {
        let (id, dispute) = ledger.open_dispute(&self.dispute)?;
        let for_claimant = ledger.acts_for(call.sender(), dispute.original.debtor);
        if !for_claimant && !ledger.acts_for(call.sender(), dispute.original.creditor) {
            return Err(RejectReason::EvidenceForbidden);
        }
        let own = dispute.documents.iter();
        let own = own.filter(|it| it.for_claimant == for_claimant).count();
        if own >= DOCUMENTS_PER_SIDE_MAX {
            return Err(RejectReason::EvidenceFull);
        }
        let document = DisputeDocument {
            by: call.sender(),
            for_claimant,
            document: self.document,
        };
        Ok((id, document))
    }
}

impl Verb for SubmitEvidence {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.place(ledger, call).map(|_place| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, document) = self.place(ledger, call)?;
        let disputes = &mut ledger.products.disputes;
        disputes.update(id, |it| it.documents.push(document));
        let table = Table::Disputes;
        Ok(Outcome::Recorded { table, id })
    }
}
