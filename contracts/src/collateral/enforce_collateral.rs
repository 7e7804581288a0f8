//! `EnforceCollateral`: a margin call was not cured, so the lender takes an item: cash pays the debt, everything else becomes the lender's.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use super::{Collateral, CoverState, Pledged, Secured};
use crate::{
    account::store::place,
    ledger::Ledger,
    loan::repay_loan::{Repayment, book_repayment, take_all},
    objects::Object,
    payment::{check_creditor, check_debit},
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    verb::{Call, Verb},
};

/// Takes one item; the sender is the lender.
///
/// Cash first repays secured loans in the order in which they are named, due or not, through their waterfall; then it goes to the lender, at
/// most what lines and overdrafts expose it to. What is left stays pledged. A portion or a receipt gets the lender as its holder.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnforceCollateral {
    /// The collateral's row.
    pub collateral: u64,
    /// The item's number.
    pub item: u16,
}

impl EnforceCollateral {
    fn item<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a Collateral, Pledged), RejectReason> {
        let row = ledger.collateral(self.collateral)?;
        if row.pledgee != call.sender() {
            return Err(RejectReason::CollateralOfOthers);
        }
        let item = row.item(self.item);
        let item = item.ok_or(RejectReason::CollateralItemUnknown)?;
        if row.state != CoverState::CloseOut {
            return Err(RejectReason::CollateralKept);
        }
        match item.what {
            Pledged::Cash { account, amount } => {
                check_debit(ledger, account, row.asset)?;
                let creditor = check_creditor(ledger, row.account, row.asset, 0)?;
                let debtor = place(account);
                ledger
                    .accounts
                    .check_range(debtor, creditor, amount.minor())?;
            }
            Pledged::Portion(_) => {
                ledger.check_payee(row.account, row.asset, row.pledgee, 0)?;
            }
            Pledged::Receipt(_) => {}
        }
        Ok((row, item.what))
    }
}

impl Verb for EnforceCollateral {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// What the item is worth stands in the state, so the signing policy takes it for the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.item(ledger, call).map(|_item| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (row, what) = self.item(ledger, call)?;
        let row = row.clone();
        ledger.let_go(self.collateral, &[self.item], Some(row.pledgee));
        if let Pledged::Cash { account, amount } = what {
            let left = ledger.apply_cash(&row, account, amount.minor(), &call.moment);
            let left = Amount::from_minor(left).unwrap_or(Amount::ZERO);
            if !left.is_zero() {
                let rest = Pledged::Cash {
                    account,
                    amount: left,
                };
                ledger.encumber(self.collateral, &[rest], &call.moment);
            }
        }
        Ok(Outcome::Recorded {
            table: Collateral::TABLE,
            id: self.collateral,
        })
    }
}

impl Ledger {
    /// Pays what is secured out of freed cash; answers what is left of it. An obligation whose lender cannot be paid is passed over.
    fn apply_cash(
        &mut self,
        row: &Collateral,
        account: AccountId,
        cash: u128,
        moment: &Moment,
    ) -> u128 {
        let mut left = cash;
        for secured in &row.secures {
            let paid = match *secured {
                Secured::Loan(id) => self.repay_out_of(id, account, left, moment),
                Secured::Intraday(drawn_on) => {
                    let due = self.exposure(*secured).min(left);
                    let id = self.intraday(drawn_on).map(|(id, _)| id);
                    let repaid = id.map(|id| self.repay_intraday(id, account, due));
                    repaid.and_then(Result::ok).map_or(0, |()| due)
                }
                Secured::Line(_) | Secured::Overdraft(_) => {
                    let due = self.exposure(*secured).min(left);
                    let payable = check_creditor(self, row.account, row.asset, due);
                    let moved = payable.and_then(|creditor| {
                        self.transfer(row.asset, place(account), creditor, due)
                    });
                    moved.map_or(0, |()| due)
                }
            };
            left -= paid;
        }
        left
    }

    /// Repays a loan, what is due and the rest of its principal, out of another account than its own; answers what was taken.
    fn repay_out_of(&mut self, id: u64, account: AccountId, most: u128, moment: &Moment) -> u128 {
        self.work_off(id, moment);
        let Some(loan) = self.products.loans.get(id) else {
            return 0;
        };
        let (asset, lender_account) = (loan.asset, loan.lender_account);
        let Some(repayment) = take_all(self, loan, most, moment.date) else {
            return 0;
        };
        let taken = repayment.taken.minor();
        let moved = check_creditor(self, lender_account, asset, taken)
            .and_then(|creditor| self.transfer(asset, place(account), creditor, taken));
        if moved.is_err() {
            return 0;
        }
        let Repayment { paid, .. } = repayment;
        book_repayment(self, id, &paid, moment.date, moment);
        taken
    }
}
