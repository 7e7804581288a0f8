//! The network of a run: the devnet's banks and accounts, with as many validators as the plan says.

use sycee_consensus::ValidatorSet;
use sycee_contracts::Ledger;
use sycee_genesis::{
    DevnetOptions, DevnetSecrets, Facts, Genesis, NetworkParameters, Observer, Validator, devnet,
};
use sycee_primitives::{BlockTime, Hash, ParticipantId, SecretKey};

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
    /// Keys of banks and corporates.
    pub(crate) secrets: DevnetSecrets,
}

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
        let mut facts: Facts = devnet.facts().clone();
        facts.validators = (0..validators).map(validator).collect();
        facts.observers = (validators..validators + observers).map(observer).collect();
        let genesis = Genesis::new(facts).expect("the simulated network can be founded");
        let ledger = genesis.ledger().expect("the first ledger exists");
        Founding {
            set: genesis.validator_set(),
            state_root: ledger.checkpoint().state_root,
            ledger,
            genesis,
            secrets,
        }
    }
}

fn validator(place: u16) -> Validator {
    Validator {
        name: format!("validator-{place}"),
        participant: ParticipantId(1 + u32::from(place % 4)),
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
