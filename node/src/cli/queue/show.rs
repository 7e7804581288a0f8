//! `sycee queue show`: what waits for funds, in the order in which it is served.

use clap::Args;
use serde_json::{Value, json};
use sycee_api::{client::answer, wire};

use super::explain::{in_words, payment_json};
use crate::cli::output::Output;
use crate::cli::{Global, Outcome};

/// `sycee queue show`
#[derive(Args, Debug)]
pub(in crate::cli) struct Show {
    /// Only payments from this account, number or id.
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Pass over so many first.
    #[arg(long, default_value_t = 0, value_name = "N")]
    skip: u32,
    /// Show at most so many, up to 1,000.
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: u32,
}

impl Show {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let account = match &self.account {
            None => None,
            Some(name) => {
                let found = client.account(name, None).await?.account;
                Some(sycee_api::client::required("account", found)?.id)
            }
        };
        let request = wire::ListQueueRequest {
            account,
            skip: self.skip,
            limit: self.limit,
        };
        let page = answer(client.calls().list_queue(request).await)?;
        output.print(&value(&page), || lines(&page));
        Ok(())
    }
}

fn value(page: &wire::ListQueueResponse) -> Value {
    json!({
        "payments": page.payments.iter().map(payment_json).collect::<Vec<_>>(),
        "waiting": page.waiting,
        "more": page.more,
        "cycle": page.cycle.as_ref().map(|cycle| json!({
            "id": cycle.id,
            "opened_height": cycle.opened_height,
            "listed": cycle.listed,
            "open": cycle.open,
            "submitter": cycle.submitter,
            "settled_count": cycle.settled_count,
            "settled_value_minor": cycle.settled_value_minor,
            "sound_sets": cycle.sound_sets,
        })),
        "as_of_height": page.as_of_height,
    })
}

fn lines(page: &wire::ListQueueResponse) -> Vec<String> {
    let waiting = page.waiting;
    let mut lines = vec![match waiting {
        0 => format!("nothing waits at height {}", page.as_of_height),
        1 => format!("1 payment waits at height {}", page.as_of_height),
        _ => format!("{waiting} payments wait at height {}", page.as_of_height),
    }];
    for payment in &page.payments {
        lines.extend(in_words(payment));
    }
    if page.more {
        lines.push("there are further ones: --skip".to_owned());
    }
    lines.extend(page.cycle.as_ref().map(cycle_in_words));
    lines
}

fn cycle_in_words(cycle: &wire::NettingCycle) -> String {
    let (id, listed, count) = (cycle.id, cycle.listed, cycle.settled_count);
    let by = match (cycle.open, cycle.submitter) {
        (true, _) => return format!("netting cycle {id} is open over {listed} payments"),
        (false, None) => "strict order".to_owned(),
        (false, Some(submitter)) => format!("the set of participant {submitter}"),
    };
    format!("netting cycle {id}: of {listed} payments {count} settled by {by}")
}
