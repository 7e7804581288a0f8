//! Who pays in a measurement: many signers, each with a share of the accounts, all of them in the genesis.
//!
//! One signer would flatter the figures, because equal keys are merged when signatures are checked in a batch.

use sycee_contracts::{AccountKind, ParticipantName, Role};
use sycee_genesis::{Facts, ParticipantFact, Series};
use sycee_primitives::{
    AccountId, Amount, AssetId, ParticipantId, SecretKey, identifiers::lei_with_check_digits,
};

use crate::local::network::LocalError;
use crate::local::random::{Sequence, os_seed};

/// What each account holds from the beginning, in minor units.
pub const OPENING: u128 = 100_000_000_000;

/// Bank that sponsors the signers; the first after the central bank.
const SPONSOR: ParticipantId = ParticipantId(1);

/// First number in the identifiers of signers; those of a devnet's own participants are lower.
const FIRST_NUMBER: usize = 100_000;

/// A participant that signs, and its accounts.
#[derive(Debug)]
pub struct Signer {
    /// Its id.
    pub participant: ParticipantId,
    /// Its key.
    pub key: SecretKey,
}

/// All signers and accounts; account `i` belongs to signer `i / accounts_each`.
#[derive(Debug)]
pub struct Population {
    signers: Vec<Signer>,
    accounts_each: u32,
    first: AccountId,
}

impl Population {
    /// Adds `signers` participants with together at least `accounts` accounts to founding facts.
    ///
    /// # Errors
    /// [`LocalError`] when a name cannot be made or the system has no randomness.
    pub fn settle_in(
        facts: &mut Facts,
        signers: u32,
        accounts: u32,
    ) -> Result<Population, LocalError> {
        let unfit = |what: String| LocalError::Check(what);
        let accounts_each = accounts.div_ceil(signers.max(1)).max(1);
        let rows = facts.assets.len() + facts.accounts.len();
        let before: u64 = facts
            .series
            .iter()
            .map(|series| u64::from(series.count))
            .sum();
        let first = AccountId(
            u64::try_from(rows)
                .unwrap_or(u64::MAX)
                .saturating_add(before),
        );
        let opening = Amount::from_minor(OPENING).map_err(|error| unfit(error.to_string()))?;
        let mut population = Population {
            signers: Vec::new(),
            accounts_each,
            first,
        };
        for place in 0..signers.max(1) {
            let number = FIRST_NUMBER + population.signers.len();
            let seed = os_seed().map_err(|error| unfit(format!("no randomness: {error}")))?;
            let key = SecretKey::from_seed(&seed);
            let id = format!("signer-{place}");
            let participant = u32::try_from(facts.participants.len())
                .map_err(|error| unfit(error.to_string()))?;
            facts.participants.push(ParticipantFact {
                name: ParticipantName::new(format!("Signer {place}"))
                    .map_err(|error| unfit(error.to_string()))?,
                lei: lei_with_check_digits(&format!("9845SYCEE{number:09}"))
                    .map_err(|error| unfit(error.to_string()))?,
                bic: None,
                role: Role::Supplier,
                sponsor: Some(SPONSOR),
                keys: vec![key.public_key()],
                id,
            });
            facts.series.push(Series {
                prefix: format!("LOAD{place:05}"),
                count: accounts_each,
                owner: ParticipantId(participant),
                asset: AssetId(0),
                kind: AccountKind::Current,
                opening,
            });
            population.signers.push(Signer {
                participant: ParticipantId(participant),
                key,
            });
        }
        Ok(population)
    }

    /// How many accounts there are.
    #[must_use]
    pub fn accounts(&self) -> u64 {
        u64::from(self.accounts_each) * self.signers.len() as u64
    }

    /// How many signers there are.
    #[must_use]
    pub fn signers(&self) -> usize {
        self.signers.len()
    }

    /// The ledger's id of an account.
    #[must_use]
    pub fn account(&self, place: u64) -> AccountId {
        AccountId(self.first.0.saturating_add(place))
    }

    /// The place of an account of the ledger among these.
    #[must_use]
    pub fn place(&self, account: u64) -> Option<u64> {
        account
            .checked_sub(self.first.0)
            .filter(|place| *place < self.accounts())
    }

    /// Who signs for an account.
    #[must_use]
    pub fn signer(&self, place: u64) -> Option<&Signer> {
        let signer = place / u64::from(self.accounts_each);
        self.signers.get(usize::try_from(signer).ok()?)
    }

    /// A payer and a payee, uniform over all pairs of different accounts.
    pub fn pair(&self, sequence: &mut Sequence) -> (u64, u64) {
        let payer = sequence.below(self.accounts());
        (payer, self.payee(payer, sequence))
    }

    /// A payee, uniform over all accounts but the payer's.
    pub fn payee(&self, payer: u64, sequence: &mut Sequence) -> u64 {
        let other = sequence.below(self.accounts().saturating_sub(1).max(1));
        other + u64::from(other >= payer)
    }
}

#[cfg(test)]
mod tests {
    use sycee_contracts::read;
    use sycee_genesis::{DevnetOptions, DevnetSecrets, Genesis, devnet};

    use super::*;

    fn founded(signers: u32, accounts: u32) -> (Population, Genesis) {
        let keys = DevnetSecrets::from_seed(&[7; 32]).public();
        let genesis = devnet(&keys, &DevnetOptions::default()).unwrap();
        let mut facts = genesis.facts().clone();
        let population = Population::settle_in(&mut facts, signers, accounts).unwrap();
        (population, Genesis::new(facts).unwrap())
    }

    #[test]
    fn every_account_belongs_to_its_signer_in_the_first_ledger() {
        let (population, genesis) = founded(3, 10);
        assert_eq!((population.accounts(), population.signers()), (12, 3));
        let ledger = genesis.ledger().unwrap();
        for place in 0..population.accounts() {
            let id = population.account(place);
            let account = read::account(&ledger, id).unwrap();
            assert_eq!(
                Some(account.owner),
                population.signer(place).map(|signer| signer.participant)
            );
            assert_eq!(account.balance().0.unsigned_abs(), OPENING);
            assert_eq!(population.place(id.0), Some(place));
        }
        let (first, beyond) = (population.account(0), population.account(12));
        assert!(read::account(&ledger, beyond).is_none());
        assert_eq!(
            (population.place(first.0 - 1), population.place(beyond.0)),
            (None, None)
        );
    }

    #[test]
    fn payer_and_payee_differ_and_all_accounts_come_up() {
        let (population, _) = founded(2, 4);
        let mut sequence = Sequence::new(1);
        let mut seen = [[0_u32; 4]; 4];
        for _ in 0..12_000 {
            let (payer, payee) = population.pair(&mut sequence);
            seen[usize::try_from(payer).unwrap()][usize::try_from(payee).unwrap()] += 1;
        }
        for (payer, row) in seen.iter().enumerate() {
            for (payee, times) in row.iter().enumerate() {
                let expected = if payer == payee { 0..1 } else { 850..1_150 };
                assert!(expected.contains(times), "{payer} to {payee}: {times}");
            }
        }
    }
}
