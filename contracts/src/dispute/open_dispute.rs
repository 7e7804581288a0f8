//! `OpenDispute`: the payer's side claims something of a settled payment back.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, Hash, identifiers::Uetr};

use crate::{
    dispute::{DisputeDocument, DisputeState, PaymentDispute},
    ledger::Ledger,
    payment::evidence::{Original, PaymentEvidence},
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Opens a dispute over a settled transfer; its receipt tells how it ended.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenDispute {
    /// Its reference, used once on the whole ledger.
    pub uetr: Uetr,
    /// The transfer, with all that its sender signed.
    pub original: PaymentEvidence,
    /// How much is claimed back.
    pub claimed: Amount,
    /// External reason code, such as `FRAD` or `AM09`.
    pub reason: Purpose,
    /// Hash of the statement of claim.
    pub document: Hash,
}

impl OpenDispute {
    /// The transfer of which the sender may claim something back.
    fn case(&self, ledger: &Ledger, call: &Call) -> Result<Original, RejectReason> {
        ledger.products.disputes.check_room()?;
        let original = self.original.original(ledger.chain_id())?;
        if !ledger.acts_for(call.sender(), original.debtor) {
            return Err(RejectReason::DisputeForbidden);
        }
        if ledger.is_recalled(&original.key()) || ledger.is_disputed(&original.key()) {
            return Err(RejectReason::CaseOpen);
        }
        if self.claimed.minor() > ledger.returnable(&original) {
            return Err(RejectReason::ClaimTooLarge);
        }
        Ok(original)
    }
}

impl Verb for OpenDispute {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.claimed.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        self.original.check_shape(&self.uetr)
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn evidence(&self) -> Option<&PaymentEvidence> {
        Some(&self.original)
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.case(ledger, call).map(|_original| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let original = self.case(ledger, call)?;
        ledger.products.disputes.add(PaymentDispute {
            origin: call.origin,
            uetr: self.uetr,
            original,
            claimed: self.claimed,
            reason: self.reason,
            documents: vec![DisputeDocument {
                by: call.sender(),
                for_claimant: true,
                document: self.document,
            }],
            decided_by: None,
            grounds: None,
            state: DisputeState::Open,
        });
        Ok(Outcome::Waiting(Waiting::Parties))
    }
}
