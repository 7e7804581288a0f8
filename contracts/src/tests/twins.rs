//! Naive executors beside whole networks: what the simulator's clients ask, and what must come of it in the order that became final.
//!
//! ```text
//!   stage ─▶ instructions that put accounts and money there ─▶ begin(ledger)
//!   draw  ─▶ instruction ─▶ network, through whichever node ─▶ final order ─▶ turn(time), ask(key): should it take effect?
//!                                                                └─▶ check(ledger): rows, balances, invariants
//! ```
//! The executors are those of the random operations, and share no rule with the ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, ParticipantId, SecretKey};

use super::{
    against::{Twin, kind_of},
    credit, documentary, escrow, guarantee, invariants,
    language::{self, Stage},
    orders, stored,
    supply::{self, draw::Dice},
};
use crate::{Action, Founding, Ledger};

/// A family of products with an executor of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Escrow with milestones and arbiters.
    Escrow,
    /// Documentary credits.
    Documentary,
    /// Guarantees and standbys.
    Guarantee,
    /// Receivables, the registry of documents, financing and factoring.
    Supply,
    /// Goods in store, warehouse receipts and cold chains.
    Goods,
    /// Loans, lines and collateral.
    Credit,
    /// Payments, requests to pay, standing orders, recalls and disputes.
    Orders,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 7] = [
        Family::Escrow,
        Family::Documentary,
        Family::Guarantee,
        Family::Supply,
        Family::Goods,
        Family::Credit,
        Family::Orders,
    ];

    /// Its name in plans and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Family::Escrow => "escrow",
            Family::Documentary => "documentary",
            Family::Guarantee => "guarantee",
            Family::Supply => "supply",
            Family::Goods => "goods",
            Family::Credit => "credit",
            Family::Orders => "orders",
        }
    }

    /// The states in which its objects stand.
    #[must_use]
    pub fn states(self) -> &'static [&'static str] {
        match self {
            Family::Escrow => escrow::naive::Naive::STATES,
            Family::Documentary => documentary::naive::Naive::STATES,
            Family::Guarantee => guarantee::naive::Naive::STATES,
            Family::Supply => supply::naive::Naive::STATES,
            Family::Goods => stored::naive::Naive::STATES,
            Family::Credit => credit::naive::Naive::STATES,
            Family::Orders => orders::Playing::STATES,
        }
    }

    /// Those of its states for which the days of one simulated network are mostly too few: its random operations reach them, a range of seeds need not.
    #[must_use]
    pub fn slow_states(self) -> &'static [&'static str] {
        match self {
            Family::Credit => credit::SLOW,
            Family::Escrow
            | Family::Documentary
            | Family::Guarantee
            | Family::Supply
            | Family::Goods
            | Family::Orders => &[],
        }
    }

    /// Somebody who plays it from an instant on, with dice of this seed, on a ledger with so many accounts beside those of the stage.
    #[must_use]
    pub fn player(self, from: BlockTime, others: u64, seed: u64) -> Box<dyn Player> {
        let stage = Stage::beside(others);
        match self {
            Family::Escrow => Box::new(Playing::<escrow::naive::Naive>::new(stage, from, seed)),
            Family::Documentary => {
                Box::new(Playing::<documentary::naive::Naive>::new(stage, from, seed))
            }
            Family::Guarantee => {
                Box::new(Playing::<guarantee::naive::Naive>::new(stage, from, seed))
            }
            Family::Supply => Box::new(Playing::<supply::naive::Naive>::new(stage, from, seed)),
            Family::Goods => Box::new(Playing::<stored::naive::Naive>::new(stage, from, seed)),
            Family::Credit => Box::new(Playing::<credit::naive::Naive>::new(stage, from, seed)),
            Family::Orders => Box::new(orders::Playing::new(seed)),
        }
    }
}

/// What a network must be founded with: participants and accounts of the stage, in their order.
#[must_use]
pub fn founding() -> Founding {
    language::founding()
}

/// The key of a participant of the stage, also of those that come later.
#[must_use]
pub fn secret(participant: ParticipantId) -> Option<SecretKey> {
    language::signer(participant).map(language::secret)
}

/// What somebody asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawn {
    /// Who.
    pub sender: ParticipantId,
    /// What.
    pub action: Action,
    /// When it expires, if that matters.
    pub expires: Option<BlockTime>,
}

/// An executor, and what was drawn and has no outcome yet.
pub trait Player {
    /// Instructions that put accounts and money on the stage, in their order.
    fn stage(&self) -> &[(ParticipantId, Action)];
    /// The stage stands in this ledger.
    fn begin(&mut self, ledger: &Ledger);
    /// Whether the stage stands.
    fn is_playing(&self) -> bool;
    /// Milliseconds that should pass before the next instructions.
    fn pause(&mut self) -> u64;
    /// The next instruction under a name that occurs once, and is its idempotency key; `None` when what was drawn is malformed.
    fn draw(&mut self, name: &str) -> Option<Drawn>;
    /// A block of this time begins.
    fn turn(&mut self, now: BlockTime);
    /// An instruction is executed: whether it must take effect, and what kind it is; `None` for one that was not drawn here.
    fn ask(&mut self, name: &str) -> Option<(bool, String)>;
    /// The block ends.
    fn close(&mut self);
    /// Compares rows and balances, and looks at the invariants.
    ///
    /// # Panics
    /// When they differ or are broken.
    fn check(&self, ledger: &Ledger);
    /// The states in which objects stand.
    fn states(&self) -> Vec<String>;
}

struct Playing<T: Twin> {
    stage: Vec<(ParticipantId, Action)>,
    twin: Option<T>,
    dice: Dice,
    open: BTreeMap<String, (u32, T::Ask)>,
}

impl<T: Twin> Playing<T> {
    fn new(stage: Stage, from: BlockTime, seed: u64) -> Playing<T> {
        let mut stage = stage.with_room(T::ROOM);
        // Offers of the stage hold for an hour from here.
        let seconds = from.0.saturating_sub(language::DAY) / 1_000;
        stage.run(&format!("block {seconds} empty\n{}", T::STAGE));
        Playing {
            stage: stage.all_sent(),
            twin: None,
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            open: BTreeMap::new(),
        }
    }
}

impl<T: Twin> Player for Playing<T> {
    fn stage(&self) -> &[(ParticipantId, Action)] {
        &self.stage
    }

    fn begin(&mut self, ledger: &Ledger) {
        self.twin = Some(T::begin(ledger));
    }

    fn is_playing(&self) -> bool {
        self.twin.is_some()
    }

    fn pause(&mut self) -> u64 {
        T::pause(&mut self.dice)
    }

    fn draw(&mut self, name: &str) -> Option<Drawn> {
        let twin = self.twin.as_ref().unwrap();
        let (sender, ask) = twin.draw(&mut self.dice);
        let action = twin.action(sender, &ask, name);
        self.open.insert(name.to_owned(), (sender, ask));
        Some(Drawn {
            sender: ParticipantId(sender),
            action,
            expires: None,
        })
    }

    fn turn(&mut self, now: BlockTime) {
        if let Some(twin) = &mut self.twin {
            twin.turn(now.0);
        }
    }

    fn ask(&mut self, name: &str) -> Option<(bool, String)> {
        let (sender, ask) = self.open.remove(name)?;
        let effect = self.twin.as_mut()?.ask(sender, &ask);
        Some((effect, kind_of(&ask)))
    }

    fn close(&mut self) {
        if let Some(twin) = &mut self.twin {
            twin.close();
        }
    }

    fn check(&self, ledger: &Ledger) {
        if let Some(twin) = &self.twin {
            twin.check(ledger);
            invariants::check(ledger);
        }
    }

    fn states(&self) -> Vec<String> {
        self.twin.as_ref().map(T::states).unwrap_or_default()
    }
}
