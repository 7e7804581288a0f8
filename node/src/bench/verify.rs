//! After the load: is every balance what the load says, and do all nodes say the same?

use std::time::Duration;

use serde::Serialize;
use sycee_api::{Client, LIST_ROWS_MAX, client, wire};
use tokio::time::Instant;

use crate::bench::population::{OPENING, Population};
use crate::local::network::LocalError;

/// How long a checkpoint may take to come, and the slowest node to get there.
const AGREE_MAX: Duration = Duration::from_secs(60);

/// Pause between two questions.
const POLL: Duration = Duration::from_millis(50);

/// Heights after the one asked for in which a checkpoint must come: a second of blocks at their least distance, and room.
const CHECKPOINT_WITHIN: u64 = 4_096;

/// What all nodes agree on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Agreement {
    /// Height of the checkpoint.
    pub height: u64,
    /// State root there.
    pub state_root: String,
    /// Cumulative results there.
    pub results: String,
    /// Digest over all balances there, where every node still knew it.
    pub balances: Option<String>,
    /// Nodes that said so.
    pub nodes: usize,
}

/// Waits for the first checkpoint at or above `height` and compares what all nodes say there.
///
/// # Errors
/// [`LocalError::Check`] when they differ or do not get there.
pub async fn agree(clients: &mut [Client], height: u64) -> Result<Agreement, LocalError> {
    let deadline = Instant::now() + AGREE_MAX;
    let nodes = clients.len();
    let (first, others) = clients
        .split_first_mut()
        .ok_or_else(|| LocalError::Check("there are no nodes".to_owned()))?;
    let checkpoint = next_checkpoint(first, height, deadline).await?;
    let mut agreement = Agreement {
        height: checkpoint.height,
        state_root: checkpoint.state_root,
        results: checkpoint.results,
        balances: Some(checkpoint.balances).filter(|digest| !digest.is_empty()),
        nodes,
    };
    for other in others {
        let roots = roots_at(other, agreement.height, deadline).await?;
        let same = roots.state_root == agreement.state_root && roots.results == agreement.results;
        let balances_same = match (&agreement.balances, roots.balances.as_str()) {
            (Some(known), found) if !found.is_empty() => known == found,
            (None, _) | (Some(_), _) => {
                agreement.balances = None;
                true
            }
        };
        if !same || !balances_same {
            let what = format!(
                "{} differs at height {}: state root {} (others {}), results {} (others {})",
                other.address(),
                agreement.height,
                roots.state_root,
                agreement.state_root,
                roots.results,
                agreement.results
            );
            return Err(LocalError::Check(what));
        }
    }
    Ok(agreement)
}

async fn next_checkpoint(
    client: &mut Client,
    from: u64,
    deadline: Instant,
) -> Result<wire::GetRootsResponse, LocalError> {
    for height in from..from.saturating_add(CHECKPOINT_WITHIN) {
        let roots = roots_at(client, height, deadline).await?;
        if !roots.state_root.is_empty() {
            return Ok(roots);
        }
    }
    Err(LocalError::Check(format!(
        "no checkpoint within {CHECKPOINT_WITHIN} blocks of height {from}"
    )))
}

/// The digests of a height, waiting until the node has executed it.
async fn roots_at(
    client: &mut Client,
    height: u64,
    deadline: Instant,
) -> Result<wire::GetRootsResponse, LocalError> {
    loop {
        let status = client.status().await?;
        if status.executed_height >= height {
            return Ok(client.roots(Some(height)).await?);
        }
        if Instant::now() > deadline {
            let at = status.executed_height;
            return Err(LocalError::Check(format!(
                "{} is at height {at} and does not reach {height}",
                client.address()
            )));
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Compares every account's balance on one node with opening plus movements, and their sum with what there was.
///
/// # Errors
/// [`LocalError::Check`] naming the first account that differs.
pub async fn balances(
    client: &mut Client,
    population: &Population,
    moved: &[i128],
) -> Result<u64, LocalError> {
    let opening = i128::try_from(OPENING).unwrap_or(i128::MAX);
    let end = population.account(population.accounts()).0;
    let mut from_id = population.account(0).0;
    let mut checked: u64 = 0;
    let mut sum: i128 = 0;
    while from_id < end {
        let request = wire::ListAccountsRequest {
            from_id,
            limit: LIST_ROWS_MAX,
            owner: None,
        };
        let page = client::answer(client.calls().list_accounts(request).await)?;
        for account in &page.accounts {
            let Some(place) = population.place(account.id) else {
                continue;
            };
            let found: i128 = account.balance_minor.parse().unwrap_or(i128::MIN);
            let expected = usize::try_from(place)
                .ok()
                .and_then(|place| moved.get(place))
                .map(|moved| opening + moved);
            if Some(found) != expected {
                let what = format!(
                    "account {} holds {found}, the load says {expected:?}",
                    account.number
                );
                return Err(LocalError::Check(what));
            }
            checked += 1;
            sum = sum.saturating_add(found);
        }
        match page.next_id {
            Some(next) if next > from_id => from_id = next,
            Some(_) | None => break,
        }
    }
    let accounts = population.accounts();
    if checked != accounts || sum != opening.saturating_mul(accounts.into()) {
        return Err(LocalError::Check(format!(
            "{checked} of {accounts} accounts hold {sum} together"
        )));
    }
    Ok(checked)
}
