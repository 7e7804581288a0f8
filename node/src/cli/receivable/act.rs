//! What is done with receivables day by day, as creditor, debtor, holder and bank type it.
//!
//! ```text
//!   creditor: issue ─▶ RECEIVABLE ◀─ accept, reject, dispute, pay (debtor)      withdraw (creditor)
//!   holder: split, transfer, pledge, finance with an OFFER ─▶ PORTION ◀─ release (bank), honour (endorser)      bank: offer
//! ```
//! Decisions on disputes, lines and rules are sent by `sycee instruct send`.

use clap::{Args, Subcommand};
use sycee_api::{Client, NodeFault, Problem, convert::parse};
use sycee_contracts::Action;
use sycee_contracts::receivable::{
    AcceptReceivable, CancelReceivable, DisputeReceivable, FinanceReceivable, HonourRecourse,
    IssueReceivable, OfferFinancing, PayReceivable, PledgeReceivable, RejectReceivable,
    ReleasePledge, SplitReceivable, TransferReceivable, WithdrawOffer, WithdrawReceivable,
};
use sycee_contracts::registry::DocumentMark;
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId};

use super::super::sending::{Sending, send};
use super::super::{Outcome, output::Output};

/// Units of the twelfth decimal in a millionth of one: rates are written so.
const PER_MILLIONTH: u64 = 1_000_000;

/// What can be done.
#[derive(Subcommand, Debug)]
pub(in crate::cli) enum Act {
    /// Claim a receivable of a core enterprise.
    #[command(
        after_help = "Example:\n  sycee receivable issue --debtor 5 --asset 0 --amount-minor 100000000 --due 2027-06-01 --account 12 --document NUMBER_PART:DETAIL_PART --key corp-2.json\n\n`sycee registry fingerprint` makes both parts of a document's mark."
    )]
    Issue(Issue),
    /// Promise to pay it, irrevocably.
    #[command(after_help = "Example:\n  sycee receivable accept 7 --account 11 --key corp-1.json")]
    Accept(Accept),
    /// Say no to it.
    #[command(after_help = "Example:\n  sycee receivable reject 7 --key corp-1.json")]
    Reject(OnReceivable),
    /// Take it back before it is answered.
    #[command(after_help = "Example:\n  sycee receivable withdraw 7 --key corp-2.json")]
    Withdraw(OnReceivable),
    /// Divide a portion.
    #[command(
        after_help = "Example:\n  sycee receivable split 9 --part-minor 60000000 --part-minor 40000000 --key corp-2.json"
    )]
    Split(Split),
    /// Hand a portion on, with or without answering for the debtor.
    #[command(
        after_help = "Example:\n  sycee receivable transfer 9 --to 8 --account 14 --recourse --key corp-2.json"
    )]
    Transfer(Transfer),
    /// Offer to finance what a debtor owes, as a bank.
    #[command(
        after_help = "Example:\n  sycee receivable offer --debtor 5 --account 3 --asset 0 --rate-ppm 36000 --fee-minor 5000 --days-min 30 --days-max 180 --limit-minor 500000000 --key bank-b.json"
    )]
    Offer(Offer),
    /// Take an offer back.
    #[command(after_help = "Example:\n  sycee receivable unoffer 4 --key bank-b.json")]
    Unoffer(Unoffer),
    /// Sell a portion to the bank of an offer, money against portion.
    #[command(
        after_help = "Example:\n  sycee receivable finance 9 --offer 4 --price-min-minor 59400000 --key corp-2.json"
    )]
    Finance(Finance),
    /// Secure a bank by a portion.
    #[command(
        after_help = "Example:\n  sycee receivable pledge 9 --to 2 --account 3 --secured-minor 40000000 --key corp-2.json"
    )]
    Pledge(Pledge),
    /// Give up the security in a portion.
    #[command(after_help = "Example:\n  sycee receivable release 9 --key bank-b.json")]
    Release(OnPortion),
    /// Dispute what was promised: nothing moves until it is decided.
    #[command(
        after_help = "Example:\n  sycee receivable dispute 7 --reason HASH --key corp-1.json"
    )]
    Dispute(Dispute),
    /// Pay on what is overdue.
    #[command(
        after_help = "Example:\n  sycee receivable pay 7 --account 11 --amount-minor 2500000 --key corp-1.json"
    )]
    Pay(Pay),
    /// Answer for an overdue portion as its last endorser.
    #[command(after_help = "Example:\n  sycee receivable honour 9 --account 14 --key corp-4.json")]
    Honour(Honour),
    /// Give a receivable up, as the holder of all of it.
    #[command(after_help = "Example:\n  sycee receivable cancel 7 --key corp-2.json")]
    Cancel(OnReceivable),
}

/// A receivable and who sends.
#[derive(Args, Debug)]
pub(in crate::cli) struct OnReceivable {
    /// The receivable.
    #[arg(value_name = "RECEIVABLE")]
    receivable: u64,
    #[command(flatten)]
    sending: Sending,
}

/// A portion and who sends.
#[derive(Args, Debug)]
pub(in crate::cli) struct OnPortion {
    /// The portion.
    #[arg(value_name = "PORTION")]
    portion: u64,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee receivable issue`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Issue {
    /// Who is to promise it.
    #[arg(long, value_name = "PARTICIPANT")]
    debtor: u32,
    /// In which money.
    #[arg(long, value_name = "ASSET")]
    asset: u32,
    /// How much, in minor units.
    #[arg(long, value_name = "MINOR")]
    amount_minor: u128,
    /// The business date on which it is due.
    #[arg(long, value_name = "YYYY-MM-DD")]
    due: String,
    /// Where the creditor is paid.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// Both parts of a document's mark; as often as there are documents.
    #[arg(long = "document", value_name = "HASH:HASH", required = true)]
    documents: Vec<String>,
    /// Hash of the contract behind it.
    #[arg(long, value_name = "HASH")]
    contract: Option<String>,
    /// Hash of the ground for a term longer than usual.
    #[arg(long, value_name = "HASH")]
    ground: Option<String>,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee receivable accept`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Accept {
    /// What the debtor will pay from.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    #[command(flatten)]
    of: OnReceivable,
}

/// Flags of `sycee receivable split`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Split {
    /// What a part is worth, in minor units; as often as there are parts.
    #[arg(long = "part-minor", value_name = "MINOR", required = true)]
    parts: Vec<u128>,
    #[command(flatten)]
    of: OnPortion,
}

/// Flags of `sycee receivable transfer`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Transfer {
    /// The new holder.
    #[arg(long, value_name = "PARTICIPANT")]
    to: u32,
    /// Where the new holder is paid.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// The sender answers for the debtor.
    #[arg(long)]
    recourse: bool,
    #[command(flatten)]
    of: OnPortion,
}

/// Flags of `sycee receivable offer`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Offer {
    /// Whose promises are financed.
    #[arg(long, value_name = "PARTICIPANT")]
    debtor: u32,
    /// The bank's account, which pays and is paid.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// In which money.
    #[arg(long, value_name = "ASSET")]
    asset: u32,
    /// Discount a year, in parts per million.
    #[arg(long, value_name = "PPM")]
    rate_ppm: u64,
    /// Days that a year has: 360 or 365.
    #[arg(long, default_value_t = 360, value_name = "DAYS")]
    basis: u16,
    /// Fee of each financing, in minor units.
    #[arg(long, default_value_t = 0, value_name = "MINOR")]
    fee_minor: u128,
    /// Fewest days to maturity.
    #[arg(long, default_value_t = 0, value_name = "DAYS")]
    days_min: u32,
    /// Most days to maturity.
    #[arg(long, default_value_t = 184, value_name = "DAYS")]
    days_max: u32,
    /// The seller answers for the debtor.
    #[arg(long)]
    recourse: bool,
    /// Face that is financed in all, in minor units.
    #[arg(long, value_name = "MINOR")]
    limit_minor: u128,
    /// How long the offer stands, in days from the ledger's now.
    #[arg(long, default_value_t = 30, value_name = "DAYS")]
    open_for: u32,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee receivable unoffer`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Unoffer {
    /// The offer.
    #[arg(value_name = "OFFER")]
    offer: u64,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee receivable finance`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Finance {
    /// The offer that is taken.
    #[arg(long, value_name = "OFFER")]
    offer: u64,
    /// Least price that the holder takes, in minor units.
    #[arg(long, value_name = "MINOR")]
    price_min_minor: u128,
    #[command(flatten)]
    of: OnPortion,
}

/// Flags of `sycee receivable pledge`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Pledge {
    /// The bank.
    #[arg(long, value_name = "PARTICIPANT")]
    to: u32,
    /// Where the bank is paid.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// How much is secured, in minor units.
    #[arg(long, value_name = "MINOR")]
    secured_minor: u128,
    #[command(flatten)]
    of: OnPortion,
}

/// Flags of `sycee receivable dispute`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Dispute {
    /// Hash of the reason.
    #[arg(long, value_name = "HASH")]
    reason: String,
    #[command(flatten)]
    of: OnReceivable,
}

/// Flags of `sycee receivable pay`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Pay {
    /// The debtor's account.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// How much, in minor units.
    #[arg(long, value_name = "MINOR")]
    amount_minor: u128,
    #[command(flatten)]
    of: OnReceivable,
}

/// Flags of `sycee receivable honour`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Honour {
    /// The endorser's account, which pays and is paid later.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    #[command(flatten)]
    of: OnPortion,
}

/// What is sent, and how.
type Sent = Result<(Action, Sending), Problem>;

impl Act {
    pub(in crate::cli) async fn run(self, client: &mut Client, output: Output) -> Outcome {
        let sent = match self {
            Act::Issue(it) => it.sent(),
            Act::Accept(it) => it.sent(),
            Act::Reject(it) => {
                let receivable = it.receivable;
                it.send(Action::RejectReceivable(RejectReceivable { receivable }))
            }
            Act::Withdraw(it) => {
                let receivable = it.receivable;
                it.send(Action::WithdrawReceivable(WithdrawReceivable {
                    receivable,
                }))
            }
            Act::Split(it) => it.sent(),
            Act::Transfer(it) => it.sent(),
            Act::Offer(it) => {
                let now = client.status().await?.now_ms;
                it.sent(BlockTime(now))
            }
            Act::Unoffer(Unoffer { offer, sending }) => {
                Ok((Action::WithdrawOffer(WithdrawOffer { offer }), sending))
            }
            Act::Finance(it) => it.sent(),
            Act::Pledge(it) => it.sent(),
            Act::Release(it) => {
                let portion = it.portion;
                it.send(Action::ReleasePledge(ReleasePledge { portion }))
            }
            Act::Dispute(it) => it.sent(),
            Act::Pay(it) => it.sent(),
            Act::Honour(it) => it.sent(),
            Act::Cancel(it) => {
                let receivable = it.receivable;
                it.send(Action::CancelReceivable(CancelReceivable { receivable }))
            }
        };
        let (action, sending) = sent?;
        send(client, &sending, action, output).await
    }
}

impl OnReceivable {
    fn send(self, action: Action) -> Sent {
        Ok((action, self.sending))
    }
}

impl OnPortion {
    fn send(self, action: Action) -> Sent {
        Ok((action, self.sending))
    }
}

impl Accept {
    fn sent(self) -> Sent {
        let accept = AcceptReceivable {
            receivable: self.of.receivable,
            account: AccountId(self.account),
        };
        self.of.send(Action::AcceptReceivable(accept))
    }
}

impl Split {
    fn sent(self) -> Sent {
        let parts = self.parts.into_iter().map(|it| minor("--part-minor", it));
        let split = SplitReceivable {
            portion: self.of.portion,
            parts: parts.collect::<Result<_, _>>()?,
        };
        self.of.send(Action::SplitReceivable(split))
    }
}

impl Transfer {
    fn sent(self) -> Sent {
        let transfer = TransferReceivable {
            portion: self.of.portion,
            to: ParticipantId(self.to),
            account: AccountId(self.account),
            recourse: self.recourse,
        };
        self.of.send(Action::TransferReceivable(transfer))
    }
}

impl Finance {
    fn sent(self) -> Sent {
        let finance = FinanceReceivable {
            offer: self.offer,
            portion: self.of.portion,
            price_min: minor("--price-min-minor", self.price_min_minor)?,
        };
        self.of.send(Action::FinanceReceivable(finance))
    }
}

impl Pledge {
    fn sent(self) -> Sent {
        let pledge = PledgeReceivable {
            portion: self.of.portion,
            pledgee: ParticipantId(self.to),
            account: AccountId(self.account),
            secured: minor("--secured-minor", self.secured_minor)?,
        };
        self.of.send(Action::PledgeReceivable(pledge))
    }
}

impl Dispute {
    fn sent(self) -> Sent {
        let dispute = DisputeReceivable {
            receivable: self.of.receivable,
            reason: parse::hash("--reason", &self.reason)?,
        };
        self.of.send(Action::DisputeReceivable(dispute))
    }
}

impl Pay {
    fn sent(self) -> Sent {
        let pay = PayReceivable {
            receivable: self.of.receivable,
            account: AccountId(self.account),
            amount: minor("--amount-minor", self.amount_minor)?,
        };
        self.of.send(Action::PayReceivable(pay))
    }
}

impl Honour {
    fn sent(self) -> Sent {
        let honour = HonourRecourse {
            portion: self.of.portion,
            account: AccountId(self.account),
        };
        self.of.send(Action::HonourRecourse(honour))
    }
}

fn malformed(flag: &str, text: &str, why: impl std::fmt::Display) -> Problem {
    Problem::of(NodeFault::FieldMalformed, format!("{flag} {text}: {why}"))
}

fn minor(flag: &str, minor: u128) -> Result<Amount, Problem> {
    Amount::from_minor(minor).map_err(|error| malformed(flag, &minor.to_string(), error))
}

fn document(text: &str) -> Result<DocumentMark, Problem> {
    let wrong = || malformed("--document", text, "NUMBER_PART:DETAIL_PART is expected");
    let (number, detail) = text.split_once(':').ok_or_else(wrong)?;
    Ok(DocumentMark {
        number_part: parse::hash("--document", number)?,
        detail_part: parse::hash("--document", detail)?,
    })
}

impl Issue {
    fn sent(self) -> Sent {
        let hash = |flag, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| parse::hash(flag, text)).transpose()
        };
        let documents = self.documents.iter().map(|it| document(it));
        let issue = IssueReceivable {
            debtor: ParticipantId(self.debtor),
            asset: AssetId(self.asset),
            amount: minor("--amount-minor", self.amount_minor)?,
            due: BusinessDate::parse(&self.due)
                .ok_or_else(|| malformed("--due", &self.due, "YYYY-MM-DD is expected"))?,
            documents: documents.collect::<Result<_, _>>()?,
            contract: hash("--contract", &self.contract)?.unwrap_or(Hash::ZERO),
            account: AccountId(self.account),
            long_term_ground: hash("--ground", &self.ground)?,
        };
        Ok((Action::IssueReceivable(issue), self.sending))
    }
}

impl Offer {
    fn sent(self, now: BlockTime) -> Sent {
        let offer = OfferFinancing {
            account: AccountId(self.account),
            debtor: ParticipantId(self.debtor),
            asset: AssetId(self.asset),
            rate: self.rate_ppm.saturating_mul(PER_MILLIONTH),
            basis: self.basis,
            fee: minor("--fee-minor", self.fee_minor)?,
            days_min: self.days_min,
            days_max: self.days_max,
            recourse: self.recourse,
            limit: minor("--limit-minor", self.limit_minor)?,
            expires: now.after_ms(u64::from(self.open_for) * 86_400_000),
        };
        Ok((Action::OfferFinancing(offer), self.sending))
    }
}
