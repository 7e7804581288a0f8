//! What was used once and may never be used again: idempotency keys and UETRs, each with the one outcome.
//!
//! Committed to by a running hash over transaction ids in order of execution. Refusals that must not use up an idempotency key (its
//! holder never signed them) are remembered by transaction id for as long as the instruction could still be valid.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    BlockTime, Height, ParticipantId, TransactionId, identifiers::Uetr, limits::EXPIRY_AHEAD_MS_MAX,
};

use crate::{receipt::Outcome, reject::RejectReason, text::IdempotencyKey};

/// The one outcome of an executed instruction, without the list of refused legs (which is in its receipt).
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum RecordedOutcome {
    /// Took effect.
    Settled = 0,
    /// Had no effect.
    Refused(RejectReason) = 1,
    /// A bulk payment took effect with these legs.
    BulkSettled {
        /// Legs that settled.
        settled_count: u32,
        /// Their sum, in minor units.
        settled_sum: u128,
        /// Legs that were refused.
        refused_count: u32,
    } = 2,
    /// A bulk payment in mode all had no effect because of this leg.
    BulkRefused {
        /// Index of the first leg that could not settle.
        leg: u16,
        /// Why.
        reason: RejectReason,
    } = 3,
}

impl From<&Outcome> for RecordedOutcome {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Settled => RecordedOutcome::Settled,
            Outcome::Refused(reason) => RecordedOutcome::Refused(*reason),
            Outcome::BulkSettled {
                settled_count,
                settled_sum,
                refused,
            } => RecordedOutcome::BulkSettled {
                settled_count: *settled_count,
                settled_sum: *settled_sum,
                refused_count: u32::try_from(refused.len()).unwrap_or(u32::MAX),
            },
            Outcome::BulkRefused { leg, reason } => RecordedOutcome::BulkRefused {
                leg: *leg,
                reason: *reason,
            },
        }
    }
}

/// Where an instruction was executed, and how it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct InstructionRecord {
    /// The transaction.
    pub transaction: TransactionId,
    /// Height of its block.
    pub height: Height,
    /// Index of its receipt in that block.
    pub index: u32,
    /// How it ended.
    pub outcome: RecordedOutcome,
}

/// A refusal that used up no idempotency key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Unheard {
    pub(crate) until: BlockTime,
    pub(crate) record: InstructionRecord,
}

type InstructionKey = (ParticipantId, IdempotencyKey);

/// All identifiers used so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identifiers {
    instructions: BTreeMap<InstructionKey, InstructionRecord>,
    uetrs: BTreeMap<Uetr, TransactionId>,
    unheard: BTreeMap<TransactionId, Unheard>,
    unheard_order: BTreeMap<(BlockTime, TransactionId), ()>,
    new_instructions: Vec<InstructionKey>,
    new_uetrs: Vec<Uetr>,
    changed_unheard: Vec<TransactionId>,
}

/// What changed since rows were last taken.
pub(crate) struct ChangedIdentifiers {
    pub(crate) instructions: Vec<(InstructionKey, InstructionRecord)>,
    pub(crate) uetrs: Vec<(Uetr, TransactionId)>,
    pub(crate) unheard: Vec<(TransactionId, Option<Unheard>)>,
}

impl Identifiers {
    pub(crate) fn instruction(
        &self,
        sender: ParticipantId,
        key: &IdempotencyKey,
    ) -> Option<&InstructionRecord> {
        self.instructions.get(&(sender, *key))
    }

    pub(crate) fn uetr(&self, uetr: &Uetr) -> Option<TransactionId> {
        self.uetrs.get(uetr).copied()
    }

    pub(crate) fn unheard(&self, id: &TransactionId) -> Option<&InstructionRecord> {
        self.unheard.get(id).map(|unheard| &unheard.record)
    }

    pub(crate) fn counts(&self) -> (u64, u64, u64) {
        (
            self.instructions.len() as u64,
            self.uetrs.len() as u64,
            self.unheard.len() as u64,
        )
    }

    pub(crate) fn use_key(
        &mut self,
        sender: ParticipantId,
        key: IdempotencyKey,
        record: InstructionRecord,
    ) {
        let before = self.instructions.insert((sender, key), record);
        assert!(before.is_none(), "an idempotency key is used once");
        self.new_instructions.push((sender, key));
    }

    pub(crate) fn use_uetr(&mut self, uetr: Uetr, transaction: TransactionId) {
        let before = self.uetrs.insert(uetr, transaction);
        assert!(before.is_none(), "a UETR is used once");
        self.new_uetrs.push(uetr);
    }

    /// Remembers a refusal until its instruction has expired, and never longer than any instruction may live.
    pub(crate) fn remember_unheard(
        &mut self,
        now: BlockTime,
        expiry: BlockTime,
        record: InstructionRecord,
    ) {
        let until = expiry.min(BlockTime(now.0.saturating_add(EXPIRY_AHEAD_MS_MAX)));
        self.put_unheard(Unheard { until, record });
        self.changed_unheard.push(record.transaction);
    }

    fn put_unheard(&mut self, unheard: Unheard) {
        let id = unheard.record.transaction;
        self.unheard.insert(id, unheard);
        self.unheard_order.insert((unheard.until, id), ());
    }

    /// Forgets refusals whose instructions can no longer be valid at `now`.
    pub(crate) fn forget(&mut self, now: BlockTime) {
        while let Some(((until, id), ())) = self.unheard_order.first_key_value() {
            if *until >= now {
                break;
            }
            let id = *id;
            self.unheard_order.pop_first();
            self.unheard.remove(&id);
            self.changed_unheard.push(id);
        }
    }

    pub(crate) fn changed(&self) -> usize {
        self.new_instructions.len() + self.new_uetrs.len() + self.changed_unheard.len()
    }

    pub(crate) fn take_changed(&mut self) -> ChangedIdentifiers {
        let instructions = std::mem::take(&mut self.new_instructions);
        let uetrs = std::mem::take(&mut self.new_uetrs);
        let mut unheard = std::mem::take(&mut self.changed_unheard);
        unheard.sort_unstable();
        unheard.dedup();
        ChangedIdentifiers {
            instructions: instructions
                .into_iter()
                .filter_map(|key| Some((key, *self.instructions.get(&key)?)))
                .collect(),
            uetrs: uetrs
                .into_iter()
                .filter_map(|uetr| Some((uetr, *self.uetrs.get(&uetr)?)))
                .collect(),
            unheard: unheard
                .into_iter()
                .map(|id| (id, self.unheard.get(&id).copied()))
                .collect(),
        }
    }

    pub(crate) fn restore_instruction(
        &mut self,
        sender: ParticipantId,
        key: IdempotencyKey,
        record: InstructionRecord,
    ) {
        self.instructions.insert((sender, key), record);
    }

    pub(crate) fn restore_uetr(&mut self, uetr: Uetr, transaction: TransactionId) {
        self.uetrs.insert(uetr, transaction);
    }

    pub(crate) fn restore_unheard(&mut self, unheard: Unheard) {
        self.put_unheard(unheard);
    }
}
