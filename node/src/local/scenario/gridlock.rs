//! Banks that owe each other more than they have: what strict order settles by itself, what bad sets cannot do, and what one validator finds.
//!
//! ```text
//!   1  a ring of three            nobody solves: strict order settles it, all three at once
//!   2  a knot behind a payment that nobody can pay     nobody solves, two banks submit nonsense: nothing settles, nothing is lost
//!   3  the same                   one validator solves, the nonsense goes on: the ring behind the payment settles
//! ```

use std::time::Duration;

use sycee_api::wire;
use sycee_contracts::{Action, EndToEndId, Handling, IssueCash, Pay, SubmitCycleSet};
use sycee_primitives::{Amount, Hash, identifiers::Uetr};
use tokio::time::Instant;

use super::{Answer, Foretold, Stage, money};
use crate::local::network::LocalError;

const A: &str = "SETTLEMENT-1-CNY";
const B: &str = "SETTLEMENT-2-CNY";
const C: &str = "SETTLEMENT-3-CNY";

/// What the first payment of a ring is above what its bank has, in minor units.
const ABOVE: i128 = 30_000;

/// Seconds that payments wait.
const WAIT_S: u64 = 3_600;

/// How long a cycle may take from what it waits for to its decision,
const CYCLE_MAX: Duration = Duration::from_secs(30);
/// and how often it is looked for.
const POLL: Duration = Duration::from_millis(20);

/// Plays it.
pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    stage.note("Three banks; nobody solves netting cycles:");
    stage.balances(&[A, B, C]).await?;
    let total = stage.balance(A).await? + stage.balance(B).await? + stage.balance(C).await?;
    let ring = ring(stage, false).await?;
    let last = decided_after(stage, 0).await?;
    stage.check(
        "Strict order settles the ring, all three at once: nobody submitted a set.",
        last.submitter.is_none() && last.settled_count == 3,
    )?;
    all_settled(stage, &ring).await?;
    stage.balances(&[A, B, C]).await?;
    let held = stage.balance(A).await?;
    stage.check("What bank A has is what all three had.", held == total)?;

    let too_much = payment(stage, A, C, total * 9, true).await?;
    let what = format!("pays bank C {}, which nobody has", money(total * 9, 2));
    let first = stage
        .expect("bank-a", &what, too_much, Foretold::Waiting)
        .await?;
    let knot = ring_behind(stage).await?;
    let nothing = bad_sets(stage, &last).await?;
    stage.check(
        "Sets that cannot be and sets that settle nothing: the cycle settles nothing, and nothing is lost.",
        nothing.submitter.is_none() && nothing.settled_count == 0,
    )?;
    for answer in &knot {
        let now = stage.outcome(answer).await?;
        stage.check("A payment goes on waiting.", now.is(Foretold::Waiting))?;
    }

    stage.note("Validator 0 starts again and solves, with the key of bank A:");
    let key = stage.key_path("bank-a").display().to_string();
    stage.restart(0, &["--solver-key", &key]).await?;
    let solved = bad_sets(stage, &nothing).await?;
    stage.check(
        &format!(
            "Cycle {}: the validator's set settles the three behind it, whatever the others submit.",
            solved.id
        ),
        solved.submitter.is_some_and(|it| it != 2 && it != 3) && solved.settled_count == 3,
    )?;
    all_settled(stage, &knot).await?;
    let first = stage.outcome(&first).await?;
    stage.check(
        "The payment that nobody can pay goes on waiting.",
        first.is(Foretold::Waiting),
    )?;
    stage.balances(&[A, B, C]).await
}

/// A pays B a little more than it has, B pays C all it then has, C pays A all it then has.
async fn ring(stage: &mut Stage<'_>, bypass: bool) -> Result<Vec<Answer>, LocalError> {
    let (a, b, c) = (
        stage.balance(A).await?,
        stage.balance(B).await?,
        stage.balance(C).await?,
    );
    let first = a + ABOVE;
    let legs = [
        ("bank-a", A, B, first),
        ("bank-b", B, C, first + b),
        ("bank-c", C, A, first + b + c),
    ];
    let mut answers = Vec::new();
    for (who, from, to, amount) in legs {
        let pays = payment(stage, from, to, amount, bypass).await?;
        let what = format!("pays {to} {}", money(amount, 2));
        answers.push(stage.expect(who, &what, pays, Foretold::Waiting).await?);
    }
    Ok(answers)
}

/// The same ring behind the payment that nobody can pay; bank A lets it be passed.
async fn ring_behind(stage: &mut Stage<'_>) -> Result<Vec<Answer>, LocalError> {
    ring(stage, true).await
}

/// Waits for the next open cycle, lets banks B and C submit nonsense to it, and answers how it was decided.
async fn bad_sets(
    stage: &mut Stage<'_>,
    last: &wire::NettingCycle,
) -> Result<wire::NettingCycle, LocalError> {
    // Something must happen before a cycle opens over the same queue again.
    let (account, _) = stage.account_id(B).await?;
    let issue = Action::IssueCash(IssueCash {
        account,
        amount: amount(1)?,
        reserve_reference: Hash::ZERO,
    });
    let operator = stage.operator()?;
    stage
        .expect(
            &operator,
            "issues one fen to bank B",
            issue,
            Foretold::Settled,
        )
        .await?;
    let open = newest(stage, |cycle| cycle.id > last.id && cycle.open).await?;
    let bytes = open.listed.div_ceil(8) as usize;
    let everything = full(open.listed);
    for (who, what, bits) in [
        ("bank-b", "submits a set with every payment", everything),
        ("bank-c", "submits a set with none", vec![0; bytes]),
    ] {
        let action = Action::SubmitCycleSet(SubmitCycleSet {
            cycle: open.id,
            bits,
        });
        // The cycle may have been decided meanwhile on a slow machine; that is told, and changes nothing.
        let answer = stage.act(who, action).await?;
        stage.note(&format!("{who:14}{what}: {}", answer.text()));
    }
    decided_after(stage, open.id).await
}

/// One bit for each payment of a list.
fn full(listed: u32) -> Vec<u8> {
    let mut bits = vec![0xff; listed.div_ceil(8) as usize];
    if let (Some(last), used @ 1..) = (bits.last_mut(), listed % 8) {
        *last = (1 << used) - 1;
    }
    bits
}

/// The newest cycle, once it is decided and its number is not below `from`.
async fn decided_after(stage: &mut Stage<'_>, from: u64) -> Result<wire::NettingCycle, LocalError> {
    newest(stage, |cycle| {
        // A cycle that opened before all payments were there decides over fewer; the one that settled something, or the last asked for, counts.
        cycle.id >= from && !cycle.open && (from > 0 || cycle.settled_count > 0)
    })
    .await
}

async fn newest(
    stage: &mut Stage<'_>,
    is_it: impl Fn(&wire::NettingCycle) -> bool,
) -> Result<wire::NettingCycle, LocalError> {
    let until = Instant::now() + CYCLE_MAX;
    loop {
        let request = wire::ListQueueRequest::default();
        let asked = stage.client(1).await?.calls().list_queue(request).await;
        let cycle = sycee_api::client::answer(asked)?.cycle;
        if let Some(cycle) = cycle.filter(&is_it) {
            return Ok(cycle);
        }
        if Instant::now() >= until {
            return Err(LocalError::Check(
                "the netting cycle does not come".to_owned(),
            ));
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Passes when every payment has settled; the node that is asked may be a block behind the one that told of the cycle.
async fn all_settled(stage: &mut Stage<'_>, answers: &[Answer]) -> Result<(), LocalError> {
    let until = Instant::now() + CYCLE_MAX;
    for answer in answers {
        loop {
            let now = stage.outcome(answer).await?;
            if now.is(Foretold::Settled) {
                break;
            }
            if Instant::now() >= until {
                return Err(LocalError::Check(format!(
                    "foretold settled, seen {}",
                    now.text()
                )));
            }
            tokio::time::sleep(POLL).await;
        }
    }
    Ok(())
}

fn amount(minor: i128) -> Result<Amount, LocalError> {
    let minor = u128::try_from(minor).ok();
    let amount = minor.and_then(|minor| Amount::from_minor(minor).ok());
    amount.ok_or_else(|| LocalError::Check("an amount is out of range".to_owned()))
}

async fn payment(
    stage: &mut Stage<'_>,
    from: &str,
    to: &str,
    minor: i128,
    bypass: bool,
) -> Result<Action, LocalError> {
    let (debtor, asset) = stage.account_id(from).await?;
    let (creditor, _) = stage.account_id(to).await?;
    let now = stage.client(0).await?.status().await?.now_ms;
    let reference = EndToEndId::new("GRIDLOCK");
    Ok(Action::Pay(Pay {
        uetr: Uetr::from_random(rand::random()),
        end_to_end_id: reference.map_err(|error| LocalError::Check(error.to_string()))?,
        debtor,
        creditor,
        asset,
        amount: amount(minor)?,
        value_date: stage.date(),
        purpose: None,
        payload_commitment: None,
        handling: Handling {
            bypass,
            queue_until: Some(sycee_primitives::BlockTime(now + WAIT_S * 1_000)),
            ..Handling::default()
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::full;

    #[test]
    fn a_full_set_has_no_bit_beyond_the_list() {
        assert_eq!(full(0), Vec::<u8>::new());
        assert_eq!(full(3), [0b111]);
        assert_eq!(full(8), [0xff]);
        assert_eq!(full(9), [0xff, 1]);
    }
}
