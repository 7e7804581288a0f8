//! `Cancel` (camt.056): the sender takes back a payment, or the proposer an exchange, that has not settled. What settled stays settled; see `Return`.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::identifiers::Uetr;

use crate::{
    dispute::DisputeState,
    ledger::Ledger,
    linked::LinkedState,
    liquidity::queue::{QueueState, end},
    payment::{conditional::ConditionalState, versus::VersusState, warehouse::WarehouseState},
    recall::RecallState,
    receipt::Outcome,
    reject::RejectReason,
    request::RequestState,
    text::Purpose,
    verb::{Call, Verb},
};

/// Takes back what waits of the sender's: a payment, an exchange, a request to pay, a recall, an undecided dispute.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// UETR of the payment.
    pub original: Uetr,
    /// External cancellation reason code, such as `CUST` or `DUPL`.
    pub reason: Purpose,
}

/// Where a payment waits.
enum Place {
    /// For its date.
    Warehouse(u64),
    /// For funds.
    Queue(u64),
    /// For the other parties of an exchange.
    Exchange(u64),
    /// For its conditions.
    Conditional(u64),
    /// For the other side of a pair.
    Versus(u64),
    /// A request to pay, for the payer.
    Request(u64),
    /// A recall, for the payee.
    Recall(u64),
    /// A dispute, for its decision.
    Dispute(u64),
}

impl Cancel {
    fn place(&self, ledger: &Ledger, call: &Call) -> Result<Place, RejectReason> {
        if let Some(id) = self.linked(ledger, call)? {
            return Ok(Place::Exchange(id));
        }
        if let Some(place) = self.question(ledger, call) {
            return place;
        }
        let queue = &ledger.products.queue;
        let Some(id) = queue.index().row_of(&self.original) else {
            return self.row(ledger, call).map(Place::Warehouse);
        };
        let row = queue.get(id).ok_or(RejectReason::NothingToCancel)?;
        if row.origin.sender != call.sender() {
            return Err(RejectReason::CancelForbidden);
        }
        if row.ended().is_some() {
            return Err(RejectReason::CancelTooLate);
        }
        Ok(Place::Queue(id))
    }

    /// The waiting row of a question to another participant, when it is one.
    fn question(&self, ledger: &Ledger, call: &Call) -> Option<Result<Place, RejectReason>> {
        let own = |place: Place, sender| match sender == call.sender() {
            true => Ok(place),
            false => Err(RejectReason::CancelForbidden),
        };
        if let Some((id, it)) = ledger.open_conditional(&self.original) {
            match it.state {
                ConditionalState::Waiting => {
                    return Some(own(Place::Conditional(id), it.origin.sender));
                }
                // It is in the queue now.
                ConditionalState::Queued => return None,
                ConditionalState::Settled
                | ConditionalState::Refused(_)
                | ConditionalState::Cancelled => return Some(Err(RejectReason::CancelTooLate)),
            }
        }
        match ledger.open_versus(&self.original) {
            Ok(Some((id, it))) => return Some(own(Place::Versus(id), it.origin.sender)),
            Ok(None) => {}
            // A matched side waits in the queue, or has waited there.
            Err(_)
                if ledger
                    .products
                    .queue
                    .index()
                    .row_of(&self.original)
                    .is_some() =>
            {
                return None;
            }
            Err(_) => return Some(Err(RejectReason::CancelTooLate)),
        }
        match ledger.open_request(&self.original) {
            Ok((id, it)) => return Some(own(Place::Request(id), it.origin.sender)),
            Err(RejectReason::RequestUnknown) => {}
            Err(_) => return Some(Err(RejectReason::CancelTooLate)),
        }
        match ledger.open_recall(&self.original) {
            Ok((id, it)) => return Some(own(Place::Recall(id), it.origin.sender)),
            Err(RejectReason::RecallUnknown) => {}
            Err(_) => return Some(Err(RejectReason::CancelTooLate)),
        }
        match ledger.open_dispute(&self.original) {
            Ok((id, it)) => Some(own(Place::Dispute(id), it.origin.sender)),
            Err(RejectReason::DisputeUnknown) => None,
            Err(_) => Some(Err(RejectReason::CancelTooLate)),
        }
    }

    /// The waiting row of the exchange, when it is one.
    fn linked(&self, ledger: &Ledger, call: &Call) -> Result<Option<u64>, RejectReason> {
        match ledger.open_linked(&self.original) {
            Ok((id, linked)) if linked.origin.sender == call.sender() => Ok(Some(id)),
            Ok(_) => Err(RejectReason::CancelForbidden),
            Err(RejectReason::LinkedEnded) => Err(RejectReason::CancelTooLate),
            Err(_) => Ok(None),
        }
    }

    /// The waiting row of the payment.
    fn row(&self, ledger: &Ledger, call: &Call) -> Result<u64, RejectReason> {
        let warehouse = &ledger.products.warehouse;
        let found = warehouse.index().get(&self.original);
        let (id, row) = found
            .and_then(|id| Some((*id, warehouse.get(*id)?)))
            .ok_or(RejectReason::NothingToCancel)?;
        if row.origin.sender != call.sender() {
            return Err(RejectReason::CancelForbidden);
        }
        if row.state != WarehouseState::Waiting {
            return Err(RejectReason::CancelTooLate);
        }
        Ok(id)
    }
}

impl Verb for Cancel {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.place(ledger, call).map(|_place| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let cancelled = Outcome::Cancelled(RejectReason::CancelledBySender);
        let id = match self.place(ledger, call)? {
            Place::Warehouse(id) => id,
            Place::Queue(id) => {
                let state = QueueState::Cancelled(call.moment.height);
                end(ledger, id, state, cancelled);
                return Ok(Outcome::Settled);
            }
            Place::Exchange(id) => {
                ledger.end_linked(id, LinkedState::Cancelled, cancelled);
                return Ok(Outcome::Settled);
            }
            Place::Conditional(id) => {
                ledger.end_conditional(id, ConditionalState::Cancelled, cancelled);
                return Ok(Outcome::Settled);
            }
            Place::Versus(id) => {
                ledger.end_versus(id, VersusState::Cancelled, cancelled);
                return Ok(Outcome::Settled);
            }
            Place::Request(id) => {
                ledger.end_request(id, RequestState::Withdrawn, cancelled);
                return Ok(Outcome::Settled);
            }
            Place::Recall(id) => {
                ledger.end_recall(id, RecallState::Withdrawn, cancelled);
                return Ok(Outcome::Settled);
            }
            Place::Dispute(id) => {
                ledger.set_dispute(id, DisputeState::Withdrawn);
                return Ok(Outcome::Settled);
            }
        };
        let origin = ledger.products.warehouse.update(id, |it| {
            it.state = WarehouseState::Cancelled;
            it.origin
        });
        if let Some(origin) = origin {
            ledger.answer(origin, cancelled);
        }
        Ok(Outcome::Settled)
    }
}
