use std::collections::BTreeSet;

use super::*;

#[test]
fn every_code_is_unique_and_explained_in_both_languages() {
    let mut seen = BTreeSet::new();
    for entry in entries() {
        assert!(
            seen.insert(entry.code.clone()),
            "{} stands twice",
            entry.code
        );
        assert!(!entry.english.is_empty(), "{}", entry.code);
        assert!(entry.chinese.ends_with('。'), "{}", entry.code);
        assert!(!entry.remedy.is_empty(), "{}", entry.code);
        assert_eq!(find(&entry.code).as_ref(), Some(&entry));
    }
}

#[test]
fn codes_are_found_as_people_write_them() {
    for text in ["SY-00260", "sy-260", "260", " SY-260 "] {
        assert_eq!(find(text).unwrap().code, "SY-00260", "{text}");
    }
    assert_eq!(find("am04").unwrap().iso, "AM04");
    assert_eq!(find("store_disk_full").unwrap().code, "STORE_DISK_FULL");
    for unknown in ["", "SY-", "SY-99999", "ZZ99", "70000"] {
        assert_eq!(find(unknown), None, "{unknown}");
    }
}

/// docs/errors.md is generated from the codes; this prints what it should be when it differs.
#[test]
fn every_code_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors.md");
    let documented = std::fs::read_to_string(path).unwrap();
    let (head, _) = documented
        .split_once(MARK)
        .unwrap_or((documented.as_str(), ""));
    let expected = format!("{head}{MARK}{}", table());
    if std::env::var_os("SYCEE_WRITE_DOCS").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let documented = std::fs::read_to_string(path).unwrap();
    assert!(
        documented == expected,
        "docs/errors.md is not current; run this test with SYCEE_WRITE_DOCS=1"
    );
}

const MARK: &str = "<!-- generated from the code below this line -->\n";

fn table() -> String {
    let rows = entries().map(|entry| {
        let cell = |text: &str| text.replace('|', "\\|");
        format!(
            "| {} | {} | {} {} | {} | {} |\n",
            entry.code,
            entry.iso,
            cell(&entry.english),
            entry.chinese,
            cell(&entry.remedy),
            if entry.retryable { "yes" } else { "no" }
        )
    });
    let head = "\n| Code | ISO | What | Remedy | Repeat as it is |\n|---|---|---|---|---|\n";
    head.to_owned() + &rows.collect::<String>()
}

/// A failure of a running node is written as `code: "NAME"` where it is decided.
#[test]
fn every_code_that_stops_a_running_node_is_explained() {
    let sources = [
        include_str!("../../runtime/core.rs"),
        include_str!("../../runtime/execution.rs"),
        include_str!("../../runtime/failure.rs"),
        include_str!("../../runtime/storage.rs"),
    ];
    let mut found = 0;
    for source in sources {
        for rest in source.split("code: \"").skip(1) {
            let code = rest.split('"').next().unwrap();
            assert!(find(code).is_some(), "{code} is not explained");
            found += 1;
        }
    }
    assert!(
        found >= 4,
        "the sources write codes in another way: {found}"
    );
}
