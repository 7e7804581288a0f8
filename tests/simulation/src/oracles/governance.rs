//! Governance: who orders is what the votes on the ledger say, computed a second time.
//!
//! ```text
//!   Propose --> open --n - f seats approve--> approved --time-lock over, before the next block's transactions--> a set more
//!   an epoch begins ----> its validators are one of these sets, a later one than before
//! ```
//! Lists and counts, and no code of the ledger that is checked. It does not model withdrawal and expiry: the simulator's client does neither.

use std::collections::BTreeSet;

use sycee_contracts::{Change, Propose, RejectReason, Role, Vote};
use sycee_genesis::Facts;
use sycee_primitives::{BlockTime, PublicKey};

use super::Verdict;

struct Seat {
    participant: u32,
    key: Option<PublicKey>,
}

/// A proposal as the oracle follows it.
pub struct Proposal {
    change: Change,
    time_lock_ms: u64,
    approvals: BTreeSet<u16>,
    effective: Option<u64>,
    closed: bool,
    /// When it is over if too few seats approve it.
    expires: u64,
}

/// Node numbers and keys, ascending.
pub type Members = Vec<(u16, PublicKey)>;

/// Seats, proposals and the sets that followed.
pub struct NaiveGovernance {
    operator: u32,
    seats: Vec<Seat>,
    proposals: Vec<Proposal>,
    sets: Vec<Members>,
}

impl NaiveGovernance {
    /// The founders.
    #[must_use]
    pub fn new(facts: &Facts) -> NaiveGovernance {
        let validators = facts.validators.iter().map(|it| Seat {
            participant: it.participant.0,
            key: Some(it.consensus_key),
        });
        let observers = facts.observers.iter().map(|it| Seat {
            participant: it.participant.0,
            key: None,
        });
        let is_operator = facts
            .participants
            .iter()
            .position(|it| it.role == Role::Operator);
        let operator = is_operator.and_then(|place| u32::try_from(place).ok());
        let mut governance = NaiveGovernance {
            operator: operator.unwrap_or(u32::MAX),
            seats: validators.chain(observers).collect(),
            proposals: Vec::new(),
            sets: Vec::new(),
        };
        governance.sets.push(governance.members());
        governance
    }

    fn members(&self) -> Members {
        let numbered = (0_u16..).zip(&self.seats);
        numbered
            .filter_map(|(node, seat)| Some((node, seat.key?)))
            .collect()
    }

    fn key(&self, node: u16) -> Option<PublicKey> {
        self.seats.get(usize::from(node))?.key
    }

    fn cannot(&self, change: &Change) -> Option<RejectReason> {
        let in_use = |key: &PublicKey| self.seats.iter().any(|seat| seat.key == Some(*key));
        match change {
            Change::Join { node, .. } if usize::from(*node) >= self.seats.len() => {
                Some(RejectReason::NodeUnknown)
            }
            Change::Join { node, .. } if self.key(*node).is_some() => {
                Some(RejectReason::AlreadyValidator)
            }
            Change::Leave { node } | Change::Rotate { node, .. } if self.key(*node).is_none() => {
                Some(RejectReason::NotValidator)
            }
            Change::Join { key, .. } | Change::Rotate { key, .. } if in_use(key) => {
                Some(RejectReason::ValidatorKeyInUse)
            }
            Change::Leave { .. } if self.members().len() == 1 => Some(RejectReason::LastValidator),
            Change::Join { .. }
            | Change::Leave { .. }
            | Change::Rotate { .. }
            | Change::Parameter(_)
            | Change::Protocol { .. }
            | Change::Default { .. }
            | Change::Calendar(_) => None,
        }
    }

    /// What has waited long enough holds, and what waited too long is over, before anything else of a block.
    pub fn begins_block(&mut self, time: BlockTime) {
        for proposal in &mut self.proposals {
            proposal.closed |= proposal.effective.is_none() && proposal.expires <= time.0;
        }
        loop {
            let waits = |it: &&(usize, u64)| it.1 <= time.0;
            let numbered = self.proposals.iter().enumerate();
            let approved = numbered.filter(|(_, it)| !it.closed);
            let due = approved.filter_map(|(id, it)| Some((id, it.effective?)));
            let due: Vec<(usize, u64)> = due.collect();
            let Some((id, _)) = due.iter().filter(waits).min_by_key(|(id, at)| (*at, *id)) else {
                return;
            };
            self.proposals[*id].closed = true;
            let change = self.proposals[*id].change.clone();
            if self.cannot(&change).is_some() {
                continue;
            }
            let (node, key) = match change {
                Change::Join { node, key, .. } | Change::Rotate { node, key, .. } => {
                    (node, Some(key))
                }
                Change::Leave { node } => (node, None),
                // What they change besides the seats is the ledger's own tests' to watch.
                Change::Parameter(_)
                | Change::Protocol { .. }
                | Change::Default { .. }
                | Change::Calendar(_) => continue,
            };
            self.seats[usize::from(node)].key = key;
            self.sets.push(self.members());
        }
    }

    /// A proposal; its number.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn proposes(&mut self, sender: u32, propose: &Propose) -> Result<u64, RejectReason> {
        let has_seat = |seat: &Seat| seat.participant == sender && seat.key.is_some();
        if sender != self.operator && !self.seats.iter().any(has_seat) {
            return Err(RejectReason::ProposerWithoutSeat);
        }
        if let Some(reason) = self.cannot(&propose.change) {
            return Err(reason);
        }
        self.proposals.push(Proposal {
            change: propose.change.clone(),
            time_lock_ms: propose.time_lock_ms,
            approvals: BTreeSet::new(),
            effective: None,
            closed: false,
            expires: propose.expires.0,
        });
        Ok(self.proposals.len() as u64 - 1)
    }

    /// A seat's word.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn votes(&mut self, time: BlockTime, sender: u32, vote: &Vote) -> Result<(), RejectReason> {
        let seat = self.seats.get(usize::from(vote.node));
        let seat = seat.ok_or(RejectReason::NodeUnknown)?;
        if seat.key.is_none() {
            return Err(RejectReason::NotValidator);
        }
        let members: Vec<u16> = self.members().iter().map(|(node, _)| *node).collect();
        let place = usize::try_from(vote.proposal).unwrap_or(usize::MAX);
        let proposal = self.proposals.get_mut(place);
        let proposal = proposal.ok_or(RejectReason::ProposalUnknown)?;
        if proposal.closed || proposal.effective.is_some() {
            return Err(RejectReason::ProposalClosed);
        }
        if seat.participant != sender {
            return Err(RejectReason::SeatOfAnother);
        }
        let changed = if vote.approve {
            proposal.approvals.insert(vote.node)
        } else {
            proposal.approvals.remove(&vote.node)
        };
        if !changed {
            return Err(RejectReason::VotedAlready);
        }
        let counted = members.iter().filter(|it| proposal.approvals.contains(it));
        if 3 * counted.count() > 2 * members.len() {
            proposal.effective = Some(time.0 + proposal.time_lock_ms);
        }
        Ok(())
    }

    /// An epoch begins with these validators, chosen by so many changes.
    ///
    /// # Errors
    /// When the ledger has not chosen them.
    pub fn begins(&self, version: u64, members: &[(u16, PublicKey)]) -> Verdict {
        let place = usize::try_from(version).unwrap_or(usize::MAX);
        let known = self.sets.len();
        match self.sets.get(place) {
            Some(set) if set == members => Ok(()),
            Some(set) => Err(format!(
                "the validators are {members:?}, the ledger chose {set:?}"
            )),
            None => Err(format!(
                "the validators are of change {version}, {known} sets are known"
            )),
        }
    }

    /// The proposal that is open, and the seats that have not approved it.
    #[must_use]
    pub fn open(&self) -> Option<(u64, Vec<(u16, u32)>)> {
        let numbered = self.proposals.iter().enumerate();
        let mut open = numbered.filter(|(_, it)| !it.closed && it.effective.is_none());
        let (id, proposal) = open.next()?;
        let seats = (0_u16..)
            .zip(&self.seats)
            .filter(|(_, seat)| seat.key.is_some());
        let silent = seats.filter(|(node, _)| !proposal.approvals.contains(node));
        Some((
            id as u64,
            silent
                .map(|(node, seat)| (node, seat.participant))
                .collect(),
        ))
    }

    /// Whether an approved change waits for its time.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.proposals
            .iter()
            .any(|it| !it.closed && it.effective.is_some())
    }
}

#[cfg(test)]
mod tests {
    use sycee_genesis::Genesis;

    use super::*;
    use crate::draw::STANDARD_PACE;
    use crate::founding::{Founding, START_MS, keys_of};

    #[test]
    fn a_set_that_was_not_voted_for_is_found() {
        let founding = Founding::new("governance", 4, 1, &STANDARD_PACE);
        let genesis: &Genesis = &founding.genesis;
        let mut oracle = NaiveGovernance::new(genesis.facts());
        let founders = oracle.members();
        assert!(oracle.begins(0, &founders).is_ok());
        let leave = Propose {
            change: Change::Leave { node: 3 },
            time_lock_ms: 10,
            expires: BlockTime(START_MS + 1_000_000),
        };
        assert_eq!(oracle.proposes(0, &leave), Ok(0));
        for (node, sender) in [(0, 1), (1, 2), (2, 3)] {
            let vote = Vote {
                proposal: 0,
                node,
                approve: true,
            };
            assert_eq!(oracle.votes(BlockTime(START_MS), sender, &vote), Ok(()));
        }
        oracle.begins_block(BlockTime(START_MS + 9));
        assert!(
            oracle.begins(1, &founders[..3]).is_err(),
            "its time has not come"
        );
        oracle.begins_block(BlockTime(START_MS + 10));
        assert!(oracle.begins(1, &founders[..3]).is_ok());
        assert!(oracle.begins(1, &founders).is_err(), "who left");
        let mut other = founders[..3].to_vec();
        other[2].1 = keys_of(2)[1].public_key();
        assert!(oracle.begins(1, &other).is_err(), "another key");
    }
}
