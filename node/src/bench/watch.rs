//! When each block was executed by the last of the validators, seen from outside.

use std::collections::BTreeMap;
use std::time::Duration;

use sycee_api::Client;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::local::network::LocalError;

/// How long the slowest validator may be behind the others in the end.
const BEHIND_MAX: Duration = Duration::from_secs(60);

/// A block as it was announced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Executed {
    /// When it had been executed.
    pub at: Instant,
    /// Its block time.
    pub time_ms: u64,
    /// Its receipts.
    pub receipts: u32,
}

/// One validator's blocks as they were announced.
#[derive(Debug)]
struct Watcher {
    reached: watch::Receiver<u64>,
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<Vec<(u64, Executed)>, LocalError>>,
}

/// Watches all validators.
#[derive(Debug)]
pub struct Watchers(Vec<Watcher>);

impl Watchers {
    /// Watches from now on.
    ///
    /// # Errors
    /// [`LocalError::Node`].
    pub async fn start(clients: &[Client]) -> Result<Watchers, LocalError> {
        let mut watchers = Vec::new();
        for client in clients {
            let mut client = client.clone();
            let from = client.status().await?.executed_height.saturating_add(1);
            let mut events = client.watch(from).await?;
            let (reach, reached) = watch::channel(from.saturating_sub(1));
            let (stop, mut stopped) = watch::channel(false);
            let task = tokio::spawn(async move {
                let mut seen = Vec::new();
                loop {
                    let event = tokio::select! {
                        event = events.message() => event,
                        _ = stopped.changed() => return Ok(seen),
                    };
                    let now = Instant::now();
                    let event = event.map_err(|status| {
                        LocalError::Check(format!("watching blocks: {status}"))
                    })?;
                    let Some(event) = event else { return Ok(seen) };
                    if let Some(block) = event.block {
                        let (time_ms, receipts) = (block.time_ms, event.receipts.unwrap_or(0));
                        seen.push((
                            block.height,
                            Executed {
                                at: now,
                                time_ms,
                                receipts,
                            },
                        ));
                        reach.send_replace(block.height);
                    }
                }
            });
            watchers.push(Watcher {
                reached,
                stop,
                task,
            });
        }
        Ok(Watchers(watchers))
    }

    /// Waits until every validator has executed `height`, and answers when the last of them had executed each height.
    ///
    /// # Errors
    /// [`LocalError::Check`] when one does not get there.
    pub async fn finish(self, height: u64) -> Result<BTreeMap<u64, Executed>, LocalError> {
        let mut everywhere: BTreeMap<u64, Executed> = BTreeMap::new();
        for mut watcher in self.0 {
            let wait = watcher.reached.wait_for(|reached| *reached >= height);
            let in_time = tokio::time::timeout(BEHIND_MAX, wait).await.is_ok();
            if !in_time {
                let reached = *watcher.reached.borrow();
                return Err(LocalError::Check(format!(
                    "a validator is at height {reached} and does not reach {height}"
                )));
            }
            // A watcher that has ended says why when it is joined.
            let _ended = watcher.stop.send(true);
            let seen = watcher
                .task
                .await
                .map_err(|error| LocalError::Check(format!("a watcher failed: {error}")))??;
            for (height, executed) in seen {
                let last = everywhere.entry(height).or_insert(executed);
                last.at = last.at.max(executed.at);
            }
        }
        Ok(everywhere)
    }
}
