//! `TripBreaker`: the operator or a regulator stops new debits in a scope, at once.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    breaker::{Breaker, BreakerScope, BreakerState},
    ledger::Ledger,
    objects::Object,
    participant::{KeyPurpose, Role},
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Trips a breaker.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TripBreaker {
    /// What it stops.
    pub scope: BreakerScope,
    /// External reason code, such as `FRAD` or `ED06`.
    pub reason: Purpose,
}

impl Verb for TripBreaker {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.scope {
            // Breakers themselves cannot be stopped, or nothing could be resumed.
            BreakerScope::Product(20..=21) => Err(RejectReason::BreakerScopeRange),
            BreakerScope::Product(_)
            | BreakerScope::Network
            | BreakerScope::Asset(_)
            | BreakerScope::Participant(_)
            | BreakerScope::Account(_) => Ok(()),
        }
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !matches!(role, Some(Role::Operator | Role::Regulator)) {
            return Err(RejectReason::TripForbidden);
        }
        if !ledger.has_scope(&self.scope) {
            return Err(RejectReason::BreakerScopeUnknown);
        }
        match ledger.breaker(&self.scope) {
            Some((_, breaker)) if breaker.state == BreakerState::Tripped => {
                Err(RejectReason::TrippedAlready)
            }
            Some(_) => Ok(()),
            None => ledger.products.breakers.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let by = Some(call.sender());
        let id = ledger.trip(&call.moment, self.scope, self.reason, by);
        let table = Breaker::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
