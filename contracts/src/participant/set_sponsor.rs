//! `SetSponsor`: the operator lets a participant act under another bank, as before its sponsor leaves.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::ParticipantId;

use crate::{
    ledger::Ledger,
    participant::{KeyPurpose, Role},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Gives a sponsored participant another sponsor bank, from this instruction on; its accounts, limits and what waits stay.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSponsor {
    /// Who is sponsored.
    pub participant: ParticipantId,
    /// The bank.
    pub sponsor: ParticipantId,
}

impl Verb for SetSponsor {
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
        if ledger.role(call.sender()) != Some(Role::Operator) {
            return Err(RejectReason::SponsorForbidden);
        }
        let participant = ledger.participant(self.participant);
        let participant = participant.ok_or(RejectReason::ParticipantUnknown)?;
        if !participant.role.needs_sponsor() {
            return Err(RejectReason::SponsorUnneeded);
        }
        let sponsor = ledger.participant(self.sponsor);
        let sponsor = sponsor.ok_or(RejectReason::SponsorUnknown)?;
        if sponsor.role != Role::Bank || !sponsor.is_active() {
            return Err(RejectReason::SponsorNotBank);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let sponsor = Some(self.sponsor);
        ledger.update_participant(self.participant, |it| it.sponsor = sponsor);
        Ok(Outcome::Settled)
    }
}
