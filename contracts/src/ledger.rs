//! The state that all honest nodes share.
//!
//! ```text
//!   header         height, time, date, results, place in the order, last checkpoint, counts
//!   participants   rows, with indexes by LEI, BIC, key
//!   assets         rows, with the totals that conservation compares
//!   accounts       rows in hot and cold halves, with an index by number
//!   identifiers    idempotency keys and UETRs not on disk yet, the door to those that are, refusals that used no key
//!   products       tables of the products' objects, with their indexes, due times and trees
//!   trees          Merkle trees over the three dense tables, as of the last checkpoint
//! ```
//! It is changed by `execute` alone and read through `read`.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, AssetId, BlockTime, BusinessDate, ChainId, Currency, Hash, Height, ParticipantId,
    PublicKey, TransactionId,
    identifiers::{Bic, Lei, Uetr},
    json,
};

use crate::{
    account::store::Accounts,
    breaker::history::Met,
    checkpoint::{Checkpoint, Trees},
    execute::Halt,
    fee::Fee,
    history::History,
    identifiers::{Identifiers, InstructionRecord, LookupFailure},
    parameters::LedgerParameters,
    participant::{Participant, Role},
    products::Products,
    receipt::Outcome,
    reject::RejectReason,
    restore::Counts,
    text::IdempotencyKey,
    verb::Origin,
};

/// A cash asset.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Its row.
    pub id: AssetId,
    /// ISO 4217 code, unique per issuer.
    pub currency: Currency,
    /// Decimals of the minor unit.
    pub scale: u8,
    /// Who issues it.
    pub issuer: ParticipantId,
    /// The account whose negative balance is the supply.
    pub issuance_account: AccountId,
    /// Sum of all debits ever posted in it, in minor units.
    #[serde(with = "json::text")]
    pub debits: u128,
    /// Sum of all credits ever posted in it; always equal to `debits`.
    #[serde(with = "json::text")]
    pub credits: u128,
}

/// Numbers of the ledger as a whole; one row of its own.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Header {
    pub(crate) format: u16,
    pub(crate) chain_id: ChainId,
    pub(crate) parameters: LedgerParameters,
    pub(crate) height: Height,
    pub(crate) time: BlockTime,
    pub(crate) date: BusinessDate,
    /// Milliseconds that the ledger's clock is ahead of block time; 0 but in a trial.
    pub(crate) ahead_ms: u64,
    pub(crate) results: Hash,
    pub(crate) receipts_root: Hash,
    /// Where the ordering side stood after the last block; opaque here, and certified with the state.
    pub(crate) order: Hash,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) receipts: u64,
    pub(crate) legs: u64,
    /// Rows of every table when rows were last taken.
    pub(crate) counts: Counts,
}

/// The whole state.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(crate) parameters: LedgerParameters,
    pub(crate) header: Header,
    pub(crate) participants: Vec<Participant>,
    pub(crate) leis: BTreeMap<Lei, ParticipantId>,
    pub(crate) bics: BTreeMap<Bic, ParticipantId>,
    pub(crate) keys: BTreeMap<PublicKey, ParticipantId>,
    pub(crate) assets: Vec<Asset>,
    pub(crate) accounts: Accounts,
    pub(crate) identifiers: Identifiers,
    /// Boxed: dozens of tables would make whoever holds a ledger, and every future that does, as large.
    pub(crate) products: Box<Products>,
    /// Outcomes of earlier instructions that came about in the current block and have no receipt yet.
    pub(crate) answers: Vec<(Origin, Outcome, Option<Fee>)>,
    /// What the payment that settled last cost, until its receipt is written.
    pub(crate) fee: Option<Fee>,
    /// Whether the payment that is settled next costs nothing.
    pub(crate) is_free: bool,
    pub(crate) trees: Trees,
    pub(crate) history: History,
    pub(crate) changed_participants: Vec<ParticipantId>,
    /// The block that last paid, diluted or gave up portions, and how many of them.
    pub(crate) payouts: (Height, u64),
    /// Height at which rows were last taken.
    pub(crate) taken: Option<Height>,
    /// A broken rule that was found while the current block is executed; it halts when the block is through.
    pub(crate) alarm: Option<Halt>,
    /// Collateral whose exposure or value changed in this block; looked at when it ends.
    pub(crate) marked_collateral: BTreeSet<u64>,
    /// Whom watched accounts paid in this block.
    pub(crate) met: Met,
    /// Instructions of this block that keys signed which may not sign, by whom they speak for.
    pub(crate) failed_signers: BTreeMap<ParticipantId, u64>,
    pub(crate) halted: Option<Halt>,
}

/// Version of the rows' encoding and of the state root.
pub(crate) const FORMAT: u16 = 4;

impl Ledger {
    pub(crate) fn empty(chain_id: ChainId, parameters: LedgerParameters, time: BlockTime) -> Self {
        Ledger {
            parameters,
            header: Header {
                format: FORMAT,
                chain_id,
                parameters,
                height: Height(0),
                time,
                date: parameters.business_date(time),
                ahead_ms: 0,
                results: Hash::ZERO,
                receipts_root: Hash::ZERO,
                order: Hash::ZERO,
                checkpoint: Checkpoint::default(),
                receipts: 0,
                legs: 0,
                counts: Counts::default(),
            },
            participants: Vec::new(),
            leis: BTreeMap::new(),
            bics: BTreeMap::new(),
            keys: BTreeMap::new(),
            assets: Vec::new(),
            accounts: Accounts::default(),
            identifiers: Identifiers::default(),
            products: Box::default(),
            answers: Vec::new(),
            fee: None,
            is_free: false,
            trees: Trees::default(),
            history: History::default(),
            changed_participants: Vec::new(),
            payouts: (Height(0), 0),
            taken: None,
            alarm: None,
            marked_collateral: BTreeSet::new(),
            met: Met::new(),
            failed_signers: BTreeMap::new(),
            halted: None,
        }
    }

    /// The network it belongs to.
    #[must_use]
    pub fn chain_id(&self) -> ChainId {
        self.header.chain_id
    }

    /// The founders' choices.
    #[must_use]
    pub fn parameters(&self) -> &LedgerParameters {
        &self.parameters
    }

    /// Height of the last executed block; 0 before the first.
    #[must_use]
    pub fn height(&self) -> Height {
        self.header.height
    }

    /// The ledger's time at the last executed block: its block time, and what a trial's clock is ahead of it.
    #[must_use]
    pub fn time(&self) -> BlockTime {
        self.header.time
    }

    /// Business date of the last executed block.
    #[must_use]
    pub fn business_date(&self) -> BusinessDate {
        self.header.date
    }

    /// Cumulative results of all executed blocks.
    #[must_use]
    pub fn results(&self) -> Hash {
        self.header.results
    }

    /// The last checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.header.checkpoint
    }

    /// Notes where the ordering side stands after the block that is executed next, for the state root to cover it.
    pub fn note_order(&mut self, order: Hash) {
        self.header.order = order;
    }

    /// Why it stopped, when it did.
    #[must_use]
    pub fn halted(&self) -> Option<&Halt> {
        self.halted.as_ref()
    }

    pub(crate) fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.get(usize::try_from(id.0).ok()?)
    }

    /// The record of an executed instruction, wherever it lies.
    pub(crate) fn instruction(
        &self,
        sender: ParticipantId,
        key: &IdempotencyKey,
    ) -> Result<Option<InstructionRecord>, LookupFailure> {
        // The block being executed is one above the header until it is done; its own records are in memory.
        self.identifiers
            .instruction(self.header.height, sender, key)
    }

    /// The payment that used a UETR, wherever its row lies.
    pub(crate) fn transaction_by_uetr(
        &self,
        uetr: &Uetr,
    ) -> Result<Option<TransactionId>, LookupFailure> {
        self.identifiers.uetr(uetr)
    }

    /// Tells the sender of an earlier instruction, which waits, how it ended or stands now.
    pub(crate) fn answer(&mut self, origin: Origin, outcome: Outcome) {
        self.answers.push((origin, outcome, None));
    }

    /// The same, with what it cost.
    pub(crate) fn answer_with(&mut self, origin: Origin, outcome: Outcome, fee: Option<Fee>) {
        self.answers.push((origin, outcome, fee));
    }

    pub(crate) fn role(&self, id: ParticipantId) -> Option<Role> {
        self.participant(id).map(|participant| participant.role)
    }

    pub(crate) fn is_active(&self, id: ParticipantId) -> bool {
        self.participant(id).is_some_and(Participant::is_active)
    }

    pub(crate) fn asset(&self, id: AssetId) -> Option<&Asset> {
        self.assets.get(usize::try_from(id.0).ok()?)
    }

    fn asset_mut(&mut self, id: AssetId) -> Option<&mut Asset> {
        self.assets.get_mut(usize::try_from(id.0).ok()?)
    }

    /// Adds a participant at the next row and indexes it; the caller has checked that nothing it names is taken.
    pub(crate) fn add_participant(&mut self, participant: Participant) -> ParticipantId {
        let id = ParticipantId(u32::try_from(self.participants.len()).unwrap_or(u32::MAX));
        self.index_participant(Participant { id, ..participant });
        self.changed_participants.push(id);
        id
    }

    /// Changes a participant; its LEI, BIC and id stay.
    pub(crate) fn update_participant(
        &mut self,
        id: ParticipantId,
        change: impl FnOnce(&mut Participant),
    ) {
        let row = usize::try_from(id.0).unwrap_or(usize::MAX);
        let Some(participant) = self.participants.get_mut(row) else {
            return;
        };
        for key in &participant.keys {
            self.keys.remove(&key.key);
        }
        change(participant);
        for key in &participant.keys {
            self.keys.insert(key.key, id);
        }
        self.changed_participants.push(id);
        self.trees.participant_changed(id);
    }

    pub(crate) fn index_participant(&mut self, participant: Participant) {
        let id = participant.id;
        self.leis.insert(participant.lei, id);
        if let Some(bic) = participant.bic {
            self.bics.insert(bic.head_office(), id);
        }
        for key in &participant.keys {
            self.keys.insert(key.key, id);
        }
        self.participants.push(participant);
    }

    /// Moves `amount` from one account to another; floors are the caller's to check.
    pub(crate) fn transfer(
        &mut self,
        asset: AssetId,
        debtor: usize,
        creditor: usize,
        amount: u128,
    ) -> Result<(), RejectReason> {
        self.accounts.check_range(debtor, creditor, amount)?;
        self.accounts.credit(creditor, amount)?;
        self.post_debit(asset, debtor, amount)?;
        if self.accounts.are_counted(debtor, creditor) {
            self.count_transfer(debtor, creditor, amount);
        }
        Ok(())
    }

    /// Posts the debtor's side of what creditors have received, and states it in the asset's totals.
    pub(crate) fn post_debit(
        &mut self,
        asset: AssetId,
        debtor: usize,
        amount: u128,
    ) -> Result<(), RejectReason> {
        if amount == 0 {
            return Ok(());
        }
        self.accounts.debit(debtor, amount)?;
        let totals = self.asset_mut(asset).ok_or(RejectReason::AssetUnknown)?;
        // 2^128 minor units would take 2^54 payments of the largest amount.
        totals.debits = totals.debits.saturating_add(amount);
        totals.credits = totals.credits.saturating_add(amount);
        Ok(())
    }
}
