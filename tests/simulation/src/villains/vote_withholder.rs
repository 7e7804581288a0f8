//! Vote withholder: own votes and certificates leave only in some views, and then only to some.

use sycee_consensus::Message;
use sycee_replica::PeerMessage;

use super::{Own, Parcel, Villain};

/// Chooses by view and receiver.
pub(super) struct VoteWithholder;

impl Villain for VoteWithholder {
    fn sends(
        &mut self,
        _own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        let view = match message {
            PeerMessage::Core {
                message: Message::Vote(vote),
                ..
            } => vote.view.0,
            PeerMessage::Core {
                message: Message::Certificate(certificate),
                ..
            } => certificate.view.0,
            PeerMessage::Core { .. }
            | PeerMessage::Batch(_)
            | PeerMessage::TableRootsRequest(_)
            | PeerMessage::TableRoots(_)
            | PeerMessage::State(_)
            | PeerMessage::LeftOverRequest
            | PeerMessage::LeftOver(..) => return out.push(parcel),
        };
        let says = match (view / 16) % 4 {
            0 => true,
            1 => parcel.to.0.is_multiple_of(2),
            2 => view.is_multiple_of(3),
            _ => false,
        };
        if says {
            out.push(parcel);
        }
    }
}
