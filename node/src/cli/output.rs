//! The one form of output: data on stdout, as text for people or as JSON for programs; everything else on stderr.

use std::io::Write;
use std::path::Path;

use serde_json::Value;
use sycee_api::{NodeFault, Problem};

/// How a command prints.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// JSON for programs.
    pub json: bool,
}

impl Output {
    /// Prints one result: its JSON, or the lines that people read.
    pub fn print(self, value: &Value, lines: impl FnOnce() -> Vec<String>) {
        if self.json {
            data(&value.to_string());
        } else {
            for line in lines() {
                data(&line);
            }
        }
    }

    /// Prints an object; for people one `name: value` a line.
    pub fn object(self, value: &Value) {
        self.print(value, || pairs(value));
    }
}

/// `name: value` lines of an object, names lined up.
fn pairs(value: &Value) -> Vec<String> {
    let Value::Object(members) = value else {
        return vec![plain(value)];
    };
    let width = members.keys().map(String::len).max().unwrap_or(0);
    members
        .iter()
        .map(|(name, value)| format!("{name:width$}  {}", plain(value)))
        .collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// One line of data.
pub fn data(line: &str) {
    // A reader that has gone (`| head`) is no fault, and there is nobody left to tell.
    let _reader_gone = writeln!(std::io::stdout().lock(), "{line}");
}

/// One line about what is going on.
pub fn note(line: &str) {
    let _nobody_listens = writeln!(std::io::stderr().lock(), "{line}");
}

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// [`NodeFault::FileMissing`] naming the path, also when it is too large.
pub fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, Problem> {
    let missing =
        |why: String| Problem::of(NodeFault::FileMissing, format!("{}: {why}", path.display()));
    let size = std::fs::metadata(path)
        .map_err(|error| missing(error.to_string()))?
        .len();
    if size > limit {
        return Err(missing(format!("{size} bytes, at most {limit}")));
    }
    std::fs::read(path).map_err(|error| missing(error.to_string()))
}

/// Reads a text file of at most `limit` bytes.
///
/// # Errors
/// [`NodeFault::FileMissing`] naming the path, also when it is no UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, Problem> {
    String::from_utf8(read_file(path, limit)?).map_err(|error| {
        Problem::of(
            NodeFault::FileMissing,
            format!("{}: {error}", path.display()),
        )
    })
}

/// Writes a new file, never over another.
///
/// # Errors
/// [`NodeFault::FileExists`] or [`NodeFault::FileUnwritable`].
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let opened = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    let written = opened.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| {
        let fault = match error.kind() {
            std::io::ErrorKind::AlreadyExists => NodeFault::FileExists,
            _ => NodeFault::FileUnwritable,
        };
        Problem::of(fault, format!("{}: {error}", path.display()))
    })
}
