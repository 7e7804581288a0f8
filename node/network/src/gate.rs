//! Limits handshakes in progress per network address, before any identity is known.
//!
//! Without it one host could keep all handshake slots busy and delay honest peers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};

use crate::address::socket_address;
use crate::limits::PENDING_INBOUND_PER_HOST_MAX;

/// The host already has as many handshakes in progress as it may.
#[derive(Debug, thiserror::Error)]
#[error("too many handshakes in progress from this address")]
pub(crate) struct HostBusy;

/// Counts handshakes per host.
#[derive(Default)]
pub(crate) struct Behaviour {
    hosts: BTreeMap<IpAddr, u32>,
    pending: BTreeMap<ConnectionId, IpAddr>,
}

impl Behaviour {
    fn enter(&mut self, connection: ConnectionId, host: IpAddr) -> Result<(), HostBusy> {
        let count = self.hosts.entry(host).or_default();
        if *count >= PENDING_INBOUND_PER_HOST_MAX {
            return Err(HostBusy);
        }
        *count = count.saturating_add(1);
        self.pending.insert(connection, host);
        Ok(())
    }

    fn leave(&mut self, connection: ConnectionId) {
        let Some(host) = self.pending.remove(&connection) else {
            return;
        };
        if let Some(count) = self.hosts.get_mut(&host) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.hosts.remove(&host);
            }
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        match socket_address(remote) {
            Some((address, _)) => self
                .enter(connection, address.ip())
                .map_err(ConnectionDenied::new),
            None => Ok(()),
        }
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.leave(connection);
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ListenFailure(failure) = event {
            self.leave(failure.connection_id);
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_cannot_take_the_slots_of_another() {
        let mut gate = Behaviour::default();
        let first: IpAddr = "10.0.0.1".parse().unwrap();
        let second: IpAddr = "10.0.0.2".parse().unwrap();
        for id in 0..PENDING_INBOUND_PER_HOST_MAX as usize {
            assert!(gate.enter(ConnectionId::new_unchecked(id), first).is_ok());
        }
        assert!(gate.enter(ConnectionId::new_unchecked(900), first).is_err());
        assert!(gate.enter(ConnectionId::new_unchecked(901), second).is_ok());
        gate.leave(ConnectionId::new_unchecked(900));
        assert!(gate.enter(ConnectionId::new_unchecked(902), first).is_err());
        gate.leave(ConnectionId::new_unchecked(0));
        gate.leave(ConnectionId::new_unchecked(0));
        assert!(gate.enter(ConnectionId::new_unchecked(903), first).is_ok());
        assert!(gate.enter(ConnectionId::new_unchecked(904), first).is_err());
    }
}
