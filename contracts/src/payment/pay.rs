//! `Pay`: one credit transfer (pacs.008, pacs.009), settled at once and for good, or refused.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    AccountId, Amount, AssetId, BusinessDate, Hash, ParticipantId, identifiers::Uetr, planted,
};

use crate::{
    ledger::Ledger,
    payment::{check_creditor, check_debtor, check_value_date},
    reject::RejectReason,
    standing::Moment,
    text::{EndToEndId, Purpose},
};

/// One credit transfer.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Pay {
    /// The payment's reference from end to end; used once on the whole ledger.
    pub uetr: Uetr,
    /// The debtor's reference for the creditor.
    pub end_to_end_id: EndToEndId,
    /// Who pays.
    pub debtor: AccountId,
    /// Who is paid.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// The business date on which it settles.
    pub value_date: BusinessDate,
    /// What for.
    pub purpose: Option<Purpose>,
    /// Hash of a confidential payload that is kept off the ledger.
    pub payload_commitment: Option<Hash>,
}

/// The accounts of a payment that passed its checks.
pub(crate) struct Route {
    debtor: usize,
    creditor: usize,
}

impl Pay {
    pub(crate) fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.debtor == self.creditor {
            return Err(RejectReason::SameAccount);
        }
        Ok(())
    }

    /// Everything but the UETR, which the caller has looked up, and funds, which may still arrive before execution.
    pub(crate) fn check(
        &self,
        ledger: &Ledger,
        moment: &Moment,
        sender: ParticipantId,
    ) -> Result<Route, RejectReason> {
        check_value_date(self.value_date, moment.date)?;
        let debtor = check_debtor(ledger, sender, self.debtor, self.asset)?;
        let creditor = check_creditor(ledger, self.creditor, self.asset)?;
        Ok(Route { debtor, creditor })
    }

    pub(crate) fn apply(&self, ledger: &mut Ledger, route: &Route) -> Result<(), RejectReason> {
        let headroom = ledger
            .accounts
            .posting(route.debtor)
            .map_or(0, |posting| posting.headroom());
        if self.amount.signed() > headroom && !planted!("no-floor") {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.transfer(
            self.asset,
            route.debtor,
            route.creditor,
            self.amount.minor(),
        )?;
        ledger.header.legs += 1;
        Ok(())
    }
}
