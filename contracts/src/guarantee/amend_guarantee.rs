//! `AmendGuarantee`: applicant, bank or beneficiary ask for another amount or last day; asking for the same is agreement.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BusinessDate};

use super::undertaking::{Guarantee, GuaranteeAmendment, GuaranteeTerms};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Asks for an amendment; the sender is one of the three who must ask for the same (article 11). Another wish replaces the one that waits.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendGuarantee {
    /// The guarantee.
    pub guarantee: u64,
    /// Most that shall be paid in all, what was paid included.
    pub amount: Amount,
    /// Last day for demands.
    pub expires: BusinessDate,
    /// Cash cover to be added.
    pub cover: Amount,
}

impl AmendGuarantee {
    /// What waits for the others once the sender has asked, and the guarantee as it will be when nobody is missing.
    fn asked(
        &self,
        ledger: &Ledger,
        call: &Call,
    ) -> Result<(GuaranteeAmendment, Option<Guarantee>), RejectReason> {
        let guarantee = ledger.guarantee(self.guarantee)?;
        let sender = call.sender();
        if !guarantee.principals().contains(&sender) {
            return Err(RejectReason::NotCreditParty);
        }
        let terms = GuaranteeTerms {
            amount: self.amount,
            expires: self.expires,
            ..guarantee.terms
        };
        terms.check_dates(call.moment.date)?;
        let guarantee = ledger.issued_guarantee(self.guarantee)?;
        guarantee.check_amount(self.amount)?;
        let wish = (self.amount, self.expires, self.cover);
        let same = guarantee.amendment.as_ref();
        let same = same.filter(|it| (it.amount, it.expires, it.cover) == wish);
        let mut agreed = same.map_or_else(Vec::new, |it| it.agreed.clone());
        if agreed.contains(&sender) {
            return Err(RejectReason::AmendmentAnswered);
        }
        agreed.push(sender);
        agreed.sort_unstable();
        let complete = agreed.len() == guarantee.principals().len();
        let amended = complete.then(|| Guarantee {
            terms,
            amendment: None,
            ..guarantee.clone()
        });
        if let Some(amended) = &amended {
            let (backing, sides) = (&guarantee.backing, guarantee.sides());
            let liability = amended.liability();
            ledger.check_backing(backing, liability, self.cover, &sides, &call.moment)?;
        }
        let waiting = GuaranteeAmendment {
            amount: self.amount,
            expires: self.expires,
            cover: self.cover,
            agreed,
        };
        Ok((waiting, amended))
    }
}

impl Verb for AmendGuarantee {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.asked(ledger, call).map(|_asked| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (waiting, amended) = self.asked(ledger, call)?;
        let id = self.guarantee;
        if let Some(mut amended) = amended {
            let (backing, sides) = (amended.backing, amended.sides());
            amended.backing = ledger.back(&backing, amended.liability(), self.cover, &sides)?;
            let last = ledger.banking_day(amended.terms.asset, self.expires);
            amended.ends = Some(ledger.day_after(last));
            ledger.products.guarantees.update(id, |it| *it = amended);
            ledger.trim_guarantee(id, &call.moment);
        } else {
            let asked = |it: &mut Guarantee| it.amendment = Some(waiting);
            ledger.products.guarantees.update(id, asked);
        }
        Ok(Outcome::Recorded {
            table: Guarantee::TABLE,
            id,
        })
    }
}
