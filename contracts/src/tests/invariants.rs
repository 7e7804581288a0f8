//! What must hold after every block, whatever was asked: checked on the ledger's rows alone, after every block of every text table.

use std::collections::BTreeMap;

use crate::{Table, ledger::Ledger};

/// All of them.
pub(super) fn check(ledger: &Ledger) {
    lines(ledger);
}

/// A line is used by what its products report, object by object, and never beyond what it was allowed.
fn lines(ledger: &Ledger) {
    let mut reported: BTreeMap<(u64, Table, u64), u128> = BTreeMap::new();
    for table in ledger.products.all() {
        let uses = (0..table.count()).filter_map(|id| Some((id, table.line_use(id)?)));
        for (id, (line, amount)) in uses.filter(|(_, (_, amount))| *amount > 0) {
            reported.insert((line, table.table(), id), amount);
        }
    }
    let uses = ledger.products.line_uses.iter();
    let kept: BTreeMap<(u64, Table, u64), u128> = uses
        .filter(|(_, it)| it.amount > 0)
        .map(|(_, it)| ((it.line, it.table, it.object), it.amount))
        .collect();
    assert_eq!(kept, reported, "what objects use of lines");
    for (id, line) in ledger.products.lines.iter() {
        let own = reported.iter().filter(|((of, ..), _)| *of == id);
        let sum: u128 = own.map(|(_, amount)| amount).sum();
        assert_eq!(line.used, sum, "line {id}");
        assert!(line.used <= line.ever_used, "line {id}");
    }
}
