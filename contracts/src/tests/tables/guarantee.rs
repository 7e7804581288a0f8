//! Guarantees: one table a concern. Bank `ba` is bound for `c1` towards `c2`; cover stands on `HOLD`, and line 0 of 200 backs the rest. Every day
//! is a banking day unless a table says otherwise; 2026-12-01 is a Tuesday.

use crate::tests::language::Stage;

const STAGE: &str = "
    S1 op open ba escrow HOLD                       = settled
    S2 op open bb escrow HOLDB                      = settled
    S3 ba openline A1 C1 200 last=2027-12-01        = lines 0
    S4 c1 agree 0 1                                 = lines 0
    block
";

const APPLY: &str = "
    T1 c1 gapply ba c2 C1 0                         = SY-00020
    T2 c1 gapply ba ba C1 100                       = SY-00876
    T3 c1 gapply ba c2 C1 100 cover=10              = SY-00882
    T4 ba gapply ba c2 A1 100                       = SY-01754
    T5 c2 gapply ba c2 C2 100                       = SY-01754
    T6 c1 gapply ba sus C1 100                      = SY-01754
    T7 c1 gapply s2 c2 C1 100                       = SY-01756
    T8 c1 gapply bs c2 C1 100                       = SY-01756
    T9 c1 gapply ba c2 C1 100 last=2026-11-30       = SY-01758
    T10 c1 gapply ba c2 C1 100 last=2036-12-09      = SY-01758
    T11 c1 gapply ba c2 A1 100                      = SY-00222
    T12 c1 gapply ba c2 C1 100 cover=30 hold=HOLD line=0 = guarantees 0
    guarantee 0 applied 0 0 0 0
    T13 c1 gissue 0 C1                              = SY-01804
    T14 c2 gissue 0 C2                              = SY-01804
    T15 bb gissue 0 B1                              = SY-01804
    T16 op gissue 0 A1                              = SY-01804
    T17 ba gissue 9 A1                              = SY-01800
    T18 ba gissue 0 C1                              = SY-00222
    T19 c2 demand 0 C2 10                           = SY-01808
    T20 c1 greimburse 0 C1 0                        = SY-01808
    T21 ba gissue 0 A1                              = guarantees 0
    guarantee 0 issued 100 30 70 0
    bal C1 470
    bal HOLD 30
    T22 ba gissue 0 A1                              = SY-01806
    # The same backing as for credits, refused for the same reasons.
    T23 c1 gapply ba c2 C1 100                      = guarantees 1
    T24 ba gissue 1 A1                              = SY-01884
    T25 c1 gapply ba c2 C1 100 cover=100 hold=HOLDB = guarantees 2
    T26 ba gissue 2 A1                              = SY-01880
    T27 c1 gapply ba c2 C1 131 line=0               = guarantees 3
    T28 ba gissue 3 A1                              = SY-01122
    # An application is taken back or declined, by no others, and only as a whole.
    T29 c2 grelease 1                               = SY-01752
    T30 bb grelease 1                               = SY-01752
    T31 c1 grelease 1 10                            = SY-01752
    T32 c1 grelease 9                               = SY-01800
    T33 c1 grelease 1                               = guarantees 1
    T34 ba grelease 2                               = guarantees 2
    T35 ba gissue 2 A1                              = SY-01806
    T36 ba grelease 2                               = SY-01808
    # What was issued is irrevocable.
    T37 c1 grelease 0                               = SY-01810
    T38 ba grelease 0                               = SY-01810
    T39 op grelease 0                               = SY-01752
    T40 c2 grelease 0 0                             = SY-00020
    T41 c2 grelease 0 101                           = SY-01814
    # Reduced: the line is free first, then cover.
    T42 c2 grelease 0 80                            = guarantees 0
    guarantee 0 issued 20 20 0 0
    bal C1 480
    T43 c2 grelease 0                               = guarantees 0
    guarantee 0 closed 0 0 0 0
    bal C1 500
    bal HOLD 0
";

/// A guarantee of 100, or with other options, issued.
fn issued(terms: &str) -> String {
    format!(
        "{STAGE}
        U1 c1 gapply ba c2 C1 100 cover=30 hold=HOLD line=0 {terms} = guarantees 0
        U2 ba gissue 0 A1                           = guarantees 0
        block
        "
    )
}

const DEMANDED: &str = "
    T1 c1 demand 0 C1 10                            = SY-01750
    T2 ba demand 0 A1 10                            = SY-01750
    T3 op demand 0 A1 10                            = SY-01750
    T4 c2 demand 9 C2 10                            = SY-01800
    T5 c2 demand 0 C2 0                             = SY-00020
    T6 c2 demand 0 C2 10 papers=33                  = SY-00884
    T7 c2 demand 0 C2 101                           = SY-01816
    T8 c2 demand 0 C2 10 extend=2026-12-31          = SY-01826
    T9 c2 demand 0 C1 10                            = SY-01340
    T10 c2 demand 0 C2 60                           = demands 0
    T11 c2 demand 0 C2 41                           = SY-01816
    T12 c2 demand 0 C2 40                           = demands 1
    T13 c2 grelease 0 1                             = SY-01814
    T14 c2 grelease 0                               = SY-01814
    guarantee 0 issued 100 30 70 0
    T15 c1 gexamine 0 0                             = SY-01804
    T16 c2 gexamine 0 0                             = SY-01804
    T17 bb gexamine 0 0                             = SY-01804
    T18 ba gexamine 9 0                             = SY-01802
    T19 ba gexamine 0 17                            = SY-00880
    T20 ba gpay 0 A1                                = SY-01820
    T21 ba gexamine 1 1                             = demands 1
    demanded 1 rejected
    T22 ba gexamine 1 0                             = SY-01818
    T23 ba gpay 1 A1                                = SY-01820
    T24 ba gexamine 0 0                             = demands 0
    demanded 0 complying
    T25 c1 gredirect 0 C3                           = SY-01750
    T26 c2 gredirect 9 C6                           = SY-01802
    T27 c2 gredirect 0 C1                           = SY-01340
    T28 c2 gredirect 0 C6                           = demands 0
    T29 c1 gpay 0 C1                                = SY-01804
    T30 c2 gpay 0 C2                                = SY-01804
    T31 ba gpay 9 A1                                = SY-01802
    T32 ba gpay 0 C1                                = SY-00222
    # The bank pays 60, keeps 30 of cover and is owed 30; 40 may still be demanded.
    T33 ba gpay 0 A1                                = demands 0
    demanded 0 paid
    guarantee 0 issued 40 0 70 30
    bal C6 60
    bal A1 970
    T34 c2 gredirect 0 C2                           = SY-01822
    T35 ba greimburse 0 A1 30                       = SY-01744
    T36 c2 greimburse 0 C2 30                       = SY-01744
    T37 c1 greimburse 9 C1 30                       = SY-01800
    T38 c1 greimburse 0 C1 31                       = SY-01886
    T39 c1 greimburse 0 C3 30                       = SY-00260
    T40 c1 greimburse 0 C1 30                       = guarantees 0
    guarantee 0 issued 40 0 40 0
    bal A1 1000
    # The rest is demanded, and with it the guarantee ends.
    T41 c2 demand 0 C2 40                           = demands 2
    T42 ba gexamine 2 0                             = demands 2
    T43 ba gpay 2 A1                                = demands 2
    guarantee 0 closed 0 0 40 40
    T44 c2 demand 0 C2 1                            = SY-01808
";

const SILENT: &str = "
    T1 c2 demand 0 C2 60                            = demands 0
    block 518399 empty
    demanded 0 presented
    # Five banking days without a word: the ledger pays.
    block 518400 empty
    demanded 0 paid
    guarantee 0 issued 40 0 70 30
    T2 ba gexamine 0 1                              = SY-01818
    # The bank's account is empty: tried again as every day opens.
    T3 ba pay A1 B1 970                             = settled
    T4 c2 demand 0 C2 40                            = demands 1
    T5 ba gexamine 1 0                              = demands 1
    T6 ba gpay 1 A1                                 = SY-00260
    block 1036800 empty
    demanded 1 complying
    T7 bb pay B1 A1 40                              = settled
    block 1123200 empty
    demanded 1 paid
    bal C2 100
    bal A1 0
";

const STANDBY: &str = "
    # A standby gives seven banking days; with weekends closed they end with Thursday the 10th.
    T1 op calendar closed=sat+sun                   = calendars 0
    T2 c2 demand 0 C2 60                            = demands 0
    block 863999 empty
    demanded 0 presented
    block 864000 empty
    demanded 0 paid
    # The last day, the 12th, is a Saturday: demands are still taken on Monday the 14th.
    block 1123200
    T3 c2 demand 0 C2 10                            = demands 1
    block 1209600 empty
    guarantee 0 expired 10 0 40 30
    T4 c2 demand 0 C2 10                            = SY-01808
    T5 ba gexamine 1 2                              = demands 1
    guarantee 0 expired 0 0 30 30
    # An application is over as well when its day has passed.
    T6 c1 gapply ba c2 C1 10 last=2026-12-15        = guarantees 1
    block 1296000 empty
    guarantee 1 expired 0 0 0 0
    T7 ba gissue 1 A1                               = SY-01806
";

const EXTENDED: &str = "
    T1 c2 demand 0 C2 100 extend=2027-03-31         = demands 0
    T2 c2 gextend 0                                 = SY-01752
    T3 bb gextend 0                                 = SY-01752
    T4 ba gextend 9                                 = SY-01802
    T5 ba gexamine 0 0                              = demands 0
    # Paying is put off for thirty days, though the bank's five are over.
    block 518400 empty
    demanded 0 complying
    T6 ba gextend 0                                 = demands 0
    T7 ba gextend 0                                 = SY-01778
    demanded 0 complying
    T8 c1 gextend 0                                 = demands 0
    demanded 0 withdrawn
    guarantee 0 issued 100 30 70 0
    T9 c1 gextend 0                                 = SY-01822
    # Past the former last day it is in force.
    block 2764800
    T10 c2 demand 0 C2 50                           = demands 1
    T11 c1 gextend 1                                = SY-01824
    T12 ba gexamine 1 0                             = demands 1
    T13 ba gpay 1 A1                                = demands 1
    guarantee 0 issued 50 0 70 20
    # Silence, and nobody extends: paid when the thirty days are over.
    T14 c2 demand 0 C2 50 extend=2027-06-30         = demands 2
    block 3283200 empty
    demanded 2 complying
    block 5443199 empty
    demanded 2 complying
    block 5443200 empty
    demanded 2 paid
    guarantee 0 closed 0 0 70 70
";

const REVIVED: &str = "
    # Demanded on the last day and extended when it is over: cover and line must be there again.
    block 2592000
    T1 c2 demand 0 C2 60 extend=2027-03-31          = demands 0
    block 2678400 empty
    guarantee 0 expired 60 30 30 0
    T2 c1 gapply ba c2 C1 170 line=0 last=2027-01-31 = guarantees 1
    T3 ba gissue 1 A1                               = guarantees 1
    T4 ba gextend 0                                 = demands 0
    T5 c1 gextend 0                                 = SY-01122
    T6 c2 grelease 1                                = guarantees 1
    T7 c1 gextend 0                                 = demands 0
    guarantee 0 issued 100 30 70 0
";

const AMENDED: &str = "
    T1 bb gamend 0 150                              = SY-01752
    T2 c1 gamend 9 150                              = SY-01800
    T3 c1 gamend 0 0                                = SY-00020
    T4 c1 gamend 0 150 last=2026-11-30              = SY-01758
    T5 c1 gamend 0 150 cover=20                     = guarantees 0
    T6 c1 gamend 0 150 cover=20                     = SY-01778
    T7 ba gamend 0 150 cover=20                     = guarantees 0
    guarantee 0 issued 100 30 70 0
    # Another wish replaces the one that waits: then all three must ask for that.
    T8 c2 gamend 0 160                              = guarantees 0
    T9 c2 gamend 0 150 cover=20                     = guarantees 0
    T10 c1 gamend 0 150 cover=20                    = guarantees 0
    T11 ba gamend 0 150 cover=20                    = guarantees 0
    guarantee 0 issued 150 50 100 0
    T12 c2 demand 0 C2 60                           = demands 0
    T13 c1 gamend 0 59                              = SY-01814
    T14 c1 gamend 0 300                             = guarantees 0
    T15 c2 gamend 0 300                             = guarantees 0
    T16 ba gamend 0 300                             = SY-01122
    T17 c1 gamend 0 300 cover=460                   = guarantees 0
    T18 c2 gamend 0 300 cover=460                   = guarantees 0
    T19 ba gamend 0 300 cover=460                   = SY-01882
    T20 c1 gamend 0 60 last=2027-01-31              = guarantees 0
    T21 c2 gamend 0 60 last=2027-01-31              = guarantees 0
    T22 ba gamend 0 60 last=2027-01-31              = guarantees 0
    guarantee 0 issued 60 50 10 0
    T23 ba gexamine 0 1                             = demands 0
    block 2678400 empty
    guarantee 0 issued 60 50 10 0
    block 5356800 empty
    guarantee 0 expired 0 0 0 0
    T24 c1 gamend 0 60 last=2027-12-31              = SY-01808
";

pub(super) fn tables() -> Vec<String> {
    vec![
        format!("{STAGE}{APPLY}"),
        issued("") + DEMANDED,
        issued("") + SILENT,
        issued("last=2026-12-12 rules=isp") + STANDBY,
        issued("") + EXTENDED,
        issued("") + REVIVED,
        issued("") + AMENDED,
    ]
}

#[test]
fn tables_of_guarantees_hold() {
    for table in tables() {
        Stage::new().run(&table);
    }
}
