//! Random proposals, votes and withdrawals against a naive executor: lists of seats and proposals, counted anew at every vote.
//!
//! The naive executor says beforehand how every instruction ends, with its code, and in which block a proposal takes effect, fails or expires; it is written
//! as a table and run, and after each block seats and proposals are those of its lists. `SYCEE_OPERATIONS`, `SYCEE_SEED` as elsewhere.

use std::collections::BTreeSet;

use super::{
    against::{asked_for, kind_of},
    covered,
    language::{Stage, secret},
    life::{Rows, restore, store},
    orders::Dice,
};
use crate::ProposalState;

/// Operations of the ordinary test, and how many of them start from one empty book.
const OPERATIONS: (u64, u64) = (4_000, 200);

/// Once in so many blocks the ledger is stored, and goes on from its rows.
const RESTORED_EVERY: u64 = 8;

const NODES: usize = 5;

#[derive(Clone, Debug)]
enum Change {
    Join(usize, String),
    Leave(usize),
    Rotate(usize, String),
    Checkpoint(u64),
}

#[derive(Clone, Debug)]
enum Ask {
    Propose {
        change: Change,
        lock: u64,
        expires: u64,
    },
    Vote {
        id: usize,
        node: usize,
        yes: bool,
    },
    Withdraw {
        id: usize,
    },
}

struct Proposal {
    by: &'static str,
    change: Change,
    lock: u64,
    expires: u64,
    yes: BTreeSet<usize>,
    state: &'static str,
    effective: u64,
}

struct Naive {
    now: u64,
    /// The key of each node that is a validator.
    seats: Vec<Option<String>>,
    proposals: Vec<Proposal>,
    checkpoint: Option<u64>,
}

/// Who runs a node.
fn owner(node: usize) -> &'static str {
    ["ba", "bb"][node % 2]
}

impl Ask {
    fn words(&self) -> String {
        match self {
            Ask::Propose {
                change,
                lock,
                expires,
            } => {
                let change = match change {
                    Change::Join(node, key) => format!("join {node} with={key}"),
                    Change::Leave(node) => format!("leave {node}"),
                    Change::Rotate(node, key) => format!("rotate {node} with={key}"),
                    Change::Checkpoint(ms) => format!("checkpoint {ms}"),
                };
                format!("propose {change} lock={lock} expires={expires}")
            }
            Ask::Vote { id, node, yes } => {
                let no = if *yes { "" } else { " no" };
                format!("vote {id} {node}{no}")
            }
            Ask::Withdraw { id } => format!("withdraw {id}"),
        }
    }
}

impl Naive {
    fn founded() -> Naive {
        let seats = (0..NODES).map(|node| (node < 4).then(|| format!("node-{node}")));
        Naive {
            now: 0,
            seats: seats.collect(),
            proposals: Vec::new(),
            checkpoint: None,
        }
    }

    fn validators(&self) -> usize {
        self.seats.iter().flatten().count()
    }

    fn validator(&self, node: usize) -> Result<(), u16> {
        match self.seats.get(node) {
            None => Err(754),
            Some(None) => Err(756),
            Some(Some(_)) => Ok(()),
        }
    }

    fn check(&self, change: &Change) -> Result<(), u16> {
        let free = |key: &String| match self.seats.iter().flatten().any(|it| it == key) {
            true => Err(764),
            false => Ok(()),
        };
        match change {
            Change::Join(node, key) => match self.seats.get(*node) {
                None => Err(754),
                Some(Some(_)) => Err(758),
                Some(None) => free(key),
            },
            Change::Leave(node) => {
                self.validator(*node)?;
                if self.validators() == 1 {
                    Err(762)
                } else {
                    Ok(())
                }
            }
            Change::Rotate(node, key) => {
                self.validator(*node)?;
                free(key)
            }
            Change::Checkpoint(ms) => match *ms {
                1..=60_000 => Ok(()),
                _ => Err(768),
            },
        }
    }

    /// A block begins: what has come to its time, the earliest first.
    fn open(&mut self, now: u64) {
        self.now = now;
        loop {
            let all = self.proposals.iter().enumerate();
            let due = all.filter_map(|(id, it)| match it.state {
                "open" => Some((it.expires, id)),
                "approved" => Some((it.effective, id)),
                _ => None,
            });
            let Some((_, id)) = due.min().filter(|(at, _)| *at <= now) else {
                return;
            };
            let change = self.proposals[id].change.clone();
            self.proposals[id].state = match (self.proposals[id].state, self.check(&change)) {
                ("open", _) => "expired",
                (_, Err(_)) => "failed",
                (_, Ok(())) => {
                    match change {
                        Change::Join(node, key) | Change::Rotate(node, key) => {
                            self.seats[node] = Some(key);
                        }
                        Change::Leave(node) => self.seats[node] = None,
                        Change::Checkpoint(ms) => self.checkpoint = Some(ms),
                    }
                    "applied"
                }
            };
        }
    }

    fn ask(&mut self, sender: &'static str, ask: &Ask) -> Result<String, u16> {
        match ask {
            Ask::Propose {
                change,
                lock,
                expires,
            } => {
                let seats = self.seats.iter().enumerate();
                let mut seats = seats.filter(|(_, key)| key.is_some());
                if sender != "op" && !seats.any(|(node, _)| owner(node) == sender) {
                    return Err(750);
                }
                if *expires <= self.now || *expires > self.now + 90 * 86_400 {
                    return Err(752);
                }
                self.check(change)?;
                self.proposals.push(Proposal {
                    by: sender,
                    change: change.clone(),
                    lock: *lock,
                    expires: *expires,
                    yes: BTreeSet::new(),
                    state: "open",
                    effective: 0,
                });
                return Ok(format!("proposals {}", self.proposals.len() - 1));
            }
            Ask::Vote { id, node, yes } => self.vote(sender, *id, *node, *yes)?,
            Ask::Withdraw { id } => {
                let it = self.proposals.get_mut(*id).ok_or(780_u16)?;
                if !matches!(it.state, "open" | "approved") {
                    return Err(782);
                }
                if it.by != sender {
                    return Err(788);
                }
                it.state = "withdrawn";
            }
        }
        Ok("settled".to_owned())
    }

    fn vote(&mut self, sender: &str, id: usize, node: usize, yes: bool) -> Result<(), u16> {
        self.validator(node)?;
        let validators = self.validators();
        let it = self.proposals.get_mut(id).ok_or(780_u16)?;
        if it.state != "open" {
            return Err(782);
        }
        if owner(node) != sender {
            return Err(784);
        }
        if it.yes.contains(&node) == yes {
            return Err(786);
        }
        match yes {
            true => it.yes.insert(node),
            false => it.yes.remove(&node),
        };
        // All but those that may be faulty, of the seats that are validators today.
        let needed = validators - (validators - 1) / 3;
        let seats = &self.seats;
        let counted = it.yes.iter().filter(|node| seats[**node].is_some()).count();
        if counted >= needed {
            it.state = "approved";
            it.effective = self.now + it.lock;
        }
        Ok(())
    }
}

/// Proposals and votes on a ledger with other products.
pub(super) struct Book {
    naive: Naive,
    dice: Dice,
}

impl Book {
    pub(super) fn new(seed: u64) -> Book {
        Book {
            naive: Naive::founded(),
            dice: Dice::new(seed),
        }
    }

    /// A block begins.
    pub(super) fn open(&mut self, now: u64) {
        self.naive.open(now);
    }

    /// What somebody asks next, as a line of a table, and how it ends. How often checkpoints come is left as it is.
    pub(super) fn line(&mut self, number: u64) -> (String, String) {
        let (sender, ask) = loop {
            let (sender, ask) = draw(&mut self.dice, &self.naive, number);
            let is_slower = matches!(
                ask,
                Ask::Propose {
                    change: Change::Checkpoint(_),
                    ..
                }
            );
            if !is_slower {
                break (sender, ask);
            }
        };
        let told = self.naive.ask(sender, &ask);
        let told = told.unwrap_or_else(|code| format!("SY-00{code}"));
        (format!("V{number} {sender} {}", ask.words()), told)
    }

    /// Seats and proposals are those of the lists.
    pub(super) fn check(&self, stage: &Stage) {
        check_rows(stage, &self.naive);
    }
}

fn draw(dice: &mut Dice, naive: &Naive, number: u64) -> (&'static str, Ask) {
    let node = usize::try_from(dice.below(NODES as u64)).unwrap();
    let back = usize::try_from(dice.below(4)).unwrap();
    let id = naive.proposals.len().saturating_sub(back);
    match dice.below(12) {
        0..=2 => {
            let key = match dice.below(6) {
                0 => "node-1".to_owned(),
                _ => format!("v{number}"),
            };
            let node = if dice.below(20) == 0 { 9 } else { node };
            // Two proposals of one change: the later one finds nothing to do.
            let again = naive.proposals.get(id).map(|it| it.change.clone());
            let change = match dice.below(9) {
                5 | 6 if again.is_some() => again.unwrap_or(Change::Leave(node)),
                0 => Change::Checkpoint(dice.of(&[0, 1, 500, 60_000, 60_001])),
                1 => Change::Leave(node),
                2 => Change::Rotate(node, key),
                3 => Change::Join(node, key),
                _ => match naive.seats.get(node) {
                    Some(Some(_)) => Change::Leave(node),
                    Some(None) | None => Change::Join(node, key),
                },
            };
            let ask = Ask::Propose {
                change,
                lock: dice.of(&[0, 0, 30, 5_000]),
                expires: (naive.now + dice.of(&[0, 40, 3_000, 9_000, 90_000, 7_776_000]))
                    + dice.below(2),
            };
            (dice.of(&["op", "ba", "bb", "ba", "bb", "c1"]), ask)
        }
        3 => {
            let by = naive.proposals.get(id).map_or("ba", |it| it.by);
            let by = if dice.below(4) == 0 { "bb" } else { by };
            (by, Ask::Withdraw { id })
        }
        _ => {
            let yes = dice.below(8) != 0;
            let sender = if dice.below(12) == 0 {
                "ba"
            } else {
                owner(node)
            };
            (sender, Ask::Vote { id, node, yes })
        }
    }
}

fn state_name(state: ProposalState) -> &'static str {
    match state {
        ProposalState::Open => "open",
        ProposalState::Approved => "approved",
        ProposalState::Applied => "applied",
        ProposalState::Expired => "expired",
        ProposalState::Withdrawn => "withdrawn",
        ProposalState::Failed => "failed",
    }
}

fn check_rows(stage: &Stage, naive: &Naive) {
    let products = &stage.ledger.products;
    let seats = products.seats.iter().map(|(_, it)| it.key);
    let expected = naive.seats.iter();
    let expected = expected.map(|it| it.as_ref().map(|key| secret(key).public_key()));
    assert!(seats.eq(expected), "seats");
    let states = products
        .proposals
        .iter()
        .map(|(_, it)| state_name(it.state));
    let expected = naive.proposals.iter().map(|it| it.state);
    assert!(states.eq(expected), "proposals");
    if let Some(ms) = naive.checkpoint {
        assert_eq!(stage.ledger.parameters().checkpoint_interval_ms, ms);
    }
}

fn run(
    seed: u64,
    operations: u64,
    reached: &mut BTreeSet<String>,
    verbs: &mut BTreeSet<&'static str>,
) -> u64 {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    let mut naive = Naive::founded();
    let mut rows = Rows::new();
    let (mut now, mut done, mut took) = (60, 0, 0);
    stage.verbs.clear();
    while done < operations {
        now += match dice.below(20) {
            0 => 86_400,
            _ => 1 + dice.below(60),
        };
        naive.open(now);
        let mut table = format!("block {now} empty\n");
        for _ in 0..dice.below(7) {
            let (sender, ask) = draw(&mut dice, &naive, done);
            let told = naive.ask(sender, &ask);
            took += u64::from(told.is_ok());
            let told = told.unwrap_or_else(|code| format!("SY-00{code}"));
            reached.insert(match told.starts_with("SY-") {
                true => told.clone(),
                false => kind_of(&ask),
            });
            table += &format!("N{done} {sender} {} = {told}\n", ask.words());
            done += 1;
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}, operation {done}:\n{table}");
        check_rows(&stage, &naive);
        reached.extend(naive.proposals.iter().map(|it| it.state.to_owned()));
        if dice.below(RESTORED_EVERY) == 0 {
            store(&mut rows, &mut stage.ledger);
            stage.ledger = restore(&rows).unwrap();
            check_rows(&stage, &naive);
        }
    }
    verbs.append(&mut stage.verbs);
    took
}

/// What a run must reach, or it shows nothing.
const REACHED: &[&str] = &[
    "Propose",
    "Vote",
    "Withdraw",
    "open",
    "approved",
    "applied",
    "expired",
    "withdrawn",
    "failed",
    "SY-00750",
    "SY-00752",
    "SY-00754",
    "SY-00756",
    "SY-00758",
    "SY-00764",
    "SY-00768",
    "SY-00780",
    "SY-00782",
    "SY-00784",
    "SY-00786",
    "SY-00788",
];

#[test]
fn random_proposals_and_votes_agree_with_the_naive_executor() {
    let (operations, seed) = asked_for(OPERATIONS.0);
    let each = operations.min(OPERATIONS.1);
    let (mut reached, mut verbs) = (BTreeSet::new(), BTreeSet::new());
    let runs = operations.div_ceil(each);
    let took: u64 = (0..runs)
        .map(|turn| run(seed + turn, each, &mut reached, &mut verbs))
        .sum();
    let missing = REACHED.iter().filter(|it| !reached.contains(**it));
    let missing: Vec<&&str> = missing.collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    covered::check("votes", &verbs);
    assert!(
        took * 4 > operations,
        "{took} of {operations}: the draw is idle"
    );
}
