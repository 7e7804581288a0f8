//! `sycee evidence`: which validators broke which rule, as the network has recorded it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem, client::answer, client::required, wire};
use sycee_replica::{Epochs, evidence::conflict as gather, load_journal};
use sycee_storage::{RocksOptions, RocksStore};

use super::init::start_failed;
use super::output::{Output, write_new};
use super::{Global, Outcome, genesis};
use crate::node::{Folder, StartError};

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
    /// Gather from the folders of two stopped nodes what shows who is to blame that their chains part.
    #[command(
        after_help = "Example:\n  sycee evidence conflict bank-a/data bank-b/data --genesis genesis.toml --out both.conflict"
    )]
    Conflict(Conflict),
}

/// Flags of `sycee evidence conflict`.
#[derive(Args, Debug)]
pub(super) struct Conflict {
    /// Folders of the two nodes.
    #[arg(value_name = "FOLDER", num_args = 2, required = true)]
    folders: Vec<PathBuf>,
    /// Genesis document of the network.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
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
            Evidence::Conflict(conflict) => conflict.run(output),
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

impl Conflict {
    fn run(self, output: Output) -> Outcome {
        let set = genesis::load(&self.genesis)?.validator_set();
        let failed = |error: StartError| start_failed(&error);
        let mut stores = Vec::new();
        for folder in &self.folders {
            let path = Folder::at(folder).store();
            let store = RocksStore::open(&path, RocksOptions::default());
            stores.push(store.map_err(|error| failed(error.into()))?);
        }
        let [one, other] = stores.as_slice() else {
            return Err(Problem::of(NodeFault::FieldMissing, "two folders").into());
        };
        for store in &stores {
            // A folder of another network has other keys and proves nothing.
            let epochs = Epochs::load(store, set.clone()).map_err(|error| failed(error.into()))?;
            load_journal(store, &epochs).map_err(|error| failed(error.into()))?;
        }
        let material = gather(one, other).map_err(|error| failed(error.into()))?;
        let material = material.ok_or_else(|| {
            let what = "the final chains of the two folders do not part";
            Problem::of(NodeFault::EvidenceUnknown, what)
        })?;
        let bytes = material.to_bytes();
        write_new(&self.out, &bytes)?;
        output.object(&json!({
            "file": self.out.display().to_string(),
            "bytes": bytes.len(),
            "blocks": material.blocks.len(),
            "certificates": material.certificates.len(),
        }));
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
