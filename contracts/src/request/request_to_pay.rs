//! `RequestToPay` (pain.013): the payee's side asks an account to pay.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, Hash, identifiers::Uetr};

use crate::{
    account::store::place,
    ledger::Ledger,
    payment::check_creditor,
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    request::{PaymentRequest, RequestState, check_answer_by},
    text::{EndToEndId, Purpose},
    verb::{Call, Verb},
};

/// Asks for a payment; the request waits for its answer, and its receipt tells how it ended.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestToPay {
    /// Its reference, used once on the whole ledger; the payment has one of its own.
    pub uetr: Uetr,
    /// Who asks to be paid.
    pub creditor: AccountId,
    /// Who is asked to pay.
    pub debtor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// Whether the payer may pay less.
    pub may_be_part: bool,
    /// The payee's reference for the payer.
    pub reference: EndToEndId,
    /// What for.
    pub purpose: Option<Purpose>,
    /// Hash of the invoice behind it.
    pub document: Option<Hash>,
    /// Until when it may be answered: at most 92 days ahead.
    pub expires: BlockTime,
}

impl Verb for RequestToPay {
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

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if ledger.asset(self.asset).is_none() {
            return Err(RejectReason::AssetUnknown);
        }
        let debtor = ledger.accounts.posting(place(self.debtor));
        let debtor = debtor.ok_or(RejectReason::DebtorUnknown)?;
        if debtor.asset != self.asset {
            return Err(RejectReason::DebtorCurrency);
        }
        check_creditor(ledger, self.creditor, self.asset, 0)?;
        ledger.products.payment_requests.check_room()?;
        check_answer_by(self.expires, call.moment.time)?;
        if !ledger.acts_for(call.sender(), self.creditor) {
            return Err(RejectReason::RequestForbidden);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.payment_requests.add(PaymentRequest {
            origin: call.origin,
            uetr: self.uetr,
            creditor: self.creditor,
            debtor: self.debtor,
            asset: self.asset,
            amount: self.amount,
            may_be_part: self.may_be_part,
            reference: self.reference,
            purpose: self.purpose,
            document: self.document,
            expires: self.expires,
            state: RequestState::Open,
        });
        Ok(Outcome::Waiting(Waiting::Parties))
    }
}
