//! A lane that has to begin anew: after a lost record, after a poisoned batch, after a crash between two writes.

use sycee_consensus::{Input, SignedBlock, SignedHeader};

use crate::world::{MS, World};

/// One core whose lane it is, and hands for the others.
fn owner_and_hands() -> (World, usize) {
    let [first, second, third, owner] = World::turns();
    (World::new(&[first, second, third]), owner)
}

/// Makes a batch of the owner's key final that the owner does not know: signed before its record was lost.
fn finalize_unknown(world: &mut World, owner: usize) -> (SignedHeader, SignedBlock) {
    let before = world.batch(owner, 0, None, 900);
    let block = world.block(1, None, &[&before]);
    world.finalize(owner, &block);
    assert_eq!((world.final_height(owner), world.view(owner)), (1, 2));
    (before, block)
}

/// Breaks "header synced, payload not": a crash in between leaves a slot that can be neither used nor served. A crash behind the sync
/// and before the sending must not lose the batch either.
#[test]
pub fn l6a_a_batch_is_on_disk_whole_or_not_at_all() {
    let owner = World::turns()[1];
    for dies_synced in [false, true] {
        let mut world = World::new(&[]);
        world.advance(100 * MS);
        if dies_synced {
            world.crash_after_next_sync(owner);
        }
        let lost = world.pay(owner, 1).unwrap();
        if dies_synced {
            world.advance(10 * MS);
        } else {
            world.crash(owner);
        }
        world.advance(100 * MS);
        world.start(owner);
        world.advance(100 * MS);
        let next = world.pay(owner, 2).unwrap();
        assert_eq!(next.header.seq.0, if dies_synced { 2 } else { 1 });
        world.advance(3_000 * MS);
        assert!(world.has_delivered(0, 2), "the lane lives");
        assert_eq!(world.has_delivered(0, 1), dies_synced);
        assert!(world.digest(&lost) != world.digest(&next));
    }
}

/// Breaks a header without an incarnation, or one whose first batch stands on the lost tip: the new branch never extends a cut.
#[test]
pub fn l6b_holders_go_over_to_the_newest_life_and_the_lane_lives() {
    let [leader, second, third, owner] = World::turns();
    let mut world = World::new(&[owner]);
    // Only one validator ever got the first life's batches, so no cut has them.
    let first = world.batch(owner, 0, None, 1);
    let lost = world.batch(owner, 0, Some(&first), 2);
    world.give(owner, &[leader], &first);
    world.give(owner, &[leader], &lost);
    world.cut(&[(leader, second), (leader, third)]);
    world.advance(100 * MS);
    assert_eq!(
        world.watermark(leader, owner),
        Some((2, world.digest(&lost)))
    );
    world.mend();
    let anew = world.batch(owner, 256, None, 3);
    world.give(owner, &[leader, second, third], &anew);
    world.advance(20 * MS);
    assert_eq!(
        world.watermark(leader, owner),
        Some((1, world.digest(&anew))),
        "lower incarnations that no cut has are not watermarked"
    );
    world.advance(3_000 * MS);
    for node in [leader, second, third] {
        assert!(world.has_delivered(node, 3));
        assert!(!world.has_delivered(node, 1) && !world.has_delivered(node, 2));
    }
    let after = world.batch(owner, 256, Some(&anew), 4);
    world.give(owner, &[leader, second, third], &after);
    world.advance(3_000 * MS);
    assert!(world.has_delivered(leader, 4));
}

/// Breaks "an invalid batch freezes its lane": the bank with the bug is out until the next epoch.
#[test]
pub fn l6c_a_poisoned_batch_ends_one_life_and_not_the_lane() {
    let [leader, second, third, owner] = World::turns();
    let mut world = World::new(&[owner]);
    let good = world.batch(owner, 0, None, 1);
    let bad = world.batch(owner, 0, Some(&good), 2);
    let behind = world.batch(owner, 0, Some(&bad), 3);
    world.cut(&[(leader, second), (leader, third)]);
    world.give(owner, &[leader], &good);
    world.advance(10 * MS);
    world.step(leader, Input::Poisoned(bad));
    world.give(owner, &[leader], &behind);
    world.advance(10 * MS);
    assert_eq!(
        world.watermark(leader, owner),
        Some((1, world.digest(&good)))
    );
    assert!(
        !world.nodes[leader]
            .payloads
            .contains_key(&world.digest(&behind)),
        "not looked at"
    );
    world.mend();
    let anew = world.batch(owner, 256, None, 4);
    world.give(owner, &[leader, second, third], &anew);
    world.advance(3_000 * MS);
    assert!(world.has_delivered(second, 4));
}

/// The owner's side of the same: what it had sealed goes into the next life.
#[test]
pub fn l6c_the_owner_of_a_poisoned_batch_gives_its_life_up_and_goes_on() {
    let (mut world, owner) = owner_and_hands();
    let sealed = [1, 2].map(|transaction| world.pay(owner, transaction).unwrap());
    world.step(owner, Input::Poisoned(sealed[1].clone()));
    let digests: Vec<_> = sealed
        .iter()
        .map(|signed| (owner, world.digest(signed)))
        .collect();
    assert_eq!(world.abandoned, digests);
    let anew = world.pay(owner, 3).unwrap().header;
    assert_eq!((anew.incarnation, anew.seq.0), (256, 1));
    assert_eq!(anew.parent, sealed[0].header.parent, "the final entry");
}

/// Breaks "number = current view, and it must exceed the last": two lives in one view take the next view's number, which is then used
/// again by a node that has lost its record in that view.
#[test]
pub fn b6a_two_lives_in_one_view_stay_inside_the_view() {
    let (mut world, owner) = owner_and_hands();
    world.pay(owner, 1).unwrap();
    let (before, _) = finalize_unknown(&mut world, owner);
    let second = world.pay(owner, 2).unwrap();
    assert_eq!(second.header.incarnation, 2 * 256);
    assert_eq!(second.header.parent, world.digest(&before));
    world.step(owner, Input::Poisoned(second));
    let third = world.pay(owner, 3).unwrap();
    assert_eq!(third.header.incarnation, 2 * 256 + 1);
    assert_eq!(world.view(owner), 2);
    // A restart remembers which number was the last.
    world.advance(10 * MS);
    world.crash(owner);
    world.start(owner);
    let fourth = world.pay(owner, 4).unwrap();
    assert_eq!(
        fourth.header.parent,
        world.digest(&third),
        "and goes on in it"
    );
    world.step(owner, Input::Poisoned(fourth));
    let fifth = world.pay(owner, 5).unwrap();
    assert_eq!(fifth.header.incarnation, 2 * 256 + 2);
}

/// Breaks a parent fixed when the life begins: the cut moves before the first batch is signed, and every later one is off the line.
#[test]
pub fn b6b_the_parent_is_the_final_entry_of_the_moment_of_signing() {
    let (mut world, owner) = owner_and_hands();
    let sealed = world.pay(owner, 1).unwrap();
    let (first, parent) = finalize_unknown(&mut world, owner);
    // Off the line now; before it seals again the cut moves on.
    let next = world.batch(owner, 0, Some(&first), 901);
    let block = world.block(2, Some(&parent), &[&next]);
    world.finalize(owner, &block);
    assert_eq!(world.final_height(owner), 2);
    let anew = world.pay(owner, 2).unwrap().header;
    assert_eq!((anew.parent, anew.seq.0), (world.digest(&next), 3));
    assert_eq!(anew.incarnation, world.view(owner) * 256);
    // What was sealed before goes into the new life once the chain that went past it is delivered.
    for batch in [&first, &next] {
        world.give(0, &[owner], batch);
        world.advance(5 * MS);
    }
    assert_eq!(world.abandoned, vec![(owner, world.digest(&sealed))]);
}

/// Breaks a check that is made once: a refusal because the view has no number left is never looked at again, and the lane is dead.
#[test]
pub fn b6c_a_refused_life_begins_in_the_next_view() {
    let (mut world, owner) = owner_and_hands();
    for transaction in 0..=256 {
        let sealed = world.pay(owner, transaction).unwrap();
        world.step(owner, Input::Poisoned(sealed));
    }
    assert!(
        world.pay(owner, 1_000).is_none(),
        "256 lives have begun in this view"
    );
    world.nullify(owner, 1);
    world.advance(10 * MS);
    assert_eq!(world.view(owner), 2);
    let anew = world.pay(owner, 1_001).unwrap();
    assert_eq!(anew.header.incarnation, 2 * 256);
}
