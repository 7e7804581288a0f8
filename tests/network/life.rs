//! Kill and restart: kill -9 of one validator, of all, an observer that was away. Acknowledged payments survive.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sycee_api::{Client, wire};
use sycee_node::local::network::{Network, Options};
use sycee_node::local::payer::{Payer, SignedPayment, settle};
use sycee_primitives::TransactionId;

const WAIT: Duration = Duration::from_secs(30);
const OBSERVER: usize = 4;

pub async fn network() -> Network {
    let options = Options {
        solvers: false,
        folder: None,
        program: Some(PathBuf::from(env!("CARGO_BIN_EXE_sycee"))),
        port_base: 0,
        extra_accounts: 0,
        observer: true,
        heartbeat_ms: 2_000,
    };
    let mut network = Network::open(&options).unwrap();
    network.start().unwrap();
    network.wait_ready().await.unwrap();
    network
}

/// Bank `place` pays the next one, over its own node.
pub async fn payer(network: &Network, place: usize) -> (Client, Payer) {
    let banks = ["bank-a", "bank-b", "bank-c", "bank-d"];
    let key = network.participant_key(banks[place]).unwrap();
    let number = |bank: usize| format!("SETTLEMENT-{}-CNY", bank + 1);
    let mut client = network.node(place).unwrap().connect().await.unwrap();
    let payer = Payer::new(&mut client, &key, &number(place), &number((place + 1) % 4))
        .await
        .unwrap();
    (client, payer)
}

async fn is_settled(client: &mut Client, id: &TransactionId) -> bool {
    client
        .receipt(id, false, WAIT)
        .await
        .is_ok_and(|answer| answer.receipt.is_some())
}

/// All nodes at one height with equal results; returns the height.
pub async fn agree(network: &Network, at_least: u64) -> u64 {
    let mut answers = Vec::new();
    for node in network.nodes() {
        let deadline = Instant::now() + WAIT;
        let mut client = node.connect().await.unwrap();
        let roots = loop {
            // Too early is answered with a problem that says so.
            if let Ok(roots) = client.roots(Some(at_least)).await {
                break roots;
            }
            assert!(
                Instant::now() < deadline,
                "{} does not reach height {at_least}",
                node.name()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        answers.push((roots.results, roots.receipts_root, roots.state_root));
    }
    assert!(
        answers.windows(2).all(|pair| pair[0] == pair[1]),
        "results at height {at_least}: {answers:?}"
    );
    at_least
}

pub async fn sign(client: &mut Client, payer: &Payer, count: usize) -> Vec<SignedPayment> {
    payer.sign(client, count).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_validator_may_be_killed_and_comes_back_by_itself() {
    let mut network = network().await;
    for victim in 0..4 {
        let (mut client, payer) = payer(&network, (victim + 1) % 4).await;
        let payments = sign(&mut client, &payer, 3).await;
        settle(&mut client, &payments[0]).await.unwrap();
        network.kill(victim).await.unwrap();
        let killed = Instant::now();
        settle(&mut client, &payments[1]).await.unwrap();
        let took = killed.elapsed();
        assert!(
            took < Duration::from_secs(2),
            "with validator {victim} dead the next block took {took:?}"
        );
        network.start().unwrap();
        network.wait_ready().await.unwrap();
        let height = settle(&mut client, &payments[2]).await.unwrap();
        agree(&network, height).await;
    }
    // Each was back in time to be needed: with another one dead, the quorum includes every restarted validator.
    network.kill(0).await.unwrap();
    let (mut client, payer) = payer(&network, 1).await;
    let payments = sign(&mut client, &payer, 1).await;
    settle(&mut client, &payments[0]).await.unwrap();
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_of_all() {
    let mut network = network().await;
    let mut acknowledged = Vec::new();
    for place in 0..4 {
        let (mut client, payer) = payer(&network, place).await;
        let payments = sign(&mut client, &payer, 25).await;
        let bytes = payments
            .iter()
            .map(|payment| payment.bytes.clone())
            .collect();
        let answers = client
            .submit_all(bytes, wire::Wait::Accepted, WAIT)
            .await
            .unwrap();
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        acknowledged.extend(payments.into_iter().map(|payment| payment.id));
    }
    for place in 0..=OBSERVER {
        network.kill(place).await.unwrap();
    }
    network.start().unwrap();
    network.wait_ready().await.unwrap();
    for node in network.nodes() {
        let mut client = node.connect().await.unwrap();
        for id in &acknowledged {
            assert!(
                is_settled(&mut client, id).await,
                "{}: {id} was acknowledged and is lost",
                node.name()
            );
        }
    }
    let mut client = network.node(0).unwrap().connect().await.unwrap();
    let height = client.status().await.unwrap().executed_height;
    agree(&network, height).await;
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_observer_that_was_away_recomputes_what_it_missed() {
    let mut network = network().await;
    network.kill(OBSERVER).await.unwrap();
    let (mut client, payer) = payer(&network, 0).await;
    let mut height = 0;
    for payment in sign(&mut client, &payer, 40).await {
        height = settle(&mut client, &payment).await.unwrap();
    }
    network.start().unwrap();
    network.wait_ready().await.unwrap();
    agree(&network, height).await;
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_with_its_proof_is_checked_offline_and_a_changed_one_is_not() {
    let mut network = network().await;
    let (mut client, payer) = payer(&network, 2).await;
    let payment = sign(&mut client, &payer, 1).await.remove(0);
    settle(&mut client, &payment).await.unwrap();
    let address = network.node(2).unwrap().endpoints().grpc.clone();
    let file = network.folder().join("receipt.bin");
    let prove = [
        "tx",
        "prove",
        &payment.id.to_string(),
        "--node",
        &address,
        "--out",
    ];
    let proved = crate::founding::run(crate::founding::sycee().args(prove).arg(&file));
    assert_eq!(
        proved.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&proved.stderr)
    );
    let genesis = network.folder().join("genesis.toml");
    network.stop().await;
    assert_eq!(verify(&file, &genesis), Some(0), "no node runs any more");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(verify(&file, &genesis), Some(8));
}

pub fn verify(receipt: &Path, genesis: &Path) -> Option<i32> {
    let mut command = crate::founding::sycee();
    command
        .args(["verify", "receipt"])
        .arg(receipt)
        .arg("--genesis")
        .arg(genesis);
    crate::founding::run(&mut command).status.code()
}

/// A small file system of its own for one node's store; unmounted when dropped.
struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// Puts the store of a stopped node on it; `None` where mounting is not allowed.
    fn under(store: &Path) -> Option<SmallDisk> {
        let aside = store.with_extension("aside");
        std::fs::rename(store, &aside).unwrap();
        std::fs::create_dir(store).unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=256m", "tmpfs"];
        let mounted = std::process::Command::new("mount")
            .args(mount)
            .arg(store)
            .status();
        if !mounted.is_ok_and(|status| status.success()) {
            return None;
        }
        for entry in std::fs::read_dir(&aside).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), store.join(entry.file_name())).unwrap();
        }
        Some(SmallDisk {
            at: store.to_owned(),
        })
    }

    fn filler(&self) -> PathBuf {
        self.at.join("filler")
    }

    /// Writes until the device has no byte left.
    fn fill(&self) {
        use std::io::Write;
        let mut file = std::fs::File::create(self.filler()).unwrap();
        let block = vec![1u8; 1 << 16];
        while file.write_all(&block).is_ok() {}
        while file.write_all(&[1]).is_ok() {}
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.at)
            .status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_validator_with_a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let mut network = network().await;
    network.stop().await;
    let node = network.node(3).unwrap().name().to_owned();
    let store = network.folder().join("nodes").join(&node).join("store");
    let Some(disk) = SmallDisk::under(&store) else {
        println!("skipped: this machine does not let a test mount a file system");
        return;
    };
    network.start().unwrap();
    network.wait_ready().await.unwrap();
    let (mut client, payer) = payer(&network, 0).await;
    disk.fill();
    let mut height = 0;
    let log = network.folder().join("logs").join(format!("{node}.log"));
    let deadline = Instant::now() + WAIT;
    // The store may have room of its own left in files that are as long as they will be: it has to be used up first.
    while !std::fs::read_to_string(&log)
        .unwrap()
        .contains("STORE_DISK_FULL")
    {
        assert!(
            Instant::now() < deadline,
            "no word of the full disk: {}",
            std::fs::read_to_string(&log).unwrap()
        );
        for payment in sign(&mut client, &payer, 20).await {
            height = settle(&mut client, &payment).await.unwrap();
        }
    }
    std::fs::remove_file(disk.filler()).unwrap();
    agree(&network, height).await;
    network.stop().await;
}
