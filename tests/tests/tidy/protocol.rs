//! The ordering protocol and its code are read side by side: every numbered rule is cited, every citation has its rule.
//!
//! ```text
//!   consensus/PROTOCOL.md   - **V7** Notarize(v, d) for the first valid proposal ...
//!   consensus/src/*.rs      /// ... [V7][R2]
//! ```

use std::collections::BTreeMap;

use crate::tree::{Finding, Source, expect_lines, expect_none, sources};

const PROTOCOL: &str = "consensus/PROTOCOL.md";
const CITING: [&str; 2] = ["consensus/src/", "node/replica/src/"];

/// A rule's name: one capital letter and a number.
fn is_rule(text: &str) -> bool {
    let mut chars = text.chars();
    let letter = chars.next().is_some_and(|c| c.is_ascii_uppercase());
    let number = chars.as_str();
    letter && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
}

/// The rule that a line of the protocol's page defines.
fn defined_rule(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("- **")?.split_once("**")?;
    is_rule(name).then_some(name)
}

/// The rules that a line of code cites.
fn cited_rules(line: &str) -> impl Iterator<Item = &str> {
    line.split('[')
        .filter_map(|rest| rest.split_once(']').map(|(name, _)| name))
        .filter(|name| is_rule(name))
}

fn check(protocol: &Source, citing: &[&Source]) -> Vec<Finding> {
    let mut defined: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (index, line) in protocol.text.lines().enumerate() {
        let Some(rule) = defined_rule(line) else {
            continue;
        };
        if defined.insert(rule, (index + 1, false)).is_some() {
            let remedy = "numbers are never used again: give the new rule the next free one";
            findings.push(protocol.finding(index + 1, format!("rule {rule} stands twice"), remedy));
        }
    }
    for source in citing {
        for (index, line) in source.text.lines().enumerate() {
            for rule in cited_rules(line) {
                match defined.get_mut(rule) {
                    Some((_, cited)) => *cited = true,
                    None => {
                        let remedy =
                            "cite a rule of consensus/PROTOCOL.md, or write the rule there";
                        findings.push(source.finding(
                            index + 1,
                            format!("there is no rule {rule}"),
                            remedy,
                        ));
                    }
                }
            }
        }
    }
    for (rule, (line, _)) in defined.iter().filter(|(_, (_, cited))| !cited) {
        let remedy = "cite it as [rule] where code keeps it, or move it to `Not built yet`";
        findings.push(protocol.finding(*line, format!("no code cites rule {rule}"), remedy));
    }
    findings
}

#[test]
fn rules_and_code_cite_each_other() {
    let sources = sources();
    let protocol = sources
        .iter()
        .find(|source| source.path == PROTOCOL)
        .expect("the protocol's page");
    let cites = |source: &&Source| {
        source.is_rust() && !source.is_test() && CITING.iter().any(|at| source.path.starts_with(at))
    };
    let citing: Vec<&Source> = sources.iter().filter(cites).collect();
    assert!(!citing.is_empty());
    expect_none(&check(protocol, &citing));
}

#[test]
fn an_uncited_rule_and_an_unknown_citation_are_found() {
    let protocol = Source::sample(
        PROTOCOL,
        "- **V1** a\n- **V2** b, see **V9**\n- **V3** c\n- **V1** d\nV4\n",
    );
    let code = Source::sample(
        "consensus/src/a.rs",
        "// [V1][V2]\n// [V7] x[0] [A] [`V3`]\n",
    );
    expect_lines(&check(&protocol, &[&code]), &[4, 2, 3]);
}
