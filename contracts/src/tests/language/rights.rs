//! Verbs of keys, viewing grants, sponsors and intraday credit.

use sycee_primitives::{BlockTime, Height};

use super::{DAY, Line, Stage, secret};
use crate::*;

impl Stage {
    /// `keyuse KEY any|business|rights|inquiry` (`until=HEIGHT`), `grant TO ACCOUNT|all from=SECOND until=SECOND`, `ungrant ID`, `sponsor NAME BANK`,
    /// `intraday ACCOUNT CAP` (`-` lifts), `drawday ACCOUNT AMOUNT`, `repayday ACCOUNT AMOUNT`.
    pub(super) fn rights(&self, line: &Line<'_>) -> Action {
        let second =
            |name: &str| BlockTime(DAY + line.options[name].parse::<u64>().unwrap() * 1_000);
        let account = || self.account(line.fields[0]);
        match line.verb {
            "keyuse" => Action::SetKeyPurpose(SetKeyPurpose {
                key: secret(line.fields[0]).public_key(),
                purpose: match line.fields[1] {
                    "any" => KeyPurpose::Any,
                    "business" => KeyPurpose::Business,
                    "rights" => KeyPurpose::Rights,
                    _ => KeyPurpose::Inquiry,
                },
                until: line
                    .options
                    .get("until")
                    .map(|it| Height(it.parse().unwrap())),
            }),
            "grant" => Action::GrantView(GrantView {
                to: self.participants[line.fields[0]],
                account: (line.fields[1] != "all").then(|| self.account(line.fields[1])),
                from: second("from"),
                until: second("until"),
            }),
            "ungrant" => Action::RevokeView(RevokeView {
                grant: line.fields[0].parse().unwrap(),
            }),
            "sponsor" => Action::SetSponsor(SetSponsor {
                participant: self.participants[line.fields[0]],
                sponsor: self.participants[line.fields[1]],
            }),
            "intraday" => Action::SetIntraday(SetIntraday {
                account: account(),
                cap: (line.fields[1] != "-").then(|| line.fields[1].parse().unwrap()),
            }),
            "drawday" => Action::DrawIntraday(DrawIntraday {
                account: account(),
                amount: line.amount(1),
            }),
            _ => Action::RepayIntraday(RepayIntraday {
                account: account(),
                amount: line.amount(1),
            }),
        }
    }
}
