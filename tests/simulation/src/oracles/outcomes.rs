//! Outcomes: an instruction has one final outcome, on all nodes and for ever, whatever it waited for before; what an honest node acknowledged is never lost.

use std::collections::{BTreeMap, HashMap, HashSet};

use sycee_contracts::{IdempotencyKey, Outcome, Receipt, VerifiedTransaction};
use sycee_primitives::{ParticipantId, TransactionId};

use super::Verdict;

/// Receipts and promises.
#[derive(Default)]
pub struct Outcomes {
    /// By transaction and by height and index.
    receipts: HashMap<TransactionId, BTreeMap<(u64, u32), Receipt>>,
    effects: HashMap<(ParticipantId, IdempotencyKey), TransactionId>,
    accepted: HashMap<TransactionId, Vec<usize>>,
    order: Vec<TransactionId>,
    /// What came too late to have an outcome.
    lapsed: HashSet<TransactionId>,
}

impl Outcomes {
    /// The latest receipt of a transaction.
    #[must_use]
    pub fn receipt(&self, transaction: &TransactionId) -> Option<&Receipt> {
        self.receipts.get(transaction)?.values().next_back()
    }

    /// A node gives a receipt.
    ///
    /// # Errors
    /// When there is another one in its place, or one after a final one.
    pub fn gives(&mut self, node: usize, receipt: &Receipt) -> Verdict {
        let known = self.receipts.entry(receipt.transaction).or_default();
        let place = (receipt.height.0, receipt.index);
        let same = known.entry(place).or_insert_with(|| receipt.clone());
        if same != receipt {
            return Err(format!("node {node}: {receipt:?} in place of {same:?}"));
        }
        let mut all = known.values().rev();
        let last = all.next();
        match all.find(|earlier| earlier.outcome.is_final()) {
            Some(earlier) => Err(format!("node {node}: {last:?} after {earlier:?}")),
            None => Ok(()),
        }
    }

    /// A transaction took effect.
    ///
    /// # Errors
    /// When another transaction with the same idempotency key took effect before.
    pub fn takes_effect(
        &mut self,
        transaction: &VerifiedTransaction,
        outcome: &Outcome,
    ) -> Verdict {
        let settled = match outcome {
            Outcome::Settled
            | Outcome::BulkSettled { .. }
            | Outcome::Waiting(_)
            | Outcome::Recorded { .. } => true,
            Outcome::Refused(_) | Outcome::BulkRefused { .. } | Outcome::Cancelled(_) => false,
        };
        if !settled {
            return Ok(());
        }
        let instruction = transaction.instruction();
        let name = (instruction.sender, instruction.idempotency_key);
        match self.effects.insert(name, transaction.id()) {
            Some(other) if other != transaction.id() => Err(format!(
                "one idempotency key, two effects: {other} and {}",
                transaction.id()
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// An honest node acknowledges transactions as accepted.
    pub fn accepts(&mut self, node: usize, transaction: TransactionId) {
        let nodes = self.accepted.entry(transaction).or_default();
        if nodes.is_empty() {
            self.order.push(transaction);
        }
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }

    /// A node has lost what it acknowledged before anybody else had it.
    pub fn loses(&mut self, node: usize, transaction: &TransactionId) {
        if let Some(nodes) = self.accepted.get_mut(transaction) {
            nodes.retain(|other| *other != node);
        }
    }

    /// A transaction came too late to have an outcome: nobody's promise is broken by that.
    pub fn lapses(&mut self, transaction: TransactionId) {
        self.lapsed.insert(transaction);
    }

    /// The first acknowledged transaction without an outcome, of those that a node in `core` acknowledged.
    #[must_use]
    pub fn first_lost(&self, core: &[usize]) -> Option<TransactionId> {
        self.order
            .iter()
            .find(|id| {
                let promised = self.accepted[*id].iter().any(|node| core.contains(node));
                promised && !self.receipts.contains_key(*id) && !self.lapsed.contains(*id)
            })
            .copied()
    }

    /// Who acknowledged a transaction.
    #[must_use]
    pub fn promised_by(&self, id: &TransactionId) -> &[usize] {
        self.accepted.get(id).map_or(&[], Vec::as_slice)
    }

    /// Transactions with an outcome.
    #[must_use]
    pub fn count(&self) -> usize {
        self.receipts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_contracts::RejectReason;
    use sycee_primitives::{Hash, Height};

    fn receipt(index: u32, outcome: Outcome) -> Receipt {
        Receipt {
            transaction: TransactionId(Hash([1; 32])),
            height: Height(3),
            index,
            outcome,
            fee: None,
        }
    }

    #[test]
    fn a_second_outcome_and_a_lost_promise_are_found() {
        let mut outcomes = Outcomes::default();
        assert!(outcomes.gives(0, &receipt(0, Outcome::Settled)).is_ok());
        assert!(
            outcomes.gives(1, &receipt(0, Outcome::Settled)).is_ok(),
            "the same from another node"
        );
        assert!(
            outcomes.gives(1, &receipt(1, Outcome::Settled)).is_err(),
            "in another place"
        );
        let mut waiting = Outcomes::default();
        let waits = receipt(0, Outcome::Waiting(sycee_contracts::Waiting::Queued));
        assert!(waiting.gives(0, &waits).is_ok());
        assert!(waiting.gives(0, &receipt(1, Outcome::Settled)).is_ok());
        assert!(waiting.gives(1, &waits).is_ok(), "from a node behind");
        assert!(
            waiting.gives(1, &receipt(2, Outcome::Settled)).is_err(),
            "a second end"
        );
        let refused = receipt(0, Outcome::Refused(RejectReason::Expired));
        assert!(outcomes.gives(2, &refused).is_err(), "with another end");
        let lost = TransactionId(Hash([2; 32]));
        outcomes.accepts(1, lost);
        assert_eq!(
            outcomes.first_lost(&[0, 2]),
            None,
            "the node that promised is not asked"
        );
        assert_eq!(outcomes.first_lost(&[0, 1]), Some(lost));
        outcomes.loses(1, &lost);
        assert_eq!(
            outcomes.first_lost(&[0, 1]),
            None,
            "gone with the only disk that had it"
        );
        let late = TransactionId(Hash([3; 32]));
        outcomes.accepts(1, late);
        assert_eq!(outcomes.first_lost(&[0, 1]), Some(late));
        outcomes.lapses(late);
        assert_eq!(outcomes.first_lost(&[0, 1]), None, "it came too late");
    }
}
