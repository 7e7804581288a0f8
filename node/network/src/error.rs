//! Why the transport did not start: what, where, and what to do.

use std::net::SocketAddr;

use crate::config::{PeerIndex, Transport};
use crate::limits::{NODES_MAX, PROTOCOL_ID_BYTES_MAX};

/// Failure to start. [`NetworkError::code`] is stable; the text names the remedy.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// Another program holds the port.
    #[error(
        "{address} ({}) is already in use by another program. \
         Stop that program or set another listen address (`ss -lntup` shows who holds the port)",
        transport.name()
    )]
    PortInUse {
        /// Address that was to be bound.
        address: SocketAddr,
        /// Transport that was to be served there.
        transport: Transport,
    },
    /// The address cannot be bound for another reason.
    #[error(
        "cannot listen on {address} ({}): {reason}. \
         Use an address of this machine and a port this user may bind",
        transport.name()
    )]
    Listen {
        /// Address that was to be bound.
        address: SocketAddr,
        /// Transport that was to be served there.
        transport: Transport,
        /// What the system answered.
        reason: String,
    },
    /// No listen address was given.
    #[error("no listen address is configured. Set at least one, for example 0.0.0.0:7000")]
    NoListenAddress,
    /// No transport was given.
    #[error("no transport is configured. Set tcp, or quic, or both")]
    NoTransport,
    /// QUIC was asked for, but this build lacks it.
    #[error("this build has no QUIC. Set transport tcp, or build with the feature `quic`")]
    QuicNotBuilt,
    /// The protocol id is empty, too long or contains other than `A-Z a-z 0-9 - _ . / :`.
    #[error(
        "the protocol id must have 1 to {PROTOCOL_ID_BYTES_MAX} letters, digits or -_./: \
         and not begin with /"
    )]
    InvalidProtocolId,
    /// The genesis names more nodes than the transport supports.
    #[error("{count} nodes are named, at most {NODES_MAX} are supported. Shorten the node list")]
    TooManyNodes {
        /// Nodes named.
        count: usize,
    },
    /// A network public key is not a point on the curve.
    #[error("the network public key of {node} is not an Ed25519 key. Correct it in the genesis")]
    InvalidKey {
        /// Node with the key.
        node: PeerIndex,
    },
    /// Two nodes share one network key.
    #[error("{node} has the same network key as an earlier node. Give each node its own key")]
    DuplicateKey {
        /// The later of the two.
        node: PeerIndex,
    },
    /// An address of a node cannot be read.
    #[error("address `{address}` of {node}: {reason}")]
    InvalidAddress {
        /// Node with the address.
        node: PeerIndex,
        /// The address as written.
        address: String,
        /// What is wrong, with the right form.
        reason: &'static str,
    },
    /// The own index points outside the node list.
    #[error("this is to be {own}, but the genesis names fewer nodes. Check genesis and node index")]
    OwnNotListed {
        /// Own index.
        own: PeerIndex,
    },
    /// The own secret key does not belong to the own entry.
    #[error(
        "the network key on this machine is not the one the genesis names for {own}. \
         Use the right key file or the right node index"
    )]
    OwnKeyDiffers {
        /// Own index.
        own: PeerIndex,
    },
    /// The encryption layer could not be set up.
    #[error("the encrypted transport could not be set up: {reason}. Report this as a defect")]
    Transport {
        /// What the library said.
        reason: String,
    },
}

impl NetworkError {
    /// Returns the stable code of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            NetworkError::PortInUse { .. } => "SY-N0001",
            NetworkError::Listen { .. } => "SY-N0002",
            NetworkError::NoListenAddress => "SY-N0003",
            NetworkError::NoTransport => "SY-N0004",
            NetworkError::QuicNotBuilt => "SY-N0005",
            NetworkError::InvalidProtocolId => "SY-N0006",
            NetworkError::TooManyNodes { .. } => "SY-N0007",
            NetworkError::InvalidKey { .. } => "SY-N0008",
            NetworkError::DuplicateKey { .. } => "SY-N0009",
            NetworkError::InvalidAddress { .. } => "SY-N0010",
            NetworkError::OwnNotListed { .. } => "SY-N0011",
            NetworkError::OwnKeyDiffers { .. } => "SY-N0012",
            NetworkError::Transport { .. } => "SY-N0013",
        }
    }
}
