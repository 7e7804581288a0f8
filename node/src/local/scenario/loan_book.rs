//! A loan of two banks from its offer to its last instalment, in accelerated months: every payment is foretold to the minor unit.
//!
//! ```text
//!   bank-a offers 1,200,000.00 and forms a syndicate with bank-b ─▶ corp-1 accepts and draws in two parts
//!     1st month paid ─▶ 2nd missed: overdue, penalty ─▶ 3rd missed ─▶ restructured by consent ─▶ ten months paid ─▶ closed
//! ```

use sycee_contracts::{
    AcceptLoan, Action, AgreeRestructuring, DrawLoan, FormSyndicate, JoinSyndicate, OfferLoan,
    RepayLoan, RestructureLoan,
    loan::{Delinquency, LoanCalendar, LoanKind, LoanStatus, LoanTerms, PrepaymentTerms, Share},
    term::{calendar::DayConvention, day_count::DayCount, waterfall::Bucket},
};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate};

use super::{Foretold, Stage, money, supply_chain::cash};
use crate::{
    loan_view::{LoanView, fetch_loan},
    local::network::LocalError,
};

const CNY: AssetId = AssetId(0);

/// 1,200,000.00, of which the borrower draws a part at a time.
const PRINCIPAL: u128 = 120_000_000;
const DRAWN: [u128; 2] = [80_000_000, 40_000_000];

/// Bank A has six tenths of it, bank B the rest.
const SHARES: [u32; 2] = [600_000_000, 400_000_000];

/// 6 % a year for twelve months, then 4.8 % for ten.
const RATE: u64 = 60_000_000_000;
const NEW_RATE: u64 = 48_000_000_000;
const NEW_MONTHS: u16 = 10;

/// What falls due at the end of the first months: 100,000.00 each, and interest on what is left.
const INSTALMENT: u128 = 10_000_000;
const INTEREST: [u128; 3] = [600_000, 550_000, 500_000];

/// Overdue principal of 100,000.00 bears 25.00 a day: 9 % a year, after five days of grace.
const PENALTY_A_DAY: u128 = 2_500;
const GRACE_DAYS: u16 = 5;

/// How long an offer stays open.
const OFFER_MS: u64 = 3_600_000;

/// Who plays: their accounts, and what they had.
struct Cast {
    numbers: [String; 3],
    accounts: [AccountId; 3],
    before: [i128; 3],
}

/// Plays it.
pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    to_first_of_month(stage).await?;
    let cast = cast(stage).await?;
    let loan = lend(stage, &cast).await?;
    pay_first(stage, &cast, loan).await?;
    let owed = miss_two(stage, loan).await?;
    restructure(stage, &cast, loan, owed).await?;
    let interest = repay_all(stage, loan).await?;
    tell(stage, "Everybody, with what they have now:", &cast).await?;
    let now = balances(stage, &cast.numbers).await?;
    let gained = [now[0] - cast.before[0], now[1] - cast.before[1]];
    let cost = cast.before[2] - now[2];
    let all = interest + INTEREST.iter().sum::<u128>() + owed;
    stage.check(
        &format!(
            "The loan cost {} of interest and penalty, and exactly that reached the two banks.",
            money(cost, 2)
        ),
        u128::try_from(cost) == Ok(all) && gained[0] + gained[1] == cost,
    )?;
    let six_tenths = cost * 6 / 10;
    stage.check(
        "Bank A has six tenths of it, to the rounding of each payment.",
        (gained[0] - six_tenths).abs() <= 20,
    )
}

/// Months are counted with thirty days, so a story that begins on the first of one foretells the same amounts in every year.
pub(super) async fn to_first_of_month(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    let today = stage.date();
    let first = today.month_end().plus_days(1).unwrap_or(today);
    turn_to(stage, first).await
}

async fn turn_to(stage: &mut Stage<'_>, day: BusinessDate) -> Result<(), LocalError> {
    let days = stage.date().days_to(day);
    stage.turn(u32::try_from(days).unwrap_or(0)).await
}

/// Lets one month pass; answers how many days it had.
async fn turn_month(stage: &mut Stage<'_>) -> Result<u32, LocalError> {
    let from = stage.date();
    let to = from.plus_months(1).unwrap_or(from);
    turn_to(stage, to).await?;
    Ok(u32::try_from(from.days_to(to)).unwrap_or(0))
}

async fn cast(stage: &mut Stage<'_>) -> Result<Cast, LocalError> {
    let mut numbers = Vec::new();
    let mut accounts = Vec::new();
    for who in ["bank-a", "bank-b", "corp-1"] {
        let (_, account, number) = cash(stage, who)?;
        numbers.push(number);
        accounts.push(account);
    }
    let lost = |_: Vec<_>| LocalError::Check("three play".to_owned());
    let numbers: [String; 3] = numbers.try_into().map_err(lost)?;
    let accounts = accounts
        .try_into()
        .map_err(|_: Vec<AccountId>| LocalError::Check("three play".to_owned()))?;
    let before = balances(stage, &numbers).await?;
    let cast = Cast {
        numbers,
        accounts,
        before,
    };
    tell(
        stage,
        "Two banks and a borrower, with what they have:",
        &cast,
    )
    .await?;
    Ok(cast)
}

async fn balances(stage: &mut Stage<'_>, numbers: &[String; 3]) -> Result<[i128; 3], LocalError> {
    Ok([
        stage.balance(&numbers[0]).await?,
        stage.balance(&numbers[1]).await?,
        stage.balance(&numbers[2]).await?,
    ])
}

async fn tell(stage: &mut Stage<'_>, what: &str, cast: &Cast) -> Result<(), LocalError> {
    stage.note(what);
    let numbers = cast.numbers.each_ref().map(String::as_str);
    stage.balances(&numbers).await
}

fn amount(minor: u128) -> Result<Amount, LocalError> {
    Amount::from_minor(minor).map_err(|error| LocalError::Check(error.to_string()))
}

fn terms(
    principal: u128,
    periods: u16,
    rate: u64,
    draw_days: u16,
) -> Result<LoanTerms, LocalError> {
    Ok(LoanTerms {
        kind: LoanKind::Linear,
        principal: amount(principal)?,
        rate,
        day_count: DayCount::Thirty360European,
        periods,
        period_months: 1,
        end_of_month: false,
        calendar: LoanCalendar::None,
        convention: DayConvention::default(),
        grace_days: GRACE_DAYS,
        surcharge: 500_000_000_000,
        penalty_on_interest: false,
        order: Bucket::ALL,
        fee: 0,
        costs_max: 0,
        prepayment: PrepaymentTerms::default(),
        draw_days,
        probation: 0,
        index: None,
    })
}

async fn offer_until(stage: &mut Stage<'_>) -> Result<BlockTime, LocalError> {
    let now = stage.client(0).await?.status().await?.now_ms;
    Ok(BlockTime(now.saturating_add(OFFER_MS)))
}

async fn view(stage: &mut Stage<'_>, loan: u64) -> Result<LoanView, LocalError> {
    Ok(fetch_loan(stage.client(0).await?, loan).await?)
}

/// The offer, the syndicate, the acceptance and two drawdowns.
async fn lend(stage: &mut Stage<'_>, cast: &Cast) -> Result<u64, LocalError> {
    let offer = Action::OfferLoan(OfferLoan {
        lender_account: cast.accounts[0],
        borrower_account: cast.accounts[2],
        asset: CNY,
        terms: terms(PRINCIPAL, 12, RATE, 20)?,
        line: None,
        offer_until: offer_until(stage).await?,
    });
    let what = "offers corp-1 a loan of 1,200,000.00 over twelve months at 6 %, linear";
    let offered = stage
        .expect("bank-a", what, offer, Foretold::Recorded)
        .await?;
    let loan = offered.object()?;
    let shares = [0, 1].map(|place: usize| Share {
        account: cast.accounts[place],
        ppb: SHARES[place],
    });
    let form = Action::FormSyndicate(FormSyndicate {
        loan,
        agent_fee_rate: 0,
        shares: shares.to_vec(),
    });
    let what = "wants 60 % of it, and bank-b to lend 40 %";
    stage
        .expect("bank-a", what, form, Foretold::Recorded)
        .await?;
    let accept = Action::AcceptLoan(AcceptLoan { loan });
    let what = "accepts before bank-b has signed";
    let early = Foretold::Refused("SY-01050");
    stage.expect("corp-1", what, accept.clone(), early).await?;
    let join = Action::JoinSyndicate(JoinSyndicate { loan });
    let what = "signs for its 40 %";
    stage
        .expect("bank-b", what, join, Foretold::Recorded)
        .await?;
    stage
        .expect("corp-1", "accepts", accept, Foretold::Recorded)
        .await?;
    for part in DRAWN {
        let draw = Action::DrawLoan(DrawLoan {
            loan,
            amount: amount(part)?,
        });
        let what = format!("draws {}", money(i128::try_from(part).unwrap_or(0), 2));
        stage
            .expect("corp-1", &what, draw, Foretold::Recorded)
            .await?;
    }
    let now = balances(stage, &cast.numbers).await?;
    let lent = [72_000_000, 48_000_000];
    stage.check(
        "720,000.00 of it came from bank A, 480,000.00 from bank B.",
        now[0] == cast.before[0] - lent[0]
            && now[1] == cast.before[1] - lent[1]
            && now[2] == cast.before[2] + lent[0] + lent[1],
    )?;
    schedule(stage, "The schedule:", loan).await?;
    Ok(loan)
}

async fn schedule(stage: &mut Stage<'_>, what: &str, loan: u64) -> Result<(), LocalError> {
    let view = view(stage, loan).await?;
    stage.note(what);
    for line in view.schedule_lines() {
        stage.note(&format!("  {line}"));
    }
    Ok(())
}

async fn repay(
    stage: &mut Stage<'_>,
    loan: u64,
    minor: u128,
    foretold: Foretold,
) -> Result<(), LocalError> {
    let repay = Action::RepayLoan(RepayLoan {
        loan,
        amount: amount(minor)?,
        prepayment: Amount::ZERO,
        surplus_to: None,
    });
    let what = format!("repays {}", money(i128::try_from(minor).unwrap_or(0), 2));
    stage.expect("corp-1", &what, repay, foretold).await?;
    Ok(())
}

/// The first instalment is paid on its day and shared.
async fn pay_first(stage: &mut Stage<'_>, cast: &Cast, loan: u64) -> Result<(), LocalError> {
    repay(stage, loan, 1, Foretold::Refused("SY-01020")).await?;
    turn_month(stage).await?;
    let before = balances(stage, &cast.numbers).await?;
    let paid = INSTALMENT + INTEREST[0];
    repay(stage, loan, paid, Foretold::Recorded).await?;
    let now = balances(stage, &cast.numbers).await?;
    stage.check(
        "63,600.00 of it reached bank A, 42,400.00 bank B, in the same block.",
        now[0] - before[0] == 6_360_000 && now[1] - before[1] == 4_240_000,
    )
}

/// Two instalments are missed; answers the penalty.
async fn miss_two(stage: &mut Stage<'_>, loan: u64) -> Result<u128, LocalError> {
    turn_month(stage).await?;
    stage.turn(15).await?;
    let late = view(stage, loan).await?;
    let owed = late.loan.owed(&late.days(), late.today);
    stage.check(
        "Fifteen days later the second instalment is overdue, and ten days beyond grace cost 250.00.",
        late.loan.delinquency(&late.days(), late.today) == Delinquency::Late30
            && owed.get(Bucket::OverduePrincipal) == INSTALMENT
            && owed.get(Bucket::OverdueInterest) == INTEREST[1]
            && owed.get(Bucket::Penalty) == 10 * PENALTY_A_DAY,
    )?;
    schedule(stage, "The schedule, as it stands:", loan).await?;
    let second = late.loan.schedule(&late.days(), late.today)[0].due;
    let third = second.plus_months(1).unwrap_or(second);
    turn_to(stage, third).await?;
    let late = view(stage, loan).await?;
    let owed = late.loan.owed(&late.days(), late.today);
    let days = second.days_to(third) - i64::from(GRACE_DAYS);
    let penalty = u128::try_from(days).unwrap_or(0) * PENALTY_A_DAY;
    stage.check(
        &format!(
            "A month after its day it costs {}, and the third falls due.",
            money(i128::try_from(penalty).unwrap_or(0), 2)
        ),
        owed.get(Bucket::Penalty) == penalty
            && owed.get(Bucket::CurrentPrincipal) == INSTALMENT
            && owed.get(Bucket::CurrentInterest) == INTEREST[2],
    )?;
    Ok(penalty)
}

/// Both sides agree to other terms; penalty and overdue interest are paid.
async fn restructure(
    stage: &mut Stage<'_>,
    cast: &Cast,
    loan: u64,
    penalty: u128,
) -> Result<(), LocalError> {
    let left = PRINCIPAL - INSTALMENT;
    let restructure = Action::RestructureLoan(RestructureLoan {
        loan,
        terms: terms(left, NEW_MONTHS, NEW_RATE, 0)?,
        capitalise: false,
        offer_until: offer_until(stage).await?,
    });
    let what = "proposes ten months at 4.8 % for the 1,100,000.00 that are owed";
    let version = stage
        .expect("bank-a", what, restructure, Foretold::Recorded)
        .await?
        .object()?;
    let agree = Action::AgreeRestructuring(AgreeRestructuring { version });
    let own = Foretold::Refused("SY-01068");
    stage
        .expect("bank-a", "agrees for the borrower", agree.clone(), own)
        .await?;
    stage
        .expect("corp-1", "agrees", agree, Foretold::Recorded)
        .await?;
    let before = balances(stage, &cast.numbers).await?;
    let due = penalty + INTEREST[1] + INTEREST[2];
    let twice = RepayLoan {
        loan,
        amount: amount(2 * due)?,
        prepayment: Amount::ZERO,
        surplus_to: None,
    };
    let what = format!(
        "repays what is due, at most {}",
        money(i128::try_from(2 * due).unwrap_or(0), 2)
    );
    stage
        .expect(
            "corp-1",
            &what,
            Action::RepayLoan(twice),
            Foretold::Recorded,
        )
        .await?;
    let now = balances(stage, &cast.numbers).await?;
    stage.check(
        &format!(
            "Penalty and overdue interest are paid, {}; no more was taken than that.",
            money(i128::try_from(due).unwrap_or(0), 2)
        ),
        u128::try_from(before[2] - now[2]) == Ok(due),
    )?;
    schedule(stage, "The new schedule:", loan).await
}

/// Ten months on time; answers their interest.
async fn repay_all(stage: &mut Stage<'_>, loan: u64) -> Result<u128, LocalError> {
    let months = u128::from(NEW_MONTHS);
    let instalment = (PRINCIPAL - INSTALMENT) / months;
    // A month at 4.8 % on 110,000.00 for each instalment that is left: 440.00.
    let each = 44_000;
    let mut interest = 0;
    for left in (1..=months).rev() {
        turn_month(stage).await?;
        repay(stage, loan, instalment + each * left, Foretold::Recorded).await?;
        interest += each * left;
    }
    let view = view(stage, loan).await?;
    stage.check(
        "The loan is repaid to the last fen and closed.",
        view.loan.status == LoanStatus::Closed
            && view.loan.schedule(&view.days(), view.today).is_empty(),
    )?;
    Ok(interest)
}
