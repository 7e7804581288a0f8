//! Authenticated full-mesh transport between the nodes named in a genesis: bytes in, bytes out.
//!
//! This is the only crate that knows libp2p. It must never know blocks, votes or transactions:
//! it carries opaque frames in four traffic classes and tells who is connected.
//!
//! ```text
//!   Network::send(to, class, frame)                          NetworkEvents::recv()
//!        |                                                        ^
//!   outbox, one per peer and class, bounded in bytes         inbox, fair between peers,
//!        |  writer task                                      urgent classes first
//!        v                                                        |  reader tasks
//!   [ Votes | Blocks | Sync | Batches ]  four one-way streams  [ ... ]
//!        |                                                        |
//!        +------ yamux / noise / TCP (or QUIC) per connection ----+
//!                          driver: dials, refuses, watches
//! ```
//!
//! What a caller may rely on:
//! - Only identities of the genesis get past the handshake; `from` is always authenticated.
//! - Frames of one class arrive in order while a connection lasts. When a connection is replaced,
//!   frames in flight may be lost or arrive twice: protocols above repeat themselves and are
//!   idempotent.
//! - `send` never waits. A full queue drops the new frame and says so.
//! - A peer that floods, stalls or lies in its framing costs the others nothing: every queue is
//!   bounded per peer and class, and peers take turns.
//!
//! Specification: interfaces A4.1, reliability section 4 (peer network), design section 4.

mod address;
mod class;
mod config;
mod dial;
mod driver;
mod error;
mod event;
mod gate;
mod inbox;
mod lanes;
mod limits;
mod link;
mod outbox;
mod refusals;
mod shared;
mod status;
mod transport;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

pub use class::Class;
pub use config::{NetworkConfig, NetworkKey, NodeEntry, PeerIndex, Transport, peer_id_of};
pub use error::NetworkError;
pub use event::{NetworkEvent, Refusal, RefusalReason};
pub use inbox::NetworkEvents;
pub use limits::{NODES_MAX, PROTOCOL_ID_BYTES_MAX};
pub use status::{
    BroadcastOutcome, ClassTraffic, DropReason, NetworkCounters, PeerStatus, SendOutcome,
};

use crate::driver::Command;
use crate::shared::Shared;

/// Handle to the running transport; clones are cheap, and the last one dropped stops it.
#[derive(Clone)]
pub struct Network {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    listening: Vec<SocketAddr>,
    commands: mpsc::Sender<Command>,
    stop: watch::Sender<bool>,
    done: watch::Receiver<bool>,
}

impl Network {
    /// Binds every listen address, then keeps the mesh up in the background of the current runtime.
    ///
    /// # Errors
    /// [`NetworkError`] when the configuration contradicts itself or an address cannot be bound.
    pub async fn start(config: NetworkConfig) -> Result<(Network, NetworkEvents), NetworkError> {
        let started = driver::start(config).await?;
        let network = Network {
            inner: Arc::new(Inner {
                shared: started.shared,
                listening: started.listening,
                commands: started.commands,
                stop: started.stop,
                done: started.done,
            }),
        };
        Ok((network, started.events))
    }

    /// Queues a frame for one peer without waiting.
    pub fn send(&self, to: PeerIndex, class: Class, frame: Arc<[u8]>) -> SendOutcome {
        self.inner.shared.send(to, class, frame)
    }

    /// Queues a frame for every other node without waiting; the bytes are shared, not copied.
    pub fn broadcast(&self, class: Class, frame: &Arc<[u8]>) -> BroadcastOutcome {
        self.inner.shared.broadcast(class, frame)
    }

    /// Closes every connection to a peer, drops what it sent, and refuses it for this long.
    ///
    /// Meant for a peer whose frames prove that it is faulty; a later call replaces the time.
    /// Returns false when the request could not be taken, because too many wait.
    pub fn suspend(&self, peer: PeerIndex, duration: Duration) -> bool {
        self.inner
            .commands
            .try_send(Command::Suspend { peer, duration })
            .is_ok()
    }

    /// Tells what is known of every other node, in genesis order.
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.inner.shared.peer_statuses()
    }

    /// Returns how often the transport refused or dropped something since it started.
    pub fn counters(&self) -> NetworkCounters {
        self.inner.shared.counters.snapshot()
    }

    /// Returns the configured addresses, with the port the system chose where 0 was asked.
    pub fn listen_addresses(&self) -> &[SocketAddr] {
        &self.inner.listening
    }

    /// Closes every connection and listener and waits until the ports are free again.
    pub async fn shutdown(&self) {
        self.inner.stop.send_replace(true);
        let mut done = self.inner.done.clone();
        // An error means that the driver is gone, which is what we wait for.
        let _ = done.wait_for(|done| *done).await;
    }
}
