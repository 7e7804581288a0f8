//! Close-out: every account of the participant that stands below zero is covered from sources in the order of the asset's rule.
//!
//! ```text
//!   exposure 900 ──own accounts 200──▶ 700 ──own contribution 100──▶ 600 ──fund 150──▶ 450 ──others: 3 : 2 : 1 ──225, 150, 75──▶ 0
//! ```
//! The others' shares are divided by largest remainder (ties to the lowest account), and no one gives more than it has set aside.

use std::collections::BTreeMap;

use sycee_primitives::{AccountId, AssetId, ParticipantId};

use crate::{
    account::{AccountKind, store::place},
    default_case::{CloseOut, Cover, CoverSource},
    ledger::Ledger,
    term::share::largest_remainder,
};

/// Closes all accounts of a defaulted participant out, ascending, and frees what is left of its contributions.
pub(crate) fn close_out(ledger: &mut Ledger, default: u64, participant: ParticipantId) {
    let postings = (0_u64..).zip(ledger.accounts.postings());
    let own = postings.filter(|(_, it)| it.owner == participant);
    let own = own.filter(|(_, it)| holds_money(it.kind));
    let own: Vec<(AccountId, AssetId)> = own.map(|(id, it)| (AccountId(id), it.asset)).collect();
    for (account, asset) in &own {
        let exposure = debt(ledger, *account);
        if exposure == 0 {
            continue;
        }
        let order = ledger.default_rule(*asset).map(|it| it.sources.clone());
        let mut covers = Vec::new();
        let mut left = exposure;
        for source in order.unwrap_or_default() {
            let amount = draw(ledger, participant, *account, *asset, source, left);
            if amount > 0 {
                covers.push(Cover { source, amount });
                left = left.saturating_sub(amount);
            }
        }
        ledger.products.close_outs.add(CloseOut {
            default,
            account: *account,
            exposure,
            covers,
            recovered: 0,
        });
    }
    for (account, _) in own {
        let rest = ledger.contribution(account).map(|(id, it)| (id, it.amount));
        if let Some((id, rest)) = rest {
            release(ledger, id, rest);
        }
    }
}

/// Whether the money on accounts of a kind is their owner's.
const fn holds_money(kind: AccountKind) -> bool {
    match kind {
        AccountKind::Settlement | AccountKind::Current => true,
        AccountKind::Issuance | AccountKind::Escrow => false,
    }
}

/// By how much an account stands below zero.
fn debt(ledger: &Ledger, account: AccountId) -> u128 {
    let posting = ledger.accounts.posting(place(account));
    posting.map_or(0, |it| it.balance().min(0).unsigned_abs())
}

/// What an account has above zero besides what is set aside: money, and not a line.
pub(crate) fn free_money(ledger: &Ledger, account: AccountId) -> u128 {
    let posting = ledger.accounts.posting(place(account));
    let rules = ledger.accounts.rules(place(account));
    let set_aside = rules.map_or(0, |it| it.terms.set_aside());
    let money = posting.map_or(0, |it| it.balance());
    u128::try_from(money.saturating_sub_unsigned(set_aside)).unwrap_or(0)
}

/// Takes up to `wanted` from a source; answers how much it gave.
fn draw(
    ledger: &mut Ledger,
    participant: ParticipantId,
    account: AccountId,
    asset: AssetId,
    source: CoverSource,
    wanted: u128,
) -> u128 {
    let shares: BTreeMap<AccountId, u128> = match source {
        CoverSource::OwnAccounts => own_money(ledger, participant, account, asset, wanted),
        CoverSource::Fund => {
            let fund = ledger.default_rule(asset).map(|it| it.fund);
            let fund = fund.filter(|fund| *fund != account);
            let share = |fund| (fund, free_money(ledger, fund).min(wanted));
            fund.map(share).into_iter().collect()
        }
        CoverSource::OwnContribution => {
            let weights = own_contributions(ledger, participant, account, asset);
            in_proportion(&weights, wanted)
        }
        CoverSource::Contributions => {
            let weights = other_contributions(ledger, participant, asset);
            in_proportion(&weights, wanted)
        }
    };
    let is_contribution = matches!(
        source,
        CoverSource::OwnContribution | CoverSource::Contributions
    );
    let mut drawn = 0_u128;
    for (from, share) in shares {
        let (debtor, creditor) = (place(from), place(account));
        if share == 0
            || ledger
                .accounts
                .check_range(debtor, creditor, share)
                .is_err()
        {
            continue;
        }
        if is_contribution {
            use_contribution(ledger, from, share);
        }
        let moved = ledger.transfer(asset, debtor, creditor, share);
        assert!(moved.is_ok(), "a checked cover posts: {moved:?}");
        drawn = drawn.saturating_add(share);
    }
    drawn
}

fn own_money(
    ledger: &Ledger,
    participant: ParticipantId,
    account: AccountId,
    asset: AssetId,
    wanted: u128,
) -> BTreeMap<AccountId, u128> {
    let mut left = wanted;
    let mut shares = BTreeMap::new();
    for (id, posting) in (0_u64..).zip(ledger.accounts.postings()) {
        let id = AccountId(id);
        let is_own = posting.owner == participant && posting.asset == asset && id != account;
        if is_own && holds_money(posting.kind) {
            let share = free_money(ledger, id).min(left);
            left -= share;
            shares.insert(id, share);
        }
    }
    shares
}

/// Contributions in an asset that are not used up.
fn contributions(
    ledger: &Ledger,
    asset: AssetId,
) -> impl Iterator<Item = &crate::default_case::Contribution> + '_ {
    let rows = ledger.products.contributions.iter().map(|(_, it)| it);
    rows.filter(move |it| {
        let posting = ledger.accounts.posting(place(it.account));
        it.amount > 0 && posting.is_some_and(|it| it.asset == asset)
    })
}

/// What stands behind the participant's own contributions: money, and not a line that it might have used.
fn own_contributions(
    ledger: &Ledger,
    participant: ParticipantId,
    account: AccountId,
    asset: AssetId,
) -> BTreeMap<AccountId, u128> {
    let own = contributions(ledger, asset);
    let own = own.filter(|it| it.account != account && ledger.owns(participant, it.account));
    own.map(|it| {
        let posting = ledger.accounts.posting(place(it.account));
        let money = posting.map_or(0, |it| u128::try_from(it.balance()).unwrap_or(0));
        (it.account, it.amount.min(money))
    })
    .collect()
}

/// Contributions of the others who are active.
fn other_contributions(
    ledger: &Ledger,
    participant: ParticipantId,
    asset: AssetId,
) -> BTreeMap<AccountId, u128> {
    let others = contributions(ledger, asset);
    let others = others.filter(|it| {
        let owner = ledger.accounts.posting(place(it.account));
        let owner = owner.map(|it| it.owner);
        owner.is_some_and(|owner| owner != participant && ledger.is_active(owner))
    });
    others.map(|it| (it.account, it.amount)).collect()
}

/// What each gives so that all together give what is wanted, or everything they have.
fn in_proportion(weights: &BTreeMap<AccountId, u128>, wanted: u128) -> BTreeMap<AccountId, u128> {
    let all = weights.values();
    let all = all.fold(0_u128, |sum, it| sum.saturating_add(*it));
    largest_remainder(wanted.min(all), weights).unwrap_or_default()
}

/// Uses a part of a contribution: it is no longer set aside.
fn use_contribution(ledger: &mut Ledger, account: AccountId, share: u128) {
    let Some((id, _)) = ledger.contribution(account) else {
        return;
    };
    release(ledger, id, share);
    ledger.products.contributions.update(id, |it| {
        it.used = it.used.saturating_add(share);
    });
}

/// Lets a part of a contribution no longer be set aside.
pub(crate) fn release(ledger: &mut Ledger, id: u64, amount: u128) {
    let sides = ledger.products.contributions.update(id, |it| {
        it.amount = it.amount.saturating_sub(amount);
        (it.account, it.fund)
    });
    if let Some((account, fund)) = sides {
        ledger.free(account, fund, amount);
    }
}
