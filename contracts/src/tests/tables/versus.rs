//! Payments versus payments that may wait for funds: matched on the same terms, settled both or neither, at once, by the sweep or in a cycle.

use crate::{
    FoundPayment, RejectReason,
    tests::language::{Stage, uetr},
};

/// `bb` and `c1` have accounts in the second asset; `bb` has 300 there.
const BEGIN: &str = "
    O1 op open bb settlement BUSD asset=1               = settled
    O2 ba open c1 current CUSD asset=1                  = settled
    block
    O3 op issue BUSD 300                                = settled
    block
";

const MATCHED: &str = "
    V1 ba versus A1 B1 700 against=V2 receive=AUSD expect=100 until=600 = parties
    avail A1 1000
    V2 bb versus BUSD AUSD 100 against=V1 receive=B1 expect=700 until=600 = settled
    later V1 = settled
    bal A1 300
    bal B1 700
    bal AUSD 1100
    bal BUSD 200
    # Nothing is set aside for the other side: what is there when it comes decides.
    V3 ba versus A1 B1 300 against=V4 receive=AUSD expect=100 until=600 = parties
    T1 ba pay A1 C2 200                                 = settled
    V4 bb versus BUSD AUSD 100 against=V3 receive=B1 expect=300 until=500 = queued
    later V3 = queued
    # It keeps its place; when money comes in, both settle, in that very block.
    T2 bb pay BUSD CUSD 50 asset=1 until=600            = queued
    T3 op issue A1 199                                  = settled
    block
    avail A1 299
    T4 op issue A1 1                                    = settled
    later V4 = settled
    later V3 = settled
    later T2 = settled
    bal A1 0
    bal BUSD 50
    bal AUSD 1200
";

const TERMS: &str = "
    V1 ba versus A1 B1 700 against=V2 receive=AUSD expect=100 until=600 = parties
    V2 bb versus BUSD AUSD 99 against=V1 receive=B1 expect=700 until=600 = SY-00674
    V3 bb versus BUSD AUSD 100 against=V1 receive=B1 expect=701 until=600 = SY-00674
    # V1 names V2, and a reference that was refused is used up: nobody else can come in between.
    V4 bb versus BUSD AUSD 100 against=V1 receive=B1 expect=700 until=600 = SY-00674
    T1 bb cancel V1                                     = SY-00288
    T2 ba cancel V1                                     = settled
    later V1 = cancelled SY-00292
    T3 ba cancel V1                                     = SY-00290
    V5 bb versus BUSD AUSD 100 against=V1 receive=B1 expect=700 until=600 = SY-00672
    V6 ba versus A1 B1 7 against=X1 receive=C3 expect=1 until=600 = SY-00670
    V7 ba versus A1 B1 7 against=X1 receive=CUSD expect=1 until=600 = SY-00670
    V8 ba versus A1 B1 7 against=V8 receive=AUSD expect=1 until=600 = SY-00912
    V9 ba versus A1 B1 7 against=X1 receive=AUSD expect=1 = SY-00912
    V10 ba versus A1 B1 7 against=X1 receive=AUSD expect=0 until=600 = SY-00912
    V11 ba versus A1 B1 7 against=X1 receive=B1 expect=1 until=600 = SY-00912
    V12 ba versus A1 B1 7 against=X1 receive=AUSD expect=1 until=600 date=2026-12-05 = SY-00207
    V13 bb versus A1 B1 7 against=X1 receive=AUSD expect=1 until=600 = SY-00222
    V14 ba versus A1 B1 7 against=X1 receive=AUSD expect=1 until=20 = parties
    block 20 empty
    later V14 = SY-00676
";

const ENDED: &str = "
    # One side takes its payment back, or time ends it: the other ends too.
    V1 ba versus A1 B1 2000 against=V2 receive=AUSD expect=100 until=600 = parties
    V2 bb versus BUSD AUSD 100 against=V1 receive=B1 expect=2000 until=600 = queued
    later V1 = queued
    T1 bb cancel V2                                     = settled
    later V2 = cancelled SY-00292
    later V1 = SY-00678
    V3 ba versus A1 B1 2000 against=V4 receive=AUSD expect=100 until=20 = parties
    V4 bb versus BUSD AUSD 100 against=V3 receive=B1 expect=2000 until=600 = queued
    later V3 = queued
    block 21 empty
    later V3 = SY-00606
    later V4 = SY-00678
    # A side that is held aside keeps the other waiting; a breaker too.
    V5 ba versus A1 B1 2000 against=V6 receive=AUSD expect=100 until=600 = parties
    V6 bb versus BUSD AUSD 100 against=V5 receive=B1 expect=2000 until=600 = queued
    later V5 = queued
    T2 bb park V6                                       = settled
    T3 op issue A1 1000                                 = settled
    block 30
    T4 op trip asset:1                                  = breakers 0
    T5 bb unpark V6                                     = settled
    block 31
    avail A1 2000
    T6 op resume asset:1                                = settled
    later V5 = settled
    later V6 = settled
    # The default of one side refuses the payment to it, and its own for the sake of that.
    V7 ba versus A1 B1 2000 against=V8 receive=AUSD expect=100 until=600 = parties
    V8 bb versus BUSD AUSD 100 against=V7 receive=B1 expect=2000 until=600 = queued
    later V7 = queued
    T7 op status bb defaulted                           = defaults 0
    later V7 = SY-00662
    later V8 = SY-00678
    V9 ba versus A1 C1 5 against=V10 receive=AUSD expect=1 until=600 = parties
";

/// Two knots in two assets that only settle together: A1 owes B1 1,500 and B1 owes A1 600; BUSD owes AUSD 900, AUSD owes BUSD 700.
const CYCLE: &str = "
    V1 ba versus A1 B1 1500 against=V2 receive=AUSD expect=900 until=600 = parties
    V2 bb versus BUSD AUSD 900 against=V1 receive=B1 expect=1500 until=600 = queued
    T1 bb pay B1 A1 600 until=600                       = queued
    T2 ba pay AUSD BUSD 1700 asset=1 until=600          = queued
    later V1 = queued
    T3 c1 pay C1 C2 1                                   = settled
    block
    T4 c1 pay C1 C2 1                                   = settled
    block
    T5 c1 pay C1 C2 1                                   = settled
    block
    bal A1 1000
    T6 c1 pay C1 C2 1                                   = settled
    later V1 = settled
    later V2 = settled
    later T1 = settled
    later T2 = settled
    bal A1 100
    bal B1 900
    bal AUSD 200
    bal BUSD 1100
";

pub(super) fn tables() -> Vec<String> {
    let all = [MATCHED, TERMS, ENDED, CYCLE];
    all.map(|table| format!("{BEGIN}{table}")).to_vec()
}

#[test]
fn versus() {
    for table in tables() {
        Stage::new().run(&table);
    }
}

#[test]
fn who_waits_for_the_other_side_is_told_so() {
    let mut stage = Stage::new();
    stage.run(&format!(
        "{BEGIN}
        V1 ba versus A1 B1 700 against=V2 receive=AUSD expect=400 until=600 = parties
        V2 bb versus BUSD AUSD 400 against=V1 receive=B1 expect=700 until=600 = queued
        later V1 = queued
        "
    ));
    let why = |name: &str| match stage.ledger.waiting_payment(&uetr(name)) {
        Some(FoundPayment::Waits(entry)) => (entry.reason, entry.missing),
        other => panic!("{other:?}"),
    };
    assert_eq!(why("V1"), (Some(RejectReason::MateWaits), 0));
    assert_eq!(why("V2"), (Some(RejectReason::InsufficientFunds), 100));
}
