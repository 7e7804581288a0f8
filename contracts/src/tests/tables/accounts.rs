//! Rules of accounts: overdraft, ceiling, freeze, closing; cash given back; issuing within an attested reserve.

use sycee_primitives::Height;

use crate::{
    AccountStatus, read,
    tests::language::{DAY, Stage},
};

pub(super) const TABLES: &[&str] = &[
    "
    # An overdraft is given and used.
    T1 op rule C4 floor=-50                     = settled
    T2 c1 pay C4 C2 51                          = SY-00260
    T3 c1 pay C4 C2 50                          = settled
    bal C4 -50
    # Taken away, it need not be paid back at once, but nothing more is debited.
    T4 op rule C4                               = settled
    T5 op issue C4 20                           = settled
    T6 c1 pay C4 C2 1                           = SY-00260
    # A ceiling: credits up to it, also what holds promise, also legs together.
    T7 op rule C3 ceiling=100                   = settled
    T8 ba pay A1 C3 101                         = SY-00254
    T9 ba pay A1 C3 60                          = settled
    H1 ba hold A1 C3 30                         = holds 0
    T10 ba pay A1 C3 11                         = SY-00254
    T11 c1 post H1                              = settled
    T12 ba bulk each A1 C3:6 C3:5 C3:4          = settled 2 [1 SY-00254]
    bal C3 100
    T13 op rule C5 ceiling=10                   = settled
    T14 ba bulk all A1 C2:1 C5:6 C5:5           = leg 2 SY-00254
    T15 ba bulk all A1 C2:1 C5:6 C5:4           = settled 3
    T16 op issue C5 1                           = SY-00254
    T17 ba rule C3                              = SY-00346
    T18 op rule NONE                            = SY-00340
    T19 op rule ISSUE                           = SY-00348
    T20 op rule C3 floor=1                      = SY-00032
    T21 op rule C3 ceiling=-1                   = SY-00034
    ",
    "
    # A floor that is raised in the block of a debit, or given and taken in one block, is no broken one.
    T1 op rule C4 floor=-50                     = settled
    T2 c1 pay C4 C2 50                          = settled
    T3 op rule C4                               = settled
    bal C4 -50
    T4 c1 pay LINE C2 300                       = settled
    T5 op rule LINE floor=-10                   = settled
    bal LINE -300
    T6 c1 pay LINE C2 1                         = SY-00260
    ",
    "
    # Frozen by authority: no balance changes, and no side that is frozen moves.
    T1 reg freeze C1 d                          = settled
    T2 c1 pay C1 C2 1                           = SY-00231
    T3 ba pay A1 C1 1                           = settled
    T4 op freeze C1 dc                          = settled
    T5 ba pay A1 C1 1                           = SY-00252
    T6 ba bulk each A1 C1:1 C2:1                = settled 1 [0 SY-00252]
    T7 c1 close C1                              = SY-00350
    T8 reg freeze C1 -                          = settled
    T9 c1 pay C1 C2 501                         = settled
    T10 ba freeze C1 d                          = SY-00342
    T11 op freeze NONE d                        = SY-00340
    T12 op freeze SHUT d                        = SY-00348
    # Closed when nothing is left, for ever.
    H1 ba hold A1 C1 10                         = holds 0
    T13 c1 close C1                             = SY-00350
    T14 c1 void H1                              = settled
    T15 bb close C1                             = SY-00344
    T16 c1 close C1                             = settled
    T17 ba pay A1 C1 1                          = SY-00242
    T18 c1 close C1                             = SY-00348
    T19 op close NONE                           = SY-00340
    ",
    "
    # Cash goes back; the supply falls.
    T1 ba redeem A1 300                         = settled
    bal A1 700
    bal ISSUE -1500
    T2 ba redeem A1 701                         = SY-00260
    T3 bb redeem A1 1                           = SY-00222
    T4 ba redeem A1 0                           = SY-00020
    # Once a reserve is attested, nothing is issued beyond it.
    T5 aud attest reserve asset:0 1600 observed=2 expires=60 = attestations 0
    T6 op issue A1 101                          = SY-00238
    T7 op issue A1 100                          = settled
    T8 op issue A1 1                            = SY-00238
    T9 ba redeem A1 50                          = settled
    T10 op issue A1 50                          = settled
    block 60
    T11 op issue A1 1                           = SY-00237
",
];

#[test]
fn accounts() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn the_past_knows_the_rules_of_its_time() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1 op rule C4 floor=-50 ceiling=70 = settled
        block 3
        H1 ba hold A1 C4 30 = holds 0
        block 4
        T2 c1 close C4 = SY-00350
        T3 c1 void H1 = settled
        T4 c1 close C4 = settled
        ",
    );
    let account = stage.account("C4");
    let at = |height| read::account_at(&stage.ledger, account, Height(height)).unwrap();
    assert_eq!((at(0).floor.0, at(0).terms), (0, None));
    let ruled = at(1);
    assert_eq!((ruled.floor.0, ruled.status), (-50, AccountStatus::Open));
    assert_eq!(ruled.terms.unwrap().ceiling.unwrap().0, 70);
    assert_eq!(at(2).terms.unwrap().credits_pending, 30);
    assert_eq!(at(3).terms.unwrap().credits_pending, 0);
    assert_eq!(at(3).status, AccountStatus::Closed);
    assert!(stage.ledger.time().0 >= DAY);
}
