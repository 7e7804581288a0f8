//! Withholding leader: its proposals reach at most one validator.

use sycee_consensus::Message;
use sycee_replica::PeerMessage;

use super::{Own, Parcel, Villain};

/// Chooses the lucky one by the view.
pub(super) struct Withholder;

impl Villain for Withholder {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        if let PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } = message
        {
            let view = proposal.block.block.view.0;
            let lucky = (view / 7) % (own.set.size() as u64 + 2);
            if own.set.leader(proposal.block.block.view) == own.index
                && u64::from(parcel.to.0) != lucky
            {
                return;
            }
        }
        out.push(parcel);
    }
}
