//! What must hold after every block, whatever was asked: checked on the ledger's rows alone, after every block of every text table.

use std::collections::BTreeMap;

use sycee_primitives::AccountId;

use crate::{
    AccountKind, Table,
    collateral::{CoverState, Pledged},
    documentary::{CreditState, PresentationState},
    guarantee::DemandState,
    ledger::Ledger,
    standing::Moment,
};

/// All of them.
pub(super) fn check(ledger: &Ledger) {
    lines(ledger);
    encumbrances(ledger);
    margin_calls(ledger);
    holdings(ledger);
    backings(ledger);
}

/// I15: what is pledged is pledged once, and cash is set aside for it.
fn encumbrances(ledger: &Ledger) {
    let mut cash: BTreeMap<u64, u128> = BTreeMap::new();
    let (mut portions, mut receipts) = (BTreeMap::new(), BTreeMap::new());
    for (id, row) in ledger.products.collateral.iter() {
        for item in &row.items {
            match item.what {
                Pledged::Cash { account, amount } => {
                    *cash.entry(account.0).or_default() += amount.minor();
                }
                Pledged::Portion(portion) => {
                    assert_eq!(portions.insert(portion, id), None, "I15: portion {portion}");
                }
                Pledged::Receipt(receipt) => {
                    assert_eq!(receipts.insert(receipt, id), None, "I15: receipt {receipt}");
                }
            }
        }
    }
    for (account, pledged) in cash {
        let row = ledger.accounts.get(AccountId(account)).unwrap();
        let aside = row.terms.map_or(0, |terms| terms.debits_pending);
        assert!(pledged <= aside, "I15: {pledged} of account {account}");
    }
    let of_portions = ledger.products.portions.iter();
    let bound = of_portions.filter_map(|(id, it)| Some((id, it.pledge?.collateral?)));
    for (portion, collateral) in bound {
        assert_eq!(
            portions.get(&portion),
            Some(&collateral),
            "I15: portion {portion}"
        );
    }
    let of_receipts = ledger.products.warehouse_receipts.iter();
    let bound = of_receipts.filter_map(|(id, it)| Some((id, it.pledge?.collateral?)));
    assert!(bound.eq(receipts), "I15: receipts and their collateral");
}

/// I16: above the call level there is a margin call or its close-out, and below it there is none.
fn margin_calls(ledger: &Ledger) {
    let moment = Moment {
        height: ledger.header.height,
        time: ledger.header.time,
        date: ledger.header.date,
    };
    for (id, row) in ledger.products.collateral.iter() {
        let exposure: u128 = row.secures.iter().map(|it| ledger.exposure(*it)).sum();
        let value = ledger.cover_value(id, row, &moment);
        let is_above = exposure * 1_000_000 > value * u128::from(row.terms.call_ppm);
        let is_called = matches!(row.state, CoverState::Called | CoverState::CloseOut);
        if row.state != CoverState::Asked {
            let is_late = ledger.is_overdue(row);
            assert_eq!(
                is_above || is_late,
                is_called,
                "I16: collateral {id}: {exposure} on {value}"
            );
        }
        assert_eq!(row.state == CoverState::Called, row.cure_until.is_some());
    }
}

/// I15: every holding account holds what agreements say, and nothing else does.
fn holdings(ledger: &Ledger) {
    let mut held: BTreeMap<AccountId, u128> = BTreeMap::new();
    for (_, escrow) in ledger.products.escrows.iter() {
        *held.entry(escrow.holding).or_default() += escrow.on_account();
    }
    let credits = ledger.products.credits.iter();
    let backings = credits.map(|(_, it)| it.backing);
    let guarantees = ledger.products.guarantees.iter();
    for backing in backings.chain(guarantees.map(|(_, it)| it.backing)) {
        if let Some(holding) = backing.terms.holding {
            *held.entry(holding).or_default() += backing.on_account();
        }
    }
    for (_, suspense) in ledger.products.suspense.iter() {
        *held.entry(suspense.holding).or_default() += suspense.amount.minor();
    }
    for (row, posting) in ledger.accounts.postings().iter().enumerate() {
        if posting.kind == AccountKind::Escrow {
            let held = held.remove(&AccountId(row as u64)).unwrap_or(0);
            assert_eq!(u128::try_from(posting.balance()), Ok(held), "I15: {row}");
        }
    }
    let stray: u128 = held.values().sum();
    assert_eq!(stray, 0, "I15: held where nothing is held");
}

/// I17: what a bank is liable for, and what it is owed for it, is cash cover and line, to the unit; drawings add up.
fn backings(ledger: &Ledger) {
    let mut drawings: BTreeMap<u64, (u128, u128)> = BTreeMap::new();
    for (_, drawing) in ledger.products.presentations.iter() {
        let (drawn, pending) = drawings.entry(drawing.credit).or_default();
        let amount = drawing.amount.minor();
        if drawing.state != PresentationState::Returned {
            *drawn += amount;
        }
        if drawing.state.is_pending() {
            *pending += amount;
        }
    }
    for (id, credit) in ledger.products.credits.iter() {
        let sums = (credit.drawn.minor(), credit.pending.minor());
        let found = drawings.remove(&id).unwrap_or_default();
        assert_eq!(sums, found, "drawings under credit {id}");
        let (backing, liability) = (credit.backing, credit.liability().minor());
        let behind = backing.cover.minor() + backing.line_used.minor();
        if credit.state == CreditState::Applied {
            assert_eq!(behind, 0, "an application binds nobody: {id}");
        } else {
            assert_eq!(behind, liability + backing.owed.minor(), "I17: credit {id}");
        }
    }
    demands(ledger);
}

/// I17 of guarantees; demands add up.
fn demands(ledger: &Ledger) {
    let mut sums: BTreeMap<u64, (u128, u128)> = BTreeMap::new();
    for (_, demand) in ledger.products.demands.iter() {
        let (paid, pending) = sums.entry(demand.guarantee).or_default();
        let amount = demand.amount.minor();
        match demand.state {
            DemandState::Paid => *paid += amount,
            DemandState::Presented | DemandState::Complying => *pending += amount,
            DemandState::Rejected | DemandState::Withdrawn => {}
        }
    }
    for (id, row) in ledger.products.guarantees.iter() {
        let found = sums.remove(&id).unwrap_or_default();
        let known = (row.paid.minor(), row.pending.minor());
        assert_eq!(known, found, "demands under guarantee {id}");
        assert!(known.0 + known.1 <= row.terms.amount.minor(), "within {id}");
        let (backing, liability) = (row.backing, row.liability().minor());
        let behind = backing.cover.minor() + backing.line_used.minor();
        assert_eq!(
            behind,
            liability + backing.owed.minor(),
            "I17: guarantee {id}"
        );
    }
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
