//! Random payments on conditions against a naive executor that asks every one of them in every block. `SYCEE_OPERATIONS`, `SYCEE_SEED` as elsewhere.

use num_bigint::BigInt;

use super::{language::Stage, orders::Dice};

struct Waiting {
    name: String,
    amount: u64,
    /// In seconds.
    after: u64,
    until: u64,
    /// Which subject, and the lowest value.
    fact: Option<(usize, i64)>,
}

const SUBJECTS: [&str; 3] = ["S-A", "S-B", "S-C"];

#[derive(Default)]
struct Naive {
    paid: BigInt,
    waiting: Vec<Waiting>,
    /// Of each subject: the value and when it lapses.
    facts: [Option<(i64, u64)>; 3],
    now: u64,
}

impl Naive {
    fn holds(&self, it: &Waiting) -> bool {
        let fact = it.fact.is_none_or(|(subject, least)| {
            self.facts[subject].is_some_and(|(value, lapses)| value >= least && self.now < lapses)
        });
        it.after <= self.now && fact
    }

    /// Whoever's conditions hold is paid while there is money: those of a time in the order of times, those of a fact in the order in which they came.
    fn settle(&mut self, mut ready: Vec<(u64, usize)>, later: &mut Vec<(String, String)>) {
        ready.sort_unstable();
        let mut gone = Vec::new();
        for (_, place) in ready {
            let it = &self.waiting[place];
            let left = BigInt::from(1_000) - &self.paid;
            let outcome = if left < BigInt::from(it.amount) {
                "SY-00260"
            } else {
                self.paid += it.amount;
                "settled"
            };
            later.push((it.name.clone(), outcome.to_owned()));
            gone.push(place);
        }
        gone.sort_unstable();
        for place in gone.into_iter().rev() {
            self.waiting.remove(place);
        }
    }
}

/// Time passes to a block: in the order of what falls due.
fn pass(naive: &mut Naive, to: u64, later: &mut Vec<(String, String)>) {
    naive.now = to;
    let mut due: Vec<(u64, usize)> = Vec::new();
    for (place, it) in naive.waiting.iter().enumerate() {
        if to >= it.until {
            due.push((it.until, place));
        }
    }
    // What is over is refused, whether or not its conditions hold by now.
    let mut ready = Vec::new();
    for (place, it) in naive.waiting.iter().enumerate() {
        if to < it.until && naive.holds(it) {
            ready.push((it.after, place));
        }
    }
    let over: Vec<String> = due
        .iter()
        .map(|(_, at)| naive.waiting[*at].name.clone())
        .collect();
    naive.settle(ready, later);
    naive.waiting.retain(|it| !over.contains(&it.name));
    later.extend(over.into_iter().map(|name| (name, "SY-00591".to_owned())));
}

fn run(seed: u64, operations: u64) {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    let mut naive = Naive::default();
    let mut rows: Vec<usize> = Vec::new();
    for done in 0..operations {
        let mut later = Vec::new();
        let to = naive.now + 10 + dice.below(120);
        pass(&mut naive, to, &mut later);
        let name = format!("N{done}");
        let subject = usize::try_from(dice.below(3)).unwrap();
        let now = naive.now;
        let (signer, line, outcome) = if dice.below(3) == 0 {
            let value = i64::try_from(dice.below(100)).unwrap();
            let lapses = now + 1 + dice.below(200);
            naive.facts[subject] = Some((value, lapses));
            let row = rows.iter().position(|it| *it == subject);
            let row = row.unwrap_or_else(|| {
                rows.push(subject);
                rows.len() - 1
            });
            let concerned = |it: &Waiting| it.fact.is_some_and(|(of, _)| of == subject);
            let ready = naive.waiting.iter().enumerate();
            let ready = ready.filter(|(_, it)| concerned(it) && naive.holds(it));
            let ready = ready.map(|(place, _)| (0, place)).collect();
            naive.settle(ready, &mut later);
            let line = format!(
                "attest score {} {value} observed={now} expires={lapses}",
                SUBJECTS[subject]
            );
            ("orc", line, format!("attestations {row}"))
        } else {
            let least = i64::try_from(dice.below(100)).unwrap();
            let it = Waiting {
                name: name.clone(),
                amount: 1 + dice.below(8),
                after: now + dice.below(300),
                until: now + 1 + dice.below(900),
                fact: (dice.below(3) > 0).then_some((subject, least)),
            };
            let fact = it.fact.map_or(String::new(), |(of, least)| {
                format!(" score:{}:{least}", SUBJECTS[of])
            });
            let line = format!(
                "when A1 C2 {} after:{}{fact} until={}",
                it.amount, it.after, it.until
            );
            let left = BigInt::from(1_000) - &naive.paid;
            let outcome = match (naive.holds(&it), left >= BigInt::from(it.amount)) {
                (true, true) => {
                    naive.paid += it.amount;
                    "settled"
                }
                (true, false) => "SY-00260",
                (false, _) => {
                    naive.waiting.push(it);
                    "warehoused"
                }
            };
            ("ba", line, outcome.to_owned())
        };
        let mut table = format!(
            "block {now}\n{name} {signer} {line} = {outcome}\nbal C2 {}\n",
            naive.paid
        );
        for (name, outcome) in later {
            table += &format!("later {name} = {outcome}\n");
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}:\n{table}");
    }
}

#[test]
fn random_conditions_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 2_400), number("SYCEE_SEED", 1));
    let each = operations.min(200);
    for turn in 0..operations.div_ceil(each) {
        run(seed + turn, each);
    }
}
