//! `sycee trade`: one escrow, documentary credit, guarantee, or what is asked under them, told as a trade-finance desk reads it.

use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sycee_api::{Client, NodeFault, Problem, client::answer, client::required, wire};
use sycee_contracts::{
    backing::Backing,
    documentary::{DocumentaryCredit, Presentation, Tenor},
    escrow::Escrow,
    guarantee::{Demand, Guarantee},
};
use sycee_primitives::{Amount, AssetId, BlockTime, ParticipantId};

use super::output::Output;
use super::{Global, Outcome};

#[cfg(test)]
mod tests;

/// `sycee trade ...`
#[derive(Subcommand, Debug)]
pub(super) enum Trade {
    /// What is held for whom, what was released, and what arbiters say.
    #[command(after_help = "Example:\n  sycee trade escrow 7\n  sycee trade escrow 7 --json")]
    Escrow(Row),
    /// What is promised, what is drawn of it, and what stands behind it.
    #[command(after_help = "Example:\n  sycee trade credit 7\n  sycee trade credit 7 --json")]
    Credit(Row),
    /// Documents presented under a credit, what was found, and when they are paid.
    #[command(after_help = "Example:\n  sycee trade presentation 12")]
    Presentation(Row),
    /// What is promised on demand, what was paid of it, and what stands behind it.
    #[command(after_help = "Example:\n  sycee trade guarantee 3")]
    Guarantee(Row),
    /// A demand under a guarantee, and how it stands.
    #[command(after_help = "Example:\n  sycee trade demand 5 --json")]
    Demand(Row),
}

/// Which one.
#[derive(Args, Debug)]
pub(super) struct Row {
    /// Its number: the id that the receipt told.
    #[arg(value_name = "ID")]
    id: u64,
}

/// What a row says, one label and value a line.
type Told = Vec<(&'static str, String)>;

/// Names of participants, and how amounts of an asset are written.
struct Book {
    names: Vec<(u32, String)>,
    currency: String,
    scale: u8,
}

impl Trade {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let client = &mut client;
        match self {
            Trade::Escrow(row) => {
                let (value, it): (_, Escrow) = read(client, "escrows", row.id).await?;
                let book = Book::of(client, it.asset).await?;
                print(output, &value, &escrow(&it, &book));
            }
            Trade::Credit(row) => {
                let (value, it): (_, DocumentaryCredit) = read(client, "credits", row.id).await?;
                let book = Book::of(client, it.terms.asset).await?;
                print(output, &value, &credit(&it, &book));
            }
            Trade::Presentation(row) => {
                let (value, it): (_, Presentation) = read(client, "presentations", row.id).await?;
                let (_, of): (_, DocumentaryCredit) = read(client, "credits", it.credit).await?;
                let book = Book::of(client, of.terms.asset).await?;
                print(output, &value, &presentation(&it, &of, &book));
            }
            Trade::Guarantee(row) => {
                let (value, it): (_, Guarantee) = read(client, "guarantees", row.id).await?;
                let book = Book::of(client, it.terms.asset).await?;
                print(output, &value, &guarantee(&it, &book));
            }
            Trade::Demand(row) => {
                let (value, it): (_, Demand) = read(client, "demands", row.id).await?;
                let (_, of): (_, Guarantee) = read(client, "guarantees", it.guarantee).await?;
                let book = Book::of(client, of.terms.asset).await?;
                print(output, &value, &demand(&it, &of, &book));
            }
        }
        Ok(())
    }
}

/// A row as JSON, with its table and height, and as what it is.
async fn read<T: DeserializeOwned>(
    client: &mut Client,
    table: &str,
    id: u64,
) -> Result<(Value, T), Problem> {
    let request = wire::GetObjectRequest {
        table: table.to_owned(),
        id,
        with_proof: false,
        wait_ms: 0,
    };
    let found = answer(client.calls().get_object(request).await)?;
    let object = required("object", found.object)?;
    let malformed =
        |error: serde_json::Error| Problem::of(NodeFault::ReplyMalformed, error.to_string());
    let value: Value = serde_json::from_str(&object.json).map_err(malformed)?;
    let row = serde_json::from_str(&object.json).map_err(malformed)?;
    let value = json!({
        "table": table, "id": id, "object": value, "as_of_height": found.as_of_height,
    });
    Ok((value, row))
}

fn print(output: Output, value: &Value, told: &Told) {
    output.print(value, || {
        let width = told.iter().map(|(label, _)| label.len()).max();
        let width = width.unwrap_or(0);
        let line = |(label, value): &(&str, String)| format!("{label:width$}  {value}");
        told.iter().map(line).collect()
    });
}

impl Book {
    async fn of(client: &mut Client, asset: AssetId) -> Result<Book, Problem> {
        let assets = client.assets().await?;
        let found = assets.into_iter().find(|it| it.id == asset.0);
        let found =
            found.ok_or_else(|| Problem::of(NodeFault::AssetUnknown, asset.0.to_string()))?;
        let participants = client.participants().await?;
        Ok(Book {
            names: participants
                .into_iter()
                .map(|it| (it.id, it.name))
                .collect(),
            scale: u8::try_from(found.scale).unwrap_or(0),
            currency: found.currency,
        })
    }

    fn who(&self, id: ParticipantId) -> String {
        let found = self.names.iter().find(|(known, _)| *known == id.0);
        found.map_or_else(|| format!("participant {}", id.0), |(_, name)| name.clone())
    }

    fn all(&self, ids: &[ParticipantId]) -> String {
        let names: Vec<String> = ids.iter().map(|id| self.who(*id)).collect();
        names.join(", ")
    }

    fn money(&self, amount: Amount) -> String {
        format!("{} {}", amount.to_decimal(self.scale), self.currency)
    }
}

fn escrow(it: &Escrow, book: &Book) -> Told {
    let mut told = vec![
        ("state", it.state.name().to_owned()),
        ("payer", book.who(it.payer)),
        ("payee", book.who(it.payee)),
        ("total", book.money(it.total)),
        ("held", book.money(it.held)),
    ];
    for (label, owed) in [
        ("owed to payee", it.owed_payee),
        ("owed to payer", it.owed_payer),
    ] {
        if !owed.is_zero() {
            told.push((label, book.money(owed)));
        }
    }
    for (place, milestone) in it.milestones.iter().enumerate() {
        let (all, released) = (milestone.amount, milestone.released);
        let released = book.money(released);
        told.push((
            "milestone",
            format!("{place}: {}, {released} released", book.money(all)),
        ));
    }
    let arbiters = book.all(&it.arbiters);
    told.push(("arbiters", format!("{} of {arbiters}", it.threshold)));
    if let Some(dispute) = &it.dispute {
        let until = instant(dispute.decide_by);
        told.push((
            "dispute",
            format!("by {}, to be decided before {until}", book.who(dispute.by)),
        ));
        for ruling in &dispute.rulings {
            let amount = book.money(ruling.to_payee);
            told.push((
                "ruling",
                format!("{}: {amount} to the payee", book.who(ruling.arbiter)),
            ));
        }
    }
    told.push(("expires", instant(it.expires)));
    told
}

/// What stands behind a liability, the same for credits and guarantees.
fn backing(told: &mut Told, it: &Backing, liability: Amount, book: &Book) {
    told.push(("liability", book.money(liability)));
    told.push(("cash cover", book.money(it.cover)));
    if let Some(line) = it.terms.line {
        let used = book.money(it.line_used);
        told.push(("credit line", format!("{line}: {used} used")));
    }
    told.push(("owed by applicant", book.money(it.owed)));
    if !it.returned.is_zero() {
        told.push(("cover to be collected", book.money(it.returned)));
    }
}

fn credit(it: &DocumentaryCredit, book: &Book) -> Told {
    let terms = &it.terms;
    let tolerance = match (terms.over_percent, terms.under_percent) {
        (0, 0) => String::new(),
        (over, under) => format!(", +{over} % -{under} %"),
    };
    let tenor = match terms.tenor {
        Tenor::Sight => "at sight".to_owned(),
        Tenor::Usance(days) => format!("{days} days after presentation"),
    };
    let drawings = if terms.partial_drawings {
        "in parts"
    } else {
        "once"
    };
    let mut told = vec![
        ("state", it.state.name().to_owned()),
        ("applicant", book.who(it.applicant)),
        ("issuing bank", book.who(it.bank)),
        ("beneficiary", book.who(it.beneficiary)),
        ("advising bank", book.who(it.adviser)),
        ("amount", book.money(terms.amount) + &tolerance),
        ("payable", format!("{tenor}, drawn {drawings}")),
        ("drawn", book.money(it.drawn)),
        ("not paid yet", book.money(it.pending)),
        ("last day", terms.expires.to_string()),
    ];
    backing(&mut told, &it.backing, it.liability(), book);
    if let Some(amendment) = &it.amendment {
        let by = book.all(&amendment.agreed);
        let amount = book.money(amendment.terms.amount);
        let until = amendment.terms.expires;
        told.push((
            "amendment",
            format!("{}: {amount} until {until}, agreed by {by}", it.revision),
        ));
    }
    told
}

fn presentation(it: &Presentation, of: &DocumentaryCredit, book: &Book) -> Told {
    let mut told = vec![
        ("state", it.state.name().to_owned()),
        ("credit", it.credit.to_string()),
        ("beneficiary", book.who(of.beneficiary)),
        ("issuing bank", book.who(of.bank)),
        ("amount", book.money(it.amount)),
        ("documents", it.documents.len().to_string()),
        ("presented", it.presented.to_string()),
        ("to examine before", instant(it.decide_by)),
    ];
    let found = it.found.iter().map(|it| format!("{it:?}"));
    let listed = it.listed.iter().map(ToString::to_string);
    told.extend(found.chain(listed).map(|what| ("discrepancy", what)));
    if it.precluded {
        let why = "the bank was silent and may not refuse".to_owned();
        told.push(("precluded", why));
    }
    if let Some(day) = it.maturity {
        told.push(("maturity", day.to_string()));
    }
    told
}

fn guarantee(it: &Guarantee, book: &Book) -> Told {
    let mut told = vec![
        ("state", it.state.name().to_owned()),
        ("applicant", book.who(it.applicant)),
        ("guarantor", book.who(it.bank)),
        ("beneficiary", book.who(it.beneficiary)),
        ("amount", book.money(it.terms.amount)),
        ("paid", book.money(it.paid)),
        ("demanded", book.money(it.pending)),
        ("last day", it.terms.expires.to_string()),
    ];
    backing(&mut told, &it.backing, it.liability(), book);
    if let Some(wish) = &it.amendment {
        let (amount, by) = (book.money(wish.amount), book.all(&wish.agreed));
        let until = wish.expires;
        told.push((
            "amendment",
            format!("{amount} until {until}, asked for by {by}"),
        ));
    }
    told
}

fn demand(it: &Demand, of: &Guarantee, book: &Book) -> Told {
    let mut told = vec![
        ("state", it.state.name().to_owned()),
        ("guarantee", it.guarantee.to_string()),
        ("beneficiary", book.who(of.beneficiary)),
        ("guarantor", book.who(of.bank)),
        ("amount", book.money(it.amount)),
        ("presented", it.presented.to_string()),
        ("to examine before", instant(it.decide_by)),
    ];
    if let Some(day) = it.extend_to {
        let by = match it.extension_agreed.as_slice() {
            [] => "nobody yet".to_owned(),
            agreed => book.all(agreed),
        };
        told.push(("extend or pay", format!("until {day}, agreed by {by}")));
    }
    told.extend(it.faults.iter().map(|fault| ("fault", fault.to_string())));
    if it.precluded {
        let why = "the bank was silent and may not reject".to_owned();
        told.push(("precluded", why));
    }
    told
}

/// An instant of block time, to the minute.
fn instant(time: BlockTime) -> String {
    let minutes = time.0 / 60_000 % 1_440;
    format!(
        "{} {:02}:{:02} UTC",
        time.date(),
        minutes / 60,
        minutes % 60
    )
}
