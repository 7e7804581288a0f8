//! Every role's forbidden act is refused: each verb of credit, in a state in which its own party would be taken, asked by everybody else.

use crate::{RejectReason, tests::language::Stage};

/// Everybody who may sign on the stage.
const ALL: [&str; 9] = ["op", "ba", "bb", "c1", "c2", "reg", "s2", "orc", "aud"];

/// A loan that runs and is overdue, one whose collateral is to be closed out, one that is shared; two that are offered; a line with a fee that is
/// due, one that is offered. Bank a lends to c1, whose sponsor it is.
const STAGE: &str = "
    S1  op  issue B1 1000             = settled
    S2  ba  offer A1 C1 100 draw=200 costs=9 index=LPR1Y = loans 0
    S3  c1  accept 0                  = loans 0
    S4  c1  draw 0 50                 = loans 0
    S5  ba  offer A1 C1 100           = loans 1
    S6  ba  askcover A1 loan:1        = collateral 0
    S7  c1  putup 0 cash:C1:112       = collateral 0
    S8  c1  accept 1                  = loans 1
    S9  ba  putdown 0 0               = collateral 0
    S10 c1  putup 0 cash:C1:5         = collateral 0
    S11 ba  offer A1 C1 50            = loans 2
    S12 ba  syndicate 2 A1:600000000 B1:400000000 = syndicates 0
    S13 bb  joins 2                   = syndicates 0
    S14 c1  accept 2                  = loans 2
    S15 ba  openline A1 C1 100 fee=360000000000 = lines 0
    S16 c1  agree 0 1                 = lines 0
    # 8 January: the first instalments are a week late, and the fee of December is due.
    block 3283200
    S17 orc attest fixing LPR1Y 5 scale=2 observed=3283100 expires=3390000 = attestations 0
    S18 ba  offer A1 C1 100           = loans 3
    S19 ba  offer A1 C1 100           = loans 4
    S20 ba  syndicate 4 A1:600000000 B1:400000000 = syndicates 1
    S21 ba  openline A1 C1 100        = lines 1
    S22 ba  assign 2 A1 B1 100000000 5 = syndicates 0
    S23 ba  renew 0 - 100 costs=9     = loan-versions 0
    S24 c2  surety 0 C2 50            = sureties 0
    S25 ba  offer A1 C1 10 kind=call  = loans 5
    S26 c1  accept 5                  = loans 5
";

/// A verb and who may ask for it.
const VERBS: &[(&str, &[&str])] = &[
    ("offer A1 C2 10", &["ba"]),
    ("accept 3", &["c1"]),
    ("draw 0 1", &["c1", "ba"]),
    ("repay 0 1 0", &["c1", "ba"]),
    ("giverest 0", &["c1", "ba"]),
    ("notice 5", &["c1", "ba"]),
    ("surety 0 C2 5", &["c2"]),
    ("callsurety 0", &["ba"]),
    ("dropsurety 0", &["ba"]),
    ("repaysurety 0 5", &["c1", "ba"]),
    ("prepay 2 1", &["c1", "ba"]),
    ("reset 0", &["c1", "ba"]),
    ("charge 0 1", &["ba"]),
    ("call 0", &["ba"]),
    ("writeoff 0", &["ba"]),
    ("syndicate 3 A1:600000000 B1:400000000", &["ba"]),
    ("joins 4", &["ba", "bb"]),
    ("assign 2 A1 B1 1 1", &["ba"]),
    ("take 2 A1 B1 100000000 5", &["bb"]),
    ("renew 0 - 100 costs=9", &["c1", "ba"]),
    ("concur 0", &["c1"]),
    ("openline A1 C2 10", &["ba"]),
    ("agree 1 1", &["c1"]),
    ("amend 0 10", &["c1", "ba"]),
    ("endline 0", &["c1", "ba"]),
    ("linefee 0", &["c1", "ba"]),
    ("askcover A1 loan:3", &["ba"]),
    ("putup 0 cash:C1:1", &["c1"]),
    ("putdown 0 1", &["c1", "ba"]),
    ("swapcover 0 1 cash:C1:200", &["c1"]),
    ("takecover 0 1", &["ba"]),
];

/// Refusals that say who may not ask, whatever else is true.
const FORBIDDEN: [RejectReason; 12] = [
    RejectReason::SuretyOfOthers,
    RejectReason::SuretyOfParty,
    RejectReason::LenderForbidden,
    RejectReason::DebtorForbidden,
    RejectReason::BorrowerOnly,
    RejectReason::LenderOnly,
    RejectReason::PartyOnly,
    RejectReason::MemberOnly,
    RejectReason::LineOfOthers,
    RejectReason::LineOwnProposal,
    RejectReason::CollateralOfOthers,
    RejectReason::VersionOwnProposal,
];

#[test]
fn what_a_role_may_not_ask_of_credit_is_refused_whoever_asks() {
    let mut stage = Stage::new();
    stage.run(STAGE);
    for (place, (verb, may)) in VERBS.iter().enumerate() {
        for who in ALL.iter().filter(|who| !may.contains(who)) {
            let mut tried = stage.clone();
            let reason = tried.refusal(&format!("R{place} {who} {verb}"));
            let reason = reason.unwrap_or_else(|| panic!("{who} was let to {verb}"));
            assert!(FORBIDDEN.contains(&reason), "{who} {verb}: {reason}");
        }
    }
}

#[test]
fn what_its_own_party_asks_is_not_refused_for_who_asks() {
    let mut stage = Stage::new();
    stage.run(STAGE);
    for (place, (verb, may)) in VERBS.iter().enumerate() {
        for who in *may {
            let mut tried = stage.clone();
            let reason = tried.refusal(&format!("R{place} {who} {verb}"));
            let is_forbidden = reason.is_some_and(|reason| FORBIDDEN.contains(&reason));
            assert!(!is_forbidden, "{who} {verb}: {reason:?}");
        }
    }
}
