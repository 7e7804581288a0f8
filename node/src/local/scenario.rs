//! Scenarios: a story that a whole network plays, told line by line, in which everything that happens was foretold.
//!
//! ```text
//!   genesis with a trial clock ─▶ Network ─▶ Stage ─▶ one file a story
//!                                             ├ act     sign as a participant, send to its bank's node, wait until final
//!                                             ├ expect  the same, and the outcome must be the one foretold
//!                                             ├ turn    let days pass: what falls due is done by the ledger
//!                                             └ note, balances   what a reader needs to follow
//! ```
//! A story that goes otherwise than foretold ends with an error, so each is a test of the whole product as well. The clock is put forward by the
//! operator's instruction and is consensus data: every node sees the same days (contracts `clock`).

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use sycee_api::{Client, wire};
use sycee_contracts::{Action, AdvanceClock, IdempotencyKey, Instruction};
use sycee_genesis::Facts;
use sycee_primitives::{AccountId, AssetId, BlockTime, BusinessDate, ParticipantId, SecretKey};
use tokio::time::Instant;

use crate::local::network::{LocalError, Network};

pub(crate) use answer::{Answer, Foretold};

mod answer;
mod gridlock;
mod later_date;
mod loan_book;
mod placement;
mod supply_chain;

/// How long an instruction of a story may take effect.
const EXPIRY_MS: u64 = 600_000;

/// How long an answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// How long a node may take to execute what the story has seen.
const CATCH_UP_MAX: Duration = Duration::from_secs(30);

/// How often it is asked whether it has.
const POLL: Duration = Duration::from_millis(10);

const DAY_MS: u64 = 86_400_000;

/// Time of day at which stories play: no midnight of the machine's clock falls into one.
const OPENING_MS: u64 = 9 * 3_600_000;

/// Milliseconds of silence after which a story's network makes an empty block.
pub const HEARTBEAT_MS: u32 = 200;

/// A story by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Scenario {
    /// Banks that owe each other more than they have: strict order, bad sets, and one validator that solves.
    Gridlock,
    /// A payment of next month waits for its day.
    LaterDate,
    /// A loan of two banks: drawn, repaid, overdue with penalty, restructured, repaid to the end.
    LoanBook,
    /// Money that one bank places with another at call: under a secured line, at a rate that follows an index, by two keys.
    Placement,
    /// An invoice travels down three tiers, is financed once and paid, after a dispute and a shortfall.
    SupplyChain,
}

impl Scenario {
    /// Changes the founding facts before the network is founded.
    ///
    /// # Errors
    /// [`LocalError::Check`] when the facts cannot be changed so.
    pub fn amend(self, facts: &mut Facts) -> Result<(), LocalError> {
        facts.parameters.trial_clock = true;
        match self {
            Scenario::Gridlock
            | Scenario::LaterDate
            | Scenario::LoanBook
            | Scenario::Placement
            | Scenario::SupplyChain => Ok(()),
        }
    }

    /// Whether the validators solve netting cycles by themselves from the beginning.
    #[must_use]
    pub fn has_solvers(self) -> bool {
        match self {
            Scenario::Gridlock => false,
            Scenario::LaterDate
            | Scenario::LoanBook
            | Scenario::Placement
            | Scenario::SupplyChain => true,
        }
    }

    /// Plays the story to its end on a network that is ready.
    ///
    /// # Errors
    /// [`LocalError`]; [`LocalError::Check`] when something went otherwise than foretold.
    pub async fn play(
        self,
        network: &mut Network,
        tell: &(dyn Fn(&Line) + Sync),
    ) -> Result<(), LocalError> {
        let mut stage = Stage::open(network, tell).await?;
        match self {
            Scenario::Gridlock => gridlock::play(&mut stage).await,
            Scenario::LaterDate => later_date::play(&mut stage).await,
            Scenario::LoanBook => loan_book::play(&mut stage).await,
            Scenario::Placement => placement::play(&mut stage).await,
            Scenario::SupplyChain => supply_chain::play(&mut stage).await,
        }
    }
}

/// One line of a story.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Line {
    /// Business date.
    pub date: String,
    /// Participant that acts; empty for the teller.
    pub who: String,
    /// What it does, or what is to be seen.
    pub what: String,
    /// How the ledger answered; empty where nothing was asked.
    pub outcome: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.who.is_empty() {
            return write!(out, "{:10}  {}", self.date, self.what);
        }
        write!(
            out,
            "{:10}  {:12}  {}  => {}",
            self.date, self.who, self.what, self.outcome
        )
    }
}

/// One participant that plays.
struct Actor {
    participant: ParticipantId,
    /// The validator it sends to: its own, or its bank's.
    node: usize,
    keys: Vec<SecretKey>,
}

/// A network on which a story plays.
pub(crate) struct Stage<'a> {
    network: &'a mut Network,
    tell: &'a (dyn Fn(&Line) + Sync),
    clients: BTreeMap<usize, Client>,
    actors: BTreeMap<String, Actor>,
    date: BusinessDate,
    /// Height of the latest outcome: who acts next acts on a node that has executed it.
    seen: u64,
}

impl<'a> Stage<'a> {
    /// Connects everybody and lets the first day begin.
    async fn open(
        network: &'a mut Network,
        tell: &'a (dyn Fn(&Line) + Sync),
    ) -> Result<Stage<'a>, LocalError> {
        let actors = actors(network)?;
        let mut stage = Stage {
            network,
            tell,
            clients: BTreeMap::new(),
            actors,
            date: BusinessDate(0),
            seen: 0,
        };
        let status = stage.client(0).await?.status().await?;
        let to_midnight = DAY_MS - status.now_ms % DAY_MS;
        stage.advance(to_midnight + OPENING_MS).await?;
        Ok(stage)
    }

    /// The business date.
    pub(crate) fn date(&self) -> BusinessDate {
        self.date
    }

    /// The business date so many days after today.
    pub(crate) fn day(&self, days: u32) -> BusinessDate {
        BusinessDate(self.date.0.saturating_add(days))
    }

    /// An account by its number.
    ///
    /// # Errors
    /// [`LocalError::Node`].
    pub(crate) async fn account(&mut self, number: &str) -> Result<wire::Account, LocalError> {
        Ok(self.client(0).await?.account_by_number(number).await?)
    }

    /// Id and asset of an account.
    ///
    /// # Errors
    /// [`LocalError::Node`].
    pub(crate) async fn account_id(
        &mut self,
        number: &str,
    ) -> Result<(AccountId, AssetId), LocalError> {
        let account = self.account(number).await?;
        Ok((AccountId(account.id), AssetId(account.asset)))
    }

    /// Signs as a participant, sends to its node and waits until the outcome is final.
    ///
    /// # Errors
    /// [`LocalError`], also when the node refuses before it orders.
    pub(crate) async fn act(&mut self, who: &str, action: Action) -> Result<Answer, LocalError> {
        let actor = self.actor(who)?;
        let (sender, node, keys) = (actor.participant, actor.node, actor.keys.clone());
        let chain_id = self.network.genesis().chain_id();
        let status = self.caught_up(node).await?;
        let client = self.connection(node).await?;
        let idempotency_key: [u8; 16] = rand::random();
        let instruction = Instruction {
            chain_id,
            sender,
            idempotency_key: IdempotencyKey::new(idempotency_key)
                .map_err(|error| LocalError::Check(error.to_string()))?,
            expiry: BlockTime(status.now_ms.saturating_add(EXPIRY_MS)),
            action,
        };
        let transaction = instruction.id().to_string();
        let keys: Vec<&SecretKey> = keys.iter().collect();
        let bytes = instruction.sign(&keys).to_bytes();
        let answered = client.submit(bytes, wire::Wait::Final, ANSWER_MAX).await;
        let receipt = match answered {
            Ok(answer) => answer.receipt,
            // A refusal at the edge is told like one by the ledger: the story does not care where it was said.
            Err(problem) if problem.code.starts_with("SY-0") => {
                return Ok(Answer {
                    transaction,
                    height: status.executed_height,
                    outcome: wire::outcome::Kind::Refused(wire_problem(&problem)),
                });
            }
            Err(problem) => return Err(problem.into()),
        };
        let unanswered = || LocalError::Check(format!("{transaction} has no outcome"));
        let receipt = receipt.ok_or_else(unanswered)?;
        let outcome = receipt.outcome.and_then(|outcome| outcome.kind);
        self.seen = self.seen.max(receipt.height);
        Ok(Answer {
            height: receipt.height,
            outcome: outcome.ok_or_else(unanswered)?,
            transaction,
        })
    }

    /// The status of a node once it has executed every outcome of the story so far.
    async fn caught_up(&mut self, node: usize) -> Result<wire::GetStatusResponse, LocalError> {
        let until = Instant::now() + CATCH_UP_MAX;
        loop {
            let seen = self.seen;
            let status = self.connection(node).await?.status().await?;
            if status.executed_height >= seen {
                return Ok(status);
            }
            if Instant::now() >= until {
                return Err(LocalError::Check(format!(
                    "{} stays below height {seen}",
                    status.node
                )));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Acts and tells it; the outcome must be the one foretold.
    ///
    /// # Errors
    /// [`LocalError`]; [`LocalError::Check`] when it is another.
    pub(crate) async fn expect(
        &mut self,
        who: &str,
        what: &str,
        action: Action,
        foretold: Foretold,
    ) -> Result<Answer, LocalError> {
        let answer = self.act(who, action).await?;
        (self.tell)(&Line {
            date: self.date.to_string(),
            who: who.to_owned(),
            what: what.to_owned(),
            outcome: answer.text(),
        });
        if !answer.is(foretold) {
            return Err(LocalError::Check(format!(
                "{who}: {what}: foretold {foretold:?}, seen {}",
                answer.text()
            )));
        }
        Ok(answer)
    }

    /// The latest outcome of an earlier transaction.
    ///
    /// # Errors
    /// [`LocalError::Node`].
    pub(crate) async fn outcome(&mut self, earlier: &Answer) -> Result<Answer, LocalError> {
        let request = wire::GetReceiptRequest {
            transaction_id: earlier.transaction.clone(),
            ..wire::GetReceiptRequest::default()
        };
        let answered = self.client(0).await?.calls().get_receipt(request).await;
        let receipt = sycee_api::client::answer(answered)?.receipt;
        let unanswered = || LocalError::Check(format!("{} has no outcome", earlier.transaction));
        let receipt = receipt.ok_or_else(unanswered)?;
        let outcome = receipt.outcome.and_then(|outcome| outcome.kind);
        Ok(Answer {
            transaction: earlier.transaction.clone(),
            height: receipt.height,
            outcome: outcome.ok_or_else(unanswered)?,
        })
    }

    /// Something that must be seen, told with whether it is.
    ///
    /// # Errors
    /// [`LocalError::Check`] when it is not.
    pub(crate) fn check(&self, what: &str, holds: bool) -> Result<(), LocalError> {
        if !holds {
            return Err(LocalError::Check(format!("does not hold: {what}")));
        }
        self.note(what);
        Ok(())
    }

    /// Lets days pass; the ledger does what falls due on each of them.
    ///
    /// # Errors
    /// [`LocalError`], also when no block begins the day in time.
    pub(crate) async fn turn(&mut self, days: u32) -> Result<(), LocalError> {
        let mut left = u64::from(days);
        while left > 0 {
            let step = left.min(366);
            self.advance(step * DAY_MS).await?;
            left -= step;
        }
        Ok(())
    }

    async fn advance(&mut self, by_ms: u64) -> Result<(), LocalError> {
        let operator = self.operator()?;
        let answer = self
            .act(&operator, Action::AdvanceClock(AdvanceClock { by_ms }))
            .await?;
        if !answer.is(Foretold::Settled) {
            return Err(LocalError::Check(format!(
                "the clock stays: {}",
                answer.text()
            )));
        }
        // The block after the instruction is the first of the new time, and does what fell due.
        self.seen = answer.height.saturating_add(1);
        let status = self.caught_up(0).await?;
        self.date = crate::local::payer::parse_date(&status)?;
        Ok(())
    }

    /// Tells what a reader needs to follow.
    pub(crate) fn note(&self, what: &str) {
        (self.tell)(&Line {
            date: self.date.to_string(),
            who: String::new(),
            what: what.to_owned(),
            outcome: String::new(),
        });
    }

    /// Tells the balances of accounts, one line each.
    ///
    /// # Errors
    /// [`LocalError::Node`].
    pub(crate) async fn balances(&mut self, numbers: &[&str]) -> Result<(), LocalError> {
        for number in numbers {
            let account = self.account(number).await?;
            let balance = minor(&account.balance_minor)?;
            let money = money(balance, account.scale);
            self.note(&format!("  {number:28} {} {money:>20}", account.currency));
        }
        Ok(())
    }

    /// Balance of an account, minor units.
    ///
    /// # Errors
    /// [`LocalError`].
    pub(crate) async fn balance(&mut self, number: &str) -> Result<i128, LocalError> {
        minor(&self.account(number).await?.balance_minor)
    }

    /// Kills a validator and starts it again with further arguments.
    ///
    /// # Errors
    /// [`LocalError`].
    pub(crate) async fn restart(
        &mut self,
        node: usize,
        arguments: &[&str],
    ) -> Result<(), LocalError> {
        self.clients.remove(&node);
        self.network.kill(node).await?;
        self.network.add_arguments(node, arguments)?;
        self.network.start_node(node)?;
        self.network.wait_ready().await
    }

    /// Where the key of a participant lies.
    pub(crate) fn key_path(&self, who: &str) -> std::path::PathBuf {
        self.network.participant_key_path(who)
    }

    /// A connection to the validator at a place, which has executed every outcome of the story so far.
    ///
    /// # Errors
    /// [`LocalError`], also when it does not catch up in time.
    pub(crate) async fn client(&mut self, node: usize) -> Result<&mut Client, LocalError> {
        self.caught_up(node).await?;
        self.connection(node).await
    }

    async fn connection(&mut self, node: usize) -> Result<&mut Client, LocalError> {
        if !self.clients.contains_key(&node) {
            let client = self.network.node(node)?.connect().await?;
            self.clients.insert(node, client);
        }
        self.clients
            .get_mut(&node)
            .ok_or_else(|| LocalError::Check(format!("no connection to node {node}")))
    }

    fn actor(&self, who: &str) -> Result<&Actor, LocalError> {
        self.actors
            .get(who)
            .ok_or_else(|| LocalError::Check(format!("nobody is called {who}")))
    }

    /// A participant signs with these keys from now on; answers those before.
    ///
    /// # Errors
    /// [`LocalError::Check`] when nobody is called so.
    pub(crate) fn sign_with(
        &mut self,
        who: &str,
        keys: Vec<SecretKey>,
    ) -> Result<Vec<SecretKey>, LocalError> {
        let nobody = || LocalError::Check(format!("nobody is called {who}"));
        let actor = self.actors.get_mut(who).ok_or_else(nobody)?;
        Ok(std::mem::replace(&mut actor.keys, keys))
    }

    fn operator(&self) -> Result<String, LocalError> {
        let first = self
            .actors
            .iter()
            .find(|(_, actor)| actor.participant == ParticipantId(0));
        first
            .map(|(name, _)| name.clone())
            .ok_or_else(|| LocalError::Check("there is no operator".to_owned()))
    }
}

/// Everybody whose key lies in the network's folder.
fn actors(network: &Network) -> Result<BTreeMap<String, Actor>, LocalError> {
    let facts = network.genesis().facts();
    let validator_of = |participant: ParticipantId| {
        facts
            .validators
            .iter()
            .position(|validator| validator.participant == participant)
    };
    let mut actors = BTreeMap::new();
    for (place, fact) in facts.participants.iter().enumerate() {
        if !network.participant_key_path(&fact.id).exists() {
            continue;
        }
        let participant = ParticipantId(u32::try_from(place).unwrap_or(u32::MAX));
        let node = validator_of(participant)
            .or_else(|| fact.sponsor.and_then(validator_of))
            .unwrap_or(0);
        let keys = vec![network.participant_key(&fact.id)?.secret_key()];
        let actor = Actor {
            participant,
            node,
            keys,
        };
        actors.insert(fact.id.clone(), actor);
    }
    Ok(actors)
}

fn minor(text: &str) -> Result<i128, LocalError> {
    text.parse()
        .map_err(|_not_a_number| LocalError::Check(format!("{text:?} is no amount")))
}

fn wire_problem(problem: &sycee_api::Problem) -> wire::Problem {
    wire::Problem {
        code: problem.code.clone(),
        what: problem.what.clone(),
        ..wire::Problem::default()
    }
}

/// An amount of minor units with its decimals and a comma between thousands.
pub(crate) fn money(minor: i128, scale: u32) -> String {
    let digits = minor.unsigned_abs().to_string();
    let scale = scale as usize;
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, decimals) = padded.split_at(padded.len() - scale);
    let groups: Vec<&str> = whole
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    let sign = if minor < 0 { "-" } else { "" };
    let point = if scale == 0 { "" } else { "." };
    format!("{sign}{}{point}{decimals}", groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn money_is_written_with_its_decimals_and_thousands() {
        let rows = [
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (123_456_789, 2, "1,234,567.89"),
            (-100_000, 2, "-1,000.00"),
            (1_234, 0, "1,234"),
            (999, 0, "999"),
        ];
        for (minor, scale, text) in rows {
            assert_eq!(money(minor, scale), text);
        }
    }
}
