//! Verbs of credit lines.

use sycee_primitives::{AssetId, BlockTime, BusinessDate};

use super::{Line, Stage};
use crate::{line::LineTerms, *};

impl Stage {
    /// `openline FROM TO CAP`, `agree LINE REVISION`, `amend LINE CAP`, `endline LINE`, `linefee LINE`; of terms `last=DATE once=1 rate=R fee=R
    /// months=N`, of offers `until=SECONDS`.
    pub(super) fn credit_line(&self, line: &Line<'_>) -> Action {
        let id = || line.fields[0].parse().unwrap();
        let seconds = line.options.get("until");
        let seconds = seconds.map_or(3_600, |it| it.parse::<u64>().unwrap());
        let offer_until = BlockTime(self.clock + seconds * 1_000);
        match line.verb {
            "openline" => Action::OpenLine(OpenLine {
                lender_account: self.account(line.fields[0]),
                borrower_account: self.account(line.fields[1]),
                asset: AssetId(
                    line.options
                        .get("asset")
                        .map_or(0, |it| it.parse().unwrap()),
                ),
                terms: line_terms(line),
                offer_until,
            }),
            "agree" => Action::AgreeLine(AgreeLine {
                line: id(),
                revision: line.fields[1].parse().unwrap(),
            }),
            "amend" => Action::AmendLine(AmendLine {
                line: id(),
                terms: line_terms(line),
                offer_until,
            }),
            "endline" => Action::CloseLine(CloseLine { line: id() }),
            _ => Action::PayLineFee(PayLineFee { line: id() }),
        }
    }
}

/// Half a year at no fee, unless the line says otherwise; the cap is the last field.
fn line_terms(line: &Line<'_>) -> LineTerms {
    let option = |name: &str| line.options.get(name).copied();
    let number = |name: &str, otherwise: u64| {
        option(name).map_or(otherwise, |text| text.parse::<u64>().unwrap())
    };
    LineTerms {
        cap: line.amount(line.fields.len() - 1),
        last_day: BusinessDate::parse(option("last").unwrap_or("2027-06-01")).unwrap(),
        revolving: option("once").is_none(),
        rate_max: number("rate", 120_000_000_000),
        fee_rate: number("fee", 0),
        fee_months: u8::try_from(number("months", 1)).unwrap(),
    }
}
