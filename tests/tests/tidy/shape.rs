//! Length of files, the picture at a module's head, lints that nobody switches off. Spec: style rules 12 and 13.

use crate::tree::{Finding, Source, expect_lines, expect_none, sources};

/// One concept fits.
const FILE_LINES_MAX: usize = 600;

/// Files that are longer, the length they must not pass, and why they are one concept. The list may only shrink.
const LONGER: &[(&str, usize, &str)] = &[];

/// Crates whose public items all carry documentation.
const DOCUMENTED: [&str; 7] = [
    "primitives",
    "consensus",
    "contracts",
    "genesis",
    "node/replica",
    "node/messages",
    "node/cases",
];

fn check_length(source: &Source, longer: &[(&str, usize, &str)]) -> Vec<Finding> {
    let lines = source.lines_without_tests();
    let listed = longer.iter().find(|(path, _, _)| *path == source.path);
    let max = listed.map_or(FILE_LINES_MAX, |(_, max, _)| *max);
    if lines > max {
        let remedy = "split it: one concept a file; an exception needs a reason in LONGER (tests/tests/tidy/shape.rs)";
        return vec![source.finding(
            max + 1,
            format!("{lines} lines without tests, {max} are allowed"),
            remedy,
        )];
    }
    if listed.is_some() && lines <= FILE_LINES_MAX {
        let remedy = "remove its row from LONGER (tests/tests/tidy/shape.rs)";
        return vec![source.finding(1, "no longer longer than others".to_owned(), remedy)];
    }
    Vec::new()
}

/// A module opens with `//!`; attributes of the crate may stand before.
fn check_head(source: &Source) -> Option<Finding> {
    let first = source
        .text
        .lines()
        .find(|line| !line.is_empty() && !line.starts_with("#!["));
    let remedy = "open with `//!`: what it is, what it must never know, a picture where it helps, the spec line";
    let opens = first.is_some_and(|line| line.starts_with("//! "));
    (!opens).then(|| source.finding(1, "the module does not say what it is".to_owned(), remedy))
}

/// Words that stand for a thing that is still to be written.
fn check_placeholder(source: &Source) -> Option<Finding> {
    let says = source.text.trim_end() == "//! Placeholder.";
    let remedy = "write the crate, or leave it out of the workspace until it is written";
    says.then(|| source.finding(1, "an empty crate".to_owned(), remedy))
}

fn check_manifest(source: &Source) -> Option<Finding> {
    let inherits = source.text.contains("[lints]\nworkspace = true");
    let remedy = "end the manifest with `[lints]` and `workspace = true`";
    (!inherits).then(|| source.finding(1, "the workspace's lints are not taken".to_owned(), remedy))
}

#[test]
fn files_are_short() {
    let sources = sources();
    let files = sources
        .iter()
        .filter(|source| source.is_rust() && !source.is_test());
    let findings: Vec<Finding> = files
        .flat_map(|source| check_length(source, LONGER))
        .collect();
    expect_none(&findings);
    for (path, _, reason) in LONGER {
        assert!(
            sources.iter().any(|source| source.path == *path),
            "{path} is gone: remove its row"
        );
        assert!(!reason.is_empty(), "{path}: say why it is one concept");
    }
}

#[test]
fn every_module_says_what_it_is() {
    let sources = sources();
    let files = sources
        .iter()
        .filter(|source| source.is_rust() && !source.is_test());
    let findings: Vec<Finding> = files
        .flat_map(|source| [check_head(source), check_placeholder(source)])
        .flatten()
        .collect();
    expect_none(&findings);
}

#[test]
fn every_crate_takes_the_lints() {
    let sources = sources();
    let manifests = sources
        .iter()
        .filter(|source| source.path.ends_with("/Cargo.toml"));
    let findings: Vec<Finding> = manifests.filter_map(check_manifest).collect();
    expect_none(&findings);
    for folder in DOCUMENTED {
        let path = format!("{folder}/src/lib.rs");
        let library = sources.iter().find(|source| source.path == path);
        let asks = library.is_some_and(|source| source.text.contains("#![warn(missing_docs)]"));
        assert!(asks, "{path}: add #![warn(missing_docs)]");
    }
}

#[test]
fn a_long_file_a_silent_module_and_a_free_crate_are_found() {
    let text = "let a = 1;\n".repeat(601);
    let long = Source::sample("node/src/long.rs", &text);
    expect_lines(&check_length(&long, &[]), &[601]);
    assert!(check_length(&long, &[("node/src/long.rs", 601, "a table")]).is_empty());
    expect_lines(
        &check_length(&long, &[("node/src/long.rs", 600, "a table")]),
        &[601],
    );
    let tested = format!("//! A.\n#[cfg(test)]\nmod tests {{\n{text}}}\n");
    let tested = Source::sample("node/src/tested.rs", &tested);
    assert!(check_length(&tested, &[]).is_empty(), "tests do not count");
    expect_lines(
        &check_length(&tested, &[("node/src/tested.rs", 700, "was long")]),
        &[1],
    );

    assert!(check_head(&Source::sample("a.rs", "use x;\n")).is_some());
    assert!(check_head(&Source::sample("a.rs", "")).is_some());
    assert!(
        check_head(&Source::sample(
            "a.rs",
            "#![allow(x, reason = \"y\")]\n\n//! A.\n"
        ))
        .is_none()
    );
    assert!(check_placeholder(&Source::sample("a.rs", "//! Placeholder.\n")).is_some());
    assert!(check_manifest(&Source::sample("a/Cargo.toml", "[package]\n")).is_some());
}
