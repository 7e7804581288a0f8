//! Which executor, written a second time, says how each verb ends. A verb that none says is named here as such, so that none can be forgotten.
//!
//! `stage`: lines of the tables' language, foretold with their codes; `twin`: asks through `against`, foretold whether they take effect.

use std::collections::{BTreeMap, BTreeSet};

use crate::Action;

/// Executors and the verbs that they are asked in random runs.
const COVERED: &[(&str, &[&str])] = &[
    (
        "rights",
        &[
            "RegisterParticipant",
            "OpenAccount",
            "SetAccountRule",
            "Freeze",
            "CloseAccount",
            "RotateKey",
            "SetStatus",
            "SetSigningPolicy",
            "Approve",
            "TripBreaker",
            "ResumeBreaker",
            "SetKeyPurpose",
            "GrantView",
            "RevokeView",
            "SetSponsor",
            "Pay",
        ],
    ),
    (
        "promises",
        &[
            "Pay",
            "IssueCash",
            "RedeemCash",
            "Hold",
            "PostHold",
            "VoidHold",
            "Link",
            "Affirm",
            "Cancel",
            "Return",
            "SetIntraday",
            "DrawIntraday",
            "RepayIntraday",
        ],
    ),
    ("votes", &["Propose", "Vote", "Withdraw"]),
    (
        "risk",
        &[
            "Pay",
            "PayBatch",
            "PayVersus",
            "Hold",
            "PostHold",
            "Cancel",
            "IssueCash",
            "Reprioritise",
            "HoldQueued",
            "SetLimit",
            "Reserve",
            "SubmitCycleSet",
        ],
    ),
    ("model", &["IssueCash", "Pay", "PayBatch"]),
    (
        "orders",
        &[
            "Pay",
            "PayBatch",
            "Link",
            "Cancel",
            "SetStandingOrder",
            "AmendStandingOrder",
            "CancelStandingOrder",
            "RequestToPay",
            "AnswerRequest",
            "RequestCancel",
            "AnswerCancel",
            "OpenDispute",
            "SubmitEvidence",
            "DecideDispute",
            "SettleDispute",
        ],
    ),
    ("calendar", &["SetCalendar", "Pay"]),
    ("fees", &["SetFeeRule", "Pay", "PayBatch"]),
    (
        "treasury",
        &["SetSweep", "GrantMandate", "EndMandate", "Collect", "Pay"],
    ),
    ("interest", &["SetInterest", "Pay"]),
    ("conditional", &["PayWhen", "Attest"]),
    (
        "defaults",
        &[
            "SetDefaultRule",
            "Contribute",
            "SetStatus",
            "SetAccountRule",
        ],
    ),
    (
        "credit",
        &[
            "OfferLoan",
            "AcceptLoan",
            "RepayLoan",
            "AccelerateLoan",
            "WriteOffLoan",
            "PrepayLoan",
            "DrawLoan",
            "FormSyndicate",
            "JoinSyndicate",
            "AssignShare",
            "TakeShare",
            "OpenLine",
            "AgreeLine",
            "AmendLine",
            "CloseLine",
            "PayLineFee",
            "AskCover",
            "PledgeCollateral",
            "ReleaseCollateral",
            "SubstituteCollateral",
            "EnforceCollateral",
            "RestructureLoan",
            "AgreeRestructuring",
            "ReturnSuspense",
            "GiveNotice",
            "GiveSurety",
            "CallSurety",
            "ReleaseSurety",
            "RepaySurety",
            "ChargeLoan",
            "ResetRate",
            "Attest",
            "SetCalendar",
        ],
    ),
    (
        "supply",
        &[
            "IssueReceivable",
            "AcceptReceivable",
            "RejectReceivable",
            "WithdrawReceivable",
            "SplitReceivable",
            "TransferReceivable",
            "PledgeReceivable",
            "ReleasePledge",
            "OfferFinancing",
            "FinanceReceivable",
            "DisputeReceivable",
            "ResolveDispute",
            "CancelReceivable",
            "PayReceivable",
            "HonourRecourse",
            "SetObligorLine",
            "RegisterFinancing",
            "ReleaseFinancing",
            "OfferFactoring",
            "EndFactoring",
            "FactorPortfolio",
            "PayChargeback",
        ],
    ),
    (
        "stored",
        &[
            "RegisterGoods",
            "InspectGoods",
            "IssueReceipt",
            "TransferReceipt",
            "PledgeReceipt",
            "RepayReceipt",
            "ReleaseReceipt",
            "PartReleaseReceipt",
            "EnforceReceipt",
            "SurrenderReceipt",
            "ReleaseGoods",
            "SensorReport",
            "ResolveGoods",
        ],
    ),
    (
        "escrow",
        &[
            "CreateEscrow",
            "FundEscrow",
            "ReleaseEscrow",
            "RefundEscrow",
            "DisputeEscrow",
            "ArbitrateEscrow",
            "RedirectEscrow",
            "Freeze",
        ],
    ),
    (
        "documentary",
        &[
            "ApplyCredit",
            "IssueCredit",
            "AdviseCredit",
            "AmendCredit",
            "AnswerAmendment",
            "PresentDocuments",
            "ExamineDocuments",
            "WaiveDiscrepancies",
            "HonourDocuments",
            "ReturnDocuments",
            "ReimburseCredit",
            "CloseCredit",
            "RedirectDrawing",
        ],
    ),
    (
        "guarantee",
        &[
            "ApplyGuarantee",
            "IssueGuarantee",
            "AmendGuarantee",
            "DemandPayment",
            "ExamineDemand",
            "PayDemand",
            "ExtendGuarantee",
            "ReleaseGuarantee",
            "ReimburseGuarantee",
            "RedirectDemand",
        ],
    ),
];

/// Verbs that no executor of this crate says, and what shows them instead. Shorter is better.
const NOT_COVERED: &[(&str, &str)] = &[
    (
        "AdvanceClock",
        "the simulator's naive ledger, where it puts every family forward; tables `clock`",
    ),
    ("SetRiskRule", "tables `risk`, one row a figure"),
    ("CoverShortfall", "tables `defaults`"),
    ("WithdrawOffer", "tables `receivables`"),
    ("SetReceivableRules", "tables `receivables`"),
];

fn told(executor: &str) -> BTreeSet<&'static str> {
    let found = COVERED.iter().find(|(name, _)| *name == executor);
    let (_, verbs) = found.unwrap_or_else(|| panic!("no executor {executor}"));
    verbs.iter().copied().collect()
}

/// A random run of an executor has executed exactly what is claimed of it.
pub(super) fn check(executor: &str, executed: &BTreeSet<&'static str>) {
    assert_eq!(*executed, told(executor), "verbs of `{executor}`");
}

#[test]
fn every_verb_is_said_a_second_time_or_named_as_one_that_is_not() {
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    let covered = COVERED.iter().flat_map(|(_, verbs)| verbs.iter().copied());
    for verb in covered {
        *places.entry(verb).or_default() += 1;
    }
    let known: BTreeSet<&str> = Action::VERBS.iter().map(|it| it.name).collect();
    let unknown: Vec<&&str> = places.keys().filter(|it| !known.contains(**it)).collect();
    assert!(unknown.is_empty(), "no verbs: {unknown:?}");
    for (verb, instead) in NOT_COVERED {
        assert!(known.contains(verb) && !instead.is_empty(), "{verb}");
        assert!(!places.contains_key(verb), "{verb} is covered");
        places.insert(verb, 0);
    }
    let forgotten: Vec<&&str> = known
        .iter()
        .filter(|it| !places.contains_key(**it))
        .collect();
    assert!(
        forgotten.is_empty(),
        "no executor says how these end: {forgotten:?}"
    );
}
