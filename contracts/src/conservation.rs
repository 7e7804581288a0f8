//! Money is neither made nor lost: checked after every block, before anything of it may be written.
//!
//! Three numbers must agree per asset: the sum of what left debited accounts, the sum of what reached credited ones (both from
//! before- and after-images of the touched accounts), and what the verbs say they moved. And no account that was debited may stand
//! below its floor. Spec: ledger 3.6 I1, I3.

use std::collections::BTreeMap;

use sycee_primitives::{AccountId, AssetId, planted};

use crate::{
    account::{
        AccountKind,
        store::{Accounts, Image, Posting, place},
    },
    execute::Halt,
    ledger::Asset,
};

/// What the assets' totals were before the block.
pub(crate) type AssetTotals = Vec<(u128, u128)>;

#[derive(Clone, Copy, Default)]
struct Moved {
    debits: u128,
    credits: u128,
}

pub(crate) fn totals(assets: &[Asset]) -> AssetTotals {
    assets
        .iter()
        .map(|asset| (asset.debits, asset.credits))
        .collect()
}

/// Compares before and after.
///
/// # Errors
/// [`Halt::Conservation`] or [`Halt::FloorBroken`] for the first asset or account that does not add up.
pub(crate) fn check(
    before: &AssetTotals,
    assets: &[Asset],
    images: &[Image],
    accounts: &Accounts,
) -> Result<(), Halt> {
    let postings = accounts.postings();
    let mut moved = vec![Moved::default(); assets.len()];
    for image in images {
        let Some(posting) = postings.get(place(image.account)) else {
            return Err(Halt::FloorBroken(image.account));
        };
        let broken = Halt::Conservation {
            asset: posting.asset,
            debits: posting.debits,
            credits: posting.credits,
        };
        let row = usize::try_from(posting.asset.0).unwrap_or(usize::MAX);
        let Some(sums) = moved.get_mut(row) else {
            return Err(broken);
        };
        // A total that shrank is as wrong as one that does not add up.
        let debited = posting.debits.checked_sub(image.debits);
        let credited = posting.credits.checked_sub(image.credits);
        let (Some(debited), Some(credited)) = (debited, credited) else {
            return Err(broken);
        };
        sums.debits = sums.debits.saturating_add(debited);
        sums.credits = sums.credits.saturating_add(credited);
        let bounded = posting.kind != AccountKind::Issuance;
        if bounded && debited > 0 && posting.balance() < posting.bound {
            check_reserved(accounts, image.account, posting)?;
        }
    }
    for ((asset, sums), was) in assets.iter().zip(&moved).zip(before) {
        let stated = (
            asset.debits.checked_sub(was.0),
            asset.credits.checked_sub(was.1),
        );
        let balanced = sums.debits == sums.credits && asset.debits == asset.credits;
        let adds_up = balanced && stated == (Some(sums.debits), Some(sums.credits));
        if !adds_up && !planted!("conservation-off") {
            return Err(Halt::Conservation {
                asset: asset.id,
                debits: sums.debits,
                credits: sums.credits,
            });
        }
    }
    Ok(())
}

/// Below what binds it an account may stand only by money that is reserved (urgent payments use that, and more may be reserved than there is),
/// or where its floor was raised after it was debited.
#[cold]
fn check_reserved(accounts: &Accounts, account: AccountId, posting: &Posting) -> Result<(), Halt> {
    let rules = accounts.rules(place(account));
    let reserved = rules.map_or(0, |rules| rules.terms.reserved);
    let tolerated = reserved.saturating_add(accounts.floor_raised(place(account)));
    if posting.balance() < posting.bound.saturating_sub_unsigned(tolerated) {
        return Err(Halt::FloorBroken(account));
    }
    Ok(())
}

/// Compares what was set aside on both sides since the block began: every open hold stands once as a pending debit and once as a
/// pending credit (ledger I2).
///
/// # Errors
/// [`Halt::Pending`] for the first asset whose sides differ.
pub(crate) fn check_pending(accounts: &Accounts) -> Result<(), Halt> {
    let mut sides: BTreeMap<AssetId, (i128, i128)> = BTreeMap::new();
    let signed = |amount: u128| i128::try_from(amount).unwrap_or(i128::MAX);
    for image in accounts.rules_images() {
        let row = place(image.account);
        let (Some(rules), Some(posting)) = (accounts.rules(row), accounts.posting(row)) else {
            return Err(Halt::FloorBroken(image.account));
        };
        let (debits, credits) = sides.entry(posting.asset).or_default();
        let (now, then) = (rules.terms, image.rules.terms);
        *debits += signed(now.debits_pending) - signed(then.debits_pending);
        *credits += signed(now.credits_pending) - signed(then.credits_pending);
    }
    match sides.into_iter().find(|(_, sides)| sides.0 != sides.1) {
        Some((asset, _)) => Err(Halt::Pending(asset)),
        None => Ok(()),
    }
}

/// Recounts a whole ledger, as after a restore.
///
/// # Errors
/// The first asset whose accounts do not add up to its totals, or whose debits and credits differ.
pub(crate) fn recount(assets: &[Asset], postings: &[Posting]) -> Result<(), AssetId> {
    let mut sums = vec![Moved::default(); assets.len()];
    for posting in postings {
        let row = usize::try_from(posting.asset.0).unwrap_or(usize::MAX);
        let sum = sums.get_mut(row).ok_or(posting.asset)?;
        sum.debits = sum
            .debits
            .checked_add(posting.debits)
            .ok_or(posting.asset)?;
        sum.credits = sum
            .credits
            .checked_add(posting.credits)
            .ok_or(posting.asset)?;
    }
    for (asset, sum) in assets.iter().zip(&sums) {
        let stated = (asset.debits, asset.credits) == (sum.debits, sum.credits);
        if !stated || sum.debits != sum.credits {
            return Err(asset.id);
        }
    }
    Ok(())
}
