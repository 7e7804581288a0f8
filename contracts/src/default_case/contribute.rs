//! `Contribute`: the side of an account sets money aside against the defaults of others, or takes it back.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, json};

use crate::{
    account::store::place,
    default_case::{
        Contribution,
        close_out::{free_money, release},
    },
    ledger::Ledger,
    payment::check_debtor,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Says how much of an account is set aside against defaults from now on, in favour of the fund of the asset's rule.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribute {
    /// The account.
    pub account: AccountId,
    /// How much is set aside in all, in minor units; at most 10^22, and 0 to take everything back.
    #[serde(with = "json::text")]
    pub amount: u128,
}

impl Contribute {
    /// What is set aside now, and the fund.
    fn place(&self, ledger: &Ledger, call: &Call) -> Result<(u128, AccountId), RejectReason> {
        let account = ledger.accounts.posting(place(self.account));
        let asset = account.ok_or(RejectReason::DebtorUnknown)?.asset;
        check_debtor(ledger, call.sender(), self.account, asset)?;
        let rule = ledger.default_rule(asset);
        let rule = rule.ok_or(RejectReason::DefaultRuleUnset)?;
        if rule.fund == self.account {
            return Err(RejectReason::ContributionToItself);
        }
        Ok(match ledger.contribution(self.account) {
            // What stands there stays in favour of the fund that it was set aside for, until it is taken back.
            Some((_, it)) if it.amount > 0 => (it.amount, it.fund),
            Some(_) => (0, rule.fund),
            None => {
                ledger.products.contributions.check_room()?;
                (0, rule.fund)
            }
        })
    }
}

impl Verb for Contribute {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.amount > sycee_primitives::amount::AMOUNT_MAX {
            true => Err(RejectReason::ContributionRange),
            false => Ok(()),
        }
    }

    fn amount(&self) -> u128 {
        self.amount
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.place(ledger, call).map(|_place| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (before, fund) = self.place(ledger, call)?;
        let added = self.amount.saturating_sub(before);
        if added > free_money(ledger, self.account) {
            return Err(RejectReason::InsufficientFunds);
        }
        let id = match ledger.contribution(self.account).map(|(id, _)| id) {
            Some(id) => id,
            None => ledger.products.contributions.add(Contribution {
                account: self.account,
                fund,
                amount: 0,
                used: 0,
            }),
        };
        if added > 0 {
            ledger.set_aside(self.account, fund, added);
            ledger.products.contributions.update(id, |it| {
                it.fund = fund;
                it.amount = self.amount;
            });
        } else {
            release(ledger, id, before.saturating_sub(self.amount));
        }
        let table = Table::Contributions;
        Ok(Outcome::Recorded { table, id })
    }
}
