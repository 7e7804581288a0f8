//! Intraday credit: granted by the issuer, drawn against collateral, taken back at the end of the day, enforced when it is not there.

use crate::tests::language::Stage;

const DAY: &str = "
    O1 op open op settlement OPS                = settled
    block
    T1 ba intraday A1 500                       = SY-00680
    T2 op intraday C1 500                       = SY-00681
    T3 op intraday OPS 500                      = SY-00681
    T4 op intraday A1 0                         = SY-00914
    T5 op intraday A1 -                         = SY-00682
    T6 ba drawday A1 10                         = SY-00682
    T7 op askcover OPS intraday:A1              = SY-01144
    T8 op intraday A1 500                       = intraday 0
    # Without collateral nothing is drawn; of what is pledged, up to the call level of 90 %.
    T9 ba drawday A1 10                         = SY-00688
    T10 op askcover OPS intraday:A1             = collateral 0
    T11 ba drawday A1 10                        = SY-01154
    T12 ba putup 0 cash:A1:400                  = collateral 0
    avail A1 600
    T13 ba drawday A1 361                       = SY-01154
    T14 ba drawday A1 360                       = settled
    bal A1 1360
    bal ISSUE -2160
    T15 ba drawday A1 0                         = SY-00020
    T16 c1 drawday A1 1                         = SY-00222
    T17 ba repayday A1 361                      = SY-00690
    T18 ba repayday A1 60                       = settled
    bal ISSUE -2100
    T19 ba putup 0 cash:A1:400                  = collateral 0
    T20 ba drawday A1 201                       = SY-00686
    T21 ba drawday A1 200                       = settled
    # What is pledged stays covered.
    T22 ba putdown 0 0                          = SY-01154
    T23 ba repayday A1 701                      = SY-00690
    T24 ba pay A1 C2 500                        = settled
    avail A1 200
    T25 ba repayday A1 201                      = SY-00260
";

/// At night what is there is taken; the rest is overdue, and the issuer takes collateral.
const NIGHT: &str = "
    block 86400 empty
    bal A1 800
    bal ISSUE -2100
    cover 0 CloseOut 2
    T26 ba drawday A1 1                         = SY-00684
    T27 op takecover 0 0                        = collateral 0
    # 300 were owed; 100 of the 400 stay pledged.
    bal A1 500
    bal ISSUE -1800
    cover 0 Kept 2
    avail A1 0
    T28 ba putdown 0 1                          = collateral 0
    avail A1 400
    T29 ba drawday A1 50                        = settled
    T30 op intraday A1 -                        = intraday 0
    T31 op intraday A1 -                        = SY-00682
    T32 ba drawday A1 1                         = SY-00682
    # What is owed is owed under a credit that was lifted too.
    T33 ba repayday A1 50                       = settled
    bal ISSUE -1800
";

/// Money comes in after the night: what is overdue is paid like anything drawn, and the collateral is kept.
const LATE: &str = "
    block 86400 empty
    cover 0 CloseOut 2
    T26 op issue A1 300                         = settled
    T27 ba repayday A1 300                      = settled
    cover 0 Kept 2
    T28 op takecover 0 0                        = SY-01156
    # A cut-off takes it back before the day is over, and stops drawing.
    T29 op calendar payments=0-60               = calendars 0
    T30 ba drawday A1 1                         = settled
    bal ISSUE -2101
    block 90001
    T31 ba drawday A1 1                         = SY-00209
    bal ISSUE -2100
    cover 0 Kept 2
";

pub(super) fn tables() -> Vec<String> {
    [String::new(), NIGHT.to_owned(), LATE.to_owned()]
        .map(|rest| format!("{DAY}{rest}"))
        .to_vec()
}

#[test]
fn intraday() {
    for table in tables() {
        Stage::new().run(&table);
    }
}
