//! `SetStatus`: the operator suspends, reinstates, declares in default and lets go.
//!
//! ```text
//!   Active ⇄ Suspended ─▶ Defaulted ─▶ Exited          Exited is for ever
//!      └─────────────────▶ Defaulted   Suspended ─▶ Exited
//! ```

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::ParticipantId;

use crate::{
    default_case::steps::{Declaration, declare},
    ledger::Ledger,
    participant::{KeyPurpose, ParticipantStatus, Role},
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    text::Purpose,
    verb::{Call, Verb},
};

/// Gives a participant another status; what it settled before stands. In default, everything that waits for its money ends and its accounts are closed out.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetStatus {
    /// Who.
    pub participant: ParticipantId,
    /// Which.
    pub status: ParticipantStatus,
    /// External reason code, such as `LEGL` or `RR04`.
    pub reason: Purpose,
}

pub(crate) const fn may_follow(before: ParticipantStatus, after: ParticipantStatus) -> bool {
    use ParticipantStatus::{Active, Defaulted, Exited, Suspended};
    match (before, after) {
        (Active, Suspended | Defaulted)
        | (Suspended, Active | Defaulted | Exited)
        | (Defaulted, Exited) => true,
        (Active, Active | Exited)
        | (Suspended, Suspended)
        | (Defaulted, Active | Suspended | Defaulted)
        | (Exited, Active | Suspended | Defaulted | Exited) => false,
    }
}

impl Verb for SetStatus {
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
        let role = ledger.role(call.sender());
        let may = match role {
            Some(Role::Operator) => true,
            // A regulator stops and does not let go.
            Some(Role::Regulator) => self.status == ParticipantStatus::Suspended,
            Some(_) | None => false,
        };
        if !may {
            return Err(RejectReason::StatusForbidden);
        }
        let participant = ledger.participant(self.participant);
        let participant = participant.ok_or(RejectReason::ParticipantUnknown)?;
        if participant.role == Role::Operator || !may_follow(participant.status, self.status) {
            return Err(RejectReason::StatusSequence);
        }
        match self.status {
            ParticipantStatus::Defaulted => ledger.check_default_room(),
            ParticipantStatus::Exited if participant.status == ParticipantStatus::Suspended => {
                ledger.check_exit(self.participant)
            }
            ParticipantStatus::Active
            | ParticipantStatus::Suspended
            | ParticipantStatus::Exited => Ok(()),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let status = self.status;
        if status == ParticipantStatus::Defaulted {
            let declaration = Declaration {
                participant: self.participant,
                reason: self.reason,
                by: call.sender(),
                proposal: None,
            };
            let id = declare(ledger, &call.moment, &declaration);
            let table = Table::Defaults;
            return Ok(Outcome::Recorded { table, id });
        }
        ledger.update_participant(self.participant, |participant| participant.status = status);
        Ok(Outcome::Settled)
    }
}
