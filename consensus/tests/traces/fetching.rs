//! Watermarks that are lost, overtaken or lies, and what is asked for because of them.

use sycee_consensus::{Certificate, Message, Proposal, Seq, View, VoteKind, Watermark};
use sycee_primitives::{Hash, Signature};

use crate::world::{MS, World, index};

/// Breaks watermarks that are sent only when they change: those of one moment are lost, and nobody ever has q of them.
#[test]
pub fn l13_lost_watermarks_are_repeated() {
    let [first, second, third, fourth] = World::turns();
    let mut world = World::new(&[fourth]);
    world.advance(100 * MS);
    let links = [first, second, third].map(|from| {
        let others = [first, second, third]
            .into_iter()
            .filter(move |to| *to != from);
        others.map(move |to| (from, to)).collect::<Vec<_>>()
    });
    world.pay(third, 1).unwrap();
    // The batch itself arrives (one delay after its sync); what they say of it does not.
    world.advance(1_350);
    world.cut(&links.concat());
    world.advance(100 * MS);
    world.mend();
    world.advance(3_000 * MS);
    for node in [first, second, third] {
        assert!(world.has_delivered(node, 1), "{node}");
    }
}

/// Breaks "it has it": after a crash the tip is held and its ancestors are not; the watermark that names the tip must ask for them.
#[test]
pub fn b7a_a_watermark_on_what_is_held_asks_for_the_missing_ancestor() {
    let [first, second, third, core] = World::turns();
    let mut world = World::new(&[first, second, third]);
    let mut lane = vec![world.batch(first, 0, None, 1)];
    for transaction in 2..=4 {
        let next = world.batch(first, 0, lane.last(), transaction);
        lane.push(next);
    }
    world.give(first, &[core], &lane[0]);
    world.give(first, &[core], &lane[3]);
    world.advance(10 * MS);
    world.crash(core);
    world.advance(10 * MS);
    let restart = world.time;
    world.start(core);
    world.mark(second, &[core], &lane[3]);
    world.advance(200 * MS);
    assert!(world.requests(core, world.digest(&lane[2]), restart) > 0);
    world.give(second, &[core], &lane[2]);
    world.advance(200 * MS);
    assert!(world.requests(core, world.digest(&lane[1]), restart) > 0);
    world.give(second, &[core], &lane[1]);
    world.advance(10 * MS);
    assert_eq!(
        world.watermark(core, first),
        Some((4, world.digest(&lane[3])))
    );
}

/// Breaks vectors without a number: an old full vector that was overtaken takes back what a newer delta said.
#[test]
pub fn b7b_an_overtaken_vector_takes_nothing_back() {
    let [leader, second, third, fourth] = World::turns();
    let mut world = World::new(&[second, third, fourth]);
    let first = world.batch(second, 0, None, 1);
    let tip = world.batch(second, 0, Some(&first), 2);
    for hand in [second, third] {
        world.mark_numbered(hand, &[leader], &tip, 5);
        world.mark_numbered(hand, &[leader], &first, 4);
    }
    world.advance(5 * MS);
    world.give(second, &[leader], &first);
    world.give(second, &[leader], &tip);
    world.advance(50 * MS);
    let blocks = world.proposals(leader);
    assert_eq!(blocks[0].cut[0].digest, world.digest(&tip));
}

/// Breaks fetches without end: one liar names what does not exist, and a quiet network asks for it for ever.
#[test]
pub fn b8_a_lying_watermark_is_asked_for_eight_times_and_keeps_nobody_awake() {
    let [first, second, liar, core] = World::turns();
    let mut world = World::new(&[first, second, liar]);
    let lie = |fill: u8| Watermark {
        lane: index(second),
        seq: Seq(1),
        digest: Hash([fill; 32]),
    };
    world.say_marks(liar, &[core], lie(7), 1);
    world.advance(20_000 * MS);
    let asked = world.requests(core, Hash([7; 32]), 0);
    assert!((8..=32).contains(&asked), "8 rounds of at most 4: {asked}");
    let before = world.said.len();
    world.advance(30_000 * MS);
    assert_eq!(world.said.len(), before, "silence");
    // Something new of the same liar is looked at again.
    let again = world.time;
    world.say_marks(liar, &[core], lie(8), 2);
    world.advance(5_000 * MS);
    assert!(world.requests(core, Hash([8; 32]), again) >= 8);
    // A lie at the lowest position does not keep what others hold from being asked for.
    let real = world.batch(second, 0, None, 1);
    let tip = world.batch(second, 0, Some(&real), 2);
    let later = world.time;
    world.mark(first, &[core], &tip);
    world.mark(second, &[core], &tip);
    world.advance(60_000 * MS);
    let asked = world.requests(core, world.digest(&tip), later);
    assert!(
        asked > 32,
        "two of four say so: one is honest, it is asked until it comes: {asked}"
    );
}

/// Breaks relaying a proposal as it came: its leader has put in a certificate that does not hold, and whoever relays it is blamed.
#[test]
fn v18_a_relayed_proposal_carries_certificates_of_the_relay_only() {
    let [first, second, third, core] = World::turns();
    let mut world = World::new(&[first, second, third]);
    world.advance(10 * MS);
    world.nullify(core, 1);
    world.advance(5 * MS);
    assert_eq!(world.view(core), 2);
    let false_one = Certificate {
        kind: VoteKind::Nullify,
        view: View(1),
        digest: Hash::ZERO,
        bitmap: vec![0b111],
        signatures: vec![Signature([0; 64]); 3],
    };
    let proposal = Message::Proposal(Proposal {
        block: world.block(2, None, &[]),
        justification: vec![false_one],
    });
    world.say(second, &[core], &proposal);
    world.advance(5 * MS);
    world.say(third, &[core], &Message::ProposalRequest { view: View(2) });
    world.advance(5 * MS);
    let relayed: Vec<&Proposal> = world
        .said
        .iter()
        .filter(|(_, from, to, _)| (*from, *to) == (core, third))
        .filter_map(|(_, _, _, message)| match message {
            Message::Proposal(proposal) => Some(proposal),
            _ => None,
        })
        .collect();
    assert_eq!(relayed.len(), 1, "asked once");
    let carried = &relayed[0].justification;
    assert!(carried.iter().all(|it| it.verify(&world.set)));
    assert_eq!(
        carried.len(),
        1,
        "the nullification of view 1, as this node knows it"
    );
}
