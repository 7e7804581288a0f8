//! Fees: who sets them, what they come to, who pays them, and that a receipt tells them.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &[
    "
    # Who may, and what a rule must be.
    F1 op fee payments debtor B1 1:5:0          = SY-00907
    F2 op fee payments debtor B1 0:5:0 0:6:0    = SY-00907
    F3 op fee payments debtor B1 0:5:1000000000001 = SY-00907
    F4 op fee payments debtor B1 0:1000000000000000001:0 = SY-00907
    F5 op fee payments debtor B1 0:5:0 least=3 most=2 = SY-00907
    F6 op fee payments debtor B1 0:1:0 1:1:0 2:1:0 3:1:0 4:1:0 5:1:0 6:1:0 7:1:0 8:1:0 9:1:0 10:1:0 11:1:0 12:1:0 13:1:0 14:1:0 15:1:0 16:1:0 = SY-00907
    F7 op fee payments debtor B1 0:5:0 asset=9  = SY-00210
    F8 op fee payments debtor NONE 0:5:0        = SY-00340
    F9 op fee payments debtor AUSD 0:5:0        = SY-00577
    F10 op fee payments debtor SHUT 0:5:0       = SY-00577
    F11 op fee payments debtor ISSUE 0:5:0      = SY-00577
    F12 ba fee payments debtor B1 0:5:0         = SY-00576
    F13 reg fee payments debtor B1 0:5:0        = SY-00576
    F14 c1 fee payments debtor B1 0:5:0         = SY-00576
    F15 op fee payments debtor B1               = SY-00578
    F16 op fee payments debtor B1 0:5:0         = fee-rules 0
    F17 op fee legs creditor B1 0:1:0           = fee-rules 1
    F18 op fee payments debtor B1               = fee-rules 0
    # Without tiers nothing costs anything any more.
    T1 ba pay A1 C2 10                          = settled
    bal A1 990
    ",
    "
    # On top: without funds for both nothing moves. Flat and rate, half to even, bounds, tiers.
    F1 op fee payments debtor B1 0:2:10000000000 500:0:5000000000 most=9 = fee-rules 0
    T1 ba pay A1 C2 100                         = settled fee 3
    bal A1 897
    bal C2 100
    bal B1 3
    # 50 and 150 hundredths: halves go to the even neighbour.
    T2 ba pay A1 C2 50                          = settled fee 2
    T3 ba pay A1 C2 150                         = settled fee 4
    T4 ba pay A1 C2 500                         = settled fee 2
    bal A1 189
    T5 ba pay A1 C2 188                         = SY-00260
    # 186 would cost 4: one is missing.
    T6 ba pay A1 C2 186                         = SY-00260
    T7 ba pay A1 C2 185                         = settled fee 4
    bal A1 0
    T8 c2 pay C2 A1 900                         = settled fee 4
    bal C2 81
    T9 op fee payments debtor B1 0:0:1000000000000 most=9 = fee-rules 0
    T10 c1 pay C1 C2 100                        = settled fee 9
    # Who collects pays no fee to itself.
    T11 bb pay B1 A1 10                         = settled
    # A collector is not closed, and one that cannot be credited stops what would cost something.
    T12 op freeze B1 c                          = settled
    T13 c1 pay C1 C2 1                          = SY-00264
    T14 op freeze B1 -                          = settled
    T15 c1 pay C1 C2 1                          = settled fee 1
    T16 op rule B1 ceiling=20                   = settled
    T17 c1 pay C1 C2 9                          = SY-00264
    ",
    "
    # Out of what is paid: never more than all of it.
    F1 op fee payments creditor B1 0:30:0       = fee-rules 0
    T1 ba pay A1 C2 100                         = settled fee 30
    T2 ba pay A1 C2 20                          = settled fee 20
    bal A1 880
    bal C2 70
    bal B1 50
    T3 ba pay A1 B1 10                          = settled
    bal B1 60
    # An account below its floor pays nothing out of anything.
    T4 op rule C1 floor=-100                    = settled
    T5 c1 pay C1 B1 600                         = settled
    T6 op rule C1                               = settled
    T7 ba pay A1 C1 50                          = SY-00264
    bal C1 -100
    ",
    "
    # A leg costs what its rule says of it; the receipt tells the sum, and the last leg lacks its fee only.
    F1 op fee legs debtor B1 0:5:0              = fee-rules 0
    T1 ba pay A1 C2 100                         = settled
    T2 ba bulk each A1 C2:100 C1:100 B1:100     = settled 3 fee 15
    bal A1 585
    T3 ba bulk each A1 C2:100 C1:476 C2:1       = settled 2 [1 SY-00260] fee 10
    bal A1 474
    T4 ba bulk all A1 C2:400 C1:70              = leg 1 SY-00260
    T5 ba bulk all A1 C2:400 C1:60              = settled 2 fee 10
    bal A1 4
    bal B1 135
    F2 op fee legs creditor B1 0:5:0            = fee-rules 0
    T6 ba bulk each A1 C2:3 C2:1                = settled 2 fee 4
    bal A1 0
    bal B1 139
    T7 op freeze B1 c                           = settled
    T8 c2 bulk each C2 C1:10                    = settled 0 [0 SY-00264]
    F3 op fee legs creditor B1                  = fee-rules 0
    T9 c2 bulk each C2 C1:10                    = settled 1
    ",
    "
    # What waits is charged when it settles, and told then; what settles by offset costs nothing.
    F1 op fee payments debtor B1 0:5:0          = fee-rules 0
    P1 ba pay A1 C2 100 date=2026-12-02         = warehoused
    P2 c2 pay C2 C1 200 until=90000             = queued
    block 86400 empty
    later P1 = settled fee 5
    P3 ba pay A1 C2 105                         = settled fee 5
    later P2 = settled fee 5
    bal C2 0
    bal A1 785
    P4 c2 pay C2 C1 800 until=90000             = queued
    P5 c1 pay C1 C2 900 until=90000             = settled
    later P4 = settled
    bal C1 600
    # By a standing order, and by a signature that came later.
    S1 c1 order C1 C2 100 last=2026-12-02       = standing-orders 0
    block 87000 empty
    bal C1 495
    bal C2 200
    ",
    "
    K1 ba rotate ba add=ba-2                    = settled
    bal A1 1000
    K2 ba policy 50:2                           = settled
    F1 op fee payments debtor B1 0:5:0          = fee-rules 0
    block 5
    P1 ba pay A1 C2 100                         = approvals
    A1 ba-2 approve P1 as=ba                    = settled
    later P1 = settled fee 5
    R1 c2 ask C2 C1 50                          = parties
    A2 c1 answer R1 50                          = settled fee 5
    later R1 = settled
    bal C1 445
    ",
];

#[test]
fn fees() {
    for table in TABLES {
        Stage::new().run(table);
    }
}
