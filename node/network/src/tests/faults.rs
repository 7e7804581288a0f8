//! Strangers, wrong chains, liars, dead peers, and mistakes of the operator.

use super::*;
use crate::{RefusalReason, SendOutcome, peer_id_of};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn an_identity_outside_the_genesis_is_refused_and_named() {
    let mut member = start(config(0, &[1, 2], &BTreeMap::new())).await;
    // The stranger believes that it belongs to the network.
    let known = BTreeMap::from([(0, member.address())]);
    let mut stranger = start(config(1, &[1, 9], &known)).await;
    let refusal = member.refusal().await;
    assert_eq!(refusal.reason, RefusalReason::UnknownIdentity);
    assert_eq!(refusal.peer, None);
    assert_eq!(
        refusal.peer_id,
        Some(peer_id_of(&key(9).public_key()).unwrap())
    );
    assert!(refusal.to_string().starts_with("SY-N0101: "), "{refusal}");
    // It learns that it was sent away, keeps trying, and is counted but told only once.
    assert_eq!(
        stranger.refusal().await.reason,
        RefusalReason::ClosedBeforeReady
    );
    until(|| member.network.counters().refused_unknown_identity >= 3).await;
    until(|| member.network.counters().refusals_untold >= 2).await;
    while let Some(event) = member.events.try_recv() {
        assert!(!matches!(event, NetworkEvent::Refused(_)), "{event:?}");
    }
    assert!(!stranger.network.peers()[0].connected);
    assert_eq!(stranger.network.peers()[0].connections, 0);
}

#[tokio::test]
async fn a_peer_of_another_chain_is_refused_and_both_sides_learn_both_names() {
    let mut ours = start(config(0, &[1, 2], &BTreeMap::new())).await;
    let mut other = config(1, &[1, 2], &BTreeMap::from([(0, ours.address())]));
    other.protocol_id = "sycee/1/other-chain".to_owned();
    let mut theirs = start(other).await;
    let rows = [
        (&mut ours, CHAIN, "sycee/1/other-chain", PeerIndex(1)),
        (&mut theirs, "sycee/1/other-chain", CHAIN, PeerIndex(0)),
    ];
    for (node, expected, offered, peer) in rows {
        let refusal = node.refusal().await;
        let (expected, offered) = (expected.to_owned(), offered.to_owned());
        assert_eq!(
            refusal.reason,
            RefusalReason::WrongProtocol { expected, offered }
        );
        assert_eq!(refusal.peer, Some(peer));
        assert!(node.network.counters().refused_wrong_protocol >= 1);
        let problem = node.network.peers()[0].problem.clone().unwrap_or_default();
        assert!(!problem.is_empty());
    }
}

#[tokio::test]
async fn another_identity_at_a_peers_address_is_refused() {
    let member = start(config(0, &[1, 2], &BTreeMap::new())).await;
    let known = BTreeMap::from([(0, member.address())]);
    let mut dialler = start(config(1, &[7, 2], &known)).await;
    let refusal = dialler.refusal().await;
    let expected = peer_id_of(&key(7).public_key()).unwrap();
    assert_eq!(refusal.reason, RefusalReason::WrongIdentity { expected });
    assert_eq!(
        refusal.peer_id,
        Some(peer_id_of(&key(1).public_key()).unwrap())
    );
}

#[tokio::test]
async fn an_oversize_frame_costs_its_sender_the_connection_and_nobody_else() {
    let mut nodes = mesh(&[1, 2, 3]).await;
    for class in Class::ALL {
        // An honest sender refuses such a frame, so it is put behind the door.
        let liar = &nodes[1].network.inner.shared;
        let lane = liar.peer(PeerIndex(0)).unwrap().lane(class);
        let length = class.frame_bytes_max() + 1;
        until(|| liar.peer_statuses()[0].connected).await;
        assert!(lane.outbox.push(vec![0; length].into()));
        let expected = RefusalReason::OversizeFrame {
            class,
            announced: u32::try_from(length).unwrap(),
            allowed: class.frame_bytes_max(),
        };
        if class == Class::Votes {
            let refusal = nodes[0].refusal().await;
            assert_eq!(
                (refusal.peer, refusal.reason),
                (Some(PeerIndex(1)), expected)
            );
        }
        assert_eq!(nodes[0].disconnected().await, PeerIndex(1));
        assert_eq!(nodes[0].connected().await, PeerIndex(1));
    }
    // A writer that was cut off repeats what it had begun, so the liar may be caught again.
    until(|| nodes[0].network.counters().oversize_frames >= 4).await;
    assert_eq!(
        nodes[0].network.peers()[1].connections,
        1,
        "the honest peer noticed nothing"
    );
    let sent = nodes[2]
        .network
        .send(PeerIndex(0), Class::Votes, frame(b"fine"));
    assert_eq!(sent, SendOutcome::Queued);
    assert_eq!(nodes[0].frame().await.2, b"fine");
}

#[tokio::test]
async fn garbage_and_silence_on_the_port_do_not_keep_a_member_out() {
    let mut member = start(config(0, &[1, 2], &BTreeMap::new())).await;
    let mut silent = Vec::new();
    for _ in 0..8 {
        silent.push(TcpStream::connect(member.address()).await.unwrap());
    }
    for fill in [0_u8, 0x13, 0xff] {
        let mut garbage = TcpStream::connect(member.address()).await.unwrap();
        // The node may hang up in the middle.
        let _ = garbage.write_all(&vec![fill; 100_000]).await;
    }
    until(|| member.network.counters().handshakes_failed >= 3).await;
    let known = BTreeMap::from([(0, member.address())]);
    let peer = start(config(1, &[1, 2], &known)).await;
    assert_eq!(member.connected().await, peer.index);
}

#[tokio::test]
async fn a_peer_that_vanishes_without_a_word_is_noticed_within_ten_seconds() {
    let mut member = start(config(0, &[1, 2], &BTreeMap::new())).await;
    // A relay that later keeps its sockets open and forwards nothing, like a cable pulled out.
    let relay = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let known = BTreeMap::from([(0, relay.local_addr().unwrap())]);
    let mut peer = start(config(1, &[1, 2], &known)).await;
    let (mut left, _) = relay.accept().await.unwrap();
    let mut right = TcpStream::connect(member.address()).await.unwrap();
    let relayed = async {
        let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
        loop {
            tokio::select! {
                read = left.read(&mut up) => right.write_all(&up[..read.unwrap()]).await.unwrap(),
                read = right.read(&mut down) => left.write_all(&down[..read.unwrap()]).await.unwrap(),
            }
        }
    };
    tokio::select! {
        () = relayed => unreachable!(),
        peer = member.connected() => assert_eq!(peer, PeerIndex(1)),
    }
    let pulled = std::time::Instant::now();
    assert_eq!(member.disconnected().await, PeerIndex(1));
    // Generous beyond the ten seconds, for machines that are busy with other tests.
    assert!(pulled.elapsed() < Duration::from_secs(20));
    while member.network.counters().silent_peers == 0 {
        peer.event().await;
    }
    drop((left, right));
}

#[tokio::test]
async fn a_port_in_use_is_named_with_a_remedy() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let holder = TcpListener::bind(taken).await.unwrap();
    let another = start(config(1, &[1, 2], &BTreeMap::new())).await;
    for address in [holder.local_addr().unwrap(), another.address()] {
        let mut config = config(0, &[1, 2], &BTreeMap::new());
        config.listen = vec![address];
        let Err(error) = Network::start(config).await else {
            panic!("{address} was shared")
        };
        assert!(
            matches!(error, NetworkError::PortInUse { address: named, .. } if named == address)
        );
        let text = error.to_string();
        assert!(
            text.contains(&address.to_string()) && text.contains("Stop that program"),
            "{text}"
        );
        assert_eq!(error.code(), "SY-N0001");
    }
}

#[tokio::test]
async fn contradictions_in_the_configuration_are_told_before_anything_starts() {
    type Row = (&'static str, fn(&mut NetworkConfig));
    let rows: [Row; 12] = [
        ("SY-N0002", |config| {
            config.listen = vec!["192.0.2.1:1".parse().unwrap()]
        }),
        ("SY-N0003", |config| config.listen.clear()),
        ("SY-N0004", |config| config.transports.clear()),
        ("SY-N0006", |config| config.protocol_id.clear()),
        ("SY-N0006", |config| config.protocol_id = "a\nb".to_owned()),
        ("SY-N0006", |config| config.protocol_id = "x".repeat(101)),
        ("SY-N0007", |config| {
            config.nodes = vec![config.nodes[0].clone(); 1025]
        }),
        ("SY-N0008", |config| {
            config.nodes[1].network_public_key = [2; 32]
        }),
        ("SY-N0009", |config| {
            config.nodes[1] = config.nodes[0].clone()
        }),
        ("SY-N0010", |config| {
            config.nodes[1].addresses = vec!["nowhere".to_owned()]
        }),
        ("SY-N0011", |config| config.own = PeerIndex(2)),
        ("SY-N0012", |config| config.own = PeerIndex(1)),
    ];
    for (code, spoil) in rows {
        let mut config = config(0, &[1, 2], &BTreeMap::new());
        spoil(&mut config);
        match Network::start(config).await {
            Ok(_) => panic!("{code} was accepted"),
            Err(error) => assert_eq!(error.code(), code, "{error}"),
        }
    }
}

#[tokio::test]
async fn a_suspended_peer_is_cut_off_told_apart_and_comes_back() {
    let mut nodes = mesh(&[1, 2, 3]).await;
    let faulty = PeerIndex(1);
    for number in 0..100_u8 {
        nodes[1]
            .network
            .send(PeerIndex(0), Class::Batches, frame(&[number]));
    }
    until(|| nodes[0].network.peers()[0].traffic[3].frames_in == 100).await;
    assert!(nodes[0].network.suspend(faulty, Duration::from_secs(3)));
    until(|| !nodes[0].network.peers()[0].connected).await;
    loop {
        match nodes[0].event().await {
            NetworkEvent::Disconnected(peer) => break assert_eq!(peer, faulty),
            NetworkEvent::Listening(_) => {}
            other => panic!("what it had sent is dropped: {other:?}"),
        }
    }
    let refusal = nodes[0].refusal().await;
    assert_eq!(
        (refusal.peer, refusal.reason),
        (Some(faulty), RefusalReason::Suspended)
    );
    assert_eq!(nodes[0].network.counters().refused_unknown_identity, 0);
    assert_eq!(nodes[0].connected().await, faulty);
    assert_eq!(nodes[0].network.peers()[1].connections, 1);
}

#[tokio::test]
async fn both_address_families_share_a_port() {
    let Ok(free) = std::net::TcpListener::bind("[::]:0") else {
        return; // This machine has no IPv6.
    };
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut config = config(0, &[1, 2], &BTreeMap::new());
    config.listen = vec![([0, 0, 0, 0], port).into(), ([0_u16; 8], port).into()];
    let expected = config.listen.clone();
    let node = start(config).await;
    let mut bound = node.network.listen_addresses().to_vec();
    bound.sort();
    assert_eq!(bound, expected);
    for address in ["127.0.0.1", "::1"] {
        TcpStream::connect((address, port)).await.unwrap();
    }
}
