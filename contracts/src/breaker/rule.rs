//! Rules that trip breakers by themselves, in the block in which a figure leaves its range.
//!
//! ```text
//!   SetRiskRule ──▶ row (scope, measure): most, window, reason
//!   end of every block ──▶ measured ──▶ above `most`? ──▶ breaker of the scope trips, by nobody, with the rule's reason
//! ```
//! | Measure | What is measured |
//! |---|---|
//! | outflow | debits of the accounts in the scope within a window of block time; windows stand side by side from the epoch on |
//! | queued value, queued count | what waits for funds from them at the end of a block |
//! | reserve age | milliseconds since the newest reserve of an asset that still counts was observed; without one it is above any |
//!
//! What happened in the block stands: a breaker stops what comes after. Counting begins anew when a rule has tripped; what is measured at a moment
//! trips when it goes above, and again only after it was back in range, so that a resumed breaker stays resumed. Spec: ledger 3.9.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{ParticipantId, json};

use crate::{
    account::{AccountKind, store::place},
    attestation::{AttestationKind, Subject},
    breaker::{BreakerScope, BreakerState},
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
}

/// A rule, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct RiskRule {
    /// What is watched, and whose breaker trips.
    pub scope: BreakerScope,
    /// What is measured.
    pub measure: Measure,
    /// The greatest figure in range; `None` when the rule is lifted.
    #[serde(default, with = "json::optional_text")]
    pub most: Option<u128>,
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
    /// Who set it last.
    pub by: ParticipantId,
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
    let rules: Vec<(u64, RiskRule)> = ledger
        .products
        .risk_rules
        .iter()
        .filter(|(_, rule)| rule.most.is_some())
        .map(|(id, rule)| (id, *rule))
        .collect();
    if rules.is_empty() {
        return;
    }
    let has = |measures: &[Measure]| rules.iter().any(|(_, it)| measures.contains(&it.measure));
    let outflow = match has(&[Measure::Outflow]) {
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
        }
    }
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

fn trip(ledger: &mut Ledger, moment: &Moment, rule: &RiskRule) {
    let state = ledger.breaker(&rule.scope).map(|(_, it)| it.state);
    let may_trip = match state {
        Some(state) => state != BreakerState::Tripped,
        None => ledger.products.breakers.check_room().is_ok(),
    };
    if may_trip {
        ledger.trip(moment, rule.scope, rule.reason, None);
    }
}
