//! Payments that wait for their date, are taken back, or are answered by another.

use crate::{Admission, RecordedOutcome, admit, tests::language::Stage};

pub(super) const TABLES: &[&str] = &["
    T1 ba pay A1 C2 300 date=2026-12-02         = warehoused
    T1 ba pay A1 C2 300 date=2026-12-02         = dropped
    T2 ba pay A1 C1 800 date=2026-12-02         = warehoused
    T3 ba pay A1 C1 1 date=2026-12-03           = warehoused
    T4 ba pay A1 NONE 1 date=2026-12-02         = SY-00240
    bal A1 1000
    T5 bb cancel T3                             = SY-00288
    T6 ba cancel T3                             = settled
    later T3 = cancelled SY-00292
    T7 ba cancel T3                             = SY-00290
    T8 ba cancel NONE                           = SY-00286
    # The day opens: in the order of their ids, each in the state of that moment.
    block 86400 empty
    later T1 = settled
    later T2 = SY-00260
    bal A1 700
    bal C2 300
    T9 ba cancel T1                             = SY-00290
    # What settled comes back by another payment only.
    T10 c2 return T1 C2 A1 300 date=2026-12-02  = settled
    T11 c2 return NONE C2 A1 1 date=2026-12-02  = SY-00284
    T12 c2 return T12 C2 A1 1                   = SY-00026
    bal A1 1000
"];

#[test]
fn payments() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn the_sender_always_learns_the_latest_outcome() {
    let mut stage = Stage::new();
    stage.run("T1 ba pay A1 C2 300 date=2026-12-02 = warehoused");
    let sent = stage.transaction_named("T1");
    let asked = |stage: &Stage| {
        let admission = admit(&stage.ledger, &sent, stage.ledger.time()).unwrap();
        let Admission::Duplicate(record) = admission else {
            panic!("{admission:?}");
        };
        (record.height.0, record.outcome)
    };
    let (height, outcome) = asked(&stage);
    assert_eq!(height, 1);
    assert!(
        matches!(outcome, RecordedOutcome::Waiting(_)),
        "{outcome:?}"
    );
    assert!(stage.ledger.next_due().is_some());
    stage.run(
        "
        block 86400 empty
        later T1 = settled
        ",
    );
    assert_eq!(asked(&stage), (2, RecordedOutcome::Settled));
    assert_eq!(stage.ledger.next_due(), None);
}

/// A day's opening takes many blocks when much is due; each does its share, in order, and nothing twice.
#[test]
fn what_is_due_takes_a_share_of_the_time_that_passes() {
    let shares: Vec<usize> = [
        (0, true),
        (50, true),
        (50, false),
        (100, true),
        (60_000, false),
    ]
    .map(|(elapsed_ms, has_transactions)| crate::due_items(elapsed_ms, has_transactions))
    .into();
    assert_eq!(shares, [200, 500, 5_000, 1_000, 5_000]);
    let mut stage = Stage::new();
    stage.run("I1 op issue A1 1000 = settled");
    for payment in 0..1_500 {
        stage.run(&format!(
            "T{payment} ba pay A1 C2 1 date=2026-12-02 = warehoused"
        ));
    }
    let mut turn = |block: &str, settled: std::ops::Range<usize>| {
        let told: String = settled
            .map(|payment| format!("\nlater T{payment} = settled"))
            .collect();
        stage.run(&format!("block {block}{told}"));
    };
    // The block that opens the day, then one with a payment of its own, then one without.
    turn("86400 empty", 0..200);
    turn(
        "86401\nN1 ba pay A1 C2 1 date=2026-12-02 = settled",
        200..1_200,
    );
    turn("86402 empty", 1_200..1_500);
    assert_eq!(stage.ledger.next_due(), None);
}
