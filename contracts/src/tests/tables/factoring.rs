//! Factoring: one table for the sale, one each for dispute, recourse and loss. `bb` is the factor, `c2` and `s2` are sellers.

use super::receivables::STAGE;
use crate::{tests::language::Stage, *};

const AGREE: &str = "
    T1 bb factor c2 B1 0                         = SY-00020
    T2 bb factor c2 B1 9000 advance=0            = SY-00980
    T3 bb factor c2 B1 9000 advance=1000001      = SY-00980
    T4 bb factor c2 B1 9000 fee=1000001          = SY-00980
    T5 bb factor c2 B1 9000 basis=364            = SY-00980
    T6 bb factor c2 B1 9000 rate=10000000000001  = SY-00980
    T7 bb factor c2 B1 9000 days=9-8             = SY-00980
    T8 bb factor c2 B1 9000 days=9-367           = SY-00980
    T9 c2 factor s2 C2 9000                      = SY-01306
    T10 op factor c2 B1 9000                     = SY-01306
    T11 reg factor c2 B1 9000                    = SY-01306
    T12 bb factor ba B1 9000                     = SY-01490
    T13 bb factor reg B1 9000                    = SY-01490
    T14 bb factor nobody B1 9000                 = SY-01490
    # A sponsor pays for its customer, and yet factors with its own money only.
    T15 bb factor c2 C2 9000                     = SY-00222
    T16 bb factor c2 AUSD 9000                   = SY-00222
    T17 bb factor c2 NONE 9000                   = SY-00220
    T18 bb factor c2 B1 9000                     = factorings 0
    T19 bb sever 9                              = SY-01482
    T20 ba sever 0                              = SY-01486
    T21 c2 sever 0                              = factorings 0
    T22 bb sever 0                              = SY-01492
";

const SALE: &str = "
    T1 c2 claim c1 10000 C2                     = promises 0
    T2 c1 bind 0 C1                             = promises 0
    T3 c2 split 0 4000,6000                     = portions 0
    T4 c2 claim c1 2000 C2                      = promises 1
    T5 c1 bind 1 C1                             = promises 1
    T6 bb factor c2 B1 8000 fee=2500             = factorings 0
    T7 bb factor c2 B1 8000 days=11-90           = factorings 1
    T8 bb factor c2 B1 8000 until=1              = factorings 2
    T9 bb factor c2 B1 8000 advance=1            = factorings 3
    T10 bb factor c1 B1 8000                     = factorings 4
    T11 ba factor c2 AUSD 8000 asset=1           = factorings 5
    T12 c2 sell 0 none C2 1                     = SY-00979
    T13 c2 sell 0 1,1 C2 1                      = SY-00979
    T14 c2 sell 0 1 C2 1 repeat=201             = SY-00979
    T15 c2 sell 9 1,3 C2 1                      = SY-01482
    T16 s2 sell 0 1,3 S2 1                      = SY-01488
    T17 bb sell 0 1,3 B1 1                      = SY-01488
    T18 c2 sell 2 1,3 C2 1                      = SY-01492
    # One portion that cannot be sold keeps back all of them.
    T19 c2 sell 0 1,9 C2 1                      = SY-01302
    T20 c2 sell 0 1,0 C2 1                      = SY-01322
    T21 c2 sell 5 1,3 C2 1                      = SY-01494
    T22 c2 sell 1 1,3 C2 1                      = SY-01498
    T23 c2 sell 3 1,3 C2 1                      = SY-01500
    T24 c2 sell 0 1,2,3 C2 1                    = SY-01502
    # 4,000 and 2,000, four fifths of them for ten days at 3.6 %: 4 and 2; a quarter of a hundredth as fee: 10 and 5.
    T25 c2 sell 0 1,3 C2 4780                   = SY-01504
    T26 c2 sell 0 1,3 B1 1                      = SY-01340
    bal C2 0
    T27 c2 sell 0 1,3 C2 4779                   = portfolios 0
    bal C2 4779
    bal B1 995221
    portion 1 bb 4000
    portion 3 bb 2000
    portfolio 0 open=2 face=6000 use=4800
    # What is factored is in no other use, whoever holds it.
    T28 c2 sell 0 1 C2 1                        = SY-01314
    T29 bb transfer 1 ba A1                     = SY-01325
    T30 bb split 1 1000,3000                    = SY-01325
    T31 bb pledge 1 ba A1 1000                  = SY-01325
    T32 bb giveup 1                             = SY-01325
    T33 ba quote c1 A1 9000                     = financing-offers 0
    T34 bb finance 0 1 1                        = SY-01325
    T35 bb release 1                            = SY-01326
    T36 c2 pledge 2 ba A1 1000                  = portions 2
    T37 c2 sell 0 2 C2 1                        = SY-01324
    T38 ba release 2                            = portions 2
    # A debtor does not factor its own debt.
    T39 c2 transfer 2 c1 C1                     = portions 2
    T40 c1 sell 4 2 C1 1                        = SY-01496
    T41 c1 transfer 2 c2 C2                     = portions 2
    T42 c2 sell 0 2 C2 1                        = SY-01502
    T43 c2 sever 0                              = factorings 0
    T44 c2 sell 0 2 C2 1                        = SY-01492
    block 864000
    # The debtor pays all: the factor its advance, the seller the holdback. The factor keeps 6 for the time and 15 as fee.
    T45 bb honour 1 B1                          = SY-01322
    promise 0 paid 0
    promise 1 paid 0
    bal B1 1000021
    bal C2 11979
    portfolio 0 open=0 collected=4800 returned=1200 withheld=0 owed=0 use=0
";

const DILUTION: &str = "
    T1 c2 claim c1 4000 C2                      = promises 0
    T2 c1 bind 0 C1                             = promises 0
    T3 c2 claim c1 2000 C2                      = promises 1
    T4 c1 bind 1 C1                             = promises 1
    T5 bb factor c2 B1 8000                      = factorings 0
    T6 c2 sell 0 0,1 C2 1                       = portfolios 0
    bal C2 4794
    T7 c1 dispute 1                             = promises 1
    # 300 stay within the holdback of 400.
    T8 op resolve 1 300                         = promises 1
    portfolio 0 open=2 diluted=300 owed=0 use=4800
    portion 1 bb 1700
    # 200 more are 100 beyond it: the seller owes them, with recourse or without.
    T9 c1 dispute 1                             = promises 1
    T10 op resolve 1 200                        = promises 1
    portfolio 0 open=2 diluted=500 owed=100 use=4800
    T11 c2 chargeback 0 C2 0                        = SY-00020
    T12 c2 chargeback 9 C2 40                       = SY-01484
    T13 bb chargeback 0 B1 40                       = SY-01488
    T14 c2 chargeback 0 C2 101                      = SY-01506
    T15 c2 chargeback 0 B1 40                       = SY-00222
    T16 c2 chargeback 0 C6 40                       = SY-00260
    T17 c2 chargeback 0 C2 40                       = portfolios 0
    portfolio 0 owed=60 use=4760
    block 864000
    # The rest is kept of the holdback of the other portion, before it comes back.
    T18 c2 chargeback 0 C2 1                        = SY-01506
    portfolio 0 open=0 collected=4700 withheld=60 returned=740 owed=0 use=0
    bal B1 1000006
    bal C2 5494
";

const RECOURSE: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c1 bind 0 C3                             = promises 0
    T3 c2 claim c1 1000 C2                      = promises 1
    T4 c1 bind 1 C4                             = promises 1
    T5 bb factor c2 B1 5000 advance=900000 recourse=1 silent=1 = factorings 0
    T6 bb factor c2 B1 5000 advance=900000       = factorings 1
    T7 c2 sell 0 0 C2 1                         = portfolios 0
    T8 c2 sell 1 1 C2 1                         = portfolios 1
    bal C2 1798
    T9 ba pay A1 C3 501                         = settled
    T10 ba pay A1 C4 950                        = settled
    T11 c2 honour 0 C2                          = SY-01390
    block 864000 empty
    # The due day is over.
    block 950400
    # Short by 499: all that came in is the factor's. Short by 50: the seller loses half of its holdback first.
    T12 bb honour 0 B1                          = SY-01394
    portfolio 0 open=1 collected=501 returned=0 use=399
    portfolio 1 open=1 collected=900 returned=50 use=0
    portion 0 bb 499
    portion 1 bb 50
    # Without recourse nobody answers for the rest.
    T13 c2 honour 1 C2                          = SY-01394
    # With recourse the seller pays the factor's part, and the claim is its own again.
    T14 c2 honour 0 C6                          = SY-00260
    T15 c2 honour 0 C2                          = portions 0
    portion 0 c2 499
    portfolio 0 open=0 back=499 use=0
    bal C2 1449
    bal B1 1000002
    T16 c1 payup 0 C1 499                       = promises 0
    T17 c1 payup 1 C1 50                        = promises 1
    portfolio 1 open=0 returned=100
    bal C2 1998
";

const CROWDED: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c1 bind 0 C1                             = promises 0
    T3 c2 transfer 0 s2 S2 recourse=1           = portions 0
    T4 s2 transfer 0 c2 C2 recourse=1           = portions 0
    T5 c2 transfer 0 s2 S2 recourse=1           = portions 0
    T6 s2 transfer 0 c2 C2 recourse=1           = portions 0
    T7 c2 transfer 0 s2 S2 recourse=1           = portions 0
    T8 s2 transfer 0 c2 C2 recourse=1           = portions 0
    T9 c2 transfer 0 s2 S2 recourse=1           = portions 0
    T10 s2 transfer 0 c2 C2 recourse=1          = portions 0
    T11 c2 transfer 0 s2 S2 recourse=1          = portions 0
    T12 s2 transfer 0 c2 C2 recourse=1          = portions 0
    T13 bb factor c2 B1 5000 recourse=1          = factorings 0
    T14 c2 sell 0 0 C2 1                        = SY-01362
    # A factor without money buys nothing.
    T15 bb factor c2 B1 5000                     = factorings 1
    T16 bb pay B1 A1 1000000                    = settled
    T17 c2 sell 1 0 C2 1                        = SY-00260
    portion 0 c2 1000
    T18 c1 dispute 0                            = promises 0
    T19 c2 sell 1 0 C2 1                        = SY-01328
    block 864000
    T20 op resolve 0 0                          = promises 0
    T21 c2 sell 1 0 C2 1                        = SY-01332
";

/// Tables of factoring.
pub(super) fn tables() -> Vec<String> {
    let tables = [AGREE, SALE, DILUTION, RECOURSE, CROWDED];
    tables.map(|table| format!("{STAGE}{table}")).into()
}

#[test]
fn tables_of_factoring_hold() {
    for table in tables() {
        Stage::new().run(&table);
    }
}

/// One sale of 1,000 with an advance of 800; answers credits of seller and factor at maturity.
fn matured(agreement: &str, before: &str) -> (u128, u128) {
    let mut stage = Stage::new();
    stage.run(&format!(
        "{STAGE}
        T1 c2 claim c1 1000 C2                  = promises 0
        T2 c1 bind 0 C1                         = promises 0
        T3 bb factor c2 B1 5000 rate=0 {agreement} = factorings 0
        T4 c2 sell 0 0 C2 800                   = portfolios 0
        {before}"
    ));
    let credits = |stage: &Stage| {
        let of = |name| read::account(&stage.ledger, stage.account(name)).unwrap();
        (of("C2").credits, of("B1").credits)
    };
    let (seller, factor) = credits(&stage);
    stage.run("block 864000\n T9 ba pay A1 C1 1 = settled");
    let (seller_after, factor_after) = credits(&stage);
    stage.run("portfolio 0 open=0 collected=800 returned=200 use=0\n bal B1 1000000");
    (seller_after - seller, factor_after - factor)
}

#[test]
fn a_debtor_pays_the_factor_when_it_is_disclosed_and_the_seller_when_it_is_silent() {
    assert_eq!(matured("silent=0", ""), (200, 800));
    // The seller's account hands 800 of 1,000 on.
    assert_eq!(matured("silent=1", ""), (1_000, 800));
}

#[test]
fn a_seller_that_cannot_hand_on_is_passed_by() {
    let frozen = "T5 op freeze C2 debits = settled";
    assert_eq!(matured("silent=1", frozen), (200, 800));
}
