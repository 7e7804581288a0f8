//! `sycee loan show`: what a loan owes today, how it stands, and what stands around it.

use serde_json::{Value, json};
use sycee_api::{Client, Problem, client::answer, client::required, wire};

use crate::chain_view::{RATE_SCALE, decimal, percent};
use crate::cli::{Outcome, output::Output};

/// Asks the node for a loan.
pub(super) async fn fetch(
    client: &mut Client,
    id: u64,
) -> Result<(wire::Loan, wire::GetLoanResponse), Problem> {
    let request = wire::GetLoanRequest {
        id,
        with_schedule: false,
    };
    let mut found = answer(client.calls().get_loan(request).await)?;
    Ok((required("loan", found.loan.take())?, found))
}

pub(super) async fn run(client: &mut Client, id: u64, output: Output) -> Outcome {
    let (loan, found) = fetch(client, id).await?;
    let value = shown(&loan, &found)?;
    output.object(&value);
    Ok(())
}

/// Decimals of its money.
pub(super) fn scale(loan: &wire::Loan) -> u8 {
    u8::try_from(loan.scale).unwrap_or(0)
}

fn shown(loan: &wire::Loan, found: &wire::GetLoanResponse) -> Result<Value, Problem> {
    let money = |minor: &str| decimal(minor, scale(loan));
    let mut value = json!({
        "id": loan.id,
        "status": loan.status,
        "standing": loan.standing,
        "delinquency": loan.delinquency,
        "lender": loan.lender,
        "borrower": loan.borrower,
        "asset": loan.asset,
        "currency": loan.currency,
        "line": loan.line,
        "collateral": loan.collateral,
        "principal": money(&loan.principal_minor)?,
        "rate": percent(&loan.rate, RATE_SCALE)?,
        "outstanding": money(&loan.outstanding_minor)?,
        "undrawn": money(&loan.undrawn_minor)?,
        "costs": money(&loan.costs_minor)?,
        "penalty": money(&loan.penalty_minor)?,
        "overdue_interest": money(&loan.overdue_interest_minor)?,
        "overdue_principal": money(&loan.overdue_principal_minor)?,
        "current_interest": money(&loan.current_interest_minor)?,
        "current_principal": money(&loan.current_principal_minor)?,
        "in_suspense": money(&loan.suspense_minor)?,
        "proposal": loan.proposal,
        "called_for": loan.called_for,
        "next_due": loan.next_due,
        "business_date": loan.business_date,
        "as_of_height": found.as_of_height,
    });
    let share = |it: &wire::LoanShare| {
        Ok(json!({
            "participant": it.participant,
            "account": it.account,
            "ppb": it.ppb,
            "joined": it.joined,
            "withheld": money(&it.withheld_minor)?,
        }))
    };
    let surety = |it: &wire::LoanSurety| {
        Ok(json!({
            "id": it.id,
            "guarantor": it.guarantor,
            "state": it.state,
            "most": money(&it.most_minor)?,
            "coverage": percent(&it.coverage, RATE_SCALE)?,
            "paid": money(&it.paid_minor)?,
            "repaid": money(&it.repaid_minor)?,
            "last_day": it.last_day,
        }))
    };
    let shares = found.shares.iter().map(share);
    let sureties = found.sureties.iter().map(surety);
    if let Some(value) = value.as_object_mut() {
        let rows = shares.collect::<Result<Vec<Value>, Problem>>()?;
        value.insert("shares".to_owned(), json!(rows));
        let rows = sureties.collect::<Result<Vec<Value>, Problem>>()?;
        value.insert("sureties".to_owned(), json!(rows));
    }
    Ok(value)
}
