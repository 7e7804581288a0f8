//! What the operations port shows: counters and gauges in the open metrics format. It must never influence anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::{
    counter::Counter, family::Family, gauge::Gauge, histogram::Histogram,
};
use prometheus_client::registry::{Registry, Unit};
use sycee_network::{ClassTraffic, PeerStatus, Transport};

/// The metrics that are plain numbers, each once: field, name and help text.
macro_rules! metrics {
    (counters { $($counter:ident: $counter_name:literal, $counter_help:literal;)* }
     gauges { $($gauge:ident: $gauge_name:literal, $gauge_help:literal;)* }) => {
        /// All metrics of a node; clones share the same numbers.
        #[derive(Clone)]
        pub struct Metrics {
            registry: Arc<Registry>,
            $(#[doc = $counter_help] pub $counter: Counter<u64, AtomicU64>,)*
            $(#[doc = $gauge_help] pub $gauge: Gauge<i64, AtomicI64>,)*
            /// Seconds of one group commit.
            pub commit_seconds: Histogram,
            /// Seconds of executing one block.
            pub execute_seconds: Histogram,
            evidence: Family<Vec<(&'static str, &'static str)>, Counter<u64, AtomicU64>>,
        }

        impl Metrics {
            /// Registers everything, all at zero.
            #[must_use]
            pub fn new() -> Metrics {
                let mut registry = Registry::with_prefix("sycee");
                $(let $counter = Counter::default();
                  registry.register($counter_name, $counter_help, $counter.clone());)*
                $(let $gauge = Gauge::default();
                  registry.register($gauge_name, $gauge_help, $gauge.clone());)*
                let (commit_seconds, execute_seconds) = (seconds(), seconds());
                registry.register_with_unit("commit", "Group commit", Unit::Seconds, commit_seconds.clone());
                registry.register_with_unit("execute", "Execution of a block", Unit::Seconds, execute_seconds.clone());
                let evidence = Family::<Vec<(&'static str, &'static str)>, Counter<u64, AtomicU64>>::default();
                registry.register("evidence", "Offences in final blocks", evidence.clone());
                Metrics { registry: Arc::new(registry), $($counter,)* $($gauge,)* commit_seconds, execute_seconds, evidence }
            }
        }
    };
}

metrics! {
    counters {
        submitted: "transactions_submitted", "Transactions offered by clients";
        accepted: "transactions_accepted", "Transactions synced in the own lane";
        refused: "transactions_refused", "Transactions refused before the lane";
        busy: "transactions_busy", "Transactions turned away for lack of room";
        executed: "transactions_executed", "Transactions executed";
        settled_legs: "legs_settled", "Payments and legs settled";
        frames_malformed: "frames_malformed", "Frames of peers that could not be decoded";
        frames_dropped: "frames_dropped", "Batches of peers dropped for lack of room";
        peer_faults: "peer_faults", "Faults of peers that the core has reported";
        quarantines: "quarantines", "Times the own vote record was found wanting";
        commits: "commits", "Groups committed";
        written_bytes: "written_bytes", "Bytes of keys and values written";
        snapshot_frames: "snapshot_frames", "Offers and chunks of states sent to peers";
        peer_sent_bytes: "peer_sent_bytes", "Bytes of frames sent to peers, as the transport counts them";
        peer_received_bytes: "peer_received_bytes", "Bytes of frames received from peers";
    }
    gauges {
        peers_tcp: "peers_connected_tcp", "Peers whose newest connection is TCP";
        peers_quic: "peers_connected_quic", "Peers whose newest connection is QUIC";
        view: "view", "Current view";
        final_height: "final_height", "Highest final height";
        executed_height: "executed_height", "Highest executed height";
        lowest_height: "lowest_height", "Lowest height kept; 1 on an archive";
        snapshot_height: "snapshot_height", "Checkpoint whose state was offered last";
        join_chunks_done: "join_chunks_done", "Chunks of a state that are taken over; 0 when none is";
        join_chunks_total: "join_chunks_total", "Chunks of the state that is being taken over; 0 when none is";
        mempool: "mempool_transactions", "Transactions waiting for the lane";
        execution_backlog: "execution_backlog", "Final blocks waiting for execution";
    }
}

/// From a tenth of a millisecond to about three seconds.
fn seconds() -> Histogram {
    Histogram::new([
        0.0001, 0.0003, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.0,
        3.0,
    ])
}

impl Metrics {
    /// Offences in final blocks, of one kind.
    #[must_use]
    pub fn evidence(&self, kind: &'static str) -> Counter<u64, AtomicU64> {
        self.evidence.get_or_create_owned(&vec![("kind", kind)])
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
