//! `OpenLine`: a bank signs a line for a borrower; it can be used once the borrower has agreed.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, BlockTime, ParticipantId};

use super::{CreditLine, LineFee, LineStatus, LineTerms, ProposedTerms};
use crate::{
    ledger::Ledger,
    loan::offer_loan::check_offer_until,
    objects::Object,
    participant::Role,
    payment::{check_creditor, check_debit, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Offers a line; the sender is the lender.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenLine {
    /// Where fees go.
    pub lender_account: AccountId,
    /// From where fees are paid; its owner is the borrower.
    pub borrower_account: AccountId,
    /// In what.
    pub asset: AssetId,
    /// What is offered.
    pub terms: LineTerms,
    /// Until when it may be agreed to (block time), at most 30 days ahead.
    pub offer_until: BlockTime,
}

impl OpenLine {
    /// The lender, and the borrower as the owner of the account.
    fn parties(
        &self,
        ledger: &Ledger,
        call: &Call,
    ) -> Result<(ParticipantId, ParticipantId), RejectReason> {
        if ledger.role(call.sender()) != Some(Role::Bank) {
            return Err(RejectReason::LenderForbidden);
        }
        let asset = self.asset;
        let creditor = check_new_debit(ledger, call.sender(), self.lender_account, asset, 0)?;
        check_creditor(ledger, self.lender_account, asset, 0)?;
        let debtor = check_debit(ledger, self.borrower_account, asset)?;
        let owner = |row| ledger.accounts.posting(row).map(|posting| posting.owner);
        let lender = owner(creditor).filter(|lender| *lender == call.sender());
        let lender = lender.ok_or(RejectReason::LenderForbidden)?;
        let borrower = owner(debtor).ok_or(RejectReason::DebtorUnknown)?;
        if lender == borrower {
            return Err(RejectReason::BorrowerIsLender);
        }
        check_offer_until(self.offer_until, call)?;
        self.terms.check_days(call.moment.date, call.moment.date)?;
        ledger.products.lines.check_room()?;
        Ok((lender, borrower))
    }
}

impl Verb for OpenLine {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.terms.check()?;
        if self.lender_account == self.borrower_account {
            return Err(RejectReason::SameAccount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.terms.cap.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.parties(ledger, call).map(|_parties| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (lender, borrower) = self.parties(ledger, call)?;
        let today = call.moment.date;
        let id = ledger.products.lines.add(CreditLine {
            lender,
            borrower,
            lender_account: self.lender_account,
            borrower_account: self.borrower_account,
            asset: self.asset,
            terms: self.terms,
            status: LineStatus::Offered,
            revision: 1,
            proposed: Some(ProposedTerms {
                by: lender,
                terms: self.terms,
                until: self.offer_until,
            }),
            used: 0,
            ever_used: 0,
            fee: LineFee {
                start: today,
                passed: 0,
                counted_to: today,
                accrued: 0,
                owed: 0,
            },
            due: Some(self.offer_until),
        });
        Ok(Outcome::Recorded {
            table: CreditLine::TABLE,
            id,
        })
    }
}
