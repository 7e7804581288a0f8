//! Lines about sweeps and mandates.

use sycee_primitives::{Amount, AssetId};

use super::{Line, Stage, uetr};
use crate::*;

impl Stage {
    /// `sweep ACCOUNT MAIN TARGET MINUTE` or `sweep ACCOUNT MAIN -`, `mandate DEBTOR CREDITOR EACH PERIOD` with `every=`, `revoke ID`, `collect ID AMOUNT`.
    pub(super) fn treasury(&self, line: &Line<'_>) -> Action {
        match line.verb {
            "sweep" => Action::SetSweep(SetSweep {
                account: self.account(line.fields[0]),
                main: self.account(line.fields[1]),
                rule: (line.fields[2] != "-").then(|| SweepRule {
                    target: line.fields[2].parse().unwrap(),
                    minute: line.fields[3].parse().unwrap(),
                }),
            }),
            "mandate" => {
                let minor =
                    |place: usize| Amount::from_minor(line.fields[place].parse().unwrap()).unwrap();
                Action::GrantMandate(GrantMandate {
                    debtor: self.account(line.fields[0]),
                    creditor: self.account(line.fields[1]),
                    asset: AssetId(line.option("asset", 0)),
                    reference: EndToEndId::new(line.name).unwrap(),
                    each_max: minor(2),
                    period_max: minor(3),
                    every: line.every(),
                    first: line.day("first").unwrap_or(self.today()),
                    last: line.day("last"),
                })
            }
            "revoke" => Action::EndMandate(EndMandate {
                mandate: line.number(0),
            }),
            _ => Action::Collect(Collect {
                mandate: line.number(0),
                uetr: uetr(line.name),
                amount: line.amount(1),
                reference: EndToEndId::new(line.name).unwrap(),
            }),
        }
    }
}

impl Stage {
    /// `interest ACCOUNT PAYER CREDIT DEBIT` with `every=` and `first=`, the rates per 10^12; `interest ACCOUNT PAYER -`.
    pub(super) fn interest(&self, line: &Line<'_>) -> Action {
        let rate = |place: usize| line.fields[place].parse().unwrap();
        Action::SetInterest(SetInterest {
            account: self.account(line.fields[0]),
            payer: self.account(line.fields[1]),
            rates: (line.fields[2] != "-").then(|| InterestRates {
                credit_rate: rate(2),
                debit_rate: rate(3),
                day_count: match line.options.get("days") {
                    Some(&"30") => term::day_count::DayCount::Thirty360European,
                    Some(&"365") => term::day_count::DayCount::Actual365Fixed,
                    Some(&"act") => term::day_count::DayCount::ActualActualIsda,
                    Some(_) => term::day_count::DayCount::Business252,
                    None => term::day_count::DayCount::Actual360,
                },
                every: line.every(),
            }),
            first: line.day("first").unwrap_or(self.today()),
        })
    }
}
