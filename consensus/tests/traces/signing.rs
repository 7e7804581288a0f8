//! What a key signs: never two contradictory statements, across timers, crashes, lost and put back disks.

use sycee_consensus::{Certificate, Message, OwnStatements, Parameters, Record, Vote, VoteKind};
use sycee_primitives::{Hash, Height};

use crate::ballots::voter_and_hands;
use crate::world::{MS, World, index};

/// Breaks a gate that reads what is synced: a Nullify is on its way to the disk when the notarization comes, and a Finalize follows it.
#[test]
pub fn s1_the_record_includes_what_is_queued_for_the_disk() {
    let (mut world, core, [leader, second, third]) = voter_and_hands();
    world.covered_tip(core, second, third);
    let digest = world.block(1, None, &[]).block.digest(&world.set);
    for hand in [leader, second] {
        let vote = world.ballot(hand, VoteKind::Notarize, 1, digest);
        world.hear(core, hand, Message::Vote(vote));
    }
    assert!(world.advance_to_queued(core, 1).nullified);
    let last = world.ballot(third, VoteKind::Notarize, 1, digest);
    world.hear(core, third, Message::Vote(last));
    assert_eq!(world.view(core), 2, "notarized");
    world.advance(50 * MS);
    assert_eq!(world.votes_in(core, 1), [(VoteKind::Nullify, Hash::ZERO)]);
}

/// Breaks records that are dropped above what is final: a view that was given up is finalized when its notarization comes late; and a
/// replayed notarization from below the final view gets no vote at all.
#[test]
pub fn s2_records_stay_until_their_view_is_final_and_nothing_is_signed_below() {
    let (mut world, core, [first, second, third]) = voter_and_hands();
    let hands = [first, second, third];
    let tip = world.covered_tip(core, second, third);
    let block = world.block(1, None, &[&tip]);
    let digest = world.notarize(core, &block);
    world.advance(700 * MS);
    assert!(world.has_nullified(core, 2), "nobody proposed in view 2");
    world.nullify(core, 2);
    world.advance(5 * MS);
    world.vote(core, VoteKind::Finalize, 1, digest);
    world.advance(5 * MS);
    assert_eq!((world.final_height(core), world.view(core)), (1, 3));
    let late = world.block(2, Some(&block), &[]);
    let late = late.block.digest(&world.set);
    let notarization = world.certificate(hands, VoteKind::Notarize, 2, late);
    world.hear(core, first, Message::Certificate(notarization.clone()));
    world.advance(50 * MS);
    assert_eq!(world.votes_in(core, 2), [(VoteKind::Nullify, Hash::ZERO)]);
    let next = world.block(3, Some(&block), &[]);
    world.finalize(core, &next);
    assert_eq!(world.final_height(core), 2);
    world.hear(core, first, Message::Certificate(notarization));
    world.advance(50 * MS);
    assert_eq!(world.votes_in(core, 2), [(VoteKind::Nullify, Hash::ZERO)]);
}

/// Breaks "only a missing log is a lost log": an old image of the disk is put back, and what it does not know is signed otherwise.
#[test]
pub fn s4_an_old_disk_that_was_put_back_is_found_out_before_it_signs() {
    let [first, second, third, core] = World::turns();
    let parameters = Parameters {
        heartbeat_ms: 1 << 40,
        recollect_us: 2_000_000,
        ..Parameters::local_network()
    };
    let mut world = World::with(&[first, second, third], parameters);
    let tell = |world: &mut World, votes: &[Vote]| {
        for hand in [first, second] {
            let statements = OwnStatements {
                votes: votes.to_vec(),
                header: None,
                finalization: None,
            };
            world.say(hand, &[core], &Message::OwnStatements(Box::new(statements)));
        }
        world.advance(5 * MS);
    };
    tell(&mut world, &[]);
    let image: Vec<Record> = world.nodes[core].disk.synced.clone();
    let block = world.block(1, None, &[]);
    let digest = world.propose(core, &block);
    world.advance(5 * MS);
    assert!(world.has_notarized(core, digest));
    let signed = world.votes(core);
    world.crash(core);
    world.nodes[core].disk.synced = image;
    world.start(core);
    tell(&mut world, &signed[..1]);
    let other = world.block(1, None, &[]);
    let other = world.propose(core, &other);
    world.advance(50 * MS);
    assert!(other != digest && !world.has_notarized(core, other));
    assert!(world.is_quarantined(core));
}

/// Breaks "signs again one view above what others answer": a certificate of that view may have let it in, and it may have signed there.
#[test]
pub fn s4_after_a_loss_the_first_view_is_two_above_the_answers() {
    let (mut world, core, hands) = voter_and_hands();
    world.nullify(core, 1);
    world.advance(5 * MS);
    let digest = world.block(2, None, &[]);
    let digest = world.propose(core, &digest);
    world.advance(5 * MS);
    assert!(world.has_notarized(core, digest));
    world.lose_disk(core);
    world.advance(5 * MS);
    // None of the others saw that nullification.
    world.answer_rejoin(core, &hands, 1, (None, None));
    world.nullify(core, 1);
    world.advance(5 * MS);
    let other = world.block(2, None, &[]);
    let other = world.propose(core, &other);
    world.advance(50 * MS);
    assert!(other != digest && !world.has_notarized(core, other));
    world.nullify(core, 2);
    world.advance(5 * MS);
    let block = world.block(3, None, &[]);
    let third = world.propose(core, &block);
    world.advance(50 * MS);
    assert!(world.has_notarized(core, third), "and from there it signs");
}

/// Breaks "the view is known already": a copy from inside quarantine is put back, and meanwhile the key has signed in the view that it names.
#[test]
pub fn j4_what_an_earlier_start_was_told_is_not_enough() {
    let (mut world, core, hands) = voter_and_hands();
    world.lose_disk(core);
    world.advance(5 * MS);
    world.answer_rejoin(core, &hands, 1, (None, None));
    let image: Vec<Record> = world.nodes[core].disk.synced.clone();
    let into_third = |world: &mut World| {
        for view in [1, 2] {
            world.nullify(core, view);
            world.advance(5 * MS);
        }
    };
    into_third(&mut world);
    let block = world.block(3, None, &[]);
    let digest = world.propose(core, &block);
    world.advance(5 * MS);
    assert!(world.has_notarized(core, digest), "it signs again");
    world.crash(core);
    world.nodes[core].disk.synced = image;
    world.start(core);
    world.advance(5 * MS);
    let entry = world.certificate(hands, VoteKind::Nullify, 2, Hash::ZERO);
    world.answer_rejoin(core, &hands, 3, (Some(entry), None));
    into_third(&mut world);
    let other = world.block(3, None, &[]);
    let other = world.propose(core, &other);
    world.advance(50 * MS);
    assert!(other != digest && !world.has_notarized(core, other));
    assert!(world.is_quarantined(core));
    for view in [3, 4] {
        world.nullify(core, view);
        world.advance(5 * MS);
    }
    assert!(!world.is_quarantined(core), "two views above the answers");
}

/// Breaks answers that prove nothing: one liar names a view that nobody will ever reach, and the quarantine never ends.
#[test]
pub fn l8_a_view_out_of_thin_air_does_not_keep_a_validator_out() {
    let (mut world, core, hands) = voter_and_hands();
    world.lose_disk(core);
    world.advance(5 * MS);
    world.answer_rejoin(core, &hands[..1], 1 << 60, (None, None));
    world.answer_rejoin(core, &hands, 1, (None, None));
    for view in [1, 2] {
        world.nullify(core, view);
        world.advance(5 * MS);
    }
    assert!(!world.is_quarantined(core));
}

/// Breaks an alarm clock that nobody stops: while a slow disk keeps the end of quarantine, the node would wake itself without a pause.
#[test]
pub fn j5_who_waits_for_the_end_of_quarantine_to_be_synced_sleeps() {
    let (mut world, core, hands) = voter_and_hands();
    world.lose_disk(core);
    world.advance(5 * MS);
    world.answer_rejoin(core, &hands, 1, (None, None));
    world.nullify(core, 1);
    world.advance(5 * MS);
    world.sync_us = 10_000 * MS;
    world.nullify(core, 2);
    let before = world.wakes;
    world.advance(5_000 * MS);
    assert!(world.is_quarantined(core), "its end is not on the disk yet");
    assert!(world.wakes - before < 50, "{} wakes", world.wakes - before);
}

/// Breaks an end of quarantine by views alone: two losses one after the other, and nobody holds what is final.
#[test]
pub fn s5_quarantine_lasts_until_everything_final_is_held_and_executed() {
    let (mut world, core, hands) = voter_and_hands();
    let tip = world.covered_tip(core, hands[1], hands[2]);
    let block = world.block(1, None, &[&tip]);
    world.finalize(core, &block);
    assert_eq!(world.final_height(core), 1);
    world.lose_disk(core);
    world.advance(5 * MS);
    let digest = block.block.digest(&world.set);
    let finalization = world.certificate(hands, VoteKind::Finalize, 1, digest);
    let proof = (Some(finalization.clone()), Some(finalization));
    world.answer_rejoin(core, &hands, 2, proof);
    world.propose(core, &block);
    world.advance(5 * MS);
    assert_eq!(world.final_height(core), 1, "the block came, its batch not");
    for view in [2, 3] {
        world.nullify(core, view);
        world.advance(5 * MS);
    }
    assert_eq!(world.view(core), 4, "the view from which it may sign");
    assert!(world.is_quarantined(core));
    world.give(hands[1], &[core], &tip);
    world.advance(20 * MS);
    assert!(world.has_delivered(core, 77) && !world.is_quarantined(core));
}

/// Breaks a node that takes anything on trust: final blocks and certificates are only what their signatures show.
#[test]
pub fn g2_a_forged_certificate_and_a_range_behind_one_are_refused() {
    let (mut world, core, hands) = voter_and_hands();
    let block = world.block(1, None, &[]);
    let digest = block.block.digest(&world.set);
    let forge = |world: &World, kind, digest| {
        let mut forged = world.certificate(hands, kind, 1, digest);
        forged.signatures[1] = forged.signatures[0];
        forged
    };
    let range = Message::Range {
        blocks: vec![block],
        finalization: forge(&world, VoteKind::Finalize, digest),
    };
    world.hear(core, hands[0], range);
    world.advance(5 * MS);
    assert_eq!((world.final_height(core), world.view(core)), (0, 1));
    let nullification = forge(&world, VoteKind::Nullify, Hash::ZERO);
    world.hear(core, hands[0], Message::Certificate(nullification));
    world.advance(5 * MS);
    assert_eq!(world.view(core), 1);
}

/// Breaks a count of messages: one validator that says the same three times is one validator.
#[test]
pub fn m3_one_signer_counts_once_however_often_it_speaks() {
    let mut world = World::new(&[1, 2, 3]);
    let vote = world.ballot(3, VoteKind::Nullify, 1, Hash::ZERO);
    for _ in 0..3 {
        world.hear(0, 3, Message::Vote(vote.clone()));
    }
    world.advance(5 * MS);
    assert_eq!(world.view(0), 1);
}

fn is_own_signature(world: &World, node: usize, message: &Message) -> bool {
    let signs = |certificate: &Certificate| {
        certificate
            .signers(&world.set)
            .any(|signer| signer == index(node))
    };
    match message {
        Message::Vote(vote) => vote.signer == index(node),
        Message::Certificate(certificate) => signs(certificate),
        Message::Proposal(proposal) => {
            world.set.leader(proposal.block.block.view) == index(node)
                || proposal.justification.iter().any(signs)
        }
        _ => false,
    }
}

/// Whether anything with the core's signature has left it.
fn has_leaked(world: &World, node: usize) -> bool {
    let mut said = world.said.iter();
    said.any(|(_, from, _, message)| *from == node && is_own_signature(world, node, message))
}

/// Breaks a node that counts its own vote before the sync, or sends before it: a crash forgets the vote, the network does not.
#[test]
pub fn b1_an_own_vote_leaves_in_no_form_before_its_sync() {
    let (mut world, core, [first, second, _]) = voter_and_hands();
    let block = world.block(1, None, &[]);
    let digest = block.block.digest(&world.set);
    for hand in [first, second] {
        let vote = world.ballot(hand, VoteKind::Notarize, 1, digest);
        world.hear(core, hand, Message::Vote(vote));
    }
    let proposal = sycee_consensus::Proposal {
        block,
        justification: Vec::new(),
    };
    world.hear(core, first, Message::Proposal(proposal));
    assert_eq!(world.queued(core, 1).unwrap().notarized, Some(digest));
    assert!(!has_leaked(&world, core));
    world.advance(MS);
    assert!(
        has_leaked(&world, core),
        "the disk has it, and all hear of it"
    );
}

/// Breaks a leader that hands out its proposal on request before the sync: after a crash there are two.
#[test]
pub fn b1_an_own_proposal_is_not_handed_out_before_its_sync() {
    let [core, second, third, fourth] = World::turns();
    let mut world = World::new(&[second, third, fourth]);
    world.advance(100 * MS);
    world.pay(core, 1).unwrap();
    let proposed = world.advance_to_queued(core, 1).proposed.unwrap();
    let view = sycee_consensus::View(1);
    world.hear(core, second, Message::ProposalRequest { view });
    let digest = proposed;
    world.hear(core, second, Message::BlockRequest { digest });
    assert!(!has_leaked(&world, core));
    world.advance(10 * MS);
    assert_eq!(world.proposals(core).len(), 1);
}

/// Breaks a start that forgets what was signed, and a check that looks at the view beside: a second block of the view gets a vote too.
#[test]
pub fn s5_a_restarted_voter_votes_once_in_a_view() {
    let (mut world, core, _) = voter_and_hands();
    let block = world.block(1, None, &[]);
    let digest = world.propose(core, &block);
    world.advance(10 * MS);
    assert!(world.has_notarized(core, digest));
    world.crash(core);
    world.start(core);
    let other = world.block(1, None, &[]);
    let other = world.propose(core, &other);
    world.advance(2_000 * MS);
    assert!(other != digest && !world.has_notarized(core, other));
}

/// Breaks a repetition that signs by what it remembers of blocks: the view was given up, and its block is finalized after a restart.
#[test]
pub fn a_restarted_voter_repeats_what_it_signed_and_nothing_else() {
    let (mut world, core, [_, second, third]) = voter_and_hands();
    world.covered_tip(core, second, third);
    let block = world.block(1, None, &[]);
    let digest = world.propose(core, &block);
    world.advance(1_000 * MS);
    let signed = [
        (VoteKind::Notarize, digest),
        (VoteKind::Nullify, Hash::ZERO),
    ];
    assert_eq!(world.votes_in(core, 1), signed);
    world.crash(core);
    world.start(core);
    let before = world.votes(core).len();
    world.advance(3_000 * MS);
    assert!(world.votes(core).len() > before, "it repeats itself");
    assert_eq!(world.votes_in(core, 1), signed);
}

/// Breaks a record of certificates in memory only: power fails everywhere, one validator stays silent, and a view that two have
/// finalized and the third never saw notarized can end in no way.
#[test]
pub fn l1_power_fails_everywhere_and_the_notarization_survives() {
    let [liar, a, b, c] = World::turns();
    let mut world = World::new(&[liar]);
    world.advance(100 * MS);
    world.cut(&[(a, c), (b, c)]);
    let block = world.block(1, None, &[]);
    for node in [a, b] {
        let digest = world.propose(node, &block);
        world.vote(node, VoteKind::Notarize, 1, digest);
    }
    world.advance(20 * MS);
    assert_eq!([a, b, c].map(|node| world.view(node)), [2, 2, 1]);
    for node in [a, b, c] {
        world.crash(node);
    }
    world.advance(100 * MS);
    world.mend();
    for node in [a, b, c] {
        world.start(node);
    }
    world.pay(a, 1).unwrap();
    world.pay(c, 2).unwrap();
    world.advance(10_000 * MS);
    for node in [a, b, c] {
        assert!(world.has_delivered(node, 1) && world.has_delivered(node, 2));
    }
}

/// Breaks a node that keeps the first of two finalizations and says nothing: who signed both is named, and the node stops.
#[test]
pub fn s9a_two_finalizations_of_a_view_name_who_signed_both() {
    let (mut world, core, hands) = voter_and_hands();
    let block = world.block(1, None, &[]);
    world.finalize(core, &block);
    assert_eq!(world.final_height(core), 1);
    let other = world.block(1, None, &[]).block.digest(&world.set);
    let second = world.certificate(hands, VoteKind::Finalize, 1, other);
    world.hear(core, hands[0], Message::Certificate(second));
    assert_eq!(culprits(&world, core), hands.len());
    assert!(world.nodes[core].core.as_ref().unwrap().status().stopped);
}

/// Breaks a node that looks at no nullification of a view that is final: across views it is the half of the proof.
#[test]
pub fn s9b_a_nullification_of_a_final_view_names_who_signed_both() {
    let (mut world, core, hands) = voter_and_hands();
    let block = world.block(1, None, &[]);
    world.finalize(core, &block);
    let nullification = world.certificate(hands, VoteKind::Nullify, 1, Hash::ZERO);
    world.hear(core, hands[0], Message::Certificate(nullification));
    assert_eq!(culprits(&world, core), hands.len());
}

/// Breaks offences that are remembered by the process only: after a restart nobody records them.
#[test]
pub fn e3_an_offence_outlives_a_restart_and_comes_into_the_next_own_block() {
    let (mut world, core, [liar, ..]) = voter_and_hands();
    for fill in [1, 2] {
        let vote = world.ballot(liar, VoteKind::Notarize, 1, Hash([fill; 32]));
        world.hear(core, liar, Message::Vote(vote));
    }
    assert_eq!(culprits(&world, core), 1);
    world.advance(5 * MS);
    world.crash(core);
    world.start(core);
    for view in 1..=3 {
        world.nullify(core, view);
        world.advance(5 * MS);
    }
    world.advance(50 * MS);
    let blocks = world.proposals(core);
    assert_eq!(blocks.len(), 1);
    assert_eq!((blocks[0].height, blocks[0].evidence.len()), (Height(1), 1));
}

/// How many validators the core has seen to have broken a rule.
fn culprits(world: &World, core: usize) -> usize {
    let known = world.offences.iter().filter(|(node, _)| *node == core);
    let mut found: Vec<_> = known.map(|(_, culprit)| culprit.validator).collect();
    found.sort_unstable();
    found.dedup();
    found.len()
}
