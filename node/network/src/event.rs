//! What the transport tells the node.

use std::fmt;
use std::net::SocketAddr;

use crate::class::Class;
use crate::config::PeerIndex;

/// Something that happened on the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkEvent {
    /// A frame arrived; `from` is authenticated, the bytes are not interpreted.
    Frame {
        /// Sender.
        from: PeerIndex,
        /// Class the sender chose.
        class: Class,
        /// Payload as sent.
        bytes: Vec<u8>,
    },
    /// All four lanes to the peer are open: frames can be sent.
    Connected(PeerIndex),
    /// No connection to the peer is left; what waited for it is dropped.
    Disconnected(PeerIndex),
    /// Somebody was refused or broke the framing; repeated cases are counted but told rarely.
    Refused(Refusal),
    /// An address is being listened on.
    Listening(SocketAddr),
}

/// Who was refused and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The node of the genesis, if it is one.
    pub peer: Option<PeerIndex>,
    /// libp2p name of the identity, if the handshake got that far.
    pub peer_id: Option<String>,
    /// Where it came from, or where it was dialled.
    pub address: String,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a connection was refused or closed by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalReason {
    /// The identity is not in the genesis.
    UnknownIdentity,
    /// At a node's address another identity answered.
    WrongIdentity {
        /// Identity the genesis names.
        expected: String,
    },
    /// The peer serves another chain or protocol version.
    WrongProtocol {
        /// Our protocol id.
        expected: String,
        /// The peer's, cut to a printable length.
        offered: String,
    },
    /// The peer, or everybody together, has too many connections.
    TooManyConnections,
    /// The peer announced a frame longer than its class allows.
    OversizeFrame {
        /// Class of the stream.
        class: Class,
        /// Length announced.
        announced: u32,
        /// Length allowed.
        allowed: usize,
    },
    /// The peer began a frame and then went silent.
    StalledFrame {
        /// Class of the stream.
        class: Class,
    },
    /// The peer accepted the handshake but did not open or accept the lanes in time.
    LanesNotOpened,
    /// The peer closed the connection before the lanes were open; most likely it refused us.
    ClosedBeforeReady,
    /// The node suspended this peer for its conduct.
    Suspended,
}

impl RefusalReason {
    /// Returns the stable code of this reason.
    pub fn code(&self) -> &'static str {
        match self {
            RefusalReason::UnknownIdentity => "SY-N0101",
            RefusalReason::WrongIdentity { .. } => "SY-N0102",
            RefusalReason::WrongProtocol { .. } => "SY-N0103",
            RefusalReason::TooManyConnections => "SY-N0104",
            RefusalReason::OversizeFrame { .. } => "SY-N0105",
            RefusalReason::StalledFrame { .. } => "SY-N0106",
            RefusalReason::LanesNotOpened => "SY-N0107",
            RefusalReason::ClosedBeforeReady => "SY-N0108",
            RefusalReason::Suspended => "SY-N0109",
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RefusalReason::UnknownIdentity => formatter.write_str(
                "its network key is not in the genesis; if it should be, compare the genesis files",
            ),
            RefusalReason::WrongIdentity { expected } => write!(
                formatter,
                "another network key answered than {expected}; check the address and the peer's key",
            ),
            RefusalReason::WrongProtocol { expected, offered } => write!(
                formatter,
                "it serves `{offered}`, this node `{expected}`; compare genesis hash and version",
            ),
            RefusalReason::TooManyConnections => {
                formatter.write_str("too many connections; it may try again later")
            }
            RefusalReason::OversizeFrame {
                class,
                announced,
                allowed,
            } => write!(
                formatter,
                "it announced a frame of {announced} bytes in class {}, {allowed} are allowed",
                class.name(),
            ),
            RefusalReason::StalledFrame { class } => {
                write!(
                    formatter,
                    "it stopped in the middle of a frame in class {}",
                    class.name()
                )
            }
            RefusalReason::LanesNotOpened => {
                formatter.write_str("it did not open its lanes in time; compare the versions")
            }
            RefusalReason::Suspended => {
                formatter.write_str("this node suspended it for a while; its operator should look")
            }
            RefusalReason::ClosedBeforeReady => formatter.write_str(
                "it closed the connection at once; is this node's network key in its genesis?",
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.reason.code())?;
        match (&self.peer, &self.peer_id) {
            (Some(peer), _) => write!(formatter, "{peer}")?,
            (None, Some(peer_id)) => write!(formatter, "{peer_id}")?,
            (None, None) => formatter.write_str("a stranger")?,
        }
        write!(formatter, " at {}: {}", self.address, self.reason)
    }
}
