//! Verbs of loans, the index and the calendar, in the naive executor.

use num_bigint::BigInt;

use super::{
    Ask, BANKS, COSTS_MAX, Closed, Days, Due, Fixing, GRACE, Kind, Lent, Naive, OPERATOR, ORACLE,
    Of, Renewal, annuity, big, months_after, rounded, year,
};

impl Naive {
    /// Days are declared anew, unless it was done in this block; what was due by the old ones has fallen due.
    pub(super) fn declare(&mut self, sender: usize, weekends: bool, days: &[u32]) -> bool {
        if sender != OPERATOR || self.closed.is_new {
            return false;
        }
        let today = self.today;
        self.closed = Closed {
            weekends,
            days: days.to_vec(),
            is_new: !self.loans.is_empty(),
        };
        let closed = &self.closed;
        self.loans
            .iter_mut()
            .for_each(|it| it.come_due(today, closed));
        true
    }

    pub(super) fn offer(&mut self, sender: usize, ask: &Ask) -> bool {
        let Ask::Offer {
            lender,
            borrower,
            ref kind,
            principal,
            rate,
            periods,
            draw,
            line,
            days,
            probation,
            fee,
            index,
            until,
        } = *ask
        else {
            return false;
        };
        let own = sender == lender && lender < BANKS && lender != borrower && until > self.today;
        let fits = line.is_none_or(|id| {
            self.lines.get(id).is_some_and(|it| {
                (it.lender, it.borrower) == (lender, borrower)
                    && it.status == "open"
                    && self.today <= it.terms.last
            })
        });
        let grows = matches!(kind, Kind::Growing(..));
        let fits = fits && !(grows && line.is_some());
        let takes = own && fits && self.has_plan(kind, (&big(principal), rate), periods, days);
        if takes {
            self.loans.push(Lent {
                lender,
                borrower,
                kind: kind.clone(),
                called: None,
                stated: big(principal),
                rate,
                periods,
                draw,
                line,
                days,
                probation,
                fee,
                index,
                fixed: 1,
                watched: None,
                group: None,
                aside: BigInt::ZERO,
                status: "offered",
                until,
                start: self.today,
                period: self.today,
                outstanding: BigInt::ZERO,
                undrawn: BigInt::ZERO,
                accrued: BigInt::ZERO,
                instalment: BigInt::ZERO,
                passed: 0,
                penalty: BigInt::ZERO,
                costs: 0,
                charged: 0,
                items: Vec::new(),
            });
        }
        takes
    }

    /// Whether a loan that begins today has a plan.
    pub(super) fn has_plan(
        &self,
        kind: &Kind,
        (principal, rate): (&BigInt, u64),
        periods: u32,
        days: Days,
    ) -> bool {
        if *kind != Kind::Annuity {
            return Lent::has_plan(kind, principal, periods);
        }
        let date = |k: u32| {
            self.closed
                .shifted(days, months_after(self.today, k.into()))
        };
        let dates: Vec<u32> = (0..=periods)
            .map(|k| if k == 0 { self.today } else { date(k) })
            .collect();
        if dates.windows(2).any(|pair| pair[1] < pair[0]) {
            return false;
        }
        let each = annuity(principal, rate, self.today, dates[1..].iter().copied());
        let mut left = principal.clone();
        for pair in dates.windows(2).take(dates.len() - 2) {
            let interest = rounded(&(&left * rate * (pair[1] - pair[0])), &year());
            if each < interest {
                return false;
            }
            left -= &each - interest;
            if left < BigInt::ZERO {
                return false;
            }
        }
        true
    }

    pub(super) fn accept(&mut self, sender: usize, id: usize) -> bool {
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let at_once = it.draw == 0 && !it.is_rolling();
        let paid = if at_once {
            it.stated.clone()
        } else {
            BigInt::ZERO
        };
        let fee = big(it.fee);
        let missing = (&fee - &paid).max(BigInt::ZERO);
        let takes = it.borrower == sender
            && it.status == "offered"
            && missing <= self.free(it.borrower).max(BigInt::ZERO)
            && self.has_plan(&it.kind, (&it.stated, it.rate), it.periods, it.days)
            && self.may_use(it.line, &paid)
            && self.may_owe(Of::Loan(id), &paid, false)
            && self.lend(id, &paid, true);
        if takes {
            let (today, closed) = (self.today, &self.closed);
            self.loans[id].status = "active";
            self.loans[id].begin(today, it.stated, at_once, closed);
            self.pay(it.borrower, it.lender, &fee);
            self.use_line(it.line, &paid);
            self.agree_cover(Of::Loan(id));
        }
        takes
    }

    pub(super) fn draw(&mut self, sender: usize, id: usize, sum: &BigInt) -> bool {
        self.work_off(id);
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let takes = self.borrows(sender, &it)
            && it.status == "active"
            && *sum <= it.undrawn
            && it.days_late(self.today) == 0
            && it.watched.is_none()
            && self.may_use(it.line, sum)
            && self.may_owe(Of::Loan(id), sum, true)
            && self.lend(id, sum, true);
        if takes {
            let loan = &mut self.loans[id];
            loan.undrawn -= sum;
            loan.outstanding += sum;
            loan.set_instalment(self.today, &self.closed);
            self.use_line(it.line, sum);
        }
        takes
    }

    pub(super) fn repay(&mut self, sender: usize, id: usize, sum: &BigInt, early: &BigInt) -> bool {
        self.work_off(id);
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let open = matches!(it.status, "active" | "written-off");
        let mut after = it.clone();
        let (taken, parts) = after.serve((self.today, &self.closed), sum, early);
        let can = self.borrows(sender, &it) && taken <= self.free(it.borrower);
        let takes = open && can && taken > BigInt::ZERO;
        if takes {
            self.booked(id, after);
            self.collect(id, Some(it.borrower), &parts);
        }
        takes
    }

    /// A loan goes on as it stands after a payment.
    pub(super) fn booked(&mut self, id: usize, mut after: Lent) {
        let back = after.owed_principal() - self.loans[id].owed_principal();
        if after.is_over() {
            after.status = "closed";
        }
        let line = after.line;
        self.loans[id] = after;
        self.use_line(line, &back);
        self.end_suspense();
    }

    pub(super) fn prepay(&mut self, sender: usize, id: usize, sum: &BigInt) -> bool {
        self.work_off(id);
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let clean = it.items.is_empty() && it.penalty == BigInt::ZERO && it.costs == 0;
        let may = self.borrows(sender, &it) && it.status == "active" && clean;
        if !may || *sum > it.outstanding {
            return false;
        }
        let mut after = it.clone();
        let whole = *sum == it.outstanding && !it.is_rolling();
        let interest = if whole {
            rounded(&it.accrued, &year())
        } else {
            BigInt::ZERO
        };
        after.outstanding -= sum;
        after.roll(sum);
        if whole {
            (after.accrued, after.undrawn) = (BigInt::ZERO, BigInt::ZERO);
        } else {
            after.set_instalment(self.today, &self.closed);
        }
        let total = sum + &interest;
        let takes = total <= self.free(it.borrower);
        if takes {
            self.booked(id, after);
            let period = (it.period, self.today);
            let parts = [(interest, Some(period)), (sum.clone(), None)];
            self.collect(id, Some(it.borrower), &parts);
        }
        takes
    }

    pub(super) fn call(
        &mut self,
        sender: usize,
        id: usize,
        days: u32,
        status: &'static str,
    ) -> bool {
        self.work_off(id);
        let today = self.today;
        let Some(it) = self.loans.get_mut(id) else {
            return false;
        };
        let takes = it.lender == sender && it.status == "active" && it.days_late(today) > days;
        if takes {
            it.call(today);
            it.status = status;
            self.work_off(id);
        }
        takes
    }

    /// Costs of the lender, up to the most that was agreed, over the whole life.
    pub(super) fn charge(&mut self, sender: usize, id: usize, sum: u64) -> bool {
        self.work_off(id);
        let Some(it) = self.loans.get_mut(id) else {
            return false;
        };
        let fits = it.charged + sum <= COSTS_MAX;
        let takes = it.lender == sender && it.status == "active" && fits;
        if takes {
            it.costs += sum;
            it.charged += sum;
            self.work_off(id);
        }
        takes
    }

    /// Whoever states the index says later what was observed later.
    pub(super) fn fix(&mut self, sender: usize, value: i64, observed: u64, expires: u64) -> bool {
        let known = self.fixings.iter().position(|(by, _)| *by == sender);
        let newer = known.is_none_or(|place| self.fixings[place].1.observed < observed);
        let takes = matches!(sender, OPERATOR | ORACLE) && newer && observed <= self.now;
        if takes {
            let fixing = Fixing {
                value,
                observed,
                expires,
            };
            match known {
                Some(place) => self.fixings[place].1 = fixing,
                None => self.fixings.push((sender, fixing)),
            }
        }
        takes
    }

    /// The rate follows the index, once a period from the second on.
    pub(super) fn reset(&mut self, sender: usize, id: usize) -> bool {
        self.work_off(id);
        let (now, today) = (self.now, self.today);
        let counts = |it: &&(usize, Fixing)| it.1.observed <= now && now < it.1.expires;
        // Of two that were observed at one instant the first to speak counts.
        let newest = self.fixings.iter().rev().filter(counts);
        let newest = newest.max_by_key(|it| it.1.observed).map(|it| it.1.value);
        let Some(it) = self.loans.get_mut(id) else {
            return false;
        };
        let party = it.lender == sender || it.borrower == sender;
        let may = party && it.status == "active" && it.passed + 1 > it.fixed;
        let Some((index, value)) = it.index.filter(|_| may).zip(newest) else {
            return false;
        };
        it.penalty = it.penalty_now(today);
        for item in &mut it.items {
            item.counted = item.counted.max(today);
        }
        let rate = BigInt::from(value) + index.spread;
        let rate = rate.max(big(index.floor)).min(big(index.cap));
        it.rate = u64::try_from(rate).unwrap();
        it.fixed = it.passed + 1;
        it.set_instalment(today, &self.closed);
        true
    }

    pub(super) fn renew(&mut self, sender: usize, ask: &Ask) -> bool {
        let Ask::Renew {
            loan,
            ref kind,
            principal,
            rate,
            periods,
            capital,
            days,
            probation,
            index,
            until,
        } = *ask
        else {
            return false;
        };
        let takes = self.loans.get(loan).is_some_and(|it| {
            let party = it.lender == sender || it.borrower == sender;
            let grows = matches!(kind, Kind::Growing(..));
            let adds = (capital || grows) && it.group.is_some();
            it.status == "active" && party && !adds && !(grows && it.line.is_some())
        });
        let takes = takes
            && until > self.today
            && !matches!(kind, Kind::Rolling(..))
            && Lent::has_shape(kind, &big(principal), periods);
        if takes {
            for it in self.renewals.iter_mut().filter(|it| it.loan == loan) {
                if it.state == "proposed" {
                    it.state = "superseded";
                }
            }
            self.renewals.push(Renewal {
                loan,
                by: sender,
                kind: kind.clone(),
                stated: big(principal),
                rate,
                periods,
                capital,
                days,
                probation,
                index,
                until,
                state: "proposed",
            });
        }
        takes
    }

    pub(super) fn concur(&mut self, sender: usize, id: usize) -> bool {
        let Some(new) = self.renewals.get(id).cloned() else {
            return false;
        };
        self.work_off(new.loan);
        let old = self.loans[new.loan].clone();
        let party = old.lender == sender || old.borrower == sender;
        if new.state != "proposed" || old.status != "active" || !party || new.by == sender {
            return false;
        }
        let items = old.items.iter();
        let mut unpaid: Vec<(BigInt, u32, u32)> = items
            .map(|it| (it.interest.clone(), it.from, it.to))
            .collect();
        unpaid.push((rounded(&old.accrued, &year()), old.period, self.today));
        let interest: BigInt = unpaid.iter().map(|it| &it.0).sum();
        let more = if new.capital { interest } else { BigInt::ZERO };
        let principal = old.owed_principal() + &more;
        let fits = principal > BigInt::ZERO && principal <= new.stated;
        let plan = self.has_plan(&new.kind, (&principal, new.rate), new.periods, new.days);
        if !fits || !plan {
            return false;
        }
        let covered =
            self.may_use(old.line, &more) && self.may_owe(Of::Loan(new.loan), &more, true);
        if more > BigInt::ZERO && !covered {
            return false;
        }
        let mut after = old.clone();
        after.penalty = old.penalty_now(self.today);
        (after.kind, after.rate, after.periods) = (new.kind, new.rate, new.periods);
        after.days = new.days;
        (after.draw, after.probation, after.index) = (0, new.probation, new.index);
        let bad = old.days_late(self.today) > 90 || old.watched.is_some();
        after.watched = (bad && new.probation > 0).then_some(0);
        after.items.clear();
        after.begin(self.today, principal, true, &self.closed);
        if !new.capital {
            let today = self.today;
            let due = unpaid.into_iter().filter(|it| it.0 > BigInt::ZERO);
            after.items = due
                .map(|(interest, from, to)| Due {
                    from,
                    to,
                    due: today,
                    interest,
                    principal: BigInt::ZERO,
                    counted: today + GRACE,
                })
                .collect();
        }
        let line = old.line;
        self.loans[new.loan] = after;
        self.use_line(line, &more);
        self.renewals[id].state = "agreed";
        self.work_off(new.loan);
        true
    }
}
