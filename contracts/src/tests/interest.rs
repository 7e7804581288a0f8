//! Random interest against a naive executor that counts every day for itself and keeps a fraction of big integers. `SYCEE_OPERATIONS`, `SYCEE_SEED` as elsewhere.

use num_bigint::BigInt;

use super::{language::Stage, orders::Dice};

const NAMES: [&str; 4] = ["C1", "LINE", "C2", "OPS"];

const OWNERS: [&str; 3] = ["c1", "c1", "c2"];

struct Terms {
    account: usize,
    credit: u64,
    debit: u64,
    /// Days of a year, 30 for months of so many, or 1 for the days that each year has.
    year: u64,
    every: u64,
    pays: u64,
    /// Over 10^12 and the days of a year.
    fraction: BigInt,
    unpaid: BigInt,
    on: bool,
}

struct Naive {
    balances: [BigInt; 4],
    terms: Vec<Terms>,
}

/// To the nearest; halves to the even neighbour; the same on both sides of zero.
fn nearest(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let zero = BigInt::from(0);
    if numerator < &zero {
        return -nearest(&-numerator, denominator);
    }
    let below: BigInt = numerator / denominator;
    let twice: BigInt = (numerator - &below * denominator) * 2;
    let is_odd = &below % 2 == BigInt::from(1);
    if &twice > denominator || (&twice == denominator && is_odd) {
        below + 1
    } else {
        below
    }
}

fn floor(account: usize) -> BigInt {
    BigInt::from(if account == 1 { -300 } else { 0 })
}

impl Naive {
    fn transfer(&mut self, from: usize, to: usize, amount: &BigInt) -> bool {
        if &self.balances[from] - amount < floor(from) {
            return false;
        }
        self.balances[from] -= amount;
        self.balances[to] += amount;
        true
    }

    fn pay(&mut self, id: usize) {
        let it = &mut self.terms[id];
        let denominator = BigInt::from(basis(it.year)) * 1_000_000_000_000_u64;
        let total = &it.unpaid + nearest(&it.fraction, &denominator);
        it.fraction = BigInt::from(0);
        it.unpaid = total.clone();
        let account = it.account;
        let zero = BigInt::from(0);
        let done = match total > zero {
            true => self.transfer(3, account, &total),
            false => self.transfer(account, 3, &-total),
        };
        if done {
            self.terms[id].unpaid = zero;
        }
    }

    /// Each account for itself: all its days, in order of accounts.
    fn end_days(&mut self, from: u64, to: u64) {
        for id in 0..self.terms.len() {
            for day in from..to {
                let it = &mut self.terms[id];
                if !it.on {
                    continue;
                }
                let balance = &self.balances[it.account];
                let rate = if balance < &BigInt::from(0) {
                    it.debit
                } else {
                    it.credit
                };
                it.fraction += balance * rate * length(day, it.year);
                if day + 1 == it.pays {
                    it.pays += it.every;
                    self.pay(id);
                }
            }
        }
    }
}

/// What a year has parts of.
fn basis(year: u64) -> u64 {
    match year {
        1 => 365 * 366,
        30 => 360,
        days => days,
    }
}

/// Whether a day lies in a year of 366 days.
fn in_leap_year(day: u64) -> bool {
    let text = day_text(day);
    let year: u64 = text.split('-').next().unwrap().parse().unwrap();
    year.is_multiple_of(400) || (year.is_multiple_of(4) && !year.is_multiple_of(100))
}

/// How much a day counts: as a part of its own year; in months of 30 days nothing that ends on a 31st, and after the end of February the days that it lacks.
fn length(day: u64, year: u64) -> u64 {
    match year {
        1 if in_leap_year(day) => return 365,
        1 => return 366,
        30 => {}
        _ => return 1,
    }
    let ends: Vec<u64> = day_text(day + 1)
        .split('-')
        .map(|it| it.parse().unwrap())
        .collect();
    let begins: Vec<u64> = day_text(day)
        .split('-')
        .map(|it| it.parse().unwrap())
        .collect();
    match (begins[2], ends[2]) {
        (_, 31) => 0,
        (last, 1) => 31 - last.min(30),
        (_, _) => 1,
    }
}

fn day_text(day: u64) -> String {
    sycee_primitives::BusinessDate(u32::try_from(20_788 + day).unwrap()).to_string()
}

/// Sets the interest of an account.
fn set(
    dice: &mut Dice,
    naive: &mut Naive,
    day: u64,
    account: usize,
) -> (&'static str, String, String) {
    let known = naive.terms.iter().position(|it| it.account == account);
    let year = dice.of(&[360, 365, 30, 1]);
    let terms = Terms {
        account,
        credit: dice.below(900_000_000_000),
        debit: dice.below(900_000_000_000),
        year,
        every: 1 + dice.below(9),
        pays: day + 1 + dice.below(5),
        fraction: BigInt::from(0),
        unpaid: BigInt::from(0),
        on: true,
    };
    let line = format!(
        "interest {} OPS {} {} every={}d first={}{}",
        NAMES[account],
        terms.credit,
        terms.debit,
        terms.every,
        day_text(terms.pays),
        match year {
            365 => " days=365",
            30 => " days=30",
            1 => " days=act",
            _ => "",
        },
    );
    let refused = known.is_some_and(|row| {
        let before = &naive.terms[row];
        before.on && before.year != year && before.fraction != BigInt::from(0)
    });
    let row = known.unwrap_or(naive.terms.len());
    match known {
        _ if refused => {}
        Some(row) => {
            let before = &mut naive.terms[row];
            let (fraction, unpaid) = (before.fraction.clone(), before.unpaid.clone());
            *before = Terms {
                fraction,
                unpaid,
                ..terms
            };
        }
        None => naive.terms.push(terms),
    }
    let outcome = match refused {
        true => "SY-00584".to_owned(),
        false => format!("interest {row}"),
    };
    ("op", line, outcome)
}

/// An instruction, by whom, and how it ends.
fn draw(dice: &mut Dice, naive: &mut Naive, day: u64) -> (&'static str, String, String) {
    let account = usize::try_from(dice.below(3)).unwrap();
    match dice.below(6) {
        0 => set(dice, naive, day, account),
        1 => {
            let mut all = naive.terms.iter();
            let row = all.position(|it| it.account == account && it.on);
            if let Some(row) = row {
                naive.pay(row);
                naive.terms[row].on = false;
            }
            let outcome = row.map_or("SY-00582".to_owned(), |row| format!("interest {row}"));
            ("op", format!("interest {} OPS -", NAMES[account]), outcome)
        }
        _ => {
            let to = (account + 1 + usize::try_from(dice.below(2)).unwrap()) % 3;
            let amount = 1 + dice.below(300);
            let outcome = match naive.transfer(account, to, &BigInt::from(amount)) {
                true => "settled",
                false => "SY-00260",
            };
            let line = format!("pay {} {} {amount}", NAMES[account], NAMES[to]);
            (OWNERS[account], line, outcome.to_owned())
        }
    }
}

fn run(seed: u64, operations: u64) {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    stage.run(
        "
        S1 op open op settlement OPS            = settled
        bal OPS 0
        S2 op issue OPS 3000                    = settled",
    );
    let mut naive = Naive {
        balances: [500, 0, 0, 3_000].map(BigInt::from),
        terms: Vec::new(),
    };
    // One run in two goes from a common year into a leap year.
    let begins = (seed % 2) * 380;
    let (mut now, mut today) = (begins * 86_400 + 100, begins);
    for done in 0..operations {
        now += 1_000 + dice.below(120_000);
        // Lines are dated by the second after their block: in the last one of a day a payment would be tomorrow's.
        now += u64::from(now % 86_400 == 86_399);
        let day = now / 86_400;
        naive.end_days(today, day);
        today = day;
        let (signer, line, outcome) = draw(&mut dice, &mut naive, day);
        let mut table = format!("block {now}\nN{done} {signer} {line} = {outcome}\n");
        for (name, balance) in NAMES.iter().zip(&naive.balances) {
            table += &format!("bal {name} {balance}\n");
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}:\n{table}");
        for ((_, row), it) in stage.ledger.products.interest.iter().zip(&naive.terms) {
            let (common, leap) = (BigInt::from(row.accrued), BigInt::from(row.accrued_leap));
            let found = match it.year {
                1 => common * 366 + leap * 365,
                _ => common + leap,
            };
            assert_eq!(found, it.fraction, "seed {seed}: {row:?}");
            assert_eq!(BigInt::from(row.unpaid), it.unpaid, "seed {seed}: {row:?}");
        }
    }
}

#[test]
fn random_interest_agrees_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 2_000), number("SYCEE_SEED", 1));
    let each = operations.min(100);
    for turn in 0..operations.div_ceil(each) {
        run(seed + turn, each);
    }
}
