//! What a node's processor and its pool of checkers have to do.
//!
//! ```text
//!   frame, timer, completion --> processor: one after another, message_ns and signature_ns for each signature that was checked
//!   batch --> pool: one after another, signature_ns for each transaction and the header --> event
//! ```
//! With the stand-in for signatures every check is counted where it happens; with the product's signatures it is estimated.

use sycee_consensus::Message;
use sycee_replica::{Event, PeerMessage};

use crate::world::World;

/// Work for any batch, microseconds.
const BATCH_US: u64 = 20;

/// Signatures that this thread has checked so far.
#[cfg(sycee_stub_signatures)]
pub(crate) fn checked() -> u64 {
    sycee_primitives::keys::signatures_checked()
}

/// Nothing is counted: see [`estimated`].
#[cfg(not(sycee_stub_signatures))]
pub(crate) fn checked() -> u64 {
    0
}

/// What is charged on top of what is counted.
pub(crate) fn estimated(event: &Event) -> u64 {
    match event {
        Event::Message { message, .. } if cfg!(not(sycee_stub_signatures)) => {
            signatures_in(message)
        }
        Event::Message { .. }
        | Event::ClientTransactions(_)
        | Event::BatchVerified(_)
        | Event::BatchRefused { .. }
        | Event::BatchLoaded(_)
        | Event::Persisted(_)
        | Event::Executed(_)
        | Event::Connected(_)
        | Event::Disconnected(_)
        | Event::Tick
        | Event::Evidence(_) => 0,
    }
}

impl World {
    /// Keeps the processor busy for a message with so many signatures.
    pub(crate) fn spend(&mut self, node: usize, signatures: u64) {
        let it = &mut self.nodes[node];
        let ns = it.plan.message_ns + signatures * it.plan.signature_ns;
        it.busy_until = it.busy_until.max(self.time) + ns / 1_000;
        self.traffic.processor_ns += ns;
    }

    /// Gives the pool so many signatures to check; when it will have done so, from now.
    pub(crate) fn check_in_pool(&mut self, node: usize, signatures: u64) -> u64 {
        let it = &mut self.nodes[node];
        let ns = signatures * it.plan.signature_ns;
        it.pool_free_at = it.pool_free_at.max(self.time) + BATCH_US + ns / 1_000;
        self.traffic.pool_ns += ns;
        it.pool_free_at - self.time
    }
}

/// About how many signatures a receiver checks before it believes the message; batches are checked in a pool.
fn signatures_in(message: &PeerMessage) -> u64 {
    match message {
        PeerMessage::Core {
            message: Message::Vote(_),
            ..
        } => 1,
        PeerMessage::Core {
            message: Message::Certificate(certificate),
            ..
        } => certificate.signatures.len() as u64,
        PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } => 1 + proposal.justification.len() as u64 * 3,
        PeerMessage::Core {
            message:
                Message::Range {
                    blocks,
                    finalization,
                },
            ..
        } => blocks.len() as u64 + finalization.signatures.len() as u64,
        PeerMessage::Core {
            message: Message::Evidence(_),
            ..
        } => 2,
        PeerMessage::Core {
            message: Message::OwnStatements(statements),
            ..
        } => statements.votes.len() as u64,
        PeerMessage::Core {
            message: Message::RejoinAnswer(answer),
            ..
        } => {
            let entry = answer.entry.as_ref();
            1 + entry.map_or(0, |entry| entry.signatures.len() as u64)
        }
        PeerMessage::Core { .. }
        | PeerMessage::Batch(_)
        | PeerMessage::TableRootsRequest(_)
        | PeerMessage::TableRoots(_)
        | PeerMessage::State(_)
        | PeerMessage::LeftOverRequest
        | PeerMessage::LeftOver(..) => 0,
    }
}
