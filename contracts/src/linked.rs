//! Linked legs: delivery versus payment, payment versus payment, any exchange of up to 16 legs, all or none.
//!
//! ```text
//!   Link ──▶ Proposed ── Affirm by the side of every debtor ──▶ all earmarked ──▶ Settled in that very instruction
//!               │              └ earmarks its legs: the money is set aside, as by a hold
//!               ├── Cancel by the proposer ──▶ Cancelled ┐ every earmark is freed
//!               └── affirm_by passes ───────▶ Expired    ┘
//! ```
//! No leg moves before all are earmarked, and then all move at once (ledger I7).

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, identifiers::Uetr};

use crate::{
    account::store::place,
    ledger::Ledger,
    liquidity::{limits::Spending, pending::Promised},
    objects::Object,
    payment::{check_creditor, check_debit, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    verb::Origin,
};

pub(crate) mod affirm;
pub(crate) mod link;

/// Legs of one exchange.
pub(crate) const LINKED_LEGS_MAX: usize = 16;

/// Milliseconds an exchange may wait for its parties.
pub(crate) const AFFIRM_MS_MAX: u64 = 30 * 86_400_000;

/// One leg of an exchange.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct LinkedLeg {
    /// Who gives.
    pub debtor: AccountId,
    /// Who gets.
    pub creditor: AccountId,
    /// What.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
}

/// How an exchange stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum LinkedState {
    /// Waits for the sides that have not affirmed.
    Proposed = 0,
    /// All legs moved.
    Settled = 1,
    /// Taken back by its proposer.
    Cancelled = 2,
    /// Not affirmed by all in time.
    Expired = 3,
    /// Affirmed by all, but an account could no longer be used.
    Refused(RejectReason) = 4,
}

/// An exchange, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// Whose instruction it is.
    pub origin: Origin,
    /// Its reference.
    pub uetr: Uetr,
    /// Its legs.
    pub legs: Vec<LinkedLeg>,
    /// Which of them are earmarked, in the same order.
    pub earmarked: Vec<bool>,
    /// Until when every side must have affirmed.
    pub affirm_by: BlockTime,
    /// How it stands.
    pub state: LinkedState,
}

/// What exchanges are looked up by.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkedIndex {
    by_uetr: BTreeMap<Uetr, u64>,
    earmarked: Promised,
}

impl LinkedIndex {
    /// What earmarked legs of one account set aside for another, in minor units.
    pub(crate) fn pending(&self, pair: (AccountId, AccountId)) -> u128 {
        self.earmarked.pending(pair)
    }

    /// Those for whom earmarked legs of an account set money aside.
    pub(crate) fn creditors_of(&self, debtor: AccountId) -> impl Iterator<Item = AccountId> + '_ {
        self.earmarked.creditors_of(debtor)
    }
}

impl Linked {
    /// The legs for which money is set aside now.
    fn open_earmarks(&self) -> impl Iterator<Item = &LinkedLeg> {
        let is_open = self.state == LinkedState::Proposed;
        let legs = self.legs.iter().zip(&self.earmarked);
        legs.filter(move |(_, done)| is_open && **done)
            .map(|(leg, _)| leg)
    }
}

impl Object for Linked {
    const TABLE: Table = Table::Linked;
    const ROWS_MAX: u64 = 1 << 21;
    type Index = LinkedIndex;

    fn enter(&self, id: u64, index: &mut LinkedIndex) {
        index.by_uetr.insert(self.uetr, id);
        for leg in self.open_earmarks() {
            index.earmarked.add(leg.debtor, leg.creditor, leg.amount);
        }
    }

    fn leave(&self, _id: u64, index: &mut LinkedIndex) {
        for leg in self.open_earmarks() {
            index.earmarked.remove(leg.debtor, leg.creditor, leg.amount);
        }
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == LinkedState::Proposed).then_some(self.affirm_by)
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        let outcome = Outcome::Refused(RejectReason::NotAffirmedInTime);
        ledger.end_linked(id, LinkedState::Expired, outcome);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |leg: &LinkedLeg| {
            let accounts = [leg.debtor, leg.creditor];
            let mut known = accounts.iter();
            known.all(|account| ledger.accounts.posting(place(*account)).is_some())
        };
        self.legs.iter().all(known) && self.legs.len() == self.earmarked.len()
    }
}

/// Whether `sender` may earmark these legs now, together.
fn check_earmark(
    ledger: &Ledger,
    sender: ParticipantId,
    legs: &[LinkedLeg],
) -> Result<(), RejectReason> {
    let mut debits: BTreeMap<AccountId, u128> = BTreeMap::new();
    let mut credits: BTreeMap<AccountId, u128> = BTreeMap::new();
    let mut spending: BTreeMap<AccountId, Option<Spending>> = BTreeMap::new();
    for leg in legs {
        let amount = leg.amount.minor();
        let debited = debits.entry(leg.debtor).or_default();
        *debited = debited.saturating_add(amount);
        let credited = credits.entry(leg.creditor).or_default();
        *credited = credited.saturating_add(amount);
        let debtor = check_new_debit(ledger, sender, leg.debtor, leg.asset, *debited)?;
        check_creditor(ledger, leg.creditor, leg.asset, *credited)?;
        let headroom = ledger
            .accounts
            .posting(debtor)
            .map_or(0, |it| it.headroom());
        if i128::try_from(*debited).unwrap_or(i128::MAX) > headroom {
            return Err(RejectReason::InsufficientFunds);
        }
        let limits = spending.entry(leg.debtor);
        let limits = limits.or_insert_with(|| Spending::of(ledger, debtor));
        if let Some(limits) = limits {
            limits.check(leg.creditor, leg.amount.signed())?;
            limits.pay(leg.creditor, leg.amount.signed());
        }
    }
    Ok(())
}

impl Ledger {
    /// The exchange with this reference, while it waits.
    pub(crate) fn open_linked(&self, uetr: &Uetr) -> Result<(u64, &Linked), RejectReason> {
        let found = self.products.linked.index().by_uetr.get(uetr);
        let (id, linked) = found
            .and_then(|id| Some((*id, self.products.linked.get(*id)?)))
            .ok_or(RejectReason::LinkedUnknown)?;
        match linked.state {
            LinkedState::Proposed => Ok((id, linked)),
            LinkedState::Settled
            | LinkedState::Cancelled
            | LinkedState::Expired
            | LinkedState::Refused(_) => Err(RejectReason::LinkedEnded),
        }
    }

    /// The legs that `sender` can earmark and has not.
    fn legs_of(&self, linked: &Linked, sender: ParticipantId) -> Vec<usize> {
        let legs = linked.legs.iter().zip(&linked.earmarked).enumerate();
        let own = legs.filter(|(_, (leg, done))| !**done && self.acts_for(sender, leg.debtor));
        own.map(|(place, _)| place).collect()
    }

    /// Earmarks checked legs; settles when they were the last. Answers the outcome once the exchange has ended.
    fn earmark(&mut self, id: u64, places: &[usize]) -> Option<Outcome> {
        let linked = self.products.linked.get(id)?.clone();
        for place in places {
            if let Some(leg) = linked.legs.get(*place) {
                self.set_aside(leg.debtor, leg.creditor, leg.amount.minor());
            }
        }
        let complete = self.products.linked.update(id, |it| {
            for place in places {
                if let Some(done) = it.earmarked.get_mut(*place) {
                    *done = true;
                }
            }
            it.earmarked.iter().all(|done| *done)
        })?;
        complete.then(|| self.settle_linked(id, &linked.legs))
    }

    fn settle_linked(&mut self, id: u64, legs: &[LinkedLeg]) -> Outcome {
        let sum = legs
            .iter()
            .fold(0_u128, |sum, leg| sum.saturating_add(leg.amount.minor()));
        let usable = legs.iter().try_for_each(|leg| {
            check_debit(self, leg.debtor, leg.asset)?;
            check_creditor(self, leg.creditor, leg.asset, 0)?;
            // Legs to one account add up to at most the sum of all.
            self.accounts
                .check_range(place(leg.debtor), place(leg.creditor), sum)
        });
        self.free_linked(id);
        if let Err(reason) = usable {
            let state = LinkedState::Refused(reason);
            self.products.linked.update(id, |it| it.state = state);
            return Outcome::Refused(reason);
        }
        for leg in legs {
            let (debtor, creditor) = (place(leg.debtor), place(leg.creditor));
            let moved = self.transfer(leg.asset, debtor, creditor, leg.amount.minor());
            assert!(moved.is_ok(), "a checked leg moves: {moved:?}");
            self.header.legs += 1;
        }
        let state = LinkedState::Settled;
        self.products.linked.update(id, |it| it.state = state);
        Outcome::Settled
    }

    /// Frees what is earmarked.
    fn free_linked(&mut self, id: u64) {
        let Some(linked) = self.products.linked.get(id).cloned() else {
            return;
        };
        for (leg, _) in linked
            .legs
            .iter()
            .zip(&linked.earmarked)
            .filter(|(_, done)| **done)
        {
            self.free(leg.debtor, leg.creditor, leg.amount.minor());
        }
    }

    /// Ends an exchange that has not settled, and tells its proposer.
    pub(crate) fn end_linked(&mut self, id: u64, state: LinkedState, outcome: Outcome) {
        self.free_linked(id);
        let origin = self.products.linked.update(id, |it| {
            it.state = state;
            it.origin
        });
        if let Some(origin) = origin {
            self.answer(origin, outcome);
        }
    }
}
