//! State that handles, tasks and driver share: queues, counters, link facts. No libp2p type in it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crate::class::{Class, PerClass};
use crate::config::{PeerIndex, Transport};
use crate::outbox::Outbox;
use crate::status::{
    BroadcastOutcome, ClassTraffic, Counters, DropReason, PeerStatus, SendOutcome, count,
};

/// One per transport.
pub(crate) struct Shared {
    own: PeerIndex,
    peers: Vec<Peer>,
    pub(crate) counters: Counters,
}

/// One per node of the genesis.
pub(crate) struct Peer {
    peer_id: String,
    connected: AtomicBool,
    connections: AtomicU64,
    lanes: PerClass<Lane>,
    link: Mutex<LinkFacts>,
}

/// Queue and traffic of one class.
pub(crate) struct Lane {
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) frames_in: AtomicU64,
    pub(crate) bytes_in: AtomicU64,
    pub(crate) frames_out: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
    pub(crate) dropped: AtomicU64,
}

/// What operators see of a link.
#[derive(Clone, Default)]
pub(crate) struct LinkFacts {
    pub(crate) transport: Option<Transport>,
    pub(crate) address: Option<String>,
    pub(crate) rtt: Option<Duration>,
    pub(crate) problem: Option<String>,
}

impl Shared {
    pub(crate) fn new(own: PeerIndex, peer_ids: Vec<String>) -> Shared {
        let peers = peer_ids.into_iter().map(Peer::new).collect();
        Shared {
            own,
            peers,
            counters: Counters::default(),
        }
    }

    pub(crate) fn peer(&self, index: PeerIndex) -> Option<&Peer> {
        self.peers.get(index.position())
    }

    pub(crate) fn send(&self, to: PeerIndex, class: Class, frame: Arc<[u8]>) -> SendOutcome {
        match self.peer(to) {
            Some(peer) if to != self.own => peer.send(class, frame),
            _ => SendOutcome::Dropped(DropReason::UnknownPeer),
        }
    }

    pub(crate) fn broadcast(&self, class: Class, frame: &Arc<[u8]>) -> BroadcastOutcome {
        let mut outcome = BroadcastOutcome::default();
        for (_, peer) in self.others() {
            match peer.send(class, Arc::clone(frame)) {
                SendOutcome::Queued => outcome.queued = outcome.queued.saturating_add(1),
                SendOutcome::Dropped(_) => outcome.dropped = outcome.dropped.saturating_add(1),
            }
        }
        outcome
    }

    pub(crate) fn peer_statuses(&self) -> Vec<PeerStatus> {
        self.others()
            .map(|(index, peer)| peer.status(index))
            .collect()
    }

    pub(crate) fn others(&self) -> impl Iterator<Item = (PeerIndex, &Peer)> {
        let indexed = (0_u16..).map(PeerIndex).zip(&self.peers);
        indexed.filter(|(index, _)| *index != self.own)
    }
}

impl Peer {
    fn new(peer_id: String) -> Peer {
        Peer {
            peer_id,
            connected: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            lanes: PerClass::new(|class| Lane {
                outbox: Arc::new(Outbox::new(class.outbound_bytes_max())),
                frames_in: AtomicU64::new(0),
                bytes_in: AtomicU64::new(0),
                frames_out: AtomicU64::new(0),
                bytes_out: AtomicU64::new(0),
                dropped: AtomicU64::new(0),
            }),
            link: Mutex::default(),
        }
    }

    fn send(&self, class: Class, frame: Arc<[u8]>) -> SendOutcome {
        let lane = self.lanes.get(class);
        let refused = if frame.len() > class.frame_bytes_max() {
            DropReason::TooLarge
        } else if !self.connected.load(Ordering::Acquire) {
            DropReason::NotConnected
        } else if lane.outbox.push(frame) {
            return SendOutcome::Queued;
        } else {
            DropReason::QueueFull
        };
        count(&lane.dropped, 1);
        SendOutcome::Dropped(refused)
    }

    pub(crate) fn lane(&self, class: Class) -> &Lane {
        self.lanes.get(class)
    }

    /// Opens the queues.
    pub(crate) fn set_connected(&self) {
        count(&self.connections, 1);
        self.link().problem = None;
        self.connected.store(true, Ordering::Release);
    }

    /// Closes the queues and drops what waits in them; it would be stale after a long absence.
    pub(crate) fn set_disconnected(&self) {
        self.connected.store(false, Ordering::Release);
        for class in Class::ALL {
            let lane = self.lanes.get(class);
            count(&lane.dropped, lane.outbox.clear());
        }
        let mut link = self.link();
        link.transport = None;
        link.address = None;
        link.rtt = None;
    }

    pub(crate) fn link(&self) -> MutexGuard<'_, LinkFacts> {
        self.link
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn status(&self, index: PeerIndex) -> PeerStatus {
        let link = self.link().clone();
        PeerStatus {
            index,
            peer_id: self.peer_id.clone(),
            connected: self.connected.load(Ordering::Acquire),
            transport: link.transport,
            address: link.address,
            rtt: link.rtt,
            connections: self.connections.load(Ordering::Relaxed),
            problem: link.problem,
            traffic: Class::ALL.map(|class| self.lanes.get(class).traffic(class)),
        }
    }
}

impl Lane {
    fn traffic(&self, class: Class) -> ClassTraffic {
        ClassTraffic {
            class,
            frames_in: self.frames_in.load(Ordering::Relaxed),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            frames_out: self.frames_out.load(Ordering::Relaxed),
            bytes_out: self.bytes_out.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            queued_bytes: self.outbox.queued_bytes(),
        }
    }
}
