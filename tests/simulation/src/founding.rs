//! The network of a run: the devnet's banks and accounts, with as many validators as the plan says.
//!
//! Where a family of products is played, participants and accounts are those of the stage on which its naive executor stands, accounts
//! of banks and creditors who pay one another follow, and the operator may put the clock forward.

use std::collections::BTreeMap;

use sycee_consensus::ValidatorSet;
use sycee_contracts::{AccountKind, AccountNumber, AccountStatus, Ledger, twins};
use sycee_genesis::{
    AccountFact, AssetFact, DevnetOptions, DevnetSecrets, Facts, Genesis, NetworkParameters,
    Observer, ParticipantFact, Validator, devnet,
};
use sycee_primitives::{Amount, AssetId, BlockTime, Hash, ParticipantId, SecretKey};

use crate::plan::Pace;

/// Wall clock at the start of every run, milliseconds: a morning, so that no run crosses midnight.
pub(crate) const START_MS: u64 = 1_800_000_000_000 - 6 * 3_600_000;

/// What all nodes of a run share.
pub(crate) struct Founding {
    /// The founding facts.
    pub(crate) genesis: Genesis,
    /// The validators.
    pub(crate) set: ValidatorSet,
    /// The first ledger.
    pub(crate) ledger: Ledger,
    /// Its root.
    pub(crate) state_root: Hash,
    /// Who pays whom.
    pub(crate) payers: Payers,
    /// Keys by participant.
    secrets: BTreeMap<ParticipantId, SecretKey>,
}

/// Four banks that pay, and ten owners of accounts that are paid, the banks first; each has an account of every asset that is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Payers {
    /// Banks by their place.
    pub(crate) banks: [ParticipantId; 4],
    /// Assets that are paid.
    pub(crate) assets: u32,
    /// Their first account; the others follow.
    pub(crate) first: u64,
}

impl Payers {
    const DEVNET: Payers = Payers {
        banks: [
            ParticipantId(1),
            ParticipantId(2),
            ParticipantId(3),
            ParticipantId(4),
        ],
        assets: 3,
        first: 3,
    };

    /// Account of an owner, 0 to 9.
    #[must_use]
    pub(crate) fn account(&self, owner: u64, asset: u32) -> u64 {
        self.first + u64::from(self.assets) * owner + u64::from(asset)
    }
}

/// Owners on the stage of products, by the numbers of the stage.
const STAGE_OWNERS: [u32; 10] = [1, 2, 7, 6, 3, 4, 8, 3, 4, 8];

/// Accounts of theirs: one each.
pub(crate) const STAGE_OTHERS: u64 = STAGE_OWNERS.len() as u64;

/// What each of their accounts holds at first, minor units.
const STAGE_OPENING: u128 = 100_000_000_000;

/// Keys that a node has at hand: one for each change that may give it another.
pub(crate) const KEYS_A_NODE: u16 = 5;

/// The key a founding validator at this place signs with first.
#[must_use]
pub(crate) fn validator_key(place: u16) -> SecretKey {
    SecretKey::from_seed(&Hash::of(&[b"simulated validator", &place.to_le_bytes()]).0)
}

/// All keys of the node at this place, in the order in which it comes to sign with them.
#[must_use]
pub(crate) fn keys_of(place: u16) -> Vec<SecretKey> {
    let later = |turn: u16| {
        let seed = Hash::of(&[
            b"simulated later key",
            &place.to_le_bytes(),
            &turn.to_le_bytes(),
        ]);
        SecretKey::from_seed(&seed.0)
    };
    let first = std::iter::once(validator_key(place));
    first.chain((1..KEYS_A_NODE).map(later)).collect()
}

fn network_key(place: u16) -> SecretKey {
    SecretKey::from_seed(&Hash::of(&[b"simulated channel", &place.to_le_bytes()]).0)
}

impl Founding {
    /// Founds a network; `name` decides, among other things, who leads when.
    ///
    /// # Panics
    /// When the facts are refused, which is a fault of the simulator.
    #[must_use]
    pub(crate) fn new(name: &str, validators: u16, observers: u16, pace: &Pace) -> Founding {
        let secrets = DevnetSecrets::from_seed(&[7; 32]);
        let options = DevnetOptions {
            name: name.to_owned(),
            time: BlockTime(START_MS),
            parameters: parameters(pace),
            ..DevnetOptions::default()
        };
        let devnet = devnet(&secrets.public(), &options).expect("the devnet can be founded");
        let facts: Facts = devnet.facts().clone();
        let keys = std::iter::once(secrets.operator)
            .chain(secrets.banks)
            .chain(std::iter::once(secrets.regulator))
            .chain(secrets.corporates);
        let keys = (0..).map(ParticipantId).zip(keys).collect();
        Founding::of(facts, (validators, observers), Payers::DEVNET, keys)
    }

    /// Founds a network on which products are played.
    ///
    /// # Panics
    /// When the facts are refused, which is a fault of the simulator.
    #[must_use]
    pub(crate) fn staged(name: &str, validators: u16, observers: u16, pace: &Pace) -> Founding {
        let stage = twins::founding();
        let participants = stage.participants.iter().map(|it| ParticipantFact {
            id: it.name.to_string(),
            name: it.name,
            lei: it.lei,
            bic: it.bic,
            role: it.role,
            sponsor: it.sponsor,
            keys: it.keys.iter().map(|it| it.key).take(1).collect(),
        });
        let participants: Vec<ParticipantFact> = participants.collect();
        let assets: Vec<AssetFact> = stage
            .assets
            .iter()
            .map(|it| AssetFact {
                currency: it.currency,
                scale: it.scale,
                issuer: it.issuer,
                issuance_number: it.issuance_number,
            })
            .collect();
        let payers = Payers {
            banks: [1, 2, 7, 6].map(ParticipantId),
            // The other money has a calendar of its own, which credit closes on many days.
            assets: 1,
            first: (assets.len() + stage.accounts.len()) as u64,
        };
        let staged = stage.accounts.iter().map(|it| AccountFact {
            number: it.number,
            owner: it.owner,
            asset: it.asset,
            kind: it.kind,
            status: it.status,
            line: Amount::from_minor(it.floor.0.unsigned_abs()).expect("a floor in range"),
            opening: it.opening,
        });
        let facts = Facts {
            name: format!("trial-{name}"),
            time: BlockTime(START_MS),
            parameters: NetworkParameters {
                trial_clock: true,
                ..parameters(pace)
            },
            validators: Vec::new(),
            observers: Vec::new(),
            accounts: staged.chain(payers_accounts(payers.assets)).collect(),
            participants,
            assets,
            series: Vec::new(),
        };
        let keys = (0..).map_while(|id| {
            let id = ParticipantId(id);
            Some((id, twins::secret(id)?))
        });
        Founding::of(facts, (validators, observers), payers, keys.collect())
    }

    fn of(
        mut facts: Facts,
        (validators, observers): (u16, u16),
        payers: Payers,
        secrets: BTreeMap<ParticipantId, SecretKey>,
    ) -> Founding {
        let seat = |place: u16| payers.banks[usize::from(place % 4)];
        facts.validators = (0..validators).map(|it| validator(it, seat(it))).collect();
        facts.observers = (validators..validators + observers).map(observer).collect();
        let genesis = Genesis::new(facts).expect("the simulated network can be founded");
        let ledger = genesis.ledger().expect("the first ledger exists");
        Founding {
            set: genesis.validator_set(),
            state_root: ledger.checkpoint().state_root,
            ledger,
            genesis,
            payers,
            secrets,
        }
    }

    /// The key of a participant.
    ///
    /// # Panics
    /// When nobody has this number, which is a fault of the simulator.
    #[must_use]
    pub(crate) fn secret(&self, participant: ParticipantId) -> &SecretKey {
        let secret = self.secrets.get(&participant);
        secret.unwrap_or_else(|| panic!("no key of {participant:?}"))
    }
}

fn payers_accounts(assets: u32) -> impl Iterator<Item = AccountFact> {
    let owners = (0_u32..).zip(STAGE_OWNERS);
    owners.flat_map(move |(place, owner)| {
        (0..assets).map(move |asset| AccountFact {
            number: AccountNumber::parse(&format!("PAY-{place}-{asset}"))
                .expect("a well-formed number"),
            owner: ParticipantId(owner),
            asset: AssetId(asset),
            kind: match owner {
                1 | 2 | 7 => AccountKind::Settlement,
                _ => AccountKind::Current,
            },
            status: AccountStatus::Open,
            line: Amount::ZERO,
            opening: Amount::from_minor(STAGE_OPENING).expect("an amount in range"),
        })
    })
}

fn validator(place: u16, participant: ParticipantId) -> Validator {
    Validator {
        name: format!("validator-{place}"),
        participant,
        consensus_key: validator_key(place).public_key(),
        network_key: network_key(place).public_key(),
        address: format!("127.0.0.1:{}", 7_400 + 10 * place),
    }
}

fn observer(place: u16) -> Observer {
    Observer {
        name: format!("observer-{place}"),
        participant: ParticipantId(5),
        network_key: network_key(place).public_key(),
        address: format!("127.0.0.1:{}", 7_400 + 10 * place),
    }
}

fn parameters(pace: &Pace) -> NetworkParameters {
    NetworkParameters {
        base_delay_ms: pace.base_delay_ms,
        heartbeat_ms: pace.heartbeat_ms,
        drift_ms: pace.drift_ms,
        skip_ms: pace.skip_ms,
        batch_interval_ms: pace.batch_interval_ms,
        batch_bytes: pace.batch_bytes,
        watermark_interval_ms: pace.watermark_interval_ms,
        block_spacing_ms: pace.block_spacing_ms,
        execution_lag_max: pace.execution_lag_max,
        checkpoint_lag_max: pace.checkpoint_lag_max,
        checkpoint_interval_ms: pace.checkpoint_interval_ms,
        ..NetworkParameters::default()
    }
}
