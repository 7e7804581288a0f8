//! `sycee queue explain`: why one payment waits, and what would free it.
//!
//! What its account lacks is told to the account's bank and the operator only: with `--key` the question is signed.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem, client::answer, client::required, convert::parse, wire};
use sycee_contracts::inquiry::{Inquiry, Subject};
use sycee_primitives::{Balance, BlockTime, ChainId, ParticipantId, identifiers::Uetr};

use crate::cli::output::Output;
use crate::cli::sending::read_key;
use crate::cli::{Global, Outcome};

/// Milliseconds that a question may be answered for.
const ASKED_FOR_MS: u64 = 60_000;

/// `sycee queue explain`
#[derive(Args, Debug)]
pub(in crate::cli) struct Explain {
    /// UETR of the payment.
    #[arg(value_name = "UETR")]
    uetr: String,
    /// Key file of the account's bank or of the operator: adds how much money would free the payment.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Explain {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let uetr = parse::uetr("UETR", &self.uetr)?;
        let inquiry = match &self.key {
            None => Vec::new(),
            Some(path) => signed(&mut client, path, uetr).await?,
        };
        let request = wire::ExplainQueuedRequest {
            uetr: uetr.to_string(),
            inquiry,
        };
        let found = answer(client.calls().explain_queued(request).await)?;
        let payment = required("payment", found.payment.clone())?;
        output.print(&value(&found, &payment), || lines(&found, &payment));
        Ok(())
    }
}

async fn signed(
    client: &mut sycee_api::Client,
    path: &std::path::Path,
    uetr: Uetr,
) -> Result<Vec<u8>, Problem> {
    use wire::get_participant_request::Key;
    let key = read_key(path)?;
    let public = key.public_key().to_string();
    let asker = client.participant(Key::PublicKey(public.clone())).await;
    let asker =
        asker.map_err(
            |problem| match problem.code == NodeFault::ParticipantUnknown.code() {
                true => Problem::of(NodeFault::SenderUnclear, format!("public key {public}")),
                false => problem,
            },
        )?;
    let status = client.status().await?;
    let inquiry = Inquiry {
        chain_id: parse::hash("chain_id", &status.chain_id).map(ChainId)?,
        asker: ParticipantId(asker.id),
        subject: Subject::WaitingPayment(uetr),
        expires: BlockTime(status.now_ms.saturating_add(ASKED_FOR_MS)),
    };
    Ok(inquiry.sign(&key.secret_key()).to_bytes())
}

/// One payment for programs.
pub(super) fn payment_json(payment: &wire::QueuedPayment) -> Value {
    json!({
        "uetr": payment.uetr,
        "transaction_id": payment.transaction_id,
        "status": payment.status,
        "from": payment.debtor_number,
        "to": payment.creditor_number,
        "currency": payment.currency,
        "amount": decimal(&payment.amount_minor, payment.scale),
        "amount_minor": payment.amount_minor,
        "priority": payment.priority,
        "bypass": payment.bypass,
        "held": payment.held,
        "until_ms": payment.until_ms,
        "entered_height": payment.entered_height,
        "place": payment.place,
        "code": payment.reason.as_ref().map(|it| it.code.clone()),
        "iso_code": payment.reason.as_ref().map(|it| it.iso_code.clone()),
        "reason": payment.reason.as_ref().map(|it| it.what.clone()),
        "missing_minor": payment.missing_minor,
    })
}

/// One payment for people: what it is, and why it waits.
pub(super) fn in_words(payment: &wire::QueuedPayment) -> Vec<String> {
    let place = match (payment.status.as_str(), payment.held) {
        ("PDNG", false) => format!("place {}", payment.place),
        ("PDNG", true) => "held".to_owned(),
        (ended, _) => ended.to_owned(),
    };
    let bypass = if payment.bypass {
        ", may be bypassed"
    } else {
        ""
    };
    let what = format!(
        "{}  {} -> {}  {} {}  priority {}, {place}{bypass}, until {}",
        payment.uetr,
        payment.debtor_number,
        payment.creditor_number,
        decimal(&payment.amount_minor, payment.scale),
        payment.currency,
        payment.priority,
        BlockTime(payment.until_ms).date(),
    );
    let why = payment.reason.as_ref().map(|reason| {
        let missing = match payment.missing_minor.as_str() {
            "0" => String::new(),
            minor => format!(
                " {} {} lacking.",
                decimal(minor, payment.scale),
                payment.currency
            ),
        };
        format!(
            "    {} ({}): {}{missing}",
            reason.code, reason.iso_code, reason.what
        )
    });
    [Some(what), why].into_iter().flatten().collect()
}

/// Minor units with the decimals of their currency; what is no number is shown as it is.
fn decimal(minor: &str, scale: u32) -> String {
    let parsed = minor.parse().ok().zip(u8::try_from(scale).ok());
    parsed.map_or_else(
        || minor.to_owned(),
        |(minor, scale)| Balance(minor).to_decimal(scale),
    )
}

fn value(found: &wire::ExplainQueuedResponse, payment: &wire::QueuedPayment) -> Value {
    let mut value = payment_json(payment);
    if let Some(value) = value.as_object_mut() {
        value.insert("ended_height".to_owned(), json!(found.ended_height));
        value.insert("as_of_height".to_owned(), json!(found.as_of_height));
        let report = found.report.as_ref().map(|report| {
            let frees = &report.frees_payment_minor;
            json!({
                "frees_payment_minor": (!frees.is_empty()).then_some(frees),
                "frees_all_minor": report.frees_all_minor,
                "listed": report.listed,
                "settles_now": report.settles_now,
            })
        });
        value.insert("report".to_owned(), json!(report));
    }
    value
}

fn lines(found: &wire::ExplainQueuedResponse, payment: &wire::QueuedPayment) -> Vec<String> {
    let mut lines = in_words(payment);
    if let Some(remedy) = payment.reason.as_ref().map(|it| &it.remedy) {
        lines.push(format!("    {remedy}"));
    }
    if let Some(height) = found.ended_height {
        lines.push(format!("    ended at height {height}"));
    }
    let Some(report) = &found.report else {
        return lines;
    };
    let money = |minor: &str| format!("{} {}", decimal(minor, payment.scale), payment.currency);
    lines.push(match report.frees_payment_minor.as_str() {
        "" => "    no money of this account alone frees it: see what stands in its way".to_owned(),
        minor => format!(
            "    frees it: {} more on {}",
            money(minor),
            payment.debtor_number
        ),
    });
    lines.push(format!(
        "    frees everything, if all others add theirs too: {} more",
        money(&report.frees_all_minor)
    ));
    lines.push(format!(
        "    of {} that could settle, {} settle together now",
        report.listed, report.settles_now
    ));
    lines
}
