//! One ledger, many products: payments, queues, netting cycles with pairs of two currencies, limits, reservations and holds beside escrows, documentary
//! credits, guarantees, receivables with factoring, goods in store and changes of the validators, in the same blocks, with restarts; every receipt foretold by the naive executors, every root by plain recursion.
//!
//! ```text
//!   block ─┬─ one line of the tables' language ──▶ `risk::naive`: every receipt of it, and of what waited, with its code
//!          └─ up to five asks of the other products ──▶ their twins (`against`): which take effect
//!   ledger ─▶ receipts, rows, balances: the same; receipts root, results, state root: the same (`roots`); the invariants hold
//! ```
//! Each product has accounts of its own, so each naive executor knows all that moves them; participants, time, blocks, identifiers, agenda, trees and storage are
//! shared. `SYCEE_OPERATIONS=10000000` runs ten million operations, `SYCEE_SEED` others.

use sycee_primitives::BlockTime;

use super::{
    against::{self, Drawn, Twin},
    documentary, escrow, guarantee, invariants,
    language::{DAY, Stage},
    life::{Rows, restore, store},
    risk,
    roots::Roots,
    stored,
    supply::{self, draw::Dice},
    votes,
};
use crate::*;

/// Operations that start from one empty book.
const OPERATIONS_EACH: u64 = 400;

/// Once in so many blocks the ledger is stored, and goes on from its rows.
const RESTORED_EVERY: u64 = 16;

/// Everybody's second book.
struct Books {
    payments: risk::Book,
    escrow: escrow::Book,
    credits: documentary::Book,
    guarantees: guarantee::Book,
    supply: supply::Book,
    goods: stored::Book,
    votes: votes::Book,
}

impl Books {
    fn found(seed: u64) -> (Stage, Books) {
        let mut stage = Stage::new().with_room(40);
        let payments = risk::Book::join(&mut stage);
        let books = Books {
            escrow: escrow::Book::join(&mut stage, "E"),
            credits: documentary::Book::join(&mut stage, "D"),
            guarantees: guarantee::Book::join(&mut stage, "G"),
            supply: supply::Book::join(&mut stage, "S"),
            goods: stored::Book::join(&mut stage),
            votes: votes::Book::new(seed),
            payments,
        };
        (stage, books)
    }

    fn turn(&mut self, now: u64) {
        self.escrow.turn(now);
        self.credits.turn(now);
        self.guarantees.turn(now);
        self.supply.turn(now);
        self.goods.turn(now);
        self.votes.open((now - DAY) / 1_000);
    }

    /// What somebody asks of one of the products next.
    fn ask(&mut self, stage: &Stage, dice: &mut Dice, name: &str, now: u64) -> Option<Drawn> {
        match dice.below(5) {
            0 => against::draw(&mut self.escrow, stage, dice, (name, now)),
            1 => against::draw(&mut self.credits, stage, dice, (name, now)),
            2 => against::draw(&mut self.guarantees, stage, dice, (name, now)),
            3 => against::draw(&mut self.supply, stage, dice, (name, now)),
            _ => against::draw(&mut self.goods, stage, dice, (name, now)),
        }
    }

    /// The block ends.
    fn close(&mut self) {
        self.supply.close();
        self.goods.close();
    }

    fn check(&self, stage: &Stage) {
        let ledger = &stage.ledger;
        self.votes.check(stage);
        self.supply.check(ledger);
        self.goods.check(ledger);
        self.escrow.check(ledger);
        self.credits.check(ledger);
        self.guarantees.check(ledger);
        invariants::check(ledger);
    }
}

/// What a run came to.
#[derive(Default)]
struct Tally {
    operations: u64,
    took: u64,
    restarts: u64,
    state_roots: u64,
}

fn run_one(seed: u64, operations: u64, tally: &mut Tally) {
    let (mut stage, mut books) = Books::found(seed);
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut rows = Rows::new();
    let mut roots = Roots::from(&stage.ledger);
    let (mut time, mut done, mut number) = (stage.ledger.time().0, 0, 0);
    while done < operations {
        time += match dice.below(90) {
            0 => 86_400_000,
            1 | 2 => 30_000_000,
            3..=8 => 30_000,
            _ => 1_000,
        };
        books.turn(time);
        let line = books.payments.line(&mut dice, number, (time - DAY) / 1_000);
        let mut asked = Vec::new();
        for _ in 0..dice.below(6) {
            asked.extend(books.ask(&stage, &mut dice, &format!("{done}"), time));
            done += 1;
        }
        let mut sent: Vec<VerifiedTransaction> =
            asked.iter().map(|it| it.transaction.clone()).collect();
        let second = (time - DAY) / 1_000;
        let mut voted = Vec::new();
        if dice.below(2) == 0 {
            let (line, told) = books.votes.line(done);
            let name = format!("V{done}");
            if stage.say(&name, &line, second).is_some() {
                sent.push(stage.transaction_named(&name));
                voted.push((name, told));
            }
            done += 1;
        }
        let others = sent.len() as u64;
        let mut expected = books.payments.block(&line, second, others);
        expected.append(&mut voted);
        books.close();
        let (block, mut found) = stage.run_beside(&line, BlockTime(time), &sent);
        for it in &asked {
            let mut own = block
                .receipts
                .iter()
                .filter(|of| of.transaction == it.transaction.id());
            let outcome = own.next().map(|of| &of.outcome);
            let took = outcome.is_some_and(|it| !matches!(it, Outcome::Refused(_)));
            assert_eq!(took, it.effect, "seed {seed}: {}: {outcome:?}", it.says);
            assert!(own.next().is_none(), "one receipt");
            tally.took += u64::from(took);
        }
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "seed {seed}: receipts after {line}");
        books.payments.check(&stage);
        books.check(&stage);
        roots.check_block(&block);
        if dice.below(RESTORED_EVERY) == 0 {
            store(&mut rows, &mut stage.ledger);
            tally.state_roots += u64::from(roots.check_state(&stage.ledger, &rows));
            stage.ledger = restore(&rows).unwrap();
            tally.restarts += 1;
        }
        (done, number) = (done + 1, number + 1);
    }
    tally.operations += done;
}

#[test]
fn all_products_of_one_ledger_agree_with_the_naive_executors_and_so_does_every_root() {
    let (operations, seed) = against::asked_for(4_000);
    let each = operations.min(OPERATIONS_EACH);
    let mut tally = Tally::default();
    for turn in 0..operations.div_ceil(each) {
        run_one(seed + turn, each, &mut tally);
    }
    let Tally {
        operations,
        took,
        restarts,
        state_roots,
    } = tally;
    assert!(
        took * 10 > operations,
        "{took} of {operations}: the draw is idle"
    );
    assert!(
        restarts > 0 && state_roots == restarts,
        "every block is a checkpoint here"
    );
}
