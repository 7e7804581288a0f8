//! Expected results that nothing here has computed: the folder in `SYCEE_VECTORS`, else the selection in `tests/vectors`.

use serde_json::Value;

fn read(path: &str) -> Value {
    let folder = std::env::var("SYCEE_VECTORS")
        .unwrap_or_else(|_| format!("{}/../tests/vectors", env!("CARGO_MANIFEST_DIR")));
    let path = format!("{folder}/{path}");
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The cases of one kind of `receivables/receivables.json`.
pub(crate) fn receivables(kind: &str) -> Vec<Value> {
    let cases = read("receivables/receivables.json");
    let cases = cases.as_array().expect("a list of cases");
    let of_kind = |case: &&Value| case["kind"] == kind;
    cases.iter().filter(of_kind).cloned().collect()
}

/// A whole number, written as a number or as text.
pub(crate) fn number(value: &Value) -> u128 {
    match value {
        Value::Number(number) => number.as_u64().map(u128::from),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
    .unwrap_or_else(|| panic!("{value} is no whole number"))
}

/// A text.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
