//! One table a verb, one row a refusal; together they reach every number of the ledger. Tables of the products stand below.

use std::collections::BTreeSet;

use super::language::Stage;
use crate::RejectReason;

mod accounts;
mod attestations;
mod breakers;
mod calendar;
mod clock;
mod collateral;
mod conditional;
mod credit_roles;
mod defaults;
mod documentary;
mod factoring;
mod fees;
mod goods;
mod governance;
mod guarantee;
mod holds;
mod interest;
mod intraday;
mod lines;
mod linked;
mod loans;
mod orders;
mod participants;
mod payments;
mod queue;
mod receivables;
mod rights;
mod risk;
mod trade;
mod treasury;
mod versus;

const STANDING: &str = "
    T1 ba pay A1 C2 10                          = settled
    T1 ba pay A1 C2 10                          = dropped
    # The same key for another body is refused, and that answer too is given once.
    T2 ba pay A1 C2 11 key=T1                   = SY-00101
    T2 ba pay A1 C2 11                          = dropped
    # Nobody burns another's idempotency key: a stranger's attempt leaves it free.
    T3 c1 pay A1 C2 10 as=ba key=K3             = SY-00112
    T4 ba pay A1 C2 10 key=K3                   = settled
    T5 ba pay A1 C2 10 as=nobody                = SY-00110
    T6 ba-old pay A1 C2 10 as=ba                = SY-00114
    T7 ba+c1 pay A1 C2 10 as=ba                 = SY-00112
    T8 sus pay SUS C2 10                        = SY-00116
    T9 ba pay A1 C2 10 expiry=1                 = SY-00120
    T10 ba pay A1 C2 10 expiry=86402            = SY-00122
    T11 ba pay A1 C2 10 expiry=86401            = settled
    bal A1 970
    # An instruction that failed stays failed, though it could succeed now.
    T12 ba pay A1 C2 5000                       = SY-00260
    T13 op issue A1 9000                        = settled
    T12 ba pay A1 C2 5000                       = dropped
    T14 ba pay A1 C2 5000 key=T12               = SY-00101
    bal A1 9970
";

const DOOR: &str = "
    T1 ba pay A1 C2 10 chain=other              = SY-00003
    T2 unsigned pay A1 C2 10 as=ba              = SY-00004
    T3 ba+bb+c1+c2+a+b+c+d+e+f+g+h+i+j+k+l+m pay A1 C2 10 as=ba = SY-00005
    T4 ba+bb pay A1 C2 10 as=ba swap=1          = SY-00006
    T5 ba pay A1 C2 10 spoil=1                  = SY-00060
    T6 ba bulk each A1                          = SY-00010
    T7 ba bulk each A1 C2:1 repeat=8191         = SY-00012
    T8 ba bulk each A1 C2:1 C1:1 count=3        = SY-00014
    T9 ba bulk each A1 C2:1 C1:1 sum=3          = SY-00016
    T10 ba bulk each A1 C2:1 uetr=malformed     = SY-00018
    T11 ba pay A1 C2 0                          = SY-00020
    T12 op issue A1 0                           = SY-00020
    T13 ba pay A1 A1 1                          = SY-00022
    T22 ba pay A1 C2 1 priority=10              = SY-00024
    T14 op open c1 issuance X1                  = SY-00030
    T15 op register op2 operator                = SY-00040
    T16 op register new regulator keys=none     = SY-00042
    T17 op register new regulator keys=weak     = SY-00044
    T18 op register new regulator keys=k+k      = SY-00044
    T19 op register new bank                    = SY-00046
    T20 op register new supplier                = SY-00048
    T21 op register new auditor sponsor=ba      = SY-00048
    bal A1 1000
";

const PAY: &str = "
    T1 ba pay A1 C2 300 payload=secret          = settled
    T2 c1 pay C1 A1 200                         = settled
    # A sponsor bank pays for its customer; another bank does not.
    T3 ba pay C1 C2 100                         = settled
    T4 bb pay C1 C2 100                         = SY-00222
    T5 c2 pay C1 C2 100                         = SY-00222
    bal A1 900
    bal C1 200
    bal C2 400
    T6 ba pay A1 C2 1 uetr=T1                   = SY-00201
    # A UETR is used up by a refused payment as well.
    T7 ba pay A1 C2 9999                        = SY-00260
    T8 ba pay A1 C2 1 uetr=T7                   = SY-00201
    T9 ba pay A1 C2 1 date=2026-11-30           = SY-00205
    T10 ba pay A1 C2 1 date=2027-12-03          = SY-00207
    T11 ba pay A1 C2 1 asset=7                  = SY-00210
    T12 ba pay NONE C2 1                        = SY-00220
    T13 c1 pay SHUT C2 1                        = SY-00224
    T14 c1 pay STOP C2 1                        = SY-00226
    T15 ba pay AUSD C2 1                        = SY-00228
    T16 op pay ISSUE C2 1                       = SY-00230
    T17 ba pay SUS C2 1                         = SY-00232
    T18 ba pay A1 NONE 1                        = SY-00240
    T19 ba pay A1 SHUT 1                        = SY-00242
    T20 ba pay A1 STOP 1                        = SY-00244
    T21 ba pay A1 AUSD 1                        = SY-00246
    T22 ba pay A1 ISSUE 1                       = SY-00248
    T23 ba pay A1 SUS 1                         = SY-00250
    # To the last unit, and to the end of a line.
    T24 ba pay A1 C2 900                        = settled
    T25 ba pay A1 C2 1                          = SY-00260
    T26 c1 pay LINE C2 301                      = SY-00260
    T27 c1 pay LINE C2 300                      = settled
    T28 c1 pay LINE C2 1                        = SY-00260
    bal A1 0
    bal LINE -300
    bal C2 1600
    saturate C3
    T29 c1 pay C1 C3 6                          = SY-00262
    T30 c1 pay C1 C3 5                          = settled
    bal C3 5
    # Of several faults the first in the order of the numbers is told.
    T31 bb pay C1 NONE 9999 date=2026-11-30 uetr=T1 = SY-00201
    T32 bb pay C1 NONE 9999 date=2026-11-30     = SY-00205
    T33 bb pay C1 NONE 9999                     = SY-00222
    T34 c1 pay C1 NONE 9999                     = SY-00240
    # The business day turns at midnight.
    block 86399
    T35 c1 pay C1 C2 1 date=2026-12-01          = settled
    block 86400
    T36 c1 pay C1 C2 1 date=2026-12-01          = SY-00205
    T37 c1 pay C1 C2 1 date=2026-12-02          = settled
";

const BULK: &str = "
    T1 ba bulk each A1 C1:100 C2:200            = settled 2
    T1 ba bulk each A1 C1:100 C2:200            = dropped
    bal A1 700
    # Each for itself, in order: a leg that cannot settle does not stop the next.
    T2 ba bulk each A1 C1:300 C2:500 B1:400     = settled 2 [1 SY-00260]
    bal A1 0
    bal C1 900
    T3 c1 bulk each C1 NONE:1 SHUT:1 STOP:1 AUSD:1 ISSUE:1 SUS:1 C1:1 C2:0 C2:7 = settled 1 [0 SY-00240] [1 SY-00242] [2 SY-00244] [3 SY-00246] [4 SY-00248] [5 SY-00250] [6 SY-00022] [7 SY-00020]
    bal C1 893
    # All or none: the first leg that cannot settle is named.
    T4 c1 bulk all C1 C2:800 B1:100             = leg 1 SY-00260
    T5 c1 bulk all C1 C2:800 NONE:1             = leg 1 SY-00240
    bal C1 893
    T6 c1 bulk all C1 C2:800 B1:93              = settled 2
    bal C1 0
    # The same creditor many times over.
    T7 op issue C1 100                          = settled
    T8 c1 bulk all C1 C2:1 repeat=100           = settled 100
    bal C1 0
    T9 bb bulk each C1 C2:1                     = SY-00222
    T10 c1 bulk each C1 C2:1 date=2026-11-30    = SY-00205
    T11 c1 bulk each C1 C2:1 asset=1            = SY-00228
    T12 c1 bulk each LINE C2:200 C2:200         = settled 1 [1 SY-00260]
    bal LINE -200
    T13 op issue C1 100                         = settled
    saturate C3
    T14 c1 bulk each C1 C3:6 C3:3 C3:3          = settled 1 [0 SY-00262] [2 SY-00262]
    T15 c1 bulk all C1 C3:2 C3:1                = leg 0 SY-00262
    bal C3 3
    T16 op issue C5 50                          = settled
    T17 c1 bulk each C5 C3:3 C3:2 C4:1          = settled 2 [0 SY-00262]
";

const ISSUE: &str = "
    T1 op issue A1 100                          = settled
    bal A1 1100
    bal ISSUE -1900
    T2 ba issue A1 100                          = SY-00236
    T3 op issue NONE 1                          = SY-00240
    T4 op issue SHUT 1                          = SY-00242
    T5 op issue STOP 1                          = SY-00244
    T6 op issue ISSUE 1                         = SY-00248
    T7 op issue SUS 1                           = SY-00250
    T8 op issue AUSD 5                          = settled
    bal AUSD 1005
    bal ISSUE -1900
";

const OPEN: &str = "
    T1 op open c1 current NEW-1                 = settled
    T2 ba open c1 current NEW-1                 = SY-00320
    T3 bb open c1 current NEW-2                 = SY-00301
    T4 c1 open c1 current NEW-2                 = SY-00301
    T5 op open nobody current NEW-2             = SY-00305
    T6 op open sus current NEW-2                = SY-00307
    T7 op open reg current NEW-2                = SY-00309
    T8 op open c1 settlement NEW-2              = SY-00309
    T9 op open ba current NEW-2                 = SY-00309
    T10 op open c1 current NEW-2 asset=9        = SY-00210
    T11 ba open c1 current NEW-2                = settled
    # Opened and used in one block.
    T12 c1 pay C1 C2 5                          = settled
    T13 op open c2 current DE89370400440532013000 = SY-00330
    bal NEW-1 0
    T14 c1 pay C1 NEW-2 50                      = settled
    bal NEW-2 50
";

const REGISTER: &str = "
    T1 ba register new auditor                  = SY-00401
    T2 op register new supplier sponsor=nobody  = SY-00405
    T3 op register new supplier sponsor=c1      = SY-00407
    T4 op register new supplier sponsor=bs      = SY-00407
    T5 op register new auditor lei=1            = SY-00410
";

const REGISTER_TAKEN: &str = "
    T1 op register new bank bic=TESTCNAA        = settled
    # The branch XXX is the head office.
    T2 op register neu bank bic=TESTCNAAXXX     = SY-00412
    T3 op register neu auditor keys=ba          = SY-00414
    T4 op register neu auditor                  = settled
    T5 op register two auditor                  = SY-00430
";

#[test]
pub(super) fn standing() {
    Stage::new().run(STANDING);
}

#[test]
fn door() {
    Stage::new().run(DOOR);
}

#[test]
pub(super) fn pay() {
    Stage::new().run(PAY);
}

#[test]
fn pay_batch() {
    Stage::new().run(BULK);
}

#[test]
fn issue_cash() {
    Stage::new().run(ISSUE);
}

#[test]
fn open_account() {
    Stage::new().run(OPEN);
}

#[test]
fn register_participant() {
    Stage::new().run(REGISTER);
    Stage::new().run(REGISTER_TAKEN);
}

/// What no table can write: bytes (see `door`), a million rows (see `objects`).
const ELSEWHERE: &[RejectReason] = &[
    RejectReason::Oversize,
    RejectReason::Malformed,
    RejectReason::TableFull,
    // A thousand payments for one fact: see `conditional`.
    RejectReason::ConditionsFull,
    // Thousands of payments, hundreds of banks: see `queue`.
    RejectReason::QueueFull,
    RejectReason::CycleSetsFull,
    RejectReason::LimitsFull,
    RejectReason::SignaturesTooFew,
    RejectReason::ValidatorsFull,
    // A thousand grants: see `rights`.
    RejectReason::GrantsFull,
    // No outcome, but why something waits: see `versus`.
    RejectReason::MateWaits,
    // Seventeen banks: see `receivables`.
    RejectReason::FinanciersFull,
    // Ten thousand pledges: see `goods`.
    RejectReason::PledgesFull,
];

#[test]
fn every_refusal_of_the_ledger_is_reached_by_a_table() {
    // One line a file of tables.
    let files: &[&[&str]] = &[
        &[
            STANDING,
            DOOR,
            PAY,
            BULK,
            ISSUE,
            OPEN,
            REGISTER,
            REGISTER_TAKEN,
        ],
        accounts::TABLES,
        attestations::TABLES,
        breakers::TABLES,
        breakers::WATCHES,
        calendar::TABLES,
        clock::TABLES,
        holds::TABLES,
        linked::TABLES,
        orders::TABLES,
        conditional::TABLES,
        interest::TABLES,
        treasury::TABLES,
        defaults::TABLES,
        fees::TABLES,
        participants::TABLES,
        payments::TABLES,
        governance::TABLES,
        lines::TABLES,
        loans::TABLES,
        queue::TABLES,
        rights::TABLES,
        risk::TABLES,
    ];
    let tables = files
        .iter()
        .copied()
        .flatten()
        .map(|table| (*table).to_owned());
    let reached: BTreeSet<RejectReason> = tables
        .chain(receivables::tables())
        .chain(factoring::tables())
        .chain(goods::tables())
        .chain(collateral::tables())
        .chain(defaults::staged_tables())
        .chain(trade::tables())
        .chain(versus::tables())
        .chain(intraday::tables())
        .chain(documentary::tables())
        .chain(guarantee::tables())
        .flat_map(|table| Stage::new().run(&table))
        .collect();
    for reason in RejectReason::ALL {
        assert!(
            reached.contains(reason) || ELSEWHERE.contains(reason),
            "{reason:?} is not reached"
        );
    }
}
