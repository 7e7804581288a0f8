//! Rules that trip breakers by themselves, in the block in which a figure leaves its range.
//!
//! ```text
//!   SetRiskRule ──▶ row (scope, measure): most, window, reason
//!   end of every block ──▶ measured ──▶ above `most`? ──▶ breaker of the scope trips, by nobody, with the rule's reason
//! ```
//! | Measure | What is measured |
//! |---|---|
//! | outflow | debits of the accounts in the scope within a window of block time; windows stand side by side from the epoch on |
//! | own history | the same, in per cent of the mean of the eight windows before; nothing trips until eight whole windows were seen (`history`) |
//! | new counterparty | value within a window to accounts that were first paid less than a window ago; the first window only learns (`history`) |
//! | failed signatures | instructions within a window in the scope's name that were ordered and signed by keys that may not sign |
//! | queued value, queued count | what waits for funds from them at the end of a block |
//! | reserve age | milliseconds since the newest reserve of an asset that still counts was observed; without one it is above any |
//! | alarm | what the newest alarm says that auditors, regulators, oracles or the operator attested about the scope and that still counts |
//!
//! What happened in the block stands: a breaker stops what comes after. Counting begins anew when a rule has tripped; what is measured at a moment
//! trips when it goes above, and again only after it was back in range, so that a resumed breaker stays resumed. Spec: ledger 3.9.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, ParticipantId, json};

use crate::{
    account::{AccountKind, store::place},
    attestation::{AttestationKind, Subject, SubjectText},
    breaker::{BreakerScope, BreakerState, history},
    ledger::Ledger,
    objects::Object,
    standing::Moment,
    tables::Table,
    text::Purpose,
};

/// Rules of one ledger: each is measured in every block.
pub(crate) const RISK_RULES_MAX: u64 = 1_024;

/// What a rule measures.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Measure {
    /// Debits within a window, in minor units.
    Outflow = 0,
    /// Value that waits for funds, in minor units.
    QueuedValue = 1,
    /// Payments that wait for funds.
    QueuedCount = 2,
    /// Age of an asset's reserve attestation, in milliseconds.
    ReserveAge = 3,
    /// Value within a window to accounts that were not paid before, in minor units.
    NewCounterparty = 4,
    /// Debits within a window, in per cent of the mean of the eight windows before.
    OwnHistory = 5,
    /// Instructions within a window that were signed by keys that may not sign.
    FailedSignatures = 6,
    /// What the newest attested alarm says.
    Alarm = 7,
}

impl Measure {
    /// Whether it is counted within windows of block time.
    #[must_use]
    pub const fn has_window(self) -> bool {
        match self {
            Measure::Outflow
            | Measure::NewCounterparty
            | Measure::OwnHistory
            | Measure::FailedSignatures => true,
            Measure::QueuedValue | Measure::QueuedCount | Measure::ReserveAge | Measure::Alarm => {
                false
            }
        }
    }

    /// Whether it can be taken of a scope.
    #[must_use]
    pub const fn fits(self, scope: &BreakerScope) -> bool {
        match (self, scope) {
            (_, BreakerScope::Product(_)) => false,
            (
                Measure::Outflow
                | Measure::OwnHistory
                | Measure::QueuedValue
                | Measure::QueuedCount
                | Measure::Alarm,
                _,
            )
            | (Measure::ReserveAge, BreakerScope::Asset(_))
            | (Measure::NewCounterparty, BreakerScope::Participant(_) | BreakerScope::Account(_))
            | (Measure::FailedSignatures, BreakerScope::Network | BreakerScope::Participant(_)) => {
                true
            }
            (
                Measure::ReserveAge,
                BreakerScope::Network | BreakerScope::Participant(_) | BreakerScope::Account(_),
            )
            | (Measure::NewCounterparty, BreakerScope::Network | BreakerScope::Asset(_))
            | (Measure::FailedSignatures, BreakerScope::Asset(_) | BreakerScope::Account(_)) => {
                false
            }
        }
    }
}

/// A rule, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskRule {
    /// What is watched, and whose breaker trips.
    pub scope: BreakerScope,
    /// What is measured.
    pub measure: Measure,
    /// The greatest figure in range; `None` when the rule is lifted.
    #[serde(default, with = "json::optional_text")]
    pub most: Option<u128>,
    /// Minor units up to which an account's own history trips nothing; 0 for other measures.
    #[serde(with = "json::text")]
    pub least: u128,
    /// Milliseconds of block time of a window; 0 where the measure has none.
    pub window_ms: u64,
    /// Why the breaker trips: an external reason code.
    pub reason: Purpose,
    /// Measured within the window so far.
    #[serde(with = "json::text")]
    pub used: u128,
    /// Number of the window that `used` speaks of.
    pub window: u64,
    /// Whether the figure was out of range at the end of the last block.
    pub is_above: bool,
    /// When it was set last.
    pub since: BlockTime,
    /// Debits of the last windows in which there were any, ascending; only where own history is measured.
    pub past: Vec<PastWindow>,
    /// Who set it last.
    pub by: ParticipantId,
}

/// What was debited in one window.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct PastWindow {
    /// Number of the window.
    pub window: u64,
    /// Debits, in minor units.
    #[serde(with = "json::text")]
    pub outflow: u128,
}

impl Object for RiskRule {
    const TABLE: Table = Table::RiskRules;
    const ROWS_MAX: u64 = RISK_RULES_MAX;
    type Index = BTreeMap<(BreakerScope, Measure), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.scope, self.measure), id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.has_scope(&self.scope) && ledger.participant(self.by).is_some()
    }
}

/// Sums of one block by scope.
type Sums = BTreeMap<BreakerScope, u128>;

/// Measures everything that rules watch and trips what is out of range; nothing to do where there are no rules.
pub(crate) fn watch(ledger: &mut Ledger, moment: &Moment) {
    let (met, failed) = (
        std::mem::take(&mut ledger.met),
        std::mem::take(&mut ledger.failed_signers),
    );
    let rules: Vec<(u64, RiskRule)> = ledger
        .products
        .risk_rules
        .iter()
        .filter(|(_, rule)| rule.most.is_some())
        .map(|(id, rule)| (id, rule.clone()))
        .collect();
    if rules.is_empty() {
        return;
    }
    let has = |measures: &[Measure]| rules.iter().any(|(_, it)| measures.contains(&it.measure));
    let first_paid = history::meet(ledger, moment, met);
    let outflow = match has(&[Measure::Outflow, Measure::OwnHistory]) {
        true => outflow(ledger),
        false => Sums::new(),
    };
    let (value, count) = match has(&[Measure::QueuedValue, Measure::QueuedCount]) {
        true => queued(ledger),
        false => (Sums::new(), Sums::new()),
    };
    let of = |sums: &Sums, scope: BreakerScope| sums.get(&scope).copied().unwrap_or(0);
    for (id, rule) in rules {
        match rule.measure {
            Measure::Outflow => {
                add_to_window(ledger, moment, id, &rule, of(&outflow, rule.scope));
            }
            Measure::QueuedValue => stand(ledger, moment, id, &rule, of(&value, rule.scope)),
            Measure::QueuedCount => stand(ledger, moment, id, &rule, of(&count, rule.scope)),
            Measure::ReserveAge => {
                let age = reserve_age(ledger, moment, &rule.scope);
                stand(ledger, moment, id, &rule, age);
            }
            Measure::NewCounterparty => {
                let added = history::to_new(ledger, moment, &rule, &first_paid);
                add_to_window(ledger, moment, id, &rule, added);
            }
            Measure::OwnHistory => {
                let added = of(&outflow, rule.scope);
                history::compare(ledger, moment, (id, &rule), added);
            }
            Measure::FailedSignatures => {
                let added = match rule.scope {
                    BreakerScope::Participant(id) => failed.get(&id).copied().unwrap_or(0),
                    BreakerScope::Network
                    | BreakerScope::Product(_)
                    | BreakerScope::Asset(_)
                    | BreakerScope::Account(_) => failed.values().sum(),
                };
                add_to_window(ledger, moment, id, &rule, u128::from(added));
            }
            Measure::Alarm => {
                let figure = alarm(ledger, moment, &rule.scope);
                stand(ledger, moment, id, &rule, figure);
            }
        }
    }
}

/// The name under which an alarm about the whole network is attested.
pub(crate) const NETWORK: &str = "NETWORK";

/// What the newest alarm about a scope says, in whole units; 0 without one.
fn alarm(ledger: &Ledger, moment: &Moment, scope: &BreakerScope) -> u128 {
    let subject = match scope {
        BreakerScope::Network => SubjectText::new(NETWORK).map(Subject::Named),
        BreakerScope::Asset(id) => Some(Subject::Asset(*id)),
        BreakerScope::Participant(id) => Some(Subject::Participant(*id)),
        BreakerScope::Account(id) => Some(Subject::Account(*id)),
        BreakerScope::Product(_) => None,
    };
    let newest = subject.and_then(|it| ledger.attested(AttestationKind::Alarm, it, moment.time));
    let value = |(_, it): (u64, &crate::attestation::Attestation)| {
        u128::try_from(it.value).unwrap_or(0) / 10_u128.pow(u32::from(it.scale))
    };
    newest.map_or(0, value)
}

/// The scopes that an account lies in.
fn scopes_of(ledger: &Ledger, row: usize) -> Option<[BreakerScope; 4]> {
    let posting = ledger.accounts.posting(row)?;
    Some([
        BreakerScope::Network,
        BreakerScope::Asset(posting.asset),
        BreakerScope::Participant(posting.owner),
        BreakerScope::Account(sycee_primitives::AccountId(row as u64)),
    ])
}

fn add(sums: &mut Sums, scopes: [BreakerScope; 4], amount: u128) {
    for scope in scopes {
        let sum = sums.entry(scope).or_default();
        *sum = sum.saturating_add(amount);
    }
}

/// What was debited in the current block; what issuers bring onto the ledger flows in, not out.
fn outflow(ledger: &Ledger) -> Sums {
    let mut sums = Sums::new();
    for image in ledger.accounts.images() {
        let row = place(image.account);
        let (Some(posting), Some(scopes)) = (ledger.accounts.posting(row), scopes_of(ledger, row))
        else {
            continue;
        };
        let debited = posting.debits.saturating_sub(image.debits);
        if debited > 0 && posting.kind != AccountKind::Issuance {
            add(&mut sums, scopes, debited);
        }
    }
    sums
}

/// What waits for funds and is not held: value and number.
fn queued(ledger: &Ledger) -> (Sums, Sums) {
    let (mut value, mut count) = (Sums::new(), Sums::new());
    let queue = &ledger.products.queue;
    for (account, id) in queue.index().waiting() {
        let Some((row, scopes)) = queue.get(id).zip(scopes_of(ledger, place(account))) else {
            continue;
        };
        add(&mut value, scopes, row.payment.amount.minor());
        add(&mut count, scopes, 1);
    }
    (value, count)
}

/// Milliseconds since the newest reserve that counts was observed; above everything when there is none.
fn reserve_age(ledger: &Ledger, moment: &Moment, scope: &BreakerScope) -> u128 {
    let BreakerScope::Asset(asset) = scope else {
        return 0;
    };
    let subject = Subject::Asset(*asset);
    let reserve = ledger.attested(AttestationKind::Reserve, subject, moment.time);
    reserve.map_or(u128::MAX, |(_, it)| {
        u128::from(moment.time.0.saturating_sub(it.observed.0))
    })
}

fn add_to_window(ledger: &mut Ledger, moment: &Moment, id: u64, rule: &RiskRule, added: u128) {
    if added == 0 {
        return;
    }
    let window = moment.time.0 / rule.window_ms.max(1);
    let before = if rule.window == window { rule.used } else { 0 };
    let used = before.saturating_add(added);
    let trips = rule.most.is_some_and(|most| used > most);
    ledger.products.risk_rules.update(id, |it| {
        it.window = window;
        it.used = if trips { 0 } else { used };
    });
    if trips {
        trip(ledger, moment, rule);
    }
}

fn stand(ledger: &mut Ledger, moment: &Moment, id: u64, rule: &RiskRule, figure: u128) {
    let is_above = rule.most.is_some_and(|most| figure > most);
    if is_above == rule.is_above {
        return;
    }
    ledger
        .products
        .risk_rules
        .update(id, |it| it.is_above = is_above);
    if is_above {
        trip(ledger, moment, rule);
    }
}

pub(super) fn trip(ledger: &mut Ledger, moment: &Moment, rule: &RiskRule) {
    let state = ledger.breaker(&rule.scope).map(|(_, it)| it.state);
    let may_trip = match state {
        Some(state) => state != BreakerState::Tripped,
        None => ledger.products.breakers.check_room().is_ok(),
    };
    if may_trip {
        ledger.trip(moment, rule.scope, rule.reason, None);
    }
}
