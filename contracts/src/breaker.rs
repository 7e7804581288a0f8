//! Circuit breakers: new debits stop, no balance changes (ledger I21).
//!
//! ```text
//!   Closed ──TripBreaker | rule | short reserve──▶ Tripped ──ResumeBreaker──▶ HalfOpen(limit) ──ResumeBreaker──▶ Closed
//!                                             ▲                              │
//!                                             └──────────TripBreaker─────────┘
//! ```
//! Whoever trips says why; resuming takes the highest band of the operator's signing policy, so it is M-of-N once the operator has one.
//! What was promised before (holds, earmarked legs) is still kept.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, BlockTime, Height, ParticipantId, json};

use crate::{
    ledger::Ledger, objects::Object, reject::RejectReason, standing::Moment, tables::Table,
    text::Purpose,
};

pub(crate) mod history;
pub(crate) mod resume_breaker;
pub(crate) mod rule;
pub(crate) mod set_risk_rule;
pub(crate) mod trip_breaker;

/// What a breaker stops.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum BreakerScope {
    /// Every new debit.
    Network = 0,
    /// Every instruction of one verb, by its number.
    Product(u8) = 1,
    /// New debits in one asset, and its issue.
    Asset(AssetId) = 2,
    /// New debits of one participant's accounts.
    Participant(ParticipantId) = 3,
    /// New debits of one account.
    Account(AccountId) = 4,
}

/// How a breaker stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum BreakerState {
    /// Nothing is stopped.
    Closed = 0,
    /// Everything in its scope is stopped.
    Tripped = 1,
    /// Only instructions of at most so many minor units pass.
    HalfOpen(#[serde(with = "json::text")] u128) = 2,
}

/// A breaker that was tripped once, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaker {
    /// What it stops.
    pub scope: BreakerScope,
    /// How it stands.
    pub state: BreakerState,
    /// Why it was tripped last: an external reason code.
    pub reason: Purpose,
    /// Who tripped it last; `None` for the ledger itself.
    pub by: Option<ParticipantId>,
    /// Height of its last change.
    pub height: Height,
    /// Time of its last change.
    pub time: BlockTime,
    /// How often it was tripped.
    pub trips: u32,
}

/// Breakers by scope, and which of them stop anything now.
#[derive(Clone, Default, Debug)]
pub(crate) struct BreakerIndex {
    rows: BTreeMap<BreakerScope, u64>,
    open: BTreeSet<BreakerScope>,
}

impl Object for Breaker {
    const TABLE: Table = Table::Breakers;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = BreakerIndex;

    fn enter(&self, id: u64, index: &mut BreakerIndex) {
        index.rows.insert(self.scope, id);
        if self.state != BreakerState::Closed {
            index.open.insert(self.scope);
        }
    }

    fn leave(&self, _id: u64, index: &mut BreakerIndex) {
        index.open.remove(&self.scope);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.has_scope(&self.scope)
    }
}

impl Ledger {
    /// Whether a breaker can have this scope.
    pub(crate) fn has_scope(&self, scope: &BreakerScope) -> bool {
        match scope {
            BreakerScope::Network | BreakerScope::Product(_) => true,
            BreakerScope::Asset(id) => self.asset(*id).is_some(),
            BreakerScope::Participant(id) => self.participant(*id).is_some(),
            BreakerScope::Account(id) => id.0 < self.accounts.len() as u64,
        }
    }

    pub(crate) fn breaker(&self, scope: &BreakerScope) -> Option<(u64, &Breaker)> {
        let id = *self.products.breakers.index().rows.get(scope)?;
        Some((id, self.products.breakers.get(id)?))
    }

    /// Trips a breaker, by a participant or by the ledger itself; the caller has asked for room.
    pub(crate) fn trip(
        &mut self,
        moment: &Moment,
        scope: BreakerScope,
        reason: Purpose,
        by: Option<ParticipantId>,
    ) -> u64 {
        let known = self.breaker(&scope).map(|(id, it)| (id, it.trips));
        let row = Breaker {
            scope,
            state: BreakerState::Tripped,
            reason,
            by,
            height: moment.height,
            time: moment.time,
            trips: known.map_or(1, |(_, trips)| trips.saturating_add(1)),
        };
        match known {
            Some((id, _)) => {
                self.products.breakers.update(id, |it| *it = row);
                id
            }
            None => self.products.breakers.add(row),
        }
    }

    /// Whether a breaker stops something of these scopes and this amount.
    pub(crate) fn check_breakers(
        &self,
        scopes: &[BreakerScope],
        amount: u128,
    ) -> Result<(), RejectReason> {
        if self.products.breakers.index().open.is_empty() {
            return Ok(());
        }
        for scope in scopes {
            match self.breaker(scope).map(|(_, it)| it.state) {
                None | Some(BreakerState::Closed) => {}
                Some(BreakerState::HalfOpen(limit)) if amount <= limit => {}
                Some(BreakerState::HalfOpen(_)) => return Err(RejectReason::BreakerHalfOpen),
                Some(BreakerState::Tripped) => return Err(RejectReason::BreakerTripped),
            }
        }
        Ok(())
    }
}
