//! Receivables and the registry: one table a verb. `c1` is a core enterprise of bank `ba`, `c2` and `s2` are suppliers.

use sycee_primitives::{Amount, ParticipantId};

use crate::tests::language::Stage;

pub(super) const STAGE: &str = "
    S1 op issue A1 1000000                      = settled
    S2 op issue B1 1000000                      = settled
    S3 ba pay A1 C1 100000                      = settled
    S4 ba open s2 current S2                    = settled
    S5 ba line c1 50000                         = obligor-lines 0
    block
";

const CLAIM: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c2 claim c1 1000 C2 docs=a,b,c           = promises 1
    T3 c2 claim c1 0 C2                         = SY-00020
    T4 c2 claim c1 1000 C2 docs=,               = SY-00970
    T5 c2 claim c1 1000 C2 docs=a,a             = SY-00970
    T6 c2 claim c1 1000 C2 docs=a repeat=17     = SY-00970
    T7 c2 claim c1 1000 C2 docs=a repeat=16     = promises 2
    # Banks finance, others watch: none of them sells on credit.
    T8 ba claim c1 1000 A1                      = SY-01306
    T9 op claim c1 1000 A1                      = SY-01306
    T10 reg claim c1 1000 A1                    = SY-01306
    T11 aud claim c1 1000 A1                    = SY-01306
    T12 orc claim c1 1000 A1                    = SY-01306
    T13 c2 claim c1 1000 C2 asset=9             = SY-00210
    T14 c2 claim s2 1000 C2                     = SY-01308
    T15 c1 claim c1 1000 C1                     = SY-01308
    T16 c2 claim c1 1000 C2 due=2026-12-01      = SY-01334
    T17 c2 claim c1 1000 C2 due=2026-11-30      = SY-01334
    T18 c2 claim c1 1000 C2 due=2027-12-03      = SY-01336
    T19 c2 claim c1 1000 C2 due=2027-12-02      = SY-01338
    T20 c2 claim c1 1000 C2 due=2027-12-02 ground=g = promises 3
    T21 c2 claim c1 1000 C2 due=2027-06-03      = promises 4
    T22 c2 claim c1 1000 C2 due=2027-06-04      = SY-01338
    T23 c2 claim c1 1000 C1                     = SY-01340
    T24 c2 claim c1 1000 NONE                   = SY-00240
    promise 0 issued 0
";

const ANSWER: &str = "
    T1 c2 claim c1 1000 C2 docs=a               = promises 0
    T2 c2 claim c1 1000 C2 docs=b,a             = promises 1
    T3 c2 claim c1 49000 C2                     = promises 2
    T4 c2 claim c1 49001 C2                     = promises 3
    T5 c2 bind   0 C2                           = SY-01310
    T6 ba bind   0 C1                           = SY-01310
    T7 c1 bind   9 C1                           = SY-01300
    T8 c1 bind   0 SHUT                         = SY-00224
    T9 c1 bind   0 C2                           = SY-00222
    T10 c1 bind   0 C1                          = promises 0
    T11 c1 bind   0 C1                          = SY-01320
    # The same document cannot stand behind two promises, whoever asks.
    T12 c1 bind   1 C1                          = SY-01402
    T13 c1 bind   3 C1                          = SY-01344
    T14 c1 bind   2 C1                          = promises 2
    T15 c2 retract 1                             = promises 1
    T16 c1 reject 1                             = SY-01320
    T17 c2 reject 3                             = SY-01310
    T18 c1 retract 3                             = SY-01312
    T19 c1 reject 3                             = promises 3
    T20 c2 retract 3                             = SY-01320
    T21 c2 retract 9                             = SY-01300
    promise 0 accepted 1000
    portion 0 c2 1000
    promise 1 withdrawn 0
    promise 3 rejected 0
    bal C1 100500
    T22 c2 claim c1 1 C2 due=2026-12-03         = promises 4
    block 172800
    T23 c1 bind   4 C1                          = SY-01334
    # Without a line nothing is promised.
    T24 c2 claim c1 10 C2                       = promises 5
    T25 ba line c1 49999                        = obligor-lines 0
    T26 c1 bind   5 C1                          = SY-01344
    T27 bb line c1 60000                        = SY-01306
    T28 op line c1 60000                        = SY-01306
    T29 ba line c2 60000                        = SY-01308
    T30 ba line c1 60000 asset=7                = SY-00210
    T31 c1 line c1 60000                        = SY-01306
";

const SPLIT: &str = "
    T1 c2 claim c1 10000 C2                     = promises 0
    T2 c1 bind   0 C1                           = promises 0
    T3 c2 split 0 10000                         = SY-00972
    T4 c2 split 0 100 repeat=1001               = SY-00972
    T5 c1 split 0 4000,6000                     = SY-01314
    T6 ba split 0 4000,6000                     = SY-01314
    T7 c2 split 7 4000,6000                     = SY-01302
    T8 c2 split 0 4000,6001                     = SY-01354
    T9 c2 split 0 9901,99                       = SY-01352
    T10 c2 split 0 4000,6000                    = portions 0
    T11 c2 split 0 4000,6000                    = SY-01322
    portion 1 c2 4000
    portion 2 c2 6000
    T12 c2 split 2 5900,100                     = portions 2
    T13 c2 split 3 5800,100                     = portions 3
    T14 c2 split 5 5700,100                     = portions 5
    T15 c2 split 7 5600,100                     = portions 7
    T16 c2 split 9 5500,100                     = portions 9
    T17 c2 split 11 5400,100                    = portions 11
    T18 c2 split 13 5300,100                    = portions 13
    T19 c2 split 15 5200,100                    = portions 15
    T20 c2 split 17 5100,100                    = portions 17
    # Ten tiers below the accepted one is as deep as it goes.
    T21 c2 split 19 5000,100                    = SY-01350
    promise 0 accepted 10000
    block 864000
    T22 c2 transfer 19 s2 S2                    = SY-01322
    promise 0 paid 0
    bal C2 10000
    bal C1 90500
";

const TRANSFER: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c1 bind   0 C1                           = promises 0
    T3 c2 transfer 0 c2 C6                      = SY-01360
    T4 c2 transfer 0 s2 C6                      = SY-01340
    T5 c2 transfer 0 sus SUS                    = SY-00250
    T6 c2 transfer 0 s2 S2 recourse=1           = portions 0
    T7 c2 transfer 0 s2 S2                      = SY-01314
    T8 s2 transfer 0 c2 C2                      = portions 0
    T9 c2 transfer 0 s2 S2 recourse=1           = portions 0
    T10 s2 transfer 0 c2 C2 recourse=1          = portions 0
    T11 c2 transfer 0 s2 S2 recourse=1          = portions 0
    T12 s2 transfer 0 c2 C2 recourse=1          = portions 0
    T13 c2 transfer 0 s2 S2 recourse=1          = portions 0
    T14 s2 transfer 0 c2 C2 recourse=1          = portions 0
    T15 c2 transfer 0 s2 S2 recourse=1          = portions 0
    T16 s2 transfer 0 c2 C2 recourse=1          = portions 0
    T17 c2 transfer 0 s2 S2 recourse=1          = portions 0
    T18 s2 transfer 0 c2 C2 recourse=1          = SY-01362
    T19 s2 transfer 0 c2 C2                     = portions 0
    portion 0 c2 1000
";

const PLEDGE: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c1 bind   0 C1                           = promises 0
    T3 c2 pledge 0 bb B1 0                      = SY-00020
    T4 c2 pledge 0 s2 S2 500                    = SY-01364
    T5 c2 pledge 0 bb B1 1001                   = SY-01366
    T6 c2 pledge 0 bb A1 500                    = SY-01340
    T7 c1 pledge 0 bb B1 500                    = SY-01314
    T8 c2 pledge 0 bb B1 700                    = portions 0
    # A pledged portion is in no other use.
    T9 c2 transfer 0 s2 S2                      = SY-01324
    T10 c2 split 0 500,500                      = SY-01324
    T11 c2 pledge 0 ba A1 300                   = SY-01324
    T12 c2 giveup 0                             = SY-01324
    T13 ba quote c1 A1 5000                     = financing-offers 0
    T14 c2 finance 0 0 1                        = SY-01324
    T15 ba release 0                            = SY-01316
    T16 c2 release 0                            = SY-01316
    T17 bb release 9                            = SY-01302
    T18 bb release 0                            = portions 0
    T19 bb release 0                            = SY-01326
    T20 c2 pledge 0 bb B1 700                   = portions 0
    block 864000
    # At maturity the pledgee comes first.
    T21 c2 giveup 0                             = SY-01386
    promise 0 paid 0
    bal B1 1000700
    bal C2 300
";

const FINANCE: &str = "
    T1 c2 claim c1 10000 C2                     = promises 0
    T2 c1 bind   0 C1                           = promises 0
    T3 c2 split 0 4000,6000                     = portions 0
    T4 bb quote c1 B1 0                         = SY-00020
    T5 bb quote c1 B1 5000 basis=364            = SY-00974
    T6 bb quote c1 B1 5000 rate=10000000000001  = SY-00974
    T7 bb quote c1 B1 5000 days=9-8             = SY-00974
    T8 bb quote c1 B1 5000 days=9-367           = SY-00974
    T9 c2 quote c1 C2 5000                      = SY-01306
    T10 op quote c1 C2 5000                     = SY-01306
    T11 bb quote c2 B1 5000                     = SY-01308
    T12 bb quote c1 C2 5000                     = SY-00222
    T13 bb quote c1 B1 5000 fee=7 recourse=1    = financing-offers 0
    T14 ba quote c1 A1 5000 rate=72000000000    = financing-offers 1
    T15 bb quote c1 B1 5000 days=60-90          = financing-offers 2
    T16 bb quote c1 B1 5000 until=1             = financing-offers 3
    T17 ba quote c1 AUSD 5000 asset=1           = financing-offers 4
    T18 bb quote c1 B1 5000 fee=4000            = financing-offers 5
    T19 c2 finance 9 1 1                        = SY-01304
    T20 s2 finance 0 1 1                        = SY-01314
    T21 c2 finance 4 1 1                        = SY-01370
    T22 c2 finance 3 1 1                        = SY-01372
    T23 c2 finance 2 1 1                        = SY-01374
    T24 c2 finance 0 2 1                        = SY-01376
    T25 c2 finance 5 1 1                        = SY-01378
    # 4,000 for ten days at 3.6 % less a fee of 7: 4 for the time.
    T26 c2 finance 0 1 3990                     = SY-01380
    T27 c2 finance 0 1 3989                     = portions 1
    bal C2 3989
    bal B1 996011
    portion 1 bb 4000
    T28 bb finance 0 1 1                        = SY-01360
    T29 c2 finance 0 1 1                        = SY-01314
    T30 c2 unquote 0                            = SY-01318
    T31 bb unquote 8                            = SY-01304
    T32 bb unquote 0                            = financing-offers 0
    T33 c2 split 2 500,5500                     = portions 2
    T34 c2 finance 0 3 1                        = SY-01376
    # A bank that cannot pay takes nothing.
    T35 ba pay A1 B1 900000                     = settled
    T36 ba pay A1 B1 1000                       = settled
    T37 c2 finance 1 3 499                      = SY-00260
    bal C2 3989
    portion 3 c2 500
    block 864000
    T38 c2 giveup 0                             = SY-01386
    promise 0 paid 0
    bal B1 1901011
    bal C2 9989
";

const SHORTFALL: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c1 bind   0 C3                           = promises 0
    T3 c2 split 0 300,700                       = portions 0
    T4 c2 transfer 1 s2 S2 recourse=1           = portions 1
    T5 c1 payup 0 C1 100                        = SY-01390
    T6 c2 honour 1 C2                           = SY-01390
    T7 ba pay A1 C3 501                         = settled
    block 864000
    # Too little on the due day: it waits in the queue of the debtor's account, and nobody takes a part.
    T7a c1 payup 0 C1 100                       = SY-01390
    promise 0 due 1000
    bal C3 501
    block 950399
    T7b c2 honour 1 C2                          = SY-01390
    promise 0 due 1000
    block 950400
    T8 c2 transfer 2 s2 S2                      = SY-01332
    # 501 for claims of 300 and 700: 150 and 351.
    promise 0 overdue 499
    portion 1 s2 150
    portion 2 c2 349
    bal S2 150
    bal C2 351
    bal C3 0
    T9 ba payup 0 C1 100                        = SY-01310
    T10 c1 payup 0 C1 0                         = SY-00020
    T11 c1 payup 0 C1 500                       = SY-01392
    T12 c1 payup 0 C2 100                       = SY-00222
    T13 c1 payup 0 C4 100                       = SY-00260
    T14 c1 payup 9 C4 100                       = SY-01300
    T15 s2 honour 1 S2                          = SY-01394
    T16 ba honour 1 A1                          = SY-01394
    T17 c2 honour 9 C2                          = SY-01302
    T18 c2 honour 2 C2                          = SY-01394
    T19 c2 honour 1 C2                          = portions 1
    portion 1 c2 150
    bal S2 300
    bal C2 201
    T20 c2 honour 1 C2                          = SY-01394
    T21 c1 payup 0 C1 499                       = promises 0
    promise 0 paid 0
    bal C2 700
    T22 c1 payup 0 C1 1                         = SY-01390
    T23 c2 honour 1 C2                          = SY-01322
";

/// A promise whose day has come stands in the queue of the debtor's account.
const DUE: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c2 claim c1 600 C2                       = promises 1
    T3 c1 bind   0 C3                           = promises 0
    T4 c1 bind   1 C3                           = promises 1
    T5 ba pay A1 C3 700                         = settled
    block 864000
    # What is as urgent waits behind it or is refused, what is more urgent does not.
    T6 c1 pay C3 C2 10                          = SY-00602
    # The smaller one could be paid: it comes after the one before it.
    promise 0 due 1000
    promise 1 due 600
    T7 c1 pay C3 C2 20 until=900000             = queued
    T8 c1 pay C3 C2 30 priority=4               = settled
    T9 c1 pay C3 C2 40 bypass=1                 = settled
    bal C3 630
    T10 c2 giveup 1                             = promises 1
    promise 1 cancelled 0
    T11 ba pay A1 C3 369                        = settled
    promise 0 due 1000
    bal C3 999
    # As soon as the whole is there it is paid, and what waited behind it goes on when its turn comes.
    T12 ba pay A1 C3 1                          = settled
    promise 0 paid 0
    bal C3 0
    bal C2 1070
    T13 ba pay A1 C3 25                         = settled
    later T7 = settled
    bal C3 5
    bal C2 1090
";

const RULES: &str = "
    T1 op rules 0 usual=0                       = SY-00981
    T2 op rules 0 usual=181                     = SY-00981
    T3 op rules 0 most=367                      = SY-00981
    T4 op rules 0 tiers=11                      = SY-00981
    T5 op rules 0 part=0                        = SY-00981
    T6 ba rules 0                               = SY-01306
    T7 op rules 9                               = SY-00210
    T8 c2 claim c1 10000 C2 due=2027-06-03      = promises 0
    T9 op rules 0                               = receivable-rules 0
    # 90 days are usual now, 180 the most, three tiers, parts of 500; what was promised before stands.
    T10 c2 claim c1 1000 C2 due=2027-05-31      = SY-01336
    T11 c2 claim c1 1000 C2 due=2027-05-30      = SY-01338
    T12 c2 claim c1 1000 C2 due=2027-05-30 ground=g = promises 1
    T13 c2 claim c1 1000 C2 due=2027-03-01      = promises 2
    T14 c2 claim c1 1000 C2 due=2027-03-02      = SY-01338
    T15 c1 bind 0 C1                            = promises 0
    T16 c2 split 0 9501,499                     = SY-01352
    T17 c2 split 0 9500,500                     = portions 0
    T18 c2 split 1 9000,500                     = portions 1
    T19 c2 split 3 8500,500                     = portions 3
    T20 c2 split 5 8000,500                     = SY-01350
    # Other assets have the usual rules.
    T21 c2 claim c1 1000 C2 due=2027-06-03 asset=1 = SY-00246
    T22 op rules 0 usual=184 most=366 tiers=10 part=100 = receivable-rules 0
    T23 c2 split 5 8400,100                     = portions 5
";

const DISPUTE: &str = "
    T1 c2 claim c1 1000 C2 docs=a               = promises 0
    T2 c1 dispute 0                             = SY-01332
    T3 c1 bind   0 C1                           = promises 0
    T4 c2 split 0 300,700                       = portions 0
    T5 c2 dispute 0                             = SY-01310
    T6 op resolve 0 0                           = SY-01330
    T7 c1 dispute 0                             = promises 0
    T8 c1 dispute 0                             = SY-01328
    T9 c2 transfer 1 s2 S2                      = SY-01328
    T10 c1 resolve 0 0                          = SY-01306
    T11 reg resolve 0 0                         = SY-01306
    T12 op resolve 9 0                          = SY-01300
    T13 op resolve 0 1000                       = SY-01384
    # A disputed promise is not paid by itself.
    block 864000
    T14 c2 giveup 9                             = SY-01300
    promise 0 accepted 1000
    T15 op resolve 0 101                        = promises 0
    portion 1 c2 270
    portion 2 c2 629
    block 864100
    T16 c2 giveup 9                             = SY-01300
    promise 0 paid 0
    bal C2 899
    bal C1 99601
    T17 c2 claim c1 500 C2 due=2026-12-20 docs=b = promises 1
    T18 c2 claim c1 500 C2 due=2026-12-20 docs=b = promises 2
    T19 c1 bind   1 C1                          = promises 1
    T20 c1 bind   2 C1                          = SY-01402
    T21 c2 split 3 100,400                      = portions 3
    T22 c2 transfer 4 s2 S2                     = portions 4
    T23 c2 giveup 1                             = SY-01388
    T24 s2 transfer 4 c2 C2                     = portions 4
    T25 c2 giveup 1                             = promises 1
    T26 c2 giveup 1                             = SY-01386
    # What was given up frees its documents.
    T27 c1 bind   2 C1                          = promises 2
";

const REGISTRY: &str = "
    T1 bb enter a.1 1000 0                      = SY-00020
    T2 bb enter a.1 1000 1001                   = SY-00976
    T3 c2 enter a.1 1000 100                    = SY-01400
    T4 op enter a.1 1000 100                    = SY-01400
    T5 reg enter a.1 1000 100                   = SY-01400
    T6 bb enter a.1 1000 100 asset=9            = SY-00210
    T7 bb enter a.1 1000 600                    = documents 0
    T8 ba enter a.1 1001 400                    = SY-01404
    T9 ba enter a.1 1000 401                    = SY-00976
    T10 ba enter a.1 1000 400                   = documents 0
    T11 ba enter a.1 1000 1                     = SY-01402
    # The same number with another amount is an alert, not a refusal.
    T12 ba enter a.2 2000 1                     = documents 1
    T13 c2 claim c1 1000 C2 docs=a.1            = promises 0
    T14 c1 bind   0 C1                          = SY-01402
    T15 ba free b 1                             = SY-01406
    T16 ba free a.1 0                           = SY-00020
    T17 ba free a.1 401                         = SY-01408
    T18 ba free a.1 400                         = documents 0
    T19 c1 bind   0 C1                          = SY-01402
    T20 bb free a.1 600                         = documents 0
    T21 c1 bind   0 C1                          = promises 0
    T22 bb enter a.1 1000 1                     = SY-01402
    T23 bb free a.1 1                           = SY-01408
";

const CROWD: &str = "
    T0 ba line c1 2000000                       = obligor-lines 0
    T1 c2 claim c1 1100000 C2                   = promises 0
    T2 c1 bind   0 C1                           = promises 0
    T2a c2 split 0 100000 repeat=11             = portions 0
    T3 c2 split 1 100 repeat=1000            = portions 1
    T4 c2 split 2 100 repeat=1000            = portions 2
    T5 c2 split 3 100 repeat=1000            = portions 3
    T6 c2 split 4 100 repeat=1000            = portions 4
    T7 c2 split 5 100 repeat=1000            = portions 5
    T8 c2 split 6 100 repeat=1000            = portions 6
    T9 c2 split 7 100 repeat=1000            = portions 7
    T10 c2 split 8 100 repeat=1000            = portions 8
    T11 c2 split 9 100 repeat=1000            = portions 9
    T12 c2 split 10 100 repeat=1000             = SY-01356
    T13 c2 split 10 100 repeat=998              = SY-01354
    T14 c2 split 10 100000,100                  = SY-01354
    T15 c2 split 10 99900,100                   = portions 10
    T16 op issue A1 2000000                     = settled
    T17 ba pay A1 C1 1000000                    = settled
    promise 0 accepted 1100000
    # A block touches ten thousand portions, whoever asks.
    T15a c2 claim c1 100000 C2                  = promises 1
    T15b c1 bind   1 C1                         = promises 1
    T15i c2 split 9014 100 repeat=1000          = portions 9014
    T15c c1 dispute 0                           = promises 0
    T15d c1 dispute 1                           = promises 1
    block 60
    T15e op resolve 0 0                         = promises 0
    T15f op resolve 1 0                         = SY-01508
    T15g c2 giveup 1                            = SY-01508
    block 90
    T15h c2 giveup 1                            = promises 1
    block 864000
    T18 c2 giveup 0                             = SY-01386
    promise 0 paid 0
    bal C2 1100000
    bal C1 500
";

/// Nobody has set a line.
const NO_LINE: &str = "
    T1 c2 claim c1 1000 C2                      = promises 0
    T2 c1 bind   0 C1                           = SY-01342
";

/// Tables of receivables and the registry.
pub(super) fn tables() -> Vec<String> {
    let tables = [
        CLAIM, ANSWER, SPLIT, TRANSFER, PLEDGE, FINANCE, SHORTFALL, DUE, RULES, DISPUTE, REGISTRY,
        CROWD,
    ];
    let staged = tables.map(|table| format!("{STAGE}{table}"));
    staged.into_iter().chain([NO_LINE.to_owned()]).collect()
}

#[test]
fn tables_of_the_supply_chain_hold() {
    for table in tables() {
        Stage::new().run(&table);
    }
}

#[test]
fn seventeen_banks_are_too_many_for_one_document() {
    let mut stage = Stage::new();
    stage.run("T1 bb enter a 1000 1 = documents 0");
    let documents = &mut stage.ledger.products.documents;
    documents.update(0, |it| {
        for bank in 100..115 {
            it.add(ParticipantId(bank), Amount::from_minor(1).unwrap());
        }
    });
    stage.run("T2 ba enter a 1000 1 = SY-01410");
    stage.run("T3 bb enter a 1000 1 = documents 0");
}
