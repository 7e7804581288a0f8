//! Payment versus payment between two who wait for funds: two payments of different assets that settle together or not at all.
//!
//! ```text
//!   PayVersus of one side ──▶ Unmatched ── PayVersus of the other, on the same terms ──▶ Settled, both at once
//!                               │ ├── Cancel by its sender ──▶ Cancelled              └─▶ Queued, both: a pair (`liquidity::pairs`)
//!                               │ └── its time passes ──▶ Refused (AB03)
//! ```
//! Nothing is set aside meanwhile: what `Link` earmarks, a pair leaves free for more urgent payments, and a netting cycle settles pairs of two
//! currencies with whatever else waits in both. Spec: ledger 3.4, 4; I7.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, Height, identifiers::Uetr};

use crate::{
    account::store::place, ledger::Ledger, objects::Object, payment::pay::Pay, receipt::Outcome,
    reject::RejectReason, standing::Moment, tables::Table, verb::Origin,
};

/// How one side of a pair stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum VersusState {
    /// Waits for the other side.
    Unmatched = 0,
    /// Settled with the other side at this height, without waiting for funds.
    Settled(Height) = 1,
    /// Both sides wait in their queues, or waited: `queue` tells how it went on.
    Queued = 2,
    /// Refused before the other side came.
    Refused(RejectReason) = 3,
    /// Taken back by its sender before the other side came.
    Cancelled = 4,
}

/// One side of a pair, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersusPayment {
    /// Whose instruction it is.
    pub origin: Origin,
    /// What this side pays.
    pub payment: Pay,
    /// UETR of the other side's payment.
    pub against: Uetr,
    /// Where this side is paid.
    pub receive: AccountId,
    /// How much it is paid.
    pub expected: Amount,
    /// Until when it waits, for the other side or for funds.
    pub until: BlockTime,
    /// How it stands.
    pub state: VersusState,
}

impl VersusPayment {
    /// Whether two sides name each other and ask for what the other gives.
    pub(crate) fn matches(&self, other: &VersusPayment) -> bool {
        let gets = |own: &VersusPayment, other: &VersusPayment| {
            own.against == other.payment.uetr
                && own.receive == other.payment.creditor
                && own.expected == other.payment.amount
        };
        gets(self, other) && gets(other, self)
    }
}

impl Object for VersusPayment {
    const TABLE: Table = Table::VersusPayments;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = BTreeMap<Uetr, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.payment.uetr, id);
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == VersusState::Unmatched).then_some(self.until)
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        let reason = RejectReason::VersusUnmatched;
        ledger.end_versus(id, VersusState::Refused(reason), Outcome::Refused(reason));
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let accounts = [self.payment.debtor, self.payment.creditor, self.receive];
        ledger.participant(self.origin.sender).is_some()
            && accounts
                .iter()
                .all(|it| ledger.accounts.posting(place(*it)).is_some())
    }
}

impl Ledger {
    /// The side with this reference that waits for the other; [`RejectReason::VersusEnded`] when it no longer does.
    pub(crate) fn open_versus(
        &self,
        uetr: &Uetr,
    ) -> Result<Option<(u64, &VersusPayment)>, RejectReason> {
        let table = &self.products.versus;
        let found = table.index().get(uetr);
        let found = found.and_then(|id| Some((*id, table.get(*id)?)));
        match found.map(|(_, it)| it.state) {
            None | Some(VersusState::Unmatched) => Ok(found),
            Some(
                VersusState::Settled(_)
                | VersusState::Queued
                | VersusState::Refused(_)
                | VersusState::Cancelled,
            ) => Err(RejectReason::VersusEnded),
        }
    }

    /// Ends the wait of one side for the other, and tells its sender.
    pub(crate) fn end_versus(&mut self, id: u64, state: VersusState, outcome: Outcome) {
        let origin = self.products.versus.update(id, |it| {
            it.state = state;
            it.origin
        });
        if let Some(origin) = origin {
            let fee = self.fee.take();
            self.answer_with(origin, outcome, fee);
        }
    }
}
