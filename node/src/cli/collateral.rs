//! `sycee collateral`: what secures loans, lines and overdrafts, as lender and borrower type it.
//!
//! ```text
//!   show ─▶ exposures, values after haircuts, loan to value, what is missing      calls ─▶ everything above its warning level
//!   pledge, release (borrower; lender may release)                                enforce (lender, after the cure or above close-out)
//! ```

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{Client, NodeFault, Problem, client::answer, client::required, wire};
use sycee_contracts::{
    Action, EnforceCollateral, PledgeCollateral, ReleaseCollateral, collateral::Pledged,
};
use sycee_primitives::{AccountId, Amount};

use super::instruct::values::{malformed, number};
use super::object::pages;
use super::output::Output;
use super::sending::{Sending, send};
use super::{Global, Outcome};
use crate::chain_view::{decimal, percent};

/// Parts per million are hundredths with four decimals.
const PPM_SCALE: u8 = 4;

/// `sycee collateral ...`
#[derive(Subcommand, Debug)]
pub(super) enum Collateral {
    /// One collateral: exposure, value, loan to value and margin call, item by item.
    #[command(after_help = "Example:\n  sycee collateral show 4\n  sycee collateral show 4 --json")]
    Show(Row),
    /// Everything above its warning level: margin calls with their last moment, and what may be enforced.
    #[command(after_help = "Example:\n  sycee collateral calls --participant 1")]
    Calls(Calls),
    /// Pledge more: cash on an account, a portion of a receivable, a warehouse receipt.
    #[command(
        after_help = "Example:\n  sycee collateral pledge 4 --cash 24:5000000 --key corp-1.json\n  sycee collateral pledge 4 --portion 11 --receipt 3 --key corp-1.json\n\n\
        Cash is ACCOUNT:MINOR, in minor units."
    )]
    Pledge(Pledge),
    /// Let items go: the lender any, the borrower when the rest is enough.
    #[command(
        after_help = "Example:\n  sycee collateral release 4 --item 0 --item 2 --key bank-a.json"
    )]
    Release(Release),
    /// Take an item, after a margin call was not cured or above the close-out level.
    #[command(after_help = "Example:\n  sycee collateral enforce 4 --item 1 --key bank-a.json")]
    Enforce(Enforce),
}

/// A collateral.
#[derive(Args, Debug)]
pub(super) struct Row {
    /// The collateral's number.
    #[arg(value_name = "COLLATERAL")]
    collateral: u64,
}

/// Flags of `sycee collateral calls`.
#[derive(Args, Debug)]
pub(super) struct Calls {
    /// Only collateral of this lender or borrower.
    #[arg(long, value_name = "ID")]
    participant: Option<u32>,
}

/// Flags of `sycee collateral pledge`.
#[derive(Args, Debug)]
pub(super) struct Pledge {
    #[command(flatten)]
    row: Row,
    /// Cash: the account and how much of it, in minor units.
    #[arg(long, value_name = "ACCOUNT:MINOR")]
    cash: Vec<String>,
    /// A portion of a receivable.
    #[arg(long, value_name = "PORTION")]
    portion: Vec<u64>,
    /// A warehouse receipt.
    #[arg(long, value_name = "RECEIPT")]
    receipt: Vec<u64>,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee collateral release`.
#[derive(Args, Debug)]
pub(super) struct Release {
    #[command(flatten)]
    row: Row,
    /// The number of an item; as often as there are items.
    #[arg(long = "item", value_name = "NUMBER", required = true)]
    items: Vec<u16>,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee collateral enforce`.
#[derive(Args, Debug)]
pub(super) struct Enforce {
    #[command(flatten)]
    row: Row,
    /// The number of the item.
    #[arg(long, value_name = "NUMBER")]
    item: u16,
    #[command(flatten)]
    sending: Sending,
}

impl Collateral {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let (action, sending) = match self {
            Collateral::Show(it) => {
                let value = shown(&mut client, it.collateral).await?;
                output.object(&value);
                return Ok(());
            }
            Collateral::Calls(it) => return it.run(&mut client, output).await,
            Collateral::Pledge(it) => (it.action()?, it.sending),
            Collateral::Release(it) => {
                let action = Action::ReleaseCollateral(ReleaseCollateral {
                    collateral: it.row.collateral,
                    items: it.items,
                });
                (action, it.sending)
            }
            Collateral::Enforce(it) => {
                let action = Action::EnforceCollateral(EnforceCollateral {
                    collateral: it.row.collateral,
                    item: it.item,
                });
                (action, it.sending)
            }
        };
        send(&mut client, &sending, action, output).await
    }
}

/// Cash as it is typed: `ACCOUNT:MINOR`.
fn cash(text: &str) -> Result<Pledged, Problem> {
    let wrong = || malformed("--cash", text, &"ACCOUNT:MINOR is expected");
    let (account, minor) = text.split_once(':').ok_or_else(wrong)?;
    let amount = Amount::from_minor(number("--cash", minor)?)
        .map_err(|error| malformed("--cash", text, &error))?;
    Ok(Pledged::Cash {
        account: AccountId(number("--cash", account)?),
        amount,
    })
}

impl Pledge {
    fn action(&self) -> Result<Action, Problem> {
        let cash = self.cash.iter().map(|it| cash(it));
        let mut things = cash.collect::<Result<Vec<Pledged>, Problem>>()?;
        things.extend(self.portion.iter().copied().map(Pledged::Portion));
        things.extend(self.receipt.iter().copied().map(Pledged::Receipt));
        if things.is_empty() {
            let place = "--cash, --portion or --receipt is expected".to_owned();
            return Err(Problem::of(NodeFault::FieldMalformed, place));
        }
        Ok(Action::PledgeCollateral(PledgeCollateral {
            collateral: self.row.collateral,
            things,
        }))
    }
}

impl Calls {
    async fn run(self, client: &mut Client, output: Output) -> Outcome {
        let rows = pages(client, "collateral", self.participant, u32::MAX).await?;
        let is_called = |row: &Value| {
            let state = row["state"].as_str();
            matches!(state, Some("warned" | "called" | "close_out"))
        };
        let mut calls = Vec::new();
        for (id, _) in rows.into_iter().filter(|(_, row)| is_called(row)) {
            calls.push(shown(client, id).await?);
        }
        output.print(&json!({ "calls": calls }), || {
            if calls.is_empty() {
                return vec!["nothing is above its warning level".to_owned()];
            }
            calls.iter().map(told).collect()
        });
        Ok(())
    }
}

/// One line a margin call.
fn told(row: &Value) -> String {
    let word = |name: &str| match &row[name] {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    format!(
        "{:>6}  {:9}  pledgee {}  pledgor {}  exposure {}  value {}  ltv {}  missing {}  cure by {}",
        word("id"),
        word("state"),
        word("pledgee"),
        word("pledgor"),
        word("exposure"),
        word("value"),
        word("ltv"),
        word("missing"),
        word("cure_by")
    )
}

async fn shown(client: &mut Client, id: u64) -> Result<Value, Problem> {
    let request = wire::GetCollateralRequest { id };
    let found = answer(client.calls().get_collateral(request).await)?;
    let row = required("collateral", found.collateral)?;
    let scale = u8::try_from(row.scale).unwrap_or(0);
    let money = |minor: &str| decimal(minor, scale);
    let secures = found.secures.iter().map(|it| {
        let exposure = money(&it.exposure_minor)?;
        Ok(json!({"kind": it.kind, "id": it.id, "exposure": exposure}))
    });
    let items = found.things.iter().map(|it| {
        let value = money(&it.value_minor)?;
        Ok(json!({"number": it.number, "kind": it.kind, "id": it.id, "value": value}))
    });
    let level = |ppm: &str| percent(ppm, PPM_SCALE);
    let ltv = row.ltv_ppm.as_deref().map(level).transpose()?;
    Ok(json!({
        "id": row.id,
        "state": row.state,
        "pledgee": row.pledgee,
        "pledgor": row.pledgor,
        "asset": row.asset,
        "currency": row.currency,
        "exposure": money(&row.exposure_minor)?,
        "value": money(&row.value_minor)?,
        "ltv": ltv,
        "warn": level(&row.warn_ppm.to_string())?,
        "call": level(&row.call_ppm.to_string())?,
        "close_out": level(&row.close_out_ppm.to_string())?,
        "missing": money(&row.missing_minor)?,
        "cure_by": row.cure_by,
        "cure_days": row.cure_days,
        "secures": secures.collect::<Result<Vec<Value>, Problem>>()?,
        "items": items.collect::<Result<Vec<Value>, Problem>>()?,
        "as_of_height": found.as_of_height,
    }))
}
