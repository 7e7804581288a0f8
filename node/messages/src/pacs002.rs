//! pacs.002.001.10: the answer to a message, with a status for the group and for each transaction.
//!
//! Written deterministically: identification and creation time are arguments, elements stand in the published order, texts are escaped and
//! cut to the published lengths. This module must never decide a status; it writes what it is told.
//!
//! Spec: ledger 3.8 (RJCT needs a reason).

use std::fmt::Write;

use sycee_primitives::identifiers::{Bic, Uetr};
use thiserror::Error;

use crate::judge::{Judgement, Outcome};
use crate::lexical::{bounded_text, date_time};
use crate::limits::IDENTIFIER_CHARS_MAX;
use crate::status_codes::StatusCode;

#[cfg(test)]
mod tests;

/// The message this module writes.
pub const MESSAGE: &str = "pacs.002.001.10";

/// Identification that stands in an answer to a file whose own could not be read.
pub const MESSAGE_ID_UNKNOWN: &str = "NOTPROVIDED";

/// Longest piece of additional information in characters (Max105Text).
const ADDITIONAL_INFORMATION_CHARS_MAX: usize = 105;
/// Most pieces of additional information that are written for one status.
const ADDITIONAL_INFORMATION_PIECES_MAX: usize = 4;

/// Status of a payment or of a whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Settled, irrevocably.
    Settled,
    /// Accepted and waiting in a queue.
    Pending,
    /// Refused; a reason is mandatory.
    Rejected(Reason),
}

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// External code.
    pub code: StatusCode,
    /// Place and explanation; cut to what the message can hold.
    pub information: String,
}

/// The message that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalMessage {
    /// Its identification; [`MESSAGE_ID_UNKNOWN`] when it could not be read.
    pub message_id: String,
    /// Its name, such as `pacs.008.001.08`.
    pub message_name: String,
}

/// Status of one transaction of the original message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionStatus {
    /// Instruction identification of the original, when it had one.
    pub instruction_id: Option<String>,
    /// End-to-end identification of the original.
    pub end_to_end_id: String,
    /// UETR of the original, when it had one.
    pub uetr: Option<Uetr>,
    /// Its status.
    pub status: Status,
    /// Bank that sent the original, which receives this answer.
    pub instructed_agent: Option<Bic>,
    /// Bank or network that answers.
    pub instructing_agent: Option<Bic>,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// Identification of this answer.
    pub message_id: String,
    /// When it was made, `YYYY-MM-DDThh:mm:ss` with time zone.
    pub creation_time: String,
    /// What it answers.
    pub original: OriginalMessage,
    /// Status of the message as a whole, when there is one.
    pub group_status: Option<Status>,
    /// Status of its transactions, in order.
    pub transactions: Vec<TransactionStatus>,
}

/// An answer that could not be a valid message.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum StatusReportError {
    /// An identification is empty, blank or too long.
    #[error("{field} must be a text of 1 to 35 characters, found {found:?}")]
    Identification {
        /// Which one.
        field: &'static str,
        /// What was given.
        found: String,
    },
    /// The creation time is not one.
    #[error("the creation time must be YYYY-MM-DDThh:mm:ss with time zone, found {0:?}")]
    CreationTime(String),
}

impl StatusReport {
    /// The answer to a judgement: the whole message refused, or every transaction pending.
    #[must_use]
    pub fn of_judgement(judgement: &Judgement, message_id: String, creation_time: String) -> Self {
        let unknown = || MESSAGE_ID_UNKNOWN.to_owned();
        let original = OriginalMessage {
            message_id: judgement.message_id.clone().unwrap_or_else(unknown),
            message_name: judgement.message.clone().unwrap_or_else(unknown),
        };
        let group_status = match judgement.outcome {
            Outcome::Accepted => None,
            Outcome::Rejected => {
                let place = judgement.xpath.as_deref().unwrap_or("file");
                let why = judgement.reason.as_deref().unwrap_or_default();
                Some(Status::Rejected(Reason {
                    code: judgement.code.unwrap_or(StatusCode::NARR),
                    information: format!("{place}: {why}"),
                }))
            }
        };
        let transactions = judgement
            .transactions
            .iter()
            .map(|order| TransactionStatus {
                instruction_id: order.instruction_id.clone(),
                end_to_end_id: order.end_to_end_id.clone(),
                uetr: order.uetr,
                status: Status::Pending,
                instructing_agent: order.instructed_agent,
                instructed_agent: order.instructing_agent,
            })
            .collect();
        Self {
            message_id,
            creation_time,
            original,
            group_status,
            transactions,
        }
    }

    /// Writes the message.
    ///
    /// # Errors
    /// Refuses identifications and times that would make the message invalid.
    pub fn write(&self) -> Result<String, StatusReportError> {
        self.check()?;
        let mut writer = Writer::default();
        writer.open(&format!(
            "Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{MESSAGE}\""
        ));
        writer.open("FIToFIPmtStsRpt");
        writer.open("GrpHdr");
        writer.leaf("MsgId", &self.message_id);
        writer.leaf("CreDtTm", &self.creation_time);
        writer.close("GrpHdr");
        if let Some(status) = &self.group_status {
            writer.open("OrgnlGrpInfAndSts");
            writer.leaf("OrgnlMsgId", &self.original.message_id);
            writer.leaf("OrgnlMsgNmId", &self.original.message_name);
            writer.status("GrpSts", status);
            writer.close("OrgnlGrpInfAndSts");
        }
        for transaction in &self.transactions {
            self.write_transaction(&mut writer, transaction);
        }
        writer.close("FIToFIPmtStsRpt");
        writer.close("Document");
        Ok(writer.text)
    }

    fn write_transaction(&self, writer: &mut Writer, transaction: &TransactionStatus) {
        writer.open("TxInfAndSts");
        writer.open("OrgnlGrpInf");
        writer.leaf("OrgnlMsgId", &self.original.message_id);
        writer.leaf("OrgnlMsgNmId", &self.original.message_name);
        writer.close("OrgnlGrpInf");
        if let Some(id) = &transaction.instruction_id {
            writer.leaf("OrgnlInstrId", id);
        }
        writer.leaf("OrgnlEndToEndId", &transaction.end_to_end_id);
        if let Some(uetr) = transaction.uetr {
            writer.leaf("OrgnlUETR", &uetr.to_string());
        }
        writer.status("TxSts", &transaction.status);
        writer.agent("InstgAgt", transaction.instructing_agent);
        writer.agent("InstdAgt", transaction.instructed_agent);
        writer.close("TxInfAndSts");
    }

    fn check(&self) -> Result<(), StatusReportError> {
        identification("message_id", &self.message_id)?;
        identification("original.message_id", &self.original.message_id)?;
        identification("original.message_name", &self.original.message_name)?;
        for transaction in &self.transactions {
            identification("end_to_end_id", &transaction.end_to_end_id)?;
            if let Some(id) = &transaction.instruction_id {
                identification("instruction_id", id)?;
            }
        }
        date_time(&self.creation_time)
            .map_err(|_wanted| StatusReportError::CreationTime(self.creation_time.clone()))
    }
}

fn identification(field: &'static str, text: &str) -> Result<(), StatusReportError> {
    bounded_text(text, IDENTIFIER_CHARS_MAX).map_err(|_wanted| StatusReportError::Identification {
        field,
        found: text.to_owned(),
    })
}

/// Writes elements with one blank of indentation a level.
#[derive(Debug)]
struct Writer {
    text: String,
    depth: usize,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
            depth: 0,
        }
    }
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n(' ', self.depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn open(&mut self, tag: &str) {
        self.line(&format!("<{tag}>"));
        self.depth += 1;
    }

    fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(&format!("</{name}>"));
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.line(&format!("<{name}>{}</{name}>", escape(text)));
    }

    fn status(&mut self, name: &str, status: &Status) {
        match status {
            Status::Settled => self.leaf(name, "ACSC"),
            Status::Pending => self.leaf(name, "PDNG"),
            Status::Rejected(reason) => {
                self.leaf(name, "RJCT");
                self.open("StsRsnInf");
                self.open("Rsn");
                self.leaf("Cd", reason.code.as_str());
                self.close("Rsn");
                for piece in pieces(&reason.information) {
                    self.leaf("AddtlInf", &piece);
                }
                self.close("StsRsnInf");
            }
        }
    }

    fn agent(&mut self, name: &str, bic: Option<Bic>) {
        if let Some(bic) = bic {
            self.open(name);
            self.open("FinInstnId");
            self.leaf("BICFI", bic.as_str());
            self.close("FinInstnId");
            self.close(name);
        }
    }
}

/// Cuts a text into pieces that fit; blank pieces are dropped because the message does not allow them.
fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters
        .chunks(ADDITIONAL_INFORMATION_CHARS_MAX)
        .take(ADDITIONAL_INFORMATION_PIECES_MAX)
        .map(|piece| piece.iter().collect::<String>())
        .filter(|piece| !piece.trim().is_empty())
        .collect()
}

/// Escapes what has a meaning in markup; what XML cannot hold at all becomes a replacement character.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Written literally, these would be read back as something else.
            '\r' | '\n' | '\t' => {
                let _infallible = write!(escaped, "&#{};", u32::from(character));
            }
            other if crate::xml::is_xml_char(other) => escaped.push(other),
            _ => escaped.push('\u{fffd}'),
        }
    }
    escaped
}
