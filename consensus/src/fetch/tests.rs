use super::*;

const PEERS: [ValidatorIndex; 6] = [
    ValidatorIndex(1),
    ValidatorIndex(2),
    ValidatorIndex(3),
    ValidatorIndex(4),
    ValidatorIndex(5),
    ValidatorIndex(6),
];

const WANT: Want = Want::Batch(Hash([1; 32]));

fn situation(now: u64) -> Situation<'static> {
    Situation {
        now: Tick(now),
        delay_us: 400,
        base_delay_us: 400,
        me: ValidatorIndex(0),
        peers: &PEERS,
    }
}

/// Who is asked for the batch of validator 4.
fn ask(fetches: &mut Fetches, now: u64, cause: Cause) -> Vec<u16> {
    ask_for(fetches, now, cause, Holders::default(), 0)
}

fn ask_for(
    fetches: &mut Fetches,
    now: u64,
    cause: Cause,
    holders: Holders,
    version: u64,
) -> Vec<u16> {
    let ask = Ask {
        cause,
        owner: Some(ValidatorIndex(4)),
        holders,
        version,
    };
    fetches
        .update(&[(WANT, ask)].into(), &situation(now))
        .into_iter()
        .map(|(peer, _)| peer.0)
        .collect()
}

#[test]
fn w5_the_owner_and_one_more_then_others_never_more_than_four() {
    let mut fetches = Fetches::default();
    assert_eq!(
        ask(&mut fetches, 0, Cause::Needed),
        [4, 1],
        "at once, the owner first"
    );
    assert_eq!(
        ask(&mut fetches, 99, Cause::Needed),
        [0u16; 0],
        "not before D/4"
    );
    assert_eq!(ask(&mut fetches, 100, Cause::Needed), [2, 3], "two more");
    assert_eq!(ask(&mut fetches, 300, Cause::Needed).len(), 4, "then four");
    assert_eq!(ask(&mut fetches, 100_000, Cause::Needed).len(), 4);
}

#[test]
fn w4_watermarks_wait_a_quarter_of_the_base_delay_and_a_proposal_does_not() {
    let mut fetches = Fetches::default();
    assert!(ask(&mut fetches, 0, Cause::Watermarks).is_empty());
    assert_eq!(fetches.next_due(), Some(Tick(100)));
    assert_eq!(
        ask(&mut fetches, 10, Cause::Needed),
        [4, 1],
        "a proposal names it meanwhile"
    );
}

#[test]
fn w6_a_few_liars_are_asked_eight_times() {
    let mut fetches = Fetches::default();
    let rounds = (0..100)
        .filter(|round| !ask(&mut fetches, round * 10_000, Cause::FewWatermarks).is_empty());
    assert_eq!(rounds.count(), 8);
    assert!(!fetches.is_open(), "it does not keep the node awake");
    assert!(
        !ask(&mut fetches, 2_000_000, Cause::Watermarks).is_empty(),
        "until an honest one says so too"
    );
}

#[test]
fn w5_who_owes_an_answer_is_asked_last() {
    let mut fetches = Fetches::default();
    assert_eq!(ask(&mut fetches, 1, Cause::Needed), [4, 1]);
    fetches.answered(ValidatorIndex(1), WANT);
    assert_eq!(ask(&mut fetches, 500, Cause::Needed), [2, 3]);
    assert_eq!(ask(&mut fetches, 1_000, Cause::Needed).len(), 4);
    fetches.update(&BTreeMap::new(), &situation(1_100));
    assert_eq!(
        ask(&mut fetches, 1_101, Cause::Needed),
        [1, 2],
        "4 was asked at 1 and never answered, whoever else did"
    );
    fetches.answered(ValidatorIndex(4), WANT);
    fetches.update(&BTreeMap::new(), &situation(1_102));
    assert_eq!(ask(&mut fetches, 1_103, Cause::Needed), [4, 1]);
}

#[test]
fn w5_holders_come_after_the_owner_and_before_the_others() {
    let mut fetches = Fetches::default();
    let holders = Holders::one(ValidatorIndex(6)).with(Holders::one(ValidatorIndex(3)));
    let asked = |fetches: &mut Fetches, now| ask_for(fetches, now, Cause::Needed, holders, 0);
    assert_eq!(asked(&mut fetches, 0), [4, 3]);
    assert_eq!(asked(&mut fetches, 100), [6, 1]);
}

#[test]
fn w6_a_changed_watermark_gives_the_few_another_eight_rounds() {
    let mut fetches = Fetches::default();
    let mut rounds = |start: u64, version| {
        let asked = (0..100).filter(|round| {
            let now = start + round * 10_000;
            let none = Holders::default();
            !ask_for(&mut fetches, now, Cause::FewWatermarks, none, version).is_empty()
        });
        asked.count()
    };
    assert_eq!(rounds(0, 1), 8);
    assert_eq!(rounds(2_000_000, 1), 0);
    assert_eq!(rounds(4_000_000, 2), 8);
}
