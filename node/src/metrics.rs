//! What the operations port shows: counters and gauges in the open metrics format. It must never influence anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::{counter::Counter, gauge::Gauge, histogram::Histogram};
use prometheus_client::registry::{Registry, Unit};
use sycee_network::{ClassTraffic, PeerStatus, Transport};

/// All metrics of a node; clones share the same numbers.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    /// Transactions offered by clients.
    pub submitted: Counter<u64, AtomicU64>,
    /// Transactions accepted: synced in the own lane.
    pub accepted: Counter<u64, AtomicU64>,
    /// Transactions refused before they entered the lane.
    pub refused: Counter<u64, AtomicU64>,
    /// Transactions turned away for lack of room.
    pub busy: Counter<u64, AtomicU64>,
    /// Transactions executed.
    pub executed: Counter<u64, AtomicU64>,
    /// Payments and legs settled.
    pub settled_legs: Counter<u64, AtomicU64>,
    /// Frames of peers that could not be decoded.
    pub frames_malformed: Counter<u64, AtomicU64>,
    /// Batches of peers dropped because too many waited.
    pub frames_dropped: Counter<u64, AtomicU64>,
    /// Faults of peers the core has reported.
    pub peer_faults: Counter<u64, AtomicU64>,
    /// Groups committed.
    pub commits: Counter<u64, AtomicU64>,
    /// Bytes written.
    pub written_bytes: Counter<u64, AtomicU64>,
    /// Bytes of frames sent to peers; the transport counts them, `observe_peers` copies them here.
    pub peer_sent_bytes: Counter<u64, AtomicU64>,
    /// Bytes of frames received from peers.
    pub peer_received_bytes: Counter<u64, AtomicU64>,
    /// Seconds of one group commit.
    pub commit_seconds: Histogram,
    /// Seconds of executing one block.
    pub execute_seconds: Histogram,
    /// Connected peers whose newest connection is TCP.
    pub peers_tcp: Gauge<i64, AtomicI64>,
    /// Connected peers whose newest connection is QUIC.
    pub peers_quic: Gauge<i64, AtomicI64>,
    /// Current view.
    pub view: Gauge<i64, AtomicI64>,
    /// Highest final height.
    pub final_height: Gauge<i64, AtomicI64>,
    /// Highest executed height.
    pub executed_height: Gauge<i64, AtomicI64>,
    /// Transactions waiting for the lane.
    pub mempool: Gauge<i64, AtomicI64>,
    /// Final blocks waiting for execution.
    pub execution_backlog: Gauge<i64, AtomicI64>,
}

/// From a tenth of a millisecond to about three seconds.
fn seconds() -> Histogram {
    Histogram::new([
        0.0001, 0.0003, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.0,
        3.0,
    ])
}

impl Metrics {
    /// Registers everything, all at zero.
    #[must_use]
    pub fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Arc::new(Registry::default()),
            submitted: Counter::default(),
            accepted: Counter::default(),
            refused: Counter::default(),
            busy: Counter::default(),
            executed: Counter::default(),
            settled_legs: Counter::default(),
            frames_malformed: Counter::default(),
            frames_dropped: Counter::default(),
            peer_faults: Counter::default(),
            commits: Counter::default(),
            written_bytes: Counter::default(),
            peer_sent_bytes: Counter::default(),
            peer_received_bytes: Counter::default(),
            commit_seconds: seconds(),
            execute_seconds: seconds(),
            peers_tcp: Gauge::default(),
            peers_quic: Gauge::default(),
            view: Gauge::default(),
            final_height: Gauge::default(),
            executed_height: Gauge::default(),
            mempool: Gauge::default(),
            execution_backlog: Gauge::default(),
        };
        metrics.registry = Arc::new(metrics.register());
        metrics
    }

    fn register(&self) -> Registry {
        let mut registry = Registry::with_prefix("sycee");
        let counters = [
            (
                "transactions_submitted",
                "Transactions offered by clients",
                &self.submitted,
            ),
            (
                "transactions_accepted",
                "Transactions synced in the own lane",
                &self.accepted,
            ),
            (
                "transactions_refused",
                "Transactions refused before the lane",
                &self.refused,
            ),
            (
                "transactions_busy",
                "Transactions turned away for lack of room",
                &self.busy,
            ),
            (
                "transactions_executed",
                "Transactions executed",
                &self.executed,
            ),
            (
                "legs_settled",
                "Payments and legs settled",
                &self.settled_legs,
            ),
            (
                "frames_malformed",
                "Frames of peers that could not be decoded",
                &self.frames_malformed,
            ),
            (
                "frames_dropped",
                "Batches of peers dropped for lack of room",
                &self.frames_dropped,
            ),
            ("peer_faults", "Faults of peers", &self.peer_faults),
            ("commits", "Groups committed", &self.commits),
            (
                "written_bytes",
                "Bytes of keys and values written",
                &self.written_bytes,
            ),
            (
                "peer_sent_bytes",
                "Bytes of frames sent to peers",
                &self.peer_sent_bytes,
            ),
            (
                "peer_received_bytes",
                "Bytes of frames received from peers",
                &self.peer_received_bytes,
            ),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
        self.register_gauges(&mut registry);
        let commit = self.commit_seconds.clone();
        registry.register_with_unit("commit", "Group commit", Unit::Seconds, commit);
        let execute = self.execute_seconds.clone();
        registry.register_with_unit("execute", "Execution of a block", Unit::Seconds, execute);
        registry
    }

    fn register_gauges(&self, registry: &mut Registry) {
        let gauges = [
            (
                "peers_connected_tcp",
                "Peers connected over TCP",
                &self.peers_tcp,
            ),
            (
                "peers_connected_quic",
                "Peers connected over QUIC",
                &self.peers_quic,
            ),
            ("view", "Current view", &self.view),
            ("final_height", "Highest final height", &self.final_height),
            (
                "executed_height",
                "Highest executed height",
                &self.executed_height,
            ),
            (
                "mempool_transactions",
                "Transactions waiting for the lane",
                &self.mempool,
            ),
            (
                "execution_backlog",
                "Final blocks waiting for execution",
                &self.execution_backlog,
            ),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
    }

    /// Takes over what the transport has counted since the start.
    pub fn observe_peers(&self, peers: &[PeerStatus]) {
        let sum = |of: fn(&ClassTraffic) -> u64| -> u64 {
            peers.iter().flat_map(|peer| &peer.traffic).map(of).sum()
        };
        let store = |counter: &Counter<u64, AtomicU64>, total| {
            counter.inner().store(total, Ordering::Relaxed);
        };
        store(&self.peer_sent_bytes, sum(|traffic| traffic.bytes_out));
        store(&self.peer_received_bytes, sum(|traffic| traffic.bytes_in));
        for (gauge, transport) in [
            (&self.peers_tcp, Transport::Tcp),
            (&self.peers_quic, Transport::Quic),
        ] {
            let over = |peer: &&PeerStatus| peer.connected && peer.transport == Some(transport);
            let count = peers.iter().filter(over).count();
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// Everything in the open metrics text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string fails only when a metric's own encoder does; what was written until then is still of use.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}
