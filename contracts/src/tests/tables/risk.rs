//! What an account may send net, and what it keeps for urgent payments.

use crate::{
    RejectReason, Toward,
    account::store::place,
    liquidity::limits::{LIMITS_PER_ACCOUNT_MAX, Limit},
    tests::{
        language::Stage,
        life::{restore, store},
    },
};

const BILATERAL: &str = "
    T1 ba limit A1 one:C1 100                   = limits 0
    T2 ba pay A1 C1 60                          = settled
    T3 ba pay A1 C1 41                          = SY-00650
    T4 ba pay A1 C2 300                         = settled
    # What comes back frees it; others' money does not.
    T5 c2 pay C2 A1 100                         = settled
    T6 ba pay A1 C1 41                          = SY-00650
    T7 c1 pay C1 A1 20                          = settled
    T8 ba pay A1 C1 60                          = settled
    T9 ba pay A1 C1 1                           = SY-00650
    # It waits for that, and goes when money has come back.
    T10 ba pay A1 C1 30 until=3600              = queued
    T11 c1 pay C1 A1 10                         = settled
    T12 c1 pay C1 A1 20                         = settled
    later T10 = settled
    # A hold counts when it is placed, and not again when it is posted.
    T13 ba limit A1 one:C1 150                  = limits 0
    T14 ba hold A1 C1 30                        = holds 0
    T15 ba pay A1 C1 21                         = SY-00650
    T16 ba hold A1 C1 21                        = SY-00650
    T17 ba pay A1 C1 20                         = settled
    T18 c1 post T14                             = settled
    T19 ba pay A1 C1 1                          = SY-00650
    # Both legs of an exchange back and forth count while they are earmarked.
    T20 ba link A1>C1:1 C1>A1:1                 = SY-00650
    # Legs of a bulk payment count one after the other.
    T21 c1 pay C1 A1 50                         = settled
    T22 ba bulk each A1 C1:30 C2:5 C1:30 C1:20  = settled 3 [2 SY-00650]
    T23 c1 pay C1 A1 50                         = settled
    T24 ba bulk all A1 C1:30 C1:30              = leg 1 SY-00650
    T25 ba limit A1 one:C1 -                    = limits 0
    T26 ba pay A1 C1 200                        = settled
    T27 ba limit A1 one:C1 -                    = SY-00634
    T28 ba limit A1 others -                    = SY-00634
    T29 bb limit A1 one:C1 1                    = SY-00630
    T30 op limit A1 one:C1 1                    = SY-00630
    T31 ba limit A1 one:AUSD 1                  = SY-00632
    T32 ba limit A1 one:NONE 1                  = SY-00632
    T33 ba limit A1 one:A1 1                    = SY-00922
    T34 ba limit NONE others 1                  = SY-00340
    T35 ba limit A1 others 10000000000000000000001 = SY-00921
    T36 op limit ISSUE all 1                    = SY-00348
    # A sponsor bank limits its customer's account.
    T37 ba limit C1 others 5                    = limits 1
    T38 c1 pay C1 A1 6                          = SY-00652
";

const MULTILATERAL: &str = "
    T1 ba limit A1 one:C1 500                   = limits 0
    T2 ba limit A1 others 100                   = limits 1
    # Towards C1 its own limit counts, towards all others the common one.
    T3 ba pay A1 C1 300                         = settled
    T4 ba pay A1 C2 80                          = settled
    T5 ba pay A1 B1 21                          = SY-00652
    T6 bb pay B1 A1 1                           = SY-00260
    T7 c2 pay C2 A1 30                          = settled
    T8 ba pay A1 B1 50                          = settled
    T9 ba pay A1 B1 1                           = SY-00652
    # The issuer's cap is over both.
    T10 op limit A1 all 410                     = limits 2
    T11 ba pay A1 C1 200                        = settled
    T12 bb pay B1 A1 40                         = settled
    T13 op limit A1 all 160                     = limits 2
    T14 ba pay A1 B1 1                          = SY-00654
    T15 bb pay B1 A1 1                          = settled
    T16 ba pay A1 B1 1                          = settled
    T17 ba limit A1 all 1                       = SY-00630
    T18 op limit A1 all 1000000                 = SY-00638
    # Issued money is no money received, and redeemed none sent.
    T19 op issue A1 100                         = settled
    T20 ba pay A1 B1 1                          = SY-00654
    T21 ba redeem A1 50                         = settled
    T22 c2 pay C2 A1 10                         = settled
    T23 ba pay A1 B1 10                         = settled
    # A hold counts in the cap, and frees it when it is given up.
    T24 c2 pay C2 A1 10                         = settled
    T25 ba hold A1 C2 10                        = holds 0
    T26 ba pay A1 B1 1                          = SY-00654
    T27 c2 void T25                             = settled
    T28 ba pay A1 B1 1                          = settled
    # The next business day begins at nothing.
    block 86400
    T29 ba pay A1 C2 100 date=2026-12-02        = settled
    T30 ba pay A1 C2 1 date=2026-12-02          = SY-00652
";

const RESERVED: &str = "
    T1 ba reserve A1 2 700                      = reservations 0
    avail A1 300
    T2 ba pay A1 C2 301                         = SY-00260
    T3 ba pay A1 C2 300                         = settled
    T4 ba bulk each A1 C2:1                     = settled 0 [0 SY-00260]
    T5 ba hold A1 C2 1                          = SY-00260
    # Urgent payments use it up.
    T6 ba pay A1 C2 250 priority=2              = settled
    avail A1 0
    T7 op issue A1 10                           = settled
    avail A1 10
    T8 ba pay A1 C2 460 priority=0              = settled
    bal A1 0
    # Nothing is reserved any more: what comes in is for all.
    T9 c2 pay C2 A1 5                           = settled
    T10 ba pay A1 C2 5                          = settled
    # More is reserved than there is: what comes in is kept for the urgent ones, and an urgent one may take all there is.
    T11 ba reserve A1 1 500                     = reservations 0
    T12 ba pay A1 C2 5 until=3600               = queued
    T13 op issue A1 400                         = settled
    avail A1 0
    T14 ba pay A1 C1 100 priority=1             = settled
    bal A1 300
    T15 ba reserve A1 1 290                     = reservations 0
    later T12 = settled
    bal A1 295
    T16 ba reserve A1 5 1                       = SY-00923
    T17 ba reserve A1 1 10000000000000000000001 = SY-00921
    T18 bb reserve A1 1 1                       = SY-00640
    T19 ba reserve NONE 1 1                     = SY-00340
    T20 c1 reserve SHUT 1 1                     = SY-00348
    # It is set aside again at the next opening.
    T21 ba pay A1 C1 200 priority=1             = settled
    avail A1 5
    T22 op issue A1 400                         = settled
    avail A1 405
    block 86400 empty
    avail A1 205
    T23 ba reserve A1 1 0                       = reservations 0
    avail A1 495
";

/// Offset and cycle keep limits and reservations.
const TOGETHER: &str = "
    # C2 owes 700 and may send A1 only 100 more than comes back.
    T1 c1 pay C1 C2 400                         = settled
    T2 c2 limit C2 one:A1 100                   = limits 0
    T3 c2 pay C2 A1 350 until=3600              = queued
    T4 ba pay A1 C2 240                         = settled
    T5 ba pay A1 C2 9                           = settled
    T6 ba pay A1 C2 1                           = settled
    later T3 = settled
    bal C2 300
    # Offset: with both, C2 sends 150 more than it gets.
    T7 ba reserve A1 0 1099                     = reservations 0
    T8 c2 pay C2 A1 200 until=3600              = queued
    T9 ba pay A1 C2 50 until=3600               = queued
    T10 c2 limit C2 one:A1 300                  = limits 0
    later T8 = settled
    later T9 = settled
";

const CYCLE: &str = "
    T0 ba reserve A1 1 990                      = reservations 0
    T1 ba pay A1 C1 3000 until=3600             = queued
    T2 c1 pay C1 C2 3000 until=3600             = queued
    T3 c2 limit C2 one:A1 2999                  = limits 0
    T4 c2 pay C2 A1 3000 until=3600             = queued
    block 2 empty
    block 3 empty
    block 4 empty
    block 5 empty
    bal A1 1000
    # Without the limit the ring goes round; the reserved money stays where it is.
    T5 c2 limit C2 one:A1 3000                  = limits 0
    block 6 empty
    block 7 empty
    block 8 empty
    block 9 empty
    block 10 empty
    later T1 = settled
    later T2 = settled
    later T4 = settled
    bal A1 1000
    avail A1 10
";

/// Rules trip breakers in the block in which a figure leaves its range, and let them be resumed.
const WATCHED: &str = "
    T1 op watch account:A1 outflow 500 60000    = risk-rules 0
    block 10
    T2 ba pay A1 C2 500                         = settled
    T3 ba pay A1 C2 1                           = settled
    # The block in which it happens stands, the next is stopped.
    T4 ba pay A1 C2 1                           = settled
    block 11
    T5 ba pay A1 C2 1                           = SY-00530
    T6 c2 pay C2 A1 1                           = settled
    T7 op resume account:A1                     = settled
    # Counting has begun anew.
    T8 ba pay A1 C2 450                         = settled
    block 12
    T9 ba pay A1 C2 10                          = settled
    block 59
    T10 ba pay A1 C2 20                         = settled
    # The next window begins at the minute.
    block 61
    T11 ba pay A1 C2 10                         = settled
    block 62
    T12 op watch account:A1 outflow - 60000     = risk-rules 0
    T13 op watch account:A1 outflow - 60000     = SY-00646
    # A whole asset, by a regulator; issuing is no outflow.
    T14 reg watch asset:0 outflow 100 1000      = risk-rules 1
    T15 op issue A1 1000                        = settled
    block 63
    T16 ba pay A1 C2 101                        = settled
    block 64
    T17 c2 pay C2 C1 1                          = SY-00530
    T18 op resume asset:0 limit=5               = settled
    T19 c2 pay C2 C1 5                          = settled
    T20 ba watch network outflow 1 1000         = SY-00642
    T21 op watch account:NONE outflow 1 1000    = SY-00644
    T22 op watch network outflow 1 0            = SY-00924
    T23 op watch network value 1 5              = SY-00924
    T24 op watch network age 1                  = SY-00925
    T25 op watch product:4 outflow 1 1000       = SY-00925
";

const GROWTH: &str = "
    T1 op watch participant:ba count 1          = risk-rules 0
    T2 op watch network value 5000              = risk-rules 1
    T3 ba pay A1 C2 2000 until=3600             = queued
    block
    T4 ba pay A1 C2 2000 until=3600             = queued
    block
    T5 ba pay A1 C2 1                           = SY-00530
    T6 c1 pay C1 C2 1                           = settled
    # Resumed, it stays so while the queue is what it was.
    T7 op resume participant:ba                 = settled
    T8 ba pay A1 C2 1 bypass=1                  = settled
    block
    T9 ba pay A1 C2 1 bypass=1                  = settled
    # A breaker that the operator closes opens again when the figure leaves its range again.
    T10 ba cancel T3                            = settled
    later T3 = cancelled SY-00292
    block
    T11 ba pay A1 C2 5000 until=3600            = queued
    block
    T12 ba pay A1 C2 1 bypass=1                 = SY-00530
    T13 c1 pay C1 C2 1                          = SY-00530
";

const PROOF: &str = "
    T1 aud attest reserve asset:0 1000000 expires=100 = attestations 0
    T2 op watch asset:0 age 20000               = risk-rules 0
    block 20
    T3 ba pay A1 C2 1                           = settled
    block 21
    T4 ba pay A1 C2 1                           = settled
    block 22
    T5 ba pay A1 C2 1                           = SY-00530
    T6 aud attest reserve asset:0 1000000 observed=20 expires=30 = attestations 0
    T7 op resume asset:0                        = settled
    block 25
    T8 ba pay A1 C2 1                           = settled
    # Missing is as bad as old.
    block 30
    T9 ba pay A1 C2 1                           = settled
    block 31
    T10 ba pay A1 C2 1                          = SY-00530
";

pub(super) const TABLES: &[&str] = &[
    BILATERAL,
    MULTILATERAL,
    RESERVED,
    TOGETHER,
    CYCLE,
    WATCHED,
    GROWTH,
    PROOF,
];

#[test]
fn risk() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn limits_of_one_account_are_bounded() {
    let mut stage = Stage::new();
    stage.run("T1 ba limit A1 others 5 = limits 0");
    let row = *stage.ledger.products.limits.get(0).expect("a row");
    for other in (1_000..).take(LIMITS_PER_ACCOUNT_MAX - 1) {
        stage.ledger.products.limits.add(Limit {
            toward: Toward::One(sycee_primitives::AccountId(other)),
            amount: None,
            ..row
        });
    }
    let reached = stage.run("T2 ba limit A1 one:C1 5 = SY-00636");
    assert_eq!(reached, [RejectReason::LimitsFull]);
}

#[test]
fn a_restored_ledger_counts_on() {
    let beginning = "
        T1 ba limit A1 one:C1 100 = limits 0
        T2 ba reserve A1 1 200 = reservations 0
        T3 ba hold A1 C1 30 = holds 0
        T4 ba pay A1 C1 40 = settled
    ";
    let mut stage = Stage::new();
    stage.run(beginning);
    let mut rows = Default::default();
    store(&mut rows, &mut stage.ledger);
    let mut restored = Stage::new();
    restored.run(beginning);
    restored.ledger = restore(&rows).expect("rows of a ledger");
    for stage in [&mut stage, &mut restored] {
        stage.run(
            "
            T5 ba pay A1 C1 31 = SY-00650
            T6 ba pay A1 C2 731 = SY-00260
            T7 c1 void T3 = settled
            T8 ba pay A1 C1 60 = settled
            ",
        );
    }
    assert_eq!(stage.ledger.results(), restored.ledger.results());
    let a1 = place(stage.account("A1"));
    let rules = |stage: &Stage| stage.ledger.accounts.rules(a1);
    assert_eq!(rules(&stage), rules(&restored));
}
