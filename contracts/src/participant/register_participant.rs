//! `RegisterParticipant`: the operator admits a legal entity with its keys.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    ParticipantId, PublicKey,
    identifiers::{Bic, Lei},
};

use crate::{
    ledger::Ledger,
    participant::{
        KEYS_PER_PARTICIPANT_MAX, KeyPurpose, Participant, ParticipantKey, ParticipantStatus, Role,
    },
    receipt::Outcome,
    reject::RejectReason,
    text::ParticipantName,
    verb::{Call, Verb},
};

/// Admits a participant; its id is the next row of the table.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterParticipant {
    /// Legal entity identifier.
    pub lei: Lei,
    /// Business identifier code; banks must have one.
    pub bic: Option<Bic>,
    /// Name.
    pub name: ParticipantName,
    /// Role; not operator.
    pub role: Role,
    /// Sponsor bank, for the roles that need one.
    pub sponsor: Option<ParticipantId>,
    /// Keys that sign for it from the block of this instruction on.
    pub keys: Vec<PublicKey>,
}

impl Verb for RegisterParticipant {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.role == Role::Operator {
            return Err(RejectReason::RoleNotRegistrable);
        }
        check_keys(&self.keys)?;
        if matches!(self.role, Role::Bank | Role::IndirectBank) && self.bic.is_none() {
            return Err(RejectReason::BicMissing);
        }
        if self.role.needs_sponsor() != self.sponsor.is_some() {
            return Err(RejectReason::SponsorMismatch);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if ledger.role(call.sender()) != Some(Role::Operator) {
            return Err(RejectReason::RegistrarForbidden);
        }
        check_entry(
            ledger,
            &self.lei,
            self.bic.as_ref(),
            self.sponsor,
            &self.keys,
        )
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let key = |key: &PublicKey| ParticipantKey {
            key: *key,
            from: call.moment.height,
            to: None,
            purpose: KeyPurpose::Any,
        };
        let keys = self.keys.iter().map(key).collect();
        ledger.add_participant(Participant {
            id: ParticipantId(0),
            lei: self.lei,
            bic: self.bic,
            name: self.name,
            role: self.role,
            sponsor: self.sponsor,
            status: ParticipantStatus::Active,
            keys,
            policy: Vec::new(),
        });
        Ok(Outcome::Settled)
    }
}

pub(crate) fn check_keys(keys: &[PublicKey]) -> Result<(), RejectReason> {
    if keys.is_empty() || keys.len() > KEYS_PER_PARTICIPANT_MAX {
        return Err(RejectReason::KeysMissing);
    }
    let distinct: BTreeSet<&PublicKey> = keys.iter().collect();
    if distinct.len() != keys.len() || !keys.iter().all(PublicKey::is_acceptable) {
        return Err(RejectReason::KeyUnacceptable);
    }
    Ok(())
}

/// What must hold between a new participant and those that exist; founding asks the same.
pub(crate) fn check_entry(
    ledger: &Ledger,
    lei: &Lei,
    bic: Option<&Bic>,
    sponsor: Option<ParticipantId>,
    keys: &[PublicKey],
) -> Result<(), RejectReason> {
    if let Some(sponsor) = sponsor {
        let sponsor = ledger
            .participant(sponsor)
            .ok_or(RejectReason::SponsorUnknown)?;
        if sponsor.role != Role::Bank || !sponsor.is_active() {
            return Err(RejectReason::SponsorNotBank);
        }
    }
    if ledger.leis.contains_key(lei) {
        return Err(RejectReason::LeiTaken);
    }
    if bic.is_some_and(|bic| ledger.bics.contains_key(&bic.head_office())) {
        return Err(RejectReason::BicTaken);
    }
    if keys.iter().any(|key| ledger.keys.contains_key(key)) {
        return Err(RejectReason::KeyTaken);
    }
    if ledger.participants.len() as u64 >= u64::from(ledger.parameters.participants_max) {
        return Err(RejectReason::ParticipantsFull);
    }
    Ok(())
}
