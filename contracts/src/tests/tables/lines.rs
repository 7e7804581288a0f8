//! Credit lines: who may open, agree, amend, close; what loans use of them, and what the promise costs.

use crate::{line::LineStatus, read, tests::language::Stage};

const OPEN: &str = "
    T1  ba  openline A1 C1 0                   = SY-00954
    T2  ba  openline A1 C1 1000000000000000001 = SY-00954
    T3  ba  openline A1 C1 100 fee=1000000000001 = SY-00954
    T4  ba  openline A1 C1 100 rate=10000000000001 = SY-00954
    T5  ba  openline A1 C1 100 months=13       = SY-00954
    T6  ba  openline A1 C1 100 months=0        = SY-00954
    T7  ba  openline A1 A1 100                 = SY-00022
    T8  c1  openline C1 A1 100                 = SY-01000
    T9  ba  openline C1 C2 100                 = SY-01000
    T10 bb  openline A1 C1 100                 = SY-00222
    T11 ba  openline A1 AUSD 100               = SY-00228
    T12 op  open ba settlement A2              = settled
    block
    T13 ba  openline A1 A2 100                 = SY-01002
    T14 ba  openline A1 C1 100 until=0         = SY-01004
    T15 ba  openline A1 C1 100 last=2026-11-30 = SY-01112
    T16 ba  openline A1 C1 100 last=2127-02-16 = SY-01112
    T17 ba  openline A1 C1 100                 = lines 0
    T18 c1  agree 7 1                          = SY-01100
    T19 c2  agree 0 1                          = SY-01102
    T20 c1  agree 0 2                          = SY-01104
    T21 ba  agree 0 1                          = SY-01106
    T22 c1  amend 0 200                        = SY-01110
    T23 ba  offer A1 C1 100 line=0             = SY-01110
    T24 c1  agree 0 1                          = lines 0
    T25 c1  agree 0 1                          = SY-01104
    # Other terms: proposed, replaced by a later proposal, agreed to in that revision alone.
    T26 bb  amend 0 200                        = SY-01102
    T27 c1  amend 9 200                        = SY-01100
    T28 c1  amend 0 0                          = SY-00954
    T29 c1  amend 0 200 until=2592001          = SY-01004
    T30 c1  amend 0 200 last=2026-11-30        = SY-01112
    T31 c1  amend 0 300                        = lines 0
    T32 ba  amend 0 200                        = lines 0
    T33 c1  agree 0 2                          = SY-01104
    T34 ba  agree 0 3                          = SY-01106
    T35 c1  agree 0 3                          = lines 0
    # A proposal is forgotten in time.
    T36 c1  amend 0 900 until=100              = lines 0
    block 200
    T37 ba  agree 0 4                          = SY-01104
    T38 bb  endline 0                          = SY-01102
    T39 ba  endline 0                          = lines 0
    T40 c1  endline 0                          = SY-01110
    T41 c1  amend 0 300                        = SY-01110
    # An offer is taken back, another lapses.
    T42 ba  openline A1 C1 100                 = lines 1
    T43 ba  endline 1                          = lines 1
    T44 c1  agree 1 1                          = SY-01104
    T45 ba  openline A1 C1 100 until=100       = lines 2
    block 400
    T46 c1  agree 2 1                          = SY-01104
";

/// Three loans under one line: a drawdown uses it, a repayment gives it back.
const USE: &str = "
    T1  ba  openline A1 C1 300                 = lines 0
    T2  c1  agree 0 1                          = lines 0
    T3  ba  offer A1 C1 100 line=5             = SY-01100
    T4  ba  offer A1 C2 100 line=0             = SY-01108
    T5  ba  offer A1 C1 100 line=0 rate=120000000001 = SY-01118
    T6  ba  offer A1 C1 100 line=0 index=LPR1Y cap=120000000001 = SY-01118
    T7  ba  offer A1 C1 100 line=0 kind=bullet = loans 0
    T8  ba  offer A1 C1 300 line=0 draw=20     = loans 1
    T9  ba  offer A1 C1 250 line=0             = loans 2
    T10 ba  syndicate 2 A1:1000000000          = SY-01064
    T11 c1  accept 0                           = loans 0
    T12 c1  accept 1                           = loans 1
    T13 c1  accept 2                           = SY-01122
    bal C1 600
    T14 c1  draw 1 201                         = SY-01122
    T15 c1  draw 1 150                         = loans 1
    T16 c1  draw 1 51                          = SY-01122
    # 60 come back, and 60 are drawn.
    block 86400
    T17 c1  prepay 0 60                        = loans 0
    T18 c1  draw 1 111                         = SY-01122
    T19 c1  draw 1 110                         = loans 1
    bal C1 800
    # A cap below what is used recalls nothing.
    T20 ba  amend 0 100                        = lines 0
    T21 c1  agree 0 2                          = lines 0
    T22 c1  draw 1 1                           = SY-01122
    # Closed or expired, it is not used any more, and what is paid back still counts.
    T23 ba  amend 0 400 last=2026-12-03        = lines 0
    T24 c1  agree 0 3                          = lines 0
    T25 c1  draw 1 1                           = loans 1
    block 259200
    T26 c1  draw 1 1                           = SY-01110
    T27 ba  endline 0                          = SY-01110
    T28 c1  prepay 0 40                        = loans 0
    bal C1 761
";

/// What was used of a line that does not revolve is used up, and a promise costs its fee: 36 % on 1,000 for 30 days are 30.
const FEE: &str = "
    T1  ba  openline A1 C1 1000 once=1 fee=360000000000 months=1 last=2027-03-31 = lines 0
    T2  c1  agree 0 1                          = lines 0
    T3  ba  offer A1 C1 400 line=0 kind=bullet until=2000000 = loans 0
    T4  c1  linefee 0                          = SY-01116
    T5  ba  endline 0                          = SY-01114
    # 15 days on 1,000, and 16 on 600: 15 and 9.60, so 25.
    block 1296000
    T6  c1  accept 0                           = loans 0
    block 2678400
    T7  c1  prepay 0 100                       = loans 0
    T8  ba  offer A1 C1 600 line=0             = loans 1
    T9  c1  accept 1                           = SY-01120
    T10 c2  linefee 0                          = SY-01102
    T11 c1  linefee 9                          = SY-01100
    bal C1 800
    T12 ba  linefee 0                          = lines 0
    bal C1 775
    T13 c1  linefee 0                          = SY-01116
    T14 ba  pay A1 C2 100                      = settled
    T15 ba  offer A1 C1 601 line=0             = loans 2
    T16 c1  accept 2                           = SY-01122
    T17 c1  accept 1                           = loans 1
    # Nothing is left, so nothing more is counted; the borrower closes it and owes no fee.
    block 5356800
    T18 c1  linefee 0                          = SY-01116
    T19 c1  endline 0                          = lines 0
    T20 c1  linefee 0                          = SY-01116
";

pub(super) const TABLES: &[&str] = &[OPEN, USE, FEE];

#[test]
fn lines_are_opened_used_and_paid_for() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn a_line_that_nobody_touches_expires_and_owes_its_last_fee() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1  ba  openline A1 C1 1000 fee=360000000000 months=3 last=2026-12-10 = lines 0
        T2  c1  agree 0 1                      = lines 0
        # Ten days on 1,000, of which the table has told nothing before.
        block 2678400
        T3  c1  linefee 0                      = lines 0
        bal C1 490
        ",
    );
    let line = read::line(&stage.ledger, 0).unwrap();
    assert_eq!(line.status, LineStatus::Expired);
    assert_eq!(stage.ledger.next_due(), None);
}
