//! Holds: two phases, partial post, expiry by time, at most one resolution.

use crate::tests::language::Stage;

pub(super) const TABLES: &[&str] = &[
    "
    H1 ba hold A1 C2 600                        = holds 0
    avail A1 400
    bal A1 1000
    bal C2 0
    # What is promised cannot be paid away or promised again.
    T1 ba pay A1 C1 401                         = SY-00260
    H2 ba hold A1 C1 401                        = SY-00260
    T2 ba pay A1 C1 400                         = settled
    # In part; the rest is free at once, and a hold ends once.
    T3 c2 post H1 601                           = SY-00282
    T4 c1 post H1 1                             = SY-00274
    T5 c2 post H1 250                           = settled
    bal A1 350
    avail A1 350
    bal C2 250
    T6 c2 post H1 1                             = SY-00276
    # The debtor posts, and does not take back its promise.
    H3 ba hold A1 C2 100                        = holds 1
    T7 ba void H3                               = SY-00275
    T8 c2 void H3                               = settled
    T9 ba post H3                               = SY-00278
    avail A1 350
    H4 ba hold A1 C2 350                        = holds 2
    T10 ba post H4                              = settled
    bal A1 0
    bal C2 600
    T11 c2 post NONE                            = SY-00272
    T12 ba hold A1 C2 0                         = SY-00020
    T13 ba hold A1 A1 1                         = SY-00022
    T14 bb hold A1 C2 1                         = SY-00222
    T15 ba hold A1 C2 1 until=1                 = SY-00270
    T16 ba hold A1 C2 1 until=31622500          = SY-00270
    # The reference of a hold is used up like that of a payment.
    T17 c1 pay C1 C2 1 uetr=H1                  = SY-00201
    T18 c2 post H4 0                            = SY-00020
    ",
    "
    # Time ends a hold, before the transactions of the first block at or after it.
    H1 ba hold A1 C2 600 until=100              = holds 0
    H2 ba hold A1 C1 300 until=200              = holds 1
    avail A1 100
    block 100
    T1 c2 post H1                               = SY-00280
    avail A1 700
    T2 ba pay A1 C2 700                         = settled
    block 201 empty
    avail A1 300
    T3 c1 void H2                               = SY-00280
    bal A1 300
    # A line can be promised too.
    H3 c1 hold LINE C2 300                      = holds 2
    T4 c1 pay LINE C2 1                         = SY-00260
    T5 c1 post H3 300                           = settled
    bal LINE -300
",
];

#[test]
fn holds() {
    for table in TABLES {
        Stage::new().run(table);
    }
}
