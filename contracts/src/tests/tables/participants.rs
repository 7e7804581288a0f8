//! Keys, statuses, signing policies and the approvals that they ask for.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &[
    "
    # A new key signs from the next block on, a retired one no more.
    T1 ba rotate ba add=ba2 retire=ba           = settled
    block 10
    T2 ba pay A1 C2 1                           = SY-00114
    T3 ba2 pay A1 C2 1 as=ba                    = settled
    T4 ba2 rotate ba retire=ba2 as=ba           = SY-00446
    T5 ba2 rotate ba add=c1 as=ba               = SY-00414
    T6 ba2 rotate ba retire=c1 as=ba            = SY-00444
    T7 ba2 rotate ba as=ba                      = SY-00045
    T8 ba2 rotate ba add=k+k as=ba              = SY-00044
    T9 bb rotate ba add=k                       = SY-00442
    T10 op rotate nobody add=k                  = SY-00440
    # The operator helps one that lost its keys.
    T11 op rotate c1 add=c1new retire=c1        = settled
    block 20
    T12 c1new pay C1 C2 1 as=c1                 = settled
    T13 op rotate bb add=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o = settled
    T14 op rotate bb add=p                      = SY-00448
    T15 op rotate bb add=q retire=a             = SY-00448
    T16 op rotate bb retire=a                   = settled
    block 30
    T17 op rotate bb add=q                      = settled
    ",
    "
    T1 op status c1 suspended                   = settled
    T2 c1 pay C1 C2 1                           = SY-00116
    T3 ba pay A1 C1 1                           = SY-00250
    T4 reg status c1 active                     = SY-00450
    T5 op status c1 active                      = settled
    T6 reg status c1 suspended                  = settled
    T7 op status c1 defaulted                   = defaults 0
    T8 op status c1 active                      = SY-00452
    T9 op status c1 exited                      = settled
    T10 op status c1 active                     = SY-00452
    T11 op status op suspended                  = SY-00452
    T12 op status nobody active                 = SY-00440
    T13 ba status c2 suspended                  = SY-00450
    ",
    "
    T1 ba rotate ba add=b1+b2                   = settled
    block 5
    T2 ba policy 100:2 500:4                    = SY-00454
    T3 ba policy 100:2 100:3                    = SY-00049
    T4 ba policy 100:2 500:3                    = settled
    # One key below the band, two or three above; in one go or one after the other.
    T5 ba pay A1 C2 99                          = settled
    T6 ba+b1 pay A1 C2 100                      = settled
    T7 ba pay A1 C2 100                         = approvals
    T7 ba pay A1 C2 100                         = dropped
    T8 ba approve T7                            = SY-00136
    T9 c1 approve T7                            = SY-00132
    T10 b1 approve T7 as=ba                     = settled
    later T7 = settled
    T11 b2 approve T7 as=ba                     = SY-00134
    T12 b2 approve NONE as=ba                   = SY-00130
    bal A1 701
    T13 ba pay A1 C2 500                        = approvals
    T14 b1+b2 approve T13 as=ba                 = settled
    later T13 = settled
    # Judged in the state of the last signature.
    T15 ba bulk each A1 C2:150 C2:150           = approvals
    T16 b1 approve T15 as=ba                    = settled
    later T15 = settled 1 [1 SY-00260]
    bal A1 51
    T17 op issue A1 1000                        = settled
    T18 ba pay A1 C2 100                        = approvals
    T19 b2 refuse T18 as=ba                     = settled
    later T18 = cancelled SY-00128
    # Too late is refused by rule, and its UETR is used up.
    T20 ba pay A1 C2 100 expiry=100             = approvals
    block 100 empty
    later T20 = SY-00126
    T21 b1 approve T20 as=ba                    = SY-00134
    T22 ba+b1 pay A1 C2 100 uetr=T20            = SY-00201
    # The policy itself is changed by the highest band only.
    T23 ba policy                               = approvals
    T24 b1 approve T23 as=ba                    = settled
    T25 b2 approve T23 as=ba                    = settled
    later T23 = settled
    T26 ba pay A1 C2 900                        = settled
    # A key retired since it signed counts no more.
    T27 ba policy 100:2                         = settled
    T28 b1 pay A1 C2 101 as=ba                  = approvals
    T29 ba+b2 rotate ba retire=b1 as=ba         = settled
    block 200
    T30 b2 approve T28 as=ba                    = settled
    T31 ba approve T28                          = settled
    later T28 = settled
",
];

#[test]
fn participants() {
    for table in TABLES {
        Stage::new().run(table);
    }
}
