//! Payments on conditions: taken now, settled in the block in which all conditions hold together, refused when their time is over.
//!
//! ```text
//!   PayWhen ──▶ Waiting ─┬─ its day has come, every time has passed, every attestation counts ──▶ Settled | Queued | Refused
//!                        ├─ Cancel by its sender ──▶ Cancelled
//!                        └─ until ─────────────────▶ Refused (AB03)
//!        asked again:  when a fact is attested that it waits for · when its latest time comes · when the business day opens
//! ```
//! A condition is a time, or a fact that a participant has signed and that counts at that moment: a document by its hash, a score, a screening, a reading. The
//! ledger looks at nothing else of the world. Spec: ledger 3.3 (condition), 3.9.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, Hash, ParticipantId, identifiers::Uetr, json};

use crate::{
    attestation::{Attestation, AttestationKind, Subject},
    calendar::Timing,
    ledger::Ledger,
    liquidity::queue,
    objects::Object,
    payment::pay::Pay,
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    verb::Origin,
};

/// Conditions of one payment.
pub(crate) const CONDITIONS_MAX: usize = 8;

/// Payments that wait for facts about one subject.
pub(crate) const WAITING_PER_SUBJECT_MAX: usize = 1_000;

/// What must hold.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Condition {
    /// Block time has come so far.
    NotBefore(BlockTime) = 0,
    /// A participant has attested a document, and that still counts.
    Document {
        /// Hash of the document.
        document: Hash,
        /// Who must have attested it.
        attestor: ParticipantId,
    } = 1,
    /// The newest attestation that counts is at least so high.
    Attested {
        /// What sort of fact.
        kind: AttestationKind,
        /// What it is about.
        subject: Subject,
        /// Who must have attested it; `None` for whoever may.
        attestor: Option<ParticipantId>,
        /// The lowest value, in units of 10^-`scale`.
        #[serde(with = "json::text")]
        at_least: i128,
        /// Decimals of the value; one with others does not count.
        scale: u8,
    } = 2,
}

/// How a payment on conditions stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum ConditionalState {
    /// Waits for its conditions.
    Waiting = 0,
    /// They held, and it settled.
    Settled = 1,
    /// They held, and it waits for funds.
    Queued = 2,
    /// Refused for this reason.
    Refused(RejectReason) = 3,
    /// Taken back by its sender.
    Cancelled = 4,
}

/// A payment on conditions, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionalPayment {
    /// Whose instruction it is.
    pub origin: Origin,
    /// The payment.
    pub payment: Pay,
    /// What must hold.
    pub conditions: Vec<Condition>,
    /// Until when.
    pub until: BlockTime,
    /// When time asks for it next.
    pub asked_at: BlockTime,
    /// How it stands.
    pub state: ConditionalState,
}

/// What payments on conditions are looked up by.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConditionalIndex {
    by_uetr: BTreeMap<Uetr, u64>,
    /// Waiting ones by the facts that they wait for.
    waiting: BTreeMap<(AttestationKind, Subject), BTreeSet<u64>>,
}

impl Condition {
    /// The fact that it waits for.
    pub(crate) fn fact(&self) -> Option<(AttestationKind, Subject)> {
        match self {
            Condition::NotBefore(_) => None,
            Condition::Document { document, .. } => {
                Some((AttestationKind::Document, Subject::Document(*document)))
            }
            Condition::Attested { kind, subject, .. } => Some((*kind, *subject)),
        }
    }

    fn holds(&self, ledger: &Ledger, time: BlockTime) -> bool {
        match self {
            Condition::NotBefore(from) => *from <= time,
            Condition::Document { attestor, .. } => {
                self.found(ledger, time, Some(*attestor)).is_some()
            }
            Condition::Attested {
                attestor,
                at_least,
                scale,
                ..
            } => {
                let found = self.found(ledger, time, *attestor);
                found.is_some_and(|it| it.scale == *scale && it.value >= *at_least)
            }
        }
    }

    /// The newest statement that counts, of one attestor or of whoever is active.
    fn found<'a>(
        &self,
        ledger: &'a Ledger,
        time: BlockTime,
        attestor: Option<ParticipantId>,
    ) -> Option<&'a Attestation> {
        let (kind, subject) = self.fact()?;
        let Some(attestor) = attestor else {
            return ledger.attested(kind, subject, time).map(|(_, it)| it);
        };
        let attestations = &ledger.products.attestations;
        let id = attestations.index().get(&(kind, subject, attestor))?;
        let found = attestations.get(*id)?;
        (found.is_valid(time) && ledger.is_active(attestor)).then_some(found)
    }
}

impl ConditionalPayment {
    fn facts(&self) -> impl Iterator<Item = (AttestationKind, Subject)> + '_ {
        self.conditions.iter().filter_map(Condition::fact)
    }
}

impl Object for ConditionalPayment {
    const TABLE: Table = Table::ConditionalPayments;
    const ROWS_MAX: u64 = 1 << 21;
    type Index = ConditionalIndex;

    fn enter(&self, id: u64, index: &mut ConditionalIndex) {
        index.by_uetr.insert(self.payment.uetr, id);
        if self.state == ConditionalState::Waiting {
            for fact in self.facts() {
                index.waiting.entry(fact).or_default().insert(id);
            }
        }
    }

    fn leave(&self, id: u64, index: &mut ConditionalIndex) {
        for fact in self.facts() {
            if let Some(ids) = index.waiting.get_mut(&fact) {
                ids.remove(&id);
                if ids.is_empty() {
                    index.waiting.remove(&fact);
                }
            }
        }
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == ConditionalState::Waiting).then_some(self.asked_at.min(self.until))
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        ledger.ask_conditional(moment, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.origin.sender).is_some()
    }
}

impl Ledger {
    /// The waiting payment with this reference.
    pub(crate) fn open_conditional(&self, uetr: &Uetr) -> Option<(u64, &ConditionalPayment)> {
        let rows = &self.products.conditional;
        let id = *rows.index().by_uetr.get(uetr)?;
        Some((id, rows.get(id)?))
    }

    /// Whether another payment may wait for these facts.
    pub(crate) fn check_conditional_room(
        &self,
        conditions: &[Condition],
    ) -> Result<(), RejectReason> {
        self.products.conditional.check_room()?;
        let waiting = &self.products.conditional.index().waiting;
        let is_full = |fact: (AttestationKind, Subject)| {
            let count = waiting.get(&fact).map_or(0, BTreeSet::len);
            count >= WAITING_PER_SUBJECT_MAX
        };
        let mut facts = conditions.iter().filter_map(Condition::fact);
        match facts.any(is_full) {
            true => Err(RejectReason::ConditionsFull),
            false => Ok(()),
        }
    }

    /// Asks all payments again that wait for a fact which was just attested, in the order in which they came.
    pub(crate) fn wake_conditionals(
        &mut self,
        moment: &Moment,
        kind: AttestationKind,
        subject: Subject,
    ) {
        let waiting = &self.products.conditional.index().waiting;
        let Some(ids) = waiting.get(&(kind, subject)).cloned() else {
            return;
        };
        for id in ids {
            self.ask_conditional(moment, id);
        }
    }

    /// Whether a payment's day has come and its conditions hold; otherwise when time may change that.
    pub(crate) fn conditions_hold(
        &self,
        moment: &Moment,
        payment: &Pay,
        conditions: &[Condition],
    ) -> Result<(), BlockTime> {
        let times = conditions.iter().filter_map(|it| match it {
            Condition::NotBefore(from) => Some(*from),
            Condition::Document { .. } | Condition::Attested { .. } => None,
        });
        let day = self.opening(payment.asset, payment.value_date);
        let latest = times.chain([day]).max().unwrap_or(day);
        if latest > moment.time {
            return Err(latest);
        }
        let tomorrow = moment.date.plus_days(1).unwrap_or(moment.date);
        let day_after = self.opening(payment.asset, tomorrow);
        let today = payment.value_date.max(moment.date);
        match self.timing(payment.asset, today, moment) {
            Ok(Timing::Now) => {}
            Ok(Timing::Later(_, opens)) => return Err(opens),
            Err(_closed) => return Err(day_after),
        }
        let holds = |it: &Condition| it.holds(self, moment.time);
        match conditions.iter().all(holds) {
            true => Ok(()),
            // A fact may come any time; time alone changes nothing before the next day.
            false => Err(day_after),
        }
    }

    fn ask_conditional(&mut self, moment: &Moment, id: u64) {
        let row = self.products.conditional.get(id).cloned();
        let Some(row) = row.filter(|it| it.state == ConditionalState::Waiting) else {
            return;
        };
        if moment.time >= row.until {
            let reason = RejectReason::ConditionsUnmet;
            let state = ConditionalState::Refused(reason);
            self.end_conditional(id, state, Outcome::Refused(reason));
            return;
        }
        match self.conditions_hold(moment, &row.payment, &row.conditions) {
            Err(asked_at) => {
                let rows = &mut self.products.conditional;
                rows.update(id, |it| it.asked_at = asked_at);
            }
            Ok(()) => {
                let payment = due_now(&row.payment, moment);
                let (state, outcome) = match queue::enter(self, moment, row.origin, &payment) {
                    Ok(outcome @ Outcome::Waiting(_)) => (ConditionalState::Queued, outcome),
                    Ok(outcome) => (ConditionalState::Settled, outcome),
                    Err(reason) => (ConditionalState::Refused(reason), Outcome::Refused(reason)),
                };
                self.end_conditional(id, state, outcome);
            }
        }
    }

    /// Ends the wait for conditions and tells the sender.
    pub(crate) fn end_conditional(&mut self, id: u64, state: ConditionalState, outcome: Outcome) {
        let fee = self.fee.take();
        let origin = self.products.conditional.update(id, |it| {
            it.state = state;
            it.origin
        });
        if let Some(origin) = origin {
            self.answer_with(origin, outcome, fee);
        }
    }
}

/// The payment as it settles now; a time until which it could have waited for funds may be over.
pub(crate) fn due_now(payment: &Pay, moment: &Moment) -> Pay {
    let mut payment = payment.clone();
    payment.value_date = moment.date;
    let until = payment.handling.queue_until;
    payment.handling.queue_until = until.filter(|until| *until > moment.time);
    payment
}
