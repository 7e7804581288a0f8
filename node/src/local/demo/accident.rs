//! The accident: a validator is killed with signal 9 when it is the next leader and holds acknowledged payments nobody has executed.
//!
//! ```text
//!   wait until the network rests and it is the victim's turn to lead
//!     ─▶ victim acknowledges payments (synced in its own lane) ─▶ kill -9 ─▶ ask the survivors: not executed?
//!        it was somebody else's turn by then, or they were executed already: restart, try again
//!   ... later: restart, and every payment it had acknowledged is final, on it and on the others
//! ```
//! Nothing is arranged inside the nodes: the moment is found by asking them, as anybody could.

use std::time::Duration;

use serde::Serialize;
use sycee_api::{Client, NodeFault, wire};
use sycee_consensus::View;
use tokio::time::Instant;

use super::milliseconds;
use crate::local::files::{Directory, SENDING_BANKS};
use crate::local::network::{LocalError, Network};
use crate::local::payer::{Payer, SignedPayment, settle, settled_height};
use crate::local::random::Sequence;

/// Payments the victim acknowledges before it is killed.
const PAYMENTS: usize = 16;

/// How often the moment may be missed before the demonstration gives up.
const ATTEMPTS_MAX: usize = 8;

/// How long to look for the victim's turn in one attempt.
const LOOK_MAX: Duration = Duration::from_secs(60);

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(25);

/// Longest pause between the two payments that move the turn on.
const NUDGE_MS_MAX: u64 = 30;

/// How long a payment may take to be final after the restart.
const FINAL_MAX: Duration = Duration::from_secs(60);

/// Owners of the validators, as the genesis names them, by their indexes.
const BANKS: [&str; 4] = ["bank-a", "bank-b", "bank-c", "bank-d"];

/// What was done and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Accident {
    /// The killed validator.
    pub node: String,
    /// View of the survivors right after the kill.
    pub view: u64,
    /// Whether it was to lead that view or the next.
    pub was_next_leader: bool,
    /// Payments it had acknowledged.
    pub acknowledged: usize,
    /// How many of them the survivors had not executed when it was dead.
    pub unexecuted: usize,
    /// How many of them were final on a survivor and on the restarted node.
    pub final_afterwards: usize,
    /// Kills until the moment was right.
    pub attempts: usize,
    /// From the kill to the next final payment at a survivor, milliseconds.
    pub next_final_ms: u64,
    /// From the restart to ready, milliseconds.
    pub ready_again_ms: u64,
    #[serde(skip)]
    place: usize,
    #[serde(skip)]
    payments: Vec<SignedPayment>,
}

/// Finds the moment and kills.
pub(super) async fn kill_next_leader(
    network: &mut Network,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Accident, LocalError> {
    let mut earlier: Vec<SignedPayment> = Vec::new();
    for attempt in 1..=ATTEMPTS_MAX {
        let place = wait_for_turn(network).await?;
        let mut accident = kill(network, place).await?;
        accident.attempts = attempt;
        // Also what was acknowledged in attempts that missed the moment must become final.
        earlier.append(&mut accident.payments);
        accident.payments = earlier;
        accident.acknowledged = accident.payments.len();
        tell(&format!(
            "killed {} (attempt {attempt}): acknowledged {}, unexecuted {}, next leader {}",
            accident.node, accident.acknowledged, accident.unexecuted, accident.was_next_leader
        ));
        if accident.was_next_leader && accident.unexecuted > 0 {
            accident.next_final_ms = next_final(network).await?;
            tell(&format!(
                "the others went on: next payment final {} ms after the kill",
                accident.next_final_ms
            ));
            return Ok(accident);
        }
        network.start()?;
        network.wait_ready().await?;
        earlier = accident.payments;
    }
    Err(LocalError::Check(format!(
        "the moment was missed {ATTEMPTS_MAX} times"
    )))
}

/// Restarts the victim and asks for every payment it had acknowledged; answers their heights too.
pub(super) async fn restart(
    network: &mut Network,
    mut accident: Accident,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<(Accident, Vec<u64>), LocalError> {
    let started = Instant::now();
    network.start()?;
    network.wait_ready().await?;
    accident.ready_again_ms = milliseconds(started.elapsed());
    tell(&format!(
        "{} is ready again after {} ms",
        accident.node, accident.ready_again_ms
    ));
    let mut survivor = network.node(0)?.connect().await?;
    let mut victim = network.node(accident.place)?.connect().await?;
    let mut heights = Vec::new();
    for payment in &accident.payments {
        let here = survivor.receipt(&payment.id, false, FINAL_MAX).await?;
        let there = victim.receipt(&payment.id, false, FINAL_MAX).await?;
        let height = settled_height(here.receipt.as_ref());
        if height.is_some() && height == settled_height(there.receipt.as_ref()) {
            accident.final_afterwards += 1;
        }
        heights.extend(height);
    }
    Ok((accident, heights))
}

/// Waits until the network rests and the next leader is a validator over which no bank sends files.
async fn wait_for_turn(network: &Network) -> Result<usize, LocalError> {
    let set = network.genesis().validator_set();
    let mut client = network.node(0)?.connect().await?;
    let payer = payer(network, &mut client, 0).await?;
    let deadline = Instant::now() + LOOK_MAX;
    let mut jitter = Sequence::new(rand::random());
    while Instant::now() < deadline {
        let before = client.status().await?;
        tokio::time::sleep(LOOK).await;
        let status = client.status().await?;
        let resting =
            before.view == status.view && before.executed_height == status.executed_height;
        let leader = set.leader(View(status.view)).usize();
        if resting && leader >= SENDING_BANKS {
            return Ok(leader);
        }
        if resting {
            // Payments move the turn on. One by itself always moves it equally far, so a second follows after a varying time.
            for payment in payer.sign(&mut client, 2).await? {
                settle(&mut client, &payment).await?;
                tokio::time::sleep(Duration::from_millis(jitter.below(NUDGE_MS_MAX))).await;
            }
        }
    }
    Err(LocalError::Check(
        "the network does not come to rest".to_owned(),
    ))
}

async fn kill(network: &mut Network, place: usize) -> Result<Accident, LocalError> {
    let node = network.node(place)?.name().to_owned();
    let mut victim = network.node(place)?.connect().await?;
    let mut survivor = network.node(0)?.connect().await?;
    let payer = payer(network, &mut victim, place).await?;
    let payments = payer.sign(&mut victim, PAYMENTS).await?;
    let bytes = payments
        .iter()
        .map(|payment| payment.bytes.clone())
        .collect();
    let answers = victim
        .submit_all(bytes, wire::Wait::Accepted, FINAL_MAX)
        .await?;
    network.kill(place).await?;
    let status = survivor.status().await?;
    let mut acknowledged = Vec::new();
    for (payment, answer) in payments.into_iter().zip(answers) {
        answer?;
        acknowledged.push(payment);
    }
    let mut unexecuted = 0;
    for payment in &acknowledged {
        match survivor.receipt(&payment.id, false, Duration::ZERO).await {
            Err(problem) if problem.code == NodeFault::TransactionUnknown.code() => unexecuted += 1,
            Ok(_executed) => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    let set = network.genesis().validator_set();
    let leads = |view: u64| set.leader(View(view)).usize() == place;
    Ok(Accident {
        node,
        view: status.view,
        was_next_leader: leads(status.view) || leads(status.view.saturating_add(1)),
        acknowledged: acknowledged.len(),
        unexecuted,
        final_afterwards: 0,
        attempts: 0,
        next_final_ms: 0,
        ready_again_ms: 0,
        place,
        payments: acknowledged,
    })
}

/// Milliseconds until a payment sent now to a survivor is final.
async fn next_final(network: &Network) -> Result<u64, LocalError> {
    let mut client = network.node(0)?.connect().await?;
    let payer = payer(network, &mut client, 0).await?;
    let sent = Instant::now();
    for payment in payer.sign(&mut client, 1).await? {
        settle(&mut client, &payment).await?;
    }
    Ok(milliseconds(sent.elapsed()))
}

/// The bank of a validator pays the next one.
async fn payer(network: &Network, client: &mut Client, place: usize) -> Result<Payer, LocalError> {
    let directory = Directory::of(network.genesis().facts());
    let directory =
        directory.ok_or_else(|| LocalError::Check("the genesis has too few banks".to_owned()))?;
    let account = |bank: usize| {
        directory
            .banks
            .get(bank % BANKS.len())
            .map(|bank| bank.account.clone())
    };
    let id = BANKS.get(place).copied().unwrap_or_default();
    let key = network.participant_key(id)?;
    Payer::new(
        client,
        &key,
        &account(place).unwrap_or_default(),
        &account(place + 1).unwrap_or_default(),
    )
    .await
}
