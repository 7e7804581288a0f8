//! Verbs of loans.

use sycee_primitives::{AssetId, BlockTime};

use super::{Line, Stage};
use crate::{
    loan::{Indexed, LoanKind, LoanTerms, PrepaymentTerms},
    term::{calendar::DayConvention, day_count::DayCount, waterfall::Bucket},
    *,
};

impl Stage {
    /// `offer FROM TO PRINCIPAL`, `accept LOAN`, `repay LOAN AMOUNT PREPAYMENT`, `call LOAN`, `writeoff LOAN`, `prepay LOAN AMOUNT`,
    /// `draw LOAN AMOUNT`, `reset LOAN`, `charge LOAN AMOUNT`.
    pub(super) fn loan(&self, line: &Line<'_>) -> Action {
        let loan = || line.fields[0].parse().unwrap();
        match line.verb {
            "offer" => self.offer(line),
            "accept" => Action::AcceptLoan(AcceptLoan { loan: loan() }),
            "repay" => Action::RepayLoan(RepayLoan {
                loan: loan(),
                amount: line.amount(1),
                prepayment: line.amount(2),
            }),
            "prepay" => Action::PrepayLoan(PrepayLoan {
                loan: loan(),
                principal: line.amount(1),
            }),
            "draw" => Action::DrawLoan(DrawLoan {
                loan: loan(),
                amount: line.amount(1),
            }),
            "reset" => Action::ResetRate(ResetRate { loan: loan() }),
            "charge" => Action::ChargeLoan(ChargeLoan {
                loan: loan(),
                amount: line.amount(1),
            }),
            "call" => Action::AccelerateLoan(AccelerateLoan { loan: loan() }),
            _ => Action::WriteOffLoan(WriteOffLoan { loan: loan() }),
        }
    }

    fn offer(&self, line: &Line<'_>) -> Action {
        let number = |name: &str, otherwise: u64| {
            let option = line.options.get(name);
            option.map_or(otherwise, |text| text.parse::<u64>().unwrap())
        };
        Action::OfferLoan(OfferLoan {
            lender_account: self.account(line.fields[0]),
            borrower_account: self.account(line.fields[1]),
            asset: AssetId(0),
            terms: terms(line),
            offer_until: BlockTime(self.clock + number("until", 3_600) * 1_000),
        })
    }
}

/// Three months at one per cent each, unless the line says otherwise.
fn terms(line: &Line<'_>) -> LoanTerms {
    let option = |name: &str| line.options.get(name).copied();
    let number = |name: &str, otherwise: u64| {
        option(name).map_or(otherwise, |text| text.parse::<u64>().unwrap())
    };
    let mut order = Bucket::ALL;
    if option("twice").is_some() {
        order[0] = Bucket::Prepayment;
    }
    LoanTerms {
        kind: match option("kind") {
            Some("bullet") => LoanKind::Bullet,
            Some("annuity") => LoanKind::Annuity,
            Some(_) | None => LoanKind::Linear,
        },
        principal: line.amount(2),
        rate: number("rate", 120_000_000_000),
        day_count: DayCount::parse(option("count").unwrap_or("30E360")).unwrap(),
        periods: u16::try_from(number("periods", 3)).unwrap(),
        period_months: 1,
        end_of_month: false,
        weekends_closed: false,
        convention: DayConvention::default(),
        grace_days: 5,
        surcharge: 500_000_000_000,
        penalty_on_interest: false,
        order,
        fee: number("fee", 0),
        costs_max: number("costs", 0),
        prepayment: PrepaymentTerms {
            fee_rate: number("prerate", 0),
            fee_max: number("premax", 0),
            shortens: option("shorter").is_some(),
        },
        draw_days: u16::try_from(number("draw", 0)).unwrap(),
        index: option("index").map(|index| {
            Box::new(Indexed {
                index: SubjectText::new(index).unwrap(),
                spread: option("spread").map_or(0, |text| text.parse().unwrap()),
                floor: number("floor", 0),
                cap: number("cap", 1_000_000_000_000),
            })
        }),
    }
}
