//! A loan, in the naive executor: night after night, payment by payment.

use num_bigint::BigInt;

use super::{
    BANKS, Closed, Due, GRACE, Kind, Lent, annuity, big, months_after, rounded, shares::Part, year,
};

impl Lent {
    pub(in crate::tests::credit) fn owed_principal(&self) -> BigInt {
        let due: BigInt = self.items.iter().map(|it| &it.principal).sum();
        &self.outstanding + due
    }

    /// How often something falls due.
    pub(super) fn due_dates(&self) -> u32 {
        if self.kind == Kind::Term {
            1
        } else {
            self.periods
        }
    }

    pub(super) fn set_instalment(&mut self, today: u32, closed: &Closed) {
        let left = self.periods.saturating_sub(self.passed);
        self.instalment = match self.kind {
            Kind::Linear => rounded(&self.outstanding, &big(left.max(1).into())),
            // Dates of a loan of which nothing is left are not counted, so they may have passed.
            Kind::Annuity if left > 0 && self.outstanding > BigInt::ZERO => {
                let dates = (self.passed + 1..=self.periods)
                    .map(|k| closed.shifted(self.days, months_after(self.start, k.into())));
                annuity(&self.outstanding, self.rate, today, dates)
            }
            _ => BigInt::ZERO,
        };
    }

    pub(super) fn begin(&mut self, today: u32, principal: BigInt, at_once: bool, closed: &Closed) {
        (self.start, self.period) = (today, today);
        self.passed = 0;
        self.called = None;
        self.accrued = BigInt::ZERO;
        self.fixed = 1;
        (self.outstanding, self.undrawn) = if at_once {
            (principal, BigInt::ZERO)
        } else {
            (BigInt::ZERO, principal)
        };
        self.set_instalment(today, closed);
    }

    /// Whether the plan repays no more than there is before its last period.
    pub(super) fn has_plan(kind: &Kind, principal: &BigInt, periods: u32) -> bool {
        match kind {
            Kind::Term | Kind::Bullet | Kind::AtCall(_) | Kind::Rolling(..) => true,
            // Which of them has one is asked with its dates.
            Kind::Annuity => true,
            Kind::Growing(instalment, most) => *instalment > 0 && *principal <= big(*most),
            Kind::Linear => {
                let each = rounded(principal, &big(periods.into()));
                each * big(u64::from(periods) - 1) <= *principal
            }
            Kind::Listed(list) => {
                let sum: BigInt = (1..periods).map(|k| Lent::listed(list, k)).sum();
                list.iter().all(|(period, _)| *period <= periods) && sum <= *principal
            }
        }
    }

    /// Whether stated terms are terms at all; a list and a cap are judged by the principal that is stated.
    pub(super) fn has_shape(kind: &Kind, principal: &BigInt, periods: u32) -> bool {
        *kind == Kind::Linear || Lent::has_plan(kind, principal, periods)
    }

    pub(super) fn listed(list: &[(u32, u64)], k: u32) -> BigInt {
        let mut from = list.iter().filter(|(period, _)| *period <= k);
        big(from.next_back().map_or(0, |it| it.1))
    }

    /// Whether two banks may share it.
    pub(in crate::tests::credit) fn may_be_shared(&self) -> bool {
        self.line.is_none() && self.group.is_none() && BANKS <= self.borrower && !self.grows()
    }

    pub(in crate::tests::credit) fn grows(&self) -> bool {
        matches!(self.kind, Kind::Growing(..))
    }

    pub(in crate::tests::credit) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Term => "term",
            Kind::Bullet => "bullet",
            Kind::Linear => "linear",
            Kind::Annuity => "annuity",
            Kind::Growing(..) => "growing",
            Kind::Listed(_) => "listed",
            Kind::AtCall(_) => "at call",
            Kind::Rolling(..) => "rolling",
        }
    }

    /// The rate that holds, none before it runs, and the period in which it was fixed.
    pub(in crate::tests::credit) fn rate(&self) -> u64 {
        match self.status {
            "offered" | "lapsed" => 0,
            _ => self.rate,
        }
    }

    pub(in crate::tests::credit) fn fixed(&self) -> u32 {
        self.fixed
    }

    /// Whether it follows an index, and the rate of this period does not yet.
    pub(in crate::tests::credit) fn may_be_fixed(&self) -> bool {
        self.index.is_some() && self.passed + 1 > self.fixed
    }

    pub(super) fn is_rolling(&self) -> bool {
        matches!(self.kind, Kind::Rolling(..))
    }

    /// Interest and principal that fall due with a period that is not the last.
    pub(super) fn regular(&mut self, interest: &BigInt) -> (BigInt, BigInt) {
        let all = self.outstanding.clone();
        match &self.kind {
            Kind::Term | Kind::Bullet | Kind::AtCall(_) => (interest.clone(), BigInt::ZERO),
            Kind::Linear => (interest.clone(), self.instalment.clone().min(all)),
            Kind::Annuity => {
                let rest = (&self.instalment - interest).max(BigInt::ZERO);
                (interest.clone(), rest.min(all))
            }
            Kind::Listed(list) => (interest.clone(), Lent::listed(list, self.passed).min(all)),
            Kind::Rolling(_, percent, least) => {
                let part = rounded(&(&all * *percent), &big(100));
                (interest.clone(), part.max(big(*least)).min(all))
            }
            Kind::Growing(instalment, most) => {
                let (each, most) = (big(*instalment), big(*most));
                if each < *interest {
                    let room = (most - &all).max(BigInt::ZERO);
                    let added = (interest - each).min(room);
                    self.outstanding += &added;
                    (interest - added, BigInt::ZERO)
                } else {
                    (interest.clone(), (each - interest).min(all))
                }
            }
        }
    }

    pub(super) fn is_over(&self) -> bool {
        let zero = BigInt::ZERO;
        self.penalty == zero
            && self.costs == 0
            && self.items.is_empty()
            && self.outstanding == zero
            && self.accrued == zero
            && self.undrawn == zero
    }

    pub(super) fn runs(&self) -> bool {
        let zero = BigInt::ZERO;
        self.outstanding > zero || self.accrued > zero || self.undrawn > zero
    }

    /// What falls due by `day`, by the days that are known to be closed.
    pub(super) fn come_due(&mut self, day: u32, closed: &Closed) {
        while self.status == "active" && self.passed < self.due_dates() && self.runs() {
            let months = match self.kind {
                Kind::Term => self.periods,
                _ => self.passed + 1,
            };
            let due = months_after(self.start, months.into());
            let due = closed.shifted(self.days, due);
            if self
                .called
                .is_some_and(|called| called <= day && called <= due)
            {
                return self.call(day);
            }
            if day < due {
                return;
            }
            let interest = rounded(&self.accrued, &year());
            self.accrued = BigInt::ZERO;
            self.passed += 1;
            let all = self.passed == self.due_dates() || self.items.len() >= 60;
            let (interest, principal) = if all {
                self.passed = self.due_dates();
                self.undrawn = BigInt::ZERO;
                (interest, self.outstanding.clone())
            } else {
                self.regular(&interest)
            };
            self.fall_due(day, interest, principal);
        }
    }

    /// One night passes, and `day` begins.
    pub(super) fn night(&mut self, day: u32, closed: &Closed) {
        if self.status == "offered" && day >= self.until {
            self.status = "lapsed";
        }
        if self.status != "active" {
            return;
        }
        if self.passed < self.due_dates() && self.runs() {
            self.accrued += &self.outstanding * self.rate;
        }
        self.watch(day);
        self.come_due(day, closed);
        self.watch(day);
        self.cure();
        if day > self.start + self.draw && !self.is_rolling() {
            self.undrawn = BigInt::ZERO;
        }
        if self.is_over() {
            self.status = "closed";
        }
    }

    pub(super) fn fall_due(&mut self, day: u32, interest: BigInt, principal: BigInt) {
        self.outstanding -= &principal;
        if interest > BigInt::ZERO || principal > BigInt::ZERO {
            self.items.push(Due {
                from: self.period,
                to: day,
                due: day,
                interest,
                principal,
                counted: day + GRACE,
            });
        }
        self.period = day;
    }

    /// How it stands: worse than late once, it must be paid on time for as many due dates as agreed.
    pub(in crate::tests::credit) fn standing(&self, today: u32) -> &'static str {
        match (self.days_late(today), self.watched) {
            (91.., _) => "non-performing",
            (_, Some(_)) => "probation",
            (0, None) => "performing",
            (_, None) => "past-due",
        }
    }

    pub(super) fn watch(&mut self, today: u32) {
        let late = self.days_late(today);
        if self.probation > 0 && (late > 90 || (late > GRACE && self.watched.is_some())) {
            self.watched = Some(self.passed);
        }
    }

    pub(super) fn cure(&mut self) {
        let served = self.watched.map(|since| self.passed - since);
        if self.items.is_empty() && served.is_some_and(|served| served >= self.probation) {
            self.watched = None;
        }
    }

    pub(in crate::tests::credit) fn penalty_now(&self, today: u32) -> BigInt {
        let days: BigInt = self
            .items
            .iter()
            .map(|it| &it.principal * today.saturating_sub(it.counted))
            .sum();
        // One and a half times the rate.
        let numerator = days * self.rate * 3;
        &self.penalty + rounded(&numerator, &(year() * 2))
    }

    /// Principal that came back may be drawn again.
    pub(super) fn roll(&mut self, back: &BigInt) {
        if self.is_rolling() && self.called.is_none() && self.passed < self.periods {
            self.undrawn += back;
        }
    }

    /// Takes up to `money` for what is due and `early` of the rest; answers what was taken, and what of it is interest of which period.
    pub(super) fn serve(
        &mut self,
        (today, closed): (u32, &Closed),
        money: &BigInt,
        early: &BigInt,
    ) -> (BigInt, Vec<Part>) {
        let before = self.owed_principal();
        self.watch(today);
        let (mut parts, mut left) = (Vec::new(), money.clone());
        let mut take = |want: &BigInt| {
            let part = want.clone().min(left.clone());
            left -= &part;
            part
        };
        let costs = take(&big(self.costs));
        self.costs -= u64::try_from(costs).unwrap();
        let penalty = self.penalty_now(today);
        self.penalty = &penalty - take(&penalty);
        for it in &mut self.items {
            it.counted = it.counted.max(today);
        }
        for (late, interest) in [(true, true), (false, true), (true, false), (false, false)] {
            for it in self.items.iter_mut().filter(|it| (it.due < today) == late) {
                let part = if interest {
                    &mut it.interest
                } else {
                    &mut it.principal
                };
                let taken = take(part);
                *part -= &taken;
                if interest {
                    parts.push((taken, Some((it.from, it.to))));
                }
            }
        }
        let zero = BigInt::ZERO;
        self.items
            .retain(|it| it.interest > zero || it.principal > zero);
        let early = take(&early.clone().min(self.outstanding.clone()));
        if early > zero {
            self.outstanding -= &early;
            self.set_instalment(today, closed);
        }
        self.cure();
        self.roll(&(before - self.owed_principal()));
        let (all, interest) = (money - left, parts.iter().map(|it| &it.0).sum::<BigInt>());
        parts.push((&all - interest, None));
        (all, parts)
    }

    pub(super) fn days_late(&self, today: u32) -> u32 {
        self.items
            .first()
            .map_or(0, |it| today.saturating_sub(it.due))
    }

    pub(super) fn call(&mut self, today: u32) {
        let interest = rounded(&self.accrued, &year());
        self.accrued = BigInt::ZERO;
        self.undrawn = BigInt::ZERO;
        self.passed = self.due_dates();
        let rest = self.outstanding.clone();
        self.fall_due(today, interest, rest);
    }
}
