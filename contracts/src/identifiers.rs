//! What was used once and may never be used again: idempotency keys and UETRs, each with the one outcome.
//!
//! Committed to by a tree over all of them in order of use ([`log`]). Refusals that must not use up an idempotency key (its
//! holder never signed them) are remembered by transaction id for as long as the instruction could have a receipt, under a tree of
//! their own ([`unheard`]).
//!
//! ```text
//!   use ──▶ overlay (memory) ──take──▶ rows on their way to disk ──written──▶ table (disk, for ever)
//!   look-up:  overlay, then table; a table that fails stops execution, it never means "unused"
//! ```
//! When rows are taken and written differs from node to node and changes no answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    BlockTime, Hash, Height, ParticipantId, TransactionId, codec, identifiers::Uetr,
    merkle::Stretches, planted,
};

use crate::{
    receipt::{Outcome, Waiting, refused_legs_hash},
    reject::RejectReason,
    tables::{Table, answer_key, instruction_key},
    text::IdempotencyKey,
};

pub(crate) mod log;
mod overlay;
mod table;
pub(crate) mod unheard;

use log::{Log, Page};
use overlay::Overlay;
pub use table::{IdentifierTable, LookupFailure};
use unheard::UnheardTree;

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
        /// Hash of their list, which is in the receipt; zeros where there are none.
        refused: Hash,
    } = 2,
    /// A bulk payment in mode all had no effect because of this leg.
    BulkRefused {
        /// Index of the first leg that could not settle.
        leg: u16,
        /// Why.
        reason: RejectReason,
    } = 3,
    /// Taken, not final yet.
    Waiting(Waiting) = 4,
    /// Taken back before it had effect.
    Cancelled(RejectReason) = 5,
    /// Took effect and made, or changed, this object.
    Recorded {
        /// Its table.
        table: Table,
        /// Its row.
        id: u64,
    } = 6,
}

impl RecordedOutcome {
    /// ISO 20022 payment status (ledger 3.4).
    #[must_use]
    pub const fn iso_status(&self) -> &'static str {
        match self {
            RecordedOutcome::Settled
            | RecordedOutcome::BulkSettled { .. }
            | RecordedOutcome::Recorded { .. } => "ACSC",
            RecordedOutcome::Refused(_) | RecordedOutcome::BulkRefused { .. } => "RJCT",
            RecordedOutcome::Waiting(waiting) => waiting.iso_status(),
            RecordedOutcome::Cancelled(_) => "CANC",
        }
    }
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
                refused: refused_legs_hash(refused),
            },
            Outcome::BulkRefused { leg, reason } => RecordedOutcome::BulkRefused {
                leg: *leg,
                reason: *reason,
            },
            Outcome::Waiting(waiting) => RecordedOutcome::Waiting(*waiting),
            Outcome::Cancelled(reason) => RecordedOutcome::Cancelled(*reason),
            Outcome::Recorded { table, id } => RecordedOutcome::Recorded {
                table: *table,
                id: *id,
            },
        }
    }
}

/// Where an instruction has its latest receipt, and how it ended or stands.
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

type AnswerKey = (ParticipantId, u8, IdempotencyKey);

/// Later outcomes one instruction may have; products bound their own steps far below.
const ANSWERS_MAX: u8 = u8::MAX;

/// How many identifiers of each sort were ever used.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Used {
    pub(crate) instructions: u64,
    pub(crate) uetrs: u64,
    pub(crate) answers: u64,
    /// Entries in all pages.
    pub(crate) logged: u64,
}

/// All identifiers used so far: those not on disk yet, and the door to the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identifiers {
    instructions: Overlay<InstructionKey, InstructionRecord>,
    uetrs: Overlay<Uetr, TransactionId>,
    /// Later outcomes of instructions that waited, numbered from 1.
    answers: Overlay<AnswerKey, InstructionRecord>,
    log: Log,
    /// Without one nothing ever leaves memory.
    table: Option<Arc<dyn IdentifierTable>>,
    unheard: BTreeMap<TransactionId, Unheard>,
    unheard_order: BTreeMap<(BlockTime, TransactionId), ()>,
    changed_unheard: Vec<TransactionId>,
    unheard_tree: UnheardTree,
}

/// What changed since rows were last taken.
pub(crate) struct ChangedIdentifiers {
    pub(crate) instructions: Vec<(InstructionKey, InstructionRecord)>,
    pub(crate) uetrs: Vec<(Uetr, TransactionId)>,
    pub(crate) answers: Vec<(AnswerKey, InstructionRecord)>,
    pub(crate) unheard: Vec<(TransactionId, Option<Unheard>)>,
    pub(crate) pages: BTreeMap<u64, Page>,
}

impl Identifiers {
    /// The latest record of an executed instruction, for a ledger that stands at `current`.
    pub(crate) fn instruction(
        &self,
        current: Height,
        sender: ParticipantId,
        key: &IdempotencyKey,
    ) -> Result<Option<InstructionRecord>, LookupFailure> {
        let latest = self.latest(current, sender, key)?;
        Ok(latest.map(|(_, record)| record))
    }

    /// The latest record of an executed instruction, and how many later outcomes it had.
    fn latest(
        &self,
        current: Height,
        sender: ParticipantId,
        key: &IdempotencyKey,
    ) -> Result<Option<(u8, InstructionRecord)>, LookupFailure> {
        let first = match self.instructions.get(&(sender, *key)) {
            Some(record) => Some(record),
            None => {
                let row = instruction_key(sender, key);
                self.record_on_disk(current, Table::Instructions, &row)?
            }
        };
        let Some(mut latest) = first else {
            return Ok(None);
        };
        let mut number = 0;
        while let RecordedOutcome::Waiting(_) = latest.outcome
            && number < ANSWERS_MAX
        {
            let next = match self.answers.get(&(sender, number + 1, *key)) {
                Some(record) => Some(record),
                None => {
                    let row = answer_key(sender, number + 1, key);
                    self.record_on_disk(current, Table::Answers, &row)?
                }
            };
            let Some(next) = next else {
                break;
            };
            (latest, number) = (next, number + 1);
        }
        Ok(Some((number, latest)))
    }

    fn record_on_disk(
        &self,
        current: Height,
        table: Table,
        row: &[u8],
    ) -> Result<Option<InstructionRecord>, LookupFailure> {
        let Some(rows) = self.table.as_ref().filter(|_| !planted!("dedupe-restart")) else {
            return Ok(None);
        };
        let found: Option<InstructionRecord> = table::read(rows.as_ref(), table, row)?;
        match found {
            // Such a row is of another ledger or another time; to believe it would be to drop a payment.
            Some(record) if record.height > current => {
                let why = format!("it is of height {}, the ledger at {current}", record.height);
                Err(LookupFailure::at(table, row, why))
            }
            found => Ok(found),
        }
    }

    /// The transaction that used a UETR.
    pub(crate) fn uetr(&self, uetr: &Uetr) -> Result<Option<TransactionId>, LookupFailure> {
        if let Some(transaction) = self.uetrs.get(uetr) {
            return Ok(Some(transaction));
        }
        match &self.table {
            Some(rows) => table::read(rows.as_ref(), Table::Uetrs, uetr.as_bytes()),
            None => Ok(None),
        }
    }

    pub(crate) fn unheard(&self, id: &TransactionId) -> Option<&InstructionRecord> {
        self.unheard.get(id).map(|unheard| &unheard.record)
    }

    /// Identifiers ever used.
    pub(crate) fn used(&self) -> Used {
        Used {
            instructions: self.instructions.total(),
            uetrs: self.uetrs.total(),
            answers: self.answers.total(),
            logged: self.log.entries(),
        }
    }

    /// Refusals remembered now.
    pub(crate) fn unheard_count(&self) -> u64 {
        self.unheard.len() as u64
    }

    /// Identifiers that lie in memory because they are not known to be on disk.
    pub(crate) fn in_memory(&self) -> usize {
        self.instructions.len() + self.uetrs.len() + self.answers.len()
    }

    pub(crate) fn use_key(
        &mut self,
        sender: ParticipantId,
        key: IdempotencyKey,
        record: InstructionRecord,
    ) {
        let row = instruction_key(sender, &key);
        self.log
            .append(Table::Instructions, row, codec::encode(&record));
        self.instructions.add(record.height, (sender, key), record);
    }

    /// Gives an instruction that waits its next outcome.
    ///
    /// # Errors
    /// [`LookupFailure`] when storage cannot tell how it stands.
    ///
    /// # Panics
    /// When it does not wait: an answer given for ever would be taken back.
    pub(crate) fn answer_again(
        &mut self,
        current: Height,
        sender: ParticipantId,
        key: IdempotencyKey,
        record: InstructionRecord,
    ) -> Result<(), LookupFailure> {
        let latest = self.latest(current, sender, &key)?;
        let waits = latest.filter(|(number, before)| {
            matches!(before.outcome, RecordedOutcome::Waiting(_))
                && before.transaction == record.transaction
                && *number < ANSWERS_MAX
        });
        let Some((number, _)) = waits else {
            panic!("an instruction has one final outcome, this one {latest:?}");
        };
        let number = number + 1;
        let row = answer_key(sender, number, &key);
        self.log.append(Table::Answers, row, codec::encode(&record));
        self.answers
            .add(record.height, (sender, number, key), record);
        Ok(())
    }

    pub(crate) fn use_uetr(&mut self, height: Height, uetr: Uetr, transaction: TransactionId) {
        let row = uetr.as_bytes().to_vec();
        self.log
            .append(Table::Uetrs, row, codec::encode(&transaction));
        self.uetrs.add(height, uetr, transaction);
    }

    /// Remembers a refusal until its instruction can have no receipt any more.
    pub(crate) fn remember_unheard(&mut self, until: BlockTime, record: InstructionRecord) {
        self.put_unheard(Unheard { until, record });
        self.changed_unheard.push(record.transaction);
    }

    fn put_unheard(&mut self, unheard: Unheard) {
        let id = unheard.record.transaction;
        self.unheard_tree.mark(&id);
        self.unheard.insert(id, unheard);
        self.unheard_order.insert((unheard.until, id), ());
    }

    /// Forgets refusals whose instructions can have no receipt at `now` any more.
    pub(crate) fn forget(&mut self, now: BlockTime) {
        while let Some(((until, id), ())) = self.unheard_order.first_key_value() {
            if *until >= now {
                break;
            }
            let id = *id;
            self.unheard_order.pop_first();
            self.unheard.remove(&id);
            self.unheard_tree.mark(&id);
            self.changed_unheard.push(id);
        }
    }

    pub(crate) fn changed(&self) -> usize {
        self.instructions.new_rows()
            + self.uetrs.new_rows()
            + self.answers.new_rows()
            + self.changed_unheard.len()
            + self.log.changed()
    }

    pub(crate) fn take_changed(&mut self) -> ChangedIdentifiers {
        let mut unheard = std::mem::take(&mut self.changed_unheard);
        unheard.sort_unstable();
        unheard.dedup();
        ChangedIdentifiers {
            instructions: self.instructions.take(),
            uetrs: self.uetrs.take(),
            answers: self.answers.take(),
            unheard: unheard
                .into_iter()
                .map(|id| (id, self.unheard.get(&id).copied()))
                .collect(),
            pages: self.log.take(),
        }
    }

    /// Roots over every identifier ever used and over the refusals remembered now.
    pub(crate) fn roots(&mut self) -> (Hash, Hash) {
        (self.log.root(), self.unheard_tree.root(&self.unheard))
    }

    /// What proves each page of identifiers, and each stretch of refusals, under the last roots.
    pub(crate) fn stretches(&self, unheard_bits: u32) -> (Stretches, Stretches) {
        (
            self.log.stretches(),
            self.unheard_tree.stretches(unheard_bits),
        )
    }

    /// Entries in all pages.
    pub(crate) fn logged(&self) -> u64 {
        self.log.entries()
    }

    /// Taken rows up to a height can be read from the table from now on.
    pub(crate) fn written(&mut self, through: Height) {
        if self.table.is_some() {
            self.instructions.written(through);
            self.uetrs.written(through);
            self.answers.written(through);
        }
    }

    pub(crate) fn look_up_in(&mut self, table: Arc<dyn IdentifierTable>) {
        self.table = Some(table);
    }

    /// Continues the counts of a stored ledger, and its open page.
    ///
    /// # Errors
    /// [`LookupFailure`] when the open page cannot be read back.
    pub(crate) fn continue_from(
        &mut self,
        used: Used,
        rows: &dyn IdentifierTable,
    ) -> Result<(), LookupFailure> {
        self.instructions.count_from(used.instructions);
        self.uetrs.count_from(used.uetrs);
        self.answers.count_from(used.answers);
        self.log.restore_open(used.logged, rows)
    }

    pub(crate) fn restore_page(&mut self, hash: Hash) {
        self.log.restore_page(hash);
    }

    pub(crate) fn restored_pages(&self) -> u64 {
        self.log.restored_pages()
    }

    pub(crate) fn restore_unheard(&mut self, unheard: Unheard) {
        self.put_unheard(unheard);
    }
}
