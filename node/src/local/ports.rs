//! Which ports the nodes of a local network listen on.
//!
//! ```text
//!   node i: base + 10 * i   +0 peers   +1 gRPC   +2 HTTP (reserved)   +3 operations
//! ```
//! Base 0 looks for free ones. Spec: interfaces B3.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

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
    /// Every group of ports that could be given is taken.
    #[error("no free port for a node was found: {0}")]
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

/// Ports that nobody listens on now, each given once by this process.
///
/// They lie below the range from which the operating system takes the near ends of outgoing connections: a port of
/// that range may be taken between the choice here and the start of the node that shall listen on it.
fn free_ports(nodes: usize) -> Result<Vec<NodePorts>, PortError> {
    (0..nodes).map(|_| free_group()).collect()
}

/// The lowest port that is given as a free one; below lie the well-known services and [`PORT_BASE_DEFAULT`].
const FREE_LOWEST: u16 = 12_000;

/// First port of the range for outgoing connections where the system does not say (Linux's own default).
const OUTGOING_LOWEST_DEFAULT: u16 = 32_768;

/// Groups of [`PORTS_PER_NODE`] ports that this process has tried.
static GROUPS_TRIED: AtomicU16 = AtomicU16::new(0);

/// One node's ports: the next group, from a start of this process's own, in which all of them can be bound.
fn free_group() -> Result<NodePorts, PortError> {
    let groups = (outgoing_lowest().saturating_sub(FREE_LOWEST) / PORTS_PER_NODE).max(1);
    // Processes that start together have neighbouring numbers: a large odd step keeps them apart.
    let start = std::process::id().wrapping_mul(2_654_435_761) >> 16;
    let mut reason = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..groups {
        let tried = GROUPS_TRIED.fetch_add(1, Ordering::Relaxed);
        let group = (start.wrapping_add(u32::from(tried))) % u32::from(groups);
        let group = u16::try_from(group).unwrap_or_default();
        let base = FREE_LOWEST + group * PORTS_PER_NODE;
        let ports = fixed_ports(base, 1)?.remove(0);
        let bound = ports
            .all()
            .map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
        match bound.into_iter().find_map(Result::err) {
            None => return Ok(ports),
            Some(error) => reason = error,
        }
    }
    Err(PortError::NoneFree(reason))
}

/// First port of the range from which outgoing connections get theirs.
fn outgoing_lowest() -> u16 {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range");
    let lowest = range.ok().and_then(|text| {
        let first = text.split_whitespace().next()?;
        first.parse::<u16>().ok()
    });
    let lowest = lowest.filter(|lowest| *lowest > FREE_LOWEST + PORTS_PER_NODE);
    lowest.unwrap_or(OUTGOING_LOWEST_DEFAULT)
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
    fn free_ports_never_come_twice_and_no_outgoing_connection_takes_them() {
        let ports = [choose(0, 5).unwrap(), choose(0, 5).unwrap()].concat();
        let different: BTreeSet<u16> = ports.iter().flat_map(NodePorts::all).collect();
        assert_eq!(different.len(), 10 * PORTS_USED);
        assert!(different.iter().all(|port| *port < outgoing_lowest()));
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
