//! `ResolveDispute`: the operator decides: the promise stands, or is diluted by what was not delivered.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BlockTime};

use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    receivable::{book::less, factoring, maturity::reduce, portion::PortionState, shortfall},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Ends a dispute; the sender is the operator.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveDispute {
    /// The receivable.
    pub receivable: u64,
    /// What is taken off, from all holders in proportion; less than what is owed.
    pub dilution: Amount,
}

/// Takes the dilution off every claim in proportion, off what pledges secure beyond the claim, and off holdbacks.
fn dilute(ledger: &mut Ledger, id: u64, dilution: Amount) {
    let live = ledger.live_portions(id);
    let portions = &ledger.products.portions;
    let claim = |portion| Some((portion, portions.get(portion)?.claim));
    let holdings: Vec<(u64, Amount)> = live.into_iter().filter_map(claim).collect();
    let shared = shortfall(dilution, &holdings);
    assert!(shared.is_ok(), "claims add up to what is owed");
    let shares = shared.map(|it| it.shares).unwrap_or_default();
    for ((portion, claim), share) in holdings.iter().zip(shares) {
        let row = ledger.products.portions.get(*portion);
        let factored = row.and_then(|it| it.factored);
        let holdback =
            factored.map(|it| factoring::proceeds::dilute(ledger, &it, share, share == *claim));
        ledger.products.portions.update(*portion, |it| {
            it.claim = less(it.claim, share);
            if it.claim.is_zero() {
                it.state = PortionState::Cancelled;
                it.pledge = None;
            }
            if let (Some(factored), Some(holdback)) = (&mut it.factored, holdback) {
                factored.holdback = holdback;
            }
            if let Some(pledge) = &mut it.pledge {
                pledge.secured = pledge.secured.min(it.claim);
            }
        });
    }
    reduce(ledger, id, dilution);
}

impl Verb for ResolveDispute {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if ledger.role(call.sender()) != Some(Role::Operator) {
            return Err(RejectReason::ReceivableRoleForbidden);
        }
        let promise = ledger.promise(self.receivable)?;
        if !promise.disputed {
            return Err(RejectReason::ReceivableNotDisputed);
        }
        if self.dilution >= promise.outstanding {
            return Err(RejectReason::DilutionTooLarge);
        }
        ledger.check_payouts(&call.moment, promise.portions)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receivable;
        let (portions, due) = ledger.promise(id).map(|it| (it.portions, it.due))?;
        ledger.spend_payouts(&call.moment, portions);
        dilute(ledger, id, self.dilution);
        let opens = ledger.parameters.opening(due);
        let next = BlockTime(call.moment.time.0.saturating_add(1));
        ledger.products.promises.update(id, |it| {
            it.disputed = false;
            it.settles = Some(opens.max(next));
        });
        ledger.mark_promise(id);
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id,
        })
    }
}
