//! Random payments, holds, limits, reservations and netting cycles against an executor that is written anew, slowly and from the rules alone.

mod naive;

use proptest::prelude::*;

use super::{language::Stage, supply::draw::Dice};
use naive::Naive;

/// Accounts that take part and who owns them.
const OWNERS: [(&str, &str); 4] = [("A1", "ba"), ("B1", "bb"), ("C1", "c1"), ("C2", "c2")];

/// Accounts in the second asset and who owns them.
const ABROAD: [(&str, &str); 3] = [("AUSD", "ba"), ("BUSD", "bb"), ("CUSD", "c1")];

/// Opens and funds them, before anything is compared.
const BEGIN: &str = "
    O1 op open bb settlement BUSD asset=1 = settled
    O2 op open c1 current CUSD asset=1 = settled
    block
    O3 op issue BUSD 300 = settled
";

/// What a random step is made of: small numbers, so that everything meets everything.
#[derive(Clone, Debug)]
struct Step {
    kind: u8,
    from: usize,
    step: usize,
    amount: u128,
    priority: u8,
    bypass: bool,
    target: usize,
    wait: u64,
    bits: u64,
}

fn any_step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![12 => Just(1_000_u64), 2 => Just(30_000), 1 => Just(50_000_000)];
    (
        (0_u8..38, 0_usize..4, 1_usize..4, 1_u128..900, 0_u8..8),
        (prop::bool::weighted(0.3), 0_usize..8, wait, any::<u64>()),
    )
        .prop_map(
            |((kind, from, step, amount, priority), (bypass, target, wait, bits))| Step {
                kind,
                from,
                step,
                amount,
                priority,
                bypass,
                target,
                wait,
                bits,
            },
        )
}

impl Step {
    /// The line in the tables' language; `number` is its place.
    fn line(&self, number: usize, naive: &Naive, second: u64) -> String {
        let (account, signer) = OWNERS[self.from];
        let other = OWNERS[(self.from + self.step) % 4].0;
        let Step {
            amount, priority, ..
        } = self;
        let earlier = number.saturating_sub(1 + self.target);
        let bypass = if self.bypass { " bypass=1" } else { "" };
        let until = second + 60 + u64::from(self.priority) * 40_000;
        match self.kind {
            0..=9 => format!(
                "S{number} {signer} pay {account} {other} {amount} until={until} priority={priority}{bypass}"
            ),
            10 => {
                format!(
                    "S{number} {signer} pay {account} {other} {amount} priority={priority}{bypass}"
                )
            }
            11 => format!("S{number} {signer} bulk each {account} {other}:{amount} C2:5 {other}:3"),
            12 => format!("S{number} op issue {account} {amount}"),
            13 => format!("S{number} {signer} cancel S{earlier}"),
            14 => format!("S{number} {signer} park S{earlier}"),
            15 => format!("S{number} {signer} unpark S{earlier}"),
            16 => format!("S{number} {signer} prio S{earlier} {priority}"),
            17 => format!("S{number} {signer} limit {account} one:{other} {amount}"),
            18 => format!("S{number} {signer} limit {account} others {amount}"),
            19 => format!("S{number} op limit {account} all {amount}"),
            20 => format!("S{number} {signer} limit {account} one:{other} -"),
            21 => format!(
                "S{number} {signer} reserve {account} {} {amount}",
                priority % 5
            ),
            22 => format!("S{number} {signer} hold {account} {other} {amount} until={until}"),
            23..=32 => self.abroad(number, naive, until),
            _ => match naive.open_cycle() {
                Some((cycle, listed)) => {
                    // Half of the sets are sound when they are made, half are anything.
                    let good = naive.good_set(self.target);
                    let is_in = |place: usize| match self.bypass {
                        true => self.bits >> (place % 64) & 1 == 1,
                        false => good[place],
                    };
                    let bytes = (0..listed.div_ceil(8)).map(|byte| {
                        let places = (byte * 8..listed).take(8).filter(|it| is_in(*it));
                        let bits: u8 = places.map(|it| 1 << (it % 8)).sum();
                        format!("{bits:02x}")
                    });
                    let bytes: Vec<String> = bytes.collect();
                    let by = ["op", "ba", "bb"][self.from % 3];
                    format!("S{number} {by} set {cycle} {}", bytes.concat())
                }
                None => format!("S{number} {signer} post S{earlier}"),
            },
        }
    }
}

impl Step {
    /// A payment in the second asset, or one side of a pair over both.
    fn abroad(&self, number: usize, naive: &Naive, until: u64) -> String {
        let (account, signer) = OWNERS[self.from];
        let bypass = if self.bypass { " bypass=1" } else { "" };
        let how = format!("until={until} priority={}{bypass}", self.priority);
        let amount = self.amount;
        let (own, owner) = ABROAD[self.from % 3];
        let other = ABROAD[(self.from + self.step.min(2)) % 3].0;
        if self.kind == 23 {
            return format!("S{number} {owner} pay {own} {other} {amount} asset=1 {how}");
        }
        let home = OWNERS[(self.from + self.step) % 4].0;
        let of = |name: &str| ABROAD.iter().find(|it| it.1 == name).map(|it| it.0);
        match naive.wanted() {
            // The other side comes, or somebody who gets the terms wrong.
            Some(it) if self.kind < 30 => {
                let home = OWNERS.iter().find(|own| own.0 == it.receive);
                let owner = home.unwrap().1;
                let expected = it.expected + i128::from(self.target == 7);
                format!(
                    "{} {owner} versus {} {} {} against={} receive={} expect={expected} {how}",
                    it.name,
                    of(owner).unwrap(),
                    it.to,
                    it.amount,
                    it.against,
                    it.receive
                )
            }
            Some(_) | None => match of(signer) {
                Some(receive) if ["A1", "B1", "C1"].contains(&home) => format!(
                    "S{number} {signer} versus {account} {home} {amount} against=M{number} receive={receive} expect={} {how}",
                    1 + amount / 3
                ),
                Some(_) | None => {
                    format!("S{number} {owner} pay {own} {other} {amount} asset=1 {how}")
                }
            },
        }
    }
}

impl Step {
    /// The same from dice.
    fn drawn(dice: &mut Dice) -> Step {
        let mut small = |sides: u8| u8::try_from(dice.below(sides.into())).unwrap();
        let (kind, from, step) = (small(38), small(4), 1 + small(3));
        let (priority, bypass, target) = (small(8), small(10) < 3, small(8));
        Step {
            kind,
            from: from.into(),
            step: step.into(),
            amount: u128::from(1 + dice.below(899)),
            priority,
            bypass,
            target: target.into(),
            wait: 0,
            bits: dice.below(u64::MAX),
        }
    }
}

/// The payments of a ledger with other products on it.
pub(super) struct Book {
    naive: Naive,
}

impl Book {
    pub(super) fn join(stage: &mut Stage) -> Book {
        stage.run(BEGIN);
        Book {
            naive: founded(stage),
        }
    }

    /// What comes next, in the tables' language.
    pub(super) fn line(&self, dice: &mut Dice, number: usize, second: u64) -> String {
        Step::drawn(dice).line(number, &self.naive, second)
    }

    /// One block with one line, beside so many instructions that concern none of these accounts; every receipt.
    pub(super) fn block(&mut self, line: &str, second: u64, others: u64) -> Vec<(String, String)> {
        self.naive.block_beside(line, second, others)
    }

    /// Balances are those of the naive executor.
    pub(super) fn check(&self, stage: &Stage) {
        for (account, _) in OWNERS.into_iter().chain(ABROAD) {
            let row = crate::read::account(&stage.ledger, stage.account(account)).unwrap();
            assert_eq!(row.balance().0, self.naive.balance(account), "{account}");
        }
    }
}

/// The naive executor of a stage where nothing but [`BEGIN`] happened.
fn founded(stage: &Stage) -> Naive {
    let balance = |name: &str| {
        let row = crate::read::account(&stage.ledger, stage.account(name));
        row.unwrap().balance().0
    };
    let accounts = OWNERS.into_iter().chain(ABROAD);
    let balances: Vec<(&str, i128)> = accounts.map(|(name, _)| (name, balance(name))).collect();
    Naive::new(&balances)
}

fn agree(steps: &[Step]) -> Naive {
    let mut stage = Stage::new();
    stage.run(BEGIN);
    let mut naive = founded(&stage);
    let mut second = 2;
    for (number, step) in steps.iter().enumerate() {
        second += step.wait / 1_000;
        let line = step.line(number, &naive, second);
        let found = stage.run_alone(&line, step.wait);
        let mut expected = naive.block(&line, second);
        expected.sort();
        let mut sorted = found.clone();
        sorted.sort();
        assert_eq!(sorted, expected, "receipts after {line}");
        for (account, _) in OWNERS.into_iter().chain(ABROAD) {
            let id = stage.account(account);
            let row = crate::read::account(&stage.ledger, id).unwrap();
            assert_eq!(
                row.balance().0,
                naive.balance(account),
                "{account} after {line}"
            );
            assert_eq!(
                i128::try_from(row.available()).unwrap(),
                naive.available(account).max(0),
                "{account} after {line}"
            );
        }
    }
    naive
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn queue_limits_reservations_and_cycles_agree_with_the_naive_executor(
        steps in prop::collection::vec(any_step(), 1..90),
    ) {
        agree(&steps);
    }
}

/// What random steps reach at all, so that the property above cannot become empty.
#[test]
fn the_random_steps_reach_every_way_of_settling() {
    use proptest::{
        strategy::ValueTree,
        test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let all = prop::collection::vec(any_step(), 80..90);
    let mut reached = std::collections::BTreeMap::new();
    for _ in 0..60 {
        let steps = all.new_tree(&mut runner).unwrap().current();
        for (way, count) in agree(&steps).reached {
            *reached.entry(way).or_insert(0) += count;
        }
    }
    for way in [
        "offset",
        "swept",
        "cycle",
        "best set",
        "expired",
        "limited",
        "urgent",
        "aged",
        "matched",
        "pair swept",
        "pair in a cycle",
        "mate ended",
    ] {
        assert!(
            reached.get(way).is_some_and(|count| *count > 2),
            "{way}: {reached:?}"
        );
    }
}
