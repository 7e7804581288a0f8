//! `sycee file submit`: judge, resolve, sign, send, wait, answer.
//!
//! A payment is answered once and for all: settled, refused with a code, or still open (then send the same file again).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use sycee_api::wire::{self, Wait, get_participant_request};
use sycee_api::{Client, NodeFault, Problem};
use sycee_contracts::RejectReason;
use sycee_messages::{
    Directory, Judge, Judgement, Outcome as FileOutcome, Participant, ParticipantStatus,
    PaymentOrder, limits::FILE_BYTES_MAX,
};
use sycee_primitives::{
    Currency, Hash,
    identifiers::{Bic, Lei},
};

use super::plan::{self, Names, PaymentStatus, Planned};
use super::{answer, name_of, print, report};
use crate::cli::output::{Output, note, read_file, write_new};
use crate::cli::sending::{Sender, Sending};
use crate::cli::{Failed, Global, Outcome};
use crate::{clock, exit};

/// Transactions in one request, and their bytes: far below what a request may have.
const TRANSACTIONS_PER_CALL: usize = 256;
const BYTES_PER_CALL: usize = 4 << 20;

/// Flags of `sycee file submit`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Submit {
    /// Files to be submitted, in this order.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    sending: Sending,
    /// File (for one file) or folder for the answers; beside each file as FILE.pacs002.xml when left out.
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
}

/// What became of one file.
struct FileReport {
    judgement: Judgement,
    statuses: Vec<PaymentStatus>,
    digest: Hash,
}

impl Submit {
    pub(in crate::cli) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let sender = self.sending.sender(&mut client).await?;
        let mut judge = Judge::new(directory(&mut client, &sender).await?);
        let mut worst = exit::OK;
        for path in &self.files {
            let bytes = match read_file(path, FILE_BYTES_MAX as u64) {
                Ok(bytes) => bytes,
                Err(problem) => {
                    note(&format!("error {problem}"));
                    worst = worse(worst, exit::of(&problem));
                    continue;
                }
            };
            let digest = Hash::of(&[&bytes]);
            let judgement = judge.judge(&name_of(path), &bytes);
            drop(bytes);
            if self.sending.dry_run {
                print(output, &judgement);
                worst = worse(worst, judged(&judgement));
                continue;
            }
            let statuses = self.send(&mut client, &sender, &judgement, &digest).await?;
            let done = FileReport {
                judgement,
                statuses,
                digest,
            };
            worst = worse(worst, done.exit());
            let answer = self.answer_path(path);
            done.write_answer(&answer)?;
            report(output, &done.json(&answer), done.lines(&answer));
        }
        match worst {
            exit::OK => Ok(()),
            exit => Err(Failed {
                lines: Vec::new(),
                exit,
            }),
        }
    }

    fn answer_path(&self, file: &Path) -> PathBuf {
        let beside = format!("{}.pacs002.xml", name_of(file));
        match &self.out {
            None => file.with_file_name(beside),
            Some(folder) if folder.is_dir() => folder.join(beside),
            Some(path) => path.clone(),
        }
    }

    /// Sends the payments of an accepted file; one status for each.
    async fn send(
        &self,
        client: &mut Client,
        sender: &Sender,
        judgement: &Judgement,
        digest: &Hash,
    ) -> Result<Vec<PaymentStatus>, Problem> {
        let orders = judgement.transactions.as_slice();
        let names = resolve(client, orders).await?;
        let (planned, mut statuses) = plan::plan(digest, orders, &names);
        let mut rest = planned.as_slice();
        while !rest.is_empty() {
            let mut transactions = Vec::new();
            let mut bytes = 0_usize;
            for planned in rest.iter().take(TRANSACTIONS_PER_CALL) {
                let signed = sender.sign(planned.key, planned.action.clone());
                let (id, encoded) = (signed.instruction.id().to_string(), signed.to_bytes());
                bytes = bytes.saturating_add(encoded.len());
                if bytes > BYTES_PER_CALL && !transactions.is_empty() {
                    break;
                }
                transactions.push((id, encoded));
            }
            let (now, later) = rest.split_at(transactions.len().min(rest.len()));
            self.send_part(client, sender, now, transactions, &mut statuses)
                .await;
            rest = later;
        }
        let unanswered = || PaymentStatus::Refused {
            transaction: None,
            problem: NodeFault::Internal.into(),
        };
        Ok(statuses
            .into_iter()
            .map(|status| status.unwrap_or_else(unanswered))
            .collect())
    }

    /// Sends transactions and notes what became of the payments in them; never loses track of one that was sent.
    async fn send_part(
        &self,
        client: &mut Client,
        sender: &Sender,
        planned: &[Planned],
        transactions: Vec<(String, Vec<u8>)>,
        statuses: &mut [Option<PaymentStatus>],
    ) {
        let (ids, encoded): (Vec<String>, Vec<Vec<u8>>) = transactions.into_iter().unzip();
        let answers = match client
            .submit_all(encoded, Wait::Final, self.sending.timeout())
            .await
        {
            Ok(answers) => answers,
            // The call failed as a whole: whether anything of it was taken is not known.
            Err(problem) => ids.iter().map(|_| Err(problem.clone())).collect(),
        };
        for ((planned, id), answer) in planned.iter().zip(ids).zip(answers) {
            let told = match answer {
                Ok(response) => told_by_receipt(planned, &id, response.receipt.as_ref()),
                Err(problem) => told_by_problem(client, sender, planned, &id, problem).await,
            };
            for (place, status) in told {
                if let Some(slot) = statuses.get_mut(place) {
                    *slot = Some(status);
                }
            }
        }
    }
}

fn told_by_receipt(
    planned: &Planned,
    id: &str,
    receipt: Option<&wire::Receipt>,
) -> Vec<(usize, PaymentStatus)> {
    match receipt {
        Some(receipt) => plan::statuses(planned, receipt),
        None => all(planned, &|| PaymentStatus::Open {
            transaction: id.to_owned(),
            problem: Problem::of(NodeFault::ReplyMalformed, "receipt"),
        }),
    }
}

/// A refusal at the door, an intent that was sent before (its outcome is what counts), or an outcome that is not known.
async fn told_by_problem(
    client: &mut Client,
    sender: &Sender,
    planned: &Planned,
    id: &str,
    problem: Problem,
) -> Vec<(usize, PaymentStatus)> {
    if problem.code == RejectReason::DuplicateInstruction.code() {
        let key = planned.key.as_bytes().to_vec();
        let earlier = client.instruction(sender.participant.id, key).await;
        if let Ok(Some(receipt)) = earlier.map(|answer| answer.receipt) {
            return plan::statuses(planned, &receipt);
        }
    }
    if is_refusal(&problem) {
        return all(planned, &|| PaymentStatus::Refused {
            transaction: None,
            problem: problem.clone(),
        });
    }
    all(planned, &|| PaymentStatus::Open {
        transaction: id.to_owned(),
        problem: problem.clone(),
    })
}

/// The ledger's own codes are refusals; the node's say that it could not tell.
fn is_refusal(problem: &Problem) -> bool {
    let number = problem
        .code
        .strip_prefix("SY-")
        .and_then(|digits| digits.parse().ok());
    number.and_then(RejectReason::from_number).is_some()
}

fn all(planned: &Planned, status: &dyn Fn() -> PaymentStatus) -> Vec<(usize, PaymentStatus)> {
    planned
        .payments
        .iter()
        .map(|place| (*place, status()))
        .collect()
}

/// The node's participants and currencies, for judging files by them.
async fn directory(client: &mut Client, sender: &Sender) -> Result<Directory, Problem> {
    let unreadable = |field: &str| Problem::of(NodeFault::ReplyMalformed, field);
    let mut participants = Vec::new();
    for participant in client.participants().await? {
        if participant.bic.is_empty() {
            continue;
        }
        participants.push(Participant {
            bic: Bic::parse(&participant.bic).map_err(|_| unreadable("bic"))?,
            lei: Some(Lei::parse(&participant.lei).map_err(|_| unreadable("lei"))?),
            name: participant.name,
            status: match participant.status.as_str() {
                "active" => ParticipantStatus::Active,
                _ => ParticipantStatus::Suspended,
            },
        });
    }
    let mut scales = std::collections::BTreeMap::new();
    for asset in client.assets().await? {
        let currency = Currency::parse(&asset.currency).ok_or_else(|| unreadable("currency"))?;
        scales.insert(
            currency,
            u8::try_from(asset.scale).map_err(|_| unreadable("scale"))?,
        );
    }
    Directory::new(sender.business_date, scales, participants)
        .map_err(|error| Problem::of(NodeFault::ReplyMalformed, error))
}

/// Asks the node for every account and agent that the orders name.
async fn resolve(client: &mut Client, orders: &[PaymentOrder]) -> Result<Names, Problem> {
    let mut names = Names::default();
    let mut banks: BTreeSet<Bic> = BTreeSet::new();
    for order in orders {
        let sides = [
            (&order.debtor_account, order.debtor_agent),
            (&order.creditor_account, order.creditor_agent),
        ];
        for (number, agent) in sides {
            match (number, agent) {
                (Some(number), _) if !names.accounts.contains_key(number) => {
                    let found = found(client.account_by_number(number).await)?;
                    names.accounts.insert(number.clone(), found);
                }
                (Some(_), _) | (None, None) => {}
                (None, Some(bic)) => {
                    banks.insert(bic.head_office());
                }
            }
        }
    }
    for bic in banks {
        let key = get_participant_request::Key::Bic(bic.to_string());
        let Some(bank) = found(client.participant(key).await)? else {
            continue;
        };
        for account in client.accounts_of(bank.id).await? {
            if account.kind == "settlement" && account.status == "open" {
                let key = (bic, account.currency.clone());
                names.settlement.entry(key).or_insert(account);
            }
        }
    }
    Ok(names)
}

/// What does not exist, or cannot be a name at all, is not there; other problems stay problems.
fn found<T>(answer: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(problem) => match problem.class {
            sycee_api::Class::NotFound | sycee_api::Class::Invalid => Ok(None),
            sycee_api::Class::Forbidden
            | sycee_api::Class::Conflict
            | sycee_api::Class::Unavailable
            | sycee_api::Class::TimedOut
            | sycee_api::Class::Refused
            | sycee_api::Class::OutOfRange
            | sycee_api::Class::Unverified
            | sycee_api::Class::Unsafe
            | sycee_api::Class::Internal => Err(problem),
        },
    }
}

fn judged(judgement: &Judgement) -> u8 {
    match judgement.outcome {
        FileOutcome::Accepted => exit::OK,
        FileOutcome::Rejected => exit::REFUSED,
    }
}

/// An open payment outweighs a refused one: the caller must come back for it. Anything else outweighs both.
fn worse(one: u8, other: u8) -> u8 {
    let weight = |code: u8| match code {
        exit::OK => 0,
        exit::REFUSED => 1,
        exit::UNAVAILABLE => 2,
        _ => 3,
    };
    if weight(other) > weight(one) {
        other
    } else {
        one
    }
}

impl FileReport {
    fn exit(&self) -> u8 {
        let each = self.statuses.iter().map(|status| match status {
            PaymentStatus::Settled { .. } | PaymentStatus::Waiting { .. } => exit::OK,
            PaymentStatus::Refused { .. } => exit::REFUSED,
            PaymentStatus::Open { .. } => exit::UNAVAILABLE,
        });
        each.fold(judged(&self.judgement), worse)
    }

    fn write_answer(&self, path: &Path) -> Result<(), Problem> {
        let report = answer::report(&self.judgement, &self.statuses, &self.digest, clock::wall());
        let text = report
            .write()
            .map_err(|error| Problem::of(NodeFault::Internal, format!("pacs.002: {error}")))?;
        // The same file sent again gets a new answer; the newest is the one that counts, so it alone replaces an earlier one.
        match write_new(path, text.as_bytes()) {
            Err(problem) if problem.code == NodeFault::FileExists.code() => {
                std::fs::write(path, text).map_err(|error| {
                    Problem::of(
                        NodeFault::FileUnwritable,
                        format!("{}: {error}", path.display()),
                    )
                })
            }
            written => written,
        }
    }

    fn payments(&self) -> impl Iterator<Item = (&PaymentOrder, &PaymentStatus)> {
        self.judgement.transactions.iter().zip(&self.statuses)
    }

    fn json(&self, answer: &Path) -> Value {
        let payments: Vec<Value> = self
            .payments()
            .map(|(order, status)| {
                let waits_for = match status {
                    PaymentStatus::Waiting { reason, .. } => Some(reason),
                    PaymentStatus::Settled { .. }
                    | PaymentStatus::Refused { .. }
                    | PaymentStatus::Open { .. } => None,
                };
                let (word, transaction, height, problem) = match status {
                    PaymentStatus::Settled { transaction, height } => {
                        ("settled", Some(transaction), Some(*height), None)
                    }
                    PaymentStatus::Refused { transaction, problem } => {
                        ("refused", transaction.as_ref(), None, Some(problem))
                    }
                    PaymentStatus::Waiting { transaction, .. } => {
                        ("waiting", Some(transaction), None, None)
                    }
                    PaymentStatus::Open { transaction, problem } => {
                        ("open", Some(transaction), None, Some(problem))
                    }
                };
                json!({
                    "uetr": order.uetr.map(|uetr| uetr.to_string()),
                    "end_to_end_id": order.end_to_end_id,
                    "currency": order.currency.to_string(),
                    "amount_minor": order.amount.minor().to_string(),
                    "status": word,
                    "transaction_id": transaction,
                    "height": height,
                    "waits_for": waits_for,
                    "problem": problem.map(|problem| crate::cli::sending::problem_json(&problem.to_wire())),
                })
            })
            .collect();
        json!({
            "file": self.judgement.file,
            "message": self.judgement.message,
            "outcome": self.judgement.outcome,
            "code": self.judgement.code,
            "xpath": self.judgement.xpath,
            "stage": self.judgement.stage,
            "reason": self.judgement.reason,
            "payments": payments,
            "answer": answer.display().to_string(),
        })
    }

    fn lines(&self, answer: &Path) -> Vec<String> {
        let mut lines = vec![super::line(&self.judgement)];
        for (order, status) in self.payments() {
            let name = &order.end_to_end_id;
            lines.push(match status {
                PaymentStatus::Settled {
                    transaction,
                    height,
                } => {
                    format!("  settled  {name}  height {height}  {transaction}")
                }
                PaymentStatus::Refused { problem, .. } => format!("  refused  {name}  {problem}"),
                PaymentStatus::Waiting {
                    transaction,
                    reason,
                } => {
                    format!("  waiting  {name}  {transaction}  {reason}")
                }
                PaymentStatus::Open {
                    transaction,
                    problem,
                } => {
                    format!("  open     {name}  {transaction}  {problem}")
                }
            });
        }
        lines.push(format!("  answer   {}", answer.display()));
        lines
    }
}
