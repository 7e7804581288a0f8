//! The one place where state changes: final transactions in, receipts and roots out.
//!
//! ```text
//!   what is due:          agenda, netting cycle ─▶ receipts of earlier instructions
//!   for each transaction: standing ─▶ check ─▶ apply ─▶ receipt         (repeated, or out of its time: dropped, counted)
//!                                              └─▶ receipts of earlier instructions that this one settles, refuses or cancels
//!   after them:           queues let what came in flow on; rules trip breakers
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
    admit::{check_original, uses_used_uetr},
    agenda, approval, breaker,
    checkpoint::Checkpoint,
    conservation,
    governance::PROTOCOL_VERSION,
    identifiers::{InstructionRecord, LookupFailure, RecordedOutcome},
    ledger::Ledger,
    liquidity,
    receipt::{Outcome, Receipt, ReceiptProof, results_after},
    reject::RejectReason,
    standing::{Moment, Standing, answered_until, standing},
    tables::Table,
    verb::{Call, Verb},
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
    /// A holding account does not hold what agreements say is held there.
    #[error("holding account {0} does not hold what agreements say")]
    HeldDiffers(AccountId),
    /// A bank is liable for more, or less, than what stands behind it.
    #[error("row {id} of table {table:?} is a liability without what should stand behind it")]
    Unbacked {
        /// The table.
        table: Table,
        /// The row.
        id: u64,
    },
    /// An account sent more, net, than a limit allows that was asked.
    #[error("account {0} passed a limit on what it sends net")]
    LimitPassed(AccountId),
    /// A credit line is used beyond its headroom, or given back what nobody used.
    #[error("use of credit line {0} is not what its products report")]
    LineBroken(u64),
    /// Pending debits and credits of an asset do not agree.
    #[error("pending debits and credits of asset {0} differ")]
    Pending(AssetId),
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
    /// The participants have decided that later rules hold from this height on than this program knows.
    #[error(
        "height {height} is executed by protocol version {version}, this program knows version {}",
        PROTOCOL_VERSION
    )]
    ProtocolUnknown {
        /// The height.
        height: Height,
        /// The version that holds there.
        version: u32,
    },
    /// Something due stayed due after it was done.
    #[error("row {id} of table {table:?} stays due after its time")]
    AgendaStuck {
        /// The table.
        table: Table,
        /// The row.
        id: u64,
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
    /// The ledger's time in it.
    pub time: BlockTime,
    /// One receipt for every transaction that was not dropped, in order, and between them those of earlier instructions whose
    /// outcome came about in this block.
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
    /// Transactions dropped: repetitions, and those that came more than a day after their expiry.
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
    let mut transactions = transactions.into_iter().peekable();
    agenda::run(ledger, &moment, transactions.peek().is_some())?;
    liquidity::begin_block(ledger, &moment);
    answer_earlier(ledger, &moment, &mut receipts)?;
    for transaction in transactions {
        let index = u32::try_from(receipts.len()).unwrap_or(u32::MAX);
        match execute_one(ledger, &moment, transaction, index)? {
            Some(outcome) => receipts.push(Receipt {
                transaction: transaction.id(),
                height: moment.height,
                index,
                outcome,
                fee: ledger.fee.take(),
            }),
            None => dropped += 1,
        }
        answer_earlier(ledger, &moment, &mut receipts)?;
    }
    liquidity::end_block(ledger, &moment);
    answer_earlier(ledger, &moment, &mut receipts)?;
    ledger.look_at_marked_collateral(&moment);
    breaker::rule::watch(ledger, &moment);
    let accounts = &ledger.accounts;
    conservation::check(&totals_before, &ledger.assets, accounts.images(), accounts)?;
    conservation::check_pending(&ledger.accounts)?;
    ledger.check_held()?;
    if let Some(alarm) = ledger.alarm.take() {
        return Err(alarm);
    }
    let mut leaves: Vec<Hash> = receipts.iter().map(Receipt::leaf).collect();
    if planted!("receipt-order") {
        leaves.reverse();
    }
    let receipts_tree = ListTree::new(leaves);
    let receipts_root = receipts_tree.root();
    let previous_results = ledger.header.results;
    let touched = finish(ledger, &moment, &receipts, receipts_root);
    let checkpoint = ledger.is_checkpoint(date_before).then(|| {
        liquidity::cycle::open(ledger);
        ledger.make_checkpoint()
    });
    if checkpoint.is_none() {
        ledger.prepare_changed();
    }
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
    let time = ledger.clock(context.time);
    if time < ledger.header.time {
        return Err(Halt::TimeBackwards {
            last: ledger.header.time,
            found: time,
        });
    }
    let version = ledger.protocol_version(context.height);
    if version > PROTOCOL_VERSION {
        return Err(Halt::ProtocolUnknown {
            height: context.height,
            version,
        });
    }
    ledger.identifiers.forget(time);
    Ok(Moment {
        height: context.height,
        time,
        date: ledger.parameters.business_date(time),
    })
}

/// Brings the header up to the block just executed and answers the accounts it touched.
fn finish(
    ledger: &mut Ledger,
    moment: &Moment,
    receipts: &[Receipt],
    receipts_root: Hash,
) -> Vec<AccountId> {
    let (images, rules) = ledger.accounts.end_block();
    let touched = images.iter().map(|image| image.account).collect();
    ledger.history.push(moment.height, images, rules);
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

/// The outcome of one transaction; `None` for a repetition, and for one out of its time.
fn execute_one(
    ledger: &mut Ledger,
    moment: &Moment,
    transaction: &VerifiedTransaction,
    index: u32,
) -> Result<Option<Outcome>, LookupFailure> {
    let call = Call::of(moment, transaction);
    let record = |outcome: &Outcome| InstructionRecord {
        transaction: transaction.id(),
        height: moment.height,
        index,
        outcome: RecordedOutcome::from(outcome),
    };
    let instruction = transaction.instruction();
    let verb = instruction.action.verb();
    let outcome = match standing(ledger, moment, transaction)? {
        Standing::Repeated(_) | Standing::OutOfTime(_) => return Ok(None),
        Standing::Unheard(reason) => {
            if is_failed_signature(reason) {
                *ledger.failed_signers.entry(call.sender()).or_default() += 1;
            }
            let outcome = Outcome::Refused(reason);
            let record = record(&outcome);
            ledger
                .identifiers
                .remember_unheard(answered_until(call.expiry), record);
            return Ok(Some(outcome));
        }
        Standing::Refused(reason) => Outcome::Refused(reason),
        Standing::Heard if uses_used_uetr(ledger, verb)? => {
            Outcome::Refused(RejectReason::UetrRepeated)
        }
        Standing::Heard => match check_original(ledger, verb)? {
            Err(reason) => Outcome::Refused(reason),
            Ok(()) => judge(ledger, &call, transaction, verb),
        },
    };
    let origin = call.origin;
    ledger
        .identifiers
        .use_key(origin.sender, origin.idempotency_key, record(&outcome));
    Ok(Some(outcome))
}

/// Whether an instruction was refused because of who signed it.
const fn is_failed_signature(reason: RejectReason) -> bool {
    matches!(
        reason,
        RejectReason::SignerUnknown | RejectReason::KeyInactive | RejectReason::KeyPurposeOther
    )
}

/// The outcome of a transaction that is heard; it uses its UETR up whatever comes of it.
fn judge(
    ledger: &mut Ledger,
    call: &Call,
    transaction: &VerifiedTransaction,
    verb: &dyn Verb,
) -> Outcome {
    if let Some(uetr) = verb.uetr() {
        ledger
            .identifiers
            .use_uetr(call.moment.height, uetr, transaction.id());
    }
    match approval::must_wait(ledger, transaction, verb) {
        Ok(None) => verb.execute(ledger, call).unwrap_or_else(Outcome::Refused),
        Ok(Some(needed)) => approval::wait(ledger, call, transaction.instruction(), needed),
        Err(reason) => Outcome::Refused(reason),
    }
}

/// Gives receipts to the outcomes of earlier instructions that came about since the last receipt.
fn answer_earlier(
    ledger: &mut Ledger,
    moment: &Moment,
    receipts: &mut Vec<Receipt>,
) -> Result<(), LookupFailure> {
    for (origin, outcome, fee) in std::mem::take(&mut ledger.answers) {
        let index = u32::try_from(receipts.len()).unwrap_or(u32::MAX);
        let record = InstructionRecord {
            transaction: origin.transaction,
            height: moment.height,
            index,
            outcome: RecordedOutcome::from(&outcome),
        };
        ledger.identifiers.answer_again(
            ledger.header.height,
            origin.sender,
            origin.idempotency_key,
            record,
        )?;
        receipts.push(Receipt {
            transaction: origin.transaction,
            height: moment.height,
            index,
            outcome,
            fee,
        });
    }
    Ok(())
}
