use super::*;

const PEERS: [ValidatorIndex; 6] = [
    ValidatorIndex(1),
    ValidatorIndex(2),
    ValidatorIndex(3),
    ValidatorIndex(4),
    ValidatorIndex(5),
    ValidatorIndex(6),
];

fn ask(fetches: &mut Fetches, now: u64, cause: Cause, heard: &[Tick]) -> Vec<u16> {
    let wanted = [(Want::Batch(Hash([1; 32])), (cause, Some(ValidatorIndex(4))))].into();
    let situation = Situation {
        now: Tick(now),
        delay_us: 400,
        base_delay_us: 400,
        peers: &PEERS,
        heard,
    };
    fetches
        .update(&wanted, &situation)
        .into_iter()
        .map(|(peer, _)| peer.0)
        .collect()
}

#[test]
fn w5_the_owner_and_one_more_then_others_never_more_than_four() {
    let (mut fetches, heard) = (Fetches::default(), [Tick(0); 7]);
    assert_eq!(
        ask(&mut fetches, 0, Cause::Needed, &heard),
        [4, 1],
        "at once, the owner first"
    );
    assert_eq!(
        ask(&mut fetches, 99, Cause::Needed, &heard),
        [0u16; 0],
        "not before D/4"
    );
    assert_eq!(
        ask(&mut fetches, 100, Cause::Needed, &heard),
        [2, 3],
        "two more"
    );
    assert_eq!(
        ask(&mut fetches, 300, Cause::Needed, &heard).len(),
        4,
        "then four"
    );
    assert_eq!(ask(&mut fetches, 100_000, Cause::Needed, &heard).len(), 4);
}

#[test]
fn w4_watermarks_wait_a_quarter_of_the_base_delay_and_a_proposal_does_not() {
    let (mut fetches, heard) = (Fetches::default(), [Tick(0); 7]);
    assert!(ask(&mut fetches, 0, Cause::Watermarks, &heard).is_empty());
    assert_eq!(fetches.next_due(), Some(Tick(100)));
    assert_eq!(
        ask(&mut fetches, 10, Cause::Needed, &heard),
        [4, 1],
        "a proposal names it meanwhile"
    );
}

#[test]
fn w6_a_few_liars_are_asked_eight_times() {
    let (mut fetches, heard) = (Fetches::default(), [Tick(0); 7]);
    let rounds = (0..100).filter(|round| {
        !ask(&mut fetches, round * 10_000, Cause::FewWatermarks, &heard).is_empty()
    });
    assert_eq!(rounds.count(), 8);
    assert!(!fetches.is_open(), "it does not keep the node awake");
    assert!(
        !ask(&mut fetches, 2_000_000, Cause::Watermarks, &heard).is_empty(),
        "until an honest one says so too"
    );
}

#[test]
fn w5_who_owes_an_answer_is_asked_last() {
    let (mut fetches, mut heard) = (Fetches::default(), [Tick(0); 7]);
    ask(&mut fetches, 1, Cause::Needed, &heard);
    heard[1] = Tick(50);
    fetches.heard(ValidatorIndex(1));
    fetches.update(
        &BTreeMap::new(),
        &Situation {
            now: Tick(60),
            delay_us: 400,
            base_delay_us: 400,
            peers: &PEERS,
            heard: &heard,
        },
    );
    assert_eq!(
        ask(&mut fetches, 5_000, Cause::Needed, &heard),
        [1, 2],
        "4 was asked at 1 and never answered"
    );
}
