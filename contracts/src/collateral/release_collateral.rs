//! `ReleaseCollateral`: items are free again, because the lender gives them up or because what remains is enough.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Collateral, Pledged, value::is_covered};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    verb::{Call, Verb},
};

/// Frees items; the sender is the lender, or the borrower when what remains covers everything below the call level.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseCollateral {
    /// The collateral's row.
    pub collateral: u64,
    /// Numbers of the items, ascending.
    pub items: Vec<u16>,
}

/// Whether numbers ascend, and there is one at least.
pub(super) fn check_numbers(numbers: &[u16]) -> Result<(), RejectReason> {
    let is_good = !numbers.is_empty() && numbers.is_sorted_by(|left, right| left < right);
    is_good.then_some(()).ok_or(RejectReason::CollateralThings)
}

/// Whether a collateral has these items.
pub(super) fn check_items(row: &Collateral, numbers: &[u16]) -> Result<(), RejectReason> {
    let has_all = numbers.iter().all(|number| row.item(*number).is_some());
    has_all
        .then_some(())
        .ok_or(RejectReason::CollateralItemUnknown)
}

/// Whether everything stays covered below the call level without these items and with these new things.
pub(super) fn check_rest(
    ledger: &Ledger,
    (id, row): (u64, &Collateral),
    without: &[u16],
    things: &[Pledged],
    moment: &Moment,
) -> Result<(), RejectReason> {
    let mut rest = row.clone();
    rest.items.retain(|item| !without.contains(&item.number));
    let value = ledger.cover_value(id, &rest, moment);
    let value = value.saturating_add(ledger.value_of_things(row, things, moment));
    let is_kept = is_covered(ledger.exposure_of(row), value, row.terms.call_ppm);
    is_kept.then_some(()).ok_or(RejectReason::CoverTooSmall)
}

impl Verb for ReleaseCollateral {
    fn check_shape(&self) -> Result<(), RejectReason> {
        check_numbers(&self.items)
    }

    /// What the items are worth stands in the state, so the signing policy takes it for the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let row = ledger.collateral(self.collateral)?;
        let is_pledgee = row.pledgee == call.sender();
        if !is_pledgee && row.pledgor != call.sender() {
            return Err(RejectReason::CollateralOfOthers);
        }
        check_items(row, &self.items)?;
        if is_pledgee {
            return Ok(());
        }
        check_rest(
            ledger,
            (self.collateral, row),
            &self.items,
            &[],
            &call.moment,
        )
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.let_go(self.collateral, &self.items, None);
        Ok(Outcome::Recorded {
            table: Collateral::TABLE,
            id: self.collateral,
        })
    }
}
