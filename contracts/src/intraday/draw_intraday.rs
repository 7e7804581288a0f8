//! `DrawIntraday`: money within the day, against what is pledged for it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use crate::{
    account::store::place,
    breaker::BreakerScope,
    calendar::Service,
    collateral::Secured,
    intraday::IntradayCredit,
    ledger::Ledger,
    liquidity::queue::sweep,
    payment::{check_creditor, issue_cash::check_reserve},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Draws on the intraday credit of an account; the first draw agrees to the collateral that was asked for.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawIntraday {
    /// The account.
    pub account: AccountId,
    /// How much.
    pub amount: Amount,
}

impl DrawIntraday {
    fn row(&self, ledger: &Ledger, call: &Call) -> Result<(u64, IntradayCredit), RejectReason> {
        if !ledger.acts_for(call.sender(), self.account) {
            return Err(RejectReason::DebtorForbidden);
        }
        let (id, row) = ledger
            .intraday(self.account)
            .ok_or(RejectReason::IntradayUnset)?;
        let cap = row.cap.ok_or(RejectReason::IntradayUnset)?;
        let amount = self.amount.minor();
        check_creditor(ledger, self.account, row.asset, amount)?;
        ledger.check_service(row.asset, Service::Payments, &call.moment)?;
        let scopes = [BreakerScope::Network, BreakerScope::Asset(row.asset)];
        ledger.check_breakers(&scopes, amount)?;
        if row.is_overdue {
            return Err(RejectReason::IntradayOverdue);
        }
        if row.drawn.saturating_add(amount) > cap {
            return Err(RejectReason::IntradayCap);
        }
        let secured = Secured::Intraday(self.account);
        if ledger.collateral_of(secured).is_none() {
            return Err(RejectReason::IntradayUncovered);
        }
        ledger.check_cover(secured, amount, &call.moment)?;
        check_reserve(ledger, row.asset, self.amount, call.moment.time)?;
        Ok((id, *row))
    }
}

impl Verb for DrawIntraday {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.amount.is_zero() {
            true => Err(RejectReason::ZeroAmount),
            false => Ok(()),
        }
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.row(ledger, call).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, row) = self.row(ledger, call)?;
        let lender = ledger.lending_account(row.asset)?;
        let amount = self.amount.minor();
        ledger.transfer(row.asset, lender, place(self.account), amount)?;
        let cut_off = ledger.cut_off(row.asset, &call.moment);
        let due = cut_off.unwrap_or_else(|| ledger.next_opening(&call.moment));
        ledger.products.intraday.update(id, |it| {
            it.drawn = it.drawn.saturating_add(amount);
            it.due = Some(due);
        });
        let secured = Secured::Intraday(self.account);
        ledger.agree_to_cover(secured);
        ledger.mark_secured(secured);
        sweep(ledger, &call.moment, self.account);
        Ok(Outcome::Settled)
    }
}
