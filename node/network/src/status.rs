//! What operators and metrics may ask: one row per peer, and totals of what was refused.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::class::Class;
use crate::config::{PeerIndex, Transport};

/// What became of a frame given to `send`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// It waits for the writer of its class.
    Queued,
    /// It is gone; protocols above repeat what matters.
    Dropped(DropReason),
}

/// Why a frame was not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The peer reads more slowly than we send.
    QueueFull,
    /// No connection to the peer is ready.
    NotConnected,
    /// The frame exceeds the limit of its class.
    TooLarge,
    /// The index is our own or beyond the genesis.
    UnknownPeer,
}

/// What became of a broadcast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BroadcastOutcome {
    /// Peers for which the frame was queued.
    pub queued: u16,
    /// Peers for which it was dropped.
    pub dropped: u16,
}

/// Traffic with one peer in one class since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassTraffic {
    /// The class.
    pub class: Class,
    /// Frames received.
    pub frames_in: u64,
    /// Bytes received, lengths included.
    pub bytes_in: u64,
    /// Frames handed to the connection.
    pub frames_out: u64,
    /// Bytes handed to the connection, lengths included.
    pub bytes_out: u64,
    /// Frames dropped, for whatever reason.
    pub dropped: u64,
    /// Bytes waiting now, with the overhead of queueing.
    pub queued_bytes: usize,
}

/// What is known of one other node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Position in the genesis.
    pub index: PeerIndex,
    /// libp2p name of its identity.
    pub peer_id: String,
    /// Whether frames can be sent to it.
    pub connected: bool,
    /// Transport of the newest connection.
    pub transport: Option<Transport>,
    /// Remote address of the newest connection.
    pub address: Option<String>,
    /// Last measured round trip.
    pub rtt: Option<Duration>,
    /// Times the link came up.
    pub connections: u64,
    /// Why it was last refused or why dialling last failed, until it connects.
    pub problem: Option<String>,
    /// Traffic per class, the most urgent first.
    pub traffic: [ClassTraffic; 4],
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Totals since the start.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct NetworkCounters { $($(#[$doc])* pub $name: u64),+ }

        #[derive(Default)]
        pub(crate) struct Counters { $(pub(crate) $name: AtomicU64),+ }

        impl Counters {
            pub(crate) fn snapshot(&self) -> NetworkCounters {
                NetworkCounters { $($name: self.$name.load(Ordering::Relaxed)),+ }
            }
        }
    };
}

counters! {
    /// Connections of identities that are not in the genesis.
    refused_unknown_identity,
    /// Dials answered by another identity than the genesis names.
    refused_wrong_identity,
    /// Connections of peers with another chain or version.
    refused_wrong_protocol,
    /// Connections beyond a limit.
    refused_too_many,
    /// Connections closed for an over-long frame.
    oversize_frames,
    /// Connections closed in the middle of a frame that did not go on.
    stalled_frames,
    /// Connections that never got their lanes open.
    lanes_not_opened,
    /// Connections the other side closed before they were ready.
    closed_before_ready,
    /// Connections of peers that the node had suspended.
    refused_suspended,
    /// Handshakes that failed, port scans among them.
    handshakes_failed,
    /// Dials that reached nobody.
    dials_failed,
    /// Connections closed because the peer was silent.
    silent_peers,
    /// Connections replaced by a newer one of the same peer.
    connections_replaced,
    /// Refusals not told to the node because they repeated or too many waited.
    refusals_untold,
}

pub(crate) fn count(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}
