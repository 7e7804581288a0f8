//! `sycee evidence`: which validators broke which rule, as the network has recorded it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{client::answer, client::required, wire};

use super::output::{Output, write_new};
use super::{Global, Outcome};

/// `sycee evidence ...`
#[derive(Subcommand, Debug)]
pub(super) enum Evidence {
    /// Offences that final blocks record, in the order of the chain.
    #[command(after_help = "Example:\n  sycee evidence list --pending --json")]
    List(List),
    /// Write what shows an offence to a file, for `sycee verify evidence`.
    #[command(
        after_help = "Example:\n  sycee evidence export 9a31...07 --out validator-2.evidence"
    )]
    Export(Export),
}

/// Flags of `sycee evidence list`.
#[derive(Args, Debug)]
pub(super) struct List {
    /// First height.
    #[arg(long, default_value_t = 0, value_name = "HEIGHT")]
    from: u64,
    /// Also what the node can show and no final block records yet.
    #[arg(long)]
    pending: bool,
}

/// Flags of `sycee evidence export`.
#[derive(Args, Debug)]
pub(super) struct Export {
    /// Id of the offence, 64 hexadecimal digits.
    #[arg(value_name = "ID")]
    id: String,
    /// File to write; ID.evidence when left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Evidence {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self {
            Evidence::List(list) => list.run(global, output).await,
            Evidence::Export(export) => export.run(global, output).await,
        }
    }
}

impl List {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let mut request = wire::ListEvidenceRequest {
            from_height: self.from,
            with_pending: self.pending,
            ..Default::default()
        };
        let mut found: Vec<wire::Evidence> = Vec::new();
        loop {
            let page = answer(client.calls().list_evidence(request).await)?;
            found.extend(page.evidence);
            found.extend(page.pending);
            let (Some(from_height), Some(from_place)) = (page.next_height, page.next_place) else {
                break;
            };
            request.from_height = from_height;
            request.from_place = from_place;
            request.with_pending = false;
        }
        let rows: Vec<Value> = found.iter().map(row).collect();
        output.print(&json!({ "evidence": rows }), || {
            found.iter().map(line).collect()
        });
        Ok(())
    }
}

impl Export {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let request = wire::GetEvidenceRequest {
            id: self.id.clone(),
        };
        let found = answer(client.calls().get_evidence(request).await)?;
        let evidence = required("evidence", found.evidence)?;
        let path = self
            .out
            .unwrap_or_else(|| PathBuf::from(format!("{}.evidence", evidence.id)));
        write_new(&path, &evidence.evidence)?;
        let mut value = row(&evidence);
        if let Some(value) = value.as_object_mut() {
            value.insert("file".to_owned(), json!(path.display().to_string()));
            value.insert("bytes".to_owned(), json!(evidence.evidence.len()));
        }
        output.object(&value);
        Ok(())
    }
}

fn row(evidence: &wire::Evidence) -> Value {
    json!({
        "id": evidence.id,
        "kind": evidence.kind,
        "validator": evidence.validator,
        "public_key": evidence.public_key,
        "epoch": evidence.epoch,
        "view": evidence.view,
        "incarnation": evidence.incarnation,
        "seq": evidence.seq,
        "height": evidence.height,
    })
}

fn line(evidence: &wire::Evidence) -> String {
    let place = match (evidence.view, evidence.incarnation, evidence.seq) {
        (Some(view), _, _) => format!("view {view}"),
        (None, Some(incarnation), Some(seq)) => format!("lane position {incarnation}.{seq}"),
        (None, _, _) => "-".to_owned(),
    };
    let height = match evidence.height {
        Some(height) => format!("height {height}"),
        None => "pending".to_owned(),
    };
    format!(
        "{}  {:20}  validator {:3}  {place:20}  {height}",
        evidence.id, evidence.kind, evidence.validator
    )
}
