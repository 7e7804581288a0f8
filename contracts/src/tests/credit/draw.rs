//! What players of credit ask for: mostly what may succeed, by whoever it concerns; now and then anything, by anybody.

use num_bigint::BigInt;

use super::{
    Dice,
    naive::{self, Ask, BANKS, Days, Index, Kind, Naive, OFFER_DAYS, OPERATOR, ORACLE, PLAYERS},
};

fn small(dice: &mut Dice, sides: u32) -> u32 {
    u32::try_from(dice.below(sides.into())).unwrap()
}

fn of(dice: &mut Dice, count: usize) -> usize {
    usize::try_from(dice.below(count.max(1) as u64)).unwrap()
}

/// Mostly one of the last, now and then one that is not there.
fn recent(dice: &mut Dice, count: usize) -> usize {
    (count + usize::from(dice.below(30) == 0)).saturating_sub(1 + of(dice, 8))
}

/// Who asks for what next.
pub(super) fn draw(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let (sender, ask) = match dice.below(52) {
        0 => draw_holidays(dice, naive),
        48..=50 => draw_rate(dice, naive),
        1..=20 => draw_loan(dice, naive),
        21..=25 => draw_share(dice, naive),
        26..=28 => draw_bond(dice, naive),
        29..=34 => draw_line(dice, naive),
        _ => draw_cover(dice, naive),
    };
    match dice.below(15) {
        0 => (of(dice, PLAYERS), ask),
        _ => (sender, ask),
    }
}

fn draw_days(dice: &mut Dice) -> Days {
    [Days::Any, Days::Next, Days::Before, Days::Within][of(dice, 4)]
}

fn draw_kind(dice: &mut Dice) -> Kind {
    match dice.below(13) {
        0 | 1 => Kind::Bullet,
        2 | 3 => Kind::Linear,
        4 | 5 => Kind::Annuity,
        8 | 9 => Kind::Term,
        6 | 10 => Kind::Growing(dice.below(400), dice.below(120_000)),
        7 | 11 => Kind::Listed(vec![(1, dice.below(3_000)), (3, dice.below(12_000))]),
        _ if dice.below(2) == 0 => Kind::AtCall(small(dice, 4)),
        _ => Kind::Rolling(small(dice, 4), dice.below(40), dice.below(3_000)),
    }
}

fn draw_index(dice: &mut Dice) -> Option<Index> {
    let floor = dice.below(50_000_000_000);
    let index = Index {
        spread: i64::try_from(dice.below(60_000_000_000)).unwrap() - 20_000_000_000,
        floor,
        cap: floor + dice.below(200_000_000_000),
    };
    (dice.below(3) == 0).then_some(index)
}

/// What the index is, by either who states it, or a loan that follows it; or costs.
fn draw_rate(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    match dice.below(6) {
        0 | 1 => {
            let value = i64::try_from(dice.below(150_000_000_000)).unwrap() - 30_000_000_000;
            // Now and then of the day before, and old soon.
            let observed = naive
                .now
                .saturating_sub(dice.below(2) * dice.below(86_400_000));
            let expires = observed + 1 + dice.below(40 * 86_400_000);
            let by = [OPERATOR, ORACLE][of(dice, 2)];
            (by, Ask::Fix(value, observed, expires))
        }
        2..=4 => {
            let id = pick(dice, naive, |it| it.status == "active" && it.may_be_fixed());
            let loan = naive.loans.get(id);
            let (lender, borrower) = loan.map_or((0, 2), |it| (it.lender, it.borrower));
            let party = if dice.below(2) == 0 { lender } else { borrower };
            (party, Ask::Reset(id))
        }
        _ => {
            let id = pick(dice, naive, |it| it.status == "active");
            let lender = naive.loans.get(id).map_or(0, |it| it.lender);
            (lender, Ask::Charge(id, 1 + dice.below(1_500)))
        }
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
    let mut bond = of(dice, naive.bonds.len());
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
            let who = others[of(dice, others.len())];
            let most = 1 + dice.below(50_000);
            let last = today + small(dice, 400);
            (who, Ask::Stand(id, who, most, 1 + dice.below(100), last))
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
fn draw_holidays(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let mut days = Vec::new();
    let mut from = naive.today;
    for _ in 0..dice.below(4) {
        from += small(dice, 20);
        let to = from + 1 + small(dice, 8);
        days.extend(from..to);
        from = to;
    }
    (OPERATOR, Ask::Declare(dice.below(2) == 0, days))
}

fn draw_offer(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let (lender, borrower) = (of(dice, BANKS), of(dice, PLAYERS));
    let line = recent(dice, naive.lines.len());
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
        periods: 1 + small(dice, 8),
        draw: small(dice, 2) * 40,
        line: named.then_some(line),
        days: draw_days(dice),
        probation: small(dice, 3),
        fee: dice.below(2) * 70,
        index: draw_index(dice),
        until: naive.today + OFFER_DAYS,
    };
    (lender, ask)
}

/// What is done about a loan that was late for long.
fn draw_late(dice: &mut Dice, naive: &Naive) -> (usize, Ask) {
    let today = naive.today;
    let id = pick(dice, naive, |it| it.status == "active" && it.is_bad(today));
    // Lateness takes time, so any loan may be the one.
    let any = of(dice, naive.loans.len());
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
    let id = recent(dice, naive.loans.len());
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
                periods: 1 + small(dice, 8),
                capital: dice.below(2) == 0,
                days: draw_days(dice),
                probation: small(dice, 3),
                index: draw_index(dice),
                until: naive.today + OFFER_DAYS,
            };
            (if dice.below(2) == 0 { lender } else { borrower }, ask)
        }
        _ => {
            let id = recent(dice, naive.renewals.len());
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
        0 => recent(dice, naive.loans.len()),
        _ if fit.is_empty() => recent(dice, naive.loans.len()),
        _ => fit[of(dice, fit.len())],
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
            let (held, seller) = (held.map_or([1, 1], naive::Group::ppb), of(dice, BANKS));
            let ppb = (held[seller] / (1 + dice.below(3))).max(1);
            let (price, until) = (dice.below(3) * 500, naive.today + OFFER_DAYS);
            (seller, Ask::Sell(id, seller, ppb, price, until))
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
            let (lender, borrower) = parties(id);
            // Another bank's holding account is none of the loan.
            let bank = if dice.below(20) == 0 {
                1 - lender.min(1)
            } else {
                lender
            };
            (borrower, Ask::Over(id, 1 + dice.below(5_000), bank))
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
    let id = recent(dice, naive.lines.len());
    let (lender, borrower, revision) = naive
        .lines
        .get(id)
        .map_or((0, 2, 1), |it| (it.lender, it.borrower, it.revision));
    let (cap, last) = (1 + dice.below(150_000), naive.today + small(dice, 200));
    let until = naive.today + OFFER_DAYS;
    let (once, fee) = (dice.below(3) == 0, dice.below(2) * 50_000_000_000);
    match dice.below(10) {
        0..=2 => {
            let (lender, borrower) = (of(dice, BANKS), of(dice, PLAYERS));
            let ask = Ask::OpenLine {
                lender,
                borrower,
                cap,
                last,
                once,
                fee,
                until,
            };
            (lender, ask)
        }
        3..=5 => {
            let sender = if dice.below(4) == 0 { lender } else { borrower };
            (sender, Ask::Agree(id, revision - small(dice, 12) / 11))
        }
        6 => {
            let ask = Ask::Amend {
                line: id,
                cap,
                last,
                once,
                fee,
                until,
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
    let id = recent(dice, naive.covers.len());
    let cover = naive.covers.get(id);
    let (pledgee, pledgor) = cover.map_or((0, 2), |it| (it.pledgee, it.pledgor));
    let item = cover.and_then(|it| it.items.first()).map_or(0, |it| it.0);
    let sum = 1 + dice.below(40_000);
    match dice.below(12) {
        0 | 1 => {
            let id = recent(dice, naive.loans.len());
            let lender = naive.loans.get(id).map_or(0, |it| it.lender);
            (lender, Ask::WantLoan(id))
        }
        2 | 3 => {
            let id = recent(dice, naive.lines.len());
            let lender = naive.lines.get(id).map_or(0, |it| it.lender);
            (lender, Ask::WantLine(id))
        }
        4..=6 => (pledgor, Ask::PutUp(id, sum, pledgor)),
        7 => (pledgor, Ask::PutDown(id, item)),
        8 => (pledgee, Ask::PutDown(id, item)),
        9 => (pledgor, Ask::Swap(id, item, sum, pledgor)),
        _ => (pledgee, Ask::Take(id, item)),
    }
}
