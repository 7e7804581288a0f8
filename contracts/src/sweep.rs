//! Sweeps: at one time of every business day an account of an owner is brought to a target, from and to another account of the same owner.
//!
//! ```text
//!   SetSweep(account, main, target, minute) ──▶ every open day at that minute:
//!        balance above target ──▶ the surplus goes to the main account          a target of 0 is a zero balance
//!        balance below target ──▶ as much of the lack as the main account has comes from it
//! ```
//! Only money that nothing binds moves: what is held, reserved or borrowed stays. Payments that wait go first, and a sweep costs no fee. Each one is a row of
//! `automatic-payments`. Spec: ledger 3.2, requirements (treasury).

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, amount::AMOUNT_MAX, json,
};

use crate::{
    account::store::place,
    automatic::{self, Asked, Cause},
    default_case::close_out::free_money,
    ledger::Ledger,
    objects::Object,
    standing::Moment,
    tables::Table,
    term::calendar::Shift,
    text::EndToEndId,
    verb::Origin,
};

pub(crate) mod set_sweep;

/// To what and when an account is swept.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct SweepRule {
    /// What the account is to hold, in minor units.
    #[serde(with = "json::text")]
    pub target: u128,
    /// The minute of the business day, 0 to 1,439.
    pub minute: u16,
}

/// The sweep of an account, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// Whose instruction it is.
    pub origin: Origin,
    /// The account that is brought to the target.
    pub account: AccountId,
    /// The account that takes and gives.
    pub main: AccountId,
    /// In what.
    pub asset: AssetId,
    /// To what and when; `None` when it was lifted.
    pub rule: Option<SweepRule>,
    /// The day of the next one.
    pub date: BusinessDate,
    /// When it is due.
    pub due: BlockTime,
}

impl Object for Sweep {
    const TABLE: Table = Table::Sweeps;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = BTreeMap<AccountId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.account, id);
    }

    fn due(&self) -> Option<BlockTime> {
        self.rule.map(|_rule| self.due)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let Some(sweep) = ledger.products.sweeps.get(id).cloned() else {
            return;
        };
        let Some(rule) = sweep.rule else {
            return;
        };
        // A calendar changed meanwhile may have closed the day.
        if ledger.is_business_day(sweep.asset, sweep.date) {
            ledger.sweep_account(moment, id, &sweep, rule);
        }
        let next = sweep.date.plus_days(1).unwrap_or(sweep.date);
        let (date, due) = ledger.next_sweep(sweep.asset, next, rule.minute);
        ledger.products.sweeps.update(id, |it| {
            it.date = date;
            it.due = due;
        });
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.account) && known(self.main) && ledger.participant(self.origin.sender).is_some()
    }
}

impl Ledger {
    /// The first open day from one on, and when a minute of it begins.
    fn next_sweep(
        &self,
        asset: AssetId,
        from: BusinessDate,
        minute: u16,
    ) -> (BusinessDate, BlockTime) {
        let open = Shift::Following.apply(&self.calendar(asset), from);
        let date = open.unwrap_or(from);
        (date, self.parameters.minute_of(date, minute))
    }

    /// Brings an account to its target as far as money allows.
    fn sweep_account(&mut self, moment: &Moment, id: u64, sweep: &Sweep, rule: SweepRule) {
        let posting = self.accounts.posting(place(sweep.account));
        let balance = posting.map_or(0, |it| it.balance());
        let target = i128::try_from(rule.target).unwrap_or(i128::MAX);
        let gap = balance.saturating_sub(target);
        let (debtor, creditor) = match gap > 0 {
            true => (sweep.account, sweep.main),
            false => (sweep.main, sweep.account),
        };
        let moved = gap
            .unsigned_abs()
            .min(free_money(self, debtor))
            .min(AMOUNT_MAX);
        let (Ok(amount), Ok(reference)) = (Amount::from_minor(moved), EndToEndId::new("SWEEP"))
        else {
            return;
        };
        if amount.is_zero() {
            return;
        }
        let asked = Asked {
            debtor,
            creditor,
            asset: sweep.asset,
            amount,
            reference,
            purpose: None,
            queue_until: None,
        };
        automatic::pay(self, moment, sweep.origin, Cause::Sweep(id), asked);
    }
}
