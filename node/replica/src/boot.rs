//! From a store to a node that can take events: the one order in which a start reads, whoever starts it.
//!
//! ```text
//!   open:  state taken over? install it ─▶ journal ─▶ Loaded            the shell holds it against the vote mark here
//!   boot:  ledger up to the delivered height ─▶ results that were not stored, synced ─▶ Replica, Executor
//! ```

use std::sync::Arc;

use sycee_consensus::ValidatorSet;
use sycee_contracts::Ledger;
use sycee_primitives::Height;
use sycee_storage::{Durability, Store, StoreError, WriteSet};
use thiserror::Error;

use crate::epochs::Epochs;
use crate::executor::{Executed, ExecutionError, Executor};
use crate::interface::ReplicaConfig;
use crate::journal::{Loaded, load_journal};
use crate::replica::Replica;
use crate::rows::JournalError;
use crate::snapshot::{InstallError, install_snapshot};

/// Why a store cannot be started from.
#[derive(Debug, Error)]
pub enum BootError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A state that was taken over cannot be installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// The ledger cannot be brought up.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A store that was read.
#[derive(Debug)]
pub struct Opened {
    /// All epochs that have begun.
    pub epochs: Epochs,
    /// For the core, after the shell has held it against the vote mark.
    pub loaded: Loaded,
    /// Height of the state that was just installed, if one was.
    pub installed: Option<Height>,
}

/// A node that stands where its store stands.
pub struct Booted {
    /// Ordering.
    pub replica: Replica,
    /// The ledger.
    pub executor: Executor,
    /// Blocks whose results had not been stored.
    pub replayed: Vec<Executed>,
}

/// Installs a state that was taken over, if one is whole, and reads the journal.
///
/// # Errors
/// [`BootError`].
pub fn open(store: &dyn Store, genesis: &ValidatorSet) -> Result<Opened, BootError> {
    let mut epochs = Epochs::load(store, genesis.clone())?;
    let installed = install_snapshot(store, &epochs)?;
    if installed.is_some() {
        // The state may be of a later epoch.
        epochs = Epochs::load(store, genesis.clone())?;
    }
    let loaded = load_journal(store, &epochs)?;
    Ok(Opened {
        epochs,
        loaded,
        installed,
    })
}

/// Brings the ledger up, syncs what that gave, and makes the replica; `genesis` is the founding state.
///
/// # Errors
/// [`BootError`].
pub fn boot(
    store: &Arc<dyn Store>,
    config: ReplicaConfig,
    genesis: Ledger,
    epochs: Epochs,
    mut loaded: Loaded,
) -> Result<Booted, BootError> {
    let (executor, replayed) = Executor::restore(store, &epochs, genesis, loaded.delivered)?;
    for executed in &replayed {
        loaded.add_results(&executed.summary);
        store.write(&executed.writes, Durability::Buffered)?;
    }
    loaded.continue_from(&executor, &epochs);
    store.write(&WriteSet::new(), Durability::Synced)?;
    Ok(Booted {
        replica: Replica::new(config, epochs, loaded),
        executor,
        replayed,
    })
}
