//! `SplitReceivable`: the holder divides a portion; the parts take its place, one tier deeper.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    receivable::{
        SplitError,
        portion::{Portion, PortionState},
        rules::{PARTS_MAX, PORTIONS_PER_RECEIVABLE_MAX},
    },
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Divides a portion; the sender is its holder. The parts get ascending rows in the order given.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitReceivable {
    /// The portion.
    pub portion: u64,
    /// What the parts are worth; together what is claimed.
    pub parts: Vec<Amount>,
}

impl Verb for SplitReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let parts = self.parts.len();
        if parts < 2 || parts > usize::from(PARTS_MAX) {
            return Err(RejectReason::SplitCount);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (portion, promise) =
            ledger.movable_portion(self.portion, call.sender(), &call.moment)?;
        let rules = ledger.receivable_rules(promise.asset);
        let checked = rules.split.check(portion.claim, portion.depth, &self.parts);
        checked.map_err(|error| match error {
            SplitError::Count => RejectReason::SplitCount,
            SplitError::Depth => RejectReason::SplitTooDeep,
            SplitError::Denomination => RejectReason::PartTooSmall,
            SplitError::Sum => RejectReason::PartsDiffer,
        })?;
        let more = u32::try_from(self.parts.len()).unwrap_or(u32::MAX) - 1;
        if promise.portions.saturating_add(more) > PORTIONS_PER_RECEIVABLE_MAX {
            return Err(RejectReason::TooManyPortions);
        }
        ledger
            .products
            .portions
            .check_room_for(self.parts.len() as u64)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let parent = ledger.held_portion(self.portion, call.sender())?.clone();
        let portions = &mut ledger.products.portions;
        portions.update(self.portion, |it| {
            it.state = PortionState::Split;
            it.claim = Amount::ZERO;
        });
        for part in &self.parts {
            portions.add(Portion {
                parent: Some(self.portion),
                depth: parent.depth.saturating_add(1),
                amount: *part,
                claim: *part,
                ..parent.clone()
            });
        }
        let more = u32::try_from(self.parts.len()).unwrap_or(u32::MAX) - 1;
        let promises = &mut ledger.products.promises;
        promises.update(parent.promise, |it| it.portions += more);
        Ok(Outcome::Recorded {
            table: Table::Portions,
            id: self.portion,
        })
    }
}
