//! Random fee rules and payments against a naive executor that divides big integers by hand. `SYCEE_OPERATIONS`, `SYCEE_SEED` as elsewhere.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::{language::Stage, orders::Dice};

const ACCOUNTS: [&str; 4] = ["A1", "B1", "C1", "C2"];

#[derive(Clone)]
struct Rule {
    by_debtor: bool,
    collector: &'static str,
    tiers: Vec<(u64, u64, u64)>,
    least: u64,
    most: Option<u64>,
}

/// A number over 10^12, to the nearest; halves to the even neighbour.
fn nearest(numerator: &BigInt) -> BigInt {
    let one = BigInt::from(1_000_000_000_000_u64);
    let below: BigInt = numerator / &one;
    let rest = numerator - &below * &one;
    let twice: BigInt = rest * 2;
    let is_odd = &below % 2 == BigInt::from(1);
    if twice > one || (twice == one && is_odd) {
        below + 1
    } else {
        below
    }
}

impl Rule {
    fn draw(dice: &mut Dice) -> Rule {
        let mut tiers = vec![(0, dice.below(6), dice.below(60_000_000_000))];
        if dice.below(2) == 0 {
            let rate = dice.of(&[0, 5_000_000_000, 500_000_000_000]);
            tiers.push((1 + dice.below(200), dice.below(9), rate));
        }
        let least = dice.below(4);
        Rule {
            by_debtor: dice.below(2) == 0,
            collector: dice.of(&ACCOUNTS),
            tiers,
            least,
            most: (dice.below(2) == 0).then(|| least + dice.below(12)),
        }
    }

    fn line(&self, service: &str) -> String {
        let payer = if self.by_debtor { "debtor" } else { "creditor" };
        let mut line = format!("fee {service} {payer} {}", self.collector);
        for (from, flat, rate) in &self.tiers {
            line += &format!(" {from}:{flat}:{rate}");
        }
        line += &format!(" least={}", self.least);
        if let Some(most) = self.most {
            line += &format!(" most={most}");
        }
        line
    }

    fn fee(&self, from: &str, to: &str, amount: u64) -> BigInt {
        let payer = if self.by_debtor { from } else { to };
        if payer == self.collector {
            return BigInt::from(0);
        }
        let mut fee = BigInt::from(0);
        for (lowest, flat, rate) in &self.tiers {
            if amount >= *lowest {
                fee = nearest(&(BigInt::from(amount) * rate)) + flat;
            }
        }
        fee = fee.max(BigInt::from(self.least));
        if let Some(most) = self.most {
            fee = fee.min(BigInt::from(most));
        }
        if !self.by_debtor {
            fee = fee.min(BigInt::from(amount));
        }
        fee
    }
}

#[derive(Default)]
struct Naive {
    balances: BTreeMap<&'static str, BigInt>,
    rules: [Option<Rule>; 2],
}

impl Naive {
    /// Moves an amount and its fee, or nothing; answers the fee.
    fn pay(
        &mut self,
        service: usize,
        from: &'static str,
        to: &'static str,
        amount: u64,
    ) -> Option<BigInt> {
        let rule = self.rules[service].clone();
        let fee = rule
            .as_ref()
            .map_or(BigInt::from(0), |it| it.fee(from, to, amount));
        let by_debtor = rule.as_ref().is_none_or(|it| it.by_debtor);
        let needed = match by_debtor {
            true => BigInt::from(amount) + &fee,
            false => BigInt::from(amount),
        };
        if self.balances[from] < needed {
            return None;
        }
        let payer = if by_debtor { from } else { to };
        *self.balances.get_mut(from).unwrap() -= amount;
        *self.balances.get_mut(to).unwrap() += amount;
        if let Some(rule) = rule {
            *self.balances.get_mut(payer).unwrap() -= &fee;
            *self.balances.get_mut(rule.collector).unwrap() += &fee;
        }
        Some(fee)
    }

    /// All legs or none, or each for itself, and what the debtor's own legs and fees leave it; fees reach the collector at the end.
    fn bulk(&mut self, all: bool, from: &'static str, legs: &[(&'static str, u64)]) -> String {
        let before = self.balances.clone();
        let debtor_before = self.balances[from].clone();
        // Nothing that comes in meanwhile, by a fee, can be spent on later legs.
        let mut purse = debtor_before;
        let (mut settled, mut fees, mut refused) = (0, BigInt::from(0), String::new());
        for (place, (to, amount)) in legs.iter().enumerate() {
            if to == &from {
                if all {
                    self.balances = before;
                    return format!("leg {place} SY-00022");
                }
                refused += &format!(" [{place} SY-00022]");
                continue;
            }
            let rule = self.rules[1].clone();
            let fee = rule
                .as_ref()
                .map_or(BigInt::from(0), |it| it.fee(from, to, *amount));
            let on_top = match rule.as_ref().is_none_or(|it| it.by_debtor) {
                true => fee.clone(),
                false => BigInt::from(0),
            };
            if purse < &on_top + amount {
                if all {
                    self.balances = before;
                    return format!("leg {place} SY-00260");
                }
                refused += &format!(" [{place} SY-00260]");
                continue;
            }
            purse -= on_top + amount;
            let paid = self.pay(1, from, to, *amount);
            assert_eq!(paid, Some(fee.clone()));
            (settled, fees) = (settled + 1, fees + fee);
        }
        let mut text = format!("settled {settled}{refused}");
        if fees > BigInt::from(0) {
            text += &format!(" fee {fees}");
        }
        text
    }
}

fn owner(account: &str) -> &'static str {
    match account {
        "A1" => "ba",
        "B1" => "bb",
        "C1" => "c1",
        _ => "c2",
    }
}

fn run(seed: u64, operations: u64) -> u64 {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    let mut naive = Naive::default();
    for (account, opening) in [("A1", 1_000), ("B1", 0), ("C1", 500), ("C2", 0)] {
        naive.balances.insert(account, BigInt::from(opening));
    }
    let mut charged = 0;
    let mut known = Vec::new();
    for done in 0..operations {
        let from = dice.of(&ACCOUNTS);
        let to = dice.of(&ACCOUNTS);
        let amount = 1 + dice.below(300);
        let (signer, line, outcome) = match dice.below(9) {
            0 => {
                let service = usize::try_from(dice.below(2)).unwrap();
                let name = ["payments", "legs"][service];
                let rule = Rule::draw(&mut dice);
                let line = rule.line(name);
                naive.rules[service] = Some(rule);
                if !known.contains(&service) {
                    known.push(service);
                }
                let row = known.iter().position(|it| *it == service).unwrap();
                ("op", line, format!("fee-rules {row}"))
            }
            1..=5 if from != to => {
                let outcome = match naive.pay(0, from, to, amount) {
                    Some(fee) if fee > BigInt::from(0) => format!("settled fee {fee}"),
                    Some(_) => "settled".to_owned(),
                    None => "SY-00260".to_owned(),
                };
                (owner(from), format!("pay {from} {to} {amount}"), outcome)
            }
            _ => {
                let all = dice.below(2) == 0;
                let count = 1 + dice.below(5);
                let legs: Vec<(&'static str, u64)> = (0..count)
                    .map(|_| (dice.of(&ACCOUNTS), 1 + dice.below(150)))
                    .collect();
                let mode = if all { "all" } else { "each" };
                let mut line = format!("bulk {mode} {from}");
                for (to, amount) in &legs {
                    line += &format!(" {to}:{amount}");
                }
                (owner(from), line, naive.bulk(all, from, &legs))
            }
        };
        charged += u64::from(outcome.contains(" fee "));
        let mut table = format!("N{done} {signer} {line} = {outcome}\n");
        for account in ACCOUNTS {
            table += &format!("bal {account} {}\n", naive.balances[account]);
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}:\n{table}");
    }
    charged
}

#[test]
fn random_fees_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 3_000), number("SYCEE_SEED", 1));
    let each = operations.min(150);
    let runs = operations.div_ceil(each);
    let charged: u64 = (0..runs).map(|turn| run(seed + turn, each)).sum();
    assert!(charged * 5 > operations, "{charged} of {operations}");
}
