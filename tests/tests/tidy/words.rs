//! One word for one thing, nothing left over, no path of anybody's machine. Spec: design 8, style rule 15.

use crate::tree::{Finding, Source, expect_lines, expect_none, sources, words};

/// Names that mean something we have another word for: where (beginning of the path), the name, our word.
const OTHER_WORDS: &[(&str, &str, &str)] = &[
    ("", "Institution", "participant (docs/glossary.md)"),
    ("", "InstitutionId", "ParticipantId (docs/glossary.md)"),
    ("", "TxHash", "TransactionId (docs/glossary.md)"),
    ("", "tx_hash", "transaction_id (docs/glossary.md)"),
    (
        "",
        "nonce",
        "idempotency key, or counter (docs/glossary.md)",
    ),
    ("consensus/", "Round", "view (docs/glossary.md)"),
    ("consensus/", "round", "view (docs/glossary.md)"),
    ("consensus/", "term", "view (docs/glossary.md)"),
    ("node/replica/", "round", "view (docs/glossary.md)"),
    ("contracts/src/payment/", "item", "leg (docs/glossary.md)"),
    ("contracts/src/payment/", "items", "legs (docs/glossary.md)"),
    (
        "contracts/",
        "institution",
        "participant (docs/glossary.md)",
    ),
    ("genesis/", "institution", "participant (docs/glossary.md)"),
    (
        "node/api/proto/",
        "institution",
        "participant (docs/glossary.md)",
    ),
];

// Put together from halves, so that this file does not find itself.
const LEFT_OVER: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("unim", "plemented!"),
    concat!("to", "do!"),
];
const DEBUGGING: [&str; 2] = [concat!("db", "g!"), concat!("#[ig", "nore")];
const MACHINE_PATHS: [&str; 4] = [
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

fn check_names(source: &Source) -> Vec<Finding> {
    let here: Vec<_> = OTHER_WORDS
        .iter()
        .filter(|(at, _, _)| source.path.starts_with(at))
        .collect();
    let code = source.code();
    let mut findings = Vec::new();
    for (line, word) in words(&code) {
        if let Some((_, _, ours)) = here.iter().find(|(_, banned, _)| *banned == word) {
            findings.push(source.finding(
                line,
                format!("`{word}` is another word for something of ours"),
                ours,
            ));
        }
    }
    findings
}

fn check_left_over(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, text) in source.text.lines().enumerate() {
        let mut find = |list: &[&str], remedy| {
            for left in list.iter().filter(|left| text.contains(**left)) {
                findings.push(source.finding(index + 1, format!("`{left}`"), remedy));
            }
        };
        find(
            &LEFT_OVER,
            "do it now, or write in the document that it is not there; code holds no wishes",
        );
        find(
            &DEBUGGING,
            "remove it: a test runs or does not exist, and output is for the command line",
        );
        find(
            &MACHINE_PATHS,
            "name a folder by a variable or relative to the repository",
        );
    }
    findings
}

/// Texts that people wrote, unlike the lock file.
fn is_ours(source: &Source) -> bool {
    source.path != "Cargo.lock" && source.path != "LICENSE"
}

#[test]
fn one_word_has_one_meaning() {
    let sources = sources();
    let code = sources
        .iter()
        .filter(|source| source.is_rust() && !source.is_test());
    let proto = sources
        .iter()
        .filter(|source| source.path.ends_with(".proto"));
    let findings: Vec<Finding> = code.chain(proto).flat_map(check_names).collect();
    expect_none(&findings);
}

#[test]
fn nothing_is_left_over() {
    let findings: Vec<Finding> = sources()
        .iter()
        .filter(|s| is_ours(s))
        .flat_map(check_left_over)
        .collect();
    expect_none(&findings);
}

#[test]
fn another_word_and_a_leftover_are_found() {
    let text = "// a round of asking is fine in words\nlet round = 1;\nstruct Institution;\nlet rounds = 2;\n";
    expect_lines(
        &check_names(&Source::sample("consensus/src/a.rs", text)),
        &[2, 3],
    );
    expect_lines(
        &check_names(&Source::sample("contracts/src/a.rs", text)),
        &[3],
    );
    let text = format!(
        "// {}: later\n{}(x)\nlet a = \"{}x\";\nfine\n",
        LEFT_OVER[0], DEBUGGING[0], MACHINE_PATHS[0]
    );
    expect_lines(&check_left_over(&Source::sample("a.rs", &text)), &[1, 2, 3]);
}
