//! `Hold`: sets money aside for a creditor until it is posted, voided or expires.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, identifiers::Uetr};

use crate::{
    hold::{HOLD_MS_MAX, HoldRow, HoldState},
    ledger::Ledger,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Sets money aside.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Its reference; used once on the whole ledger.
    pub uetr: Uetr,
    /// Whose money.
    pub debtor: AccountId,
    /// For whom.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// Block time at which it ends by itself, at most 366 days ahead.
    pub expires: BlockTime,
}

impl Hold {
    fn debtor(&self, ledger: &Ledger, call: &Call) -> Result<usize, RejectReason> {
        let amount = self.amount.minor();
        check_new_debit(ledger, call.sender(), self.debtor, self.asset, amount)
    }
}

impl Verb for Hold {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.debtor == self.creditor {
            return Err(RejectReason::SameAccount);
        }
        Ok(())
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let now = call.moment.time.0;
        if self.expires.0 <= now || self.expires.0 > now.saturating_add(HOLD_MS_MAX) {
            return Err(RejectReason::HoldWindow);
        }
        self.debtor(ledger, call)?;
        check_creditor(ledger, self.creditor, self.asset, self.amount.minor())?;
        ledger.products.holds.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let debtor = self.debtor(ledger, call)?;
        let headroom = ledger
            .accounts
            .posting(debtor)
            .map_or(0, |it| it.headroom());
        if self.amount.signed() > headroom {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.check_limits(self.debtor, self.creditor, self.amount.minor())?;
        let id = ledger.place_hold(HoldRow {
            uetr: self.uetr,
            sender: call.sender(),
            debtor: self.debtor,
            creditor: self.creditor,
            asset: self.asset,
            amount: self.amount,
            expires: self.expires,
            state: HoldState::Pending,
        });
        let table = HoldRow::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
