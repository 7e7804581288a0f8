//! The same transport over QUIC.

use super::*;

#[tokio::test]
async fn two_nodes_exchange_every_class_over_quic_and_votes_overtake_bulk() {
    let quic = |own, known: &BTreeMap<usize, SocketAddr>| {
        let mut config = config(own, &[1, 2], known);
        config.transports = vec![Transport::Quic];
        config
    };
    let mut first = start(quic(0, &BTreeMap::new())).await;
    let mut taken = quic(0, &BTreeMap::new());
    taken.listen = vec![first.address()];
    assert!(matches!(
        Network::start(taken).await,
        Err(NetworkError::PortInUse { .. })
    ));
    let mut second = start(quic(1, &BTreeMap::from([(0, first.address())]))).await;
    first.connected().await;
    second.connected().await;
    assert_eq!(first.network.peers()[0].transport, Some(Transport::Quic));
    for class in Class::ALL {
        let bytes = vec![7; class.frame_bytes_max()];
        first
            .network
            .send(second.index, class, bytes.clone().into());
        second.network.send(first.index, class, bytes.into());
        for node in [&mut first, &mut second] {
            let (_, received, bytes) = node.frame().await;
            assert_eq!((received, bytes.len()), (class, class.frame_bytes_max()));
        }
    }
    mesh::votes_overtake_bulk(second, first).await;
}

#[tokio::test]
async fn a_peer_that_offers_no_quic_is_reached_over_tcp() {
    let mut first = start(config(0, &[1, 2], &BTreeMap::new())).await;
    let mut both = config(1, &[1, 2], &BTreeMap::from([(0, first.address())]));
    both.transports = vec![Transport::Quic, Transport::Tcp];
    let second = start(both).await;
    first.connected().await;
    assert_eq!(first.network.peers()[0].transport, Some(Transport::Tcp));
    drop(second);
}
