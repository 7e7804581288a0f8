//! Who may do what with goods and warehouse receipts.

use super::Setting;

const STORED: &str = "
    T1 w1 store c2 RICE 1000 doc=a band=orc,-2000,-1500,30 = lots 0
    block 7200
";

const INSPECTED: &str = "
    T1 w1 store c2 RICE 1000 doc=a                      = lots 0
    T2 aud inspect 0 1000                               = lots 0
";

const ISSUED: &str = "
    T1 w1 store c2 RICE 1000 doc=a                      = lots 0
    T2 aud inspect 0 1000                               = lots 0
    T3 w1 warrant 0                                     = warehouse-receipts 0
";

const SECURED: &str = "
    T1 w1 store c2 RICE 1000 doc=a                      = lots 0
    T2 aud inspect 0 1000                               = lots 0
    T3 w1 warrant 0                                     = warehouse-receipts 0
    T4 c2 secure 0 bb 1000 cure=0                       = warehouse-receipts 0
";

/// The price falls and nothing cures it: who is secured may take the receipt.
const CALLED: &str = "
    T1 w1 store c2 RICE 1000 doc=a                      = lots 0
    T2 aud inspect 0 1000                               = lots 0
    T3 w1 warrant 0                                     = warehouse-receipts 0
    T4 c2 secure 0 bb 720000 cure=0                     = warehouse-receipts 0
    block 20
    T5 orc attest price RICE 5 observed=20 expires=864000 = attestations 0
    block 40
";

const SURRENDERED: &str = "
    T1 w1 store c2 RICE 1000 doc=a                      = lots 0
    T2 aud inspect 0 1000                               = lots 0
    T3 w1 warrant 0                                     = warehouse-receipts 0
    T4 c2 surrender 0                                   = warehouse-receipts 0
";

const CONTESTED: &str = "
    T1 w1 store c2 RICE 1000 doc=a                      = lots 0
    T2 w1 store s2 RICE 1000 doc=a                      = lots 1
";

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        before: "",
        rows: "
            RegisterGoods      | w1 w2            | store c2 RICE 1000 doc=z  | SY-01418
        ",
    },
    Setting {
        before: STORED,
        rows: "
            InspectGoods       | aud orc lg       | inspect 0 1000            | SY-01418
            SensorReport       | orc              | sense 0 -1600 7200 60     | SY-01438
        ",
    },
    Setting {
        before: INSPECTED,
        rows: "
            IssueReceipt       | w1               | warrant 0                 | SY-01432
        ",
    },
    Setting {
        before: ISSUED,
        rows: "
            TransferReceipt    | c2               | hand 0 s2                 | SY-01434
            PledgeReceipt      | c2               | secure 0 bb 500           | SY-01434
            SurrenderReceipt   | c2               | surrender 0               | SY-01434
        ",
    },
    Setting {
        before: SECURED,
        rows: "
            RepayReceipt       | bb               | lower 0 10                | SY-01436
            PartReleaseReceipt | bb               | part 0 100                | SY-01436
            ReleaseReceipt     | bb               | unsecure 0                | SY-01436
        ",
    },
    Setting {
        before: CALLED,
        rows: "
            EnforceReceipt     | bb               | seize 0                   | SY-01436
        ",
    },
    Setting {
        before: SURRENDERED,
        rows: "
            ReleaseGoods       | w1               | out 0                     | SY-01432
        ",
    },
    Setting {
        before: CONTESTED,
        rows: "
            ResolveGoods       | op               | judge 1                   | SY-01418
        ",
    },
];
