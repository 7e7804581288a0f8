//! `sycee receivable`: one receivable, the tree of its portions, and what is done with both.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{Client, Problem, wire};

use super::output::{Output, write_new};
use super::{Global, Outcome};
use crate::chain_view::{decimal, fetch, tree_of};

mod act;

/// `sycee receivable ...`
#[derive(Subcommand, Debug)]
pub(super) enum Receivable {
    /// Who owes what to whom, until when, and how it stands.
    #[command(after_help = "Example:\n  sycee receivable show 7 --json")]
    Show(Show),
    /// The portions it was divided into, drawn as a tree.
    #[command(
        after_help = "Example:\n  sycee receivable tree 7\n  sycee receivable tree 7 --svg receivable-7.svg"
    )]
    Tree(Draw),
    #[command(flatten)]
    Act(act::Act),
}

/// Flags of `sycee receivable show`.
#[derive(Args, Debug)]
pub(super) struct Show {
    /// The receivable.
    #[arg(value_name = "ID")]
    id: u64,
}

/// Flags of `sycee receivable tree`.
#[derive(Args, Debug)]
pub(super) struct Draw {
    /// The receivable.
    #[arg(value_name = "ID")]
    id: u64,
    /// Also write it as a picture.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

impl Receivable {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        match self {
            Receivable::Show(show) => {
                let (found, _) = fetch(&mut client, show.id, 1).await?;
                output.object(&receivable_json(&found)?);
                Ok(())
            }
            Receivable::Tree(draw) => draw.run(&mut client, output).await,
            Receivable::Act(act) => act.run(&mut client, output).await,
        }
    }
}

impl Draw {
    async fn run(self, client: &mut Client, output: Output) -> Outcome {
        let (receivable, portions) = fetch(client, self.id, 0).await?;
        let tree = tree_of(client, &receivable, &portions).await?;
        if let Some(file) = &self.svg {
            write_new(file, tree.svg().as_bytes())?;
        }
        let mut value = receivable_json(&receivable)?;
        if let Some(value) = value.as_object_mut() {
            let portions: Vec<Value> = portions.iter().map(portion_json).collect();
            value.insert("portions".to_owned(), json!(portions));
        }
        output.print(&value, || tree.lines());
        Ok(())
    }
}

fn receivable_json(it: &wire::Receivable) -> Result<Value, Problem> {
    let scale = u8::try_from(it.scale).unwrap_or(0);
    Ok(json!({
        "id": it.id,
        "creditor": it.creditor,
        "debtor": it.debtor,
        "currency": it.currency,
        "face": decimal(&it.face_minor, scale)?,
        "outstanding": decimal(&it.outstanding_minor, scale)?,
        "face_minor": it.face_minor,
        "outstanding_minor": it.outstanding_minor,
        "due": it.due,
        "state": it.state,
        "disputed": it.disputed,
        "live_portions": it.live_portions,
        "documents": it.documents,
    }))
}

fn portion_json(it: &wire::ReceivablePortion) -> Value {
    json!({
        "id": it.id,
        "parent": it.parent,
        "depth": it.depth,
        "holder": it.holder,
        "account": it.account,
        "amount_minor": it.amount_minor,
        "claim_minor": it.claim_minor,
        "state": it.state,
        "pledgee": it.pledgee,
        "secured_minor": it.secured_minor,
        "endorsers": it.endorsers,
        "portfolio": it.portfolio,
        "holdback_minor": it.holdback_minor,
    })
}
