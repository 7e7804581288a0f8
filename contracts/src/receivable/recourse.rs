//! `HonourRecourse`: the last endorser pays the holder of an overdue portion and takes its place.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use crate::{
    account::store::place,
    ledger::Ledger,
    receipt::Outcome,
    receivable::{book::less, factoring, portion::Portion, promise::PromiseState},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Pays a portion that the debtor did not pay; the sender is the last who answers for it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HonourRecourse {
    /// The portion.
    pub portion: u64,
    /// The sender's account: it pays from it, and is paid there when the debtor pays after all.
    pub account: AccountId,
}

/// What the endorser answers for: the claim, or of a factored one the factor's part, since the holdback is the seller's own.
fn answered(portion: &Portion) -> Amount {
    let holdback = portion.factored.map(|it| it.holdback);
    less(portion.claim, holdback.unwrap_or(Amount::ZERO))
}

impl Verb for HonourRecourse {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let portion = ledger.products.portions.get(self.portion);
        let portion = portion.ok_or(RejectReason::PortionUnknown)?;
        if !portion.is_live() {
            return Err(RejectReason::PortionNotLive);
        }
        if portion.pledge.is_some() {
            return Err(RejectReason::PortionPledged);
        }
        if portion.endorsers.last() != Some(&call.sender()) {
            return Err(RejectReason::NotEndorser);
        }
        let promise = ledger.promise(portion.promise)?;
        if promise.state != PromiseState::Overdue {
            return Err(RejectReason::ReceivableNotOverdue);
        }
        crate::payment::check_new_debit(
            ledger,
            call.sender(),
            self.account,
            promise.asset,
            answered(portion).minor(),
        )?;
        ledger.check_payee(self.account, promise.asset, call.sender(), 0)?;
        ledger.check_payee(
            portion.account,
            promise.asset,
            portion.holder,
            answered(portion).minor(),
        )
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let portion = ledger.products.portions.get(self.portion);
        let portion = portion.ok_or(RejectReason::PortionUnknown)?.clone();
        let asset = ledger.promise(portion.promise)?.asset;
        let due = answered(&portion);
        if due.minor() > ledger.payable_now(self.account) {
            return Err(RejectReason::InsufficientFunds);
        }
        if !due.is_zero() {
            let (from, to) = (place(self.account), place(portion.account));
            ledger.transfer(asset, from, to, due.minor())?;
            ledger.header.legs += 1;
        }
        if let Some(factored) = portion.factored {
            factoring::proceeds::buy_back(ledger, &factored, portion.claim, due);
        }
        ledger.products.portions.update(self.portion, |it| {
            it.holder = call.sender();
            it.account = self.account;
            it.endorsers.pop();
            it.factored = None;
        });
        Ok(Outcome::Recorded {
            table: Table::Portions,
            id: self.portion,
        })
    }
}
