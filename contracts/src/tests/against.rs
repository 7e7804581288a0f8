//! A product's random operations against its naive executor: one driver for all.
//!
//! ```text
//!   time passes ─▶ naive: turn      asks, drawn by what the naive executor knows ─▶ naive: ask      ─▶ should it take effect?
//!               └▶ ledger: block with the same asks as signed instructions ─▶ receipts, rows, balances: the same, and the invariants hold
//! ```
//! Now and then the ledger is restored from its rows. `SYCEE_OPERATIONS=1000000` runs a million operations; `SYCEE_SEED` another million.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use num_bigint::BigInt;
use sycee_primitives::{AccountId, BlockTime, Height, ParticipantId};

#[cfg(test)]
use super::{
    invariants,
    language::{DAY, chain, secret},
    life::{Rows, restore, store},
    roots::Roots,
};
use super::{language::Stage, supply::draw::Dice};
use crate::*;

/// Once in so many blocks the ledger is stored, and goes on from its rows.
const RESTORED_EVERY: u64 = 64;

/// The rules of a product, written down a second time. What it is asked names instants, not spans: it may be executed much later.
pub(super) trait Twin: Sized {
    /// What somebody asks for.
    type Ask: Debug;

    /// What puts accounts and money on the stage, in the language of the tables.
    const STAGE: &'static str;
    /// All states in which its objects stand, and all asks that take effect.
    const STATES: &'static [&'static str];

    /// Accounts of the stage beyond the usual ones,
    const ROOM: u32 = 0;
    /// operations of the ordinary test, and how many of them start from one empty book.
    const OPERATIONS: (u64, u64) = (8_000, 2_000);

    /// The executor of such a stage.
    fn begin(ledger: &Ledger) -> Self;
    /// Milliseconds to the next block.
    fn pause(dice: &mut Dice) -> u64;
    /// Time passes.
    fn turn(&mut self, now: u64);
    /// Who asks for what next.
    fn draw(&self, dice: &mut Dice) -> (u32, Self::Ask);
    /// The same as an instruction; `name` occurs once.
    fn action(&self, sender: u32, ask: &Self::Ask, name: &str) -> Action;
    /// Whether it takes effect; if so, it has.
    fn ask(&mut self, sender: u32, ask: &Self::Ask) -> bool;
    /// The block ends.
    fn close(&mut self) {}
    /// Compares rows and balances.
    fn check(&self, ledger: &Ledger);
    /// The states in which objects stand.
    fn states(&self) -> Vec<String>;
}

/// How many operations the environment asks for, and from which seed.
#[cfg(test)]
pub(super) fn asked_for(otherwise: u64) -> (u64, u64) {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    (
        number("SYCEE_OPERATIONS", otherwise),
        number("SYCEE_SEED", 1),
    )
}

/// One ask that is well formed, as it is sent.
#[cfg(test)]
pub(super) struct Drawn {
    pub(super) transaction: VerifiedTransaction,
    /// Whether it should take effect; for the naive executor it has.
    pub(super) effect: bool,
    pub(super) says: String,
    /// What kind of ask it is.
    pub(super) kind: String,
}

/// Draws the next ask of a product; `None` when it does not pass the door, and then it has no effect.
#[cfg(test)]
pub(super) fn draw<T: Twin>(
    twin: &mut T,
    stage: &Stage,
    dice: &mut Dice,
    (name, now): (&str, u64),
) -> Option<Drawn> {
    let (sender, ask) = twin.draw(dice);
    let transaction = sign(stage, twin, (sender, &ask), name, now);
    let effect = twin.ask(sender, &ask);
    let says = format!("{ask:?} by {sender}");
    match transaction {
        Ok(transaction) => Some(Drawn {
            transaction,
            effect,
            says,
            kind: kind_of(&ask),
        }),
        Err(rejection) => {
            assert!(!effect, "{says}: {rejection:?}");
            None
        }
    }
}

/// Opens accounts of these owners, their numbers behind a mark, each with so much money.
pub(super) fn open(
    stage: &mut Stage,
    mark: &str,
    numbers: &[(&str, u32)],
    funds: u64,
) -> (Owners, BTreeMap<u64, BigInt>) {
    let name = |owner: u32, stage: &Stage| {
        let owner = stage.ledger.participant(ParticipantId(owner));
        owner.unwrap().name.to_string()
    };
    let marked: Vec<(String, u32)> = numbers
        .iter()
        .map(|(number, owner)| (format!("{mark}{number}"), *owner))
        .collect();
    let mut lines = vec!["block".to_owned()];
    for (number, owner) in &marked {
        let kind = match (number.ends_with("HOLD"), owner) {
            (true, _) => "escrow",
            (false, 1 | 2) => "settlement",
            (false, _) => "current",
        };
        let owner = name(*owner, stage);
        lines.push(format!(
            "O{number} op open {owner} {kind} {number} = settled"
        ));
    }
    lines.push("block".to_owned());
    stage.run(&lines.join("\n"));
    let funded = marked
        .iter()
        .filter(|(number, _)| !number.ends_with("HOLD"));
    let lines = funded.map(|(number, _)| format!("F{number} op issue {number} {funds} = settled"));
    stage.run(&lines.collect::<Vec<_>>().join("\n"));
    let marked: Vec<(&str, u32)> = marked
        .iter()
        .map(|(it, owner)| (it.as_str(), *owner))
        .collect();
    accounts(&stage.ledger, &marked)
}

/// Runs as many operations as the environment asks for; they reach so many states, and a fair part of them takes effect.
#[cfg(test)]
pub(super) fn run<T: Twin>() {
    let (operations, seed) = asked_for(T::OPERATIONS.0);
    let each = operations.min(T::OPERATIONS.1);
    let mut reached = BTreeSet::new();
    let runs = 0..operations.div_ceil(each);
    let took: u64 = runs
        .map(|turn| run_one::<T>(seed + turn, each, &mut reached))
        .sum();
    let missing = T::STATES.iter().filter(|it| !reached.contains(**it));
    let missing: Vec<&&str> = missing.collect();
    assert!(
        missing.is_empty(),
        "never reached: {missing:?} beside {reached:?}"
    );
    assert!(
        took * 10 > operations,
        "{took} of {operations} took effect: the draw is idle"
    );
}

/// One run from an empty book; answers how many took effect.
#[cfg(test)]
fn run_one<T: Twin>(seed: u64, operations: u64, reached: &mut BTreeSet<String>) -> u64 {
    let mut stage = Stage::new().with_room(T::ROOM);
    stage.run(T::STAGE);
    let mut twin = T::begin(&stage.ledger);
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (mut done, mut took, mut time) = (0, 0, DAY + 60_000);
    let mut rows = Rows::new();
    let mut roots = Roots::from(&stage.ledger);
    while done < operations {
        time += T::pause(&mut dice);
        twin.turn(time);
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..dice.below(8) {
            let drawn = draw(&mut twin, &stage, &mut dice, (&format!("{done}"), time));
            done += 1;
            if let Some(drawn) = drawn {
                took += u64::from(drawn.effect);
                if drawn.effect {
                    reached.insert(drawn.kind);
                }
                sent.push(drawn.transaction);
                expected.push((drawn.says, drawn.effect));
            }
        }
        twin.close();
        let context = BlockContext {
            height: Height(stage.ledger.height().0 + 1),
            time: BlockTime(time),
        };
        let block = execute(&mut stage.ledger, &context, &sent).unwrap();
        assert_eq!(block.receipts.len(), expected.len());
        for (receipt, (says, effect)) in block.receipts.iter().zip(&expected) {
            let outcome = &receipt.outcome;
            let found = !matches!(outcome, Outcome::Refused(_));
            assert_eq!(found, *effect, "seed {seed}: {says}: {outcome:?}");
        }
        roots.check_block(&block);
        if dice.below(RESTORED_EVERY) == 0 {
            // The same node after a restart.
            store(&mut rows, &mut stage.ledger);
            roots.check_state(&stage.ledger, &rows);
            stage.ledger = restore(&rows).unwrap();
        }
        twin.check(&stage.ledger);
        invariants::check(&stage.ledger);
        reached.extend(twin.states());
    }
    took
}

#[cfg(test)]
fn sign<T: Twin>(
    stage: &Stage,
    twin: &T,
    (sender, ask): (u32, &T::Ask),
    name: &str,
    time: u64,
) -> Result<VerifiedTransaction, Rejection> {
    let sender = ParticipantId(sender);
    let signer = stage.ledger.participant(sender).unwrap().name.to_string();
    let instruction = Instruction {
        chain_id: chain(),
        sender,
        idempotency_key: IdempotencyKey::new(name).unwrap(),
        expiry: BlockTime(time + 3_600_000),
        action: twin.action(sender.0, ask, name),
    };
    let signed = instruction.sign(&[&secret(&signer)]);
    verify(&chain(), &signed.to_bytes())
}

/// What kind of ask it is: the first word of how it is written.
pub(super) fn kind_of(ask: &impl Debug) -> String {
    let text = format!("{ask:?}");
    let end = text.find([' ', '(', '{']).unwrap_or(text.len());
    text[..end].to_owned()
}

/// Owners by account.
pub(super) type Owners = BTreeMap<u64, u32>;

/// Owner and balance of the accounts with these numbers, by id.
pub(super) fn accounts(
    ledger: &Ledger,
    numbers: &[(&str, u32)],
) -> (Owners, BTreeMap<u64, BigInt>) {
    let mut found = (Owners::new(), BTreeMap::new());
    for (number, owner) in numbers {
        let account = numbered(ledger, number);
        found.0.insert(account.id.0, *owner);
        found.1.insert(account.id.0, account.balance().0.into());
    }
    found
}

/// The account with this number.
pub(super) fn numbered(ledger: &Ledger, number: &str) -> Account {
    read::account_by_number(ledger, &AccountNumber::parse(number).unwrap()).unwrap()
}

/// Balances are those of the naive executor.
pub(super) fn check_balances(ledger: &Ledger, balances: &BTreeMap<u64, BigInt>) {
    for (account, balance) in balances {
        let found = read::account(ledger, AccountId(*account)).unwrap();
        assert_eq!(BigInt::from(found.balance().0), *balance, "of {account}");
    }
}
