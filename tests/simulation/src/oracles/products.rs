//! Products: what clients ask of a family of products comes out as its naive executor says, told the same order; rows, balances and invariants hold.
//!
//! ```text
//!   stage: accounts and money, one instruction after the other ─▶ the executor begins from that ledger
//!   then: asks drawn by what it knows ─▶ any node, any fault ─▶ final order ─▶ took effect or not, as it says
//! ```
//! The executor is that of the family's random operations, and shares no rule with the ledger.

use std::collections::{BTreeMap, HashMap, HashSet};

use sycee_contracts::twins::{Drawn, Family, Player};
use sycee_contracts::{Ledger, Outcome};
use sycee_primitives::{BlockTime, TransactionId};

use crate::founding::{STAGE_OTHERS, START_MS};

/// What an instruction of the player is.
enum Asked {
    /// One that sets the stage.
    Stage,
    /// One that the executor has drawn under this name.
    Drawn(String),
}

/// The family that is played, its executor, and what was asked.
pub struct Products {
    /// The family.
    pub family: Family,
    player: Box<dyn Player>,
    asked: HashMap<TransactionId, Asked>,
    /// Everything asked that was executed: later outcomes may follow.
    executed: HashSet<TransactionId>,
    /// Instructions of the stage that were handed out, and those that took effect.
    handed: usize,
    set: usize,
    names: u64,
    /// How often somebody stood so, at the end of a check.
    reached: BTreeMap<String, u64>,
}

impl Products {
    /// Nothing stands yet.
    #[must_use]
    pub fn new(family: Family, seed: u64) -> Products {
        Products {
            family,
            player: family.player(BlockTime(START_MS), STAGE_OTHERS, seed),
            asked: HashMap::new(),
            executed: HashSet::new(),
            handed: 0,
            set: 0,
            names: 0,
            reached: BTreeMap::new(),
        }
    }

    /// The next instruction under a name that occurs once; `None` while the stage waits for an earlier one.
    pub(crate) fn next(&mut self) -> Option<(String, Drawn)> {
        self.names += 1;
        let name = format!("{}-{}", self.family.name(), self.names);
        if self.player.is_playing() {
            let drawn = self.player.draw(&name)?;
            return Some((name, drawn));
        }
        if self.handed > self.set {
            return None;
        }
        let (sender, action) = self.player.stage().get(self.handed)?.clone();
        self.handed += 1;
        let drawn = Drawn {
            sender,
            action,
            expires: None,
        };
        Some((name, drawn))
    }

    /// The instruction handed out last was sent as this transaction.
    pub(crate) fn sent(&mut self, name: String, transaction: TransactionId) {
        let asked = if self.player.is_playing() {
            Asked::Drawn(name)
        } else {
            Asked::Stage
        };
        self.asked.insert(transaction, asked);
    }

    /// Milliseconds that should pass before the next instructions.
    pub(crate) fn pause(&mut self) -> u64 {
        if self.player.is_playing() {
            self.player.pause()
        } else {
            0
        }
    }

    /// A block of this time begins.
    pub fn turn(&mut self, now: BlockTime) {
        self.player.turn(now);
    }

    /// The block ends.
    pub fn close(&mut self) {
        self.player.close();
    }

    /// An instruction is executed: whether it must take effect; `None` for one that is not the player's.
    pub fn ask(&mut self, transaction: &TransactionId) -> Option<bool> {
        let effect = match self.asked.get(transaction)? {
            Asked::Stage => {
                self.set += 1;
                true
            }
            Asked::Drawn(name) => {
                let (effect, kind) = self.player.ask(name)?;
                *self.reached.entry(kind).or_default() += u64::from(effect);
                effect
            }
        };
        self.executed.insert(*transaction);
        Some(effect)
    }

    /// Whether a receipt of this transaction may come after its first.
    #[must_use]
    pub fn has_executed(&self, transaction: &TransactionId) -> bool {
        self.executed.contains(transaction)
    }

    /// A node stands where the executor stands: the executor begins when the stage is set, and compares otherwise.
    ///
    /// # Panics
    /// When rows or balances differ, or an invariant is broken.
    pub fn check(&mut self, ledger: &Ledger) {
        if self.player.is_playing() {
            self.player.check(ledger);
            for state in self.player.states() {
                *self.reached.entry(state).or_default() += 1;
            }
        }
    }

    /// Whether the stage is set and the executor has not begun.
    #[must_use]
    pub fn waits_for_ledger(&self) -> bool {
        !self.player.is_playing() && self.set == self.player.stage().len()
    }

    /// The stage stands in this ledger.
    pub fn begin(&mut self, ledger: &Ledger) {
        self.player.begin(ledger);
    }

    /// States reached.
    #[must_use]
    pub fn reached(&self) -> &BTreeMap<String, u64> {
        &self.reached
    }
}

/// Whether an outcome is an effect.
#[must_use]
pub fn took_effect(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Refused(_) | Outcome::BulkRefused { .. } | Outcome::Cancelled(_) => false,
        Outcome::Settled
        | Outcome::BulkSettled { .. }
        | Outcome::Waiting(_)
        | Outcome::Recorded { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use sycee_contracts::{
        AdvanceClock, BlockContext, IdempotencyKey, Instruction, RejectReason, VerifiedTransaction,
        execute, verify,
    };
    use sycee_primitives::{Height, ParticipantId};

    use super::*;
    use crate::draw::STANDARD_PACE;
    use crate::founding::Founding;
    use crate::oracles::ledger::NaiveLedger;
    use crate::random::Random;

    fn sign(
        founding: &Founding,
        name: &str,
        drawn: Drawn,
        expiry: BlockTime,
    ) -> Option<VerifiedTransaction> {
        let chain_id = founding.genesis.chain_id();
        let instruction = Instruction {
            chain_id,
            sender: drawn.sender,
            idempotency_key: IdempotencyKey::new(name.as_bytes()).unwrap(),
            expiry: drawn.expires.unwrap_or(expiry),
            action: drawn.action,
        };
        let signed = instruction.sign(&[founding.secret(drawn.sender)]);
        verify(&chain_id, &signed.to_bytes()).ok()
    }

    /// A ledger and its executor, with nothing in between but a delay.
    struct Table {
        founding: Founding,
        ledger: Ledger,
        naive: NaiveLedger,
        dice: Random,
        time: u64,
        /// Until when each waits.
        waiting: Vec<(u64, VerifiedTransaction)>,
        jumps: u64,
    }

    impl Table {
        fn new(family: Family, seed: u64) -> Table {
            let founding = Founding::staged("table", 4, 0, &STANDARD_PACE);
            let products = Products::new(family, seed);
            Table {
                ledger: founding.ledger.clone(),
                naive: NaiveLedger::new(founding.genesis.facts(), Some(products)),
                founding,
                dice: Random::new(seed),
                time: START_MS,
                waiting: Vec::new(),
                jumps: 0,
            }
        }

        fn products(&mut self) -> &mut Products {
            self.naive.products.as_mut().unwrap()
        }

        /// Draws some instructions; what was drawn some blocks ago comes now, in another order.
        fn draw(&mut self) -> Vec<VerifiedTransaction> {
            let height = self.naive.height();
            for _ in 0..self.dice.below(5) {
                let expiry = self.naive.expiry();
                if self.dice.chance(250) {
                    let by_ms = self.products().pause();
                    self.jumps += 1;
                    let drawn = Drawn {
                        sender: ParticipantId(0),
                        action: sycee_contracts::Action::AdvanceClock(AdvanceClock {
                            by_ms: by_ms.max(1),
                        }),
                        expires: None,
                    };
                    let name = format!("jump-{}", self.jumps);
                    let jump = sign(&self.founding, &name, drawn, expiry).unwrap();
                    self.waiting.push((height, jump));
                }
                let Some((name, drawn)) = self.products().next() else {
                    continue;
                };
                if let Some(transaction) = sign(&self.founding, &name, drawn, expiry) {
                    let id = transaction.id();
                    self.products().sent(name, id);
                    let until = height + self.dice.below(4);
                    self.waiting.push((until, transaction));
                }
            }
            let due = |it: &(u64, VerifiedTransaction)| it.0 <= height;
            let (now, later): (Vec<_>, Vec<_>) = self.waiting.drain(..).partition(due);
            self.waiting = later;
            now.into_iter().map(|(_, it)| it).collect()
        }

        /// One block; `spoil` may change what the ledger says of it.
        fn block(&mut self, spoil: impl Fn(&mut Outcome)) -> Result<(), String> {
            let transactions = self.draw();
            self.time += 1 + self.dice.below(900);
            let context = BlockContext {
                height: Height(self.naive.height() + 1),
                time: BlockTime(self.time),
            };
            let mut executed = execute(&mut self.ledger, &context, &transactions).unwrap();
            executed
                .receipts
                .iter_mut()
                .for_each(|it| spoil(&mut it.outcome));
            let height = context.height.0;
            let receipts = &executed.receipts;
            self.naive
                .executes(height, context.time, transactions.iter(), receipts)?;
            let ledger = &self.ledger;
            let products = self.naive.products.as_mut().unwrap();
            if products.waits_for_ledger() {
                products.begin(ledger);
            }
            products.check(ledger);
            Ok(())
        }
    }

    #[test]
    fn every_family_is_played_to_the_end_whatever_comes_late() {
        for family in Family::ALL {
            let mut reached = 0;
            for seed in 0..4 {
                let mut table = Table::new(family, seed);
                for _ in 0..400 {
                    let verdict = table.block(|_| {});
                    verdict.unwrap_or_else(|what| panic!("{} {seed}: {what}", family.name()));
                }
                let states = family.states().iter();
                let found = table.products().reached();
                reached = reached.max(states.filter(|it| found.contains_key(**it)).count());
            }
            let all = family.states().len();
            assert!(
                reached * 3 > all * 2,
                "{}: {reached} of {all}",
                family.name()
            );
        }
    }

    #[test]
    fn an_effect_that_should_be_a_refusal_and_the_other_way_round_are_found() {
        for family in Family::ALL {
            for spoiled in [Outcome::Refused(RejectReason::NotHolder), Outcome::Settled] {
                let mut table = Table::new(family, 1);
                let clean: Result<(), String> = (0..100).try_for_each(|_| table.block(|_| {}));
                assert_eq!(clean, Ok(()), "{}", family.name());
                let spoil = |it: &mut Outcome| {
                    if took_effect(it) != took_effect(&spoiled) {
                        *it = spoiled.clone();
                    }
                };
                let verdict = (0..100).try_for_each(|_| table.block(spoil));
                assert!(verdict.is_err(), "{}: {spoiled:?}", family.name());
            }
        }
    }
}
