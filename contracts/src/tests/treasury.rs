//! Random sweeps and mandates against a naive executor that looks at every account and counts every day. `SYCEE_OPERATIONS`, `SYCEE_SEED` as elsewhere.

use num_bigint::BigInt;

use super::{language::Stage, orders::Dice};

const NAMES: [&str; 5] = ["C1", "C3", "C4", "C5", "C2"];

struct Sweep {
    account: usize,
    main: usize,
    target: u64,
    minute: u64,
    /// The first day on which it is due.
    from: u64,
    on: bool,
}

struct Mandate {
    each: u64,
    period: u64,
    days: u64,
    first: u64,
    last: Option<u64>,
    taken: Vec<(u64, u64)>,
    on: bool,
}

#[derive(Default)]
struct Naive {
    balances: [BigInt; 5],
    sweeps: Vec<Sweep>,
    mandates: Vec<Mandate>,
}

impl Naive {
    /// Every minute between two times in which something is swept, one after the other.
    fn pass(&mut self, from: u64, to: u64) {
        for minute in from / 60 + 1..=to / 60 {
            for id in 0..self.sweeps.len() {
                let it = &self.sweeps[id];
                if !it.on || minute % 1_440 != it.minute || minute / 1_440 < it.from {
                    continue;
                }
                let gap = &self.balances[it.account] - it.target;
                let (debtor, creditor) = match gap > BigInt::from(0) {
                    true => (it.account, it.main),
                    false => (it.main, it.account),
                };
                let wanted = if gap < BigInt::from(0) { -gap } else { gap };
                let moved = wanted.min(self.balances[debtor].clone());
                self.balances[debtor] -= &moved;
                self.balances[creditor] += &moved;
            }
        }
    }

    fn collect(&mut self, id: usize, day: u64, amount: u64) -> String {
        let Some(it) = self.mandates.get_mut(id) else {
            return "SY-00585".to_owned();
        };
        if !it.on {
            return "SY-00587".to_owned();
        }
        if day < it.first || it.last.is_some_and(|last| day > last) {
            return "SY-00589".to_owned();
        }
        let period = (day - it.first) / it.days;
        let own = it.taken.iter().filter(|(of, _)| *of == period);
        let used: u64 = own.map(|(_, amount)| amount).sum();
        if amount > it.each || used + amount > it.period {
            return "SY-00590".to_owned();
        }
        if self.balances[0] < BigInt::from(amount) {
            return "SY-00260".to_owned();
        }
        it.taken.push((period, amount));
        self.balances[0] -= amount;
        self.balances[4] += amount;
        "settled".to_owned()
    }
}

fn day_text(day: u64) -> String {
    sycee_primitives::BusinessDate(u32::try_from(20_788 + day).unwrap()).to_string()
}

/// Gives a mandate.
fn grant(dice: &mut Dice, naive: &mut Naive, day: u64) -> (String, String) {
    let each = 1 + dice.below(100);
    let mandate = Mandate {
        each,
        period: each + dice.below(100),
        days: 1 + dice.below(5),
        first: day + dice.below(2),
        last: (dice.below(2) == 0).then(|| day + 1 + dice.below(9)),
        taken: Vec::new(),
        on: true,
    };
    let last = mandate
        .last
        .map_or(String::new(), |it| format!(" last={}", day_text(it)));
    let line = format!(
        "mandate C1 C2 {each} {} every={}d first={}{last}",
        mandate.period,
        mandate.days,
        day_text(mandate.first),
    );
    naive.mandates.push(mandate);
    (line, format!("mandates {}", naive.mandates.len() - 1))
}

/// An instruction and how it ends.
fn draw(dice: &mut Dice, naive: &mut Naive, (day, minute): (u64, u64)) -> (String, String) {
    let account = usize::try_from(dice.below(4)).unwrap();
    let other = (account + 1 + usize::try_from(dice.below(3)).unwrap()) % 4;
    let amount = dice.below(300);
    match dice.below(6) {
        0 => {
            let (target, at) = (dice.below(400), dice.below(1_440));
            let sweep = Sweep {
                account,
                main: other,
                target,
                minute: at,
                from: if at > minute { day } else { day + 1 },
                on: true,
            };
            let known = naive.sweeps.iter().position(|it| it.account == account);
            let row = known.unwrap_or(naive.sweeps.len());
            match known {
                Some(row) => naive.sweeps[row] = sweep,
                None => naive.sweeps.push(sweep),
            }
            let line = format!("sweep {} {} {target} {at}", NAMES[account], NAMES[other]);
            (line, format!("sweeps {row}"))
        }
        1 => {
            let mut own = naive.sweeps.iter_mut();
            let row = own.position(|it| it.account == account && it.on);
            let line = format!("sweep {} {} -", NAMES[account], NAMES[other]);
            match row {
                Some(row) => {
                    naive.sweeps[row].on = false;
                    (line, format!("sweeps {row}"))
                }
                None => (line, "SY-00580".to_owned()),
            }
        }
        2 => grant(dice, naive, day),
        3 if !naive.mandates.is_empty() && dice.below(4) == 0 => {
            let id = usize::try_from(dice.below(naive.mandates.len() as u64)).unwrap();
            let it = &mut naive.mandates[id];
            let outcome = match std::mem::take(&mut it.on) {
                true => format!("mandates {id}"),
                false => "SY-00587".to_owned(),
            };
            (format!("revoke {id}"), outcome)
        }
        _ => {
            let id = naive
                .mandates
                .len()
                .saturating_sub(1 + usize::try_from(dice.below(3)).unwrap());
            let amount = 1 + amount % 120;
            let outcome = naive.collect(id, day, amount);
            (format!("collect {id} {amount}"), outcome)
        }
    }
}

fn run(seed: u64, operations: u64) {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    let mut naive = Naive::default();
    naive.balances[0] = BigInt::from(500);
    let mut now = 0;
    for done in 0..operations {
        let forward = 60 * (1 + dice.below(700));
        naive.pass(now, now + forward);
        now += forward;
        let (day, minute) = (now / 86_400, now / 60 % 1_440);
        let (line, outcome) = draw(&mut dice, &mut naive, (day, minute));
        let signer = if line.starts_with("collect") {
            "c2"
        } else {
            "c1"
        };
        let mut table = format!("block {now}\nN{done} {signer} {line} = {outcome}\n");
        for (name, balance) in NAMES.iter().zip(&naive.balances) {
            table += &format!("bal {name} {balance}\n");
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}:\n{table}");
    }
}

#[test]
fn random_sweeps_and_mandates_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 3_000), number("SYCEE_SEED", 1));
    let each = operations.min(150);
    for turn in 0..operations.div_ceil(each) {
        run(seed + turn, each);
    }
}
