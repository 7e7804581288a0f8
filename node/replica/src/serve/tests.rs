//! Answers come from the disk, are whole, and are not given without end.

use std::sync::Arc;

use sycee_consensus::{Message, ValidatorIndex};

use super::*;
use crate::PeerMessage;
use crate::testing::{Cluster, payment};

#[test]
pub(crate) fn one_peer_gets_one_thing_twice_in_a_window() {
    let mut limiter = Limiter::default();
    let request = |peer, height| ServeRequest {
        to: ValidatorIndex(peer),
        wanted: Wanted::Range(Epoch(0), Height(height)),
    };
    let ask = |limiter: &mut Limiter, at, peer, height| {
        limiter.allows(Tick(at), 100, &request(peer, height), 1)
    };
    assert!(ask(&mut limiter, 0, 1, 5));
    assert!(ask(&mut limiter, 1, 1, 5));
    assert!(!ask(&mut limiter, 2, 1, 5), "a third time");
    assert!(ask(&mut limiter, 3, 2, 5), "another peer");
    assert!(ask(&mut limiter, 3, 1, 6), "another thing");
    assert!(!ask(&mut limiter, 99, 1, 5));
    assert!(ask(&mut limiter, 100, 1, 5), "a new window");
    for height in 10..10 + REQUESTS_PER_PEER_MAX as u64 {
        ask(&mut limiter, 101, 1, height);
    }
    assert!(!ask(&mut limiter, 102, 1, 9_999), "too many things at once");
    assert!(ask(&mut limiter, 102, 2, 9_999), "others are not affected");
    assert!(ask(&mut limiter, 301, 1, 9_999), "later again");
}

#[test]
fn one_peer_gets_so_many_bytes_in_a_window() {
    let mut limiter = Limiter::default();
    let mut ask = |at, peer, digest, bytes| {
        let request = ServeRequest {
            to: ValidatorIndex(peer),
            wanted: Wanted::Batch(Hash([digest; 32])),
        };
        limiter.allows(Tick(at), 100, &request, bytes)
    };
    assert!(ask(0, 1, 1, SERVED_BYTES_MAX));
    assert!(!ask(50, 1, 2, 1), "it has had its share");
    assert!(ask(50, 2, 2, 1), "another peer");
    assert!(ask(100, 1, 2, 1), "a new window");
}

#[test]
fn ranges_are_ascending_whole_and_end_with_their_finalization() {
    let mut cluster = Cluster::new(4);
    for number in 0..90 {
        let transaction = payment(&cluster.genesis, number);
        cluster.submit(0, vec![transaction]);
        cluster.run(25);
    }
    cluster.run(3_000);
    let set = cluster.genesis.validator_set();
    let store = cluster.nodes[1].store.as_ref();
    let top = cluster.nodes[1].replica.status().final_height;
    assert!(top.0 > RANGE_BLOCKS_MAX as u64, "more than one range");
    let mut above = Height(0);
    while above < top {
        let (class, frame) = answer(store, &Wanted::Range(Epoch(0), above))
            .unwrap()
            .unwrap();
        assert_eq!(class, Class::Sync);
        let Ok(PeerMessage::Core {
            message:
                Message::Range {
                    blocks,
                    finalization,
                },
            ..
        }) = PeerMessage::decode(&frame)
        else {
            panic!("a range");
        };
        assert!(blocks.len() <= RANGE_BLOCKS_MAX);
        for block in &blocks {
            assert_eq!(block.block.height, above.next());
            above = block.block.height;
        }
        assert_eq!(
            blocks.last().unwrap().block.digest(&set),
            finalization.digest
        );
        assert!(finalization.verify(&set));
    }
    assert!(
        answer(store, &Wanted::Range(Epoch(0), top))
            .unwrap()
            .is_none(),
        "nothing above"
    );
    assert!(
        answer(store, &Wanted::Range(Epoch(0), Height(u64::MAX)))
            .unwrap()
            .is_none()
    );
    assert!(
        answer(store, &Wanted::Batch(Hash([1; 32])))
            .unwrap()
            .is_none()
    );
    let page = store.scan(Family::Batches, &[], None, 1, false).unwrap();
    let (digest, row) = &page.rows[0];
    let digest = Hash(digest.as_slice().try_into().unwrap());
    let (class, frame) = answer(store, &Wanted::Batch(digest)).unwrap().unwrap();
    assert_eq!((class, frame), (Class::Batches, Arc::from(row.as_slice())));
}
