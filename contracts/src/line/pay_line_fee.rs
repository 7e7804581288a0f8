//! `PayLineFee`: the borrower pays the commitment fee that has fallen due.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{CreditLine, LineStatus};
use crate::{
    ledger::Ledger,
    loan::accelerate_loan::check_funds,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Pays the fee that is due, all of it; the sender is the borrower or its bank.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayLineFee {
    /// The line's row.
    pub line: u64,
}

impl PayLineFee {
    /// The line, the rows of the accounts that pay and are paid, and how much.
    fn route<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a CreditLine, usize, usize, u128), RejectReason> {
        let line = ledger.products.lines.get(self.line);
        let line = line.ok_or(RejectReason::LineUnknown)?;
        let borrower = ledger.participant(line.borrower);
        let is_bank = borrower.is_some_and(|it| it.sponsor == Some(call.sender()));
        if line.borrower != call.sender() && !is_bank {
            return Err(RejectReason::LineOfOthers);
        }
        let owed = match line.status {
            LineStatus::Open => line.on(&call.moment).fee.owed,
            LineStatus::Offered | LineStatus::Closed | LineStatus::Expired | LineStatus::Lapsed => {
                line.fee.owed
            }
        };
        if owed == 0 {
            return Err(RejectReason::LineFeeNotDue);
        }
        let (from, to) = (line.borrower_account, line.lender_account);
        let debtor = check_new_debit(ledger, call.sender(), from, line.asset, owed)?;
        let creditor = check_creditor(ledger, to, line.asset, owed)?;
        Ok((line, debtor, creditor, owed))
    }
}

impl Verb for PayLineFee {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// The fee is not in the message, so the signing policy takes it for the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.route(ledger, call).map(|_route| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (line, debtor, creditor, owed) = self.route(ledger, call)?;
        let asset = line.asset;
        check_funds(ledger, debtor, owed)?;
        ledger.transfer(asset, debtor, creditor, owed)?;
        ledger.change_line(self.line, &call.moment, |line| line.fee.owed = 0);
        Ok(Outcome::Recorded {
            table: CreditLine::TABLE,
            id: self.line,
        })
    }
}
