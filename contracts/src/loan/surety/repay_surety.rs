//! `RepaySurety`: the borrower pays the guarantor back what it has paid for it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId};

use super::{Surety, surety_with_loan};
use crate::{
    ledger::Ledger,
    loan::accelerate_loan::check_funds,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Repays a guarantor; the sender is the loan's borrower or its bank.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepaySurety {
    /// The surety's row.
    pub surety: u64,
    /// At most this is paid.
    pub amount: Amount,
}

impl RepaySurety {
    /// The accounts that pay and are paid, in what, and how much.
    fn repaid(
        &self,
        ledger: &Ledger,
        call: &Call,
    ) -> Result<(usize, usize, AssetId, u128), RejectReason> {
        let (surety, loan) = surety_with_loan(ledger, self.surety)?;
        let borrower = ledger.participant(loan.borrower);
        let is_bank = borrower.is_some_and(|it| it.sponsor == Some(call.sender()));
        if loan.borrower != call.sender() && !is_bank {
            return Err(RejectReason::BorrowerOnly);
        }
        let owed = surety.paid.minor() - surety.repaid.minor();
        let amount = owed.min(self.amount.minor());
        if amount == 0 {
            return Err(RejectReason::SuretyUnpaid);
        }
        let account = loan.borrower_account;
        let debtor = check_new_debit(ledger, call.sender(), account, loan.asset, amount)?;
        let creditor = check_creditor(ledger, surety.account, loan.asset, amount)?;
        Ok((debtor, creditor, loan.asset, amount))
    }
}

impl Verb for RepaySurety {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.repaid(ledger, call).map(|_repaid| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (debtor, creditor, asset, amount) = self.repaid(ledger, call)?;
        check_funds(ledger, debtor, amount)?;
        ledger.transfer(asset, debtor, creditor, amount)?;
        ledger.products.sureties.update(self.surety, |it| {
            // At most what was paid, which is an amount.
            let repaid = it.repaid.minor() + amount;
            it.repaid = Amount::from_minor(repaid).unwrap_or(it.paid);
        });
        Ok(Outcome::Recorded {
            table: Surety::TABLE,
            id: self.surety,
        })
    }
}
