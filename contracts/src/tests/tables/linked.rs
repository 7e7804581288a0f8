//! Exchanges: all or none, earmarked side by side, ended by time, by the proposer, or by an account that can no longer be used.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &["
    # Payment versus payment: two currencies change hands at once. The bank's USD account gets nothing before its CNY leg is there.
    T1 op open c2 current C2USD asset=1         = settled
    block 3
    T2 c1 link C1>A1:300 AUSD>C2USD:40@1        = parties
    avail C1 200
    bal A1 1000
    T3 c1 pay C1 C2 201                         = SY-00260
    T4 c1 affirm T2                             = SY-00298
    T5 ba affirm T2                             = settled
    later T2 = settled
    bal C1 200
    bal A1 1300
    bal AUSD 960
    bal C2USD 40
    T6 ba affirm T2                             = SY-00297
    T7 ba affirm NONE                           = SY-00296
    # A side without funds cannot affirm; the other side's money stays set aside until it does or time ends it.
    T8 ba link A1>C2:100 C2>C1:50 by=100        = parties
    avail A1 1200
    T9 c2 affirm T8                             = SY-00260
    block 100 empty
    later T8 = SY-00299
    avail A1 1300
    T10 c2 affirm T8                            = SY-00297
    # Taken back by its proposer only.
    T11 ba link A1>C2:100 C2>C1:50              = parties
    T12 bb cancel T11                           = SY-00288
    T13 ba cancel T11                           = settled
    later T11 = cancelled SY-00292
    avail A1 1300
    T14 ba cancel T11                           = SY-00290
    # Who acts for every debtor settles at once; a ring needs no money in between but each leg its own.
    T15 ba link A1>C2:10 C1>C2:5                = settled
    bal C2 15
    T16 ba link A1>C2:1000 A1>C1:291            = SY-00260
    T17 ba link A1>C2:1000 A1>C1:290            = settled
    bal A1 0
    T18 ba link A1>C2:1                         = SY-00028
    T19 ba link A1>C2:0 C1>C2:1                 = SY-00020
    T20 ba link A1>A1:1 C1>C2:1                 = SY-00022
    T21 ba link A1>C2:1 C1>C2:1 by=1            = SY-00294
    T22 ba link A1>C2:1 C1>C2:1 by=9999999      = SY-00294
    T23 bb link A1>C1:1 C1>A1:1                 = SY-00295
    T24 ba link A1>NONE:1 C1>C2:1               = SY-00240
    T25 ba link NONE>A1:1 C1>C2:1               = SY-00220
    ", "
    # An account frozen in between: nothing moves, everything is free again.
    T1 ba link A1>C2:100 C2>C1:50               = parties
    T2 op issue C2 50                           = settled
    T3 op freeze A1 d                           = settled
    T4 c2 affirm T1                             = settled
    later T1 = SY-00231
    T5 op freeze A1 -                           = settled
    avail A1 1000
    avail C2 50
    bal C1 500
"];

#[test]
fn linked() {
    for table in TABLES {
        Stage::new().run(table);
    }
}
