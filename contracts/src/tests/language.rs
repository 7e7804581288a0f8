//! A small language in which a banker can read what the ledger must do.
//!
//! ```text
//!   given bank-a has 100.00 in A1                  not a statement: the stage is fixed, see `Stage::new`
//!   block 12:00                                    following transactions form one block at this time (default: next second)
//!   T1  op   issue A1 50                    = settled
//!   T2  ba   pay A1 C1 30                   = settled
//!   T3  ba   pay A1 C1 9999                 = SY-00260
//!   T4  ba   bulk each A1 C1:10 C2:9999     = settled 1 of 2 [1 SY-00260]
//!   T2  ba   pay A1 C1 30                   = dropped
//!   bal A1 20
//! ```
//! A transaction's name is its idempotency key; options follow the fields as `word=value`.

use std::collections::{BTreeMap, BTreeSet};

use sycee_primitives::{
    AccountId, Amount, AssetId, Balance, BlockTime, BusinessDate, ChainId, Currency, Hash, Height,
    ParticipantId, SecretKey,
    identifiers::{Bic, Uetr, lei_with_check_digits},
};

use super::invariants;
use crate::*;

mod calendar;
mod collateral;
mod conditional;
mod controls;
mod credit;
mod defaults;
mod documentary;
mod fees;
mod goods;
mod guarantee;
mod lines;
pub(super) mod orders;
mod payments;
mod queue;
mod rights;
mod risk;
mod supply;
mod trade;
mod treasury;

/// 2026-12-01T00:00:00Z.
pub(super) const DAY: u64 = 20_788 * 86_400_000;

pub(super) fn chain() -> ChainId {
    ChainId(Hash([7; 32]))
}

pub(super) fn secret(name: &str) -> SecretKey {
    SecretKey::from_seed(&Hash::of(&[b"test key", name.as_bytes()]).0)
}

const PARTICIPANTS: [(&str, Role, Option<u32>); 11] = [
    ("op", Role::Operator, None),
    ("ba", Role::Bank, None),
    ("bb", Role::Bank, None),
    ("c1", Role::CoreEnterprise, Some(1)),
    ("c2", Role::Supplier, Some(2)),
    ("reg", Role::Regulator, None),
    ("sus", Role::Supplier, Some(1)),
    ("bs", Role::Bank, None),
    ("s2", Role::Supplier, Some(1)),
    ("orc", Role::Oracle, None),
    ("aud", Role::Auditor, None),
];

/// Name, owner, asset, status, floor, opening.
const ACCOUNTS: [(&str, u32, u32, AccountStatus, i128, u128); 13] = [
    ("A1", 1, 0, AccountStatus::Open, 0, 1_000),
    ("B1", 2, 0, AccountStatus::Open, 0, 0),
    ("C1", 3, 0, AccountStatus::Open, 0, 500),
    ("C2", 4, 0, AccountStatus::Open, 0, 0),
    ("LINE", 3, 0, AccountStatus::Open, -300, 0),
    ("AUSD", 1, 1, AccountStatus::Open, 0, 1_000),
    ("SHUT", 3, 0, AccountStatus::Closed, 0, 100),
    ("STOP", 3, 0, AccountStatus::Blocked, 0, 100),
    ("SUS", 6, 0, AccountStatus::Open, 0, 100),
    ("C3", 3, 0, AccountStatus::Open, 0, 0),
    ("C4", 3, 0, AccountStatus::Open, 0, 0),
    ("C5", 3, 0, AccountStatus::Open, 0, 0),
    ("C6", 4, 0, AccountStatus::Open, 0, 0),
];

/// A ledger with a few participants and accounts, and what a table needs to talk about them.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) ledger: Ledger,
    accounts: BTreeMap<String, AccountId>,
    participants: BTreeMap<String, ParticipantId>,
    sent: BTreeMap<String, VerifiedTransaction>,
    /// Verbs that it executed.
    pub(super) verbs: BTreeSet<&'static str>,
    /// Refused legs of the bulk payments that settled.
    refused: BTreeMap<String, Vec<(u16, RejectReason)>>,
    clock: u64,
    /// Whether the next block is executed even without transactions.
    is_empty_block_due: bool,
    /// Later outcomes that no line of the table has told yet, by name.
    later: BTreeMap<String, String>,
}

/// The name by which a participant of the stage signs, also one that tables register: a warehouse, then a carrier.
pub(super) fn signer(participant: ParticipantId) -> Option<&'static str> {
    let founded = PARTICIPANTS.iter().map(|it| it.0);
    let place = usize::try_from(participant.0).ok()?;
    founded.chain(["w1", "lg"]).nth(place)
}

pub(super) fn founding() -> Founding {
    let participants = PARTICIPANTS
        .iter()
        .enumerate()
        .map(|(place, (name, role, sponsor))| {
            let mut keys = vec![ParticipantKey::always(secret(name).public_key())];
            if *name == "ba" {
                let key = secret("ba-old").public_key();
                keys.push(ParticipantKey {
                    key,
                    from: Height(0),
                    to: Some(Height(1)),
                    purpose: KeyPurpose::Any,
                });
            }
            let suspended = matches!(*name, "sus" | "bs");
            FoundingParticipant {
                lei: lei_with_check_digits(&format!("TEST00{place:012}")).unwrap(),
                bic: (*role == Role::Bank)
                    .then(|| Bic::parse(&format!("TESTCN{:0>2}", place)).unwrap()),
                name: ParticipantName::new(name).unwrap(),
                role: *role,
                sponsor: sponsor.map(ParticipantId),
                status: if suspended {
                    ParticipantStatus::Suspended
                } else {
                    ParticipantStatus::Active
                },
                keys,
            }
        });
    let assets = ["CNY", "USD"].map(|currency| FoundingAsset {
        currency: Currency::parse(currency).unwrap(),
        scale: 2,
        issuer: ParticipantId(0),
        issuance_number: AccountNumber::parse(&format!("ISSUE-{currency}")).unwrap(),
    });
    let accounts =
        ACCOUNTS.iter().map(
            |(name, owner, asset, status, floor, opening)| FoundingAccount {
                number: AccountNumber::parse(name).unwrap(),
                owner: ParticipantId(*owner),
                asset: AssetId(*asset),
                kind: if matches!(*owner, 1 | 2) {
                    AccountKind::Settlement
                } else {
                    AccountKind::Current
                },
                status: *status,
                floor: Balance(*floor),
                opening: Amount::from_minor(*opening).unwrap(),
            },
        );
    Founding {
        chain_id: chain(),
        seats: (0..5_u8)
            .map(|node| {
                let key = (node < 4).then(|| secret(&format!("node-{node}")).public_key());
                (ParticipantId(u32::from(node % 2) + 1), key)
            })
            .collect(),
        parameters: LedgerParameters {
            participants_max: 13,
            accounts_max: 17,
            ..LedgerParameters::default()
        },
        time: BlockTime(DAY),
        participants: participants.collect(),
        assets: assets.to_vec(),
        accounts: accounts.collect(),
    }
}

/// One line, split.
struct Line<'a> {
    name: &'a str,
    signer: &'a str,
    verb: &'a str,
    fields: Vec<&'a str>,
    options: BTreeMap<&'a str, &'a str>,
    expected: &'a str,
}

impl<'a> Line<'a> {
    fn parse(text: &'a str) -> Line<'a> {
        let (left, expected) = text
            .split_once(" = ")
            .expect("a transaction has ` = outcome`");
        let mut words = left.split_whitespace();
        let mut next = || words.next().expect("name signer verb");
        let (name, signer, verb) = (next(), next(), next());
        let (mut fields, mut options) = (Vec::new(), BTreeMap::new());
        for word in words {
            match word.split_once('=') {
                Some((option, value)) => {
                    options.insert(option, value);
                }
                None => fields.push(word),
            }
        }
        Line {
            name,
            signer,
            verb,
            fields,
            options,
            expected: expected.trim(),
        }
    }

    fn amount(&self, place: usize) -> Amount {
        Amount::from_minor(self.fields[place].parse().unwrap()).unwrap()
    }
}

impl Stage {
    pub(super) fn new() -> Stage {
        Stage::beside(0)
    }

    /// A stage on whose ledger so many accounts that nobody talks about follow its own.
    pub(super) fn beside(others: u64) -> Stage {
        let mut founding = founding();
        founding.parameters.accounts_max += others;
        let other = |place: u64| FoundingAccount {
            number: AccountNumber::parse(&format!("OTHER-{place}")).unwrap(),
            owner: ParticipantId(1),
            asset: AssetId(0),
            kind: AccountKind::Settlement,
            status: AccountStatus::Open,
            floor: Balance(0),
            opening: Amount::ZERO,
        };
        founding.accounts.extend((0..others).map(other));
        let ledger = Ledger::found(&founding).unwrap();
        let mut accounts: BTreeMap<String, AccountId> = (2..)
            .map(AccountId)
            .zip(ACCOUNTS)
            .map(|(id, account)| (account.0.to_owned(), id))
            .collect();
        accounts.insert("ISSUE".to_owned(), AccountId(0));
        accounts.insert("NONE".to_owned(), AccountId(9_999));
        let mut participants: BTreeMap<String, ParticipantId> = (0..)
            .map(ParticipantId)
            .zip(PARTICIPANTS)
            .map(|(id, participant)| (participant.0.to_owned(), id))
            .collect();
        participants.insert("nobody".to_owned(), ParticipantId(9_999));
        Stage {
            ledger,
            accounts,
            participants,
            sent: BTreeMap::new(),
            refused: BTreeMap::new(),
            verbs: BTreeSet::new(),
            clock: DAY,
            is_empty_block_due: false,
            later: BTreeMap::new(),
        }
    }

    /// Runs a table; answers the refusal numbers it reached.
    pub(super) fn run(&mut self, table: &str) -> Vec<RejectReason> {
        let mut reached = Vec::new();
        let mut block: Vec<Line<'_>> = Vec::new();
        for text in table
            .lines()
            .map(str::trim)
            .filter(|text| !text.is_empty() && !text.starts_with('#'))
        {
            let words: Vec<&str> = text.split_whitespace().collect();
            match words[0] {
                "block" => {
                    self.execute(std::mem::take(&mut block), &mut reached);
                    if let Some(seconds) = words.get(1) {
                        self.clock = DAY + seconds.parse::<u64>().unwrap() * 1_000 - 1_000;
                        self.is_empty_block_due = words.get(2) == Some(&"empty");
                    }
                }
                "later" => {
                    self.execute(std::mem::take(&mut block), &mut reached);
                    let (name, expected) =
                        text[6..].split_once(" = ").expect("later NAME = outcome");
                    let given = self.later.remove(name.trim());
                    assert_eq!(given.as_deref(), Some(expected.trim()), "{text}");
                }
                "bal" | "promise" | "portion" | "portfolio" | "standing" | "cover" | "lot"
                | "receipt" | "case" | "closeout" | "credit" | "drawing" | "guarantee"
                | "demanded" | "held" | "avail" => {
                    self.execute(std::mem::take(&mut block), &mut reached);
                    self.check(text, &words);
                }
                "trial" => {
                    self.ledger.parameters.trial_clock = true;
                    self.ledger.header.ahead_ms = words.get(1).map_or(0, |it| it.parse().unwrap());
                }
                "saturate" => {
                    let place = usize::try_from(self.accounts[words[1]].0).unwrap();
                    self.saturate(place);
                }
                _ => block.push(Line::parse(text)),
            }
        }
        self.execute(block, &mut reached);
        assert!(self.later.is_empty(), "untold: {:?}", self.later);
        reached
    }

    /// A line that is no transaction but says what must be seen.
    fn check(&self, text: &str, words: &[&str]) {
        match words[0] {
            "bal" => self.check_balance(text, words),
            "promise" | "portion" => self.check_supply(text, words),
            "portfolio" => self.check_portfolio(text, words),
            "standing" => self.check_order(text, words),
            "case" | "closeout" => self.check_default(text, words),
            "cover" => self.check_collateral(text, words),
            "lot" | "receipt" => self.check_goods(text, words),
            "guarantee" | "demanded" => self.check_guarantee(text, words),
            "credit" | "drawing" => self.check_credit(text, words),
            "held" => self.check_trade(text, words),
            "avail" => {
                let account = read::account(&self.ledger, self.account(words[1])).unwrap();
                assert_eq!(account.available().to_string(), words[2], "{text}");
            }
            other => panic!("no check {other}"),
        }
    }

    /// Executes lines as one block, whatever comes of them; answers which took effect.
    pub(super) fn run_block(&mut self, texts: &[String]) -> Vec<bool> {
        self.clock += 1_000;
        let context = BlockContext {
            height: self.ledger.height().next(),
            time: BlockTime(self.clock),
        };
        let transactions: Vec<_> = texts
            .iter()
            .map(|text| {
                let text = format!("{text} = any");
                self.transaction(&Line::parse(&text)).expect("well formed")
            })
            .collect();
        let block = execute(&mut self.ledger, &context, &transactions).unwrap();
        let took = |receipt: &Receipt| matches!(receipt.outcome, Outcome::Recorded { .. });
        block.receipts.iter().map(took).collect()
    }

    /// Executes one line as a block of its own, whatever comes of it.
    pub(super) fn run_any(&mut self, text: &str) {
        self.clock += 1_000;
        let context = BlockContext {
            height: self.ledger.height().next(),
            time: BlockTime(self.clock),
        };
        let text = format!("{text} = any");
        let line = Line::parse(&text);
        let transaction = self.transaction(&line).expect("well formed");
        self.sent.insert(line.name.to_owned(), transaction.clone());
        execute(&mut self.ledger, &context, [&transaction]).unwrap();
    }

    /// Executes one line as a block of its own; answers the verb that was sent, and the outcome as tables write it.
    pub(super) fn run_one(&mut self, text: &str) -> (&'static str, String) {
        self.clock += 1_000;
        let context = BlockContext {
            height: self.ledger.height().next(),
            time: BlockTime(self.clock),
        };
        let text = format!("{text} = any");
        let transaction = match self.transaction(&Line::parse(&text)) {
            Ok(transaction) => transaction,
            Err(rejection) => return ("", rejection.reason.code()),
        };
        let block = execute(&mut self.ledger, &context, [&transaction]).unwrap();
        let mut receipts = block.receipts.iter();
        let receipt = receipts.find(|it| it.transaction == transaction.id());
        let outcome = outcome_text(&receipt.expect("it has one").outcome, &mut Vec::new());
        (transaction.instruction().action.name(), outcome)
    }

    /// A stage with room for so many participants and accounts more.
    pub(super) fn with_room(mut self, more: u32) -> Stage {
        self.ledger.parameters.participants_max += more;
        self.ledger.parameters.accounts_max += u64::from(more);
        self
    }

    fn check_balance(&self, text: &str, words: &[&str]) {
        let account = read::account(&self.ledger, self.account(words[1])).unwrap();
        let expected: i128 = words[2].parse().unwrap();
        assert_eq!(account.balance(), Balance(expected), "{text}");
    }

    /// Brings an account's totals to the end of their range without changing its balance or the asset's sums.
    fn saturate(&mut self, place: usize) {
        let room = i128::MAX as u128 - 5;
        let asset = {
            let posting = self.ledger.accounts.posting_mut(place);
            let add = room - posting.debits.max(posting.credits);
            posting.debits += add;
            posting.credits += add;
            (posting.asset, add)
        };
        let totals = &mut self.ledger.assets[usize::try_from(asset.0.0).unwrap()];
        totals.debits += asset.1;
        totals.credits += asset.1;
    }

    /// Writes a line as an instruction of this second without executing it, and remembers it under a name; `None` when it is malformed.
    pub(super) fn say(&mut self, name: &str, line: &str, second: u64) -> Option<Instruction> {
        self.clock = DAY + second * 1_000 - 1_000;
        let text = format!("{line} = any");
        let transaction = self.transaction(&Line::parse(&text)).ok()?;
        let instruction = transaction.instruction().clone();
        self.sent.insert(name.to_owned(), transaction);
        Some(instruction)
    }

    /// Everything that was sent, by its sender, in the order of its names `S1`, `S2` and so on.
    pub(super) fn all_sent(&self) -> Vec<(ParticipantId, Action)> {
        let mut sent: Vec<(&String, &VerifiedTransaction)> = self.sent.iter().collect();
        sent.sort_by_key(|(name, _)| (name.len(), *name));
        let instructions = sent.into_iter().map(|(_, it)| it.instruction());
        instructions
            .map(|it| (it.sender, it.action.clone()))
            .collect()
    }

    /// What was sent under a name.
    pub(super) fn transaction_named(&self, name: &str) -> VerifiedTransaction {
        self.sent[name].clone()
    }

    /// An account by its name on the stage, or by its number.
    pub(super) fn account(&self, name: &str) -> AccountId {
        self.accounts.get(name).copied().unwrap_or_else(|| {
            let number = AccountNumber::parse(name).unwrap();
            read::account_by_number(&self.ledger, &number)
                .unwrap_or_else(|| panic!("no account {name}"))
                .id
        })
    }

    fn execute(&mut self, lines: Vec<Line<'_>>, reached: &mut Vec<RejectReason>) {
        if lines.is_empty() && !self.is_empty_block_due {
            return;
        }
        self.is_empty_block_due = false;
        self.clock += 1_000;
        let context = BlockContext {
            height: self.ledger.height().next(),
            time: BlockTime(self.clock),
        };
        let mut expected = Vec::new();
        let mut transactions = Vec::new();
        let mut own = Vec::new();
        for line in lines {
            match self.transaction(&line) {
                Ok(transaction) => {
                    self.verbs.insert(transaction.instruction().action.name());
                    self.sent.insert(line.name.to_owned(), transaction.clone());
                    transactions.push(transaction.clone());
                    // What comes a day too late was never there: it is dropped like a repetition.
                    if !matches!(line.expected, "dropped" | "late") {
                        own.push(transaction.id());
                        expected.push((line.name.to_owned(), line.expected.to_owned()));
                    }
                }
                Err(rejection) => {
                    assert_eq!(
                        rejection.reason.code(),
                        line.expected,
                        "{} at the door",
                        line.name
                    );
                    reached.push(rejection.reason);
                }
            }
        }
        let block = execute(&mut self.ledger, &context, &transactions).unwrap();
        for it in &self.ledger.participants {
            // Whoever was admitted plays from the next block on, under its name.
            self.participants
                .entry(it.name.to_string())
                .or_insert(it.id);
        }
        invariants::check(&self.ledger);
        let mut found: Vec<(String, String)> = Vec::new();
        let mut answers = 0;
        for receipt in &block.receipts {
            let mut outcome = outcome_text(&receipt.outcome, reached);
            if let Some(fee) = receipt.fee {
                outcome += &format!(" fee {}", fee.amount);
            }
            self.note_refused(receipt);
            let place = own.iter().position(|id| *id == receipt.transaction);
            match place {
                Some(place) => {
                    own.remove(place);
                    let name = expected.get(found.len()).map(|(name, _)| name.clone());
                    found.push((name.unwrap_or("?".to_owned()), outcome));
                }
                None => {
                    let mut sent = self.sent.iter();
                    let it = sent.find(|(_, sent)| sent.id() == receipt.transaction);
                    let name = it.expect("a receipt of something sent").0.clone();
                    self.later.insert(name, outcome);
                    answers += 1;
                }
            }
        }
        assert_eq!(found, expected);
        assert_eq!(
            usize::try_from(block.dropped).unwrap() + block.receipts.len(),
            transactions.len() + answers
        );
    }

    /// Remembers which legs of a bulk payment were refused: evidence of the others tells them.
    fn note_refused(&mut self, receipt: &Receipt) {
        if let Outcome::BulkSettled { refused, .. } = &receipt.outcome {
            let sent = self.sent.iter();
            let mut names = sent.filter(|(_, sent)| sent.id() == receipt.transaction);
            let name = names.next().map(|(name, _)| name.clone());
            self.refused
                .extend(name.map(|name| (name, refused.clone())));
        }
    }

    fn transaction(&self, line: &Line<'_>) -> Result<VerifiedTransaction, Rejection> {
        if line.expected == "dropped" {
            return Ok(self.sent[line.name].clone());
        }
        let option = |name: &str| line.options.get(name).copied();
        let sender =
            self.participants[option("as").unwrap_or(line.signer.split('+').next().unwrap())];
        let expiry: u64 = option("expiry").map_or(self.clock + 3_600_000, |seconds| {
            DAY + seconds.parse::<u64>().unwrap() * 1_000
        });
        let instruction = Instruction {
            chain_id: option("chain").map_or(chain(), |_| ChainId::default()),
            sender,
            idempotency_key: IdempotencyKey::new(option("key").unwrap_or(line.name)).unwrap(),
            expiry: BlockTime(expiry),
            action: self.action(line),
        };
        let keys: Vec<SecretKey> = line
            .signer
            .split('+')
            .filter(|name| *name != "unsigned")
            .map(secret)
            .collect();
        let mut signed = instruction.sign(&keys.iter().collect::<Vec<_>>());
        if option("spoil").is_some() {
            signed.signatures[0].signature.0[0] ^= 1;
        }
        if option("swap").is_some() {
            signed.signatures.reverse();
        }
        verify(&chain(), &signed.to_bytes())
    }

    fn action(&self, line: &Line<'_>) -> Action {
        let option = |name: &str| line.options.get(name).copied();
        let date = option("date").map_or(
            self.ledger
                .parameters()
                .business_date(BlockTime(self.clock + 1_000)),
            |text| BusinessDate::parse(text).unwrap(),
        );
        let asset = AssetId(option("asset").map_or(0, |text| text.parse().unwrap()));
        match line.verb {
            "pay" => Action::Pay(self.pay(line, asset, date)),
            "versus" => Action::PayVersus(self.versus(line, date)),
            "attest" => self.attest(line),
            "offer" | "accept" | "repay" | "giverest" | "notice" | "surety" | "callsurety"
            | "dropsurety" | "repaysurety" | "call" | "writeoff" | "prepay" | "draw" | "reset"
            | "charge" | "syndicate" | "joins" | "assign" | "take" | "renew" | "concur" => {
                self.loan(line)
            }
            "askcover" | "putup" | "putdown" | "swapcover" | "takecover" => self.cover(line),
            "openline" | "agree" | "amend" | "endline" | "linefee" => self.credit_line(line),
            "propose" => Action::Propose(self.propose(line)),
            "vote" => Action::Vote(Vote {
                proposal: line.fields[0].parse().unwrap(),
                node: line.fields[1].parse().unwrap(),
                approve: line.fields.get(2) != Some(&"no"),
            }),
            "withdraw" => Action::Withdraw(Withdraw {
                proposal: line.fields[0].parse().unwrap(),
            }),
            "bulk" => self.bulk(line, asset, date),
            "issue" => Action::IssueCash(IssueCash {
                account: self.account(line.fields[0]),
                amount: line.amount(1),
                reserve_reference: Hash::ZERO,
            }),
            "open" => Action::OpenAccount(OpenAccount {
                owner: self.participants[line.fields[0]],
                asset,
                kind: match line.fields[1] {
                    "settlement" => AccountKind::Settlement,
                    "current" => AccountKind::Current,
                    "escrow" => AccountKind::Escrow,
                    _ => AccountKind::Issuance,
                },
                number: AccountNumber::parse(line.fields[2]).unwrap(),
            }),
            "register" => self.register(line),
            verb => self.further_action(line, verb, asset, date),
        }
    }
}

pub(super) fn uetr(name: &str) -> Uetr {
    let hash = Hash::of(&[b"uetr", name.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.0[..16]);
    Uetr::from_random(bytes)
}

fn outcome_text(outcome: &Outcome, reached: &mut Vec<RejectReason>) -> String {
    match outcome {
        Outcome::Settled => "settled".to_owned(),
        Outcome::Refused(reason) => {
            reached.push(*reason);
            reason.code()
        }
        Outcome::BulkSettled {
            settled_count,
            refused,
            ..
        } => {
            let legs: Vec<String> = refused
                .iter()
                .map(|(leg, reason)| format!("[{leg} {}]", reason.code()))
                .collect();
            reached.extend(refused.iter().map(|(_, reason)| *reason));
            format!("settled {settled_count} {}", legs.join(" "))
                .trim()
                .to_owned()
        }
        Outcome::BulkRefused { leg, reason } => {
            reached.push(*reason);
            format!("leg {leg} {}", reason.code())
        }
        Outcome::Waiting(waiting) => waiting.name().to_owned(),
        Outcome::Cancelled(reason) => {
            reached.push(*reason);
            format!("cancelled {}", reason.code())
        }
        Outcome::Recorded { table, id } => format!("{} {id}", table.name()),
    }
}
