//! Whole transports over loopback. Nothing here sleeps to synchronise: every wait is for an event or
//! a counter, with one generous bound.

mod faults;
mod mesh;
#[cfg(feature = "quic")]
mod quic;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    Class, Network, NetworkConfig, NetworkError, NetworkEvent, NetworkEvents, NetworkKey,
    NodeEntry, PeerIndex, Refusal, Transport,
};

/// Bound of every wait; reaching it fails the test.
const PATIENCE: Duration = Duration::from_secs(60);
const CHAIN: &str = "sycee/1/test-chain";

/// A running transport and its events.
struct TestNode {
    network: Network,
    events: NetworkEvents,
    index: PeerIndex,
}

fn key(seed: u8) -> NetworkKey {
    NetworkKey::from_seed(&mut [seed; 32])
}

/// A configuration of node `own` in a genesis of `seeds`; `known` tells which addresses it knows.
fn config(own: usize, seeds: &[u8], known: &BTreeMap<usize, SocketAddr>) -> NetworkConfig {
    let entry = |(index, seed): (usize, &u8)| NodeEntry {
        network_public_key: key(*seed).public_key(),
        addresses: known
            .get(&index)
            .map(SocketAddr::to_string)
            .into_iter()
            .collect(),
    };
    NetworkConfig {
        key: key(seeds[own]),
        protocol_id: CHAIN.to_owned(),
        own: PeerIndex(u16::try_from(own).unwrap()),
        nodes: seeds.iter().enumerate().map(entry).collect(),
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        transports: vec![Transport::Tcp],
    }
}

async fn start(config: NetworkConfig) -> TestNode {
    let index = config.own;
    let (network, events) = Network::start(config).await.expect("start");
    TestNode {
        network,
        events,
        index,
    }
}

/// Starts one node after another; each dials those before it.
async fn mesh(seeds: &[u8]) -> Vec<TestNode> {
    let mut nodes = Vec::new();
    let mut known = BTreeMap::new();
    for own in 0..seeds.len() {
        let node = start(config(own, seeds, &known)).await;
        known.insert(own, node.address());
        nodes.push(node);
    }
    for node in &mut nodes {
        for _ in 1..seeds.len() {
            node.connected().await;
        }
    }
    nodes
}

impl TestNode {
    fn address(&self) -> SocketAddr {
        self.network.listen_addresses()[0]
    }

    async fn event(&mut self) -> NetworkEvent {
        let event = tokio::time::timeout(PATIENCE, self.events.recv()).await;
        event
            .expect("an event in time")
            .expect("the transport runs")
    }

    /// Waits for the first event that `pick` accepts and drops those before it.
    async fn wait_for<T>(&mut self, pick: impl Fn(&NetworkEvent) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(&self.event().await) {
                return found;
            }
        }
    }

    async fn connected(&mut self) -> PeerIndex {
        self.wait_for(|event| match event {
            NetworkEvent::Connected(peer) => Some(*peer),
            _ => None,
        })
        .await
    }

    async fn disconnected(&mut self) -> PeerIndex {
        self.wait_for(|event| match event {
            NetworkEvent::Disconnected(peer) => Some(*peer),
            _ => None,
        })
        .await
    }

    async fn refusal(&mut self) -> Refusal {
        self.wait_for(|event| match event {
            NetworkEvent::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        })
        .await
    }

    async fn frame(&mut self) -> (PeerIndex, Class, Vec<u8>) {
        self.wait_for(|event| match event {
            NetworkEvent::Frame { from, class, bytes } => Some((*from, *class, bytes.clone())),
            _ => None,
        })
        .await
    }
}

/// Waits until a condition on shared counters holds.
async fn until(condition: impl Fn() -> bool) {
    let holds = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, holds)
        .await
        .expect("the condition in time");
}

fn frame(bytes: &[u8]) -> Arc<[u8]> {
    Arc::from(bytes)
}
