//! `sycee instruct register|open|issue|return`: how participants, accounts and money come onto the ledger, and how a payment goes back.

use clap::{Args, Subcommand};
use sycee_api::{Client, NodeFault, Problem, convert::parse};
use sycee_contracts::{
    AccountKind, AccountNumber, Action, EndToEndId, Handling, IssueCash, OpenAccount,
    ParticipantName, Pay, RegisterParticipant, Return, Role,
};
use sycee_primitives::{
    AccountId, AssetId, ParticipantId,
    identifiers::{Bic, Lei},
};

use super::Common;
use super::values::{account, code, decimal, malformed, scale, uetr};
use crate::cli::output::Output;
use crate::cli::sending::Sender;
use crate::cli::{Global, Outcome};

#[derive(Subcommand, Debug)]
pub(super) enum Admission {
    /// Admit a participant (operator).
    #[command(
        after_help = "Example:\n  sycee instruct register --lei 529900T8BM49AURSDO55 --name \"Example Parts\" --role supplier --sponsor 1 --public-key 8b1f...07 --key operator.json"
    )]
    Register(Register),
    /// Open an account (operator, or the owner's sponsor bank).
    #[command(
        after_help = "Example:\n  sycee instruct open CURRENT-7-CNY --owner 7 --currency CNY --key bank-a.json"
    )]
    Open(Open),
    /// Bring cash onto the ledger (the asset's issuer).
    #[command(
        after_help = "Example:\n  sycee instruct issue --to SETTLEMENT-1-CNY --amount 1000.00 --reserve 3f0c...e1 --key operator.json"
    )]
    Issue(Issue),
    /// Pay back, in whole or in part, what an executed payment brought.
    #[command(
        after_help = "Example:\n  sycee instruct return --original UETR --from B1 --to A1 --amount 12.34 --reason CUST --key bank-b.json"
    )]
    Return(Back),
}

#[derive(Args, Debug)]
pub(super) struct Register {
    /// Legal entity identifier.
    #[arg(long)]
    lei: String,
    /// Its name.
    #[arg(long)]
    name: String,
    /// bank, indirect-bank, core-enterprise, supplier, warehouse, logistics, regulator, auditor or oracle.
    #[arg(long)]
    role: String,
    /// Business identifier code; banks have one.
    #[arg(long)]
    bic: Option<String>,
    /// Participant id of the bank that it acts through; banks have none.
    #[arg(long, value_name = "ID")]
    sponsor: Option<u32>,
    /// A public key that it will sign with; may be given several times.
    #[arg(long, value_name = "KEY", required = true)]
    public_key: Vec<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
pub(super) struct Open {
    /// The account's number: an IBAN, or capital letters, digits, '-', '/' and '.'.
    #[arg(value_name = "NUMBER")]
    number: String,
    /// Participant id of its owner.
    #[arg(long, value_name = "ID")]
    owner: u32,
    /// Currency code of what it holds.
    #[arg(long)]
    currency: String,
    /// settlement, current or escrow.
    #[arg(long, default_value = "current")]
    kind: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
pub(super) struct Issue {
    /// Account that receives it, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    to: String,
    /// How much, as a plain decimal.
    #[arg(long)]
    amount: String,
    /// Hash of the document that attests the reserve, 64 hexadecimal digits.
    #[arg(long, value_name = "HASH")]
    reserve: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
pub(super) struct Back {
    /// Reference of the payment that is answered.
    #[arg(long, value_name = "UETR")]
    original: String,
    /// Account that pays back, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// Account that is paid, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    to: String,
    /// How much, as a plain decimal.
    #[arg(long)]
    amount: String,
    /// Four-letter external return reason code.
    #[arg(long, value_name = "CODE")]
    reason: String,
    /// Reference of the payment back (UUIDv4); drawn at random when left out.
    #[arg(long)]
    uetr: Option<String>,
    /// End-to-end reference of the payment back.
    #[arg(long, default_value = "RETURN")]
    reference: String,
    #[command(flatten)]
    common: Common,
}

impl Admission {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let common = match &self {
            Admission::Register(it) => &it.common,
            Admission::Open(it) => &it.common,
            Admission::Issue(it) => &it.common,
            Admission::Return(it) => &it.common,
        };
        let mut client = global.connect().await?;
        let sender = common.sending.sender(&mut client).await?;
        let action = match &self {
            Admission::Register(it) => Action::RegisterParticipant(it.body()?),
            Admission::Open(it) => Action::OpenAccount(it.body(&mut client).await?),
            Admission::Issue(it) => Action::IssueCash(it.body(&mut client).await?),
            Admission::Return(it) => Action::Return(it.body(&mut client, &sender).await?),
        };
        common.deliver(client, &sender, action, output).await
    }
}

impl Register {
    fn body(&self) -> Result<RegisterParticipant, Problem> {
        let role = Role::ALL.into_iter().find(|it| it.name() == self.role);
        let why = "there is no such role";
        let bic =
            |text: &String| Bic::parse(text).map_err(|error| malformed("--bic", text, &error));
        let keys = self.public_key.iter();
        let keys = keys.map(|text| parse::public_key("--public-key", text));
        Ok(RegisterParticipant {
            lei: Lei::parse(&self.lei).map_err(|error| malformed("--lei", &self.lei, &error))?,
            bic: self.bic.as_ref().map(bic).transpose()?,
            name: ParticipantName::new(&self.name)
                .map_err(|error| malformed("--name", &self.name, &error))?,
            role: role.ok_or_else(|| malformed("--role", &self.role, &why))?,
            sponsor: self.sponsor.map(ParticipantId),
            keys: keys.collect::<Result<_, Problem>>()?,
        })
    }
}

impl Open {
    async fn body(&self, client: &mut Client) -> Result<OpenAccount, Problem> {
        let kind = match self.kind.as_str() {
            "settlement" => AccountKind::Settlement,
            "current" => AccountKind::Current,
            "escrow" => AccountKind::Escrow,
            other => {
                return Err(malformed(
                    "--kind",
                    other,
                    &"settlement, current or escrow is expected",
                ));
            }
        };
        let assets = client.assets().await?;
        let asset = assets.iter().find(|it| it.currency == self.currency);
        let asset = asset.ok_or_else(|| Problem::of(NodeFault::AssetUnknown, &self.currency))?;
        Ok(OpenAccount {
            owner: ParticipantId(self.owner),
            asset: AssetId(asset.id),
            kind,
            number: AccountNumber::parse(&self.number)
                .map_err(|error| malformed("NUMBER", &self.number, &error))?,
        })
    }
}

impl Issue {
    async fn body(&self, client: &mut Client) -> Result<IssueCash, Problem> {
        let creditor = account(client, &self.to).await?;
        Ok(IssueCash {
            account: AccountId(creditor.id),
            amount: decimal("--amount", &self.amount, scale(&creditor))?,
            reserve_reference: parse::hash("--reserve", &self.reserve)?,
        })
    }
}

impl Back {
    async fn body(&self, client: &mut Client, sender: &Sender) -> Result<Return, Problem> {
        let debtor = account(client, &self.from).await?;
        let creditor = account(client, &self.to).await?;
        let reference = EndToEndId::new(&self.reference)
            .map_err(|error| malformed("--reference", &self.reference, &error))?;
        Ok(Return {
            original: parse::uetr("--original", &self.original)?,
            reason: code("--reason", &self.reason)?,
            payment: Pay {
                uetr: uetr(self.uetr.as_deref())?,
                end_to_end_id: reference,
                debtor: AccountId(debtor.id),
                creditor: AccountId(creditor.id),
                asset: AssetId(debtor.asset),
                amount: decimal("--amount", &self.amount, scale(&debtor))?,
                value_date: sender.business_date,
                purpose: None,
                payload_commitment: None,
                handling: Handling::default(),
            },
        })
    }
}
