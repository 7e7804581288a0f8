//! `GrantMandate`: whoever may debit an account lets another account collect from it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BusinessDate};

use crate::{
    ledger::Ledger,
    mandate::{Mandate, MandateState},
    payment::{check_creditor, check_debtor},
    receipt::Outcome,
    reject::RejectReason,
    standing_order::Every,
    tables::Table,
    text::EndToEndId,
    verb::{Call, Verb},
};

/// Lets a payee collect from an account, within a cap for each collection and one for each period.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantMandate {
    /// Who pays.
    pub debtor: AccountId,
    /// Who may collect.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// The payer's reference for it.
    pub reference: EndToEndId,
    /// The most that one collection takes.
    pub each_max: Amount,
    /// The most that collections of one period take together: not below the cap for each.
    pub period_max: Amount,
    /// Length of a period.
    pub every: Every,
    /// First day on which it gives something.
    pub first: BusinessDate,
    /// Last day on which it gives something; `None` until it is ended.
    pub last: Option<BusinessDate>,
}

impl Verb for GrantMandate {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.debtor == self.creditor {
            return Err(RejectReason::SameAccount);
        }
        if !self.every.is_valid() {
            return Err(RejectReason::OrderPeriod);
        }
        if self.last.is_some_and(|last| last < self.first) {
            return Err(RejectReason::OrderDates);
        }
        if self.each_max.is_zero() || self.each_max > self.period_max {
            return Err(RejectReason::MandateCaps);
        }
        Ok(())
    }

    /// What one period may move.
    fn amount(&self) -> u128 {
        self.period_max.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        check_debtor(ledger, call.sender(), self.debtor, self.asset)?;
        check_creditor(ledger, self.creditor, self.asset, 0)?;
        ledger.products.mandates.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.products.mandates.add(Mandate {
            origin: call.origin,
            debtor: self.debtor,
            creditor: self.creditor,
            asset: self.asset,
            reference: self.reference,
            each_max: self.each_max,
            period_max: self.period_max,
            every: self.every,
            first: self.first,
            last: self.last,
            period: 0,
            used: 0,
            collections: 0,
            collected: 0,
            state: MandateState::Active,
        });
        let table = Table::Mandates;
        Ok(Outcome::Recorded { table, id })
    }
}
