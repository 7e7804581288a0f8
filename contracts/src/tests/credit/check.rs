//! The ledger's rows and balances beside those of the naive executor.

use num_bigint::BigInt;
use sycee_primitives::{AccountId, BusinessDate};

use super::{
    NAMES,
    naive::{self, Naive},
};
use crate::{
    collateral::{CollateralItem, Pledged},
    line::LineStatus,
    loan::VersionState,
    term::waterfall::Bucket,
    *,
};

fn check_loans(ledger: &Ledger, naive: &Naive, today: BusinessDate) {
    assert_eq!(ledger.products.loans.len(), naive.loans.len() as u64);
    for ((id, found), expected) in ledger.products.loans.iter().zip(&naive.loans) {
        let days = ledger.loan_days(found.terms.calendar);
        let (position, owed) = (found.position_on(&days, today), found.owed(&days, today));
        let items = position.items.iter();
        let items: Vec<(u32, BigInt, BigInt)> = items
            .map(|it| (it.due.0, it.interest.into(), it.principal.into()))
            .collect();
        let rows = expected.items.iter();
        let rows: Vec<(u32, BigInt, BigInt)> = rows
            .map(|it| (it.due, it.interest.clone(), it.principal.clone()))
            .collect();
        assert_eq!(items, rows, "items of loan {id}");
        let sums = (
            found.status.name(),
            BigInt::from(position.outstanding),
            BigInt::from(position.undrawn),
            BigInt::from(owed.get(Bucket::Penalty)),
            (position.costs, position.rate, u32::from(position.fixed)),
        );
        let penalty = expected.penalty_now(today.0);
        let (outstanding, undrawn) = (expected.outstanding.clone(), expected.undrawn.clone());
        let rate = (expected.costs, expected.rate(), expected.fixed());
        let wanted = (expected.status, outstanding, undrawn, penalty, rate);
        assert_eq!(sums, wanted, "loan {id}");
        assert_eq!(
            found.standing(&days, today).name(),
            expected.standing(today.0),
            "loan {id}"
        );
        let aside = ledger.suspense_of(id).map_or(0, |it| it.amount.minor());
        assert_eq!(BigInt::from(aside), expected.aside, "suspense of loan {id}");
        check_shares(ledger, id, expected);
        // I12: the schedule repays exactly what is owed.
        let planned: u128 = found
            .schedule(&days, today)
            .iter()
            .map(|row| row.principal)
            .sum();
        if found.status.name() != "offered" && position.undrawn == 0 && !expected.grows() {
            assert_eq!(planned, position.principal_owed(), "I12: loan {id}");
        }
    }
    let sureties = ledger.products.sureties.iter();
    assert_eq!(ledger.products.sureties.len(), naive.bonds.len() as u64);
    for ((id, found), expected) in sureties.zip(&naive.bonds) {
        let sums = [found.paid, found.repaid].map(|it| BigInt::from(it.minor()));
        let state = format!("{:?}", found.state);
        let wanted = [expected.paid.clone(), expected.repaid.clone()];
        assert_eq!(
            (state.as_str(), sums),
            (expected.state, wanted),
            "surety {id}"
        );
    }
    let versions = &ledger.products.loan_versions;
    assert_eq!(versions.len(), naive.renewals.len() as u64);
    for ((id, found), expected) in versions.iter().zip(&naive.renewals) {
        let state = match found.state {
            VersionState::Proposed => "proposed",
            VersionState::Agreed => "agreed",
            VersionState::Lapsed => "lapsed",
            VersionState::Superseded => "superseded",
        };
        assert_eq!(state, expected.state, "proposal {id}");
    }
}

/// Whoever shares a loan holds what the naive executor says, all of it together, and nobody waits for money (I19).
fn check_shares(ledger: &Ledger, id: u64, expected: &naive::Lent) {
    let found = ledger.syndicate_of(id).map(|(_, it)| it);
    assert_eq!(found.is_some(), expected.group.is_some(), "shares of {id}");
    let Some((found, expected)) = found.zip(expected.group.as_ref()) else {
        return;
    };
    let held = |account| found.members.iter().find(|it| it.account == account);
    let ppb = [2, 3].map(|row| held(AccountId(row)).map_or(0, |it| u64::from(it.ppb)));
    assert_eq!(ppb, expected.ppb(), "shares of loan {id}");
    assert!(found.members.iter().all(|it| it.withheld == 0), "I19: {id}");
}

fn check_lines(ledger: &Ledger, naive: &Naive, today: BusinessDate) {
    assert_eq!(ledger.products.lines.len(), naive.lines.len() as u64);
    for ((id, found), expected) in ledger.products.lines.iter().zip(&naive.lines) {
        let status = match found.status {
            LineStatus::Offered => "offered",
            LineStatus::Open => "open",
            LineStatus::Closed => "closed",
            LineStatus::Expired => "expired",
            LineStatus::Lapsed => "lapsed",
        };
        let sums = [
            found.used,
            found.ever_used,
            found.fee.owed,
            found.headroom(today),
        ];
        let wanted = [
            expected.used.clone(),
            expected.ever.clone(),
            expected.owed.clone(),
            expected.room(today.0),
        ];
        assert_eq!(
            (status, sums.map(BigInt::from)),
            (expected.status, wanted),
            "line {id}"
        );
    }
}

fn check_covers(ledger: &Ledger, naive: &Naive) {
    assert_eq!(ledger.products.collateral.len(), naive.covers.len() as u64);
    for ((id, found), expected) in ledger.products.collateral.iter().zip(&naive.covers) {
        let items = found
            .items
            .iter()
            .map(|CollateralItem { number, what }| match what {
                Pledged::Cash { amount, .. } => (*number, BigInt::from(amount.minor())),
                Pledged::Portion(_) | Pledged::Receipt(_) => panic!("only cash is pledged here"),
            });
        assert_eq!(
            items.collect::<Vec<_>>(),
            expected.items,
            "items of collateral {id}"
        );
        let until = found.cure_until.map(|it| it.date().0);
        let state = format!("{:?}", found.state);
        assert_eq!(
            (state.as_str(), until),
            (expected.state, expected.until),
            "collateral {id}"
        );
    }
}

/// Rows and balances are those of the naive executor.
pub(super) fn check_agreement(ledger: &Ledger, naive: &Naive) {
    let today = BusinessDate(naive.today);
    for (player, account) in naive.stage.accounts.iter().enumerate() {
        let account = read::account(ledger, *account).unwrap();
        let found = (
            BigInt::from(account.balance().0),
            BigInt::from(account.available()),
        );
        let expected = (naive.money[player].clone(), naive.free(player));
        assert_eq!(found, expected, "money of {}", NAMES[player].0);
    }
    check_loans(ledger, naive, today);
    check_lines(ledger, naive, today);
    check_covers(ledger, naive);
}
