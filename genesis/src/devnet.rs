//! The network for trying things out: a central bank, four commercial banks that validate, a regulator that observes, six corporates.
//!
//! All names and identifiers are fictitious and well formed. Keys come from the caller: the node draws them from the operating
//! system, tests derive them from a seed.

use sycee_contracts::{AccountKind, AccountNumber, AccountStatus, ParticipantName, Role};
use sycee_primitives::{
    Amount, AssetId, BlockTime, Currency, Hash, ParticipantId, PublicKey, SecretKey,
    identifiers::{Bic, iban_with_check_digits, lei_with_check_digits},
};

use crate::{
    facts::{AccountFact, AssetFact, Facts, Genesis, Observer, ParticipantFact, Series, Validator},
    parameters::NetworkParameters,
    problem::{Fault, GenesisErrors, Problem},
};

/// Banks of the devnet, each with a validator.
const BANKS: usize = 4;

/// Corporates of the devnet.
const CORPORATES: usize = 6;

const BANK_NAMES: [(&str, &str, &str); BANKS] = [
    ("bank-a", "Azure Harbour Bank", "AZHBCNB0"),
    ("bank-b", "Bamboo River Bank", "BMRBCNB0"),
    ("bank-c", "Cloud Mountain Bank", "CLMBCNB0"),
    ("bank-d", "Dragon Gate Bank", "DRGBCNB0"),
];

/// Id, name, role, sponsor bank.
const CORPORATE_NAMES: [(&str, &str, Role, usize); CORPORATES] = [
    ("corp-1", "Eastern Motor Works", Role::CoreEnterprise, 0),
    ("corp-2", "Fair Wind Components", Role::Supplier, 0),
    ("corp-3", "Green Field Foods", Role::CoreEnterprise, 1),
    ("corp-4", "High Plain Packaging", Role::Supplier, 1),
    ("corp-5", "Inland Cold Storage", Role::Warehouse, 2),
    ("corp-6", "Jade Road Logistics", Role::Logistics, 3),
];

/// Currency, decimals, opening balance of each bank and of each corporate, in minor units.
const CURRENCIES: [(&str, u8, u128, u128); 3] = [
    ("CNY", 2, 1_000_000_000_000, 500_000_000),
    ("EUR", 2, 100_000_000_000, 50_000_000),
    ("USD", 2, 100_000_000_000, 50_000_000),
];

/// What an extra account holds from the beginning, in minor units.
const EXTRA_OPENING: u128 = 100_000_000;

/// Public keys of a validator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeKeys {
    /// Signs votes, blocks and batches.
    pub consensus: PublicKey,
    /// Authenticates connections.
    pub network: PublicKey,
}

/// All public keys of a devnet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DevnetKeys {
    /// Signs for the central bank.
    pub operator: PublicKey,
    /// Sign for the banks.
    pub banks: [PublicKey; BANKS],
    /// Signs for the regulator.
    pub regulator: PublicKey,
    /// Sign for the corporates.
    pub corporates: [PublicKey; CORPORATES],
    /// Keys of the validators, one a bank.
    pub validators: [NodeKeys; BANKS],
    /// Network key of the regulator's observer.
    pub observer: PublicKey,
}

/// Secret keys of a validator.
#[derive(Debug)]
pub struct NodeSecrets {
    /// Signs votes, blocks and batches.
    pub consensus: SecretKey,
    /// Seed of the key that authenticates connections; the network layer makes its own key type of it.
    pub network_seed: [u8; 32],
}

/// All secret keys of a devnet, derived from one seed. For development: in a real network every holder draws its own.
#[derive(Debug)]
pub struct DevnetSecrets {
    /// Signs for the central bank.
    pub operator: SecretKey,
    /// Sign for the banks.
    pub banks: [SecretKey; BANKS],
    /// Signs for the regulator.
    pub regulator: SecretKey,
    /// Sign for the corporates.
    pub corporates: [SecretKey; CORPORATES],
    /// Keys of the validators, one a bank.
    pub validators: [NodeSecrets; BANKS],
    /// Seed of the observer's network key.
    pub observer_seed: [u8; 32],
}

impl DevnetSecrets {
    /// Derives all keys from one seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> DevnetSecrets {
        let derive = |purpose: &str, place: usize| -> [u8; 32] {
            let place = (place as u64).to_le_bytes();
            Hash::of(&[b"sycee devnet key", seed, &place, purpose.as_bytes()]).0
        };
        let key = |purpose: &str, place| SecretKey::from_seed(&derive(purpose, place));
        DevnetSecrets {
            operator: key("operator", 0),
            banks: std::array::from_fn(|place| key("bank", place)),
            regulator: key("regulator", 0),
            corporates: std::array::from_fn(|place| key("corporate", place)),
            validators: std::array::from_fn(|place| NodeSecrets {
                consensus: key("consensus", place),
                network_seed: derive("network", place),
            }),
            observer_seed: derive("observer", 0),
        }
    }

    /// The public halves.
    #[must_use]
    pub fn public(&self) -> DevnetKeys {
        let network = |seed: &[u8; 32]| SecretKey::from_seed(seed).public_key();
        DevnetKeys {
            operator: self.operator.public_key(),
            banks: self.banks.each_ref().map(SecretKey::public_key),
            regulator: self.regulator.public_key(),
            corporates: self.corporates.each_ref().map(SecretKey::public_key),
            validators: self.validators.each_ref().map(|validator| NodeKeys {
                consensus: validator.consensus.public_key(),
                network: network(&validator.network_seed),
            }),
            observer: network(&self.observer_seed),
        }
    }
}

/// What else a devnet needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DevnetOptions {
    /// Name of the network.
    pub name: String,
    /// Founding time.
    pub time: BlockTime,
    /// Parameters.
    pub parameters: NetworkParameters,
    /// Where the validators listen: `host:port`.
    pub validator_addresses: [String; BANKS],
    /// Where the observer listens.
    pub observer_address: String,
    /// So many further CNY accounts of the first corporate, numbered `BENCH-00000000` upwards.
    pub extra_accounts: u32,
}

impl Default for DevnetOptions {
    /// The standard ports: base 7400, ten a node.
    fn default() -> Self {
        DevnetOptions {
            name: "devnet".to_owned(),
            time: BlockTime(0),
            parameters: NetworkParameters::default(),
            validator_addresses: std::array::from_fn(|place| {
                format!("127.0.0.1:{}", 7_400 + 10 * place)
            }),
            observer_address: format!("127.0.0.1:{}", 7_400 + 10 * BANKS),
            extra_accounts: 0,
        }
    }
}

/// Founds a devnet. Participants: 0 the central bank, 1-4 banks, 5 the regulator, 6-11 corporates. Assets: 0 CNY, 1 EUR, 2 USD.
/// Accounts: 0-2 issuance; then per bank CNY, EUR, USD; then per corporate CNY, EUR, USD; then the extra ones.
///
/// # Errors
/// [`GenesisErrors`] when keys repeat or are unacceptable, or an address or name is malformed.
pub fn devnet(keys: &DevnetKeys, options: &DevnetOptions) -> Result<Genesis, GenesisErrors> {
    let facts = facts(keys, options).ok_or_else(|| {
        GenesisErrors(vec![Problem::new(
            Fault::BadText,
            "",
            "the built-in names are malformed",
        )])
    })?;
    Genesis::new(facts)
}

fn facts(keys: &DevnetKeys, options: &DevnetOptions) -> Option<Facts> {
    let validators = (0..BANKS)
        .zip(&keys.validators)
        .zip(&options.validator_addresses);
    let validators = validators
        .map(|((place, node), address)| Validator {
            name: format!("validator-{place}"),
            participant: bank_id(place),
            consensus_key: node.consensus,
            network_key: node.network,
            address: address.clone(),
        })
        .collect();
    let series = Series {
        prefix: "BENCH".to_owned(),
        count: options.extra_accounts,
        owner: corporate_id(0),
        asset: AssetId(0),
        kind: AccountKind::Current,
        opening: Amount::from_minor(EXTRA_OPENING).ok()?,
    };
    Some(Facts {
        name: options.name.clone(),
        time: options.time,
        parameters: options.parameters,
        validators,
        observers: vec![Observer {
            name: "regulator-observer".to_owned(),
            participant: ParticipantId(5),
            network_key: keys.observer,
            address: options.observer_address.clone(),
        }],
        participants: participants(keys)?,
        assets: assets()?,
        accounts: accounts()?,
        series: Some(series)
            .filter(|series| series.count > 0)
            .into_iter()
            .collect(),
    })
}

fn small(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn bank_id(place: usize) -> ParticipantId {
    ParticipantId(small(1 + place))
}

fn corporate_id(place: usize) -> ParticipantId {
    ParticipantId(small(2 + BANKS + place))
}

fn participants(keys: &DevnetKeys) -> Option<Vec<ParticipantFact>> {
    let entry = |place: usize, id: &str, name: &str, role: Role, key: &PublicKey| {
        Some(ParticipantFact {
            id: id.to_owned(),
            name: ParticipantName::new(name).ok()?,
            lei: lei_with_check_digits(&format!("9845SYCEE{place:09}")).ok()?,
            bic: None,
            role,
            sponsor: None,
            keys: vec![*key],
        })
    };
    let mut all = vec![entry(
        0,
        "central-bank",
        "Example Central Bank",
        Role::Operator,
        &keys.operator,
    )?];
    for (place, (id, name, bic)) in BANK_NAMES.iter().enumerate() {
        let bank = entry(1 + place, id, name, Role::Bank, keys.banks.get(place)?)?;
        all.push(ParticipantFact {
            bic: Some(Bic::parse(bic).ok()?),
            ..bank
        });
    }
    let regulator = entry(
        1 + BANKS,
        "regulator",
        "Example Payments Authority",
        Role::Regulator,
        &keys.regulator,
    )?;
    all.push(regulator);
    for (place, (id, name, role, sponsor)) in CORPORATE_NAMES.iter().enumerate() {
        let key = keys.corporates.get(place)?;
        let corporate = entry(2 + BANKS + place, id, name, *role, key)?;
        all.push(ParticipantFact {
            sponsor: Some(bank_id(*sponsor)),
            ..corporate
        });
    }
    Some(all)
}

fn assets() -> Option<Vec<AssetFact>> {
    CURRENCIES
        .iter()
        .map(|(currency, scale, _, _)| {
            Some(AssetFact {
                currency: Currency::parse(currency)?,
                scale: *scale,
                issuer: ParticipantId(0),
                issuance_number: AccountNumber::parse(&format!("ISSUANCE-{currency}")).ok()?,
            })
        })
        .collect()
}

fn accounts() -> Option<Vec<AccountFact>> {
    let mut all = Vec::new();
    for bank in 0..BANKS {
        for (asset, (currency, _, opening, _)) in CURRENCIES.iter().enumerate() {
            let number =
                AccountNumber::parse(&format!("SETTLEMENT-{}-{currency}", bank + 1)).ok()?;
            all.push(account(
                number,
                bank_id(bank),
                asset,
                AccountKind::Settlement,
                *opening,
            )?);
        }
    }
    for corporate in 0..CORPORATES {
        for (asset, (_, _, _, opening)) in CURRENCIES.iter().enumerate() {
            // German structure: 8 digits bank, 10 digits account; banks of the 999 range do not exist.
            let domestic = format!(
                "9990000{}{:010}",
                corporate % BANKS,
                1_000 * (corporate + 1) + asset
            );
            let number = AccountNumber::Iban(iban_with_check_digits("DE", &domestic).ok()?);
            all.push(account(
                number,
                corporate_id(corporate),
                asset,
                AccountKind::Current,
                *opening,
            )?);
        }
    }
    Some(all)
}

fn account(
    number: AccountNumber,
    owner: ParticipantId,
    asset: usize,
    kind: AccountKind,
    opening: u128,
) -> Option<AccountFact> {
    Some(AccountFact {
        number,
        owner,
        asset: AssetId(small(asset)),
        kind,
        status: AccountStatus::Open,
        line: Amount::ZERO,
        opening: Amount::from_minor(opening).ok()?,
    })
}
