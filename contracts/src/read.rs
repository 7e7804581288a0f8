//! Questions to the ledger. Each is answered at the height it stands at, or at a recent one.

mod credit;
mod object;

use sycee_primitives::{
    AccountId, AssetId, Balance, Hash, Height, ParticipantId, PublicKey, TransactionId,
    identifiers::{Bic, Lei, Uetr},
};
use thiserror::Error;

use crate::{
    account::{Account, AccountNumber, AccountTerms},
    attestation::{Attestation, AttestationKind, Subject},
    checkpoint::{AccountProof, ObjectProof, TableRoots},
    collateral::Collateral,
    governance::{Change, Preview, Proposal, Seat},
    history::Past,
    identifiers::{InstructionRecord, LookupFailure},
    ledger::{Asset, Ledger},
    line::CreditLine,
    loan::{Loan, LoanVersion},
    participant::Participant,
    receivable::{Portion, Promise},
    tables::Table,
    text::IdempotencyKey,
};

pub use credit::{AroundLoan, CoverNow, around_loan, collateral_securing, cover_now, line_uses};
pub use object::{object, rows, tables, write_object};

/// Why a question about the past has no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ReadError {
    /// There is no such account, or there was none yet.
    #[error("the account does not exist at that height")]
    Unknown,
    /// The height is not executed yet.
    #[error("height {0} is not executed yet; ask again later")]
    NotYet(Height),
    /// The height lies before what this node remembers.
    #[error("this node answers from height {0} on; ask an archive")]
    Forgotten(Height),
    /// No proof until the next checkpoint: this node was restored after the last one.
    #[error("no proofs before the next checkpoint; ask again in a few seconds")]
    NoCheckpoint,
    /// The object changed since the last checkpoint, or came after it.
    #[error("the object is newer than the last checkpoint; ask again in a few seconds")]
    Newer,
}

/// Totals of one asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Totals {
    /// Sum of all debits ever, in minor units.
    pub debits: u128,
    /// Sum of all credits ever, in minor units.
    pub credits: u128,
    /// What is outstanding: the negative of the issuance account's balance.
    pub outstanding: i128,
}

/// A loan.
#[must_use]
pub fn loan(ledger: &Ledger, id: u64) -> Option<&Loan> {
    ledger.products.loans.get(id)
}

/// All loans by row.
pub fn loans(ledger: &Ledger) -> impl DoubleEndedIterator<Item = (u64, &Loan)> + '_ {
    ledger.products.loans.iter()
}

/// Every proposal of other terms for a loan with its row, in the order in which they were made.
pub fn loan_versions(ledger: &Ledger, loan: u64) -> impl Iterator<Item = (u64, &LoanVersion)> + '_ {
    let versions = ledger.products.loan_versions.iter();
    versions.filter(move |(_, it)| it.loan == loan)
}

/// A collateral by row.
#[must_use]
pub fn collateral(ledger: &Ledger, id: u64) -> Option<&Collateral> {
    ledger.products.collateral.get(id)
}

/// A credit line by row.
#[must_use]
pub fn line(ledger: &Ledger, id: u64) -> Option<&CreditLine> {
    ledger.products.lines.get(id)
}

/// Counts of the ledger as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbers {
    /// Participants.
    pub participants: u64,
    /// Assets.
    pub assets: u64,
    /// Accounts.
    pub accounts: u64,
    /// Receipts given.
    pub receipts: u64,
    /// Payments and legs settled.
    pub legs: u64,
}

/// An account as it stands.
#[must_use]
pub fn account(ledger: &Ledger, id: AccountId) -> Option<Account> {
    ledger.accounts.get(id)
}

/// The account with this number.
#[must_use]
pub fn account_by_number(ledger: &Ledger, number: &AccountNumber) -> Option<Account> {
    ledger.accounts.get(ledger.accounts.by_number(number)?)
}

/// Up to `limit` accounts from row `from` on.
pub fn accounts(
    ledger: &Ledger,
    from: AccountId,
    limit: usize,
) -> impl Iterator<Item = Account> + '_ {
    (from.0..ledger.accounts.len() as u64)
        .take(limit)
        .filter_map(|row| ledger.accounts.get(AccountId(row)))
}

/// An account as it stood after the block at `height`.
///
/// # Errors
/// [`ReadError`] when the account did not exist, or the height is ahead of the ledger or behind what it remembers.
pub fn account_at(ledger: &Ledger, id: AccountId, height: Height) -> Result<Account, ReadError> {
    let current = ledger.height();
    if height > current {
        return Err(ReadError::NotYet(height));
    }
    let mut account = account(ledger, id).ok_or(ReadError::Unknown)?;
    if account.opened > height {
        return Err(ReadError::Unknown);
    }
    match ledger.history.at(id, height, current) {
        Past::Unchanged => {}
        Past::Forgotten => {
            return Err(ReadError::Forgotten(ledger.history.earliest(current)));
        }
        Past::Image(image) => {
            account.debits = image.debits;
            account.credits = image.credits;
        }
    }
    if let Some(rules) = ledger.history.rules_at(id, height) {
        account.status = rules.status;
        account.floor = Balance(rules.floor);
        account.terms = (rules.terms != AccountTerms::default()).then_some(rules.terms);
    }
    Ok(account)
}

/// An account at the last checkpoint, with proof under that checkpoint's state root.
///
/// # Errors
/// [`ReadError`] when the account did not exist then, or the node can no longer or not yet tell.
pub fn account_proof(ledger: &Ledger, id: AccountId) -> Result<AccountProof, ReadError> {
    let checkpoint = ledger.checkpoint();
    let account = account_at(ledger, id, checkpoint.height)?;
    let (inclusion, roots) = ledger.trees.prove(id).ok_or(ReadError::NoCheckpoint)?;
    Ok(AccountProof {
        account,
        inclusion,
        roots,
    })
}

/// An object of a product at the last checkpoint, with proof under that checkpoint's state root.
///
/// # Errors
/// [`ReadError`] when there is no such object, or the node cannot prove it before its next checkpoint.
pub fn object_proof(ledger: &Ledger, table: Table, id: u64) -> Result<ObjectProof, ReadError> {
    let objects = ledger.products.table(table).ok_or(ReadError::Unknown)?;
    if id >= objects.count() {
        return Err(ReadError::Unknown);
    }
    let roots = ledger.trees.roots().ok_or(ReadError::NoCheckpoint)?.clone();
    let (row, inclusion) = objects.prove(id).ok_or(ReadError::Newer)?;
    Ok(ObjectProof {
        table,
        row,
        inclusion,
        roots,
    })
}

/// The roots under the last checkpoint's state root; `None` when the ledger was restored after it.
#[must_use]
pub fn table_roots(ledger: &Ledger) -> Option<&TableRoots> {
    ledger.trees.roots()
}

/// A participant.
#[must_use]
pub fn participant(ledger: &Ledger, id: ParticipantId) -> Option<&Participant> {
    ledger.participant(id)
}

/// All participants by row.
#[must_use]
pub fn participants(ledger: &Ledger) -> &[Participant] {
    &ledger.participants
}

/// The participant with this LEI.
#[must_use]
pub fn participant_by_lei<'a>(ledger: &'a Ledger, lei: &Lei) -> Option<&'a Participant> {
    ledger.participant(*ledger.leis.get(lei)?)
}

/// The participant with this BIC, its branch left aside when it is the head office.
#[must_use]
pub fn participant_by_bic<'a>(ledger: &'a Ledger, bic: &Bic) -> Option<&'a Participant> {
    ledger.participant(*ledger.bics.get(&bic.head_office())?)
}

/// The participant whose key this is.
#[must_use]
pub fn participant_by_key<'a>(ledger: &'a Ledger, key: &PublicKey) -> Option<&'a Participant> {
    ledger.participant(*ledger.keys.get(key)?)
}

/// An asset.
#[must_use]
pub fn asset(ledger: &Ledger, id: AssetId) -> Option<&Asset> {
    ledger.asset(id)
}

/// All assets by row.
#[must_use]
pub fn assets(ledger: &Ledger) -> &[Asset] {
    &ledger.assets
}

/// Totals of an asset.
#[must_use]
pub fn totals(ledger: &Ledger, id: AssetId) -> Option<Totals> {
    let asset = ledger.asset(id)?;
    let issuance = ledger.accounts.get(asset.issuance_account)?;
    Some(Totals {
        debits: asset.debits,
        credits: asset.credits,
        outstanding: issuance.balance().0.saturating_neg(),
    })
}

/// All attestations by row.
pub fn attestations(ledger: &Ledger) -> impl DoubleEndedIterator<Item = (u64, &Attestation)> + '_ {
    ledger.products.attestations.iter()
}

/// The newest attestation of a kind about a subject that counts now.
#[must_use]
pub fn attested(
    ledger: &Ledger,
    kind: AttestationKind,
    subject: Subject,
) -> Option<(u64, &Attestation)> {
    ledger.attested(kind, subject, ledger.time())
}

/// Counts of the ledger as a whole.
#[must_use]
pub fn numbers(ledger: &Ledger) -> Numbers {
    Numbers {
        participants: ledger.participants.len() as u64,
        assets: ledger.assets.len() as u64,
        accounts: ledger.accounts.len() as u64,
        receipts: ledger.header.receipts,
        legs: ledger.header.legs,
    }
}

/// How an instruction ended, by its sender and idempotency key.
///
/// # Errors
/// [`LookupFailure`] when storage cannot tell.
pub fn instruction(
    ledger: &Ledger,
    sender: ParticipantId,
    key: &IdempotencyKey,
) -> Result<Option<InstructionRecord>, LookupFailure> {
    ledger.instruction(sender, key)
}

/// The transaction of a single payment, by UETR.
///
/// # Errors
/// [`LookupFailure`] when storage cannot tell.
pub fn transaction_by_uetr(
    ledger: &Ledger,
    uetr: &Uetr,
) -> Result<Option<TransactionId>, LookupFailure> {
    ledger.transaction_by_uetr(uetr)
}

/// The receipts root of the last executed block.
#[must_use]
pub fn receipts_root(ledger: &Ledger) -> Hash {
    ledger.header.receipts_root
}

/// Version of the validators that the state names, and their numbers and keys, ascending by number.
#[must_use]
pub fn validators(ledger: &Ledger) -> (u64, Vec<(u16, PublicKey)>) {
    ledger.validators()
}

/// All nodes of the directory, by number.
#[must_use]
pub fn seats(ledger: &Ledger) -> Vec<Seat> {
    let seats = ledger.products.seats.iter();
    seats.map(|(_, seat)| seat.clone()).collect()
}

/// A proposal, and how many of its approvals count now.
#[must_use]
pub fn proposal(ledger: &Ledger, id: u64) -> Option<(Proposal, usize)> {
    let proposal = ledger.products.proposals.get(id)?;
    Some((proposal.clone(), ledger.approvals(proposal)))
}

/// Proposals from the newest down, at most so many.
#[must_use]
pub fn proposals(ledger: &Ledger, limit: usize) -> Vec<(u64, Proposal)> {
    let newest = ledger.products.proposals.iter().rev().take(limit);
    newest.map(|(id, it)| (id, it.clone())).collect()
}

/// What a change would do to the set of validators.
#[must_use]
pub fn preview(ledger: &Ledger, change: &Change) -> Preview {
    ledger.preview(change)
}

/// Version of the rules that hold at a height.
#[must_use]
pub fn protocol_version(ledger: &Ledger, height: Height) -> u32 {
    ledger.protocol_version(height)
}

/// A receivable; `None` when there is none of this id.
#[must_use]
pub fn receivable(ledger: &Ledger, id: u64) -> Option<&Promise> {
    ledger.products.promises.get(id)
}

/// Portions of a receivable from an id on, ascending, whatever became of them.
pub fn portions(ledger: &Ledger, id: u64, from: u64) -> impl Iterator<Item = (u64, &Portion)> + '_ {
    let all = &ledger.products.portions.index().all;
    let range = all.range((id, from)..=(id, u64::MAX));
    range.filter_map(|(_, portion)| Some((*portion, ledger.products.portions.get(*portion)?)))
}
