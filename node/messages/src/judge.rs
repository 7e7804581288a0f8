//! The judge: one file after the other, each accepted whole or refused with its first fault.
//!
//! ```text
//!   xml ▶ namespace ▶ schema ▶ rule ▶ directory ▶ duplicate ▶ accepted (and remembered)
//!    └──────────┴─────────┴───────┴────────┴───────────┴────▶ rejected: stage, code, xpath, reason
//! ```

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::csv;
use crate::directory::Directory;
use crate::duplicates::{FileDigest, Seen};
use crate::order::PaymentOrder;
use crate::refusal::{Refusal, Stage};
use crate::rules::Content;
use crate::schema::{self, MessageKind, NAMESPACE_PREFIX};
use crate::status_codes::StatusCode;
use crate::{pacs008, pacs009, pain001, xml};

#[cfg(test)]
mod tests;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every payment in it may be submitted.
    Accepted,
    /// Nothing in it may be submitted.
    Rejected,
}

/// The judgement on one file; serialises to the JSON of `sycee file check`.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// Name of the file, as given.
    pub file: String,
    /// Message in the file: as recognised, or as claimed by a file refused before that.
    pub message: Option<String>,
    /// Accepted or rejected.
    pub outcome: Outcome,
    /// External status reason code of a refusal.
    pub code: Option<StatusCode>,
    /// Place of the fault; where a missing element would stand.
    pub xpath: Option<String>,
    /// Stage that found the fault.
    pub stage: Option<Stage>,
    /// What an accepted file says.
    pub facts: Option<Value>,
    /// What is wrong, in one sentence.
    pub reason: Option<String>,
    /// Line of the fault, counted from 1.
    pub line: Option<u32>,
    /// Identification of the message, as far as it could be read; also of a refused one, so that it can be answered.
    #[serde(skip)]
    pub message_id: Option<String>,
    /// The payments of an accepted file, in order.
    #[serde(skip)]
    pub transactions: Vec<PaymentOrder>,
}

/// Judges files one after the other and remembers what it accepted.
#[derive(Debug)]
pub struct Judge {
    directory: Directory,
    seen: Seen,
}

/// Facts and payments of a file that passed every stage.
struct Accepted {
    facts: Value,
    payments: Vec<PaymentOrder>,
}

/// What is known about a file however it is judged.
#[derive(Default)]
struct Known {
    message: Option<String>,
    message_id: Option<String>,
}

impl Judge {
    /// A judge who has accepted nothing yet.
    #[must_use]
    pub fn new(directory: Directory) -> Self {
        Self {
            directory,
            seen: Seen::default(),
        }
    }

    /// The directory the judge goes by.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Judges a file; its name decides between CSV (`.csv`) and XML, and its first character when the name does not.
    pub fn judge(&mut self, file_name: &str, bytes: &[u8]) -> Judgement {
        let mut known = Known::default();
        let result = if is_csv(file_name, bytes) {
            known.message = Some("csv".to_owned());
            self.judge_csv(bytes)
        } else {
            self.judge_xml(bytes, &mut known)
        };
        into_judgement(file_name, known, result)
    }

    fn judge_xml(&mut self, bytes: &[u8], known: &mut Known) -> Result<Accepted, Refusal> {
        known.message = claimed_message(bytes);
        let tree = xml::read(bytes)?;
        let root = tree
            .root()
            .ok_or_else(|| Refusal::xml(None, "the file has no element"))?;
        let namespace = root
            .namespace()
            .and_then(|uri| uri.strip_prefix(NAMESPACE_PREFIX));
        known.message = namespace.map(xml::clip);
        let (kind, body) = schema::identify(root)?;
        known.message_id = body
            .descend(&["GrpHdr", "MsgId"])
            .map(|id| xml::clip(id.text()))
            .filter(|id| !id.is_empty());
        schema::check(kind, root, body)?;
        let content = match kind {
            MessageKind::CustomerTransfer => pacs008::read(body, &self.directory),
            MessageKind::BankTransfer => pacs009::read(body, &self.directory),
            MessageKind::Initiation => pain001::read(body, &self.directory),
        }?;
        self.accept(content, bytes)
    }

    fn judge_csv(&mut self, bytes: &[u8]) -> Result<Accepted, Refusal> {
        let content = csv::read(bytes, &self.directory)?;
        self.accept(content, bytes)
    }

    fn accept(&mut self, content: Content<'_>, bytes: &[u8]) -> Result<Accepted, Refusal> {
        self.directory.check(&content.agents)?;
        let digest: FileDigest = Sha256::digest(bytes).into();
        let additions = self.seen.check(&content, digest)?;
        self.seen.remember(additions);
        Ok(Accepted {
            facts: content.facts,
            payments: content
                .payments
                .into_iter()
                .map(|payment| payment.order)
                .collect(),
        })
    }
}

fn into_judgement(file_name: &str, known: Known, result: Result<Accepted, Refusal>) -> Judgement {
    let mut judgement = Judgement {
        file: file_name.to_owned(),
        message: known.message,
        outcome: Outcome::Accepted,
        code: None,
        xpath: None,
        stage: None,
        facts: None,
        reason: None,
        line: None,
        message_id: known.message_id,
        transactions: Vec::new(),
    };
    match result {
        Ok(accepted) => {
            judgement.facts = Some(accepted.facts);
            judgement.transactions = accepted.payments;
        }
        Err(refusal) => {
            judgement.outcome = Outcome::Rejected;
            judgement.code = Some(refusal.code);
            judgement.xpath = refusal.xpath;
            judgement.stage = Some(refusal.stage);
            judgement.reason = Some(refusal.reason);
            judgement.line = refusal.line;
        }
    }
    judgement
}

fn is_csv(file_name: &str, bytes: &[u8]) -> bool {
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension);
    match extension {
        Some(extension) if extension.eq_ignore_ascii_case("csv") => true,
        Some(extension) if extension.eq_ignore_ascii_case("xml") => false,
        Some(_) | None => {
            let start = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
            let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
            // A letter begins a header line; '<', a byte order mark or anything else is for the XML reader to name.
            first.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'"')
        }
    }
}

/// The message a file claims to hold, for the report on a file that was refused before it was read.
fn claimed_message(bytes: &[u8]) -> Option<String> {
    const LOOK_BYTES_MAX: usize = 16 * 1024;
    const NAME_BYTES_MAX: usize = 32;
    let start = bytes.get(..bytes.len().min(LOOK_BYTES_MAX))?;
    let prefix = NAMESPACE_PREFIX.as_bytes();
    let at = start
        .windows(prefix.len())
        .position(|window| window == prefix)?;
    let name: String = start
        .get(at.checked_add(prefix.len())?..)?
        .iter()
        .take(NAME_BYTES_MAX)
        .take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || **byte == b'.')
        .map(|byte| char::from(*byte))
        .collect();
    (!name.is_empty()).then_some(name)
}
