//! From a folder and a genesis to a running node, or to a refusal that says what to do.
//!
//! ```text
//!   folder/genesis.toml          the founding facts this folder belongs to
//!   folder/keys/consensus.json   signs votes, blocks, batches (validators)        0600
//!   folder/keys/network.json     authenticates connections                        0600
//!   folder/store/                the durable store
//!   folder/vote.mark             how far the consensus key has signed; beside the store on purpose
//! ```
//! `init` makes these once and never over something else; `start` opens them and never makes them: a folder that has lost its vote
//! record looks exactly like a new one, and a validator that starts from it may sign twice. Spec: reliability 3.6, design 5.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sycee_consensus::{ValidatorIndex, View};
use sycee_genesis::Genesis;
use sycee_network::{Network, NetworkConfig, NetworkKey, NodeEntry, PeerIndex, Transport};
use sycee_primitives::PublicKey;
use sycee_replica::{
    EpochFacts, Loaded, Opened, ReplicaConfig, Retention, boot, initial_rows, open,
};
use sycee_storage::{
    Durability, KeyId, MarkError, RocksOptions, RocksStore, Store, StoreError, VoteMark,
    VoteMarkFile,
};

mod refusal;

pub use refusal::StartError;

use crate::clock::Clock;
use crate::keys::{KeyError, KeyFile, Purpose};
use crate::metrics::Metrics;
use crate::runtime::{self, Identity, Mark, NodeHandle, Parts};

/// Version of the protocol between nodes.
const PROTOCOL: &str = "sycee/1";

/// Bytes of a genesis document; a thousand participants with their accounts fit.
const GENESIS_BYTES_MAX: u64 = 64 << 20;

/// The places in a node's folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at this path.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Folder {
        Folder(path.into())
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The genesis document.
    #[must_use]
    pub fn genesis(&self) -> PathBuf {
        self.0.join("genesis.toml")
    }

    /// The folder of the keys.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The key file of a purpose.
    #[must_use]
    pub fn key(&self, purpose: Purpose) -> PathBuf {
        self.keys().join(format!("{}.json", purpose.name()))
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    /// The vote mark.
    #[must_use]
    pub fn vote_mark(&self) -> PathBuf {
        self.0.join("vote.mark")
    }

    /// The key that this node will sign with once a change of validators names it.
    #[must_use]
    pub fn next_key(&self) -> PathBuf {
        self.keys().join("consensus-next.json")
    }

    /// The vote mark of that key.
    #[must_use]
    pub fn next_vote_mark(&self) -> PathBuf {
        self.0.join("vote-next.mark")
    }

    /// Reads and checks the genesis document.
    ///
    /// # Errors
    /// [`StartError::Genesis`], [`StartError::NotInitialised`] or the disk's error.
    pub fn read_genesis(&self) -> Result<Genesis, StartError> {
        let path = self.genesis();
        let data = fs::metadata(&path).map_err(|error| self.io(&path, error))?;
        if data.len() > GENESIS_BYTES_MAX {
            let error = std::io::Error::other("the document is too large");
            return Err(self.io(&path, error));
        }
        let text = fs::read_to_string(&path).map_err(|error| self.io(&path, error))?;
        Genesis::parse(&text).map_err(|errors| StartError::Genesis {
            at: path.display().to_string(),
            errors,
        })
    }

    fn io(&self, path: &Path, error: std::io::Error) -> StartError {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => StartError::NotInitialised {
                at: self.0.display().to_string(),
            },
            _ => StartError::from_io(path, error),
        }
    }
}

/// The keys of a node.
pub struct NodeKeys {
    /// Signs votes, blocks and batches; only validators have one.
    pub consensus: Option<KeyFile>,
    /// Signs in its place once a change of validators names it.
    pub next: Option<KeyFile>,
    /// Authenticates connections.
    pub network: KeyFile,
}

impl NodeKeys {
    /// Reads the keys of a folder.
    ///
    /// # Errors
    /// [`StartError::Key`].
    pub fn read(folder: &Folder) -> Result<NodeKeys, StartError> {
        let network = KeyFile::read(&folder.key(Purpose::Network), Purpose::Network)?;
        let optional = |path: &Path| match KeyFile::read(path, Purpose::Consensus) {
            Ok(key) => Ok(Some(key)),
            Err(KeyError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        };
        Ok(NodeKeys {
            consensus: optional(&folder.key(Purpose::Consensus))?,
            next: optional(&folder.next_key())?,
            network,
        })
    }

    /// Which key of these signs in an epoch, and where its mark lies.
    ///
    /// # Errors
    /// [`StartError::WrongConsensusKey`] when the epoch names this node with another key.
    fn signer<'a>(
        &'a self,
        folder: &Folder,
        identity: &Identity,
        facts: &EpochFacts,
    ) -> Result<Option<(&'a KeyFile, PathBuf)>, StartError> {
        let index = facts.index_of(identity.index);
        let Some(expected) = facts.set.key(index).copied() else {
            return Ok(None);
        };
        let current = self.consensus.as_ref().map(|key| (key, folder.vote_mark()));
        let next = self.next.as_ref().map(|key| (key, folder.next_vote_mark()));
        let mut own = current.into_iter().chain(next);
        if let Some(found) = own.find(|(key, _)| key.public_key() == expected) {
            return Ok(Some(found));
        }
        let found = self.consensus.as_ref().or(self.next.as_ref());
        let found = found.ok_or_else(|| KeyError::Missing {
            at: "keys/consensus.json".to_owned(),
        })?;
        Err(StartError::WrongConsensusKey {
            name: identity.name.clone(),
            found: found.public_key(),
            expected,
        })
    }

    /// Which node of the genesis these keys belong to; whether it votes is a matter of the epoch.
    ///
    /// # Errors
    /// [`StartError::NotNamed`].
    pub fn identity(&self, genesis: &Genesis) -> Result<Identity, StartError> {
        let key = self.network.public_key();
        let facts = genesis.facts();
        let validators = facts
            .validators
            .iter()
            .map(|it| (&it.name, it.network_key, Some(it.consensus_key)));
        let observers = facts
            .observers
            .iter()
            .map(|it| (&it.name, it.network_key, None));
        let found = (0_u16..)
            .zip(validators.chain(observers))
            .find(|(_, (_, network, _))| *network == key);
        let Some((index, (name, _, consensus))) = found else {
            return Err(StartError::NotNamed { key });
        };
        Ok(Identity {
            name: name.clone(),
            index: ValidatorIndex(index),
            is_validator: consensus.is_some(),
        })
    }
}

/// How a node starts.
pub struct NodeConfig {
    /// Its folder.
    pub folder: Folder,
    /// Addresses to bind; the genesis says where peers look for this node.
    pub listen: Vec<SocketAddr>,
    /// How it talks to other nodes, the preferred way first; empty for [`transports_default`].
    pub transports: Vec<Transport>,
    /// Memory and files of the store.
    pub rocks: RocksOptions,
    /// How long blocks and receipts are kept.
    pub retention: Retention,
    /// Block time in milliseconds from one state that is offered to peers to the next; 0 offers none.
    pub snapshot_interval_ms: u64,
}

/// Makes a node's folder: genesis, keys, an empty store, and for a validator the mark of a key that has never signed.
///
/// # Errors
/// [`StartError::Exists`] when anything lies there, or what else was wrong; what was made until then stays for inspection.
pub fn init(folder: &Folder, genesis: &Genesis, keys: &NodeKeys) -> Result<Identity, StartError> {
    let identity = keys.identity(genesis)?;
    keys.signer(
        folder,
        &identity,
        &EpochFacts::first(genesis.validator_set()),
    )?;
    DirBuilder::new()
        .mode(0o700)
        .create(folder.path())
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => StartError::Exists {
                at: folder.path().display().to_string(),
            },
            _ => StartError::from_io(folder.path(), error),
        })?;
    let document = folder.genesis();
    fs::write(&document, genesis.to_toml())
        .map_err(|error| StartError::from_io(&document, error))?;
    DirBuilder::new()
        .mode(0o700)
        .create(folder.keys())
        .map_err(|error| StartError::from_io(&folder.keys(), error))?;
    keys.network.write_new(&folder.key(Purpose::Network))?;
    let store = RocksStore::create(&folder.store(), RocksOptions::default())?;
    store.write(&initial_rows(&genesis.validator_set()), Durability::Synced)?;
    if let Some(key) = keys.consensus.as_ref().filter(|_| identity.is_validator) {
        VoteMarkFile::create(&folder.vote_mark(), key_id(key)).map_err(StartError::Mark)?;
        // Last: a folder without this key has never signed.
        key.write_new(&folder.key(Purpose::Consensus))?;
    }
    Ok(identity)
}

pub(crate) fn key_id(key: &KeyFile) -> KeyId {
    runtime::key_id_of(&key.public_key())
}

/// Starts a node out of its folder.
///
/// # Errors
/// [`StartError`], with its exit code and remedy.
pub async fn start(config: NodeConfig) -> Result<NodeHandle, StartError> {
    // The whole node is a local variable of it until its threads have it.
    Box::pin(assemble(config)).await
}

async fn assemble(config: NodeConfig) -> Result<NodeHandle, StartError> {
    let folder = &config.folder;
    let genesis = folder.read_genesis()?;
    let keys = NodeKeys::read(folder)?;
    let identity = keys.identity(&genesis)?;
    let store = Arc::new(open_store(
        folder,
        config.rocks,
        keys.consensus.is_some() && identity.is_validator,
    )?);
    let Opened {
        epochs,
        loaded,
        installed,
    } = open(store.as_ref(), &genesis.validator_set())?;
    let signer = keys.signer(folder, &identity, epochs.current())?;
    let marks = lock_marks(folder, &keys, signer.as_ref(), &store, &loaded)?;
    let ledger = genesis
        .ledger()
        .map_err(|error| StartError::Founding(error.to_string()))?;
    let state_root = ledger.checkpoint().state_root;
    let shared = Arc::clone(&store) as Arc<dyn Store>;
    let own = keys.consensus.iter().chain(&keys.next);
    let ours = ReplicaConfig::of(
        &genesis,
        state_root,
        identity.index.0,
        own.map(KeyFile::secret_key).collect(),
        sycee_primitives::Hash(rand::random()),
    );
    let booted = boot(&shared, ours, ledger, epochs.clone(), loaded)?;
    let executor = booted.executor.offering_every(config.snapshot_interval_ms);
    let transports = match config.transports.as_slice() {
        [] => transports_default(),
        given => given.to_vec(),
    };
    let network = NetworkConfig {
        listen: config.listen,
        transports,
        ..network_config(&genesis, &keys, &identity)
    };
    let (network, events) = Network::start(network).await?;
    tracing::info!(
        node = identity.name,
        chain = %genesis.chain_id(),
        height = executor.ledger().height().0,
        replayed = booted.replayed.len(),
        taken_over = installed.map(|height| height.0),
        "started"
    );
    runtime::start(Parts {
        epochs,
        replica: booted.replica,
        executor,
        store,
        marks,
        retention: config.retention,
        network,
        events,
        clock: Clock::start(),
        metrics: Metrics::new(),
        identity,
    })
    .map_err(|error| StartError::Io {
        at: "threads".to_owned(),
        error,
    })
}

/// A validator's key without its store is a lost vote record, not a new node.
fn open_store(
    folder: &Folder,
    options: RocksOptions,
    signs: bool,
) -> Result<RocksStore, StartError> {
    match RocksStore::open(&folder.store(), options) {
        Ok(store) => Ok(store),
        Err(StoreError::Missing { at }) if signs => Err(StartError::VoteRecordMissing { at }),
        Err(error) => Err(error.into()),
    }
}

/// Opens the marks of all keys, which locks them, and holds that of the key that signs against the record.
fn lock_marks(
    folder: &Folder,
    keys: &NodeKeys,
    signer: Option<&(&KeyFile, PathBuf)>,
    store: &RocksStore,
    loaded: &Loaded,
) -> Result<Vec<Mark>, StartError> {
    let current = keys.consensus.as_ref().map(|key| (key, folder.vote_mark()));
    let next = keys.next.as_ref().map(|key| (key, folder.next_vote_mark()));
    let mut marks = Vec::new();
    for (key, path) in current.into_iter().chain(next) {
        let key_id = key_id(key);
        let mut file = VoteMarkFile::open(&path, key_id).map_err(|error| match error {
            MarkError::Missing { at } => StartError::VoteRecordMissing { at },
            other => StartError::Mark(other),
        })?;
        if signer.is_some_and(|(_, signs)| *signs == path) {
            check_mark(file.mark(), store, loaded)?;
            raise_mark(&mut file, store, loaded)?;
        }
        marks.push(Mark { file, key_id });
    }
    Ok(marks)
}

/// The record may be ahead of the mark by the group during which the power failed; what it says is repeated from now on. [R6]
fn raise_mark(
    file: &mut VoteMarkFile,
    store: &RocksStore,
    loaded: &Loaded,
) -> Result<(), StartError> {
    let mark = file.mark();
    let next = mark.raised_by(VoteMark {
        key_id: mark.key_id,
        epoch: loaded.mark.epoch.0,
        view: loaded.mark.view.0,
        lane_incarnation: loaded.mark.lane_incarnation,
        lane_seq: loaded.mark.lane_seq.0,
        store_sequence: store.sequence(),
    });
    file.advance(next).map_err(StartError::Mark)
}

/// Nothing that the mark knows may be missing in the record, unless the record says itself that it lacks something.
pub(crate) fn check_mark(
    mark: VoteMark,
    store: &RocksStore,
    loaded: &Loaded,
) -> Result<(), StartError> {
    let quarantine = loaded.journal.quarantine;
    // After quarantine nothing is signed in the life of the lane that was lost, however far it had come.
    let marked = (mark.lane_incarnation, mark.lane_seq);
    let recorded = (loaded.mark.lane_incarnation, loaded.mark.lane_seq.0);
    let lane_seq = if quarantine.min_sign_view > View(0) || marked <= recorded {
        0
    } else {
        mark.lane_seq
    };
    // [T5] Views and lanes begin anew with every epoch.
    if mark.epoch < loaded.mark.epoch.0 {
        store.require_sequence(mark.store_sequence)?;
        return Ok(());
    }
    let fields = [
        ("epoch", mark.epoch, loaded.mark.epoch.0),
        ("view", mark.view, loaded.mark.view.0),
        ("lane position", lane_seq, 0),
    ];
    if quarantine.active {
        return Ok(());
    }
    for (field, mark, record) in fields {
        if mark > record {
            return Err(StartError::VoteRecordBehind {
                field,
                mark,
                record,
            });
        }
    }
    store.require_sequence(mark.store_sequence)?;
    Ok(())
}

fn network_config(genesis: &Genesis, keys: &NodeKeys, identity: &Identity) -> NetworkConfig {
    let facts = genesis.facts();
    let entry = |key: &PublicKey, address: &String| NodeEntry {
        network_public_key: key.0,
        addresses: vec![address.clone()],
    };
    let validators = facts
        .validators
        .iter()
        .map(|it| entry(&it.network_key, &it.address));
    let observers = facts
        .observers
        .iter()
        .map(|it| entry(&it.network_key, &it.address));
    let mut seed = keys.network.seed();
    NetworkConfig {
        key: NetworkKey::from_seed(&mut seed),
        protocol_id: format!("{PROTOCOL}/{}", genesis.chain_id()),
        own: PeerIndex(identity.index.0),
        nodes: validators.chain(observers).collect(),
        listen: Vec::new(),
        transports: Vec::new(),
    }
}

/// TCP first, because banks block UDP; QUIC beside it in builds that have it.
#[must_use]
pub fn transports_default() -> Vec<Transport> {
    if cfg!(feature = "quic") {
        vec![Transport::Tcp, Transport::Quic]
    } else {
        vec![Transport::Tcp]
    }
}

#[cfg(test)]
mod tests;
