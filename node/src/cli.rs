//! The command line: one file a command, one form of output, one table of exit codes.
//!
//! ```text
//!   arguments ──clap──▶ command ──▶ Output (stdout: data; --json: one JSON object) ──▶ exit 0
//!                               ──▶ Failed (stderr: `error SY-00260 (AM04): ...; remedy: ...`) ──▶ exit::of
//! ```
//! Data goes to stdout, everything else to stderr. Secrets are never arguments. Every command has an example in its --help.
//! Spec: interfaces B2, B3.

mod account;
mod bench;
mod collateral;
mod demo;
mod dev;
mod evidence;
mod explain;
mod factoring;
mod file;
mod genesis;
mod init;
mod instruct;
mod keys;
mod line;
mod loan;
mod member;
mod object;
pub mod output;
mod pay;
mod queue;
mod receivable;
mod recover;
mod registry;
mod sending;
mod start;
mod status;
#[cfg(test)]
mod tests;
mod trade;
mod tx;
mod verify;
mod warehouse;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use sycee_api::{Client, NodeFault, Problem};
use tracing_subscriber::EnvFilter;

use crate::exit;
use output::Output;

/// Settlement network node: runs a validator or observer, sends and reads payments, checks files and proofs.
#[derive(Parser, Debug)]
#[command(
    name = "sycee",
    version,
    propagate_version = true,
    max_term_width = 120
)]
#[command(
    after_help = "Example:\n  sycee status --node 127.0.0.1:7401\n\nExit codes: 0 ok, 1 unexpected, 2 usage, 3 not found, \
    4 not authorised, 5 conflict, 6 unavailable or timed out, 7 refused by a rule, 8 verification failed, 9 unsafe action refused"
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Args, Debug, Clone)]
pub(crate) struct Global {
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Client address of a node, host:port.
    #[arg(
        long,
        global = true,
        env = "SYCEE_NODE",
        default_value = "127.0.0.1:7401",
        value_name = "ADDRESS"
    )]
    pub(crate) node: String,
    /// Refuse to talk to a node of another network.
    #[arg(long, global = true, env = "SYCEE_EXPECT_CHAIN", value_name = "CHAIN")]
    pub(crate) expect_chain: Option<String>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run a whole network on this machine, for development.
    Dev(dev::Dev),
    /// Show a whole network at work, accident included, and check everything.
    Demo(demo::Demo),
    /// Measure a network of processes on this machine.
    Bench(bench::Bench),
    /// Make the folder of a node from a genesis and the node's own keys.
    Init(init::Init),
    /// Let a validator start again that has lost its vote record.
    Recover(recover::Recover),
    /// Run a node.
    Start(start::Start),
    /// Make and look at key files.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Look at and check genesis documents.
    #[command(subcommand)]
    Genesis(genesis::Genesis),
    /// What a node is doing now.
    Status(status::Status),
    /// Send one payment.
    Pay(pay::Pay),
    /// One account, now or at an earlier height.
    Account(account::Account),
    /// Send any instruction: as a JSON document, or with flags for the daily ones.
    Instruct(instruct::Instruct),
    /// Rows of any table: loans, holds, receivables, breakers, seats and all others.
    #[command(subcommand)]
    Object(object::Object),
    /// Receipts and proofs of transactions.
    #[command(subcommand)]
    Tx(tx::Tx),
    /// Payment files: ISO 20022 and CSV.
    #[command(subcommand)]
    File(file::File),
    /// Loans of the ledger and their schedules; projections and checks of files, offline.
    #[command(subcommand)]
    Loan(loan::Loan),
    /// Credit lines: what may be used, what is used and by what.
    #[command(subcommand)]
    Line(line::Line),
    /// Collateral: loan to value, margin calls, pledging, releasing and enforcing.
    #[command(subcommand)]
    Collateral(collateral::Collateral),
    /// Payments that wait for funds: what waits and why, netting offline.
    #[command(subcommand)]
    Queue(queue::Queue),
    /// Receivables and their portions.
    #[command(subcommand)]
    Receivable(receivable::Receivable),
    /// Escrows, documentary credits, guarantees, and what is asked under them.
    #[command(subcommand)]
    Trade(trade::Trade),
    /// Portfolios of receivables sold to a factor.
    #[command(subcommand)]
    Factoring(factoring::Factoring),
    /// Goods in warehouses and the receipts that stand for them.
    #[command(subcommand)]
    Warehouse(warehouse::Warehouse),
    /// The registry against double financing: fingerprints and extracts.
    #[command(subcommand)]
    Registry(registry::Registry),
    /// Which validators broke which rule.
    #[command(subcommand)]
    Evidence(evidence::Evidence),
    /// Who orders, and who decides: proposals and votes.
    #[command(subcommand)]
    Member(member::Member),
    /// Check proofs offline.
    #[command(subcommand)]
    Verify(verify::Verify),
    /// What a code means, in English and Chinese.
    Explain(explain::Explain),
}

/// Why a command ended with another exit code than 0.
#[derive(Debug)]
pub(crate) struct Failed {
    /// What is printed to stderr; empty when the output already says everything.
    pub(crate) lines: Vec<String>,
    /// Exit code.
    pub(crate) exit: u8,
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Failed {
        Failed {
            lines: vec![problem.to_string()],
            exit: exit::of(&problem),
        }
    }
}

impl From<NodeFault> for Failed {
    fn from(fault: NodeFault) -> Failed {
        Problem::from(fault).into()
    }
}

/// How long tasks that are still running may take to end.
const SHUTDOWN_MAX: std::time::Duration = std::time::Duration::from_secs(5);

/// What every command answers.
pub(crate) type Outcome = Result<(), Failed>;

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version are data, mistakes are not; clap prints each to its place and knows the exit code.
        Err(error) => error.exit(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(Problem::of(NodeFault::Internal, error).into())),
    };
    let outcome = runtime.block_on(execute(cli));
    // Whoever still holds the store lets go of it here: RocksDB must be closed before the process ends. Bounded, since a blocked
    // read must not keep the process from ending.
    runtime.shutdown_timeout(SHUTDOWN_MAX);
    ended(outcome)
}

fn ended(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::from(exit::OK),
        Err(failed) => {
            for line in &failed.lines {
                output::note(&format!("error {line}"));
            }
            ExitCode::from(failed.exit)
        }
    }
}

async fn execute(cli: Cli) -> Outcome {
    let Cli { global, command } = cli;
    let output = Output { json: global.json };
    log_to_stderr(matches!(command, Command::Start(_)));
    match command {
        Command::Dev(dev) => Box::pin(dev.run(output)).await,
        Command::Demo(demo) => Box::pin(demo.run(output)).await,
        Command::Bench(bench) => Box::pin(bench.run(output)).await,
        Command::Init(init) => init.run(output),
        Command::Recover(recover) => recover.run(output),
        // The node's future is large; on the heap it costs nothing.
        Command::Start(start) => Box::pin(start.run(output)).await,
        Command::Keys(keys) => keys.run(output),
        Command::Genesis(genesis) => genesis.run(output),
        Command::Status(status) => status.run(&global, output).await,
        Command::Pay(pay) => pay.run(&global, output).await,
        Command::Account(account) => account.run(&global, output).await,
        Command::Instruct(instruct) => Box::pin(instruct.run(&global, output)).await,
        Command::Object(object) => object.run(&global, output).await,
        Command::Tx(tx) => tx.run(&global, output).await,
        Command::File(file) => file.run(&global, output).await,
        // Large for the many flags of its commands; on the heap it costs nothing.
        Command::Loan(it) => Box::pin(it.run(&global, output)).await,
        Command::Line(it) => Box::pin(it.run(&global, output)).await,
        Command::Collateral(it) => Box::pin(it.run(&global, output)).await,
        Command::Queue(queue) => queue.run(&global, output).await,
        Command::Receivable(receivable) => receivable.run(&global, output).await,
        Command::Trade(trade) => trade.run(&global, output).await,
        // Large for the many flags of its commands; on the heap it costs nothing.
        Command::Factoring(it) => Box::pin(it.run(&global, output)).await,
        Command::Warehouse(it) => Box::pin(it.run(&global, output)).await,
        Command::Registry(registry) => registry.run(&global, output).await,
        Command::Evidence(evidence) => evidence.run(&global, output).await,
        Command::Member(member) => member.run(&global, output).await,
        Command::Verify(verify) => verify.run(output),
        Command::Explain(explain) => explain.run(output),
    }
}

/// A node logs what happens; other commands only what goes wrong. `SYCEE_LOG` says otherwise.
fn log_to_stderr(is_node: bool) {
    let default = if is_node { "info" } else { "error" };
    let filter = EnvFilter::try_from_env("SYCEE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let logs = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter);
    // A second logger in one process (tests) is no fault.
    let _already_set = if std::env::var_os("SYCEE_LOG_JSON").is_some() {
        logs.json().try_init()
    } else {
        logs.with_ansi(false).try_init()
    };
}

impl Global {
    /// Connects to the node, and refuses one of another network than expected.
    pub(crate) async fn connect(&self) -> Result<Client, Problem> {
        let mut client = Client::connect(&self.node).await?;
        if let Some(expected) = &self.expect_chain {
            let found = client.chain_id().await?.to_string();
            if !found.eq_ignore_ascii_case(expected) {
                let place = format!("{} is of {found}, expected {expected}", self.node);
                return Err(Problem::of(NodeFault::ChainDiffers, place));
            }
        }
        Ok(client)
    }
}
