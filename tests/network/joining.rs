//! A network of which nobody keeps the beginning takes in a new observer, and a validator that has lost its disk. [G5]
//!
//! ```text
//!   0, 1, 2, 3 --retain 512 --snapshot-interval 2       4 observer, started when block 1 is gone everywhere, killed at its first word
//! ```
//! Where exactly the kill falls is up to the machine, after the last chunk too; `node/replica/src/snapshot/tests.rs` kills at chosen writes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sycee_node::local::network::{Network, Options};
use sycee_node::local::payer::settle;

use crate::founding::{run, sycee};
use crate::life::{agree, payer, sign};
use crate::pruning::{gauge, gauge_if_up, lowest, pay_until, until};

const OBSERVER: usize = 4;
const VICTIM: usize = 2;
const PAUSE: Duration = Duration::from_millis(20);

async fn forgetful_network() -> Network {
    let options = Options {
        solvers: false,
        folder: None,
        program: Some(PathBuf::from(env!("CARGO_BIN_EXE_sycee"))),
        port_base: 0,
        extra_accounts: 5_000,
        observer: true,
        heartbeat_ms: 2_000,
    };
    let mut network = Network::open_with(&options, |facts| {
        facts.parameters.block_spacing_ms = 0;
        facts.parameters.batch_interval_ms = 1;
        facts.parameters.watermark_interval_ms = 1;
        Ok(())
    })
    .unwrap();
    for place in 0..OBSERVER {
        let arguments = ["--retain", "512", "--snapshot-interval", "2"];
        network.add_arguments(place, &arguments).unwrap();
        network.start_node(place).unwrap();
    }
    network.wait_ready().await.unwrap();
    network
}

fn log(network: &Network, place: usize) -> String {
    let name = network.node(place).unwrap().name();
    let log = network.folder().join("logs").join(format!("{name}.log"));
    std::fs::read_to_string(log).unwrap_or_default()
}

/// Whether a node that began with an empty store lacks the first blocks: then it stands on a state of others.
fn stands_on_a_state(network: &Network, place: usize) -> bool {
    let node = network.node(place).unwrap();
    gauge_if_up(node, "sycee_lowest_height").is_some_and(|lowest| lowest > 1)
}

/// Payments of two banks go on behind the test, since whoever joins must see that there are blocks it lacks.
struct Payments {
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Payments {
    async fn begin(network: &Network) -> Payments {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = Vec::new();
        for place in [0, 1] {
            let (client, payer) = payer(network, place).await;
            let told = Arc::clone(&stop);
            tasks.push(tokio::spawn(async move {
                drop(pay_until(client, payer, told).await);
            }));
        }
        Payments { stop, tasks }
    }

    async fn end(self) {
        self.stop.store(true, Ordering::Release);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_without_its_beginning_takes_in_an_observer_and_a_validator_that_lost_everything()
{
    let mut network = forgetful_network().await;
    let payments = Payments::begin(&network).await;
    let is_gone = || (0..OBSERVER).all(|place| lowest(&network, place) > 1);
    until("nobody has block 1", is_gone).await;

    // The observer dies when it has begun, and begins again by itself when it is started.
    network.start_node(OBSERVER).unwrap();
    let says = |words: &str| log(&network, OBSERVER).contains(words);
    until("it takes the state over", || says("taking over the state")).await;
    network.kill(OBSERVER).await.unwrap();
    network.start_node(OBSERVER).unwrap();
    until("it has taken the state over", || {
        stands_on_a_state(&network, OBSERVER)
    })
    .await;

    // A validator loses its store and its word that it never signed; it takes the state over and then votes.
    network.kill(VICTIM).await.unwrap();
    let name = network.node(VICTIM).unwrap().name().to_owned();
    let folder = network.folder().join("nodes").join(name);
    std::fs::remove_dir_all(folder.join("store")).unwrap();
    let said = run(sycee().args(["recover", "--json", "--folder"]).arg(&folder));
    assert_eq!(said.status.code(), Some(0), "{said:?}");
    network.start_node(VICTIM).unwrap();
    until("the validator has taken the state over", || {
        stands_on_a_state(&network, VICTIM)
    })
    .await;
    payments.end().await;
    network.wait_ready().await.unwrap();
    loop {
        let mut client = network.node(VICTIM).unwrap().connect().await.unwrap();
        let notes = client.status().await.unwrap().notes;
        if !notes.iter().any(|note| note.contains("vote record")) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }

    // All of them have the same state, nobody has its beginning, and the newcomer's vote is needed once another one is dead.
    network.kill(3).await.unwrap();
    let (mut client, payer_of_first) = payer(&network, 0).await;
    let last = sign(&mut client, &payer_of_first, 2).await;
    settle(&mut client, &last[0]).await.unwrap();
    network.start_node(3).unwrap();
    let height = settle(&mut client, &last[1]).await.unwrap();
    network.wait_ready().await.unwrap();
    agree(&network, height).await;
    for place in [OBSERVER, VICTIM] {
        let from = lowest(&network, place);
        let executed = gauge(network.node(place).unwrap(), "sycee_executed_height");
        assert!(from > 1 && executed >= height, "{from}, {executed}");
        let mut client = network.node(place).unwrap().connect().await.unwrap();
        let refused = client.roots(Some(1)).await.unwrap_err();
        assert_eq!(refused.code, "SY-10041", "{refused}");
    }
    network.stop().await;
}
