//! Two headers of one slot, tips that few hold, own tips of the leader.

use crate::world::{MS, World, index};

/// Breaks "a second header is only stored as evidence": no cut with a tip of the lane ever finds a quorum, so nobody's does.
#[test]
pub fn l5_a_forked_lane_stops_nobody() {
    let [first, second, third, liar] = World::turns();
    let mut world = World::new(&[liar]);
    let left = world.batch(liar, 0, None, 1);
    let right = world.batch(liar, 0, None, 2);
    world.give(liar, &[first, second], &left);
    world.give(liar, &[third], &right);
    world.mark(liar, &[first, second], &left);
    world.mark(liar, &[third], &right);
    for (node, transaction) in [(first, 11), (second, 12), (third, 13)] {
        world.pay(node, transaction);
    }
    world.advance(5_000 * MS);
    for node in [first, second, third] {
        for transaction in [11, 12, 13] {
            assert!(
                world.has_delivered(node, transaction),
                "{node} lacks {transaction}"
            );
        }
        let branches = [1, 2].map(|transaction| world.has_delivered(node, transaction));
        assert!(
            branches[0] != branches[1],
            "one branch of the fork, and only one: {branches:?}"
        );
        assert_eq!(
            world.nodes[node].transactions,
            world.nodes[first].transactions
        );
    }
    // Again at the next position, on the branch that was taken: the lane is not frozen either.
    let taken = if world.has_delivered(first, 1) {
        left
    } else {
        right
    };
    let next = world.batch(liar, 0, Some(&taken), 3);
    world.give(liar, &[first, second, third], &next);
    world.mark(liar, &[first, second, third], &next);
    world.advance(3_000 * MS);
    assert!(world.has_delivered(first, 3));
}

/// Breaks "covered by a and old": a leader would have to serve what one honest validator holds to everybody, inside its turn.
#[test]
pub fn l11_what_a_hold_is_not_included_however_old() {
    let [leader, second, third, fourth] = World::turns();
    let mut world = World::new(&[second, third, fourth]);
    let tip = world.batch(second, 0, None, 1);
    world.give(second, &[leader], &tip);
    world.mark(second, &[leader], &tip);
    world.advance(5_000 * MS);
    assert_eq!(
        world.watermark(leader, second),
        Some((1, world.digest(&tip))),
        "it holds it"
    );
    assert!(world.proposals(leader).is_empty());
    world.mark(third, &[leader], &tip);
    world.advance(50 * MS);
    let blocks = world.proposals(leader);
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].cut[0].digest, world.digest(&tip));
}

/// Breaks "every tip needs q watermarks": the leader's own payments would wait two message delays more.
#[test]
pub fn b9_the_leader_includes_its_own_lane_at_once() {
    let [leader, second, third, fourth] = World::turns();
    let mut world = World::new(&[second, third, fourth]);
    world.advance(1_000 * MS);
    world.pay(leader, 1).unwrap();
    world.advance(20 * MS);
    let blocks = world.proposals(leader);
    assert_eq!(blocks.len(), 1, "nobody has said a word to it");
    assert_eq!(blocks[0].cut[0].lane, index(leader));
}
