//! `HonourDocuments`: the bank pays at sight, accepts for usance, or pays what is overdue.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use super::{
    presentation::{Presentation, PresentationState},
    terms::Tenor,
};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Honours a presentation; the sender is the issuing bank (articles 7 and 15). What complies and is not honoured in the bank's five days the
/// ledger honours.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HonourDocuments {
    /// The presentation.
    pub presentation: u64,
    /// The bank's account that pays; not used when it accepts for a later day.
    pub account: AccountId,
}

impl HonourDocuments {
    /// Whether money moves now, and to whom.
    fn pays(&self, ledger: &Ledger, call: &Call) -> Result<bool, RejectReason> {
        let (presentation, credit) = ledger.presentation(self.presentation)?;
        if credit.bank != call.sender() {
            return Err(RejectReason::NotIssuingBank);
        }
        let is_due = presentation.maturity.map(|day| day <= call.moment.date);
        let at_sight = credit.terms.tenor == Tenor::Sight;
        let pays = match (presentation.state, is_due) {
            (PresentationState::Complying | PresentationState::Waived, None) => at_sight,
            (PresentationState::Complying | PresentationState::Accepted, Some(true)) => true,
            (_, _) => return Err(RejectReason::PresentationNotPayable),
        };
        if pays {
            let (to, asset) = (presentation.account, credit.terms.asset);
            ledger.check_bank_pays(call.sender(), self.account, to, asset, presentation.amount)?;
        }
        Ok(pays)
    }
}

impl Verb for HonourDocuments {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.pays(ledger, call).map(|_pays| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let pays = self.pays(ledger, call)?;
        let id = self.presentation;
        let (presentation, credit) = ledger.presentation(id)?;
        let (to, due, asset) = (
            presentation.account,
            presentation.amount,
            credit.terms.asset,
        );
        if pays {
            ledger.pay_checked(self.account, to, asset, due)?;
            ledger.products.presentations.update(id, |it| {
                it.maturity = it.maturity.or(Some(call.moment.date));
            });
            ledger.drawing_paid(id, self.account, &call.moment);
        } else {
            // Waived documents are sighted today, complying ones on the day they came.
            let waived = presentation.state == PresentationState::Waived;
            let from = if waived {
                call.moment.date
            } else {
                presentation.presented
            };
            ledger.bind_bank(id, from, &call.moment);
        }
        Ok(Outcome::Recorded {
            table: Presentation::TABLE,
            id,
        })
    }
}
