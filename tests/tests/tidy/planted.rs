//! Planted bugs and their table: each name stands in code once and in the table once. Spec: reliability 3.5.
//!
//! ```text
//!   primitives/src/planted.rs      consensus("S1", "R1", "what goes wrong")
//!   any crate's code               if !planted!("S1") { ... }
//! ```

use std::collections::BTreeMap;

use sycee_primitives::planted::{ALL, Plant};

use crate::tree::{Finding, Source, expect_lines, expect_none, sources};

const TABLE: &str = "primitives/src/planted.rs";

/// Put together, so that this file does not find itself.
const CALL: &str = concat!("plan", "ted!(\"");

/// The plants that a line of code names; a comment names none.
fn plants(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap_or_default();
    code.split(CALL)
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(name, _)| name))
}

fn check(table: &[Plant], code: &[&Source]) -> Vec<Finding> {
    let mut seen: BTreeMap<&str, usize> = table.iter().map(|plant| (plant.name, 0)).collect();
    let mut findings = Vec::new();
    for source in code {
        for (index, line) in source.text.lines().enumerate() {
            for name in plants(line) {
                let listed = table.iter().find(|plant| plant.name == name);
                let remedy = "give it its own row in the table, with its crate, its rule and what goes wrong";
                match (listed, seen.get_mut(name)) {
                    (Some(plant), Some(count)) => {
                        *count += 1;
                        if *count > 1 {
                            let what = format!("plant {name} stands twice");
                            findings.push(source.finding(index + 1, what, remedy));
                        } else if !source.path.contains(&format!("{}/src/", plant.room)) {
                            let what = format!("plant {name} is listed in {}", plant.room);
                            findings.push(source.finding(index + 1, what, remedy));
                        }
                    }
                    _ => {
                        let what = format!("plant {name} is not listed in {TABLE}");
                        findings.push(source.finding(index + 1, what, remedy));
                    }
                }
            }
        }
    }
    let table = Source::sample(TABLE, "");
    for (name, _) in seen.iter().filter(|(_, count)| **count == 0) {
        let remedy = "plant it in the code of its rule, or remove its row";
        findings.push(table.finding(1, format!("plant {name} stands nowhere"), remedy));
    }
    findings
}

#[test]
fn planted_bugs_and_their_table_agree() {
    let sources = sources();
    let is_code = |source: &&Source| source.is_rust() && !source.is_test() && source.path != TABLE;
    let code: Vec<&Source> = sources.iter().filter(is_code).collect();
    expect_none(&check(ALL, &code));
    let mut names: Vec<&str> = ALL.iter().map(|plant| plant.name).collect();
    names.sort_unstable();
    assert!(
        names.windows(2).all(|pair| pair[0] != pair[1]),
        "two rows of one name: {names:?}"
    );
    let rules = sources
        .iter()
        .find(|source| source.path == "consensus/PROTOCOL.md")
        .expect("the protocol's page");
    for Plant {
        name,
        room,
        rule,
        what,
        has_scenario: _,
    } in ALL
    {
        let rule_stands = *room == "contracts" || rules.text.contains(&format!("- **{rule}**"));
        assert!(rule_stands, "{name} breaks {rule}, which is no rule");
        assert!(!what.is_empty(), "{name}: say what goes wrong");
    }
}

#[test]
fn a_plant_without_a_row_a_second_place_and_an_empty_row_are_found() {
    let row = |name, room| Plant {
        name,
        room,
        rule: "R1",
        what: "x",
        has_scenario: true,
    };
    let table = [
        row("S1", "consensus"),
        row("S2", "consensus"),
        row("S3", "contracts"),
    ];
    let text = format!(
        "if {CALL}S1\") {{}}\n// {CALL}S9\")\nif {CALL}S1\") || {CALL}S8\") {{}}\n{CALL}S3\")\n"
    );
    let code = Source::sample("consensus/src/a.rs", &text);
    expect_lines(&check(&table, &[&code]), &[3, 3, 4, 1]);
}
