//! When are two states of a core the same to the protocol?
//!
//! A model checker visits a state once. Two cores with one fingerprint answer every input with the same votes, records and deliveries,
//! as long as waiting long enough makes every timer fire: clock readings, delay estimates, message counters, who was asked for what
//! and who signed a certificate are left out. Who the node is, is left out too, so that nodes in like positions can be exchanged.
//!
//! Every field is named here, so that a new one does not compile before somebody has decided on which side it stands.

use std::hash::{Hash as _, Hasher};

use super::{Core, Pending, Turn};
use crate::{Certificate, Proposal, ValidatorSet};

impl Core {
    /// Feeds everything that decides later votes, records and deliveries into a hasher, times left out.
    pub fn fingerprint(&self, into: &mut impl Hasher) {
        let Core {
            set,
            parameters: _,
            gate,
            lanes,
            tree,
            votes,
            offences,
            // The same on all nodes of a network.
            invalid_transaction: _,
            pace: _,
            fetches: _,
            results,
            turn,
            next_proposal,
            quick_view: _,
            announcer: _,
            connected: _,
            heard: _,
            helped: _,
            worked: _,
            heard_at_worked: _,
            raised_in,
            deliverable,
            effect_height,
            next_due,
            proposal_due,
            timer_due: _,
            judge_due: _,
            unsynced_proposals,
            restored,
            resent_since_start: _,
            has_stopped_for_results,
            memory,
            has_ended,
            outbox,
            out: _,
        } = self;
        if let Some(gate) = gate {
            gate.fingerprint(into);
        }
        lanes.fingerprint(into);
        tree.fingerprint(into);
        votes.fingerprint(self.me(), into);
        offences.fingerprint(set, into);
        results.hash(into);
        turn.fingerprint(set, into);
        next_proposal.is_some().hash(into);
        if let Some(next) = next_proposal {
            next.fingerprint(set, into);
        }
        (raised_in, deliverable, effect_height, next_due).hash(into);
        (proposal_due.is_some(), unsynced_proposals).hash(into);
        restored
            .iter()
            .map(statement_of)
            .collect::<Vec<_>>()
            .hash(into);
        (has_stopped_for_results, has_ended).hash(into);
        memory.fingerprint(into);
        outbox.fingerprint(set, into);
    }
}

impl Turn {
    fn fingerprint(&self, set: &ValidatorSet, into: &mut impl Hasher) {
        let Turn {
            view,
            entered: _,
            entry,
            work_since,
            pending,
            own_proposal,
            gave_up,
            resend_due: _,
        } = self;
        (view, work_since.is_some(), gave_up).hash(into);
        entry.as_ref().map(statement_of).hash(into);
        pending.is_some().hash(into);
        if let Some(pending) = pending {
            pending.fingerprint(set, into);
        }
        own_proposal
            .as_ref()
            .map(|proposal| name_of(set, proposal))
            .hash(into);
    }
}

impl Pending {
    fn fingerprint(&self, set: &ValidatorSet, into: &mut impl Hasher) {
        let Pending {
            proposal,
            arrived: _,
            overdue,
            decided,
        } = self;
        (name_of(set, proposal), decided).hash(into);
        // Nothing overdue looks the same before and after the first wait is over.
        for (lane, tip) in overdue.iter().enumerate() {
            if let Some(tip) = tip {
                (lane, tip).hash(into);
            }
        }
    }
}

/// What a certificate says; which q signed it decides nothing.
fn statement_of(
    certificate: &Certificate,
) -> (crate::VoteKind, crate::View, sycee_primitives::Hash) {
    (certificate.kind, certificate.view, certificate.digest)
}

/// The block alone: its justification is certificates that this node has learnt.
fn name_of(set: &ValidatorSet, proposal: &Proposal) -> sycee_primitives::Hash {
    proposal.block.block.digest(set)
}
