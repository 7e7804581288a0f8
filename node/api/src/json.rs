//! Instructions and rows as JSON documents, for the command line and for clients in other languages.
//!
//! ```text
//!   {"void_hold": {"hold": "e93e..."}}    ──action──▶  Action, or the place and the fault
//!   [{...}, {...}]                        ──actions─▶  several, all readable or none
//!   canonical bytes of a row              ──object──▶  JSON object
//! ```
//! What a field looks like is said where it is defined (`sycee_primitives::json`, `sycee_contracts`), here is only the library.
//! An answer of this page must never be hashed or signed: bytes come from the values.

mod names;

use serde::de::DeserializeOwned;
use sycee_contracts::{Action, Table, read};

use crate::fault::NodeFault;
use crate::problem::Problem;

pub use names::names;

/// Bytes of a document: the largest bulk payment is about a third of it.
pub const DOCUMENT_BYTES_MAX: usize = 6 << 20;

/// Instructions in one document; each is signed and sent by itself.
pub const DOCUMENT_INSTRUCTIONS_MAX: usize = 1_000;

/// Reads a document with one instruction.
///
/// # Errors
/// [`NodeFault::InstructionMalformed`] naming place and fault, [`NodeFault::VerbUnknown`].
pub fn action(text: &str) -> Result<Action, Problem> {
    parse(text)
}

/// Reads a document with one instruction or a list of them.
///
/// # Errors
/// Those of [`action`]; [`NodeFault::TooManyEntries`] above [`DOCUMENT_INSTRUCTIONS_MAX`].
pub fn actions(text: &str) -> Result<Vec<Action>, Problem> {
    if !text.trim_start().starts_with('[') {
        return action(text).map(|action| vec![action]);
    }
    let actions: Vec<Action> = parse(text)?;
    if actions.is_empty() {
        return Err(Problem::of(
            NodeFault::InstructionMalformed,
            "the list is empty",
        ));
    }
    if actions.len() > DOCUMENT_INSTRUCTIONS_MAX {
        let place = format!(
            "{} instructions, at most {DOCUMENT_INSTRUCTIONS_MAX}",
            actions.len()
        );
        return Err(Problem::of(NodeFault::TooManyEntries, place));
    }
    Ok(actions)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    if text.len() > DOCUMENT_BYTES_MAX {
        let place = format!("{} bytes, at most {DOCUMENT_BYTES_MAX}", text.len());
        return Err(Problem::of(NodeFault::InstructionMalformed, place));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = match error.path().to_string() {
            whole if whole == "." => String::new(),
            path => format!("{path}: "),
        };
        let why = error.inner().to_string();
        match unknown_verb(&why) {
            Some(verb) if !place.contains('.') => Problem::of(NodeFault::VerbUnknown, verb),
            Some(_) | None => Problem::of(NodeFault::InstructionMalformed, format!("{place}{why}")),
        }
    })?;
    reader
        .end()
        .map_err(|error| Problem::of(NodeFault::InstructionMalformed, error))?;
    Ok(value)
}

/// The verb that nobody knows, when that is the fault; the list of all others is no help.
fn unknown_verb(why: &str) -> Option<&str> {
    let (_, rest) = why.split_once("unknown variant `")?;
    let (name, expected) = rest.split_once('`')?;
    expected.contains("`register_participant`").then_some(name)
}

/// A row in its JSON form.
///
/// # Errors
/// [`NodeFault::Internal`] when the bytes are no row of the table.
pub fn object(table: Table, row: &[u8]) -> Result<serde_json::Value, Problem> {
    read::write_object(table, row, serde_json::value::Serializer)
        .map_err(|error| Problem::of(NodeFault::Internal, format!("{}: {error}", table.name())))
}

#[cfg(test)]
mod tests;
