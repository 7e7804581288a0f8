//! Credit over the wire: a placement between two banks under a line that cash secures, and what each call then tells of it.

use sycee_api::client::answer;
use sycee_contracts::{
    AcceptLoan, AgreeLine, AskCover, GiveSurety, OfferLoan, OpenLine, PledgeCollateral,
    ReleaseCollateral,
    collateral::{CoverTerms, Pledged, Secured},
    line::LineTerms,
    loan::{LoanCalendar, LoanKind, LoanTerms, NoticeTerms, PrepaymentTerms, SuretyTerms},
    term::{calendar::DayConvention, day_count::DayCount, waterfall::Bucket},
};
use sycee_primitives::BusinessDate;

use super::*;

/// Settlement accounts of banks A, B and C.
const ACCOUNTS: [AccountId; 3] = [AccountId(3), AccountId(6), AccountId(9)];

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn today() -> BusinessDate {
    genesis().ledger().unwrap().business_date()
}

/// A bank asks under a key that occurs once; answers the code of a refusal.
async fn ask(it: &mut Served, (bank, key): (u8, u8), action: Action) -> Option<String> {
    let instruction = Instruction {
        chain_id: genesis().chain_id(),
        sender: ParticipantId(u32::from(bank) + 1),
        idempotency_key: IdempotencyKey::new([key]).unwrap(),
        expiry: BlockTime(START_MS + 3_600_000),
        action,
    };
    let signed = instruction.sign(&[&secrets().banks[usize::from(bank)]]);
    let sent = it.client.submit(signed.to_bytes(), Wait::Final, WAIT).await;
    match sent {
        Err(problem) => Some(problem.code.clone()),
        Ok(answer) => convert::refusal_of(&answer.receipt.unwrap()).map(|it| it.code.clone()),
    }
}

fn line_terms() -> LineTerms {
    LineTerms {
        cap: amount(100_000),
        last_day: BusinessDate(today().0 + 300),
        revolving: true,
        rate_max: 100_000_000_000,
        fee_rate: 0,
        fee_months: 3,
    }
}

fn cover_terms() -> CoverTerms {
    CoverTerms {
        warn_ppm: 700_000,
        call_ppm: 900_000,
        close_out_ppm: 1_000_000,
        cash_haircut_ppm: 100_000,
        receivable_haircut_ppm: 0,
        goods_haircut_ppm: 0,
        pricer: ParticipantId(0),
        cure_days: 2,
    }
}

/// Money at call, two business days' notice, interest each month at 6 %.
fn placement() -> LoanTerms {
    LoanTerms {
        kind: LoanKind::Call(NoticeTerms { notice_days: 2 }),
        principal: amount(50_000),
        rate: 60_000_000_000,
        day_count: DayCount::Thirty360European,
        periods: 2,
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
        index: None,
    }
}

fn cash(minor: u128) -> Action {
    Action::PledgeCollateral(PledgeCollateral {
        collateral: 0,
        things: vec![Pledged::Cash {
            account: ACCOUNTS[1],
            amount: amount(minor),
        }],
    })
}

async fn collateral(it: &mut Served) -> (wire::Collateral, wire::GetCollateralResponse) {
    let request = wire::GetCollateralRequest { id: 0 };
    let mut found = answer(it.client.calls().get_collateral(request).await).unwrap();
    (found.collateral.take().unwrap(), found)
}

/// Bank A lends bank B 500.00 at call, under a line that bank B secures with 600.00 and 100.00; bank C answers for half of it.
async fn placed() -> Served {
    let mut it = served().await;
    let offer_until = BlockTime(START_MS + 86_400_000);
    let open = Action::OpenLine(OpenLine {
        lender_account: ACCOUNTS[0],
        borrower_account: ACCOUNTS[1],
        asset: AssetId(0),
        terms: line_terms(),
        offer_until,
    });
    let cover = Action::AskCover(AskCover {
        secures: vec![Secured::Line(0)],
        account: ACCOUNTS[0],
        terms: cover_terms(),
    });
    let agree = Action::AgreeLine(AgreeLine {
        line: 0,
        revision: 1,
    });
    let offer = Action::OfferLoan(OfferLoan {
        lender_account: ACCOUNTS[0],
        borrower_account: ACCOUNTS[1],
        asset: AssetId(0),
        terms: placement(),
        line: Some(0),
        offer_until,
    });
    let accept = Action::AcceptLoan(AcceptLoan { loan: 0 });
    let surety = Action::GiveSurety(GiveSurety {
        loan: 0,
        account: ACCOUNTS[2],
        terms: SuretyTerms {
            most: amount(25_000),
            coverage: 500_000_000_000,
            last_day: BusinessDate(today().0 + 90),
        },
    });
    let early = RejectReason::CoverTooSmall.code();
    for (key, (bank, action, refused)) in (1..).zip([
        (0, open, None),
        (0, cover, None),
        (1, agree, None),
        (0, offer, None),
        (1, accept.clone(), Some(early)),
        (1, cash(60_000), None),
        (1, cash(10_000), None),
        (1, accept, None),
        (2, surety, None),
    ]) {
        let found = ask(&mut it, (bank, key), action).await;
        assert_eq!(found, refused.map(|it| it.to_string()), "step {key}");
    }
    it
}

#[tokio::test]
async fn a_placement_is_told_with_its_line_its_collateral_and_its_surety() {
    let mut it = placed().await;
    let request = wire::GetLoanRequest {
        id: 0,
        with_schedule: true,
    };
    let found = answer(it.client.calls().get_loan(request).await).unwrap();
    let loan = found.loan.unwrap();
    assert_eq!((loan.lender, loan.borrower, loan.line), (1, 2, Some(0)));
    assert_eq!(
        (loan.status.as_str(), loan.standing.as_str()),
        ("active", "performing")
    );
    assert_eq!(
        (loan.outstanding_minor.as_str(), loan.collateral),
        ("50000", Some(0))
    );
    assert_eq!(
        (loan.rate.as_str(), loan.suspense_minor.as_str()),
        ("60000000000", "0")
    );
    // Two months at half a per cent, and the principal with the last.
    let rows = found.schedule.iter();
    let rows: Vec<(&str, &str)> = rows
        .map(|row| (row.interest_minor.as_str(), row.principal_minor.as_str()))
        .collect();
    assert_eq!(rows, [("250", "0"), ("250", "50000")]);
    assert_eq!(loan.next_due.as_ref(), Some(&found.schedule[0].due));
    let surety = &found.sureties[0];
    assert_eq!((surety.guarantor, surety.state.as_str()), (3, "given"));
    assert_eq!(
        (surety.most_minor.as_str(), surety.paid_minor.as_str()),
        ("25000", "0")
    );
    assert!(found.shares.is_empty());
}

#[tokio::test]
async fn a_line_tells_what_uses_it_and_what_is_left() {
    let mut it = placed().await;
    let request = wire::GetLineRequest { id: 0 };
    let found = answer(it.client.calls().get_line(request).await).unwrap();
    let line = found.line.unwrap();
    assert_eq!((line.status.as_str(), line.revision), ("open", 1));
    assert_eq!(
        (line.used_minor.as_str(), line.headroom_minor.as_str()),
        ("50000", "50000")
    );
    assert_eq!((line.collateral, line.proposed_by), (Some(0), None));
    let used = wire::CreditLineUse {
        table: "loans".to_owned(),
        id: 0,
        amount_minor: "50000".to_owned(),
    };
    assert_eq!((found.uses, found.has_more_uses), (vec![used], false));
}

#[tokio::test]
async fn a_collateral_tells_its_loan_to_value_and_what_is_missing() {
    let mut it = placed().await;
    let (row, found) = collateral(&mut it).await;
    // 700.00 less a tenth are 630.00, of which 500.00 are 79.4 %.
    assert_eq!(
        (row.exposure_minor.as_str(), row.value_minor.as_str()),
        ("50000", "63000")
    );
    assert_eq!(
        (row.state.as_str(), row.ltv_ppm.as_deref()),
        ("warned", Some("793651"))
    );
    assert_eq!((row.missing_minor.as_str(), row.cure_by), ("0", None));
    assert_eq!(
        (found.secures[0].kind.as_str(), found.secures[0].id),
        ("line", 0)
    );
    let things = found.things.iter();
    let things: Vec<(&str, u64, &str)> = things
        .map(|it| (it.kind.as_str(), it.id, it.value_minor.as_str()))
        .collect();
    assert_eq!(things, [("cash", 6, "54000"), ("cash", 6, "9000")]);
    // Without the 100.00 it is 92.6 %, above the call level: 15.56 are missing to 90 %.
    let release = Action::ReleaseCollateral(ReleaseCollateral {
        collateral: 0,
        items: vec![1],
    });
    assert_eq!(ask(&mut it, (0, 98), release).await, None);
    let (row, _) = collateral(&mut it).await;
    assert_eq!(
        (row.state.as_str(), row.ltv_ppm.as_deref()),
        ("called", Some("925926"))
    );
    assert_eq!((row.missing_minor.as_str(), row.cure_days), ("1556", 2));
    let last = BusinessDate(today().0 + 2).to_string();
    assert_eq!(row.cure_by, Some(last));
    // What cures it is what was missing, before its haircut.
    assert_eq!(ask(&mut it, (1, 99), cash(1_729)).await, None);
    let (row, _) = collateral(&mut it).await;
    assert_eq!(
        (row.state.as_str(), row.missing_minor.as_str()),
        ("warned", "0")
    );
    assert_eq!(
        (row.ltv_ppm.as_deref(), row.cure_by),
        (Some("899993"), None)
    );
}

#[tokio::test]
async fn what_is_not_there_is_said_by_a_code_of_its_own() {
    let mut it = served().await;
    let calls = it.client.calls();
    let loan = answer(calls.get_loan(wire::GetLoanRequest::default()).await).unwrap_err();
    let line = answer(calls.get_line(wire::GetLineRequest { id: 7 }).await).unwrap_err();
    let request = wire::GetCollateralRequest { id: u64::MAX };
    let collateral = answer(calls.get_collateral(request).await).unwrap_err();
    let codes = [&loan.code, &line.code, &collateral.code];
    let expected = [
        NodeFault::LoanUnknown,
        NodeFault::LineUnknown,
        NodeFault::CollateralUnknown,
    ];
    assert_eq!(codes.map(String::clone), expected.map(NodeFault::code));
}
