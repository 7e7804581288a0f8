//! Standing orders by the calendar, requests to pay, recalls of settled payments, disputes. The stage's first day is Tuesday 2026-12-01.

use crate::{AutomaticState, tests::language::Stage};

pub(super) const TABLES: &[&str] = &[
    "
    # Who may set one, and what it must be.
    T1 ba order A1 C2 0                         = SY-00020
    T2 ba order A1 A1 1                         = SY-00022
    T3 ba order A1 C2 1 every=0d                = SY-00903
    T4 ba order A1 C2 1 every=367d              = SY-00903
    T5 ba order A1 C2 1 every=121m              = SY-00903
    T6 ba order A1 C2 1 first=2026-12-02 last=2026-12-01 = SY-00904
    T7 ba order A1 C2 1 short=0                 = SY-00905
    T8 ba order A1 C2 1 short=10081             = SY-00905
    T9 ba order A1 C2 1 asset=9                 = SY-00210
    T10 ba order NONE C2 1                      = SY-00220
    T11 bb order A1 C2 1                        = SY-00222
    T12 op order A1 C2 1                        = SY-00222
    T13 reg order A1 C2 1                       = SY-00222
    T14 ba order A1 NONE 1                      = SY-00240
    T15 ba order A1 C2 1 first=2026-11-30       = SY-00544
    T16 ba order A1 C2 1 first=2027-12-03       = SY-00544
    T17 ba order A1 C2 1 first=2026-12-02       = standing-orders 0
    # Who may change one.
    T18 bb reorder 0 1                          = SY-00546
    T19 op reorder 0 1                          = SY-00546
    T20 c2 unorder 0                            = SY-00546
    T21 ba reorder 7 1                          = SY-00545
    T22 ba unorder 7                            = SY-00545
    T23 ba reorder 0 0                          = SY-00020
    T24 ba reorder 0 1 short=0                  = SY-00905
    T25 ba unorder 0                            = standing-orders 0
    T26 ba unorder 0                            = SY-00547
    T27 ba reorder 0 5                          = SY-00547
    standing 0 cancelled 0 0 2026-12-02
    block 86400 empty
    bal A1 1000
    ",
    "
    # Every week from today, three times; the bank for its customer; amended on the way.
    S1 ba order A1 C2 100 every=7d last=2026-12-20 = standing-orders 0
    S2 ba order C1 C2 10 every=1d total=25      = standing-orders 1
    bal A1 1000
    # The first one is due at once: in the next block.
    block 10 empty
    bal A1 900
    bal C1 490
    standing 0 active 1 0 2026-12-08
    block 86400 empty
    bal C1 480
    # A third would pass its total.
    block 172800 empty
    bal C1 480
    standing 1 finished 2 0 2026-12-03
    block 259200
    S3 ba reorder 0 150 last=2026-12-20         = standing-orders 0
    block 604800 empty
    bal A1 750
    block 1209600 empty
    bal A1 600
    standing 0 finished 3 0 2026-12-15
    S4 ba reorder 0 1                           = SY-00547
    ",
    "
    # Without funds: missed, waiting, ending. What one period missed is not made up for.
    S1 ba order A1 C2 700                       = standing-orders 0
    S2 ba order A1 C1 300 short=60              = standing-orders 1
    S3 ba order A1 C1 300 short=stop            = standing-orders 2
    block 10 empty
    bal A1 0
    standing 0 active 1 0 2026-12-02
    standing 1 active 1 0 2026-12-02
    standing 2 SY-00260 0 1 2026-12-02
    block 86400 empty
    standing 0 active 1 1 2026-12-03
    standing 1 active 1 0 2026-12-03
    # What waits settles when money comes, until its time is over.
    block 88000
    T1 op issue A1 350                          = settled
    bal A1 50
    standing 1 active 2 0 2026-12-03
    block 172800 empty
    standing 0 active 1 2 2026-12-04
    standing 1 active 2 0 2026-12-04
    block 176400 empty
    standing 1 active 2 1 2026-12-04
    # An account that is closed for good ends the order; one that is frozen does not.
    T2 op freeze A1 d                           = settled
    block 259200 empty
    standing 0 active 1 3 2026-12-05
    T3 op freeze A1 -                           = settled
    T4 ba bulk each A1 C2:50                    = settled 1
    T5 ba close A1                              = settled
    block 345600 empty
    standing 0 SY-00224 1 4 2026-12-06
    standing 1 SY-00224 2 3 2026-12-06
    ",
    "
    # Weekends are closed from nine to five: shifted, or as the calendar has it.
    K op calendar closed=sat+sun payments=540-1020 = calendars 0
    S1 ba order A1 C2 1 first=2026-12-05 every=1m shift=following  = standing-orders 0
    S2 ba order A1 C2 2 first=2026-12-05 every=1m shift=preceding  = standing-orders 1
    S3 ba order A1 C2 4 first=2026-12-05 every=1m = standing-orders 2
    S4 ba order A1 C2 8 first=2026-12-05 every=1d shift=following last=2026-12-07 = standing-orders 3
    standing 0 active 0 0 2026-12-07
    standing 1 active 0 0 2026-12-04
    block 291599 empty
    bal A1 1000
    # Friday, nine o'clock.
    block 291600 empty
    bal A1 998
    standing 1 active 1 0 2027-01-05
    # Saturday is missed where nobody shifts it.
    block 378000 empty
    bal A1 998
    standing 2 active 0 1 2027-01-05
    # Monday pays for Saturday, for Sunday and for itself: three periods, three payments.
    block 550800 empty
    bal A1 973
    standing 0 active 1 0 2027-01-05
    standing 3 finished 3 0 2026-12-07
    # A calendar set meanwhile is the one that counts: the day that closes is refused or goes on, as it says.
    K2 op calendar holidays=2027-01-05 late=next = calendars 0
    block 3024000 empty
    bal A1 973
    block 3110400 empty
    bal A1 966
    standing 0 active 2 0 2027-02-05
    standing 2 active 1 1 2027-02-05
    # On the 31st of every month: cut to the month, and back again.
    S5 ba order A1 C2 1 first=2027-01-31 every=1m last=2027-03-31 = standing-orders 4
    block 5270400 empty
    standing 4 active 1 0 2027-02-28
    block 7689600 empty
    standing 4 active 2 0 2027-03-31
    block 10368000 empty
    standing 4 finished 3 0 2027-03-31
    ",
    "
    # Asked and paid, in whole and in part.
    R1 c2 ask C2 C1 0                           = SY-00020
    R2 c2 ask C2 C2 1                           = SY-00022
    R3 c2 ask C2 C1 1 asset=9                   = SY-00210
    R4 c2 ask C2 NONE 1                         = SY-00220
    R5 c2 ask C2 AUSD 1                         = SY-00228
    R6 c2 ask NONE C1 1                         = SY-00240
    R7 c2 ask C2 C1 1 until=0                   = SY-00548
    R8 c2 ask C2 C1 1 until=7949000             = SY-00548
    R9 ba ask C2 C1 1                           = SY-00549
    R10 op ask C2 C1 1                          = SY-00549
    R11 c2 ask C2 C1 200                        = parties
    R12 bb ask C2 C1 300 part=1                 = parties
    R13 c2 ask C2 C1 5000                       = parties
    R14 c2 ask C2 C1 7                          = parties
    R15 c2 ask C2 C1 8                          = parties
    R16 c2 ask C2 C1 9 until=100                = parties
    R17 c2 ask C2 C1 9 uetr=R11                 = SY-00201
    A1 c1 answer NOREQ 1                        = SY-00550
    A2 c2 answer R11 200                        = SY-00551
    A3 bb answer R11 200                        = SY-00551
    A4 c1 answer R11 199                        = SY-00553
    A5 c1 answer R11 201                        = SY-00553
    A6 c1 answer R11 0                          = SY-00020
    A7 c1 answer R11 200                        = settled
    later R11 = settled
    bal C1 300
    A8 c1 answer R11 200                        = SY-00552
    A9 ba answer R12 50                         = settled
    later R12 = settled
    bal C1 250
    # Without funds the request stays open.
    A10 c1 answer R13 5000                      = SY-00260
    A11 c1 answer R13 no                        = settled
    later R13 = SY-00554
    T1 c1 cancel R14                            = SY-00288
    T2 c2 cancel R14                            = settled
    later R14 = cancelled SY-00292
    T3 c2 cancel R14                            = SY-00290
    A12 c1 answer R14 7                         = SY-00552
    # A reference is used once, by a request and by its payment.
    A13 c1 answer R15 8 uetr=R11                = SY-00201
    block 100 empty
    later R16 = SY-00555
    K op calendar payments=540-1020             = calendars 0
    A14 c1 answer R15 8                         = SY-00209
    block 32400 empty
    later R15 = SY-00555
    A15 c1 answer R15 8                         = SY-00552
    ",
    "
    # Recalled, paid back in parts, declined, withdrawn, too late.
    P1 ba pay A1 C2 300                         = settled
    P2 ba pay A1 C1 5000                        = SY-00260
    P3 ba pay A1 C1 10 date=2026-12-02          = warehoused
    Q0 ba recall P1 uetr=P1                     = SY-00906
    Q1 ba recall P2                             = SY-00287
    Q2 ba recall P3                             = SY-00287
    Q3 ba recall P1 lie=301                     = SY-00285
    Q4 ba recall P1 until=0                     = SY-00548
    Q5 bb recall P1                             = SY-00556
    Q6 op recall P1                             = SY-00556
    Q7 ba recall P1                             = parties
    Q8 ba recall P1                             = SY-00557
    Q9 ba protest P1 1                          = SY-00557
    B1 c2 back NOCASE 1                         = SY-00559
    B2 ba back Q7 1                             = SY-00560
    B3 c2 back Q7 301                           = SY-00562
    B4 c2 back Q7 0                             = SY-00020
    B5 c2 back Q7 120                           = settled
    later Q7 = settled
    bal C2 180
    bal A1 820
    B6 c2 back Q7 1                             = SY-00561
    Q10 ba recall P1                            = parties
    B7 bb back Q10 no                           = settled
    later Q10 = SY-00563
    Q11 ba recall P1 until=100                  = parties
    block 100 empty
    later Q11 = SY-00564
    Q12 ba recall P1                            = parties
    T1 bb cancel Q12                            = SY-00288
    T2 ba cancel Q12                            = settled
    later Q12 = cancelled SY-00292
    T3 ba cancel Q12                            = SY-00290
    # Money that was paid away does not come back; the recall stays open.
    Q13 ba recall P1                            = parties
    T4 c2 pay C2 C1 100                         = settled
    B8 c2 back Q13 180                          = SY-00260
    T5 c1 pay C1 C2 100                         = settled
    B9 c2 back Q13 180                          = settled
    later Q13 = settled
    bal A1 1000
    # All of it came back.
    Q14 ba recall P1                            = SY-00558
    Q15 ba protest P1 1                         = SY-00566
    T6 ba cancel P3                             = settled
    later P3 = cancelled SY-00292
    Q16 ba recall P3                            = SY-00287
    ",
    "
    # Legs of bulk payments and of exchanges: the whole is evidence, with the legs that were refused.
    P1 ba bulk each A1 C2:300 C1:5000 C2:40     = settled 2 [1 SY-00260]
    P2 ba bulk all A1 C2:1 C1:5000              = leg 1 SY-00260
    P3 ba link A1>C2:100 C1>C2:50               = settled
    P4 ba link A1>C2:10 B1>C1:5                 = parties
    block 10
    Q0 ba recall P1:3                           = SY-00915
    Q1 ba recall P3:2                           = SY-00915
    Q2 ba recall P3:0 uetr=P3                   = SY-00906
    Q3 ba recall P1:0 stranger=NONE             = SY-00284
    Q4 ba recall P1:0 lie=301                   = SY-00285
    Q5 ba recall P1:0 refused=-                 = SY-00285
    Q6 ba recall P1:1 refused=0/260             = SY-00285
    Q7 ba recall P1:1                           = SY-00287
    Q8 ba recall P2:0                           = SY-00287
    Q9 ba recall P4:0                           = SY-00287
    Q10 bb recall P1:0                          = SY-00556
    Q11 ba recall P1:0                          = parties
    Q12 ba recall P1:0                          = SY-00557
    Q13 ba protest P1:0 1                       = SY-00557
    # Another leg is another transfer.
    Q14 ba recall P1:2                          = parties
    B1 c2 back Q11 301                          = SY-00562
    B2 c2 back Q11 300                          = settled
    later Q11 = settled
    B3 c2 back Q14 40                           = settled
    later Q14 = settled
    bal C2 150
    bal A1 900
    Q15 ba recall P1:0                          = SY-00558
    D0 ba protest P1:2 1                        = SY-00566
    D1 c1 protest P3:1 51                       = SY-00566
    # In an exchange the side of each debtor has its own case.
    D2 c1 protest P3:1 50                       = parties
    D3 ba protest P3:0 100                      = parties
    E1 op decide D2 20                          = disputes 0
    E2 c2 compensate D2                         = settled
    later D2 = settled
    bal C1 470
    E3 reg decide D3 100 by=100                 = disputes 1
    block 100 empty
    later D3 = settled
    bal C2 30
    bal A1 1000
    ",
    "
    # A dispute: documents, decision, payment.
    P1 ba pay A1 C2 300                         = settled
    D0 ba protest P1 0                          = SY-00020
    D1 ba protest P1 1 uetr=P1                  = SY-00906
    D2 ba protest P1 301                        = SY-00566
    D3 bb protest P1 1                          = SY-00565
    D4 reg protest P1 1                         = SY-00565
    D5 ba protest P1 1 lie=1                    = SY-00285
    D6 ba protest P1 250                        = parties
    D7 ba protest P1 1                          = SY-00557
    Q1 ba recall P1                             = SY-00557
    E1 ba evidence NOCASE                       = SY-00567
    E2 op evidence D6                           = SY-00569
    E3 c2 evidence D6                           = disputes 0
    E4 bb evidence D6                           = disputes 0
    E5 ba evidence D6                           = disputes 0
    F1 ba decide D6 250                         = SY-00571
    F2 bb decide D6 250                         = SY-00571
    F3 aud decide D6 250                        = SY-00571
    F4 reg decide D6 251                        = SY-00572
    F5 reg decide D6 250 by=0                   = SY-00548
    F6 reg decide NOCASE 1                      = SY-00567
    S1 c2 compensate D6                         = SY-00573
    F7 reg decide D6 200                        = disputes 0
    F8 op decide D6 1                           = SY-00568
    E6 ba evidence D6                           = SY-00568
    T1 ba cancel D6                             = SY-00290
    S2 ba compensate D6                         = SY-00574
    S3 c2 compensate NOCASE                     = SY-00567
    S4 c2 compensate D6                         = settled
    later D6 = settled
    bal A1 900
    bal C2 100
    S5 c2 compensate D6                         = SY-00573
    # What was awarded counts: 100 are left.
    D8 ba protest P1 101                        = SY-00566
    D9 ba protest P1 100                        = parties
    F9 op decide D9 0                           = disputes 1
    later D9 = SY-00575
    D10 ba protest P1 100                       = parties
    T2 bb cancel D10                            = SY-00288
    T3 ba cancel D10                            = settled
    later D10 = cancelled SY-00292
    ",
    "
    # Nobody pays in time: the ledger does, or says that it could not.
    P1 ba pay A1 C2 300                         = settled
    P2 ba pay A1 C1 100                         = settled
    D1 ba protest P1 300                        = parties
    D2 ba protest P2 100                        = parties
    F1 op decide D1 300 by=100                  = disputes 0
    F2 op decide D2 100 by=100                  = disputes 1
    T1 c2 pay C2 C1 50                          = settled
    block 100 empty
    later D2 = settled
    bal A1 700
    bal C1 550
    # The payee of the first had 250 only; it still owes.
    D3 ba protest P1 1                          = SY-00557
    T2 c2 cancel D1                             = SY-00290
    S1 c2 compensate D1                         = SY-00260
    T3 c1 pay C1 C2 50                          = settled
    S2 bb compensate D1                         = settled
    later D1 = settled
    bal A1 1000
    bal C2 0
    ",
    "
    # Eight documents a side.
    P1 ba pay A1 C2 1                           = settled
    D1 ba protest P1 1                          = parties
    E1 ba evidence D1                           = disputes 0
    E2 ba evidence D1                           = disputes 0
    E3 ba evidence D1                           = disputes 0
    E4 ba evidence D1                           = disputes 0
    E5 ba evidence D1                           = disputes 0
    E6 ba evidence D1                           = disputes 0
    E7 ba evidence D1                           = disputes 0
    E8 ba evidence D1                           = SY-00570
    E9 c2 evidence D1                           = disputes 0
    ",
    "
    # The operator is a party here, so the regulator decides.
    T1 op open op settlement OPS                = settled
    bal OPS 0
    T2 op issue OPS 10                          = settled
    P1 op pay OPS C2 10                         = settled
    D1 op protest P1 10                         = parties
    F1 op decide D1 10                          = SY-00571
    F2 reg decide D1 0                          = disputes 0
    later D1 = SY-00575
    ",
];

#[test]
fn orders() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn what_the_ledger_pays_by_itself_has_a_row_and_a_reference_of_its_own() {
    let mut stage = Stage::new();
    stage.run(
        "
        S1 ba order A1 C2 600 short=30          = standing-orders 0
        block 10 empty
        block 86400 empty
        T1 c2 pay C2 A1 100                     = settled
        block 86500 empty
        bal A1 500
        T2 ba pay A1 B1 1 bypass=1              = settled
        block 88210 empty
        bal A1 499
        ",
    );
    let rows = &stage.ledger.products.automatic;
    let states: Vec<AutomaticState> = rows.iter().map(|(_, row)| row.state).collect();
    assert!(
        matches!(states[0], AutomaticState::Settled(_)),
        "{states:?}"
    );
    assert!(
        matches!(
            states[1],
            AutomaticState::Refused(_, crate::RejectReason::QueueExpired)
        ),
        "{states:?}"
    );
    let mut uetrs: Vec<_> = rows.iter().map(|(_, row)| row.payment.uetr).collect();
    for uetr in &uetrs {
        let transaction = stage.ledger.transaction_by_uetr(uetr).unwrap();
        assert_eq!(transaction, Some(stage.transaction_named("S1").id()));
    }
    uetrs.dedup();
    assert_eq!(uetrs.len(), states.len());
}
