//! Addresses of peers: what an operator writes, and what the transport dials.
//!
//! Names are resolved by the operating system, so a bank's own DNS and hosts file are honoured.

use std::net::{IpAddr, SocketAddr};

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

use crate::config::Transport;
use crate::limits::RESOLVED_ADDRESSES_MAX;

/// Host, port and, where the text fixed it, the transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PeerAddress {
    host: String,
    port: u16,
    transport: Option<Transport>,
}

impl PeerAddress {
    /// Reads `host:port`, `[v6]:port` or a multiaddress of an IP or DNS name with TCP or QUIC.
    pub(crate) fn parse(text: &str) -> Result<PeerAddress, &'static str> {
        if text.starts_with('/') {
            parse_multiaddr(text)
        } else {
            parse_host_port(text)
        }
    }

    pub(crate) fn allows(&self, transport: Transport) -> bool {
        self.transport.is_none_or(|fixed| fixed == transport)
    }

    /// Asks the operating system for the addresses behind the name.
    pub(crate) async fn resolve(&self) -> std::io::Result<Vec<SocketAddr>> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await?;
        Ok(found.take(RESOLVED_ADDRESSES_MAX).collect())
    }
}

fn parse_host_port(text: &str) -> Result<PeerAddress, &'static str> {
    let (host, port) = text.rsplit_once(':').ok_or("no port; write host:port")?;
    let port = parse_port(port)?;
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let host = match bracketed {
        Some(inner) => {
            inner
                .parse::<std::net::Ipv6Addr>()
                .map_err(|_| "no IPv6 address between brackets")?;
            inner
        }
        None => host,
    };
    if bracketed.is_none() && host.contains(':') {
        return Err("an IPv6 address needs brackets; write [address]:port");
    }
    check_host(host)?;
    Ok(PeerAddress {
        host: host.to_owned(),
        port,
        transport: None,
    })
}

fn parse_port(text: &str) -> Result<u16, &'static str> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let port: u16 = text
        .parse()
        .map_err(|_| "the port is not a number from 1 to 65535")?;
    if digits && port > 0 {
        Ok(port)
    } else {
        Err("the port is not a number from 1 to 65535")
    }
}

fn check_host(host: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    if host.is_empty() || host.len() > 253 || !host.bytes().all(plain) {
        return Err("the host is not a name or an IP address");
    }
    Ok(())
}

fn parse_multiaddr(text: &str) -> Result<PeerAddress, &'static str> {
    const FORM: &str = "write /ip4|ip6|dns|dns4|dns6/HOST/tcp/PORT or .../udp/PORT/quic-v1";
    let address: Multiaddr = text.parse().map_err(|_| FORM)?;
    let mut parts = address.iter();
    let host = match parts.next() {
        Some(Protocol::Ip4(ip)) => ip.to_string(),
        Some(Protocol::Ip6(ip)) => ip.to_string(),
        Some(Protocol::Dns(name) | Protocol::Dns4(name) | Protocol::Dns6(name)) => name.to_string(),
        _ => return Err(FORM),
    };
    check_host(&host)?;
    let (port, transport) = match (parts.next(), parts.next(), parts.next()) {
        (Some(Protocol::Tcp(port)), None, None) => (port, Transport::Tcp),
        (Some(Protocol::Udp(port)), Some(Protocol::QuicV1), None) => (port, Transport::Quic),
        _ => return Err(FORM),
    };
    if port == 0 {
        return Err("the port is not a number from 1 to 65535");
    }
    Ok(PeerAddress {
        host,
        port,
        transport: Some(transport),
    })
}

/// Builds the form libp2p listens on and dials.
pub(crate) fn multiaddr(address: SocketAddr, transport: Transport) -> Multiaddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) => Protocol::Ip4(ip),
        IpAddr::V6(ip) => Protocol::Ip6(ip),
    };
    let base = Multiaddr::empty().with(ip);
    match transport {
        Transport::Tcp => base.with(Protocol::Tcp(address.port())),
        Transport::Quic => base
            .with(Protocol::Udp(address.port()))
            .with(Protocol::QuicV1),
    }
}

/// Reads address and transport back out of libp2p's form.
pub(crate) fn socket_address(address: &Multiaddr) -> Option<(SocketAddr, Transport)> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::V4(ip),
        Protocol::Ip6(ip) => IpAddr::V6(ip),
        _ => return None,
    };
    match parts.next()? {
        Protocol::Tcp(port) => Some((SocketAddr::new(ip, port), Transport::Tcp)),
        Protocol::Udp(port) => Some((SocketAddr::new(ip, port), Transport::Quic)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_may_write_an_address_in_any_usual_form() {
        let rows = [
            ("127.0.0.1:7000", "127.0.0.1", 7000, None),
            ("bank-a.example:443", "bank-a.example", 443, None),
            ("[::1]:7000", "::1", 7000, None),
            ("/ip4/10.0.0.1/tcp/1", "10.0.0.1", 1, Some(Transport::Tcp)),
            ("/ip6/::1/udp/9/quic-v1", "::1", 9, Some(Transport::Quic)),
            (
                "/dns4/bank.example/tcp/65535",
                "bank.example",
                65535,
                Some(Transport::Tcp),
            ),
        ];
        for (text, host, port, transport) in rows {
            let expected = PeerAddress {
                host: host.to_owned(),
                port,
                transport,
            };
            assert_eq!(PeerAddress::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let rows = [
            "",
            "host",
            "host:",
            ":7000",
            "host:0",
            "host:65536",
            "host:+1",
            "::1:7000",
            "[::1]",
            "[host]:1",
            "ho st:1",
            "h\u{202e}st:1",
            "/ip4/10.0.0.1",
            "/ip4/10.0.0.1/tcp/0",
            "/ip4/10.0.0.1/udp/1",
            "/ip4/10.0.0.1/tcp/1/ws",
            "/memory/1",
            "/",
            "/tcp/1",
            "/ip4/10.0.0.1/udp/1/quic-v1/webtransport",
        ];
        for text in rows {
            assert!(PeerAddress::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dialled_form_and_socket_address_agree() {
        for transport in [Transport::Tcp, Transport::Quic] {
            for text in ["10.1.2.3:55", "[fe80::1]:7"] {
                let address: SocketAddr = text.parse().unwrap();
                let form = multiaddr(address, transport);
                assert_eq!(socket_address(&form), Some((address, transport)));
            }
        }
    }
}
