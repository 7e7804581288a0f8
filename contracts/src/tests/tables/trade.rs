//! Escrow: one table a concern. Arbiters are `reg`, `orc` and `aud`, two of whom must agree; the money stands on `HOLD`, which bank `ba` keeps.

use crate::tests::language::Stage;

const STAGE: &str = "
    S1 op open ba escrow HOLD                       = settled
    S2 op open s2 current S2                        = settled
    block
";

const AGREED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD none                 = SY-00860
    T2 c1 escrow c1 c2 C2 HOLD 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1 = SY-00860
    T3 c1 escrow c1 c2 C2 HOLD 40+0                 = SY-00860
    T4 c1 escrow c1 c2 C2 HOLD 40+60 total=99       = SY-00862
    T5 c1 escrow c1 c1 C1 HOLD 40                   = SY-00864
    T6 c1 escrow c1 c2 C2 HOLD 40 arbiters=none     = SY-00866
    T7 c1 escrow c1 c2 C2 HOLD 40 arbiters=orc+reg  = SY-00866
    T8 c1 escrow c1 c2 C2 HOLD 40 arbiters=c2+reg   = SY-00866
    T9 c1 escrow c1 c2 C2 HOLD 40 threshold=1       = SY-00866
    T10 c1 escrow c1 c2 C2 HOLD 40 threshold=4      = SY-00866
    T11 c1 escrow c1 c2 C2 HOLD 40 days=0           = SY-00868
    T12 c1 escrow c1 c2 C2 HOLD 40 days=367         = SY-00868
    # The parties agree on it, nobody else: not the operator, a bank, an arbiter.
    T13 s2 escrow c1 c2 C2 HOLD 40                  = SY-01702
    T14 op escrow c1 c2 C2 HOLD 40                  = SY-01702
    T15 ba escrow c1 c2 C2 HOLD 40                  = SY-01702
    T16 reg escrow c1 c2 C2 HOLD 40                 = SY-01702
    T17 c1 escrow c1 sus SUS HOLD 40                = SY-01710
    T18 c1 escrow c1 c2 C2 HOLD 40 arbiters=bs threshold=1 = SY-01712
    T19 c1 escrow c1 c2 C2 HOLD 40 until=1          = SY-01714
    T20 c1 escrow c1 c2 C2 HOLD 40 until=316224003  = SY-01714
    T21 c1 escrow c1 c2 C2 A1 40                    = SY-01716
    T22 c1 escrow c1 c2 C2 NONE 40                  = SY-01716
    T23 c1 escrow c1 c2 C2 HOLD 40 asset=1          = SY-01716
    T24 c1 escrow c1 c2 SHUT HOLD 40                = SY-00242
    T25 c1 escrow c1 c2 C1 HOLD 40                  = SY-01340
    T26 c1 escrow c1 c2 HOLD HOLD 40                = SY-00248
    T27 c1 escrow c1 c2 C2 HOLD 40+60               = escrows 0
    # The payee may write it down as well.
    T28 c2 escrow c1 c2 C2 HOLD 5                   = escrows 1
    held 0 created 0 0 0
    T29 c2 fund 0 C2                                = SY-01704
    T30 ba fund 0 A1                                = SY-01704
    T31 c1 fund 9 C1                                = SY-01700
    T32 c1 earn 0 0                                 = SY-01722
    T33 c2 giveback 0                               = SY-01722
    T34 c1 contest 0                                = SY-01722
    T35 c1 redirect 0 C3                            = SY-01720
    T36 c1 fund 0 A1                                = SY-00222
    T37 c1 fund 0 STOP                              = SY-00226
    T38 c1 fund 0 C3                                = SY-00260
    T39 c1 fund 0 C1                                = escrows 0
    T40 c1 fund 0 C1                                = SY-01718
    held 0 funded 100 0 0
    bal C1 400
    bal HOLD 100
    # A sponsor funds for nobody, and a customer's account is not the bank's.
    T41 ba escrow ba c2 C2 HOLD 5                   = escrows 2
    T42 ba fund 2 C1                                = SY-00222
";

const RELEASED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD 40+60                = escrows 0
    T2 c1 fund 0 C1                                 = escrows 0
    T3 c1 earn 9 0                                  = SY-01700
    # Who may not release: the payee, an arbiter, the bank that keeps the account, the operator.
    T4 c2 earn 0 0                                  = SY-01704
    T5 reg earn 0 0                                 = SY-01704
    T6 ba earn 0 0                                  = SY-01704
    T7 op earn 0 0                                  = SY-01704
    T8 c1 earn 0 2                                  = SY-01728
    T9 c1 earn 0 0 0                                = SY-00020
    T10 c1 earn 0 0 41                              = SY-01730
    T11 c1 earn 0 0 15                              = escrows 0
    bal C2 15
    held 0 funded 85 0 0
    T12 c1 earn 0 0 26                              = SY-01730
    T13 c1 earn 0 0                                 = escrows 0
    T14 c1 earn 0 0                                 = SY-01730
    bal C2 40
    # The payee names another account of its own.
    T15 s2 redirect 0 S2                            = SY-01702
    T16 c2 redirect 0 S2                            = SY-01340
    T17 c2 redirect 9 C6                            = SY-01700
    T18 c2 redirect 0 C6                            = escrows 0
    T19 c1 earn 0 1                                 = escrows 0
    bal C6 60
    bal HOLD 0
    held 0 released 0 0 0
    T20 c1 earn 0 1                                 = SY-01722
    T21 c2 giveback 0                               = SY-01722
    # The account is empty and may be closed; then nothing more is taken in.
    T22 c1 escrow c1 c2 C2 HOLD 1                   = escrows 1
    T23 ba close HOLD                               = settled
    T24 c1 fund 1 C1                                = SY-01716
";

const GUARDED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD 100                  = escrows 0
    T2 c1 fund 0 C1                                 = escrows 0
    # Nobody reaches into a holding account by another way.
    T3 ba pay HOLD A1 1                             = SY-00230
    T4 ba pay A1 HOLD 1                             = SY-00248
    T5 op issue HOLD 1                              = SY-00248
    T6 ba redeem HOLD 1                             = SY-00230
    T7 ba hold HOLD A1 1                            = SY-00230
    T8 ba hold A1 HOLD 1                            = SY-00248
    T9 ba link HOLD>A1:1 A1>HOLD:1                  = SY-00230
    T10 ba bulk each HOLD A1:1                      = SY-00230
    T11 ba bulk each A1 HOLD:1                      = settled 0 [0 SY-00248]
    T12 op rule HOLD floor=-10                      = SY-00348
    T13 ba close HOLD                               = SY-00350
    T14 op open c1 escrow NEW                       = SY-00309
    # What cannot be paid stays held, and its owner's: a frozen payee is owed what was released.
    T15 reg freeze C2 c                             = settled
    T16 c1 earn 0 0 30                              = escrows 0
    held 0 funded 70 30 0
    bal HOLD 100
    T17 c2 redirect 0 C2                            = SY-00252
    T18 c2 redirect 0 C6                            = escrows 0
    bal C6 30
    held 0 funded 70 0 0
    # So is a payer whose account was closed meanwhile.
    T19 c1 pay C1 C2 400                            = SY-00252
    T20 c1 pay C1 C6 400                            = settled
    T21 c1 close C1                                 = settled
    T22 c2 giveback 0                               = escrows 0
    held 0 refunded 0 0 70
    T23 c2 redirect 0 C6                            = escrows 0
    # A frozen holding account pays nothing out.
    T24 reg freeze HOLD dc                          = settled
    T25 c1 redirect 0 C3                            = escrows 0
    held 0 refunded 0 0 70
    T26 reg freeze HOLD -                           = settled
    T27 c1 redirect 0 C3                            = escrows 0
    bal C3 70
    bal HOLD 0
    held 0 refunded 0 0 0
";

const SUSPENDED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD 100                  = escrows 0
    T2 c1 fund 0 C1                                 = escrows 0
    T3 c1 escrow c1 c2 C2 HOLD 5                    = escrows 1
    # The bank that keeps the account is suspended: nothing new comes in, what is held still goes to whom it belongs.
    T4 op status ba suspended                       = settled
    T5 c1 fund 1 C1                                 = SY-01716
    T6 c1 earn 0 0                                  = escrows 0
    bal C2 100
";

const EXPIRED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD 40+60 until=100      = escrows 0
    T2 c1 escrow c1 c2 C2 HOLD 7 until=100          = escrows 1
    T3 c1 fund 0 C1                                 = escrows 0
    T4 c1 earn 0 0 10                               = escrows 0
    bal C1 400
    # Nobody asks: the block at that time gives it back.
    block 99 empty
    held 0 funded 90 0 0
    block 100 empty
    held 0 refunded 0 0 0
    held 1 lapsed 0 0 0
    bal C1 490
    bal HOLD 0
    T5 c1 fund 1 C1                                 = SY-01718
    T6 c1 redirect 1 C1                             = SY-01720
    T7 c1 contest 0                                 = SY-01722
";

const DISPUTED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD 40+60 until=100 days=1 = escrows 0
    T2 c1 fund 0 C1                                 = escrows 0
    T3 reg ruling 0 50                              = SY-01726
    T4 s2 contest 0                                 = SY-01702
    T5 reg contest 0                                = SY-01702
    T6 c2 contest 9                                 = SY-01700
    T7 c2 contest 0                                 = escrows 0
    T8 c1 contest 0                                 = SY-01724
    # Time does not decide what is disputed.
    block 200 empty
    held 0 disputed 100 0 0
    T9 c1 ruling 0 0                                = SY-01708
    T10 c2 ruling 0 100                             = SY-01708
    T11 ba ruling 0 100                             = SY-01708
    T12 op ruling 0 100                             = SY-01708
    T13 aud ruling 9 50                             = SY-01700
    T14 aud ruling 0 101                            = SY-01732
    T15 aud ruling 0 50                             = escrows 0
    # The last word of an arbiter counts, once.
    T16 aud ruling 0 70                             = escrows 0
    T17 aud ruling 0 70                             = escrows 0
    T18 orc ruling 0 50                             = escrows 0
    held 0 disputed 100 0 0
    # The payer concedes a part: rulings over the former sum fall.
    T19 c1 earn 0 0 20                              = escrows 0
    held 0 disputed 80 0 0
    T20 reg ruling 0 70                             = escrows 0
    held 0 disputed 80 0 0
    T21 orc ruling 0 70                             = escrows 0
    held 0 arbitrated 0 0 0
    bal C2 90
    bal C1 410
    T22 aud ruling 0 0                              = SY-01726
";

const UNDECIDED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD 100 until=100 days=1 = escrows 0
    T2 c1 fund 0 C1                                 = escrows 0
    block 50
    T3 c1 contest 0                                 = escrows 0
    T4 orc ruling 0 100                             = escrows 0
    # A day after the dispute the time to decide is over: who claims must have convinced them.
    block 86449 empty
    held 0 disputed 100 0 0
    block 86450 empty
    held 0 refunded 0 0 0
    bal C1 500
    T5 aud ruling 0 100                             = SY-01726
";

const CONCEDED: &str = "
    T1 c1 escrow c1 c2 C2 HOLD 100                  = escrows 0
    T2 c1 escrow c1 c2 C2 HOLD 50                   = escrows 1
    T3 c1 fund 0 C1                                 = escrows 0
    T4 c1 fund 1 C1                                 = escrows 1
    T5 c1 contest 0                                 = escrows 0
    T6 c2 contest 1                                 = escrows 1
    # Who concedes needs no arbiter.
    T7 c1 giveback 0                                = SY-01706
    T8 reg giveback 0                               = SY-01706
    T9 ba giveback 0                                = SY-01706
    T10 op giveback 0                               = SY-01706
    T11 c2 giveback 9                               = SY-01700
    T12 c2 giveback 0                               = escrows 0
    T13 c1 earn 1 0                                 = escrows 1
    held 0 refunded 0 0 0
    held 1 released 0 0 0
    bal C1 450
    bal C2 50
    # A ruling binds even towards an account that cannot be paid: it is owed.
    T14 c1 escrow c1 c2 C2 HOLD 60 arbiters=aud threshold=1 = escrows 2
    T15 c1 fund 2 C1                                = escrows 2
    T16 c2 contest 2                                = escrows 2
    T17 reg freeze C2 c                             = settled
    T18 aud ruling 2 60                             = escrows 2
    held 2 arbitrated 0 60 0
    T19 c2 redirect 2 C6                            = escrows 2
    held 2 arbitrated 0 0 0
    bal C6 60
";

pub(super) fn tables() -> Vec<String> {
    let tables = [
        AGREED, RELEASED, GUARDED, SUSPENDED, EXPIRED, DISPUTED, UNDECIDED, CONCEDED,
    ];
    tables.map(|table| format!("{STAGE}{table}")).to_vec()
}

#[test]
fn tables_of_escrow_hold() {
    for table in tables() {
        Stage::new().run(&table);
    }
}
