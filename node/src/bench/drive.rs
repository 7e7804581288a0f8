//! Sends a pre-signed load to the validators, in an open or a closed loop, and notes when each transaction was answered.
//!
//! ```text
//!   closed   so many in flight at any time; the next goes when one is answered     finds the saturation
//!   open     so many a second whatever the answers do; late ones count as late     finds the latency at a given load
//! ```
//! In the open loop the clock of a transaction starts when it was due, not when it was sent: a network that stalls cannot hide it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sycee_api::{Client, NodeFault, Problem, wire};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::bench::load::Signed;
use crate::local::network::LocalError;

/// How long one answer may take before the run fails.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// Requests that a closed loop has open at each validator.
const REQUESTS_PER_VALIDATOR: usize = 4;

/// Transactions of one request in a closed loop.
const GROUP_MAX: usize = 512;

/// Bytes of one request; below what the interface takes.
const REQUEST_BYTES_MAX: usize = 4 << 20;

/// How often an open loop looks for what is due.
const TICK: Duration = Duration::from_millis(2);

/// Transactions an open loop may have in flight; below what the validators together take.
const IN_FLIGHT_MAX: usize = 48_000;

/// Pause before what a node had no room for is sent again.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// One of so many requests waits for its certified receipt instead of finality.
const PROVEN_EVERY: usize = 10;

/// How transactions are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// So many in flight.
    Closed {
        /// Transactions in flight.
        in_flight: usize,
    },
    /// So many in a thousand seconds.
    Open {
        /// Transactions in a thousand seconds.
        per_1000_s: u64,
    },
}

/// What became of one transaction.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Place in the load.
    pub place: usize,
    /// When it was due or sent.
    pub due: Instant,
    /// When its answer came.
    pub answered: Instant,
    /// Height of its receipt.
    pub height: u64,
    /// Whether the answer was the certified receipt.
    pub proven: bool,
}

/// Sends the load until `until` or until there is no more; answers what became of everything that was sent.
///
/// # Errors
/// The first transaction that did not settle whole, whatever the reason.
pub async fn drive(
    clients: &[Client],
    load: &Arc<Vec<Signed>>,
    pace: Pace,
    start: Instant,
    until: Instant,
) -> Result<Vec<Sample>, LocalError> {
    tokio::time::sleep_until(start).await;
    match pace {
        Pace::Closed { in_flight } => closed(clients, load, in_flight, until).await,
        Pace::Open { per_1000_s } => open(clients, load, per_1000_s, start, until).await,
    }
}

async fn closed(
    clients: &[Client],
    load: &Arc<Vec<Signed>>,
    in_flight: usize,
    until: Instant,
) -> Result<Vec<Sample>, LocalError> {
    let requests = (clients.len() * REQUESTS_PER_VALIDATOR)
        .min(in_flight)
        .max(1);
    let group = (in_flight / requests).clamp(1, group_max(load));
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for (worker, client) in (0..requests).zip(clients.iter().cycle()) {
        let (client, load, next) = (client.clone(), Arc::clone(load), Arc::clone(&next));
        workers.spawn(async move {
            let mut samples = Vec::new();
            let mut rounds = worker;
            while Instant::now() < until {
                let first = next.fetch_add(group, Ordering::Relaxed);
                let places: Vec<usize> =
                    (first..first.saturating_add(group).min(load.len())).collect();
                if places.is_empty() {
                    break;
                }
                let due = Instant::now();
                rounds += 1;
                let due_at = places.into_iter().map(|place| (place, due)).collect();
                samples.extend(
                    send(
                        client.clone(),
                        &load,
                        due_at,
                        rounds.is_multiple_of(PROVEN_EVERY),
                    )
                    .await?,
                );
            }
            Ok::<_, LocalError>(samples)
        });
    }
    collect(workers).await
}

/// Transactions of one request, by the size of the first.
fn group_max(load: &[Signed]) -> usize {
    let bytes = load.first().map_or(1, |signed| signed.bytes.len().max(1));
    (REQUEST_BYTES_MAX / bytes).clamp(1, GROUP_MAX)
}

async fn open(
    clients: &[Client],
    load: &Arc<Vec<Signed>>,
    per_1000_s: u64,
    start: Instant,
    until: Instant,
) -> Result<Vec<Sample>, LocalError> {
    let due_of = |place: usize| {
        let nanos = place as u128 * 1_000_000_000_000 / u128::from(per_1000_s.max(1));
        start + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    };
    let room = Arc::new(Semaphore::new(IN_FLIGHT_MAX));
    let group = group_max(load);
    let mut requests: JoinSet<Result<Vec<Sample>, LocalError>> = JoinSet::new();
    let mut samples = Vec::new();
    let mut next = 0;
    let mut turn = 0_usize;
    while next < load.len() && due_of(next) < until {
        tokio::time::sleep_until(due_of(next)).await;
        let now = Instant::now();
        let due: Vec<(usize, Instant)> = (next..load.len())
            .map(|place| (place, due_of(place)))
            .take_while(|(_, due)| *due <= now)
            .collect();
        next += due.len();
        for part in due.chunks(group.min(due.len().div_ceil(clients.len())).max(1)) {
            let Some(client) = clients.get(turn % clients.len().max(1)) else {
                break;
            };
            turn += 1;
            let places = u32::try_from(part.len()).unwrap_or(u32::MAX);
            let permit = Arc::clone(&room).acquire_many_owned(places).await;
            let (client, load, part) = (client.clone(), Arc::clone(load), part.to_vec());
            let proven = turn.is_multiple_of(PROVEN_EVERY);
            requests.spawn(async move {
                let _place = permit;
                send(client, &load, part, proven).await
            });
        }
        while let Some(ended) = requests.try_join_next() {
            samples.extend(joined(ended)?);
        }
        tokio::time::sleep_until(now + TICK).await;
    }
    samples.extend(collect(requests).await?);
    Ok(samples)
}

/// Sends one request and reads its answers. What the node has no room for is sent again after a moment; its clock goes on.
async fn send(
    mut client: Client,
    load: &[Signed],
    due_at: Vec<(usize, Instant)>,
    proven: bool,
) -> Result<Vec<Sample>, LocalError> {
    let wait = if proven {
        wire::Wait::Proven
    } else {
        wire::Wait::Final
    };
    let deadline = Instant::now() + ANSWER_MAX;
    let mut samples = Vec::with_capacity(due_at.len());
    let mut open = due_at;
    loop {
        let bytes = open
            .iter()
            .filter_map(|(place, _)| Some(load.get(*place)?.bytes.clone()))
            .collect();
        let answers = match client.submit_all(bytes, wait, ANSWER_MAX).await {
            Ok(answers) => answers,
            Err(problem) if is_busy(&problem) => {
                open.iter().map(|_| Err(problem.clone())).collect()
            }
            Err(problem) => return Err(problem.into()),
        };
        let answered = Instant::now();
        let mut again = Vec::new();
        for ((place, due), answer) in open.into_iter().zip(answers) {
            match answer {
                Ok(response) => {
                    let height = settled_height(response)?;
                    samples.push(Sample {
                        place,
                        due,
                        answered,
                        height,
                        proven,
                    });
                }
                Err(problem) if is_busy(&problem) && answered < deadline => {
                    again.push((place, due))
                }
                Err(problem) => return Err(problem.into()),
            }
        }
        if again.is_empty() {
            return Ok(samples);
        }
        open = again;
        tokio::time::sleep(BUSY_PAUSE).await;
    }
}

/// Whether the node only says that it has no room now.
fn is_busy(problem: &Problem) -> bool {
    problem.code == NodeFault::Busy.code()
}

/// The height at which everything in the transaction settled.
fn settled_height(answer: wire::SubmitTransactionResponse) -> Result<u64, LocalError> {
    use wire::outcome::Kind;
    let unsettled = |what: &str| {
        Err(LocalError::Check(format!(
            "transaction {}: {what}",
            answer.transaction_id
        )))
    };
    let Some(receipt) = &answer.receipt else {
        return unsettled("no receipt in the answer");
    };
    match receipt
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.kind.as_ref())
    {
        Some(Kind::Settled(_)) => Ok(receipt.height),
        Some(Kind::BulkSettled(bulk)) if bulk.refused_count == 0 => Ok(receipt.height),
        Some(Kind::BulkSettled(bulk)) => unsettled(&format!("{} legs refused", bulk.refused_count)),
        Some(Kind::Refused(problem)) => unsettled(&format!("refused with {}", problem.code)),
        Some(Kind::BulkRefused(bulk)) => unsettled(&format!("refused for leg {}", bulk.leg)),
        Some(Kind::Waiting(waiting)) => unsettled(&format!("waits: {}", waiting.reason)),
        Some(Kind::Cancelled(problem)) => unsettled(&format!("cancelled with {}", problem.code)),
        // An object of a book that a load makes; no payment is answered so.
        Some(Kind::Recorded(_)) => Ok(receipt.height),
        None => unsettled("no outcome in the receipt"),
    }
}

type Joined = Result<Result<Vec<Sample>, LocalError>, tokio::task::JoinError>;

fn joined(ended: Joined) -> Result<Vec<Sample>, LocalError> {
    ended.map_err(|error| LocalError::Check(format!("a sender failed: {error}")))?
}

async fn collect(
    mut tasks: JoinSet<Result<Vec<Sample>, LocalError>>,
) -> Result<Vec<Sample>, LocalError> {
    let mut samples = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        samples.extend(joined(ended)?);
    }
    Ok(samples)
}
