//! When are two states of a core the same to the protocol?
//!
//! A model checker visits a state once. Two cores with one fingerprint answer every input with the same votes, records and deliveries,
//! as long as waiting long enough makes every timer fire: clock readings, delay estimates, message counters, who was asked for what
//! and who signed a certificate are left out. Who the node is, is left out too, so that nodes in like positions can be exchanged.
//!
//! Every field is named here, so that a new one does not compile before somebody has decided on which side it stands.

use std::hash::{Hash as _, Hasher};

use super::{Core, Turn};
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
            proposal_due,
            timer_due: _,
            unsynced_proposals,
            restored,
            resent_since_start: _,
            has_stopped_for_results,
            outbox,
            out: _,
        } = self;
        if let Some(gate) = gate {
            gate.fingerprint(into);
        }
        lanes.fingerprint(into);
        tree.fingerprint(into);
        votes.fingerprint(self.me(), into);
        results.hash(into);
        turn.fingerprint(set, into);
        next_proposal
            .as_ref()
            .map(|proposal| name_of(set, proposal))
            .hash(into);
        (raised_in, deliverable, effect_height).hash(into);
        (proposal_due.is_some(), unsynced_proposals).hash(into);
        restored
            .iter()
            .map(statement_of)
            .collect::<Vec<_>>()
            .hash(into);
        has_stopped_for_results.hash(into);
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
        let pending = pending.as_ref();
        pending
            .map(|pending| (name_of(set, &pending.proposal), pending.decided))
            .hash(into);
        own_proposal
            .as_ref()
            .map(|proposal| name_of(set, proposal))
            .hash(into);
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
