//! Fairness, priority and bounds of the inbox, without any network.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn put(inbox: &Inbox, from: u16, class: Class, fill: u8) {
    let permit = poll_once(inbox.reserve(PeerIndex(from), class, 1)).flatten();
    inbox.push(PeerIndex(from), class, vec![fill], permit.expect("budget"));
}

fn drain(inbox: &Inbox) -> Vec<(u16, Class, u8)> {
    let mut seen = Vec::new();
    while let (Some(NetworkEvent::Frame { from, class, bytes }), _) = inbox.pop() {
        seen.push((from.0, class, bytes[0]));
    }
    seen
}

#[test]
fn urgent_classes_come_first_and_peers_take_turns() {
    let inbox = Inbox::new(3);
    put(&inbox, 1, Class::Batches, 1);
    put(&inbox, 1, Class::Batches, 2);
    put(&inbox, 2, Class::Batches, 3);
    put(&inbox, 1, Class::Sync, 4);
    put(&inbox, 2, Class::Blocks, 5);
    put(&inbox, 2, Class::Votes, 6);
    let expected = [
        (2, Class::Votes, 6),
        (2, Class::Blocks, 5),
        (1, Class::Sync, 4),
        (1, Class::Batches, 1),
        (2, Class::Batches, 3),
        (1, Class::Batches, 2),
    ];
    assert_eq!(drain(&inbox), expected);
}

#[test]
fn a_flood_of_votes_cannot_starve_the_other_classes() {
    let inbox = Inbox::new(2);
    put(&inbox, 1, Class::Blocks, 0);
    put(&inbox, 1, Class::Batches, 0);
    let mut after = Vec::new();
    for count in 0..200 {
        put(&inbox, 1, Class::Votes, 0);
        if let (Some(NetworkEvent::Frame { class, .. }), _) = inbox.pop()
            && class != Class::Votes
        {
            after.push((class, count));
        }
    }
    assert_eq!(after, [(Class::Blocks, 32), (Class::Batches, 33)]);
}

#[test]
fn one_peer_fills_only_its_own_budget_and_gets_it_back_frame_by_frame() {
    let inbox = Inbox::new(2);
    let class = Class::Votes;
    let length = class.frame_bytes_max();
    let mut held = 0;
    while let Some(Some(permit)) = poll_once(inbox.reserve(PeerIndex(0), class, length)) {
        inbox.push(PeerIndex(0), class, vec![0; length], permit);
        held += 1;
    }
    assert_eq!(
        held,
        class.inbound_bytes_max() / (length + FRAME_OVERHEAD_BYTES)
    );
    assert!(poll_once(inbox.reserve(PeerIndex(1), class, length)).is_some());
    assert!(poll_once(inbox.reserve(PeerIndex(0), Class::Blocks, length)).is_some());
    assert!(inbox.pop().0.is_some());
    assert!(poll_once(inbox.reserve(PeerIndex(0), class, length)).is_some());
}

#[test]
fn a_flapping_link_is_told_in_order_and_never_piles_up() {
    let inbox = Inbox::new(2);
    let peer = PeerIndex(1);
    inbox.set_connected(peer, true);
    inbox.set_connected(peer, false);
    assert!(
        inbox.pop().0.is_none(),
        "a link that came and went unseen is no news"
    );
    inbox.set_connected(peer, true);
    assert_eq!(inbox.pop().0, Some(NetworkEvent::Connected(peer)));
    for _ in 0..1000 {
        inbox.set_connected(peer, false);
        inbox.set_connected(peer, true);
    }
    assert_eq!(inbox.pop().0, Some(NetworkEvent::Disconnected(peer)));
    assert_eq!(inbox.pop().0, Some(NetworkEvent::Connected(peer)));
    assert!(inbox.pop().0.is_none());
    inbox.set_connected(peer, false);
    assert_eq!(inbox.pop().0, Some(NetworkEvent::Disconnected(peer)));
    assert!(inbox.pop().0.is_none());
}

#[test]
fn a_closed_inbox_ends_its_readers() {
    let inbox = Inbox::new(1);
    inbox.close();
    assert!(matches!(
        poll_once(inbox.reserve(PeerIndex(0), Class::Votes, 1)),
        Some(None)
    ));
    assert_eq!(inbox.pop(), (None, true));
}
