//! `sycee account`: one account, now or as it stood at a height.

use clap::Args;
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem, client::required, convert::parse, wire};
use sycee_primitives::Balance;

use super::output::Output;
use super::{Global, Outcome};

/// Flags of `sycee account`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sycee account SETTLEMENT-1-CNY --height 120 --json")]
pub(super) struct Account {
    /// Account number or id.
    #[arg(value_name = "ACCOUNT")]
    name: String,
    /// As it stood after this block.
    #[arg(long)]
    height: Option<u64>,
}

impl Account {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let answer = client.account(&self.name, self.height).await?;
        let account = required("account", answer.account)?;
        output.object(&account_json(&account, answer.as_of_height)?);
        Ok(())
    }
}

fn account_json(account: &wire::Account, as_of_height: u64) -> Result<Value, Problem> {
    let scale =
        u8::try_from(account.scale).map_err(|_| Problem::of(NodeFault::ReplyMalformed, "scale"))?;
    let decimal = |field: &str, minor: &str| -> Result<String, Problem> {
        let Balance(minor) = parse::balance(field, minor)?;
        Ok(Balance(minor).to_decimal(scale))
    };
    Ok(json!({
        "id": account.id,
        "number": account.number,
        "owner": account.owner,
        "kind": account.kind,
        "status": account.status,
        "currency": account.currency,
        "balance": decimal("balance_minor", &account.balance_minor)?,
        "available": decimal("available_minor", &account.available_minor)?,
        "balance_minor": account.balance_minor,
        "debits_minor": account.debits_minor,
        "credits_minor": account.credits_minor,
        "floor_minor": account.floor_minor,
        "ceiling_minor": account.ceiling_minor,
        "debits_pending_minor": account.debits_pending_minor,
        "credits_pending_minor": account.credits_pending_minor,
        "debits_frozen": account.debits_frozen,
        "credits_frozen": account.credits_frozen,
        "opened_height": account.opened_height,
        "as_of_height": as_of_height,
    }))
}
