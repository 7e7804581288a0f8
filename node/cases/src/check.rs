//! Comparing what was computed with what a file expects.

use serde_json::{Map, Value};

use crate::CaseResult;

/// A case whose computed members are compared with those of `expected`, member by member: each that the file states must be equal.
pub(crate) fn compared(
    id: String,
    outcome: Result<Map<String, Value>, String>,
    expected: Option<&Value>,
) -> CaseResult {
    let equal = expected.map(|expected| match (&outcome, expected) {
        (Ok(computed), Value::Object(expected)) => expected
            .iter()
            .all(|(name, value)| computed.get(name) == Some(value)),
        _ => false,
    });
    CaseResult { id, outcome, equal }
}
