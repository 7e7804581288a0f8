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
    T5  ba  offer A1 C1 10 skip=1              = SY-00948
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

pub(super) const TABLES: &[&str] = &[LIFE, OFFERS];

#[test]
fn a_called_loan_owes_everything_and_closes_when_it_is_paid() {
    let mut stage = Stage::new();
    stage.run(LIFE);
    let loan = read::loan(&stage.ledger, 0).unwrap();
    let day = stage.ledger.business_date();
    assert_eq!(loan.status, LoanStatus::Active);
    assert_eq!(loan.delinquency(day), Delinquency::Late30);
    // February's item less what was paid of it, and the rest, called today with 8 days of interest: 0.27.
    let owed = loan.owed(day);
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
