//! The pacs.002 that answers a file: what its sender's systems read.

use sycee_api::Problem;
use sycee_messages::pacs002::{Reason, Status, StatusReport};
use sycee_messages::{Judgement, StatusCode};
use sycee_primitives::{BlockTime, Hash};

use super::plan::PaymentStatus;

/// The answer to a judged file with what became of its payments.
pub(super) fn report(
    judgement: &Judgement,
    statuses: &[PaymentStatus],
    file: &Hash,
    now: BlockTime,
) -> StatusReport {
    // 35 characters at most: the file and the moment make it unique.
    let digits: String = file.to_hex().chars().take(18).collect();
    let message_id = format!("SY{digits}{:014X}", now.0 & 0xff_ffff_ffff_ffff);
    let mut report = StatusReport::of_judgement(judgement, message_id, creation_time(now));
    for (transaction, status) in report.transactions.iter_mut().zip(statuses) {
        transaction.status = match status {
            PaymentStatus::Settled { .. } => Status::Settled,
            PaymentStatus::Waiting { .. } | PaymentStatus::Open { .. } => Status::Pending,
            PaymentStatus::Refused { problem, .. } => Status::Rejected(Reason {
                code: StatusCode::parse(&problem.iso).unwrap_or(StatusCode::NARR),
                information: information(problem),
            }),
        };
    }
    report
}

fn information(problem: &Problem) -> String {
    let place = match problem.place.as_str() {
        "" => String::new(),
        place => format!(" [{place}]"),
    };
    format!("{} {}{place}", problem.code, problem.what)
}

/// `YYYY-MM-DDThh:mm:ss+00:00`.
pub(super) fn creation_time(now: BlockTime) -> String {
    let seconds = now.0 / 1_000 % 86_400;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}+00:00", now.date())
}
