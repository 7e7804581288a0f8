//! Random defaults against a naive executor: balances, contributions and lines drawn at random, one bank fails, and the sources are gone through by hand
//! with big integers. `SYCEE_OPERATIONS` (defaults here) and `SYCEE_SEED` as elsewhere.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::{language::Stage, orders::Dice};

/// Accounts by number, whose they are, and what each starts with.
const ACCOUNTS: [(&str, &str); 6] = [
    ("A1", "ba"),
    ("B1", "bb"),
    ("C1", "c1"),
    ("C2", "c2"),
    ("OPS", "op"),
    ("A2", "ba"),
];

#[derive(Clone, Default)]
struct Naive {
    balance: BTreeMap<&'static str, BigInt>,
    aside: BTreeMap<&'static str, BigInt>,
}

impl Naive {
    fn of(&self, account: &str) -> BigInt {
        self.balance.get(account).cloned().unwrap_or_default()
    }

    fn aside(&self, account: &str) -> BigInt {
        self.aside.get(account).cloned().unwrap_or_default()
    }

    fn give(&mut self, from: &'static str, to: &'static str, amount: &BigInt) {
        *self.balance.entry(from).or_default() -= amount;
        *self.balance.entry(to).or_default() += amount;
    }

    /// Divides by handing out what everybody gets for sure, and then unit after unit to whoever is furthest below its due.
    fn shares(
        weights: &BTreeMap<&'static str, BigInt>,
        wanted: &BigInt,
    ) -> BTreeMap<&'static str, BigInt> {
        let zero = BigInt::from(0);
        let all: BigInt = weights.values().sum();
        if all == zero {
            return BTreeMap::new();
        }
        let amount = wanted.clone().min(all.clone());
        let mut shares: BTreeMap<&'static str, BigInt> = weights
            .iter()
            .map(|(account, weight)| (*account, &amount * weight / &all))
            .collect();
        while shares.values().sum::<BigInt>() < amount {
            // The account with the greatest rest that has not got a unit yet; of equals the one that was opened first.
            let next = ACCOUNTS
                .iter()
                .filter(|(account, _)| weights.contains_key(account))
                .filter(|(account, _)| shares[account] == &amount * &weights[account] / &all)
                .max_by_key(|(account, _)| {
                    let place = ACCOUNTS.iter().position(|it| it.0 == *account).unwrap();
                    (&amount * &weights[account] % &all, std::cmp::Reverse(place))
                })
                .unwrap();
            *shares.get_mut(next.0).unwrap() += 1;
        }
        shares
    }

    /// One account that is below zero; answers what stays uncovered.
    fn close_out(&mut self, account: &'static str, order: &[&str]) -> (BigInt, BigInt) {
        let zero = BigInt::from(0);
        let exposure = -self.of(account);
        let mut left = exposure.clone();
        for source in order {
            let mut gives: Vec<(&'static str, BigInt)> = Vec::new();
            match *source {
                "own" => {
                    let mut wanted = left.clone();
                    for other in ["A1", "A2"].into_iter().filter(|it| *it != account) {
                        let free = (self.of(other) - self.aside(other)).max(zero.clone());
                        let share = free.min(wanted.clone());
                        wanted -= &share;
                        gives.push((other, share));
                    }
                }
                "fund" => {
                    let free = self.of("OPS").max(zero.clone()).min(left.clone());
                    gives.push(("OPS", free));
                }
                "self" => {
                    let weights = ["A1", "A2"]
                        .into_iter()
                        .filter(|it| *it != account && self.aside(it) > zero)
                        .map(|it| (it, self.aside(it).min(self.of(it).max(zero.clone()))))
                        .collect();
                    gives.extend(Naive::shares(&weights, &left));
                }
                _ => {
                    let weights = ["B1", "C1", "C2"]
                        .into_iter()
                        .filter(|it| self.aside(it) > zero)
                        .map(|it| (it, self.aside(it)))
                        .collect();
                    gives.extend(Naive::shares(&weights, &left));
                }
            }
            for (from, share) in gives {
                if matches!(*source, "self" | "others") {
                    *self.aside.entry(from).or_default() -= &share;
                }
                self.give(from, account, &share);
                left -= share;
            }
        }
        (exposure, left)
    }
}

/// Accounts with money, contributions and debts, as a table.
fn set_up(dice: &mut Dice, naive: &mut Naive, order: &[&str]) -> String {
    let mut table = format!(
        "S1 op open op settlement OPS = settled\nS2 op open ba settlement A2 = settled\nbal OPS 0\n\
         S3 op rule A1 floor=-5000 = settled\nS4 op rule A2 floor=-300 = settled\n\
         R op rulebook OPS {} = default-rules 0\n",
        order.join("+")
    );
    naive.balance.insert("A1", BigInt::from(1_000));
    naive.balance.insert("C1", BigInt::from(500));
    for (account, _) in ACCOUNTS {
        let more = dice.below(700);
        if more > 0 {
            table += &format!("I-{account} op issue {account} {more} = settled\n");
            *naive.balance.entry(account).or_default() += more;
        }
    }
    let mut rows = 0;
    for (account, owner) in ACCOUNTS.into_iter().filter(|it| it.0 != "OPS") {
        if dice.below(3) > 0 && naive.of(account) > BigInt::from(0) {
            let most: u64 = naive.of(account).to_string().parse().unwrap();
            let amount = dice.below(most + 1);
            table += &format!(
                "K-{account} {owner} contribute {account} {amount} = contributions {rows}\n"
            );
            rows += 1;
            naive.aside.insert(account, BigInt::from(amount));
        }
    }
    // The bank spends what it has, and its lines, on accounts of a customer that is nobody's.
    for account in ["A1", "A2"] {
        let line = if account == "A1" { 5_000 } else { 300 };
        let free: BigInt = naive.of(account) - naive.aside(account) + line;
        let free: u64 = free.to_string().parse().unwrap();
        let spent = dice.below(free + 1);
        if spent > 0 {
            table += &format!("P-{account} ba pay {account} C3 {spent} = settled\n");
            naive.give(account, "C3", &BigInt::from(spent));
        }
    }
    table
}

fn run(seed: u64) -> bool {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    let mut naive = Naive::default();
    let mut order = vec!["own", "self", "fund", "others"];
    for place in (1..order.len()).rev() {
        order.swap(
            place,
            usize::try_from(dice.below(place as u64 + 1)).unwrap(),
        );
    }
    order.truncate(1 + usize::try_from(dice.below(4)).unwrap());
    let mut table = set_up(&mut dice, &mut naive, &order);
    table += "D op status ba defaulted = defaults 0\n";
    let mut closed = 0;
    for account in ["A1", "A2"] {
        if naive.of(account) < BigInt::from(0) {
            let (exposure, left) = naive.close_out(account, &order);
            table += &format!("closeout {closed} {account} {exposure} {left}\n");
            closed += 1;
        }
    }
    for (account, _) in ACCOUNTS {
        table += &format!("bal {account} {}\n", naive.of(account));
    }
    for account in ["B1", "C1", "C2"] {
        table += &format!(
            "avail {account} {}\n",
            naive.of(account) - naive.aside(account)
        );
    }
    let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
    assert!(told.is_ok(), "seed {seed}:\n{table}");
    for posting in stage.ledger.accounts.postings() {
        let is_own = posting.owner == sycee_primitives::ParticipantId(1);
        assert!(!is_own || posting.headroom() >= -5_000, "{posting:?}");
    }
    let pending = crate::conservation::check_pending(&stage.ledger.accounts);
    assert_eq!(pending, Ok(()));
    closed > 0
}

#[test]
fn random_defaults_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (count, seed): (u64, u64) = (number("SYCEE_OPERATIONS", 400), number("SYCEE_SEED", 1));
    let exposed = (0..count).filter(|turn| run(seed + turn)).count();
    assert!(
        exposed as u64 * 2 > count,
        "{exposed} of {count} owed something"
    );
}
