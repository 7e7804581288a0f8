//! Documentary credits: one table a concern. `c1` applies at bank `ba`, `c2` is paid, `bb` advises; cover stands on `HOLD`, and line 0 of 200 backs
//! the rest. Every day is a banking day unless a table says otherwise; 2026-12-01 is a Tuesday.

use crate::tests::language::Stage;

const STAGE: &str = "
    S1 op open ba escrow HOLD                       = settled
    S2 op open bb escrow HOLDB                      = settled
    S3 ba openline A1 C1 200 last=2027-12-01        = lines 0
    S4 c1 agree 0 1                                 = lines 0
    block
";

const APPLY: &str = "
    T1 c1 lcapply ba c2 bb C1 0                     = SY-00020
    T2 c1 lcapply ba c2 bb C1 100 over=100          = SY-00870
    T3 c1 lcapply ba c2 bb C1 100 under=100         = SY-00870
    T4 c1 lcapply ba c2 bb C1 9999999999999999999999 over=1 = SY-00870
    T5 c1 lcapply ba c2 bb C1 100 docs=none         = SY-00872
    T6 c1 lcapply ba c2 bb C1 100 docs=transport+invoice = SY-00872
    T7 c1 lcapply ba c2 bb C1 100 count=0           = SY-00872
    T8 c1 lcapply ba c2 bb C1 100 usance=0          = SY-00874
    T9 c1 lcapply ba c2 bb C1 100 usance=367        = SY-00874
    T10 c1 lcapply ba c2 bb C1 100 days=0           = SY-00874
    T11 c1 lcapply ba ba bb C1 100                  = SY-00876
    T12 c1 lcapply ba c2 bb C1 100 cover=10         = SY-00882
    T13 ba lcapply ba c2 bb A1 100                  = SY-01754
    T14 c2 lcapply ba c2 bb C2 100                  = SY-01754
    T15 c1 lcapply ba sus bb C1 100                 = SY-01754
    T16 c1 lcapply s2 c2 bb C1 100                  = SY-01756
    T17 c1 lcapply bs c2 bb C1 100                  = SY-01756
    T18 c1 lcapply ba c2 aud C1 100                 = SY-01756
    T19 c1 lcapply ba c2 bb C1 100 last=2026-11-30  = SY-01758
    T20 c1 lcapply ba c2 bb C1 100 last=2036-12-09  = SY-01758
    T21 c1 lcapply ba c2 bb C1 100 shipment=2027-01-01 = SY-01758
    T22 c1 lcapply ba c2 bb A1 100                  = SY-00222
    T23 c1 lcapply ba c2 bb STOP 100                = SY-00226
    T24 c1 lcapply ba c2 bb C1 100 over=10 cover=30 hold=HOLD line=0 = credits 0
    credit 0 applied 0 0 0 0
    # Nobody but the bank binds itself.
    T25 bb lcissue 0 B1                             = SY-01746
    T26 c1 lcissue 0 C1                             = SY-01746
    T27 c2 lcissue 0 C2                             = SY-01746
    T28 op lcissue 0 A1                             = SY-01746
    T29 ba lcissue 9 A1                             = SY-01740
    T30 ba lcissue 0 C1                             = SY-00222
    # 100 and 10 per cent more: 30 of cover, 80 of the line.
    T31 ba lcissue 0 A1                             = credits 0
    credit 0 issued 110 30 80 0
    bal C1 470
    bal HOLD 30
    T32 ba lcissue 0 A1                             = SY-01760
    T33 c1 lcapply ba c2 bb C1 100                  = credits 1
    T34 ba lcissue 1 A1                             = SY-01884
    T35 c1 lcapply ba c2 bb C1 100 cover=101 hold=HOLD = credits 2
    T36 ba lcissue 2 A1                             = SY-01882
    T37 c1 lcapply ba c2 bb C1 100 cover=100 hold=HOLDB = credits 3
    T38 ba lcissue 3 A1                             = SY-01880
    T39 c1 lcapply ba c2 bb C1 100 cover=100 hold=A1 = credits 4
    T40 ba lcissue 4 A1                             = SY-01716
    # 120 are left of the line.
    T41 c1 lcapply ba c2 bb C1 121 line=0           = credits 5
    T42 ba lcissue 5 A1                             = SY-01122
    T43 c1 lcapply ba c2 bb C1 120 line=7           = credits 6
    T44 ba lcissue 6 A1                             = SY-01100
    T45 c1 lcapply ba c2 bb C1 471 cover=471 hold=HOLD = credits 7
    T46 ba lcissue 7 A1                             = SY-00260
    T47 c1 lcapply ba c2 bb C1 120 line=0           = credits 8
    T48 ba lcissue 8 A1                             = credits 8
    # An application is taken back or declined, by no others.
    T49 c2 lcclose 7                                = SY-01752
    T50 bb lcclose 7                                = SY-01752
    T51 c1 lcclose 9                                = SY-01740
    T52 c1 lcclose 7                                = credits 7
    T53 ba lcclose 6                                = credits 6
    T54 ba lcissue 6 A1                             = SY-01760
    T55 c1 lcclose 6                                = SY-01764
    # What was issued is irrevocable.
    T56 c1 lcclose 0                                = SY-01766
    T57 ba lcclose 0                                = SY-01766
    T58 c1 lcadvise 0                               = SY-01748
    T59 ba lcadvise 0                               = SY-01748
    T60 bb lcadvise 9                               = SY-01740
    T61 c2 present 0 C2 100 docs=invoice+transport:bl = SY-01764
    T62 bb lcadvise 0                               = credits 0
    T63 bb lcadvise 0                               = SY-01762
    T64 c2 lcclose 0                                = credits 0
    credit 0 closed 0 0 0 0
    bal C1 500
    bal HOLD 0
";

/// A credit of 100 in one drawing, or with the options of `terms`, advised.
fn advised(terms: &str) -> String {
    format!(
        "{STAGE}
        U1 c1 lcapply ba c2 bb C1 100 cover=30 hold=HOLD line=0 {terms} = credits 0
        U2 ba lcissue 0 A1                          = credits 0
        U3 bb lcadvise 0                            = credits 0
        block
        "
    )
}

const SIGHT: &str = "
    T1 c2 present 0 C2 100 docs=none                = SY-00878
    T2 c2 present 0 C2 100 docs=transport           = SY-00878
    T3 c2 present 0 C2 100 docs=invoice:x+transport:x = SY-00878
    T4 c2 present 0 C2 0 docs=invoice               = SY-00020
    T5 c1 present 0 C1 100 docs=invoice             = SY-01750
    T6 ba present 0 A1 100 docs=invoice             = SY-01750
    T7 bb present 0 B1 100 docs=invoice             = SY-01750
    T8 c2 present 9 C2 100 docs=invoice             = SY-01740
    T9 c2 present 0 C2 101 docs=invoice+transport:bl = SY-01780
    T10 c2 present 0 C2 94 docs=invoice+transport:bl = SY-01782
    T11 c2 present 0 C2 100 docs=invoice+transport:bl shipped=2026-12-02 = SY-01784
    T12 c2 present 0 C1 100 docs=invoice+transport:bl = SY-01340
    # A bill of lading that a bank finances elsewhere is not drawn under.
    T13 bb enter bl 1000 600                        = documents 0
    T14 c2 present 0 C2 100 docs=invoice+transport:bl = SY-01402
    T15 bb free bl 600                              = documents 0
    T16 c2 present 0 C2 95 docs=invoice+transport:bl shipped=2026-11-28 = presentations 0
    T17 bb enter bl 1000 600                        = SY-01402
    T18 c2 present 0 C2 5 docs=invoice              = SY-01782
    drawing 0 presented
    credit 0 advised 100 30 70 0
    T19 c1 examine 0 0                              = SY-01746
    T20 c2 examine 0 0                              = SY-01746
    T21 bb examine 0 0                              = SY-01746
    T22 ba examine 9 0                              = SY-01742
    T23 ba examine 0 17                             = SY-00880
    T24 ba lchonour 0 A1                            = SY-01790
    T25 c1 waive 0                                  = SY-01788
    T26 ba docsback 0                               = SY-01788
    T27 c2 lcclose 0                                = SY-01768
    T28 ba examine 0 0                              = presentations 0
    T29 ba examine 0 1                              = SY-01786
    drawing 0 complying
    T30 c1 lchonour 0 C1                            = SY-01746
    T31 c2 lchonour 0 C2                            = SY-01746
    T32 ba lchonour 9 A1                            = SY-01742
    T33 ba lchonour 0 C1                            = SY-00222
    # The bank pays 95 of its own, keeps 30 of cover, and is owed 65; nothing more can be drawn.
    T34 ba lchonour 0 A1                            = presentations 0
    drawing 0 paid 2026-12-01
    credit 0 closed 0 0 65 65
    bal C2 95
    bal A1 935
    bal C1 470
    T35 ba lchonour 0 A1                            = SY-01790
    T36 c2 repoint 0 C6                             = SY-01792
    T37 ba reimburse 0 A1 65                        = SY-01744
    T38 c2 reimburse 0 C2 65                        = SY-01744
    T39 c1 reimburse 9 C1 65                        = SY-01740
    T40 c1 reimburse 0 C1 66                        = SY-01886
    T41 c1 reimburse 0 C3 65                        = SY-00260
    T42 c1 reimburse 0 C1 25                        = credits 0
    credit 0 closed 0 0 40 40
    T43 c1 reimburse 0 C1 40                        = credits 0
    credit 0 closed 0 0 0 0
    bal A1 1000
    T44 c1 lcapply ba c2 bb C1 100                  = credits 1
    T45 c1 reimburse 1 C1 0                         = SY-01764
    # The bill stays with who paid for it.
    T46 bb enter bl 1000 600                        = SY-01402
";

const SILENT: &str = "
    T1 c2 present 0 C2 100 docs=invoice             = presentations 0
    # No transport document: the ledger found it, and still the bank must say so in time.
    block 518399 empty
    drawing 0 presented
    block 518400 empty
    drawing 0 paid 2026-12-07
    credit 0 closed 0 0 70 70
    bal C2 100
    T2 ba examine 0 1                               = SY-01786
";

const BANKING_DAYS: &str = "
    # Weekends and one Wednesday are closed: five banking days after Tuesday the 1st end with Wednesday the 9th.
    T1 op calendar closed=sat+sun holidays=2026-12-02 = calendars 0
    T2 c2 present 0 C2 100 docs=invoice+transport:bl = presentations 0
    block 777599 empty
    drawing 0 presented
    block 777600 empty
    drawing 0 paid 2026-12-10
";

const DISCREPANT: &str = "
    # Shipped a day late, presented 22 days after: the ledger sees it, whatever the bank lists.
    T1 c2 present 0 C2 100 docs=invoice+transport:bl shipped=2026-11-09 = presentations 0
    T2 ba examine 0 0                               = presentations 0
    drawing 0 discrepant
    T3 bb waive 0                                   = SY-01744
    T4 ba waive 0                                   = SY-01744
    T5 c2 waive 0                                   = SY-01744
    T6 c1 waive 9                                   = SY-01742
    T7 ba lchonour 0 A1                             = SY-01790
    T8 c1 docsback 0                                = SY-01752
    T9 bb docsback 0                                = SY-01752
    T10 ba docsback 9                               = SY-01742
    # Silence after a refusal binds nobody.
    block 864000 empty
    drawing 0 discrepant
    T11 ba docsback 0                               = presentations 0
    drawing 0 returned
    credit 0 advised 100 30 70 0
    T12 ba docsback 0                               = SY-01788
    T13 c1 waive 0                                  = SY-01788
    # Cured and presented again; the bank lists something, the applicant takes it as it is, and the bank follows.
    T14 c2 present 0 C2 100 docs=invoice+transport:bl shipped=2026-12-05 = presentations 1
    T15 ba examine 1 2                              = presentations 1
    T16 c1 waive 1                                  = presentations 1
    drawing 1 waived
    T17 c2 repoint 1 C1                             = SY-01340
    T18 c1 repoint 1 C3                             = SY-01750
    T19 c2 repoint 9 C6                             = SY-01742
    T20 c2 repoint 1 C6                             = presentations 1
    T21 ba lchonour 1 A1                            = presentations 1
    bal C6 100
    drawing 1 paid 2026-12-11
    # Another time the beneficiary asks for its documents, though they were waived.
    T22 c1 lcapply ba c2 bb C1 50 cover=50 hold=HOLD = credits 1
    T23 ba lcissue 1 A1                             = credits 1
    T24 bb lcadvise 1                               = credits 1
    T25 c2 present 1 C2 50 docs=invoice             = presentations 2
    T26 ba examine 2 0                              = presentations 2
    T27 c1 waive 2                                  = presentations 2
    T28 c2 docsback 2                               = presentations 2
    drawing 2 returned
";

const USANCE: &str = "
    T1 c2 present 0 C2 40 docs=invoice+transport:a  = presentations 0
    T2 c2 present 0 C2 71 docs=invoice+transport:b  = SY-01780
    T3 c2 present 0 C2 70 docs=invoice+transport:b  = presentations 1
    credit 0 advised 110 30 80 0
    T4 ba examine 0 0                               = presentations 0
    T5 ba lchonour 0 A1                             = presentations 0
    # Thirty days after presentation; before that nothing is paid.
    drawing 0 accepted 2026-12-31
    T6 ba lchonour 0 A1                             = SY-01790
    T7 ba examine 1 1                               = presentations 1
    block 172800
    T8 c1 waive 1                                   = presentations 1
    T9 ba lchonour 1 A1                             = presentations 1
    # Waived: thirty days after acceptance.
    drawing 1 accepted 2027-01-02
    bal C2 0
    block 2591999 empty
    drawing 0 accepted 2026-12-31
    block 2592000 empty
    drawing 0 paid 2026-12-31
    credit 0 advised 70 0 80 10
    bal C2 40
    bal A1 990
    # The credit's last day is over; what was accepted is still paid, on its day.
    block 2678400 empty
    credit 0 expired 70 0 80 10
    T10 c1 reimburse 0 C1 10                        = credits 0
    credit 0 expired 70 0 70 0
    # The bank cannot pay on the day: it is tried again as every day opens.
    T11 ba pay A1 B1 950                            = settled
    block 2764800 empty
    drawing 1 accepted 2027-01-02
    bal A1 50
    T12 bb pay B1 A1 19                             = settled
    T13 ba lchonour 1 A1                            = SY-00260
    T14 bb pay B1 A1 1                              = settled
    block 2851200 empty
    drawing 1 paid 2027-01-02
    credit 0 expired 0 0 70 70
    bal A1 0
    bal C2 110
";

const OVERDUE: &str = "
    T1 ba pay A1 B1 951                             = settled
    T2 c2 present 0 C2 100 docs=invoice+transport:a = presentations 0
    T3 ba examine 0 0                               = presentations 0
    T4 ba lchonour 0 A1                             = SY-00260
    # After its five days the ledger would pay, cannot, and says since when; the bank may pay from elsewhere at any time.
    block 518400 empty
    drawing 0 complying 2026-12-07
    T5 bb pay B1 A1 51                              = settled
    T6 c2 close C2                                  = settled
    T7 ba lchonour 0 A1                             = SY-00242
    T8 c2 repoint 0 C6                              = presentations 0
    T9 ba lchonour 0 A1                             = presentations 0
    drawing 0 paid 2026-12-07
    bal C6 100
";

const EXPIRES: &str = "
    T1 op calendar closed=sat+sun                    = calendars 0
    T2 c2 present 0 C2 100 docs=invoice             = presentations 0
    T3 ba examine 0 0                               = presentations 0
    # The last day, the 5th, is a Saturday: documents are still taken on Monday the 7th.
    block 518400
    T4 ba docsback 0                                = presentations 0
    T5 c2 present 0 C2 100 docs=invoice             = presentations 1
    T6 c1 lcapply ba c2 bb C1 5 last=2026-12-07     = credits 1
    block 604800 empty
    credit 0 expired 100 30 70 0
    credit 1 expired 0 0 0 0
    T7 c2 present 0 C2 100 docs=invoice             = SY-01764
    T8 ba lcissue 1 A1                              = SY-01760
    # Returned after the last day: nothing is behind it any more.
    T9 ba examine 1 1                               = presentations 1
    T10 ba docsback 1                               = presentations 1
    credit 0 expired 0 0 0 0
    bal C1 500
";

const SHIPMENT: &str = "
    T1 c2 present 0 C2 40 docs=invoice+transport:a  = presentations 0
    T2 ba examine 0 0                               = presentations 0
    drawing 0 discrepant
    T3 c2 present 0 C2 40 docs=invoice+transport:b shipped=2026-11-26 = presentations 1
    T4 ba examine 1 0                               = presentations 1
    drawing 1 discrepant
    T5 c2 present 0 C2 20 docs=invoice+transport:c shipped=2026-11-25 = presentations 2
    T6 ba examine 2 0                               = presentations 2
    drawing 2 complying
";

const AMENDED: &str = "
    T1 bb lcamend 0 150                             = SY-01752
    T2 op lcamend 0 150                             = SY-01752
    T3 c1 lcamend 9 150                             = SY-01740
    T4 c1 lcamend 0 0                               = SY-00020
    T5 c1 lcamend 0 150 last=2026-11-30             = SY-01758
    T6 c1 lcamend 0 150 asset=1                     = SY-01772
    T7 c1 lcamend 0 150 partial=1 cover=20          = credits 0
    T8 ba lcamend 0 160                             = SY-01770
    T9 c1 lcanswer 0 1                              = SY-01778
    T10 bb lcanswer 0 1                             = SY-01752
    T11 ba lcanswer 0 2                             = SY-01776
    T12 ba lcanswer 9 1                             = SY-01740
    T13 ba lcanswer 0 1                             = credits 0
    # Until the beneficiary agrees, the old terms hold.
    credit 0 advised 100 30 70 0
    T14 c2 present 0 C2 50 docs=invoice             = SY-01782
    T15 c2 lcanswer 0 1                             = credits 0
    credit 0 advised 150 50 100 0
    bal C1 450
    T16 c2 lcanswer 0 1                             = SY-01776
    T17 c2 present 0 C2 50 docs=invoice             = presentations 0
    T18 c1 lcamend 0 49                             = SY-01774
    # Rejected, and taken back: nothing changes.
    T19 ba lcamend 0 200                            = credits 0
    T20 c1 lcanswer 0 2 no=1                        = credits 0
    T21 c2 lcamend 0 300 partial=1                  = credits 0
    T22 c1 lcanswer 0 3                             = credits 0
    # The line has 200: the last agreement finds that 250 of it would be needed.
    T23 ba lcanswer 0 3                             = SY-01122
    T24 c2 lcanswer 0 3 no=1                        = credits 0
    credit 0 advised 150 50 100 0
    # Lowered: the line is free first, then cover.
    T25 c1 lcamend 0 60 partial=1                   = credits 0
    T26 c2 lcanswer 0 4                             = credits 0
    T27 ba lcanswer 0 4                             = credits 0
    credit 0 advised 60 50 10 0
    bal C1 450
    # An amendment that is still open is over with the credit.
    T28 c1 lcamend 0 70 partial=1                   = credits 0
    T29 ba lcanswer 0 5                             = credits 0
    block 2678400 empty
    credit 0 expired 0 0 0 0
    bal C2 50
    T30 c2 lcanswer 0 5                             = SY-01776
    T31 c1 lcamend 0 70 last=2027-12-31             = SY-01764
";

const COVER_STUCK: &str = "
    # Cover that cannot go back stays the applicant's, until it names an account that can be paid.
    T1 c1 pay C1 C3 470                             = settled
    T2 c1 close C1                                  = settled
    T3 c2 lcclose 0                                 = credits 0
    credit 0 closed 0 0 0 0
    bal HOLD 30
    T4 c1 reimburse 0 A1 0                          = SY-00222
    T5 c1 reimburse 0 C3 0                          = credits 0
    bal HOLD 0
    bal C3 500
";

pub(super) fn tables() -> Vec<String> {
    vec![
        format!("{STAGE}{APPLY}"),
        advised("under=5") + SIGHT,
        advised("") + SILENT,
        advised("") + BANKING_DAYS,
        advised("") + DISCREPANT,
        advised("usance=30 partial=1 over=10") + USANCE,
        advised("") + OVERDUE,
        advised("last=2026-12-05") + EXPIRES,
        advised("partial=1 shipment=2026-11-25") + SHIPMENT,
        advised("docs=invoice") + AMENDED,
        advised("") + COVER_STUCK,
    ]
}

#[test]
fn tables_of_documentary_credits_hold() {
    for table in tables() {
        Stage::new().run(&table);
    }
}
