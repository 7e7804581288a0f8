//! `SubmitCycleSet`: somebody proposes which payments of the open netting cycle's list settle together.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::json;

use crate::{
    ledger::Ledger,
    liquidity::{
        cycle::{CycleSet, SETS_PER_CYCLE_MAX, open_cycle, sets_of},
        netting::PaymentSet,
        queue::QUEUED_PAYMENTS_MAX,
    },
    objects::Object,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Proposes a set to the open cycle; one of each participant.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitCycleSet {
    /// The cycle.
    pub cycle: u64,
    /// Payment i of the list is bit (i mod 8, least significant first) of byte (i div 8).
    #[serde(with = "json::text")]
    pub bits: Vec<u8>,
}

impl Verb for SubmitCycleSet {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.bits.len() > QUEUED_PAYMENTS_MAX.div_ceil(8) {
            return Err(RejectReason::CycleSetTooLong);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !matches!(role, Some(Role::Operator | Role::Bank)) {
            return Err(RejectReason::CycleSetForbidden);
        }
        let open = open_cycle(ledger).filter(|(id, _)| *id == self.cycle);
        let (_, cycle) = open.ok_or(RejectReason::CycleNotOpen)?;
        if PaymentSet::from_bytes(&self.bits, cycle.listed as usize).is_err() {
            return Err(RejectReason::CycleSetBits);
        }
        let key = (self.cycle, call.sender());
        if ledger.products.cycle_sets.index().contains_key(&key) {
            return Err(RejectReason::CycleSetRepeated);
        }
        if sets_of(ledger, self.cycle).count() >= SETS_PER_CYCLE_MAX {
            return Err(RejectReason::CycleSetsFull);
        }
        ledger.products.cycle_sets.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.products.cycle_sets.add(CycleSet {
            cycle: self.cycle,
            submitter: call.sender(),
            bits: self.bits.clone(),
        });
        let table = CycleSet::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
