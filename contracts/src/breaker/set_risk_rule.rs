//! `SetRiskRule`: the operator or a regulator says when a breaker trips by itself.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::json;

use crate::{
    breaker::{
        BreakerScope,
        rule::{Measure, RiskRule},
    },
    ledger::Ledger,
    objects::Object,
    participant::{KeyPurpose, Role},
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Longest window: a week of block time.
const WINDOW_MS_MAX: u64 = 7 * 86_400_000;

/// Least that an account's outflow may be allowed against its own history, in per cent: what it always does must never trip.
const PER_CENT_MIN: u128 = 101;

/// Most of it; above that the rule says nothing.
const PER_CENT_MAX: u128 = 1_000_000;

/// Sets or lifts a rule that trips the breaker of a scope.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRiskRule {
    /// What is watched, and whose breaker trips; not a verb.
    pub scope: BreakerScope,
    /// What is measured.
    pub measure: Measure,
    /// The greatest figure in range, in minor units, payments, milliseconds, instructions, or per cent; `None` lifts the rule.
    #[serde(default, with = "json::optional_text")]
    pub most: Option<u128>,
    /// Minor units up to which an account's own history trips nothing; 0 for other measures.
    #[serde(with = "json::text")]
    pub least: u128,
    /// Milliseconds of block time of a window, at most 7 days; 0 where the measure has none.
    pub window_ms: u64,
    /// External reason code with which the breaker trips.
    pub reason: Purpose,
}

impl Verb for SetRiskRule {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        let is_window = match self.measure.has_window() {
            true => (1..=WINDOW_MS_MAX).contains(&self.window_ms),
            false => self.window_ms == 0,
        };
        if !is_window {
            return Err(RejectReason::RiskRuleWindow);
        }
        if !self.measure.fits(&self.scope) {
            return Err(RejectReason::RiskRuleMeasure);
        }
        let is_history = self.measure == Measure::OwnHistory;
        let in_range = |most| (PER_CENT_MIN..=PER_CENT_MAX).contains(&most);
        if is_history && !self.most.is_none_or(in_range) || !is_history && self.least > 0 {
            return Err(RejectReason::RiskRuleHistory);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !matches!(role, Some(Role::Operator | Role::Regulator)) {
            return Err(RejectReason::RiskRuleForbidden);
        }
        if !ledger.has_scope(&self.scope) {
            return Err(RejectReason::RiskRuleScope);
        }
        let rules = &ledger.products.risk_rules;
        let known = rules.index().get(&(self.scope, self.measure));
        let in_force = known.and_then(|id| rules.get(*id)?.most);
        match (known, self.most) {
            (_, None) if in_force.is_none() => Err(RejectReason::RiskRuleUnset),
            (Some(_), _) | (None, None) => Ok(()),
            (None, Some(_)) => rules.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let row = RiskRule {
            scope: self.scope,
            measure: self.measure,
            most: self.most,
            least: self.least,
            window_ms: self.window_ms,
            reason: self.reason,
            used: 0,
            window: 0,
            is_above: false,
            since: call.moment.time,
            past: Vec::new(),
            by: call.sender(),
        };
        let rules = &mut ledger.products.risk_rules;
        let known = rules.index().get(&(self.scope, self.measure)).copied();
        let id = match known {
            Some(id) => {
                rules.update(id, |it| *it = row);
                id
            }
            None => rules.add(row),
        };
        if self.measure == Measure::NewCounterparty {
            ledger.guard_scope(self.scope);
        }
        let table = RiskRule::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
