use super::*;
use crate::api::testing::genesis;

fn start(port_base: Option<u16>, grpc: Option<&str>) -> Start {
    Start {
        snapshot_interval: 0,
        folder: PathBuf::from("/nowhere"),
        port_base,
        listen: Vec::new(),
        transport: Vec::new(),
        grpc: grpc.map(|address| address.parse().unwrap()),
        operations: None,
        retain: Retention::Archive,
        solver_key: None,
        stop_with_parent: false,
    }
}

#[test]
fn ports_follow_from_the_base_and_single_addresses_win() {
    let folder = Folder::at("/nowhere");
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let addresses = start(Some(7_400), None)
        .addresses(&folder, &genesis())
        .unwrap();
    assert_eq!(addresses.peers, [at(7_400)]);
    assert_eq!(
        (addresses.grpc, addresses.operations),
        (at(7_401), at(7_403))
    );
    let addresses = start(Some(7_400), Some("127.0.0.1:9"))
        .addresses(&folder, &genesis())
        .unwrap();
    assert_eq!((addresses.grpc, addresses.operations), (at(9), at(7_403)));
    let addresses = start(Some(0), None).addresses(&folder, &genesis()).unwrap();
    assert_ne!(addresses.peers[0].port(), 0);
    assert_eq!((addresses.grpc.port(), addresses.operations.port()), (0, 0));
    assert!(
        start(Some(u16::MAX - 1), None)
            .addresses(&folder, &genesis())
            .is_err()
    );
}

#[test]
fn a_folder_that_was_never_made_is_not_found() {
    let failed = start(None, None)
        .addresses(&Folder::at("/nowhere"), &genesis())
        .unwrap_err();
    assert_eq!(failed.exit, crate::exit::NOT_FOUND);
}

#[test]
fn transports_keep_their_order_and_count_once() {
    use PeerTransport::{Quic, Tcp};
    let mut start = start(None, None);
    assert_eq!(start.transports(), [], "the node chooses");
    start.transport = vec![Quic, Tcp, Quic];
    assert_eq!(start.transports(), [Transport::Quic, Transport::Tcp]);
}
