//! Lines about fees.

use sycee_primitives::AssetId;

use super::{Line, Stage};
use crate::*;

impl Stage {
    /// `fee payments|legs debtor|creditor COLLECTOR FROM:FLAT:RATE ...`, the rate per 10^12, with `least=` and `most=`.
    pub(super) fn fee(&self, line: &Line<'_>) -> Action {
        let tiers = line.fields[3..].iter().map(|field| {
            let parts: Vec<u128> = field.split(':').map(|it| it.parse().unwrap()).collect();
            FeeTier {
                from: parts[0],
                flat: parts[1],
                rate: u64::try_from(parts[2]).unwrap(),
            }
        });
        let bound = |name: &str| line.options.get(name).map(|text| text.parse().unwrap());
        Action::SetFeeRule(SetFeeRule {
            asset: AssetId(
                line.options
                    .get("asset")
                    .map_or(0, |text| text.parse().unwrap()),
            ),
            service: match line.fields[0] {
                "payments" => FeeService::Payments,
                _ => FeeService::BulkLegs,
            },
            payer: match line.fields[1] {
                "debtor" => FeePayer::Debtor,
                _ => FeePayer::Creditor,
            },
            tiers: tiers.collect(),
            least: bound("least").unwrap_or(0),
            most: bound("most"),
            collector: self.account(line.fields[2]),
        })
    }
}
