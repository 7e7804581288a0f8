//! A validator that keeps few blocks beside others that keep all: it drops, says so, is killed, goes on, and hinders nobody.
//!
//! ```text
//!   0 --retain 512    1, 2, 3 archives    4 observer, started when block 1 is gone from 0
//! ```

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sycee_api::{Client, Problem, wire};
use sycee_node::local::network::{Network, Node, Options};
use sycee_node::local::payer::{Payer, SignedPayment, settle};

use crate::life::{agree, payer, sign};

const PRUNED: usize = 0;
const ARCHIVE: usize = 1;
const OBSERVER: usize = 4;
/// Fewest blocks that a node can be told to keep.
const RETAINED: u64 = 512;
/// Enough for some to be dropped: a slice has 64 at least.
const BLOCKS: u64 = 640;
const WAIT: Duration = Duration::from_secs(90);

/// Blocks follow each other as fast as the validators can sync their votes.
async fn hurried_network() -> Network {
    let options = Options {
        solvers: false,
        folder: None,
        program: Some(PathBuf::from(env!("CARGO_BIN_EXE_sycee"))),
        port_base: 0,
        extra_accounts: 0,
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
    let retained = RETAINED.to_string();
    // Blocks above an offered state would be kept beyond what this counts.
    let arguments = ["--retain", &retained, "--snapshot-interval", "0"];
    network.add_arguments(PRUNED, &arguments).unwrap();
    for place in 0..OBSERVER {
        network.start_node(place).unwrap();
    }
    network.wait_ready().await.unwrap();
    network
}

/// A gauge of a node's operations port.
pub(crate) fn gauge(node: &Node, name: &str) -> u64 {
    let page = metrics(node).unwrap();
    of_page(&page, name).unwrap_or_else(|| panic!("no {name} in {page}"))
}

/// A gauge of a node that may be down at this moment.
pub(crate) fn gauge_if_up(node: &Node, name: &str) -> Option<u64> {
    of_page(&metrics(node).ok()?, name)
}

fn metrics(node: &Node) -> std::io::Result<String> {
    let address = &node.endpoints().operations;
    let mut stream = TcpStream::connect(address)?;
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    Ok(page)
}

fn of_page(page: &str, name: &str) -> Option<u64> {
    let mut lines = page.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    value.parse().ok()
}

pub(crate) fn lowest(network: &Network, place: usize) -> u64 {
    gauge(network.node(place).unwrap(), "sycee_lowest_height")
}

/// Pays one after another until told to stop, so that there is always something for the next block.
pub(crate) async fn pay_until(
    mut client: Client,
    payer: Payer,
    stop: Arc<AtomicBool>,
) -> Vec<SignedPayment> {
    let mut paid = Vec::new();
    while !stop.load(Ordering::Acquire) {
        for payment in sign(&mut client, &payer, 50).await {
            let bytes = payment.bytes.clone();
            client
                .submit(bytes, wire::Wait::Accepted, WAIT)
                .await
                .unwrap();
            paid.push(payment);
        }
    }
    paid
}

pub(crate) async fn until(what: &str, reached: impl Fn() -> bool) {
    let deadline = Instant::now() + WAIT;
    while !reached() {
        assert!(Instant::now() < deadline, "not yet: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Makes blocks, then waits until the pruned node has written its state and dropped some; answers a payment of the first blocks.
async fn pay_until_pruned(network: &Network) -> SignedPayment {
    let stop = Arc::new(AtomicBool::new(false));
    let mut paying = Vec::new();
    for place in [PRUNED, ARCHIVE, 2] {
        let (client, payer) = payer(network, place).await;
        paying.push(tokio::spawn(pay_until(client, payer, Arc::clone(&stop))));
    }
    let height = || gauge(network.node(PRUNED).unwrap(), "sycee_executed_height");
    until("there are enough blocks", || height() >= BLOCKS).await;
    stop.store(true, Ordering::Release);
    let mut first = None;
    for task in paying {
        first = first.or(task.await.unwrap().into_iter().next());
    }
    until("some are dropped", || lowest(network, PRUNED) > 1).await;
    first.unwrap()
}

/// What a node says of a height that it dropped, and the lowest one it had at that moment.
async fn refusal(network: &Network, place: usize, height: u64) -> (Problem, u64) {
    let mut client = network.node(place).unwrap().connect().await.unwrap();
    let deadline = Instant::now() + WAIT;
    loop {
        let before = lowest(network, place);
        let refused = client.roots(Some(height)).await.unwrap_err();
        if lowest(network, place) == before {
            return (refused, before);
        }
        assert!(Instant::now() < deadline, "it never rests");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_validator_drops_old_blocks_says_so_and_goes_on_after_kill_9() {
    let mut network = hurried_network().await;
    let first = pay_until_pruned(&network).await;

    let (refused, kept_from) = refusal(&network, PRUNED, 1).await;
    assert_eq!(refused.code, "SY-10041", "{refused}");
    assert!(
        refused.to_string().contains(&kept_from.to_string()),
        "{refused} does not name {kept_from}"
    );
    let top = gauge(network.node(PRUNED).unwrap(), "sycee_executed_height");
    assert!(kept_from + RETAINED <= top + 1, "{kept_from} of {top}");
    let mut archive = network.node(ARCHIVE).unwrap().connect().await.unwrap();
    assert!(archive.roots(Some(1)).await.is_ok());
    assert_eq!(lowest(&network, ARCHIVE), 1);

    // What was executed in a dropped block is still known by its instruction, wherever it is sent again.
    let mut client = network.node(PRUNED).unwrap().connect().await.unwrap();
    for client in [&mut client, &mut archive] {
        let again = client
            .submit(first.bytes.clone(), wire::Wait::Accepted, WAIT)
            .await
            .unwrap();
        assert!(again.idempotency_hit, "{again:?}");
    }

    network.kill(PRUNED).await.unwrap();
    let (mut client, payer_of_archive) = payer(&network, ARCHIVE).await;
    let payments = sign(&mut client, &payer_of_archive, 2).await;
    settle(&mut client, &payments[0]).await.unwrap();
    network.start_node(PRUNED).unwrap();
    network.wait_ready().await.unwrap();
    assert!(
        lowest(&network, PRUNED) >= kept_from,
        "a kill brings nothing back and loses no slice"
    );
    assert_eq!(
        refusal(&network, PRUNED, 1).await.0.code,
        "SY-10041",
        "after the restart"
    );

    // A newcomer needs block 1, and finds it with the others.
    network.start_node(OBSERVER).unwrap();
    let height = settle(&mut client, &payments[1]).await.unwrap();
    network.wait_ready().await.unwrap();
    agree(&network, height).await;
    let mut observer = network.node(OBSERVER).unwrap().connect().await.unwrap();
    assert_eq!(
        observer.roots(Some(1)).await.unwrap().results,
        archive.roots(Some(1)).await.unwrap().results
    );

    // The pruned validator is one of the quorum: with another one dead, nothing settles without its vote.
    network.kill(2).await.unwrap();
    let (mut client, payer) = payer(&network, PRUNED).await;
    let payments = sign(&mut client, &payer, 1).await;
    settle(&mut client, &payments[0]).await.unwrap();
    network.stop().await;
}
