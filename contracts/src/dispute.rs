//! Disputes over settled payments: a claim of the payer's side, documents of both sides, a decision, a compensating payment.
//!
//! ```text
//!   OpenDispute ──▶ Open ─SubmitEvidence─▶ Open ──DecideDispute──▶ Decided(amount, pay by) ─SettleDispute──────────▶ Paid
//!                    │                                   │                └─pay-by passes: the ledger pays─▶ Paid | Unpaid ─SettleDispute─▶ Paid
//!                    └─Cancel by who opened─▶ Withdrawn  └─nothing awarded─▶ Dismissed
//! ```
//! What settled stays settled (ledger I5): compensation is another payment, linked to the dispute and by it to the first one. The ledger judges nothing: a
//! decision is the signature of the operator or a regulator who is no party. Spec: ledger 3.2, 3.4.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, Hash, ParticipantId, identifiers::Uetr};

use crate::{
    account::store::place,
    automatic::{self, Asked, AutomaticState, Cause},
    ledger::Ledger,
    objects::Object,
    payment::evidence::{Original, OriginalKey},
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    text::Purpose,
    verb::Origin,
};

pub(crate) mod decide_dispute;
pub(crate) mod open_dispute;
pub(crate) mod settle_dispute;
pub(crate) mod submit_evidence;

/// Documents that one side may name.
const DOCUMENTS_PER_SIDE_MAX: usize = 8;

/// How a dispute stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum DisputeState {
    /// Both sides name documents.
    Open = 0,
    /// So much is awarded, to be paid until then.
    Decided(Amount, BlockTime) = 1,
    /// Nothing is awarded.
    Dismissed = 2,
    /// So much was paid, under this reference.
    Paid(Amount, Uetr) = 3,
    /// So much was not paid in time and is still owed.
    Unpaid(Amount) = 4,
    /// Taken back before it was decided.
    Withdrawn = 5,
}

/// A document that a side has named.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct DisputeDocument {
    /// Who named it.
    pub by: ParticipantId,
    /// Whether it speaks for the payer's side.
    pub for_claimant: bool,
    /// Its hash.
    pub document: Hash,
}

/// A dispute, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentDispute {
    /// Whose instruction it is.
    pub origin: Origin,
    /// Its reference.
    pub uetr: Uetr,
    /// The transfer in dispute: its payer claims, its payee answers.
    pub original: Original,
    /// How much is claimed back.
    pub claimed: Amount,
    /// Why: an external reason code.
    pub reason: Purpose,
    /// What both sides have named, in order.
    pub documents: Vec<DisputeDocument>,
    /// Who decided.
    pub decided_by: Option<ParticipantId>,
    /// Hash of the decision's grounds.
    pub grounds: Option<Hash>,
    /// How it stands.
    pub state: DisputeState,
}

/// What disputes are looked up by.
#[derive(Clone, Debug, Default)]
pub(crate) struct DisputeIndex {
    by_uetr: BTreeMap<Uetr, u64>,
    /// Those that are not over, by the payment in dispute.
    standing: BTreeMap<OriginalKey, u64>,
    /// What was awarded of a payment and paid.
    awarded: BTreeMap<OriginalKey, u128>,
}

impl PaymentDispute {
    /// Whether something of it is still to come.
    pub(crate) fn stands(&self) -> bool {
        match self.state {
            DisputeState::Open | DisputeState::Decided(..) | DisputeState::Unpaid(_) => true,
            DisputeState::Dismissed | DisputeState::Paid(..) | DisputeState::Withdrawn => false,
        }
    }

    fn paid(&self) -> u128 {
        match self.state {
            DisputeState::Paid(amount, _) => amount.minor(),
            DisputeState::Open
            | DisputeState::Decided(..)
            | DisputeState::Unpaid(_)
            | DisputeState::Dismissed
            | DisputeState::Withdrawn => 0,
        }
    }

    /// What is awarded and not paid yet.
    fn owed(&self) -> Option<Amount> {
        match self.state {
            DisputeState::Decided(amount, _) | DisputeState::Unpaid(amount) => Some(amount),
            DisputeState::Open
            | DisputeState::Dismissed
            | DisputeState::Paid(..)
            | DisputeState::Withdrawn => None,
        }
    }
}

impl Object for PaymentDispute {
    const TABLE: Table = Table::Disputes;
    const ROWS_MAX: u64 = 1 << 21;
    type Index = DisputeIndex;

    fn enter(&self, id: u64, index: &mut DisputeIndex) {
        index.by_uetr.insert(self.uetr, id);
        if self.stands() {
            index.standing.insert(self.original.key(), id);
        }
        let sum = self.paid();
        if sum > 0 {
            let awarded = index.awarded.entry(self.original.key()).or_default();
            *awarded = awarded.saturating_add(sum);
        }
    }

    fn leave(&self, _id: u64, index: &mut DisputeIndex) {
        // A dispute that is over never changes, so nothing paid is ever taken out.
        index.standing.remove(&self.original.key());
    }

    fn due(&self) -> Option<BlockTime> {
        match self.state {
            DisputeState::Decided(_, pay_by) => Some(pay_by),
            DisputeState::Open
            | DisputeState::Dismissed
            | DisputeState::Paid(..)
            | DisputeState::Unpaid(_)
            | DisputeState::Withdrawn => None,
        }
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        ledger.collect_award(moment, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.original.debtor)
            && known(self.original.creditor)
            && ledger.participant(self.origin.sender).is_some()
    }
}

impl Ledger {
    /// The dispute with this reference.
    pub(crate) fn dispute(&self, uetr: &Uetr) -> Result<(u64, &PaymentDispute), RejectReason> {
        let disputes = &self.products.disputes;
        let found = disputes.index().by_uetr.get(uetr);
        found
            .and_then(|id| Some((*id, disputes.get(*id)?)))
            .ok_or(RejectReason::DisputeUnknown)
    }

    /// The dispute with this reference, before it is decided.
    pub(crate) fn open_dispute(&self, uetr: &Uetr) -> Result<(u64, &PaymentDispute), RejectReason> {
        let (id, dispute) = self.dispute(uetr)?;
        match dispute.state {
            DisputeState::Open => Ok((id, dispute)),
            DisputeState::Decided(..)
            | DisputeState::Dismissed
            | DisputeState::Paid(..)
            | DisputeState::Unpaid(_)
            | DisputeState::Withdrawn => Err(RejectReason::DisputeDecided),
        }
    }

    /// Whether a dispute over this payment is not over.
    pub(crate) fn is_disputed(&self, original: &OriginalKey) -> bool {
        let index = self.products.disputes.index();
        index.standing.contains_key(original)
    }

    /// What disputes have brought back of a payment, in minor units.
    pub(crate) fn awarded(&self, original: &OriginalKey) -> u128 {
        let index = self.products.disputes.index();
        index.awarded.get(original).copied().unwrap_or(0)
    }

    /// Changes a dispute and, when it is over now, tells who opened it.
    pub(crate) fn set_dispute(&mut self, id: u64, state: DisputeState) {
        let outcome = match state {
            DisputeState::Open | DisputeState::Decided(..) | DisputeState::Unpaid(_) => None,
            DisputeState::Dismissed => Some(Outcome::Refused(RejectReason::DisputeDismissed)),
            DisputeState::Paid(..) => Some(Outcome::Settled),
            DisputeState::Withdrawn => Some(Outcome::Cancelled(RejectReason::CancelledBySender)),
        };
        let origin = self.products.disputes.update(id, |it| {
            it.state = state;
            it.origin
        });
        if let (Some(origin), Some(outcome)) = (origin, outcome) {
            self.answer(origin, outcome);
        }
    }

    /// Pays what was awarded from the payee's account, because it was not paid in time.
    fn collect_award(&mut self, moment: &Moment, id: u64) {
        let Some(dispute) = self.products.disputes.get(id).cloned() else {
            return;
        };
        let original = &dispute.original;
        let payee = self.accounts.posting(place(original.creditor));
        let (Some(owner), Some(amount)) = (payee.map(|it| it.owner), dispute.owed()) else {
            return;
        };
        let origin = Origin {
            sender: owner,
            ..dispute.origin
        };
        let asked = Asked {
            debtor: original.creditor,
            creditor: original.debtor,
            asset: original.asset,
            amount,
            reference: original.reference,
            purpose: original.purpose,
            queue_until: None,
        };
        let row = self.products.automatic.len();
        let paid = automatic::pay(self, moment, origin, Cause::Dispute(id), asked);
        let payment = self.products.automatic.get(row);
        let state = match (paid, payment) {
            (AutomaticState::Settled(_), Some(it)) => DisputeState::Paid(amount, it.payment.uetr),
            (_, _) => DisputeState::Unpaid(amount),
        };
        self.set_dispute(id, state);
    }
}
