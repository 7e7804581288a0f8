//! `recover`: a validator's folder whose vote record is lost or old is made fit to start again, in quarantine.
//!
//! ```text
//!   store missing, damaged or behind the mark      set aside; a new, empty one        \
//!   mark missing or damaged                        set aside; a new one                > the store says: quarantine
//!   both there, the store only behind the mark     both kept                          /
//! ```
//! It is the opposite of `init`: `init` makes a key that has never signed, `recover` treats a key that may have signed anything.
//! Nothing is deleted, and nothing that could sign is made. It must never be needed for a node that starts.
//!
//! Spec: consensus A10, reliability 3.6 and row 35; PROTOCOL.md J1, J4.

use std::fs;
use std::path::{Path, PathBuf};

use sycee_consensus::{Quarantine, ValidatorSet, View};
use sycee_genesis::Genesis;
use sycee_replica::{Epochs, initial_rows, load_journal, quarantine_rows};
use sycee_storage::{
    Durability, MarkError, RocksOptions, RocksStore, Store, StoreError, VoteMark, VoteMarkFile,
};

use crate::node::{Folder, NodeKeys, StartError, check_mark, key_id};
use crate::runtime::Identity;

/// What was done to a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// The validator.
    pub identity: Identity,
    /// What lay there before and was renamed.
    pub set_aside: Vec<PathBuf>,
    /// Whether the blocks and the state are still there, or come from the other validators.
    pub keeps_store: bool,
}

/// Makes a validator's folder startable after its vote record was lost, damaged or put back to an older state.
///
/// # Errors
/// [`StartError::NothingToRecover`] when the folder would start as it is or belongs to an observer, `Locked` when a node runs on
/// it, or what else kept it from being read. What was renamed until then stays renamed; calling it again goes on from there.
pub fn recover(folder: &Folder) -> Result<Recovered, StartError> {
    let genesis = folder.read_genesis()?;
    let keys = NodeKeys::read(folder)?;
    let identity = keys.identity(&genesis)?;
    let healthy = || StartError::NothingToRecover {
        at: folder.path().display().to_string(),
    };
    let Some(key) = keys.consensus.as_ref().filter(|_| identity.is_validator) else {
        return Err(healthy());
    };
    let mut set_aside = Vec::new();
    let old_mark = match VoteMarkFile::open(&folder.vote_mark(), key_id(key)) {
        Ok(mark) => Some(mark),
        Err(error @ (MarkError::Locked { .. } | MarkError::Io { .. })) => {
            return Err(StartError::Mark(error));
        }
        Err(MarkError::Missing { .. }) => None,
        Err(_) => {
            set_aside.push(put_aside(folder, &folder.vote_mark())?);
            None
        }
    };
    let (store, keeps_store) = open_or_renew(folder, &genesis, &mut set_aside)?;
    if keeps_store && let Some(mark) = old_mark.as_ref().map(VoteMarkFile::mark) {
        let epochs = Epochs::load(&store, genesis.validator_set())?;
        let loaded = load_journal(&store, &epochs)?;
        if loaded.journal.quarantine.active || check_mark(mark, &store, &loaded).is_ok() {
            return Err(healthy());
        }
    }
    let state = quarantine(&genesis, old_mark.as_ref().map(VoteMarkFile::mark));
    store.write(&quarantine_rows(&state), Durability::Synced)?;
    let mut mark = match old_mark {
        Some(mark) => mark,
        None => VoteMarkFile::create(&folder.vote_mark(), key_id(key)).map_err(StartError::Mark)?,
    };
    mark.accept_store(store.sequence())
        .map_err(StartError::Mark)?;
    Ok(Recovered {
        identity,
        set_aside,
        keeps_store,
    })
}

/// With no faulty validator allowed, others' answers prove nothing: only the mark can say from where on it is safe to sign. [J4]
fn quarantine(genesis: &Genesis, mark: Option<VoteMark>) -> Quarantine {
    let alone = genesis.validator_set().faults() == 0;
    let above = mark
        .filter(|_| alone)
        .map_or(View(0), |mark| View(mark.view).next());
    Quarantine {
        active: true,
        min_sign_view: above,
    }
}

/// The store, if its rows can be read at all; else a new one beside it.
fn open_or_renew(
    folder: &Folder,
    genesis: &Genesis,
    set_aside: &mut Vec<PathBuf>,
) -> Result<(RocksStore, bool), StartError> {
    let set = genesis.validator_set();
    let path = folder.store();
    match RocksStore::open(&path, RocksOptions::default()) {
        Ok(store) if is_readable(&store, &set) => return Ok((store, true)),
        // The store closes here, before it is renamed.
        Ok(store) => drop(store),
        Err(StoreError::Missing { .. }) => {}
        Err(error @ (StoreError::Locked { .. } | StoreError::DiskFull { .. })) => {
            return Err(error.into());
        }
        Err(_) => {}
    }
    if path.symlink_metadata().is_ok() {
        set_aside.push(put_aside(folder, &path)?);
    }
    let store = RocksStore::create(&path, RocksOptions::default())?;
    store.write(&initial_rows(&set), Durability::Synced)?;
    Ok((store, false))
}

/// Whether its epochs and the journal of the running one can be read.
fn is_readable(store: &RocksStore, set: &ValidatorSet) -> bool {
    Epochs::load(store, set.clone()).is_ok_and(|epochs| load_journal(store, &epochs).is_ok())
}

/// Renames `path` to the first free `path.lost-N`.
fn put_aside(folder: &Folder, path: &Path) -> Result<PathBuf, StartError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let free = (1_u32..)
        .map(|number| folder.path().join(format!("{name}.lost-{number}")))
        .find(|candidate| candidate.symlink_metadata().is_err());
    let target = free.unwrap_or_else(|| folder.path().join(format!("{name}.lost")));
    fs::rename(path, &target).map_err(|error| StartError::Io {
        at: path.display().to_string(),
        error,
    })?;
    Ok(target)
}
