//! Who may do what: every verb tried by everybody, and each of those who may not is refused for the right reason.
//!
//! ```text
//!   setting   a table that leads to where the act is allowed
//!   row       Verb | who may | what is sent, {own} being an account of whoever sends | what the others are told | who is told otherwise
//! ```
//! A product adds its settings in a file of its own and takes its verbs out of [`ELSEWHERE`]; a new verb without a row fails.

use std::collections::BTreeMap;

use super::language::Stage;
use crate::Action;

mod goods;
mod payments;
mod supply;
mod trade;

/// A state of the ledger, and the acts that are tried in it.
pub(super) struct Setting {
    pub(super) before: &'static str,
    pub(super) rows: &'static str,
}

/// One of every role, two of some, and an account each may name; those without one name a supplier's.
const PARTIES: [(&str, &str); 13] = [
    ("op", "C2"),
    ("ba", "A1"),
    ("bb", "B1"),
    ("ib", "IB"),
    ("c1", "C1"),
    ("c2", "C2"),
    ("s2", "S2"),
    ("w1", "W1"),
    ("lg", "LG"),
    ("reg", "C2"),
    ("orc", "C2"),
    ("aud", "C2"),
    ("w2", "W2"),
];

/// Suspended: whatever it is, it is not heard.
const SUSPENDED: [&str; 2] = ["sus", "bs"];

const CAST: &str = "
    Q1 op register w1 warehouse sponsor=ba              = settled
    Q2 op register w2 warehouse sponsor=bb              = settled
    Q3 op register lg logistics sponsor=ba              = settled
    Q4 op register ib indirect-bank sponsor=ba bic=TESTCNIB = settled
    block
    Q5 op open w1 current W1                            = settled
    Q6 op open w2 current W2                            = settled
    Q7 op open lg current LG                            = settled
    Q8 op open ib current IB                            = settled
    Q9 op open s2 current S2                            = settled
    Q10 op issue A1 1000000                             = settled
    Q11 op issue B1 1000000                             = settled
    Q12 ba pay A1 C1 100000                             = settled
    Q13 ba line c1 50000                                = obligor-lines 0
    Q14 orc attest price RICE 10 expires=864000         = attestations 0
    block
";

/// Verbs of products that have not brought their rows yet; those of credit are tried in `tables::credit_roles`.
const ELSEWHERE: &[&str] = &[
    "Attest",
    "SetSigningPolicy",
    "SetKeyPurpose",
    "Approve",
    "Link",
    "Affirm",
    "SubmitCycleSet",
    "Propose",
    "Vote",
    "Withdraw",
    "AdvanceClock",
    "OfferLoan",
    "AcceptLoan",
    "RepayLoan",
    "AccelerateLoan",
    "WriteOffLoan",
    "PrepayLoan",
    "DrawLoan",
    "ResetRate",
    "ChargeLoan",
    "FormSyndicate",
    "JoinSyndicate",
    "AssignShare",
    "TakeShare",
    "RestructureLoan",
    "AgreeRestructuring",
    "ReturnSuspense",
    "GiveNotice",
    "GiveSurety",
    "CallSurety",
    "ReleaseSurety",
    "RepaySurety",
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
];

/// One row, read.
struct Row<'a> {
    verb: &'a str,
    may: Vec<&'a str>,
    line: &'a str,
    refusal: &'a str,
    otherwise: BTreeMap<&'a str, &'a str>,
}

impl<'a> Row<'a> {
    fn parse(text: &'a str) -> Row<'a> {
        let mut cells = text.split('|').map(str::trim);
        let mut next = || cells.next().unwrap_or("");
        let (verb, may, line, refusal) = (next(), next(), next(), next());
        let otherwise = next()
            .split_whitespace()
            .map(|told| told.split_once('=').expect("who=code"));
        Row {
            verb,
            may: may.split_whitespace().collect(),
            line,
            refusal,
            otherwise: otherwise.collect(),
        }
    }

    /// What `party` is told.
    fn expected(&self, party: &str) -> &'a str {
        if SUSPENDED.contains(&party) {
            return "SY-00116";
        }
        self.otherwise.get(party).copied().unwrap_or(self.refusal)
    }
}

/// Lets everybody try; answers the verb.
fn check<'a>(stage: &Stage, text: &'a str) -> &'a str {
    let row = Row::parse(text);
    assert!(!row.may.is_empty(), "nobody may: {text}");
    let everybody = PARTIES.into_iter().chain(SUSPENDED.map(|it| (it, "SUS")));
    for (party, own) in everybody {
        let line = row.line.replace("{own}", own);
        let mut tried = stage.clone();
        let (sent, answer) = tried.run_one(&format!("TRY {party} {line}"));
        assert_eq!(sent, row.verb, "{text}");
        if row.may.contains(&party) {
            assert!(
                !answer.starts_with("SY-"),
                "{party} may, and is told {answer}: {text}"
            );
        } else {
            assert_eq!(answer, row.expected(party), "{party} may not: {text}");
        }
    }
    row.verb
}

#[test]
fn every_verb_is_for_those_who_may_and_refused_to_everybody_else() {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let settings = supply::SETTINGS.iter().chain(goods::SETTINGS);
    let settings = settings.chain(trade::SETTINGS).chain(payments::SETTINGS);
    for setting in settings {
        let mut stage = Stage::new().with_room(20);
        stage.run(CAST);
        stage.run(setting.before);
        let rows = setting.rows.lines().map(str::trim);
        for row in rows.filter(|row| !row.is_empty() && !row.starts_with('#')) {
            *seen.entry(check(&stage, row)).or_default() += 1;
        }
    }
    for verb in Action::VERBS {
        let elsewhere = ELSEWHERE.contains(&verb.name);
        assert_ne!(
            seen.contains_key(verb.name),
            elsewhere,
            "{}: one row here, or a place in ELSEWHERE",
            verb.name
        );
    }
    let known = |name: &&&str| Action::VERBS.iter().any(|verb| verb.name == **name);
    assert_eq!(ELSEWHERE.iter().filter(known).count(), ELSEWHERE.len());
}
