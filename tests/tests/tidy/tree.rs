//! The files that are checked, and Rust code without what is not code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 3] = [".git", "target", "vectors"];

/// One text file of the repository.
pub(crate) struct Source {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
}

/// Something that a rule forbids, and the way out.
#[derive(Debug)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
    remedy: &'static str,
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file of the repository in the order of paths; what is not UTF-8 is no text.
pub(crate) fn sources() -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository is readable") {
            let path = entry.expect("an entry is readable").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if !SKIPPED.contains(&name.as_ref()) {
                    folders.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                let path = path.strip_prefix(&root).expect("found below the root");
                let path = path.to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    assert!(found.len() > 50, "the whole repository is looked at");
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// Fails with one line for each finding.
pub(crate) fn expect_none(findings: &[Finding]) {
    let mut message = String::new();
    for Finding {
        path,
        line,
        what,
        remedy,
    } in findings
    {
        let _ = write!(message, "\n{path}:{line}: {what}\n    {remedy}");
    }
    assert!(findings.is_empty(), "{} findings{message}", findings.len());
}

/// Fails unless the findings are exactly at these lines.
pub(crate) fn expect_lines(findings: &[Finding], lines: &[usize]) {
    let found: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
    assert_eq!(found, lines, "{findings:#?}");
}

impl Source {
    /// A sample for the tests of the checks.
    pub(crate) fn sample(path: &str, text: &str) -> Source {
        let (path, text) = (path.to_owned(), text.to_owned());
        Source { path, text }
    }

    /// A finding at a line of this file, counted from 1.
    pub(crate) fn finding(&self, line: usize, what: String, remedy: &'static str) -> Finding {
        let path = self.path.clone();
        Finding {
            path,
            line,
            what,
            remedy,
        }
    }

    /// Whether this is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether the whole file is test or benchmark.
    pub(crate) fn is_test(&self) -> bool {
        let path = &self.path;
        ["/tests/", "/benches/"]
            .iter()
            .any(|part| path.contains(part))
            || path.starts_with("tests/")
            || path.ends_with("/tests.rs")
    }

    /// Rust code with comments, texts and test modules blanked; lines stay where they are.
    pub(crate) fn code(&self) -> String {
        without_tests(&code_only(&self.text))
    }

    /// Number of lines that are not in a test module.
    pub(crate) fn lines_without_tests(&self) -> usize {
        let marked = without_tests(&code_only(&self.text).replace(' ', "_"));
        self.text
            .lines()
            .zip(marked.lines())
            .filter(|(text, code)| text.is_empty() || !code.chars().all(|c| c == ' '))
            .count()
    }
}

/// Each word of code with its line, counted from 1.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().flat_map(|(line, text)| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(move |word| (line + 1, word))
    })
}

/// Replaces comments and texts by blanks.
pub(crate) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = end_of_blank(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(
                chars[at..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    out
}

/// Where the comment or literal that begins here ends; `at` itself when none begins.
fn end_of_blank(chars: &[char], at: usize) -> usize {
    let char_at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let inside_word = at > 0 && (char_at(at - 1).is_alphanumeric() || char_at(at - 1) == '_');
    match (char_at(at), char_at(at + 1)) {
        ('/', '/') => (at..chars.len())
            .find(|end| chars[*end] == '\n')
            .unwrap_or(chars.len()),
        ('/', '*') => end_of_block_comment(chars, at),
        ('"', _) => end_of_quoted(chars, at + 1, '"'),
        ('\'', '\\') => end_of_quoted(chars, at + 1, '\''),
        ('\'', _) if char_at(at + 2) == '\'' => at + 3,
        ('r' | 'b' | 'c', _) if !inside_word => end_of_raw(chars, at),
        _ => at,
    }
}

fn end_of_block_comment(chars: &[char], at: usize) -> usize {
    let (mut end, mut depth) = (at, 0_usize);
    while end + 1 < chars.len() {
        match (chars[end], chars[end + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                end += 1;
                continue;
            }
        }
        end += 2;
        if depth == 0 {
            return end;
        }
    }
    chars.len()
}

fn end_of_quoted(chars: &[char], mut at: usize, quote: char) -> usize {
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// The end of `r"..."`, `r#"..."#` and their byte kinds; `at` when this is no raw text.
fn end_of_raw(chars: &[char], at: usize) -> usize {
    let prefix: String = chars[at..]
        .iter()
        .take_while(|c| c.is_alphabetic())
        .collect();
    let open = at + prefix.chars().count();
    let hashes = chars[open..].iter().take_while(|c| **c == '#').count();
    let is_raw = matches!(prefix.as_str(), "r" | "br" | "cr");
    if !is_raw || chars.get(open + hashes) != Some(&'"') {
        return at;
    }
    let closes = |end: &usize| {
        chars[*end] == '"' && (1..=hashes).all(|more| chars.get(end + more) == Some(&'#'))
    };
    let end = (open + hashes + 1..chars.len()).find(closes);
    end.map_or(chars.len(), |end| end + hashes + 1)
}

/// Replaces everything under `#[cfg(test)]` by blanks; takes code without comments and texts.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        let (before, item) = rest.split_at(start);
        let (item, after) = item.split_at(end_of_item(item));
        out.push_str(before);
        out.extend(item.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where the item that begins with an attribute ends: its closing brace, or a semicolon before any brace.
fn end_of_item(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[test]
fn comments_texts_and_tests_are_not_code() {
    let text = r##"
let a = "x // \" f32"; // f32 in a comment
let b = r#"f32 " f32"#; /* f32 /* f32 */ f32 */ let c: u8 = b'"';
fn life<'a>(x: &'a u8) -> char { '\'' }
#[cfg(test)]
mod tests { fn f32() { if true { } } }
let f64 = bar"f32";
"##;
    let code = Source::sample("a.rs", text).code();
    assert!(!code.contains("f32"), "{code}");
    assert!(
        !code.contains("comment") && !code.contains("mod tests"),
        "{code}"
    );
    for kept in ["let a =", "let c: u8 =", "-> char {", "let f64"] {
        assert!(code.contains(kept), "{kept}: {code}");
    }
    assert_eq!(code.lines().count(), text.lines().count());
    let sample = Source::sample("a.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    x\n}\n");
    assert_eq!(sample.lines_without_tests(), 2);
}
