//! `sycee registry`: the registry against double financing, for banks that finance documents, with or without a payment.
//!
//! ```text
//!   fingerprint  a document's fields + the network key ─▶ its mark and fingerprint      offline; the document never leaves this machine
//!   register, release   a bank finances so much of a document, and is repaid      no payment is needed
//!   prove        fingerprint ─▶ extract (in the registry or not, certified) ─▶ file ─▶ `sycee verify proof`
//! ```

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem, client::answer, convert::parse, wire};
use sycee_contracts::Action;
use sycee_contracts::registry::{
    Document, DocumentKind, DocumentMark, Fingerprint as DocumentPrint, NetworkKey,
    RegisterFinancing, ReleaseFinancing,
};
use sycee_primitives::{Amount, AssetId, BusinessDate, ChainId, Currency};

use super::output::{Output, read_text, write_new};
use super::sending::{Sending, send};
use super::{Global, Outcome, genesis};

/// Bytes of a document or key file.
const FILE_BYTES_MAX: u64 = 64 << 10;

/// `sycee registry ...`
#[derive(Subcommand, Debug)]
pub(super) enum Registry {
    /// The fingerprint of a document, computed here.
    #[command(
        after_help = "Example:\n  sycee registry fingerprint --issuer 91310000MA1FL0XX0X --kind invoice --number 044001900111-12345678 \\\n    \
        --date 2027-03-01 --amount 125000.00 --currency CNY --network-key network-key.txt\n  sycee registry fingerprint --document invoice.json --genesis genesis.toml"
    )]
    Fingerprint(Fingerprint),
    /// Write what the registry holds of a document to a file, for `sycee verify proof`.
    #[command(
        after_help = "Example:\n  sycee registry prove 9a41...07 --out invoice.extract\n  sycee registry prove invoice.json --network-key network-key.txt --out invoice.extract"
    )]
    Prove(Prove),
    /// Enter that the sender finances so much of a document.
    #[command(
        after_help = "Example:\n  sycee registry register --number-part HASH --detail-part HASH --asset 0 --total-minor 12500000 --amount-minor 5000000 --key bank-b.json"
    )]
    Register(Register),
    /// Give free what the sender has financed of a document.
    #[command(
        after_help = "Example:\n  sycee registry release FINGERPRINT --amount-minor 5000000 --key bank-b.json"
    )]
    Release(Release),
}

/// Flags of `sycee registry register`.
#[derive(Args, Debug)]
pub(super) struct Register {
    /// First half of the document's mark: over issuer, kind and number.
    #[arg(long, value_name = "HASH")]
    number_part: String,
    /// Second half of the mark: over date, amount and currency.
    #[arg(long, value_name = "HASH")]
    detail_part: String,
    /// In which money.
    #[arg(long, value_name = "ASSET")]
    asset: u32,
    /// What the document is worth, in minor units; every financier states the same.
    #[arg(long, value_name = "MINOR")]
    total_minor: u128,
    /// How much is financed now, in minor units.
    #[arg(long, value_name = "MINOR")]
    amount_minor: u128,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee registry release`.
#[derive(Args, Debug)]
pub(super) struct Release {
    /// The document's fingerprint.
    #[arg(value_name = "FINGERPRINT")]
    fingerprint: String,
    /// How much, in minor units.
    #[arg(long, value_name = "MINOR")]
    amount_minor: u128,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee registry fingerprint`.
#[derive(Args, Debug)]
pub(super) struct Fingerprint {
    /// A JSON file with the fields issuer_tax_id, kind, number, date, amount, currency instead of the flags.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["issuer", "kind", "number", "date", "amount", "currency"])]
    document: Option<PathBuf>,
    /// Tax id of who issued it.
    #[arg(long, value_name = "TAX-ID")]
    issuer: Option<String>,
    /// invoice, transport-document, warehouse-receipt, contract or bill.
    #[arg(long)]
    kind: Option<String>,
    /// Its number.
    #[arg(long)]
    number: Option<String>,
    /// The day it bears, YYYY-MM-DD.
    #[arg(long)]
    date: Option<String>,
    /// Its amount, 125000.00.
    #[arg(long)]
    amount: Option<String>,
    /// Currency of the amount.
    #[arg(long)]
    currency: Option<String>,
    #[command(flatten)]
    key: Key,
}

/// Under which key documents are fingerprinted.
#[derive(Args, Debug)]
pub(super) struct Key {
    /// File with the key that the network's members agreed on, 64 hexadecimal digits.
    #[arg(long, value_name = "FILE", conflicts_with = "genesis")]
    network_key: Option<PathBuf>,
    /// Genesis document: the network's public key, under which outsiders could guess documents. Without either, the node is asked.
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
}

/// Flags of `sycee registry prove`.
#[derive(Args, Debug)]
pub(super) struct Prove {
    /// Fingerprint of 64 hexadecimal digits, or a JSON file with the document's fields.
    #[arg(value_name = "FINGERPRINT|DOCUMENT")]
    document: String,
    #[command(flatten)]
    key: Key,
    /// File to write; FINGERPRINT.extract when left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Seconds to wait for the certificate; the network commits to its state at checkpoints.
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    wait: u32,
}

impl Registry {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self {
            Registry::Fingerprint(fingerprint) => fingerprint.run(global, output).await,
            Registry::Prove(prove) => prove.run(global, output).await,
            Registry::Register(it) => {
                let action = it.action()?;
                send(&mut global.connect().await?, &it.sending, action, output).await
            }
            Registry::Release(it) => {
                let action = it.action()?;
                send(&mut global.connect().await?, &it.sending, action, output).await
            }
        }
    }
}

fn minor(flag: &str, minor: u128) -> Result<Amount, Problem> {
    Amount::from_minor(minor)
        .map_err(|why| Problem::of(NodeFault::FieldMalformed, format!("{flag} {minor}: {why}")))
}

impl Register {
    fn action(&self) -> Result<Action, Problem> {
        Ok(Action::RegisterFinancing(RegisterFinancing {
            document: DocumentMark {
                number_part: parse::hash("--number-part", &self.number_part)?,
                detail_part: parse::hash("--detail-part", &self.detail_part)?,
            },
            asset: AssetId(self.asset),
            total: minor("--total-minor", self.total_minor)?,
            amount: minor("--amount-minor", self.amount_minor)?,
        }))
    }
}

impl Release {
    fn action(&self) -> Result<Action, Problem> {
        Ok(Action::ReleaseFinancing(ReleaseFinancing {
            fingerprint: DocumentPrint(parse::hash("fingerprint", &self.fingerprint)?),
            amount: minor("--amount-minor", self.amount_minor)?,
        }))
    }
}

impl Fingerprint {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let document = match &self.document {
            Some(file) => read_document(file)?,
            None => {
                let fields = json!({
                    "issuer_tax_id": self.issuer,
                    "kind": self.kind,
                    "number": self.number,
                    "date": self.date,
                    "amount": self.amount,
                    "currency": self.currency,
                });
                document_of(&fields, "command line")?
            }
        };
        let mark = mark(&document, &self.key.read(global).await?)?;
        output.object(&json!({
            "fingerprint": mark.fingerprint().0.to_hex(),
            "number_part": mark.number_part.to_hex(),
            "detail_part": mark.detail_part.to_hex(),
        }));
        Ok(())
    }
}

impl Prove {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let fingerprint = match parse::hash("fingerprint", &self.document) {
            Ok(fingerprint) => fingerprint,
            Err(_) => {
                let document = read_document(Path::new(&self.document))?;
                mark(&document, &self.key.read(global).await?)?
                    .fingerprint()
                    .0
            }
        };
        let name = fingerprint.to_hex();
        let mut client = global.connect().await?;
        let wait = Duration::from_secs(u64::from(self.wait));
        let mut request = tonic::Request::new(wire::GetRegistryExtractRequest {
            fingerprint: name.clone(),
            wait_ms: self.wait.saturating_mul(1_000),
        });
        request.set_timeout(wait.saturating_add(Duration::from_secs(5)));
        let found = answer(client.calls().get_registry_extract(request).await)?;
        let path = self
            .out
            .unwrap_or_else(|| PathBuf::from(format!("{name}.extract")));
        write_new(&path, &found.extract)?;
        output.object(&json!({
            "fingerprint": name,
            "present": found.present,
            "checkpoint": found.checkpoint_height,
            "checkpoint_at_ms": found.checkpoint_time_ms,
            "file": path.display().to_string(),
            "bytes": found.extract.len(),
        }));
        Ok(())
    }
}

impl Key {
    /// The key that was named, or the network's public one.
    async fn read(&self, global: &Global) -> Result<NetworkKey, super::Failed> {
        if let Some(file) = &self.network_key {
            let text = read_text(file, FILE_BYTES_MAX)?;
            return Ok(NetworkKey(parse::hash("network-key", text.trim())?.0));
        }
        let chain: ChainId = match &self.genesis {
            Some(file) => genesis::load(file)?.chain_id(),
            None => global.connect().await?.chain_id().await?,
        };
        Ok(NetworkKey::public(&chain))
    }
}

fn malformed(place: &str, why: impl std::fmt::Display) -> Problem {
    Problem::of(NodeFault::DocumentMalformed, format!("{place}: {why}"))
}

fn mark(document: &Document, key: &NetworkKey) -> Result<DocumentMark, Problem> {
    document
        .mark(key)
        .map_err(|error| malformed("document", error))
}

fn read_document(file: &Path) -> Result<Document, Problem> {
    let place = file.display().to_string();
    let text = read_text(file, FILE_BYTES_MAX)?;
    let fields: Value = serde_json::from_str(&text).map_err(|error| malformed(&place, error))?;
    document_of(&fields, &place)
}

/// A document out of its fields; the first that is missing or malformed is named.
fn document_of(fields: &Value, place: &str) -> Result<Document, Problem> {
    let text = |name: &str| -> Result<String, Problem> {
        let found = fields.get(name).and_then(Value::as_str);
        found
            .map(str::to_owned)
            .ok_or_else(|| malformed(place, format!("{name} is missing")))
    };
    let named =
        |name: &str, why: &dyn std::fmt::Display| malformed(place, format!("{name}: {why}"));
    let kind = text("kind")?;
    let kind = DocumentKind::from_name(&kind).ok_or_else(|| {
        let names: Vec<&str> = DocumentKind::ALL.iter().map(|kind| kind.name()).collect();
        named("kind", &format!("one of {}", names.join(", ")))
    })?;
    let currency = text("currency")?;
    let currency = Currency::parse(&currency).ok_or_else(|| named("currency", &"CNY"))?;
    let scale = currency
        .iso_decimals()
        .ok_or_else(|| named("currency", &"not one that networks settle"))?;
    let date = text("date")?;
    let amount = text("amount")?;
    Ok(Document {
        issuer_tax_id: text("issuer_tax_id")?,
        kind,
        number: text("number")?,
        date: BusinessDate::parse(&date).ok_or_else(|| named("date", &"YYYY-MM-DD"))?,
        amount: Amount::parse_decimal(&amount, scale).map_err(|error| named("amount", &error))?,
        currency,
    })
}
