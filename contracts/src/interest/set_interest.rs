//! `SetInterest`: the asset's issuer or the operator lets an account bear interest, paid from an account of its own.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BusinessDate};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    interest::{Interest, InterestRates},
    ledger::Ledger,
    participant::Role,
    payment::check_debtor,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Days the first payment may lie ahead.
const FIRST_AHEAD_DAYS_MAX: u32 = 366;

/// Sets the interest of an account in place of the one before, from today on; what was counted stays. Without rates what was counted is paid, and the
/// account bears none any more.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetInterest {
    /// The account that bears interest.
    pub account: AccountId,
    /// The account that pays it, and gets what is charged below zero.
    pub payer: AccountId,
    /// The rates; `None` to end it.
    pub rates: Option<InterestRates>,
    /// Day of the first payment: 1 to 366 days ahead.
    pub first: BusinessDate,
}

impl SetInterest {
    /// The row of the account, when there is one that is in force.
    fn in_force<'a>(&self, ledger: &'a Ledger) -> Option<(u64, &'a Interest, InterestRates)> {
        let rows = &ledger.products.interest;
        let id = *rows.index().by_account.get(&self.account)?;
        let row = rows.get(id)?;
        Some((id, row, row.rates?))
    }
}

impl Verb for SetInterest {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.account == self.payer {
            return Err(RejectReason::SameAccount);
        }
        self.rates.map_or(Ok(()), |rates| rates.check())
    }

    /// Whoever sets a rate pays it for as long as it stands.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let account = ledger.accounts.posting(place(self.account));
        let account = account.ok_or(RejectReason::AccountUnknown)?;
        check_debtor(ledger, call.sender(), self.payer, account.asset)?;
        let is_money = matches!(account.kind, AccountKind::Settlement | AccountKind::Current);
        if !is_money || account.status == AccountStatus::Closed {
            return Err(RejectReason::AccountFixed);
        }
        let issuer = ledger.asset(account.asset).map(|asset| asset.issuer);
        let is_operator = ledger.role(call.sender()) == Some(Role::Operator);
        if !is_operator && issuer != Some(call.sender()) {
            return Err(RejectReason::InterestForbidden);
        }
        let ahead = self.first.0.saturating_sub(call.moment.date.0);
        match (self.in_force(ledger), self.rates) {
            (None, None) => return Err(RejectReason::InterestUnset),
            (_, Some(_)) if !(1..=FIRST_AHEAD_DAYS_MAX).contains(&ahead) => {
                return Err(RejectReason::InterestFirst);
            }
            (Some((_, row, before)), Some(rates))
                if before.day_count != rates.day_count
                    && (row.accrued != 0 || row.accrued_leap != 0) =>
            {
                return Err(RejectReason::InterestDayCount);
            }
            (Some(_) | None, Some(_)) | (Some(_), None) => {}
        }
        match ledger
            .products
            .interest
            .index()
            .by_account
            .get(&self.account)
        {
            Some(_) => Ok(()),
            None => ledger.products.interest.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let table = Table::Interest;
        if let (Some((id, ..)), None) = (self.in_force(ledger), self.rates) {
            ledger.pay_interest(&call.moment, id);
            ledger.products.interest.update(id, |it| it.rates = None);
            return Ok(Outcome::Recorded { table, id });
        }
        let asset = ledger.accounts.posting(place(self.account));
        let asset = asset.ok_or(RejectReason::AccountUnknown)?.asset;
        let today = call.moment.date;
        let tomorrow = today.plus_days(1).unwrap_or(today);
        let known = ledger
            .products
            .interest
            .index()
            .by_account
            .get(&self.account)
            .copied();
        let before = known.and_then(|id| ledger.products.interest.get(id));
        let row = Interest {
            origin: call.origin,
            account: self.account,
            payer: self.payer,
            asset,
            rates: self.rates,
            first: self.first,
            period: 0,
            pays: self.first,
            counted_to: today,
            accrued: before.map_or(0, |it| it.accrued),
            accrued_leap: before.map_or(0, |it| it.accrued_leap),
            unpaid: before.map_or(0, |it| it.unpaid),
            paid: before.map_or(0, |it| it.paid),
            charged: before.map_or(0, |it| it.charged),
            due: ledger.parameters.opening(tomorrow),
        };
        let rows = &mut ledger.products.interest;
        let id = match known {
            Some(id) => {
                rows.update(id, |it| *it = row);
                id
            }
            None => rows.add(row),
        };
        Ok(Outcome::Recorded { table, id })
    }
}
