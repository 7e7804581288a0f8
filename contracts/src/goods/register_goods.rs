//! `RegisterGoods`: a warehouse says which goods lie in it, for whom, under which document.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::ParticipantId;

use crate::{
    attestation::{AttestationKind, SubjectText},
    goods::{
        QUANTITY_MAX, WHOLE_PPM,
        lot::{ColdChain, Lot, LotState},
    },
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    registry::DocumentMark,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Registers a lot; the sender is the warehouse. A document that stands for another lot makes the new one contested and freezes the old one.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterGoods {
    /// Who brought them.
    pub depositor: ParticipantId,
    /// The name under which their price is attested.
    pub commodity: SubjectText,
    /// Units.
    pub quantity: u64,
    /// Mark of the storage document.
    pub document: DocumentMark,
    /// Value lost a day, in parts per million.
    pub decay_ppm: u32,
    /// The band of temperature, for goods that have one.
    pub cold_chain: Option<ColdChain>,
}

/// Who may have goods.
pub(super) const fn may_own(role: Role) -> bool {
    match role {
        Role::Bank
        | Role::IndirectBank
        | Role::CoreEnterprise
        | Role::Supplier
        | Role::Logistics => true,
        Role::Operator | Role::Warehouse | Role::Regulator | Role::Auditor | Role::Oracle => false,
    }
}

impl Verb for RegisterGoods {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.quantity == 0 || self.quantity > QUANTITY_MAX || self.decay_ppm > WHOLE_PPM {
            return Err(RejectReason::GoodsTerms);
        }
        if self
            .cold_chain
            .is_some_and(|it| it.low_centi > it.high_centi)
        {
            return Err(RejectReason::GoodsTerms);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if ledger.role(call.sender()) != Some(Role::Warehouse) {
            return Err(RejectReason::GoodsRoleForbidden);
        }
        let depositor = ledger.role(self.depositor);
        if !depositor.is_some_and(may_own) || !ledger.is_active(self.depositor) {
            return Err(RejectReason::GoodsOwnerForbidden);
        }
        if let Some(cold_chain) = self.cold_chain {
            let sensor = ledger.role(cold_chain.sensor);
            if !sensor.is_some_and(|role| AttestationKind::Sensor.may_be_attested_by(role)) {
                return Err(RejectReason::SensorForbidden);
            }
        }
        if ledger.lot_of(&self.document).is_none() {
            ledger.check_document_free(&self.document.fingerprint())?;
        }
        ledger.products.lots.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let rival = ledger.lot_of(&self.document);
        let id = ledger.products.lots.add(Lot {
            warehouse: call.sender(),
            depositor: self.depositor,
            commodity: self.commodity,
            quantity: self.quantity,
            document: self.document,
            decay_ppm: self.decay_ppm,
            cold_chain: self.cold_chain,
            stored: call.moment.time,
            inspection: None,
            reported: call.moment.time,
            breach_minutes: 0,
            breached: false,
            rival,
            gone: 0,
            state: match rival {
                Some(_) => LotState::Contested,
                None => LotState::Registered,
            },
        });
        if let Some(rival) = rival {
            // The first claimant is named once: later ones are contested too, and change nothing for the lot that stands.
            ledger
                .products
                .lots
                .update(rival, |it| it.rival = it.rival.or(Some(id)));
            ledger.lot_changed(&call.moment, rival);
        }
        Ok(Outcome::Recorded {
            table: Table::Lots,
            id,
        })
    }
}
