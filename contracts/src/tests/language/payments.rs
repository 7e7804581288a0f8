//! Lines about payments, holds and bulk payments.

use sycee_primitives::{Amount, AssetId, BlockTime, BusinessDate, Hash};

use super::{DAY, Line, Stage, uetr};
use crate::*;

impl Stage {
    /// `pay FROM TO AMOUNT`.
    pub(super) fn pay(&self, line: &Line<'_>, asset: AssetId, date: BusinessDate) -> Pay {
        let option = |name: &str| line.options.get(name).copied();
        Pay {
            uetr: uetr(option("uetr").unwrap_or(line.name)),
            end_to_end_id: EndToEndId::new(line.name).unwrap(),
            debtor: self.account(line.fields[0]),
            creditor: self.account(line.fields[1]),
            asset,
            amount: line.amount(2),
            value_date: date,
            purpose: None,
            payload_commitment: option("payload").map(|text| Hash::of(&[text.as_bytes()])),
            handling: Handling {
                priority: option("priority").map_or(5, |text| text.parse().unwrap()),
                bypass: option("bypass").is_some(),
                queue_until: option("until")
                    .map(|it| BlockTime(DAY + it.parse::<u64>().unwrap() * 1_000)),
            },
        }
    }

    /// `versus FROM TO AMOUNT against=NAME receive=ACCOUNT expect=AMOUNT`, in the asset of FROM.
    pub(super) fn versus(&self, line: &Line<'_>, date: BusinessDate) -> PayVersus {
        let from = read::account(&self.ledger, self.account(line.fields[0]));
        let asset = from.map_or(AssetId(0), |it| it.asset);
        PayVersus {
            payment: self.pay(line, asset, date),
            against: uetr(line.options["against"]),
            receive: self.account(line.options["receive"]),
            expected: Amount::from_minor(line.options["expect"].parse().unwrap()).unwrap(),
        }
    }

    /// Verbs of holds, rules of accounts, keys and approvals.
    pub(super) fn further_action(
        &self,
        line: &Line<'_>,
        verb: &str,
        asset: AssetId,
        date: BusinessDate,
    ) -> Action {
        let option = |name: &str| line.options.get(name).copied();
        let code = |text: &str| Purpose::new(text.as_bytes().try_into().unwrap()).unwrap();
        match verb {
            "hold" => Action::Hold(Hold {
                uetr: uetr(option("uetr").unwrap_or(line.name)),
                debtor: self.account(line.fields[0]),
                creditor: self.account(line.fields[1]),
                asset,
                amount: line.amount(2),
                expires: BlockTime(
                    DAY + option("until").map_or(3_600, |it| it.parse::<u64>().unwrap()) * 1_000,
                ),
            }),
            "post" => Action::PostHold(PostHold {
                hold: uetr(line.fields[0]),
                amount: line.fields.get(1).map(|_| line.amount(1)),
            }),
            "void" => Action::VoidHold(VoidHold {
                hold: uetr(line.fields[0]),
            }),
            "cancel" => Action::Cancel(Cancel {
                original: uetr(line.fields[0]),
                reason: code("CUST"),
            }),
            "return" => Action::Return(Return {
                original: uetr(line.fields[0]),
                reason: code("AC04"),
                payment: Pay {
                    uetr: uetr(option("uetr").unwrap_or(line.name)),
                    end_to_end_id: EndToEndId::new(line.name).unwrap(),
                    debtor: self.account(line.fields[1]),
                    creditor: self.account(line.fields[2]),
                    asset,
                    amount: line.amount(3),
                    value_date: date,
                    purpose: None,
                    payload_commitment: None,
                    handling: Handling::default(),
                },
            }),
            "redeem" => Action::RedeemCash(RedeemCash {
                uetr: uetr(line.name),
                account: self.account(line.fields[0]),
                asset,
                amount: line.amount(1),
            }),
            verb => self.control_action(line, verb),
        }
    }

    pub(super) fn bulk(&self, line: &Line<'_>, asset: AssetId, date: BusinessDate) -> Action {
        let option = |name: &str| line.options.get(name).copied();
        let mode = if line.fields[0] == "all" {
            BulkMode::All
        } else {
            BulkMode::Each
        };
        let repeat: usize = option("repeat").map_or(1, |text| text.parse().unwrap());
        let legs: Vec<Leg> = line.fields[2..]
            .iter()
            .flat_map(|field| std::iter::repeat_n(field, repeat))
            .map(|field| {
                let (creditor, amount) = field.split_once(':').unwrap();
                Leg {
                    creditor: self.account(creditor),
                    amount: Amount::from_minor(amount.parse().unwrap()).unwrap(),
                    uetr: option("uetr").map_or([0; 16], |_| [1; 16]),
                    reference: [0; 16],
                    purpose: [0; 4],
                }
            })
            .collect();
        let mut bulk = PayBatch::of(self.account(line.fields[1]), asset, date, mode, legs);
        bulk.count = option("count").map_or(bulk.count, |text| text.parse().unwrap());
        bulk.control_sum = option("sum").map_or(bulk.control_sum, |text| text.parse().unwrap());
        Action::PayBatch(bulk)
    }
}
