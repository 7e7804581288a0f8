//! The accounts table in memory, laid out for a million postings a second.
//!
//! ```text
//!   postings  [ debits credits bound owner asset kind status guards marks ]   one cache line an account, all that a leg touches
//!   details   [ number opened floor terms ]                                   what reading, holds and rules need
//!   bound  = floor + open holds + reservations: the balance a debit must leave
//!   guards = what sends a posting the slow way: freezes, a ceiling, limits, a reservation
//!   images    (account, debits, credits) before this block, taken at an account's first touch in the block
//!                │
//!                └──▶ conservation check, balances at recent heights, rows to hash and rows to store
//! ```
//! A leg costs one random cache line; allocation, maps and hashing happen once per block, checkpoint or flush, not per leg.

use std::collections::BTreeMap;

use sycee_primitives::{AccountId, AssetId, Balance, Height, ParticipantId};

use crate::{
    account::{Account, AccountKind, AccountNumber, AccountStatus, AccountTerms},
    reject::RejectReason,
};

/// Touched in the current block: its before-image is taken.
const IN_BLOCK: u8 = 1;
/// Changed since the last checkpoint.
const SINCE_CHECKPOINT: u8 = 2;
/// Changed since rows were last taken.
const SINCE_TAKE: u8 = 4;
/// Its details changed in the current block: their before-image is taken.
const DETAILS_IN_BLOCK: u8 = 8;

/// Guard: no debits.
pub(crate) const GUARD_DEBITS: u8 = 1;
/// Guard: no credits.
pub(crate) const GUARD_CREDITS: u8 = 2;
/// Guard: credits up to a ceiling.
pub(crate) const GUARD_CEILING: u8 = 4;
/// Guard: what it sends and receives counts in limits.
pub(crate) const GUARD_COUNTED: u8 = 8;
/// Guard: part of its money is for urgent payments only.
pub(crate) const GUARD_RESERVED: u8 = 16;

/// What a leg needs of an account, in one cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Posting {
    pub(crate) debits: u128,
    pub(crate) credits: u128,
    /// The balance a debit may not go below: floor, open holds and reservations.
    pub(crate) bound: i128,
    pub(crate) owner: ParticipantId,
    pub(crate) asset: AssetId,
    pub(crate) kind: AccountKind,
    pub(crate) status: AccountStatus,
    pub(crate) guards: u8,
    marks: u8,
}

const _: () = assert!(size_of::<Posting>() == 64, "one account is one cache line");

#[derive(Clone, Debug)]
struct Details {
    number: AccountNumber,
    opened: Height,
    floor: i128,
    terms: Option<Box<AccountTerms>>,
}

/// What of an account changes seldom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rules {
    pub(crate) status: AccountStatus,
    pub(crate) floor: i128,
    pub(crate) terms: AccountTerms,
}

impl Rules {
    fn bound(&self) -> i128 {
        self.floor.saturating_add_unsigned(self.terms.set_aside())
    }

    fn guards(&self) -> u8 {
        let debits = u8::from(self.terms.debit_block) * GUARD_DEBITS;
        let credits = u8::from(self.terms.credit_block) * GUARD_CREDITS;
        let ceiling = u8::from(self.terms.ceiling.is_some()) * GUARD_CEILING;
        let counted = u8::from(self.terms.counted) * GUARD_COUNTED;
        let reserved = u8::from(self.terms.reserved > 0) * GUARD_RESERVED;
        debits | credits | ceiling | counted | reserved
    }

    fn stored_terms(&self) -> Option<AccountTerms> {
        (self.terms != AccountTerms::default()).then_some(self.terms)
    }
}

/// An account's rules before the current block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RulesImage {
    pub(crate) account: AccountId,
    pub(crate) rules: Rules,
}

/// An account's totals before the current block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Image {
    pub(crate) account: AccountId,
    pub(crate) debits: u128,
    pub(crate) credits: u128,
}

/// An account about to be added.
pub(crate) struct NewAccount {
    pub(crate) number: AccountNumber,
    pub(crate) owner: ParticipantId,
    pub(crate) asset: AssetId,
    pub(crate) kind: AccountKind,
    pub(crate) status: AccountStatus,
    pub(crate) floor: Balance,
    pub(crate) opened: Height,
}

/// All accounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts {
    postings: Vec<Posting>,
    details: Vec<Details>,
    numbers: BTreeMap<AccountNumber, AccountId>,
    images: Vec<Image>,
    rules_images: Vec<RulesImage>,
    /// The lowest floor of each account whose floor changed in the current block.
    lowest_floors: BTreeMap<usize, i128>,
    since_checkpoint: Vec<usize>,
    since_take: Vec<usize>,
}

/// `credits − debits`; both stay below 2^127 by [`Accounts::credit`] and [`Accounts::debit`], and a restored row that does not is
/// refused, so nothing saturates in truth.
pub(crate) fn difference(credits: u128, debits: u128) -> i128 {
    let signed = |sum: u128| i128::try_from(sum).unwrap_or(i128::MAX);
    signed(credits).saturating_sub(signed(debits))
}

/// The row number of an id.
pub(crate) fn place(id: AccountId) -> usize {
    usize::try_from(id.0).unwrap_or(usize::MAX)
}

impl Posting {
    pub(crate) fn balance(&self) -> i128 {
        difference(self.credits, self.debits)
    }

    /// How much a debit may take now.
    pub(crate) fn headroom(&self) -> i128 {
        match self.kind {
            AccountKind::Issuance => i128::MAX,
            AccountKind::Settlement | AccountKind::Current | AccountKind::Escrow => {
                self.balance().saturating_sub(self.bound)
            }
        }
    }
}

impl Posting {
    /// How much may be debited before the total of debits leaves its range.
    pub(crate) fn debit_range(&self) -> u128 {
        (i128::MAX as u128).saturating_sub(self.debits)
    }
}

/// A total after one more posting, refused where it would leave the range in which balances are exact.
fn grown(total: u128, amount: u128) -> Result<u128, RejectReason> {
    total
        .checked_add(amount)
        .filter(|sum| *sum <= i128::MAX as u128)
        .ok_or(RejectReason::BalanceRange)
}

impl Accounts {
    pub(crate) fn len(&self) -> usize {
        self.postings.len()
    }

    pub(crate) fn posting(&self, place: usize) -> Option<&Posting> {
        self.postings.get(place)
    }

    pub(crate) fn postings(&self) -> &[Posting] {
        &self.postings
    }

    pub(crate) fn by_number(&self, number: &AccountNumber) -> Option<AccountId> {
        self.numbers.get(number).copied()
    }

    pub(crate) fn get(&self, id: AccountId) -> Option<Account> {
        let (posting, details) = (self.postings.get(place(id))?, self.details.get(place(id))?);
        Some(Account {
            id,
            debits: posting.debits,
            credits: posting.credits,
            floor: Balance(details.floor),
            owner: posting.owner,
            asset: posting.asset,
            kind: posting.kind,
            status: posting.status,
            opened: details.opened,
            number: details.number,
            terms: details.terms.as_deref().copied(),
        })
    }

    /// Adds an account at the next row; the caller has checked that its number is free.
    pub(crate) fn add(&mut self, new: &NewAccount) -> AccountId {
        let row = self.postings.len();
        let id = AccountId(row as u64);
        self.postings.push(Posting {
            debits: 0,
            credits: 0,
            bound: new.floor.0,
            owner: new.owner,
            asset: new.asset,
            kind: new.kind,
            status: new.status,
            guards: 0,
            marks: SINCE_CHECKPOINT | SINCE_TAKE,
        });
        self.details.push(Details {
            number: new.number,
            opened: new.opened,
            floor: new.floor.0,
            terms: None,
        });
        self.numbers.insert(new.number, id);
        self.since_checkpoint.push(row);
        self.since_take.push(row);
        id
    }

    /// Takes over a stored account, which is neither changed nor due for storing; `None` when it is not the next row or its number
    /// is taken.
    pub(crate) fn restore(&mut self, account: &Account) -> Option<()> {
        if place(account.id) != self.postings.len() || self.numbers.contains_key(&account.number) {
            return None;
        }
        grown(account.debits, 0).ok()?;
        grown(account.credits, 0).ok()?;
        let rules = Rules {
            status: account.status,
            floor: account.floor.0,
            terms: account.terms.unwrap_or_default(),
        };
        if rules.stored_terms() != account.terms {
            return None;
        }
        self.postings.push(Posting {
            debits: account.debits,
            credits: account.credits,
            bound: rules.bound(),
            owner: account.owner,
            asset: account.asset,
            kind: account.kind,
            status: account.status,
            guards: rules.guards(),
            marks: 0,
        });
        self.details.push(Details {
            number: account.number,
            opened: account.opened,
            floor: account.floor.0,
            terms: account.terms.map(Box::new),
        });
        self.numbers.insert(account.number, account.id);
        Some(())
    }

    /// Adds to an account's credits.
    pub(crate) fn credit(&mut self, place: usize, amount: u128) -> Result<(), RejectReason> {
        let posting = self
            .postings
            .get(place)
            .ok_or(RejectReason::CreditorUnknown)?;
        let credits = grown(posting.credits, amount)?;
        self.touch(place);
        self.postings[place].credits = credits;
        Ok(())
    }

    /// Adds to an account's debits; the floor is the caller's to check.
    pub(crate) fn debit(&mut self, place: usize, amount: u128) -> Result<(), RejectReason> {
        let posting = self
            .postings
            .get(place)
            .ok_or(RejectReason::DebtorUnknown)?;
        let debits = grown(posting.debits, amount)?;
        self.touch(place);
        self.postings[place].debits = debits;
        Ok(())
    }

    /// What of an account changes seldom.
    pub(crate) fn rules(&self, place: usize) -> Option<Rules> {
        let (posting, details) = (self.postings.get(place)?, self.details.get(place)?);
        Some(Rules {
            status: posting.status,
            floor: details.floor,
            terms: details.terms.as_deref().copied().unwrap_or_default(),
        })
    }

    /// Changes what of an account changes seldom; the caller has checked that it may.
    pub(crate) fn set_rules(&mut self, place: usize, change: impl FnOnce(&mut Rules)) {
        let Some(before) = self.rules(place) else {
            return;
        };
        let mut rules = before;
        change(&mut rules);
        self.touch(place);
        if self.postings[place].marks & DETAILS_IN_BLOCK == 0 {
            self.postings[place].marks |= DETAILS_IN_BLOCK;
            self.rules_images.push(RulesImage {
                account: AccountId(place as u64),
                rules: before,
            });
        }
        if rules.floor != before.floor {
            let lowest = self.lowest_floors.entry(place).or_insert(before.floor);
            *lowest = (*lowest).min(rules.floor);
        }
        let posting = &mut self.postings[place];
        posting.status = rules.status;
        posting.bound = rules.bound();
        posting.guards = rules.guards();
        let details = &mut self.details[place];
        details.floor = rules.floor;
        details.terms = rules.stored_terms().map(Box::new);
    }

    /// Whether a transfer between two accounts counts in a limit of either.
    #[inline]
    pub(crate) fn are_counted(&self, debtor: usize, creditor: usize) -> bool {
        let guards = |row: usize| self.postings.get(row).map_or(0, |it| it.guards);
        (guards(debtor) | guards(creditor)) & GUARD_COUNTED != 0
    }

    /// Whether `credit` and `debit` of `amount` would stay in range.
    pub(crate) fn check_range(
        &self,
        debtor: usize,
        creditor: usize,
        amount: u128,
    ) -> Result<(), RejectReason> {
        let debtor = self
            .postings
            .get(debtor)
            .ok_or(RejectReason::DebtorUnknown)?;
        let creditor = self
            .postings
            .get(creditor)
            .ok_or(RejectReason::CreditorUnknown)?;
        grown(debtor.debits, amount)?;
        grown(creditor.credits, amount)?;
        Ok(())
    }

    /// Takes the before-image at the first touch in a block.
    #[inline]
    fn touch(&mut self, place: usize) {
        let posting = &mut self.postings[place];
        let marks = posting.marks;
        if marks & IN_BLOCK != 0 {
            return;
        }
        self.images.push(Image {
            account: AccountId(place as u64),
            debits: posting.debits,
            credits: posting.credits,
        });
        posting.marks |= IN_BLOCK | SINCE_CHECKPOINT | SINCE_TAKE;
        if marks & SINCE_CHECKPOINT == 0 {
            self.since_checkpoint.push(place);
        }
        if marks & SINCE_TAKE == 0 {
            self.since_take.push(place);
        }
    }

    /// The before-images of the current block.
    pub(crate) fn images(&self) -> &[Image] {
        &self.images
    }

    /// By how much an account's floor was lower at some time in the current block than it is now.
    pub(crate) fn floor_raised(&self, place: usize) -> u128 {
        let lowest = self.lowest_floors.get(&place).copied();
        let now = self.details.get(place).map(|it| it.floor);
        let raised = now
            .zip(lowest)
            .map_or(0, |(now, lowest)| now.saturating_sub(lowest));
        u128::try_from(raised).unwrap_or(0)
    }

    /// The before-images of the rules that changed in the current block.
    pub(crate) fn rules_images(&self) -> &[RulesImage] {
        &self.rules_images
    }

    /// Ends the block and hands over its before-images.
    pub(crate) fn end_block(&mut self) -> (Vec<Image>, Vec<RulesImage>) {
        for image in &self.images {
            self.postings[place(image.account)].marks &= !(IN_BLOCK | DETAILS_IN_BLOCK);
        }
        self.lowest_floors.clear();
        let rules = std::mem::take(&mut self.rules_images);
        (std::mem::take(&mut self.images), rules)
    }

    /// Rows changed since the last checkpoint, ascending; they count as hashed from now on.
    pub(crate) fn take_since_checkpoint(&mut self) -> Vec<usize> {
        let mut rows = std::mem::take(&mut self.since_checkpoint);
        rows.sort_unstable();
        for row in &rows {
            self.postings[*row].marks &= !SINCE_CHECKPOINT;
        }
        rows
    }

    /// Rows changed since rows were last taken, ascending; they count as stored from now on.
    pub(crate) fn take_since_take(&mut self) -> Vec<usize> {
        let mut rows = std::mem::take(&mut self.since_take);
        rows.sort_unstable();
        for row in &rows {
            self.postings[*row].marks &= !SINCE_TAKE;
        }
        rows
    }

    /// Bytes that are not yet taken for storing, roughly: rows changed.
    pub(crate) fn changed(&self) -> usize {
        self.since_take.len()
    }

    /// Corrupts one account, to show that the checks notice.
    #[cfg(any(test, feature = "twins"))]
    pub(crate) fn posting_mut(&mut self, place: usize) -> &mut Posting {
        &mut self.postings[place]
    }
}
