//! A validator that solves netting cycles by itself and submits what it finds.
//!
//! ```text
//!   checkpoint executed ─▶ a cycle is open? ─▶ the question, between two blocks ─▶ solver, on a thread of its own
//!                                                                                    └─▶ better than the baseline? ─▶ SubmitCycleSet
//! ```
//! The set is an instruction like any other: it is signed with the key of the participant that runs the validator, not with the key that signs votes, because the
//! ledger knows participants and no validators. Nobody has to believe it: every node judges every set, and where nobody submits one the baseline settles.
//! Nothing here is ever waited for by ordering or execution. Spec: ledger 4 step 4.

use std::time::Instant;

use sycee_contracts::liquidity::netting::{Netting, PaymentSet, Score, baseline};
use sycee_contracts::{Action, IdempotencyKey, Instruction, Ledger, SubmitCycleSet, read};
use sycee_primitives::{BlockTime, ChainId, ParticipantId, SecretKey};
use tokio::sync::broadcast::error::RecvError;

use crate::runtime::{NodeEvent, NodeHandle, SubmitOutcome, WaitError};

/// Block time that a submission is good for: a cycle is over long before.
const EXPIRY_MS: u64 = 60_000;

/// Who submits.
pub(crate) struct Signer {
    /// Key of the participant that runs this validator.
    pub(crate) key: SecretKey,
    /// Its network.
    pub(crate) chain: ChainId,
}

/// An open cycle as it stands between two blocks.
struct Question {
    cycle: u64,
    netting: Netting,
    /// Place in the frozen list of each payment that still waits.
    places: Vec<usize>,
    /// Payments of the frozen list.
    listed: usize,
    /// Whose key this node signs with; `None` while the ledger knows no such key.
    sender: Option<ParticipantId>,
    time: BlockTime,
}

/// What the solver found.
struct Found {
    set: PaymentSet,
    baseline: PaymentSet,
    is_better: bool,
    solve_ms: u128,
}

/// Solves every cycle that opens until the node stops.
pub(crate) async fn run(handle: NodeHandle, signer: Signer) {
    let mut events = handle.subscribe();
    let mut last = None;
    loop {
        match events.recv().await {
            // Cycles open at checkpoints only.
            Ok(NodeEvent::Executed { block, .. }) if block.checkpoint.is_none() => continue,
            Ok(NodeEvent::Certified { .. }) => continue,
            Ok(NodeEvent::Executed { .. }) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
        let public = signer.key.public_key();
        let asked = handle.read(move |ledger| question(ledger, &public)).await;
        match asked {
            Ok(Some(question)) if last != Some(question.cycle) => {
                last = Some(question.cycle);
                answer(&handle, &signer, question).await;
            }
            // None is open, it is answered, or the node has other things to do: the baseline settles.
            Ok(Some(_) | None) | Err(WaitError::Busy | WaitError::TimedOut) => {}
            Err(WaitError::Stopping) => return,
        }
    }
}

fn question(ledger: &Ledger, key: &sycee_primitives::PublicKey) -> Option<Question> {
    let (cycle, netting, places) = ledger.cycle_question()?;
    let listed = ledger.cycle(cycle)?.listed;
    Some(Question {
        cycle,
        netting,
        places,
        listed: usize::try_from(listed).unwrap_or(usize::MAX),
        sender: read::participant_by_key(ledger, key).map(|it| it.id),
        time: ledger.time(),
    })
}

async fn answer(handle: &NodeHandle, signer: &Signer, question: Question) {
    let (cycle, listed) = (question.cycle, question.listed);
    let Some(sender) = question.sender else {
        tracing::warn!(cycle, key = %signer.key.public_key(), "the ledger knows no participant with the solver's key; nothing is submitted");
        return;
    };
    let netting = question.netting;
    let Ok(found) = tokio::task::spawn_blocking(move || solve(&netting)).await else {
        tracing::error!(cycle, "the solver did not come to an end");
        return;
    };
    let (count, strict) = (found.set.count(), found.baseline.count());
    let solve_ms = found.solve_ms;
    if !found.is_better {
        tracing::info!(
            cycle,
            listed,
            strict,
            solve_ms,
            "nothing settles more than strict order; nothing is submitted"
        );
        return;
    }
    let bits = bits(&found.set, &question.places, listed);
    let transaction = instruction(signer, sender, cycle, bits, question.time);
    let outcome = handle.submit(vec![transaction]).await.pop();
    match outcome {
        Some(SubmitOutcome::Accepted(id)) => {
            tracing::info!(cycle, listed, count, strict, solve_ms, transaction = %id, "set submitted");
        }
        other => tracing::warn!(cycle, count, outcome = ?other, "the set was not taken"),
    }
}

fn solve(netting: &Netting) -> Found {
    let began = Instant::now();
    let set = sycee_solver::solve(netting);
    let strict = baseline(netting);
    Found {
        is_better: Score::of(netting, &set) > Score::of(netting, &strict),
        solve_ms: began.elapsed().as_millis(),
        baseline: strict,
        set,
    }
}

/// A set over what still waits as one over the frozen list.
fn bits(set: &PaymentSet, places: &[usize], listed: usize) -> Vec<u8> {
    let mut bits = PaymentSet::none(listed);
    for place in set.iter().filter_map(|payment| places.get(payment)) {
        bits.set(*place, true);
    }
    bits.as_bytes().to_vec()
}

fn instruction(
    signer: &Signer,
    sender: ParticipantId,
    cycle: u64,
    bits: Vec<u8>,
    now: BlockTime,
) -> Vec<u8> {
    // The same cycle again after a restart is the same intent.
    let key = format!("netting-cycle-{cycle}");
    let Ok(idempotency_key) = IdempotencyKey::new(&key) else {
        return Vec::new();
    };
    let instruction = Instruction {
        chain_id: signer.chain,
        sender,
        idempotency_key,
        expiry: BlockTime(now.0.saturating_add(EXPIRY_MS)),
        action: Action::SubmitCycleSet(SubmitCycleSet { cycle, bits }),
    };
    instruction.sign(&[&signer.key]).to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_over_what_still_waits_keeps_the_places_of_the_frozen_list() {
        let mut set = PaymentSet::none(3);
        set.set(0, true);
        set.set(2, true);
        // Of a list of ten, the payments at places 1, 4 and 9 still wait.
        assert_eq!(bits(&set, &[1, 4, 9], 10), [0b0000_0010, 0b0000_0010]);
        assert_eq!(bits(&PaymentSet::none(0), &[], 3), [0]);
    }
}
