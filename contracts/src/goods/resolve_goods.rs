//! `ResolveGoods`: the operator decides what freezes a lot.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Hash;

use crate::{
    goods::lot::LotState,
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Ends a freeze; the sender is the operator. Of a contested lot it says which of the two stands; after a breach it lets the goods go on with the tolerance used up.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveGoods {
    /// The lot: the contested one, or the one with a breach.
    pub lot: u64,
    /// Whether the contested claim is right.
    pub upheld: bool,
    /// Hash of the ground.
    pub ground: Hash,
}

impl Verb for ResolveGoods {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if ledger.role(call.sender()) != Some(Role::Operator) {
            return Err(RejectReason::GoodsRoleForbidden);
        }
        let lot = ledger.lot(self.lot)?;
        if lot.state == LotState::Contested {
            let stands = ledger.lot_of(&lot.document);
            let stands = stands.and_then(|id| Some((id, ledger.products.lots.get(id)?)));
            // Somebody relies on a receipt: making good is for its warehouse, and for a court.
            let in_the_way = stands
                .is_some_and(|(id, it)| it.state == LotState::Receipted || Some(id) != lot.rival);
            if self.upheld && in_the_way {
                return Err(RejectReason::RivalStands);
            }
            return Ok(());
        }
        if lot.breached {
            return Ok(());
        }
        Err(RejectReason::NothingToResolve)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.lot;
        let (state, rival) = {
            let lot = ledger.lot(id)?;
            (lot.state, lot.rival)
        };
        if let (LotState::Contested, Some(rival)) = (state, rival) {
            let upheld = self.upheld;
            let lots = &mut ledger.products.lots;
            lots.update(rival, |it| {
                if it.rival == Some(id) {
                    it.rival = None;
                }
                if upheld {
                    it.state = LotState::Void;
                }
            });
            lots.update(id, |it| {
                it.rival = None;
                it.state = if upheld {
                    LotState::Registered
                } else {
                    LotState::Void
                };
            });
            ledger.lot_changed(&call.moment, rival);
        } else {
            ledger.products.lots.update(id, |it| {
                it.breached = false;
                it.breach_minutes = it.cold_chain.map_or(0, |band| band.tolerance_minutes);
            });
            ledger.lot_changed(&call.moment, id);
        }
        Ok(Outcome::Recorded {
            table: Table::Lots,
            id,
        })
    }
}
