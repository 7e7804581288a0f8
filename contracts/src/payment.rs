//! Money that moves: single payments, bulk payments, issuance.
//!
//! Every verb is a [`crate::verb::Verb`]; money moves in `Ledger::transfer` and `Ledger::post_debit` alone.

use sycee_primitives::{AccountId, AssetId, BusinessDate, ParticipantId};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    ledger::Ledger,
    reject::RejectReason,
};

pub(crate) mod issue_cash;
pub(crate) mod pay;
pub(crate) mod pay_batch;

/// Payments settle on the business date only; warehousing of later dates comes with the queue.
fn check_value_date(value_date: BusinessDate, today: BusinessDate) -> Result<(), RejectReason> {
    if value_date < today {
        return Err(RejectReason::ValueDatePast);
    }
    if value_date > today {
        return Err(RejectReason::ValueDateFuture);
    }
    Ok(())
}

/// Whether `sender` may debit `account` of `asset`, leaving funds aside; answers the account's row.
fn check_debtor(
    ledger: &Ledger,
    sender: ParticipantId,
    account: AccountId,
    asset: AssetId,
) -> Result<usize, RejectReason> {
    if ledger.asset(asset).is_none() {
        return Err(RejectReason::AssetUnknown);
    }
    let row = place(account);
    let posting = ledger
        .accounts
        .posting(row)
        .ok_or(RejectReason::DebtorUnknown)?;
    let owner = ledger
        .participant(posting.owner)
        .ok_or(RejectReason::DebtorUnknown)?;
    if posting.owner != sender && owner.sponsor != Some(sender) {
        return Err(RejectReason::DebtorForbidden);
    }
    match posting.status {
        AccountStatus::Open => {}
        AccountStatus::Closed => return Err(RejectReason::DebtorClosed),
        AccountStatus::Blocked => return Err(RejectReason::DebtorBlocked),
    }
    if posting.asset != asset {
        return Err(RejectReason::DebtorCurrency);
    }
    match posting.kind {
        AccountKind::Settlement | AccountKind::Current => {}
        AccountKind::Issuance => return Err(RejectReason::DebtorKind),
    }
    if !owner.is_active() {
        return Err(RejectReason::DebtorOwnerNotActive);
    }
    Ok(row)
}

/// Whether `account` may be credited with `asset`; answers the account's row.
#[inline]
fn check_creditor(
    ledger: &Ledger,
    account: AccountId,
    asset: AssetId,
) -> Result<usize, RejectReason> {
    let row = place(account);
    let posting = ledger
        .accounts
        .posting(row)
        .ok_or(RejectReason::CreditorUnknown)?;
    match posting.status {
        AccountStatus::Open => {}
        AccountStatus::Closed => return Err(RejectReason::CreditorClosed),
        AccountStatus::Blocked => return Err(RejectReason::CreditorBlocked),
    }
    if posting.asset != asset {
        return Err(RejectReason::CreditorCurrency);
    }
    match posting.kind {
        AccountKind::Settlement | AccountKind::Current => {}
        AccountKind::Issuance => return Err(RejectReason::CreditorKind),
    }
    if !ledger.is_active(posting.owner) {
        return Err(RejectReason::CreditorOwnerNotActive);
    }
    Ok(row)
}
