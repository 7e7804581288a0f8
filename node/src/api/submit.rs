//! Submission: bytes to the node, then waiting as far as the client asked; one deadline over everything.
//!
//! ```text
//!   submit ──▶ refused                                       Problem, nothing recorded
//!          ──▶ duplicate ──▶ the receipt there is            idempotency_hit
//!          ──▶ accepted ──▶ (FINAL) outcome ──▶ (PROVEN) certified receipt
//! ```
//! A wait that ends early answers TimedOut and says that the transaction may still take effect.

use std::time::Duration;

use futures::future::join_all;
use sycee_api::wire::{self, Wait, submission_result};
use sycee_api::{NodeFault, Problem, TRANSACTIONS_PER_REQUEST_MAX, convert};
use sycee_primitives::TransactionId;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::{Backend, Submitted, reads};

/// Wait when the client names none.
const WAIT_DEFAULT: Duration = Duration::from_secs(10);

/// Longest wait a client may ask for.
const WAIT_MAX: Duration = Duration::from_secs(120);

/// The instant until which a request may wait.
pub(super) fn deadline(milliseconds: u32, default: Duration) -> Instant {
    let wait = match milliseconds {
        0 => default,
        asked => Duration::from_millis(u64::from(asked)).min(WAIT_MAX),
    };
    let now = Instant::now();
    now.checked_add(wait).unwrap_or(now)
}

pub(super) async fn one<B: Backend>(
    backend: &B,
    waiting: &Semaphore,
    request: wire::SubmitTransactionRequest,
) -> Result<wire::SubmitTransactionResponse, Problem> {
    let wait = wait_of(request.wait)?;
    let until = deadline(request.timeout_ms, WAIT_DEFAULT);
    let _place = waiting.try_acquire().map_err(|_| NodeFault::Busy)?;
    follow(backend, request.transaction, wait, until).await
}

pub(super) async fn many<B: Backend>(
    backend: &B,
    waiting: &Semaphore,
    request: wire::SubmitTransactionsRequest,
) -> Result<wire::SubmitTransactionsResponse, Problem> {
    let wait = wait_of(request.wait)?;
    let until = deadline(request.timeout_ms, WAIT_DEFAULT);
    let count = request.transactions.len();
    if count > TRANSACTIONS_PER_REQUEST_MAX {
        let place = format!("{count} transactions, at most {TRANSACTIONS_PER_REQUEST_MAX}");
        return Err(Problem::of(NodeFault::TooManyEntries, place));
    }
    let places = u32::try_from(count).unwrap_or(u32::MAX);
    let _places = waiting
        .try_acquire_many(places)
        .map_err(|_| NodeFault::Busy)?;
    let each = request
        .transactions
        .into_iter()
        .map(|bytes| follow(backend, bytes, wait, until));
    let results = join_all(each).await.into_iter().map(|answer| {
        let result = match answer {
            Ok(response) => submission_result::Result::Acknowledged(response),
            Err(problem) => submission_result::Result::Problem(problem.to_wire()),
        };
        wire::SubmissionResult {
            result: Some(result),
        }
    });
    Ok(wire::SubmitTransactionsResponse {
        results: results.collect(),
    })
}

fn wait_of(wait: i32) -> Result<Wait, Problem> {
    match Wait::try_from(wait) {
        Ok(Wait::Unspecified) => Ok(Wait::Final),
        Ok(known) => Ok(known),
        Err(_) => Err(Problem::of(
            NodeFault::FieldMalformed,
            format!("wait: {wait} is none of ACCEPTED, FINAL, PROVEN"),
        )),
    }
}

/// One transaction as far as the client asked.
async fn follow<B: Backend>(
    backend: &B,
    bytes: Vec<u8>,
    wait: Wait,
    until: Instant,
) -> Result<wire::SubmitTransactionResponse, Problem> {
    let submitted = before(until, "not yet accepted", backend.submit(bytes)).await?;
    let mut answer = wire::SubmitTransactionResponse::default();
    let transaction = match submitted {
        Submitted::Duplicate(record) => {
            answer.idempotency_hit = true;
            answer.receipt = Some(reads::full_receipt(backend, &record).await?);
            record.transaction
        }
        Submitted::Accepted {
            transaction,
            repeated,
        } => {
            answer.idempotency_hit = repeated;
            transaction
        }
    };
    answer.transaction_id = transaction.to_string();
    answer.set_reached(Wait::Accepted);
    if wait != Wait::Accepted && answer.receipt.is_none() {
        let place = format!("transaction {transaction} is accepted, not yet final");
        let receipt = before(until, &place, backend.outcome(transaction)).await?;
        answer.receipt = Some(convert::receipt(&receipt));
    }
    if answer.receipt.is_some() {
        answer.set_reached(Wait::Final);
    }
    if wait == Wait::Proven {
        let place = format!("transaction {transaction} is final, not yet proven");
        answer.proof = before(until, &place, certified(backend, transaction)).await?;
        answer.set_reached(Wait::Proven);
    }
    // The receipt may arrive before the news of its block.
    let outcome_at = answer.receipt.as_ref().map_or(0, |receipt| receipt.height);
    answer.as_of_height = backend.progress().borrow().executed.0.max(outcome_at);
    Ok(answer)
}

/// Waits for the certificate over a receipt: every final block may bring it.
pub(super) async fn certified<B: Backend>(
    backend: &B,
    transaction: TransactionId,
) -> Result<Vec<u8>, Problem> {
    let mut progress = backend.progress();
    let not_yet = NodeFault::NotCertified.code();
    loop {
        progress.mark_unchanged();
        match backend.prove(transaction).await {
            Err(problem) if problem.code == not_yet => {}
            answer => return answer,
        }
        if progress.changed().await.is_err() {
            return Err(NodeFault::NotServing.into());
        }
    }
}

/// What a step gives before the deadline.
pub(super) async fn before<T>(
    until: Instant,
    place: &str,
    step: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    tokio::time::timeout_at(until, step)
        .await
        .unwrap_or_else(|_elapsed| Err(Problem::of(NodeFault::TimedOut, place)))
}
