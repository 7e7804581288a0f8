//! `Propose`: somebody with a seat, or the operator, asks the other seats for a change.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::BlockTime;

use crate::{
    governance::{Change, Proposal, ProposalState},
    ledger::Ledger,
    objects::Object,
    participant::{KeyPurpose, Role},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Longest time-lock and longest life of a proposal, in milliseconds: 90 days.
const PATIENCE_MS_MAX: u64 = 90 * 86_400_000;

/// Asks for a change; its id is the next row of the table.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    /// What is to change.
    pub change: Change,
    /// Milliseconds of block time between the last approval and the effect.
    pub time_lock_ms: u64,
    /// When it expires, if too few seats approve it.
    pub expires: BlockTime,
}

impl Verb for Propose {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        let key = match &self.change {
            Change::Join { key, .. } | Change::Rotate { key, .. } => Some(key),
            Change::Calendar(calendar) => {
                calendar.check_shape()?;
                None
            }
            Change::Leave { .. }
            | Change::Parameter(_)
            | Change::Protocol { .. }
            | Change::Default { .. } => None,
        };
        if key.is_some_and(|key| !key.is_acceptable()) {
            return Err(RejectReason::ValidatorKeyUnfit);
        }
        if self.time_lock_ms > PATIENCE_MS_MAX {
            return Err(RejectReason::TimeLockTooLong);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let sender = call.sender();
        let mut seats = ledger.products.seats.iter();
        let has_seat = seats.any(|(_, seat)| seat.participant == sender && seat.key.is_some());
        if !has_seat && ledger.role(sender) != Some(Role::Operator) {
            return Err(RejectReason::ProposerWithoutSeat);
        }
        let latest = call.moment.time.0.saturating_add(PATIENCE_MS_MAX);
        if self.expires <= call.moment.time || self.expires.0 > latest {
            return Err(RejectReason::ProposalWindow);
        }
        self.change.check(ledger)?;
        ledger.products.proposals.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.products.proposals.add(Proposal {
            proposer: call.sender(),
            change: self.change.clone(),
            time_lock_ms: self.time_lock_ms,
            expires: self.expires,
            opened: call.moment.height,
            approvals: BTreeSet::new(),
            state: ProposalState::Open,
            effective: None,
            settled: None,
        });
        Ok(Outcome::Recorded {
            table: Proposal::TABLE,
            id,
        })
    }
}
