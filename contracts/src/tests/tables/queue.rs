//! Payments that wait for funds, and netting cycles.

use proptest::prelude::*;

use crate::{
    CycleSet, CycleState, Ledger, QueueState, QueuedPayment, RejectReason,
    account::store::place,
    liquidity::{cycle::SETS_PER_CYCLE_MAX, queue::QUEUED_PAYMENTS_MAX},
    tests::{
        language::Stage,
        life::{restore, store},
    },
};

const BREAKERS: &str = "
    # A breaker keeps waiting payments where they are, whatever comes in, and new ones out.
    T1 ba pay A1 C2 1200 until=3600             = queued
    T2 op trip account:A1                       = breakers 0
    T3 op issue A1 500                          = settled
    T4 ba pay A1 C1 1 until=3600                = SY-00530
    bal A1 1500
    T5 op resume account:A1                     = settled
    later T1 = settled
    bal A1 300
";

const WAITS: &str = "
    T1 ba pay A1 C2 1200 until=3600             = queued
    # As urgent, and behind; at once or not at all; allowed to overtake; more urgent.
    T2 ba pay A1 C1 100 until=3600              = queued
    T3 ba pay A1 C1 100                         = SY-00602
    T4 ba pay A1 C1 100 bypass=1                = settled
    T5 ba pay A1 C1 50 priority=1               = settled
    bal A1 850
    # Funds for the first only: the second goes on waiting.
    T6 c1 pay C1 A1 350                         = settled
    later T1 = settled
    bal A1 0
    bal C2 1200
    T7 c1 pay C1 A1 100                         = settled
    later T2 = settled
    bal C1 300
    # Issued money is money that came in.
    T8 ba pay A1 C2 70 until=3600               = queued
    T9 op issue A1 70                           = settled
    later T8 = settled
    # Paid on from queue to queue in one block.
    T10 ba pay A1 C2 5000 until=3600            = queued
    T11 c2 pay C2 C1 5000 until=3600            = queued
    T12 op issue A1 5000                        = settled
    later T10 = settled
    later T11 = settled
    bal C1 5300
    T13 ba pay A1 C2 1 until=1                  = SY-00600
    T14 ba pay A1 C2 1 until=9999999            = SY-00600
";

const OFFSET: &str = "
    T1 ba pay A1 C2 1500 until=3600             = queued
    # 700 go back: with both, A1 keeps 200 and C2 has 800.
    T2 c2 pay C2 A1 700 until=3600              = settled
    later T1 = settled
    bal A1 200
    bal C2 800
    # The fewest in order that are enough; what lies behind stays.
    T3 ba pay A1 C2 300 until=3600              = queued
    T4 ba pay A1 C2 400 until=3600              = queued
    T5 ba pay A1 C1 1 until=3600                = queued
    T6 c2 pay C2 A1 1200 until=3600             = settled
    later T3 = settled
    later T4 = settled
    later T5 = settled
    bal A1 699
    bal C2 300
    # Nothing comes back that is not due in its turn.
    T7 ba pay A1 C1 5000 until=3600             = queued
    T8 ba pay A1 C2 900 until=3600              = queued
    T9 c2 pay C2 A1 400 until=3600              = queued
    T10 c2 cancel T9                            = settled
    later T9 = cancelled SY-00292
    T11 ba pay A1 C2 900 until=3600 bypass=1    = queued
    T12 c2 pay C2 A1 400 until=3600             = settled
    later T11 = settled
    bal A1 199
    bal C2 800
";

const CHANGES: &str = "
    T1 ba pay A1 C2 1200 until=100              = queued
    T2 ba pay A1 C1 100 until=3600              = queued
    T3 ba pay A1 C1 200 until=3600              = queued
    T4 bb prio T1 1                             = SY-00612
    T5 ba prio NONE 1                           = SY-00610
    T6 ba prio T1 10                            = SY-00024
    T7 ba prio T3 4                             = settled
    later T3 = settled
    bal A1 800
    T8 bb park T1                               = SY-00612
    T9 ba park T1                               = settled
    later T2 = settled
    T10 ba pay A1 C1 500                        = settled
    bal A1 200
    T11 ba unpark T1                            = settled
    T12 ba prio T2 0                            = SY-00614
    T13 bb cancel T1                            = SY-00288
    T14 ba cancel T2                            = SY-00290
    # Time ends the wait, held or not.
    T15 ba park T1                              = settled
    block 100 empty
    later T1 = SY-00606
    # What will never settle waits no longer; what may, does.
    T16 ba pay A1 C2 400 until=3600             = queued
    T17 ba pay A1 C6 400 until=3600             = queued
    T18 op freeze C2 c                          = settled
    T19 op issue A1 200                         = settled
    bal A1 400
    T20 op freeze C2 -                          = settled
    later T16 = settled
    T21 op close C6                             = settled
    T22 op issue A1 400                         = settled
    later T17 = SY-00242
    bal A1 400
";

const CYCLE: &str = "
    T1 ba pay A1 C1 3000 until=3600             = queued
    T2 c1 pay C1 C2 3000 until=3600             = queued
    T3 c2 pay C2 A1 3000 until=3600             = queued
    # The list of three is frozen; it is decided four heights later.
    block 2 empty
    block 3 empty
    block 4 empty
    bal A1 1000
    block 5 empty
    later T1 = settled
    later T2 = settled
    later T3 = settled
    bal A1 1000
    bal C1 500
    bal C2 0
";

/// A queue whose baseline is empty and whose best set is the ring of the last three.
macro_rules! knot {
    () => {
        "
    T1 ba pay A1 C2 9000 until=3600 bypass=1    = queued
    T2 ba pay A1 C1 1300 until=3600 bypass=1    = queued
    T3 c1 pay C1 C2 1800 until=3600             = queued
    T4 c2 pay C2 A1 1800 until=3600             = queued
    block
"
    };
}

const SETS: &str = concat!(
    knot!(),
    "
    # One that cannot be, a worse one, the best one.
    T5 op set 0 0f                              = cycle-sets 0
    T6 bb set 0 00                              = cycle-sets 1
    T7 ba set 0 0e                              = cycle-sets 2
    T8 ba set 0 0e                              = SY-00626
    T9 c1 set 0 0e                              = SY-00620
    T10 bs set 0 0e                             = SY-00116
    T11 op set 1 0e                             = SY-00622
    T12 op set 0 1e                             = SY-00624
    T13 op set 0 zeros=2049                     = SY-00920
    block 3 empty
    block 4 empty
    block 5 empty
    later T2 = settled
    later T3 = settled
    later T4 = settled
    bal A1 1500
    bal C1 0
    bal C2 0
    T14 op set 0 0e                             = SY-00622
"
);

const STALE: &str = concat!(
    knot!(),
    "
    T5 ba set 0 0e                              = cycle-sets 0
    # What no longer waits falls out of every set: then this one cannot settle, and the baseline does.
    T6 c1 cancel T3                             = settled
    later T3 = cancelled SY-00292
    block 3 empty
    block 4 empty
    block 5 empty
    bal A1 1000
    bal C2 0
"
);

pub(super) const TABLES: &[&str] = &[BREAKERS, WAITS, OFFSET, CHANGES, CYCLE, SETS, STALE];

#[test]
fn queue() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

fn decided(ledger: &Ledger) -> (Option<u32>, u32, u128, u16) {
    let cycle = ledger.cycle(0).expect("a cycle");
    match cycle.state {
        CycleState::Decided {
            submitter,
            count,
            value,
            sound_sets,
            ..
        } => (submitter.map(|it| it.0), count, value, sound_sets),
        CycleState::Open => panic!("not decided"),
    }
}

#[test]
fn the_best_submitted_set_settles_and_without_one_the_baseline() {
    let outcome = |table: &str| {
        let mut stage = Stage::new();
        stage.run(table);
        decided(&stage.ledger)
    };
    assert_eq!(outcome(CYCLE), (None, 3, 9_000, 0), "the baseline");
    assert_eq!(
        outcome(SETS),
        (Some(1), 3, 4_900, 2),
        "bank a's; bank b's was sound and worse"
    );
    assert_eq!(
        outcome(STALE),
        (None, 0, 0, 0),
        "the baseline, which is empty"
    );
}

#[test]
fn a_cycle_is_not_opened_again_when_nothing_has_happened() {
    let mut stage = Stage::new();
    stage.run(knot!());
    assert!(
        stage.ledger.next_due().is_some(),
        "an open cycle wants a block"
    );
    for second in 2..20 {
        stage.run(&format!("block {second} empty"));
    }
    assert_eq!(decided(&stage.ledger), (None, 0, 0, 0));
    assert!(
        stage.ledger.cycle(1).is_none(),
        "the same question has the same answer"
    );
    stage.run("T9 op issue A1 1 = settled");
    assert!(stage.ledger.cycle(1).is_some());
}

#[test]
fn whoever_solves_sees_the_question_that_is_judged() {
    let mut stage = Stage::new();
    stage.run(knot!());
    let (cycle, netting, places) = stage.ledger.cycle_question().expect("an open cycle");
    assert_eq!((cycle, places), (0, vec![0, 1, 2, 3]));
    assert!(netting.payments()[2].strict && !netting.payments()[1].strict);
    stage.run("block 2\nT5 c1 cancel T3 = settled\nlater T3 = cancelled SY-00292");
    let (_, netting, places) = stage.ledger.cycle_question().expect("still open");
    assert_eq!(
        (netting.payments().len(), places),
        (3, vec![0, 1, 3]),
        "places are those of the frozen list"
    );
}

#[test]
fn what_stands_aside_keeps_its_bit() {
    let mut stage = Stage::new();
    stage.run(
        "
        T0 ba pay A1 C2 9999 until=3600             = queued
        P0 ba park T0                               = settled
        T1 ba pay A1 C2 9000 until=3600 bypass=1    = queued
        T2 ba pay A1 C1 1300 until=3600 bypass=1    = queued
        T3 c1 pay C1 C2 1800 until=3600             = queued
        T4 c2 pay C2 A1 1800 until=3600             = queued
        block
        # The first is back in the queue, the second stands aside: the bits of the last three are what they were.
        P1 ba unpark T0                             = settled
        P2 ba park T1                               = settled
        T5 ba set 0 1e                              = cycle-sets 0
        block 3 empty
        block 4 empty
        block 5 empty
        later T2 = settled
        later T3 = settled
        later T4 = settled
        ",
    );
    assert_eq!(decided(&stage.ledger), (Some(1), 3, 4_900, 1));
}

#[test]
fn a_restored_ledger_goes_on_with_the_same_queue_and_cycle() {
    let mut stage = Stage::new();
    stage.run(knot!());
    let mut rows = Default::default();
    store(&mut rows, &mut stage.ledger);
    let mut restored = Stage::new();
    restored.run(knot!());
    restored.ledger = restore(&rows).expect("rows of a ledger");
    for stage in [&mut stage, &mut restored] {
        stage.run(SETS.split_once("block").expect("the knot's end").1);
    }
    assert_eq!(stage.ledger.results(), restored.ledger.results());
    assert_eq!(stage.ledger.checkpoint(), restored.ledger.checkpoint());
}

#[test]
fn queue_and_sets_are_bounded() {
    let mut stage = Stage::new();
    stage.run("T1 ba pay A1 C2 1200 until=3600 = queued");
    let row = stage.ledger.products.queue.get(0).cloned().expect("a row");
    for _ in 1..QUEUED_PAYMENTS_MAX {
        stage.ledger.products.queue.add(QueuedPayment {
            state: QueueState::Held,
            ..row.clone()
        });
    }
    let reached = stage.run("T2 ba pay A1 C2 1200 until=3600 = SY-00604");
    assert_eq!(reached, [RejectReason::QueueFull]);
    for submitter in (100..).take(SETS_PER_CYCLE_MAX) {
        stage.ledger.products.cycle_sets.add(CycleSet {
            cycle: 0,
            submitter: sycee_primitives::ParticipantId(submitter),
            bits: Vec::new(),
        });
    }
    let reached = stage.run("T3 ba set 0 00 = SY-00628");
    assert_eq!(reached, [RejectReason::CycleSetsFull]);
}

/// One random step: who pays whom how much, and how.
fn any_step() -> impl Strategy<Value = (usize, usize, u64, u8, bool, u8)> {
    (
        0_usize..4,
        1_usize..4,
        1_u64..900,
        3_u8..6,
        prop::bool::weighted(0.3),
        0_u8..8,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// I10 and I3: after every block nothing waits that could settle alone in its turn, no account is below what binds it, and whatever
    /// settled in a queue without bypass left nothing older of its priority behind.
    #[test]
    fn no_queue_waits_in_vain_and_none_is_overtaken(steps in prop::collection::vec(any_step(), 1..60)) {
        let owners = ["A1 ba", "B1 bb", "C1 c1", "C2 c2"];
        let mut stage = Stage::new();
        for (number, (from, step, amount, priority, bypass, kind)) in steps.into_iter().enumerate() {
            let (account, signer) = owners[from].split_once(' ').expect("two words");
            let other = owners[(from + step) % 4].split_once(' ').expect("two words").0;
            let bypass = if bypass { "bypass=1" } else { "" };
            let line = match kind {
                0 => format!("S{number} op issue {account} {amount}"),
                1 => format!("S{number} {signer} cancel S{}", number / 2),
                2 => format!("S{number} {signer} park S{}", number / 2),
                3 => format!("S{number} {signer} prio S{} {priority}", number / 2),
                _ => format!("S{number} {signer} pay {account} {other} {amount} until=9000 priority={priority} {bypass}"),
            };
            // What a decided cycle leaves waiting grows more urgent in the same block, after the decision.
            let index = stage.ledger.products.queue.index();
            let urgency = |id| stage.ledger.products.queue.get(id).map(|it| it.payment.handling.priority);
            let before: std::collections::BTreeMap<u64, Option<u8>> =
                index.waiting().map(|(_, id)| (id, urgency(id))).collect();
            stage.run_any(&line);
            let ledger = &stage.ledger;
            let queue = &ledger.products.queue;
            let mut seen = std::collections::BTreeSet::new();
            for (account, id) in queue.index().waiting() {
                let payment = &queue.get(id).expect("a row").payment;
                if seen.insert(account) {
                    let posting = ledger.accounts.posting(place(account)).expect("an account");
                    prop_assert!(payment.amount.signed() > posting.headroom(), "the head of {account} could settle");
                }
            }
            for (id, row) in queue.iter().filter(|(_, row)| row.state == QueueState::Settled(ledger.height())) {
                let older = queue.iter().take_while(|(other, _)| *other < id).find(|(other_id, other)| {
                    other.state == QueueState::Waiting
                        && other.payment.debtor == row.payment.debtor
                        && other.payment.handling.priority <= row.payment.handling.priority
                        && before.get(other_id).copied().flatten().is_none_or(|it| it <= row.payment.handling.priority)
                });
                prop_assert!(row.payment.handling.bypass || older.is_none(), "{id} overtook {older:?}");
            }
        }
    }
}
