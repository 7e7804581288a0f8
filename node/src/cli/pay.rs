//! `sycee pay`: one credit transfer from the command line.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sycee_api::{Client, NodeFault, Problem, client::required, convert::parse, wire};
use sycee_contracts::{Action, EndToEndId, IdempotencyKey, Pay as Payment, Purpose};
use sycee_primitives::{AccountId, Amount, AssetId, hash::to_hex, identifiers::Uetr};

use super::output::{Output, note, write_new};
use super::sending::{Sending, WaitFor, random_key, tell};
use super::{Global, Outcome};

/// Flags of `sycee pay`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sycee pay --from SETTLEMENT-1-CNY --to SETTLEMENT-2-CNY --amount 12.34 --currency CNY --key bank-a.json\n\n\
    The same idempotency key never pays twice. When the answer is lost, ask `sycee tx get` for the transaction printed."
)]
pub(super) struct Pay {
    /// Account to be debited, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// Account to be credited, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    to: String,
    /// How much, as a plain decimal such as 12.34.
    #[arg(long)]
    amount: String,
    /// ISO 4217 code.
    #[arg(long)]
    currency: String,
    #[command(flatten)]
    sending: Sending,
    /// How far to wait.
    #[arg(long, value_enum, default_value = "final")]
    wait: WaitFor,
    /// Name of this intent, 1 to 64 bytes; drawn at random when left out.
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Reference of the payment from end to end (UUIDv4); drawn at random when left out.
    #[arg(long)]
    uetr: Option<String>,
    /// Reference for the creditor.
    #[arg(long, default_value = "NOTPROVIDED")]
    reference: String,
    /// Four-letter ISO 20022 purpose code.
    #[arg(long, value_name = "CODE")]
    purpose: Option<String>,
    /// Also write the signed transaction to this file, for `sycee tx submit`.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

impl Pay {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let sender = self.sending.sender(&mut client).await?;
        let payment = self.payment(&mut client, sender.business_date).await?;
        let uetr = payment.uetr;
        let key = self.idempotency_key.clone().unwrap_or_else(random_key);
        let idempotency_key = IdempotencyKey::new(&key)
            .map_err(|error| malformed("--idempotency-key", &key, &error))?;
        let signed = sender.sign(idempotency_key, Action::Pay(payment));
        let id = signed.instruction.id();
        let bytes = signed.to_bytes();
        if let Some(path) = &self.save {
            write_new(path, &bytes)?;
        }
        let extra = json!({"uetr": uetr.to_string(), "idempotency_key": key});
        if self.sending.dry_run {
            let mut value = json!({
                "transaction_id": id.to_string(),
                "dry_run": true,
                "transaction": to_hex(&bytes),
            });
            if let (Some(value), Some(extra)) = (value.as_object_mut(), extra.as_object()) {
                value.extend(extra.clone());
            }
            output.object(&value);
            return Ok(());
        }
        note(&format!(
            "sending transaction {id}, UETR {uetr}, idempotency key {key}"
        ));
        let answer = client
            .submit(bytes, self.wait.into(), self.sending.timeout())
            .await?;
        tell(output, &answer, extra)
    }

    async fn payment(
        &self,
        client: &mut Client,
        value_date: sycee_primitives::BusinessDate,
    ) -> Result<Payment, Problem> {
        let debtor = account(client, &self.from).await?;
        let creditor = account(client, &self.to).await?;
        let asset = asset(client, &self.currency, &debtor).await?;
        let scale = u8::try_from(asset.scale).unwrap_or(0);
        let amount = Amount::parse_decimal(&self.amount, scale)
            .map_err(|error| malformed("--amount", &self.amount, &error))?;
        let uetr = match &self.uetr {
            Some(text) => parse::uetr("--uetr", text)?,
            None => Uetr::from_random(rand::random()),
        };
        let purpose = match &self.purpose {
            None => None,
            Some(text) => {
                let code = text.as_bytes().try_into().ok().and_then(Purpose::new);
                Some(code.ok_or_else(|| {
                    malformed(
                        "--purpose",
                        text,
                        &"four capital letters or digits are expected",
                    )
                })?)
            }
        };
        Ok(Payment {
            uetr,
            end_to_end_id: EndToEndId::new(&self.reference)
                .map_err(|error| malformed("--reference", &self.reference, &error))?,
            debtor: AccountId(debtor.id),
            creditor: AccountId(creditor.id),
            asset: AssetId(asset.id),
            amount,
            value_date,
            purpose,
            payload_commitment: None,
            handling: sycee_contracts::Handling::default(),
        })
    }
}

fn malformed(flag: &str, text: &str, why: &dyn std::fmt::Display) -> Problem {
    Problem::of(NodeFault::FieldMalformed, format!("{flag} {text}: {why}"))
}

async fn account(client: &mut Client, name: &str) -> Result<wire::Account, Problem> {
    required("account", client.account(name, None).await?.account)
}

/// The asset of a currency; of several issuers' the one that the debtor account holds.
async fn asset(
    client: &mut Client,
    currency: &str,
    debtor: &wire::Account,
) -> Result<wire::Asset, Problem> {
    let mut assets = client.assets().await?;
    assets.retain(|asset| asset.currency == currency);
    let held = assets
        .iter()
        .position(|asset| asset.id == debtor.asset)
        .unwrap_or(0);
    if assets.is_empty() {
        return Err(Problem::of(NodeFault::AssetUnknown, currency));
    }
    Ok(assets.swap_remove(held))
}
