//! What arrived and waits for the node: urgent classes first, peers in turn, bounded per peer.
//!
//! ```text
//!  reader (peer 3, Batches) --reserve bytes--> [semaphore 3/Batches] --> queue 3 --+
//!  reader (peer 5, Batches) --reserve bytes--> [semaphore 5/Batches] --> queue 5 --+-- turns --> recv()
//! ```
//!
//! A reader reserves the bytes of a frame before it reads the frame, so memory is bounded and a
//! slow consumer slows exactly the streams it does not read. Invariant: a peer stands in `turns` of
//! a class exactly when it has a frame waiting there.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::class::{Class, PerClass};
use crate::config::PeerIndex;
use crate::event::{NetworkEvent, Refusal};
use crate::limits::{FRAME_OVERHEAD_BYTES, NOTICES_MAX, PASSED_OVER_MAX};

/// Receiving end of the transport; there is exactly one.
pub struct NetworkEvents {
    inbox: Arc<Inbox>,
}

impl NetworkEvents {
    pub(crate) fn new(inbox: Arc<Inbox>) -> NetworkEvents {
        NetworkEvents { inbox }
    }

    /// Waits for the next event, the most urgent first; `None` once the transport has stopped.
    ///
    /// Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Option<NetworkEvent> {
        loop {
            let (event, closed) = self.inbox.pop();
            if event.is_some() || closed {
                return event;
            }
            self.inbox.filled.notified().await;
        }
    }

    /// Returns the next event if one waits.
    pub fn try_recv(&mut self) -> Option<NetworkEvent> {
        self.inbox.pop().0
    }
}

impl Drop for NetworkEvents {
    fn drop(&mut self) {
        // Nobody will read again: free the memory and let the readers run into closed semaphores.
        self.inbox.close();
        self.inbox.lock().discard();
    }
}

/// Shared between the reader tasks, the driver and [`NetworkEvents`].
pub(crate) struct Inbox {
    state: Mutex<State>,
    filled: Notify,
    budgets: Vec<PerClass<Arc<Semaphore>>>,
}

struct Waiting {
    bytes: Vec<u8>,
    // Gives the bytes back to the peer's budget when the frame leaves.
    _permit: OwnedSemaphorePermit,
}

struct State {
    closed: bool,
    notices: VecDeque<NetworkEvent>,
    links: Vec<Link>,
    links_changed: VecDeque<PeerIndex>,
    classes: PerClass<ClassQueue>,
}

/// Whether a peer is connected, and what the consumer was told last. Changes coalesce, so that a
/// flapping peer cannot fill memory.
#[derive(Clone, Copy, Default)]
struct Link {
    connected: bool,
    announced: bool,
    broken_since: bool,
    queued: bool,
}

#[derive(Default)]
struct ClassQueue {
    turns: VecDeque<PeerIndex>,
    peers: Vec<VecDeque<Waiting>>,
    passed_over: u32,
}

impl Inbox {
    pub(crate) fn new(nodes: usize) -> Inbox {
        let budgets = (0..nodes)
            .map(|_| PerClass::new(|class| Arc::new(Semaphore::new(class.inbound_bytes_max()))))
            .collect();
        let classes = PerClass::new(|_| ClassQueue {
            peers: (0..nodes).map(|_| VecDeque::new()).collect(),
            ..ClassQueue::default()
        });
        Inbox {
            state: Mutex::new(State {
                closed: false,
                notices: VecDeque::new(),
                links: vec![Link::default(); nodes],
                links_changed: VecDeque::new(),
                classes,
            }),
            filled: Notify::new(),
            budgets,
        }
    }

    /// Waits until a frame of this length may be read; `None` once the inbox is closed.
    pub(crate) async fn reserve(
        &self,
        from: PeerIndex,
        class: Class,
        length: usize,
    ) -> Option<OwnedSemaphorePermit> {
        let budget = Arc::clone(self.budgets.get(from.position())?.get(class));
        let cost = u32::try_from(length.saturating_add(FRAME_OVERHEAD_BYTES)).ok()?;
        budget.acquire_many_owned(cost).await.ok()
    }

    /// Hands over a frame for which bytes were reserved.
    pub(crate) fn push(
        &self,
        from: PeerIndex,
        class: Class,
        bytes: Vec<u8>,
        permit: OwnedSemaphorePermit,
    ) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        let queue = state.classes.get_mut(class);
        let Some(waiting) = queue.peers.get_mut(from.position()) else {
            return;
        };
        if waiting.is_empty() {
            queue.turns.push_back(from);
        }
        waiting.push_back(Waiting {
            bytes,
            _permit: permit,
        });
        drop(state);
        self.filled.notify_one();
    }

    /// Drops the frames of a peer that wait.
    pub(crate) fn discard_from(&self, peer: PeerIndex) {
        let mut state = self.lock();
        for class in Class::ALL {
            let queue = state.classes.get_mut(class);
            queue.turns.retain(|waiting| *waiting != peer);
            if let Some(waiting) = queue.peers.get_mut(peer.position()) {
                waiting.clear();
            }
        }
    }

    /// Records that a peer is now reachable, or no longer.
    pub(crate) fn set_connected(&self, peer: PeerIndex, connected: bool) {
        let mut state = self.lock();
        let Some(link) = state.links.get_mut(peer.position()) else {
            return;
        };
        link.broken_since |= !connected;
        link.connected = connected;
        if !std::mem::replace(&mut link.queued, true) {
            state.links_changed.push_back(peer);
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Queues a refusal; false when too many wait already.
    pub(crate) fn refused(&self, refusal: Refusal) -> bool {
        self.notice(NetworkEvent::Refused(refusal))
    }

    /// Queues a new listen address; false when too many events wait already.
    pub(crate) fn listening(&self, address: SocketAddr) -> bool {
        self.notice(NetworkEvent::Listening(address))
    }

    fn notice(&self, event: NetworkEvent) -> bool {
        let mut state = self.lock();
        if state.closed || state.notices.len() >= NOTICES_MAX {
            return false;
        }
        state.notices.push_back(event);
        drop(state);
        self.filled.notify_one();
        true
    }

    /// Lets the consumer read what waits and then end; readers get no more room.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        for budget in &self.budgets {
            for class in Class::ALL {
                budget.get(class).close();
            }
        }
        self.filled.notify_one();
    }

    fn pop(&self) -> (Option<NetworkEvent>, bool) {
        let mut state = self.lock();
        let event = state.pop_link().or_else(|| state.notices.pop_front());
        let event = event.or_else(|| state.pop_frame());
        (event, state.closed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl State {
    fn pop_link(&mut self) -> Option<NetworkEvent> {
        loop {
            let peer = *self.links_changed.front()?;
            let Some(link) = self.links.get_mut(peer.position()) else {
                self.links_changed.pop_front();
                continue;
            };
            if link.announced && link.broken_since {
                link.announced = false;
                link.broken_since = false;
                return Some(NetworkEvent::Disconnected(peer));
            }
            link.queued = false;
            link.broken_since = false;
            let announce = link.connected && !link.announced;
            link.announced |= announce;
            self.links_changed.pop_front();
            if announce {
                return Some(NetworkEvent::Connected(peer));
            }
        }
    }

    fn pop_frame(&mut self) -> Option<NetworkEvent> {
        let class = self.next_class()?;
        let queue = self.classes.get_mut(class);
        let from = queue.turns.pop_front()?;
        let waiting = queue.peers.get_mut(from.position())?;
        let frame = waiting.pop_front()?;
        if waiting.is_empty() {
            // A long-idle peer should not keep the largest queue it ever had.
            waiting.shrink_to(16);
        } else {
            queue.turns.push_back(from);
        }
        Some(NetworkEvent::Frame {
            from,
            class,
            bytes: frame.bytes,
        })
    }

    /// Picks the most urgent class that waits, unless a lesser one was passed over too often.
    fn next_class(&mut self) -> Option<Class> {
        let mut urgent = None;
        let mut starved = None;
        for class in Class::ALL {
            let queue = self.classes.get(class);
            if queue.turns.is_empty() {
                continue;
            }
            urgent = urgent.or(Some(class));
            if queue.passed_over >= PASSED_OVER_MAX {
                starved = starved.or(Some(class));
            }
        }
        let chosen = starved.or(urgent)?;
        for class in Class::ALL {
            let queue = self.classes.get_mut(class);
            queue.passed_over = if class == chosen || queue.turns.is_empty() {
                0
            } else {
                queue.passed_over.saturating_add(1)
            };
        }
        Some(chosen)
    }

    fn discard(&mut self) {
        self.notices.clear();
        for class in Class::ALL {
            let queue = self.classes.get_mut(class);
            queue.turns.clear();
            for waiting in &mut queue.peers {
                waiting.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests;
