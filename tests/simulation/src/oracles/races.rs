//! Races: a portion has one use and a document is financed once, whoever asked where and in which order; and somebody wins.

use std::collections::BTreeMap;

use sycee_contracts::registry::Fingerprint;
use sycee_contracts::{Action, Outcome, RejectReason, VerifiedTransaction};
use sycee_primitives::TransactionId;

/// What is raced for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Value {
    /// A portion of a receivable.
    Portion(u64),
    /// A document, of which nobody takes less than half.
    Document(Fingerprint),
}

/// Who has won what.
#[derive(Default)]
pub struct Races {
    winners: BTreeMap<Value, TransactionId>,
}

impl Races {
    /// A transaction has its first outcome, in final order; answers whether it has lost a race.
    ///
    /// # Errors
    /// When two have won, or one has lost and nobody has won.
    pub fn sees(
        &mut self,
        transaction: &VerifiedTransaction,
        outcome: &Outcome,
    ) -> Result<bool, String> {
        let value = match &transaction.instruction().action {
            Action::FinanceReceivable(it) => Value::Portion(it.portion),
            Action::PledgeReceivable(it) => Value::Portion(it.portion),
            Action::RegisterFinancing(it) => Value::Document(it.document.fingerprint()),
            _other => return Ok(false),
        };
        let id = transaction.id();
        let winner = self.winners.get(&value);
        match (outcome, winner) {
            (Outcome::Recorded { .. }, None) => {
                self.winners.insert(value, id);
                Ok(false)
            }
            (Outcome::Recorded { .. }, Some(other)) if *other == id => Ok(false),
            (Outcome::Recorded { .. }, Some(other)) => {
                Err(format!("{value:?} is used by {other} and by {id}"))
            }
            (Outcome::Refused(reason), winner) if says_taken(*reason) => match winner {
                Some(_) => Ok(true),
                None => Err(format!("{value:?} is taken, says {id}, and by nobody")),
            },
            (_otherwise, _) => Ok(false),
        }
    }
}

/// Whether a refusal says that somebody else has it.
fn says_taken(reason: RejectReason) -> bool {
    [
        RejectReason::NotHolder,
        RejectReason::PortionPledged,
        RejectReason::DocumentFinanced,
        RejectReason::FinancingAboveTotal,
    ]
    .contains(&reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_contracts::receivable::PledgeReceivable;
    use sycee_contracts::{IdempotencyKey, Instruction, Table, verify};
    use sycee_primitives::{AccountId, Amount, BlockTime, ChainId, ParticipantId, SecretKey};

    fn pledge(key: u8, portion: u64) -> VerifiedTransaction {
        let instruction = Instruction {
            chain_id: ChainId::default(),
            sender: ParticipantId(7),
            idempotency_key: IdempotencyKey::new([key]).unwrap(),
            expiry: BlockTime(1),
            action: Action::PledgeReceivable(PledgeReceivable {
                portion,
                pledgee: ParticipantId(1),
                account: AccountId(3),
                secured: Amount::from_minor(1).unwrap(),
            }),
        };
        let signed = instruction.sign(&[&SecretKey::from_seed(&[1; 32])]);
        verify(&ChainId::default(), &signed.to_bytes()).unwrap()
    }

    #[test]
    fn two_winners_and_a_loser_without_a_winner_are_found() {
        let won = |id| Outcome::Recorded {
            table: Table::Portions,
            id,
        };
        let lost = Outcome::Refused(RejectReason::PortionPledged);
        let mut races = Races::default();
        assert!(races.sees(&pledge(1, 5), &lost).is_err(), "nobody has won");
        assert_eq!(races.sees(&pledge(1, 5), &won(5)), Ok(false));
        assert_eq!(races.sees(&pledge(2, 5), &lost), Ok(true));
        assert_eq!(races.sees(&pledge(3, 6), &won(6)), Ok(false), "another");
        assert!(races.sees(&pledge(4, 5), &won(5)).is_err(), "two have won");
        let poor = Outcome::Refused(RejectReason::InsufficientFunds);
        assert_eq!(races.sees(&pledge(5, 7), &poor), Ok(false));
    }
}
