//! Folders of nodes for tests: a development network's genesis with fixed keys and free ports.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use sycee_genesis::{DevnetKeys, DevnetOptions, DevnetSecrets, Genesis, devnet};
use sycee_node::keys::{KeyFile, Purpose};
use sycee_node::local::ports::choose as choose_ports;
use sycee_node::node::{Folder, NodeKeys, init};
use sycee_primitives::{BlockTime, SecretKey};

/// The binary under test.
pub fn sycee() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sycee"))
}

/// Participants' keys; the nodes' keys are in `consensus_seed` and `network_seed`.
pub fn secrets() -> DevnetSecrets {
    DevnetSecrets::from_seed(&[42; 32])
}

pub fn consensus_seed(place: usize) -> [u8; 32] {
    [u8::try_from(place).unwrap() + 1; 32]
}

/// Place 4 is the observer.
pub fn network_seed(place: usize) -> [u8; 32] {
    [u8::try_from(place).unwrap() + 101; 32]
}

fn public_keys() -> DevnetKeys {
    let mut keys = secrets().public();
    let network = |place| SecretKey::from_seed(&network_seed(place)).public_key();
    for (place, validator) in keys.validators.iter_mut().enumerate() {
        validator.consensus = SecretKey::from_seed(&consensus_seed(place)).public_key();
        validator.network = network(place);
    }
    keys.observer = network(4);
    keys
}

/// A network of four validators and one observer, named so that each test has its own chain.
pub fn genesis(name: &str, heartbeat_ms: u32) -> Genesis {
    let ports = choose_ports(0, 5).unwrap();
    let address = |place: usize| format!("127.0.0.1:{}", ports[place].peers);
    let mut options = DevnetOptions {
        name: name.to_owned(),
        time: BlockTime(wall_ms()),
        validator_addresses: [address(0), address(1), address(2), address(3)],
        observer_address: address(4),
        ..DevnetOptions::default()
    };
    options.parameters.heartbeat_ms = heartbeat_ms;
    devnet(&public_keys(), &options).unwrap()
}

pub fn wall_ms() -> u64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

/// Makes the folder of validator `place`, or of the observer for 4.
pub fn make_folder(parent: &Path, genesis: &Genesis, place: usize) -> PathBuf {
    let folder = parent.join(format!("node-{place}"));
    let keys = NodeKeys {
        consensus: (place < 4)
            .then(|| KeyFile::from_seed(Purpose::Consensus, consensus_seed(place))),
        next: None,
        network: KeyFile::from_seed(Purpose::Network, network_seed(place)),
    };
    init(&Folder::at(&folder), genesis, &keys).unwrap();
    folder
}

pub fn start(folder: &Path, extra: &[&str]) -> Command {
    let mut command = sycee();
    command
        .args(["start", "--folder"])
        .arg(folder)
        .args(extra)
        .stdin(Stdio::null());
    command
}

/// Runs a command that must end by itself, and soon.
pub fn run(command: &mut Command) -> Output {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait(child, Duration::from_secs(30))
}

/// Waits for a child with a bound; a child that outlives it is killed and the test fails.
pub fn wait(mut child: Child, bound: Duration) -> Output {
    let deadline = Instant::now() + bound;
    loop {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            panic!(
                "still running after {bound:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
