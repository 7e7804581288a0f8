//! `OfferLoan`: the lender signs the terms; nothing moves until the borrower accepts them.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, BlockTime, ParticipantId, limits::EXPIRY_AHEAD_MS_MAX};

use super::{Loan, LoanStatus, LoanTerms, Position};
use crate::{
    ledger::Ledger,
    line::UseOfLine,
    objects::Object,
    participant::Role,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Offers a loan; the sender is the lender.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferLoan {
    /// From where it is paid out, and where repayments go.
    pub lender_account: AccountId,
    /// Where it is paid out, and from where it is repaid; its owner is the borrower.
    pub borrower_account: AccountId,
    /// In what.
    pub asset: AssetId,
    /// What is offered.
    pub terms: LoanTerms,
    /// The credit line that its principal uses, if any: one of the lender for the borrower.
    pub line: Option<u64>,
    /// Until when it may be accepted (block time), at most 30 days ahead.
    pub offer_until: BlockTime,
}

/// An offer stays open for 30 days at most.
const OFFER_MS_MAX: u64 = 30 * EXPIRY_AHEAD_MS_MAX;

impl OfferLoan {
    /// The lender, and the borrower as the owner of the account.
    fn parties(
        &self,
        ledger: &Ledger,
        call: &Call,
    ) -> Result<(ParticipantId, ParticipantId), RejectReason> {
        if ledger.role(call.sender()) != Some(Role::Bank) {
            return Err(RejectReason::LenderForbidden);
        }
        let debtor = check_new_debit(ledger, call.sender(), self.lender_account, self.asset, 0)?;
        let creditor = check_creditor(ledger, self.borrower_account, self.asset, 0)?;
        let owner = |row| ledger.accounts.posting(row).map(|posting| posting.owner);
        let lender = owner(debtor).filter(|lender| *lender == call.sender());
        let lender = lender.ok_or(RejectReason::LenderForbidden)?;
        let borrower = owner(creditor).ok_or(RejectReason::CreditorUnknown)?;
        if lender == borrower {
            return Err(RejectReason::BorrowerIsLender);
        }
        Ok((lender, borrower))
    }

    fn check_offer(
        &self,
        ledger: &Ledger,
        call: &Call,
        (lender, borrower): (ParticipantId, ParticipantId),
    ) -> Result<(), RejectReason> {
        check_offer_until(self.offer_until, call)?;
        ledger.check_loan_calendar(&self.terms)?;
        let contract = ledger.contract(&self.terms);
        contract.check_schedule(call.moment.date)?;
        ledger.products.loans.check_room()?;
        let Some(line) = self.line else {
            return Ok(());
        };
        if self.terms.kind.grows() {
            return Err(RejectReason::LoanGrows);
        }
        let wanted = UseOfLine {
            line,
            borrower,
            lender,
            asset: self.asset,
            amount: 0,
        };
        let line = ledger.line_between(&wanted, call.moment.date)?;
        let is_cheap = self.terms.rate_at_most() <= line.terms.rate_max;
        is_cheap.then_some(()).ok_or(RejectReason::LineRate)
    }
}

/// Whether an offer ends after now and within 30 days.
pub(crate) fn check_offer_until(until: BlockTime, call: &Call) -> Result<(), RejectReason> {
    let now = call.moment.time.0;
    let is_good = now < until.0 && until.0 <= now.saturating_add(OFFER_MS_MAX);
    is_good.then_some(()).ok_or(RejectReason::OfferWindow)
}

impl Verb for OfferLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.terms.check()?;
        if self.lender_account == self.borrower_account {
            return Err(RejectReason::SameAccount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.terms.principal.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let parties = self.parties(ledger, call)?;
        self.check_offer(ledger, call, parties)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (lender, borrower) = self.parties(ledger, call)?;
        self.check_offer(ledger, call, (lender, borrower))?;
        let id = ledger.products.loans.add(Loan {
            lender,
            borrower,
            lender_account: self.lender_account,
            borrower_account: self.borrower_account,
            asset: self.asset,
            terms: self.terms.clone(),
            line: self.line,
            status: LoanStatus::Offered,
            position: Position::none(call.moment.date),
            due: Some(self.offer_until),
        });
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id,
        })
    }
}
