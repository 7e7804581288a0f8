//! Blocks, certificates and digests of heights; the resumable stream of blocks.

use std::sync::Arc;

use sycee_api::{NodeFault, Problem, convert, wire};
use sycee_contracts::read;
use sycee_primitives::{AccountId, Hash, Height};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch as watching};
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::Status;

use super::{Backend, Heights, StoredBlock, reads::read_problem};

/// Blocks a slow reader of a stream may be behind before the node waits for it.
const STREAM_BUFFER_BLOCKS: usize = 16;

/// How often, and how many times, a row that is being written is looked for.
const WRITE_POLL: std::time::Duration = std::time::Duration::from_millis(10);
const WRITE_POLLS_MAX: usize = 200;

/// Accounts hashed between two blocks; also how the balances digest is cut, so part of its definition.
const BALANCES_CHUNK: usize = 8_192;

pub(super) async fn block<B: Backend>(
    backend: &B,
    request: wire::GetBlockRequest,
) -> Result<wire::GetBlockResponse, Problem> {
    let height = Height(request.height);
    let stored = backend
        .block(height)
        .await?
        .ok_or_else(|| Problem::of(NodeFault::BlockUnknown, format!("height {height}")))?;
    Ok(wire::GetBlockResponse {
        block: Some(convert::block(&stored.block, &stored.digest)),
        as_of_height: executed(backend).0,
    })
}

pub(super) async fn certificate<B: Backend>(
    backend: &B,
    request: wire::GetCertificateRequest,
) -> Result<wire::GetCertificateResponse, Problem> {
    let height = Height(request.height);
    let (named, certificate) = backend
        .finalization(height)
        .await?
        .ok_or_else(|| Problem::of(NodeFault::BlockUnknown, format!("height {height}")))?;
    let block = backend.block(named).await?;
    let epochs = backend.epochs();
    let set = block.and_then(|stored| epochs.set(stored.block.block.epoch));
    let set = set.unwrap_or(&epochs.first().set);
    Ok(wire::GetCertificateResponse {
        certificate: Some(convert::certificate(&certificate, set, named)),
        as_of_height: executed(backend).0,
    })
}

/// Starts a stream; it ends when the client goes, or with the node.
pub(super) fn watch<B: Backend>(
    backend: Arc<B>,
    streams: Arc<Semaphore>,
    request: wire::WatchBlocksRequest,
) -> Result<impl Stream<Item = Result<wire::BlockEvent, Status>> + Send + use<B>, Problem> {
    let place = streams
        .try_acquire_owned()
        .map_err(|_| NodeFault::TooManyStreams)?;
    let (events, stream) = mpsc::channel(STREAM_BUFFER_BLOCKS);
    let from = Height(request.from_height.max(1));
    tokio::spawn(feed(backend, from, events, place));
    Ok(ReceiverStream::new(stream))
}

async fn feed<B: Backend>(
    backend: Arc<B>,
    from: Height,
    events: mpsc::Sender<Result<wire::BlockEvent, Status>>,
    _place: OwnedSemaphorePermit,
) {
    let mut progress = backend.progress();
    let mut height = from;
    loop {
        let as_of = tokio::select! {
            as_of = executed_from(&mut progress, height) => as_of,
            () = events.closed() => return,
        };
        let Some(as_of) = as_of else {
            let status = Problem::from(NodeFault::NotServing).to_status();
            let _client_may_be_gone = events.send(Err(status)).await;
            return;
        };
        let event = match backend.block(height).await {
            Ok(Some(stored)) => Ok(event_of(&stored, as_of)),
            Ok(None) => {
                Err(Problem::of(NodeFault::BlockUnknown, format!("height {height}")).to_status())
            }
            Err(problem) => Err(problem.to_status()),
        };
        let ends = event.is_err();
        if events.send(event).await.is_err() || ends {
            return;
        }
        height = Height(height.0.saturating_add(1));
    }
}

/// The executed height once it has reached `height`; `None` when the node has stopped.
async fn executed_from(
    progress: &mut watching::Receiver<Heights>,
    height: Height,
) -> Option<Height> {
    let reached = progress
        .wait_for(|heights| heights.executed >= height)
        .await;
    reached.ok().map(|heights| heights.executed)
}

fn event_of(stored: &StoredBlock, as_of: Height) -> wire::BlockEvent {
    wire::BlockEvent {
        block: Some(convert::block(&stored.block, &stored.digest)),
        receipts: stored.counts.map(|(receipts, _)| receipts),
        settled_legs: stored.counts.map(|(_, legs)| legs),
        as_of_height: as_of.0,
    }
}

pub(super) async fn roots<B: Backend>(
    backend: &B,
    request: wire::GetRootsRequest,
) -> Result<wire::GetRootsResponse, Problem> {
    let latest = executed(backend);
    let height = request.height.map_or(latest, Height);
    if height > latest {
        return Err(Problem::of(
            NodeFault::HeightAhead,
            format!("height {height}, executed {latest}"),
        ));
    }
    let mut results = backend.results(height).await?;
    for _ in 0..WRITE_POLLS_MAX {
        if results.is_some() || height == Height(0) {
            break;
        }
        // Executed a moment ago: the row is on its way to the disk.
        tokio::time::sleep(WRITE_POLL).await;
        results = backend.results(height).await?;
    }
    if results.is_none() && height > Height(0) {
        return Err(Problem::of(
            NodeFault::HeightAhead,
            format!("the results of height {height} are being written"),
        ));
    }
    // A node that no longer remembers the height's balances still knows its results.
    let balances = match balances(backend, height).await {
        Ok(digest) => digest.to_hex(),
        Err(problem) if problem.code == NodeFault::HeightForgotten.code() => String::new(),
        Err(problem) => return Err(problem),
    };
    let text = |hash: Option<Hash>| hash.map(|hash| hash.to_hex()).unwrap_or_default();
    Ok(wire::GetRootsResponse {
        height: height.0,
        results: text(results.map(|row| row.results)),
        receipts_root: text(results.map(|row| row.receipts_root)),
        state_root: text(results.and_then(|row| row.state_root)),
        balances,
        as_of_height: latest.0,
    })
}

/// Hash over id, debits and credits of every account as of a height: d_0 = 0, d_i = H(d_{i-1}, rows of the i-th 8,192 accounts).
async fn balances<B: Backend>(backend: &B, height: Height) -> Result<Hash, Problem> {
    let mut digest = Hash::ZERO;
    let mut from = AccountId(0);
    loop {
        let (chunk, next) = backend
            .read(move |ledger| {
                let mut bytes: Vec<u8> = Vec::new();
                let mut next = from;
                for account in read::accounts(ledger, from, BALANCES_CHUNK) {
                    next = AccountId(account.id.0.saturating_add(1));
                    let account = match read::account_at(ledger, account.id, height) {
                        Ok(account) => account,
                        // Opened later: it has no place in this height's digest.
                        Err(read::ReadError::Unknown) => continue,
                        Err(error) => return Err(read_problem(error, "balances")),
                    };
                    bytes.extend_from_slice(&account.id.0.to_le_bytes());
                    bytes.extend_from_slice(&account.debits.to_le_bytes());
                    bytes.extend_from_slice(&account.credits.to_le_bytes());
                }
                Ok((bytes, next))
            })
            .await??;
        if next == from {
            return Ok(digest);
        }
        if !chunk.is_empty() {
            digest = Hash::of(&[&digest.0, &chunk]);
        }
        from = next;
    }
}

fn executed<B: Backend>(backend: &B) -> Height {
    backend.progress().borrow().executed
}
