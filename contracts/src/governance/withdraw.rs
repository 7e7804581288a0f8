//! `Withdraw`: a proposer takes a proposal back before it has taken effect.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    governance::ProposalState,
    ledger::Ledger,
    participant::KeyPurpose,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Takes a proposal back that is open or waits for its time-lock.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The proposal.
    pub proposal: u64,
}

impl Verb for Withdraw {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let proposal = ledger.products.proposals.get(self.proposal);
        let proposal = proposal.ok_or(RejectReason::ProposalUnknown)?;
        if !matches!(
            proposal.state,
            ProposalState::Open | ProposalState::Approved
        ) {
            return Err(RejectReason::ProposalClosed);
        }
        if proposal.proposer != call.sender() {
            return Err(RejectReason::ProposalOfAnother);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.proposals.update(self.proposal, |it| {
            it.state = ProposalState::Withdrawn;
            it.settled = Some(call.moment.height);
        });
        Ok(Outcome::Settled)
    }
}
