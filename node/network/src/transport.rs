//! Builds the libp2p stack: TCP (and QUIC) with encryption, membership, limits, ping and lanes.
//!
//! Order matters in [`Behaviour`]: membership is asked first, so a stranger is refused before any
//! protocol starts.

use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::pin::Pin;
use std::task::{Context, Poll};

use libp2p::core::Transport as _;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerBox, StreamMuxerEvent};
use libp2p::core::transport::Boxed;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{PeerId, Swarm, identify, noise, ping, tcp, yamux};
use libp2p_allow_block_list::{AllowedPeers, Behaviour as AllowList};
use libp2p_connection_limits::{Behaviour as Limits, ConnectionLimits};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::{NetworkConfig, Node, Transport};
use crate::error::NetworkError;
use crate::{gate, lanes, limits};

/// All protocols of a connection.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    pub(crate) members: AllowList<AllowedPeers>,
    limits: Limits,
    gate: gate::Behaviour,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    lanes: lanes::Behaviour,
}

/// Builds the stack for a checked configuration.
pub(crate) fn build(
    config: &NetworkConfig,
    nodes: &[Node],
) -> Result<Swarm<Behaviour>, NetworkError> {
    let keypair = config.key.keypair();
    let own = keypair.public().to_peer_id();
    let names = lanes::lane_names(&config.protocol_id).ok_or(NetworkError::InvalidProtocolId)?;
    let mut members = AllowList::<AllowedPeers>::default();
    for node in nodes.iter().filter(|node| node.peer_id != own) {
        members.allow_peer(node.peer_id);
    }
    // The protocol version is how a peer of another chain learns what we serve. Addresses are not
    // exchanged: the genesis and the configuration are the only source of addresses.
    let identify = identify::Config::new(config.protocol_id.clone(), keypair.public())
        .with_agent_version(concat!("sycee/", env!("CARGO_PKG_VERSION")).to_owned())
        .with_push_listen_addr_updates(false)
        .with_hide_listen_addrs(true)
        .with_cache_size(0);
    let ping = ping::Config::new()
        .with_interval(limits::PING_INTERVAL)
        .with_timeout(limits::PING_TIMEOUT);
    let behaviour = Behaviour {
        members,
        limits: Limits::new(connection_limits(nodes.len())),
        gate: gate::Behaviour::default(),
        identify: identify::Behaviour::new(identify),
        ping: ping::Behaviour::new(ping),
        lanes: lanes::Behaviour::new(names),
    };
    let swarm = libp2p::swarm::Config::with_tokio_executor()
        .with_max_negotiating_inbound_streams(limits::STREAMS_NEGOTIATING_MAX);
    Ok(Swarm::new(
        transport(&keypair, config)?,
        behaviour,
        own,
        swarm,
    ))
}

fn connection_limits(nodes: usize) -> ConnectionLimits {
    let nodes = u32::try_from(nodes).unwrap_or(u32::MAX);
    let pending = limits::PENDING_INBOUND_BASE.saturating_add(nodes.saturating_mul(2));
    ConnectionLimits::default()
        .with_max_pending_incoming(Some(pending))
        .with_max_established_per_peer(Some(limits::CONNECTIONS_PER_PEER_MAX))
}

type Multiplexed = Boxed<(PeerId, StreamMuxerBox)>;

fn transport(keypair: &Keypair, config: &NetworkConfig) -> Result<Multiplexed, NetworkError> {
    let noise = noise::Config::new(keypair).map_err(|error| NetworkError::Transport {
        reason: error.to_string(),
    })?;
    let mut yamux = yamux::Config::default();
    yamux.set_max_num_streams(limits::STREAMS_PER_CONNECTION_MAX);
    let tcp = tcp::tokio::Transport::new(tcp::Config::new().nodelay(true))
        .upgrade(Version::V1)
        .authenticate(noise)
        .multiplex(yamux)
        .timeout(limits::HANDSHAKE_TIMEOUT)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(PromptClose::new(muxer))))
        .boxed();
    Ok(with_quic(tcp, keypair, config))
}

#[cfg(not(feature = "quic"))]
fn with_quic(tcp: Multiplexed, _: &Keypair, _: &NetworkConfig) -> Multiplexed {
    tcp
}

#[cfg(feature = "quic")]
fn with_quic(tcp: Multiplexed, keypair: &Keypair, config: &NetworkConfig) -> Multiplexed {
    if !config.transports.contains(&Transport::Quic) {
        return tcp;
    }
    let mut quic = libp2p::quic::Config::new(keypair);
    quic.handshake_timeout = limits::HANDSHAKE_TIMEOUT;
    quic.max_concurrent_stream_limit = limits::QUIC_STREAMS_MAX;
    quic.max_stream_data = limits::QUIC_STREAM_WINDOW_BYTES;
    quic.max_connection_data = limits::QUIC_CONNECTION_WINDOW_BYTES;
    let quic = libp2p::quic::tokio::Transport::new(quic)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(PromptClose::new(muxer))));
    tcp.or_transport(quic)
        .map(|either, _| either.into_inner())
        .boxed()
}

/// Refuses an address that another program serves.
///
/// libp2p binds with port reuse, so that a second node on the same port would silently share it and
/// each would get half of the connections; this bind does not share.
pub(crate) fn probe(address: SocketAddr, transport: Transport) -> Result<(), NetworkError> {
    let bound = match transport {
        Transport::Tcp => TcpListener::bind(address).map(drop),
        Transport::Quic => UdpSocket::bind(address).map(drop),
    };
    bound.map_err(|error| listen_error(address, transport, &error))
}

/// Turns a failure to bind into words.
pub(crate) fn listen_error(
    address: SocketAddr,
    transport: Transport,
    error: &io::Error,
) -> NetworkError {
    if error.kind() == io::ErrorKind::AddrInUse {
        return NetworkError::PortInUse { address, transport };
    }
    NetworkError::Listen {
        address,
        transport,
        reason: error.to_string(),
    }
}

/// Gives closing a deadline: saying goodbye through a dead peer's full socket would last until the
/// kernel gives up, and the connection would count against the peer's limit all that time.
struct PromptClose<M> {
    inner: M,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<M> PromptClose<M> {
    fn new(inner: M) -> PromptClose<M> {
        PromptClose {
            inner,
            deadline: None,
        }
    }
}

impl<M: StreamMuxer + Unpin> StreamMuxer for PromptClose<M> {
    type Substream = M::Substream;
    type Error = M::Error;

    fn poll_inbound(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<Self::Substream, Self::Error>> {
        Pin::new(&mut self.inner).poll_inbound(context)
    }

    fn poll_outbound(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<Self::Substream, Self::Error>> {
        Pin::new(&mut self.inner).poll_outbound(context)
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Self::Error>> {
        if let Poll::Ready(result) = Pin::new(&mut self.inner).poll_close(context) {
            return Poll::Ready(result);
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + limits::CLOSE_TIMEOUT)));
        deadline.as_mut().poll(context).map(Ok)
    }

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
        Pin::new(&mut self.inner).poll(context)
    }
}
