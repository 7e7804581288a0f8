//! One core that is shown contradictions, one after another.

use sycee_primitives::{BlockTime, ChainId, Epoch, SecretKey, Tick};

use super::*;
use crate::{
    BatchHeader, Config, Input, Now, OffenceKind, Parameters, Place, Proposal, Seq,
    VoteKind::{Finalize, Notarize, Nullify},
};

struct Node {
    core: Core,
    set: ValidatorSet,
    secrets: Vec<SecretKey>,
    /// What was alarmed, and what was written.
    offences: Vec<Culprit>,
    faults: Vec<&'static str>,
    records: Vec<Record>,
    /// Evidence that was told to the validators.
    told: usize,
    now: Tick,
}

impl Node {
    fn new() -> Node {
        Node::with(Journal::default())
    }

    fn with(journal: Journal) -> Node {
        Node::of(journal, true)
    }

    fn of(journal: Journal, votes: bool) -> Node {
        let secret = |i: u8| SecretKey::from_seed(&[i; 32]);
        let secrets: Vec<SecretKey> = (1..=4).map(secret).collect();
        let keys = secrets.iter().map(SecretKey::public_key).collect();
        let set = ValidatorSet::new(ChainId(Hash([3; 32])), Epoch(0), keys);
        // The node of these tests never leads in view 1.
        let me = set.indexes().find(|it| *it != set.leader(View(1))).unwrap();
        let config = Config {
            set: set.clone(),
            me: votes.then(|| (me, secret(u8::try_from(me.0).unwrap() + 1))),
            parameters: Parameters::local_network(),
            root: Block::genesis(&set, BlockTime(1_000), Hash::ZERO),
            last_token: crate::Token(0),
            challenge: Hash::ZERO,
            invalid_transaction: |_, _| false,
        };
        Node {
            core: Core::new(config, journal),
            set,
            secrets,
            offences: Vec::new(),
            faults: Vec::new(),
            records: Vec::new(),
            told: 0,
            now: Tick(1_000),
        }
    }

    fn feed(&mut self, input: Input) {
        let now = Now {
            tick: self.now,
            wall: BlockTime(2_000),
        };
        for output in self.core.step(now, input) {
            match output {
                Output::Alarm(Alarm::Offence { culprit, .. }) => self.offences.push(culprit),
                Output::Alarm(Alarm::PeerFault { what, .. }) => self.faults.push(what),
                Output::Persist { records, .. } => self.records.extend(records),
                Output::BroadcastToValidators(Message::Evidence(_)) => self.told += 1,
                _ => {}
            }
        }
    }

    fn hear(&mut self, from: ValidatorIndex, message: Message) {
        self.feed(Input::Message { from, message });
    }

    fn vote(&self, signer: u16, kind: VoteKind, view: u64, digest: u8) -> Vote {
        let key = &self.secrets[usize::from(signer)];
        let (signer, digest) = (ValidatorIndex(signer), Hash([digest; 32]));
        Vote::sign(&self.set, key, signer, kind, View(view), digest)
    }

    fn hear_vote(&mut self, vote: Vote) {
        self.hear(vote.signer, Message::Vote(vote));
    }

    /// A certificate of validators 1, 2 and 3.
    fn certificate(&self, kind: VoteKind, view: u64, digest: u8) -> Certificate {
        let votes: Vec<Vote> = (1..4)
            .map(|signer| self.vote(signer, kind, view, digest))
            .collect();
        let signed = votes.iter().map(|vote| (vote.signer, vote.signature));
        let digest = Hash([digest; 32]);
        Certificate::assemble(&self.set, kind, View(view), digest, signed)
    }

    fn seen(&self) -> Vec<(u16, OffenceKind, Place)> {
        let told = |it: &Culprit| (it.validator.0, it.slot.kind, it.slot.place);
        self.offences.iter().map(told).collect()
    }
}

const VIEW_1: Place = Place::View(View(1));

#[test]
fn the_second_of_two_votes_convicts_once_and_only_with_its_signature() {
    let mut node = Node::new();
    let (first, second) = (node.vote(1, Notarize, 1, 1), node.vote(1, Notarize, 1, 2));
    node.hear_vote(first.clone());
    let forged = Vote {
        digest: Hash([3; 32]),
        ..second.clone()
    };
    node.hear_vote(forged);
    assert_eq!((node.offences.len(), node.faults.len()), (0, 1));
    for vote in [second.clone(), first, second] {
        node.hear_vote(vote);
    }
    assert_eq!(node.seen(), vec![(1, OffenceKind::DoubleNotarize, VIEW_1)]);
    let written = node
        .records
        .iter()
        .filter(|it| matches!(it, Record::Evidence(_)));
    assert_eq!(written.count(), 1, "E3");
    assert_eq!(node.faults.len(), 1);
}

#[test]
fn a_vote_against_a_certificate_that_contains_the_opposite_convicts() {
    let mut node = Node::new();
    let nullification = node.certificate(Nullify, 1, 0);
    node.hear(ValidatorIndex(1), Message::Certificate(nullification));
    let late = node.vote(2, Finalize, 1, 1);
    node.hear_vote(late);
    assert_eq!(
        node.seen(),
        vec![(2, OffenceKind::NullifyAndFinalize, VIEW_1)]
    );
}

#[test]
fn two_certificates_that_cannot_both_be_name_everybody_in_both() {
    let mut node = Node::new();
    for digest in [1, 2, 2] {
        let certificate = node.certificate(Notarize, 1, digest);
        node.hear(ValidatorIndex(1), Message::Certificate(certificate));
    }
    let all: Vec<_> = (1..4)
        .map(|it| (it, OffenceKind::DoubleNotarize, VIEW_1))
        .collect();
    assert_eq!(node.seen(), all);
    let mut node = Node::new();
    for (kind, digest) in [(Nullify, 0), (Finalize, 1)] {
        let certificate = node.certificate(kind, 1, digest);
        node.hear(ValidatorIndex(1), Message::Certificate(certificate));
    }
    let all: Vec<_> = (1..4)
        .map(|it| (it, OffenceKind::NullifyAndFinalize, VIEW_1))
        .collect();
    assert_eq!(node.seen(), all);
}

fn proposal(node: &Node, view: u64, time: u64, evidence: Vec<Evidence>) -> SignedBlock {
    let genesis = Block::genesis(&node.set, BlockTime(1_000), Hash::ZERO);
    let block = Block {
        view: View(view),
        height: genesis.height.next(),
        parent: genesis.digest(&node.set),
        time: BlockTime(time),
        evidence,
        ..genesis
    };
    let leader = node.set.leader(View(view));
    SignedBlock::sign(&node.set, &node.secrets[leader.usize()], block)
}

fn message(block: SignedBlock) -> Message {
    Message::Proposal(Proposal {
        block,
        justification: Vec::new(),
    })
}

#[test]
fn two_proposals_of_a_view_convict_its_leader_in_any_slot() {
    for view in [1, 2] {
        let mut node = Node::new();
        let leader = node.set.leader(View(view));
        for time in [1_990, 1_991, 1_990] {
            let block = proposal(&node, view, time, Vec::new());
            node.hear(leader, message(block));
        }
        let place = Place::View(View(view));
        assert_eq!(
            node.seen(),
            vec![(leader.0, OffenceKind::DoubleProposal, place)]
        );
    }
}

#[test]
fn two_headers_of_a_position_convict_the_owner_of_the_lane() {
    let mut node = Node::new();
    let lane = node
        .set
        .indexes()
        .find(|it| Some(*it) != node.core.me())
        .unwrap();
    for time in [1, 2] {
        let header = BatchHeader {
            epoch: Epoch(0),
            lane,
            incarnation: 0,
            seq: Seq(1),
            parent: BatchHeader::lane_genesis(&node.set, lane),
            time: BlockTime(time),
            transactions: 1,
            bytes: 1,
            payload_root: Hash::ZERO,
        };
        let signed = SignedHeader::sign(&node.set, &node.secrets[lane.usize()], header);
        node.feed(Input::Batch(signed));
    }
    let place = Place::Lane {
        incarnation: 0,
        seq: Seq(1),
    };
    assert_eq!(node.seen(), vec![(lane.0, OffenceKind::DoubleBatch, place)]);
}

fn double_finalize(node: &Node, signer: u16, view: u64) -> Evidence {
    let (one, other) = (
        node.vote(signer, Finalize, view, 1),
        node.vote(signer, Finalize, view, 2),
    );
    Evidence::of_votes(Epoch(0), &one, &other).unwrap()
}

#[test]
fn e7_memory_and_blocks_are_bounded_whatever_one_validator_does() {
    let mut node = Node::new();
    for view in 1..=80 {
        let evidence = double_finalize(&node, 1, view);
        node.hear(ValidatorIndex(2), Message::Evidence(evidence));
    }
    assert_eq!(node.offences.len(), limits::EVIDENCE_PER_CULPRIT_MAX);
    assert_eq!(node.faults, Vec::<&str>::new());
    let genesis = Block::genesis(&node.set, BlockTime(1_000), Hash::ZERO);
    let chosen = node.core.choose_evidence(&genesis.digest(&node.set));
    assert_eq!(chosen.len(), limits::EVIDENCE_PER_BLOCK_MAX);
    let block = proposal(&node, 1, 1_990, chosen);
    assert_eq!(node.core.judge_evidence(&block.block), Ok(()));
}

#[test]
fn e4_a_block_whose_evidence_does_not_hold_is_given_up_at_once() {
    let reasons: [fn(&Node) -> Vec<Evidence>; 3] = [
        |node| {
            let mut forged = double_finalize(node, 1, 7);
            if let crate::Offence::Votes(pair) = &mut forged.offence {
                pair[1].signature = pair[0].signature;
            }
            vec![forged]
        },
        |node| vec![double_finalize(node, 2, 7), double_finalize(node, 1, 7)],
        |node| {
            (1..=17)
                .map(|view| double_finalize(node, 1, view))
                .collect()
        },
    ];
    for evidence in reasons {
        let mut node = Node::new();
        let leader = node.set.leader(View(1));
        let block = proposal(&node, 1, 1_990, evidence(&node));
        node.hear(leader, message(block));
        let gave_up = node
            .records
            .iter()
            .any(|it| matches!(it, Record::View(View(1), record) if record.nullified));
        assert!(gave_up && !node.faults.is_empty());
    }
    let mut node = Node::new();
    let leader = node.set.leader(View(1));
    let evidence = vec![double_finalize(&node, 1, 7)];
    let block = proposal(&node, 1, 1_990, evidence);
    node.hear(leader, message(block));
    let voted = node
        .records
        .iter()
        .any(|it| matches!(it, Record::View(View(1), record) if record.notarized.is_some()));
    assert!(
        voted,
        "what holds is voted for by those who have not seen it"
    );
}

#[test]
fn a_restart_knows_what_is_pending_and_what_is_recorded() {
    let node = Node::new();
    let (pending, recorded) = (double_finalize(&node, 1, 7), double_finalize(&node, 2, 7));
    let culprit = recorded.accused(&node.set).unwrap();
    let mut node = Node::with(Journal {
        evidence: vec![pending.clone(), recorded.clone()],
        recorded: vec![culprit],
        ..Journal::default()
    });
    let genesis = Block::genesis(&node.set, BlockTime(1_000), Hash::ZERO);
    let chosen = node.core.choose_evidence(&genesis.digest(&node.set));
    assert_eq!(chosen, vec![pending.clone()]);
    for evidence in [pending, recorded] {
        node.hear(ValidatorIndex(3), Message::Evidence(evidence));
    }
    assert_eq!(node.seen(), Vec::new(), "nothing of it is new");
}

/// A liar may show its two faces to observers alone; nobody else would ever record it.
#[test]
fn an_observer_tells_the_validators_what_it_can_show_until_a_block_records_it() {
    let mut node = Node::of(Journal::default(), false);
    node.hear_vote(node.vote(1, Notarize, 1, 1));
    assert_eq!(node.core.next_wakeup(), None, "nothing to tell, no timer");
    node.hear_vote(node.vote(1, Notarize, 1, 2));
    assert_eq!((node.seen().len(), node.told), (1, 1));
    for again in 2..=3 {
        node.now = node.core.next_wakeup().expect("it may have been lost");
        node.feed(Input::Tick);
        assert_eq!(node.told, again);
    }
}
