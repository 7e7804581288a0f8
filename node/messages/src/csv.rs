//! Payments as comma-separated values (RFC 4180): one header line that names the columns, one line a payment.
//!
//! ```text
//!   uetr,end_to_end_id,debtor_account,creditor_account,currency,amount,value_date,purpose,remittance
//!   e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0,E-1,6293470897857027387,DE08999999990503391179,CNY,1250.00,2026-12-01,SUPP,"Invoice 7, part 1"
//! ```
//! Columns may stand in any order; an unknown, repeated or missing one is refused. The rules and codes are those of the messages; the place
//! of a fault is `line N, column NAME`, where N is the line on which the record begins.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sycee_primitives::currency::Currency;
use sycee_primitives::identifiers::{Iban, Uetr};

use crate::directory::Directory;
use crate::lexical::bounded_text;
use crate::limits::{
    ACCOUNT_CHARS_MAX, IDENTIFIER_CHARS_MAX, REMITTANCE_CHARS_MAX, TRANSACTIONS_MAX,
};
use crate::order::PaymentOrder;
use crate::pain001::put_sums;
use crate::refusal::{Refusal, Stage};
use crate::rules::{Content, Extracted, Place, parse_amount, value_date};
use crate::status_codes::StatusCode;
use crate::xml::clip;

mod records;
#[cfg(test)]
mod tests;

use records::{Record, Records};

/// The columns, each of which must stand in the header line.
pub const COLUMNS: [&str; 9] = [
    "uetr",
    "end_to_end_id",
    "debtor_account",
    "creditor_account",
    "currency",
    "amount",
    "value_date",
    "purpose",
    "remittance",
];

/// Reads a file of payments.
pub(crate) fn read<'t>(bytes: &[u8], directory: &Directory) -> Result<Content<'t>, Refusal> {
    let mut records = Records::new(bytes)?;
    let header = records
        .next()
        .transpose()?
        .ok_or_else(|| Refusal::xml(Some(1), "the file has no header line"))?;
    let order = read_header(&header)?;
    let mut payments = Vec::new();
    for record in records {
        let record = record?;
        if payments.len() >= TRANSACTIONS_MAX {
            let reason = format!("a file may hold at most {TRANSACTIONS_MAX} transactions");
            return Err(refuse_line(record.line, reason));
        }
        payments.push(read_payment(&record, &order, directory)?);
    }
    if payments.is_empty() {
        return Err(refuse_line(
            header.line,
            "the file holds no payment".to_owned(),
        ));
    }
    let facts = facts(&payments);
    Ok(Content {
        identity: None,
        blocks: Vec::new(),
        payments,
        agents: Vec::new(),
        facts,
    })
}

fn refuse_line(line: u32, reason: String) -> Refusal {
    Refusal {
        stage: Stage::Schema,
        code: StatusCode::FF01,
        xpath: Some(format!("line {line}")),
        line: Some(line),
        reason,
    }
}

/// For each column of [`COLUMNS`], its place in the file.
fn read_header(header: &Record) -> Result<[usize; COLUMNS.len()], Refusal> {
    let refuse = |column: &str, reason: String| Refusal {
        stage: Stage::Schema,
        code: StatusCode::FF01,
        xpath: Some(format!("line {}, column {column}", header.line)),
        line: Some(header.line),
        reason,
    };
    let columns = COLUMNS.join(", ");
    for (index, name) in header.fields.iter().enumerate() {
        if !COLUMNS.contains(&name.as_str()) {
            let reason = format!(
                "the column {:?} is unknown; known are {columns}",
                clip(name)
            );
            return Err(refuse(&clip(name), reason));
        }
        if header
            .fields
            .iter()
            .take(index)
            .any(|earlier| earlier == name)
        {
            return Err(refuse(name, format!("the column {name} stands twice")));
        }
    }
    let mut order = [0; COLUMNS.len()];
    for (place, column) in order.iter_mut().zip(COLUMNS) {
        *place = header
            .fields
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| refuse(column, format!("the column {column} is missing")))?;
    }
    Ok(order)
}

/// One payment's fields by name.
struct Row<'r> {
    record: &'r Record,
    order: &'r [usize; COLUMNS.len()],
}

impl<'r> Row<'r> {
    fn text(&self, column: &'static str) -> &'r str {
        let place = COLUMNS.iter().position(|name| *name == column);
        place
            .and_then(|place| self.order.get(place))
            .and_then(|place| self.record.fields.get(*place))
            .map(String::as_str)
            .unwrap_or_default()
    }

    fn place<'t>(&self, column: &'static str) -> Place<'t> {
        Place::Cell {
            line: self.record.line,
            column,
        }
    }

    fn refuse(
        &self,
        stage: Stage,
        code: StatusCode,
        column: &'static str,
        reason: impl Into<String>,
    ) -> Refusal {
        self.place(column).refuse(stage, code, reason.into())
    }

    /// A text that must be there.
    fn required(&self, column: &'static str, chars_max: usize) -> Result<String, Refusal> {
        let text = self.text(column);
        if text.is_empty() {
            let reason = format!("{column} is empty");
            return Err(self.refuse(Stage::Rule, StatusCode::FF01, column, reason));
        }
        self.bounded(column, chars_max)
    }

    /// A text that may be empty.
    fn optional(&self, column: &'static str, chars_max: usize) -> Result<Option<String>, Refusal> {
        if self.text(column).is_empty() {
            return Ok(None);
        }
        self.bounded(column, chars_max).map(Some)
    }

    fn bounded(&self, column: &'static str, chars_max: usize) -> Result<String, Refusal> {
        let text = self.text(column);
        bounded_text(text, chars_max).map_err(|wanted| {
            let reason = format!("{column} must be {wanted}");
            self.refuse(Stage::Schema, StatusCode::FF01, column, reason)
        })?;
        Ok(text.to_owned())
    }

    /// An account: what begins like an IBAN must be one.
    fn account(&self, column: &'static str, code: StatusCode) -> Result<String, Refusal> {
        let text = self.required(column, ACCOUNT_CHARS_MAX)?;
        let mut start = text.bytes();
        let like_iban = start
            .by_ref()
            .take(2)
            .filter(u8::is_ascii_alphabetic)
            .count()
            == 2
            && start.take(2).filter(u8::is_ascii_digit).count() == 2;
        if like_iban {
            Iban::parse(&text)
                .map_err(|error| self.refuse(Stage::Rule, code, column, error.to_string()))?;
        }
        Ok(text)
    }
}

fn read_payment<'t>(
    record: &Record,
    order: &[usize; COLUMNS.len()],
    directory: &Directory,
) -> Result<Extracted<'t>, Refusal> {
    if record.fields.len() != COLUMNS.len() {
        let reason = format!(
            "the line has {} fields and must have {}",
            record.fields.len(),
            COLUMNS.len()
        );
        return Err(refuse_line(record.line, reason));
    }
    let row = Row { record, order };
    let uetr_text = row.required("uetr", usize::MAX)?;
    let uetr = Uetr::parse(&uetr_text)
        .map_err(|error| row.refuse(Stage::Schema, StatusCode::FF01, "uetr", error.to_string()))?;
    let end_to_end_id = row.required("end_to_end_id", IDENTIFIER_CHARS_MAX)?;
    let debtor_account = row.account("debtor_account", StatusCode::AC02)?;
    let creditor_account = row.account("creditor_account", StatusCode::AC03)?;
    let code = row.required("currency", usize::MAX)?;
    let (currency, scale) = Currency::parse(&code)
        .and_then(|currency| Some((currency, directory.scale(currency)?)))
        .ok_or_else(|| {
            let reason = format!("the currency {} is not accepted here", clip(&code));
            row.refuse(Stage::Rule, StatusCode::AM03, "currency", reason)
        })?;
    let amount = parse_amount(&row.required("amount", usize::MAX)?, currency, scale)
        .map_err(|(code, reason)| row.refuse(Stage::Rule, code, "amount", reason))?;
    let date = row.required("value_date", usize::MAX)?;
    let value_date = value_date(&date, directory, StatusCode::DT01)
        .map_err(|(code, reason)| row.refuse(Stage::Rule, code, "value_date", reason))?;
    let payment = PaymentOrder {
        uetr: Some(uetr),
        end_to_end_id,
        instruction_id: None,
        message_id: None,
        payment_information_id: None,
        currency,
        amount,
        value_date,
        debtor_account: Some(debtor_account),
        creditor_account: Some(creditor_account),
        instructing_agent: None,
        instructed_agent: None,
        debtor_agent: None,
        creditor_agent: None,
        debtor_lei: None,
        creditor_lei: None,
        debtor_name: None,
        creditor_name: None,
        purpose: row.optional("purpose", IDENTIFIER_CHARS_MAX)?,
        remittance: row.optional("remittance", REMITTANCE_CHARS_MAX)?,
        path: format!("line {}", record.line),
        line: record.line,
    };
    Ok(Extracted {
        order: payment,
        uetr_place: Some(row.place("uetr")),
        end_to_end_place: row.place("end_to_end_id"),
    })
}

fn facts(payments: &[Extracted<'_>]) -> Value {
    let mut lines = Sha256::new();
    for payment in payments {
        lines.update(payment.order.digest_line());
    }
    let digest: String = lines
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut facts = Map::new();
    let mut put = |name: &str, value: Value| facts.insert(name.to_owned(), value);
    put("message", "csv".into());
    put("count", payments.len().into());
    put("lines_sha256", digest.into());
    put_sums(payments, &mut put);
    if let (Some(first), Some(last)) = (payments.first(), payments.last()) {
        put("first", first.order.short_facts());
        put("last", last.order.short_facts());
    }
    Value::Object(facts)
}
