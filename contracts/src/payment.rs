//! Money that moves: single payments, bulk payments, issuance.
//!
//! Every verb is a [`crate::verb::Verb`]; money moves in `Ledger::transfer` and `Ledger::post_debit` alone.

use sycee_primitives::{AccountId, AssetId, BusinessDate, ParticipantId};

use crate::{
    account::{
        AccountKind, AccountStatus,
        store::{GUARD_CEILING, GUARD_CREDITS, GUARD_DEBITS, Posting, place},
    },
    breaker::BreakerScope,
    ledger::Ledger,
    reject::RejectReason,
};

pub(crate) mod answer;
pub(crate) mod cancel;
pub(crate) mod conditional;
pub(crate) mod evidence;
pub(crate) mod issue_cash;
pub(crate) mod pay;
pub(crate) mod pay_batch;
pub(crate) mod pay_versus;
pub(crate) mod pay_when;
pub(crate) mod redeem_cash;
pub(crate) mod return_payment;
pub(crate) mod versus;
pub(crate) mod warehouse;

/// Bulk payments settle on the business date only; single ones of a later date are warehoused.
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
pub(crate) fn check_debtor(
    ledger: &Ledger,
    sender: ParticipantId,
    account: AccountId,
    asset: AssetId,
) -> Result<usize, RejectReason> {
    if ledger.asset(asset).is_none() {
        return Err(RejectReason::AssetUnknown);
    }
    let posting = ledger
        .accounts
        .posting(place(account))
        .ok_or(RejectReason::DebtorUnknown)?;
    let owner = ledger
        .participant(posting.owner)
        .ok_or(RejectReason::DebtorUnknown)?;
    if posting.owner != sender && owner.sponsor != Some(sender) {
        return Err(RejectReason::DebtorForbidden);
    }
    check_debit(ledger, account, asset)
}

/// Whether `sender` may debit `account` of `asset` with `amount` anew: no breaker stops it, either.
pub(crate) fn check_new_debit(
    ledger: &Ledger,
    sender: ParticipantId,
    account: AccountId,
    asset: AssetId,
    amount: u128,
) -> Result<usize, RejectReason> {
    let row = check_debtor(ledger, sender, account, asset)?;
    let owner = ledger.accounts.posting(row).map(|posting| posting.owner);
    let scopes = [
        BreakerScope::Network,
        BreakerScope::Asset(asset),
        BreakerScope::Participant(owner.unwrap_or(sender)),
        BreakerScope::Account(account),
    ];
    ledger.check_breakers(&scopes, amount)?;
    Ok(row)
}

/// Whether `account` of `asset` may be debited, whoever asks, leaving funds aside; answers the account's row.
pub(crate) fn check_debit(
    ledger: &Ledger,
    account: AccountId,
    asset: AssetId,
) -> Result<usize, RejectReason> {
    let row = place(account);
    let posting = ledger
        .accounts
        .posting(row)
        .ok_or(RejectReason::DebtorUnknown)?;
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
        AccountKind::Issuance | AccountKind::Escrow => return Err(RejectReason::DebtorKind),
    }
    if posting.guards & GUARD_DEBITS != 0 {
        return Err(RejectReason::DebtorFrozen);
    }
    if !ledger.is_active(posting.owner) {
        return Err(RejectReason::DebtorOwnerNotActive);
    }
    Ok(row)
}

/// Whether `account` may be credited with `amount` of `asset`; answers the account's row.
#[inline]
pub(crate) fn check_creditor(
    ledger: &Ledger,
    account: AccountId,
    asset: AssetId,
    amount: u128,
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
        AccountKind::Issuance | AccountKind::Escrow => return Err(RejectReason::CreditorKind),
    }
    if !ledger.is_active(posting.owner) {
        return Err(RejectReason::CreditorOwnerNotActive);
    }
    if posting.guards != 0 {
        check_guarded_creditor(ledger, row, posting, amount)?;
    }
    Ok(row)
}

/// The few accounts that are frozen or have a ceiling; open holds in their favour count as if posted.
#[cold]
fn check_guarded_creditor(
    ledger: &Ledger,
    row: usize,
    posting: &Posting,
    amount: u128,
) -> Result<(), RejectReason> {
    if posting.guards & GUARD_CREDITS != 0 {
        return Err(RejectReason::CreditorFrozen);
    }
    if posting.guards & GUARD_CEILING != 0 {
        let terms = ledger.accounts.rules(row).map(|rules| rules.terms);
        let terms = terms.unwrap_or_default();
        let added = amount.saturating_add(terms.credits_pending);
        let reached = posting.balance().saturating_add_unsigned(added);
        if terms.ceiling.is_some_and(|ceiling| reached > ceiling.0) {
            return Err(RejectReason::CeilingExceeded);
        }
    }
    Ok(())
}
