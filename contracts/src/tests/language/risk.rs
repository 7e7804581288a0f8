//! Words for limits, reservations and what else bounds risk.

use super::{Line, Stage};
use crate::*;

impl Stage {
    /// `limit ACCOUNT one:OTHER|others|all AMOUNT` (`-` lifts), `reserve ACCOUNT CLASS AMOUNT`.
    pub(super) fn risk(&self, line: &Line<'_>) -> Action {
        match line.verb {
            "limit" => Action::SetLimit(SetLimit {
                account: self.account(line.fields[0]),
                toward: match line.fields[1].split_once(':') {
                    Some((_, other)) => Toward::One(self.account(other)),
                    None if line.fields[1] == "others" => Toward::Others,
                    None => Toward::All,
                },
                amount: (line.fields[2] != "-").then(|| line.fields[2].parse().unwrap()),
            }),
            _ => Action::Reserve(Reserve {
                account: self.account(line.fields[0]),
                class: line.fields[1].parse().unwrap(),
                amount: line.fields[2].parse().unwrap(),
            }),
        }
    }
}
