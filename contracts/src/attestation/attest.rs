//! `Attest`: an attestor states a fact of the outside world, with an end of validity.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, Hash, json};

use crate::{
    account::store::place,
    attestation::{Attestation, AttestationKind, Subject},
    breaker::{BreakerScope, BreakerState},
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Milliseconds an attestation may count: whoever attested something a year ago attests it again.
const VALID_MS_MAX: u64 = 366 * 86_400_000;

/// Largest attested value, either sign: products with an amount of 10^22 are then left to 256 bits.
const VALUE_MAX: u128 = 10_u128.pow(30);

/// Decimals of an attested value.
const SCALE_MAX: u8 = 18;

/// Why an asset stops whose reserve is short: regulatory reporting (ISO 20022 external status reason).
const SHORT_RESERVE: Purpose = Purpose::of(*b"RR05");

/// States a fact; the sender is the attestor.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// What sort of fact.
    pub kind: AttestationKind,
    /// What it is about.
    pub subject: Subject,
    /// The value, in units of 10^-`scale`.
    #[serde(with = "json::text")]
    pub value: i128,
    /// Decimals of the value.
    pub scale: u8,
    /// When it was observed; not in the future, and later than what the attestor stated before.
    pub observed: BlockTime,
    /// From when it counts no longer, at most 366 days after the observation.
    pub expires: BlockTime,
    /// Hash of the document behind it.
    pub document: Hash,
}

impl Attest {
    /// The row of the attestor's earlier statement.
    fn earlier<'a>(&self, ledger: &'a Ledger, call: &Call) -> Option<(u64, &'a Attestation)> {
        let attestations = &ledger.products.attestations;
        let key = (self.kind, self.subject, call.sender());
        let id = *attestations.index().get(&key)?;
        Some((id, attestations.get(id)?))
    }
}

impl Attest {
    /// A reserve attested below what is outstanding stops its asset in the same block.
    fn trip_if_short(&self, ledger: &mut Ledger, call: &Call) {
        let (AttestationKind::Reserve, Subject::Asset(asset)) = (self.kind, self.subject) else {
            return;
        };
        let subject = self.subject;
        let reserve = ledger.attested(AttestationKind::Reserve, subject, call.moment.time);
        let covers = |supply| reserve.is_none_or(|(_, it)| it.scale != 0 || it.value >= supply);
        let issuance = ledger
            .asset(asset)
            .map(|asset| place(asset.issuance_account));
        let issuance = issuance.and_then(|row| ledger.accounts.posting(row));
        let supply = issuance.map_or(0, |posting| posting.balance().saturating_neg());
        let scope = BreakerScope::Asset(asset);
        let known = ledger.breaker(&scope).map(|(_, breaker)| breaker.state);
        let may_trip = match known {
            Some(state) => state != BreakerState::Tripped,
            None => ledger.products.breakers.check_room().is_ok(),
        };
        if may_trip && !covers(supply) {
            ledger.trip(&call.moment, scope, SHORT_RESERVE, None);
        }
    }
}

impl Verb for Attest {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let latest = self.observed.0.saturating_add(VALID_MS_MAX);
        if self.expires <= self.observed || self.expires.0 > latest {
            return Err(RejectReason::AttestationWindow);
        }
        if self.value.unsigned_abs() > VALUE_MAX || self.scale > SCALE_MAX {
            return Err(RejectReason::AttestationValue);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !role.is_some_and(|role| self.kind.may_be_attested_by(role)) {
            return Err(RejectReason::AttestorForbidden);
        }
        if !ledger.knows(&self.subject) {
            return Err(RejectReason::SubjectUnknown);
        }
        match self.earlier(ledger, call) {
            Some((_, earlier)) if earlier.observed >= self.observed => {
                return Err(RejectReason::AttestationOlder);
            }
            Some(_) => {}
            None => ledger.products.attestations.check_room()?,
        }
        if self.observed > call.moment.time {
            return Err(RejectReason::ObservationAhead);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let earlier = self.earlier(ledger, call);
        let row = Attestation {
            attestor: call.sender(),
            kind: self.kind,
            subject: self.subject,
            value: self.value,
            scale: self.scale,
            observed: self.observed,
            expires: self.expires,
            document: self.document,
            revision: earlier.map_or(1, |(_, it)| it.revision.saturating_add(1)),
        };
        let earlier = earlier.map(|(id, _)| id);
        let attestations = &mut ledger.products.attestations;
        let id = match earlier {
            Some(id) => {
                attestations.update(id, |it| *it = row);
                id
            }
            None => attestations.add(row),
        };
        self.trip_if_short(ledger, call);
        if let (AttestationKind::Price, Subject::Named(name)) = (self.kind, self.subject) {
            ledger.price_changed(&call.moment, call.sender(), name);
        }
        ledger.wake_conditionals(&call.moment, self.kind, self.subject);
        let table = Attestation::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
