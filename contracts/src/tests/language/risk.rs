//! Words for limits, reservations and what else bounds risk.

use sycee_primitives::BlockTime;

use super::{Line, Stage};
use crate::*;

impl Stage {
    /// `watch SCOPE outflow|value|count|age|new|history|signers|alarm MOST WINDOW_MS`, `limit ACCOUNT one:OTHER|others|all AMOUNT` (`-` lifts), `reserve ACCOUNT CLASS AMOUNT`.
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
            "watch" => Action::SetRiskRule(SetRiskRule {
                scope: self.scope(line.fields[0]),
                measure: match line.fields[1] {
                    "outflow" => Measure::Outflow,
                    "value" => Measure::QueuedValue,
                    "count" => Measure::QueuedCount,
                    "new" => Measure::NewCounterparty,
                    "history" => Measure::OwnHistory,
                    "signers" => Measure::FailedSignatures,
                    "alarm" => Measure::Alarm,
                    _ => Measure::ReserveAge,
                },
                most: (line.fields[2] != "-").then(|| line.fields[2].parse().unwrap()),
                least: line
                    .options
                    .get("least")
                    .map_or(0, |it| it.parse().unwrap()),
                window_ms: line.fields.get(3).map_or(0, |it| it.parse().unwrap()),
                reason: Purpose::new(*b"FRAD").unwrap(),
            }),
            _ => Action::Reserve(Reserve {
                account: self.account(line.fields[0]),
                class: line.fields[1].parse().unwrap(),
                amount: line.fields[2].parse().unwrap(),
            }),
        }
    }
}

impl Stage {
    /// Executes one line as a block of its own, so many milliseconds after the last one; answers every receipt by the name of its
    /// instruction, in order.
    pub(in crate::tests) fn run_alone(
        &mut self,
        text: &str,
        after_ms: u64,
    ) -> Vec<(String, String)> {
        let time = BlockTime(self.clock + after_ms);
        self.run_beside(text, time, &[]).1
    }

    /// Executes one line and, after it, instructions of others as a block at this time; answers the block, and every receipt of what lines asked by its name.
    pub(in crate::tests) fn run_beside(
        &mut self,
        text: &str,
        time: BlockTime,
        others: &[VerifiedTransaction],
    ) -> (ExecutedBlock, Vec<(String, String)>) {
        let context = BlockContext {
            height: self.ledger.height().next(),
            time,
        };
        // Lines are dated by the second after the clock.
        self.clock = time.0 - 1_000;
        let text = format!("{text} = any");
        let line = Line::parse(&text);
        let transaction = self.transaction(&line).expect("well formed");
        self.clock = time.0;
        self.sent.insert(line.name.to_owned(), transaction.clone());
        let all = std::iter::once(&transaction).chain(others);
        let block = execute(&mut self.ledger, &context, all).unwrap();
        let name = |receipt: &Receipt| {
            let mut sent = self.sent.iter();
            let found = sent.find(|(_, sent)| sent.id() == receipt.transaction);
            Some(found?.0.clone())
        };
        let mut reached = Vec::new();
        let told = block
            .receipts
            .iter()
            .filter_map(|it| Some((name(it)?, super::outcome_text(&it.outcome, &mut reached))));
        let told = told.collect();
        (block, told)
    }
}
