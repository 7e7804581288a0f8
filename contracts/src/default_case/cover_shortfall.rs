//! `CoverShortfall`: somebody pays what no source covered, from an estate, a guarantor or the issuer.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, identifiers::Uetr};

use crate::{
    account::store::place,
    default_case::CloseOut,
    ledger::Ledger,
    payment::check_new_debit,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Pays toward what a close-out left uncovered; the account that gets it takes no other payments.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverShortfall {
    /// The payment's reference from end to end; used once on the whole ledger.
    pub uetr: Uetr,
    /// The close-out, by its row.
    pub close_out: u64,
    /// Who pays.
    pub debtor: AccountId,
    /// How much: at most what is uncovered.
    pub amount: Amount,
}

impl CoverShortfall {
    fn row<'a>(&self, ledger: &'a Ledger, call: &Call) -> Result<&'a CloseOut, RejectReason> {
        let row = ledger.products.close_outs.get(self.close_out);
        let row = row.ok_or(RejectReason::CloseOutUnknown)?;
        if self.amount.minor() > row.shortfall() {
            return Err(RejectReason::ShortfallSmaller);
        }
        let asset = ledger.accounts.posting(place(row.account));
        let asset = asset.ok_or(RejectReason::CloseOutUnknown)?.asset;
        let amount = self.amount.minor();
        check_new_debit(ledger, call.sender(), self.debtor, asset, amount)?;
        Ok(row)
    }
}

impl Verb for CoverShortfall {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.amount.is_zero() {
            true => Err(RejectReason::ZeroAmount),
            false => Ok(()),
        }
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.row(ledger, call).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let account = self.row(ledger, call)?.account;
        let (debtor, creditor) = (place(self.debtor), place(account));
        let posting = ledger.accounts.posting(debtor);
        let posting = posting.ok_or(RejectReason::DebtorUnknown)?;
        if self.amount.signed() > posting.headroom() {
            return Err(RejectReason::InsufficientFunds);
        }
        let (asset, amount) = (posting.asset, self.amount.minor());
        ledger.check_limits(self.debtor, account, amount)?;
        ledger.transfer(asset, debtor, creditor, amount)?;
        ledger.confirm_limits(self.debtor, account);
        ledger.products.close_outs.update(self.close_out, |it| {
            it.recovered = it.recovered.saturating_add(amount);
        });
        ledger.header.legs += 1;
        let (table, id) = (Table::CloseOuts, self.close_out);
        Ok(Outcome::Recorded { table, id })
    }
}
