//! Sweeps between accounts of one owner, and mandates to collect. The stage's first day is Tuesday 2026-12-01.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &[
    "
    # Who may sweep what.
    T1 c1 sweep C1 C1 0 600                     = SY-00022
    T2 c1 sweep C1 C3 0 1440                    = SY-00908
    T3 c1 sweep C1 C3 10000000000000000000001 0 = SY-00908
    T4 c1 sweep NONE C3 0 600                   = SY-00220
    T5 c2 sweep C1 C3 0 600                     = SY-00222
    T6 op sweep C1 C3 0 600                     = SY-00222
    T7 ba sweep C1 A1 0 600                     = SY-00579
    T8 ba sweep C1 AUSD 0 600                   = SY-00228
    T9 c1 sweep C1 C3 -                         = SY-00580
    T10 c1 sweep C1 C3 100 600                  = sweeps 0
    T11 ba sweep C1 C4 100 600                  = sweeps 0
    T12 c1 sweep C1 C3 -                        = sweeps 0
    T13 c1 sweep C1 C3 -                        = SY-00580
    block 86400 empty
    bal C1 500
    ",
    "
    # At ten on every open day: surplus out, lack in, as far as there is money. A sweep costs nothing.
    K op calendar closed=sat+sun                = calendars 0
    F op fee payments debtor A1 0:5:0           = fee-rules 0
    S1 c1 sweep C1 C3 200 600                   = sweeps 0
    S2 ba sweep C4 C3 50 601                    = sweeps 1
    block 35999 empty
    bal C1 500
    block 36000 empty
    bal C1 200
    bal C3 300
    block 36060 empty
    bal C4 50
    bal C3 250
    H1 c1 hold C1 C2 150 until=400000           = holds 0
    T1 c1 pay C1 C2 40                          = settled fee 5
    # 155 are left: 45 come back; what is held stays.
    block 122400 empty
    bal C1 200
    bal C3 205
    T2 c1 pay C3 C2 200                         = settled fee 5
    T3 c1 pay C4 C2 45                          = settled fee 5
    block 208860 empty
    bal C4 0
    bal C3 0
    # Friday, and then Monday: the weekend is closed.
    T4 op issue C4 60                           = settled
    T5 op issue C1 500                          = settled
    S3 c1 sweep C4 C3 0 600                     = sweeps 1
    block 295200 empty
    bal C4 0
    bal C1 200
    bal C3 560
    T6 op issue C4 9                            = settled
    block 468000 empty
    bal C4 9
    block 554400 empty
    bal C4 0
    bal C3 569
    # Set after its minute: from the next open day on. What waits goes first.
    S4 c1 sweep C4 C3 100 1                     = sweeps 1
    block 604830
    T7 c1 pay C3 C2 2000 until=605000           = queued
    block 604860 empty
    bal C4 0
    block 605000 empty
    later T7 = SY-00606
    # A day without a block at its minute is made up for in the next one.
    block 777600 empty
    bal C4 100
    ",
    "
    # What a mandate must be, and who may give one.
    M1 c1 mandate C1 C1 10 20                   = SY-00022
    M2 c1 mandate C1 C2 10 20 every=0d          = SY-00903
    M3 c1 mandate C1 C2 10 20 first=2026-12-02 last=2026-12-01 = SY-00904
    M4 c1 mandate C1 C2 0 20                    = SY-00910
    M5 c1 mandate C1 C2 21 20                   = SY-00910
    M6 c1 mandate C1 C2 10 20 asset=9           = SY-00210
    M7 c2 mandate C1 C2 10 20                   = SY-00222
    M8 op mandate C1 C2 10 20                   = SY-00222
    M9 c1 mandate C1 NONE 10 20                 = SY-00240
    # Fifty each, ninety a week, until the 20th.
    M10 ba mandate C1 C2 50 90 every=7d last=2026-12-20 = mandates 0
    C1 c2 collect 9 1                           = SY-00585
    C2 c1 collect 0 1                           = SY-00588
    C3 op collect 0 1                           = SY-00588
    C4 c2 collect 0 0                           = SY-00020
    C5 c2 collect 0 51                          = SY-00590
    C6 c2 collect 0 50                          = settled
    C7 bb collect 0 41                          = SY-00590
    C8 bb collect 0 40                          = settled
    C9 c2 collect 0 1                           = SY-00590
    bal C1 410
    block 604799
    C10 c2 collect 0 1                          = SY-00590
    block 604800
    C11 c2 collect 0 50                         = settled
    # A frozen account gives nothing, and nothing gives more than it has.
    T1 op freeze C1 d                           = settled
    C12 c2 collect 0 1                          = SY-00231
    T2 op freeze C1 -                           = settled
    T3 c1 pay C1 C3 355                         = settled
    C13 c2 collect 0 6                          = SY-00260
    C14 c2 collect 0 5                          = settled
    block 1728000
    C15 c2 collect 0 1                          = SY-00589
    E1 op revoke 0                              = SY-00586
    E2 c1 revoke 9                              = SY-00585
    E3 c2 revoke 0                              = mandates 0
    E4 c1 revoke 0                              = SY-00587
    C16 c2 collect 0 1                          = SY-00587
    # Months from the 31st; the cut-off holds.
    M11 c1 mandate C3 C2 100 100 first=2026-12-31 every=1m = mandates 1
    C17 c2 collect 1 1                          = SY-00589
    block 2592000
    C18 c2 collect 1 100                        = settled
    block 5097600
    # 2027-01-29 is of the first month still, the 31st of the second.
    C19 c2 collect 1 1                          = SY-00590
    block 5270400
    C20 c2 collect 1 100                        = settled
    K op calendar payments=540-1020             = calendars 0
    block 7689600
    C21 c2 collect 1 1                          = SY-00209
    ",
];

#[test]
fn treasury() {
    for table in TABLES {
        Stage::new().run(table);
    }
}
