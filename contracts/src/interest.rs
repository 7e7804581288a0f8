//! Interest on balances: counted for every day on the balance at its end, kept as an exact fraction, rounded once when it is paid.
//!
//! ```text
//!   SetInterest ──▶ row of the account: rates above and below zero, day count, payer, first payment and period
//!   each day's end:  accrued += balance × rate × 1 day                         numerator over basis × 10^12; days of leap years over 366 apart (ACT/ACT)
//!   payment day:     half-even(accrued) + what was not paid last time ──▶ payer to account, or account to payer ──▶ accrued = 0
//! ```
//! The end of a day is the first block of the next: nothing moves between them, so a network that stood still counts the days that it missed. What cannot be
//! paid (a frozen account, no funds) stays in the row and is asked for again at the next payment. Days of payment are not shifted. Each payment is a row of
//! `automatic-payments` and costs no fee. Spec: ledger 3.1, 3.10 (1).

use std::{cmp::Ordering, collections::BTreeMap};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, amount::AMOUNT_MAX, json,
};

use crate::{
    account::store::place,
    automatic::{self, Asked, AutomaticState, Cause},
    ledger::Ledger,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    standing_order::Every,
    tables::Table,
    term::day_count::{DayCount, leap_days},
    text::EndToEndId,
    verb::Origin,
};

pub(crate) mod set_interest;

/// What rates are parts of.
const RATE_ONE: u64 = 1_000_000_000_000;

/// Days of a leap year.
const LEAP_YEAR: i128 = 366;

/// The balance on which interest is counted, at most: 10^22 × 10^12 × 3,660 days stay below 2^127.
const COUNTED_MAX: i128 = AMOUNT_MAX as i128;

/// Rates of an account.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct InterestRates {
    /// Per year on what stands above zero, per 10^12.
    #[serde(with = "json::rate")]
    pub credit_rate: u64,
    /// Per year on what stands below zero, per 10^12.
    #[serde(with = "json::rate")]
    pub debit_rate: u64,
    /// How days become years: days over 360 or over 365, days of leap years over 366 and others over 365 (ACT/ACT ISDA), or months of 30 days over 360
    /// (30E/360).
    pub day_count: DayCount,
    /// Time between two payments.
    pub every: Every,
}

/// Interest of an account, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// Whose instruction set it last.
    pub origin: Origin,
    /// The account that bears interest.
    pub account: AccountId,
    /// The account that pays it, and gets what is charged below zero.
    pub payer: AccountId,
    /// In what.
    pub asset: AssetId,
    /// The rates; `None` when the account bears none any more.
    pub rates: Option<InterestRates>,
    /// Day of the first payment under these terms.
    pub first: BusinessDate,
    /// The next payment's number; 0 for the first.
    pub period: u32,
    /// Day of the next payment.
    pub pays: BusinessDate,
    /// The day up to which, and without, interest is counted.
    pub counted_to: BusinessDate,
    /// Counted and not rounded yet: minor units times rate times days, over 10^12 and the days of a year. Negative for what the account owes.
    #[serde(with = "json::text")]
    pub accrued: i128,
    /// The same over 10^12 and 366: what days of leap years gave where they count so (ACT/ACT ISDA).
    #[serde(with = "json::text")]
    pub accrued_leap: i128,
    /// Rounded and not paid, in minor units. Negative for what the account owes.
    #[serde(with = "json::text")]
    pub unpaid: i128,
    /// Paid to the account so far, in minor units.
    #[serde(with = "json::text")]
    pub paid: u128,
    /// Paid by the account so far, in minor units.
    #[serde(with = "json::text")]
    pub charged: u128,
    /// When the day ends.
    pub due: BlockTime,
}

/// What interest is looked up by.
#[derive(Clone, Debug, Default)]
pub(crate) struct InterestIndex {
    pub(crate) by_account: BTreeMap<AccountId, u64>,
    /// Accounts that pay for others, and for how many.
    payers: BTreeMap<AccountId, u64>,
}

impl Interest {
    /// Whether its payer may have to pay: what an ended one still owes is not asked for any more.
    const fn binds_payer(&self) -> bool {
        self.rates.is_some()
    }
}

impl Object for Interest {
    const TABLE: Table = Table::Interest;
    const ROWS_MAX: u64 = 1 << 21;
    type Index = InterestIndex;

    fn enter(&self, id: u64, index: &mut InterestIndex) {
        index.by_account.insert(self.account, id);
        if self.binds_payer() {
            *index.payers.entry(self.payer).or_default() += 1;
        }
    }

    fn leave(&self, _id: u64, index: &mut InterestIndex) {
        if self.binds_payer()
            && let Some(count) = index.payers.get_mut(&self.payer)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                index.payers.remove(&self.payer);
            }
        }
    }

    fn due(&self) -> Option<BlockTime> {
        self.rates.map(|_rates| self.due)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        ledger.count_interest(moment, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.account)
            && known(self.payer)
            && ledger.participant(self.origin.sender).is_some()
            && self.rates.is_none_or(|it| it.check().is_ok())
    }
}

impl InterestRates {
    /// Whether rates, day count and period are ones that can be counted.
    fn check(&self) -> Result<(), RejectReason> {
        let fits = self.credit_rate <= RATE_ONE
            && self.debit_rate <= RATE_ONE
            && self.basis().is_some()
            && self.every.is_valid();
        fits.then_some(()).ok_or(RejectReason::InterestTerms)
    }

    /// Days of a year, of one that is no leap year; `None` for conventions in which days do not add up one by one.
    const fn basis(&self) -> Option<u16> {
        match self.day_count {
            DayCount::Actual360 | DayCount::Thirty360European => Some(360),
            DayCount::Actual365Fixed | DayCount::ActualActualIsda => Some(365),
            DayCount::Thirty360Us | DayCount::Thirty360Isda | DayCount::Business252 => None,
        }
    }

    /// Days that count from one day to a later one, and those that count over 366. In months of 30 days the 31st adds none, and the end of February what is
    /// missing to 30, so that parts of a time add up to the whole.
    fn days(&self, from: BusinessDate, to: BusinessDate) -> (u32, u32) {
        let days = self.days_in_all(from, to);
        let leap = match self.day_count {
            DayCount::ActualActualIsda => u32::try_from(leap_days(from, to)).unwrap_or(0),
            DayCount::Actual360
            | DayCount::Actual365Fixed
            | DayCount::Thirty360European
            | DayCount::Thirty360Us
            | DayCount::Thirty360Isda
            | DayCount::Business252 => 0,
        };
        (days.saturating_sub(leap), leap)
    }

    fn days_in_all(&self, from: BusinessDate, to: BusinessDate) -> u32 {
        let number = |day: BusinessDate| {
            let (year, month, day) = day.civil();
            360 * year + 30 * month + day.min(30)
        };
        match self.day_count {
            DayCount::Thirty360European => u32::try_from(number(to) - number(from)).unwrap_or(0),
            DayCount::Actual360
            | DayCount::Actual365Fixed
            | DayCount::ActualActualIsda
            | DayCount::Thirty360Us
            | DayCount::Thirty360Isda
            | DayCount::Business252 => to.0.saturating_sub(from.0),
        }
    }

    /// What so many days on a balance add to what is accrued.
    fn days_on(&self, balance: i128, days: u32) -> i128 {
        let counted = balance.clamp(-COUNTED_MAX, COUNTED_MAX);
        let rate = if counted < 0 {
            self.debit_rate
        } else {
            self.credit_rate
        };
        counted
            .saturating_mul(i128::from(rate))
            .saturating_mul(i128::from(days))
    }

    /// What is accrued in minor units, half to even.
    fn round(&self, row: &Interest) -> i128 {
        let one = i128::from(RATE_ONE);
        let basis = i128::from(self.basis().unwrap_or(1));
        let (common, leap) = (basis * one, LEAP_YEAR * one);
        let whole = row.accrued.div_euclid(common) + row.accrued_leap.div_euclid(leap);
        // Both rests over one denominator: below twice 366 × 366 × 10^12, far from the end of the range.
        let rest =
            row.accrued.rem_euclid(common) * LEAP_YEAR + row.accrued_leap.rem_euclid(leap) * basis;
        let denominator = basis * leap;
        let (whole, rest) = (
            whole + rest.div_euclid(denominator),
            rest.rem_euclid(denominator),
        );
        let is_up = match (2 * rest).cmp(&denominator) {
            Ordering::Less => false,
            Ordering::Equal => whole % 2 != 0,
            Ordering::Greater => true,
        };
        whole + i128::from(is_up)
    }
}

impl Ledger {
    /// Whether an account bears interest.
    pub(crate) fn bears_interest(&self, account: AccountId) -> bool {
        let rows = &self.products.interest;
        let row = rows.index().by_account.get(&account);
        let row = row.and_then(|id| rows.get(*id));
        row.is_some_and(|it| it.rates.is_some())
    }

    /// Whether an account pays interest on others.
    pub(crate) fn pays_interest(&self, account: AccountId) -> bool {
        let index = self.products.interest.index();
        index.payers.contains_key(&account)
    }

    /// Counts all days that are over, paying on the way what falls due.
    fn count_interest(&mut self, moment: &Moment, id: u64) {
        while let Some((row, rates)) = self.interest_row(id)
            && row.counted_to < moment.date
        {
            let to = moment.date.min(row.pays);
            let balance = self.accounts.posting(place(row.account));
            let balance = balance.map_or(0, |it| it.balance());
            let (days, leap) = rates.days(row.counted_to, to);
            let added = (rates.days_on(balance, days), rates.days_on(balance, leap));
            self.products.interest.update(id, |it| {
                it.accrued = it.accrued.saturating_add(added.0);
                it.accrued_leap = it.accrued_leap.saturating_add(added.1);
                it.counted_to = to;
            });
            if to == row.pays {
                self.pay_interest(moment, id);
                let next = row.period.saturating_add(1);
                let pays = rates.every.period().after(row.first, next.into());
                self.products.interest.update(id, |it| {
                    it.period = next;
                    // Past the year 9999 nothing is paid any more.
                    it.pays = pays.unwrap_or(BusinessDate(u32::MAX));
                });
            }
        }
        let tomorrow = moment.date.plus_days(1).unwrap_or(moment.date);
        let due = self.parameters.opening(tomorrow);
        self.products.interest.update(id, |it| it.due = due);
    }

    fn interest_row(&self, id: u64) -> Option<(Interest, InterestRates)> {
        let row = self.products.interest.get(id)?.clone();
        let rates = row.rates?;
        Some((row, rates))
    }

    /// Rounds what is accrued and pays it, with what was not paid before.
    fn pay_interest(&mut self, moment: &Moment, id: u64) {
        let Some((row, rates)) = self.interest_row(id) else {
            return;
        };
        let total = row.unpaid.saturating_add(rates.round(&row));
        self.products.interest.update(id, |it| {
            it.accrued = 0;
            it.accrued_leap = 0;
            it.unpaid = total;
        });
        let (debtor, creditor) = match total > 0 {
            true => (row.payer, row.account),
            false => (row.account, row.payer),
        };
        let owner = self.accounts.posting(place(debtor)).map(|it| it.owner);
        let amount = Amount::from_minor(total.unsigned_abs().min(AMOUNT_MAX));
        let (Some(sender), Ok(amount), Ok(reference)) =
            (owner, amount, EndToEndId::new("INTEREST"))
        else {
            return;
        };
        if amount.is_zero() {
            return;
        }
        let asked = Asked {
            debtor,
            creditor,
            asset: row.asset,
            amount,
            reference,
            purpose: None,
            queue_until: None,
        };
        let origin = Origin {
            sender,
            ..row.origin
        };
        let paid = automatic::pay(self, moment, origin, Cause::Interest(id), asked);
        if !matches!(paid, AutomaticState::Settled(_)) {
            return;
        }
        self.products.interest.update(id, |it| {
            let sum = amount.minor();
            match total > 0 {
                true => {
                    it.unpaid = it.unpaid.saturating_sub_unsigned(sum);
                    it.paid = it.paid.saturating_add(sum);
                }
                false => {
                    it.unpaid = it.unpaid.saturating_add_unsigned(sum);
                    it.charged = it.charged.saturating_add(sum);
                }
            }
        });
    }
}
