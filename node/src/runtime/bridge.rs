//! From the network to the core: frames are decoded here, ordering messages wait for room, batches do not.

use std::sync::Arc;

use crossbeam_channel::Sender;
use sycee_consensus::{Message, ValidatorIndex};
use sycee_network::{NetworkEvent, NetworkEvents};
use sycee_replica::{Event, PeerMessage};

use super::handle::Shared;
use crate::metrics::Metrics;

pub(crate) struct Bridge {
    pub(crate) events: NetworkEvents,
    pub(crate) urgent: Sender<Event>,
    pub(crate) batches: Sender<Event>,
    pub(crate) metrics: Metrics,
    pub(crate) shared: Arc<Shared>,
}

impl Bridge {
    /// Runs until the network has stopped or the core is gone.
    pub(crate) fn run(mut self, runtime: &tokio::runtime::Handle) {
        while let Some(event) = runtime.block_on(self.events.recv()) {
            let goes_on = match event {
                NetworkEvent::Frame { from, bytes, .. } => {
                    self.frame(ValidatorIndex(from.0), Arc::from(bytes))
                }
                NetworkEvent::Connected(peer) => {
                    tracing::info!(peer = peer.0, "connected");
                    self.urgent(Event::Connected(ValidatorIndex(peer.0)))
                }
                NetworkEvent::Disconnected(peer) => {
                    tracing::warn!(peer = peer.0, "disconnected");
                    self.urgent(Event::Disconnected(ValidatorIndex(peer.0)))
                }
                NetworkEvent::Refused(refusal) => {
                    tracing::warn!(code = refusal.reason.code(), "{refusal}");
                    true
                }
                NetworkEvent::Listening(address) => {
                    tracing::info!(%address, "listening");
                    true
                }
            };
            if !goes_on {
                return;
            }
        }
    }

    fn frame(&self, from: ValidatorIndex, frame: Arc<[u8]>) -> bool {
        match PeerMessage::decode(&frame) {
            Ok(
                message @ PeerMessage::Core {
                    message: Message::Pruned { lowest },
                    ..
                },
            ) => {
                self.shared.pruned(from, lowest);
                self.urgent(Event::Message { from, message })
            }
            Ok(
                message @ (PeerMessage::Core { .. }
                | PeerMessage::TableRootsRequest(_)
                | PeerMessage::TableRoots(_)
                | PeerMessage::State(_)
                | PeerMessage::LeftOverRequest
                | PeerMessage::LeftOver(..)),
            ) => self.urgent(Event::Message { from, message }),
            Ok(message @ PeerMessage::Batch(_)) => {
                // What is dropped here is fetched again when somebody names it.
                if self
                    .batches
                    .try_send(Event::Message { from, message })
                    .is_err()
                {
                    self.metrics.frames_dropped.inc();
                }
                true
            }
            Err(error) => {
                self.metrics.frames_malformed.inc();
                self.shared.peer_fault(from, &error.to_string());
                true
            }
        }
    }

    fn urgent(&self, event: Event) -> bool {
        self.urgent.send(event).is_ok()
    }
}
