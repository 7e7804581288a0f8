//! Lost and rolled back vote records: `recover` is not `init`, and no key signs before that is safe. [J1][J3][J5]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sycee_node::local::network::Network;
use sycee_node::local::payer::settle;

use crate::founding::{run, sycee};
use crate::life::{agree, network, payer, sign};

const VICTIM: usize = 2;
const WAIT: Duration = Duration::from_secs(60);

fn folder_of_victim(network: &Network) -> PathBuf {
    let name = network.node(VICTIM).unwrap().name().to_owned();
    network.folder().join("nodes").join(name)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Waits until the victim says that it signs again, and shows it: with another validator dead its vote is needed.
async fn signs_again(network: &mut Network) {
    let deadline = Instant::now() + WAIT;
    loop {
        network.check().unwrap();
        // It has only just been started, and may not answer yet.
        let said = match network.node(VICTIM).unwrap().connect().await {
            Ok(mut client) => client.status().await.unwrap().notes,
            Err(error) => vec![format!("no vote record told yet: {error}")],
        };
        if !said.iter().any(|note| note.contains("vote record")) {
            break;
        }
        assert!(Instant::now() < deadline, "still quarantined: {said:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    network.kill(0).await.unwrap();
    let (mut client, payer) = payer(network, 1).await;
    let payments = sign(&mut client, &payer, 1).await;
    settle(&mut client, &payments[0]).await.unwrap();
    network.start().unwrap();
    network.wait_ready().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_validator_that_lost_its_store_recovers_and_signs_again() {
    let mut network = network().await;
    let (mut client, payer) = payer(&network, 1).await;
    let payments = sign(&mut client, &payer, 3).await;
    settle(&mut client, &payments[0]).await.unwrap();
    let folder = folder_of_victim(&network);
    let recover = || run(sycee().args(["recover", "--json", "--folder"]).arg(&folder));

    let said = recover();
    assert_eq!(
        said.status.code(),
        Some(9),
        "a node runs on the folder: {said:?}"
    );
    network.kill(VICTIM).await.unwrap();
    let said = recover();
    assert_eq!(said.status.code(), Some(5), "nothing is lost yet: {said:?}");

    std::fs::remove_dir_all(folder.join("store")).unwrap();
    let start = || {
        run(sycee()
            .args(["start", "--port-base", "0", "--folder"])
            .arg(&folder))
    };
    assert_eq!(
        start().status.code(),
        Some(9),
        "a lost record is not a new node"
    );
    let said = recover();
    assert_eq!(said.status.code(), Some(0), "{said:?}");

    settle(&mut client, &payments[1]).await.unwrap();
    network.start().unwrap();
    signs_again(&mut network).await;
    let height = settle(&mut client, &payments[2]).await.unwrap();
    agree(&network, height).await;
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_folder_with_its_old_mark_is_found_out_by_the_others() {
    let mut network = network().await;
    let (mut client, payer) = payer(&network, 1).await;
    let payments = sign(&mut client, &payer, 8).await;
    settle(&mut client, &payments[0]).await.unwrap();
    let folder = folder_of_victim(&network);
    let backup = tempfile::tempdir().unwrap();

    network.kill(VICTIM).await.unwrap();
    copy_folder(&folder, backup.path());
    network.start().unwrap();
    network.wait_ready().await.unwrap();
    for payment in &payments[1..6] {
        settle(&mut client, payment).await.unwrap();
    }
    network.kill(VICTIM).await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    copy_folder(backup.path(), &folder);
    network.start().unwrap();
    settle(&mut client, &payments[6]).await.unwrap();
    signs_again(&mut network).await;
    let height = settle(&mut client, &payments[7]).await.unwrap();
    agree(&network, height).await;
    network.stop().await;
}
