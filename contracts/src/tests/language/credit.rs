//! Verbs of loans.

use sycee_primitives::{AssetId, BlockTime, BusinessDate};

use super::{Line, Stage};
use crate::{
    loan::{
        CustomTerms, Indexed, LoanCalendar, LoanKind, LoanTerms, NegativeTerms, NoticeTerms,
        PrepaymentTerms, RevolvingTerms, Step, SuretyTerms,
    },
    term::{calendar::DayConvention, day_count::DayCount, waterfall::Bucket},
    *,
};

impl Stage {
    /// `offer FROM TO PRINCIPAL`, `accept LOAN`, `repay LOAN AMOUNT PREPAYMENT keep=HOLDING`, `giverest LOAN`, `call LOAN`, `writeoff LOAN`, `prepay LOAN AMOUNT`,
    /// `draw LOAN AMOUNT`, `reset LOAN`, `charge LOAN AMOUNT`, `syndicate LOAN ACCOUNT:PPB...`, `joins LOAN`,
    /// `notice LOAN`, `surety LOAN ACCOUNT MOST cover= last=DATE`, `callsurety|dropsurety ID`, `repaysurety ID AMOUNT`,
    /// `assign|take LOAN SELLER BUYER PPB PRICE`, `renew LOAN - PRINCIPAL cap=1`, `concur VERSION`.
    pub(super) fn loan(&self, line: &Line<'_>) -> Action {
        let loan = || line.fields[0].parse().unwrap();
        match line.verb {
            "offer" => self.offer(line),
            "accept" => Action::AcceptLoan(AcceptLoan { loan: loan() }),
            "repay" => Action::RepayLoan(RepayLoan {
                loan: loan(),
                amount: line.amount(1),
                prepayment: line.amount(2),
                surplus_to: line.options.get("keep").map(|name| self.account(name)),
            }),
            "notice" => Action::GiveNotice(GiveNotice { loan: loan() }),
            "surety" => self.surety(line),
            "callsurety" => Action::CallSurety(CallSurety { surety: loan() }),
            "dropsurety" => Action::ReleaseSurety(ReleaseSurety { surety: loan() }),
            "repaysurety" => Action::RepaySurety(RepaySurety {
                surety: loan(),
                amount: line.amount(1),
            }),
            "giverest" => Action::ReturnSuspense(ReturnSuspense { loan: loan() }),
            "prepay" => Action::PrepayLoan(PrepayLoan {
                loan: loan(),
                principal: line.amount(1),
            }),
            "draw" => Action::DrawLoan(DrawLoan {
                loan: loan(),
                amount: line.amount(1),
            }),
            "reset" => Action::ResetRate(ResetRate { loan: loan() }),
            "renew" => Action::RestructureLoan(RestructureLoan {
                loan: loan(),
                terms: terms(line),
                capitalise: line.options.contains_key("capital"),
                offer_until: self.until(line),
            }),
            "concur" => Action::AgreeRestructuring(AgreeRestructuring { version: loan() }),
            "charge" => Action::ChargeLoan(ChargeLoan {
                loan: loan(),
                amount: line.amount(1),
            }),
            "joins" => Action::JoinSyndicate(JoinSyndicate { loan: loan() }),
            "syndicate" => self.form(line),
            "assign" | "take" => self.trade(line),
            "call" => Action::AccelerateLoan(AccelerateLoan { loan: loan() }),
            _ => Action::WriteOffLoan(WriteOffLoan { loan: loan() }),
        }
    }

    /// Executes one line as a block of its own; answers why it is refused, if it is.
    pub(in crate::tests) fn refusal(&mut self, text: &str) -> Option<RejectReason> {
        self.clock += 1_000;
        let text = format!("{text} = any");
        let transaction = match self.transaction(&Line::parse(&text)) {
            Ok(transaction) => transaction,
            Err(rejection) => return Some(rejection.reason),
        };
        let context = BlockContext {
            height: self.ledger.height().next(),
            time: BlockTime(self.clock),
        };
        let block = execute(&mut self.ledger, &context, [&transaction]).unwrap();
        match block.receipts[0].outcome {
            Outcome::Refused(reason) => Some(reason),
            _ => None,
        }
    }

    fn surety(&self, line: &Line<'_>) -> Action {
        let option = |name: &str| line.options.get(name).copied();
        let coverage = option("cover").unwrap_or("1000000000000");
        Action::GiveSurety(GiveSurety {
            loan: line.fields[0].parse().unwrap(),
            account: self.account(line.fields[1]),
            terms: SuretyTerms {
                most: line.amount(2),
                coverage: coverage.parse().unwrap(),
                last_day: BusinessDate::parse(option("last").unwrap_or("2027-12-31")).unwrap(),
            },
        })
    }

    fn form(&self, line: &Line<'_>) -> Action {
        let share = |field: &&str| {
            let (account, ppb) = field.split_once(':').unwrap();
            loan::Share {
                account: self.account(account),
                ppb: ppb.parse().unwrap(),
            }
        };
        Action::FormSyndicate(FormSyndicate {
            loan: line.fields[0].parse().unwrap(),
            agent_fee_rate: line.options.get("fee").map_or(0, |it| it.parse().unwrap()),
            shares: line.fields[1..].iter().map(share).collect(),
        })
    }

    fn trade(&self, line: &Line<'_>) -> Action {
        let loan = line.fields[0].parse().unwrap();
        let (seller, buyer) = (self.account(line.fields[1]), self.account(line.fields[2]));
        let ppb = line.fields[3].parse().unwrap();
        let price = line.amount(4);
        if line.verb == "take" {
            return Action::TakeShare(TakeShare {
                loan,
                seller,
                buyer,
                ppb,
                price,
            });
        }
        let until = line.options.get("until");
        let until = until.map_or(3_600, |it| it.parse::<u64>().unwrap());
        Action::AssignShare(AssignShare {
            loan,
            seller,
            buyer,
            ppb,
            price,
            until: BlockTime(self.clock + until * 1_000),
        })
    }

    fn offer(&self, line: &Line<'_>) -> Action {
        Action::OfferLoan(OfferLoan {
            lender_account: self.account(line.fields[0]),
            borrower_account: self.account(line.fields[1]),
            asset: AssetId(0),
            terms: terms(line),
            line: line.options.get("line").map(|it| it.parse().unwrap()),
            offer_until: self.until(line),
        })
    }

    fn until(&self, line: &Line<'_>) -> BlockTime {
        let seconds = line.options.get("until");
        let seconds = seconds.map_or(3_600, |text| text.parse::<u64>().unwrap());
        BlockTime(self.clock + seconds * 1_000)
    }
}

/// `kind=negative inst= most=`, `kind=custom steps=PERIOD:PRINCIPAL+...`, `kind=call notice=`, `kind=revolving notice= minrate= min=`.
fn kind(line: &Line<'_>) -> LoanKind {
    let number = |name: &str| -> u64 {
        let option = line.options.get(name);
        option.map_or(0, |text| text.parse().unwrap())
    };
    let notice = NoticeTerms {
        notice_days: u8::try_from(number("notice")).unwrap(),
    };
    let step = |text: &str| {
        let (period, principal) = text.split_once(':').unwrap();
        Step {
            period: period.parse().unwrap(),
            principal: principal.parse().unwrap(),
        }
    };
    match line.options.get("kind").copied() {
        Some("bullet") => LoanKind::Bullet,
        Some("annuity") => LoanKind::Annuity,
        Some("negative") => LoanKind::Negative(Box::new(NegativeTerms {
            instalment: number("inst"),
            principal_max: number("most"),
        })),
        Some("custom") => LoanKind::Custom(Box::new(CustomTerms {
            steps: line.options["steps"].split('+').map(step).collect(),
        })),
        Some("call") => LoanKind::Call(notice),
        Some("revolving") => LoanKind::Revolving(Box::new(RevolvingTerms {
            notice,
            minimum_rate: number("minrate"),
            minimum: number("min"),
        })),
        Some(_) | None => LoanKind::Linear,
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
        kind: kind(line),
        principal: line.amount(2),
        rate: number("rate", 120_000_000_000),
        day_count: DayCount::parse(option("count").unwrap_or("30E360")).unwrap(),
        periods: u16::try_from(number("periods", 3)).unwrap(),
        period_months: 1,
        end_of_month: false,
        calendar: match option("days") {
            Some("weekends") => LoanCalendar::Weekends,
            Some(asset) => LoanCalendar::Asset(AssetId(asset.parse().unwrap())),
            None => LoanCalendar::None,
        },
        convention: option("shift").map_or(DayConvention::default(), |text| {
            DayConvention::parse(text).unwrap()
        }),
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
        probation: u8::try_from(number("probation", 0)).unwrap(),
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
