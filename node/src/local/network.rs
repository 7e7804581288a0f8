//! A local network: founded in a folder, started as child processes, watched, stopped.
//!
//! ```text
//!   folder/genesis.toml          the founding facts; addresses of all nodes stand in it
//!          endpoints.json        where each node listens, for programs
//!          keys/ID.json          keys of the participants, mode 0600
//!          nodes/NAME/           folder of a node: its keys, its store
//!          logs/NAME.log         output of the node
//! ```
//! A folder that holds a network already is started again with its keys, ports and state.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::future::join_all;
use sycee_api::{Client, Problem};
use sycee_genesis::{Facts, Genesis};
use thiserror::Error;
use tokio::time::Instant;

use crate::keys::{KeyError, KeyFile, Purpose};
use crate::local::child::{ChildError, Recipe, RunningChild};
use crate::local::endpoints::{Endpoints, NodeEndpoints};
use crate::local::ports::PortError;
use crate::local::{founding, random};
use crate::node::StartError;

/// How long all nodes together may take to become ready, including replay of a folder's earlier blocks.
const READY_MAX: Duration = Duration::from_secs(60);

/// How often a node that is not ready is asked again.
const POLL: Duration = Duration::from_millis(20);

/// What network is wanted.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to put it; none takes a folder for temporary files and removes it in the end.
    pub folder: Option<PathBuf>,
    /// The `sycee` binary that the nodes run; none takes the running program.
    pub program: Option<PathBuf>,
    /// First port, or 0 for free ones.
    pub port_base: u16,
    /// Further accounts of the first corporate.
    pub extra_accounts: u32,
    /// Whether the regulator's observer is started.
    pub observer: bool,
    /// Milliseconds of silence after which an empty block is made.
    pub heartbeat_ms: u32,
    /// Whether the validators solve netting cycles by themselves, each with the key of its bank.
    pub solvers: bool,
}

/// What goes wrong with a local network.
#[derive(Debug, Error)]
pub enum LocalError {
    /// No ports.
    #[error(transparent)]
    Ports(#[from] PortError),
    /// A child.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A node's folder could not be made.
    #[error(transparent)]
    Init(#[from] StartError),
    /// A file or folder.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// The operating system's reason.
        error: io::Error,
    },
    /// The folder holds something else than a network.
    #[error("{path} is not usable: {why}; choose another --folder")]
    Folder {
        /// The folder or a file in it.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The nodes did not become ready in time.
    #[error("{name} is not ready after {} s: {why}", READY_MAX.as_secs())]
    NotReady {
        /// The node.
        name: String,
        /// What it says.
        why: String,
    },
    /// A node refused what was asked.
    #[error("{0}")]
    Node(Box<Problem>),
    /// Something that must hold does not.
    #[error("{0}")]
    Check(String),
}

impl From<Problem> for LocalError {
    fn from(problem: Problem) -> Self {
        LocalError::Node(Box::new(problem))
    }
}

impl LocalError {
    /// A file's trouble.
    pub(crate) fn file(path: &Path, error: io::Error) -> LocalError {
        LocalError::File {
            path: path.display().to_string(),
            error,
        }
    }
}

/// The folder of a run; a temporary one goes with the value.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    fn open(wanted: Option<&Path>) -> Result<Folder, LocalError> {
        let path = match wanted {
            Some(path) => path.to_owned(),
            None => {
                let seed = random::os_seed()
                    .map_err(|error| LocalError::file(Path::new("/dev/urandom"), error))?;
                let [first, second, third, fourth, ..] = seed;
                let name = u32::from_le_bytes([first, second, third, fourth]);
                std::env::temp_dir().join(format!("sycee-{}-{name:08x}", std::process::id()))
            }
        };
        make_folder(&path)?;
        let path = fs::canonicalize(&path).map_err(|error| LocalError::file(&path, error))?;
        Ok(Folder {
            path,
            temporary: wanted.is_none(),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves a temporary folder where it is, for looking into what went wrong.
    pub fn keep(&mut self) {
        self.temporary = false;
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            // Nothing can be done about a folder for temporary files that stays.
            let _left = fs::remove_dir_all(&self.path);
        }
    }
}

/// One node of the network.
#[derive(Debug)]
pub struct Node {
    endpoints: NodeEndpoints,
    recipe: Recipe,
    running: Option<RunningChild>,
}

impl Node {
    /// Its name in the genesis.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.endpoints.name
    }

    /// Where clients find it.
    #[must_use]
    pub fn endpoints(&self) -> &NodeEndpoints {
        &self.endpoints
    }

    /// Its process while it runs.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.running.as_ref().and_then(RunningChild::process)
    }

    /// Connects to it.
    ///
    /// # Errors
    /// [`LocalError::Node`].
    pub async fn connect(&self) -> Result<Client, LocalError> {
        Ok(Client::connect(&self.endpoints.grpc).await?)
    }
}

/// A founded network.
#[derive(Debug)]
pub struct Network {
    folder: Folder,
    genesis: Genesis,
    nodes: Vec<Node>,
}

impl Network {
    /// Founds a network, or opens the one that the folder holds. No process is started.
    ///
    /// # Errors
    /// [`LocalError`].
    pub fn open(options: &Options) -> Result<Network, LocalError> {
        Network::open_with(options, |_facts| Ok(()))
    }

    /// The same with additions to the founding facts of a network that is founded now.
    ///
    /// # Errors
    /// [`LocalError`].
    pub fn open_with(
        options: &Options,
        amend: impl FnOnce(&mut Facts) -> Result<(), LocalError>,
    ) -> Result<Network, LocalError> {
        let folder = Folder::open(options.folder.as_deref())?;
        let genesis_path = founding::genesis_path(folder.path());
        let genesis = if genesis_path.exists() {
            let text = read(&genesis_path)?;
            Genesis::parse(&text).map_err(|errors| LocalError::Folder {
                path: genesis_path.display().to_string(),
                why: errors.to_string(),
            })?
        } else {
            founding::found(folder.path(), options, amend)?
        };
        let endpoints = Endpoints::read(folder.path())?;
        let running = || {
            std::env::current_exe()
                .map_err(|error| LocalError::file(Path::new("the running program"), error))
        };
        let program = options.program.clone().map_or_else(running, Ok)?;
        let wanted = |node: &NodeEndpoints| options.observer || node.role != founding::OBSERVER;
        let nodes = endpoints
            .nodes
            .into_iter()
            .filter(wanted)
            .map(|endpoints| Node {
                recipe: founding::recipe(&program, folder.path(), &endpoints, options.solvers),
                endpoints,
                running: None,
            })
            .collect();
        Ok(Network {
            folder,
            genesis,
            nodes,
        })
    }

    /// The founding facts.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Where everything lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves a temporary folder where it is.
    pub fn keep_folder(&mut self) {
        self.folder.keep();
    }

    /// All nodes: the validators in the order of their indexes, then the observer when there is one.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The validators.
    pub fn validators(&self) -> impl Iterator<Item = &Node> {
        self.nodes
            .iter()
            .filter(|node| node.endpoints.role == founding::VALIDATOR)
    }

    /// A node by its place.
    ///
    /// # Errors
    /// [`LocalError::Check`] when there is none.
    pub fn node(&self, place: usize) -> Result<&Node, LocalError> {
        self.nodes
            .get(place)
            .ok_or_else(|| LocalError::Check(format!("there is no node {place}")))
    }

    /// Where the key of a participant lies.
    #[must_use]
    pub fn participant_key_path(&self, id: &str) -> PathBuf {
        founding::key_path(self.folder.path(), id)
    }

    /// The key of a participant, by its id in the genesis.
    ///
    /// # Errors
    /// [`LocalError::Key`].
    pub fn participant_key(&self, id: &str) -> Result<KeyFile, LocalError> {
        Ok(KeyFile::read(
            &self.participant_key_path(id),
            Purpose::Participant,
        )?)
    }

    /// Adds arguments for `sycee start` to those of one node; they count from its next start on.
    ///
    /// # Errors
    /// [`LocalError::Check`] when there is no such node.
    pub fn add_arguments(&mut self, place: usize, arguments: &[&str]) -> Result<(), LocalError> {
        let node = self.node_mut(place)?;
        let added = arguments.iter().copied().map(str::to_owned);
        node.recipe.arguments.extend(added);
        Ok(())
    }

    /// Starts one node, unless it runs.
    ///
    /// # Errors
    /// [`LocalError::Child`], or [`LocalError::Check`] when there is no such node.
    pub fn start_node(&mut self, place: usize) -> Result<(), LocalError> {
        let node = self.node_mut(place)?;
        if node.running.is_none() {
            node.running = Some(node.recipe.start()?);
        }
        Ok(())
    }

    fn node_mut(&mut self, place: usize) -> Result<&mut Node, LocalError> {
        let node = self.nodes.get_mut(place);
        node.ok_or_else(|| LocalError::Check(format!("there is no node {place}")))
    }

    /// Starts every node that does not run.
    ///
    /// # Errors
    /// [`LocalError::Child`].
    pub fn start(&mut self) -> Result<(), LocalError> {
        (0..self.nodes.len()).try_for_each(|place| self.start_node(place))
    }

    /// Waits until every running node says that it is ready.
    ///
    /// # Errors
    /// A child that ended, or [`LocalError::NotReady`].
    pub async fn wait_ready(&mut self) -> Result<(), LocalError> {
        let deadline = Instant::now() + READY_MAX;
        for place in 0..self.nodes.len() {
            loop {
                self.check()?;
                let Some(node) = self.nodes.get(place).filter(|node| node.running.is_some()) else {
                    break;
                };
                let why = match Client::connect(&node.endpoints.grpc).await {
                    Ok(mut client) => match client.status().await {
                        Ok(status) if status.ready => break,
                        Ok(status) => status.notes.join("; "),
                        Err(problem) => problem.to_string(),
                    },
                    Err(problem) => problem.to_string(),
                };
                if Instant::now() > deadline {
                    let name = node.endpoints.name.clone();
                    return Err(LocalError::NotReady { name, why });
                }
                tokio::time::sleep(POLL).await;
            }
        }
        Ok(())
    }

    /// Passes while every started node runs.
    ///
    /// # Errors
    /// [`ChildError::Ended`] of the first that does not.
    pub fn check(&mut self) -> Result<(), LocalError> {
        for running in self
            .nodes
            .iter_mut()
            .filter_map(|node| node.running.as_mut())
        {
            running.check()?;
        }
        Ok(())
    }

    /// Resolves when a node has ended though nobody asked it to.
    pub async fn failed(&mut self) -> LocalError {
        loop {
            if let Err(error) = self.check() {
                return error;
            }
            tokio::time::sleep(POLL * 10).await;
        }
    }

    /// Kills a node with signal 9.
    ///
    /// # Errors
    /// [`LocalError::Child`], or [`LocalError::Check`] when it does not run.
    pub async fn kill(&mut self, place: usize) -> Result<(), LocalError> {
        let running = self
            .nodes
            .get_mut(place)
            .and_then(|node| node.running.take());
        let running =
            running.ok_or_else(|| LocalError::Check(format!("node {place} does not run")))?;
        running.kill().await?;
        Ok(())
    }

    /// Stops all nodes at once and in good order. Answers what became of those that did not.
    pub async fn stop(&mut self) -> Vec<String> {
        let running = self.nodes.iter_mut().filter_map(|node| node.running.take());
        let stopping = running.map(|child| async {
            let name = child.name().to_owned();
            match child.stop().await {
                Ok(Some(status)) if status.success() => None,
                Ok(Some(status)) => Some(format!("{name} ({status})")),
                Ok(None) => Some(format!("{name} (killed, it took too long)")),
                Err(error) => Some(error.to_string()),
            }
        });
        join_all(stopping).await.into_iter().flatten().collect()
    }
}

/// Makes a folder that nobody else can look into, with those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), LocalError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| LocalError::file(path, error))
}

/// Reads a text.
pub(crate) fn read(path: &Path) -> Result<String, LocalError> {
    fs::read_to_string(path).map_err(|error| LocalError::file(path, error))
}

/// Writes a text.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), LocalError> {
    fs::write(path, text).map_err(|error| LocalError::file(path, error))
}
