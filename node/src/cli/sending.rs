//! What all commands that send share: whose key it is, how an instruction is made and signed, how its outcome is told.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use sycee_api::wire::{self, Wait, get_participant_request, outcome::Kind};
use sycee_api::{Client, NodeFault, Problem, convert, convert::parse};
use sycee_contracts::{Action, IdempotencyKey, Instruction, SignedTransaction};
use sycee_primitives::{BlockTime, BusinessDate, ChainId, ParticipantId, SecretKey, limits};

use crate::keys::{KeyError, KeyFile, Purpose};

/// Seconds an instruction is good for when nothing else is asked.
const EXPIRES_IN_DEFAULT: u64 = 600;

/// How far a submission is to get.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum WaitFor {
    /// Synced in the node's lane.
    Accepted,
    /// Ordered with a certificate and executed.
    Final,
    /// Covered by a proof that can be checked offline.
    Proven,
}

impl From<WaitFor> for Wait {
    fn from(wait: WaitFor) -> Wait {
        match wait {
            WaitFor::Accepted => Wait::Accepted,
            WaitFor::Final => Wait::Final,
            WaitFor::Proven => Wait::Proven,
        }
    }
}

/// Flags of every command that sends.
#[derive(Args, Debug)]
pub(super) struct Sending {
    /// Key file of the participant that sends.
    #[arg(long, value_name = "FILE")]
    pub(super) key: PathBuf,
    /// Seconds until the instruction expires, at most 86,400.
    #[arg(long, default_value_t = EXPIRES_IN_DEFAULT, value_name = "SECONDS")]
    expires_in: u64,
    /// Seconds to wait for the outcome.
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    timeout: u32,
    /// Build, sign and show, but do not send.
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Who sends, on which network, and when it is there.
pub(super) struct Sender {
    pub(super) participant: wire::Participant,
    chain_id: ChainId,
    key: SecretKey,
    expiry: BlockTime,
    pub(super) business_date: BusinessDate,
}

impl Sending {
    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout))
    }

    /// Reads the key and asks the node for whom it signs.
    pub(super) async fn sender(&self, client: &mut Client) -> Result<Sender, Problem> {
        let key = read_key(&self.key)?;
        let public = get_participant_request::Key::PublicKey(key.public_key().to_string());
        let participant = client.participant(public).await.map_err(|problem| {
            if problem.code != NodeFault::ParticipantUnknown.code() {
                return problem;
            }
            Problem::of(
                NodeFault::SenderUnclear,
                format!("public key {}", key.public_key()),
            )
        })?;
        let status = client.status().await?;
        let malformed = |field: &str| Problem::of(NodeFault::ReplyMalformed, field);
        let ahead_ms = self.expires_in.saturating_mul(1_000);
        if ahead_ms > limits::EXPIRY_AHEAD_MS_MAX {
            let place = format!("--expires-in {}: at most 86400", self.expires_in);
            return Err(Problem::of(NodeFault::FieldMalformed, place));
        }
        Ok(Sender {
            participant,
            chain_id: parse::hash("chain_id", &status.chain_id).map(ChainId)?,
            key: key.secret_key(),
            expiry: BlockTime(status.now_ms.saturating_add(ahead_ms)),
            business_date: BusinessDate::parse(&status.business_date)
                .ok_or_else(|| malformed("business_date"))?,
        })
    }
}

impl Sender {
    /// A signed instruction.
    pub(super) fn sign(
        &self,
        idempotency_key: IdempotencyKey,
        action: Action,
    ) -> SignedTransaction {
        let instruction = Instruction {
            chain_id: self.chain_id,
            sender: ParticipantId(self.participant.id),
            idempotency_key,
            expiry: self.expiry,
            action,
        };
        instruction.sign(&[&self.key])
    }
}

/// Reads a participant's key file.
pub(super) fn read_key(path: &Path) -> Result<KeyFile, Problem> {
    KeyFile::read(path, Purpose::Participant).map_err(|error| key_problem(&error))
}

/// A key file's refusal under the node's codes.
pub(super) fn key_problem(error: &KeyError) -> Problem {
    let fault = match error {
        KeyError::Missing { .. } | KeyError::Denied { .. } => NodeFault::FileMissing,
        KeyError::Exists { .. } => NodeFault::FileExists,
        KeyError::Exposed { .. } => NodeFault::KeyFileUnsafe,
        KeyError::Malformed { .. } | KeyError::WrongPurpose { .. } => NodeFault::KeyFileMalformed,
        KeyError::Io { .. } => NodeFault::FileUnwritable,
    };
    Problem::of(fault, error)
}

/// An idempotency key that nobody else draws: a UUIDv4 as text.
pub(super) fn random_key() -> String {
    sycee_primitives::identifiers::Uetr::from_random(rand::random()).to_string()
}

/// The word for how far a submission got.
pub(super) fn reached(wait: Wait) -> &'static str {
    match wait {
        Wait::Unspecified => "unknown",
        Wait::Accepted => "accepted",
        Wait::Final => "final",
        Wait::Proven => "proven",
    }
}

/// A receipt as JSON.
pub(super) fn receipt_json(receipt: &wire::Receipt) -> Value {
    let kind = receipt
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.kind.as_ref());
    let (word, detail) = match kind {
        None => ("unknown", Value::Null),
        Some(Kind::Settled(wire::Settled {})) => ("settled", Value::Null),
        Some(Kind::Refused(problem)) => ("refused", problem_json(problem)),
        Some(Kind::BulkSettled(bulk)) => (
            "bulk-settled",
            json!({
                "settled_count": bulk.settled_count,
                "settled_sum_minor": bulk.settled_sum_minor,
                "refused_count": bulk.refused_count,
                "refused": bulk.refused.iter()
                    .map(|leg| json!({"leg": leg.leg, "code": leg.code}))
                    .collect::<Vec<_>>(),
            }),
        ),
        Some(Kind::BulkRefused(bulk)) => (
            "bulk-refused",
            json!({"leg": bulk.leg, "problem": bulk.problem.as_ref().map(problem_json)}),
        ),
        Some(Kind::Waiting(waiting)) => ("waiting", json!({"for": waiting.reason})),
        Some(Kind::Cancelled(problem)) => ("cancelled", problem_json(problem)),
        Some(Kind::Recorded(object)) => {
            ("recorded", json!({"table": object.table, "id": object.id}))
        }
    };
    json!({
        "transaction_id": receipt.transaction_id,
        "height": receipt.height,
        "index": receipt.index,
        "outcome": word,
        "iso_status": receipt.outcome.as_ref().map(|it| it.iso_status.as_str()),
        "detail": detail,
        "fee": receipt.fee.as_ref().map(|it| json!({
            "payer": if it.by_creditor { "creditor" } else { "debtor" },
            "collector": it.collector,
            "amount_minor": it.amount_minor,
        })),
    })
}

pub(super) fn problem_json(problem: &wire::Problem) -> Value {
    json!({
        "code": problem.code,
        "iso_code": problem.iso_code,
        "what": problem.what,
        "where": problem.r#where,
        "remedy": problem.remedy,
        "retryable": problem.retryable,
    })
}

/// Signs an instruction under a key of its own, sends it, and tells how it ended; a dry run shows it only.
pub(super) async fn send(
    client: &mut Client,
    sending: &Sending,
    action: Action,
    output: super::Output,
) -> super::Outcome {
    let sender = sending.sender(client).await?;
    let key = random_key();
    let idempotency_key =
        IdempotencyKey::new(&key).map_err(|error| Problem::of(NodeFault::Internal, error))?;
    let signed = sender.sign(idempotency_key, action);
    if sending.dry_run {
        output.object(&json!({
            "transaction_id": signed.instruction.id().to_string(),
            "dry_run": true,
            "transaction": sycee_primitives::hash::to_hex(&signed.to_bytes()),
        }));
        return Ok(());
    }
    let wait = WaitFor::Final.into();
    let answer = client
        .submit(signed.to_bytes(), wait, sending.timeout())
        .await?;
    tell(output, &answer, json!({"idempotency_key": key}))
}

/// The row that an instruction made or changed: what the next command names.
fn recorded(value: &Value) -> String {
    let of = |name: &str| value.pointer(&format!("/receipt/detail/{name}"));
    match (of("table").and_then(Value::as_str), of("id")) {
        (Some(table), Some(id)) => format!(" as {table} {id}"),
        (Some(_) | None, _) => String::new(),
    }
}

/// Tells the answer to a submission; a refusal by the ledger becomes the command's failure.
pub(super) fn tell(
    output: super::Output,
    answer: &wire::SubmitTransactionResponse,
    extra: Value,
) -> Result<(), super::Failed> {
    let mut value = json!({
        "transaction_id": answer.transaction_id,
        "reached": reached(answer.reached()),
        "idempotency_hit": answer.idempotency_hit,
        "as_of_height": answer.as_of_height,
        "receipt": answer.receipt.as_ref().map(receipt_json),
    });
    if let (Value::Object(value), Value::Object(extra)) = (&mut value, extra) {
        value.extend(extra);
    }
    let refusal = answer.receipt.as_ref().and_then(convert::refusal_of);
    output.print(&value, || {
        let outcome = value
            .pointer("/receipt/outcome")
            .and_then(Value::as_str)
            .unwrap_or("not known yet");
        let row = recorded(&value);
        let height = answer.receipt.as_ref().map(|receipt| receipt.height);
        let place = height
            .map(|height| format!(" at height {height}"))
            .unwrap_or_default();
        let again = if answer.idempotency_hit {
            ", was here before"
        } else {
            ""
        };
        vec![format!(
            "{}: {outcome}{row}{place} ({}{again})",
            answer.transaction_id,
            reached(answer.reached())
        )]
    });
    refusal.map_or(Ok(()), |problem| Err(problem.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_records_something_is_told_under_which_number() {
        let rows = [
            (
                json!({"receipt": {"detail": {"table": "promises", "id": 7}}}),
                " as promises 7",
            ),
            (json!({"receipt": {"detail": null}}), ""),
            (json!({"receipt": {"detail": {"code": "SY-00260"}}}), ""),
            (json!({"receipt": null}), ""),
        ];
        for (value, expected) in rows {
            assert_eq!(recorded(&value), expected, "{value}");
        }
    }
}
