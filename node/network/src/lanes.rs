//! Opens and accepts the four one-way streams of a connection. It must never read or write them.
//!
//! ```text
//!  connection up -> handler asks for 4 outbound streams -> Opened(class, stream)  x4
//!                -> handler accepts 1 inbound stream per class -> Accepted(class, stream)
//! ```
//!
//! The crate `libp2p-stream` does nearly this, but it drops inbound streams while its one slot is
//! taken, keeps an entry for every connection ever made, picks a connection at random, and does not
//! tell on which connection a stream arrived, so that an offender could not be closed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll, Waker};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::{InboundUpgrade, OutboundUpgrade, UpgradeInfo};
use libp2p::swarm::handler::{
    ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm,
    NetworkBehaviour, Stream, StreamProtocol, StreamUpgradeError, SubstreamProtocol, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use crate::class::{Class, PerClass};

/// Negotiated name of one lane, for example `/sycee/1/<chain>/votes`.
#[derive(Clone, Debug)]
pub(crate) struct LaneName {
    name: StreamProtocol,
    class: Class,
}

impl AsRef<str> for LaneName {
    fn as_ref(&self) -> &str {
        self.name.as_ref()
    }
}

/// Builds the four names; `None` when the protocol id cannot be part of a name.
pub(crate) fn lane_names(protocol_id: &str) -> Option<[LaneName; 4]> {
    let name = |class: Class| {
        let text = format!("/{protocol_id}/{}", class.name());
        let name = StreamProtocol::try_from_owned(text).ok()?;
        Some(LaneName { name, class })
    };
    let [votes, blocks, sync, batches] = Class::ALL.map(name);
    Some([votes?, blocks?, sync?, batches?])
}

/// What happened to a lane of a connection.
#[derive(Debug)]
pub(crate) enum LaneEvent {
    /// Our outbound stream is open.
    Opened(Class, Stream),
    /// The peer opened its stream.
    Accepted(Class, Stream),
    /// The peer does not know the name: another chain or version.
    Unsupported,
    /// The stream could not be opened, or the peer broke the rule of one stream per class.
    Failed,
}

/// A lane event with its connection.
#[derive(Debug)]
pub(crate) struct ConnectionLaneEvent {
    pub(crate) connection: ConnectionId,
    pub(crate) event: LaneEvent,
}

/// The libp2p side of the lanes.
pub(crate) struct Behaviour {
    names: [LaneName; 4],
    events: VecDeque<ConnectionLaneEvent>,
    waker: Option<Waker>,
}

impl Behaviour {
    pub(crate) fn new(names: [LaneName; 4]) -> Behaviour {
        Behaviour {
            names,
            events: VecDeque::new(),
            waker: None,
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = ConnectionLaneEvent;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.names.clone()))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.names.clone()))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        self.events
            .push_back(ConnectionLaneEvent { connection, event });
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(ToSwarm::GenerateEvent(event));
        }
        self.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// The lanes of one connection.
pub(crate) struct Handler {
    names: [LaneName; 4],
    to_open: VecDeque<LaneName>,
    accepted: PerClass<bool>,
    events: VecDeque<LaneEvent>,
    failed: bool,
}

impl Handler {
    fn new(names: [LaneName; 4]) -> Handler {
        Handler {
            to_open: names.iter().cloned().collect(),
            names,
            accepted: PerClass::default(),
            events: VecDeque::new(),
            failed: false,
        }
    }

    fn accept(&mut self, stream: Stream, class: Class) {
        if std::mem::replace(self.accepted.get_mut(class), true) {
            self.fail(LaneEvent::Failed);
        } else {
            self.events.push_back(LaneEvent::Accepted(class, stream));
        }
    }

    /// Reports the first failure only: one is enough to close the connection.
    fn fail(&mut self, event: LaneEvent) {
        if !std::mem::replace(&mut self.failed, true) {
            self.events.push_back(event);
        }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = LaneEvent;
    type InboundProtocol = Lanes;
    type OutboundProtocol = Lanes;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Lanes> {
        SubstreamProtocol::new(Lanes(self.names.to_vec()), ())
    }

    // The mesh is permanent: an idle connection stays, and ping watches it.
    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<Lanes, (), LaneEvent>> {
        // No waker is kept: both queues are filled before the first poll or by calls that libp2p
        // follows with a poll.
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(event));
        }
        if let Some(name) = self.to_open.pop_front() {
            let protocol = SubstreamProtocol::new(Lanes(vec![name]), ());
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
        }
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, event: Infallible) {
        match event {}
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Lanes, Lanes>) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol: (stream, class),
                ..
            }) => self.accept(stream, class),
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol: (stream, class),
                ..
            }) => self.events.push_back(LaneEvent::Opened(class, stream)),
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, .. }) => {
                self.fail(match error {
                    StreamUpgradeError::NegotiationFailed => LaneEvent::Unsupported,
                    StreamUpgradeError::Timeout | StreamUpgradeError::Io(_) => LaneEvent::Failed,
                    StreamUpgradeError::Apply(never) => match never {},
                });
            }
            // The enum is libp2p's and open; nothing else concerns lanes.
            _ => {}
        }
    }
}

/// Negotiation of one or several lane names; whichever is agreed decides the class.
pub(crate) struct Lanes(Vec<LaneName>);

impl UpgradeInfo for Lanes {
    type Info = LaneName;
    type InfoIter = std::vec::IntoIter<LaneName>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.clone().into_iter()
    }
}

impl InboundUpgrade<Stream> for Lanes {
    type Output = (Stream, Class);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, name: LaneName) -> Self::Future {
        ready(Ok((stream, name.class)))
    }
}

impl OutboundUpgrade<Stream> for Lanes {
    type Output = (Stream, Class);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_outbound(self, stream: Stream, name: LaneName) -> Self::Future {
        ready(Ok((stream, name.class)))
    }
}
