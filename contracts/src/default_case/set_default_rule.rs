//! `SetDefaultRule`: the asset's issuer or the operator says how defaults are closed out.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    default_case::{CoverSource, DefaultRule, QueueRule, check_order},
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Sets the rule for defaults in an asset in place of the one before.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDefaultRule {
    /// Which asset.
    pub asset: AssetId,
    /// The fund: an open account of the asset that the issuer or the operator owns.
    pub fund: AccountId,
    /// Where cover comes from, in this order, each once.
    pub sources: Vec<CoverSource>,
    /// What becomes of the participant's queued payments.
    pub queue: QueueRule,
}

impl Verb for SetDefaultRule {
    fn check_shape(&self) -> Result<(), RejectReason> {
        check_order(&self.sources)
    }

    /// Whoever orders the sources decides who bears a loss.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let asset = ledger.asset(self.asset).ok_or(RejectReason::AssetUnknown)?;
        let fund = ledger.accounts.posting(place(self.fund));
        let fund = fund.ok_or(RejectReason::AccountUnknown)?;
        let is_operator = ledger.role(call.sender()) == Some(Role::Operator);
        if !is_operator && asset.issuer != call.sender() {
            return Err(RejectReason::DefaultRuleForbidden);
        }
        let is_theirs =
            fund.owner == asset.issuer || ledger.role(fund.owner) == Some(Role::Operator);
        let is_open = fund.status == AccountStatus::Open
            && matches!(fund.kind, AccountKind::Settlement | AccountKind::Current);
        if !is_theirs || !is_open || fund.asset != self.asset {
            return Err(RejectReason::DefaultFund);
        }
        match ledger.default_rule(self.asset) {
            Some(_) => Ok(()),
            None => ledger.products.default_rules.check_room(),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let row = DefaultRule {
            asset: self.asset,
            fund: self.fund,
            sources: self.sources.clone(),
            queue: self.queue,
            by: call.sender(),
        };
        let rules = &mut ledger.products.default_rules;
        let known = rules.index().get(&self.asset).copied();
        let id = match known {
            Some(id) => {
                rules.update(id, |it| *it = row);
                id
            }
            None => rules.add(row),
        };
        let table = Table::DefaultRules;
        Ok(Outcome::Recorded { table, id })
    }
}
