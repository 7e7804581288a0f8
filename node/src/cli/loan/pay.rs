//! What a borrower, a lender and a guarantor type about a loan that runs: repay, draw, give suspense back, call and repay a surety.

use clap::Args;
use sycee_api::{Client, Problem};
use sycee_contracts::{Action, CallSurety, DrawLoan, RepayLoan, RepaySurety, ReturnSuspense};
use sycee_primitives::{AccountId, Amount};

use super::Row;
use super::show::{fetch, scale};
use crate::cli::instruct::values::decimal;
use crate::cli::sending::Sending;

/// Flags of `sycee loan repay`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Repay {
    #[command(flatten)]
    row: Row,
    /// At most this is paid, with decimals; no more is taken than is owed.
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    /// How much of it may repay principal that is not due.
    #[arg(long, default_value = "0", value_name = "AMOUNT")]
    prepay: String,
    /// The lender's holding account in which the rest waits for the next due dates.
    #[arg(long, value_name = "ACCOUNT")]
    surplus_to: Option<u64>,
    #[command(flatten)]
    pub(super) sending: Sending,
}

/// Flags of `sycee loan draw`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Draw {
    #[command(flatten)]
    row: Row,
    /// What is paid out, with decimals.
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    #[command(flatten)]
    pub(super) sending: Sending,
}

/// Flags of `sycee loan return-suspense`.
#[derive(Args, Debug)]
pub(in crate::cli) struct GiveBack {
    #[command(flatten)]
    row: Row,
    #[command(flatten)]
    pub(super) sending: Sending,
}

/// Flags of `sycee loan call-surety`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Call {
    /// The surety's number.
    #[arg(value_name = "SURETY")]
    surety: u64,
    #[command(flatten)]
    pub(super) sending: Sending,
}

/// Flags of `sycee loan repay-surety`.
#[derive(Args, Debug)]
pub(in crate::cli) struct RepayGuarantor {
    #[command(flatten)]
    row: Row,
    /// The surety's number.
    #[arg(long, value_name = "SURETY")]
    surety: u64,
    /// At most this is paid, with decimals.
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    #[command(flatten)]
    pub(super) sending: Sending,
}

impl Repay {
    pub(super) async fn action(&self, client: &mut Client) -> Result<Action, Problem> {
        let (loan, _) = fetch(client, self.row.id).await?;
        Ok(Action::RepayLoan(RepayLoan {
            loan: self.row.id,
            amount: decimal("--amount", &self.amount, scale(&loan))?,
            prepayment: decimal("--prepay", &self.prepay, scale(&loan))?,
            surplus_to: self.surplus_to.map(AccountId),
        }))
    }
}

impl Draw {
    pub(super) async fn action(&self, client: &mut Client) -> Result<Action, Problem> {
        Ok(Action::DrawLoan(DrawLoan {
            loan: self.row.id,
            amount: in_money_of(client, self.row.id, &self.amount).await?,
        }))
    }
}

impl GiveBack {
    pub(super) const fn action(&self) -> Action {
        Action::ReturnSuspense(ReturnSuspense { loan: self.row.id })
    }
}

impl Call {
    pub(super) const fn action(&self) -> Action {
        Action::CallSurety(CallSurety {
            surety: self.surety,
        })
    }
}

impl RepayGuarantor {
    pub(super) async fn action(&self, client: &mut Client) -> Result<Action, Problem> {
        Ok(Action::RepaySurety(RepaySurety {
            surety: self.surety,
            amount: in_money_of(client, self.row.id, &self.amount).await?,
        }))
    }
}

async fn in_money_of(client: &mut Client, id: u64, text: &str) -> Result<Amount, Problem> {
    let (loan, _) = fetch(client, id).await?;
    decimal("--amount", text, scale(&loan))
}
