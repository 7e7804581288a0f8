//! Any row of any table, and instructions from their JSON form: one page for all products.
//!
//! ```text
//!   table by name ──read──▶ canonical bytes, between two blocks ──▶ JSON, beside the ledger
//!                 ──proof─▶ under a checkpoint ──wait──▶ under a finalization
//! ```
//! The ledger is held only while bytes are copied; what they say is worked out afterwards.

use std::time::Duration;

use sycee_api::{NodeFault, Problem, json, wire};
use sycee_contracts::{IdempotencyKey, Instruction, Table, read, read::ReadError};
use sycee_primitives::{BlockTime, ParticipantId, codec};

use super::Backend;
use super::reads::limit_of;
use super::submit::deadline;

/// Rows looked at in one request that asks for those of one participant: a request must end even when there are none.
const ROWS_SCANNED_MAX: usize = 4_096;

/// Bytes of rows in one answer; their JSON is about three times as long, and both must fit an answer.
const ROW_BYTES_PER_ANSWER: usize = 4 << 20;

/// Times that a proof is begun again because the first final block above its checkpoint states a later one.
const PROOF_TRIES: usize = 8;

/// How long an instruction is good for when the client does not say.
const EXPIRES_IN_MS: u64 = 600_000;

fn table_of(name: &str) -> Result<Table, Problem> {
    Table::from_name(name).ok_or_else(|| Problem::of(NodeFault::TableUnknown, name))
}

fn object_of(table: Table, id: u64, row: Vec<u8>) -> Result<wire::Object, Problem> {
    Ok(wire::Object {
        table: table.name().to_owned(),
        id,
        json: json::object(table, &row)?.to_string(),
        row,
    })
}

pub(super) async fn tables<B: Backend>(backend: &B) -> Result<wire::ListTablesResponse, Problem> {
    backend
        .read(|ledger| {
            let tables = read::tables(ledger).into_iter();
            wire::ListTablesResponse {
                tables: tables
                    .map(|(table, rows)| wire::Table {
                        number: u32::from(table.number()),
                        name: table.name().to_owned(),
                        says: table.says().to_owned(),
                        rows,
                    })
                    .collect(),
                as_of_height: ledger.height().0,
            }
        })
        .await
}

pub(super) async fn get<B: Backend>(
    backend: &B,
    request: wire::GetObjectRequest,
) -> Result<wire::GetObjectResponse, Problem> {
    let table = table_of(&request.table)?;
    let id = request.id;
    let unknown = || Problem::of(NodeFault::ObjectUnknown, format!("{} {id}", table.name()));
    if request.with_proof {
        if request.wait_ms == 0 {
            return proven(backend, table, id, false).await;
        }
        let until = deadline(request.wait_ms, Duration::ZERO);
        let answer = tokio::time::timeout_at(until, proven(backend, table, id, true)).await;
        return answer.unwrap_or_else(|_| {
            let why = "no checkpoint behind it is certified yet; an idle network makes one block a minute";
            Err(Problem::of(NodeFault::NotCertified, format!("{} {id}: {why}", table.name())))
        });
    }
    let (rows, row, height) = backend
        .read(move |ledger| {
            let row = read::object(ledger, table, id);
            (read::rows(ledger, table), row, ledger.height().0)
        })
        .await?;
    if rows.is_none() {
        return Err(Problem::of(NodeFault::TableUnknown, table.name()));
    }
    Ok(wire::GetObjectResponse {
        object: Some(object_of(table, id, row.ok_or_else(unknown)?)?),
        proof: Vec::new(),
        as_of_height: height,
    })
}

/// The object at the last checkpoint with its proof; waits for the certificate, and for the checkpoint after a change, when `waits`.
async fn proven<B: Backend>(
    backend: &B,
    table: Table,
    id: u64,
    waits: bool,
) -> Result<wire::GetObjectResponse, Problem> {
    let not_yet = NodeFault::NotCertified.code();
    let mut progress = backend.progress();
    let mut tries = 0;
    let mut found = None;
    loop {
        progress.mark_unchanged();
        if found.is_none() {
            let proof = backend.read(move |ledger| read::object_proof(ledger, table, id));
            match proof.await? {
                Ok(proof) => found = Some(proof),
                Err(ReadError::NoCheckpoint | ReadError::Newer) if waits => {}
                Err(error) => return Err(proof_problem(error, table, id)),
            }
        }
        if let Some(proof) = found.clone() {
            let (row, height) = (proof.row.clone(), proof.roots.height.0);
            match backend.prove_object(proof).await {
                Ok(Some(bytes)) => {
                    return Ok(wire::GetObjectResponse {
                        object: Some(object_of(table, id, row)?),
                        proof: bytes,
                        as_of_height: height,
                    });
                }
                Ok(None) if tries < PROOF_TRIES => {
                    tries += 1;
                    found = None;
                    continue;
                }
                Ok(None) => return Err(NodeFault::NotCertified.into()),
                Err(problem) if waits && problem.code == not_yet => {}
                Err(problem) => return Err(problem),
            }
        }
        if progress.changed().await.is_err() {
            return Err(NodeFault::NotServing.into());
        }
    }
}

fn proof_problem(error: ReadError, table: Table, id: u64) -> Problem {
    let fault = match error {
        ReadError::Unknown => NodeFault::ObjectUnknown,
        ReadError::NotYet(_) => NodeFault::HeightAhead,
        ReadError::Forgotten(_) => NodeFault::HeightForgotten,
        ReadError::NoCheckpoint | ReadError::Newer => NodeFault::NotCertified,
    };
    let place = format!("{} {id}", table.name());
    match error {
        // Accounts, assets and participants are proven otherwise, or not yet.
        ReadError::Unknown => Problem::of(
            fault,
            format!("{place}: no such object of a product, or it came after the last checkpoint"),
        ),
        ReadError::NotYet(_)
        | ReadError::Forgotten(_)
        | ReadError::NoCheckpoint
        | ReadError::Newer => Problem::of(fault, format!("{place}: {error}")),
    }
}

pub(super) async fn list<B: Backend>(
    backend: &B,
    request: wire::ListObjectsRequest,
) -> Result<wire::ListObjectsResponse, Problem> {
    let table = table_of(&request.table)?;
    let limit = limit_of(request.limit)?;
    let participant = request.participant.map(ParticipantId);
    let from = request.from_id;
    let scanned = match participant {
        Some(_) => ROWS_SCANNED_MAX,
        None => limit,
    };
    let (rows, found, height) = backend
        .read(move |ledger| {
            let rows = read::rows(ledger, table)?;
            let ids = (from..rows).take(scanned);
            let mut bytes = 0;
            let mut found = Vec::new();
            for id in ids {
                let Some(row) = read::object(ledger, table, id) else {
                    break;
                };
                bytes += row.len();
                found.push((id, row));
                if bytes > ROW_BYTES_PER_ANSWER {
                    break;
                }
            }
            Some((rows, found, ledger.height().0))
        })
        .await?
        .ok_or_else(|| Problem::of(NodeFault::TableUnknown, table.name()))?;
    let mut objects = Vec::new();
    let mut next = from;
    for (id, row) in found {
        if objects.len() == limit {
            break;
        }
        next = id.saturating_add(1);
        if participant.is_none_or(|it| json::names(table, &row, it)) {
            objects.push(object_of(table, id, row)?);
        }
    }
    Ok(wire::ListObjectsResponse {
        objects,
        next_id: (next < rows && next > from).then_some(next),
        as_of_height: height,
    })
}

/// An instruction's canonical bytes from its JSON form. It asks the ledger nothing and keeps nothing.
pub(super) fn prepare<B: Backend>(
    backend: &B,
    request: &wire::PrepareInstructionRequest,
) -> Result<wire::PrepareInstructionResponse, Problem> {
    let idempotency_key = IdempotencyKey::new(&request.idempotency_key).map_err(|error| {
        Problem::of(
            NodeFault::FieldMalformed,
            format!("idempotency_key: {error}"),
        )
    })?;
    let expiry = match request.expires_ms {
        0 => backend.health().now.after_ms(EXPIRES_IN_MS),
        stated => BlockTime(stated),
    };
    let instruction = Instruction {
        chain_id: backend.identity().chain_id,
        sender: ParticipantId(request.sender),
        idempotency_key,
        expiry,
        action: json::action(&request.action_json)?,
    };
    Ok(wire::PrepareInstructionResponse {
        transaction_id: instruction.id().to_string(),
        instruction: codec::encode(&instruction),
        expires_ms: expiry.0,
    })
}
