//! The validators change while payments flow: a join, a rotation of a key and a leave, each decided by votes on the ledger.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use sycee_node::local::network::Network;
use sycee_node::local::payer::settle;

use crate::founding::{run, sycee};
use crate::life::{agree, network, payer, sign, verify};

const WAIT: Duration = Duration::from_secs(60);
const BANKS: [&str; 4] = ["bank-a", "bank-b", "bank-c", "bank-d"];
const OBSERVER: usize = 4;

fn node_folder(network: &Network, place: usize) -> PathBuf {
    let name = network.node(place).unwrap().name().to_owned();
    network.folder().join("nodes").join(name)
}

fn next_key(network: &Network, place: usize) -> PathBuf {
    node_folder(network, place).join("keys/consensus-next.json")
}

/// Runs the CLI against a node and answers what it prints.
fn ask(network: &Network, through: usize, arguments: &[&str]) -> Value {
    let address = network.node(through).unwrap().endpoints().grpc.clone();
    let output = run(sycee().args(arguments).args(["--json", "--node", &address]));
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The node draws the key it will sign with, and is restarted so that it holds both.
async fn prepare(network: &mut Network, place: usize) {
    let folder = node_folder(network, place);
    let rotated = run(sycee().args(["keys", "rotate"]).arg(&folder));
    assert_eq!(rotated.status.code(), Some(0));
    let again = run(sycee().args(["keys", "rotate"]).arg(&folder));
    assert_ne!(again.status.code(), Some(0), "a key is never overwritten");
    network.kill(place).await.unwrap();
    network.start().unwrap();
    network.wait_ready().await.unwrap();
}

/// Proposes a change, has seats approve it, and waits until every node is in the epoch that follows.
async fn decide(network: &Network, change: &[&str], seats: &[usize], epoch: u64) {
    let key = |bank: &str| network.participant_key_path(bank).display().to_string();
    let operator = key("central-bank");
    let mut arguments = vec!["member", "propose"];
    arguments.extend(change);
    arguments.extend(["--key", &operator]);
    let proposed = ask(network, 1, &arguments);
    let id = proposed.pointer("/receipt/detail/id").unwrap().to_string();
    for seat in seats {
        // The observer's seat is the regulator's.
        let bank = BANKS.get(*seat).copied().unwrap_or("regulator");
        let (key, seat) = (key(bank), seat.to_string());
        let vote = ["member", "vote", &id, "--seat", &seat, "--key", &key];
        ask(network, 1, &vote);
    }
    let deadline = Instant::now() + WAIT;
    for place in 0..network.nodes().len() {
        while ask(network, place, &["status"])["epoch"] != epoch {
            assert!(
                Instant::now() < deadline,
                "node {place} does not reach epoch {epoch}: {}",
                ask(network, place, &["member", "list"])
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_a_rotation_and_a_leave_under_load_refuse_no_payment() {
    let mut network = network().await;
    prepare(&mut network, OBSERVER).await;
    prepare(&mut network, 3).await;
    let preview = ask(&network, 0, &["member", "preview", "join", "4"]);
    assert_eq!(preview["after"]["quorum"], 4);

    let stop = Arc::new(AtomicBool::new(false));
    let mut load = Vec::new();
    for place in [0, 1] {
        let (mut client, payer) = payer(&network, place).await;
        let stop = Arc::clone(&stop);
        load.push(tokio::spawn(async move {
            let mut settled = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                for payment in sign(&mut client, &payer, 4).await {
                    // Refused, lost or in doubt: any of it fails here.
                    let height = settle(&mut client, &payment).await.unwrap();
                    settled.push((height, payment.id));
                }
            }
            settled
        }));
    }

    let joins = next_key(&network, OBSERVER).display().to_string();
    decide(&network, &["join", "4", "--new-key", &joins], &[0, 1, 2], 1).await;
    let rotates = next_key(&network, 3).display().to_string();
    let rotation = ["rotate", "3", "--new-key", &rotates];
    decide(&network, &rotation, &[0, 1, 2, 3], 2).await;
    decide(&network, &["leave", "2"], &[0, 1, 3, 4], 3).await;

    stop.store(true, Ordering::Relaxed);
    let mut settled = Vec::new();
    for task in load {
        settled.extend(task.await.unwrap());
    }
    let (height, last) = settled.iter().max().copied().unwrap();
    assert!(settled.len() >= 8, "{} payments", settled.len());
    agree(&network, height).await;
    let status = ask(&network, 2, &["status"]);
    assert_eq!(
        (&status["role"], &status["quorum"]),
        (&"observer".into(), &3.into())
    );

    // With one of the four dead, the one that joined and the one with the new key are both needed.
    network.kill(1).await.unwrap();
    let (mut client, payer) = payer(&network, 0).await;
    let payment = sign(&mut client, &payer, 1).await.remove(0);
    settle(&mut client, &payment).await.unwrap();

    // The last receipt is proven offline through three handovers, and a restarted node is where it was.
    network.kill(OBSERVER).await.unwrap();
    network.start().unwrap();
    network.wait_ready().await.unwrap();
    assert_eq!(ask(&network, OBSERVER, &["status"])["epoch"], 3);
    let file = network.folder().join("receipt.bin");
    let out = file.display().to_string();
    ask(
        &network,
        0,
        &["tx", "prove", &last.to_string(), "--out", &out],
    );
    assert_eq!(
        verify(&file, &network.folder().join("genesis.toml")),
        Some(0)
    );
    network.stop().await;
}
