//! `sycee status`: what a node is doing now.

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::{Global, Outcome};

/// Flags of `sycee status`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sycee status --node 127.0.0.1:7401 --json")]
pub(super) struct Status {
    /// Also the digests of the last executed height, or of this one.
    #[arg(long, value_name = "HEIGHT", num_args = 0..=1)]
    #[allow(
        clippy::option_option,
        reason = "absent, present, present with a height are three things"
    )]
    roots: Option<Option<u64>>,
}

impl Status {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let status = client.status().await?;
        let mut value = json!({
            "chain_id": status.chain_id,
            "network": status.network,
            "node": status.node,
            "role": status.role,
            "version": status.version,
            "ready": status.ready,
            "notes": status.notes,
            "final_height": status.final_height,
            "executed_height": status.executed_height,
            "certified_height": status.certified_height,
            "epoch": status.epoch,
            "validators": status.validators,
            "quorum": status.quorum,
            "view": status.view,
            "leader": status.leader,
            "block_time_ms": status.block_time_ms,
            "business_date": status.business_date,
            "peers_connected": status.peers_connected,
            "peers_known": status.peers_known,
            "participants": status.participants,
            "accounts": status.accounts,
            "transactions": status.transactions,
            "settled_legs": status.settled_legs,
        });
        if let Some(height) = self.roots {
            let roots = client.roots(height).await?;
            let roots = json!({
                "height": roots.height,
                "results": roots.results,
                "receipts_root": roots.receipts_root,
                "state_root": roots.state_root,
                "balances": roots.balances,
            });
            if let Some(value) = value.as_object_mut() {
                value.insert("roots".to_owned(), roots);
            }
        }
        output.object(&value);
        Ok(())
    }
}
