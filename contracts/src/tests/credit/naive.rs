//! The naive executor of loans, lines and collateral: lists, big integers, one day after the other, the rules written down a second time.
//!
//! It knows one asset, interest A/360, months, and cash as collateral. Every sum of money is an integer of any size.

use num_bigint::BigInt;
use sycee_primitives::BusinessDate;

mod covers;
mod lines;

/// What a random instruction asks for.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Offer {
        lender: usize,
        borrower: usize,
        linear: bool,
        principal: u64,
        rate: u64,
        periods: u32,
        draw: u32,
        line: Option<usize>,
        days: Days,
    },
    Accept(usize),
    Draw(usize, u64),
    Repay(usize, u64, u64),
    Prepay(usize, u64),
    Call(usize),
    WriteOff(usize),
    Renew {
        loan: usize,
        linear: bool,
        principal: u64,
        rate: u64,
        periods: u32,
        capital: bool,
        days: Days,
    },
    Concur(usize),
    /// Weekends are closed or not, and so are these days from today on.
    Declare(bool, Vec<u32>),
    OpenLine {
        lender: usize,
        borrower: usize,
        cap: u64,
        days: u32,
        once: bool,
        fee: u64,
    },
    Agree(usize, u32),
    Amend {
        line: usize,
        cap: u64,
        days: u32,
        once: bool,
        fee: u64,
    },
    EndLine(usize),
    PayFee(usize),
    WantLoan(usize),
    WantLine(usize),
    PutUp(usize, u64),
    PutDown(usize, u16),
    Swap(usize, u16, u64),
    Take(usize, u16),
}

/// Where a due date goes that falls on a closed day.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Days {
    Any,
    Next,
    Before,
    /// The next open day of the month, or the last one before.
    Within,
}

/// The players by number: two banks, three borrowers; each has one account, and pledges from it.
pub(super) const PLAYERS: usize = 5;
pub(super) const BANKS: usize = 2;

/// Who declares the days of the calendar that loans follow: nobody of the players.
pub(super) const OPERATOR: usize = PLAYERS;

/// Sponsor bank of each borrower.
const SPONSOR: [usize; PLAYERS] = [9, 9, 0, 1, 0];

const ONE: u64 = 1_000_000_000_000;
const GRACE: u32 = 5;
const OFFER_DAYS: u32 = 10;
pub(super) const CURE_DAYS: u32 = 3;

#[derive(Clone, Debug)]
pub(super) struct Due {
    pub(super) due: u32,
    pub(super) interest: BigInt,
    pub(super) principal: BigInt,
    counted: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Lent {
    pub(super) lender: usize,
    pub(super) borrower: usize,
    linear: bool,
    stated: BigInt,
    rate: u64,
    periods: u32,
    draw: u32,
    pub(super) line: Option<usize>,
    days: Days,
    pub(super) status: &'static str,
    offered: u32,
    start: u32,
    pub(super) outstanding: BigInt,
    pub(super) undrawn: BigInt,
    /// Interest of the running period, over 360 × 10^12.
    accrued: BigInt,
    instalment: BigInt,
    passed: u32,
    pub(super) penalty: BigInt,
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
    linear: bool,
    stated: BigInt,
    rate: u64,
    periods: u32,
    capital: bool,
    days: Days,
    offered: u32,
    pub(super) state: &'static str,
}

/// Which days are closed, as it is known today.
#[derive(Clone, Debug, Default)]
pub(super) struct Closed {
    weekends: bool,
    days: Vec<u32>,
    /// Whether it was said in this block.
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

pub(super) struct Naive {
    pub(super) today: u32,
    closed: Closed,
    pub(super) money: Vec<BigInt>,
    pub(super) loans: Vec<Lent>,
    pub(super) lines: Vec<Promise>,
    pub(super) covers: Vec<Cover>,
    pub(super) renewals: Vec<Renewal>,
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

fn months_after(day: u32, months: i64) -> u32 {
    BusinessDate(day).plus_months(months).unwrap().0
}

impl Lent {
    pub(super) fn owed_principal(&self) -> BigInt {
        let due: BigInt = self.items.iter().map(|it| &it.principal).sum();
        &self.outstanding + due
    }

    fn set_instalment(&mut self) {
        let left = self.periods.saturating_sub(self.passed).max(1);
        self.instalment = if self.linear {
            rounded(&self.outstanding, &big(left.into()))
        } else {
            BigInt::ZERO
        };
    }

    fn begin(&mut self, today: u32, principal: BigInt, at_once: bool) {
        self.start = today;
        self.passed = 0;
        self.accrued = BigInt::ZERO;
        (self.outstanding, self.undrawn) = if at_once {
            (principal, BigInt::ZERO)
        } else {
            (BigInt::ZERO, principal)
        };
        self.set_instalment();
    }

    /// Whether the plan repays no more than there is before its last period.
    fn has_plan(linear: bool, principal: &BigInt, periods: u32) -> bool {
        let each = rounded(principal, &big(periods.into()));
        !linear || each * big(u64::from(periods) - 1) <= *principal
    }

    fn is_over(&self) -> bool {
        let zero = BigInt::ZERO;
        self.penalty == zero
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
        while self.status == "active" && self.passed < self.periods && self.runs() {
            let due = months_after(self.start, i64::from(self.passed) + 1);
            if day < closed.shifted(self.days, due) {
                return;
            }
            let interest = rounded(&self.accrued, &year());
            self.accrued = BigInt::ZERO;
            self.passed += 1;
            let all = self.passed == self.periods || self.items.len() >= 60;
            let principal = if all {
                self.passed = self.periods;
                self.undrawn = BigInt::ZERO;
                self.outstanding.clone()
            } else {
                self.instalment.clone().min(self.outstanding.clone())
            };
            self.fall_due(day, interest, principal);
        }
    }

    /// One night passes, and `day` begins.
    fn night(&mut self, day: u32, closed: &Closed) {
        if self.status == "offered" && day >= self.offered + OFFER_DAYS {
            self.status = "lapsed";
        }
        if self.status != "active" {
            return;
        }
        if self.passed < self.periods && self.runs() {
            self.accrued += &self.outstanding * self.rate;
        }
        self.come_due(day, closed);
        if day > self.start + self.draw {
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
                due: day,
                interest,
                principal,
                counted: day + GRACE,
            });
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

    /// Takes up to `money` for what is due and `early` of the rest; answers what was taken.
    fn serve(&mut self, today: u32, money: &BigInt, early: &BigInt) -> BigInt {
        let mut left = money.clone();
        let mut take = |want: &BigInt| {
            let part = want.clone().min(left.clone());
            left -= &part;
            part
        };
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
                *part -= take(part);
            }
        }
        let zero = BigInt::ZERO;
        self.items
            .retain(|it| it.interest > zero || it.principal > zero);
        let early = take(&early.clone().min(self.outstanding.clone()));
        if early > zero {
            self.outstanding -= &early;
            self.set_instalment();
        }
        money - left
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
        self.passed = self.periods;
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
    pub(super) fn new(today: u32, money: Vec<BigInt>) -> Naive {
        Naive {
            today,
            closed: Closed::default(),
            money,
            loans: Vec::new(),
            lines: Vec::new(),
            covers: Vec::new(),
            renewals: Vec::new(),
        }
    }

    /// Days pass, one by one.
    pub(super) fn open(&mut self, today: u32) {
        self.closed.is_new = false;
        // What came due by days that were declared in the block before may have ended a loan.
        for it in &mut self.loans {
            if it.status == "active" && it.is_over() {
                it.status = "closed";
            }
        }
        while self.today < today {
            self.today += 1;
            let day = self.today;
            let closed = &self.closed;
            self.loans.iter_mut().for_each(|it| it.night(day, closed));
            self.lines.iter_mut().for_each(|it| it.night(day));
            for it in &mut self.renewals {
                if it.state == "proposed" && day >= it.offered + OFFER_DAYS {
                    it.state = "lapsed";
                }
            }
            for it in &mut self.covers {
                if it.until.is_some_and(|until| until <= day) {
                    (it.state, it.until) = ("CloseOut", None);
                }
            }
        }
    }

    /// The block ends: every cover is looked at.
    pub(super) fn close(&mut self) {
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
        if let Some(id) = line {
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
    pub(super) fn ask(&mut self, sender: usize, ask: &Ask) -> bool {
        self.ask_loan(sender, ask)
            .or_else(|| self.ask_line(sender, ask))
            .or_else(|| self.ask_cover(sender, ask))
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
            days: days.iter().map(|it| today + it).collect(),
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
            linear,
            principal,
            rate,
            periods,
            draw,
            line,
            days,
        } = *ask
        else {
            return false;
        };
        let own = sender == lender && lender < BANKS && lender != borrower;
        let fits = line.is_none_or(|id| {
            self.lines.get(id).is_some_and(|it| {
                (it.lender, it.borrower) == (lender, borrower)
                    && it.status == "open"
                    && self.today <= it.terms.last
            })
        });
        let takes = own && Lent::has_plan(linear, &big(principal), periods) && fits;
        if takes {
            self.loans.push(Lent {
                lender,
                borrower,
                linear,
                stated: big(principal),
                rate,
                periods,
                draw,
                line,
                days,
                status: "offered",
                offered: self.today,
                start: self.today,
                outstanding: BigInt::ZERO,
                undrawn: BigInt::ZERO,
                accrued: BigInt::ZERO,
                instalment: BigInt::ZERO,
                passed: 0,
                penalty: BigInt::ZERO,
                items: Vec::new(),
            });
        }
        takes
    }

    fn accept(&mut self, sender: usize, id: usize) -> bool {
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let at_once = it.draw == 0;
        let paid = if at_once {
            it.stated.clone()
        } else {
            BigInt::ZERO
        };
        let takes = it.borrower == sender
            && it.status == "offered"
            && self.may_use(it.line, &paid)
            && self.may_owe(Of::Loan(id), &paid, false)
            && paid <= self.free(it.lender);
        if takes {
            self.pay(it.lender, it.borrower, &paid);
            let today = self.today;
            self.loans[id].status = "active";
            self.loans[id].begin(today, it.stated, at_once);
            self.use_line(it.line, &paid);
            self.agree_cover(Of::Loan(id));
        }
        takes
    }

    fn draw(&mut self, sender: usize, id: usize, sum: &BigInt) -> bool {
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let takes = self.borrows(sender, &it)
            && it.status == "active"
            && *sum <= it.undrawn
            && it.days_late(self.today) == 0
            && self.may_use(it.line, sum)
            && self.may_owe(Of::Loan(id), sum, true)
            && *sum <= self.free(it.lender);
        if takes {
            self.pay(it.lender, it.borrower, sum);
            let loan = &mut self.loans[id];
            loan.undrawn -= sum;
            loan.outstanding += sum;
            loan.set_instalment();
            self.use_line(it.line, sum);
        }
        takes
    }

    fn repay(&mut self, sender: usize, id: usize, sum: &BigInt, early: &BigInt) -> bool {
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let open = matches!(it.status, "active" | "written-off");
        let mut after = it.clone();
        let taken = after.serve(self.today, sum, early);
        let can = self.borrows(sender, &it) && taken <= self.free(it.borrower);
        let takes = open && can && taken > BigInt::ZERO;
        if takes {
            self.booked(id, after);
            self.pay(it.borrower, it.lender, &taken);
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
    }

    fn prepay(&mut self, sender: usize, id: usize, sum: &BigInt) -> bool {
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let clean = it.items.is_empty() && it.penalty == BigInt::ZERO;
        let may = self.borrows(sender, &it) && it.status == "active" && clean;
        if !may || *sum > it.outstanding {
            return false;
        }
        let mut after = it.clone();
        let whole = *sum == it.outstanding;
        let interest = if whole {
            rounded(&it.accrued, &year())
        } else {
            BigInt::ZERO
        };
        after.outstanding -= sum;
        if whole {
            (after.accrued, after.undrawn) = (BigInt::ZERO, BigInt::ZERO);
        } else {
            after.set_instalment();
        }
        let total = sum + interest;
        let takes = total <= self.free(it.borrower);
        if takes {
            self.booked(id, after);
            self.pay(it.borrower, it.lender, &total);
        }
        takes
    }

    fn call(&mut self, sender: usize, id: usize, days: u32, status: &'static str) -> bool {
        let today = self.today;
        let Some(it) = self.loans.get_mut(id) else {
            return false;
        };
        let takes = it.lender == sender && it.status == "active" && it.days_late(today) > days;
        if takes {
            it.call(today);
            it.status = status;
        }
        takes
    }

    fn renew(&mut self, sender: usize, ask: &Ask) -> bool {
        let Ask::Renew {
            loan,
            linear,
            principal,
            rate,
            periods,
            capital,
            days,
        } = *ask
        else {
            return false;
        };
        let takes = self.loans.get(loan).is_some_and(|it| {
            it.status == "active" && (it.lender == sender || it.borrower == sender)
        });
        if takes {
            for it in self.renewals.iter_mut().filter(|it| it.loan == loan) {
                if it.state == "proposed" {
                    it.state = "superseded";
                }
            }
            self.renewals.push(Renewal {
                loan,
                by: sender,
                linear,
                stated: big(principal),
                rate,
                periods,
                capital,
                days,
                offered: self.today,
                state: "proposed",
            });
        }
        takes
    }

    fn concur(&mut self, sender: usize, id: usize) -> bool {
        let Some(new) = self.renewals.get(id).cloned() else {
            return false;
        };
        let old = self.loans[new.loan].clone();
        let party = old.lender == sender || old.borrower == sender;
        if new.state != "proposed" || old.status != "active" || !party || new.by == sender {
            return false;
        }
        let mut unpaid: Vec<BigInt> = old.items.iter().map(|it| it.interest.clone()).collect();
        unpaid.push(rounded(&old.accrued, &year()));
        let interest: BigInt = unpaid.iter().sum();
        let more = if new.capital { interest } else { BigInt::ZERO };
        let principal = old.owed_principal() + &more;
        let fits = principal > BigInt::ZERO && principal <= new.stated;
        if !fits || !Lent::has_plan(new.linear, &principal, new.periods) {
            return false;
        }
        let covered =
            self.may_use(old.line, &more) && self.may_owe(Of::Loan(new.loan), &more, true);
        if more > BigInt::ZERO && !covered {
            return false;
        }
        let mut after = old.clone();
        after.penalty = old.penalty_now(self.today);
        (after.linear, after.rate, after.periods) = (new.linear, new.rate, new.periods);
        after.days = new.days;
        after.draw = 0;
        after.items.clear();
        after.begin(self.today, principal, true);
        if !new.capital {
            let today = self.today;
            let due = unpaid.into_iter().filter(|it| *it > BigInt::ZERO);
            after.items = due
                .map(|interest| Due {
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
        true
    }
}
