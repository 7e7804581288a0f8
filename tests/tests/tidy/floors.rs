//! The floors of the house: dependencies point downwards, and each heavy library is known to one crate.
//!
//! ```text
//!   4  tests, tests/simulation
//!   3  node <- api, cases, messages, network, replica, solver, storage
//!   2  genesis
//!   1  contracts | consensus
//!   0  primitives
//! ```
//! Spec: design 2; style rules 8, 9, 17, 19.

use crate::tree::{Finding, Source, code_only, expect_lines, expect_none, sources, words};

/// A crate and all that it may depend on.
struct Room {
    folder: &'static str,
    /// Our crates, without `sycee-`. `*` stands for all but `tests`.
    ours: &'static [&'static str],
    /// For a pure crate the libraries it may use, and then its code names no clock, randomness, float or hashed order.
    pure: Option<&'static [&'static str]>,
}

#[rustfmt::skip] // A table: one row a crate.
const ROOMS: &[Room] = &[
    Room { folder: "primitives", ours: &[],
        pure: Some(&["borsh", "ed25519-dalek", "ed25519-zebra", "iban_validate", "rand_core", "serde", "sha2", "thiserror"]) },
    Room { folder: "consensus", ours: &["primitives"], pure: Some(&["borsh", "thiserror"]) },
    // serde describes the JSON form of instructions and objects; no JSON library, and no byte that is hashed, comes from it.
    Room { folder: "contracts", ours: &["primitives"], pure: Some(&["borsh", "serde", "thiserror"]) },
    Room { folder: "genesis", ours: &["primitives", "contracts", "consensus"],
        pure: Some(&["borsh", "serde", "thiserror", "toml"]) },
    Room { folder: "node/replica", ours: &["primitives", "consensus", "contracts", "genesis", "storage"],
        pure: Some(&["borsh", "thiserror"]) },
    Room { folder: "node/messages", ours: &["primitives"],
        pure: Some(&["quick-xml", "serde", "serde_json", "sha2", "thiserror"]) },
    Room { folder: "node/cases", ours: &["primitives", "contracts"], pure: Some(&["serde_json", "thiserror"]) },
    // Floats and heuristics: what it finds is judged by the contracts.
    Room { folder: "node/solver", ours: &["contracts"], pure: None },
    Room { folder: "node/storage", ours: &[], pure: None },
    Room { folder: "node/network", ours: &[], pure: None },
    Room { folder: "node/api", ours: &["primitives", "consensus", "contracts", "genesis", "replica"], pure: None },
    Room { folder: "node", ours: &["*"], pure: None },
    Room { folder: "tests", ours: &["*"], pure: None },
    Room { folder: "tests/model", ours: &["primitives", "consensus"], pure: None },
    // The product without its body, and nothing of what stands around it.
    Room { folder: "tests/simulation", ours: &["primitives", "consensus", "contracts", "genesis", "replica", "storage"], pure: None },
];

/// Libraries (by the beginning of their names) and the only folders that may name them, tests included.
const KNOWN_TO: &[(&str, &[&str])] = &[
    ("rocksdb", &["node/storage"]),
    ("librocksdb", &["node/storage"]),
    ("libp2p", &["node/network"]),
    ("stateright", &["tests/model"]),
    ("tonic", &["node/api", "node"]),
    ("prost", &["node/api", "node"]),
    ("protox", &["node/api", "node"]),
    ("axum", &["node/api", "node"]),
    ("clap", &["node", "tests/model", "tests/simulation"]),
    ("quick-xml", &["node/messages"]),
    ("rayon", &["node"]),
    ("tokio", &["node/api", "node/network", "node", "tests"]),
];

/// Libraries that a pure crate may name as optional: they come with a feature that no product asks for.
const LENT: &[(&str, &str)] = &[
    // The integers of the naive executors, lent to the simulator with the feature `twins`.
    ("contracts", "num-bigint"),
];

/// What code of a pure crate never names.
const IMPURE_WORDS: [&str; 14] = [
    "HashMap",
    "HashSet",
    "Instant",
    "SystemTime",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "f32",
    "f64",
    "libp2p",
    "rand",
    "rocksdb",
    "tokio",
    "tonic",
];
const IMPURE_PATHS: [&str; 5] = [
    "std::time",
    "std::thread",
    "std::fs",
    "std::env",
    "std::process",
];

/// One dependency line of a manifest.
struct Dependency<'a> {
    line: usize,
    name: &'a str,
    text: &'a str,
    dev: bool,
}

/// The dependencies of a manifest, whichever way they are written.
fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found = Vec::new();
    let mut section = "";
    for (index, text) in manifest.lines().enumerate() {
        let (line, text) = (index + 1, text.trim());
        if let Some(header) = text.strip_prefix('[') {
            section = header.trim_end_matches(']');
            // `[dependencies.name]` is a dependency by itself.
            if let Some((_, name)) = section.split_once("dependencies.") {
                found.push(Dependency {
                    line,
                    name,
                    text,
                    dev: section.starts_with("dev-"),
                });
            }
            continue;
        }
        if !section.ends_with("dependencies") || text.is_empty() || text.starts_with('#') {
            continue;
        }
        let alias = text.split(['.', '=', ' ']).next().unwrap_or_default();
        let renamed = text
            .split_once("package = \"")
            .and_then(|(_, name)| name.split('"').next());
        let (name, dev) = (
            renamed.unwrap_or(alias),
            section.ends_with("dev-dependencies"),
        );
        found.push(Dependency {
            line,
            name,
            text,
            dev,
        });
    }
    found
}

fn room_of(folder: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.folder == folder)
}

fn check_manifest(source: &Source) -> Vec<Finding> {
    let folder = source.path.trim_end_matches("/Cargo.toml");
    let Some(room) = room_of(folder) else {
        let remedy =
            "give it a row in ROOMS (tests/tests/tidy/floors.rs) and a line in ARCHITECTURE.md";
        return vec![source.finding(1, format!("the crate {folder} stands on no floor"), remedy)];
    };
    let mut findings = Vec::new();
    for Dependency {
        line,
        name,
        text,
        dev,
    } in dependencies(&source.text)
    {
        if let Some(ours) = name.strip_prefix("sycee-") {
            let allowed =
                room.ours.contains(&ours) || (room.ours.contains(&"*") && ours != "tests");
            if !allowed {
                let remedy =
                    "dependencies point downwards: move the code to the floor that may know both";
                findings.push(source.finding(
                    line,
                    format!("{folder} may not know {name}"),
                    remedy,
                ));
            }
            if ["node/replica", "tests/simulation"].contains(&folder)
                && ours == "storage"
                && !text.contains("default-features = false")
            {
                let remedy =
                    "take `default-features = false`, so that the simulator builds without RocksDB";
                findings.push(source.finding(line, format!("{folder} brings RocksDB in"), remedy));
            }
            continue;
        }
        let keepers = KNOWN_TO.iter().find(|(prefix, _)| name.starts_with(prefix));
        if keepers.is_some_and(|(_, folders)| !folders.contains(&folder)) {
            let remedy = "one crate knows this library; ask that crate (KNOWN_TO in tests/tests/tidy/floors.rs)";
            findings.push(source.finding(line, format!("{folder} may not know {name}"), remedy));
        } else if !dev
            && room.pure.is_some_and(|allowed| !allowed.contains(&name))
            && !(LENT.contains(&(folder, name)) && text.contains("optional = true"))
        {
            let remedy = "a pure crate takes no further dependency without a decision: docs/decisions.md, then ROOMS";
            findings.push(source.finding(
                line,
                format!("{folder} is pure and may not use {name}"),
                remedy,
            ));
        }
    }
    findings
}

/// The room a Rust file belongs to: the one with the longest folder.
fn room_of_file(path: &str) -> Option<&'static Room> {
    let inside = |room: &&Room| {
        path.strip_prefix(room.folder)
            .is_some_and(|rest| rest.starts_with("/src/"))
    };
    ROOMS
        .iter()
        .filter(inside)
        .max_by_key(|room| room.folder.len())
}

fn check_purity(source: &Source) -> Vec<Finding> {
    let pure = room_of_file(&source.path).is_some_and(|room| room.pure.is_some());
    if !pure || source.is_test() {
        return Vec::new();
    }
    let code = source.code();
    let mut findings = Vec::new();
    for (line, word) in words(&code).filter(|(_, word)| IMPURE_WORDS.contains(word)) {
        let remedy = "pure crates use ordered collections and integers; time and randomness arrive as arguments";
        findings.push(source.finding(line, format!("`{word}` in a pure crate"), remedy));
    }
    for (index, text) in code.lines().enumerate() {
        if let Some(path) = IMPURE_PATHS.iter().find(|path| text.contains(*path)) {
            let remedy =
                "pure crates do not touch the world; the node does, and passes in what it learnt";
            findings.push(source.finding(index + 1, format!("`{path}` in a pure crate"), remedy));
        }
        if has_float(text) {
            let remedy = "integers only: amounts in minor units, rates as integers, rounding named by direction";
            findings.push(source.finding(index + 1, "a floating-point number".to_owned(), remedy));
        }
    }
    findings
}

/// Whether a line of code has a literal like `1.5`; `pair.0.1` and `0..9` are none.
fn has_float(code: &str) -> bool {
    let bytes = code.as_bytes();
    let is_word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    bytes.windows(3).enumerate().any(|(at, window)| {
        let literal = window[0].is_ascii_digit() && window[1] == b'.' && window[2].is_ascii_digit();
        let start = bytes[..at].iter().rposition(|c| !is_word(*c));
        let first = start.map_or(0, |start| start + 1);
        literal && bytes[first].is_ascii_digit() && start.is_none_or(|start| bytes[start] != b'.')
    })
}

/// Every library in the workspace manifest says what it spares us.
fn check_reasons(source: &Source) -> Vec<Finding> {
    let remedy = "end the line with `# what it spares us`";
    dependencies(&source.text)
        .into_iter()
        .filter(|found| !found.name.starts_with("sycee-") && !found.text.contains(" # "))
        .map(|found| {
            source.finding(
                found.line,
                format!("no reason given for {}", found.name),
                remedy,
            )
        })
        .collect()
}

/// Every library in the workspace manifest is used by some crate.
fn check_used(workspace: &Source, members: &[&Source]) -> Vec<Finding> {
    let remedy = "remove the line: what nobody uses is still locked, fetched and audited";
    let is_used = |name: &str| {
        members.iter().any(|member| {
            dependencies(&member.text)
                .iter()
                .any(|found| found.name == name)
        })
    };
    dependencies(&workspace.text)
        .into_iter()
        .filter(|found| !found.name.starts_with("sycee-") && !is_used(found.name))
        .map(|found| workspace.finding(found.line, format!("nobody uses {}", found.name), remedy))
        .collect()
}

#[test]
fn dependencies_point_downwards() {
    let sources = sources();
    let manifests = sources
        .iter()
        .filter(|source| source.path.ends_with("/Cargo.toml"));
    let findings: Vec<Finding> = manifests.flat_map(check_manifest).collect();
    expect_none(&findings);
    for room in ROOMS {
        let manifest = format!("{}/Cargo.toml", room.folder);
        assert!(
            sources.iter().any(|source| source.path == manifest),
            "{manifest} is gone: remove its row"
        );
    }
}

#[test]
fn pure_crates_name_no_clock_randomness_float_or_hashed_order() {
    let findings: Vec<Finding> = sources()
        .iter()
        .filter(|s| s.is_rust())
        .flat_map(check_purity)
        .collect();
    expect_none(&findings);
}

#[test]
fn every_library_has_its_reason() {
    let sources = sources();
    let workspace = sources.iter().find(|source| source.path == "Cargo.toml");
    expect_none(&check_reasons(workspace.expect("the workspace manifest")));
}

#[test]
fn every_library_is_used() {
    let sources = sources();
    let (workspace, members): (Vec<&Source>, Vec<&Source>) = sources
        .iter()
        .filter(|source| source.path.ends_with("Cargo.toml"))
        .partition(|source| source.path == "Cargo.toml");
    expect_none(&check_used(workspace[0], &members));
}

#[test]
fn an_upward_dependency_is_found() {
    let text = "[dependencies]\nsycee-primitives.workspace = true\nsycee-consensus.workspace = true\ntokio = \"1\"\nrand = \"1\"\n\
                [dev-dependencies]\nproptest.workspace = true\nsycee-node.workspace = true\nlibp2p.workspace = true\n\
                [dependencies.rocksdb]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\nx = { package = \"tonic\" }\n";
    expect_lines(
        &check_manifest(&Source::sample("contracts/Cargo.toml", text)),
        &[3, 4, 5, 8, 9, 10, 13],
    );
    expect_lines(
        &check_manifest(&Source::sample("cellar/Cargo.toml", "[package]\n")),
        &[1],
    );
    let text = "[dependencies]\nsycee-storage.workspace = true\n";
    expect_lines(
        &check_manifest(&Source::sample("node/replica/Cargo.toml", text)),
        &[2],
    );
}

#[test]
fn a_clock_a_float_and_a_hash_map_in_a_pure_crate_are_found() {
    let text = "//! f64 in words is fine\nuse std::time::Duration;\nlet a: HashMap<u8, f64> = x;\nlet b = 1.5;\n\
                let c = pair.0.1 + x1.0;\nfor _ in 0..9 {}\n#[cfg(test)]\nmod tests { use std::time::Instant; }\n";
    expect_lines(
        &check_purity(&Source::sample("consensus/src/a.rs", text)),
        &[3, 3, 2, 4],
    );
    assert!(
        check_purity(&Source::sample("node/src/a.rs", text)).is_empty(),
        "the node is the world"
    );
    assert!(
        check_purity(&Source::sample("consensus/src/a/tests.rs", text)).is_empty(),
        "tests may"
    );
    assert!(
        has_float("x(0.25)")
            && !has_float("a.0.1")
            && !has_float("0..9")
            && !has_float(&code_only("\"1.5\""))
    );
}

#[test]
fn a_library_without_reason_or_use_is_found() {
    let text = "[workspace.dependencies]\nsycee-node = { path = \"node\" }\na = \"1\"\nb = \"1\" # spares us c\n";
    let workspace = Source::sample("Cargo.toml", text);
    expect_lines(&check_reasons(&workspace), &[3]);
    let member = Source::sample(
        "x/Cargo.toml",
        "[dependencies]\nsycee-node.workspace = true\n[dev-dependencies]\nb.workspace = true\n",
    );
    expect_lines(&check_used(&workspace, &[&member]), &[3]);
}
