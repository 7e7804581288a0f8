//! `SetReceivableRules`: the operator says how long, how deep and how finely receivables in an asset may go, and which regulation says so.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId};

use crate::{
    attestation::SubjectText,
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    receivable::rules::{DEPTH_MAX, ReceivableRules, TERM_DAYS_MAX},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Sets the rules of an asset in place of those before; the sender is the operator. What was promised and divided before stands.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetReceivableRules {
    /// Of receivables in what.
    pub asset: AssetId,
    /// Days to maturity that need no ground.
    pub term_days_usual: u32,
    /// Days to maturity at most, not more than a year.
    pub term_days_max: u32,
    /// Divisions between the accepted receivable and any part of it, at most ten.
    pub depth_max: u8,
    /// Smallest part.
    pub part_min: Amount,
    /// The regulation that these rules follow.
    pub reference: SubjectText,
}

impl Verb for SetReceivableRules {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let term = 0 < self.term_days_usual
            && self.term_days_usual <= self.term_days_max
            && self.term_days_max <= TERM_DAYS_MAX;
        if !term || self.depth_max > DEPTH_MAX || self.part_min.is_zero() {
            return Err(RejectReason::ReceivableRuleTerms);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        // Whoever may sign for any amount signs rules that bind everybody.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if ledger.role(call.sender()) != Some(Role::Operator) {
            return Err(RejectReason::ReceivableRoleForbidden);
        }
        if ledger.asset(self.asset).is_none() {
            return Err(RejectReason::AssetUnknown);
        }
        let rules = &ledger.products.receivable_rules;
        match rules.index().get(&self.asset) {
            Some(_) => Ok(()),
            None => rules.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let row = ReceivableRules {
            asset: self.asset,
            term_days_usual: self.term_days_usual,
            term_days_max: self.term_days_max,
            depth_max: self.depth_max,
            part_min: self.part_min,
            reference: self.reference,
        };
        let rules = &mut ledger.products.receivable_rules;
        let id = match rules.index().get(&self.asset).copied() {
            Some(id) => {
                rules.update(id, |it| *it = row);
                id
            }
            None => rules.add(row),
        };
        Ok(Outcome::Recorded {
            table: Table::ReceivableRules,
            id,
        })
    }
}
