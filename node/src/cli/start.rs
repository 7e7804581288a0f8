//! `sycee start`: a node out of its folder, until it is told to stop or must.
//!
//! ```text
//!   folder ──▶ node::start ──▶ NodeHandle ──▶ gRPC, operations port
//!   SIGTERM, SIGINT, closed parent ──▶ stop listening, finish open calls, sync, exit 0
//!   failure of the node ──▶ the same, exit code of the failure
//!   state taken over from peers ──▶ the same, then from the folder again, at the same ports
//! ```

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use sycee_api::{NodeFault, Problem};
use sycee_genesis::Genesis;
use sycee_network::Transport;
use sycee_replica::{Retention, SNAPSHOT_INTERVAL_MS};
use sycee_storage::{RocksOptions, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::init::start_failed;
use super::output::{Output, data};
use super::sending::read_key;
use super::{Failed, Outcome};
use crate::api::{self, NodeBackend};
use crate::local::{parent, signals::asked_to_stop};
use crate::node::{self, Folder, NodeConfig, NodeKeys, StartError};
use crate::runtime::{Failure, NodeHandle};
use crate::solving::{self, Signer};

/// Distances of a node's ports from its base.
const GRPC_OFFSET: u16 = 1;
const OPERATIONS_OFFSET: u16 = 3;

/// How long open calls may take to end once the node is told to stop.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// How long the store may be held by calls that were cut off, before a node that is to start again gives up,
const RELEASE_MAX: Duration = Duration::from_secs(30);
/// and how often it looks.
const RELEASE_CHECK: Duration = Duration::from_millis(20);

/// Flags of `sycee start`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sycee start --folder data --port-base 7400\n\nPorts: base peers, base+1 gRPC, base+3 metrics and health. \
    gRPC and operations listen on this machine only."
)]
pub(super) struct Start {
    /// Folder made by `sycee init`.
    #[arg(long)]
    folder: PathBuf,
    /// First port; 0 chooses free ports. The default is the port that the genesis names for this node.
    #[arg(long, value_name = "PORT")]
    port_base: Option<u16>,
    /// Address for other nodes; several times for several.
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<SocketAddr>,
    /// Way to other nodes, the preferred one first; the default is tcp, with quic beside it where it is built in.
    #[arg(
        long,
        value_enum,
        env = "SYCEE_TRANSPORT",
        value_delimiter = ',',
        value_name = "TRANSPORT"
    )]
    transport: Vec<PeerTransport>,
    /// Address for clients.
    #[arg(long, value_name = "ADDRESS")]
    grpc: Option<SocketAddr>,
    /// Address for metrics and health.
    #[arg(long, value_name = "ADDRESS")]
    operations: Option<SocketAddr>,
    /// How long blocks and receipts are kept: `archive` (for ever), a number of blocks, or days as in `400d`.
    #[arg(long, value_name = "RETENTION", default_value = "archive")]
    retain: Retention,
    /// Seconds of block time between two states that are offered to nodes that lack pruned blocks; 0 offers none. Choose alike on all
    /// nodes, so that a state can be taken over from several.
    #[arg(long, value_name = "SECONDS", default_value_t = SNAPSHOT_INTERVAL_MS / 1_000)]
    snapshot_interval: u64,
    /// Key file of the participant that runs this validator: solve netting cycles and submit what is found in its name. Without it others may
    /// submit, and the baseline settles.
    #[arg(long, value_name = "FILE")]
    solver_key: Option<PathBuf>,
    /// Stop when standard input is closed, as a child of a local network does.
    #[arg(long)]
    stop_with_parent: bool,
}

/// The transports by their names on the command line.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum PeerTransport {
    /// Noise and yamux over TCP.
    Tcp,
    /// QUIC over UDP.
    Quic,
}

impl From<PeerTransport> for Transport {
    fn from(transport: PeerTransport) -> Transport {
        match transport {
            PeerTransport::Tcp => Transport::Tcp,
            PeerTransport::Quic => Transport::Quic,
        }
    }
}

/// Where a node listens.
#[derive(Debug, PartialEq, Eq)]
struct Addresses {
    peers: Vec<SocketAddr>,
    grpc: SocketAddr,
    operations: SocketAddr,
}

impl Start {
    pub(super) async fn run(self, output: Output) -> Outcome {
        let folder = Folder::at(&self.folder);
        let genesis = folder
            .read_genesis()
            .map_err(|error| start_failed(&error))?;
        let addresses = self.addresses(&folder, &genesis)?;
        let solver_key = self.solver_key.as_deref().map(read_key).transpose()?;
        // The client's ports come first: an unsafe address is refused before anything is opened.
        let grpc = api::listen("gRPC", addresses.grpc).await?;
        let operations = api::listen("operations", addresses.operations).await?;
        let bound = |listener: &TcpListener| {
            let address = listener.local_addr();
            address.map_err(|error| Problem::of(NodeFault::AddressInUse, error))
        };
        let (grpc_at, operations_at) = (bound(&grpc)?, bound(&operations)?);
        let ports = Ports::new(grpc, operations)?;
        loop {
            let config = NodeConfig {
                folder: folder.clone(),
                listen: addresses.peers.clone(),
                transports: self.transports(),
                rocks: RocksOptions::default(),
                retention: self.retain,
                snapshot_interval_ms: self.snapshot_interval.saturating_mul(1_000),
            };
            let started = node::start(config).await;
            let handle = started.map_err(|error| start_failed(&error))?;
            let backend = Arc::new(NodeBackend::new(handle.clone(), &genesis).await?);
            let peers: Vec<String> = handle
                .listen_addresses()
                .iter()
                .map(SocketAddr::to_string)
                .collect();
            let endpoints = json!({
                "node": handle.status().identity.name,
                "chain_id": genesis.chain_id().to_string(),
                "peers": peers,
                "grpc": grpc_at.to_string(),
                "operations": operations_at.to_string(),
            });
            if let Err(error) = self.write_endpoints(&endpoints) {
                // The refusal says more than how the node then ended.
                let _ended = handle.shutdown().await;
                return Err(start_failed(&error));
            }
            if output.json {
                data(&endpoints.to_string());
            }
            tracing::info!(grpc = %grpc_at, operations = %operations_at, "listening");
            let store = Arc::downgrade(&handle.store());
            let solver = solver_key.as_ref().map(|key| {
                let signer = Signer {
                    key: key.secret_key(),
                    chain: genesis.chain_id(),
                };
                tokio::spawn(solving::run(handle.clone(), signer))
            });
            let ending = serve(handle, backend, &ports, self.stop_with_parent).await;
            if let Some(solver) = solver {
                // It holds the node, which must be free to start again; that it was cut off is what is wanted.
                solver.abort();
                let _cut_off = solver.await;
            }
            match ending? {
                Ending::Stopped => return Ok(()),
                Ending::Again => released(&store).await?,
            }
        }
    }

    /// In the given order; a second mention of one says nothing new.
    fn transports(&self) -> Vec<Transport> {
        let mut named = BTreeSet::new();
        let first = self.transport.iter().filter(|it| named.insert(**it));
        first.copied().map(Transport::from).collect()
    }

    /// `endpoints.json` in the folder says where a running node is found; it is written anew at every start.
    fn write_endpoints(&self, endpoints: &serde_json::Value) -> Result<(), StartError> {
        let path = self.folder.join("endpoints.json");
        std::fs::write(&path, format!("{endpoints}\n"))
            .map_err(|error| StartError::from_io(&path, error))
    }

    fn addresses(&self, folder: &Folder, genesis: &Genesis) -> Result<Addresses, Failed> {
        let base = match self.port_base {
            Some(base) => base,
            None => own_port(folder, genesis)?,
        };
        let port = |offset: u16| match base {
            0 => Ok(0),
            base => base.checked_add(offset).ok_or_else(|| {
                Problem::of(
                    NodeFault::ConfigMalformed,
                    format!("--port-base {base} leaves no room"),
                )
            }),
        };
        let local = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        let peers = match self.listen.as_slice() {
            [] if base == 0 => vec![local(free_port()?)],
            [] => vec![local(base)],
            given => given.to_vec(),
        };
        Ok(Addresses {
            peers,
            grpc: self.grpc.unwrap_or(local(port(GRPC_OFFSET)?)),
            operations: self.operations.unwrap_or(local(port(OPERATIONS_OFFSET)?)),
        })
    }
}

/// The port at which the genesis says that other nodes find this one.
fn own_port(folder: &Folder, genesis: &Genesis) -> Result<u16, Failed> {
    let keys = NodeKeys::read(folder).map_err(|error| start_failed(&error))?;
    let identity = keys
        .identity(genesis)
        .map_err(|error| start_failed(&error))?;
    let facts = genesis.facts();
    let validators = facts.validators.iter().map(|it| &it.address);
    let addresses = validators.chain(facts.observers.iter().map(|it| &it.address));
    let own = addresses.into_iter().nth(identity.index.usize());
    let port = own.and_then(|address| address.rsplit_once(':')?.1.parse().ok());
    port.ok_or_else(|| {
        Problem::of(
            NodeFault::ConfigMalformed,
            "the genesis names no port for this node; give --port-base",
        )
        .into()
    })
}

/// A port that nobody listens on now.
fn free_port() -> Result<u16, Problem> {
    StdListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Problem::of(NodeFault::AddressInUse, error))
}

/// The client's ports, held for as long as the process runs: a node that starts again is found where it was.
struct Ports {
    grpc: StdListener,
    operations: StdListener,
}

impl Ports {
    fn new(grpc: TcpListener, operations: TcpListener) -> Result<Ports, Problem> {
        let held = |listener: TcpListener| {
            let listener = listener.into_std();
            listener.map_err(|error| Problem::of(NodeFault::AddressInUse, error))
        };
        Ok(Ports {
            grpc: held(grpc)?,
            operations: held(operations)?,
        })
    }

    fn open(listener: &StdListener) -> Result<TcpListener, Problem> {
        let open = listener.try_clone().and_then(TcpListener::from_std);
        open.map_err(|error| Problem::of(NodeFault::AddressInUse, error))
    }
}

/// Waits until nobody holds the store any more: it can be opened once at a time.
async fn released(store: &Weak<dyn Store>) -> Result<(), Problem> {
    let deadline = Instant::now() + RELEASE_MAX;
    while store.strong_count() > 0 {
        if Instant::now() > deadline {
            let what = "an open call holds the store; start the node again, it goes on from the state it has taken over";
            return Err(Problem::of(NodeFault::NotServing, what));
        }
        tokio::time::sleep(RELEASE_CHECK).await;
    }
    tracing::info!("starting again");
    Ok(())
}

/// How serving ended.
enum Ending {
    Stopped,
    /// A state was taken over from peers: the node goes on from it.
    Again,
}

/// Serves until somebody or something stops the node.
async fn serve(
    handle: NodeHandle,
    backend: Arc<NodeBackend>,
    ports: &Ports,
    stop_with_parent: bool,
) -> Result<Ending, Failed> {
    let (stop, stopped) = watch::channel(false);
    let (grpc, operations) = (Ports::open(&ports.grpc)?, Ports::open(&ports.operations)?);
    let grpc = tokio::spawn(api::serve(
        Arc::clone(&backend),
        grpc,
        told(stopped.clone()),
    ));
    let operations = tokio::spawn(api::operate(backend, operations, told(stopped)));
    let mut ending = Ending::Stopped;
    tokio::select! {
        signal = asked_to_stop() => tracing::info!(signal, "stopping"),
        () = parent::gone(), if stop_with_parent => tracing::info!("stopping with the parent"),
        // The failure has been logged where it happened; shutdown reports it.
        _failure = handle.failed() => {}
        () = handle.asked_again() => ending = Ending::Again,
    }
    // Nobody may be listening any more; then there is nothing to stop.
    let _servers_gone = stop.send(true);
    let servers = async {
        // A server that could not be joined has ended, which is all that is wanted.
        let _ended = tokio::join!(grpc, operations);
    };
    if tokio::time::timeout(DRAIN_MAX, servers).await.is_err() {
        tracing::warn!("open calls were cut off");
    }
    handle
        .shutdown()
        .await
        .map_err(|failure| node_failed(&failure))?;
    tracing::info!("stopped");
    Ok(ending)
}

fn node_failed(failure: &Failure) -> Failed {
    let what = failure.what.replace('\n', " | ");
    Failed {
        lines: vec![format!(
            "{}: {what}; remedy: {}",
            failure.code, failure.remedy
        )],
        exit: failure.exit,
    }
}

/// Resolves when the node is told to stop, or nobody can tell it any more.
async fn told(mut stopped: watch::Receiver<bool>) {
    let _sender_gone = stopped.wait_for(|stopped| *stopped).await;
}

#[cfg(test)]
mod tests;
