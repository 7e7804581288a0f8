//! Who may do what with receivables, factoring and the registry.

use super::Setting;

const CLAIMED: &str = "
    T1 c2 claim c1 1000 C2 docs=x                       = promises 0
";

const BOUND: &str = "
    T1 c2 claim c1 1000 C2 docs=x                       = promises 0
    T2 c1 bind 0 C1                                     = promises 0
    T3 bb quote c1 B1 5000                              = financing-offers 0
    T4 bb factor c2 B1 5000                              = factorings 0
";

const PLEDGED: &str = "
    T1 c2 claim c1 1000 C2 docs=x                       = promises 0
    T2 c1 bind 0 C1                                     = promises 0
    T3 c2 pledge 0 bb B1 500                            = portions 0
";

const DISPUTED: &str = "
    T1 c2 claim c1 1000 C2 docs=x                       = promises 0
    T2 c1 bind 0 C1                                     = promises 0
    T3 c1 dispute 0                                     = promises 0
";

const OVERDUE: &str = "
    T1 c2 claim c1 1000 C2 docs=x                       = promises 0
    T2 c1 bind 0 C3                                     = promises 0
    T3 ba pay A1 C2 5000                                = settled
    T4 c2 transfer 0 s2 S2 recourse=1                   = portions 0
    block 864000 empty
    # Nothing came in on the due day.
    block 950400 empty
";

const OWING: &str = "
    T1 c2 claim c1 1000 C2 docs=x                       = promises 0
    T2 c1 bind 0 C1                                     = promises 0
    T3 bb factor c2 B1 5000                              = factorings 0
    T4 c2 sell 0 0 C2 1                                 = portfolios 0
    T5 c1 dispute 0                                     = promises 0
    T6 op resolve 0 300                                 = promises 0
";

const REGISTERED: &str = "
    T1 bb enter d 1000 100                              = documents 0
";

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        before: "",
        rows: "
            IssueReceivable    | c2 s2 w1 lg w2   | claim c1 100 {own} docs=y | SY-01306 | c1=SY-01308
            SetObligorLine     | ba               | line c1 60000             | SY-01306
            SetReceivableRules | op               | rules 0                   | SY-01306
            OfferFinancing     | ba bb ib         | quote c1 {own} 5000       | SY-01306
            OfferFactoring     | ba bb ib         | factor c2 {own} 5000       | SY-01306
            RegisterFinancing  | ba bb ib         | enter d 1000 100          | SY-01400
        ",
    },
    Setting {
        before: CLAIMED,
        rows: "
            AcceptReceivable   | c1               | bind 0 C1                 | SY-01310
            RejectReceivable   | c1               | reject 0                  | SY-01310
            WithdrawReceivable | c2               | retract 0                 | SY-01312
        ",
    },
    Setting {
        before: BOUND,
        rows: "
            SplitReceivable    | c2               | split 0 400,600           | SY-01314
            TransferReceivable | c2               | transfer 0 s2 S2          | SY-01314
            PledgeReceivable   | c2               | pledge 0 bb B1 500        | SY-01314
            FinanceReceivable  | c2               | finance 0 0 1             | SY-01314
            FactorPortfolio    | c2               | sell 0 0 {own} 1          | SY-01488
            CancelReceivable   | c2               | giveup 0                  | SY-01388
            DisputeReceivable  | c1               | dispute 0                 | SY-01310
            WithdrawOffer      | bb               | unquote 0                 | SY-01318
            EndFactoring       | bb c2            | sever 0                   | SY-01486
        ",
    },
    Setting {
        before: PLEDGED,
        rows: "
            ReleasePledge      | bb               | release 0                 | SY-01316
        ",
    },
    Setting {
        before: DISPUTED,
        rows: "
            ResolveDispute     | op               | resolve 0 0               | SY-01306
        ",
    },
    Setting {
        before: OVERDUE,
        rows: "
            PayReceivable      | c1               | payup 0 {own} 1           | SY-01310
            HonourRecourse     | c2               | honour 0 {own}            | SY-01394
        ",
    },
    Setting {
        before: OWING,
        rows: "
            PayChargeback      | c2               | chargeback 0 {own} 10         | SY-01488
        ",
    },
    Setting {
        before: REGISTERED,
        rows: "
            ReleaseFinancing   | bb               | free d 100                | SY-01408
        ",
    },
];
