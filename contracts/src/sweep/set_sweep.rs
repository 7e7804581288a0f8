//! `SetSweep`: the side of two accounts of one owner lets one of them be brought to a target every business day.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, amount::AMOUNT_MAX};

use crate::{
    account::store::place,
    calendar::DAY_MINUTES,
    ledger::Ledger,
    payment::check_debtor,
    receipt::Outcome,
    reject::RejectReason,
    sweep::{Sweep, SweepRule},
    tables::Table,
    verb::{Call, Verb},
};

/// Sets the sweep of an account in place of the one before, or lifts it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSweep {
    /// The account that is brought to the target.
    pub account: AccountId,
    /// The account of the same owner that takes and gives.
    pub main: AccountId,
    /// To what and when; `None` lifts the sweep.
    pub rule: Option<SweepRule>,
}

impl Verb for SetSweep {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.account == self.main {
            return Err(RejectReason::SameAccount);
        }
        let fits = |rule: SweepRule| rule.target <= AMOUNT_MAX && rule.minute < DAY_MINUTES;
        match self.rule.is_none_or(fits) {
            true => Ok(()),
            false => Err(RejectReason::SweepShape),
        }
    }

    /// Whoever may sweep an account may empty it.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let account = ledger.accounts.posting(place(self.account));
        let account = account.ok_or(RejectReason::DebtorUnknown)?;
        for side in [self.account, self.main] {
            check_debtor(ledger, call.sender(), side, account.asset)?;
        }
        let main = ledger.accounts.posting(place(self.main));
        if main.is_none_or(|it| it.owner != account.owner) {
            return Err(RejectReason::SweepOwners);
        }
        let sweeps = &ledger.products.sweeps;
        let known = sweeps.index().get(&self.account);
        let in_force = known.and_then(|id| sweeps.get(*id)?.rule);
        match (known, self.rule) {
            (_, None) if in_force.is_none() => Err(RejectReason::SweepUnset),
            (Some(_), _) | (None, None) => Ok(()),
            (None, Some(_)) => sweeps.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let account = ledger.accounts.posting(place(self.account));
        let asset = account.ok_or(RejectReason::DebtorUnknown)?.asset;
        let minute = self.rule.map_or(0, |rule| rule.minute);
        let today = call.moment.date;
        let mut next = ledger.next_sweep(asset, today, minute);
        if next.1 <= call.moment.time {
            // Its minute has passed: from the next open day on.
            let tomorrow = today.plus_days(1).unwrap_or(today);
            next = ledger.next_sweep(asset, tomorrow, minute);
        }
        let row = Sweep {
            origin: call.origin,
            account: self.account,
            main: self.main,
            asset,
            rule: self.rule,
            date: next.0,
            due: next.1,
        };
        let sweeps = &mut ledger.products.sweeps;
        let known = sweeps.index().get(&self.account).copied();
        let id = match known {
            Some(id) => {
                sweeps.update(id, |it| *it = row);
                id
            }
            None => sweeps.add(row),
        };
        let table = Table::Sweeps;
        Ok(Outcome::Recorded { table, id })
    }
}
