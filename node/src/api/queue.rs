//! Payments that wait for funds: who waits, why, and, told only to whom it concerns, what would free them.
//!
//! A list is read between two blocks. A report needs many looks at the whole queue: only the question is taken from the ledger, the work is done on a
//! thread of its own.

use sycee_api::{NodeFault, Problem, convert::parse, wire};
use sycee_contracts::inquiry::{SignedInquiry, Subject};
use sycee_contracts::liquidity::netting::{baseline, least_to_settle, shortfalls};
use sycee_contracts::{
    CycleState, FoundPayment, Ledger, QueueState, QueuedPayment, WaitingEntry, WaitingQuestion,
    read,
};
use sycee_primitives::{AccountId, BlockTime, identifiers::Uetr};

use super::Backend;

/// Payments given when nothing is asked, and at most.
const PAYMENTS_DEFAULT: u32 = 100;
const PAYMENTS_MAX: u32 = 1_000;

pub(super) async fn list<B: Backend>(
    backend: &B,
    request: wire::ListQueueRequest,
) -> Result<wire::ListQueueResponse, Problem> {
    let limit = match request.limit {
        0 => PAYMENTS_DEFAULT,
        limit if limit <= PAYMENTS_MAX => limit,
        limit => {
            let place = format!("limit {limit}, at most {PAYMENTS_MAX}");
            return Err(Problem::of(NodeFault::TooManyEntries, place));
        }
    };
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let (skip, limit) = (size(request.skip), size(limit));
    let account = request.account.map(AccountId);
    backend
        .read(move |ledger| {
            let mut found = ledger.waiting_payments(account, skip, limit.saturating_add(1));
            let more = found.len() > limit;
            found.truncate(limit);
            wire::ListQueueResponse {
                payments: found.iter().map(|it| waiting(ledger, it)).collect(),
                waiting: ledger.queued_payments() as u64,
                more,
                as_of_height: ledger.height().0,
                cycle: cycle(ledger),
            }
        })
        .await
}

/// The newest netting cycle.
fn cycle(ledger: &Ledger) -> Option<wire::NettingCycle> {
    let id = ledger.cycles().checked_sub(1)?;
    let row = ledger.cycle(id)?;
    let told = wire::NettingCycle {
        id,
        opened_height: row.opened.0,
        listed: row.listed,
        open: true,
        settled_value_minor: "0".to_owned(),
        ..wire::NettingCycle::default()
    };
    Some(match row.state {
        CycleState::Open => told,
        CycleState::Decided {
            submitter,
            count,
            value,
            sound_sets,
            receipts: _,
        } => wire::NettingCycle {
            open: false,
            submitter: submitter.map(|it| it.0),
            settled_count: count,
            settled_value_minor: value.to_string(),
            sound_sets: u32::from(sound_sets),
            ..told
        },
    })
}

/// What one answer takes out of the ledger.
struct Explained {
    payment: wire::QueuedPayment,
    ended_height: Option<u64>,
    /// Row of the payment, and the queue as a whole, when the asker may see the report.
    question: Option<(u64, AccountId, Option<WaitingQuestion>)>,
    height: u64,
}

pub(super) async fn explain<B: Backend>(
    backend: &B,
    request: wire::ExplainQueuedRequest,
) -> Result<wire::ExplainQueuedResponse, Problem> {
    let uetr = parse::uetr("uetr", &request.uetr)?;
    let inquiry = match request.inquiry.as_slice() {
        [] => None,
        bytes => Some(inquiry_about(bytes, uetr)?),
    };
    let now = backend.health().now;
    let explained = backend
        .read(move |ledger| explained(ledger, uetr, inquiry.as_ref(), now))
        .await??;
    let report = match explained.question {
        None => None,
        Some((id, account, question)) => {
            let work = tokio::task::spawn_blocking(move || report(id, account, question.as_ref()));
            let report = work.await;
            Some(report.map_err(|error| Problem::of(NodeFault::Internal, error))?)
        }
    };
    Ok(wire::ExplainQueuedResponse {
        payment: Some(explained.payment),
        ended_height: explained.ended_height,
        report,
        as_of_height: explained.height,
    })
}

fn inquiry_about(bytes: &[u8], uetr: Uetr) -> Result<SignedInquiry, Problem> {
    let signed = SignedInquiry::from_bytes(bytes);
    let about = signed.filter(|it| it.inquiry.subject == Subject::WaitingPayment(uetr));
    about.ok_or_else(|| Problem::of(NodeFault::InquiryMalformed, format!("UETR {uetr}")))
}

fn explained(
    ledger: &Ledger,
    uetr: Uetr,
    inquiry: Option<&SignedInquiry>,
    now: BlockTime,
) -> Result<Explained, Problem> {
    let found = ledger.waiting_payment(&uetr);
    let found =
        found.ok_or_else(|| Problem::of(NodeFault::PaymentNotQueued, format!("UETR {uetr}")))?;
    let account = match &found {
        FoundPayment::Waits(entry) => entry.row.payment.debtor,
        FoundPayment::Ended(row) => row.payment.debtor,
    };
    let may_see = match inquiry {
        None => false,
        Some(signed) => {
            let asker = ledger.asker(signed, now.max(ledger.time()));
            if !ledger.may_see(asker?, account) {
                return Err(Problem::of(
                    NodeFault::InquiryForbidden,
                    format!("UETR {uetr}"),
                ));
            }
            true
        }
    };
    let height = ledger.height().0;
    Ok(match found {
        FoundPayment::Ended(row) => Explained {
            ended_height: row.ended().map(|height| height.0),
            payment: payment(ledger, &row),
            question: None,
            height,
        },
        FoundPayment::Waits(entry) => Explained {
            payment: waiting(ledger, &entry),
            ended_height: None,
            question: may_see.then(|| (entry.id, account, ledger.waiting_question())),
            height,
        },
    })
}

/// What would free a payment and the whole queue, for the account that pays it.
fn report(id: u64, account: AccountId, question: Option<&WaitingQuestion>) -> wire::DeadlockReport {
    let Some(question) = question else {
        return wire::DeadlockReport::default();
    };
    let netting = &question.netting;
    let place = question.rows.iter().position(|row| *row == id);
    let least = place.and_then(|place| least_to_settle(netting, place));
    let own = question.accounts.iter().position(|it| *it == account);
    let lacks = own.and_then(|own| shortfalls(netting).get(own).copied());
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    wire::DeadlockReport {
        frees_payment_minor: least.map_or_else(String::new, |it| it.to_string()),
        frees_all_minor: lacks.unwrap_or(0).to_string(),
        listed: count(question.rows.len()),
        settles_now: count(baseline(netting).count()),
    }
}

fn waiting(ledger: &Ledger, entry: &WaitingEntry) -> wire::QueuedPayment {
    wire::QueuedPayment {
        place: entry.place,
        reason: entry.reason.map(|reason| Problem::from(reason).to_wire()),
        missing_minor: entry.missing.to_string(),
        ..payment(ledger, &entry.row)
    }
}

fn payment(ledger: &Ledger, row: &QueuedPayment) -> wire::QueuedPayment {
    let paid = &row.payment;
    let number =
        |id| read::account(ledger, id).map_or_else(String::new, |it| it.number.to_string());
    let asset = read::asset(ledger, paid.asset);
    let status = match row.state {
        QueueState::Waiting | QueueState::Held => "PDNG",
        QueueState::Settled(_) => "ACSC",
        QueueState::Refused(..) => "RJCT",
        QueueState::Cancelled(_) => "CANC",
    };
    let refused = match row.state {
        QueueState::Refused(_, reason) => Some(Problem::from(reason).to_wire()),
        QueueState::Waiting
        | QueueState::Held
        | QueueState::Settled(_)
        | QueueState::Cancelled(_) => None,
    };
    wire::QueuedPayment {
        uetr: paid.uetr.to_string(),
        transaction_id: row.origin.transaction.to_string(),
        debtor: paid.debtor.0,
        debtor_number: number(paid.debtor),
        creditor: paid.creditor.0,
        creditor_number: number(paid.creditor),
        currency: asset.map_or_else(String::new, |it| it.currency.to_string()),
        scale: asset.map_or(0, |it| u32::from(it.scale)),
        amount_minor: paid.amount.minor().to_string(),
        priority: u32::from(paid.handling.priority),
        bypass: paid.handling.bypass,
        held: row.state == QueueState::Held,
        until_ms: row.until.0,
        entered_height: row.entered.0,
        place: 0,
        reason: refused,
        missing_minor: "0".to_owned(),
        status: status.to_owned(),
    }
}
