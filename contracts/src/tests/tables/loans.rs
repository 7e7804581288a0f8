//! Loans: who may offer, accept, repay, call and give up, and what is owed in between.

use crate::{
    loan::{Delinquency, LoanStatus},
    read,
    term::waterfall::Bucket,
    tests::language::Stage,
};

/// A bank lends 300 in three months at one per cent each; the stage begins on 1 December 2026.
const LIFE: &str = "
    T1  ba  offer A1 C1 300           = loans 0
    T2  c2  accept 0                  = SY-01012
    T3  c1  repay 0 10 0              = SY-01018
    T4  c1  accept 0                  = loans 0
    T5  c1  accept 0                  = SY-01016
    bal A1 700
    bal C1 800
    T6  c1  repay 0 50 0              = SY-01020
    T7  ba  call 0                    = SY-01022
    # 1 January: 100 and 3 of interest are due, and are paid in the order of the contract.
    block 2678400
    T8  c1  repay 0 50 0              = loans 0
    T9  c1  repay 0 500 0             = loans 0
    bal C1 697
    bal A1 803
    # 1 February and 8 days, 5 of them of grace: 3 days of penalty on 100 at 18 % are 0.15, so nothing.
    block 6048000
    T10 c1  repay 0 1 0               = loans 0
    T11 ba  writeoff 0                = SY-01024
    T12 bb  call 0                    = SY-01014
    T13 ba  call 0                    = loans 0
";

const OFFERS: &str = "
    T1  ba  offer A1 C1 0                      = SY-00940
    T2  ba  offer A1 C1 10 rate=99999999999999 = SY-00942
    T3  ba  offer A1 C1 10 periods=1201        = SY-00944
    T4  ba  offer A1 C1 10 count=B252          = SY-00946
    T5  ba  offer A1 C1 10 twice=1             = SY-00948
    T55 ba  offer A1 C1 10 draw=1831           = SY-00950
    T56 ba  offer A1 C1 10 prerate=1000000000001 = SY-00950
    T57 ba  offer A1 C1 10 index=LPR1Y floor=2 cap=1 = SY-00950
    T6  ba  offer A1 A1 10                     = SY-00022
    T7  c1  offer C1 A1 10                     = SY-01000
    T8  ba  offer C1 C2 10                     = SY-01000
    T9  ba  offer A1 AUSD 10                   = SY-00246
    T10 op  open ba settlement A2              = settled
    block
    T11 ba  offer A1 A2 10                     = SY-01002
    T12 ba  offer A1 C1 10 until=0             = SY-01004
    T13 ba  offer A1 C1 5 periods=8            = SY-01006
    T14 ba  offer A1 C1 10 until=100           = loans 0
    T15 c1  accept 7                           = SY-01010
    # The offer lapses by itself.
    block 200
    T16 c1  accept 0                           = SY-01016
    T17 ba  offer A1 C1 5000                   = loans 1
    T18 c1  accept 1                           = SY-00260
";

/// Fees at acceptance, drawing in parts, costs, and prepayment against a fee.
const PARTS: &str = "
    T1  ba  offer A1 C1 300 draw=20 fee=7 costs=30 prerate=20000000000 premax=3 = loans 0
    T2  c1  draw 0 100                = SY-01018
    T3  c1  accept 0                  = loans 0
    bal A1 1007
    bal C1 493
    T4  c1  draw 0 301                = SY-01042
    T5  ba  draw 0 100                = loans 0
    T6  bb  draw 0 100                = SY-01012
    T7  c1  draw 0 0                  = SY-00020
    bal C1 593
    # After half of the first month another 120, so 1 for the first hundred, 0.6 for the rest.
    block 1296000
    T8  c1  draw 0 120                = loans 0
    block 2678400
    T9  c1  draw 0 10                 = SY-01040
    T10 c1  prepay 0 10               = SY-01028
    T11 c1  repay 0 500 1             = SY-01026
    # 220 in three parts are 73; with interest of 1.6, so 2.
    T12 c1  repay 0 500 0             = loans 0
    bal C1 638
    T13 ba  charge 0 31               = SY-01046
    T14 c1  charge 0 3                = SY-01014
    T15 ba  charge 0 0                = SY-00020
    T16 ba  charge 0 20               = loans 0
    T17 ba  charge 0 11               = SY-01046
    T18 c1  prepay 0 10               = SY-01028
    T19 c1  repay 0 500 0             = loans 0
    bal C1 618
    T20 c1  prepay 0 148              = SY-01030
    T21 c2  prepay 0 10               = SY-01012
    T22 c1  prepay 0 0                = SY-00020
    # Two per cent of 47 are 0.94, so 1; of 100 two, the half of the interest of a month on them 0.5, so 0.
    T23 c1  prepay 0 47               = loans 0
    bal C1 570
    block 3974400
    T24 c1  prepay 0 100              = loans 0
    T25 c1  prepay 0 100              = SY-01018
    bal C1 468
    bal A1 1032
";

const RATES: &str = "
    T1  ba  offer A1 C1 300 kind=bullet = loans 0
    T2  ba  offer A1 C1 300 kind=bullet index=LPR1Y spread=-30000000000 floor=10000000000 cap=480000000000 = loans 1
    T3  c1  accept 0                  = loans 0
    T4  c1  accept 1                  = loans 1
    T5  ba  reset 7                   = SY-01010
    T6  bb  reset 1                   = SY-01032
    T7  ba  reset 0                   = SY-01034
    T8  ba  reset 1                   = SY-01036
    block 2678400
    T9  c1  reset 1                   = SY-01038
    # 27 % less 3 %: two per cent a month on 300 from the first day of January on.
    T10 orc attest fixing LPR1Y 27 scale=2 observed=2678300 expires=2690000 = attestations 0
    T11 c1  reset 1                   = loans 1
    T12 ba  reset 1                   = SY-01036
    T13 c1  repay 1 3 0               = loans 1
    block 5356800
    T14 c1  repay 1 9 0               = loans 1
    bal C1 1091
";

/// Nothing is paid out to a borrower who is a day late.
const LATE: &str = "
    T1  ba  offer A1 C1 300 draw=200  = loans 0
    T2  c1  accept 0                  = loans 0
    T3  c1  draw 0 100                = loans 0
    block 2764800
    T4  c1  draw 0 10                 = SY-01044
    T5  c1  repay 0 34 0              = loans 0
    T6  c1  draw 0 10                 = loans 0
    bal C1 576
    # After the last due date nothing is left to draw, however long the time for it: it would never fall due.
    T7  ba  offer A1 C1 300 draw=200 periods=1 = loans 1
    T8  c1  accept 1                  = loans 1
    T9  c1  draw 1 100                = loans 1
    block 5443200
    T10 c1  draw 1 10                 = SY-01040
";

/// Two banks lend 300, and a third of the second one's share changes hands in the middle of a month.
const SYNDICATE: &str = "
    T1  op  issue B1 500              = settled
    T2  ba  offer A1 C1 300           = loans 0
    T3  ba  syndicate 0 A1:600000000 B1:399999999 = SY-00952
    T4  ba  syndicate 0 A1:600000000 A1:400000000 = SY-00952
    T5  ba  syndicate 0 A1:1000000000 B1:0 = SY-00952
    T6  ba  syndicate 0 A1:600000000 B1:400000000 fee=1000000000001 = SY-00952
    T7  bb  syndicate 0 A1:600000000 B1:400000000 = SY-01014
    T8  ba  syndicate 0 A1:600000000 C2:400000000 = SY-01000
    T9  ba  syndicate 9 A1:600000000 B1:400000000 = SY-01010
    T10 ba  syndicate 0 A1:600000000 B1:400000000 fee=10000000000 = syndicates 0
    T11 ba  syndicate 0 A1:600000000 B1:400000000 = SY-01048
    T12 c1  accept 0                  = SY-01050
    T13 ba  assign 0 A1 B1 100000000 9 = SY-01018
    T14 c1  joins 0                   = SY-01054
    T15 ba  joins 0                   = SY-01056
    T16 bb  joins 7                   = SY-01052
    T17 bb  joins 0                   = syndicates 0
    T18 bb  joins 0                   = SY-01056
    T19 c1  accept 0                  = loans 0
    bal A1 820
    bal B1 380
    bal C1 800
    T20 ba  syndicate 0 A1:1000000000 = SY-01016
    # After half of the month bank a sells a third of its share for 61.
    block 1296000
    T21 bb  assign 0 A1 B1 200000000 61 = SY-01054
    T22 ba  assign 0 A1 B1 600000001 61 = SY-01058
    T23 ba  assign 0 A1 C2 200000000 61 = SY-01000
    T24 ba  assign 0 A1 B1 200000000 61 until=0 = SY-01004
    T25 ba  assign 0 A1 A1 200000000 61 = SY-00022
    T26 ba  assign 0 A1 B1 0 61       = SY-00020
    T27 ba  assign 0 A1 B1 200000000 61 = syndicates 0
    T28 bb  take 0 A1 B1 200000000 60 = SY-01062
    T29 ba  take 0 A1 B1 200000000 61 = SY-00222
    T30 bb  take 7 A1 B1 200000000 61 = SY-01052
    T31 bb  take 0 A1 B1 200000000 61 = syndicates 0
    T32 bb  take 0 A1 B1 200000000 61 = SY-01062
    bal A1 881
    bal B1 319
    # January: 100 of principal by 400 to 600; of the 3 of interest each held a half over the 31 days, less a day's part:
    # 15 x 600 + 16 x 400 is less than 15 x 400 + 16 x 600, so a gets 1 and b 2. The agent keeps 1 of the 100.
    block 2678400
    T33 c1  repay 0 103 0             = loans 0
    bal C1 697
    bal A1 923
    bal B1 380
";

/// Sixteen offers may be open, and a share that was sold meanwhile is not sold again.
const SHARES: &str = "
    T1  op  issue B1 500              = settled
    T2  ba  offer A1 C1 300           = loans 0
    T3  ba  syndicate 0 A1:600000000 B1:400000000 = syndicates 0
    T4  bb  joins 0                   = syndicates 0
    T5  c1  accept 0                  = loans 0
    T10 ba  assign 0 A1 B1 400000000 1 = syndicates 0
    T11 ba  assign 0 A1 B1 400000000 2 = syndicates 0
    T12 bb  take 0 A1 B1 400000000 2  = syndicates 0
    T13 bb  take 0 A1 B1 400000000 1  = SY-01058
    T21 ba  assign 0 A1 B1 1 0        = syndicates 0
    T22 ba  assign 0 A1 B1 1 0        = syndicates 0
    T23 ba  assign 0 A1 B1 1 0        = syndicates 0
    T24 ba  assign 0 A1 B1 1 0        = syndicates 0
    T25 ba  assign 0 A1 B1 1 0        = syndicates 0
    T26 ba  assign 0 A1 B1 1 0        = syndicates 0
    T27 ba  assign 0 A1 B1 1 0        = syndicates 0
    T28 ba  assign 0 A1 B1 1 0        = syndicates 0
    T29 ba  assign 0 A1 B1 1 0        = syndicates 0
    T30 ba  assign 0 A1 B1 1 0        = syndicates 0
    T31 ba  assign 0 A1 B1 1 0        = syndicates 0
    T32 ba  assign 0 A1 B1 1 0        = syndicates 0
    T33 ba  assign 0 A1 B1 1 0        = syndicates 0
    T34 ba  assign 0 A1 B1 1 0        = syndicates 0
    T35 ba  assign 0 A1 B1 1 0        = syndicates 0
    T36 ba  assign 0 A1 B1 1 0        = SY-01060
    # A member that cannot be credited leaves its part with the agent until it can.
    block 2678400
    T40 op  freeze B1 c               = settled
    T41 c1  repay 0 50 0              = loans 0
    bal A1 872
    bal B1 378
    T42 op  freeze B1 -               = settled
    T43 c1  repay 0 53 0              = loans 0
    bal A1 843
    bal B1 460
";

/// A prepayment that shortens keeps the instalment: 102 a month, of which the last is what is left.
const SHORTER: &str = "
    T1  ba  offer A1 C1 300 kind=annuity shorter=1 = loans 0
    T2  c1  accept 0                  = loans 0
    block 2678400
    T3  c1  repay 0 300 100           = loans 0
    bal C1 598
    block 5356800
    T4  c1  repay 0 300 0             = loans 0
    bal C1 496
    T5  c1  repay 0 300 0             = SY-01018
";

/// Two instalments missed, then other terms: 306 with the interest of two months, in six months from that day on.
const RESTRUCTURE: &str = "
    T1  ba  offer A1 C1 300           = loans 0
    T2  c1  accept 0                  = loans 0
    T3  ba  renew 0 - 400 fee=1       = SY-00960
    T4  ba  renew 0 - 400 draw=1      = SY-00960
    T5  bb  renew 0 - 400             = SY-01032
    T6  ba  renew 7 - 400             = SY-01010
    T7  ba  renew 0 - 400 until=0     = SY-01004
    T8  ba  renew 0 - 400 until=86400 = loan-versions 0
    block 172800
    T9  c1  concur 0                  = SY-01066
    # 1 February: 100 and 3, 100 and 2 are unpaid; the first of them 31 days, 26 of them beyond grace: 1.30 of penalty, so 1.
    block 5356800
    T10 c1  renew 0 - 304 capital=1 periods=6 kind=annuity = loan-versions 1
    T11 ba  concur 1                  = SY-01070
    T12 c1  renew 0 - 305 capital=1 periods=6 kind=bullet = loan-versions 2
    T13 ba  concur 1                  = SY-01066
    T14 c1  concur 2                  = SY-01068
    T15 bb  concur 2                  = SY-01032
    T16 ba  concur 2                  = loan-versions 2
    T17 ba  concur 2                  = SY-01066
    # The penalty is owed still, and nothing else yet; on 1 March 3.05 of interest on 305.
    T18 c1  repay 0 500 0             = loans 0
    bal C1 799
    block 7776000
    T19 c1  repay 0 500 0             = loans 0
    bal C1 796
    # Without capitalising, interest falls due on the day: half of March is 1.53, so 2.
    block 9072000
    T20 ba  renew 0 - 305 periods=1   = loan-versions 3
    T21 c1  concur 3                  = loan-versions 3
    T22 c1  repay 0 500 0             = loans 0
    bal C1 794
    T23 c1  prepay 0 305              = loans 0
    bal C1 489
    T24 c1  renew 0 - 305             = SY-01018
    T25 ba  offer A1 C1 100           = loans 1
    T26 ba  syndicate 1 A1:1000000000 = syndicates 0
    T27 c1  accept 1                  = loans 1
    T28 ba  renew 1 - 100 capital=1   = SY-01072
    T29 ba  openline A1 C1 100        = lines 0
    T30 c1  agree 0 1                 = lines 0
    T31 ba  offer A1 C1 50 line=0     = loans 2
    T32 c1  accept 2                  = loans 2
    T33 c1  renew 2 - 50 rate=120000000001 = SY-01118
";

/// Loans that follow the calendar of the dollar, whose days are declared anew while they run.
const DAYS: &str = "
    T1  ba  offer A1 C1 300 days=9    = SY-00210
    # The first of January 2027 is a Friday, the first of February a Monday.
    T2  ba  offer A1 C1 300 days=1 shift=SCF = loans 0
    T3  ba  offer A1 C2 300 days=1 shift=CSP = loans 1
    T4  c1  accept 0                  = loans 0
    T5  c2  accept 1                  = loans 1
    T6  op  calendar asset=1 closed=sat+sun holidays=2027-01-01 = calendars 0
    T7  op  calendar asset=1          = SY-01074
    block 60
    # Until the dates of loans have been looked at nothing else is declared; a block does that.
    T8  op  calendar asset=1 closed=sat+sun holidays=2027-01-01 = calendars 0
    # 31 December: the second loan asks for what the new year would have been, with its interest.
    block 2592000
    T9  c1  repay 0 500 0             = SY-01020
    T10 c2  repay 1 500 0             = loans 1
    bal C2 197
    # 1 January is closed; the first loan falls due on Monday the fourth with three more days of interest: 3.30.
    block 2678400
    T11 c1  repay 0 500 0             = SY-01020
    block 2937600
    T12 c1  repay 0 500 0             = loans 0
    bal C1 697
    # Sunday, 31 January: the first of February is declared closed behind its day before, for one loan too late, for the other in time.
    block 5270400
    T13 op  calendar asset=1 closed=sat+sun holidays=2027-02-01 = calendars 0
    T14 c2  repay 1 500 0             = loans 1
    block 5356800
    T15 c1  repay 0 500 0             = SY-01020
    block 5443200
    T16 c1  repay 0 500 0             = loans 0
    bal C1 595
    bal C2 95
";

/// What nothing asks for yet stands in suspense, serves each due date on its day, and goes back when it is not needed.
const SUSPENSE: &str = "
    S1  op  open ba escrow HA         = settled
    S2  op  open bb escrow HB         = settled
    block
    T1  ba  offer A1 C1 300           = loans 0
    T2  c1  accept 0                  = loans 0
    T3  c1  repay 0 50 0 keep=HB      = SY-01078
    T4  c1  repay 0 50 0 keep=C1      = SY-01716
    T5  c1  giverest 0                = SY-01080
    T6  c1  repay 0 150 0 keep=HA     = loans 0
    bal C1 650
    bal HA 150
    T7  bb  giverest 0                = SY-01032
    T8  c1  giverest 7                = SY-01010
    # 1 January: 103 are due and paid out of it.
    block 2678400
    T9  c1  repay 0 500 0             = SY-01020
    bal HA 47
    bal A1 803
    # At most the 200 that have not fallen due are kept.
    T10 c1  repay 0 300 0 keep=HA     = loans 0
    bal C1 497
    bal HA 200
    T11 ba  giverest 0                = suspense 0
    bal C1 697
    T12 c1  repay 0 300 0 keep=HA     = loans 0
    bal C1 497
    # After a long silence: 102 were served on 1 February, so they bear no penalty; of 101 on 1 March three are missing.
    block 7776000
    T13 c1  repay 0 500 0             = loans 0
    bal HA 0
    bal C1 494
    bal A1 1006
    # A loan that is over keeps nothing.
    T14 ba  offer A1 C1 100           = loans 1
    T15 c1  accept 1                  = loans 1
    T16 c1  repay 1 100 0 keep=HA     = loans 1
    bal HA 100
    T17 c1  prepay 1 100              = loans 1
    bal HA 0
    bal C1 494
    # What is late comes first: 50 of 81, and the rest stands aside.
    T18 ba  offer A1 C1 100 periods=2 = loans 2
    T19 c1  accept 2                  = loans 2
    block 10454400
    T20 ba  call 2                    = SY-01022
    block 11318400
    T21 c1  repay 2 1 0               = loans 2
    T22 c1  repay 2 81 0 keep=HA      = loans 2
    bal HA 31
    T23 ba  call 2                    = SY-01022
    T24 ba  charge 2 1                = SY-01046
";

/// Over 90 days late: everything is paid on 2 April, and two due dates more before anything is paid out again.
const PROBATION: &str = "
    T1  ba  offer A1 C1 600 periods=9 draw=365 probation=2 = loans 0
    T2  c1  accept 0                  = loans 0
    T3  c1  draw 0 300                = loans 0
    block 10540800
    T4  c1  draw 0 10                 = SY-01044
    T5  c1  repay 0 700 0             = loans 0
    T6  c1  draw 0 10                 = SY-01076
    block 13046400
    T7  c1  repay 0 700 0             = loans 0
    T8  c1  draw 0 10                 = SY-01076
    block 15724800
    T9  c1  draw 0 10                 = SY-01076
    T10 c1  repay 0 700 0             = loans 0
    T11 c1  draw 0 10                 = loans 0
";

/// Interest that is above its instalment becomes principal up to a cap, and principal that comes back by a list.
const KINDS: &str = "
    T1  ba  offer A1 C1 300 kind=negative inst=0 most=302 = SY-00962
    T2  ba  offer A1 C1 300 kind=negative inst=2 most=299 = SY-00962
    T3  ba  offer A1 C1 100 kind=custom steps=3:30+2:10 = SY-00962
    T4  ba  offer A1 C1 100 kind=custom steps=1:51 periods=3 = SY-00962
    T5  ba  offer A1 C1 100 kind=custom steps=0:1 = SY-00962
    T6  ba  offer A1 C1 100 kind=call notice=181 = SY-00962
    T7  ba  offer A1 C1 100 kind=revolving minrate=1000000000001 = SY-00962
    T8  ba  openline A1 C1 100        = lines 0
    T9  c1  agree 0 1                 = lines 0
    T10 ba  offer A1 C1 50 kind=negative inst=2 most=60 line=0 = SY-01082
    T11 ba  offer A1 C1 300 kind=negative inst=2 most=302 periods=4 = loans 0
    T12 ba  syndicate 0 A1:1000000000 = SY-01072
    T13 ba  offer A1 C1 100 kind=custom steps=2:30+3:0 periods=4 = loans 1
    T14 c1  accept 0                  = loans 0
    T15 c1  accept 1                  = loans 1
    T16 c1  notice 0                  = SY-01086
    bal C1 900
    # January: 3 of interest, of which 2 fall due and 1 is added; 1 on the other.
    block 2678400
    T20 c1  repay 0 900 0             = loans 0
    T21 c1  repay 1 900 0             = loans 1
    bal C1 897
    # February: 3.01, so again 2 and 1; 1 and 30.
    block 5356800
    T22 c1  repay 0 900 0             = loans 0
    T23 c1  repay 1 900 0             = loans 1
    bal C1 864
    # March: the cap of 302 is reached, all 3 fall due; 0.7, so 1, on 70.
    block 7776000
    T24 c1  repay 0 900 0             = loans 0
    T25 c1  repay 1 900 0             = loans 1
    bal C1 860
    # April: 302 and 3, 70 and 1.
    block 10454400
    T26 c1  repay 0 900 0             = loans 0
    T27 c1  repay 1 900 0             = loans 1
    bal C1 484
    bal A1 1016
    T28 c1  repay 1 900 0             = SY-01018
    # A list is agreed to only when it fits what is owed by then.
    T29 ba  offer A1 C1 100           = loans 2
    T30 c1  accept 2                  = loans 2
    T31 ba  renew 2 - 200 kind=custom steps=1:60 = loan-versions 0
    T32 c1  concur 0                  = SY-01006
";

/// Bank a places 300 with bank b at call, two business days of notice; the stage begins on a Tuesday.
const PLACEMENT: &str = "
    T1  op  issue B1 100              = settled
    T2  op  calendar asset=1 closed=sat+sun = calendars 0
    T3  ba  offer A1 B1 300 kind=call notice=2 days=1 periods=12 = loans 0
    T4  ba  notice 0                  = SY-01018
    T5  bb  accept 0                  = loans 0
    bal A1 700
    bal B1 400
    # Notice on Friday the fourth: it is back on Tuesday the eighth, with seven days of interest: 0.70, so 1.
    block 259200
    T6  c2  notice 0                  = SY-01032
    T7  bb  notice 7                  = SY-01010
    T8  ba  notice 0                  = loans 0
    T9  bb  notice 0                  = SY-01084
    block 518400
    T10 bb  repay 0 500 0             = SY-01020
    block 604800
    T11 bb  repay 0 500 0             = loans 0
    T12 bb  repay 0 500 0             = SY-01018
    bal A1 1001
    bal B1 99
";

/// Drawn and repaid at will up to 300: each month a tenth of what is drawn falls due, at least 5.
const REVOLVING: &str = "
    T1  ba  offer A1 C1 300 kind=revolving minrate=100000000000 min=5 periods=6 = loans 0
    T2  c1  accept 0                  = loans 0
    bal C1 500
    T3  c1  draw 0 200                = loans 0
    bal C1 700
    block 2678400
    T4  c1  repay 0 500 0             = loans 0
    bal C1 678
    T5  c1  draw 0 121                = SY-01042
    T6  c1  draw 0 120                = loans 0
    T7  c1  prepay 0 300              = loans 0
    bal C1 498
    T8  c1  draw 0 50                 = loans 0
    # February: 0.50 of interest is 0, and at least 5 come back.
    block 5356800
    T9  c1  repay 0 500 0             = loans 0
    bal C1 543
    T10 ba  renew 0 - 300 kind=revolving = SY-00960
    T11 c1  notice 0                  = loans 0
    T12 c1  draw 0 1                  = SY-01040
    T13 c1  repay 0 500 0             = loans 0
    bal C1 498
    T14 c1  draw 0 1                  = SY-01018
";

/// c2 answers for a half of what is due, 100 at most.
const SURETY: &str = "
    S1  op  issue C2 60               = settled
    T1  ba  offer A1 C1 300           = loans 0
    T2  c2  surety 0 C2 0             = SY-00964
    T3  c2  surety 0 C2 9 cover=0     = SY-00964
    T4  c2  surety 9 C2 9             = SY-01010
    T5  c1  surety 0 C1 9             = SY-01088
    T6  ba  surety 0 A1 9             = SY-01088
    T7  bb  surety 0 C2 9             = SY-01090
    T8  c2  surety 0 C2 9 last=2026-11-30 = SY-01094
    T9  c2  surety 0 C2 100 cover=500000000000 = sureties 0
    T10 c1  accept 0                  = loans 0
    T11 ba  callsurety 0              = SY-01022
    T12 bb  callsurety 0              = SY-01014
    T13 ba  callsurety 5              = SY-01092
    # 8 January: 100 and 3 are late beyond grace, and half of it is 51.50, so 52; a second call brings nothing.
    block 3283200
    T14 ba  callsurety 0              = sureties 0
    T15 ba  callsurety 0              = SY-01096
    bal C2 8
    bal A1 752
    # 8 February: 51, 100 and 2, and 1 of penalty. Of 206 with what was paid half is 103, at most 100: 48 are left, and 8 are there.
    block 5961600
    T16 ba  callsurety 0              = sureties 0
    T17 ba  callsurety 0              = SY-00260
    S2  op  issue C2 100              = settled
    T18 ba  callsurety 0              = sureties 0
    T19 ba  callsurety 0              = SY-01096
    bal C2 60
    bal A1 800
    T20 c1  repaysurety 0 0           = SY-00020
    T21 c2  repaysurety 0 5           = SY-01012
    T22 c1  repaysurety 0 30          = sureties 0
    T23 ba  repaysurety 0 500         = sureties 0
    T24 c1  repaysurety 0 5           = SY-01098
    bal C1 700
    bal C2 160
    T25 bb  dropsurety 0              = SY-01014
    T26 ba  dropsurety 0              = sureties 0
    T27 ba  dropsurety 0              = SY-01094
    T28 ba  callsurety 0              = SY-01094
    T29 c2  surety 0 C2 10 last=2027-02-09 = sureties 1
    block 6134400
    T30 ba  callsurety 1              = SY-01094
    T31 c1  repay 0 500 0             = loans 0
    block 9072000
    T32 c1  repay 0 500 0             = loans 0
    T33 c2  surety 0 C2 10            = SY-01018
";

pub(super) const TABLES: &[&str] = &[
    KINDS,
    PLACEMENT,
    REVOLVING,
    SURETY,
    SUSPENSE,
    PROBATION,
    DAYS,
    LIFE,
    OFFERS,
    PARTS,
    RATES,
    LATE,
    SYNDICATE,
    SHARES,
    SHORTER,
    RESTRUCTURE,
];

#[test]
fn loans_are_drawn_charged_prepaid_and_fixed() {
    for table in [
        DAYS,
        PARTS,
        RATES,
        LATE,
        SYNDICATE,
        SHARES,
        SHORTER,
        RESTRUCTURE,
    ] {
        Stage::new().run(table);
    }
}

#[test]
fn a_called_loan_owes_everything_and_closes_when_it_is_paid() {
    let mut stage = Stage::new();
    stage.run(LIFE);
    let loan = read::loan(&stage.ledger, 0).unwrap();
    let day = stage.ledger.business_date();
    let days = stage.ledger.loan_days(loan.terms.calendar);
    assert_eq!(loan.status, LoanStatus::Active);
    assert_eq!(loan.delinquency(&days, day), Delinquency::Late30);
    // February's item less what was paid of it, and the rest, called today with 8 days of interest: 0.27.
    let owed = loan.owed(&days, day);
    let expected = [
        (Bucket::OverdueInterest, 1),
        (Bucket::OverduePrincipal, 100),
        (Bucket::CurrentInterest, 0),
        (Bucket::CurrentPrincipal, 100),
        (Bucket::Penalty, 0),
    ];
    for (bucket, amount) in expected {
        assert_eq!(owed.get(bucket), amount, "{bucket:?}");
    }
    stage.run(
        "
        T20 c1  repay 0 500 0         = loans 0
        T21 c1  repay 0 500 0         = SY-01018
        bal C1 495
        bal A1 1005
        ",
    );
    let loan = read::loan(&stage.ledger, 0).unwrap();
    assert_eq!(loan.status, LoanStatus::Closed);
}

#[test]
fn a_loan_that_is_not_repaid_is_written_off_and_recovered() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1  ba  offer A1 C1 300       = loans 0
        T2  c1  accept 0              = loans 0
        # 91 days after 1 January: 300, 6 of interest, and the penalty of 86 + 55 + 27 days on 100 at 18 %: 8.4, so 8.
        block 10540800
        T3  ba  writeoff 0            = loans 0
        T4  ba  writeoff 0            = SY-01018
        T5  c1  repay 0 1000 0        = loans 0
        T6  c1  repay 0 1000 0        = SY-01018
        bal C1 486
        bal A1 1014
        ",
    );
    let loan = read::loan(&stage.ledger, 0).unwrap();
    assert_eq!(loan.status, LoanStatus::Closed);
}

#[test]
fn a_prepayment_makes_the_later_instalments_smaller() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1  ba  offer A1 C1 300       = loans 0
        T2  c1  accept 0              = loans 0
        # After half of the first month: 120 back. Then 1.5 and 0.9 of interest are 2.4, so 2, and 60 of principal a month.
        block 1296000
        T3  c1  repay 0 120 120       = loans 0
        bal C1 680
        block 2678400
        T4  c1  repay 0 500 0         = loans 0
        bal C1 618
        ",
    );
}
