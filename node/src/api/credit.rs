//! Questions about loans, credit lines and collateral: what is owed, used and worth today.

use sycee_api::wire;
use sycee_api::{NodeFault, Problem};
use sycee_contracts::collateral::{Collateral, Pledged, Secured};
use sycee_contracts::line::CreditLine;
use sycee_contracts::loan::{Loan, LoanStatus, Member, ScheduleRow, Surety};
use sycee_contracts::read::{self, AroundLoan, CoverNow};
use sycee_contracts::term::waterfall::Bucket;
use sycee_contracts::{Asset, Ledger};
use sycee_primitives::{BlockTime, BusinessDate};

use super::Backend;

/// Uses of a line in one answer.
const LINE_USES_MAX: usize = 1_000;

pub(super) async fn loan<B: Backend>(
    backend: &B,
    request: wire::GetLoanRequest,
) -> Result<wire::GetLoanResponse, Problem> {
    let (id, with_schedule) = (request.id, request.with_schedule);
    let found = backend
        .read(move |ledger| {
            let (loan, around) = (read::loan(ledger, id)?, read::around_loan(ledger, id)?);
            let schedule = loan.schedule(
                &ledger.loan_days(loan.terms.calendar),
                ledger.business_date(),
            );
            let next = schedule.iter().find(|row| !row.has_fallen_due);
            let members = around.syndicate.map(|it| it.members.as_slice());
            let sureties = around.sureties.iter();
            Some(wire::GetLoanResponse {
                loan: Some(loan_now(ledger, id, &around, next.map(|row| row.due))?),
                shares: members.unwrap_or_default().iter().map(share_of).collect(),
                sureties: sureties.map(|(id, it)| surety_of(*id, it)).collect(),
                schedule: schedule
                    .iter()
                    .filter(|_| with_schedule)
                    .map(due_date)
                    .collect(),
                as_of_height: ledger.height().0,
            })
        })
        .await?;
    found.ok_or_else(|| Problem::of(NodeFault::LoanUnknown, format!("loan {id}")))
}

pub(super) async fn line<B: Backend>(
    backend: &B,
    request: wire::GetLineRequest,
) -> Result<wire::GetLineResponse, Problem> {
    let id = request.id;
    let found = backend
        .read(move |ledger| {
            let line = read::line(ledger, id)?;
            let asset = read::asset(ledger, line.asset)?;
            let collateral = read::collateral_securing(ledger, Secured::Line(id));
            let mut uses: Vec<wire::CreditLineUse> = read::line_uses(ledger, id)
                .take(LINE_USES_MAX + 1)
                .map(|it| wire::CreditLineUse {
                    table: it.table.name().to_owned(),
                    id: it.object,
                    amount_minor: it.amount.to_string(),
                })
                .collect();
            let has_more_uses = uses.len() > LINE_USES_MAX;
            uses.truncate(LINE_USES_MAX);
            Some(wire::GetLineResponse {
                line: Some(line_now(
                    id,
                    line,
                    asset,
                    (ledger.business_date(), collateral.map(|(id, _)| id)),
                )),
                uses,
                has_more_uses,
                as_of_height: ledger.height().0,
            })
        })
        .await?;
    found.ok_or_else(|| Problem::of(NodeFault::LineUnknown, format!("credit line {id}")))
}

pub(super) async fn collateral<B: Backend>(
    backend: &B,
    request: wire::GetCollateralRequest,
) -> Result<wire::GetCollateralResponse, Problem> {
    let id = request.id;
    let found = backend
        .read(move |ledger| {
            let row = read::collateral(ledger, id)?;
            let now = read::cover_now(ledger, id)?;
            let things = row.items.iter().zip(&now.values);
            Some(wire::GetCollateralResponse {
                collateral: Some(collateral_now(ledger, id, &now)?),
                secures: now.exposures.iter().map(obligation).collect(),
                things: things
                    .map(|(item, (number, value))| thing(*number, item.what, *value))
                    .collect(),
                as_of_height: ledger.height().0,
            })
        })
        .await?;
    found.ok_or_else(|| Problem::of(NodeFault::CollateralUnknown, format!("collateral {id}")))
}

fn loan_now(
    ledger: &Ledger,
    id: u64,
    around: &AroundLoan<'_>,
    next_due: Option<BusinessDate>,
) -> Option<wire::Loan> {
    let loan: &Loan = read::loan(ledger, id)?;
    let asset = read::asset(ledger, loan.asset)?;
    let (days, today) = (
        ledger.loan_days(loan.terms.calendar),
        ledger.business_date(),
    );
    let (position, owed) = (loan.position_on(&days, today), loan.owed(&days, today));
    let bucket = |bucket| owed.get(bucket).to_string();
    Some(wire::Loan {
        id,
        status: loan.status.name().to_owned(),
        standing: loan.standing(&days, today).name().to_owned(),
        delinquency: loan.delinquency(&days, today).name().to_owned(),
        lender: loan.lender.0,
        borrower: loan.borrower.0,
        asset: loan.asset.0,
        currency: asset.currency.as_str().to_owned(),
        scale: u32::from(asset.scale),
        line: loan.line,
        principal_minor: loan.terms.principal.minor().to_string(),
        rate: match loan.status {
            LoanStatus::Offered | LoanStatus::Lapsed => loan.terms.rate,
            LoanStatus::Active | LoanStatus::Closed | LoanStatus::WrittenOff => position.rate,
        }
        .to_string(),
        outstanding_minor: position.outstanding.to_string(),
        undrawn_minor: position.undrawn.to_string(),
        costs_minor: bucket(Bucket::Costs),
        penalty_minor: bucket(Bucket::Penalty),
        overdue_interest_minor: bucket(Bucket::OverdueInterest),
        overdue_principal_minor: bucket(Bucket::OverduePrincipal),
        current_interest_minor: bucket(Bucket::CurrentInterest),
        current_principal_minor: bucket(Bucket::CurrentPrincipal),
        suspense_minor: around
            .suspense
            .map_or(0, |it| it.amount.minor())
            .to_string(),
        collateral: around.collateral.map(|(id, _)| id),
        proposal: around.proposed.map(|(id, _)| id),
        called_for: position.called.map(|day| day.to_string()),
        next_due: next_due.map(|day| day.to_string()),
        business_date: today.to_string(),
    })
}

fn share_of(member: &Member) -> wire::LoanShare {
    wire::LoanShare {
        participant: member.participant.0,
        account: member.account.0,
        ppb: member.ppb,
        joined: member.has_joined,
        withheld_minor: member.withheld.to_string(),
    }
}

fn surety_of(id: u64, surety: &Surety) -> wire::LoanSurety {
    wire::LoanSurety {
        id,
        guarantor: surety.guarantor.0,
        state: surety.state.name().to_owned(),
        most_minor: surety.terms.most.minor().to_string(),
        coverage: surety.terms.coverage.to_string(),
        paid_minor: surety.paid.minor().to_string(),
        repaid_minor: surety.repaid.minor().to_string(),
        last_day: surety.terms.last_day.to_string(),
    }
}

fn due_date(row: &ScheduleRow) -> wire::LoanDueDate {
    wire::LoanDueDate {
        due: row.due.to_string(),
        principal_minor: row.principal.to_string(),
        interest_minor: row.interest.to_string(),
        left_minor: row.left.to_string(),
        has_fallen_due: row.has_fallen_due,
    }
}

fn line_now(
    id: u64,
    line: &CreditLine,
    asset: &Asset,
    (today, collateral): (BusinessDate, Option<u64>),
) -> wire::CreditLine {
    wire::CreditLine {
        id,
        status: line.status.name().to_owned(),
        lender: line.lender.0,
        borrower: line.borrower.0,
        asset: line.asset.0,
        currency: asset.currency.as_str().to_owned(),
        scale: u32::from(asset.scale),
        cap_minor: line.terms.cap.minor().to_string(),
        used_minor: line.used.to_string(),
        headroom_minor: line.headroom(today).to_string(),
        revolving: line.terms.revolving,
        last_day: line.terms.last_day.to_string(),
        rate_max: line.terms.rate_max.to_string(),
        fee_rate: line.terms.fee_rate.to_string(),
        fee_owed_minor: line.fee.owed.to_string(),
        fee_accrued_minor: line.fee_accrued(today).to_string(),
        revision: line.revision,
        proposed_by: line.proposed.map(|it| it.by.0),
        collateral,
        business_date: today.to_string(),
    }
}

/// The last business date that is over when an instant comes.
fn last_day_before(ledger: &Ledger, time: BlockTime) -> String {
    let before = BlockTime(time.0.saturating_sub(1));
    ledger.parameters().business_date(before).to_string()
}

fn collateral_now(ledger: &Ledger, id: u64, now: &CoverNow) -> Option<wire::Collateral> {
    let row: &Collateral = read::collateral(ledger, id)?;
    let asset = read::asset(ledger, row.asset)?;
    let terms = &row.terms;
    Some(wire::Collateral {
        id,
        state: row.state.name().to_owned(),
        pledgee: row.pledgee.0,
        pledgor: row.pledgor.0,
        asset: row.asset.0,
        currency: asset.currency.as_str().to_owned(),
        scale: u32::from(asset.scale),
        exposure_minor: now.exposure().to_string(),
        value_minor: now.value().to_string(),
        ltv_ppm: now.ltv_ppm().map(|it| it.to_string()),
        warn_ppm: terms.warn_ppm,
        call_ppm: terms.call_ppm,
        close_out_ppm: terms.close_out_ppm,
        missing_minor: now.missing(terms.call_ppm).to_string(),
        cure_until_ms: row.cure_until.map(|it| it.0),
        cure_days: u32::from(terms.cure_days),
        cure_by: row.cure_until.map(|it| last_day_before(ledger, it)),
    })
}

fn obligation((secured, exposure): &(Secured, u128)) -> wire::SecuredObligation {
    let (kind, id) = match secured {
        Secured::Loan(id) => ("loan", *id),
        Secured::Line(id) => ("line", *id),
        Secured::Overdraft(account) => ("overdraft", account.0),
        Secured::Intraday(account) => ("intraday", account.0),
    };
    wire::SecuredObligation {
        kind: kind.to_owned(),
        id,
        exposure_minor: exposure.to_string(),
    }
}

fn thing(number: u16, what: Pledged, value: u128) -> wire::CollateralThing {
    let (kind, id) = match what {
        Pledged::Cash { account, .. } => ("cash", account.0),
        Pledged::Portion(id) => ("portion", id),
        Pledged::Receipt(id) => ("receipt", id),
    };
    wire::CollateralThing {
        number: u32::from(number),
        kind: kind.to_owned(),
        id,
        value_minor: value.to_string(),
    }
}
