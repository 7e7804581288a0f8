//! `Vote`: the participant behind a validator approves a proposal with that seat, or takes the approval back.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    governance::{Proposal, ProposalState, Sizes},
    ledger::Ledger,
    participant::KeyPurpose,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// One seat's word on a proposal that is open.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The proposal.
    pub proposal: u64,
    /// Number of the validator whose seat it is.
    pub node: u16,
    /// Approves it, or takes an earlier approval back.
    pub approve: bool,
}

impl Vote {
    fn open<'a>(&self, ledger: &'a Ledger) -> Result<&'a Proposal, RejectReason> {
        let proposal = ledger.products.proposals.get(self.proposal);
        let proposal = proposal.ok_or(RejectReason::ProposalUnknown)?;
        if proposal.state != ProposalState::Open {
            return Err(RejectReason::ProposalClosed);
        }
        Ok(proposal)
    }
}

impl Verb for Vote {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let seat = ledger.validator(self.node)?;
        let proposal = self.open(ledger)?;
        if seat.participant != call.sender() {
            return Err(RejectReason::SeatOfAnother);
        }
        if proposal.approvals.contains(&self.node) == self.approve {
            return Err(RejectReason::VotedAlready);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let proposals = &mut ledger.products.proposals;
        proposals.update(self.proposal, |it| {
            if self.approve {
                it.approvals.insert(self.node);
            } else {
                it.approvals.remove(&self.node);
            }
        });
        let needed = Sizes::of(ledger.validators().1.len()).quorum;
        let proposal = ledger.products.proposals.get(self.proposal);
        let enough = proposal.is_some_and(|it| ledger.approvals(it) >= needed);
        if enough {
            let time = call.moment.time;
            ledger.products.proposals.update(self.proposal, |it| {
                it.state = ProposalState::Approved;
                it.effective = Some(time.after_ms(it.time_lock_ms));
            });
        }
        Ok(Outcome::Settled)
    }
}
