//! Outcomes: an instruction has one outcome, on all nodes and for ever; what an honest node acknowledged is never lost.

use std::collections::HashMap;

use sycee_contracts::{IdempotencyKey, Outcome, Receipt, VerifiedTransaction};
use sycee_primitives::{ParticipantId, TransactionId};

use super::Verdict;

/// Receipts and promises.
#[derive(Default)]
pub struct Outcomes {
    receipts: HashMap<TransactionId, Receipt>,
    effects: HashMap<(ParticipantId, IdempotencyKey), TransactionId>,
    accepted: HashMap<TransactionId, Vec<usize>>,
    order: Vec<TransactionId>,
}

impl Outcomes {
    /// The first receipt of a transaction.
    #[must_use]
    pub fn receipt(&self, transaction: &TransactionId) -> Option<&Receipt> {
        self.receipts.get(transaction)
    }

    /// A node gives a receipt.
    ///
    /// # Errors
    /// When there is another one.
    pub fn gives(&mut self, node: usize, receipt: &Receipt) -> Verdict {
        match self.receipts.get(&receipt.transaction) {
            Some(known) if known != receipt => {
                Err(format!("node {node}: {receipt:?} after {known:?}"))
            }
            Some(_) => Ok(()),
            None => {
                self.receipts.insert(receipt.transaction, receipt.clone());
                Ok(())
            }
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
            Outcome::Settled | Outcome::BulkSettled { .. } => true,
            Outcome::Refused(_) | Outcome::BulkRefused { .. } => false,
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

    /// The first acknowledged transaction without an outcome, of those that a node in `core` acknowledged.
    #[must_use]
    pub fn first_lost(&self, core: &[usize]) -> Option<TransactionId> {
        self.order
            .iter()
            .find(|id| {
                let promised = self.accepted[*id].iter().any(|node| core.contains(node));
                promised && !self.receipts.contains_key(*id)
            })
            .copied()
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
    }
}
