//! The one owner of the libp2p swarm: dials, accepts, refuses, watches, and hands streams to tasks.
//!
//! It must never see a frame. Picture of a connection's life:
//!
//! ```text
//!  established --(4 lanes open)--> ready --(fault | silence | replaced | closed)--> gone
//!       |  other chain: told, then closed                                           |
//!       +--(no lanes in time)--> closed                        none left: dial again, for ever
//! ```
//!
//! Closing takes effect in our books at once; libp2p finishes it in the background.

mod connections;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use libp2p::core::transport::{ListenerId, TransportError};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::address::{multiaddr, socket_address};
use crate::class::{Class, PerClass};
use crate::config::{NetworkConfig, Node, PeerIndex, Transport};
use crate::dial::DialSchedule;
use crate::error::NetworkError;
use crate::event::{Refusal, RefusalReason};
use crate::inbox::{Inbox, NetworkEvents};
use crate::limits;
use crate::link::{LaneFault, LaneOffer, LaneTask};
use crate::refusals::{RefusalLog, count_refusal};
use crate::shared::Shared;
use crate::status::count;
use crate::transport::{Behaviour, BehaviourEvent, build, listen_error, probe};

use connections::Connection;

/// Room for messages from tasks to the driver; senders wait when it is full.
const TASK_MESSAGES_MAX: usize = 64;
/// Offers a writer has not taken yet; one arrives per connection, and connections are few.
const OFFERS_MAX: usize = 8;

/// Requests of the public handle.
pub(crate) enum Command {
    /// Refuse a peer for a while.
    Suspend { peer: PeerIndex, duration: Duration },
}

/// What `start` hands to the public handle.
pub(crate) struct Started {
    pub(crate) shared: Arc<Shared>,
    pub(crate) events: NetworkEvents,
    pub(crate) listening: Vec<SocketAddr>,
    pub(crate) commands: mpsc::Sender<Command>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) done: watch::Receiver<bool>,
}

struct Driver {
    swarm: Swarm<Behaviour>,
    shared: Arc<Shared>,
    inbox: Arc<Inbox>,
    protocol_id: String,
    transports: Vec<Transport>,
    by_id: BTreeMap<PeerId, PeerIndex>,
    peers: BTreeMap<PeerIndex, PeerState>,
    connections: BTreeMap<ConnectionId, Connection>,
    refusals: RefusalLog,
    /// Listeners that have not reported their port, with the configured address.
    listeners_pending: Vec<(ListenerId, IpAddr)>,
    listening: Vec<SocketAddr>,
    tasks: JoinSet<()>,
    faults: mpsc::Sender<LaneFault>,
    resolved: mpsc::Sender<Resolved>,
    last_tick: Instant,
}

struct PeerState {
    node: Node,
    schedule: DialSchedule,
    dial: Dial,
    suspended_until: Option<Instant>,
    offers: PerClass<mpsc::Sender<LaneOffer>>,
}

/// What is under way towards a peer; at most one thing at a time.
enum Dial {
    Idle,
    Resolving,
    Dialing(ConnectionId),
}

/// Addresses found for a peer.
struct Resolved {
    peer: PeerIndex,
    addresses: Vec<Multiaddr>,
}

/// Receiving ends that only the loop uses.
struct Inputs {
    faults: mpsc::Receiver<LaneFault>,
    resolved: mpsc::Receiver<Resolved>,
    commands: mpsc::Receiver<Command>,
    stop: watch::Receiver<bool>,
}

/// Checks the configuration, binds the listen addresses and spawns the loop.
pub(crate) async fn start(config: NetworkConfig) -> Result<Started, NetworkError> {
    let nodes = config.check()?;
    if config.listen.is_empty() {
        return Err(NetworkError::NoListenAddress);
    }
    let swarm = build(&config, &nodes)?;
    let names = nodes.iter().map(|node| node.peer_id.to_string()).collect();
    let shared = Arc::new(Shared::new(config.own, names));
    let inbox = Arc::new(Inbox::new(nodes.len()));
    let events = NetworkEvents::new(Arc::clone(&inbox));
    let (faults, faults_inbound) = mpsc::channel(TASK_MESSAGES_MAX);
    let (resolved, resolved_inbound) = mpsc::channel(TASK_MESSAGES_MAX);
    let (commands, commands_inbound) = mpsc::channel(TASK_MESSAGES_MAX);
    let (stop, stop_inbound) = watch::channel(false);
    let (done_outbound, done) = watch::channel(false);
    let mut driver = Driver {
        swarm,
        shared: Arc::clone(&shared),
        inbox,
        protocol_id: config.protocol_id.clone(),
        transports: config.transports.clone(),
        by_id: BTreeMap::new(),
        peers: BTreeMap::new(),
        connections: BTreeMap::new(),
        refusals: RefusalLog::default(),
        listeners_pending: Vec::new(),
        listening: Vec::new(),
        tasks: JoinSet::new(),
        faults,
        resolved,
        last_tick: Instant::now(),
    };
    driver.add_peers(config.own, nodes);
    driver.listen(&config).await?;
    let listening = driver.listening.clone();
    let inputs = Inputs {
        faults: faults_inbound,
        resolved: resolved_inbound,
        commands: commands_inbound,
        stop: stop_inbound,
    };
    tokio::spawn(async move {
        driver.run(inputs).await;
        done_outbound.send_replace(true);
    });
    Ok(Started {
        shared,
        events,
        listening,
        commands,
        stop,
        done,
    })
}

impl Driver {
    async fn listen(&mut self, config: &NetworkConfig) -> Result<(), NetworkError> {
        // All probes come first: one would find the listener of an earlier address of our own,
        // since [::] probes IPv4 as well.
        for address in &config.listen {
            for transport in &config.transports {
                probe(*address, *transport)?;
            }
        }
        for address in &config.listen {
            for transport in &config.transports {
                let listener = self.swarm.listen_on(multiaddr(*address, *transport));
                let listener = listener.map_err(|error| match error {
                    TransportError::Other(error) => listen_error(*address, *transport, &error),
                    TransportError::MultiaddrNotSupported(_) => NetworkError::Listen {
                        address: *address,
                        transport: *transport,
                        reason: "the transport does not support this address".to_owned(),
                    },
                })?;
                self.listeners_pending.push((listener, address.ip()));
            }
        }
        // The bound addresses arrive as events; nothing else happens before the first dial.
        let bound = async {
            while !self.listeners_pending.is_empty() {
                let event = self.swarm.select_next_some().await;
                self.on_swarm_event(event);
            }
        };
        if timeout(limits::LISTEN_TIMEOUT, bound).await.is_err() {
            return Err(NetworkError::Transport {
                reason: "no listen address was reported in time".to_owned(),
            });
        }
        Ok(())
    }

    fn add_peers(&mut self, own: PeerIndex, nodes: Vec<Node>) {
        let now = Instant::now();
        for (index, node) in (0_u16..).map(PeerIndex).zip(nodes) {
            if index == own {
                continue;
            }
            self.by_id.insert(node.peer_id, index);
            let offers = PerClass::new(|class| self.spawn_writer(index, class));
            let schedule = DialSchedule::new(now, own < index);
            let dial = Dial::Idle;
            let suspended_until = None;
            let state = PeerState {
                node,
                schedule,
                dial,
                suspended_until,
                offers,
            };
            self.peers.insert(index, state);
        }
    }

    fn spawn_writer(&mut self, peer: PeerIndex, class: Class) -> mpsc::Sender<LaneOffer> {
        let (offers, inbound) = mpsc::channel(OFFERS_MAX);
        let task = self.lane_task(peer, class);
        self.tasks.spawn(task.write(inbound));
        offers
    }

    fn lane_task(&self, peer: PeerIndex, class: Class) -> LaneTask {
        let (shared, faults) = (Arc::clone(&self.shared), self.faults.clone());
        LaneTask {
            peer,
            class,
            shared,
            faults,
        }
    }

    async fn run(mut self, mut inputs: Inputs) {
        let mut tick = interval(limits::TICK_INTERVAL);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.last_tick = Instant::now();
        loop {
            tokio::select! {
                event = self.swarm.select_next_some() => self.on_swarm_event(event),
                Some(fault) = inputs.faults.recv() => self.on_fault(fault),
                Some(command) = inputs.commands.recv() => self.on_command(&command),
                Some(resolved) = inputs.resolved.recv() => self.dial(resolved),
                _ = tick.tick() => self.on_tick(Instant::now()),
                // An error means that the last handle was dropped.
                stopped = inputs.stop.wait_for(|stop| *stop) => {
                    drop(stopped);
                    break;
                }
            }
        }
        self.tasks.shutdown().await;
        for (_, peer) in self.shared.others() {
            peer.set_disconnected();
        }
        self.inbox.close();
    }

    fn on_tick(&mut self, now: Instant) {
        // A process that was paused has heard nobody; that is no sign that all peers are dead.
        let lag = now
            .duration_since(self.last_tick)
            .saturating_sub(limits::TICK_INTERVAL);
        self.last_tick = now;
        self.check_connections(now, lag);
        self.end_suspensions(now);
        self.start_dials(now);
        while self.tasks.try_join_next().is_some() {}
    }

    fn start_dials(&mut self, now: Instant) {
        let linked: BTreeSet<PeerIndex> = self
            .connections
            .values()
            .map(|connection| connection.peer)
            .collect();
        for (index, peer) in &mut self.peers {
            let linked = linked.contains(index);
            let idle = matches!(peer.dial, Dial::Idle);
            let suspended = peer.suspended_until.is_some();
            if linked
                || suspended
                || !idle
                || peer.node.addresses.is_empty()
                || !peer.schedule.is_due(now)
            {
                continue;
            }
            // Attempts take the transports in turn, the preferred one first.
            let attempt = peer.schedule.begin();
            let chosen = attempt.checked_rem(self.transports.len()).unwrap_or(0);
            let Some(transport) = self.transports.get(chosen).copied() else {
                continue;
            };
            peer.dial = Dial::Resolving;
            let addresses = peer.node.addresses.clone();
            let (resolved, peer) = (self.resolved.clone(), *index);
            self.tasks.spawn(async move {
                let mut found = Vec::new();
                for address in addresses.iter().filter(|address| address.allows(transport)) {
                    let answer = timeout(limits::RESOLVE_TIMEOUT, address.resolve()).await;
                    let answer = answer.ok().and_then(Result::ok).unwrap_or_default();
                    found.extend(
                        answer
                            .into_iter()
                            .map(|address| multiaddr(address, transport)),
                    );
                }
                let _ = resolved
                    .send(Resolved {
                        peer,
                        addresses: found,
                    })
                    .await;
            });
        }
    }

    fn dial(&mut self, resolved: Resolved) {
        let Some(peer) = self.peers.get_mut(&resolved.peer) else {
            return;
        };
        peer.dial = Dial::Idle;
        let failure = if resolved.addresses.is_empty() {
            "none of its addresses could be resolved for this transport".to_owned()
        } else {
            // The own books decide whether to dial: libp2p still counts connections that are
            // being closed. A fresh port avoids clashes with connections that just ended.
            let options = DialOpts::peer_id(peer.node.peer_id)
                .addresses(resolved.addresses)
                .condition(PeerCondition::Always)
                .allocate_new_port()
                .build();
            let connection = options.connection_id();
            match self.swarm.dial(options) {
                Ok(()) => {
                    peer.dial = Dial::Dialing(connection);
                    return;
                }
                Err(error) => dial_failure(&error),
            }
        };
        peer.schedule.failed(Instant::now());
        self.note_problem(resolved.peer, failure);
    }

    fn on_dial_failed(&mut self, connection: ConnectionId, error: &DialError) {
        let dialing = |peer: &PeerState| matches!(peer.dial, Dial::Dialing(id) if id == connection);
        let Some((index, peer)) = self.peers.iter_mut().find(|(_, peer)| dialing(peer)) else {
            return;
        };
        let index = *index;
        peer.dial = Dial::Idle;
        peer.schedule.failed(Instant::now());
        let expected = peer.node.peer_id.to_string();
        count(&self.shared.counters.dials_failed, 1);
        let (found, address) = match error {
            DialError::WrongPeerId { obtained, address } => (Some(*obtained), address),
            DialError::LocalPeerId { address } => (Some(*self.swarm.local_peer_id()), address),
            _ => return self.note_problem(index, dial_failure(error)),
        };
        let refusal = Refusal {
            peer: Some(index),
            peer_id: found.map(|id| id.to_string()),
            address: readable(address),
            reason: RefusalReason::WrongIdentity { expected },
        };
        self.refuse(refusal);
    }

    fn note_problem(&self, peer: PeerIndex, problem: String) {
        tracing::debug!(%peer, problem, "dial failed");
        if let Some(peer) = self.shared.peer(peer) {
            peer.link().problem = Some(problem);
        }
    }

    /// Counts a refusal, and tells and logs it unless it repeats.
    fn refuse(&mut self, refusal: Refusal) {
        count_refusal(&self.shared.counters, &refusal.reason);
        if let Some(peer) = refusal.peer.and_then(|index| self.shared.peer(index)) {
            peer.link().problem = Some(refusal.reason.to_string());
        }
        if self.refusals.is_news(&refusal, Instant::now()) {
            tracing::warn!(code = refusal.reason.code(), "refused {refusal}");
            if self.inbox.refused(refusal) {
                return;
            }
        }
        count(&self.shared.counters.refusals_untold, 1);
    }

    fn on_swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(event) => self.on_behaviour_event(event),
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                ..
            } => {
                self.on_established(peer_id, connection_id, endpoint.get_remote_address());
            }
            SwarmEvent::ConnectionClosed { connection_id, .. } => self.on_closed(connection_id),
            SwarmEvent::IncomingConnectionError {
                peer_id,
                send_back_addr,
                error,
                ..
            } => {
                self.on_inbound_failed(peer_id, &send_back_addr, &error);
            }
            SwarmEvent::OutgoingConnectionError {
                connection_id,
                error,
                ..
            } => {
                self.on_dial_failed(connection_id, &error);
            }
            SwarmEvent::NewListenAddr {
                listener_id,
                address,
            } => {
                self.on_listening(listener_id, &address);
            }
            SwarmEvent::ListenerClosed { reason, .. } => {
                tracing::error!(
                    ?reason,
                    "a listener closed; peers can only be dialled from here"
                );
            }
            SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "listener error"),
            // The enum is libp2p's and open; the rest is progress that needs no answer.
            _ => {}
        }
    }
}

impl Driver {
    /// A wildcard listener reports every interface; the first report tells the port.
    fn on_listening(&mut self, listener: ListenerId, address: &Multiaddr) {
        let Some((address, transport)) = socket_address(address) else {
            return;
        };
        tracing::info!(%address, transport = transport.name(), "listening");
        self.inbox.listening(address);
        let mut pending = self.listeners_pending.iter();
        if let Some(found) = pending.position(|(pending, _)| *pending == listener) {
            let (_, configured) = self.listeners_pending.swap_remove(found);
            self.listening
                .push(SocketAddr::new(configured, address.port()));
        }
    }
}

/// Says in one line why a dial failed, from the innermost cause.
fn dial_failure(error: &DialError) -> String {
    match error {
        DialError::Transport(attempts) => match attempts.first() {
            Some((address, error)) => format!("{}: {}", readable(address), innermost(error)),
            None => "no address".to_owned(),
        },
        DialError::Denied { .. } => "too many connections".to_owned(),
        other => innermost(other),
    }
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    // Bounded: nobody nests causes this deep on purpose.
    for _ in 0..16 {
        match inner.source() {
            Some(source) => inner = source,
            None => break,
        }
    }
    inner.to_string()
}

/// Shows an address the way operators write it.
fn readable(address: &Multiaddr) -> String {
    match socket_address(address) {
        Some((address, transport)) => format!("{address} ({})", transport.name()),
        None => address
            .to_string()
            .chars()
            .take(limits::PEER_TEXT_CHARS_MAX)
            .collect(),
    }
}
