//! Documents lead somewhere: links, paths and commands exist, shell scripts parse and can be run.

use std::path::Path;
use std::process::Command;

use crate::tree::{Finding, Source, expect_lines, expect_none, root, sources, words};

/// Folders of the repository; a path in a document that begins with one must exist.
const FOLDERS: [&str; 10] = [
    "primitives",
    "consensus",
    "contracts",
    "genesis",
    "node",
    "tests",
    "scripts",
    "docs",
    ".ci",
    ".cargo",
];

/// Targets of `[text](target)` in a line.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

/// Paths between single backticks that begin with a folder of ours; patterns are none.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let is_path = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
    };
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(move |text| is_path(text))
        .filter(|text| {
            text.split_once('/')
                .is_some_and(|(first, _)| FOLDERS.contains(&first))
        })
}

fn check_document(source: &Source, exists: impl Fn(&Path) -> bool) -> Vec<Finding> {
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    let mut findings = Vec::new();
    let mut fenced = false;
    for (index, line) in source.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for link in links(line).filter(|link| !link.starts_with('#') && !link.contains("://")) {
            let target = link.split('#').next().unwrap_or(link);
            if !exists(&folder.join(target)) {
                let remedy = "correct the link; it is relative to the document's folder";
                findings.push(source.finding(
                    index + 1,
                    format!("`{link}` does not exist"),
                    remedy,
                ));
            }
        }
        for path in paths(line).filter(|path| !exists(Path::new(path))) {
            let remedy = "correct the path; it is relative to the repository";
            findings.push(source.finding(index + 1, format!("`{path}` does not exist"), remedy));
        }
    }
    findings
}

/// Commands that a document's code shows: the word after `sycee`, where a line or a code span begins with it.
fn commands<'a>(line: &'a str, fenced: bool) -> Vec<&'a str> {
    let spans: Vec<&'a str> = if fenced {
        vec![line]
    } else {
        line.split('`').skip(1).step_by(2).collect()
    };
    let command = |span: &'a str| {
        let rest = span.trim_start().strip_prefix("sycee ")?;
        rest.split(|c: char| !c.is_ascii_lowercase() && c != '-')
            .next()
    };
    spans
        .into_iter()
        .filter_map(command)
        .filter(|name| !name.trim_matches('-').is_empty())
        .collect()
}

/// A document shows only commands that have a file or a variant in `node/src/cli`.
fn check_commands(source: &Source, files: &[&Source]) -> Vec<Finding> {
    let exists = |command: &str| {
        let stem = format!("/{}.rs", command.replace('-', "_"));
        let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
        let variant: String = command
            .split('-')
            .filter(|part| !part.is_empty())
            .map(capital)
            .collect();
        files.iter().any(|file| {
            file.path.ends_with(&stem) || words(&file.code()).any(|(_, word)| word == variant)
        })
    };
    let mut findings = Vec::new();
    let mut fenced = false;
    for (index, line) in source.text.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        for command in commands(line, fenced)
            .into_iter()
            .filter(|command| !exists(command))
        {
            let remedy = "correct the document, or write the command in node/src/cli";
            findings.push(source.finding(
                index + 1,
                format!("there is no `sycee {command}`"),
                remedy,
            ));
        }
    }
    findings
}

fn is_script(source: &Source) -> bool {
    let first = source.text.lines().next().unwrap_or_default();
    (first.starts_with("#!") && first.contains("bash")) || source.path.ends_with(".sh")
}

/// What `bash -n` says about a text, if it does not like it.
fn shell_fault(text: &str) -> Option<String> {
    let output = Command::new("bash")
        .args(["-n", "-c", text])
        .output()
        .expect("bash is installed");
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[test]
fn documents_lead_somewhere() {
    let sources = sources();
    let documents = sources.iter().filter(|source| source.path.ends_with(".md"));
    let exists = |path: &Path| root().join(path).exists();
    let findings: Vec<Finding> = documents
        .flat_map(|source| check_document(source, exists))
        .collect();
    expect_none(&findings);
}

#[test]
fn documents_show_commands_that_exist() {
    let sources = sources();
    let is_cli = |source: &&Source| source.path.starts_with("node/src/cli");
    let files: Vec<&Source> = sources.iter().filter(is_cli).collect();
    let documents = sources.iter().filter(|source| source.path.ends_with(".md"));
    let findings: Vec<Finding> = documents
        .flat_map(|source| check_commands(source, &files))
        .collect();
    expect_none(&findings);
}

#[test]
fn scripts_parse_and_run() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| is_script(source)) {
        if let Some(fault) = shell_fault(&source.text) {
            findings.push(source.finding(1, fault, "try `bash -n` on it"));
        }
        if source.text.starts_with("#!") && !is_executable(&root().join(&source.path)) {
            findings.push(source.finding(1, "not executable".to_owned(), "chmod +x"));
        }
    }
    expect_none(&findings);
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let cli = Source::sample(
        "node/src/cli.rs",
        "enum Command { Demo(Demo), SupportBundle }",
    );
    let pay = Source::sample("node/src/cli/pay.rs", "//! Pays.");
    let text = "`sycee demo --once` and `sycee pay`, `sycee start`\n```\nsycee support-bundle\nsycee mint 5\n```\nthe word sycee alone\n";
    expect_lines(
        &check_commands(&Source::sample("a.md", text), &[&cli, &pay]),
        &[1, 4],
    );
}

#[test]
fn a_dead_link_and_a_broken_script_are_found() {
    let text = "[a](b.md) [c](../README.md#x) [d](https://example.org) [e](#here)\n`docs/gone.md` `docs/*.md` `a/b`\n\
                ```\n[f](gone.md)\n```\n`node/src/x.rs`\n";
    let exists =
        |path: &Path| path == Path::new("docs/../README.md") || path == Path::new("node/src/x.rs");
    expect_lines(
        &check_document(&Source::sample("docs/a.md", text), exists),
        &[1, 2],
    );
    assert!(shell_fault("if true; then").is_some());
    assert!(shell_fault("if true; then echo; fi").is_none());
    assert!(is_script(&Source::sample(
        "scripts/a",
        "#!/usr/bin/env bash\n"
    )));
}
