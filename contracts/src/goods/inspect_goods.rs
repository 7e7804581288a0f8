//! `InspectGoods`: somebody without a part in them looks at the goods.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Hash;

use crate::{
    goods::{
        QUANTITY_MAX,
        lot::{Inspection, LotState},
    },
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// States what an inspector found; the sender is the inspector. It can be repeated until a receipt is issued.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectGoods {
    /// The lot.
    pub lot: u64,
    /// Units found.
    pub quantity: u64,
    /// Grade found, 1 the best to 9.
    pub grade: u8,
    /// Hash of the report.
    pub report: Hash,
}

impl Verb for InspectGoods {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.quantity > QUANTITY_MAX || !(1..=9).contains(&self.grade) {
            return Err(RejectReason::GoodsTerms);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !matches!(role, Some(Role::Auditor | Role::Oracle | Role::Logistics)) {
            return Err(RejectReason::GoodsRoleForbidden);
        }
        let lot = ledger.lot(self.lot)?;
        if lot.depositor == call.sender() || lot.warehouse == call.sender() {
            return Err(RejectReason::InspectorInvolved);
        }
        match lot.state {
            LotState::Registered | LotState::Inspected => Ok(()),
            LotState::Receipted | LotState::Contested | LotState::Void | LotState::Gone => {
                Err(RejectReason::LotState)
            }
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.lot;
        ledger.products.lots.update(id, |it| {
            it.state = LotState::Inspected;
            it.inspection = Some(Inspection {
                inspector: call.sender(),
                quantity: self.quantity,
                grade: self.grade,
                at: call.moment.time,
                report: self.report,
            });
        });
        Ok(Outcome::Recorded {
            table: Table::Lots,
            id,
        })
    }
}
