//! `Propose`, `Vote`, `Withdraw`: who may change what, by how many seats, from when on.
//!
//! Nodes 0 and 2 are validators of ba, 1 and 3 of bb, node 4 is an observer of ba: n = 4, so three seats decide.

use sycee_primitives::{Height, PublicKey};

use crate::{
    Change, Halt, ProposalState, RejectReason, read,
    tests::language::{Stage, secret},
};

pub(super) const TABLES: &[&str] = &[
    "
    # Who may propose, and what.
    T1 c1 propose leave 0                       = SY-00750
    T2 ba propose leave 0 expires=0             = SY-00752
    T3 ba propose leave 0 expires=7776009       = SY-00752
    T4 ba propose leave 9                       = SY-00754
    T5 ba propose leave 4                       = SY-00756
    T6 ba propose join 1 with=new                = SY-00758
    T7 ba propose join 4 with=node-1             = SY-00764
    T8 ba propose rotate 1 with=node-1           = SY-00764
    T9 ba propose rotate 1 with=new proof=other  = SY-00766
    T10 ba propose rotate 4 with=new             = SY-00756
    T11 ba propose join 4 with=weak              = SY-00930
    T12 ba propose leave 0 lock=7776001         = SY-00932
    T13 op propose accounts 1                   = SY-00768
    T14 op propose participants 3               = SY-00768
    T15 op propose checkpoint 0                 = SY-00768
    T16 op propose checkpoint 60001             = SY-00768
    T17 ba propose protocol 1 900               = SY-00770
    T18 ba propose protocol 2 1                 = SY-00770
    T19 op propose join 4 with=new               = proposals 0
    T20 bb propose rotate 3 with=new             = proposals 1
",
    "
    # Three of four seats, each by the participant that runs the validator; a word can be taken back.
    T1 op propose join 4 with=new                = proposals 0
    T2 ba vote 0 4                              = SY-00756
    T3 ba vote 0 1                              = SY-00784
    T4 ba vote 7 0                              = SY-00780
    T5 ba vote 0 0                              = settled
    T6 ba vote 0 0                              = SY-00786
    T7 ba vote 0 2                              = settled
    T8 ba vote 0 2 no                           = settled
    T9 bb vote 0 1                              = settled
    T10 bb vote 0 3 no                          = SY-00786
    T11 bb vote 0 3                             = settled
    T12 ba vote 0 2                             = SY-00782
    T13 ba withdraw 0                           = SY-00788
    T14 ba withdraw 5                           = SY-00780
    block 20
    # It is in force at the start of the next block: five validators, of whom four decide.
    T15 ba propose leave 4                      = proposals 1
    T16 op withdraw 0                           = SY-00782
    T17 ba withdraw 1                           = settled
    T18 ba vote 1 0                             = SY-00782
",
    "
    # The last validator stays.
    T1 ba propose leave 0                       = proposals 0
    T2 ba vote 0 0                              = settled
    T3 bb vote 0 1                              = settled
    T4 ba vote 0 2                              = settled
    block 10
    T5 bb propose leave 1                       = proposals 1
    T6 ba vote 1 0                              = SY-00756
    T7 bb vote 1 1                              = settled
    T8 ba vote 1 2                              = settled
    T9 bb vote 1 3                              = settled
    block 20
    T10 ba propose leave 2                      = proposals 2
    T11 ba vote 2 2                             = settled
    T12 bb vote 2 3                             = settled
    block 30
    T13 bb propose leave 3                      = SY-00762
    T14 ba propose leave 3                      = SY-00750
",
];

fn set(stage: &Stage) -> (u64, Vec<u16>) {
    let (version, members) = read::validators(&stage.ledger);
    (version, members.into_iter().map(|(node, _)| node).collect())
}

fn state(stage: &Stage, id: u64) -> ProposalState {
    read::proposal(&stage.ledger, id).unwrap().0.state
}

#[test]
fn a_validator_joins_leaves_and_changes_its_key_after_the_time_lock() {
    let mut stage = Stage::new();
    stage.run(
        "
    T1 op propose join 4 with=new lock=60        = proposals 0
    T2 ba vote 0 0                              = settled
    T3 bb vote 0 1                              = settled
    T4 bb vote 0 3                              = settled
    block 30
    T5 ba propose leave 0                       = proposals 1
    ",
    );
    assert_eq!(set(&stage), (0, vec![0, 1, 2, 3]), "the time-lock holds");
    assert_eq!(state(&stage, 0), ProposalState::Approved);
    let due = stage.ledger.next_due();
    assert_eq!(due, read::proposal(&stage.ledger, 0).unwrap().0.effective);
    stage.run("\n    block 90\n    T6 bb propose rotate 3 with=fresh = proposals 2\n    ");
    assert_eq!(set(&stage), (1, vec![0, 1, 2, 3, 4]));
    stage.run(
        "
    T7 ba vote 2 0                              = settled
    T8 bb vote 2 1                              = settled
    T9 ba vote 2 2                              = settled
    T10 bb vote 2 3                             = settled
    T11 ba vote 1 0                             = settled
    T12 bb vote 1 1                             = settled
    T13 bb vote 1 3                             = settled
    T14 ba vote 1 4                             = settled
    block 100
    T15 ba pay A1 C1 10                         = settled
    ",
    );
    assert_eq!(set(&stage), (3, vec![1, 2, 3, 4]));
    let keys = read::validators(&stage.ledger).1;
    let key: PublicKey = secret("fresh").public_key();
    assert!(keys.contains(&(3, key)));
    assert_eq!(state(&stage, 1), ProposalState::Applied);
}

#[test]
fn what_nobody_approves_expires_and_what_has_become_impossible_fails() {
    let mut stage = Stage::new();
    stage.run(
        "
    T1 ba propose leave 0 expires=40            = proposals 0
    T2 bb propose join 4 with=k lock=10          = proposals 1
    T3 bb propose join 4 with=k2                 = proposals 2
    T4 ba vote 1 0                              = settled
    T5 bb vote 1 1                              = settled
    T6 ba vote 1 2                              = settled
    T7 ba vote 2 0                              = settled
    T8 bb vote 2 1                              = settled
    T9 ba vote 2 2                              = settled
    block 50
    T10 ba vote 0 0                             = SY-00782
    ",
    );
    let states = [0, 1, 2].map(|id| state(&stage, id));
    use ProposalState::{Applied, Expired, Failed};
    assert_eq!(states, [Expired, Failed, Applied]);
    assert_eq!(stage.ledger.next_due(), None);
}

#[test]
fn a_vote_of_a_seat_that_left_does_not_count() {
    let mut stage = Stage::new();
    stage.run(
        "
    T1 ba propose checkpoint 2000               = proposals 0
    T2 ba vote 0 0                              = settled
    T3 bb vote 0 1                              = settled
    T4 ba propose leave 0                       = proposals 1
    T5 bb vote 1 1                              = settled
    T6 ba vote 1 2                              = settled
    T7 bb vote 1 3                              = settled
    block 20
    # Three are left and three are needed: 1, 2 and 3.
    T8 ba vote 0 2                              = settled
    ",
    );
    let (proposal, counted) = read::proposal(&stage.ledger, 0).unwrap();
    assert_eq!((proposal.approvals.len(), counted), (3, 2));
    stage.run(
        "\n    T9 bb vote 0 3 = settled\n    block 30\n    T10 ba pay A1 C1 1 = settled\n    ",
    );
    assert_eq!(stage.ledger.parameters().checkpoint_interval_ms, 2_000);
}

#[test]
fn a_program_stops_before_rules_that_it_does_not_know() {
    let mut stage = Stage::new();
    stage.run(
        "
    T1 ba propose protocol 2 4                  = proposals 0
    T2 ba vote 0 0                              = settled
    T3 bb vote 0 1                              = settled
    T4 ba vote 0 2                              = settled
    block 20
    T5 ba pay A1 C1 1                           = settled
    ",
    );
    let height = stage.ledger.height();
    assert!(height < Height(4));
    assert_eq!(read::protocol_version(&stage.ledger, Height(3)), 1);
    assert_eq!(read::protocol_version(&stage.ledger, Height(4)), 2);
    let mut ledger = stage.ledger.clone();
    let halt = loop {
        let context = crate::BlockContext {
            height: ledger.height().next(),
            time: ledger.time(),
        };
        if let Err(halt) = crate::execute(&mut ledger, &context, []) {
            break halt;
        }
    };
    let (height, version) = (Height(4), 2);
    assert_eq!(halt, Halt::ProtocolUnknown { height, version });
}

#[test]
fn a_preview_says_what_a_change_does_to_the_quorum() {
    let stage = Stage::new();
    let key = secret("new").public_key();
    let proof = secret("new").sign(&crate::possession(&stage.ledger.chain_id(), 4, &key));
    let join = Change::Join {
        node: 4,
        key,
        proof,
    };
    let shown = |change: &Change| {
        let preview = read::preview(&stage.ledger, change);
        [preview.before, preview.after].map(|it| (it.validators, it.faults, it.quorum))
    };
    assert_eq!(shown(&join), [(4, 1, 3), (5, 1, 4)]);
    assert_eq!(shown(&Change::Leave { node: 0 }), [(4, 1, 3), (3, 0, 3)]);
}

#[test]
fn a_set_has_no_more_validators_than_ordering_can_carry() {
    let mut stage = Stage::new();
    for node in 0..sycee_primitives::limits::VALIDATORS_MAX {
        stage.ledger.products.seats.add(crate::Seat {
            participant: sycee_primitives::ParticipantId(1),
            key: Some(secret(&format!("many-{node}")).public_key()),
            since: 0,
        });
    }
    let reached = stage.run("\n    T1 ba propose join 4 with=new = SY-00760\n    ");
    assert!(reached.contains(&RejectReason::ValidatorsFull));
}
