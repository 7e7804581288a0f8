//! A payment of next month waits for its day, and one that cannot be paid on its day is refused then.

use sycee_contracts::{Action, EndToEndId, Handling, Hold, Pay};
use sycee_primitives::{Amount, BlockTime, BusinessDate, identifiers::Uetr};

use super::{Foretold, Stage, money};
use crate::local::network::LocalError;

/// Days until the payments are due.
const DAYS: u32 = 30;

const FROM: &str = "SETTLEMENT-1-CNY";
const TO: &str = "SETTLEMENT-2-CNY";

/// Plays it.
pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    let due = stage.day(DAYS);
    let held = u128::try_from(stage.balance(FROM).await?).unwrap_or(0);
    stage.note("Two banks before the month:");
    stage.balances(&[FROM, TO]).await?;
    let rent = pay(stage, 2_500_000, due).await?;
    let first = stage
        .expect(
            "bank-a",
            &format!("pays 25,000.00 on {due}"),
            rent,
            Foretold::Waiting,
        )
        .await?;
    let too_much = pay(stage, held, due).await?;
    let second = stage
        .expect(
            "bank-a",
            &format!("pays all it has today on {due} too"),
            too_much,
            Foretold::Waiting,
        )
        .await?;
    let hold = hold(stage, 100_000).await?;
    let held_aside = stage
        .expect(
            "bank-a",
            &format!("sets 1,000.00 aside for an hour of {}", stage.date()),
            hold,
            Foretold::Recorded,
        )
        .await?;
    let available = stage.account(FROM).await?.available_minor;
    stage.check(
        &format!(
            "Hold {} leaves {available} minor units available.",
            held_aside.object()?
        ),
        available == held.saturating_sub(100_000).to_string(),
    )?;
    stage.turn(DAYS - 1).await?;
    let available = stage.account(FROM).await?.available_minor;
    stage.check(
        "The hold has ended by itself.",
        available == held.to_string(),
    )?;
    let before = stage.outcome(&first).await?;
    stage.check(
        "The day before, both payments wait.",
        before.outcome == first.outcome,
    )?;
    stage.turn(1).await?;
    let settled = stage.outcome(&first).await?;
    stage.check(
        &format!("On {due} the first settles by itself: {}.", settled.text()),
        settled.is(Foretold::Settled),
    )?;
    let refused = stage.outcome(&second).await?;
    stage.check(
        &format!("The second finds no funds: {}", refused.text()),
        refused.is(Foretold::Refused("SY-00260")),
    )?;
    let left = stage.balance(FROM).await?;
    let expected = i128::try_from(held).unwrap_or(0) - 2_500_000;
    stage.check(
        &format!("The payer has {} left.", money(left, 2)),
        left == expected,
    )?;
    stage.balances(&[FROM, TO]).await
}

async fn hold(stage: &mut Stage<'_>, minor: u128) -> Result<Action, LocalError> {
    let (debtor, asset) = stage.account_id(FROM).await?;
    let (creditor, _) = stage.account_id(TO).await?;
    let now = stage.client(0).await?.status().await?.now_ms;
    Ok(Action::Hold(Hold {
        uetr: Uetr::from_random(rand::random()),
        debtor,
        creditor,
        asset,
        amount: amount(minor)?,
        expires: BlockTime(now.saturating_add(3_600_000)),
    }))
}

fn amount(minor: u128) -> Result<Amount, LocalError> {
    Amount::from_minor(minor).map_err(|error| LocalError::Check(error.to_string()))
}

async fn pay(
    stage: &mut Stage<'_>,
    minor: u128,
    value_date: BusinessDate,
) -> Result<Action, LocalError> {
    let (debtor, asset) = stage.account_id(FROM).await?;
    let (creditor, _) = stage.account_id(TO).await?;
    Ok(Action::Pay(Pay {
        uetr: Uetr::from_random(rand::random()),
        end_to_end_id: EndToEndId::new("RENT")
            .map_err(|error| LocalError::Check(error.to_string()))?,
        debtor,
        creditor,
        asset,
        amount: amount(minor)?,
        value_date,
        purpose: None,
        payload_commitment: None,
        handling: Handling::default(),
    }))
}
