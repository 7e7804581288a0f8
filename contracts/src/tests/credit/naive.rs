//! The naive executor of loans, lines and collateral: lists, big integers, one day after the other, the rules written down a second time.
//!
//! It knows one asset, interest A/360, months, and cash as collateral. Every sum of money is an integer of any size.

use num_bigint::BigInt;
use sycee_primitives::{AccountId, BusinessDate};

use crate::LedgerParameters;

pub(crate) use ask::{Ask, Days, Index, Kind};
pub(super) use bonds::Bond;
pub(super) use shares::Group;

mod ask;
mod bonds;
mod covers;
mod lent;
mod lines;
mod loans;
mod shares;

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
}
