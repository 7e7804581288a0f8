//! `sycee tx`: receipts and proofs of transactions, and sending what was signed elsewhere.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;
use sycee_api::{NodeFault, Problem, client::required, convert, wire};
use sycee_primitives::limits::TRANSACTION_BYTES_MAX;

use super::output::{Output, read_file, write_new};
use super::sending::{WaitFor, receipt_json, tell};
use super::{Global, Outcome};

/// `sycee tx ...`
#[derive(Subcommand, Debug)]
pub(super) enum Tx {
    /// The receipt of a transaction.
    #[command(
        after_help = "Example:\n  sycee tx get 3f0c...e1 --wait 10 --json\n  sycee tx get --uetr e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0"
    )]
    Get(Get),
    /// Write the certified receipt of a transaction to a file, for `sycee verify receipt`.
    #[command(after_help = "Example:\n  sycee tx prove 3f0c...e1 --out payment.receipt")]
    Prove(Prove),
    /// Send a signed transaction from a file; sending it again is safe and answers the same receipt.
    #[command(after_help = "Example:\n  sycee tx submit payment.tx --wait final")]
    Submit(Submit),
}

/// Flags of `sycee tx get`.
#[derive(Args, Debug)]
pub(super) struct Get {
    /// Transaction id, 64 hexadecimal digits.
    #[arg(value_name = "ID", required_unless_present = "uetr")]
    id: Option<String>,
    /// The UETR of a single payment instead of an id.
    #[arg(long, conflicts_with = "id")]
    uetr: Option<String>,
    /// Seconds to wait for the receipt.
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    wait: u32,
}

/// Flags of `sycee tx prove`.
#[derive(Args, Debug)]
pub(super) struct Prove {
    /// Transaction id, 64 hexadecimal digits.
    #[arg(value_name = "ID")]
    id: String,
    /// File to write; ID.receipt when left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Seconds to wait for the certificate.
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    wait: u32,
}

/// Flags of `sycee tx submit`.
#[derive(Args, Debug)]
pub(super) struct Submit {
    /// Canonical bytes of a signed transaction.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How far to wait.
    #[arg(long, value_enum, default_value = "final")]
    wait: WaitFor,
    /// Seconds to wait.
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    timeout: u32,
}

impl Tx {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self {
            Tx::Get(get) => get.run(global, output).await,
            Tx::Prove(prove) => prove.run(global, output).await,
            Tx::Submit(submit) => submit.run(global, output).await,
        }
    }
}

impl Get {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let answer = match (&self.uetr, &self.id) {
            (Some(uetr), _) => {
                let request = wire::GetTransactionByUetrRequest { uetr: uetr.clone() };
                sycee_api::client::answer(client.calls().get_transaction_by_uetr(request).await)?
            }
            (None, Some(id)) => {
                let id = convert::transaction_id(id)?;
                client.receipt(&id, false, seconds(self.wait)).await?
            }
            (None, None) => return Err(Problem::of(NodeFault::FieldMissing, "ID or --uetr").into()),
        };
        let receipt = required("receipt", answer.receipt)?;
        let mut value = receipt_json(&receipt);
        if let Some(value) = value.as_object_mut() {
            value.insert("as_of_height".to_owned(), json!(answer.as_of_height));
        }
        output.object(&value);
        Ok(())
    }
}

impl Prove {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let id = convert::transaction_id(&self.id)?;
        let mut client = global.connect().await?;
        let answer = client.receipt(&id, true, seconds(self.wait)).await?;
        let path = self
            .out
            .unwrap_or_else(|| PathBuf::from(format!("{id}.receipt")));
        write_new(&path, &answer.proof)?;
        let receipt = required("receipt", answer.receipt)?;
        output.object(&json!({
            "transaction_id": receipt.transaction_id,
            "height": receipt.height,
            "file": path.display().to_string(),
            "bytes": answer.proof.len(),
        }));
        Ok(())
    }
}

impl Submit {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let bytes = read_file(&self.file, TRANSACTION_BYTES_MAX as u64)?;
        let mut client = global.connect().await?;
        let answer = client
            .submit(bytes, self.wait.into(), seconds(self.timeout))
            .await?;
        tell(output, &answer, json!({}))
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds))
}
