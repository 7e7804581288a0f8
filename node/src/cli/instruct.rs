//! `sycee instruct`: every verb of the ledger, as a JSON document or, where people type it daily, with flags of its own.

mod admission;
mod document;
pub(super) mod values;

use clap::{Args, Subcommand};
use serde_json::json;
use sycee_api::{Client, NodeFault, Problem, convert, convert::parse};
use sycee_contracts::{
    Action, Affirm, Approve, Cancel, CloseAccount, Freeze, Hold, IdempotencyKey, Link, LinkedLeg,
    ParticipantStatus, PostHold, RedeemCash, ResumeBreaker, RotateKey, SetAccountRule,
    SetSigningPolicy, SetStatus, TripBreaker, VoidHold,
};
use sycee_primitives::{AccountId, AssetId, Balance, ParticipantId, identifiers::Uetr};

use self::values::{account, after, band, code, decimal, malformed, scale, scope, uetr};
use super::output::{Output, note};
use super::sending::{Sender, Sending, WaitFor, random_key, tell};
use super::{Global, Outcome};

/// `sycee instruct ...`
#[derive(Args, Debug)]
pub(super) struct Instruct {
    #[command(subcommand)]
    form: Form,
}

#[derive(Subcommand, Debug)]
enum Form {
    /// Send any instructions, as a JSON document.
    #[command(
        after_help = "Example:\n  sycee instruct template pay > pay.json\n  sycee instruct send pay.json --key bank-a.json\n\nA document is one instruction {\"verb\": {...}} or a list of them. Those of a list are sent in order, each under KEY-0, KEY-1, ...; the first that is refused ends it."
    )]
    Send(document::Send),
    /// Print an example document of a verb, with every field.
    #[command(after_help = "Example:\n  sycee instruct template hold")]
    Template(document::Template),
    /// List all verbs: what each does, and who may ask for it.
    #[command(after_help = "Example:\n  sycee instruct verbs --json")]
    Verbs,
    #[command(flatten)]
    Admission(admission::Admission),
    #[command(flatten)]
    Named(Verb),
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Set money aside for a creditor.
    #[command(
        after_help = "Example:\n  sycee instruct hold --from A1 --to B1 --amount 12.34 --for-seconds 3600 --key bank-a.json"
    )]
    Hold(HoldFlags),
    /// Pay a hold, in whole or in part.
    #[command(
        after_help = "Example:\n  sycee instruct post --uetr UETR --amount 10.00 --currency-scale 2 --key bank-b.json"
    )]
    Post(PostFlags),
    /// Give up a hold (the creditor's side).
    #[command(after_help = "Example:\n  sycee instruct void --uetr UETR --key bank-b.json")]
    Void(Reference),
    /// Take back a payment or an exchange that waits.
    #[command(after_help = "Example:\n  sycee instruct cancel --uetr UETR --key bank-a.json")]
    Cancel(Reference),
    /// Affirm your legs of an exchange; the last one settles it.
    #[command(after_help = "Example:\n  sycee instruct affirm --uetr UETR --key bank-b.json")]
    Affirm(Reference),
    /// Propose an exchange of several legs, all or none (DvP, PvP).
    #[command(
        after_help = "Example:\n  sycee instruct link --leg A-CNY:B-CNY:700.00 --leg B-USD:A-USD:100.00 --for-seconds 3600 --key bank-a.json"
    )]
    Link(LinkFlags),
    /// Sign an instruction of your own that waits for signatures, or take it back.
    #[command(after_help = "Example:\n  sycee instruct approve 3f0c...e1 --key bank-a-second.json")]
    Approve(ApproveFlags),
    /// Give cash back to its issuer.
    #[command(
        after_help = "Example:\n  sycee instruct redeem --from A1 --amount 100.00 --key bank-a.json"
    )]
    Redeem(RedeemFlags),
    /// Freeze sides of an account, or let them go (operator, regulator).
    #[command(
        after_help = "Example:\n  sycee instruct freeze A1 --debits --reason LEGL --key regulator.json"
    )]
    Freeze(FreezeFlags),
    /// Give an account a floor and a ceiling, in minor units (issuer, operator).
    #[command(
        after_help = "Example:\n  sycee instruct rule A1 --floor-minor=-500000 --ceiling-minor 10000000 --key operator.json"
    )]
    Rule(RuleFlags),
    /// Close an empty account.
    #[command(after_help = "Example:\n  sycee instruct close A1 --key bank-a.json")]
    Close(Named),
    /// Add and retire keys of a participant.
    #[command(
        after_help = "Example:\n  sycee instruct rotate-key --add 8b1f...07 --retire 11c2...9a --key bank-a.json"
    )]
    RotateKey(RotateFlags),
    /// Say how many of your keys must sign, by amount in minor units.
    #[command(
        after_help = "Example:\n  sycee instruct policy --band 100000000:2 --band 5000000000:3 --key bank-a.json"
    )]
    Policy(PolicyFlags),
    /// Give a participant another status (operator).
    #[command(
        after_help = "Example:\n  sycee instruct status 4 suspended --reason LEGL --key operator.json"
    )]
    Status(StatusFlags),
    /// Stop new debits in a scope: network, product:N, asset:N, participant:N or account:N (operator, regulator).
    #[command(
        after_help = "Example:\n  sycee instruct trip asset:0 --reason FRAD --key operator.json"
    )]
    Trip(TripFlags),
    /// Resume a breaker, up to a limit in minor units or in whole.
    #[command(
        after_help = "Example:\n  sycee instruct resume asset:0 --limit-minor 100000 --key operator.json"
    )]
    Resume(ResumeFlags),
}

/// Flags that every verb has.
#[derive(Args, Debug)]
struct Common {
    #[command(flatten)]
    sending: Sending,
    /// How far to wait.
    #[arg(long, value_enum, default_value = "final")]
    wait: WaitFor,
    /// Name of this intent, 1 to 64 bytes; drawn at random when left out.
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

#[derive(Args, Debug)]
struct Reference {
    /// Its reference.
    #[arg(long)]
    uetr: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct Named {
    /// Account number or id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct HoldFlags {
    /// Account whose money is set aside, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// Account it is promised to, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    to: String,
    /// How much, as a plain decimal.
    #[arg(long)]
    amount: String,
    /// Seconds until it ends by itself.
    #[arg(long, value_name = "SECONDS")]
    for_seconds: u64,
    /// Its reference (UUIDv4); drawn at random when left out.
    #[arg(long)]
    uetr: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct PostFlags {
    /// The hold's reference.
    #[arg(long)]
    uetr: String,
    /// How much of it, as a plain decimal; all when left out.
    #[arg(long)]
    amount: Option<String>,
    /// Decimals of the hold's currency.
    #[arg(long, default_value_t = 2, value_name = "DECIMALS")]
    currency_scale: u8,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct LinkFlags {
    /// A leg DEBTOR:CREDITOR:AMOUNT in the debtor account's currency; give it 2 to 16 times.
    #[arg(long, value_name = "LEG", required = true)]
    leg: Vec<String>,
    /// Seconds until every side must have affirmed.
    #[arg(long, value_name = "SECONDS")]
    for_seconds: u64,
    /// Its reference (UUIDv4); drawn at random when left out.
    #[arg(long)]
    uetr: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct ApproveFlags {
    /// Transaction id, 64 hexadecimal digits.
    #[arg(value_name = "ID")]
    id: String,
    /// Take it back instead.
    #[arg(long)]
    refuse: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct RedeemFlags {
    /// Account number or id.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// How much, as a plain decimal.
    #[arg(long)]
    amount: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct FreezeFlags {
    /// Account number or id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// Stop debits; let them go when left out.
    #[arg(long)]
    debits: bool,
    /// Stop credits; let them go when left out.
    #[arg(long)]
    credits: bool,
    /// Four-letter external reason code.
    #[arg(long, value_name = "CODE")]
    reason: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct RuleFlags {
    /// Account number or id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// The balance a debit may not go below: 0 or negative.
    #[arg(
        long,
        default_value_t = 0,
        allow_negative_numbers = true,
        value_name = "MINOR"
    )]
    floor_minor: i128,
    /// The balance a credit may not go above; none when left out.
    #[arg(long, value_name = "MINOR")]
    ceiling_minor: Option<i128>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct RotateFlags {
    /// Participant id; the sender when left out.
    #[arg(long, value_name = "ID")]
    participant: Option<u32>,
    /// Public key to add; may be given several times.
    #[arg(long, value_name = "KEY")]
    add: Vec<String>,
    /// Public key to retire; may be given several times.
    #[arg(long, value_name = "KEY")]
    retire: Vec<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct PolicyFlags {
    /// A band FROM_MINOR:SIGNATURES, ascending; none for one signature whatever the amount.
    #[arg(long, value_name = "BAND")]
    band: Vec<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct StatusFlags {
    /// Participant id.
    #[arg(value_name = "PARTICIPANT")]
    participant: u32,
    /// active, suspended, defaulted or exited.
    #[arg(value_name = "STATUS")]
    status: String,
    /// Four-letter external reason code.
    #[arg(long, value_name = "CODE")]
    reason: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct TripFlags {
    /// What is stopped.
    #[arg(value_name = "SCOPE")]
    scope: String,
    /// Four-letter external reason code.
    #[arg(long, value_name = "CODE")]
    reason: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct ResumeFlags {
    /// Which breaker.
    #[arg(value_name = "SCOPE")]
    scope: String,
    /// Minor units up to which instructions pass; all when left out.
    #[arg(long, value_name = "MINOR")]
    limit_minor: Option<u128>,
    #[command(flatten)]
    common: Common,
}

impl Instruct {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self.form {
            Form::Send(send) => send.run(global, output).await,
            Form::Template(template) => template.run(output),
            Form::Verbs => {
                document::verbs(output);
                Ok(())
            }
            Form::Admission(admission) => admission.run(global, output).await,
            Form::Named(verb) => verb.run(global, output).await,
        }
    }
}

impl Verb {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let common = self.common();
        let sender = common.sending.sender(&mut client).await?;
        let now = client.status().await?.now_ms;
        let own = ParticipantId(sender.participant.id);
        let action = self.action(&mut client, own, now).await?;
        common.deliver(client, &sender, action, output).await
    }
}

impl Common {
    /// Signs an instruction, sends it and tells its outcome.
    async fn deliver(
        &self,
        mut client: Client,
        sender: &Sender,
        action: Action,
        output: Output,
    ) -> Outcome {
        let key = self.idempotency_key.clone().unwrap_or_else(random_key);
        let idempotency_key = IdempotencyKey::new(&key)
            .map_err(|error| malformed("--idempotency-key", &key, &error))?;
        let name = action.name();
        let uetr = reference_of(&action).map(|uetr| uetr.to_string());
        let signed = sender.sign(idempotency_key, action);
        let id = signed.instruction.id();
        let extra = json!({"verb": name, "uetr": uetr, "idempotency_key": key});
        if self.sending.dry_run {
            let bytes = sycee_primitives::hash::to_hex(&signed.to_bytes());
            let told = json!({"transaction_id": id.to_string(), "dry_run": true, "verb": name, "transaction": bytes});
            output.object(&told);
            return Ok(());
        }
        note(&format!("sending {name} {id}, idempotency key {key}"));
        let timeout = self.sending.timeout();
        let answer = client
            .submit(signed.to_bytes(), self.wait.into(), timeout)
            .await?;
        tell(output, &answer, extra)
    }
}

/// The reference that a new hold or exchange is found by.
fn reference_of(action: &Action) -> Option<Uetr> {
    match action {
        Action::Hold(hold) => Some(hold.uetr),
        Action::Link(link) => Some(link.uetr),
        Action::RedeemCash(redeem) => Some(redeem.uetr),
        Action::Return(back) => Some(back.payment.uetr),
        _others_name_no_new_one => None,
    }
}

impl Verb {
    fn common(&self) -> &Common {
        match self {
            Verb::Hold(it) => &it.common,
            Verb::Post(it) => &it.common,
            Verb::Void(it) | Verb::Cancel(it) | Verb::Affirm(it) => &it.common,
            Verb::Link(it) => &it.common,
            Verb::Approve(it) => &it.common,
            Verb::Redeem(it) => &it.common,
            Verb::Freeze(it) => &it.common,
            Verb::Rule(it) => &it.common,
            Verb::Close(it) => &it.common,
            Verb::RotateKey(it) => &it.common,
            Verb::Policy(it) => &it.common,
            Verb::Status(it) => &it.common,
            Verb::Trip(it) => &it.common,
            Verb::Resume(it) => &it.common,
        }
    }

    async fn action(
        &self,
        client: &mut Client,
        own: ParticipantId,
        now: u64,
    ) -> Result<Action, Problem> {
        Ok(match self {
            Verb::Hold(flags) => Action::Hold(hold(client, flags, now).await?),
            Verb::Post(flags) => Action::PostHold(PostHold {
                hold: parse::uetr("--uetr", &flags.uetr)?,
                amount: match &flags.amount {
                    Some(text) => Some(decimal("--amount", text, flags.currency_scale)?),
                    None => None,
                },
            }),
            Verb::Void(it) => Action::VoidHold(VoidHold {
                hold: parse::uetr("--uetr", &it.uetr)?,
            }),
            Verb::Cancel(it) => Action::Cancel(Cancel {
                original: parse::uetr("--uetr", &it.uetr)?,
                reason: code("--reason", "CUST")?,
            }),
            Verb::Affirm(it) => Action::Affirm(Affirm {
                linked: parse::uetr("--uetr", &it.uetr)?,
            }),
            Verb::Link(flags) => Action::Link(link(client, flags, now).await?),
            Verb::Approve(flags) => Action::Approve(Approve {
                transaction: convert::transaction_id(&flags.id)?,
                refuse: flags.refuse,
            }),
            Verb::Redeem(flags) => Action::RedeemCash(redeem(client, flags).await?),
            Verb::Freeze(flags) => Action::Freeze(Freeze {
                account: AccountId(account(client, &flags.account).await?.id),
                debits: flags.debits,
                credits: flags.credits,
                reason: code("--reason", &flags.reason)?,
            }),
            Verb::Rule(flags) => Action::SetAccountRule(SetAccountRule {
                account: AccountId(account(client, &flags.account).await?.id),
                floor: Balance(flags.floor_minor),
                ceiling: flags.ceiling_minor.map(Balance),
            }),
            Verb::Close(it) => Action::CloseAccount(CloseAccount {
                account: AccountId(account(client, &it.account).await?.id),
            }),
            Verb::RotateKey(_) | Verb::Policy(_) | Verb::Status(_) => self.of_participants(own)?,
            Verb::Trip(flags) => Action::TripBreaker(TripBreaker {
                scope: scope(&flags.scope)?,
                reason: code("--reason", &flags.reason)?,
            }),
            Verb::Resume(flags) => Action::ResumeBreaker(ResumeBreaker {
                scope: scope(&flags.scope)?,
                limit: flags.limit_minor,
            }),
        })
    }

    fn of_participants(&self, own: ParticipantId) -> Result<Action, Problem> {
        let keys = |flag: &str, texts: &[String]| {
            let keys = texts.iter().map(|text| parse::public_key(flag, text));
            keys.collect::<Result<Vec<_>, Problem>>()
        };
        match self {
            Verb::RotateKey(flags) => Ok(Action::RotateKey(RotateKey {
                participant: flags.participant.map_or(own, ParticipantId),
                add: keys("--add", &flags.add)?,
                retire: keys("--retire", &flags.retire)?,
            })),
            Verb::Policy(flags) => {
                let bands = flags.band.iter().map(|text| band(text));
                let bands = bands.collect::<Result<_, Problem>>()?;
                Ok(Action::SetSigningPolicy(SetSigningPolicy { bands }))
            }
            Verb::Status(flags) => {
                let known = ParticipantStatus::ALL;
                let status = known.into_iter().find(|it| it.name() == flags.status);
                let why = "active, suspended, defaulted or exited is expected";
                Ok(Action::SetStatus(SetStatus {
                    participant: ParticipantId(flags.participant),
                    status: status.ok_or_else(|| malformed("STATUS", &flags.status, &why))?,
                    reason: code("--reason", &flags.reason)?,
                }))
            }
            _elsewhere => Err(Problem::of(NodeFault::Internal, "verb")),
        }
    }
}

async fn hold(client: &mut Client, flags: &HoldFlags, now: u64) -> Result<Hold, Problem> {
    let debtor = account(client, &flags.from).await?;
    let creditor = account(client, &flags.to).await?;
    Ok(Hold {
        uetr: uetr(flags.uetr.as_deref())?,
        debtor: AccountId(debtor.id),
        creditor: AccountId(creditor.id),
        asset: AssetId(debtor.asset),
        amount: decimal("--amount", &flags.amount, scale(&debtor))?,
        expires: after(now, flags.for_seconds),
    })
}

async fn redeem(client: &mut Client, flags: &RedeemFlags) -> Result<RedeemCash, Problem> {
    let debtor = account(client, &flags.from).await?;
    Ok(RedeemCash {
        uetr: uetr(None)?,
        account: AccountId(debtor.id),
        asset: AssetId(debtor.asset),
        amount: decimal("--amount", &flags.amount, scale(&debtor))?,
    })
}

async fn link(client: &mut Client, flags: &LinkFlags, now: u64) -> Result<Link, Problem> {
    let mut legs = Vec::new();
    for text in &flags.leg {
        let fields: Vec<&str> = text.split(':').collect();
        let [from, to, amount] = fields.as_slice() else {
            return Err(malformed(
                "--leg",
                text,
                &"DEBTOR:CREDITOR:AMOUNT is expected",
            ));
        };
        let debtor = account(client, from).await?;
        let creditor = account(client, to).await?;
        legs.push(LinkedLeg {
            debtor: AccountId(debtor.id),
            creditor: AccountId(creditor.id),
            asset: AssetId(debtor.asset),
            amount: decimal("--leg", amount, scale(&debtor))?,
        });
    }
    Ok(Link {
        uetr: uetr(flags.uetr.as_deref())?,
        legs,
        affirm_by: after(now, flags.for_seconds),
    })
}
