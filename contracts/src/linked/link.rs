//! `Link`: proposes an exchange and affirms the proposer's own legs.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, identifiers::Uetr};

use crate::{
    account::store::place,
    ledger::Ledger,
    linked::{AFFIRM_MS_MAX, LINKED_LEGS_MAX, Linked, LinkedLeg, LinkedState, check_earmark},
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Proposes an exchange, all or none.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its reference; used once on the whole ledger.
    pub uetr: Uetr,
    /// Its legs, 2 to 16.
    pub legs: Vec<LinkedLeg>,
    /// Block time until which every debtor's side must have affirmed, at most 30 days ahead.
    pub affirm_by: BlockTime,
}

impl Link {
    /// The legs whose debtor the sender acts for.
    fn own(&self, ledger: &Ledger, call: &Call) -> Vec<LinkedLeg> {
        let own = |leg: &&LinkedLeg| ledger.acts_for(call.sender(), leg.debtor);
        self.legs.iter().filter(own).copied().collect()
    }
}

impl Verb for Link {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.legs.len() < 2 || self.legs.len() > LINKED_LEGS_MAX {
            return Err(RejectReason::LinkedLegs);
        }
        if self.legs.iter().any(|leg| leg.amount.is_zero()) {
            return Err(RejectReason::ZeroAmount);
        }
        if self.legs.iter().any(|leg| leg.debtor == leg.creditor) {
            return Err(RejectReason::SameAccount);
        }
        Ok(())
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn amount(&self) -> u128 {
        let amounts = self.legs.iter().map(|leg| leg.amount.minor());
        amounts.max().unwrap_or(0)
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let now = call.moment.time.0;
        if self.affirm_by.0 <= now || self.affirm_by.0 > now.saturating_add(AFFIRM_MS_MAX) {
            return Err(RejectReason::AffirmWindow);
        }
        for leg in &self.legs {
            let debtor = ledger.accounts.posting(place(leg.debtor));
            debtor.ok_or(RejectReason::DebtorUnknown)?;
            let creditor = ledger.accounts.posting(place(leg.creditor));
            creditor.ok_or(RejectReason::CreditorUnknown)?;
        }
        let sides = self.legs.iter().flat_map(|leg| [leg.debtor, leg.creditor]);
        let mut sides = sides.map(|account| ledger.acts_for(call.sender(), account));
        if !sides.any(|acts| acts) {
            return Err(RejectReason::LinkForbidden);
        }
        ledger.products.linked.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        check_earmark(ledger, call.sender(), &self.own(ledger, call))?;
        let id = ledger.products.linked.add(Linked {
            origin: call.origin,
            uetr: self.uetr,
            legs: self.legs.clone(),
            earmarked: vec![false; self.legs.len()],
            affirm_by: self.affirm_by,
            state: LinkedState::Proposed,
        });
        let linked = ledger.products.linked.get(id).cloned();
        let places = linked.map_or(Vec::new(), |it| ledger.legs_of(&it, call.sender()));
        let ended = ledger.earmark(id, &places);
        Ok(ended.unwrap_or(Outcome::Waiting(Waiting::Parties)))
    }
}
