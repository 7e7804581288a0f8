//! Which ports the nodes of a local network listen on.
//!
//! ```text
//!   node i: base + 10 * i   +0 peers   +1 gRPC   +2 HTTP (reserved)   +3 operations
//! ```
//! Base 0 asks the operating system for free ones. Spec: interfaces B3.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use thiserror::Error;

/// Base when nothing else is asked for.
pub const PORT_BASE_DEFAULT: u16 = 7_400;

/// Distance from one node's ports to the next node's.
const PORTS_PER_NODE: u16 = 10;

/// Ports that each node has: peers, gRPC, HTTP, operations.
const PORTS_USED: usize = 4;

/// Ports of one node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodePorts {
    /// Other nodes.
    pub peers: u16,
    /// gRPC for clients.
    pub grpc: u16,
    /// REST and console; reserved.
    pub http: u16,
    /// Metrics and health.
    pub operations: u16,
}

/// Why no ports could be chosen.
#[derive(Debug, Error)]
pub enum PortError {
    /// The last node's ports would lie above the highest port.
    #[error(
        "the port base {base} leaves no room for {nodes} nodes of {PORTS_PER_NODE} ports each; choose a lower one, or 0 for free ports"
    )]
    BaseTooHigh {
        /// The base.
        base: u16,
        /// Nodes of the network.
        nodes: usize,
    },
    /// Somebody else listens there.
    #[error("port {port} is taken ({reason}); choose another --port-base, or 0 for free ports")]
    Taken {
        /// The port.
        port: u16,
        /// What the operating system says.
        reason: io::Error,
    },
    /// The operating system has no free port.
    #[error("the operating system gives no free port: {0}")]
    NoneFree(#[source] io::Error),
}

/// Chooses ports for `nodes` nodes, and finds each of them free.
///
/// # Errors
/// [`PortError`] when the base is too high or a port is taken.
pub fn choose(base: u16, nodes: usize) -> Result<Vec<NodePorts>, PortError> {
    if base == 0 {
        return free_ports(nodes);
    }
    let chosen = fixed_ports(base, nodes)?;
    for port in chosen.iter().flat_map(NodePorts::all) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        listener.map_err(|reason| PortError::Taken { port, reason })?;
    }
    Ok(chosen)
}

impl NodePorts {
    fn all(&self) -> [u16; PORTS_USED] {
        [self.peers, self.grpc, self.http, self.operations]
    }
}

/// The ports at fixed distances from `base`, whoever uses them.
fn fixed_ports(base: u16, nodes: usize) -> Result<Vec<NodePorts>, PortError> {
    let too_high = || PortError::BaseTooHigh { base, nodes };
    (0..nodes)
        .map(|node| {
            let offset = u16::try_from(node).ok()?.checked_mul(PORTS_PER_NODE)?;
            let first = base.checked_add(offset)?;
            Some(NodePorts {
                peers: first,
                grpc: first.checked_add(1)?,
                http: first.checked_add(2)?,
                operations: first.checked_add(3)?,
            })
        })
        .collect::<Option<_>>()
        .ok_or_else(too_high)
}

/// Ports that nobody listens on now. All are held together while they are chosen, so that none comes twice.
fn free_ports(nodes: usize) -> Result<Vec<NodePorts>, PortError> {
    let mut held = Vec::with_capacity(nodes * PORTS_USED);
    for _ in 0..nodes * PORTS_USED {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(PortError::NoneFree)?;
        let port = listener.local_addr().map_err(PortError::NoneFree)?.port();
        held.push((listener, port));
    }
    let ports: Vec<u16> = held.iter().map(|(_, port)| *port).collect();
    let (groups, _) = ports.as_chunks::<PORTS_USED>();
    let group = |&[peers, grpc, http, operations]: &[u16; PORTS_USED]| NodePorts {
        peers,
        grpc,
        http,
        operations,
    };
    Ok(groups.iter().map(group).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn fixed_ports_lie_ten_apart() {
        let ports = fixed_ports(PORT_BASE_DEFAULT, 5).unwrap();
        assert_eq!(ports.len(), 5);
        assert_eq!((ports[0].peers, ports[0].operations), (7_400, 7_403));
        assert_eq!((ports[4].grpc, ports[4].http), (7_441, 7_442));
    }

    #[test]
    fn a_base_without_room_is_refused() {
        for base in [u16::MAX, u16::MAX - 42, u16::MAX - 2] {
            assert!(
                matches!(fixed_ports(base, 5), Err(PortError::BaseTooHigh { .. })),
                "{base}"
            );
        }
        assert!(fixed_ports(u16::MAX - 43, 5).is_ok());
    }

    #[test]
    fn free_ports_are_all_different_and_can_be_bound() {
        let ports = choose(0, 5).unwrap();
        let different: BTreeSet<u16> = ports.iter().flat_map(NodePorts::all).collect();
        assert_eq!(different.len(), 5 * PORTS_USED);
    }

    #[test]
    fn a_taken_port_is_named() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = held.local_addr().unwrap().port();
        // Near the end of the range there is no room behind the port, which is refused first.
        if port < u16::MAX - 3 {
            assert!(
                matches!(choose(port, 1), Err(PortError::Taken { port: named, .. }) if named == port)
            );
        }
    }
}
