//! Money that one bank places with another, at call: under a line, secured, at a rate that follows an index, by consent of two keys.
//!
//! ```text
//!   bank-a opens a line and asks for collateral ─▶ bank-b agrees, pledges cash ─▶ 20,000,000.00 at call, two keys of bank-b accept
//!     1st month at the rate agreed ─▶ the operator states the index ─▶ 2nd month at the new rate ─▶ collateral is let go and pledged again
//!     ─▶ two business days' notice ─▶ paid back ─▶ the line is free again, and so is the collateral
//! ```

use sycee_api::{client::answer, wire};
use sycee_contracts::{
    AcceptLoan, Action, AgreeLine, Approve, AskCover, Attest, AttestationKind, GiveNotice,
    OfferLoan, OpenLine, PledgeCollateral, ReleaseCollateral, RepayLoan, ResetRate, RotateKey,
    SetSigningPolicy, SignatureBand, Subject, SubjectText,
    collateral::{CoverTerms, Pledged, Secured},
    line::LineTerms,
    loan::{Indexed, LoanCalendar, LoanKind, LoanTerms, NoticeTerms, PrepaymentTerms},
    term::{calendar::DayConvention, day_count::DayCount, waterfall::Bucket},
};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, Hash, ParticipantId, SecretKey, TransactionId,
};

use super::{Answer, Foretold, Stage, loan_book::to_first_of_month, money, supply_chain::cash};
use crate::local::network::LocalError;

const CNY: AssetId = AssetId(0);

/// 20,000,000.00 under a line of 50,000,000.00.
const PLACED: u128 = 2_000_000_000;
const CAP: u128 = 5_000_000_000;

/// 24,000,000.00 of cash secure it: 83.3 % loan to value, between the warning at 80 % and the call at 90 %.
const PLEDGED: u128 = 2_400_000_000;

/// 1.8 % for the first month; then the index, stated at 2.2 %, and 0.2 %.
const RATE: u64 = 18_000_000_000;
const FIXING: i128 = 22;
const SPREAD: i64 = 2_000_000_000;

/// A month of thirty days at 1.8 % and at 2.4 %, and two days at 2.4 %.
const INTEREST: [u128; 3] = [3_000_000, 4_000_000, 266_667];

/// Whoever spends or owes more than 10,000,000.00 for bank B signs with two keys.
const TWO_KEYS_FROM: u128 = 1_000_000_000;

const OFFER_MS: u64 = 3_600_000;
const NOTICE_DAYS: u8 = 2;

/// Who plays: accounts, their numbers, what they had.
struct Cast {
    banks: [ParticipantId; 2],
    accounts: [AccountId; 2],
    numbers: [String; 2],
    before: [i128; 2],
}

/// Plays it.
pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    to_first_of_month(stage).await?;
    let cast = cast(stage).await?;
    agree(stage, &cast).await?;
    place(stage, &cast).await?;
    bear_interest(stage).await?;
    call_for_more(stage, &cast).await?;
    pay_back(stage).await?;
    let numbers = cast.numbers.each_ref().map(String::as_str);
    stage.note("Both banks, with what they have now:");
    stage.balances(&numbers).await?;
    let now = balances(stage, &cast.numbers).await?;
    let interest: u128 = INTEREST.iter().sum();
    let interest = i128::try_from(interest).unwrap_or(0);
    stage.check(
        &format!(
            "Bank A has earned {}, and bank B paid it.",
            money(interest, 2)
        ),
        now == [cast.before[0] + interest, cast.before[1] - interest],
    )
}

async fn balances(stage: &mut Stage<'_>, numbers: &[String; 2]) -> Result<[i128; 2], LocalError> {
    Ok([
        stage.balance(&numbers[0]).await?,
        stage.balance(&numbers[1]).await?,
    ])
}

async fn cast(stage: &mut Stage<'_>) -> Result<Cast, LocalError> {
    let (lender, from, first) = cash(stage, "bank-a")?;
    let (borrower, to, second) = cash(stage, "bank-b")?;
    let numbers = [first, second];
    stage.note("Two banks, with what they have:");
    let names = numbers.each_ref().map(String::as_str);
    stage.balances(&names).await?;
    Ok(Cast {
        banks: [lender, borrower],
        accounts: [from, to],
        before: balances(stage, &numbers).await?,
        numbers,
    })
}

fn amount(minor: u128) -> Result<Amount, LocalError> {
    Amount::from_minor(minor).map_err(|error| LocalError::Check(error.to_string()))
}

async fn now(stage: &mut Stage<'_>) -> Result<BlockTime, LocalError> {
    Ok(BlockTime(stage.client(0).await?.status().await?.now_ms))
}

async fn line(stage: &mut Stage<'_>) -> Result<wire::CreditLine, LocalError> {
    let request = wire::GetLineRequest { id: 0 };
    let found = answer(stage.client(0).await?.calls().get_line(request).await)?;
    found.line.ok_or_else(|| missing("line"))
}

async fn loan(stage: &mut Stage<'_>) -> Result<wire::Loan, LocalError> {
    let request = wire::GetLoanRequest::default();
    let found = answer(stage.client(0).await?.calls().get_loan(request).await)?;
    found.loan.ok_or_else(|| missing("loan"))
}

async fn collateral(stage: &mut Stage<'_>) -> Result<wire::Collateral, LocalError> {
    let request = wire::GetCollateralRequest { id: 0 };
    let found = answer(stage.client(0).await?.calls().get_collateral(request).await)?;
    found.collateral.ok_or_else(|| missing("collateral"))
}

fn missing(what: &str) -> LocalError {
    LocalError::Check(format!("the answer names no {what}"))
}

/// The line, its collateral, and who must sign for bank B.
async fn agree(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), LocalError> {
    let open = Action::OpenLine(OpenLine {
        lender_account: cast.accounts[0],
        borrower_account: cast.accounts[1],
        asset: CNY,
        terms: LineTerms {
            cap: amount(CAP)?,
            last_day: stage.day(300),
            revolving: true,
            rate_max: 100_000_000_000,
            fee_rate: 0,
            fee_months: 3,
        },
        offer_until: now(stage).await?.after_ms(OFFER_MS),
    });
    let what = "opens bank-b a line of 50,000,000.00";
    stage
        .expect("bank-a", what, open, Foretold::Recorded)
        .await?;
    let ask = Action::AskCover(AskCover {
        secures: vec![Secured::Line(0)],
        account: cast.accounts[0],
        terms: CoverTerms {
            warn_ppm: 800_000,
            call_ppm: 900_000,
            close_out_ppm: 1_000_000,
            cash_haircut_ppm: 0,
            receivable_haircut_ppm: 0,
            goods_haircut_ppm: 0,
            pricer: ParticipantId(0),
            cure_days: 2,
        },
    });
    let what = "asks for collateral: a warning at 80 % loan to value, a margin call at 90 %";
    stage
        .expect("bank-a", what, ask, Foretold::Recorded)
        .await?;
    let agree = Action::AgreeLine(AgreeLine {
        line: 0,
        revision: 1,
    });
    let what = "agrees to both";
    stage
        .expect("bank-b", what, agree, Foretold::Recorded)
        .await?;
    Ok(())
}

fn terms() -> Result<LoanTerms, LocalError> {
    let index = SubjectText::new("CNY-ON").ok_or_else(|| missing("index"))?;
    Ok(LoanTerms {
        kind: LoanKind::Call(NoticeTerms {
            notice_days: NOTICE_DAYS,
        }),
        principal: amount(PLACED)?,
        rate: RATE,
        day_count: DayCount::Thirty360European,
        periods: 12,
        period_months: 1,
        end_of_month: false,
        calendar: LoanCalendar::None,
        convention: DayConvention::default(),
        grace_days: 0,
        surcharge: 500_000_000_000,
        penalty_on_interest: false,
        order: Bucket::ALL,
        fee: 0,
        costs_max: 0,
        prepayment: PrepaymentTerms::default(),
        draw_days: 0,
        probation: 0,
        index: Some(Box::new(Indexed {
            index,
            spread: SPREAD,
            floor: 0,
            cap: 100_000_000_000,
        })),
    })
}

fn pledge(cast: &Cast, minor: u128) -> Result<Action, LocalError> {
    Ok(Action::PledgeCollateral(PledgeCollateral {
        collateral: 0,
        things: vec![Pledged::Cash {
            account: cast.accounts[1],
            amount: amount(minor)?,
        }],
    }))
}

/// The placement: refused without collateral, and accepted by two keys.
async fn place(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), LocalError> {
    let offer = Action::OfferLoan(OfferLoan {
        lender_account: cast.accounts[0],
        borrower_account: cast.accounts[1],
        asset: CNY,
        terms: terms()?,
        line: Some(0),
        offer_until: now(stage).await?.after_ms(OFFER_MS),
    });
    let what =
        "offers 20,000,000.00 at call, at 1.8 % and from the second month on at CNY-ON + 0.2 %";
    stage
        .expect("bank-a", what, offer, Foretold::Recorded)
        .await?;
    let accept = Action::AcceptLoan(AcceptLoan { loan: 0 });
    let what = "accepts without having pledged anything";
    let early = Foretold::Refused("SY-01154");
    stage.expect("bank-b", what, accept.clone(), early).await?;
    let what = "pledges 24,000,000.00 of its cash";
    let cash = pledge(cast, PLEDGED)?;
    stage
        .expect("bank-b", what, cash, Foretold::Recorded)
        .await?;
    let add = Action::RotateKey(RotateKey {
        participant: cast.banks[1],
        add: vec![second_key().public_key()],
        retire: Vec::new(),
    });
    stage
        .expect("bank-b", "names a second key", add, Foretold::Settled)
        .await?;
    let policy = Action::SetSigningPolicy(SetSigningPolicy {
        bands: vec![SignatureBand {
            from: TWO_KEYS_FROM,
            signatures: 2,
        }],
    });
    let what = "wants two keys from 10,000,000.00 on";
    stage
        .expect("bank-b", what, policy, Foretold::Settled)
        .await?;
    let waits = stage
        .expect("bank-b", "accepts with one key", accept, Foretold::Waiting)
        .await?;
    approve(stage, &waits).await?;
    let (line, cover) = (line(stage).await?, collateral(stage).await?);
    stage.check(
        "Of the line 20,000,000.00 are used, 30,000,000.00 are left; the loan is 83.33 % of what secures it: bank A is warned.",
        line.used_minor == PLACED.to_string()
            && line.headroom_minor == (CAP - PLACED).to_string()
            && cover.ltv_ppm.as_deref() == Some("833334")
            && cover.state == "warned",
    )
}

/// The second key of bank B.
fn second_key() -> SecretKey {
    SecretKey::from_seed(&Hash::of(&[b"second key of bank-b"]).0)
}

/// Bank B signs what waits with its second key, and it takes effect.
async fn approve(stage: &mut Stage<'_>, waits: &Answer) -> Result<(), LocalError> {
    let transaction = Hash::from_hex(&waits.transaction).map(TransactionId);
    let approve = Action::Approve(Approve {
        transaction: transaction.ok_or_else(|| missing("transaction"))?,
        refuse: false,
    });
    let mut keys = stage.sign_with("bank-b", vec![second_key()])?;
    let what = "approves it with the other, and signs with both from now on";
    stage
        .expect("bank-b", what, approve, Foretold::Settled)
        .await?;
    keys.push(second_key());
    stage.sign_with("bank-b", keys)?;
    let done = stage.outcome(waits).await?;
    stage.check("It has taken effect.", done.object().is_ok())
}

async fn repay(stage: &mut Stage<'_>, minor: u128) -> Result<(), LocalError> {
    let repay = Action::RepayLoan(RepayLoan {
        loan: 0,
        amount: amount(minor)?,
        prepayment: Amount::ZERO,
        surplus_to: None,
    });
    let what = format!("pays {}", money(i128::try_from(minor).unwrap_or(0), 2));
    stage
        .expect("bank-b", &what, repay, Foretold::Recorded)
        .await?;
    Ok(())
}

async fn turn_month(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    let (from, to) = (stage.date(), stage.date().plus_months(1));
    let days = to.map_or(0, |to| from.days_to(to));
    stage.turn(u32::try_from(days).unwrap_or(0)).await
}

/// Two months of interest, the second at a rate that follows the index.
async fn bear_interest(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    let reset = Action::ResetRate(ResetRate { loan: 0 });
    let what = "fixes the rate in the first month";
    let early = Foretold::Refused("SY-01036");
    stage.expect("bank-a", what, reset.clone(), early).await?;
    turn_month(stage).await?;
    repay(stage, INTEREST[0]).await?;
    let observed = now(stage).await?;
    let subject = SubjectText::new("CNY-ON").ok_or_else(|| missing("index"))?;
    let attest = Action::Attest(Attest {
        kind: AttestationKind::Fixing,
        subject: Subject::Named(subject),
        value: FIXING,
        scale: 3,
        observed,
        expires: observed.after_ms(40 * 86_400_000),
        document: Hash::ZERO,
    });
    let operator = stage.operator()?;
    let what = "states CNY-ON at 2.2 %";
    stage
        .expect(&operator, what, attest, Foretold::Recorded)
        .await?;
    let what = "fixes the rate of the second month";
    stage
        .expect("bank-a", what, reset, Foretold::Recorded)
        .await?;
    let rate = loan(stage).await?.rate;
    stage.check("From today on it is 2.4 %.", rate == "24000000000")?;
    turn_month(stage).await?;
    let due = loan(stage).await?;
    stage.check(
        "The second month cost 40,000.00.",
        due.current_interest_minor == INTEREST[1].to_string() && due.overdue_interest_minor == "0",
    )?;
    repay(stage, INTEREST[1]).await
}

/// Bank A lets most of the collateral go; what is missing is told, and pledged again.
async fn call_for_more(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), LocalError> {
    let more = pledge(cast, PLEDGED / 12)?;
    let what = "pledges 2,000,000.00 more";
    stage
        .expect("bank-b", what, more, Foretold::Recorded)
        .await?;
    let release = Action::ReleaseCollateral(ReleaseCollateral {
        collateral: 0,
        items: vec![0],
    });
    let what = "would take its 24,000,000.00 back";
    let kept = Foretold::Refused("SY-01154");
    stage.expect("bank-b", what, release.clone(), kept).await?;
    let what = "lets the 24,000,000.00 go";
    stage
        .expect("bank-a", what, release, Foretold::Recorded)
        .await?;
    let bare = collateral(stage).await?;
    stage.check(
        "With 2,000,000.00 left it is ten times what secures it, and bank A may enforce; 20,222,222.23 are missing.",
        bare.state == "close-out"
            && bare.ltv_ppm.as_deref() == Some("10000000")
            && bare.missing_minor == "2022222223",
    )?;
    let cure = pledge(cast, PLEDGED)?;
    let what = "pledges 24,000,000.00 again";
    stage
        .expect("bank-b", what, cure, Foretold::Recorded)
        .await?;
    let cured = collateral(stage).await?;
    stage.check(
        "Nothing is called any more.",
        cured.state == "kept" && cured.missing_minor == "0",
    )
}

/// Two days' notice, and everything comes back.
async fn pay_back(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    let notice = Action::GiveNotice(GiveNotice { loan: 0 });
    let what = "calls the money, with two business days' notice";
    stage
        .expect("bank-a", what, notice, Foretold::Recorded)
        .await?;
    let day = stage.day(u32::from(NOTICE_DAYS)).to_string();
    let called = loan(stage).await?;
    stage.check(
        &format!("Everything falls due on {day}."),
        called.called_for.as_deref() == Some(day.as_str())
            && called.next_due.as_deref() == Some(day.as_str()),
    )?;
    stage.turn(u32::from(NOTICE_DAYS)).await?;
    let due = loan(stage).await?;
    stage.check(
        "Two days cost 2,666.67; with the 20,000,000.00 they are due.",
        due.current_principal_minor == PLACED.to_string()
            && due.current_interest_minor == INTEREST[2].to_string(),
    )?;
    let whole = PLACED + INTEREST[2];
    repay(stage, whole).await?;
    let (paid, free) = (loan(stage).await?, line(stage).await?);
    stage.check(
        "The placement is closed, and the whole line is free.",
        paid.status == "closed" && free.headroom_minor == CAP.to_string(),
    )?;
    let release = Action::ReleaseCollateral(ReleaseCollateral {
        collateral: 0,
        items: vec![1, 2],
    });
    let what = "takes its cash back, which secures nothing any more";
    stage
        .expect("bank-b", what, release, Foretold::Recorded)
        .await?;
    Ok(())
}
