//! `sycee instruct send|template|verbs`: every verb there is, as a JSON document.
//!
//! ```text
//!   verbs ──▶ template VERB > FILE ──▶ an editor ──▶ send FILE      a document that cannot be read is refused before anything is sent
//! ```

use std::io::Read;

use clap::Args;
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem, json as form};
use sycee_contracts::{Action, IdempotencyKey, VerbName, example};

use super::Common;
use super::values::malformed;
use crate::cli::output::{Output, note, read_text};
use crate::cli::sending::{random_key, tell};
use crate::cli::{Global, Outcome};
use crate::clock;

/// Flags of `sycee instruct send`.
#[derive(Args, Debug)]
pub(super) struct Send {
    /// JSON document with one instruction or a list of them; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: String,
    #[command(flatten)]
    common: Common,
}

/// Flags of `sycee instruct template`.
#[derive(Args, Debug)]
pub(super) struct Template {
    /// The verb, as `sycee instruct verbs` lists it.
    #[arg(value_name = "VERB")]
    verb: String,
}

impl Send {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let actions = form::actions(&document(&self.file)?)?;
        let mut client = global.connect().await?;
        let sender = self.common.sending.sender(&mut client).await?;
        let base = self
            .common
            .idempotency_key
            .clone()
            .unwrap_or_else(random_key);
        let several = actions.len() > 1;
        // Every name is checked before anything is sent.
        let mut signed = Vec::new();
        for (place, action) in actions.into_iter().enumerate() {
            let key = if several {
                format!("{base}-{place}")
            } else {
                base.clone()
            };
            let name = IdempotencyKey::new(&key)
                .map_err(|error| malformed("--idempotency-key", &key, &error))?;
            let verb = action.name();
            signed.push((verb, key, sender.sign(name, action)));
        }
        for (verb, key, transaction) in signed {
            let id = transaction.instruction.id();
            let extra = json!({"verb": verb, "idempotency_key": key});
            if self.common.sending.dry_run {
                let bytes = sycee_primitives::hash::to_hex(&transaction.to_bytes());
                output.object(&json!({
                    "transaction_id": id.to_string(), "dry_run": true, "verb": verb, "transaction": bytes,
                }));
                continue;
            }
            note(&format!("sending {verb} {id}, idempotency key {key}"));
            let answer = client
                .submit(
                    transaction.to_bytes(),
                    self.common.wait.into(),
                    self.common.sending.timeout(),
                )
                .await?;
            tell(output, &answer, extra)?;
        }
        Ok(())
    }
}

fn document(file: &str) -> Result<String, Problem> {
    let limit = form::DOCUMENT_BYTES_MAX as u64;
    if file != "-" {
        return read_text(std::path::Path::new(file), limit);
    }
    let mut text = String::new();
    std::io::stdin()
        .take(limit + 1)
        .read_to_string(&mut text)
        .map_err(|error| Problem::of(NodeFault::FileMissing, format!("standard input: {error}")))?;
    Ok(text)
}

impl Template {
    pub(super) fn run(self, output: Output) -> Outcome {
        let example = example(&self.verb, clock::wall())
            .ok_or_else(|| Problem::of(NodeFault::VerbUnknown, &self.verb))?;
        let value = example
            .map_err(|error| error.to_string())
            .and_then(|action| serde_json::to_value(&action).map_err(|error| error.to_string()))
            .map_err(|error| Problem::of(NodeFault::Internal, error))?;
        output.print(&value, || {
            let pretty = serde_json::to_string_pretty(&value);
            vec![pretty.unwrap_or_else(|_| value.to_string())]
        });
        Ok(())
    }
}

/// `sycee instruct verbs`.
pub(super) fn verbs(output: Output) {
    let row = |verb: &VerbName| -> Value {
        json!({"verb": verb.key(), "number": verb.number, "says": verb.says})
    };
    let rows: Vec<Value> = Action::VERBS.iter().map(row).collect();
    output.print(&json!({ "verbs": rows }), || {
        let line = |verb: &VerbName| format!("{:3}  {:24}  {}", verb.number, verb.key(), verb.says);
        Action::VERBS.iter().map(line).collect()
    });
}

#[cfg(test)]
mod tests;
