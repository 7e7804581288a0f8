//! `SetFeeRule`: the asset's issuer or the operator says what payments cost.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, json};

use crate::{
    fee::{FeePayer, FeeRule, FeeService, FeeTier, check_schedule},
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Sets the fee of a service of an asset in place of the one before, from the next instruction on; without tiers it is lifted.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetFeeRule {
    /// Of which asset.
    pub asset: AssetId,
    /// For what.
    pub service: FeeService,
    /// Who pays it.
    pub payer: FeePayer,
    /// What it costs, ascending by amount, the first from 0; at most 16, and none to lift the rule.
    pub tiers: Vec<FeeTier>,
    /// No fee is lower, in minor units.
    #[serde(with = "json::text")]
    pub least: u128,
    /// No fee is higher, in minor units; `None` for no bound.
    #[serde(default, with = "json::optional_text")]
    pub most: Option<u128>,
    /// The account that gets it: open, of the asset.
    pub collector: AccountId,
}

impl Verb for SetFeeRule {
    fn check_shape(&self) -> Result<(), RejectReason> {
        check_schedule(&self.tiers, self.least, self.most)
    }

    /// Whoever sets fees takes from everybody's payments.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let asset = ledger.asset(self.asset).ok_or(RejectReason::AssetUnknown)?;
        ledger.check_fee_account(self.collector, self.asset)?;
        let is_operator = ledger.role(call.sender()) == Some(Role::Operator);
        if !is_operator && asset.issuer != call.sender() {
            return Err(RejectReason::FeeRuleForbidden);
        }
        let rules = &ledger.products.fee_rules;
        let is_known = rules.index().contains_key(&(self.asset, self.service));
        match (is_known, self.tiers.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => Err(RejectReason::FeeRuleUnset),
            (false, false) => rules.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let row = FeeRule {
            asset: self.asset,
            service: self.service,
            payer: self.payer,
            tiers: self.tiers.clone(),
            least: self.least,
            most: self.most,
            collector: self.collector,
            by: call.sender(),
        };
        let rules = &mut ledger.products.fee_rules;
        let known = rules.index().get(&(self.asset, self.service)).copied();
        let id = match known {
            Some(id) => {
                rules.update(id, |it| *it = row);
                id
            }
            None => rules.add(row),
        };
        let table = Table::FeeRules;
        Ok(Outcome::Recorded { table, id })
    }
}
