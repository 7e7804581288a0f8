//! What stands behind a bank that is liable for its customer: cash cover, and the customer's credit line for the rest.
//!
//! ```text
//!   liable for 100 ── cover 30 (on a holding account) + line 70 (of the customer, at that bank)      liability + owed = cover + line, always (I17)
//!        │ the bank pays 50 out of its own account
//!        ├──▶ 30 of cover becomes the bank's, 20 is owed by the customer: the line stays used for it until it is reimbursed
//!        │ the liability ends
//!        └──▶ what is no longer needed of line, then of cover, is free again; cover goes back to the customer
//! ```
//! Spec: ledger 3.6 (I17). Documentary credits and guarantees stand on it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, ParticipantId};

use crate::{
    account::store::place,
    ledger::Ledger,
    line::UseOfLine,
    participant::Role,
    payment::{check_creditor, check_debit, check_new_debit},
    reject::RejectReason,
    standing::Moment,
    term::calendar::Shift,
};

/// What bank and customer agreed to put behind a liability.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct BackingTerms {
    /// Cash taken from the customer's account when the bank becomes liable; 0 for none.
    pub cover: Amount,
    /// The account of kind escrow, kept by the bank, on which cover stands.
    pub holding: Option<AccountId>,
    /// The customer's line at the bank, used for what cover does not reach.
    pub line: Option<u64>,
}

/// What stands behind a liability now.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Backing {
    /// As it was agreed.
    pub terms: BackingTerms,
    /// Cash held for the bank.
    pub cover: Amount,
    /// What is used of the line.
    pub line_used: Amount,
    /// What the bank paid and the customer has not reimbursed.
    pub owed: Amount,
    /// Cash that is the customer's again and could not be paid to it.
    pub returned: Amount,
}

/// What a customer pays its bank back, and between which accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reimbursement {
    pub(crate) from: AccountId,
    pub(crate) to: AccountId,
    pub(crate) amount: Amount,
}

/// Bank, customer and the customer's account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides {
    pub(crate) bank: ParticipantId,
    pub(crate) customer: ParticipantId,
    pub(crate) customer_account: AccountId,
    pub(crate) asset: AssetId,
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

/// The sum; amounts here are parts of one liability, so it is in range.
pub(crate) fn plus(left: Amount, right: Amount) -> Amount {
    amount(left.minor().saturating_add(right.minor()))
}

/// The difference; nothing when there is less.
pub(crate) fn minus(left: Amount, right: Amount) -> Amount {
    amount(left.minor().saturating_sub(right.minor()))
}

impl Backing {
    /// Nothing yet.
    pub(crate) fn agreed(terms: BackingTerms) -> Backing {
        Backing {
            terms,
            cover: Amount::ZERO,
            line_used: Amount::ZERO,
            owed: Amount::ZERO,
            returned: Amount::ZERO,
        }
    }

    /// What stands on the holding account.
    pub(crate) fn on_account(&self) -> u128 {
        plus(self.cover, self.returned).minor()
    }

    /// Whether cover and line are exactly what the bank is liable for and what it is owed. (I17)
    #[must_use]
    pub fn is_whole(&self, liability: Amount) -> bool {
        plus(self.cover, self.line_used) == plus(liability, self.owed)
    }

    /// What of a liability, and of what is owed, neither cover nor line reaches when `cover` is added.
    fn missing(&self, liability: Amount, cover: Amount) -> Amount {
        let exposed = plus(liability, self.owed);
        minus(minus(exposed, plus(self.cover, cover)), self.line_used)
    }
}

impl BackingTerms {
    /// Checks that need no state.
    ///
    /// # Errors
    /// [`RejectReason::CashCoverAccount`].
    pub(crate) fn check_shape(&self) -> Result<(), RejectReason> {
        if !self.cover.is_zero() && self.holding.is_none() {
            return Err(RejectReason::CashCoverAccount);
        }
        Ok(())
    }
}

impl Ledger {
    /// Whether a liability can be backed, funds of the customer left aside, when `cover` is added to what stands behind it.
    ///
    /// # Errors
    /// The first refusal that applies.
    pub(crate) fn check_backing(
        &self,
        backing: &Backing,
        liability: Amount,
        cover: Amount,
        sides: &Sides,
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        if !cover.is_zero() {
            let holding = backing.terms.holding.ok_or(RejectReason::HoldingUnfit)?;
            let row = self.check_holding(holding, sides.asset)?;
            if self.accounts.posting(row).map(|it| it.owner) != Some(sides.bank) {
                return Err(RejectReason::CoverKeeper);
            }
            let (from, asset) = (sides.customer_account, sides.asset);
            check_new_debit(self, sides.customer, from, asset, cover.minor())?;
            self.accounts.check_range(place(from), row, cover.minor())?;
            // What waits to be collected stands there too, and the whole stays an amount.
            let held = backing.cover.checked_add(backing.returned);
            let held = held.and_then(|held| held.checked_add(cover));
            let exposed = plus(liability, backing.owed);
            if held.is_none() || plus(backing.cover, cover) > exposed {
                return Err(RejectReason::CoverAboveLiability);
            }
        }
        let missing = backing.missing(liability, cover);
        if missing.is_zero() {
            return Ok(());
        }
        let line = backing.terms.line.ok_or(RejectReason::BackingShort)?;
        let wanted = UseOfLine {
            line,
            borrower: sides.customer,
            lender: sides.bank,
            asset: sides.asset,
            amount: missing.minor(),
        };
        self.check_use(&wanted, moment)
    }

    /// Backs a checked liability; the caller stores the answer and lets the line follow it.
    ///
    /// # Errors
    /// [`RejectReason::InsufficientFunds`] when the customer's account does not have the cover; nothing has changed then.
    pub(crate) fn back(
        &mut self,
        backing: &Backing,
        liability: Amount,
        cover: Amount,
        sides: &Sides,
    ) -> Result<Backing, RejectReason> {
        if let Some(holding) = backing.terms.holding.filter(|_| !cover.is_zero()) {
            self.pay_checked(sides.customer_account, holding, sides.asset, cover)?;
        }
        let missing = backing.missing(liability, cover);
        Ok(Backing {
            cover: plus(backing.cover, cover),
            line_used: plus(backing.line_used, missing),
            ..*backing
        })
    }

    /// The bank has paid `paid` of its liability: cover becomes its own, and what cover does not reach is owed by the customer.
    pub(crate) fn draw_cover(
        &mut self,
        backing: &Backing,
        paid: Amount,
        bank_account: AccountId,
        asset: AssetId,
    ) -> Backing {
        let most = backing.cover.min(paid);
        let moved = backing
            .terms
            .holding
            .is_some_and(|holding| self.pay_out_of(holding, bank_account, asset, most.minor()));
        let moved = if moved { most } else { Amount::ZERO };
        Backing {
            cover: minus(backing.cover, moved),
            owed: plus(backing.owed, minus(paid, moved)),
            ..*backing
        }
    }

    /// Frees what a liability that has become smaller does not need: the line first, then cover, which goes back to the customer.
    pub(crate) fn trim_backing(
        &mut self,
        backing: &Backing,
        liability: Amount,
        sides: &Sides,
    ) -> Backing {
        let exposed = plus(liability, backing.owed);
        let cover = backing.cover.min(exposed);
        let back = minus(backing.cover, cover);
        let paid = backing.terms.holding.is_none_or(|holding| {
            self.pay_out_of(holding, sides.customer_account, sides.asset, back.minor())
        });
        let returned = if paid { Amount::ZERO } else { back };
        Backing {
            cover,
            line_used: minus(exposed, cover).min(backing.line_used),
            returned: plus(backing.returned, returned),
            ..*backing
        }
    }

    /// Whether the customer may reimburse so much, funds left aside.
    ///
    /// # Errors
    /// The first refusal that applies.
    pub(crate) fn check_reimbursement(
        &self,
        backing: &Backing,
        paid: &Reimbursement,
        sides: &Sides,
    ) -> Result<(), RejectReason> {
        if paid.amount > backing.owed {
            return Err(RejectReason::ReimbursementExceeds);
        }
        let (asset, amount) = (sides.asset, paid.amount.minor());
        let debtor = check_new_debit(self, sides.customer, paid.from, asset, amount)?;
        self.check_own(debtor, sides.customer)?;
        let creditor = check_creditor(self, paid.to, asset, amount)?;
        self.accounts.check_range(debtor, creditor, amount)
    }

    /// Reimburses what was checked but for funds and limits; cover that waits for the customer goes to the account that pays.
    ///
    /// # Errors
    /// [`RejectReason::InsufficientFunds`] or a limit; nothing has changed then.
    pub(crate) fn reimburse(
        &mut self,
        backing: &Backing,
        paid: &Reimbursement,
        sides: &Sides,
    ) -> Result<Backing, RejectReason> {
        if !paid.amount.is_zero() {
            self.pay_checked(paid.from, paid.to, sides.asset, paid.amount)?;
        }
        let back = backing.returned.minor();
        let reaches = backing
            .terms
            .holding
            .is_none_or(|holding| self.pay_out_of(holding, paid.from, sides.asset, back));
        let waits = if reaches {
            Amount::ZERO
        } else {
            backing.returned
        };
        Ok(Backing {
            returned: waits,
            owed: minus(backing.owed, paid.amount),
            ..*backing
        })
    }

    /// Whether a bank may pay so much out of an account of its own now, funds left aside.
    ///
    /// # Errors
    /// The first refusal that applies.
    pub(crate) fn check_bank_pays(
        &self,
        bank: ParticipantId,
        from: AccountId,
        to: AccountId,
        asset: AssetId,
        paid: Amount,
    ) -> Result<(), RejectReason> {
        let debtor = check_new_debit(self, bank, from, asset, paid.minor())?;
        self.check_own(debtor, bank)?;
        let creditor = check_creditor(self, to, asset, paid.minor())?;
        self.accounts.check_range(debtor, creditor, paid.minor())
    }

    /// Pays from one account to another what was checked but for funds and limits.
    ///
    /// # Errors
    /// [`RejectReason::InsufficientFunds`] or a limit; nothing has changed then.
    pub(crate) fn pay_checked(
        &mut self,
        from: AccountId,
        to: AccountId,
        asset: AssetId,
        paid: Amount,
    ) -> Result<(), RejectReason> {
        let posting = self.accounts.posting(place(from));
        if paid.signed() > posting.map_or(0, |it| it.headroom()) {
            return Err(RejectReason::InsufficientFunds);
        }
        self.check_limits(from, to, paid.minor())?;
        self.transfer(asset, place(from), place(to), paid.minor())?;
        self.confirm_limits(from, to);
        self.header.legs += 1;
        Ok(())
    }

    /// Pays what a bank promised and is due now, whole, when it can be paid; what was promised asks for no limit and no hours.
    pub(crate) fn pay_when_possible(
        &mut self,
        from: AccountId,
        to: AccountId,
        asset: AssetId,
        due: Amount,
    ) -> bool {
        if self.payable_now(from) < due.minor() {
            return false;
        }
        let Ok(creditor) = check_creditor(self, to, asset, due.minor()) else {
            return false;
        };
        // Totals beyond their range are found before anything moves.
        let moved = self.transfer(asset, place(from), creditor, due.minor());
        if moved.is_ok() {
            self.header.legs += 1;
        }
        moved.is_ok()
    }

    /// Whether somebody may apply for the promise of a bank to somebody else.
    ///
    /// # Errors
    /// [`RejectReason::CreditPartyUnfit`], [`RejectReason::CreditBankUnfit`].
    pub(crate) fn check_bound_parties(
        &self,
        applicant: ParticipantId,
        bank: ParticipantId,
        beneficiary: ParticipantId,
    ) -> Result<(), RejectReason> {
        let is_other = ![bank, beneficiary].contains(&applicant);
        if !is_other || !self.is_active(beneficiary) {
            return Err(RejectReason::CreditPartyUnfit);
        }
        self.check_active_bank(bank)
    }

    /// Whether a participant is a bank and active.
    ///
    /// # Errors
    /// [`RejectReason::CreditBankUnfit`].
    pub(crate) fn check_active_bank(&self, bank: ParticipantId) -> Result<(), RejectReason> {
        let is_bank = matches!(self.role(bank), Some(Role::Bank | Role::IndirectBank));
        if !is_bank || !self.is_active(bank) {
            return Err(RejectReason::CreditBankUnfit);
        }
        Ok(())
    }

    /// Whether an account that can be debited is the participant's own, and not a customer's.
    ///
    /// # Errors
    /// [`RejectReason::DebtorForbidden`] and the refusals of a debit.
    pub(crate) fn check_own_account(
        &self,
        owner: ParticipantId,
        account: AccountId,
        asset: AssetId,
    ) -> Result<(), RejectReason> {
        let row = check_debit(self, account, asset)?;
        self.check_own(row, owner)
    }

    fn check_own(&self, row: usize, owner: ParticipantId) -> Result<(), RejectReason> {
        let found = self.accounts.posting(row).map(|it| it.owner);
        if found != Some(owner) {
            return Err(RejectReason::DebtorForbidden);
        }
        Ok(())
    }

    /// The day itself when it is a banking day of the asset, otherwise the next one.
    pub(crate) fn banking_day(&self, asset: AssetId, day: BusinessDate) -> BusinessDate {
        let calendar = self.calendar(asset);
        Shift::Following.apply(&calendar, day).unwrap_or(day)
    }

    /// The last of so many banking days after a day.
    pub(crate) fn banking_days_after(
        &self,
        asset: AssetId,
        day: BusinessDate,
        days: u8,
    ) -> BusinessDate {
        let calendar = self.calendar(asset);
        let following = |day: BusinessDate| {
            let next = BusinessDate(day.0.saturating_add(1));
            Shift::Following.apply(&calendar, next).unwrap_or(next)
        };
        (0..days).fold(day, |day, _| following(day))
    }

    /// When the day after `day` opens.
    pub(crate) fn day_after(&self, day: BusinessDate) -> BlockTime {
        let next = BusinessDate(day.0.saturating_add(1));
        self.parameters.opening(next)
    }
}
