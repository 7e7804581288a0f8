//! Honest nodes: exchange, priority, simultaneous dialling, restart.

use super::*;
use crate::{BroadcastOutcome, DropReason, SendOutcome};

#[tokio::test]
async fn four_nodes_exchange_every_class_at_the_sizes_that_matter() {
    let mut nodes = mesh(&[1, 2, 3, 4]).await;
    let mut expected: Vec<Vec<(PeerIndex, Class, usize)>> = vec![Vec::new(); 4];
    for (from, node) in nodes.iter().enumerate() {
        for class in Class::ALL {
            for length in [0, 1, 70_000, class.frame_bytes_max()] {
                let fill = u8::try_from(from).unwrap();
                let outcome = nodes[from]
                    .network
                    .broadcast(class, &vec![fill; length].into());
                assert_eq!(
                    outcome,
                    BroadcastOutcome {
                        queued: 3,
                        dropped: 0
                    }
                );
                for (to, expected) in expected.iter_mut().enumerate() {
                    if to != from {
                        expected.push((node.index, class, length));
                    }
                }
            }
        }
    }
    for (node, mut expected) in nodes.iter_mut().zip(expected) {
        let mut seen = Vec::new();
        while seen.len() < expected.len() {
            let (from, class, bytes) = node.frame().await;
            assert!(
                bytes.iter().all(|byte| u16::from(*byte) == from.0),
                "bytes of the sender"
            );
            seen.push((from, class, bytes.len()));
        }
        // Sorting is stable in the peer and class, so it also proves the order within a lane.
        expected.sort_by_key(|(from, class, _)| (*from, *class));
        seen.sort_by_key(|(from, class, _)| (*from, *class));
        assert_eq!(seen, expected);
    }
    for status in nodes[0].network.peers() {
        assert!(status.connected);
        assert_eq!(status.transport, Some(Transport::Tcp));
        let votes = status.traffic[0];
        assert_eq!(
            (votes.class, votes.frames_in, votes.dropped),
            (Class::Votes, 4, 0)
        );
        assert_eq!(votes.bytes_in, 1 + 70_000 + (256 << 10) + 4 * 4);
    }
}

#[tokio::test]
async fn votes_overtake_64_mib_of_bulk_towards_a_slow_reader() {
    let mut nodes = mesh(&[1, 2]).await;
    let reader = nodes.remove(0);
    votes_overtake_bulk(nodes.remove(0), reader).await;
}

pub(super) async fn votes_overtake_bulk(sender: TestNode, mut reader: TestNode) {
    let votes_before = reader.network.peers()[0].traffic[0].frames_in;
    // The reader takes nothing yet: fill the whole way to it with 64 MiB.
    let mib = 1 << 20;
    let mut sent = 0_u32;
    let mut last = SendOutcome::Queued;
    while last == SendOutcome::Queued && sent < 1000 {
        let mut bytes = vec![0; mib];
        bytes[..4].copy_from_slice(&sent.to_le_bytes());
        last = sender
            .network
            .send(reader.index, Class::Batches, bytes.into());
        sent += u32::from(last == SendOutcome::Queued);
    }
    assert_eq!(last, SendOutcome::Dropped(DropReason::QueueFull));
    assert!(
        sent >= 63,
        "64 MiB less overhead fit into the queue, {sent} did"
    );
    let vote = sender
        .network
        .send(reader.index, Class::Votes, frame(b"vote"));
    assert_eq!(vote, SendOutcome::Queued);
    until(|| reader.network.peers()[0].traffic[0].frames_in == votes_before + 1).await;
    assert!(
        sender.network.peers()[0].traffic[3].queued_bytes > 32 * mib,
        "bulk still waits"
    );
    assert_eq!(sender.network.peers()[0].traffic[3].dropped, 1);
    // The vote is through although the bulk is stuck, and it is read before the bulk.
    assert_eq!(
        reader.frame().await,
        (sender.index, Class::Votes, b"vote".to_vec())
    );
    for number in 0..sent {
        let (_, class, bytes) = reader.frame().await;
        assert_eq!((class, bytes.len()), (Class::Batches, mib));
        assert_eq!(
            &bytes[..4],
            &number.to_le_bytes(),
            "bulk arrives whole and in order"
        );
    }
}

#[tokio::test]
async fn nodes_that_dial_each_other_at_once_lose_nothing_and_do_not_flap() {
    // Both must know both addresses beforehand, so the ports are taken and given back.
    let free = |_| {
        std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    };
    let known: BTreeMap<usize, SocketAddr> = (0..2).map(|index| (index, free(index))).collect();
    let mut configs = [config(0, &[1, 2], &known), config(1, &[1, 2], &known)];
    for (own, config) in configs.iter_mut().enumerate() {
        config.listen = vec![known[&own]];
    }
    let [first, second] = configs;
    let (mut first, mut second) = tokio::join!(start(first), start(second));
    first.connected().await;
    second.connected().await;
    let count = 2_000_u32;
    for number in 0..count {
        for (from, to) in [(&first, second.index), (&second, first.index)] {
            let class = if number % 2 == 0 {
                Class::Votes
            } else {
                Class::Blocks
            };
            let sent = from.network.send(to, class, frame(&number.to_le_bytes()));
            assert_eq!(sent, SendOutcome::Queued);
        }
    }
    for node in [&mut first, &mut second] {
        let mut missing: std::collections::BTreeSet<u32> = (0..count).collect();
        while !missing.is_empty() {
            match node.event().await {
                NetworkEvent::Frame { bytes, .. } => {
                    missing.remove(&u32::from_le_bytes(bytes.try_into().unwrap()));
                }
                NetworkEvent::Disconnected(_) => panic!("the link flapped"),
                NetworkEvent::Connected(_)
                | NetworkEvent::Refused(_)
                | NetworkEvent::Listening(_) => {}
            }
        }
    }
}

#[tokio::test]
async fn a_node_restarted_on_its_port_is_found_again() {
    let seeds = [1, 2, 3];
    let mut nodes = mesh(&seeds).await;
    let first = nodes.remove(0);
    let (index, address) = (first.index, first.address());
    first.network.shutdown().await;
    assert_eq!(
        first
            .network
            .send(PeerIndex(1), Class::Votes, frame(b"late")),
        SendOutcome::Dropped(DropReason::NotConnected)
    );
    for node in &mut nodes {
        assert_eq!(node.disconnected().await, index);
        let sent = node.network.send(index, Class::Votes, frame(b"nobody"));
        assert_eq!(sent, SendOutcome::Dropped(DropReason::NotConnected));
    }
    drop(first);
    let mut again = config(0, &seeds, &BTreeMap::new());
    again.listen = vec![address];
    let mut first = start(again).await;
    for node in &mut nodes {
        assert_eq!(node.connected().await, index);
        let sent = node.network.send(index, Class::Blocks, frame(b"welcome"));
        assert_eq!(sent, SendOutcome::Queued);
    }
    for _ in 0..2 {
        assert_eq!(first.frame().await.2, b"welcome");
    }
}

#[tokio::test]
async fn the_stream_of_events_ends_with_the_transport() {
    let mut nodes = mesh(&[1, 2]).await;
    let mut node = nodes.remove(0);
    node.network.shutdown().await;
    node.network.shutdown().await;
    while let Some(event) = node.events.recv().await {
        assert!(!matches!(event, NetworkEvent::Frame { .. }));
    }
    assert_eq!(nodes[0].disconnected().await, node.index);
}

#[tokio::test]
async fn frames_beyond_the_limit_and_unknown_peers_are_refused_at_the_door() {
    let nodes = mesh(&[1, 2]).await;
    for class in Class::ALL {
        let large = vec![0; class.frame_bytes_max() + 1];
        let sent = nodes[0].network.send(PeerIndex(1), class, large.into());
        assert_eq!(sent, SendOutcome::Dropped(DropReason::TooLarge));
    }
    for peer in [0, 2, u16::MAX] {
        let sent = nodes[0]
            .network
            .send(PeerIndex(peer), Class::Votes, frame(b"x"));
        assert_eq!(sent, SendOutcome::Dropped(DropReason::UnknownPeer));
    }
}
