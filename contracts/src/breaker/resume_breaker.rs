//! `ResumeBreaker`: the operator lets small instructions pass, then all; a regulator may do so for what it tripped.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::json;

use crate::{
    breaker::{BreakerScope, BreakerState},
    ledger::Ledger,
    participant::{KeyPurpose, Role},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Resumes, in part or whole. It takes the highest band of the sender's signing policy.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeBreaker {
    /// Which breaker.
    pub scope: BreakerScope,
    /// Minor units up to which instructions pass; `None` lets all pass.
    #[serde(default, with = "json::optional_text")]
    pub limit: Option<u128>,
}

impl Verb for ResumeBreaker {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (_, breaker) = ledger
            .breaker(&self.scope)
            .ok_or(RejectReason::NothingTripped)?;
        let may = match ledger.role(call.sender()) {
            Some(Role::Operator) => true,
            Some(Role::Regulator) => breaker.by == Some(call.sender()),
            Some(_) | None => false,
        };
        if !may {
            return Err(RejectReason::ResumeForbidden);
        }
        match breaker.state {
            BreakerState::Closed => Err(RejectReason::NothingTripped),
            BreakerState::Tripped | BreakerState::HalfOpen(_) => Ok(()),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.breaker(&self.scope).map(|(id, _)| id);
        let id = id.ok_or(RejectReason::NothingTripped)?;
        ledger.products.breakers.update(id, |it| {
            it.state = self
                .limit
                .map_or(BreakerState::Closed, BreakerState::HalfOpen);
            it.height = call.moment.height;
            it.time = call.moment.time;
        });
        Ok(Outcome::Settled)
    }
}
