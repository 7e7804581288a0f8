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
