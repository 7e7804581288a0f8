//! `sycee member`: the validators of a network, and how its participants change them.
//!
//! ```text
//!   keys rotate ──▶ member propose join|leave|rotate ──▶ member vote, once a seat ──▶ time-lock ──▶ the next epoch
//! ```

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{Client, NodeFault, Problem, client::answer, convert::parse, wire};
use sycee_contracts::{Action, Change, Propose, Sizes, Vote, Withdraw, possession};
use sycee_primitives::{BlockTime, ChainId, PublicKey, Signature};

use super::output::Output;
use super::sending::{Sending, key_problem, send};
use super::{Global, Outcome};
use crate::keys::{KeyFile, Purpose};

/// `sycee member ...`
#[derive(Subcommand, Debug)]
pub(super) enum Member {
    /// The running epoch, its validators, and what is proposed.
    #[command(after_help = "Example:\n  sycee member list --json")]
    List,
    /// What a change would do to the number of validators, the quorum and the faults it survives.
    #[command(subcommand)]
    #[command(after_help = "Example:\n  sycee member preview leave 3")]
    Preview(Preview),
    /// Ask the seats for a change of validators.
    #[command(subcommand)]
    #[command(
        after_help = "Example:\n  sycee member propose join 4 --new-key data/keys/consensus-next.json --key bank-a.json --time-lock 86400"
    )]
    Propose(ProposeChange),
    /// Approve a proposal with the seat of a validator, or take an approval back.
    #[command(after_help = "Example:\n  sycee member vote 7 --seat 2 --key bank-b.json")]
    Vote(CastVote),
    /// Take an own proposal back before it has taken effect.
    #[command(after_help = "Example:\n  sycee member withdraw 7 --key bank-a.json")]
    Withdraw(TakeBack),
}

/// `sycee member preview ...`
#[derive(Subcommand, Debug)]
pub(super) enum Preview {
    /// A node of the directory becomes a validator.
    #[command(after_help = "Example:\n  sycee member preview join 4")]
    Join(Node),
    /// A validator stops ordering.
    #[command(after_help = "Example:\n  sycee member preview leave 3")]
    Leave(Node),
    /// A validator signs with another key.
    #[command(after_help = "Example:\n  sycee member preview rotate 3")]
    Rotate(Node),
}

/// A node of the directory.
#[derive(Args, Debug)]
pub(super) struct Node {
    /// Number of the node, as `sycee member list` shows it.
    #[arg(value_name = "NODE")]
    number: u16,
}

/// `sycee member propose ...`
#[derive(Subcommand, Debug)]
pub(super) enum ProposeChange {
    /// A node of the directory becomes a validator.
    #[command(
        after_help = "Example:\n  sycee member propose join 4 --new-key data/keys/consensus-next.json --key bank-a.json --time-lock 86400"
    )]
    Join(WithKey),
    /// A validator stops ordering and observes.
    #[command(after_help = "Example:\n  sycee member propose leave 3 --key bank-a.json")]
    Leave(Proposing),
    /// A validator signs with another key.
    #[command(
        after_help = "Example:\n  sycee member propose rotate 3 --new-key data/keys/consensus-next.json --key bank-d.json"
    )]
    Rotate(WithKey),
}

/// Flags of proposals that bring a key.
#[derive(Args, Debug)]
pub(super) struct WithKey {
    /// File of the key that the node will sign with, made by `sycee keys rotate`.
    #[arg(long, value_name = "FILE")]
    new_key: PathBuf,
    #[command(flatten)]
    proposing: Proposing,
}

/// Flags of every proposal.
#[derive(Args, Debug)]
pub(super) struct Proposing {
    #[command(flatten)]
    node: Node,
    /// Seconds between the last approval and the effect.
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    time_lock: u64,
    /// Seconds that the seats have to approve it.
    #[arg(long, default_value_t = 604_800, value_name = "SECONDS")]
    open_for: u64,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee member vote`.
#[derive(Args, Debug)]
pub(super) struct CastVote {
    /// Number of the proposal.
    #[arg(value_name = "PROPOSAL")]
    proposal: u64,
    /// Number of the validator whose seat votes.
    #[arg(long, value_name = "NODE")]
    seat: u16,
    /// Take the approval back.
    #[arg(long)]
    take_back: bool,
    #[command(flatten)]
    sending: Sending,
}

/// Flags of `sycee member withdraw`.
#[derive(Args, Debug)]
pub(super) struct TakeBack {
    /// Number of the proposal.
    #[arg(value_name = "PROPOSAL")]
    proposal: u64,
    #[command(flatten)]
    sending: Sending,
}

impl Member {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        match self {
            Member::List => list(&mut client, output).await,
            Member::Preview(preview) => preview.run(&mut client, output).await,
            Member::Propose(change) => change.run(&mut client, output).await,
            Member::Vote(vote) => {
                let action = Action::Vote(Vote {
                    proposal: vote.proposal,
                    node: vote.seat,
                    approve: !vote.take_back,
                });
                send(&mut client, &vote.sending, action, output).await
            }
            Member::Withdraw(withdraw) => {
                let action = Action::Withdraw(Withdraw {
                    proposal: withdraw.proposal,
                });
                send(&mut client, &withdraw.sending, action, output).await
            }
        }
    }
}

async fn register(client: &mut Client) -> Result<wire::GetRegisterResponse, Problem> {
    let request = wire::GetRegisterRequest::default();
    answer(client.calls().get_register(request).await)
}

async fn list(client: &mut Client, output: Output) -> Outcome {
    let register = register(client).await?;
    let nodes = register.nodes.iter().map(|node| {
        json!({
            "number": node.number,
            "participant": node.participant,
            "public_key": (!node.public_key.is_empty()).then_some(&node.public_key),
            "votes": node.votes,
        })
    });
    let proposals = register.proposals.iter().map(proposal_json);
    let value = json!({
        "epoch": register.epoch,
        "validators": register.validators,
        "faults": register.faults,
        "quorum": register.quorum,
        "set_version": register.set_version,
        "protocol_version": register.protocol_version,
        "nodes": nodes.collect::<Vec<_>>(),
        "proposals": proposals.collect::<Vec<_>>(),
        "as_of_height": register.as_of_height,
    });
    output.print(&value, || lines(&register));
    Ok(())
}

fn proposal_json(it: &wire::RegisterProposal) -> Value {
    json!({
        "id": it.id,
        "proposer": it.proposer,
        "kind": it.kind,
        "change": it.change,
        "state": it.state,
        "approvals": it.approvals,
        "counted": it.counted,
        "needed": it.needed,
        "expires_ms": it.expires_ms,
        "time_lock_ms": it.time_lock_ms,
        "effective_ms": it.effective_ms,
        "opened_height": it.opened_height,
        "settled_height": it.settled_height,
    })
}

fn lines(register: &wire::GetRegisterResponse) -> Vec<String> {
    let mut lines = vec![format!(
        "epoch {}: {} validators, {} make a block final, {} may be faulty",
        register.epoch, register.validators, register.quorum, register.faults
    )];
    lines.extend(register.nodes.iter().map(|node| {
        let role = if node.votes { "validator" } else { "observer" };
        let (number, participant) = (node.number, node.participant);
        let key = &node.public_key;
        format!("node {number}  participant {participant}  {role}  {key}")
    }));
    lines.extend(register.proposals.iter().map(|it| {
        format!(
            "proposal {}: {} ({}, {} of {} seats)",
            it.id, it.change, it.state, it.counted, it.needed
        )
    }));
    lines
}

impl Preview {
    async fn run(self, client: &mut Client, output: Output) -> Outcome {
        let register = register(client).await?;
        let is_named = |node: &&wire::RegisterNode| !node.public_key.is_empty();
        let now = register.nodes.iter().filter(is_named).count();
        let (kind, node, after) = match self {
            Preview::Join(Node { number }) => ("join", number, now.saturating_add(1)),
            Preview::Leave(Node { number }) => ("leave", number, now.saturating_sub(1)),
            Preview::Rotate(Node { number }) => ("rotate", number, now),
        };
        let known = register.nodes.get(usize::from(node));
        let votes = known.map(|node| !node.public_key.is_empty());
        if votes != Some(kind != "join") {
            let what = format!("node {node} cannot {kind}: see `sycee member list`");
            return Err(Problem::of(NodeFault::FieldMalformed, what).into());
        }
        let sizes = |validators| {
            let sizes = Sizes::of(validators);
            json!({"validators": sizes.validators, "quorum": sizes.quorum, "faults": sizes.faults})
        };
        output.object(&json!({
            "change": kind,
            "node": node,
            "before": sizes(now),
            "after": sizes(after),
            "seats_needed": Sizes::of(now).quorum,
        }));
        Ok(())
    }
}

impl ProposeChange {
    async fn run(self, client: &mut Client, output: Output) -> Outcome {
        let status = client.status().await?;
        let chain = parse::hash("chain_id", &status.chain_id).map(ChainId)?;
        let (change, proposing) = match self {
            ProposeChange::Join(it) => {
                let (node, (key, proof)) = (it.proposing.node.number, it.possession(&chain)?);
                (Change::Join { node, key, proof }, it.proposing)
            }
            ProposeChange::Rotate(it) => {
                let (node, (key, proof)) = (it.proposing.node.number, it.possession(&chain)?);
                (Change::Rotate { node, key, proof }, it.proposing)
            }
            ProposeChange::Leave(it) => {
                let node = it.node.number;
                (Change::Leave { node }, it)
            }
        };
        let open_ms = proposing.open_for.saturating_mul(1_000);
        let action = Action::Propose(Propose {
            change,
            time_lock_ms: proposing.time_lock.saturating_mul(1_000),
            expires: BlockTime(status.now_ms).after_ms(open_ms),
        });
        send(client, &proposing.sending, action, output).await
    }
}

impl WithKey {
    /// The new key and its signature that proves that its owner has it.
    fn possession(&self, chain: &ChainId) -> Result<(PublicKey, Signature), Problem> {
        let file = KeyFile::read(&self.new_key, Purpose::Consensus);
        let secret = file.map_err(|error| key_problem(&error))?.secret_key();
        let key = secret.public_key();
        let statement = possession(chain, self.proposing.node.number, &key);
        Ok((key, secret.sign(&statement)))
    }
}
