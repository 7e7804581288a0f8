//! `sycee explain`: every code that this program can print, in English and Chinese.

use clap::Args;
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem};
use sycee_contracts::RejectReason;
use sycee_genesis::Fault;
use sycee_messages::StatusCode;

use super::Outcome;
use super::output::{Output, data};

mod words;

/// Flags of `sycee explain`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sycee explain SY-00260\n  sycee explain AM04 --json\n  sycee explain --all"
)]
pub(super) struct Explain {
    /// A code: SY-00260, 260, AM04, STORE_DISK_FULL.
    #[arg(value_name = "CODE", required_unless_present = "all")]
    code: Option<String>,
    /// List every code.
    #[arg(long, conflicts_with = "code")]
    all: bool,
}

/// One code and everything there is to say about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) iso: String,
    pub(super) english: String,
    pub(super) chinese: String,
    pub(super) remedy: String,
    pub(super) retryable: bool,
}

impl Explain {
    pub(super) fn run(self, output: Output) -> Outcome {
        if self.all {
            for entry in entries() {
                output.print(&entry.json(), || {
                    vec![format!(
                        "{:10} {:4}  {}",
                        entry.code, entry.iso, entry.english
                    )]
                });
            }
            return Ok(());
        }
        let code = self.code.unwrap_or_default();
        let entry = find(&code).ok_or_else(|| Problem::of(NodeFault::CodeUnknown, &code))?;
        if output.json {
            data(&entry.json().to_string());
        } else {
            let repeat = if entry.retryable {
                "may succeed later as it is"
            } else {
                "will not succeed as it is"
            };
            data(&format!("{} ({})  {repeat}", entry.code, entry.iso));
            data(&entry.english);
            data(&entry.chinese);
            if !entry.remedy.is_empty() {
                data(&format!("remedy: {}", entry.remedy));
            }
        }
        Ok(())
    }
}

impl Entry {
    fn json(&self) -> Value {
        json!({
            "code": self.code,
            "iso_code": self.iso,
            "english": self.english,
            "chinese": self.chinese,
            "remedy": self.remedy,
            "retryable": self.retryable,
        })
    }
}

/// The entry of a code as people write it: `SY-00260`, `sy-260`, `260`, `am04`.
pub(super) fn find(code: &str) -> Option<Entry> {
    let wanted = code.trim().to_ascii_uppercase();
    let digits = wanted.strip_prefix("SY-").unwrap_or(&wanted);
    let numbered = digits
        .parse::<u16>()
        .ok()
        .map(|number| format!("SY-{number:05}"));
    let wanted = numbered.unwrap_or(wanted);
    entries().find(|entry| entry.code == wanted)
}

/// Every code: ledger, node, genesis, network, store and process, then ISO 20022.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    let ledger = RejectReason::ALL.iter().map(|reason| {
        let explanation = reason.explanation();
        Entry {
            code: reason.code(),
            iso: explanation.iso.to_owned(),
            english: explanation.english.to_owned(),
            chinese: explanation.chinese.to_owned(),
            remedy: explanation.remedy.to_owned(),
            retryable: explanation.retryable,
        }
    });
    let node = NodeFault::ALL.iter().map(|fault| Entry {
        code: fault.code(),
        iso: fault.iso_code().to_owned(),
        english: fault.english().to_owned(),
        chinese: fault.chinese().to_owned(),
        remedy: fault.remedy().to_owned(),
        retryable: fault.is_retryable(),
    });
    let genesis = Fault::ALL.iter().map(|fault| Entry {
        code: fault.code(),
        iso: "NARR".to_owned(),
        english: fault.english().to_owned(),
        chinese: words::genesis_chinese(*fault).to_owned(),
        remedy: fault.remedy().to_owned(),
        retryable: false,
    });
    let process = words::PROCESS
        .iter()
        .map(|(code, english, chinese, remedy)| Entry {
            code: (*code).to_owned(),
            iso: "NARR".to_owned(),
            english: (*english).to_owned(),
            chinese: (*chinese).to_owned(),
            remedy: (*remedy).to_owned(),
            retryable: false,
        });
    let iso = StatusCode::ALL.iter().map(|code| Entry {
        code: code.as_str().to_owned(),
        iso: code.as_str().to_owned(),
        english: format!("{}: {}.", code.iso_name(), code.english()),
        chinese: format!("{}。", code.chinese()),
        remedy: "The answer names the place in the file; correct it there and send a new message."
            .to_owned(),
        retryable: false,
    });
    ledger.chain(node).chain(genesis).chain(process).chain(iso)
}

#[cfg(test)]
mod tests;
