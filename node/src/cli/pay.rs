//! `sycee pay`: one credit transfer from the command line.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sycee_api::{Client, NodeFault, Problem, client::required, convert::parse, wire};
use sycee_contracts::{
    Action, EndToEndId, Handling, IdempotencyKey, PRIORITY_LOWEST, PRIORITY_NORMAL, Pay as Payment,
    Purpose,
};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, hash::to_hex, identifiers::Uetr,
};

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
    /// How urgent it is where payments wait: 0 is served first, 9 last.
    #[arg(long, default_value_t = PRIORITY_NORMAL, value_parser = clap::value_parser!(u8).range(0..=i64::from(PRIORITY_LOWEST)))]
    priority: u8,
    /// It may settle past older payments of its account.
    #[arg(long)]
    bypass: bool,
    /// Wait for funds until then, at most 7 days: seconds from now, or a time such as 2026-12-01T16:30:00Z. Without it the payment settles at once
    /// or is refused.
    #[arg(long, value_name = "TIME")]
    queue_until: Option<String>,
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
            handling: Handling {
                priority: self.priority,
                bypass: self.bypass,
                queue_until: match &self.queue_until {
                    None => None,
                    Some(text) => Some(until(client, text).await?),
                },
            },
        })
    }
}

/// Seconds from the node's block time, or an instant in UTC.
async fn until(client: &mut Client, text: &str) -> Result<BlockTime, Problem> {
    if let Ok(seconds) = text.parse::<u64>() {
        let now = client.status().await?.now_ms;
        let ahead = seconds.saturating_mul(1_000);
        return Ok(BlockTime(now.saturating_add(ahead)));
    }
    instant(text).ok_or_else(|| {
        let expected = "seconds from now, or YYYY-MM-DDTHH:MM:SSZ, are expected";
        malformed("--queue-until", text, &expected)
    })
}

/// `YYYY-MM-DDTHH:MM:SSZ`.
fn instant(text: &str) -> Option<BlockTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let days = u64::from(BusinessDate::parse(date)?.0);
    let mut parts = time.split(':');
    let mut part = |most: u64| {
        let text = parts.next().filter(|it| it.len() == 2)?;
        text.parse().ok().filter(|number| *number <= most)
    };
    let (hours, minutes, seconds): (u64, u64, u64) = (part(23)?, part(59)?, part(59)?);
    let of_day = (hours * 60 + minutes) * 60 + seconds;
    let whole = days.checked_mul(86_400)?.checked_add(of_day)?;
    parts
        .next()
        .is_none()
        .then(|| BlockTime(whole.saturating_mul(1_000)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_to_the_second_or_not_at_all() {
        let rows = [
            ("1970-01-01T00:00:01Z", Some(1_000)),
            ("2026-12-01T16:30:00Z", Some(1_796_142_600_000)),
            ("2026-12-01T24:00:00Z", None),
            ("2026-12-01T16:30:00", None),
            ("2026-12-01T16:30Z", None),
            ("2026-12-01T16:30:00:00Z", None),
            ("2026-13-01T16:30:00Z", None),
            ("2026-12-01T6:30:00Z", None),
        ];
        for (text, expected) in rows {
            assert_eq!(instant(text), expected.map(BlockTime), "{text}");
        }
    }
}
