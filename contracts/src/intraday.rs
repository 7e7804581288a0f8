//! Intraday credit: the issuer lends to an account within the day, against collateral, and is paid back by its end.
//!
//! ```text
//!   SetIntraday (issuer: account, cap) ──▶ row
//!   AskCover, PledgeCollateral          collateral for `Secured::Intraday`, valued as any
//!   DrawIntraday ──▶ issuance account pays, drawn grows          while drawn ≤ cap, and what is pledged covers it
//!   RepayIntraday ─▶ back to the issuance account
//!   cut-off of payments ─▶ what the account has is taken back; a rest is overdue: nothing more is drawn, the collateral may be enforced
//! ```
//! What is drawn is money like any other, and supply until it is paid back; an asset with attested reserves is lent within them only. The fall of the night
//! makes no second debt: what is overdue stays so until it is paid or the collateral is. Spec: ledger 3.3, requirements on intraday liquidity.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, BlockTime, ParticipantId, json};

use crate::{
    account::store::place, collateral::Secured, ledger::Ledger, objects::Object,
    payment::check_debit, reject::RejectReason, standing::Moment, tables::Table,
};

pub(crate) mod draw_intraday;
pub(crate) mod repay_intraday;
pub(crate) mod set_intraday;

/// The intraday credit of an account, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct IntradayCredit {
    /// The account.
    pub account: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much may be drawn at once, in minor units; `None` when it is lifted.
    #[serde(default, with = "json::optional_text")]
    pub cap: Option<u128>,
    /// Drawn and not paid back, in minor units.
    #[serde(with = "json::text")]
    pub drawn: u128,
    /// When what is drawn is taken back; `None` while nothing is drawn, or when that time has passed.
    pub due: Option<BlockTime>,
    /// Whether something was not paid back in time.
    pub is_overdue: bool,
    /// Who set it last.
    pub by: ParticipantId,
}

impl Object for IntradayCredit {
    const TABLE: Table = Table::Intraday;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = BTreeMap<AccountId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.account, id);
    }

    fn due(&self) -> Option<BlockTime> {
        self.due
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        ledger.take_intraday_back(id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let posting = ledger.accounts.posting(place(self.account));
        posting.is_some_and(|it| it.asset == self.asset) && ledger.participant(self.by).is_some()
    }
}

impl Ledger {
    /// The intraday credit of an account, lifted or not.
    pub(crate) fn intraday(&self, account: AccountId) -> Option<(u64, &IntradayCredit)> {
        let rows = &self.products.intraday;
        let id = *rows.index().get(&account)?;
        Some((id, rows.get(id)?))
    }

    /// What of an account's intraday credit is drawn, in minor units.
    pub(crate) fn intraday_drawn(&self, account: AccountId) -> u128 {
        self.intraday(account).map_or(0, |(_, it)| it.drawn)
    }

    /// Whether an account's intraday credit was not paid back in time.
    pub(crate) fn is_intraday_overdue(&self, account: AccountId) -> bool {
        self.intraday(account).is_some_and(|(_, it)| it.is_overdue)
    }

    /// The account that an asset's intraday credit comes from and goes back to.
    fn lending_account(&self, asset: AssetId) -> Result<usize, RejectReason> {
        let asset = self.asset(asset).ok_or(RejectReason::AssetUnknown)?;
        Ok(place(asset.issuance_account))
    }

    /// Takes back at its time what was drawn, as far as the account has money that it may give.
    fn take_intraday_back(&mut self, id: u64) {
        let Some(row) = self.products.intraday.get(id).copied() else {
            return;
        };
        let headroom = match check_debit(self, row.account, row.asset) {
            Ok(debtor) => self.accounts.posting(debtor).map_or(0, |it| it.headroom()),
            Err(_) => 0,
        };
        let taken = row.drawn.min(u128::try_from(headroom).unwrap_or(0));
        let paid = self.repay_intraday(id, row.account, taken);
        self.products.intraday.update(id, |it| {
            it.due = None;
            it.is_overdue = it.drawn > 0;
        });
        debug_assert!(paid.is_ok() || taken > 0, "nothing is always paid");
        self.mark_secured(Secured::Intraday(row.account));
    }

    /// Pays so much of what is drawn back out of an account; nothing moves when it cannot.
    ///
    /// # Errors
    /// When the amount does not fit the totals of an account.
    pub(crate) fn repay_intraday(
        &mut self,
        id: u64,
        from: AccountId,
        amount: u128,
    ) -> Result<(), RejectReason> {
        let Some(row) = self.products.intraday.get(id).copied() else {
            return Err(RejectReason::IntradayUnset);
        };
        let lender = self.lending_account(row.asset)?;
        self.transfer(row.asset, place(from), lender, amount)?;
        self.products.intraday.update(id, |it| {
            it.drawn = it.drawn.saturating_sub(amount);
            it.is_overdue &= it.drawn > 0;
            it.due = it.due.filter(|_| it.drawn > 0);
        });
        self.mark_secured(Secured::Intraday(row.account));
        Ok(())
    }
}
