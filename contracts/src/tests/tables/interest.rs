//! Interest on balances. The stage's first day is Tuesday 2026-12-01; rates per 10^12 a year.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &[
    "
    S1 op open op settlement OPS                = settled
    bal OPS 0
    S2 op issue OPS 100000                      = settled
    # Who may, and what it must be.
    T1 op interest A1 A1 1 1 first=2026-12-02   = SY-00022
    T2 op interest A1 OPS 1000000000001 0 first=2026-12-02 = SY-00909
    T3 op interest A1 OPS 1 0 first=2026-12-02 days=252 = SY-00909
    T4 op interest A1 OPS 1 0 first=2026-12-02 every=0d = SY-00909
    T5 op interest NONE OPS 1 0 first=2026-12-02 = SY-00340
    T6 op interest A1 B1 1 0 first=2026-12-02   = SY-00222
    T7 bb interest A1 OPS 1 0 first=2026-12-02  = SY-00222
    T8 bb interest A1 B1 1 0 first=2026-12-02   = SY-00581
    T9 op interest ISSUE OPS 1 0 first=2026-12-02 = SY-00348
    T10 op interest A1 OPS -                    = SY-00582
    T11 op interest A1 OPS 1 0                  = SY-00583
    T12 op interest A1 OPS 1 0 first=2027-12-03 = SY-00583
    T13 op interest AUSD OPS 1 0 first=2026-12-02 = SY-00228
    T14 op interest A1 OPS 36000000000 0 first=2026-12-02 = interest 0
    T15 op interest A1 OPS 36000000000 0 first=2026-12-05 = interest 0
    # Nothing is counted yet: the day count may change.
    T16 op interest A1 OPS 365000000000 0 first=2026-12-05 days=365 = interest 0
    T17 op interest A1 OPS 36000000000 0 first=2026-12-11 every=10d = interest 0
    # 3.6 % of 1,000 over 360 is a tenth a day: one after ten days, half of the days on half of it.
    block 432000
    T18 op interest A1 OPS 36000000000 0 first=2026-12-11 every=10d days=365 = SY-00584
    T19 ba pay A1 C2 500                        = settled
    block 863999 empty
    bal A1 500
    # 0.4 of four days and 0.3 of six: 0.7 is one.
    block 864000 empty
    bal A1 501
    bal OPS 99999
    # An account that bears interest is not closed, until it is ended: what is counted is paid then.
    T20 ba pay A1 C2 501                        = settled
    T21 ba close A1                             = SY-00350
    T22 op interest A1 OPS -                    = interest 0
    T23 ba close A1                             = settled
    ",
    "
    # Below zero the account pays; what it cannot pay is asked for again.
    S1 op open op settlement OPS                = settled
    bal OPS 0
    T1 op interest LINE OPS 0 720000000000 first=2026-12-11 every=10d = interest 0
    T2 c1 pay LINE C2 250                       = settled
    # 72 % on 250: half a unit a day.
    block 863999 empty
    bal LINE -250
    block 864000 empty
    bal LINE -255
    bal OPS 5
    T3 c1 pay LINE C2 45                        = settled
    # 300, all of the line: 6 of ten days are not paid; then 6 more.
    block 1728000 empty
    bal LINE -300
    T4 op issue LINE 12                         = settled
    block 2592000 empty
    bal LINE -300
    bal OPS 17
    ",
    "
    # A network that stood still counts the days that it missed, and pays on the way: interest bears interest.
    S1 op open op settlement OPS                = settled
    bal OPS 0
    S2 op issue OPS 100000                      = settled
    T1 op interest A1 OPS 360000000000 0 first=2026-12-11 every=10d = interest 0
    block 1728000 empty
    # 1,000 give 10 in ten days, 1,010 give 10.1.
    bal A1 1020
    # Halves go to the even neighbour: 500 at 3.6 % for ten days are a half, which is none.
    T2 op interest C1 OPS 36000000000 0 first=2026-12-31 every=10d = interest 1
    block 2592000 empty
    bal C1 500
    bal A1 1030
    ",
    "
    # ACT/ACT: 2028 is a leap year. 366 of 1,000 in 365 days of common years; then 31 days over 365 and 335 over 366 on 1,366: 500.07, where 365 for all gives 501.33.
    S1 op open op settlement OPS                = settled
    bal OPS 0
    S2 op issue OPS 100000                      = settled
    T1 op interest A1 OPS 366000000000 0 first=2027-12-01 every=12m days=act = interest 0
    T2 op interest C1 OPS 366000000000 0 first=2027-12-01 every=12m days=365 = interest 1
    block 31536000 empty
    bal A1 1366
    bal C1 683
    T3 op issue C1 683                          = settled
    block 63158400 empty
    bal A1 1866
    bal C1 1867
    ",
];

#[test]
fn interest() {
    for table in TABLES {
        Stage::new().run(table);
    }
}
