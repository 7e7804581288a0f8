//! Random operations on loans, lines and collateral against a naive executor that walks day by day in big integers.
//!
//! After every block every receipt, every balance and every row are those of the naive executor, and the invariants hold on the ledger's rows
//! alone: I12 and I13 (what is owed, paid and scheduled is the naive sum), I15 and I16 (`invariants`). `SYCEE_OPERATIONS=1000000` runs a million
//! of them; `SYCEE_SEED` another million.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, Height, ParticipantId,
};

use super::{
    invariants,
    language::{DAY, Stage, chain, secret},
    life::{Rows, restore, store},
};
use crate::{
    collateral::{CollateralItem, CoverTerms, Pledged, Secured},
    line::{LineStatus, LineTerms},
    loan::{
        CustomTerms, LoanCalendar, LoanKind, LoanTerms, NegativeTerms, NoticeTerms,
        PrepaymentTerms, RevolvingTerms, Share, Step, SuretyTerms, VersionState,
    },
    term::{
        calendar::{DayConvention, Shift, ShiftOrder},
        day_count::DayCount,
        waterfall::Bucket,
    },
    *,
};
use naive::{Ask, BANKS, Days, Kind, Naive, OPERATOR, PLAYERS};

mod naive;

/// Name, participant and account of each player, in the order of the naive executor.
const NAMES: [(&str, u32, &str); PLAYERS] = [
    ("ba", 1, "A1"),
    ("bb", 2, "B1"),
    ("c1", 3, "C1"),
    ("c2", 4, "C2"),
    ("s2", 8, "S2"),
];

const FIRST_DAY: u32 = 20_788;

/// Whose calendar loans follow: not that of the money that is lent, so that margin calls keep every day.
const DAYS_OF: AssetId = AssetId(1);

/// Once in so many blocks the ledger is stored, and goes on from its rows.
const RESTORED_EVERY: u64 = 64;

struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn small(&mut self, sides: u32) -> u32 {
        u32::try_from(self.below(sides.into())).unwrap()
    }

    fn of(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count.max(1) as u64)).unwrap()
    }

    /// Mostly one of the last, now and then one that is not there.
    fn recent(&mut self, count: usize) -> usize {
        (count + usize::from(self.below(30) == 0)).saturating_sub(1 + self.of(8))
    }
}

/// Mostly what may succeed, by whoever it concerns; now and then by anybody.
fn draw(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let (sender, ask) = match dice.below(48) {
        0 => draw_holidays(dice),
        1..=20 => draw_loan(dice, naive),
        21..=25 => draw_share(dice, naive),
        26..=28 => draw_bond(dice, naive),
        29..=34 => draw_line(dice, naive),
        _ => draw_cover(dice, naive),
    };
    match dice.below(15) {
        0 => (dice.of(PLAYERS), ask),
        _ => (sender, ask),
    }
}

fn draw_days(dice: &mut Dice) -> Days {
    [Days::Any, Days::Next, Days::Before, Days::Within][dice.of(4)]
}

fn draw_kind(dice: &mut Dice) -> Kind {
    match dice.below(9) {
        0..=2 => Kind::Bullet,
        3..=5 => Kind::Linear,
        6 => Kind::Growing(dice.below(400), dice.below(120_000)),
        7 => Kind::Listed(vec![(1, dice.below(3_000)), (3, dice.below(12_000))]),
        _ if dice.below(2) == 0 => Kind::AtCall(dice.small(4)),
        _ => Kind::Rolling(dice.small(4), dice.below(40), dice.below(3_000)),
    }
}

fn draw_bond(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let parties = |id: usize| {
        let loan = naive.loans.get(id);
        loan.map_or((0, 2), |it| (it.lender, it.borrower))
    };
    let today = naive.today;
    let late = |it: &naive::Bond| {
        let loan = naive.loans.get(it.loan);
        it.state == "Given" && loan.is_some_and(|it| it.status == "active" && it.is_late(today))
    };
    let mut bond = dice.of(naive.bonds.len());
    let callable = naive.bonds.iter().rposition(late);
    match dice.below(12) {
        0..=2 => {
            let id = pick(dice, naive, |it| it.status == "active" && it.may_end());
            let (lender, borrower) = parties(id);
            let party = if dice.below(2) == 0 { lender } else { borrower };
            (party, Ask::Notice(id))
        }
        3..=5 => {
            let id = pick(dice, naive, |it| it.status == "active");
            let (lender, borrower) = parties(id);
            let others = (0..PLAYERS).filter(|it| *it != lender && *it != borrower);
            let others: Vec<usize> = others.collect();
            let who = others[dice.of(others.len())];
            let most = 1 + dice.below(50_000);
            let days = dice.small(400);
            (who, Ask::Stand(id, who, most, 1 + dice.below(100), days))
        }
        6..=8 => {
            bond = callable.unwrap_or(bond);
            let of = naive.bonds.get(bond).map_or(0, |it| it.loan);
            (parties(of).0, Ask::CallBond(bond))
        }
        9 | 10 => {
            let unpaid = naive.bonds.iter().rposition(|it| it.repaid < it.paid);
            bond = unpaid.unwrap_or(bond);
            let of = naive.bonds.get(bond).map_or(0, |it| it.loan);
            (parties(of).1, Ask::RepayBond(bond, 1 + dice.below(20_000)))
        }
        _ => {
            let of = naive.bonds.get(bond).map_or(0, |it| it.loan);
            (parties(of).0, Ask::DropBond(bond))
        }
    }
}

/// A week of holidays, or two, in the days to come.
fn draw_holidays(dice: &mut Dice) -> (usize, Ask) {
    let mut days = Vec::new();
    let mut from = 0;
    for _ in 0..dice.below(4) {
        from += dice.small(20);
        let to = from + 1 + dice.small(8);
        days.extend(from..to);
        from = to;
    }
    (OPERATOR, Ask::Declare(dice.below(2) == 0, days))
}

fn draw_offer(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let (lender, borrower) = (dice.of(BANKS), dice.of(PLAYERS));
    let line = dice.recent(naive.lines.len());
    let named = dice.below(2) == 0 && !naive.lines.is_empty();
    let (lender, borrower) = match naive.lines.get(line) {
        Some(it) if named && dice.below(8) > 0 => (it.lender, it.borrower),
        Some(_) | None => (lender, borrower),
    };
    let ask = Ask::Offer {
        lender,
        borrower,
        kind: draw_kind(dice),
        principal: 1 + dice.below(60_000),
        rate: dice.below(300_000_000_000),
        periods: 1 + dice.small(8),
        draw: dice.small(2) * 40,
        line: named.then_some(line),
        days: draw_days(dice),
        probation: dice.small(3),
    };
    (lender, ask)
}

/// What is done about a loan that was late for long.
fn draw_late(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let today = naive.today;
    let id = pick(dice, naive, |it| it.status == "active" && it.is_bad(today));
    // Lateness takes time, so any loan may be the one.
    let any = dice.of(naive.loans.len());
    let id = if dice.below(3) == 0 { any } else { id };
    let loan = naive.loans.get(id);
    let (lender, borrower) = loan.map_or((0, 2), |it| (it.lender, it.borrower));
    match dice.below(9) {
        // It is all paid now and then, and the loan begins to be watched.
        0..=2 => (borrower, Ask::Repay(id, 100_000, 0)),
        3 | 4 => (lender, Ask::Call(id)),
        _ => (lender, Ask::WriteOff(id)),
    }
}

fn draw_loan(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let id = dice.recent(naive.loans.len());
    let (lender, borrower) = naive
        .loans
        .get(id)
        .map_or((0, 2), |it| (it.lender, it.borrower));
    let sum = 1 + dice.below(40_000);
    match dice.below(20) {
        0..=3 => draw_offer(dice, naive),
        4..=6 => (borrower, Ask::Accept(id)),
        7 | 8 => (borrower, Ask::Draw(id, sum)),
        9..=11 => (borrower, Ask::Repay(id, sum, dice.below(3) * sum / 3)),
        13 | 14 => (borrower, Ask::Prepay(id, 1 + dice.below(20_000))),
        12 | 15 | 16 => draw_late(dice, naive),
        17 => {
            let ask = Ask::Renew {
                loan: id,
                kind: draw_kind(dice),
                principal: 1 + dice.below(80_000),
                rate: dice.below(300_000_000_000),
                periods: 1 + dice.small(8),
                capital: dice.below(2) == 0,
                days: draw_days(dice),
            };
            (if dice.below(2) == 0 { lender } else { borrower }, ask)
        }
        _ => {
            let id = dice.recent(naive.renewals.len());
            let loan = naive.renewals.get(id).map(|it| &naive.loans[it.loan]);
            let (lender, borrower) = loan.map_or((0, 2), |it| (it.lender, it.borrower));
            let sender = if dice.below(2) == 0 { lender } else { borrower };
            (sender, Ask::Concur(id))
        }
    }
}

/// Mostly a loan of which this is true, if there is one; now and then any.
fn pick(dice: &mut Dice, naive: &Naive, wanted: impl Fn(&naive::Lent) -> bool) -> usize {
    let loans = naive.loans.iter().enumerate().rev();
    let fit = loans.filter(|(_, it)| wanted(it)).map(|(id, _)| id);
    let fit: Vec<usize> = fit.take(12).collect();
    match dice.below(12) {
        0 => dice.recent(naive.loans.len()),
        _ if fit.is_empty() => dice.recent(naive.loans.len()),
        _ => fit[dice.of(fit.len())],
    }
}

fn draw_share(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let parties = |id: usize| {
        let loan = naive.loans.get(id);
        loan.map_or((0, 2), |it| (it.lender, it.borrower))
    };
    match dice.below(11) {
        0 | 1 => {
            let id = pick(dice, naive, |it| {
                it.status == "offered" && it.may_be_shared()
            });
            let fee = dice.below(2) * 10_000_000_000;
            let first = 1 + dice.below(999_999_998);
            (parties(id).0, Ask::Share(id, first, fee))
        }
        2 | 3 => {
            let id = pick(dice, naive, |it| {
                it.status == "offered" && it.group.as_ref().is_some_and(naive::Group::waits)
            });
            (1 - parties(id).0.min(1), Ask::Join(id))
        }
        4 | 5 => {
            let id = pick(dice, naive, |it| {
                it.status == "active" && it.group.is_some()
            });
            let held = naive.loans.get(id).and_then(|it| it.group.as_ref());
            let (held, seller) = (held.map_or([1, 1], naive::Group::ppb), dice.of(BANKS));
            let ppb = (held[seller] / (1 + dice.below(3))).max(1);
            (seller, Ask::Sell(id, seller, ppb, dice.below(3) * 500))
        }
        6 | 7 => {
            let id = pick(dice, naive, |it| {
                it.status == "active" && it.group.as_ref().is_some_and(|it| it.offered().is_some())
            });
            let group = naive.loans.get(id).and_then(|it| it.group.as_ref());
            let offer = group.and_then(naive::Group::offered).unwrap_or((0, 1, 0));
            let (seller, ppb, price) = offer;
            (1 - seller, Ask::Buy(id, seller, ppb, price))
        }
        8 | 9 => {
            let id = pick(dice, naive, |it| {
                it.status == "active" && it.outstanding > BigInt::ZERO
            });
            (parties(id).1, Ask::Over(id, 1 + dice.below(5_000)))
        }
        _ => {
            let id = pick(dice, naive, |it| it.aside > BigInt::ZERO);
            let (lender, borrower) = parties(id);
            let sender = if dice.below(2) == 0 { lender } else { borrower };
            (sender, Ask::GiveRest(id))
        }
    }
}

fn draw_line(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let id = dice.recent(naive.lines.len());
    let (lender, borrower, revision) = naive
        .lines
        .get(id)
        .map_or((0, 2, 1), |it| (it.lender, it.borrower, it.revision));
    let (cap, days) = (1 + dice.below(150_000), dice.small(200));
    let (once, fee) = (dice.below(3) == 0, dice.below(2) * 50_000_000_000);
    match dice.below(10) {
        0..=2 => {
            let (lender, borrower) = (dice.of(BANKS), dice.of(PLAYERS));
            let ask = Ask::OpenLine {
                lender,
                borrower,
                cap,
                days,
                once,
                fee,
            };
            (lender, ask)
        }
        3..=5 => {
            let sender = if dice.below(4) == 0 { lender } else { borrower };
            (sender, Ask::Agree(id, revision - dice.small(12) / 11))
        }
        6 => {
            let ask = Ask::Amend {
                line: id,
                cap,
                days,
                once,
                fee,
            };
            (if dice.below(2) == 0 { lender } else { borrower }, ask)
        }
        7 => {
            let sender = if dice.below(2) == 0 { lender } else { borrower };
            (sender, Ask::EndLine(id))
        }
        _ => (borrower, Ask::PayFee(id)),
    }
}

fn draw_cover(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let id = dice.recent(naive.covers.len());
    let cover = naive.covers.get(id);
    let (pledgee, pledgor) = cover.map_or((0, 2), |it| (it.pledgee, it.pledgor));
    let item = cover.and_then(|it| it.items.first()).map_or(0, |it| it.0);
    let sum = 1 + dice.below(40_000);
    match dice.below(12) {
        0 | 1 => {
            let id = dice.recent(naive.loans.len());
            let lender = naive.loans.get(id).map_or(0, |it| it.lender);
            (lender, Ask::WantLoan(id))
        }
        2 | 3 => {
            let id = dice.recent(naive.lines.len());
            let lender = naive.lines.get(id).map_or(0, |it| it.lender);
            (lender, Ask::WantLine(id))
        }
        4..=6 => (pledgor, Ask::PutUp(id, sum)),
        7 => (pledgor, Ask::PutDown(id, item)),
        8 => (pledgee, Ask::PutDown(id, item)),
        9 => (pledgor, Ask::Swap(id, item, sum)),
        _ => (pledgee, Ask::Take(id, item)),
    }
}

fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor.into()).unwrap()
}

/// What an instruction needs to know of the stage.
struct Setting {
    accounts: Vec<AccountId>,
    /// Holding account of each bank.
    holdings: Vec<AccountId>,
    /// Lender, and due dates of probation, of each loan.
    lenders: Vec<usize>,
    probations: Vec<u32>,
    today: u32,
    /// Until when offers of today stay open: ten days, to the opening.
    until: BlockTime,
}

fn loan_kind(kind: &Kind) -> LoanKind {
    let notice = |days: u32| NoticeTerms {
        notice_days: u8::try_from(days).unwrap(),
    };
    match kind {
        Kind::Bullet => LoanKind::Bullet,
        Kind::Linear => LoanKind::Linear,
        Kind::Growing(instalment, principal_max) => LoanKind::Negative(Box::new(NegativeTerms {
            instalment: *instalment,
            principal_max: *principal_max,
        })),
        Kind::Listed(list) => LoanKind::Custom(Box::new(CustomTerms {
            steps: list
                .iter()
                .map(|(period, principal)| Step {
                    period: u16::try_from(*period).unwrap(),
                    principal: *principal,
                })
                .collect(),
        })),
        Kind::AtCall(days) => LoanKind::Call(notice(*days)),
        Kind::Rolling(days, percent, least) => LoanKind::Revolving(Box::new(RevolvingTerms {
            notice: notice(*days),
            minimum_rate: percent * 10_000_000_000,
            minimum: *least,
        })),
    }
}

impl Setting {
    fn probation_of(&self, loan: usize) -> u32 {
        self.probations.get(loan).copied().unwrap_or(0)
    }

    fn terms(
        &self,
        kind: &Kind,
        (principal, rate): (u64, u64),
        (periods, draw): (u32, u32),
        (days, probation): (Days, u32),
    ) -> LoanTerms {
        let shift = match days {
            Days::Any => Shift::None,
            Days::Next => Shift::Following,
            Days::Before => Shift::Preceding,
            Days::Within => Shift::ModifiedFollowing,
        };
        LoanTerms {
            kind: loan_kind(kind),
            principal: amount(principal),
            rate,
            day_count: DayCount::Actual360,
            periods: u16::try_from(periods).unwrap(),
            period_months: 1,
            end_of_month: false,
            calendar: LoanCalendar::Asset(DAYS_OF),
            convention: DayConvention {
                shift,
                order: ShiftOrder::ShiftCompute,
            },
            grace_days: 5,
            surcharge: 500_000_000_000,
            penalty_on_interest: false,
            order: Bucket::ALL,
            fee: 0,
            costs_max: 0,
            prepayment: PrepaymentTerms::default(),
            draw_days: u16::try_from(draw).unwrap(),
            probation: u8::try_from(probation).unwrap(),
            index: None,
        }
    }

    fn line_terms(&self, cap: u64, days: u32, once: bool, fee: u64) -> LineTerms {
        LineTerms {
            cap: amount(cap),
            last_day: BusinessDate(self.today + days),
            revolving: !once,
            rate_max: 1_000_000_000_000,
            fee_rate: fee,
            fee_months: 1,
        }
    }

    fn loan(&self, ask: &Ask) -> Option<Action> {
        let row = |id: usize| id as u64;
        Some(match *ask {
            Ask::Offer {
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
            } => Action::OfferLoan(OfferLoan {
                lender_account: self.accounts[lender],
                borrower_account: self.accounts[borrower],
                asset: AssetId(0),
                terms: self.terms(kind, (principal, rate), (periods, draw), (days, probation)),
                line: line.map(row),
                offer_until: self.until,
            }),
            Ask::Accept(id) => Action::AcceptLoan(AcceptLoan { loan: row(id) }),
            Ask::Draw(id, sum) => Action::DrawLoan(DrawLoan {
                loan: row(id),
                amount: amount(sum),
            }),
            Ask::Repay(id, sum, early) => Action::RepayLoan(RepayLoan {
                loan: row(id),
                amount: amount(sum),
                prepayment: amount(early),
                surplus_to: None,
            }),
            Ask::Prepay(id, sum) => Action::PrepayLoan(PrepayLoan {
                loan: row(id),
                principal: amount(sum),
            }),
            Ask::Call(id) => Action::AccelerateLoan(AccelerateLoan { loan: row(id) }),
            Ask::WriteOff(id) => Action::WriteOffLoan(WriteOffLoan { loan: row(id) }),
            Ask::Renew {
                loan,
                ref kind,
                principal,
                rate,
                periods,
                capital,
                days,
            } => Action::RestructureLoan(RestructureLoan {
                loan: row(loan),
                terms: self.terms(
                    kind,
                    (principal, rate),
                    (periods, 0),
                    (days, self.probation_of(loan)),
                ),
                capitalise: capital,
                offer_until: self.until,
            }),
            Ask::Concur(id) => Action::AgreeRestructuring(AgreeRestructuring { version: row(id) }),
            _ => return self.beside(ask),
        })
    }

    /// What others do about a loan: who shares it, what stands aside for it, who answers for it, and the days.
    fn beside(&self, ask: &Ask) -> Option<Action> {
        let row = |id: usize| id as u64;
        Some(match *ask {
            Ask::Share(id, first, fee) => Action::FormSyndicate(FormSyndicate {
                loan: row(id),
                agent_fee_rate: fee,
                shares: [first, 1_000_000_000 - first]
                    .into_iter()
                    .zip(&self.accounts)
                    .map(|(ppb, account)| Share {
                        account: *account,
                        ppb: u32::try_from(ppb).unwrap(),
                    })
                    .collect(),
            }),
            Ask::Join(id) => Action::JoinSyndicate(JoinSyndicate { loan: row(id) }),
            Ask::Sell(id, seller, ppb, price) => Action::AssignShare(AssignShare {
                loan: row(id),
                seller: self.accounts[seller],
                buyer: self.accounts[1 - seller],
                ppb: u32::try_from(ppb).unwrap(),
                price: amount(price),
                until: self.until,
            }),
            Ask::Buy(id, seller, ppb, price) => Action::TakeShare(TakeShare {
                loan: row(id),
                seller: self.accounts[seller],
                buyer: self.accounts[1 - seller],
                ppb: u32::try_from(ppb).unwrap(),
                price: amount(price),
            }),
            Ask::Over(id, sum) => Action::RepayLoan(RepayLoan {
                loan: row(id),
                amount: amount(sum),
                prepayment: amount(0),
                surplus_to: Some(self.holdings[self.lenders.get(id).copied().unwrap_or(0)]),
            }),
            Ask::Notice(id) => Action::GiveNotice(GiveNotice { loan: row(id) }),
            Ask::Stand(loan, guarantor, most, percent, days) => Action::GiveSurety(GiveSurety {
                loan: row(loan),
                account: self.accounts[guarantor],
                terms: SuretyTerms {
                    most: amount(most),
                    coverage: percent * 10_000_000_000,
                    last_day: BusinessDate(self.today + days),
                },
            }),
            Ask::CallBond(id) => Action::CallSurety(CallSurety { surety: row(id) }),
            Ask::DropBond(id) => Action::ReleaseSurety(ReleaseSurety { surety: row(id) }),
            Ask::RepayBond(id, sum) => Action::RepaySurety(RepaySurety {
                surety: row(id),
                amount: amount(sum),
            }),
            Ask::GiveRest(id) => Action::ReturnSuspense(ReturnSuspense { loan: row(id) }),
            Ask::Declare(weekends, ref days) => Action::SetCalendar(SetCalendar {
                asset: DAYS_OF,
                closed_weekdays: if weekends {
                    vec![Weekday::Saturday, Weekday::Sunday]
                } else {
                    Vec::new()
                },
                holidays: days
                    .iter()
                    .map(|it| BusinessDate(self.today + it))
                    .collect(),
                hours: Vec::new(),
                late: LateRule::Refuse,
            }),
            _ => return None,
        })
    }

    fn other(&self, ask: &Ask, pledgee: usize, pledgor: usize) -> Action {
        let row = |id: usize| id as u64;
        let cash = |sum: u64| Pledged::Cash {
            account: self.accounts[pledgor],
            amount: amount(sum),
        };
        match *ask {
            Ask::OpenLine {
                lender,
                borrower,
                cap,
                days,
                once,
                fee,
            } => Action::OpenLine(OpenLine {
                lender_account: self.accounts[lender],
                borrower_account: self.accounts[borrower],
                asset: AssetId(0),
                terms: self.line_terms(cap, days, once, fee),
                offer_until: self.until,
            }),
            Ask::Agree(id, revision) => Action::AgreeLine(AgreeLine {
                line: row(id),
                revision,
            }),
            Ask::Amend {
                line,
                cap,
                days,
                once,
                fee,
            } => Action::AmendLine(AmendLine {
                line: row(line),
                terms: self.line_terms(cap, days, once, fee),
                offer_until: self.until,
            }),
            Ask::EndLine(id) => Action::CloseLine(CloseLine { line: row(id) }),
            Ask::PayFee(id) => Action::PayLineFee(PayLineFee { line: row(id) }),
            Ask::WantLoan(id) => self.cover(Secured::Loan(row(id)), pledgee),
            Ask::WantLine(id) => self.cover(Secured::Line(row(id)), pledgee),
            Ask::PutUp(id, sum) => Action::PledgeCollateral(PledgeCollateral {
                collateral: row(id),
                things: vec![cash(sum)],
            }),
            Ask::PutDown(id, item) => Action::ReleaseCollateral(ReleaseCollateral {
                collateral: row(id),
                items: vec![item],
            }),
            Ask::Swap(id, item, sum) => Action::SubstituteCollateral(SubstituteCollateral {
                collateral: row(id),
                items: vec![item],
                things: vec![cash(sum)],
            }),
            Ask::Take(id, item) => Action::EnforceCollateral(EnforceCollateral {
                collateral: row(id),
                item,
            }),
            _ => unreachable!("about a loan: {ask:?}"),
        }
    }

    fn cover(&self, secured: Secured, lender: usize) -> Action {
        Action::AskCover(AskCover {
            secures: vec![secured],
            account: self.accounts[lender],
            terms: CoverTerms {
                warn_ppm: 800_000,
                call_ppm: 900_000,
                close_out_ppm: 1_000_000,
                cash_haircut_ppm: 0,
                receivable_haircut_ppm: 0,
                goods_haircut_ppm: 0,
                pricer: ParticipantId(9),
                cure_days: u8::try_from(naive::CURE_DAYS).unwrap(),
            },
        })
    }
}

fn check_loans(ledger: &Ledger, naive: &Naive, today: BusinessDate) {
    assert_eq!(ledger.products.loans.len(), naive.loans.len() as u64);
    for ((id, found), expected) in ledger.products.loans.iter().zip(&naive.loans) {
        let days = ledger.loan_days(found.terms.calendar);
        let (position, owed) = (found.position_on(&days, today), found.owed(&days, today));
        let items = position.items.iter();
        let items: Vec<(u32, BigInt, BigInt)> = items
            .map(|it| (it.due.0, it.interest.into(), it.principal.into()))
            .collect();
        let rows = expected.items.iter();
        let rows: Vec<(u32, BigInt, BigInt)> = rows
            .map(|it| (it.due, it.interest.clone(), it.principal.clone()))
            .collect();
        assert_eq!(items, rows, "items of loan {id}");
        let sums = (
            found.status.name(),
            BigInt::from(position.outstanding),
            BigInt::from(position.undrawn),
            BigInt::from(owed.get(Bucket::Penalty)),
        );
        let penalty = expected.penalty_now(today.0);
        let (outstanding, undrawn) = (expected.outstanding.clone(), expected.undrawn.clone());
        let wanted = (expected.status, outstanding, undrawn, penalty);
        assert_eq!(sums, wanted, "loan {id}");
        assert_eq!(
            found.standing(&days, today).name(),
            expected.standing(today.0),
            "loan {id}"
        );
        let aside = ledger.suspense_of(id).map_or(0, |it| it.amount.minor());
        assert_eq!(BigInt::from(aside), expected.aside, "suspense of loan {id}");
        check_shares(ledger, id, expected);
        // I12: the schedule repays exactly what is owed.
        let planned: u128 = found
            .schedule(&days, today)
            .iter()
            .map(|row| row.principal)
            .sum();
        if found.status.name() != "offered" && position.undrawn == 0 && !expected.grows() {
            assert_eq!(planned, position.principal_owed(), "I12: loan {id}");
        }
    }
    let sureties = ledger.products.sureties.iter();
    assert_eq!(ledger.products.sureties.len(), naive.bonds.len() as u64);
    for ((id, found), expected) in sureties.zip(&naive.bonds) {
        let sums = [found.paid, found.repaid].map(|it| BigInt::from(it.minor()));
        let state = format!("{:?}", found.state);
        let wanted = [expected.paid.clone(), expected.repaid.clone()];
        assert_eq!(
            (state.as_str(), sums),
            (expected.state, wanted),
            "surety {id}"
        );
    }
    let versions = &ledger.products.loan_versions;
    assert_eq!(versions.len(), naive.renewals.len() as u64);
    for ((id, found), expected) in versions.iter().zip(&naive.renewals) {
        let state = match found.state {
            VersionState::Proposed => "proposed",
            VersionState::Agreed => "agreed",
            VersionState::Lapsed => "lapsed",
            VersionState::Superseded => "superseded",
        };
        assert_eq!(state, expected.state, "proposal {id}");
    }
}

/// Whoever shares a loan holds what the naive executor says, all of it together, and nobody waits for money (I19).
fn check_shares(ledger: &Ledger, id: u64, expected: &naive::Lent) {
    let found = ledger.syndicate_of(id).map(|(_, it)| it);
    assert_eq!(found.is_some(), expected.group.is_some(), "shares of {id}");
    let Some((found, expected)) = found.zip(expected.group.as_ref()) else {
        return;
    };
    let held = |account| found.members.iter().find(|it| it.account == account);
    let ppb = [2, 3].map(|row| held(AccountId(row)).map_or(0, |it| u64::from(it.ppb)));
    assert_eq!(ppb, expected.ppb(), "shares of loan {id}");
    assert!(found.members.iter().all(|it| it.withheld == 0), "I19: {id}");
}

fn check_lines(ledger: &Ledger, naive: &Naive, today: BusinessDate) {
    assert_eq!(ledger.products.lines.len(), naive.lines.len() as u64);
    for ((id, found), expected) in ledger.products.lines.iter().zip(&naive.lines) {
        let status = match found.status {
            LineStatus::Offered => "offered",
            LineStatus::Open => "open",
            LineStatus::Closed => "closed",
            LineStatus::Expired => "expired",
            LineStatus::Lapsed => "lapsed",
        };
        let sums = [
            found.used,
            found.ever_used,
            found.fee.owed,
            found.headroom(today),
        ];
        let wanted = [
            expected.used.clone(),
            expected.ever.clone(),
            expected.owed.clone(),
            expected.room(today.0),
        ];
        assert_eq!(
            (status, sums.map(BigInt::from)),
            (expected.status, wanted),
            "line {id}"
        );
    }
}

fn check_covers(ledger: &Ledger, naive: &Naive) {
    assert_eq!(ledger.products.collateral.len(), naive.covers.len() as u64);
    for ((id, found), expected) in ledger.products.collateral.iter().zip(&naive.covers) {
        let items = found
            .items
            .iter()
            .map(|CollateralItem { number, what }| match what {
                Pledged::Cash { amount, .. } => (*number, BigInt::from(amount.minor())),
                Pledged::Portion(_) | Pledged::Receipt(_) => panic!("only cash is pledged here"),
            });
        assert_eq!(
            items.collect::<Vec<_>>(),
            expected.items,
            "items of collateral {id}"
        );
        let until = found.cure_until.map(|it| it.date().0);
        let state = format!("{:?}", found.state);
        assert_eq!(
            (state.as_str(), until),
            (expected.state, expected.until),
            "collateral {id}"
        );
    }
}

fn check_agreement(ledger: &Ledger, naive: &Naive, setting: &Setting) {
    let today = BusinessDate(setting.today);
    for (player, account) in setting.accounts.iter().enumerate() {
        let account = read::account(ledger, *account).unwrap();
        let found = (
            BigInt::from(account.balance().0),
            BigInt::from(account.available()),
        );
        let expected = (naive.money[player].clone(), naive.free(player));
        assert_eq!(found, expected, "money of {}", NAMES[player].0);
    }
    check_loans(ledger, naive, today);
    check_lines(ledger, naive, today);
    check_covers(ledger, naive);
    invariants::check(ledger);
}

/// How everything stands that a run has made, by name.
fn note_states(naive: &Naive, seen: &mut BTreeSet<String>) {
    let loans = naive.loans.iter().map(|it| format!("loan {}", it.status));
    let late = naive.loans.iter().filter(|it| it.items.len() > 1);
    let late = late.map(|it| format!("late {}", it.status));
    let shared = naive.loans.iter().filter(|it| it.group.is_some());
    let shared = shared.map(|it| format!("shared {}", it.status));
    let aside = naive.loans.iter().filter(|it| it.aside > BigInt::ZERO);
    let aside = aside.map(|it| format!("aside {}", it.status));
    let kinds = naive.loans.iter().filter(|it| it.status == "closed");
    let kinds = kinds.map(|it| format!("closed {}", it.name()));
    let bonds = naive.bonds.iter().filter(|it| it.paid > BigInt::ZERO);
    let bonds = bonds.map(|it| format!("bond {} {}", it.state, it.repaid > BigInt::ZERO));
    let standing = naive.loans.iter().filter(|it| it.status == "active");
    let standing = standing.map(|it| format!("stands {}", it.standing(naive.today)));
    let renewals = naive.renewals.iter();
    let renewals = renewals.map(|it| format!("proposal {}", it.state));
    let lines = naive.lines.iter().map(|it| format!("line {}", it.status));
    let owed = naive.lines.iter().filter(|it| it.owed > BigInt::ZERO);
    let owed = owed.map(|it| format!("fee {}", it.status));
    let covers = naive.covers.iter();
    let covers = covers.map(|it| format!("cover {} {}", it.state, it.items.len().min(1)));
    seen.extend(
        loans
            .chain(late)
            .chain(shared)
            .chain(aside)
            .chain(standing)
            .chain(kinds)
            .chain(bonds)
            .chain(renewals)
            .chain(lines)
            .chain(owed)
            .chain(covers),
    );
}

/// What a run of the test must have brought about, or the draw is too tame.
const STATES: [&str; 31] = [
    "closed growing",
    "closed listed",
    "closed at call",
    "closed rolling",
    "bond Given false",
    "bond Given true",
    "shared active",
    "shared closed",
    "aside active",
    "stands performing",
    "stands non-performing",
    "stands probation",
    "loan offered",
    "loan active",
    "loan closed",
    "loan written-off",
    "loan lapsed",
    "late active",
    "proposal agreed",
    "proposal lapsed",
    "proposal superseded",
    "line open",
    "line closed",
    "line expired",
    "line lapsed",
    "fee open",
    "fee expired",
    "cover Warned 1",
    "cover Called 1",
    "cover CloseOut 1",
    "cover CloseOut 0",
];

/// The stage on which everybody has money, and the accounts.
fn opened() -> (Stage, Vec<AccountId>, Vec<AccountId>) {
    let mut stage = Stage::with_room(2);
    stage.run(
        "
        S1 op open s2 current S2                    = settled
        block
        S2 op issue A1 10000000                     = settled
        S3 op issue B1 10000000                     = settled
        S4 op issue C1 100000                       = settled
        S5 op issue C2 100000                       = settled
        S6 op issue S2 100000                       = settled
        S7 op open ba escrow HA                     = settled
        S8 op open bb escrow HB                     = settled",
    );
    let accounts = NAMES.iter().map(|it| stage.account(it.2)).collect();
    let holdings = ["HA", "HB"].map(|it| stage.account(it)).into();
    (stage, accounts, holdings)
}

/// Signs an instruction; `None` when it is refused at the door, since lender and borrower are one.
fn signed(sender: usize, action: Action, key: u64, now: BlockTime) -> Option<VerifiedTransaction> {
    let (name, participant, _) = NAMES.get(sender).copied().unwrap_or(("op", 0, ""));
    let instruction = Instruction {
        chain_id: chain(),
        sender: ParticipantId(participant),
        idempotency_key: IdempotencyKey::new(format!("{key}")).unwrap(),
        expiry: now.after_ms(3_600_000),
        action,
    };
    verify(&chain(), &instruction.sign(&[&secret(name)]).to_bytes()).ok()
}

fn action(setting: &Setting, naive: &Naive, sender: usize, ask: &Ask) -> Action {
    setting.loan(ask).unwrap_or_else(|| {
        let cover = match *ask {
            Ask::PutUp(id, _) | Ask::Swap(id, ..) => naive.covers.get(id),
            _ => None,
        };
        let pledgor = cover.map_or(sender, |it| it.pledgor);
        setting.other(ask, sender, pledgor)
    })
}

fn run(seed: u64, operations: u64, seen: &mut BTreeSet<String>) -> u64 {
    let (mut stage, accounts, holdings) = opened();
    let money = |id: &AccountId| {
        read::account(&stage.ledger, *id)
            .unwrap()
            .balance()
            .0
            .into()
    };
    let mut naive = Naive::new(FIRST_DAY, accounts.iter().map(money).collect());
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (mut done, mut settled, mut time) = (0, 0, DAY + 60_000);
    let mut rows = Rows::new();
    while done < operations {
        time += match dice.below(6) {
            0 => 86_400_000 * (1 + dice.below(20)),
            _ => 600_000,
        };
        let now = BlockTime(time);
        let parameters = stage.ledger.parameters;
        let today = parameters.business_date(now).0;
        let mut setting = Setting {
            accounts: accounts.clone(),
            holdings: holdings.clone(),
            lenders: Vec::new(),
            probations: Vec::new(),
            today,
            until: parameters.opening(BusinessDate(today + 10)),
        };
        naive.open(today);
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..dice.below(8) {
            let (sender, ask) = draw(&mut dice, &naive);
            setting.lenders = naive.loans.iter().map(|it| it.lender).collect();
            setting.probations = naive.loans.iter().map(|it| it.probation).collect();
            let action = action(&setting, &naive, sender, &ask);
            done += 1;
            let Some(verified) = signed(sender, action, done, now) else {
                continue;
            };
            let effect = naive.ask(sender, &ask);
            settled += u64::from(effect);
            sent.push(verified);
            expected.push((sender, ask, effect));
        }
        naive.close();
        let context = BlockContext {
            height: Height(stage.ledger.height().0 + 1),
            time: now,
        };
        let block = execute(&mut stage.ledger, &context, &sent).unwrap();
        for (receipt, (sender, ask, effect)) in block.receipts.iter().zip(&expected) {
            let outcome = &receipt.outcome;
            let found = matches!(outcome, Outcome::Recorded { .. });
            assert_eq!(
                found, *effect,
                "seed {seed}: {ask:?} by {sender}: {outcome:?}"
            );
        }
        if dice.below(RESTORED_EVERY) == 0 {
            // The same node after a restart.
            store(&mut rows, &mut stage.ledger);
            stage.ledger = restore(&rows).unwrap();
        }
        check_agreement(&stage.ledger, &naive, &setting);
        note_states(&naive, seen);
    }
    settled
}

#[test]
fn random_operations_on_credit_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 60_000), number("SYCEE_SEED", 1));
    let each = operations.min(1_000);
    let runs = operations.div_ceil(each);
    let mut seen = BTreeSet::new();
    let settled: u64 = (0..runs)
        .map(|turn| run(seed + turn, each, &mut seen))
        .sum();
    assert!(
        settled * 5 > operations,
        "{settled} of {operations}: the draw is idle"
    );
    let missing = STATES.iter().filter(|it| !seen.contains(**it));
    let missing: Vec<&&str> = missing.collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
}
