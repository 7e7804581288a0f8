//! `Collect`: the payee's side takes money from the payer's account under a mandate.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, identifiers::Uetr};

use crate::{
    ledger::Ledger,
    liquidity::queue,
    mandate::{Mandate, MandateState},
    payment::{
        answer::check_now,
        pay::{Handling, Pay},
    },
    receipt::Outcome,
    reject::RejectReason,
    text::EndToEndId,
    verb::{Call, Origin, Verb},
};

/// Collects at once, within the mandate's caps, or is refused.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collect {
    /// The mandate, by its row.
    pub mandate: u64,
    /// The payment's reference from end to end; used once on the whole ledger.
    pub uetr: Uetr,
    /// How much.
    pub amount: Amount,
    /// The payee's reference for the payer.
    pub reference: EndToEndId,
}

impl Collect {
    /// The mandate, and what it pays.
    fn payment(&self, ledger: &Ledger, call: &Call) -> Result<(Mandate, Pay), RejectReason> {
        let mandate = ledger.products.mandates.get(self.mandate);
        let mandate = mandate.ok_or(RejectReason::MandateUnknown)?;
        if mandate.state == MandateState::Ended {
            return Err(RejectReason::MandateEnded);
        }
        if !ledger.acts_for(call.sender(), mandate.creditor) {
            return Err(RejectReason::CollectForbidden);
        }
        let rest = mandate.rest(call.moment.date);
        let rest = rest.ok_or(RejectReason::MandateDays)?;
        if self.amount > mandate.each_max || self.amount.minor() > rest {
            return Err(RejectReason::MandateExceeded);
        }
        let payment = Pay {
            uetr: self.uetr,
            end_to_end_id: self.reference,
            debtor: mandate.debtor,
            creditor: mandate.creditor,
            asset: mandate.asset,
            amount: self.amount,
            value_date: call.moment.date,
            purpose: None,
            payload_commitment: None,
            handling: Handling::default(),
        };
        let payer = payer_call(mandate, call);
        check_now(ledger, &payer, &payment)?;
        Ok((mandate.clone(), payment))
    }
}

/// The call as if the payer made it: what it signed when it gave the mandate.
fn payer_call<'a>(mandate: &Mandate, call: &Call<'a>) -> Call<'a> {
    Call {
        origin: Origin {
            sender: mandate.origin.sender,
            ..call.origin
        },
        ..*call
    }
}

impl Verb for Collect {
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
        self.payment(ledger, call).map(|_payment| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (mandate, payment) = self.payment(ledger, call)?;
        let payer = payer_call(&mandate, call);
        queue::enter(ledger, &call.moment, payer.origin, &payment)?;
        let period = mandate.period_of(call.moment.date);
        ledger.products.mandates.update(self.mandate, |it| {
            let amount = self.amount.minor();
            let period = period.unwrap_or(it.period);
            it.used = match period == it.period {
                true => it.used.saturating_add(amount),
                false => amount,
            };
            it.period = period;
            it.collections = it.collections.saturating_add(1);
            it.collected = it.collected.saturating_add(amount);
        });
        Ok(Outcome::Settled)
    }
}
