//! `sycee factoring`: portfolios of receivables sold to a factor, as a seller and a factor type it.
//!
//! ```text
//!   factor: offer ─▶ AGREEMENT ◀─ end (seller or factor)      sell (seller, some portions) ─▶ PORTFOLIO ◀─ chargeback (seller)
//! ```

use clap::{Args, Subcommand};
use sycee_api::{NodeFault, Problem};
use sycee_contracts::Action;
use sycee_contracts::receivable::{EndFactoring, FactorPortfolio, OfferFactoring, PayChargeback};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId};

use super::object::tell;
use super::output::Output;
use super::sending::{Sending, send};
use super::{Global, Outcome};

/// Units of the twelfth decimal in a millionth of one: rates are written so.
const PER_MILLIONTH: u64 = 1_000_000;

/// `sycee factoring ...`
#[derive(Subcommand, Debug)]
pub(super) enum Factoring {
    /// An agreement: what is advanced at which price, and how much of it is in use.
    #[command(after_help = "Example:\n  sycee factoring agreement 3 --json")]
    Agreement(Agreement),
    /// What was sold at once: what came in of it, and what the seller owes.
    #[command(after_help = "Example:\n  sycee factoring portfolio 5")]
    Portfolio(Portfolio),
    /// Offer a seller to buy its receivables.
    #[command(
        after_help = "Example:\n  sycee factoring offer --seller 7 --account 3 --asset 0 --advance-ppm 800000 --rate-ppm 45000 --fee-ppm 2000 --limit-minor 50000000 --recourse --key bank-a.json"
    )]
    Offer(Offer),
    /// End an agreement; what was sold under it stays sold.
    #[command(after_help = "Example:\n  sycee factoring end 3 --key corp-2.json")]
    End(End),
    /// Sell portions of receivables together.
    #[command(
        after_help = "Example:\n  sycee factoring sell 3 --portion 11 --portion 12 --account 24 --paid-min-minor 1500000 --key corp-2.json"
    )]
    Sell(Sell),
    /// Pay a factor back what receivables turned out to be less worth.
    #[command(
        after_help = "Example:\n  sycee factoring chargeback 5 --account 24 --amount-minor 30000 --key corp-2.json"
    )]
    Chargeback(Chargeback),
}

/// Flags of `sycee factoring agreement`.
#[derive(Args, Debug)]
pub(super) struct Agreement {
    /// The agreement.
    #[arg(value_name = "AGREEMENT")]
    agreement: u64,
}

/// Flags of `sycee factoring portfolio`.
#[derive(Args, Debug)]
pub(super) struct Portfolio {
    /// The portfolio.
    #[arg(value_name = "PORTFOLIO")]
    portfolio: u64,
}

/// Flags of `sycee factoring offer`.
#[derive(Args, Debug)]
pub(super) struct Offer {
    /// Whose receivables are bought.
    #[arg(long, value_name = "PARTICIPANT")]
    seller: u32,
    /// The factor's account, which pays and is paid.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// In which money.
    #[arg(long, value_name = "ASSET")]
    asset: u32,
    /// Paid at once, in parts per million of a claim.
    #[arg(long, value_name = "PPM")]
    advance_ppm: u32,
    /// Discount a year on what is advanced, in parts per million.
    #[arg(long, value_name = "PPM")]
    rate_ppm: u64,
    /// Days that a year has: 360 or 365.
    #[arg(long, default_value_t = 360, value_name = "DAYS")]
    basis: u16,
    /// Fee, in parts per million of a claim.
    #[arg(long, default_value_t = 0, value_name = "PPM")]
    fee_ppm: u32,
    /// Shortest time to the due day.
    #[arg(long, default_value_t = 0, value_name = "DAYS")]
    days_min: u32,
    /// Longest time to the due day.
    #[arg(long, default_value_t = 184, value_name = "DAYS")]
    days_max: u32,
    /// The seller answers for what debtors do not pay.
    #[arg(long)]
    recourse: bool,
    /// Debtors are told, and pay the factor.
    #[arg(long)]
    disclosed: bool,
    /// Most that may be advanced and not yet paid, in minor units.
    #[arg(long, value_name = "MINOR")]
    limit_minor: u128,
    /// How long the offer stands, in days from the ledger's now.
    #[arg(long, default_value_t = 365, value_name = "DAYS")]
    open_for: u32,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee factoring end`.
#[derive(Args, Debug)]
pub(super) struct End {
    #[command(flatten)]
    agreement: Agreement,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee factoring sell`.
#[derive(Args, Debug)]
pub(super) struct Sell {
    #[command(flatten)]
    agreement: Agreement,
    /// A portion that is sold; as often as there are portions.
    #[arg(long = "portion", value_name = "PORTION", required = true)]
    portions: Vec<u64>,
    /// The seller's account, which is paid now and later.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// Least that must be paid now, in minor units.
    #[arg(long, default_value_t = 0, value_name = "MINOR")]
    paid_min_minor: u128,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee factoring chargeback`.
#[derive(Args, Debug)]
pub(super) struct Chargeback {
    #[command(flatten)]
    portfolio: Portfolio,
    /// The seller's account, which pays.
    #[arg(long, value_name = "ACCOUNT")]
    account: u64,
    /// How much, in minor units.
    #[arg(long, value_name = "MINOR")]
    amount_minor: u128,
    #[command(flatten)]
    sending: Sending,
}

impl Factoring {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let (action, sending) = match self {
            Factoring::Agreement(it) => {
                return tell(&mut client, "factorings", it.agreement, output).await;
            }
            Factoring::Portfolio(it) => {
                return tell(&mut client, "portfolios", it.portfolio, output).await;
            }
            Factoring::Offer(it) => {
                let now = client.status().await?.now_ms;
                (it.action(BlockTime(now))?, it.sending)
            }
            Factoring::End(it) => {
                let factoring = it.agreement.agreement;
                (Action::EndFactoring(EndFactoring { factoring }), it.sending)
            }
            Factoring::Sell(it) => (it.action()?, it.sending),
            Factoring::Chargeback(it) => (it.action()?, it.sending),
        };
        send(&mut client, &sending, action, output).await
    }
}

fn minor(flag: &str, minor: u128) -> Result<Amount, Problem> {
    Amount::from_minor(minor).map_err(|error| {
        Problem::of(
            NodeFault::FieldMalformed,
            format!("{flag} {minor}: {error}"),
        )
    })
}

impl Offer {
    fn action(&self, now: BlockTime) -> Result<Action, Problem> {
        Ok(Action::OfferFactoring(OfferFactoring {
            account: AccountId(self.account),
            seller: ParticipantId(self.seller),
            asset: AssetId(self.asset),
            advance_ppm: self.advance_ppm,
            rate: self.rate_ppm.saturating_mul(PER_MILLIONTH),
            basis: self.basis,
            fee_ppm: self.fee_ppm,
            days_min: self.days_min,
            days_max: self.days_max,
            recourse: self.recourse,
            disclosed: self.disclosed,
            limit: minor("--limit-minor", self.limit_minor)?,
            expires: now.after_ms(u64::from(self.open_for) * 86_400_000),
        }))
    }
}

impl Sell {
    fn action(&self) -> Result<Action, Problem> {
        Ok(Action::FactorPortfolio(FactorPortfolio {
            factoring: self.agreement.agreement,
            portions: self.portions.clone(),
            account: AccountId(self.account),
            paid_min: minor("--paid-min-minor", self.paid_min_minor)?,
        }))
    }
}

impl Chargeback {
    fn action(&self) -> Result<Action, Problem> {
        Ok(Action::PayChargeback(PayChargeback {
            portfolio: self.portfolio.portfolio,
            account: AccountId(self.account),
            amount: minor("--amount-minor", self.amount_minor)?,
        }))
    }
}
