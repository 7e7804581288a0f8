//! `SetKeyPurpose`: what one key of the sender signs, and until when.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Height, PublicKey};

use crate::{
    ledger::Ledger,
    participant::{KeyPurpose, Participant, ParticipantKey, are_enough},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Says what a key of the sender signs and until when, from this instruction on. Keys without an end must remain that can sign everything.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetKeyPurpose {
    /// The key.
    pub key: PublicKey,
    /// What it signs.
    pub purpose: KeyPurpose,
    /// First height at which it no longer signs; `None` for no end.
    pub until: Option<Height>,
}

impl SetKeyPurpose {
    fn keys(&self, before: &Participant) -> Vec<ParticipantKey> {
        let mut keys = before.keys.clone();
        for key in keys.iter_mut().filter(|it| it.key == self.key) {
            (key.purpose, key.to) = (self.purpose, self.until);
        }
        keys
    }
}

impl Verb for SetKeyPurpose {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let sender = ledger.participant(call.sender());
        let sender = sender.ok_or(RejectReason::SenderUnknown)?;
        let height = call.moment.height;
        let key = sender.keys.iter().find(|own| own.key == self.key);
        // A retired key stays retired.
        let is_alive = key.is_some_and(|it| it.to.is_none_or(|to| to > height.next()));
        if !is_alive {
            return Err(RejectReason::KeyUnknown);
        }
        if self.until.is_some_and(|until| until <= height.next()) {
            return Err(RejectReason::KeyWindow);
        }
        let needed = sender.signatures_needed(u128::MAX);
        are_enough(&self.keys(sender), needed, height.next())
            .then_some(())
            .ok_or(RejectReason::KeysTooFew)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.update_participant(call.sender(), |participant| {
            participant.keys = self.keys(participant);
        });
        Ok(Outcome::Settled)
    }
}
