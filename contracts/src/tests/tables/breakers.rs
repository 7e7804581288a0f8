//! Breakers: every scope stops new debits, changes no balance, and is resumed in steps; a short reserve trips by itself.

use crate::{BreakerScope, BreakerState, tests::language::Stage};

pub(super) const TABLES: &[&str] = &[
    "
    H1 ba hold A1 C2 100                        = holds 0
    T1 reg trip network                         = breakers 0
    T2 ba pay A1 C2 1                           = SY-00530
    T3 ba bulk each A1 C2:1                     = SY-00530
    T4 ba hold A1 C2 1                          = SY-00530
    T5 ba redeem A1 1                           = SY-00530
    T6 op issue A1 1                            = SY-00530
    T7 ba link A1>C2:1 C1>C2:1                  = SY-00530
    # What was promised before is kept.
    T8 c2 post H1                               = settled
    bal A1 900
    T9 op trip network                          = SY-00538
    T10 op resume network limit=50              = settled
    T11 ba pay A1 C2 50                         = settled
    T12 ba pay A1 C2 51                         = SY-00532
    T13 reg resume network                      = settled
    T14 ba pay A1 C2 51                         = settled
    T15 op resume network                       = SY-00540
    # One account, one participant, one asset, one verb.
    T16 op trip account:C1                      = breakers 1
    T17 c1 pay C1 C2 1                          = SY-00530
    T18 ba pay A1 C1 1                          = settled
    T19 op trip participant:ba                  = breakers 2
    T20 ba pay A1 C1 1                          = SY-00530
    T21 op trip asset:1                         = breakers 3
    T22 op issue AUSD 1                         = SY-00530
    T23 op issue C1 1                           = settled
    T24 op trip product:7                       = breakers 4
    T25 c1 redeem C1 1                          = SY-00530
    T26 op resume account:C1                    = settled
    T27 c1 pay C1 C2 1                          = settled
    T28 ba trip network                         = SY-00536
    T29 op trip asset:9                         = SY-00534
    T30 op trip product:20                      = SY-00036
    T31 reg resume participant:ba               = SY-00542
    T32 op resume asset:0                       = SY-00540
    ",
    "
    # A reserve attested below what is outstanding stops its asset in the same block.
    T1 aud attest reserve asset:0 1800          = attestations 0
    T2 ba pay A1 C2 1                           = settled
    block 10
    T3 aud attest reserve asset:0 1799 observed=5 = attestations 0
    T4 ba pay A1 C2 1                           = SY-00530
    T5 op resume asset:0                        = settled
    T6 ba pay A1 C2 1                           = settled
    # Several keys resume, once the operator's policy asks for them.
    T7 op rotate op add=op2                     = settled
    block 20
    T8 op policy 1000000:2                      = settled
    T9 op trip network                          = breakers 1
    T10 op resume network                       = approvals
    T11 ba pay A1 C2 1                          = SY-00530
    T12 op2 approve T10 as=op                   = settled
    later T10 = settled
    T13 ba pay A1 C2 1                          = settled
",
];

#[test]
fn breakers() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn a_breaker_says_who_tripped_it_and_how_often() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1 reg trip network = breakers 0
        T2 op resume network limit=7 = settled
        T3 op trip network = breakers 0
        ",
    );
    let (_, breaker) = stage.ledger.breaker(&BreakerScope::Network).unwrap();
    assert_eq!(breaker.state, BreakerState::Tripped);
    assert_eq!((breaker.trips, breaker.by.map(|by| by.0)), (2, Some(0)));
}
