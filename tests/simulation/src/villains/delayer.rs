//! Delaying leader: its proposals leave just before the others' time runs out, so that nothing is gained by waiting less.

use sycee_consensus::Message;
use sycee_replica::PeerMessage;

use super::{Own, Parcel, Villain};

/// Holds proposals back for grace + 2 D - a little.
pub(super) struct Delayer;

impl Villain for Delayer {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        mut parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        if let PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } = message
            && own.set.leader(proposal.block.block.view) == own.index
        {
            let little = own.dice.below(own.base_delay_us / 4);
            parcel.after_us += (5 * own.base_delay_us).saturating_sub(little);
        }
        out.push(parcel);
    }
}
