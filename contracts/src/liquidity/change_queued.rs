//! `Reprioritise` and `HoldQueued`: the sender of a waiting payment makes it more or less urgent, or lets it stand aside.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::identifiers::Uetr;

use crate::{
    ledger::Ledger,
    liquidity::queue::{QueueState, sweep},
    payment::pay::PRIORITY_LOWEST,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Gives a waiting payment another priority; among those of that priority it keeps its age.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reprioritise {
    /// UETR of the payment.
    pub original: Uetr,
    /// 0 is served first, 9 last.
    pub priority: u8,
}

/// Lets a waiting payment stand aside, or takes it back into its place.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldQueued {
    /// UETR of the payment.
    pub original: Uetr,
    /// Whether it stands aside from now on.
    pub is_held: bool,
}

/// The row of a waiting payment that the caller may change.
fn row(ledger: &Ledger, call: &Call, original: &Uetr) -> Result<u64, RejectReason> {
    let queue = &ledger.products.queue;
    let found = queue.index().row_of(original);
    let (id, row) = found
        .and_then(|id| Some((id, queue.get(id)?)))
        .ok_or(RejectReason::QueuedUnknown)?;
    if row.origin.sender != call.sender() {
        return Err(RejectReason::QueuedForbidden);
    }
    if row.ended().is_some() {
        return Err(RejectReason::QueuedEnded);
    }
    Ok(id)
}

impl Verb for Reprioritise {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.priority > PRIORITY_LOWEST {
            return Err(RejectReason::PriorityRange);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        row(ledger, call, &self.original).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let id = row(ledger, call, &self.original)?;
        let debtor = ledger.products.queue.update(id, |it| {
            it.payment.handling.priority = self.priority;
            it.payment.debtor
        });
        if let Some(debtor) = debtor {
            sweep(ledger, &call.moment, debtor);
        }
        Ok(Outcome::Settled)
    }
}

impl Verb for HoldQueued {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        row(ledger, call, &self.original).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let id = row(ledger, call, &self.original)?;
        let debtor = ledger.products.queue.update(id, |it| {
            it.state = match self.is_held {
                true => QueueState::Held,
                false => QueueState::Waiting,
            };
            it.payment.debtor
        });
        if let Some(debtor) = debtor {
            sweep(ledger, &call.moment, debtor);
        }
        Ok(Outcome::Settled)
    }
}
