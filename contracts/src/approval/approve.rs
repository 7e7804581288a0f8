//! `Approve`: further keys of a sender sign an instruction that waits for them, or take it back.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{TransactionId, codec, limits::TRANSACTION_BYTES_MAX};

use crate::{
    approval::{Approval, ApprovalState},
    ledger::Ledger,
    participant::{KeyPurpose, ParticipantKey},
    receipt::Outcome,
    reject::RejectReason,
    transaction::Instruction,
    verb::{Call, Verb},
};

/// Signs, or takes back, an instruction of the sender's that waits for signatures.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The instruction that waits.
    pub transaction: TransactionId,
    /// Whether it is taken back instead.
    pub refuse: bool,
}

impl Approve {
    fn row<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(u64, &'a Approval), RejectReason> {
        let approvals = &ledger.products.approvals;
        let found = approvals.index().get(&self.transaction);
        let (id, row) = found
            .and_then(|id| Some((*id, approvals.get(*id)?)))
            .ok_or(RejectReason::NothingToApprove)?;
        if row.origin.sender != call.sender() {
            return Err(RejectReason::ApproverForbidden);
        }
        if row.state != ApprovalState::Waiting {
            return Err(RejectReason::ApprovalTooLate);
        }
        let is_new = |key| !row.signers.contains(key);
        if !self.refuse && !call.signatures.iter().any(|it| is_new(&it.key)) {
            return Err(RejectReason::ApprovedAlready);
        }
        Ok((id, row))
    }
}

impl Verb for Approve {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Any
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn collects_signatures(&self) -> bool {
        true
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.row(ledger, call).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, row) = self.row(ledger, call)?;
        if self.refuse {
            let cancelled = Outcome::Cancelled(RejectReason::ApprovalRefused);
            ledger.end_approval(id, ApprovalState::Refused, cancelled);
            return Ok(Outcome::Settled);
        }
        let (origin, expiry, needed) = (row.origin, row.expires, usize::from(row.needed));
        let mut signers = row.signers.clone();
        for signature in call.signatures {
            if !signers.contains(&signature.key) {
                signers.push(signature.key);
            }
        }
        let waiting = codec::decode::<Instruction>(&row.instruction, TRANSACTION_BYTES_MAX);
        let needs = waiting.map_or(KeyPurpose::Any, |it| it.action.verb().needs());
        // A key that was retired since it signed, or is for something else, counts no more (ledger I18).
        let sender = ledger.participant(origin.sender);
        let active = |key: &sycee_primitives::PublicKey| {
            let mut keys = sender.iter().flat_map(|sender| &sender.keys);
            let signs = |own: &ParticipantKey| {
                own.is_active(call.moment.height) && own.purpose.allows(needs)
            };
            keys.any(|own| own.key == *key && signs(own))
        };
        signers.retain(active);
        let complete = signers.len() >= needed;
        let bytes = row.instruction.clone();
        ledger
            .products
            .approvals
            .update(id, |it| it.signers = signers);
        if complete {
            let outcome = judge(ledger, call, &bytes, origin, expiry);
            let fee = ledger.fee.take();
            ledger.complete_approval(id, outcome, fee);
        }
        Ok(Outcome::Settled)
    }
}

/// What the instruction comes to now that it is signed by enough keys.
fn judge(
    ledger: &mut Ledger,
    call: &Call,
    bytes: &[u8],
    origin: crate::verb::Origin,
    expiry: sycee_primitives::BlockTime,
) -> Outcome {
    let Ok(instruction) = codec::decode::<Instruction>(bytes, TRANSACTION_BYTES_MAX) else {
        return Outcome::Refused(RejectReason::Malformed);
    };
    let deferred = Call {
        moment: call.moment,
        origin,
        expiry,
        signatures: call.signatures,
    };
    let verb = instruction.action.verb();
    verb.execute(ledger, &deferred)
        .unwrap_or_else(Outcome::Refused)
}
