//! Lines about payments on conditions.

use sycee_primitives::{AssetId, BlockTime, Hash};

use super::{DAY, Line, Stage, uetr};
use crate::*;

/// The hash of a document of this name.
pub(super) fn document(name: &str) -> Hash {
    Hash::of(&[b"document", name.as_bytes()])
}

impl Stage {
    /// `when DEBTOR CREDITOR AMOUNT CONDITION ...` with `until=` in seconds; a condition is `after:SECONDS`, `doc:NAME:WHO`, `score:SUBJECT:MIN` or
    /// `score:SUBJECT:MIN:WHO`.
    pub(super) fn when(&self, line: &Line<'_>) -> Action {
        let at = |text: &str| BlockTime(DAY + text.parse::<u64>().unwrap() * 1_000);
        let conditions = line.fields[3..].iter().map(|field| {
            let parts: Vec<&str> = field.split(':').collect();
            match parts[0] {
                "after" => Condition::NotBefore(at(parts[1])),
                "doc" => Condition::Document {
                    document: document(parts[1]),
                    attestor: self.participants[parts[2]],
                },
                _ => Condition::Attested {
                    kind: AttestationKind::Score,
                    subject: Subject::Named(SubjectText::new(parts[1]).unwrap()),
                    attestor: parts.get(3).map(|name| self.participants[*name]),
                    at_least: parts[2].parse().unwrap(),
                    scale: 0,
                },
            }
        });
        Action::PayWhen(PayWhen {
            payment: Pay {
                uetr: uetr(line.name),
                end_to_end_id: EndToEndId::new(line.name).unwrap(),
                debtor: self.account(line.fields[0]),
                creditor: self.account(line.fields[1]),
                asset: AssetId(0),
                amount: line.amount(2),
                value_date: line.day("date").unwrap_or(self.today()),
                purpose: None,
                payload_commitment: None,
                handling: Handling {
                    queue_until: line.options.get("queue").map(|text| at(text)),
                    ..Handling::default()
                },
            },
            conditions: conditions.collect(),
            until: at(line.options.get("until").unwrap_or(&"3600")),
        })
    }
}
