//! Business days, hours and cut-offs: what is refused, what waits, and for when. The stage's first day is Tuesday 2026-12-01.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &[
    "
    # Who may, and what a calendar must be.
    T1 ba calendar closed=sat+sun               = SY-00520
    T2 reg calendar closed=sat+sun              = SY-00520
    T3 op calendar asset=9                      = SY-00210
    T4 op calendar closed=sun+sat               = SY-00900
    T5 op calendar closed=sat+sat               = SY-00900
    T6 op calendar closed=mon+tue+wed+thu+fri+sat+sun = SY-00900
    T7 op calendar holidays=2026-12-03+2026-12-02 = SY-00900
    T8 op calendar payments=600-600             = SY-00902
    T9 op calendar payments=0-1441              = SY-00902
    T10 op calendar payments=0-600+600-1200     = SY-00902
    T11 op calendar closed=sat+sun payments=0-1440 = calendars 0
    T12 op calendar asset=1 closed=fri          = calendars 1
    # Set again, it is the same object.
    T13 op calendar                             = calendars 0
    ",
    "
    # Nine to five, weekends and the second of December closed, what comes late is refused.
    K op calendar closed=sat+sun holidays=2026-12-02 payments=540-1020 = calendars 0
    # Before the opening a payment waits for it.
    P1 ba pay A1 C2 100                         = warehoused
    P2 ba pay A1 C2 1 date=2026-12-02           = SY-00208
    P3 ba pay A1 C2 1 date=2026-12-05           = SY-00208
    P4 ba pay A1 C2 200 date=2026-12-03         = warehoused
    # Another currency has days of its own.
    P5 ba pay AUSD A1 1 asset=1                 = SY-00246
    block 32399 empty
    bal A1 1000
    block 32400 empty
    later P1 = settled
    P6 ba pay A1 C2 50                          = settled
    # What lacks funds waits until the cut-off and no longer.
    P7 ba pay A1 C2 5000 until=80000            = queued
    block 61199
    P8 ba pay A1 C2 1 bypass=1                  = settled
    block 61200 empty
    later P7 = SY-00606
    P9 ba pay A1 C2 1                           = SY-00209
    # On the holiday nothing happens; on the third, at nine.
    block 86400
    P10 ba pay A1 C2 1                          = SY-00208
    block 118800
    P11 ba pay A1 C2 1                          = SY-00208
    bal A1 849
    block 205200 empty
    later P4 = settled
    bal A1 649
    ",
    "
    # What comes late goes on to the next open day, over the weekend too; a return is a payment.
    K op calendar closed=sat+sun payments=540-1020 late=next = calendars 0
    P0 ba pay A1 C2 10 date=2026-12-05          = warehoused
    block 61200
    P1 ba pay A1 C2 100                         = warehoused
    block 118800 empty
    later P1 = settled
    block 320400
    P2 ba pay A1 C1 5                           = warehoused
    block 352800
    P3 ba pay A1 C1 6                           = warehoused
    R1 c2 return P1 C2 A1 100                   = warehoused
    bal A1 900
    # Monday, 2026-12-07, nine o'clock.
    block 550799 empty
    bal A1 900
    block 550800 empty
    later P0 = settled
    later P2 = settled
    later P3 = settled
    later R1 = settled
    bal A1 979
    ",
    "
    # Bulk payments and redemptions have hours of their own and do not wait.
    K op calendar holidays=2026-12-02 bulk=60-120 redemption=600-660 late=next = calendars 0
    B1 ba bulk each A1 C2:1                     = SY-00209
    R1 ba redeem A1 5                           = SY-00209
    P1 ba pay A1 C2 1                           = settled
    block 3600
    B2 ba bulk each A1 C2:1                     = settled 1
    block 7200
    B3 ba bulk each A1 C2:1                     = SY-00209
    block 36000
    R2 ba redeem A1 5                           = settled
    block 39600
    R3 ba redeem A1 5                           = SY-00209
    block 90000
    B4 ba bulk each A1 C2:1                     = SY-00208
    R4 ba redeem A1 5                           = SY-00208
    bal A1 993
    ",
    "
    # A calendar that changes while a payment waits is the one that counts.
    P1 ba pay A1 C2 1 date=2026-12-02           = warehoused
    P2 ba pay A1 C2 2 date=2026-12-03           = warehoused
    P3 ba pay A1 C2 4 date=2026-12-04           = warehoused
    K1 op calendar holidays=2026-12-02 late=next = calendars 0
    block 86400 empty
    bal A1 1000
    K2 op calendar holidays=2026-12-04          = calendars 0
    block 172800 empty
    later P1 = settled
    later P2 = settled
    bal A1 997
    block 259200 empty
    later P3 = SY-00208
    # A network that stood still over the cut-off: late is late.
    P4 ba pay A1 C2 8 date=2026-12-05           = warehoused
    P5 ba pay A1 C2 16 date=2026-12-07          = warehoused
    K3 op calendar payments=540-1020            = calendars 0
    block 408600 empty
    later P4 = SY-00209
    K4 op calendar payments=540-1020 late=next  = calendars 0
    block 583200 empty
    bal A1 997
    block 637200 empty
    later P5 = settled
    bal A1 981
    ",
];

#[test]
fn calendar() {
    for table in TABLES {
        Stage::new().run(table);
    }
}
