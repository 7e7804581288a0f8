//! `sycee line`: credit lines as both parties type them.
//!
//! ```text
//!   list, show ─▶ used, headroom, fee, what uses it        agree (who did not propose)        pay-fee (borrower or its bank)
//! ```

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{Client, Problem, client::answer, client::required, wire};
use sycee_contracts::{Action, AgreeLine, PayLineFee};

use super::object::pages;
use super::output::Output;
use super::sending::{Sending, send};
use super::{Global, Outcome};
use crate::chain_view::{RATE_SCALE, decimal, percent};

/// What a table of lines shows of each.
const NAMES: [&str; 8] = [
    "id", "status", "lender", "borrower", "cap", "used", "headroom", "last_day",
];

/// `sycee line ...`
#[derive(Subcommand, Debug)]
pub(super) enum Line {
    /// Lines with what is used and what may still be used, ascending by number.
    #[command(after_help = "Example:\n  sycee line list --participant 1")]
    List(List),
    /// One line: terms, what is used by what, and the commitment fee.
    #[command(after_help = "Example:\n  sycee line show 2 --json")]
    Show(Row),
    /// Sign the terms that the other party proposed, by the revision that was read.
    #[command(after_help = "Example:\n  sycee line agree 2 --revision 1 --key corp-1.json")]
    Agree(Agree),
    /// Pay the commitment fee that has fallen due.
    #[command(after_help = "Example:\n  sycee line pay-fee 2 --key corp-1.json")]
    PayFee(Pay),
}

/// A line.
#[derive(Args, Debug)]
pub(super) struct Row {
    /// The line's number.
    #[arg(value_name = "LINE")]
    line: u64,
}

/// Flags of `sycee line list`.
#[derive(Args, Debug)]
pub(super) struct List {
    /// Only lines of this lender or borrower.
    #[arg(long, value_name = "ID")]
    participant: Option<u32>,
    /// At most so many.
    #[arg(long, default_value_t = 20, value_name = "ROWS")]
    limit: u32,
}

/// Flags of `sycee line agree`.
#[derive(Args, Debug)]
pub(super) struct Agree {
    #[command(flatten)]
    row: Row,
    /// The revision that was read.
    #[arg(long, value_name = "REVISION")]
    revision: u32,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee line pay-fee`.
#[derive(Args, Debug)]
pub(super) struct Pay {
    #[command(flatten)]
    row: Row,
    #[command(flatten)]
    sending: Sending,
}

impl Line {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let (action, sending) = match self {
            Line::List(it) => return it.run(&mut client, output).await,
            Line::Show(it) => {
                let value = shown(&mut client, it.line).await?;
                output.object(&value);
                return Ok(());
            }
            Line::Agree(it) => {
                let (line, revision) = (it.row.line, it.revision);
                (Action::AgreeLine(AgreeLine { line, revision }), it.sending)
            }
            Line::PayFee(it) => {
                let line = it.row.line;
                (Action::PayLineFee(PayLineFee { line }), it.sending)
            }
        };
        send(&mut client, &sending, action, output).await
    }
}

impl List {
    async fn run(self, client: &mut Client, output: Output) -> Outcome {
        let found = pages(client, "lines", self.participant, self.limit).await?;
        let mut rows = Vec::new();
        for (id, _) in found {
            rows.push(shown(client, id).await?);
        }
        output.print(&json!({ "lines": rows }), || {
            let head = [
                "line", "status", "lender", "borrower", "cap", "used", "headroom", "last day",
            ];
            let mut lines = vec![columns(head.map(str::to_owned))];
            lines.extend(
                rows.iter()
                    .map(|row| columns(NAMES.map(|name| cell(&row[name])))),
            );
            lines
        });
        Ok(())
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn columns(cells: [String; 8]) -> String {
    let widths = [5, 8, 6, 8, 18, 18, 18, 10];
    let padded = cells.iter().zip(widths);
    let padded = padded.map(|(cell, width)| format!("{cell:>width$}"));
    padded.collect::<Vec<String>>().join("  ")
}

async fn shown(client: &mut Client, id: u64) -> Result<Value, Problem> {
    let request = wire::GetLineRequest { id };
    let found = answer(client.calls().get_line(request).await)?;
    let line = required("line", found.line)?;
    let scale = u8::try_from(line.scale).unwrap_or(0);
    let money = |minor: &str| decimal(minor, scale);
    let uses = found
        .uses
        .iter()
        .map(|it| Ok(json!({"table": it.table, "id": it.id, "amount": money(&it.amount_minor)?})));
    Ok(json!({
        "id": line.id,
        "status": line.status,
        "lender": line.lender,
        "borrower": line.borrower,
        "asset": line.asset,
        "currency": line.currency,
        "cap": money(&line.cap_minor)?,
        "used": money(&line.used_minor)?,
        "headroom": money(&line.headroom_minor)?,
        "revolving": line.revolving,
        "last_day": line.last_day,
        "rate_max": percent(&line.rate_max, RATE_SCALE)?,
        "fee_rate": percent(&line.fee_rate, RATE_SCALE)?,
        "fee_owed": money(&line.fee_owed_minor)?,
        "fee_accrued": money(&line.fee_accrued_minor)?,
        "revision": line.revision,
        "proposed_by": line.proposed_by,
        "collateral": line.collateral,
        "uses": uses.collect::<Result<Vec<Value>, Problem>>()?,
        "has_more_uses": found.has_more_uses,
        "business_date": line.business_date,
        "as_of_height": found.as_of_height,
    }))
}
