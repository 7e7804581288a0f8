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

/// Rules that ask what was before, who signs, and what others found.
pub(super) const WATCHES: &[&str] = &[
    "
    # Who was paid while the rule learned is known; who is paid first later is new for a window.
    T1 op watch account:A1 new 100 60000        = risk-rules 0
    block 10
    T2 ba pay A1 C2 300                         = settled
    block 71
    T3 ba pay A1 C2 300                         = settled
    T4 ba pay A1 C1 100                         = settled
    block 100
    T5 ba pay A1 C1 100                         = settled
    block 101
    # 100 to a new account pass, 200 do not; what happened stands.
    T6 ba pay A1 C2 1                           = SY-00530
    bal A1 200
    T7 op resume account:A1                     = settled
    # A minute after its first payment it is known.
    block 131
    T8 ba pay A1 C1 150                         = settled
    block 132
    T9 ba pay A1 C1 1                           = settled
    # Bulk payments and holds that are posted count like payments.
    T10 op issue A1 1000                        = settled
    T11 ba bulk each A1 C3:60 C4:41             = settled 2
    block 133
    T12 ba pay A1 C2 1                          = SY-00530
    T13 op watch account:A1 new - 60000         = risk-rules 0
    T14 op resume account:A1                    = settled
    T15 ba hold A1 C5 500                       = holds 0
    T16 c1 post T15                             = settled
    block 134
    T17 ba pay A1 C2 1                          = settled
    T18 op watch asset:0 new 1 1000             = SY-00925
    T19 op watch network new 1 1000             = SY-00925
    T20 op watch account:A1 new 1 0             = SY-00924
    ",
    "
    # All accounts of a participant, those to come too; limits beside it stay limits.
    T1 op watch participant:c1 new 50 5000      = risk-rules 0
    T2 c1 limit C1 others 400                   = limits 0
    T3 ba open c1 current NEW-1                 = settled
    block
    T4 c1 pay C1 NEW-1 200                      = settled
    block 10
    T5 c1 pay NEW-1 C2 51                       = settled
    block 11
    T6 c1 pay C1 C2 1                           = SY-00530
    T7 op resume participant:c1                 = settled
    T8 c1 limit C1 others -                     = limits 0
    block 20
    # C1 has never paid C2: to it C2 is new.
    T9 c1 pay C1 C2 51                          = settled
    block 21
    T10 c1 pay C1 C2 1                          = SY-00530
    ",
    "
    # Eight whole windows of a second are learnt, then 300 per cent of their mean and more than 20 trips.
    T1 op watch account:A1 history 300 1000 least=20 = risk-rules 0
    block 1
    T2 ba pay A1 C2 100                         = settled
    block 2
    T3 ba pay A1 C2 40                          = settled
    block 7
    T4 ba pay A1 C2 40                          = settled
    block 10
    # Of the windows 2 to 9 the mean is 10: 30 is in range, 31 is not.
    T5 ba pay A1 C2 30                          = settled
    T6 ba pay A1 C2 1                           = settled
    block 11
    T7 ba pay A1 C2 1                           = SY-00530
    T8 op resume account:A1                     = settled
    # Of 3 to 10 it is 71/8: what tripped is history too.
    T9 ba pay A1 C2 26                          = settled
    block 12
    T10 ba pay A1 C2 1                          = settled
    # Who has paid nothing for long may pay the least figure.
    block 100
    T11 ba pay A1 C2 20                         = settled
    block 101
    T12 ba pay A1 C2 60                         = settled
    block 102
    T13 ba pay A1 C2 1                          = SY-00530
    T14 op watch account:A1 history 100 1000    = SY-00928
    T15 op watch account:A1 outflow 5 1000 least=1 = SY-00928
    T16 op watch account:A1 history 300 0       = SY-00924
    ",
    "
    # Keys that may not sign for whom they speak for: of two in a minute the second trips.
    T1 reg watch participant:ba signers 1 60000 = risk-rules 0
    T2 c1 pay A1 C2 1 as=ba                     = SY-00112
    block
    T3 ba pay A1 C2 1                           = settled
    T4 ba-old pay A1 C2 1 as=ba                 = SY-00114
    block
    T5 ba pay A1 C2 1                           = SY-00530
    T6 reg watch network signers 2 60000        = risk-rules 1
    T7 c1 pay A1 C2 1 as=ba                     = SY-00112
    T8 c1 pay A1 C2 2 as=bb                     = SY-00112
    # One that is told again counts once.
    T7 c1 pay A1 C2 1 as=ba                     = dropped
    block
    T9 c2 pay C2 C1 1                           = settled
    T10 c1 pay A1 C2 1 as=bb                    = SY-00112
    block
    T11 c2 pay C2 C1 1                          = SY-00530
    T12 op watch asset:0 signers 1 1000         = SY-00925
    T13 op watch account:A1 signers 1 1000      = SY-00925
    ",
    "
    # An auditor whose reconciliation is out by 4 raises an alarm; above 3 the asset stops, in the block after at the latest.
    T1 op watch asset:0 alarm 3                 = risk-rules 0
    T2 aud attest alarm asset:0 3               = attestations 0
    block 10
    T3 ba pay A1 C2 1                           = settled
    T4 aud attest alarm asset:0 4 observed=5    = attestations 0
    block 11
    T5 ba pay A1 C2 1                           = SY-00530
    # Its all-clear resumes nothing; the operator does.
    T6 aud attest alarm asset:0 0 observed=11   = attestations 0
    block 12
    T7 ba pay A1 C2 1                           = SY-00530
    T8 op resume asset:0                        = settled
    T9 ba pay A1 C2 1                           = settled
    T10 ba attest alarm asset:0 9               = SY-00510
    T11 op watch network alarm 0                = risk-rules 1
    T12 reg attest alarm NETWORK 1 observed=12  = attestations 1
    block 13
    T13 ba pay A1 C2 1                          = SY-00530
    T14 op watch asset:0 alarm 3 5              = SY-00924
    ",
];

#[test]
fn breakers() {
    for table in TABLES.iter().chain(WATCHES) {
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
