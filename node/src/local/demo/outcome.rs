//! What `sycee file submit` reports about a file, held against what was meant to become of it.

use serde::{Deserialize, Serialize};
use sycee_contracts::RejectReason;

use crate::local::files::{Expected, PaymentFile};

/// A file's report, as far as it matters here.
#[derive(Debug, Deserialize)]
struct FileReport {
    file: String,
    outcome: String,
    code: Option<String>,
    #[serde(default)]
    payments: Vec<PaymentReport>,
}

#[derive(Debug, Deserialize)]
struct PaymentReport {
    end_to_end_id: String,
    currency: String,
    amount_minor: String,
    status: String,
    transaction_id: Option<String>,
    height: Option<u64>,
    problem: Option<ProblemReport>,
}

#[derive(Debug, Deserialize)]
struct ProblemReport {
    code: String,
    what: String,
}

/// One file and what became of it.
#[derive(Debug)]
pub(super) struct Report {
    payments: u64,
    settled: u64,
    refused: u64,
    file_refused: bool,
    proved: Option<String>,
    unexpected: Option<String>,
    pub(super) height: u64,
    pub(super) lines: Vec<String>,
}

/// All files so far.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// Files sent.
    pub files: u64,
    /// Files refused whole.
    pub files_refused: u64,
    /// Payments in all files.
    pub payments: u64,
    /// Payments of files that settled.
    pub settled: u64,
    /// Payments of files that were refused, with their file or by themselves.
    pub refused: u64,
    /// Payments sent without a file.
    pub single: u64,
    /// What did not end as it was meant to.
    pub unexpected: Vec<String>,
    /// A settled transaction whose receipt is to be verified.
    #[serde(skip)]
    pub(super) proved: Option<String>,
}

impl Tally {
    pub(super) fn add(&mut self, report: Report) {
        self.files += 1;
        self.files_refused += u64::from(report.file_refused);
        self.payments += report.payments;
        self.settled += report.settled;
        self.refused += report.refused;
        self.unexpected.extend(report.unexpected);
        self.proved = self.proved.take().or(report.proved);
    }
}

impl Report {
    /// Reads one line of the command's output about `file`; `None` when it is not about it.
    pub(super) fn read(line: &str, file: &PaymentFile) -> Option<Report> {
        let report: FileReport = serde_json::from_str(line).ok()?;
        if report.file != file.name {
            return None;
        }
        let settled = report
            .payments
            .iter()
            .filter(|payment| payment.status == "settled");
        let proved = settled
            .clone()
            .find_map(|payment| payment.transaction_id.clone());
        let settled = settled.count() as u64;
        let unexpected = unexpected(&report, file).map(|what| format!("{}: {what}", file.name));
        Some(Report {
            payments: file.payments as u64,
            settled,
            refused: (file.payments as u64).saturating_sub(settled),
            file_refused: report.outcome == "rejected",
            proved,
            unexpected,
            height: report
                .payments
                .iter()
                .filter_map(|payment| payment.height)
                .max()
                .unwrap_or(0),
            lines: lines(&report),
        })
    }
}

/// How the report differs from what was meant.
fn unexpected(report: &FileReport, file: &PaymentFile) -> Option<String> {
    let code_of =
        |payment: &PaymentReport| payment.problem.as_ref().map(|problem| problem.code.clone());
    let all_with = |codes: &[RejectReason]| {
        let meant: Vec<String> = codes.iter().map(|reason| reason.code()).collect();
        let as_meant = |payment: &PaymentReport| {
            payment.status == "refused"
                && code_of(payment).is_some_and(|code| meant.contains(&code))
        };
        report.payments.len() == file.payments && report.payments.iter().all(as_meant)
    };
    let as_meant = match file.expected {
        Expected::FileRefused(code) => {
            report.outcome == "rejected" && report.code.as_deref() == Some(code.as_str())
        }
        Expected::Settled => {
            report.payments.len() == file.payments
                && report
                    .payments
                    .iter()
                    .all(|payment| payment.status == "settled")
        }
        Expected::AccountUnknown => {
            all_with(&[RejectReason::CreditorUnknown, RejectReason::DebtorUnknown])
        }
        Expected::LedgerRefused(reason) => all_with(&[reason]),
    };
    (!as_meant).then(|| {
        let statuses: Vec<String> = report
            .payments
            .iter()
            .map(|payment| {
                format!(
                    "{} {}",
                    payment.status,
                    code_of(payment).unwrap_or_default()
                )
            })
            .collect();
        format!(
            "meant {:?}, was {} {:?} {statuses:?}",
            file.expected, report.outcome, report.code
        )
    })
}

fn lines(report: &FileReport) -> Vec<String> {
    let code = report
        .code
        .as_deref()
        .map(|code| format!(" {code}"))
        .unwrap_or_default();
    let mut lines = vec![format!("{} {}{code}", report.file, report.outcome)];
    for payment in &report.payments {
        let amount = format!("{} {} minor", payment.currency, payment.amount_minor);
        let fate = match (&payment.problem, payment.height) {
            (Some(problem), _) => format!("{} {}", problem.code, problem.what),
            (None, Some(height)) => format!("height {height}"),
            (None, None) => String::new(),
        };
        lines.push(format!(
            "  {:8} {:24} {amount:>24}  {fate}",
            payment.status, payment.end_to_end_id
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use sycee_messages::StatusCode;

    use super::*;

    fn file(expected: Expected) -> PaymentFile {
        PaymentFile {
            name: "a.xml".to_owned(),
            bank: 0,
            payments: 1,
            expected,
            text: String::new(),
        }
    }

    fn line(status: &str, code: &str) -> String {
        format!(
            r#"{{"file":"a.xml","outcome":"accepted","code":null,"payments":[{{"end_to_end_id":"E","currency":"CNY","amount_minor":"1",
            "status":"{status}","transaction_id":"ab","height":7,"problem":{{"code":"{code}","what":"w"}}}}]}}"#
        )
    }

    #[test]
    fn what_was_meant_passes_and_everything_else_is_named() {
        let funds = RejectReason::InsufficientFunds;
        let cases = [
            (Expected::Settled, line("settled", ""), true),
            (Expected::Settled, line("open", "SY-10020"), false),
            (
                Expected::LedgerRefused(funds),
                line("refused", &funds.code()),
                true,
            ),
            (
                Expected::LedgerRefused(funds),
                line("refused", "SY-00001"),
                false,
            ),
            (Expected::LedgerRefused(funds), line("settled", ""), false),
            (
                Expected::AccountUnknown,
                line("refused", &RejectReason::CreditorUnknown.code()),
                true,
            ),
            (
                Expected::FileRefused(StatusCode::RC01),
                line("settled", ""),
                false,
            ),
            (
                Expected::FileRefused(StatusCode::RC01),
                r#"{"file":"a.xml","outcome":"rejected","code":"RC01"}"#.to_owned(),
                true,
            ),
        ];
        for (expected, line, passes) in cases {
            let report = Report::read(&line, &file(expected)).unwrap();
            assert_eq!(report.unexpected.is_none(), passes, "{expected:?} {line}");
        }
        assert!(Report::read("{}", &file(Expected::Settled)).is_none());
        let other = PaymentFile {
            name: "b.xml".to_owned(),
            ..file(Expected::Settled)
        };
        assert!(Report::read(&line("settled", ""), &other).is_none());
    }
}
