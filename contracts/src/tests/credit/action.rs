//! The instruction that an ask is.

use sycee_primitives::{Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId};

use super::{
    DAYS_OF,
    naive::{self, Ask, Days, Index, Kind, Places},
};
use crate::{
    collateral::{CoverTerms, Pledged, Secured},
    line::LineTerms,
    loan::{
        CustomTerms, Indexed, LoanCalendar, LoanKind, LoanTerms, NegativeTerms, NoticeTerms,
        PrepaymentTerms, RevolvingTerms, Share, Step, SuretyTerms,
    },
    term::{
        calendar::{DayConvention, Shift, ShiftOrder},
        day_count::DayCount,
        waterfall::Bucket,
    },
    *,
};

fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor.into()).unwrap()
}

fn loan_kind(kind: &Kind) -> LoanKind {
    let notice = |days: u32| NoticeTerms {
        notice_days: u8::try_from(days).unwrap(),
    };
    match kind {
        Kind::Term => LoanKind::Term,
        Kind::Bullet => LoanKind::Bullet,
        Kind::Linear => LoanKind::Linear,
        Kind::Annuity => LoanKind::Annuity,
        Kind::Growing(instalment, principal_max) => LoanKind::Negative(Box::new(NegativeTerms {
            instalment: *instalment,
            principal_max: *principal_max,
        })),
        Kind::Listed(list) => LoanKind::Custom(Box::new(CustomTerms {
            steps: list
                .iter()
                .map(|(period, principal)| Step {
                    period: u16::try_from(*period).unwrap(),
                    principal: *principal,
                })
                .collect(),
        })),
        Kind::AtCall(days) => LoanKind::Call(notice(*days)),
        Kind::Rolling(days, percent, least) => LoanKind::Revolving(Box::new(RevolvingTerms {
            notice: notice(*days),
            minimum_rate: percent * 10_000_000_000,
            minimum: *least,
        })),
    }
}

fn index_terms(index: Index) -> Box<Indexed> {
    Box::new(Indexed {
        index: index_name(),
        spread: index.spread,
        floor: index.floor,
        cap: index.cap,
    })
}

/// The index that all loans follow which follow one.
fn index_name() -> SubjectText {
    SubjectText::new("LPR1M").unwrap()
}

impl Places {
    fn opening(&self, day: u32) -> BlockTime {
        self.parameters.opening(BusinessDate(day))
    }

    fn terms(
        kind: &Kind,
        (principal, rate): (u64, u64),
        (periods, draw): (u32, u32),
        (days, probation): (Days, u32),
        (fee, index): (u64, Option<Index>),
    ) -> LoanTerms {
        let shift = match days {
            Days::Any => Shift::None,
            Days::Next => Shift::Following,
            Days::Before => Shift::Preceding,
            Days::Within => Shift::ModifiedFollowing,
        };
        LoanTerms {
            kind: loan_kind(kind),
            principal: amount(principal),
            rate,
            day_count: DayCount::Actual360,
            periods: u16::try_from(periods).unwrap(),
            period_months: 1,
            end_of_month: false,
            calendar: LoanCalendar::Asset(DAYS_OF),
            convention: DayConvention {
                shift,
                order: ShiftOrder::ShiftCompute,
            },
            grace_days: 5,
            surcharge: 500_000_000_000,
            penalty_on_interest: false,
            order: Bucket::ALL,
            fee,
            costs_max: naive::COSTS_MAX,
            prepayment: PrepaymentTerms::default(),
            draw_days: u16::try_from(draw).unwrap(),
            probation: u8::try_from(probation).unwrap(),
            index: index.map(index_terms),
        }
    }

    fn line_terms(cap: u64, last: u32, once: bool, fee: u64) -> LineTerms {
        LineTerms {
            cap: amount(cap),
            last_day: BusinessDate(last),
            revolving: !once,
            rate_max: 1_000_000_000_000,
            fee_rate: fee,
            fee_months: 1,
        }
    }

    /// The instruction that an ask of this player is.
    pub(super) fn action(&self, sender: usize, ask: &Ask) -> Action {
        self.loan_action(ask)
            .unwrap_or_else(|| self.other_action(ask, sender))
    }

    fn loan_action(&self, ask: &Ask) -> Option<Action> {
        let row = |id: usize| id as u64;
        Some(match *ask {
            Ask::Offer {
                lender,
                borrower,
                ref kind,
                principal,
                rate,
                periods,
                draw,
                line,
                days,
                probation,
                fee,
                index,
                until,
            } => Action::OfferLoan(OfferLoan {
                lender_account: self.accounts[lender],
                borrower_account: self.accounts[borrower],
                asset: AssetId(0),
                terms: Places::terms(
                    kind,
                    (principal, rate),
                    (periods, draw),
                    (days, probation),
                    (fee, index),
                ),
                line: line.map(row),
                offer_until: self.opening(until),
            }),
            Ask::Accept(id) => Action::AcceptLoan(AcceptLoan { loan: row(id) }),
            Ask::Draw(id, sum) => Action::DrawLoan(DrawLoan {
                loan: row(id),
                amount: amount(sum),
            }),
            Ask::Repay(id, sum, early) => Action::RepayLoan(RepayLoan {
                loan: row(id),
                amount: amount(sum),
                prepayment: amount(early),
                surplus_to: None,
            }),
            Ask::Prepay(id, sum) => Action::PrepayLoan(PrepayLoan {
                loan: row(id),
                principal: amount(sum),
            }),
            Ask::Call(id) => Action::AccelerateLoan(AccelerateLoan { loan: row(id) }),
            Ask::WriteOff(id) => Action::WriteOffLoan(WriteOffLoan { loan: row(id) }),
            _ => return self.other_terms(ask).or_else(|| self.beside(ask)),
        })
    }

    /// What others do about a loan: who shares it, what stands aside for it, who answers for it, and the days.
    fn beside(&self, ask: &Ask) -> Option<Action> {
        let row = |id: usize| id as u64;
        Some(match *ask {
            Ask::Share(id, first, fee) => Action::FormSyndicate(FormSyndicate {
                loan: row(id),
                agent_fee_rate: fee,
                shares: [first, 1_000_000_000 - first]
                    .into_iter()
                    .zip(&self.accounts)
                    .map(|(ppb, account)| Share {
                        account: *account,
                        ppb: u32::try_from(ppb).unwrap(),
                    })
                    .collect(),
            }),
            Ask::Join(id) => Action::JoinSyndicate(JoinSyndicate { loan: row(id) }),
            Ask::Sell(id, seller, ppb, price, until) => Action::AssignShare(AssignShare {
                loan: row(id),
                seller: self.accounts[seller],
                buyer: self.accounts[1 - seller],
                ppb: u32::try_from(ppb).unwrap(),
                price: amount(price),
                until: self.opening(until),
            }),
            Ask::Buy(id, seller, ppb, price) => Action::TakeShare(TakeShare {
                loan: row(id),
                seller: self.accounts[seller],
                buyer: self.accounts[1 - seller],
                ppb: u32::try_from(ppb).unwrap(),
                price: amount(price),
            }),
            Ask::Over(id, sum, bank) => Action::RepayLoan(RepayLoan {
                loan: row(id),
                amount: amount(sum),
                prepayment: amount(0),
                surplus_to: Some(self.holdings[bank]),
            }),
            Ask::Notice(id) => Action::GiveNotice(GiveNotice { loan: row(id) }),
            Ask::Stand(loan, guarantor, most, percent, last) => Action::GiveSurety(GiveSurety {
                loan: row(loan),
                account: self.accounts[guarantor],
                terms: SuretyTerms {
                    most: amount(most),
                    coverage: percent * 10_000_000_000,
                    last_day: BusinessDate(last),
                },
            }),
            Ask::CallBond(id) => Action::CallSurety(CallSurety { surety: row(id) }),
            Ask::DropBond(id) => Action::ReleaseSurety(ReleaseSurety { surety: row(id) }),
            Ask::RepayBond(id, sum) => Action::RepaySurety(RepaySurety {
                surety: row(id),
                amount: amount(sum),
            }),
            Ask::GiveRest(id) => Action::ReturnSuspense(ReturnSuspense { loan: row(id) }),
            _ => return Places::of_days_and_rates(ask),
        })
    }

    /// Other terms for a loan that runs.
    fn other_terms(&self, ask: &Ask) -> Option<Action> {
        let row = |id: usize| id as u64;
        Some(match *ask {
            Ask::Renew {
                loan,
                ref kind,
                principal,
                rate,
                periods,
                capital,
                days,
                probation,
                index,
                until,
            } => Action::RestructureLoan(RestructureLoan {
                loan: row(loan),
                terms: Places::terms(
                    kind,
                    (principal, rate),
                    (periods, 0),
                    (days, probation),
                    (0, index),
                ),
                capitalise: capital,
                offer_until: self.opening(until),
            }),
            Ask::Concur(id) => Action::AgreeRestructuring(AgreeRestructuring { version: row(id) }),
            _ => return None,
        })
    }

    /// Costs, the index and the rate that follows it, and which days are closed.
    fn of_days_and_rates(ask: &Ask) -> Option<Action> {
        let row = |id: usize| id as u64;
        Some(match *ask {
            Ask::Charge(id, sum) => Action::ChargeLoan(ChargeLoan {
                loan: row(id),
                amount: amount(sum),
            }),
            Ask::Reset(id) => Action::ResetRate(ResetRate { loan: row(id) }),
            Ask::Fix(value, observed, expires) => Action::Attest(Attest {
                kind: AttestationKind::Fixing,
                subject: Subject::Named(index_name()),
                value: value.into(),
                scale: 12,
                observed: BlockTime(observed),
                expires: BlockTime(expires),
                document: Hash::ZERO,
            }),
            Ask::Declare(weekends, ref days) => Action::SetCalendar(SetCalendar {
                asset: DAYS_OF,
                closed_weekdays: if weekends {
                    vec![Weekday::Saturday, Weekday::Sunday]
                } else {
                    Vec::new()
                },
                holidays: days.iter().copied().map(BusinessDate).collect(),
                hours: Vec::new(),
                late: LateRule::Refuse,
            }),
            _ => return None,
        })
    }

    fn other_action(&self, ask: &Ask, pledgee: usize) -> Action {
        let row = |id: usize| id as u64;
        let cash = |sum: u64, pledgor: usize| Pledged::Cash {
            account: self.accounts[pledgor],
            amount: amount(sum),
        };
        match *ask {
            Ask::OpenLine {
                lender,
                borrower,
                cap,
                last,
                once,
                fee,
                until,
            } => Action::OpenLine(OpenLine {
                lender_account: self.accounts[lender],
                borrower_account: self.accounts[borrower],
                asset: AssetId(0),
                terms: Places::line_terms(cap, last, once, fee),
                offer_until: self.opening(until),
            }),
            Ask::Agree(id, revision) => Action::AgreeLine(AgreeLine {
                line: row(id),
                revision,
            }),
            Ask::Amend {
                line,
                cap,
                last,
                once,
                fee,
                until,
            } => Action::AmendLine(AmendLine {
                line: row(line),
                terms: Places::line_terms(cap, last, once, fee),
                offer_until: self.opening(until),
            }),
            Ask::EndLine(id) => Action::CloseLine(CloseLine { line: row(id) }),
            Ask::PayFee(id) => Action::PayLineFee(PayLineFee { line: row(id) }),
            Ask::WantLoan(id) => self.cover(Secured::Loan(row(id)), pledgee),
            Ask::WantLine(id) => self.cover(Secured::Line(row(id)), pledgee),
            Ask::PutUp(id, sum, pledgor) => Action::PledgeCollateral(PledgeCollateral {
                collateral: row(id),
                things: vec![cash(sum, pledgor)],
            }),
            Ask::PutDown(id, item) => Action::ReleaseCollateral(ReleaseCollateral {
                collateral: row(id),
                items: vec![item],
            }),
            Ask::Swap(id, item, sum, pledgor) => {
                Action::SubstituteCollateral(SubstituteCollateral {
                    collateral: row(id),
                    items: vec![item],
                    things: vec![cash(sum, pledgor)],
                })
            }
            Ask::Take(id, item) => Action::EnforceCollateral(EnforceCollateral {
                collateral: row(id),
                item,
            }),
            _ => unreachable!("about a loan: {ask:?}"),
        }
    }

    fn cover(&self, secured: Secured, lender: usize) -> Action {
        Action::AskCover(AskCover {
            secures: vec![secured],
            account: self.accounts[lender],
            terms: CoverTerms {
                warn_ppm: 800_000,
                call_ppm: 900_000,
                close_out_ppm: 1_000_000,
                cash_haircut_ppm: 0,
                receivable_haircut_ppm: 0,
                goods_haircut_ppm: 0,
                pricer: ParticipantId(9),
                cure_days: u8::try_from(naive::CURE_DAYS).unwrap(),
            },
        })
    }
}
