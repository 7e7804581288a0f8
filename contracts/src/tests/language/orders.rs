//! Lines about standing orders, requests to pay, recalls and disputes.

use sycee_primitives::{Amount, BlockTime, BusinessDate, Hash};

use super::{DAY, Line, Stage, uetr};
use crate::term::calendar::Shift;
use crate::*;

fn code(text: &str) -> Purpose {
    Purpose::new(text.as_bytes().try_into().unwrap()).unwrap()
}

impl Line<'_> {
    fn word(&self, name: &str) -> Option<&str> {
        self.options.get(name).copied()
    }

    pub(super) fn every(&self) -> Every {
        let every = self.word("every").unwrap_or("1d");
        let (count, unit) = every.split_at(every.len() - 1);
        let count = count.parse().unwrap();
        match unit {
            "d" => Every::Days(count),
            _ => Every::Months(count),
        }
    }

    pub(super) fn day(&self, name: &str) -> Option<BusinessDate> {
        self.word(name)
            .map(|text| BusinessDate::parse(text).unwrap())
    }

    fn second(&self, name: &str, otherwise: u64) -> BlockTime {
        let seconds = self.word(name).map(|text| text.parse::<u64>().unwrap());
        BlockTime(DAY + seconds.unwrap_or(otherwise) * 1_000)
    }

    fn shift(&self) -> Shift {
        match self.word("shift") {
            None => Shift::None,
            Some("following") => Shift::Following,
            Some("preceding") => Shift::Preceding,
            Some(_) => Shift::ModifiedFollowing,
        }
    }

    fn shortfall(&self) -> Shortfall {
        match self.word("short") {
            None | Some("skip") => Shortfall::Skip,
            Some("stop") => Shortfall::Stop,
            Some(minutes) => Shortfall::Wait(minutes.parse().unwrap()),
        }
    }

    fn total(&self) -> Option<Amount> {
        let total = self.word("total").map(|text| text.parse().unwrap());
        total.map(|minor| Amount::from_minor(minor).unwrap())
    }
}

/// How an order stands, as tables write it.
pub(in crate::tests) fn order_text(order: &StandingOrder) -> String {
    let state = match order.state {
        OrderState::Active => "active".to_owned(),
        OrderState::Cancelled => "cancelled".to_owned(),
        OrderState::Finished => "finished".to_owned(),
        OrderState::Stopped(reason) => reason.code(),
    };
    let found = [
        state,
        order.paid.to_string(),
        order.missed.to_string(),
        order.date.to_string(),
    ];
    found.join(" ")
}

/// `0/260+3/220`, or `-` for none.
fn refused_legs(text: &str) -> Vec<(u16, RejectReason)> {
    let legs = text.split('+').filter(|it| *it != "-");
    legs.map(|it| {
        let (leg, code) = it.split_once('/').unwrap();
        (
            leg.parse().unwrap(),
            RejectReason::from_number(code.parse().unwrap()).unwrap(),
        )
    })
    .collect()
}

impl Stage {
    /// The business date of the next block.
    pub(super) fn today(&self) -> BusinessDate {
        let next = BlockTime(self.clock + 1_000);
        self.ledger.parameters().business_date(next)
    }

    /// `order DEBTOR CREDITOR AMOUNT` with `every=7d` or `every=1m`, `reorder ID AMOUNT`, `unorder ID`.
    pub(super) fn order(&self, line: &Line<'_>) -> Action {
        let number = || line.fields[0].parse().unwrap();
        match line.verb {
            "order" => Action::SetStandingOrder(SetStandingOrder {
                debtor: self.account(line.fields[0]),
                creditor: self.account(line.fields[1]),
                asset: sycee_primitives::AssetId(
                    line.word("asset").map_or(0, |text| text.parse().unwrap()),
                ),
                amount: line.amount(2),
                reference: EndToEndId::new(line.name).unwrap(),
                purpose: None,
                first: line.day("first").unwrap_or(self.today()),
                last: line.day("last"),
                every: line.every(),
                shift: line.shift(),
                shortfall: line.shortfall(),
                total_max: line.total(),
            }),
            "reorder" => Action::AmendStandingOrder(AmendStandingOrder {
                order: number(),
                amount: line.amount(1),
                last: line.day("last"),
                shift: line.shift(),
                shortfall: line.shortfall(),
                total_max: line.total(),
            }),
            _ => Action::CancelStandingOrder(CancelStandingOrder { order: number() }),
        }
    }

    /// `standing ID STATE PAID MISSED NEXT-DAY`: not a transaction but a check.
    pub(super) fn check_order(&self, text: &str, words: &[&str]) {
        let order = self
            .ledger
            .products
            .standing_orders
            .get(words[1].parse().unwrap());
        let order = order.expect("an order");
        assert_eq!(order_text(order), words[2..].join(" "), "{text}");
    }

    /// `ask CREDITOR DEBTOR AMOUNT`, `answer REQUEST AMOUNT` or `answer REQUEST no`.
    pub(super) fn request(&self, line: &Line<'_>) -> Action {
        if line.verb == "ask" {
            return Action::RequestToPay(RequestToPay {
                uetr: uetr(line.word("uetr").unwrap_or(line.name)),
                creditor: self.account(line.fields[0]),
                debtor: self.account(line.fields[1]),
                asset: sycee_primitives::AssetId(
                    line.word("asset").map_or(0, |text| text.parse().unwrap()),
                ),
                amount: line.amount(2),
                may_be_part: line.word("part").is_some(),
                reference: EndToEndId::new(line.name).unwrap(),
                purpose: None,
                document: None,
                expires: line.second("until", 3_600),
            });
        }
        Action::AnswerRequest(AnswerRequest {
            request: uetr(line.fields[0]),
            answer: match line.fields[1] {
                "no" => RequestAnswer::Decline {
                    reason: code("CUST"),
                },
                _ => RequestAnswer::Pay {
                    uetr: uetr(line.word("uetr").unwrap_or(line.name)),
                    amount: line.amount(1),
                },
            },
        })
    }

    /// What was sent under a name, as evidence: `P1`, or a leg `P1:0` of a bulk payment or an exchange. `lie=` tells another amount, `refused=0/260+3/220` other
    /// refused legs than those of the receipt, `stranger=` another key of the original.
    fn evidence(&self, line: &Line<'_>) -> PaymentEvidence {
        let (name, leg) = match line.fields[0].split_once(':') {
            Some((name, leg)) => (name, leg.parse().unwrap()),
            None => (line.fields[0], 0),
        };
        let instruction = self.sent[name].instruction();
        let lie = line
            .word("lie")
            .map(|it| Amount::from_minor(it.parse().unwrap()).unwrap());
        let payment = match &instruction.action {
            Action::Pay(pay) => {
                let mut pay = pay.clone();
                pay.amount = lie.unwrap_or(pay.amount);
                EvidencedPayment::Pay(pay)
            }
            Action::PayBatch(batch) => {
                let mut batch = batch.clone();
                if let (Some(lie), Some(leg)) = (lie, batch.legs.first_mut()) {
                    leg.amount = lie;
                }
                let known = || self.refused.get(name).cloned().unwrap_or_default();
                EvidencedPayment::BatchLeg(EvidencedBatch {
                    batch,
                    refused: line.word("refused").map_or_else(known, refused_legs),
                    leg,
                })
            }
            Action::Link(exchange) => {
                let mut exchange = exchange.clone();
                if let (Some(lie), Some(leg)) = (lie, exchange.legs.first_mut()) {
                    leg.amount = lie;
                }
                EvidencedPayment::LinkedLeg(EvidencedLink { exchange, leg })
            }
            other => panic!("{name} is no payment but {}", other.name()),
        };
        let stranger = line
            .word("stranger")
            .map(|it| IdempotencyKey::new(it).unwrap());
        PaymentEvidence {
            sender: instruction.sender,
            idempotency_key: stranger.unwrap_or(instruction.idempotency_key),
            expiry: instruction.expiry,
            payment,
        }
    }

    /// `recall PAYMENT`, `back RECALL AMOUNT` or `back RECALL no`, `protest PAYMENT AMOUNT`, `evidence DISPUTE`, `decide DISPUTE AMOUNT`,
    /// `compensate DISPUTE`.
    pub(super) fn case(&self, line: &Line<'_>) -> Action {
        let own = uetr(line.word("uetr").unwrap_or(line.name));
        match line.verb {
            "recall" => Action::RequestCancel(RequestCancel {
                uetr: own,
                original: self.evidence(line),
                reason: code("DUPL"),
                expires: line.second("until", 3_600),
            }),
            "back" => Action::AnswerCancel(AnswerCancel {
                request: uetr(line.fields[0]),
                answer: match line.fields[1] {
                    "no" => CancelAnswer::Decline {
                        reason: code("CUST"),
                    },
                    _ => CancelAnswer::PayBack {
                        uetr: own,
                        amount: line.amount(1),
                    },
                },
            }),
            "protest" => Action::OpenDispute(OpenDispute {
                uetr: own,
                original: self.evidence(line),
                claimed: line.amount(1),
                reason: code("FRAD"),
                document: Hash::ZERO,
            }),
            "evidence" => Action::SubmitEvidence(SubmitEvidence {
                dispute: uetr(line.fields[0]),
                document: Hash::ZERO,
            }),
            "decide" => Action::DecideDispute(DecideDispute {
                dispute: uetr(line.fields[0]),
                awarded: line.amount(1),
                pay_by: line.second("by", 3_600),
                grounds: Hash::ZERO,
            }),
            _ => Action::SettleDispute(SettleDispute {
                dispute: uetr(line.fields[0]),
                uetr: own,
            }),
        }
    }
}
