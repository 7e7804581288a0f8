//! Instructions that wait for further signatures of their sender (ISO status PATC).
//!
//! ```text
//!   instruction with too few signatures ──▶ Waiting(Approvals) ─┬─ Approve by other keys until enough ──▶ judged and executed then
//!                                                               ├─ Approve{refuse} ──▶ Cancelled
//!                                                               └─ its expiry ──▶ Refused (DS24)
//! ```
//! The instruction is judged when the last signature is there, in the state of that moment.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, PublicKey, TransactionId, codec, json};

use crate::{
    breaker::BreakerScope,
    fee::Fee,
    ledger::Ledger,
    objects::Object,
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    transaction::Instruction,
    verb::{Call, Origin, Verb},
    verify::VerifiedTransaction,
};

pub(crate) mod approve;

/// Bytes of an instruction that may wait on the ledger; a longer one must carry all its signatures.
pub(crate) const WAITING_BYTES_MAX: usize = 4_096;

/// How an instruction that needed further signatures stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum ApprovalState {
    /// Waits for signatures.
    Waiting = 0,
    /// Had enough of them and was judged.
    Complete = 1,
    /// Taken back by one of the signers.
    Refused = 2,
    /// Did not get enough in time.
    TimedOut = 3,
}

/// An instruction that needed further signatures, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Whose instruction it is.
    pub origin: Origin,
    /// Its canonical bytes; empty once it was judged or ended.
    #[serde(with = "json::text")]
    pub instruction: Vec<u8>,
    /// Keys that signed so far.
    pub signers: Vec<PublicKey>,
    /// Keys that must sign.
    pub needed: u8,
    /// Until when.
    pub expires: BlockTime,
    /// How it stands.
    pub state: ApprovalState,
}

impl Object for Approval {
    const TABLE: Table = Table::Approvals;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = BTreeMap<TransactionId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.origin.transaction, id);
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == ApprovalState::Waiting).then_some(self.expires)
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        let reason = RejectReason::ApprovalsTimedOut;
        ledger.end_approval(id, ApprovalState::TimedOut, Outcome::Refused(reason));
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.origin.sender).is_some()
    }
}

/// Whether a breaker stops the verb, whether the sender's policy asks for more signatures than the instruction carries, and then whether it may wait for them.
///
/// # Errors
/// [`RejectReason`] when it may not wait.
pub(crate) fn must_wait(
    ledger: &Ledger,
    transaction: &VerifiedTransaction,
    verb: &dyn Verb,
) -> Result<Option<usize>, RejectReason> {
    let product = BreakerScope::Product(transaction.instruction().action.number());
    ledger.check_breakers(&[product], verb.amount())?;
    let sender = ledger.participant(transaction.instruction().sender);
    let needed = sender.map_or(1, |sender| sender.signatures_needed(verb.amount()));
    if verb.collects_signatures() || transaction.signatures().len() >= needed {
        return Ok(None);
    }
    if transaction.raw().len() > WAITING_BYTES_MAX {
        return Err(RejectReason::SignaturesTooFew);
    }
    ledger.products.approvals.check_room()?;
    Ok(Some(needed))
}

/// Lets an instruction wait for further signatures.
pub(crate) fn wait(
    ledger: &mut Ledger,
    call: &Call,
    instruction: &Instruction,
    needed: usize,
) -> Outcome {
    ledger.products.approvals.add(Approval {
        origin: call.origin,
        instruction: codec::encode(instruction),
        signers: call.signatures.iter().map(|it| it.key).collect(),
        needed: u8::try_from(needed).unwrap_or(u8::MAX),
        expires: call.expiry,
        state: ApprovalState::Waiting,
    });
    Outcome::Waiting(Waiting::Approvals)
}

impl Ledger {
    /// Ends an approval with what its instruction came to, and what that cost.
    fn complete_approval(&mut self, id: u64, outcome: Outcome, fee: Option<Fee>) {
        self.close_approval(id, ApprovalState::Complete, outcome, fee);
    }

    /// Ends an approval without judging its instruction, and tells the sender.
    fn end_approval(&mut self, id: u64, state: ApprovalState, outcome: Outcome) {
        self.close_approval(id, state, outcome, None);
    }

    fn close_approval(
        &mut self,
        id: u64,
        state: ApprovalState,
        outcome: Outcome,
        fee: Option<Fee>,
    ) {
        let origin = self.products.approvals.update(id, |it| {
            it.state = state;
            it.instruction.clear();
            it.origin
        });
        if let Some(origin) = origin {
            self.answer_with(origin, outcome, fee);
        }
    }
}
