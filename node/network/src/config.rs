//! What the transport is told at start: own key, the nodes of the genesis, where to listen.
//!
//! Everything is checked here, once, so that the driver works on facts.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;

use libp2p::PeerId;
use libp2p::identity::{Keypair, PublicKey, ed25519};

use crate::address::PeerAddress;
use crate::error::NetworkError;
use crate::limits::{ADDRESSES_PER_NODE_MAX, NODES_MAX, PROTOCOL_ID_BYTES_MAX};

/// Position of a node in the genesis list: validators first, then observers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerIndex(pub u16);

impl PeerIndex {
    pub(crate) fn position(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for PeerIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "node {}", self.0)
    }
}

/// How bytes travel between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP with Noise and Yamux.
    Tcp,
    /// QUIC over UDP; needs the crate feature `quic`.
    Quic,
}

impl Transport {
    /// Returns the name used in configuration, logs and status.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Quic => "quic",
        }
    }
}

/// Secret key of this node's network identity; memory is wiped when it is dropped.
pub struct NetworkKey(ed25519::Keypair);

impl NetworkKey {
    /// Takes the 32-byte Ed25519 seed and wipes the caller's copy.
    pub fn from_seed(seed: &mut [u8; 32]) -> NetworkKey {
        match ed25519::SecretKey::try_from_bytes(seed.as_mut_slice()) {
            Ok(secret) => NetworkKey(ed25519::Keypair::from(secret)),
            // The library refuses other lengths only, and the type fixes the length.
            Err(_) => unreachable!("every 32 bytes are an Ed25519 seed"),
        }
    }

    /// Returns the public half, which the genesis names.
    pub fn public_key(&self) -> [u8; 32] {
        self.0.public().to_bytes()
    }

    pub(crate) fn keypair(&self) -> Keypair {
        Keypair::from(self.0.clone())
    }
}

impl fmt::Debug for NetworkKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NetworkKey(secret)")
    }
}

/// One node of the genesis as the transport sees it.
#[derive(Clone, Debug)]
pub struct NodeEntry {
    /// Ed25519 public key of the node's network identity.
    pub network_public_key: [u8; 32],
    /// Where to reach it: `host:port`, `/ip4/../tcp/..` or `/dns4/../tcp/..`; may be empty for a
    /// node that only dials.
    pub addresses: Vec<String>,
}

/// Everything the transport needs to start.
#[derive(Debug)]
pub struct NetworkConfig {
    /// Own secret identity.
    pub key: NetworkKey,
    /// Names protocol version and chain, for example `sycee/1/<chain id>`; peers with another one
    /// are refused and told apart by it.
    pub protocol_id: String,
    /// Own position in `nodes`.
    pub own: PeerIndex,
    /// All nodes of the genesis in its order, this one included.
    pub nodes: Vec<NodeEntry>,
    /// Addresses to bind, each once per transport; port 0 lets the system choose.
    pub listen: Vec<SocketAddr>,
    /// Transports to use, the preferred one first.
    pub transports: Vec<Transport>,
}

/// A node after checking.
pub(crate) struct Node {
    pub(crate) peer_id: PeerId,
    pub(crate) addresses: Vec<PeerAddress>,
}

/// Returns the libp2p name of a network public key, as it appears in logs and multiaddresses.
///
/// # Errors
/// [`NetworkError::InvalidKey`] when the bytes are not an Ed25519 public key.
pub fn peer_id_of(network_public_key: &[u8; 32]) -> Result<String, NetworkError> {
    peer_id(PeerIndex(0), network_public_key).map(|peer_id| peer_id.to_string())
}

fn peer_id(node: PeerIndex, key: &[u8; 32]) -> Result<PeerId, NetworkError> {
    let key =
        ed25519::PublicKey::try_from_bytes(key).map_err(|_| NetworkError::InvalidKey { node })?;
    Ok(PublicKey::from(key).to_peer_id())
}

impl NetworkConfig {
    /// Checks the whole configuration and resolves keys and addresses into typed values.
    pub(crate) fn check(&self) -> Result<Vec<Node>, NetworkError> {
        check_protocol_id(&self.protocol_id)?;
        if self.nodes.len() > NODES_MAX {
            return Err(NetworkError::TooManyNodes {
                count: self.nodes.len(),
            });
        }
        if self.transports.is_empty() {
            return Err(NetworkError::NoTransport);
        }
        if self.transports.contains(&Transport::Quic) && !cfg!(feature = "quic") {
            return Err(NetworkError::QuicNotBuilt);
        }
        let mut nodes = Vec::with_capacity(self.nodes.len());
        let mut seen = BTreeSet::new();
        for (index, entry) in (0_u16..).zip(&self.nodes) {
            let node = PeerIndex(index);
            let peer_id = peer_id(node, &entry.network_public_key)?;
            if !seen.insert(peer_id) {
                return Err(NetworkError::DuplicateKey { node });
            }
            let addresses = self.check_addresses(node, entry)?;
            nodes.push(Node { peer_id, addresses });
        }
        let own = self.nodes.get(self.own.position());
        let own = own.ok_or(NetworkError::OwnNotListed { own: self.own })?;
        if own.network_public_key != self.key.public_key() {
            return Err(NetworkError::OwnKeyDiffers { own: self.own });
        }
        Ok(nodes)
    }

    fn check_addresses(
        &self,
        node: PeerIndex,
        entry: &NodeEntry,
    ) -> Result<Vec<PeerAddress>, NetworkError> {
        if entry.addresses.len() > ADDRESSES_PER_NODE_MAX {
            return Err(NetworkError::InvalidAddress {
                node,
                address: format!("{} addresses", entry.addresses.len()),
                reason: "more addresses than a node may have",
            });
        }
        let parse = |text: &String| {
            PeerAddress::parse(text).map_err(|reason| NetworkError::InvalidAddress {
                node,
                address: text
                    .chars()
                    .take(crate::limits::PEER_TEXT_CHARS_MAX)
                    .collect(),
                reason,
            })
        };
        entry.addresses.iter().map(parse).collect()
    }
}

fn check_protocol_id(id: &str) -> Result<(), NetworkError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    let fits = !id.is_empty() && id.len() <= PROTOCOL_ID_BYTES_MAX;
    if fits && id.bytes().all(plain) && !id.starts_with('/') {
        return Ok(());
    }
    Err(NetworkError::InvalidProtocolId)
}
