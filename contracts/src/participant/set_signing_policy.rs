//! `SetSigningPolicy`: how many of a participant's keys must sign, by amount.
//!
//! ```text
//!   amount  0 ........ 1,000,000.00 ........ 50,000,000.00 ........
//!   keys    └──── 1 ────┘└──────── 2 ────────┘└──────── 3, and for what changes keys, policy and statuses
//! ```

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    participant::{KEYS_PER_PARTICIPANT_MAX, KeyPurpose, SignatureBand, are_enough},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Bands a policy may have.
const BANDS_MAX: usize = 8;

/// Sets the sender's own policy, from the next instruction on.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSigningPolicy {
    /// The bands, ascending in both; empty for one signature whatever the amount.
    pub bands: Vec<SignatureBand>,
}

impl Verb for SetSigningPolicy {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        let ascending = self
            .bands
            .is_sorted_by(|low, high| low.from < high.from && low.signatures < high.signatures);
        let in_range = |band: &SignatureBand| {
            (1..=KEYS_PER_PARTICIPANT_MAX).contains(&usize::from(band.signatures))
        };
        if !ascending || self.bands.len() > BANDS_MAX || !self.bands.iter().all(in_range) {
            return Err(RejectReason::PolicyBands);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let sender = ledger.participant(call.sender());
        let sender = sender.ok_or(RejectReason::SenderUnknown)?;
        let height = call.moment.height;
        let highest = self
            .bands
            .last()
            .map_or(1, |band| usize::from(band.signatures));
        if !are_enough(&sender.keys, highest, height) {
            return Err(RejectReason::PolicyBeyondKeys);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.update_participant(call.sender(), |participant| {
            participant.policy.clone_from(&self.bands);
        });
        Ok(Outcome::Settled)
    }
}
