//! Defaults: what ends, who bears what, in which order, and who is told.

use crate::tests::language::Stage;

/// Banks, a fund, and what they have: A1 and A2 of bank a, B1 of bank b, N1 of bank n, OPS of the operator.
const STAGE: &str = "
    S1 op register n bank bic=TESTCNZZ          = settled
    S2 op open op settlement OPS                = settled
    S3 op open ba settlement A2                 = settled
    bal OPS 0
    S4 op issue OPS 150                         = settled
    S5 op issue B1 1000                         = settled
    S6 op issue A2 200                          = settled
    S7 op rule A1 floor=-2000                   = settled
";

fn staged(table: &str) -> String {
    format!("{STAGE}\n{table}")
}

const RULES: &str = "
    # Who may set the rule, and what it must be.
    T1 op rulebook OPS                          = SY-00926
    T2 op rulebook OPS own+own                  = SY-00926
    T3 op rulebook OPS own asset=9              = SY-00210
    T4 op rulebook NONE own                     = SY-00340
    T5 ba rulebook OPS own                      = SY-00664
    T6 reg rulebook OPS own                     = SY-00664
    T7 op rulebook B1 own                       = SY-00665
    T8 op rulebook ISSUE own                    = SY-00665
    T9 op rulebook OPS own asset=1              = SY-00665
    T10 ba contribute A1 5                      = SY-00666
    T11 op rulebook OPS own+self+fund+others    = default-rules 0
    T12 op rulebook OPS others+fund queue=freeze = default-rules 0
    # Who may contribute: real money, and of one's own.
    T13 bb contribute A1 5                      = SY-00222
    T14 op contribute A1 5                      = SY-00222
    T15 ba contribute NONE 5                    = SY-00220
    T16 op contribute OPS 5                     = SY-00667
    T17 ba contribute A1 10000000000000000000001 = SY-00927
    # A line is no contribution.
    T18 ba contribute A1 1001                   = SY-00260
    T19 ba contribute A1 1000                   = contributions 0
    avail A1 2000
    T20 ba contribute A1 400                    = contributions 0
    avail A1 2600
    T21 ba contribute A1 0                      = contributions 0
    avail A1 3000
    T22 bb contribute B1 600                    = contributions 1
    T23 bb pay B1 A1 401                        = SY-00260
    T24 bb close B1                             = SY-00350
    T25 ba cover 0 A1 1                         = SY-00668
    T26 ba cover 0 A1 0                         = SY-00020
";

const WATERFALL: &str = "
    R1 op rulebook OPS own+self+fund+others     = default-rules 0
    K1 bb contribute B1 300                     = contributions 0
    K2 c1 contribute C1 100                     = contributions 1
    K3 ba contribute A2 50                      = contributions 2
    P1 ba pay A1 C2 2000                        = settled
    bal A1 -1000
    D1 bb status ba defaulted                   = SY-00450
    D2 reg status ba defaulted                  = SY-00450
    D3 op status ba defaulted                   = defaults 0
    case 0 refused 0 frozen 0 voided 0 exchanges 0 limits 0
    # 1,000 below zero: 150 of its other account, 50 of its contribution, 150 of the fund, then 300 and 100 of the others; 250 are left.
    closeout 0 A1 1000 250
    bal A1 -250
    bal A2 0
    bal OPS 0
    bal B1 700
    bal C1 400
    avail B1 700
    avail C1 400
    # What is left is paid by whoever has it, and by nothing else.
    C1 op issue OPS 300                         = settled
    C2 op cover 0 OPS 251                       = SY-00669
    C3 ba cover 0 A2 1                          = SY-00116
    C4 bb cover 0 OPS 1                         = SY-00222
    C5 c2 cover 0 C2 200                        = close-outs 0
    C6 op cover 0 OPS 50                        = close-outs 0
    closeout 0 A1 1000 0
    bal A1 0
    C7 op cover 0 OPS 1                         = SY-00669
    C8 c2 pay C2 A1 1                           = SY-00250
    D4 op status ba defaulted                   = SY-00452
    D5 op status op defaulted                   = SY-00452
    D6 op status ba exited                      = settled
";

const SHARES: &str = "
    # Only as much as is needed, divided to the last unit: of 100, 300 and 100 of 400 give 75 and 25.
    R1 op rulebook OPS others                   = default-rules 0
    K1 bb contribute B1 300                     = contributions 0
    K2 c1 contribute C1 100                     = contributions 1
    P1 ba pay A1 C2 1101                        = settled
    D1 op status ba defaulted                   = defaults 0
    # 101: 75.75 and 25.25; the unit that is left goes to the larger rest.
    closeout 0 A1 101 0
    bal B1 924
    bal C1 475
    # What was promised and not used stays set aside.
    avail B1 700
    avail C1 400
    K3 bb contribute B1 0                       = contributions 0
    avail B1 924
";

const WAITING: &str = "
    # What waits for its money, and what goes to it, ends; and everybody is told.
    L1 bb limit B1 to:A1 500                      = limits 0
    L2 ba limit A1 to:B1 700                      = limits 1
    L3 ba reserve A2 3 20                       = reservations 0
    T1 bb link A1>C2:5 B1>C2:1                  = parties
    H1 ba hold A2 C2 100                        = holds 0
    H2 c1 hold C1 A1 100                        = holds 1
    T2 ba pay A2 C1 2000 until=3600             = queued
    T3 c2 pay C2 A1 2000 until=3600             = queued
    T4 c2 pay C2 B1 301 until=3600 bypass=1     = queued
    avail A2 80
    T5 op status ba defaulted                   = defaults 0
    later T1 = SY-00660
    later T2 = SY-00660
    later T3 = SY-00662
    case 0 refused 2 frozen 0 voided 2 exchanges 1 limits 2
    avail A2 200
    avail C1 500
    T6 c2 post H1                               = SY-00278
    T7 ba pay A1 C2 1                           = SY-00116
    # What is the others' alone goes on waiting.
    T8 op issue C2 301                          = settled
    later T4 = settled
    T9 bb pay B1 A1 1                           = SY-00250
    # Its customer still pays by itself.
    T10 c1 pay C1 C2 1                          = settled
";

const FROZEN: &str = "
    R1 op rulebook OPS own queue=freeze         = default-rules 0
    T2 ba pay A2 C1 2000 until=3600             = queued
    T3 c2 pay C2 A1 2000 until=3600             = queued
    T5 op status ba defaulted                   = defaults 0
    later T3 = SY-00662
    case 0 refused 1 frozen 1 voided 0 exchanges 0 limits 0
    bal A2 200
    block 3600 empty
    later T2 = SY-00606
";

const DECIDED: &str = "
    # Three of four seats declare it, and give a calendar.
    P1 ba propose default bb lock=10            = proposals 0
    P2 ba propose default op                    = SY-00452
    P3 ba propose default nobody                = SY-00440
    P4 ba propose calendar asset=9              = SY-00210
    P5 ba propose calendar closed=sun+sat       = SY-00900
    P6 ba propose calendar holidays=2026-12-01  = proposals 1
    V1 ba vote 0 0                              = settled
    V2 bb vote 0 1                              = settled
    V3 ba vote 0 2                              = settled
    V4 ba vote 1 0                              = settled
    V5 bb vote 1 1                              = settled
    V6 ba vote 1 2                              = settled
    block 5
    T1 ba pay A1 C2 1                           = SY-00208
    block 30
    T2 bb pay B1 C2 1                           = SY-00116
    case 0 refused 0 frozen 0 voided 0 exchanges 0 limits 0
";

pub(super) const TABLES: &[&str] = &[DECIDED];

pub(super) fn staged_tables() -> Vec<String> {
    [RULES, WATERFALL, SHARES, WAITING, FROZEN]
        .into_iter()
        .map(staged)
        .collect()
}

#[test]
fn defaults() {
    for table in staged_tables() {
        Stage::new().run(&table);
    }
    for table in TABLES {
        Stage::new().run(table);
    }
}
