//! `sycee receivable`: one receivable, and the tree of its portions.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{Client, Problem, client::answer, client::required, convert::parse, wire};
use sycee_primitives::Balance;

use super::output::{Output, write_new};
use super::{Global, Outcome};
use crate::tree::{Leaf, Tree};

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

/// A receivable with its portions; with none of them beyond `limit` when that is not 0.
pub(crate) async fn fetch(
    client: &mut Client,
    id: u64,
    limit: u32,
) -> Result<(wire::Receivable, Vec<wire::ReceivablePortion>), Problem> {
    let (mut from_portion, mut portions) = (0, Vec::new());
    loop {
        let request = wire::GetReceivableRequest {
            id,
            from_portion,
            limit,
        };
        let page = answer(client.calls().get_receivable(request).await)?;
        portions.extend(page.portions);
        match page.next_portion {
            Some(next) if next > from_portion && limit == 0 => from_portion = next,
            Some(_) | None => return Ok((required("receivable", page.receivable)?, portions)),
        }
    }
}

/// The picture of a receivable, with the names of who holds what.
pub(crate) async fn tree_of(
    client: &mut Client,
    receivable: &wire::Receivable,
    portions: &[wire::ReceivablePortion],
) -> Result<Tree, Problem> {
    let participants = client.participants().await?;
    let name = |id: u32| {
        let found = participants.iter().find(|it| it.id == id);
        found.map_or_else(|| format!("participant {id}"), |it| it.name.clone())
    };
    let scale = u8::try_from(receivable.scale).unwrap_or(0);
    let money = |minor: &str| decimal(minor, scale);
    let mut leaves = Vec::new();
    for portion in portions {
        let pledge = portion.pledgee.map(name);
        let endorsed = portion.endorsers.len();
        let mut notes = Vec::new();
        if portion.state == "live" && portion.claim_minor != portion.amount_minor {
            notes.push(format!("{} still claimed", money(&portion.claim_minor)?));
        }
        if let Some(pledgee) = pledge {
            notes.push(format!(
                "{} pledged to {pledgee}",
                money(&portion.secured_minor)?
            ));
        }
        if endorsed > 0 {
            notes.push(format!("{endorsed} endorsed"));
        }
        leaves.push(Leaf {
            id: portion.id,
            parent: portion.parent,
            holder: name(portion.holder),
            amount: money(&portion.amount_minor)?,
            state: portion.state.clone(),
            note: notes.join(", "),
        });
    }
    let dispute = if receivable.disputed {
        ", disputed"
    } else {
        ""
    };
    Ok(Tree {
        title: format!(
            "receivable {}: {} owes {} {}, {}{dispute}, due {}, {} open",
            receivable.id,
            name(receivable.debtor),
            money(&receivable.face_minor)?,
            receivable.currency,
            receivable.state,
            receivable.due,
            money(&receivable.outstanding_minor)?,
        ),
        leaves,
    })
}

fn decimal(minor: &str, scale: u8) -> Result<String, Problem> {
    let Balance(minor) = parse::balance("minor", minor)?;
    Ok(Balance(minor).to_decimal(scale))
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
    })
}
