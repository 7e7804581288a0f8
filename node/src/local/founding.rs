//! Founds a local network in a folder: keys of the operating system's randomness, genesis, folders of the nodes.
//!
//! One program drawing everybody's keys is for development only: in a real network nobody ever holds another's (`sycee genesis`).

use std::path::{Path, PathBuf};

use sycee_genesis::{
    DevnetKeys, DevnetOptions, Facts, Genesis, GenesisErrors, NetworkParameters, NodeKeys, devnet,
};
use sycee_primitives::PublicKey;

use crate::clock;
use crate::keys::{KeyFile, Purpose};
use crate::local::child::Recipe;
use crate::local::endpoints::{Endpoints, NodeEndpoints};
use crate::local::network::{LocalError, Options, make_folder, write};
use crate::local::ports;
use crate::node;

/// Role of a node that orders.
pub(crate) const VALIDATOR: &str = "validator";

/// Role of a node that follows.
pub(crate) const OBSERVER: &str = "observer";

/// Name of the observer in a devnet's genesis.
const OBSERVER_NAME: &str = "regulator-observer";

/// Validators of a devnet.
const VALIDATORS: usize = 4;

/// Ids of a devnet's participants that sign for themselves, as its genesis names them.
const BANKS: [&str; VALIDATORS] = ["bank-a", "bank-b", "bank-c", "bank-d"];
const CORPORATES: [&str; 6] = ["corp-1", "corp-2", "corp-3", "corp-4", "corp-5", "corp-6"];

/// Where the genesis document lies.
pub(crate) fn genesis_path(folder: &Path) -> PathBuf {
    folder.join("genesis.toml")
}

/// Where the key of a participant lies.
pub(crate) fn key_path(folder: &Path, participant: &str) -> PathBuf {
    folder.join("keys").join(format!("{participant}.json"))
}

/// Name of a validator in a devnet's genesis; the bank at the same place runs it.
fn validator_name(place: usize) -> String {
    format!("validator-{place}")
}

fn node_folder(folder: &Path, name: &str) -> node::Folder {
    node::Folder::at(folder.join("nodes").join(name))
}

/// How a node of the network is started.
pub(crate) fn recipe(program: &Path, folder: &Path, node: &NodeEndpoints, solves: bool) -> Recipe {
    let mut arguments = vec![
        "start".to_owned(),
        "--folder".to_owned(),
        node_folder(folder, &node.name).path().display().to_string(),
        "--stop-with-parent".to_owned(),
        "--listen".to_owned(),
        node.peers.clone(),
        "--grpc".to_owned(),
        node.grpc.clone(),
        "--operations".to_owned(),
        node.operations.clone(),
    ];
    let mut banks = BANKS.iter().enumerate();
    let own = banks.find(|(place, _)| node.name == validator_name(*place));
    if let Some((_, bank)) = own.filter(|_| solves) {
        let key = key_path(folder, bank).display().to_string();
        arguments.extend(["--solver-key".to_owned(), key]);
    }
    Recipe {
        name: node.name.clone(),
        program: program.to_owned(),
        arguments,
        log: folder.join("logs").join(format!("{}.log", node.name)),
    }
}

/// Founds a network in a folder; `amend` may add to the facts before they become the genesis.
pub(crate) fn found(
    folder: &Path,
    options: &Options,
    amend: impl FnOnce(&mut Facts) -> Result<(), LocalError>,
) -> Result<Genesis, LocalError> {
    for part in ["keys", "nodes", "logs", "files"] {
        make_folder(&folder.join(part))?;
    }
    let ports = ports::choose(options.port_base, VALIDATORS + 1)?;
    let nodes = ports.iter().enumerate().map(|(place, ports)| match place {
        VALIDATORS => NodeEndpoints::local(OBSERVER_NAME, OBSERVER, ports),
        _ => NodeEndpoints::local(&validator_name(place), VALIDATOR, ports),
    });
    let nodes: Vec<NodeEndpoints> = nodes.collect();
    let secrets = NodeSecrets::draw();
    let genesis = genesis(folder, options, &nodes, &secrets, amend)?;
    for (node, keys) in nodes.iter().zip(secrets.into_keys()) {
        node::init(&node_folder(folder, &node.name), &genesis, &keys)?;
    }
    let endpoints = Endpoints {
        chain_id: genesis.chain_id().to_string(),
        genesis: genesis_path(folder).display().to_string(),
        nodes,
    };
    endpoints.write(folder)?;
    // The genesis comes last: a folder that has one has everything.
    write(&genesis_path(folder), &genesis.to_toml())?;
    Ok(genesis)
}

fn genesis(
    folder: &Path,
    options: &Options,
    nodes: &[NodeEndpoints],
    secrets: &NodeSecrets,
    amend: impl FnOnce(&mut Facts) -> Result<(), LocalError>,
) -> Result<Genesis, LocalError> {
    let address = |place: usize| {
        nodes
            .get(place)
            .map(|node| node.peers.clone())
            .unwrap_or_default()
    };
    let keys = DevnetKeys {
        operator: participant_key(folder, "central-bank")?,
        banks: participant_keys(folder, BANKS)?,
        regulator: participant_key(folder, "regulator")?,
        corporates: participant_keys(folder, CORPORATES)?,
        validators: secrets
            .validators
            .each_ref()
            .map(|(consensus, network)| NodeKeys {
                consensus: consensus.public_key(),
                network: network.public_key(),
            }),
        observer: secrets.observer.public_key(),
    };
    let devnet_options = DevnetOptions {
        name: "devnet".to_owned(),
        time: clock::wall(),
        parameters: NetworkParameters {
            heartbeat_ms: options.heartbeat_ms,
            ..NetworkParameters::default()
        },
        validator_addresses: std::array::from_fn(address),
        observer_address: address(VALIDATORS),
        extra_accounts: options.extra_accounts,
    };
    let refused = |errors: GenesisErrors| LocalError::Folder {
        path: genesis_path(folder).display().to_string(),
        why: errors.to_string(),
    };
    let mut facts = devnet(&keys, &devnet_options)
        .map_err(refused)?
        .facts()
        .clone();
    amend(&mut facts)?;
    Genesis::new(facts).map_err(refused)
}

/// Keys of the nodes, on their way into the nodes' folders.
struct NodeSecrets {
    /// Consensus and network key of each validator.
    validators: [(KeyFile, KeyFile); VALIDATORS],
    observer: KeyFile,
}

impl NodeSecrets {
    fn draw() -> NodeSecrets {
        let validator = |_| {
            (
                KeyFile::generate(Purpose::Consensus),
                KeyFile::generate(Purpose::Network),
            )
        };
        NodeSecrets {
            validators: std::array::from_fn(validator),
            observer: KeyFile::generate(Purpose::Network),
        }
    }

    fn into_keys(self) -> impl Iterator<Item = node::NodeKeys> {
        let validators = self
            .validators
            .into_iter()
            .map(|(consensus, network)| node::NodeKeys {
                consensus: Some(consensus),
                next: None,
                network,
            });
        let observer = node::NodeKeys {
            consensus: None,
            next: None,
            network: self.observer,
        };
        validators.chain(std::iter::once(observer))
    }
}

/// Draws a participant's key into a file of its own.
fn participant_key(folder: &Path, id: &str) -> Result<PublicKey, LocalError> {
    let key = KeyFile::generate(Purpose::Participant);
    key.write_new(&key_path(folder, id))?;
    Ok(key.public_key())
}

fn participant_keys<const COUNT: usize>(
    folder: &Path,
    ids: [&str; COUNT],
) -> Result<[PublicKey; COUNT], LocalError> {
    let mut keys = [PublicKey([0; 32]); COUNT];
    for (key, id) in keys.iter_mut().zip(ids) {
        *key = participant_key(folder, id)?;
    }
    Ok(keys)
}
