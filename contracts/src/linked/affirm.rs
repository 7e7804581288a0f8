//! `Affirm`: the side of a debtor earmarks its legs of an exchange; the last one settles it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::identifiers::Uetr;

use crate::{
    ledger::Ledger,
    linked::{LinkedLeg, check_earmark},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Affirms an exchange.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affirm {
    /// The exchange.
    pub linked: Uetr,
}

impl Affirm {
    /// The exchange, and the places of the legs that the sender has to affirm.
    fn places(&self, ledger: &Ledger, call: &Call) -> Result<(u64, Vec<usize>), RejectReason> {
        let (id, linked) = ledger.open_linked(&self.linked)?;
        let places = ledger.legs_of(linked, call.sender());
        if places.is_empty() {
            return Err(RejectReason::NothingToAffirm);
        }
        Ok((id, places))
    }
}

impl Verb for Affirm {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it moves stands on the ledger, not here: the highest band signs.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.places(ledger, call).map(|_places| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, places) = self.places(ledger, call)?;
        let (_, linked) = ledger.open_linked(&self.linked)?;
        let origin = linked.origin;
        let own = places.iter().filter_map(|place| linked.legs.get(*place));
        let own: Vec<LinkedLeg> = own.copied().collect();
        check_earmark(ledger, call.sender(), &own)?;
        if let Some(outcome) = ledger.earmark(id, &places) {
            ledger.answer(origin, outcome);
        }
        Ok(Outcome::Settled)
    }
}
