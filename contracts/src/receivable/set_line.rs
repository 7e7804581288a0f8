//! `SetObligorLine`: the sponsor bank says how much a core enterprise may have promised at once.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId, ParticipantId};

use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    receivable::line::ObligorLine,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Sets a line; the sender is the debtor's sponsor bank. Below what is used it stops new promises and touches none.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetObligorLine {
    /// Whose.
    pub debtor: ParticipantId,
    /// In what.
    pub asset: AssetId,
    /// Most that may be promised and not paid.
    pub cap: Amount,
}

impl Verb for SetObligorLine {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.cap.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let debtor = ledger.participant(self.debtor);
        let debtor = debtor.filter(|it| it.role == Role::CoreEnterprise);
        let debtor = debtor.ok_or(RejectReason::DebtorNotCore)?;
        if debtor.sponsor != Some(call.sender()) {
            return Err(RejectReason::ReceivableRoleForbidden);
        }
        if ledger.asset(self.asset).is_none() {
            return Err(RejectReason::AssetUnknown);
        }
        match ledger.obligor_line(self.debtor, self.asset) {
            Some(_) => Ok(()),
            None => ledger.products.obligor_lines.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let line = ledger
            .obligor_line(self.debtor, self.asset)
            .map(|(id, _)| id);
        let lines = &mut ledger.products.obligor_lines;
        let id = match line {
            Some(id) => {
                lines.update(id, |it| it.cap = self.cap);
                id
            }
            None => lines.add(ObligorLine {
                debtor: self.debtor,
                asset: self.asset,
                cap: self.cap,
                used: Amount::ZERO,
            }),
        };
        Ok(Outcome::Recorded {
            table: Table::ObligorLines,
            id,
        })
    }
}
