//! Words of the supply chain in the language of the tables.
//!
//! ```text
//!   claim DEBTOR AMOUNT ACCOUNT due= docs=a,b      bind R ACCOUNT | reject R | retract R | giveup R | dispute R | resolve R AMOUNT
//!   split P 400,600 | transfer P TO ACCOUNT        pledge P BANK ACCOUNT AMOUNT | release P | honour P ACCOUNT
//!   quote DEBTOR ACCOUNT LIMIT rate= days=0-366    unquote O | finance O P MINIMUM | line DEBTOR CAP | payup R ACCOUNT AMOUNT
//!   factor SELLER ACCOUNT LIMIT advance= fee= silent=1    sell F 1,2 ACCOUNT MINIMUM | sever F | chargeback PF ACCOUNT AMOUNT
//!   enter DOC TOTAL AMOUNT | free DOC AMOUNT       promise R STATE OUTSTANDING, portion P HOLDER CLAIM,
//!   portfolio PF open= collected= withheld= returned= diluted= back= owed= use=           not transactions but checks
//! ```

use super::*;
use crate::{receivable::*, registry::*};

/// A document of this name, its number part the name up to the first point.
pub(super) fn mark(name: &str) -> DocumentMark {
    let number = name.split('.').next().unwrap_or(name);
    DocumentMark {
        number_part: Hash::of(&[number.as_bytes()]),
        detail_part: Hash::of(&[name.as_bytes()]),
    }
}

impl Line<'_> {
    pub(super) fn number(&self, place: usize) -> u64 {
        self.fields[place].parse().unwrap()
    }

    pub(super) fn option<T: std::str::FromStr>(&self, name: &str, otherwise: T) -> T {
        let text = self.options.get(name);
        text.map_or(otherwise, |text| text.parse().ok().expect("a number"))
    }
}

impl Stage {
    pub(super) fn supply(&self, line: &Line<'_>) -> Action {
        let receivable = || line.number(0);
        match line.verb {
            "claim" => self.claim(line),
            "bind" => Action::AcceptReceivable(AcceptReceivable {
                receivable: receivable(),
                account: self.account(line.fields[1]),
            }),
            "reject" => Action::RejectReceivable(RejectReceivable {
                receivable: receivable(),
            }),
            "retract" => Action::WithdrawReceivable(WithdrawReceivable {
                receivable: receivable(),
            }),
            "giveup" => Action::CancelReceivable(CancelReceivable {
                receivable: receivable(),
            }),
            "dispute" => Action::DisputeReceivable(DisputeReceivable {
                receivable: receivable(),
                reason: Hash::ZERO,
            }),
            "resolve" => Action::ResolveDispute(ResolveDispute {
                receivable: receivable(),
                dilution: line.amount(1),
            }),
            "payup" => Action::PayReceivable(PayReceivable {
                receivable: receivable(),
                account: self.account(line.fields[1]),
                amount: line.amount(2),
            }),
            _ => self.portion_verb(line),
        }
    }

    fn claim(&self, line: &Line<'_>) -> Action {
        let documents = line.options.get("docs").unwrap_or(&line.name);
        let repeat: usize = line.option("repeat", 1);
        let names = documents.split(',').filter(|name| !name.is_empty());
        Action::IssueReceivable(IssueReceivable {
            debtor: self.participants[line.fields[0]],
            asset: AssetId(line.option("asset", 0)),
            amount: line.amount(1),
            due: BusinessDate::parse(line.options.get("due").unwrap_or(&"2026-12-11")).unwrap(),
            documents: names
                .flat_map(|name| (0..repeat).map(move |copy| (name, copy)))
                .map(|(name, copy)| match copy {
                    0 => mark(name),
                    copy => mark(&format!("{name}{copy}")),
                })
                .collect(),
            contract: Hash::ZERO,
            account: self.account(line.fields[2]),
            long_term_ground: line.options.get("ground").map(|_| Hash::ZERO),
        })
    }

    fn portion_verb(&self, line: &Line<'_>) -> Action {
        let portion = || line.number(0);
        match line.verb {
            "split" => Action::SplitReceivable(SplitReceivable {
                portion: portion(),
                parts: line.fields[1]
                    .split(',')
                    .map(|minor| Amount::from_minor(minor.parse().unwrap()).unwrap())
                    .flat_map(|part| std::iter::repeat_n(part, line.option("repeat", 1)))
                    .collect(),
            }),
            "transfer" => Action::TransferReceivable(TransferReceivable {
                portion: portion(),
                to: self.participants[line.fields[1]],
                account: self.account(line.fields[2]),
                recourse: line.option("recourse", 0) == 1,
            }),
            "pledge" => Action::PledgeReceivable(PledgeReceivable {
                portion: portion(),
                pledgee: self.participants[line.fields[1]],
                account: self.account(line.fields[2]),
                secured: line.amount(3),
            }),
            "release" => Action::ReleasePledge(ReleasePledge { portion: portion() }),
            "honour" => Action::HonourRecourse(HonourRecourse {
                portion: portion(),
                account: self.account(line.fields[1]),
            }),
            _ => self.bank_verb(line),
        }
    }

    fn bank_verb(&self, line: &Line<'_>) -> Action {
        match line.verb {
            "quote" => {
                let days = line.options.get("days").unwrap_or(&"0-366");
                let (days_min, days_max) = days.split_once('-').unwrap();
                Action::OfferFinancing(OfferFinancing {
                    account: self.account(line.fields[1]),
                    debtor: self.participants[line.fields[0]],
                    asset: AssetId(line.option("asset", 0)),
                    rate: line.option("rate", 36_000_000_000),
                    basis: line.option("basis", 360),
                    fee: Amount::from_minor(line.option("fee", 0)).unwrap(),
                    days_min: days_min.parse().unwrap(),
                    days_max: days_max.parse().unwrap(),
                    recourse: line.option("recourse", 0) == 1,
                    limit: line.amount(2),
                    expires: BlockTime(DAY + line.option("until", 30 * 86_400) * 1_000),
                })
            }
            "unquote" => Action::WithdrawOffer(WithdrawOffer {
                offer: line.number(0),
            }),
            "finance" => Action::FinanceReceivable(FinanceReceivable {
                offer: line.number(0),
                portion: line.number(1),
                price_min: line.amount(2),
            }),
            "line" => Action::SetObligorLine(SetObligorLine {
                debtor: self.participants[line.fields[0]],
                asset: AssetId(line.option("asset", 0)),
                cap: line.amount(1),
            }),
            "rules" => Action::SetReceivableRules(SetReceivableRules {
                asset: AssetId(line.number(0).try_into().unwrap()),
                term_days_usual: line.option("usual", 90),
                term_days_max: line.option("most", 180),
                depth_max: line.option("tiers", 3),
                part_min: Amount::from_minor(line.option("part", 500)).unwrap(),
                reference: SubjectText::new("YINFA-2025-77").unwrap(),
            }),
            "enter" => Action::RegisterFinancing(RegisterFinancing {
                document: mark(line.fields[0]),
                asset: AssetId(line.option("asset", 0)),
                total: line.amount(1),
                amount: line.amount(2),
            }),
            "free" => Action::ReleaseFinancing(ReleaseFinancing {
                fingerprint: mark(line.fields[0]).fingerprint(),
                amount: line.amount(1),
            }),
            "factor" | "sell" | "sever" | "chargeback" => self.factoring_verb(line),
            _ => self.goods(line),
        }
    }

    fn factoring_verb(&self, line: &Line<'_>) -> Action {
        match line.verb {
            "factor" => {
                let days = line.options.get("days").unwrap_or(&"0-366");
                let (days_min, days_max) = days.split_once('-').unwrap();
                Action::OfferFactoring(OfferFactoring {
                    seller: self.participants[line.fields[0]],
                    account: self.account(line.fields[1]),
                    asset: AssetId(line.option("asset", 0)),
                    advance_ppm: line.option("advance", 800_000),
                    rate: line.option("rate", 36_000_000_000),
                    basis: line.option("basis", 360),
                    fee_ppm: line.option("fee", 0),
                    days_min: days_min.parse().unwrap(),
                    days_max: days_max.parse().unwrap(),
                    recourse: line.option("recourse", 0) == 1,
                    disclosed: line.option("silent", 0) == 0,
                    limit: line.amount(2),
                    expires: BlockTime(DAY + line.option("until", 30 * 86_400) * 1_000),
                })
            }
            "sell" => Action::FactorPortfolio(FactorPortfolio {
                factoring: line.number(0),
                portions: line.fields[1]
                    .split(',')
                    .filter_map(|id| id.parse().ok())
                    .flat_map(|id: u64| id..id + line.option("repeat", 1))
                    .collect(),
                account: self.account(line.fields[2]),
                paid_min: line.amount(3),
            }),
            "sever" => Action::EndFactoring(EndFactoring {
                factoring: line.number(0),
            }),
            _ => Action::PayChargeback(PayChargeback {
                portfolio: line.number(0),
                account: self.account(line.fields[1]),
                amount: line.amount(2),
            }),
        }
    }

    /// `portfolio 0 open=1 collected=501 owed=0 use=399`: every figure named must be as said.
    pub(super) fn check_portfolio(&self, text: &str, words: &[&str]) {
        let portfolio = self
            .ledger
            .portfolio(words[1].parse().unwrap())
            .expect("there is one");
        let factoring = self.ledger.factoring(portfolio.factoring).unwrap();
        for word in &words[2..] {
            let (name, expected) = word.split_once('=').expect("name=figure");
            let found = match name {
                "open" => u128::from(portfolio.open),
                "face" => portfolio.face.minor(),
                "collected" => portfolio.collected.minor(),
                "withheld" => portfolio.withheld.minor(),
                "returned" => portfolio.returned.minor(),
                "diluted" => portfolio.diluted.minor(),
                "back" => portfolio.bought_back.minor(),
                "owed" => portfolio.owed.minor(),
                "use" => factoring.in_use.minor(),
                other => panic!("no figure {other}"),
            };
            assert_eq!(found.to_string(), expected, "{name}: {text}");
        }
    }

    /// `promise 0 accepted 1000` or `portion 0 c2 600`.
    pub(super) fn check_supply(&self, text: &str, words: &[&str]) {
        let id: u64 = words[1].parse().unwrap();
        let amount = Amount::from_minor(words[3].parse().unwrap()).unwrap();
        if words[0] == "promise" {
            let promise = self.ledger.products.promises.get(id).unwrap();
            let found = (promise.state.name(), promise.outstanding);
            assert_eq!(found, (words[2], amount), "{text}");
        } else {
            let portion = self.ledger.products.portions.get(id).unwrap();
            let holder = self.participants[words[2]];
            assert_eq!((portion.holder, portion.claim), (holder, amount), "{text}");
        }
    }
}
