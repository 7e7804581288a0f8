//! The one place where state changes: final transactions in, receipts and roots out.
//!
//! ```text
//!   for each transaction: standing ─▶ check ─▶ apply ─▶ receipt         (a repeated one: dropped, counted)
//!   after the block:      conservation ─▶ results ─▶ checkpoint?        (conservation broken: Halt; nothing may be written)
//! ```
//! Signatures were judged before the block was final and are not judged again; whether a key may sign is judged here.

use sycee_primitives::{
    AccountId, AssetId, BlockTime, Hash, Height,
    merkle::{InclusionProof, ListTree},
    planted,
};
use thiserror::Error;

use crate::{
    action::Action,
    admit::uses_used_uetr,
    checkpoint::Checkpoint,
    conservation,
    identifiers::{InstructionRecord, LookupFailure, RecordedOutcome},
    ledger::Ledger,
    receipt::{Outcome, Receipt, ReceiptProof, results_after},
    reject::RejectReason,
    standing::{Moment, Standing, standing},
    verify::VerifiedTransaction,
};

/// Which block is executed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockContext {
    /// Its height: one above the ledger's.
    pub height: Height,
    /// Its time: not before the ledger's.
    pub time: BlockTime,
}

/// Why the node must stop before it writes: our own fault, never a client's.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Halt {
    /// Debits and credits of an asset do not agree.
    #[error("conservation broken for asset {asset}: debits {debits}, credits {credits}")]
    Conservation {
        /// The asset.
        asset: AssetId,
        /// Debits found, in minor units.
        debits: u128,
        /// Credits found, in minor units.
        credits: u128,
    },
    /// A debited account stands below its floor, or a touched one does not exist.
    #[error("account {0} stands below its floor after a debit")]
    FloorBroken(AccountId),
    /// The block is not the next one.
    #[error("block {found} cannot be executed on a ledger that expects {expected}")]
    OutOfOrder {
        /// The height that would be right.
        expected: Height,
        /// The height offered.
        found: Height,
    },
    /// The block's time lies before the ledger's.
    #[error("block time {found:?} lies before {last:?}")]
    TimeBackwards {
        /// Time of the last block.
        last: BlockTime,
        /// Time offered.
        found: BlockTime,
    },
    /// Whether an instruction was executed before cannot be told.
    #[error(transparent)]
    Lookup(#[from] LookupFailure),
}

/// What one block did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExecutedBlock {
    /// Its height.
    pub height: Height,
    /// Its time.
    pub time: BlockTime,
    /// One receipt for every transaction that was not a repetition, in order.
    pub receipts: Vec<Receipt>,
    /// Root over them.
    pub receipts_root: Hash,
    /// Their tree, so that proving each of many receipts does not hash the block again.
    pub receipts_tree: ListTree,
    /// Cumulative results of the height below.
    pub previous_results: Hash,
    /// Cumulative results.
    pub results: Hash,
    /// The checkpoint, when this block is one.
    pub checkpoint: Option<Checkpoint>,
    /// Transactions dropped because they were repetitions.
    pub dropped: u32,
    /// Payments and legs that settled.
    pub settled_legs: u64,
    /// Accounts whose balance changed, in order of first change.
    pub touched: Vec<AccountId>,
}

impl ExecutedBlock {
    /// Place of a receipt under the receipts root; `None` beyond the last.
    #[must_use]
    pub fn inclusion(&self, index: u32) -> Option<InclusionProof> {
        self.receipts_tree.prove(usize::try_from(index).ok()?)
    }

    /// Proof of a receipt under this block's results; the caller appends later receipts roots up to a certified height.
    #[must_use]
    pub fn prove(&self, index: u32) -> Option<ReceiptProof> {
        let receipt = self.receipts.get(usize::try_from(index).ok()?)?.clone();
        Some(ReceiptProof {
            receipt,
            inclusion: self.inclusion(index)?,
            receipts_root: self.receipts_root,
            previous_results: self.previous_results,
            later_receipts_roots: Vec::new(),
        })
    }
}

/// Executes a final block.
///
/// # Errors
/// [`Halt`] when the ledger contradicts itself or the caller the ledger. The ledger is then dead: it gives the same error again and
/// yields no rows, so nothing of the block can be written.
pub fn execute<'a>(
    ledger: &mut Ledger,
    context: &BlockContext,
    transactions: impl IntoIterator<Item = &'a VerifiedTransaction>,
) -> Result<ExecutedBlock, Halt> {
    if let Some(halt) = &ledger.halted {
        return Err(halt.clone());
    }
    let executed = run(ledger, context, transactions);
    if let Err(halt) = &executed {
        ledger.halted = Some(halt.clone());
    }
    executed
}

fn run<'a>(
    ledger: &mut Ledger,
    context: &BlockContext,
    transactions: impl IntoIterator<Item = &'a VerifiedTransaction>,
) -> Result<ExecutedBlock, Halt> {
    let moment = begin(ledger, context)?;
    let (date_before, legs_before) = (ledger.header.date, ledger.header.legs);
    let totals_before = conservation::totals(&ledger.assets);
    let mut receipts: Vec<Receipt> = Vec::new();
    let mut dropped = 0;
    for transaction in transactions {
        let index = u32::try_from(receipts.len()).unwrap_or(u32::MAX);
        match execute_one(ledger, &moment, transaction, index)? {
            Some(outcome) => receipts.push(Receipt {
                transaction: transaction.id(),
                height: moment.height,
                index,
                outcome,
            }),
            None => dropped += 1,
        }
    }
    conservation::check(
        &totals_before,
        &ledger.assets,
        ledger.accounts.images(),
        ledger.accounts.postings(),
    )?;
    let mut leaves: Vec<Hash> = receipts.iter().map(Receipt::leaf).collect();
    if planted!("receipt-order") {
        leaves.reverse();
    }
    let receipts_tree = ListTree::new(leaves);
    let receipts_root = receipts_tree.root();
    let previous_results = ledger.header.results;
    let touched = finish(ledger, &moment, &receipts, receipts_root);
    let checkpoint = ledger
        .is_checkpoint(date_before)
        .then(|| ledger.make_checkpoint());
    Ok(ExecutedBlock {
        height: moment.height,
        time: moment.time,
        receipts,
        receipts_root,
        receipts_tree,
        previous_results,
        results: ledger.header.results,
        checkpoint,
        dropped,
        settled_legs: ledger.header.legs - legs_before,
        touched,
    })
}

fn begin(ledger: &mut Ledger, context: &BlockContext) -> Result<Moment, Halt> {
    let expected = ledger.header.height.next();
    if context.height != expected {
        return Err(Halt::OutOfOrder {
            expected,
            found: context.height,
        });
    }
    if context.time < ledger.header.time {
        return Err(Halt::TimeBackwards {
            last: ledger.header.time,
            found: context.time,
        });
    }
    ledger.identifiers.forget(context.time);
    Ok(Moment {
        height: context.height,
        time: context.time,
        date: ledger.parameters.business_date(context.time),
    })
}

/// Brings the header up to the block just executed and answers the accounts it touched.
fn finish(
    ledger: &mut Ledger,
    moment: &Moment,
    receipts: &[Receipt],
    receipts_root: Hash,
) -> Vec<AccountId> {
    let images = ledger.accounts.end_block();
    let touched = images.iter().map(|image| image.account).collect();
    ledger.history.push(moment.height, images);
    let header = &mut ledger.header;
    header.height = moment.height;
    header.time = moment.time;
    header.date = moment.date;
    header.receipts_root = receipts_root;
    let below = if planted!("S6") {
        Hash::ZERO
    } else {
        header.results
    };
    header.results = results_after(&below, moment.height, &receipts_root);
    header.receipts += receipts.len() as u64;
    touched
}

/// The outcome of one transaction; `None` for a repetition.
fn execute_one(
    ledger: &mut Ledger,
    moment: &Moment,
    transaction: &VerifiedTransaction,
    index: u32,
) -> Result<Option<Outcome>, LookupFailure> {
    let instruction = transaction.instruction();
    let record = |outcome: &Outcome| InstructionRecord {
        transaction: transaction.id(),
        height: moment.height,
        index,
        outcome: RecordedOutcome::from(outcome),
    };
    let outcome = match standing(ledger, moment, transaction)? {
        Standing::Repeated(_) => return Ok(None),
        Standing::Unheard(reason) => {
            let outcome = Outcome::Refused(reason);
            let expiry = instruction.expiry;
            ledger
                .identifiers
                .remember_unheard(moment.time, expiry, record(&outcome));
            return Ok(Some(outcome));
        }
        Standing::Refused(reason) => Outcome::Refused(reason),
        Standing::Heard if uses_used_uetr(ledger, transaction)? => {
            Outcome::Refused(RejectReason::UetrRepeated)
        }
        Standing::Heard => apply(ledger, moment, transaction).unwrap_or_else(Outcome::Refused),
    };
    ledger.identifiers.use_key(
        instruction.sender,
        instruction.idempotency_key,
        record(&outcome),
    );
    Ok(Some(outcome))
}

/// Checks and applies the action of an instruction that is heard and bears no used UETR.
fn apply(
    ledger: &mut Ledger,
    moment: &Moment,
    transaction: &VerifiedTransaction,
) -> Result<Outcome, RejectReason> {
    let sender = transaction.instruction().sender;
    match &transaction.instruction().action {
        Action::RegisterParticipant(action) => {
            action.check(ledger, sender)?;
            action.apply(ledger, moment);
        }
        Action::OpenAccount(action) => {
            action.check(ledger, sender)?;
            action.apply(ledger, moment);
        }
        Action::IssueCash(action) => {
            let source = action.check(ledger, sender)?;
            action.apply(ledger, &source)?;
        }
        Action::Pay(action) => {
            ledger
                .identifiers
                .use_uetr(moment.height, action.uetr, transaction.id());
            let route = action.check(ledger, moment, sender)?;
            action.apply(ledger, &route)?;
        }
        Action::PayBatch(action) => {
            let debtor = action.check(ledger, moment, sender)?;
            return Ok(action.apply(ledger, debtor));
        }
    }
    Ok(Outcome::Settled)
}
