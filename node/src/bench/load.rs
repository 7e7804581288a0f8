//! The load: every payment different, payers and payees uniform over all accounts, signed before the clock starts.

use rayon::prelude::*;
use sycee_contracts::{
    Action, BulkMode, EndToEndId, IdempotencyKey, Instruction, Leg, Pay, PayBatch,
};
use sycee_primitives::{
    Amount, AssetId, BlockTime, BusinessDate, ChainId, limits::LEGS_PER_BULK_MAX,
};

use crate::bench::population::Population;
use crate::local::network::LocalError;
use crate::local::random::Sequence;

/// Largest amount of one payment in minor units; small enough that no account can run dry in any run.
const AMOUNT_MAX: u64 = 100;

/// How long after signing an instruction may still take effect; longer than any phase, shorter than the ledger's limit.
const EXPIRY_MS: u64 = 6 * 3_600 * 1_000;

/// What one transaction carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// One payment, one signature.
    Single,
    /// A bulk payment of so many legs under one signature, each leg for itself.
    Bulk {
        /// Legs.
        legs: u32,
    },
}

impl Mode {
    /// Payments in one transaction.
    #[must_use]
    pub fn legs(self) -> u32 {
        match self {
            Mode::Single => 1,
            Mode::Bulk { legs } => legs,
        }
    }
}

/// One payment order as a measurement remembers it: who, whom, how much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// Place of the payer.
    pub payer: u64,
    /// Place of the payee.
    pub payee: u64,
    /// Minor units.
    pub amount: u64,
}

/// One signed transaction and what it does.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Canonical bytes.
    pub bytes: Vec<u8>,
    /// The seed from which its payments follow again; keeps millions of legs out of memory.
    pub(super) seed: u64,
}

/// Everything that is the same for all transactions of a phase.
#[derive(Debug)]
pub struct Plan<'p> {
    /// Who pays.
    pub population: &'p Population,
    /// The network.
    pub chain_id: ChainId,
    /// What one transaction carries.
    pub mode: Mode,
    /// The ledger's business date.
    pub value_date: BusinessDate,
    /// Block time now.
    pub now: BlockTime,
    /// First seed; phases of one run take different ranges.
    pub first_seed: u64,
}

impl Plan<'_> {
    /// Signs `count` transactions on all processors.
    ///
    /// # Errors
    /// [`LocalError::Check`] when a transaction of this form is impossible.
    pub fn sign(&self, count: usize) -> Result<Vec<Signed>, LocalError> {
        let legs = self.mode.legs();
        if legs == 0 || usize::try_from(legs).is_ok_and(|legs| legs > LEGS_PER_BULK_MAX) {
            return Err(LocalError::Check(format!(
                "a bulk payment has 1 to {LEGS_PER_BULK_MAX} legs, not {legs}"
            )));
        }
        let impossible = || LocalError::Check("the load cannot be signed".to_owned());
        let seeds: Vec<u64> = (0..count as u64)
            .map(|number| self.first_seed.wrapping_add(number))
            .collect();
        seeds
            .into_par_iter()
            .map(|seed| self.transaction(seed).ok_or_else(impossible))
            .collect()
    }

    /// The payments of a transaction, in order.
    #[must_use]
    pub fn moves(&self, signed: &Signed) -> Vec<Move> {
        let mut sequence = Sequence::new(signed.seed);
        let payer = sequence.below(self.population.accounts());
        (0..self.mode.legs())
            .map(|_| self.one_move(payer, &mut sequence))
            .collect()
    }

    fn one_move(&self, payer: u64, sequence: &mut Sequence) -> Move {
        let payee = self.population.payee(payer, sequence);
        Move {
            payer,
            payee,
            amount: 1 + sequence.below(AMOUNT_MAX),
        }
    }

    fn transaction(&self, seed: u64) -> Option<Signed> {
        let signed = Signed {
            bytes: Vec::new(),
            seed,
        };
        let moves = self.moves(&signed);
        let payer = moves.first()?.payer;
        let signer = self.population.signer(payer)?;
        // References come from another sequence than amounts, so that moves follow from the seed alone.
        let mut references = Sequence::new(!seed);
        let action = match self.mode {
            Mode::Single => self.pay(moves.first()?, seed, &mut references)?,
            Mode::Bulk { .. } => self.pay_batch(&moves, payer, &mut references)?,
        };
        let instruction = Instruction {
            chain_id: self.chain_id,
            sender: signer.participant,
            idempotency_key: IdempotencyKey::new(seed.to_le_bytes()).ok()?,
            expiry: BlockTime(self.now.0.saturating_add(EXPIRY_MS)),
            action,
        };
        let bytes = instruction.sign(&[&signer.key]).to_bytes();
        Some(Signed { bytes, seed })
    }

    fn pay(&self, one: &Move, seed: u64, references: &mut Sequence) -> Option<Action> {
        Some(Action::Pay(Pay {
            uetr: references.uetr(),
            end_to_end_id: EndToEndId::new(format!("L-{seed:016X}")).ok()?,
            debtor: self.population.account(one.payer),
            creditor: self.population.account(one.payee),
            asset: AssetId(0),
            amount: Amount::from_minor(one.amount.into()).ok()?,
            value_date: self.value_date,
            purpose: None,
            payload_commitment: None,
            handling: sycee_contracts::Handling::default(),
        }))
    }

    fn pay_batch(&self, moves: &[Move], payer: u64, references: &mut Sequence) -> Option<Action> {
        let leg = |one: &Move, references: &mut Sequence| {
            Some(Leg {
                creditor: self.population.account(one.payee),
                amount: Amount::from_minor(one.amount.into()).ok()?,
                uetr: *references.uetr().as_bytes(),
                reference: references.bytes(),
                purpose: *b"SUPP",
            })
        };
        let legs: Option<Vec<Leg>> = moves.iter().map(|one| leg(one, references)).collect();
        let debtor = self.population.account(payer);
        Some(Action::PayBatch(PayBatch::of(
            debtor,
            AssetId(0),
            self.value_date,
            BulkMode::Each,
            legs?,
        )))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sycee_contracts::{BlockContext, Outcome, execute, read, verify};
    use sycee_genesis::{DevnetOptions, DevnetSecrets, Genesis, devnet};
    use sycee_primitives::Height;

    use super::*;

    #[test]
    fn the_load_settles_whole_and_moves_what_the_plan_says() {
        for mode in [Mode::Single, Mode::Bulk { legs: 50 }] {
            let keys = DevnetSecrets::from_seed(&[7; 32]).public();
            let mut facts = devnet(&keys, &DevnetOptions::default())
                .unwrap()
                .facts()
                .clone();
            let population = Population::settle_in(&mut facts, 5, 40).unwrap();
            let genesis = Genesis::new(facts).unwrap();
            let mut ledger = genesis.ledger().unwrap();
            let now = BlockTime(1_000);
            let plan = Plan {
                population: &population,
                chain_id: genesis.chain_id(),
                mode,
                value_date: now.date(),
                now,
                first_seed: 9,
            };
            let signed = plan.sign(100).unwrap();
            let verified: Vec<_> = signed
                .iter()
                .map(|one| verify(&genesis.chain_id(), &one.bytes).unwrap())
                .collect();
            let ids: BTreeSet<_> = verified.iter().map(|one| one.id()).collect();
            assert_eq!(ids.len(), 100, "every transaction differs");
            let context = BlockContext {
                height: Height(1),
                time: now,
            };
            let block = execute(&mut ledger, &context, &verified).unwrap();
            for receipt in &block.receipts {
                match &receipt.outcome {
                    Outcome::Settled => {}
                    Outcome::BulkSettled { refused, .. } => assert!(refused.is_empty()),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(block.settled_legs, 100 * u64::from(mode.legs()));
            let mut balances = vec![i128::try_from(crate::bench::population::OPENING).unwrap(); 40];
            for one in signed.iter().flat_map(|one| plan.moves(one)) {
                balances[usize::try_from(one.payer).unwrap()] -= i128::from(one.amount);
                balances[usize::try_from(one.payee).unwrap()] += i128::from(one.amount);
            }
            for (place, balance) in balances.iter().enumerate() {
                let account = read::account(&ledger, population.account(place as u64)).unwrap();
                assert_eq!(account.balance().0, *balance);
            }
        }
    }

    #[test]
    fn impossible_bulk_sizes_are_refused() {
        let keys = DevnetSecrets::from_seed(&[7; 32]).public();
        let mut facts = devnet(&keys, &DevnetOptions::default())
            .unwrap()
            .facts()
            .clone();
        let population = Population::settle_in(&mut facts, 1, 2).unwrap();
        for legs in [0, 8_191] {
            let plan = Plan {
                population: &population,
                chain_id: Genesis::new(facts.clone()).unwrap().chain_id(),
                mode: Mode::Bulk { legs },
                value_date: BusinessDate(1),
                now: BlockTime(0),
                first_seed: 0,
            };
            assert!(plan.sign(1).is_err(), "{legs}");
        }
    }
}
