//! `sycee dev`: a whole network on this machine, from one command to the first payment in seconds.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem};
use tokio::time::Instant;

use super::output::{Output, data, note};
use super::{Failed, Outcome};
use crate::exit;
use crate::local::files::Directory;
use crate::local::network::{LocalError, Network, Options};
use crate::local::ports::PORT_BASE_DEFAULT;
use crate::local::scenario::{self, Line, Scenario};
use crate::local::signals::asked_to_stop;

/// Milliseconds between blocks of a development network that has nothing to do. Productive networks rest for a minute.
pub(super) const HEARTBEAT_MS: u32 = 5_000;

/// Flags of `sycee dev`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sycee dev\n  sycee dev --folder net --port-base 0 --accounts 1000\n  sycee dev --scenario later-date --port-base 0\n\n\
    Ports of node i: base + 10 i, +1 gRPC, +3 metrics and health. The folder's endpoints.json names them; with --folder the same \
    network starts again. All keys lie in one place: for development only."
)]
pub(super) struct Dev {
    #[command(flatten)]
    place: Place,
    /// Further accounts of the first corporate, BENCH-00000000 upwards.
    #[arg(long, default_value_t = 0, value_name = "N")]
    accounts: u32,
    /// Start the regulator's observer too (the default).
    #[arg(long, overrides_with = "no_observer")]
    observer: bool,
    /// Start the four validators alone.
    #[arg(long)]
    no_observer: bool,
    /// Play a story on the network and end; with --json one object a line.
    #[arg(long, value_enum, value_name = "NAME")]
    scenario: Option<Scenario>,
    /// After the story, let the network go on until Ctrl-C.
    #[arg(long, requires = "scenario")]
    stay: bool,
}

/// Where a local network lies and listens.
#[derive(Args, Debug, Clone)]
pub(super) struct Place {
    /// First port; 0 chooses free ports.
    #[arg(long, default_value_t = PORT_BASE_DEFAULT, value_name = "PORT")]
    pub(super) port_base: u16,
    /// Folder of the network; without it a temporary one that is removed in the end.
    #[arg(long, value_name = "FOLDER")]
    pub(super) folder: Option<PathBuf>,
}

impl Place {
    pub(super) fn options(&self) -> Options {
        Options {
            folder: self.folder.clone(),
            program: None,
            port_base: self.port_base,
            extra_accounts: 0,
            observer: true,
            heartbeat_ms: HEARTBEAT_MS,
            solvers: true,
        }
    }
}

impl Dev {
    pub(super) async fn run(self, output: Output) -> Outcome {
        let began = Instant::now();
        let options = Options {
            extra_accounts: self.accounts,
            observer: self.observer || !self.no_observer,
            ..self.place.options()
        };
        let mut network = self.open(options).map_err(|error| failed(&error))?;
        let outcome = tokio::select! {
            signal = asked_to_stop() => { note(&format!("{signal}: stopping")); Ok(()) }
            outcome = self.serve(&mut network, began, output) => outcome,
        };
        let killed = network.stop().await;
        if !killed.is_empty() {
            note(&format!(
                "did not stop in good order: {}",
                killed.join(", ")
            ));
        }
        if outcome.is_err() {
            network.keep_folder();
            note(&format!(
                "the folder stays for inspection: {}",
                network.folder().display()
            ));
        }
        outcome.map_err(|error| failed(&error))
    }

    fn open(&self, options: Options) -> Result<Network, LocalError> {
        let Some(scenario) = self.scenario else {
            return Network::open(&options);
        };
        let options = Options {
            heartbeat_ms: scenario::HEARTBEAT_MS,
            solvers: scenario.has_solvers(),
            ..options
        };
        Network::open_with(&options, |facts| scenario.amend(facts))
    }

    /// Plays the story, if one is asked for, and runs until a node ends, unless the story was all.
    async fn serve(
        &self,
        network: &mut Network,
        began: Instant,
        output: Output,
    ) -> Result<(), LocalError> {
        network.start()?;
        network.wait_ready().await?;
        let ready_ms = crate::local::demo::milliseconds(began.elapsed());
        if output.json {
            data(&description(network, ready_ms).to_string());
        } else if self.scenario.is_none() || self.stay {
            lines(network, ready_ms).iter().for_each(|line| data(line));
        }
        if let Some(scenario) = self.scenario {
            let tell = |line: &Line| {
                if output.json {
                    data(&json!(line).to_string());
                } else {
                    data(&line.to_string());
                }
            };
            scenario.play(network, &tell).await?;
            if !self.stay {
                return Ok(());
            }
        }
        Err(network.failed().await)
    }
}

fn description(network: &Network, ready_ms: u64) -> Value {
    let nodes: Vec<Value> = network
        .nodes()
        .iter()
        .map(|node| json!(node.endpoints()))
        .collect();
    json!({
        "ready_ms": ready_ms,
        "chain_id": network.genesis().chain_id().to_string(),
        "folder": network.folder().display().to_string(),
        "nodes": nodes,
        "commands": commands(network),
    })
}

fn lines(network: &Network, ready_ms: u64) -> Vec<String> {
    let mut lines = vec![
        format!(
            "ready after {ready_ms} ms: network {}, chain {}",
            network.genesis().facts().name,
            network.genesis().chain_id()
        ),
        format!("folder {}", network.folder().display()),
    ];
    for node in network.nodes() {
        let at = node.endpoints();
        lines.push(format!(
            "{:20} gRPC {}  metrics http://{}/metrics",
            at.name, at.grpc, at.operations
        ));
    }
    lines.push("try:".to_owned());
    lines.extend(
        commands(network)
            .into_iter()
            .map(|command| format!("  {command}")),
    );
    lines.push("stop with Ctrl-C".to_owned());
    lines
}

/// Three commands to copy.
fn commands(network: &Network) -> Vec<String> {
    let program = std::env::args()
        .next()
        .unwrap_or_else(|| "sycee".to_owned());
    let grpc = |place: usize| {
        network
            .node(place)
            .map(|node| node.endpoints().grpc.clone())
            .unwrap_or_default()
    };
    let mut commands = vec![format!("{program} status --node {}", grpc(0))];
    if let Some(directory) = Directory::of(network.genesis().facts())
        && let [first, second, ..] = directory.banks.as_slice()
    {
        let (from, to, currency) = (&first.account, &second.account, &directory.currency);
        let key = network.participant_key_path("bank-a");
        commands.push(format!(
            "{program} pay --node {} --key {} --from {from} --to {to} --amount 12.34 --currency {currency}",
            grpc(0), key.display()
        ));
        commands.push(format!("{program} account {to} --node {}", grpc(1)));
    }
    commands
}

/// A local network's trouble as a command's failure.
pub(super) fn failed(error: &LocalError) -> Failed {
    let problem = match error {
        LocalError::Node(problem) => return Problem::clone(problem).into(),
        LocalError::Init(error) => return super::init::start_failed(error),
        LocalError::Key(error) => super::sending::key_problem(error),
        LocalError::Ports(error) => Problem::of(NodeFault::AddressInUse, error),
        LocalError::File { .. } => Problem::of(NodeFault::FileUnwritable, error),
        LocalError::Folder { .. } => Problem::of(NodeFault::ConfigMalformed, error),
        LocalError::Child(_) | LocalError::NotReady { .. } => {
            Problem::of(NodeFault::Unreachable, error)
        }
        LocalError::Check(what) => {
            return Failed {
                lines: vec![what.clone()],
                exit: exit::UNVERIFIED,
            };
        }
    };
    problem.into()
}
