//! Who may do what with escrows, documentary credits and guarantees.

use super::Setting;

pub(super) const SETTINGS: &[Setting] = &[ESCROWS, CREDITS, GUARANTEES];

/// Escrow 0 is agreed, 1 is funded, 2 is disputed; its arbiters are `reg`, `orc` and `aud`.
const ESCROWS: Setting = Setting {
    before: "
        R1 op open ba escrow HOLD                           = settled
        block
        R2 c1 escrow c1 c2 C2 HOLD 100                      = escrows 0
        R3 c1 escrow c1 c2 C2 HOLD 100                      = escrows 1
        R4 c1 escrow c1 c2 C2 HOLD 100                      = escrows 2
        R5 c1 fund 1 C1                                     = escrows 1
        R6 c1 fund 2 C1                                     = escrows 2
        R7 c2 contest 2                                     = escrows 2
        block
    ",
    rows: "
        CreateEscrow     | c1 c2       | escrow c1 c2 C2 HOLD 50 | SY-01702
        FundEscrow       | c1          | fund 0 {own}            | SY-01704
        ReleaseEscrow    | c1          | earn 1 0                | SY-01704
        RefundEscrow     | c2          | giveback 1              | SY-01706
        DisputeEscrow    | c1 c2       | contest 1               | SY-01702
        ArbitrateEscrow  | reg orc aud | ruling 2 10             | SY-01708
        RedirectEscrow   | c1 c2       | redirect 1 {own}        | SY-01702
        # In a dispute the same two concede, and still nobody else.
        ReleaseEscrow    | c1          | earn 2 0                | SY-01704
        RefundEscrow     | c2          | giveback 2              | SY-01706
    ",
};

/// Credit 0 is applied for, 1 is issued with an amendment that `c1` asked for, 2 has a presentation in each state, 3 was drawn.
const CREDITS: Setting = Setting {
    before: "
        R1 ba openline A1 C1 1000 last=2027-12-01           = lines 0
        R2 c1 agree 0 1                                     = lines 0
        R3 c1 lcapply ba c2 bb C1 100 line=0                = credits 0
        R4 c1 lcapply ba c2 bb C1 100 line=0                = credits 1
        R5 c1 lcapply ba c2 bb C1 100 line=0 partial=1 docs=invoice = credits 2
        R6 c1 lcapply ba c2 bb C1 100 line=0 docs=invoice   = credits 3
        R7 ba lcissue 1 A1                                  = credits 1
        R8 ba lcissue 2 A1                                  = credits 2
        R9 ba lcissue 3 A1                                  = credits 3
        R10 bb lcadvise 2                                   = credits 2
        R11 bb lcadvise 3                                   = credits 3
        R12 c1 lcamend 1 110                                = credits 1
        R13 c2 present 2 C2 10 docs=invoice                 = presentations 0
        R14 c2 present 2 C2 10 docs=invoice                 = presentations 1
        R15 c2 present 2 C2 10 docs=invoice                 = presentations 2
        R16 c2 present 3 C2 100 docs=invoice                = presentations 3
        R17 ba examine 1 0                                  = presentations 1
        R18 ba examine 2 1                                  = presentations 2
        R19 ba examine 3 0                                  = presentations 3
        R20 ba lchonour 3 A1                                = presentations 3
        block
    ",
    rows: "
        ApplyCredit        | bb ib c1 s2 w1 lg w2 | lcapply ba c2 bb {own} 100 | SY-00222 | ba=SY-01754 c2=SY-01754
        IssueCredit        | ba       | lcissue 0 {own}                    | SY-01746
        CloseCredit        | c1 ba    | lcclose 0                          | SY-01752
        AdviseCredit       | bb       | lcadvise 1                         | SY-01748
        AnswerAmendment    | ba c2    | lcanswer 1 1                       | SY-01752 | c1=SY-01778
        AnswerAmendment    | c1 ba c2 | lcanswer 1 1 no=1                  | SY-01752
        # What was issued is irrevocable.
        CloseCredit        | c2       | lcclose 1                          | SY-01752 | c1=SY-01766 ba=SY-01766
        AmendCredit        | c1 ba c2 | lcamend 2 120 partial=1            | SY-01752
        PresentDocuments   | c2       | present 2 {own} 10 docs=invoice    | SY-01750
        ExamineDocuments   | ba       | examine 0 0                        | SY-01746
        HonourDocuments    | ba       | lchonour 1 {own}                   | SY-01746
        WaiveDiscrepancies | c1       | waive 2                            | SY-01744
        ReturnDocuments    | ba c2    | docsback 2                         | SY-01752
        RedirectDrawing    | c2       | repoint 0 {own}                    | SY-01750
        ReimburseCredit    | c1       | reimburse 3 {own} 10               | SY-01744
    ",
};

/// Guarantee 0 is applied for, 1 has a demand to extend or pay and a complying one, 2 was paid.
const GUARANTEES: Setting = Setting {
    before: "
        R1 ba openline A1 C1 1000 last=2027-12-01           = lines 0
        R2 c1 agree 0 1                                     = lines 0
        R3 c1 gapply ba c2 C1 100 line=0                    = guarantees 0
        R4 c1 gapply ba c2 C1 100 line=0                    = guarantees 1
        R5 c1 gapply ba c2 C1 100 line=0                    = guarantees 2
        R6 ba gissue 1 A1                                   = guarantees 1
        R7 ba gissue 2 A1                                   = guarantees 2
        R8 c2 demand 1 C2 20 extend=2027-03-31              = demands 0
        R9 c2 demand 1 C2 20                                = demands 1
        R10 c2 demand 2 C2 50                               = demands 2
        R11 ba gexamine 1 0                                 = demands 1
        R12 ba gexamine 2 0                                 = demands 2
        R13 ba gpay 2 A1                                    = demands 2
        block
    ",
    rows: "
        ApplyGuarantee     | bb ib c1 s2 w1 lg w2 | gapply ba c2 {own} 100 | SY-00222 | ba=SY-01754 c2=SY-01754
        IssueGuarantee     | ba       | gissue 0 {own}                     | SY-01804
        ReleaseGuarantee   | c1 ba    | grelease 0                         | SY-01752
        ReleaseGuarantee   | c2       | grelease 1 10                      | SY-01752 | c1=SY-01810 ba=SY-01810
        AmendGuarantee     | c1 ba c2 | gamend 1 120                       | SY-01752
        DemandPayment      | c2       | demand 1 {own} 5                   | SY-01750
        ExamineDemand      | ba       | gexamine 0 0                       | SY-01804
        PayDemand          | ba       | gpay 1 {own}                       | SY-01804
        ExtendGuarantee    | c1 ba    | gextend 0                          | SY-01752
        RedirectDemand     | c2       | gredirect 0 {own}                  | SY-01750
        ReimburseGuarantee | c1       | greimburse 2 {own} 10              | SY-01744
    ",
};
