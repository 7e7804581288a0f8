//! What a loan owes, as a function of its row and the day: exact between events, rounded once where something falls due or is paid.
//!
//! ```text
//!   outstanding ──interest accrues (exact numerator)──▶ due date: item {interest rounded, principal}
//!        ▲                                                   │ overdue after its day; penalty after grace
//!        └── prepayment: instalment computed anew ◀── repay ─┴─ waterfall: each bucket in order, items oldest first
//! ```
//! Invariants: outstanding and the principal of all items add up to what was lent less what was paid back (I12); what a payment pays
//! is what the buckets get (I13); no day bears penalty twice. Bounds: principal below 2^60, rate below 2^44 and numerators of a
//! hundred years below 2^24 keep the exact interest below 2^128.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BusinessDate, json};

use super::{days::Contract, syndicate::Part, terms::LoanKind};
use crate::term::{
    RATE_ONE,
    amortization::exact_annuity,
    day_count::YearFraction,
    penalty::penalty_days,
    rounding::{Rounding, round_ratio},
    waterfall::{Bucket, Buckets, Distribution, distribute},
};

/// Items that may stand unpaid; the next one makes the whole loan fall due.
pub(crate) const ITEMS_MAX: usize = 60;

/// What fell due on one day and is not paid.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// First day of the period whose interest it is.
    pub from: BusinessDate,
    /// First day after that period.
    pub to: BusinessDate,
    /// When it fell due.
    pub due: BusinessDate,
    /// Up to when penalty has been charged: at first the last day of grace.
    pub counted_to: BusinessDate,
    /// Unpaid interest, minor units.
    #[serde(with = "json::text")]
    pub interest: u128,
    /// Unpaid principal, minor units.
    #[serde(with = "json::text")]
    pub principal: u128,
}

/// What a loan owes.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// First day of the first period.
    pub start: BusinessDate,
    /// Rate a year that holds now, per 10^12.
    #[serde(with = "json::rate")]
    pub rate: u64,
    /// The period in which the rate was fixed last, from 1; the contract's own rate holds for the first.
    pub fixed: u16,
    /// Principal that may still be drawn, minor units.
    #[serde(with = "json::text")]
    pub undrawn: u64,
    /// Principal that has not fallen due, minor units.
    #[serde(with = "json::text")]
    pub outstanding: u128,
    /// How many due dates have passed.
    pub passed: u16,
    /// From when interest is still to be counted.
    pub from: BusinessDate,
    /// Interest of the current period before that, as an exact numerator over 10^12 times the day count's denominator.
    #[serde(with = "json::text")]
    pub accrued: u128,
    /// Instalment of an annuity, principal of a linear period.
    #[serde(with = "json::text")]
    pub instalment: u128,
    /// First day of the current period.
    pub period_from: BusinessDate,
    /// Charged penalty that is not paid.
    #[serde(with = "json::text")]
    pub penalty: u128,
    /// Charged costs that are not paid.
    #[serde(with = "json::text")]
    pub costs: u64,
    /// Costs charged since the loan was accepted.
    #[serde(with = "json::text")]
    pub charged: u64,
    /// The day on which everything falls due, once notice was given.
    pub called: Option<BusinessDate>,
    /// Since it was over 90 days past due and until it is cured: how many due dates had passed when it was late last.
    pub probation: Option<u16>,
    /// What fell due and is not paid, oldest first.
    pub items: Vec<Item>,
}

impl Position {
    /// A loan that is not paid out.
    pub(crate) const fn none(start: BusinessDate) -> Position {
        Position {
            start,
            rate: 0,
            fixed: 1,
            undrawn: 0,
            outstanding: 0,
            passed: 0,
            from: start,
            period_from: start,
            accrued: 0,
            instalment: 0,
            penalty: 0,
            costs: 0,
            charged: 0,
            called: None,
            probation: None,
            items: Vec::new(),
        }
    }

    /// A loan accepted on `start`: paid out, or open for drawing.
    pub(crate) fn paid_out(terms: &Contract<'_>, start: BusinessDate) -> Position {
        let principal = terms.principal.minor();
        let is_drawn = terms.is_paid_out_at_once();
        let mut position = Position {
            rate: terms.rate,
            outstanding: if is_drawn { principal } else { 0 },
            // Within LOAN_PRINCIPAL_MAX, which fits.
            undrawn: u64::try_from(principal).unwrap_or(0) * u64::from(!is_drawn),
            ..Position::none(start)
        };
        position.instalment = position.new_instalment(terms);
        position
    }

    /// A loan of which everything is paid out on `start`.
    pub(crate) fn drawn(terms: &Contract<'_>, start: BusinessDate) -> Position {
        let mut position = Position::paid_out(terms, start);
        position.outstanding += u128::from(std::mem::take(&mut position.undrawn));
        position.instalment = position.new_instalment(terms);
        position
    }

    /// The last day on which principal may be drawn; a revolving loan is open until its last due date.
    fn draw_until(&self, terms: &Contract<'_>) -> Option<BusinessDate> {
        let last = BusinessDate(self.start.0 + u32::from(terms.draw_days));
        (!terms.kind.is_revolving()).then_some(last)
    }

    /// Notice is given: everything falls due on `day`, and nothing is drawn any more.
    pub(crate) fn call(&mut self, day: BusinessDate) {
        self.called = Some(day);
        self.undrawn = 0;
    }

    /// Principal came back: what a revolving loan may draw grows by it, while it has due dates to come.
    fn renew(&mut self, terms: &Contract<'_>, principal: u128) {
        let is_open = self.called.is_none() && u32::from(self.passed) < terms.due_dates();
        if terms.kind.is_revolving() && is_open {
            // Drawn and undrawn are the loan's principal together, which is of that width.
            self.undrawn += u64::try_from(principal).unwrap_or(0);
        }
    }

    /// Does everything that has come due up to `day`: what the agenda has not reached yet must not change what anybody owes.
    pub(crate) fn catch_up(&mut self, terms: &Contract<'_>, day: BusinessDate) {
        while self.next_pay_date(terms).is_some_and(|due| due <= day) {
            self.fall_due(terms);
        }
        if self.draw_until(terms).is_some_and(|last| last < day) {
            self.undrawn = 0;
        }
    }

    /// The next day that changes what is owed by itself.
    pub(crate) fn next_date(&self, terms: &Contract<'_>) -> Option<BusinessDate> {
        let last = self.draw_until(terms).filter(|_| self.undrawn > 0);
        let lapse = last.map(|last| BusinessDate(last.0 + 1));
        self.next_pay_date(terms).into_iter().chain(lapse).min()
    }

    /// Principal is paid out to the borrower.
    pub(crate) fn draw(&mut self, terms: &Contract<'_>, day: BusinessDate, amount: u64) {
        self.accrue_to(terms, day);
        self.undrawn -= amount;
        self.outstanding += u128::from(amount);
        self.instalment = self.new_instalment(terms);
    }

    /// Another rate holds from `day` on. Penalty up to that day is charged at the old one.
    pub(crate) fn set_rate(&mut self, terms: &Contract<'_>, day: BusinessDate, rate: u64) {
        self.penalty += self.new_penalty(terms, day);
        for item in &mut self.items {
            item.counted_to = item.counted_to.max(day);
        }
        self.accrue_to(terms, day);
        self.rate = rate;
        self.fixed = self.current_period();
        self.instalment = self.new_instalment(terms);
    }

    /// The period that runs, from 1.
    pub(crate) fn current_period(&self) -> u16 {
        self.passed.saturating_add(1)
    }

    /// Interest counted up to `day`, rounded: what is paid with the whole of the principal.
    pub(crate) fn interest_today(&self, terms: &Contract<'_>, day: BusinessDate) -> u128 {
        self.interest_to(terms, day.max(self.from))
    }

    /// The whole of the principal is paid before it is due, with its interest up to `day`.
    pub(crate) fn prepay_all(&mut self, day: BusinessDate) {
        self.outstanding = 0;
        self.undrawn = 0;
        self.accrued = 0;
        self.from = self.from.max(day);
    }

    /// Principal that is paid out and not paid back, minor units.
    #[must_use]
    pub fn principal_owed(&self) -> u128 {
        let due: u128 = self.items.iter().map(|item| item.principal).sum();
        self.outstanding + due
    }

    /// Whether nothing is owed and nothing will be.
    pub(crate) fn is_paid(&self) -> bool {
        let is_served = self.penalty == 0 && self.costs == 0 && self.items.is_empty();
        is_served && self.outstanding == 0 && self.accrued == 0 && self.undrawn == 0
    }

    /// The next due date; `None` when all have passed or nothing is left to fall due.
    pub(crate) fn next_pay_date(&self, terms: &Contract<'_>) -> Option<BusinessDate> {
        let has_more = u32::from(self.passed) < terms.due_dates()
            && (self.outstanding > 0 || self.accrued > 0 || self.undrawn > 0);
        let next = || self.period(terms, u32::from(self.passed) + 1).1;
        has_more.then(|| self.called.map_or_else(next, |day| day.min(next())))
    }

    /// End of the k-th period and its due date. The plan's last date was checked at origination, and all others lie before it.
    fn period(&self, terms: &Contract<'_>, k: u32) -> (BusinessDate, BusinessDate) {
        let period = terms.period(self.start, k);
        period.unwrap_or((self.from, self.from))
    }

    /// Exact numerator of the interest on what is outstanding in [`from`, `to`).
    fn accrual(&self, terms: &Contract<'_>, from: BusinessDate, to: BusinessDate) -> u128 {
        let fraction = terms.fraction(from, to.max(from));
        let scale = terms.denominator() / fraction.denominator;
        let numerator = fraction.numerator.unsigned_abs() * scale;
        // Within the bounds above the product is exact.
        self.outstanding
            .saturating_mul(u128::from(self.rate))
            .saturating_mul(u128::from(numerator))
    }

    /// Interest of the current period up to `to`, rounded.
    fn interest_to(&self, terms: &Contract<'_>, to: BusinessDate) -> u128 {
        let numerator = self.accrued + self.accrual(terms, self.from, to);
        let denominator = u128::from(terms.denominator());
        round_ratio(Rounding::HalfEven, &[numerator], &[RATE_ONE, denominator]).unwrap_or(0)
    }

    /// The next due date arrives: its interest and principal become an item.
    pub(crate) fn fall_due(&mut self, terms: &Contract<'_>) {
        let k = u32::from(self.passed) + 1;
        let (to, pay) = self.period(terms, k);
        if let Some(day) = self.called.filter(|day| *day <= pay) {
            self.watch(terms, day);
            return self.accelerate(terms, day);
        }
        self.watch(terms, pay);
        let mut interest = self.interest_to(terms, to);
        let is_last = k >= terms.due_dates() || self.items.len() >= ITEMS_MAX;
        let principal = if is_last {
            self.outstanding
        } else {
            interest -= self.capitalise(terms, interest);
            self.regular_principal(terms, k, interest)
        };
        if is_last {
            // What would be drawn later would never fall due.
            self.undrawn = 0;
        }
        self.passed = if is_last {
            u16::try_from(terms.due_dates()).unwrap_or(u16::MAX)
        } else {
            self.passed + 1
        };
        self.accrued = 0;
        self.from = to;
        self.put(terms, pay, interest, principal);
        self.period_from = to;
        self.cure(terms);
    }

    /// Interest above the instalment of a loan that grows becomes principal, up to the most agreed; answers how much did.
    fn capitalise(&mut self, terms: &Contract<'_>, interest: u128) -> u128 {
        let LoanKind::Negative(negative) = &terms.kind else {
            return 0;
        };
        let above = interest.saturating_sub(u128::from(negative.instalment));
        let room = u128::from(negative.principal_max).saturating_sub(self.outstanding);
        let added = above.min(room);
        self.outstanding += added;
        added
    }

    fn regular_principal(&self, terms: &Contract<'_>, k: u32, interest: u128) -> u128 {
        let wanted = match &terms.kind {
            LoanKind::Term | LoanKind::Bullet | LoanKind::Call(_) => 0,
            LoanKind::Linear => self.instalment,
            LoanKind::Annuity => self.instalment.saturating_sub(interest),
            LoanKind::Negative(negative) => {
                u128::from(negative.instalment).saturating_sub(interest)
            }
            LoanKind::Custom(custom) => custom.principal_of(k),
            LoanKind::Revolving(revolving) => revolving.minimum_of(self.outstanding),
        };
        wanted.min(self.outstanding)
    }

    fn put(&mut self, terms: &Contract<'_>, due: BusinessDate, interest: u128, principal: u128) {
        self.outstanding -= principal;
        if interest > 0 || principal > 0 {
            self.items.push(Item {
                from: self.period_from,
                to: self.from,
                due,
                counted_to: BusinessDate(due.0 + u32::from(terms.grace_days)),
                interest,
                principal,
            });
        }
    }

    /// Everything falls due on `day`.
    pub(crate) fn accelerate(&mut self, terms: &Contract<'_>, day: BusinessDate) {
        let interest = self.interest_to(terms, day.max(self.from));
        self.accrued = 0;
        self.from = self.from.max(day);
        self.undrawn = 0;
        self.passed = u16::try_from(terms.due_dates()).unwrap_or(u16::MAX);
        self.put(terms, day, interest, self.outstanding);
        self.period_from = self.from;
    }

    /// Penalty that has come about since it was last charged, rounded once over all items.
    fn new_penalty(&self, terms: &Contract<'_>, day: BusinessDate) -> u128 {
        let weighted = self.items.iter().fold(0_u128, |sum, item| {
            let base = item.principal
                + if terms.penalty_on_interest {
                    item.interest
                } else {
                    0
                };
            sum + base * u128::from(penalty_days(item.counted_to, day))
        });
        terms.penalty(self.rate).amount(weighted, 1).unwrap_or(0)
    }

    /// Penalty that is owed on `day`.
    pub(crate) fn penalty_on(&self, terms: &Contract<'_>, day: BusinessDate) -> u128 {
        self.penalty + self.new_penalty(terms, day)
    }

    /// What each bucket could take on `day`, when the payer asks to prepay `prepayment`.
    pub(crate) fn owed(
        &self,
        terms: &Contract<'_>,
        day: BusinessDate,
        prepayment: u128,
    ) -> Buckets {
        let mut owed = Buckets::default();
        owed.put(Bucket::Costs, u128::from(self.costs));
        owed.put(Bucket::Penalty, self.penalty_on(terms, day));
        let sum = |is_overdue: bool, part: fn(&Item) -> u128| -> u128 {
            let items = self.items.iter();
            items
                .filter(|item| (item.due < day) == is_overdue)
                .map(part)
                .sum()
        };
        owed.put(Bucket::OverdueInterest, sum(true, |item| item.interest));
        owed.put(Bucket::CurrentInterest, sum(false, |item| item.interest));
        owed.put(Bucket::OverduePrincipal, sum(true, |item| item.principal));
        owed.put(Bucket::CurrentPrincipal, sum(false, |item| item.principal));
        owed.put(Bucket::Prepayment, prepayment.min(self.outstanding));
        owed
    }

    /// What a payment of at most `amount` would serve on `day`.
    pub(crate) fn distribution(
        &self,
        terms: &Contract<'_>,
        day: BusinessDate,
        amount: u128,
        prepayment: u128,
    ) -> Distribution {
        distribute(amount, &terms.order, &self.owed(terms, day, prepayment))
    }

    /// Books a payment that [`Position::distribution`] has divided; answers its parts by whom they belong to.
    pub(crate) fn repay(
        &mut self,
        terms: &Contract<'_>,
        day: BusinessDate,
        paid: &Distribution,
    ) -> Vec<Part> {
        self.watch(terms, day);
        self.penalty = paid.still_due.get(Bucket::Penalty);
        self.costs = u64::try_from(paid.still_due.get(Bucket::Costs)).unwrap_or(self.costs);
        for item in &mut self.items {
            item.counted_to = item.counted_to.max(day);
        }
        let part = |bucket| paid.allocation.get(bucket);
        let overdue = (
            part(Bucket::OverdueInterest),
            part(Bucket::OverduePrincipal),
        );
        let current = (
            part(Bucket::CurrentInterest),
            part(Bucket::CurrentPrincipal),
        );
        let mut parts = self.serve(overdue, |item| item.due < day);
        parts.extend(self.serve(current, |item| day <= item.due));
        self.items
            .retain(|item| item.interest > 0 || item.principal > 0);
        self.cure(terms);
        self.renew(terms, overdue.1 + current.1);
        let prepaid = part(Bucket::Prepayment);
        if prepaid > 0 {
            self.prepay(terms, day, prepaid);
        }
        let all: u128 = Bucket::ALL.into_iter().map(part).sum();
        let interest: u128 = parts.iter().map(|part| part.amount).sum();
        parts.push(Part {
            amount: all - interest,
            period: None,
        });
        parts
    }

    /// Pays interest and principal of the items that are meant, oldest first; answers the interest by its periods.
    fn serve(
        &mut self,
        (mut interest, mut principal): (u128, u128),
        is_meant: impl Fn(&Item) -> bool,
    ) -> Vec<Part> {
        let mut parts = Vec::new();
        for item in self.items.iter_mut().filter(|item| is_meant(item)) {
            let (now, rest) = (item.interest.min(interest), item.principal.min(principal));
            item.interest -= now;
            item.principal -= rest;
            interest -= now;
            principal -= rest;
            if now > 0 {
                parts.push(Part {
                    amount: now,
                    period: Some((item.from, item.to)),
                });
            }
        }
        parts
    }

    pub(crate) fn prepay(&mut self, terms: &Contract<'_>, day: BusinessDate, amount: u128) {
        self.accrue_to(terms, day);
        self.outstanding -= amount;
        self.renew(terms, amount);
        if !terms.prepayment.shortens {
            self.instalment = self.new_instalment(terms);
        }
    }

    /// Counts the interest up to `day` exactly: what is outstanding, or its rate, changes now.
    fn accrue_to(&mut self, terms: &Contract<'_>, day: BusinessDate) {
        let until = day.max(self.from);
        self.accrued += self.accrual(terms, self.from, until);
        self.from = until;
    }

    /// The instalment that pays off what is outstanding over the periods to come.
    fn new_instalment(&self, terms: &Contract<'_>) -> u128 {
        let left = terms.due_dates() - u32::from(self.passed).min(terms.due_dates());
        match &terms.kind {
            LoanKind::Term
            | LoanKind::Bullet
            | LoanKind::Negative(_)
            | LoanKind::Custom(_)
            | LoanKind::Call(_)
            | LoanKind::Revolving(_) => 0,
            LoanKind::Linear => {
                let periods = u128::from(left.max(1));
                round_ratio(Rounding::HalfEven, &[self.outstanding], &[periods]).unwrap_or(0)
            }
            LoanKind::Annuity => {
                let mut from = self.from;
                let fractions: Vec<YearFraction> = (0..left)
                    .map(|ahead| {
                        let (to, _) = self.period(terms, u32::from(self.passed) + ahead + 1);
                        let fraction = terms.fraction(from, to.max(from));
                        from = to;
                        fraction
                    })
                    .collect();
                exact_annuity(self.outstanding, u128::from(self.rate), &fractions)
                    .and_then(|(above, below)| {
                        Rounding::HalfEven.round_natural(false, &above, &below)
                    })
                    .and_then(|rounded| rounded.to_u128())
                    .unwrap_or(0)
            }
        }
    }
}
