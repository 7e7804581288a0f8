//! Collateral: who asks, pledges, frees and takes; levels, margin calls and their cure; one place for a pledge.

use crate::tests::language::Stage;

const ASK: &str = "
    S1  ba  offer A1 C1 300 kind=bullet         = loans 0
    S2  ba  offer A1 C2 300                     = loans 1
    S3  ba  openline A1 C1 500                  = lines 0
    S4  ba  offer A1 C1 100                     = loans 2
    block
    T1  ba  askcover A1                         = SY-00956
    T2  ba  askcover A1 loan:0 loan:0           = SY-00956
    T3  ba  askcover A1 loan:0 warn=0           = SY-00956
    T4  ba  askcover A1 loan:0 warn=900001      = SY-00956
    T5  ba  askcover A1 loan:0 close=1000001    = SY-00956
    T6  ba  askcover A1 loan:0 cash=1000000     = SY-00956
    T7  ba  askcover A1 loan:0 cure=31          = SY-00956
    T8  ba  askcover A1 loan:9                  = SY-01144
    T9  ba  askcover A1 loan:0 loan:1           = SY-01144
    T10 bb  askcover B1 loan:0                  = SY-01142
    T11 c1  askcover C1 loan:0                  = SY-01142
    T12 ba  askcover C1 loan:0                  = SY-01152
    T13 ba  askcover A1 loan:0 pricer=nobody    = SY-01152
    T14 ba  askcover AUSD loan:0                = SY-00246
    T15 ba  askcover A1 loan:0 line:0           = collateral 0
    T16 ba  askcover A1 loan:2 line:0           = SY-01146
    # The overdraft of an account is lent by the issuer of its asset; a loan under a line is secured with the line.
    T17 c1  agree 0 1                           = lines 0
    T18 ba  offer A1 C1 50 line=0               = loans 3
    T19 ba  askcover A1 loan:3                  = SY-01144
    T20 ba  askcover A1 overdraft:LINE          = SY-01142
    T21 ba  askcover A1 overdraft:ISSUE         = SY-01144
";

/// A loan of 300 against cash: asked before the borrower accepts, called when a line under the same collateral is used too.
const CASH: &str = "
    S1  ba  offer A1 C1 300 kind=bullet         = loans 0
    S2  ba  openline A1 C1 500                  = lines 0
    S3  ba  askcover A1 loan:0 line:0           = collateral 0
    T1  c1  accept 0                            = SY-01154
    T2  c1  putup 9 cash:C1:400                 = SY-01140
    T3  c1  putup 0                             = SY-00958
    T4  c1  putup 0 cash:C1:0                   = SY-00958
    T5  c1  putup 0 cash:C1:1 cash:C1:2         = SY-00958
    T6  c2  putup 0 cash:C2:1                   = SY-01142
    T7  ba  putup 0 cash:A1:1                   = SY-01142
    T8  c1  putup 0 cash:A1:1                   = SY-00222
    T9  c1  putup 0 cash:C1:501                 = SY-00260
    # What an overdraft lends is no cash of one's own.
    T10 c1  putup 0 cash:LINE:1                 = SY-00260
    T11 c1  putup 0 cash:C1:350                 = collateral 0
    avail C1 150
    cover 0 Kept 1
    T12 c1  accept 0                            = loans 0
    cover 0 Warned 1
    # 300 of 350 are 86 %; nothing more is paid out under the line than 15.
    T13 c1  agree 0 1                           = lines 0
    T14 ba  offer A1 C1 40 line=0               = loans 1
    T15 ba  offer A1 C1 15 line=0               = loans 2
    T16 c1  accept 1                            = SY-01154
    T17 c1  accept 2                            = loans 2
    T18 c1  putdown 0 0                         = SY-01154
    T19 c1  putdown 0 1                         = SY-01148
    T20 c1  putdown 0 -                         = SY-00958
    T21 bb  putdown 0 0                         = SY-01142
    # Another account's cash takes the place of it in one step.
    T22 op  issue C3 400                        = settled
    T23 c1  swapcover 0 0 cash:C3:349           = SY-01154
    T24 ba  swapcover 0 0 cash:C3:350           = SY-01142
    T25 c1  swapcover 0 7 cash:C3:350           = SY-01148
    T26 c1  swapcover 0 0 cash:C3:401           = SY-00260
    T27 c1  swapcover 0 0 cash:C3:350           = collateral 0
    cover 0 Warned 1
    avail C3 50
    avail C1 815
    T28 c1  pay C3 C2 51                        = SY-00260
    # The lender gives some of it up, which is its right, and is called upon itself to see what follows.
    T29 c1  putup 0 cash:C1:20                  = collateral 0
    T30 ba  putdown 0 2                         = collateral 0
    T31 ba  takecover 0 1                       = SY-01156
    T32 c1  takecover 0 1                       = SY-01142
    T33 ba  takecover 0 5                       = SY-01148
    # Everything repaid, everything is free.
    T34 c1  prepay 0 300                        = loans 0
    T35 c1  prepay 2 15                         = loans 2
    T36 c1  putdown 0 1                         = collateral 0
    avail C3 400
";

/// Goods lose value: a margin call, cured by cash; a second one is not cured in two days, and the lender takes what there is.
const GOODS: &str = "
    S1  op  register w1 warehouse sponsor=ba    = settled
    S2  orc attest price RICE 10 expires=2000000 = attestations 0
    block
    S3  w1  store c2 RICE 1 doc=a               = lots 0
    S4  aud inspect 0 1                         = lots 0
    S5  w1  warrant 0                           = warehouse-receipts 0
    S6  ba  offer A1 C2 800 kind=bullet periods=12 = loans 0
    S7  ba  askcover A1 loan:0 goods=100000     = collateral 0
    T1  c2  putup 0 receipt:0 receipt:0         = SY-00958
    T2  c2  putup 0 receipt:7                   = SY-01422
    T3  c2  putup 0 receipt:0                   = collateral 0
    # It has one place for a pledge, and only its collateral lets it go.
    T4  c2  hand 0 s2                           = SY-01450
    T5  c2  secure 0 bb 1                       = SY-01450
    T6  c2  putup 0 receipt:0                   = SY-01450
    T7  ba  unsecure 0                          = SY-01158
    T8  ba  seize 0                             = SY-01158
    T9  ba  lower 0 1                           = SY-01158
    T10 ba  part 0 1                            = SY-01158
    # 1,000 less 10 % are 900, of which 90 % are 810.
    T11 c2  accept 0                            = loans 0
    cover 0 Warned 1
    # At 9.50 it is 855: 800 are more than 769, and less than 812.
    T12 orc attest price RICE 95 scale=1 observed=2 expires=2000000 = attestations 0
    cover 0 Called 1
    T13 c2  putup 0 cash:C2:40                  = collateral 0
    cover 0 Warned 2
    T14 orc attest price RICE 9 observed=3 expires=2000000 = attestations 0
    cover 0 Called 2
    T15 ba  takecover 0 1                       = SY-01156
    block 259199
    T16 ba  takecover 0 1                       = SY-01156
    block 259200
    T17 ba  takecover 0 1                       = collateral 0
    cover 0 CloseOut 1
    bal A1 240
    bal C2 760
    T18 ba  takecover 0 0                       = collateral 0
    receipt 0 ba 1
    cover 0 CloseOut 0
";

/// A portion is worth nothing while it is disputed, and what is paid on it stays pledged in its place.
const RECEIVABLE: &str = "
    S1  op  issue C1 10000                      = settled
    S2  ba  line c1 50000                       = obligor-lines 0
    block
    S3  c2  claim c1 1000 C2 due=2026-12-11     = promises 0
    S4  c1  bind 0 C1                           = promises 0
    S5  ba  offer A1 C2 700 kind=bullet         = loans 0
    S6  ba  askcover A1 loan:0 rcv=200000       = collateral 0
    T1  c2  putup 0 portion:0 portion:0         = SY-00958
    T2  c2  putup 0 portion:0                   = collateral 0
    T3  c2  putup 0 portion:0                   = SY-01324
    T4  c2  pledge 0 bb B1 10                   = SY-01324
    T5  ba  release 0                           = SY-01158
    T6  c2  accept 0                            = loans 0
    cover 0 Warned 1
    T7  c1  dispute 0                           = promises 0
    cover 0 CloseOut 1
    T8  op  resolve 0 0                         = promises 0
    cover 0 Warned 1
    block 864000 empty
    cover 0 Kept 1
    bal C2 1700
    avail C2 700
    T9  c2  putdown 0 0                         = SY-01148
    T10 c2  putdown 0 1                         = SY-01154
    T11 c2  prepay 0 300                        = loans 0
    T12 ba  putdown 0 1                         = collateral 0
    avail C2 1400
    cover 0 CloseOut 0
";

/// The issuer secures the overdraft that it grants, used or not; far too little is closed out at once.
const OVERDRAFT: &str = "
    S1  op  open op settlement OPS              = settled
    block
    T1  op  askcover OPS overdraft:LINE         = collateral 0
    cover 0 Asked 0
    T2  c1  putup 0 cash:C1:320                 = collateral 0
    cover 0 Called 1
    T3  op  rule LINE floor=-250                = settled
    cover 0 Kept 1
    T4  op  rule LINE floor=-500                = settled
    cover 0 CloseOut 1
    T5  op  takecover 0 0                       = collateral 0
    cover 0 CloseOut 0
    bal OPS 320
    bal C1 180
";

/// What a lender asks for while a loan runs binds nobody until the borrower pledges.
const LATE: &str = "
    T1  ba  offer A1 C1 300 draw=20             = loans 0
    T2  c1  accept 0                            = loans 0
    T3  c1  draw 0 100                          = loans 0
    T4  ba  askcover A1 loan:0                  = collateral 0
    T5  c1  draw 0 100                          = loans 0
    cover 0 Asked 0
    T6  c1  putup 0 cash:C1:10                  = collateral 0
    cover 0 CloseOut 1
    T7  c1  draw 0 1                            = SY-01154
    # The lender takes it: the loan is repaid in part, due or not.
    T8  ba  takecover 0 0                       = collateral 0
    bal C1 690
    T9  c1  prepay 0 191                        = SY-01030
    T10 c1  prepay 0 190                        = loans 0
    cover 0 Kept 0
";

pub(super) fn tables() -> Vec<String> {
    let single = [ASK, CASH, GOODS, RECEIVABLE, OVERDRAFT, LATE];
    let mut full =
        "S1 ba offer A1 C1 300 = loans 0\nS2 ba askcover A1 loan:0 = collateral 0\n".to_owned();
    for turn in 0..16 {
        full += &format!("T{turn} c1 putup 0 cash:C1:1 = collateral 0\n");
    }
    full += "T16 c1 putup 0 cash:C1:1 = SY-01150\nT17 c1 swapcover 0 3 cash:C1:1 = collateral 0\n";
    full += "T18 c1 swapcover 0 4 cash:C1:1 cash:C3:1 = SY-01150\n";
    single
        .into_iter()
        .map(str::to_owned)
        .chain([full])
        .collect()
}

#[test]
fn collateral_is_asked_for_pledged_called_and_taken() {
    for table in tables() {
        Stage::new().run(&table);
    }
}
