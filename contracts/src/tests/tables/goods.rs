//! Goods and warehouse receipts: one table a concern. `w1` and `w2` are warehouses, `lg` is a carrier; a unit is worth 10.00.

use crate::tests::language::Stage;

const STAGE: &str = "
    S1 op register w1 warehouse sponsor=ba          = settled
    S2 op register lg logistics sponsor=ba          = settled
    S3 orc attest price RICE 10                     = attestations 0
    block
";

const LOTS: &str = "
    T1 w1 store c2 RICE 1000 doc=a                  = lots 0
    # Others keep no warehouse.
    T2 ba store c2 RICE 1000                        = SY-01418
    T3 c1 store c2 RICE 1000                        = SY-01418
    T4 c2 store c2 RICE 1000                        = SY-01418
    T5 op store c2 RICE 1000                        = SY-01418
    T6 reg store c2 RICE 1000                       = SY-01418
    T7 lg store c2 RICE 1000                        = SY-01418
    T8 w1 store reg RICE 1000                       = SY-01457
    T9 w1 store w1 RICE 1000                        = SY-01457
    T10 w1 store sus RICE 1000                      = SY-01457
    T11 w1 store c2 RICE 0                          = SY-00978
    T12 w1 store c2 RICE 1000000000001              = SY-00978
    T13 w1 store c2 RICE 1000 decay=1000001         = SY-00978
    T14 w1 store c2 RICE 1000 band=orc,1,0,0        = SY-00978
    T15 w1 store c2 RICE 1000 band=aud,0,1,0        = SY-01459
    # A document that is financed elsewhere stores nothing.
    T16 bb enter b 1000 600                         = documents 0
    T17 w1 store c2 RICE 1000 doc=b                 = SY-01402
    T18 lg inspect 9 1000                           = SY-01420
    T19 w1 inspect 0 1000                           = SY-01418
    T20 c2 inspect 0 1000                           = SY-01418
    T21 ba inspect 0 1000                           = SY-01418
    T22 lg inspect 0 1000 grade=0                   = SY-00978
    T23 w1 warrant 0                                = SY-01442
    T24 lg inspect 0 999                            = lots 0
    T25 w1 warrant 0                                = SY-01464
    T26 aud inspect 0 1000 grade=2                  = lots 0
    T27 c2 warrant 0                                = SY-01432
    T28 w1 warrant 9                                = SY-01420
    T29 w1 warrant 0                                = warehouse-receipts 0
    T30 w1 warrant 0                                = SY-01440
    T31 aud inspect 0 1000                          = SY-01440
    # Its document is taken: nobody finances it a second time.
    T32 bb enter a 1000 1                           = SY-01402
    # Who brought the goods does not inspect them.
    T33 w1 store lg RICE 5 doc=c                    = lots 1
    T34 lg inspect 1 5                              = SY-01430
    lot 0 receipted 0
    receipt 0 c2 1000
";

const CONTROL: &str = "
    T1 w1 store c2 RICE 1000 doc=a                  = lots 0
    T2 aud inspect 0 1000                           = lots 0
    T3 w1 warrant 0                                 = warehouse-receipts 0
    T4 c1 hand 0 ba                                 = SY-01434
    T5 w1 hand 0 ba                                 = SY-01434
    T6 c2 hand 9 ba                                 = SY-01422
    T7 c2 hand 0 c2                                 = SY-01455
    T8 c2 hand 0 reg                                = SY-01457
    T9 c2 hand 0 bs                                 = SY-01457
    T10 c2 hand 0 s2                                = warehouse-receipts 0
    # Control has passed: the former holder has none, in any order of the two.
    T11 c2 hand 0 c1                                = SY-01434
    T12 s2 surrender 9                              = SY-01422
    T13 c2 surrender 0                              = SY-01434
    T14 w1 out 0                                    = SY-01449
    T15 s2 surrender 0                              = warehouse-receipts 0
    T16 s2 hand 0 c1                                = SY-01448
    T17 s2 surrender 0                              = SY-01448
    T18 s2 out 0                                    = SY-01432
    T19 w1 out 9                                    = SY-01422
    T20 w1 out 0                                    = warehouse-receipts 0
    T21 w1 out 0                                    = SY-01449
    lot 0 gone 0
    # The document is free again, and so may be stored anew.
    T22 w1 store s2 RICE 1000 doc=a                 = lots 1
";

const PLEDGE: &str = "
    T1 w1 store c2 RICE 1000 doc=a                  = lots 0
    T2 aud inspect 0 1000                           = lots 0
    T3 w1 warrant 0                                 = warehouse-receipts 0
    T4 c1 secure 0 ba 1                             = SY-01434
    T5 c2 secure 0 c1 1                             = SY-01456
    T6 c2 secure 0 bs 1                             = SY-01456
    T7 c2 secure 0 ba 0                             = SY-00020
    T8 c2 secure 0 ba 1 haircut=1000000             = SY-00978
    T9 c2 secure 0 ba 1 ltv=0                       = SY-00978
    T10 c2 secure 0 ba 1 ltv=1000001                = SY-00978
    T11 c2 secure 0 ba 1 cure=31                    = SY-00978
    T12 c2 secure 0 ba 1 asset=9                    = SY-00210
    T13 c2 secure 0 ba 1 pricer=op                  = SY-01460
    # 1,000 units at 10.00 less 10 % are 9,000.00; 80 % of that is 7,200.00.
    T14 c2 secure 0 ba 720001                       = SY-01462
    T15 ba unsecure 0                               = SY-01435
    T16 c2 secure 0 ba 720000                       = warehouse-receipts 0
    # In one pledge at a time, whoever is first; and it moves no more.
    T17 c2 secure 0 bb 1                            = SY-01450
    T18 c2 hand 0 s2                                = SY-01450
    T19 c2 surrender 0                              = SY-01450
    T20 bb unsecure 0                               = SY-01436
    T21 bb lower 0 1                                = SY-01436
    T22 bb part 0 1                                 = SY-01436
    T23 bb seize 0                                  = SY-01436
    T24 ba seize 0                                  = SY-01468
    T25 ba lower 0 0                                = SY-00020
    T26 ba lower 0 720000                           = SY-01467
    T27 ba part 0 0                                 = SY-00978
    T28 ba part 0 1000                              = SY-01454
    T29 ba part 0 1                                 = SY-01462
    T30 ba lower 0 360000                           = warehouse-receipts 0
    T31 ba part 0 501                               = SY-01462
    T32 ba part 0 500                               = warehouse-receipts 1
    receipt 0 c2 500
    receipt 1 c2 500
    T33 c2 hand 1 s2                                = warehouse-receipts 1
    T34 ba unsecure 0                               = warehouse-receipts 0
    T35 c2 hand 0 s2                                = warehouse-receipts 0
    # Both parts leave; then the lot is gone.
    T36 s2 surrender 0                              = warehouse-receipts 0
    T37 w1 out 0                                    = warehouse-receipts 0
    lot 0 receipted 0
    T38 s2 surrender 1                              = warehouse-receipts 1
    T39 w1 out 1                                    = warehouse-receipts 1
    lot 0 gone 0
";

const MARGIN: &str = "
    T1 w1 store c2 RICE 1000 doc=a                  = lots 0
    T2 aud inspect 0 1000                           = lots 0
    T3 w1 warrant 0                                 = warehouse-receipts 0
    T4 c2 secure 0 ba 720000 cure=0                 = warehouse-receipts 0
    receipt 0 c2 1000
    # The price falls by one part in a thousand: the call is there in the same block.
    block 20
    T5 orc attest price RICE 9990 scale=3 observed=20 = attestations 0
    receipt 0 c2 1000 call
    T6 ba lower 0 719                               = warehouse-receipts 0
    receipt 0 c2 1000 call
    T7 ba lower 0 1                                 = warehouse-receipts 0
    receipt 0 c2 1000
    # It rises and falls again; a cure time of no days is over at once.
    block 40
    T8 orc attest price RICE 5 observed=40          = attestations 0
    receipt 0 c2 1000 call
    T9 ba seize 0                                   = warehouse-receipts 0
    receipt 0 ba 1000
    T10 ba hand 0 s2                                = warehouse-receipts 0
    T11 s2 secure 0 bb 100 cure=1                   = warehouse-receipts 0
    block 60
    T12 orc attest price RICE 0 observed=60         = attestations 0
    receipt 0 s2 1000 call
    T13 bb seize 0                                  = SY-01470
    T14 bb part 0 1                                 = SY-01462
    # The price lapses: what cannot be valued is called for, as the next day opens, and ends when it is attested again.
    block 80
    T15 orc attest price RICE 10 observed=80        = attestations 0
    receipt 0 s2 1000
    block 86400 empty
    receipt 0 s2 1000 call
    T16 bb part 0 1                                 = SY-01460
";

const DECAY: &str = "
    # A hundredth of the value is lost each day.
    T1 w1 store c2 RICE 1000 doc=a decay=10000      = lots 0
    T2 aud inspect 0 1000                           = lots 0
    T3 w1 warrant 0                                 = warehouse-receipts 0
    T4 orc attest price RICE 10 observed=2 expires=864000 = attestations 0
    T5 c2 secure 0 ba 712800                        = warehouse-receipts 0
    block 86400 empty
    receipt 0 c2 1000
    block 172800 empty
    receipt 0 c2 1000 call
";

const COLD: &str = "
    T1 w1 store c2 RICE 1000 doc=a band=lg,-2000,-1500,30 = lots 0
    T2 aud inspect 0 1000                           = lots 0
    T3 w1 warrant 0                                 = warehouse-receipts 0
    T4 orc attest price RICE 10 observed=1 expires=864000 = attestations 0
    T5 c2 secure 0 ba 720000                        = warehouse-receipts 0
    block 36000
    T6 orc sense 0 -1600 3600 60                    = SY-01438
    T7 w1 sense 0 -1600 3600 60                     = SY-01438
    T8 lg sense 9 -1600 3600 60                     = SY-01420
    T9 lg sense 0 -1600 3600 0                      = SY-00978
    T10 lg sense 0 -1600 3600 10081                 = SY-00978
    T11 lg sense 0 -1600 3600 61                    = SY-01474
    T12 lg sense 0 -1600 36060 60                   = SY-01476
    T13 lg sense 0 -1500 7200 60                    = lots 0
    # No minute counts twice.
    T14 lg sense 0 -1499 7200 1                     = SY-01474
    T15 lg sense 0 -1499 9000 30                    = lots 0
    lot 0 receipted 30
    receipt 0 c2 1000
    # One minute beyond the tolerance freezes the goods and calls for margin at once.
    T16 lg sense 0 -2001 9060 1                     = lots 0
    lot 0 receipted 31
    receipt 0 c2 1000 call
    T17 ba part 0 1                                 = SY-01452
    T18 c2 hand 0 s2                                = SY-01450
    T19 ba unsecure 0                               = warehouse-receipts 0
    T20 c2 hand 0 s2                                = SY-01452
    T21 c2 surrender 0                              = SY-01452
    T22 ba judge 0                                   = SY-01418
    T23 reg judge 0                                  = SY-01418
    T24 op judge 9                                   = SY-01420
    T25 op judge 0                                   = lots 0
    T26 op judge 0                                   = SY-01478
    lot 0 receipted 30
    T27 c2 surrender 0                              = warehouse-receipts 0
    # A breach between surrender and release keeps the goods where they are.
    T28 lg sense 0 0 9120 1                         = lots 0
    T29 w1 out 0                                    = SY-01452
    T30 op judge 0                                   = lots 0
    T31 w1 out 0                                    = warehouse-receipts 0
    T32 lg sense 0 0 9180 1                         = SY-01440
    # A lot without a band has no sensor.
    T33 w1 store c2 RICE 1 doc=b                    = lots 1
    T34 lg sense 1 0 9180 1                         = SY-01438
";

const CLAIMS: &str = "
    T1 w1 store c2 RICE 1000 doc=a                  = lots 0
    T2 aud inspect 0 1000                           = lots 0
    T3 w1 warrant 0                                 = warehouse-receipts 0
    T4 c2 secure 0 ba 720000                        = warehouse-receipts 0
    # The same document a second time: the new lot is contested, the old one frozen, its bank called.
    T5 w1 store s2 RICE 1000 doc=a                  = lots 1
    lot 1 contested 0
    receipt 0 c2 1000 call
    T6 aud inspect 1 1000                           = SY-01440
    T7 w1 warrant 1                                 = SY-01440
    T8 ba part 0 1                                  = SY-01452
    T9 op judge 1 upheld=1                           = SY-01480
    T10 op judge 0                                   = SY-01478
    T11 op judge 1                                   = lots 1
    lot 1 void 0
    receipt 0 c2 1000
    # Before a receipt is issued the operator may find for the later one; a third stays contested.
    T12 w1 store c2 RICE 10 doc=b                   = lots 2
    T13 w1 store s2 RICE 10 doc=b                   = lots 3
    T14 w1 store c1 RICE 10 doc=b                   = lots 4
    T15 aud inspect 2 10                            = lots 2
    T16 w1 warrant 2                                = SY-01452
    T17 op judge 3 upheld=1                          = lots 3
    lot 2 void 0
    lot 3 registered 0
    lot 4 contested 0
    T18 op judge 4 upheld=1                          = SY-01480
    T19 op judge 4                                   = lots 4
    lot 4 void 0
    T20 aud inspect 3 10                            = lots 3
    T21 w1 warrant 3                                = warehouse-receipts 1
    receipt 1 s2 10
";

pub(super) fn tables() -> Vec<String> {
    [LOTS, CONTROL, PLEDGE, MARGIN, DECAY, COLD, CLAIMS]
        .map(|table| format!("{STAGE}{table}"))
        .to_vec()
}

#[test]
fn tables_of_goods_hold() {
    for table in tables() {
        Stage::new().run(&table);
    }
}

#[test]
fn a_price_carries_so_many_pledges_and_no_more() {
    let mut stage = Stage::new();
    stage.run(STAGE);
    stage.run(
        "
        T1 w1 store c2 RICE 1000 doc=a              = lots 0
        T2 aud inspect 0 1000                       = lots 0
        T3 w1 warrant 0                             = warehouse-receipts 0
        T4 w1 store c2 RICE 1000 doc=b              = lots 1
        T5 aud inspect 1 1000                       = lots 1
        T6 w1 warrant 1                             = warehouse-receipts 1
        T7 c2 secure 0 ba 1                         = warehouse-receipts 0",
    );
    let pledged = stage.ledger.products.warehouse_receipts.get(0).cloned();
    for _ in 1..crate::goods::PLEDGES_PER_PRICE_MAX {
        let receipts = &mut stage.ledger.products.warehouse_receipts;
        receipts.add(pledged.clone().unwrap());
    }
    stage.run("T8 c2 secure 1 ba 1 = SY-01458");
}
