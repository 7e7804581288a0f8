//! The naive executor of loans, lines and collateral: lists, big integers, one day after the other, the rules written down a second time.
//!
//! It knows one asset, interest A/360, months, and cash as collateral. Every sum of money is an integer of any size.

use num_bigint::BigInt;
use sycee_primitives::{AccountId, BusinessDate};

use crate::LedgerParameters;

pub(super) use bonds::Bond;
pub(super) use shares::Group;
use shares::Part;

mod bonds;
mod covers;
mod lines;
mod shares;

/// What a random instruction asks for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Offer {
        lender: usize,
        borrower: usize,
        kind: Kind,
        principal: u64,
        rate: u64,
        periods: u32,
        draw: u32,
        line: Option<usize>,
        days: Days,
        probation: u32,
        /// What the borrower pays at acceptance.
        fee: u64,
        index: Option<Index>,
        until: u32,
    },
    Accept(usize),
    Draw(usize, u64),
    Repay(usize, u64, u64),
    Prepay(usize, u64),
    Call(usize),
    WriteOff(usize),
    Renew {
        loan: usize,
        kind: Kind,
        principal: u64,
        rate: u64,
        periods: u32,
        capital: bool,
        days: Days,
        probation: u32,
        index: Option<Index>,
        until: u32,
    },
    Concur(usize),
    /// Loan, what bank a has of it in parts per billion, the agent's fee.
    Share(usize, u64, u64),
    Join(usize),
    /// Loan, seller, parts per billion, price, the day on which the offer ends.
    Sell(usize, usize, u64, u64, u32),
    Buy(usize, usize, u64, u64),
    /// A payment whose surplus stands in suspense, on the holding account of this bank.
    Over(usize, u64, usize),
    GiveRest(usize),
    Notice(usize),
    /// Loan, guarantor, the most, per cent that are covered, the last day.
    Stand(usize, usize, u64, u64, u32),
    CallBond(usize),
    DropBond(usize),
    RepayBond(usize, u64),
    /// Costs of the lender.
    Charge(usize, u64),
    /// A fixing of the index, per 10^12, as it was observed, and the instant from which it counts no longer.
    Fix(i64, u64, u64),
    Reset(usize),
    /// Weekends are closed or not, and so are these days.
    Declare(bool, Vec<u32>),
    OpenLine {
        lender: usize,
        borrower: usize,
        cap: u64,
        last: u32,
        once: bool,
        fee: u64,
        until: u32,
    },
    Agree(usize, u32),
    Amend {
        line: usize,
        cap: u64,
        last: u32,
        once: bool,
        fee: u64,
        until: u32,
    },
    EndLine(usize),
    PayFee(usize),
    WantLoan(usize),
    WantLine(usize),
    /// By whom it is asked for, and from whose account.
    PutUp(usize, u64, usize),
    PutDown(usize, u16),
    Swap(usize, u16, u64, usize),
    Take(usize, u16),
}

/// How principal comes back.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Kind {
    /// With all interest, at the end.
    Term,
    Bullet,
    Linear,
    Annuity,
    /// Instalment, and the principal up to which interest is added.
    Growing(u64, u64),
    /// First period and principal from then on.
    Listed(Vec<(u32, u64)>),
    /// Days of notice.
    AtCall(u32),
    /// Days of notice, the least of each due date in per cent and in all.
    Rolling(u32, u64, u64),
}

/// Where the rates of later periods come from: spread on the index, floor, cap.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Index {
    pub(super) spread: i64,
    pub(super) floor: u64,
    pub(super) cap: u64,
}

/// Where a due date goes that falls on a closed day.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Days {
    Any,
    Next,
    Before,
    /// The next open day of the month, or the last one before.
    Within,
}

/// The players by number: two banks, three borrowers; each has one account, and pledges from it.
pub(super) const PLAYERS: usize = 5;
pub(super) const BANKS: usize = 2;

/// Who declares the days of the calendar that loans follow, and states the index as the oracle does: nobody of the players.
pub(super) const OPERATOR: usize = PLAYERS;
pub(super) const ORACLE: usize = PLAYERS + 1;

/// Sponsor bank of each borrower.
const SPONSOR: [usize; PLAYERS] = [9, 9, 0, 1, 0];

const ONE: u64 = 1_000_000_000_000;
const GRACE: u32 = 5;
/// Costs that a lender may charge over a loan's life.
pub(super) const COSTS_MAX: u64 = 3_000;
pub(super) const OFFER_DAYS: u32 = 10;
pub(super) const CURE_DAYS: u32 = 3;

#[derive(Clone, Debug)]
pub(super) struct Due {
    from: u32,
    to: u32,
    pub(super) due: u32,
    pub(super) interest: BigInt,
    pub(super) principal: BigInt,
    counted: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Lent {
    pub(super) lender: usize,
    pub(super) borrower: usize,
    kind: Kind,
    /// The day on which everything falls due, once notice was given.
    called: Option<u32>,
    stated: BigInt,
    rate: u64,
    periods: u32,
    draw: u32,
    pub(super) line: Option<usize>,
    days: Days,
    probation: u32,
    fee: u64,
    index: Option<Index>,
    /// The period in which the rate was fixed last.
    fixed: u32,
    /// Over 90 days late once and not cured: how many due dates had passed on the last day on which it was late.
    watched: Option<u32>,
    /// Who shares it.
    pub(super) group: Option<Group>,
    /// What stands in suspense.
    pub(super) aside: BigInt,
    pub(super) status: &'static str,
    until: u32,
    start: u32,
    pub(super) outstanding: BigInt,
    pub(super) undrawn: BigInt,
    /// Interest of the running period, over 360 × 10^12.
    accrued: BigInt,
    instalment: BigInt,
    passed: u32,
    /// First day of the running period.
    period: u32,
    pub(super) penalty: BigInt,
    pub(super) costs: u64,
    charged: u64,
    pub(super) items: Vec<Due>,
}

#[derive(Clone, Debug)]
pub(super) struct Terms {
    cap: BigInt,
    last: u32,
    once: bool,
    fee: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Promise {
    pub(super) lender: usize,
    pub(super) borrower: usize,
    terms: Terms,
    pub(super) status: &'static str,
    pub(super) revision: u32,
    proposed: Option<(usize, Terms, u32)>,
    pub(super) used: BigInt,
    pub(super) ever: BigInt,
    start: u32,
    months: i64,
    accrued: BigInt,
    pub(super) owed: BigInt,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Of {
    Loan(usize),
    Line(usize),
}

#[derive(Clone, Debug)]
pub(super) struct Cover {
    pub(super) of: Of,
    pub(super) pledgee: usize,
    pub(super) pledgor: usize,
    pub(super) state: &'static str,
    pub(super) until: Option<u32>,
    pub(super) items: Vec<(u16, BigInt)>,
    next: u16,
}

#[derive(Clone, Debug)]
pub(super) struct Renewal {
    pub(super) loan: usize,
    by: usize,
    kind: Kind,
    stated: BigInt,
    rate: u64,
    periods: u32,
    capital: bool,
    days: Days,
    probation: u32,
    index: Option<Index>,
    until: u32,
    pub(super) state: &'static str,
}

/// Which days are closed, as it is known today.
#[derive(Clone, Debug, Default)]
pub(super) struct Closed {
    weekends: bool,
    days: Vec<u32>,
    /// Whether it was said at this instant: in this block, or in one of the same time.
    is_new: bool,
}

impl Closed {
    fn is_open(&self, day: u32) -> bool {
        // 1 January 1970 was a Thursday.
        let is_weekend = self.weekends && (day + 3) % 7 >= 5;
        !is_weekend && !self.days.contains(&day)
    }

    fn shifted(&self, days: Days, day: u32) -> u32 {
        let next = || (day..).find(|it| self.is_open(*it)).unwrap();
        let before = || (0..=day).rev().find(|it| self.is_open(*it)).unwrap();
        let month = |it: u32| BusinessDate(it).civil().1;
        match days {
            Days::Any => day,
            Days::Next => next(),
            Days::Before => before(),
            Days::Within if month(next()) == month(day) => next(),
            Days::Within => before(),
        }
    }
}

/// Where the players keep their money, and what a day is there.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// Account of each player.
    pub(super) accounts: Vec<AccountId>,
    /// Holding account of each bank.
    pub(super) holdings: Vec<AccountId>,
    pub(super) parameters: LedgerParameters,
}

/// What somebody states the index to be.
#[derive(Clone, Debug)]
struct Fixing {
    value: i64,
    observed: u64,
    expires: u64,
}

pub(crate) struct Naive {
    pub(super) now: u64,
    pub(super) stage: Places,
    pub(super) today: u32,
    closed: Closed,
    pub(super) money: Vec<BigInt>,
    pub(super) loans: Vec<Lent>,
    pub(super) lines: Vec<Promise>,
    pub(super) covers: Vec<Cover>,
    pub(super) renewals: Vec<Renewal>,
    pub(super) bonds: Vec<Bond>,
    /// What operator and oracle stated last, in the order in which they did so first.
    fixings: Vec<(usize, Fixing)>,
    /// While days pass: what loans give back to their lines. A line hears of it when the block has worked them off, whatever day they were due.
    given_back: Option<Vec<(usize, BigInt)>>,
}

fn big(number: u64) -> BigInt {
    BigInt::from(number)
}

/// Half to even, by remainders.
fn rounded(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let (floor, rest) = (numerator / denominator, numerator % denominator);
    let twice: BigInt = rest * 2;
    let odd = &floor % 2 == BigInt::from(1);
    if twice > *denominator || (twice == *denominator && odd) {
        floor + 1
    } else {
        floor
    }
}

fn year() -> BigInt {
    big(ONE) * 360
}

/// The instalment that pays so much off by these dates at this rate, of which every 360 days are a year: what it is worth today is what is owed.
fn annuity(principal: &BigInt, rate: u64, from: u32, dates: impl Iterator<Item = u32>) -> BigInt {
    let (mut from, mut growths) = (from, Vec::new());
    for date in dates {
        growths.push(year() + big(rate) * (date - from));
        from = date;
    }
    // Each payment is carried to the last date, as what is owed is.
    let mut worth = BigInt::ZERO;
    for k in 0..growths.len() {
        let later: BigInt = growths[k + 1..].iter().product();
        worth += later * year().pow(u32::try_from(k).unwrap() + 1);
    }
    let owed: BigInt = growths.iter().product();
    rounded(&(owed * principal), &worth)
}

fn months_after(day: u32, months: i64) -> u32 {
    BusinessDate(day).plus_months(months).unwrap().0
}

impl Lent {
    pub(super) fn owed_principal(&self) -> BigInt {
        let due: BigInt = self.items.iter().map(|it| &it.principal).sum();
        &self.outstanding + due
    }

    /// How often something falls due.
    fn due_dates(&self) -> u32 {
        if self.kind == Kind::Term {
            1
        } else {
            self.periods
        }
    }

    fn set_instalment(&mut self, today: u32, closed: &Closed) {
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

    fn begin(&mut self, today: u32, principal: BigInt, at_once: bool, closed: &Closed) {
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
    fn has_plan(kind: &Kind, principal: &BigInt, periods: u32) -> bool {
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
    fn has_shape(kind: &Kind, principal: &BigInt, periods: u32) -> bool {
        *kind == Kind::Linear || Lent::has_plan(kind, principal, periods)
    }

    fn listed(list: &[(u32, u64)], k: u32) -> BigInt {
        let mut from = list.iter().filter(|(period, _)| *period <= k);
        big(from.next_back().map_or(0, |it| it.1))
    }

    /// Whether two banks may share it.
    pub(super) fn may_be_shared(&self) -> bool {
        self.line.is_none() && self.group.is_none() && BANKS <= self.borrower && !self.grows()
    }

    pub(super) fn grows(&self) -> bool {
        matches!(self.kind, Kind::Growing(..))
    }

    pub(super) fn name(&self) -> &'static str {
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
    pub(super) fn rate(&self) -> u64 {
        match self.status {
            "offered" | "lapsed" => 0,
            _ => self.rate,
        }
    }

    pub(super) fn fixed(&self) -> u32 {
        self.fixed
    }

    /// Whether it follows an index, and the rate of this period does not yet.
    pub(super) fn may_be_fixed(&self) -> bool {
        self.index.is_some() && self.passed + 1 > self.fixed
    }

    fn is_rolling(&self) -> bool {
        matches!(self.kind, Kind::Rolling(..))
    }

    /// Interest and principal that fall due with a period that is not the last.
    fn regular(&mut self, interest: &BigInt) -> (BigInt, BigInt) {
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

    fn is_over(&self) -> bool {
        let zero = BigInt::ZERO;
        self.penalty == zero
            && self.costs == 0
            && self.items.is_empty()
            && self.outstanding == zero
            && self.accrued == zero
            && self.undrawn == zero
    }

    fn runs(&self) -> bool {
        let zero = BigInt::ZERO;
        self.outstanding > zero || self.accrued > zero || self.undrawn > zero
    }

    /// What falls due by `day`, by the days that are known to be closed.
    fn come_due(&mut self, day: u32, closed: &Closed) {
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
    fn night(&mut self, day: u32, closed: &Closed) {
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

    fn fall_due(&mut self, day: u32, interest: BigInt, principal: BigInt) {
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
    pub(super) fn standing(&self, today: u32) -> &'static str {
        match (self.days_late(today), self.watched) {
            (91.., _) => "non-performing",
            (_, Some(_)) => "probation",
            (0, None) => "performing",
            (_, None) => "past-due",
        }
    }

    fn watch(&mut self, today: u32) {
        let late = self.days_late(today);
        if self.probation > 0 && (late > 90 || (late > GRACE && self.watched.is_some())) {
            self.watched = Some(self.passed);
        }
    }

    fn cure(&mut self) {
        let served = self.watched.map(|since| self.passed - since);
        if self.items.is_empty() && served.is_some_and(|served| served >= self.probation) {
            self.watched = None;
        }
    }

    pub(super) fn penalty_now(&self, today: u32) -> BigInt {
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
    fn roll(&mut self, back: &BigInt) {
        if self.is_rolling() && self.called.is_none() && self.passed < self.periods {
            self.undrawn += back;
        }
    }

    /// Takes up to `money` for what is due and `early` of the rest; answers what was taken, and what of it is interest of which period.
    fn serve(
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

    fn days_late(&self, today: u32) -> u32 {
        self.items
            .first()
            .map_or(0, |it| today.saturating_sub(it.due))
    }

    fn call(&mut self, today: u32) {
        let interest = rounded(&self.accrued, &year());
        self.accrued = BigInt::ZERO;
        self.undrawn = BigInt::ZERO;
        self.passed = self.due_dates();
        let rest = self.outstanding.clone();
        self.fall_due(today, interest, rest);
    }
}

impl Promise {
    fn free(&self) -> BigInt {
        let counts = if self.terms.once {
            &self.ever
        } else {
            &self.used
        };
        (&self.terms.cap - counts).max(BigInt::ZERO)
    }

    pub(super) fn room(&self, today: u32) -> BigInt {
        if self.status == "open" && today <= self.terms.last {
            self.free()
        } else {
            BigInt::ZERO
        }
    }

    fn charge(&mut self) {
        self.owed += rounded(&self.accrued, &year());
        self.accrued = BigInt::ZERO;
        self.months += 1;
    }

    fn night(&mut self, day: u32) {
        if self.proposed.as_ref().is_some_and(|it| it.2 <= day) {
            self.proposed = None;
            if self.status == "offered" {
                self.status = "lapsed";
            }
        }
        if self.status != "open" {
            return;
        }
        self.accrued += self.free() * self.terms.fee;
        if day > self.terms.last {
            self.charge();
            self.status = "expired";
            self.proposed = None;
        } else if day == months_after(self.start, self.months + 1) {
            self.charge();
        }
    }
}

impl Naive {
    pub(super) fn new((now, today): (u64, u32), money: Vec<BigInt>, stage: Places) -> Naive {
        Naive {
            now,
            stage,
            today,
            closed: Closed::default(),
            money,
            loans: Vec::new(),
            lines: Vec::new(),
            covers: Vec::new(),
            renewals: Vec::new(),
            bonds: Vec::new(),
            fixings: Vec::new(),
            given_back: None,
        }
    }

    /// Days pass, one by one.
    pub(super) fn open(&mut self, now: u64, today: u32) {
        self.given_back = Some(Vec::new());
        // What came due by days that were declared at an earlier instant may have ended a loan.
        if now > self.now {
            self.closed.is_new = false;
            (0..self.loans.len()).for_each(|id| self.work_off(id));
            for it in &mut self.loans {
                if it.status == "active" && it.is_over() {
                    it.status = "closed";
                }
            }
            self.end_suspense();
        }
        self.now = now;
        while self.today < today {
            self.today += 1;
            let day = self.today;
            let closed = &self.closed;
            self.loans.iter_mut().for_each(|it| it.night(day, closed));
            (0..self.loans.len()).for_each(|id| self.work_off(id));
            self.end_suspense();
            self.lines.iter_mut().for_each(|it| it.night(day));
            self.expire_bonds();
            for it in &mut self.renewals {
                if it.state == "proposed" && day >= it.until {
                    it.state = "lapsed";
                }
            }
            for it in &mut self.covers {
                if it.until.is_some_and(|until| until <= day) {
                    (it.state, it.until) = ("CloseOut", None);
                }
            }
        }
        for (line, by) in self.given_back.take().unwrap_or_default() {
            self.use_line(Some(line), &by);
        }
    }

    fn end_suspense(&mut self) {
        for id in 0..self.loans.len() {
            if self.loans[id].status == "closed" {
                self.give_back(id);
            }
        }
    }

    /// The block ends: every cover is looked at.
    pub(super) fn look(&mut self) {
        for id in 0..self.covers.len() {
            let (owed, held) = (self.exposure(self.covers[id].of), self.held(id));
            let within = |percent: u64| &owed * 100 <= &held * percent;
            let (today, it) = (self.today, &mut self.covers[id]);
            if it.state == "Asked" {
                continue;
            }
            it.state = if within(80) {
                "Kept"
            } else if within(90) {
                "Warned"
            } else if within(100) && it.state != "CloseOut" {
                "Called"
            } else {
                "CloseOut"
            };
            it.until = match (it.state, it.until) {
                ("Called", None) => Some(today + CURE_DAYS + 1),
                ("Called", until) => until,
                _ => None,
            };
        }
    }

    fn exposure(&self, of: Of) -> BigInt {
        match of {
            Of::Loan(id) => match self.loans[id].status {
                "active" | "written-off" => self.loans[id].owed_principal(),
                _ => BigInt::ZERO,
            },
            Of::Line(id) => self.lines[id].used.clone(),
        }
    }

    fn held(&self, cover: usize) -> BigInt {
        self.covers[cover].items.iter().map(|it| &it.1).sum()
    }

    /// What a player may still spend.
    pub(super) fn free(&self, player: usize) -> BigInt {
        let own = self.covers.iter().filter(|it| it.pledgor == player);
        let aside: BigInt = own.flat_map(|it| &it.items).map(|it| &it.1).sum();
        &self.money[player] - aside
    }

    fn pay(&mut self, from: usize, to: usize, sum: &BigInt) {
        self.money[from] -= sum;
        self.money[to] += sum;
    }

    fn may_owe(&self, of: Of, more: &BigInt, running: bool) -> bool {
        let cover = self.covers.iter().position(|it| it.of == of);
        cover.is_none_or(|id| {
            let binds = !running || self.covers[id].state != "Asked";
            let owed = self.exposure(of) + more;
            !binds || *more == BigInt::ZERO || owed * 100 <= self.held(id) * 90
        })
    }

    fn agree_cover(&mut self, of: Of) {
        for it in self.covers.iter_mut().filter(|it| it.of == of) {
            if it.state == "Asked" {
                it.state = "Kept";
            }
        }
    }

    fn may_use(&self, line: Option<usize>, sum: &BigInt) -> bool {
        line.is_none_or(|id| {
            let it = &self.lines[id];
            let open = it.status == "open" && self.today <= it.terms.last;
            open && it.owed == BigInt::ZERO
                && *sum <= it.room(self.today)
                && self.may_owe(Of::Line(id), sum, true)
        })
    }

    fn use_line(&mut self, line: Option<usize>, by: &BigInt) {
        if let Some((id, given_back)) = line.zip(self.given_back.as_mut()) {
            given_back.push((id, by.clone()));
        } else if let Some(id) = line {
            self.lines[id].used += by;
            if *by > BigInt::ZERO {
                self.lines[id].ever += by;
            }
        }
    }

    fn borrows(&self, sender: usize, loan: &Lent) -> bool {
        sender == loan.borrower || sender == SPONSOR[loan.borrower]
    }

    /// Whether it takes effect, which it then does.
    pub(super) fn takes_effect(&mut self, sender: usize, ask: &Ask) -> bool {
        self.ask_loan(sender, ask)
            .or_else(|| self.ask_line(sender, ask))
            .or_else(|| self.ask_cover(sender, ask))
            .or_else(|| self.ask_share(sender, ask))
            .or_else(|| self.ask_bond(sender, ask))
            .unwrap()
    }

    fn ask_loan(&mut self, sender: usize, ask: &Ask) -> Option<bool> {
        Some(match *ask {
            Ask::Offer { .. } => self.offer(sender, ask),
            Ask::Accept(id) => self.accept(sender, id),
            Ask::Draw(id, sum) => self.draw(sender, id, &big(sum)),
            Ask::Repay(id, sum, early) => self.repay(sender, id, &big(sum), &big(early)),
            Ask::Prepay(id, sum) => self.prepay(sender, id, &big(sum)),
            Ask::Call(id) => self.call(sender, id, GRACE, "active"),
            Ask::WriteOff(id) => self.call(sender, id, 90, "written-off"),
            Ask::Renew { .. } => self.renew(sender, ask),
            Ask::Concur(id) => self.concur(sender, id),
            Ask::Charge(id, sum) => self.charge(sender, id, sum),
            Ask::Fix(value, observed, expires) => self.fix(sender, value, observed, expires),
            Ask::Reset(id) => self.reset(sender, id),
            Ask::Declare(weekends, ref days) => self.declare(sender, weekends, days),
            _ => return None,
        })
    }

    /// Days are declared anew, unless it was done in this block; what was due by the old ones has fallen due.
    fn declare(&mut self, sender: usize, weekends: bool, days: &[u32]) -> bool {
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

    fn offer(&mut self, sender: usize, ask: &Ask) -> bool {
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
    fn has_plan(
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

    fn accept(&mut self, sender: usize, id: usize) -> bool {
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

    fn draw(&mut self, sender: usize, id: usize, sum: &BigInt) -> bool {
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

    fn repay(&mut self, sender: usize, id: usize, sum: &BigInt, early: &BigInt) -> bool {
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
    fn booked(&mut self, id: usize, mut after: Lent) {
        let back = after.owed_principal() - self.loans[id].owed_principal();
        if after.is_over() {
            after.status = "closed";
        }
        let line = after.line;
        self.loans[id] = after;
        self.use_line(line, &back);
        self.end_suspense();
    }

    fn prepay(&mut self, sender: usize, id: usize, sum: &BigInt) -> bool {
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

    fn call(&mut self, sender: usize, id: usize, days: u32, status: &'static str) -> bool {
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
    fn charge(&mut self, sender: usize, id: usize, sum: u64) -> bool {
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
    fn fix(&mut self, sender: usize, value: i64, observed: u64, expires: u64) -> bool {
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
    fn reset(&mut self, sender: usize, id: usize) -> bool {
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

    fn renew(&mut self, sender: usize, ask: &Ask) -> bool {
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

    fn concur(&mut self, sender: usize, id: usize) -> bool {
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
