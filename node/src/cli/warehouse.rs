//! `sycee warehouse`: goods in warehouses and the receipts that stand for them, as those type it who handle them daily.
//!
//! ```text
//!   warehouse: register ─▶ LOT ◀─ inspect (inspector)    issue ─▶ RECEIPT ─▶ transfer | pledge (holder) ─▶ release (bank)
//!   sensor: report on LOT                                         surrender (holder) ─▶ hand-out (warehouse)
//! ```
//! Everything else on goods (part-release, repayment, enforcement, decisions) is sent by `sycee instruct send`.

use clap::{Args, Subcommand};
use sycee_api::{Client, NodeFault, Problem, convert::parse};
use sycee_contracts::goods::{
    ColdChain, InspectGoods, IssueReceipt, PledgeReceipt, RegisterGoods, ReleaseGoods,
    ReleaseReceipt, SensorReport, SurrenderReceipt, TransferReceipt,
};
use sycee_contracts::registry::DocumentMark;
use sycee_contracts::{Action, SubjectText};
use sycee_primitives::{Amount, AssetId, BlockTime, ParticipantId};

use super::object::tell;
use super::output::Output;
use super::sending::{Sending, send};
use super::{Global, Outcome};

/// `sycee warehouse ...`
#[derive(Subcommand, Debug)]
pub(super) enum Warehouse {
    /// A lot: what lies where and for whom, who looked at it, and how warm it was.
    #[command(after_help = "Example:\n  sycee warehouse lot 3 --json")]
    Lot(Lot),
    /// A receipt: who has control, which bank is secured, and whether margin is called for.
    #[command(after_help = "Example:\n  sycee warehouse receipt 5")]
    Receipt(Receipt),
    /// Say what lies in the sender's warehouse.
    #[command(
        after_help = "Example:\n  sycee warehouse register --depositor 7 --commodity SALMON --quantity 500 --number-part HASH --detail-part HASH --key corp-5.json\n\n`sycee registry fingerprint` makes both parts of the document's mark."
    )]
    Register(Register),
    /// State what an inspector found of a lot.
    #[command(
        after_help = "Example:\n  sycee warehouse inspect 3 --quantity 500 --grade 1 --report HASH --key corp-6.json"
    )]
    Inspect(Inspect),
    /// Issue the receipt of an inspected lot.
    #[command(after_help = "Example:\n  sycee warehouse issue 3 --key corp-5.json")]
    Issue(OnLot),
    /// State how warm a lot was, and for how long.
    #[command(
        after_help = "Example:\n  sycee warehouse report 3 --centi -1500 --minutes 90 --key corp-6.json"
    )]
    Report(Report),
    /// Hand a receipt on.
    #[command(after_help = "Example:\n  sycee warehouse transfer 5 --to 9 --key corp-2.json")]
    Transfer(Transfer),
    /// Secure a bank by a receipt.
    #[command(
        after_help = "Example:\n  sycee warehouse pledge 5 --to 2 --asset 0 --secured-minor 10000000 --pricer 0 --key corp-2.json"
    )]
    Pledge(Pledge),
    /// Give up the security in a receipt.
    #[command(after_help = "Example:\n  sycee warehouse release 5 --key bank-b.json")]
    Release(OnReceipt),
    /// Ask for the goods against a receipt.
    #[command(after_help = "Example:\n  sycee warehouse surrender 5 --key corp-2.json")]
    Surrender(OnReceipt),
    /// Hand goods out against a surrendered receipt.
    #[command(after_help = "Example:\n  sycee warehouse hand-out 5 --key corp-5.json")]
    HandOut(OnReceipt),
}

/// Flags of `sycee warehouse lot`.
#[derive(Args, Debug)]
pub(super) struct Lot {
    /// The lot.
    #[arg(value_name = "LOT")]
    lot: u64,
}

/// Flags of `sycee warehouse receipt`.
#[derive(Args, Debug)]
pub(super) struct Receipt {
    /// The receipt.
    #[arg(value_name = "RECEIPT")]
    receipt: u64,
}

/// Flags of what is done about a lot.
#[derive(Args, Debug)]
pub(super) struct OnLot {
    #[command(flatten)]
    lot: Lot,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of what is done with a receipt.
#[derive(Args, Debug)]
pub(super) struct OnReceipt {
    #[command(flatten)]
    receipt: Receipt,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee warehouse register`.
#[derive(Args, Debug)]
pub(super) struct Register {
    /// Who brought the goods.
    #[arg(long, value_name = "PARTICIPANT")]
    depositor: u32,
    /// The name under which their price is attested.
    #[arg(long, value_name = "NAME")]
    commodity: String,
    /// Units.
    #[arg(long, value_name = "UNITS")]
    quantity: u64,
    /// First half of the storage document's mark: over issuer, kind and number.
    #[arg(long, value_name = "HASH")]
    number_part: String,
    /// Second half of the mark: over date, amount and currency.
    #[arg(long, value_name = "HASH")]
    detail_part: String,
    /// Value lost a day, in parts per million.
    #[arg(long, default_value_t = 0, value_name = "PPM")]
    decay_ppm: u32,
    /// Goods that are kept cold: whose sensor, lowest and highest temperature in hundredths of a degree, minutes that are borne.
    #[arg(
        long,
        value_name = "SENSOR:LOW:HIGH:MINUTES",
        allow_hyphen_values = true
    )]
    cold_chain: Option<String>,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee warehouse inspect`.
#[derive(Args, Debug)]
pub(super) struct Inspect {
    #[command(flatten)]
    lot: Lot,
    /// Units found.
    #[arg(long, value_name = "UNITS")]
    quantity: u64,
    /// Grade found, 1 is the best.
    #[arg(long, default_value_t = 1, value_name = "GRADE")]
    grade: u8,
    /// Hash of the report.
    #[arg(long, value_name = "HASH")]
    report: String,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee warehouse report`.
#[derive(Args, Debug)]
pub(super) struct Report {
    #[command(flatten)]
    lot: Lot,
    /// Mean temperature, in hundredths of a degree Celsius.
    #[arg(long, value_name = "CENTI", allow_negative_numbers = true)]
    centi: i32,
    /// Minutes that it covers.
    #[arg(long, value_name = "MINUTES")]
    minutes: u32,
    /// End of the stretch, milliseconds since 1970; now when it is not said.
    #[arg(long, value_name = "MS")]
    until: Option<u64>,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee warehouse transfer`.
#[derive(Args, Debug)]
pub(super) struct Transfer {
    #[command(flatten)]
    receipt: Receipt,
    /// The new holder.
    #[arg(long, value_name = "PARTICIPANT")]
    to: u32,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee warehouse pledge`.
#[derive(Args, Debug)]
pub(super) struct Pledge {
    #[command(flatten)]
    receipt: Receipt,
    /// The bank.
    #[arg(long, value_name = "PARTICIPANT")]
    to: u32,
    /// What the loan is counted in.
    #[arg(long, value_name = "ASSET")]
    asset: u32,
    /// How much is secured, in minor units.
    #[arg(long, value_name = "MINOR")]
    secured_minor: u128,
    /// Whose price of the goods counts.
    #[arg(long, value_name = "PARTICIPANT")]
    pricer: u32,
    /// Taken off the price, in parts per million.
    #[arg(long, default_value_t = 100_000, value_name = "PPM")]
    haircut_ppm: u32,
    /// Most that may be secured, in parts per million of the value.
    #[arg(long, default_value_t = 800_000, value_name = "PPM")]
    ltv_max_ppm: u32,
    /// Days to cure a margin call.
    #[arg(long, default_value_t = 2, value_name = "DAYS")]
    cure_days: u8,
    #[command(flatten)]
    sending: Sending,
}

impl Warehouse {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let (action, sending) = match self {
            Warehouse::Lot(it) => return tell(&mut client, "lots", it.lot, output).await,
            Warehouse::Receipt(it) => {
                return tell(&mut client, "warehouse-receipts", it.receipt, output).await;
            }
            Warehouse::Register(it) => (it.action()?, it.sending),
            Warehouse::Inspect(it) => (it.action()?, it.sending),
            Warehouse::Report(it) => (it.action(&mut client).await?, it.sending),
            Warehouse::Issue(it) => {
                let lot = it.lot.lot;
                (Action::IssueReceipt(IssueReceipt { lot }), it.sending)
            }
            Warehouse::Transfer(it) => {
                let (receipt, to) = (it.receipt.receipt, ParticipantId(it.to));
                let transfer = TransferReceipt { receipt, to };
                (Action::TransferReceipt(transfer), it.sending)
            }
            Warehouse::Pledge(it) => (it.action()?, it.sending),
            Warehouse::Release(OnReceipt { receipt, sending }) => {
                let receipt = receipt.receipt;
                (Action::ReleaseReceipt(ReleaseReceipt { receipt }), sending)
            }
            Warehouse::Surrender(OnReceipt { receipt, sending }) => {
                let receipt = receipt.receipt;
                let surrender = SurrenderReceipt { receipt };
                (Action::SurrenderReceipt(surrender), sending)
            }
            Warehouse::HandOut(OnReceipt { receipt, sending }) => {
                let receipt = receipt.receipt;
                (Action::ReleaseGoods(ReleaseGoods { receipt }), sending)
            }
        };
        send(&mut client, &sending, action, output).await
    }
}

fn malformed(flag: &str, text: &str, why: &str) -> Problem {
    Problem::of(NodeFault::FieldMalformed, format!("{flag} {text}: {why}"))
}

impl Register {
    fn action(&self) -> Result<Action, Problem> {
        let commodity = SubjectText::new(&self.commodity);
        let chain = self.cold_chain.as_deref().map(cold_chain).transpose()?;
        Ok(Action::RegisterGoods(RegisterGoods {
            depositor: ParticipantId(self.depositor),
            commodity: commodity.ok_or_else(|| {
                let why = "1 to 35 letters that ISO 20022 texts have are expected";
                malformed("--commodity", &self.commodity, why)
            })?,
            quantity: self.quantity,
            document: DocumentMark {
                number_part: parse::hash("--number-part", &self.number_part)?,
                detail_part: parse::hash("--detail-part", &self.detail_part)?,
            },
            decay_ppm: self.decay_ppm,
            cold_chain: chain,
        }))
    }
}

fn cold_chain(text: &str) -> Result<ColdChain, Problem> {
    let wrong = || malformed("--cold-chain", text, "SENSOR:LOW:HIGH:MINUTES is expected");
    let fields: Vec<&str> = text.split(':').collect();
    let &[sensor, low, high, minutes] = fields.as_slice() else {
        return Err(wrong());
    };
    Ok(ColdChain {
        sensor: ParticipantId(sensor.parse().map_err(|_no_number| wrong())?),
        low_centi: low.parse().map_err(|_no_number| wrong())?,
        high_centi: high.parse().map_err(|_no_number| wrong())?,
        tolerance_minutes: minutes.parse().map_err(|_no_number| wrong())?,
    })
}

impl Inspect {
    fn action(&self) -> Result<Action, Problem> {
        Ok(Action::InspectGoods(InspectGoods {
            lot: self.lot.lot,
            quantity: self.quantity,
            grade: self.grade,
            report: parse::hash("--report", &self.report)?,
        }))
    }
}

impl Report {
    async fn action(&self, client: &mut Client) -> Result<Action, Problem> {
        let until = match self.until {
            Some(until) => until,
            None => client.status().await?.now_ms,
        };
        Ok(Action::SensorReport(SensorReport {
            lot: self.lot.lot,
            centi: self.centi,
            until: BlockTime(until),
            minutes: self.minutes,
        }))
    }
}

impl Pledge {
    fn action(&self) -> Result<Action, Problem> {
        let secured = Amount::from_minor(self.secured_minor).map_err(|error| {
            let text = self.secured_minor.to_string();
            malformed("--secured-minor", &text, &error.to_string())
        })?;
        Ok(Action::PledgeReceipt(PledgeReceipt {
            receipt: self.receipt.receipt,
            pledgee: ParticipantId(self.to),
            asset: AssetId(self.asset),
            secured,
            pricer: ParticipantId(self.pricer),
            haircut_ppm: self.haircut_ppm,
            ltv_max_ppm: self.ltv_max_ppm,
            cure_days: self.cure_days,
        }))
    }
}
