//! Random standing orders, requests, recalls and disputes against a naive executor: plain lists, big integers, the rules written down a second time.
//!
//! The naive executor says beforehand how every instruction ends, which earlier ones end in that block and how, and what every account holds; all of it is
//! written as a table and run. Afterwards the invariants hold on the ledger's rows alone. `SYCEE_OPERATIONS=1000000` runs a million of them; `SYCEE_SEED`
//! another million.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use sycee_primitives::{BlockTime, ParticipantId};

use super::{
    against::kind_of,
    language::{DAY, Stage, orders::order_text},
    twins::{Drawn, Player},
};
use crate::{Action, AutomaticState, DisputeState, Ledger, RecallState, read};
use naive::{ACCOUNTS, Ask, Naive};

mod naive;

const SIGNERS: [&str; 7] = ["ba", "bb", "c1", "c2", "op", "reg", "aud"];

pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    pub(super) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

fn recent(dice: &mut Dice, names: &[String]) -> Option<String> {
    let back = usize::try_from(dice.below(6)).unwrap() + 1;
    names.len().checked_sub(back).map(|at| names[at].clone())
}

/// Mostly by whom it concerns; now and then by anybody.
fn draw(dice: &mut Dice, naive: &Naive) -> (&'static str, Ask) {
    let (signer, ask) = draw_rightly(dice, naive);
    match dice.below(12) {
        // Whoever acts for some of its legs only would leave an exchange waiting for the others.
        0 if matches!(ask, Ask::Exchange { .. }) => (dice.of(&["op", "reg", "aud"]), ask),
        0 => (dice.of(&SIGNERS), ask),
        _ => (signer, ask),
    }
}

fn draw_rightly(dice: &mut Dice, naive: &Naive) -> (&'static str, Ask) {
    let from = dice.of(&ACCOUNTS);
    let others: Vec<&str> = ACCOUNTS.into_iter().filter(|it| *it != from).collect();
    let to = others[usize::try_from(dice.below(3)).unwrap()];
    let amount = 1 + dice.below(400);
    let until = naive.now + dice.below(40_000);
    let day = naive.now / 86_400;
    let pay = Ask::Pay {
        from,
        to,
        amount,
        day,
    };
    let pay = (naive::owner(from), pay);
    let drawn = match dice.below(16) {
        0..=2 => None,
        13 | 14 => Some(draw_bulk(dice, from, day)),
        15 => Some(draw_exchange(dice, until)),
        3 => Some((
            naive::owner(to),
            Ask::Request {
                from,
                to,
                amount,
                part: dice.below(2) == 0,
                until,
            },
        )),
        4 | 5 => recent(dice, &naive.names("request")).map(|name| {
            let (_, payer, asked) = naive.sides(&name);
            let amount = match dice.below(4) {
                0 => None,
                1 => Some(1 + dice.below(asked + 1)),
                _ => Some(asked),
            };
            (naive::owner(payer), Ask::Answer { name, amount })
        }),
        6 => recent(dice, &naive.names("payment")).map(|name| {
            let (payer, _, _) = naive.sides(&name);
            let lie = dice.below(12) == 0;
            (naive::owner(payer), Ask::Recall { name, until, lie })
        }),
        7 => recent(dice, &naive.names("recall")).map(|name| {
            let (_, payee, paid) = naive.sides(&name);
            let amount = (dice.below(4) != 0).then(|| 1 + dice.below(paid + 1));
            (naive::owner(payee), Ask::Back { name, amount })
        }),
        8 => recent(dice, &naive.names("payment")).map(|name| {
            let (payer, _, paid) = naive.sides(&name);
            let amount = 1 + dice.below(paid + 1);
            (naive::owner(payer), Ask::Contest { name, amount })
        }),
        9 => recent(dice, &naive.names("dispute")).map(|name| draw_case(dice, naive, name, until)),
        10 => recent(dice, &naive.names("any"))
            .map(|name| (naive.sender(&name), Ask::Cancel { name })),
        _ => Some(draw_order(dice, naive, from, to, amount)),
    };
    drawn.unwrap_or(pay)
}

/// A bulk payment of up to four legs.
fn draw_bulk(dice: &mut Dice, from: &'static str, day: u64) -> (&'static str, Ask) {
    let others: Vec<&'static str> = ACCOUNTS.into_iter().filter(|it| *it != from).collect();
    let legs = (0..=dice.below(4)).map(|_| (dice.of(&others), 1 + dice.below(300)));
    let ask = Ask::Bulk {
        from,
        legs: legs.collect(),
        all: dice.below(3) == 0,
        day,
    };
    (naive::owner(from), ask)
}

/// An exchange of two or three legs that a bank affirms for all who give, so that it settles at once.
fn draw_exchange(dice: &mut Dice, until: u64) -> (&'static str, Ask) {
    let bank = dice.of(&["ba", "bb"]);
    let own = naive::accounts_of(bank);
    let legs = (0..2 + dice.below(2)).map(|_| {
        let from = dice.of(&own);
        let others: Vec<&'static str> = ACCOUNTS.into_iter().filter(|it| *it != from).collect();
        (from, dice.of(&others), 1 + dice.below(200))
    });
    let legs = legs.collect();
    (bank, Ask::Exchange { legs, until })
}

/// Whether an outcome is an effect.
fn took(outcome: &str) -> bool {
    !outcome.starts_with("SY-") && !outcome.starts_with("leg ")
}

fn draw_case(dice: &mut Dice, naive: &Naive, name: String, until: u64) -> (&'static str, Ask) {
    let (payer, payee, claimed) = naive.sides(&name);
    match dice.below(4) {
        0 => (
            dice.of(&[naive::owner(payer), naive::owner(payee)]),
            Ask::Evidence { name },
        ),
        1 | 2 => {
            let amount = dice.below(claimed + 2);
            let ask = Ask::Decide {
                name,
                amount,
                until,
            };
            (dice.of(&["op", "reg"]), ask)
        }
        _ => (naive::owner(payee), Ask::Compensate { name }),
    }
}

fn draw_order(
    dice: &mut Dice,
    naive: &Naive,
    from: &'static str,
    to: &'static str,
    amount: u64,
) -> (&'static str, Ask) {
    let order = naive
        .orders
        .len()
        .saturating_sub(dice.below(4).try_into().unwrap());
    match dice.below(4) {
        0 => (naive.order_owner(order), Ask::Unorder { order }),
        1 => {
            let ask = Ask::Reorder {
                order,
                amount,
                stop: dice.below(4) == 0,
                total: (dice.below(3) == 0).then(|| dice.below(1_000)),
            };
            (naive.order_owner(order), ask)
        }
        _ => {
            let first = naive.now / 86_400 + dice.below(3);
            let ask = Ask::Order {
                from,
                to,
                amount,
                first,
                last: (dice.below(2) == 0).then(|| first + dice.below(9)),
                every: 1 + dice.below(4),
                stop: dice.below(4) == 0,
                total: (dice.below(3) == 0).then(|| amount + dice.below(1_000)),
            };
            (naive::owner(from), ask)
        }
    }
}

/// Of no payment comes back more than it brought; nothing is counted twice; an order's sums are those of its payments.
fn check_invariants(ledger: &Ledger) {
    let mut back: BTreeMap<_, (u128, u128)> = BTreeMap::new();
    for (_, recall) in ledger.products.recalls.iter() {
        if let RecallState::Returned(amount, _) = recall.state {
            let original = &recall.original;
            let entry = back.entry(original.key()).or_default();
            *entry = (entry.0 + amount.minor(), original.amount.minor());
        }
    }
    for (_, dispute) in ledger.products.disputes.iter() {
        if let DisputeState::Paid(amount, _) = dispute.state {
            let original = &dispute.original;
            let entry = back.entry(original.key()).or_default();
            *entry = (entry.0 + amount.minor(), original.amount.minor());
        }
    }
    assert!(back.values().all(|(back, paid)| back <= paid), "{back:?}");
    for (id, order) in ledger.products.standing_orders.iter() {
        let own = ledger.products.automatic.iter();
        let own = own.filter(|(_, it)| it.cause == crate::Cause::StandingOrder(id));
        let settled = own.filter(|(_, it)| matches!(it.state, AutomaticState::Settled(_)));
        let amounts: Vec<u128> = settled.map(|(_, it)| it.payment.amount.minor()).collect();
        assert_eq!(order.paid_sum, amounts.iter().sum::<u128>(), "order {id}");
        assert_eq!(order.paid as usize, amounts.len(), "order {id}");
        assert_eq!(order.waiting_sum, 0, "order {id}");
    }
}

/// The executor beside a network: what it asks is written on a stage of its own, which remembers what recalls and disputes speak of.
pub(super) struct Playing {
    stage: Stage,
    naive: Naive,
    dice: Dice,
    is_playing: bool,
    open: BTreeMap<String, (&'static str, Ask)>,
}

impl Playing {
    /// All asks that take effect, and how standing orders stand.
    pub(super) const STATES: &'static [&'static str] = &[
        "active",
        "finished",
        "cancelled",
        "SY-00260",
        "Pay",
        "Bulk",
        "Exchange",
        "Request",
        "Answer",
        "Recall",
        "Back",
        "Contest",
        "Evidence",
        "Decide",
        "Compensate",
        "Cancel",
        "Order",
        "Reorder",
        "Unorder",
    ];

    pub(super) fn new(seed: u64) -> Playing {
        Playing {
            stage: Stage::new(),
            naive: Naive::default(),
            dice: Dice::new(seed),
            is_playing: false,
            open: BTreeMap::new(),
        }
    }
}

/// Seconds on the executor's clock.
fn seconds(now: BlockTime) -> u64 {
    now.0.saturating_sub(DAY) / 1_000
}

impl Player for Playing {
    fn stage(&self) -> &[(ParticipantId, Action)] {
        &[]
    }

    fn begin(&mut self, ledger: &Ledger) {
        self.naive.now = seconds(ledger.time());
        self.is_playing = true;
    }

    fn is_playing(&self) -> bool {
        self.is_playing
    }

    fn pause(&mut self) -> u64 {
        let seconds = match self.dice.below(8) {
            0 => 86_400,
            _ => 60 + self.dice.below(9_000),
        };
        seconds * 1_000
    }

    fn draw(&mut self, name: &str) -> Option<Drawn> {
        let (signer, ask) = draw(&mut self.dice, &self.naive);
        let expiry = self.naive.now + 72_000;
        let line = format!("{name} {signer} {} expiry={expiry}", self.naive.line(&ask));
        let instruction = self.stage.say(name, &line, self.naive.now)?;
        self.open.insert(name.to_owned(), (signer, ask));
        Some(Drawn {
            sender: instruction.sender,
            action: instruction.action,
            expires: Some(instruction.expiry),
        })
    }

    fn turn(&mut self, now: BlockTime) {
        if self.is_playing {
            self.naive.open(seconds(now));
        }
    }

    fn ask(&mut self, name: &str) -> Option<(bool, String)> {
        let (signer, ask) = self.open.remove(name)?;
        let outcome = self.naive.ask(name, signer, &ask, &mut BTreeMap::new());
        Some((took(&outcome), kind_of(&ask)))
    }

    fn close(&mut self) {}

    fn check(&self, ledger: &Ledger) {
        for account in ACCOUNTS {
            let found = read::account(ledger, self.stage.account(account)).unwrap();
            let found = BigInt::from(found.balance().0);
            assert_eq!(found, self.naive.balance(account), "balance of {account}");
        }
        let orders = &ledger.products.standing_orders;
        assert_eq!(orders.len(), self.naive.orders.len() as u64);
        for ((id, found), expected) in orders.iter().zip(&self.naive.orders) {
            assert_eq!(order_text(found), expected.told(), "order {id}");
        }
        check_invariants(ledger);
    }

    fn states(&self) -> Vec<String> {
        let orders = self.naive.orders.iter();
        orders.map(|it| it.state.to_owned()).collect()
    }
}

#[cfg(test)]
fn run(seed: u64, operations: u64) -> u64 {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    let mut naive = Naive::default();
    let (mut done, mut settled) = (0, 0);
    while done < operations {
        let forward = match dice.below(8) {
            0 => 86_400,
            _ => 60 + dice.below(9_000),
        };
        let mut later = naive.open(naive.now + forward);
        let mut table = format!("block {} empty\n", naive.now);
        for _ in 0..dice.below(7) {
            let (signer, ask) = draw(&mut dice, &naive);
            let name = format!("N{done}");
            done += 1;
            let line = naive.line(&ask);
            let outcome = naive.ask(&name, signer, &ask, &mut later);
            settled += u64::from(took(&outcome));
            table += &format!("{name} {signer} {line} = {outcome}\n");
        }
        for (name, outcome) in &later {
            table += &format!("later {name} = {outcome}\n");
        }
        for account in ACCOUNTS {
            table += &format!("bal {account} {}\n", naive.balance(account));
        }
        for (id, order) in naive.orders.iter().enumerate() {
            table += &format!("standing {id} {}\n", order.told());
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}, operation {done}:\n{table}");
        check_invariants(&stage.ledger);
    }
    settled
}

#[test]
fn random_orders_requests_and_disputes_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 6_000), number("SYCEE_SEED", 1));
    let each = operations.min(300);
    let runs = operations.div_ceil(each);
    let settled: u64 = (0..runs).map(|turn| run(seed + turn, each)).sum();
    assert!(
        settled * 3 > operations,
        "{settled} of {operations}: the draw is idle"
    );
}
