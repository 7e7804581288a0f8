//! Payments on conditions: times, documents, facts. The stage's first day is Tuesday 2026-12-01.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &[
    "
    # What it must be, and who may.
    T1 ba when A1 C2 10                         = SY-00911
    T2 ba when A1 C2 10 after:1 after:2 after:3 after:4 after:5 after:6 after:7 after:8 after:9 = SY-00911
    T3 ba when A1 C2 0 after:1                  = SY-00020
    T4 ba when A1 A1 1 after:1                  = SY-00022
    T5 bb when A1 C2 10 after:1                 = SY-00222
    T6 ba when A1 NONE 10 after:1               = SY-00240
    T7 ba when A1 C2 10 after:1 date=2026-11-30 = SY-00205
    T8 ba when A1 C2 10 after:9 until=0         = SY-00548
    T9 ba when A1 C2 10 after:9 until=7949000   = SY-00548
    # A time that has passed is no wait.
    T10 ba when A1 C2 10 after:0                = settled
    bal C2 10
    # A time, and its end.
    T11 ba when A1 C2 100 after:600             = warehoused
    T12 ba when A1 C2 1 after:7200              = warehoused
    T13 ba when A1 C2 2000 after:600            = warehoused
    T14 ba when A1 C2 2000 after:600 queue=900  = warehoused
    T15 ba when A1 C2 7 after:600               = warehoused
    T16 bb cancel T15                           = SY-00288
    T17 ba cancel T15                           = settled
    later T15 = cancelled SY-00292
    T18 ba cancel T15                           = SY-00290
    T19 ba pay A1 C2 1 uetr=T11                 = SY-00201
    block 599 empty
    bal A1 990
    block 600 empty
    later T11 = settled
    later T13 = SY-00260
    later T14 = queued
    bal A1 890
    block 900 empty
    later T14 = SY-00606
    block 3600 empty
    later T12 = SY-00591
    T20 ba cancel T12                           = SY-00290
    ",
    "
    # A document, by who must attest it; a fact, by whoever may; all at the same time.
    P1 ba when A1 C2 100 doc:BILL:aud           = warehoused
    P2 ba when A1 C2 200 doc:BILL:aud score:C2:70 = warehoused
    P3 ba when A1 C2 300 score:C2:80:bb until=90000 = warehoused
    T1 orc attest document doc:BILL 1           = attestations 0
    bal A1 1000
    T2 aud attest document doc:BILL 1           = attestations 1
    later P1 = settled
    bal A1 900
    T3 orc attest score C2 69                   = attestations 2
    bal A1 900
    block 60
    T4 orc attest score C2 90 observed=50       = attestations 2
    later P2 = settled
    bal A1 700
    T5 bb attest score C2 79 observed=51 expires=100 = attestations 3
    bal A1 700
    # What has lapsed does not count.
    block 200
    T6 bb attest score C2 80 observed=60 expires=150 = attestations 3
    bal A1 700
    # At the next day's opening it is asked again; and when it is attested.
    block 86400 empty
    T7 bb attest score C2 81 observed=86400 expires=99999 = attestations 3
    later P3 = settled
    bal A1 400
    ",
    "
    # Hours and days of the asset hold for it too.
    K op calendar holidays=2026-12-01 payments=540-1020 = calendars 0
    P1 ba when A1 C2 100 after:60 until=200000  = warehoused
    P2 ba when A1 C2 50 score:C2:1 until=200000 date=2026-12-03 = warehoused
    T1 orc attest score C2 5 expires=300000     = attestations 0
    block 60 empty
    block 118800 empty
    later P1 = settled
    bal A1 900
    block 199999 empty
    bal A1 900
    block 200000 empty
    later P2 = SY-00591
    ",
];

#[test]
fn conditional() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn so_many_may_wait_for_one_fact() {
    let mut stage = Stage::new();
    for place in 0..crate::payment::conditional::WAITING_PER_SUBJECT_MAX {
        stage.run(&format!("P{place} ba when A1 C2 1 score:C2:1 = warehoused"));
    }
    let reached = stage.run(
        "
        Q1 ba when A1 C2 1 score:C2:1           = SY-00592
        Q2 ba when A1 C2 1 score:C1:1           = warehoused",
    );
    assert_eq!(reached, [crate::RejectReason::ConditionsFull]);
}
