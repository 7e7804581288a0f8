//! `ExtendGuarantee`: bank and applicant let the guarantee last longer instead of paying a demand that leaves them the choice.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::{
    demand::{Demand, DemandState},
    undertaking::{Guarantee, GuaranteeState},
};
use crate::{
    backing::minus,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Agrees to extend; the sender is the bank or the applicant. When both have, the demand is withdrawn (article 23).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtendGuarantee {
    /// The demand.
    pub demand: u64,
}

impl ExtendGuarantee {
    /// The guarantee as it will be, when nobody is missing any more.
    fn asked(&self, ledger: &Ledger, call: &Call) -> Result<Option<Guarantee>, RejectReason> {
        let (demand, guarantee) = ledger.demand(self.demand)?;
        let sender = call.sender();
        if ![guarantee.bank, guarantee.applicant].contains(&sender) {
            return Err(RejectReason::NotCreditParty);
        }
        if !demand.state.is_pending() {
            return Err(RejectReason::DemandOver);
        }
        let until = demand.extend_to.ok_or(RejectReason::ExtensionNotAsked)?;
        if demand.extension_agreed.contains(&sender) {
            return Err(RejectReason::AmendmentAnswered);
        }
        if demand.extension_agreed.is_empty() {
            return Ok(None);
        }
        let mut extended = guarantee.clone();
        // It may have expired while the demand was open.
        extended.state = GuaranteeState::Issued;
        extended.pending = minus(extended.pending, demand.amount);
        extended.terms.expires = extended.terms.expires.max(until);
        extended.terms.check_dates(call.moment.date)?;
        let (backing, sides) = (&guarantee.backing, guarantee.sides());
        let liability = extended.liability();
        ledger.check_backing(backing, liability, Amount::ZERO, &sides, &call.moment)?;
        Ok(Some(extended))
    }
}

impl Verb for ExtendGuarantee {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.asked(ledger, call).map(|_asked| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let extended = self.asked(ledger, call)?;
        let (id, of) = (self.demand, ledger.demand(self.demand)?.0.guarantee);
        ledger.products.demands.update(id, |it| {
            it.extension_agreed.push(call.sender());
            it.extension_agreed.sort_unstable();
        });
        if let Some(mut extended) = extended {
            let (backing, sides) = (extended.backing, extended.sides());
            extended.backing = ledger.back(&backing, extended.liability(), Amount::ZERO, &sides)?;
            let last = ledger.banking_day(extended.terms.asset, extended.terms.expires);
            extended.ends = Some(ledger.day_after(last));
            ledger.end_demand(id, DemandState::Withdrawn);
            ledger.products.guarantees.update(of, |it| *it = extended);
            ledger.trim_guarantee(of, &call.moment);
        }
        Ok(Outcome::Recorded {
            table: Demand::TABLE,
            id,
        })
    }
}
