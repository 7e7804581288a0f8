//! `RotateKey`: a participant adds keys and retires others; the operator may do it for one that lost its keys.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Height, ParticipantId, PublicKey};

use crate::{
    ledger::Ledger,
    participant::{
        KEYS_PER_PARTICIPANT_MAX, KeyPurpose, Participant, ParticipantKey, Role, are_enough,
    },
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Adds and retires keys. New ones sign from the next block on, retired ones to the end of this block.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateKey {
    /// Whose keys.
    pub participant: ParticipantId,
    /// Keys to add.
    pub add: Vec<PublicKey>,
    /// Keys to retire.
    pub retire: Vec<PublicKey>,
}

impl RotateKey {
    /// The keys afterwards; those that signed for nobody any more make room first.
    fn keys(&self, before: &Participant, height: Height) -> Vec<ParticipantKey> {
        let from = height.next();
        let mut keys: Vec<ParticipantKey> = before.keys.clone();
        for key in &mut keys {
            if self.retire.contains(&key.key) && key.to.is_none_or(|to| to > from) {
                key.to = Some(from);
            }
        }
        keys.extend(self.add.iter().map(|key| ParticipantKey {
            key: *key,
            from,
            to: None,
            purpose: KeyPurpose::Any,
        }));
        while keys.len() > KEYS_PER_PARTICIPANT_MAX {
            let over = keys
                .iter()
                .position(|key| key.to.is_some_and(|to| to <= height));
            let Some(over) = over else {
                break;
            };
            keys.remove(over);
        }
        keys
    }
}

impl Verb for RotateKey {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.add.is_empty() && self.retire.is_empty() {
            return Err(RejectReason::RotationEmpty);
        }
        let changed = self.add.iter().chain(&self.retire);
        let distinct: BTreeSet<&PublicKey> = changed.collect();
        let count = self.add.len() + self.retire.len();
        let acceptable = self.add.iter().all(PublicKey::is_acceptable);
        if distinct.len() != count || count > 2 * KEYS_PER_PARTICIPANT_MAX || !acceptable {
            return Err(RejectReason::KeyUnacceptable);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let is_operator = ledger.role(call.sender()) == Some(Role::Operator);
        if call.sender() != self.participant && !is_operator {
            return Err(RejectReason::RotationForbidden);
        }
        let participant = ledger.participant(self.participant);
        let participant = participant.ok_or(RejectReason::ParticipantUnknown)?;
        let owned = |key: &PublicKey| participant.keys.iter().any(|own| own.key == *key);
        if !self.retire.iter().all(owned) {
            return Err(RejectReason::KeyUnknown);
        }
        if self.add.iter().any(|key| ledger.keys.contains_key(key)) {
            return Err(RejectReason::KeyTaken);
        }
        let keys = self.keys(participant, call.moment.height);
        let from = call.moment.height.next();
        if !are_enough(&keys, participant.signatures_needed(u128::MAX), from) {
            return Err(RejectReason::KeysTooFew);
        }
        if keys.len() > KEYS_PER_PARTICIPANT_MAX {
            return Err(RejectReason::KeysTooMany);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.update_participant(self.participant, |participant| {
            participant.keys = self.keys(participant, call.moment.height);
        });
        Ok(Outcome::Settled)
    }
}
