//! Lines about defaults.

use sycee_primitives::AssetId;

use super::{Line, Stage, uetr};
use crate::*;

impl Stage {
    /// `rulebook FUND own+self+fund+others` with `queue=freeze`, `contribute ACCOUNT AMOUNT`, `cover CLOSE-OUT ACCOUNT AMOUNT`.
    pub(super) fn default_rule(&self, line: &Line<'_>) -> Action {
        match line.verb {
            "rulebook" => {
                let order = line.fields.get(1).map_or("", |text| *text).split('+');
                let order = order
                    .filter(|word| !word.is_empty())
                    .map(|word| match word {
                        "own" => CoverSource::OwnAccounts,
                        "self" => CoverSource::OwnContribution,
                        "fund" => CoverSource::Fund,
                        _ => CoverSource::Contributions,
                    });
                let asset = line.options.get("asset");
                Action::SetDefaultRule(SetDefaultRule {
                    asset: AssetId(asset.map_or(0, |text| text.parse().unwrap())),
                    fund: self.account(line.fields[0]),
                    sources: order.collect(),
                    queue: match line.options.get("queue") {
                        Some(_) => QueueRule::Freeze,
                        None => QueueRule::Cancel,
                    },
                })
            }
            "contribute" => Action::Contribute(Contribute {
                account: self.account(line.fields[0]),
                amount: line.fields[1].parse().unwrap(),
            }),
            _ => Action::CoverShortfall(CoverShortfall {
                uetr: uetr(line.name),
                close_out: line.number(0),
                debtor: self.account(line.fields[1]),
                amount: line.amount(2),
            }),
        }
    }

    /// `case ID refused R frozen F voided V exchanges E limits L`, `closeout ID ACCOUNT EXPOSURE SHORTFALL`: not transactions but checks.
    pub(super) fn check_default(&self, text: &str, words: &[&str]) {
        let id: u64 = words[1].parse().unwrap();
        let found = match words[0] {
            "case" => {
                let it = self.ledger.products.defaults.get(id).expect("a default");
                assert!(
                    matches!(it.state, DefaultState::ClosedOut(_)),
                    "{text}: {it:?}"
                );
                format!(
                    "refused {} frozen {} voided {} exchanges {} limits {}",
                    it.payments_refused,
                    it.payments_frozen,
                    it.holds_voided,
                    it.exchanges_refused,
                    it.limits_closed
                )
            }
            _ => {
                let it = self
                    .ledger
                    .products
                    .close_outs
                    .get(id)
                    .expect("a close-out");
                assert_eq!(it.account, self.account(words[2]), "{text}");
                format!("{} {} {}", words[2], it.exposure, it.shortfall())
            }
        };
        assert_eq!(found, words[2..].join(" "), "{text}");
    }
}
