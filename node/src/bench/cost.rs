//! What the validators and the wire have used so far.

use std::fs;

use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::process::Usage;
use crate::bench::statistics::thousandths_each;
use crate::local::network::Network;

/// Largest metrics page that is read.
const METRICS_BYTES_MAX: u64 = 4 << 20;

/// Counters at one moment, added up over the validators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    validators: Usage,
    client: Usage,
    /// Bytes the validators handed to connections with peers, where their metrics say.
    sent: Option<u64>,
    /// Bytes of this machine's loopback interface: nodes and clients together, with all headers.
    loopback: Option<u64>,
}

/// Costs of one payment at one validator, in thousandths of the unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Cost {
    /// Processor time, nanoseconds.
    pub cpu_ns: u64,
    /// Bytes written to the disk, in thousandths.
    pub disk_millibytes: u64,
    /// Bytes sent to other nodes, in thousandths, where the node's metrics say.
    pub wire_millibytes: Option<u64>,
    /// Bytes on the loopback interface a validator, clients and headers included, in thousandths.
    pub loopback_millibytes: Option<u64>,
    /// Processor time of the load generator for one payment, nanoseconds.
    pub client_cpu_ns: u64,
}

impl Counters {
    /// Reads all counters.
    pub async fn read(network: &Network) -> Counters {
        let mut counters = Counters {
            client: Usage::of(std::process::id()).unwrap_or_default(),
            loopback: fs::read_to_string("/proc/net/dev")
                .ok()
                .and_then(|text| loopback_bytes(&text)),
            ..Counters::default()
        };
        for node in network.validators() {
            let usage = node.process().and_then(Usage::of).unwrap_or_default();
            counters.validators = counters.validators.plus(usage);
            if let Some(sent) = sent_bytes(&metrics(&node.endpoints().operations).await) {
                counters.sent = Some(counters.sent.unwrap_or(0).saturating_add(sent));
            }
        }
        counters
    }

    /// What one payment cost from `earlier` to now.
    #[must_use]
    pub fn cost_since(&self, earlier: &Counters, payments: u64, validators: u64) -> Cost {
        let shares = payments.saturating_mul(validators);
        let used = self.validators.since(earlier.validators);
        let client = self.client.since(earlier.client);
        let grown = |now: Option<u64>, before: Option<u64>| {
            let bytes = now?.saturating_sub(before?);
            Some(thousandths_each(bytes, shares))
        };
        Cost {
            cpu_ns: thousandths_each(used.cpu_us, shares),
            disk_millibytes: thousandths_each(used.disk_bytes, shares),
            wire_millibytes: grown(self.sent, earlier.sent),
            loopback_millibytes: grown(self.loopback, earlier.loopback),
            client_cpu_ns: thousandths_each(client.cpu_us, payments),
        }
    }
}

/// The metrics page of a node; empty when it does not answer.
async fn metrics(operations: &str) -> String {
    let ask = async {
        let mut stream = TcpStream::connect(operations).await?;
        let request =
            format!("GET /metrics HTTP/1.1\r\nHost: {operations}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut text = Vec::new();
        stream
            .take(METRICS_BYTES_MAX)
            .read_to_end(&mut text)
            .await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&text).into_owned())
    };
    ask.await.unwrap_or_default()
}

/// All counters of bytes sent to peers, added up; `None` when the node has no such metric.
fn sent_bytes(metrics: &str) -> Option<u64> {
    let values = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix("sycee_peer_sent_bytes_total")?;
        rest.rsplit_once(' ')?.1.parse::<u64>().ok()
    });
    values.fold(None, |sum, value| {
        Some(sum.unwrap_or(0_u64).saturating_add(value))
    })
}

/// Bytes received on the loopback interface, which are those sent on it.
fn loopback_bytes(devices: &str) -> Option<u64> {
    let line = devices
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("lo:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_found_in_their_texts() {
        let metrics = "# TYPE x\nsycee_peer_sent_bytes_total{peer=\"1\",class=\"urgent\"} 40\nsycee_peer_sent_bytes_total{peer=\"2\"} 2\nother 9\n";
        assert_eq!(sent_bytes(metrics), Some(42));
        assert_eq!(sent_bytes("other 9\n"), None);
        let devices = "Inter-|   Receive\n face |bytes\n    lo:  123 4 0 0\n  eth0: 9 9\n";
        assert_eq!(loopback_bytes(devices), Some(123));
    }

    #[test]
    fn costs_are_shared_among_payments_and_validators() {
        let before = Counters {
            sent: Some(100),
            ..Counters::default()
        };
        let after = Counters {
            validators: Usage {
                cpu_us: 800,
                disk_bytes: 1_600,
            },
            client: Usage {
                cpu_us: 40,
                disk_bytes: 0,
            },
            sent: Some(900),
            loopback: None,
        };
        let cost = after.cost_since(&before, 10, 4);
        assert_eq!((cost.cpu_ns, cost.disk_millibytes), (20_000, 40_000));
        assert_eq!(
            (
                cost.wire_millibytes,
                cost.loopback_millibytes,
                cost.client_cpu_ns
            ),
            (Some(20_000), None, 4_000)
        );
    }
}
