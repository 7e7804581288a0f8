//! Life of established connections: lanes, chain check, silence, replacement, closing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use libp2p::identify;
use libp2p::swarm::{ConnectionId, ListenError, Stream};
use libp2p::{Multiaddr, PeerId, ping};
use libp2p_allow_block_list::NotAllowed;
use tokio::time::Instant;

use super::{Command, Dial, Driver, readable};
use crate::class::Class;
use crate::config::{PeerIndex, Transport};
use crate::event::{Refusal, RefusalReason};
use crate::lanes::LaneEvent;
use crate::limits;
use crate::link::{FaultKind, LaneFault, LaneOffer};
use crate::status::count;
use crate::transport::BehaviourEvent;

/// An established connection to a node of the genesis.
pub(super) struct Connection {
    pub(super) peer: PeerIndex,
    address: String,
    transport: Option<Transport>,
    /// When it came up, or, once it is to be closed, when to close it.
    stage: Stage,
    /// Outbound streams that wait until all four are open.
    opened: Vec<(Class, Stream)>,
    /// Counts pieces read by the readers, so that traffic counts as a sign of life.
    activity: Arc<AtomicU64>,
    activity_seen: u64,
    alive_at: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Lanes are being opened, until then.
    Opening { until: Instant },
    /// Frames flow.
    Ready,
    /// It has been refused and is closed at that time.
    Refused { close_at: Instant },
}

impl Driver {
    pub(super) fn on_established(
        &mut self,
        peer_id: PeerId,
        connection: ConnectionId,
        remote: &Multiaddr,
    ) {
        let Some(index) = self.by_id.get(&peer_id).copied() else {
            // The allow list admits members only, so this does not happen.
            self.swarm.close_connection(connection);
            return;
        };
        let now = Instant::now();
        if let Some(peer) = self.peers.get_mut(&index)
            && matches!(peer.dial, Dial::Dialing(dialed) if dialed == connection)
        {
            peer.dial = Dial::Idle;
        }
        let transport = crate::address::socket_address(remote).map(|(_, transport)| transport);
        let established = Connection {
            peer: index,
            address: readable(remote),
            transport,
            stage: Stage::Opening {
                until: now + limits::LANES_TIMEOUT,
            },
            opened: Vec::with_capacity(Class::ALL.len()),
            activity: Arc::default(),
            activity_seen: 0,
            alive_at: now,
        };
        self.connections.insert(connection, established);
        self.replace_oldest(index);
    }

    /// Keeps the newest connections of a peer: an old one beyond them is most likely dead.
    fn replace_oldest(&mut self, index: PeerIndex) {
        // Ids are handed out in order, so the first is the oldest.
        let of_peer = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.peer == index);
        let ids: Vec<ConnectionId> = of_peer.map(|(id, _)| *id).collect();
        let excess = ids.len().saturating_sub(limits::CONNECTIONS_PER_PEER_KEPT);
        for id in ids.into_iter().take(excess) {
            count(&self.shared.counters.connections_replaced, 1);
            self.close(id);
        }
    }

    pub(super) fn on_inbound_failed(
        &mut self,
        peer_id: Option<PeerId>,
        remote: &Multiaddr,
        error: &ListenError,
    ) {
        let ListenError::Denied { cause } = error else {
            count(&self.shared.counters.handshakes_failed, 1);
            tracing::debug!(address = readable(remote), %error, "inbound handshake failed");
            return;
        };
        let peer = peer_id.and_then(|id| self.by_id.get(&id).copied());
        let reason = if peer.is_some_and(|peer| self.is_suspended(peer)) {
            RefusalReason::Suspended
        } else if cause.downcast_ref::<NotAllowed>().is_some() {
            RefusalReason::UnknownIdentity
        } else {
            RefusalReason::TooManyConnections
        };
        let refusal = Refusal {
            peer,
            peer_id: peer_id.map(|id| id.to_string()),
            address: readable(remote),
            reason,
        };
        self.refuse(refusal);
    }

    pub(super) fn on_behaviour_event(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Lanes(event) => self.on_lane(event.connection, event.event),
            BehaviourEvent::Ping(event) => self.on_ping(&event),
            BehaviourEvent::Identify(identify::Event::Received {
                connection_id,
                info,
                ..
            }) => {
                self.on_identified(connection_id, &info.protocol_version);
            }
            // Whether we were heard does not matter, and whoever does not answer opens no lanes.
            BehaviourEvent::Identify(_) => {}
            BehaviourEvent::Members(never)
            | BehaviourEvent::Limits(never)
            | BehaviourEvent::Gate(never) => match never {},
        }
    }

    fn on_ping(&mut self, event: &ping::Event) {
        let Some(connection) = self.connections.get_mut(&event.connection) else {
            return;
        };
        // Failures need no answer: the silence itself is what counts.
        if let Ok(rtt) = event.result {
            connection.alive_at = Instant::now();
            if let Some(peer) = self.shared.peer(connection.peer) {
                peer.link().rtt = Some(rtt);
            }
        }
    }

    fn on_identified(&mut self, id: ConnectionId, offered: &str) {
        let ready = |connection: &Connection| connection.stage == Stage::Ready;
        // Lane names contain the protocol id, so a ready connection has agreed on it already.
        if offered == self.protocol_id || self.connections.get(&id).is_some_and(ready) {
            return;
        }
        let printable = |c: &char| c.is_ascii_graphic() || *c == ' ';
        let offered = offered
            .chars()
            .take(limits::PEER_TEXT_CHARS_MAX)
            .filter(printable)
            .collect();
        let expected = self.protocol_id.clone();
        self.refuse_connection(id, RefusalReason::WrongProtocol { expected, offered });
    }

    fn on_lane(&mut self, id: ConnectionId, event: LaneEvent) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if matches!(connection.stage, Stage::Refused { .. }) {
            return;
        }
        match event {
            LaneEvent::Opened(class, stream) => {
                connection.opened.push((class, stream));
                if connection.opened.len() == Class::ALL.len() {
                    self.on_ready(id);
                }
            }
            LaneEvent::Accepted(class, stream) => {
                let (peer, activity) = (connection.peer, Arc::clone(&connection.activity));
                let task = self.lane_task(peer, class);
                self.tasks
                    .spawn(task.read(id, stream, Arc::clone(&self.inbox), activity));
            }
            // Another chain: the peer's own words follow at once; closing now would lose them.
            LaneEvent::Unsupported => {
                let until = Instant::now() + limits::REFUSAL_LINGER;
                connection.stage = Stage::Opening { until };
            }
            LaneEvent::Failed => self.close(id),
        }
    }

    fn on_ready(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        connection.stage = Stage::Ready;
        let index = connection.peer;
        let opened = std::mem::take(&mut connection.opened);
        let (address, transport) = (connection.address.clone(), connection.transport);
        let Some(state) = self.peers.get_mut(&index) else {
            return;
        };
        state.schedule.connected();
        for (class, stream) in opened {
            let offer = LaneOffer {
                connection: id,
                stream,
            };
            if state.offers.get(class).try_send(offer).is_err() {
                // The writer has been busy with a stuck connection; the peer will come again.
                self.close(id);
                return;
            }
        }
        let Some(peer) = self.shared.peer(index) else {
            return;
        };
        let first = self.ready_connections(index) == 1;
        {
            let mut link = peer.link();
            link.transport = transport;
            link.address = Some(address.clone());
        }
        if first {
            peer.set_connected();
            self.inbox.set_connected(index, true);
            tracing::info!(peer = %index, address, "connected");
        }
    }

    fn ready_connections(&self, index: PeerIndex) -> usize {
        let of_peer = self
            .connections
            .values()
            .filter(|connection| connection.peer == index);
        of_peer
            .filter(|connection| connection.stage == Stage::Ready)
            .count()
    }

    pub(super) fn on_fault(&mut self, fault: LaneFault) {
        let reason = match fault.kind {
            FaultKind::Ended => None,
            FaultKind::Oversize { class, announced } => {
                let allowed = class.frame_bytes_max();
                Some(RefusalReason::OversizeFrame {
                    class,
                    announced,
                    allowed,
                })
            }
            FaultKind::Stalled { class } => Some(RefusalReason::StalledFrame { class }),
        };
        if let Some(reason) = reason {
            self.refuse_connection(fault.connection, reason);
        }
        self.close(fault.connection);
    }

    /// Reports a refusal of an established connection and has it closed after a short while.
    fn refuse_connection(&mut self, id: ConnectionId, reason: RefusalReason) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if matches!(connection.stage, Stage::Refused { .. }) {
            return;
        }
        if connection.stage != Stage::Ready {
            let close_at = Instant::now() + limits::REFUSAL_LINGER;
            connection.stage = Stage::Refused { close_at };
        }
        let index = connection.peer;
        let refusal = Refusal {
            peer: Some(index),
            peer_id: self
                .peers
                .get(&index)
                .map(|peer| peer.node.peer_id.to_string()),
            address: connection.address.clone(),
            reason,
        };
        self.refuse(refusal);
    }

    pub(super) fn on_closed(&mut self, id: ConnectionId) {
        let opening = |connection: &Connection| matches!(connection.stage, Stage::Opening { .. });
        if self.connections.get(&id).is_some_and(opening) {
            self.refuse_connection(id, RefusalReason::ClosedBeforeReady);
        }
        self.forget(id);
    }

    /// Closes a connection; for us it is gone at once.
    fn close(&mut self, id: ConnectionId) {
        self.swarm.close_connection(id);
        self.forget(id);
    }

    fn forget(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        let index = connection.peer;
        let now = Instant::now();
        let Some(state) = self.peers.get_mut(&index) else {
            return;
        };
        if connection.stage != Stage::Ready {
            state.schedule.failed(now);
            return;
        }
        state.schedule.lost(now);
        if self.ready_connections(index) > 0 {
            return;
        }
        if let Some(peer) = self.shared.peer(index) {
            peer.set_disconnected();
        }
        self.inbox.set_connected(index, false);
        tracing::info!(peer = %index, address = connection.address, "disconnected");
    }

    fn is_suspended(&self, index: PeerIndex) -> bool {
        self.peers
            .get(&index)
            .is_some_and(|peer| peer.suspended_until.is_some())
    }

    pub(super) fn on_command(&mut self, command: &Command) {
        match command {
            Command::Suspend { peer, duration } => self.suspend(*peer, *duration),
        }
    }

    fn suspend(&mut self, index: PeerIndex, duration: Duration) {
        let Some(state) = self.peers.get_mut(&index) else {
            return;
        };
        let until = Instant::now().checked_add(duration.min(limits::SUSPENSION_MAX));
        state.suspended_until = until;
        self.swarm
            .behaviour_mut()
            .members
            .disallow_peer(state.node.peer_id);
        let of_peer = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.peer == index);
        let ids: Vec<ConnectionId> = of_peer.map(|(id, _)| *id).collect();
        for id in ids {
            self.close(id);
        }
        self.inbox.discard_from(index);
        tracing::warn!(peer = %index, ?duration, "suspended");
        if let Some(peer) = self.shared.peer(index) {
            peer.link().problem = Some(RefusalReason::Suspended.to_string());
        }
    }

    pub(super) fn end_suspensions(&mut self, now: Instant) {
        for state in self.peers.values_mut() {
            if state.suspended_until.is_some_and(|until| now >= until) {
                state.suspended_until = None;
                self.swarm
                    .behaviour_mut()
                    .members
                    .allow_peer(state.node.peer_id);
            }
        }
    }

    pub(super) fn check_connections(&mut self, now: Instant, lag: Duration) {
        let mut unopened = Vec::new();
        let mut ended = Vec::new();
        for (id, connection) in &mut self.connections {
            let activity = connection.activity.load(Ordering::Relaxed);
            if activity == connection.activity_seen {
                connection.alive_at += lag;
            } else {
                connection.activity_seen = activity;
                connection.alive_at = now;
            }
            let silence = now.saturating_duration_since(connection.alive_at);
            match connection.stage {
                Stage::Opening { until } if now >= until => unopened.push(*id),
                Stage::Refused { close_at } if now >= close_at => ended.push(*id),
                Stage::Opening { .. } | Stage::Refused { .. } | Stage::Ready => {
                    if silence > limits::SILENCE_MAX {
                        count(&self.shared.counters.silent_peers, 1);
                        tracing::warn!(peer = %connection.peer, "silent, closing its connection");
                        ended.push(*id);
                    }
                }
            }
        }
        for id in unopened {
            self.refuse_connection(id, RefusalReason::LanesNotOpened);
            self.close(id);
        }
        for id in ended {
            self.close(id);
        }
    }
}
