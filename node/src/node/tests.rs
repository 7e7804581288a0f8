//! Four validators and an observer in one process: real sockets, real disks, real threads.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use sycee_contracts::{
    Action, EndToEndId, IdempotencyKey, Instruction, Outcome, Pay, RejectReason,
};
use sycee_genesis::{DevnetOptions, DevnetSecrets, NetworkParameters, devnet};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, ParticipantId, TransactionId, identifiers::Uetr,
};

use super::*;
use crate::clock;
use crate::runtime::{NodeEvent, SubmitOutcome};

mod pruning;

const PATIENCE: Duration = Duration::from_secs(30);

struct Network5 {
    _folder: tempfile::TempDir,
    root: PathBuf,
    genesis: Genesis,
    secrets: DevnetSecrets,
    addresses: Vec<SocketAddr>,
}

impl Network5 {
    fn new() -> Network5 {
        Network5::with(NetworkParameters::default())
    }

    fn with(parameters: NetworkParameters) -> Network5 {
        let folder = tempfile::tempdir().unwrap();
        // Held together until all are known, so that no two are the same.
        let ports: Vec<TcpListener> = (0..5)
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let addresses: Vec<SocketAddr> = ports
            .iter()
            .map(|port| port.local_addr().unwrap())
            .collect();
        let secrets = DevnetSecrets::from_seed(&[9; 32]);
        let options = DevnetOptions {
            time: BlockTime(clock::wall().0 - 1_000),
            validator_addresses: std::array::from_fn(|place| addresses[place].to_string()),
            observer_address: addresses[4].to_string(),
            parameters,
            ..DevnetOptions::default()
        };
        let network = Network5 {
            root: folder.path().to_path_buf(),
            _folder: folder,
            genesis: devnet(&secrets.public(), &options).unwrap(),
            secrets,
            addresses,
        };
        for place in 0..5 {
            init(
                &network.folder(place),
                &network.genesis,
                &network.keys(place),
            )
            .unwrap();
        }
        network
    }

    fn folder(&self, place: usize) -> Folder {
        Folder::at(self.root.join(format!("node-{place}")))
    }

    fn keys(&self, place: usize) -> NodeKeys {
        let seed = self
            .secrets
            .validators
            .get(place)
            .map_or(self.secrets.observer_seed, |validator| {
                validator.network_seed
            });
        // The devnet hands out consensus keys ready for signing; a key file needs the seed it was derived from.
        let consensus = (place < 4).then(|| {
            let place = (place as u64).to_le_bytes();
            let seed =
                sycee_primitives::Hash::of(&[b"sycee devnet key", &[9; 32], &place, b"consensus"]);
            KeyFile::from_seed(Purpose::Consensus, seed.0)
        });
        NodeKeys {
            consensus,
            next: None,
            network: KeyFile::from_seed(Purpose::Network, seed),
        }
    }

    fn config(&self, place: usize) -> NodeConfig {
        NodeConfig {
            folder: self.folder(place),
            listen: vec![self.addresses[place]],
            transports: Vec::new(),
            rocks: RocksOptions::default(),
            retention: sycee_replica::Retention::Archive,
            snapshot_interval_ms: 0,
        }
    }

    async fn start_all(&self) -> Vec<NodeHandle> {
        let mut nodes = Vec::new();
        for place in 0..5 {
            nodes.push(start(self.config(place)).await.unwrap());
        }
        nodes
    }

    fn payment(&self, number: u64) -> (TransactionId, Vec<u8>) {
        let mut uetr = [7_u8; 16];
        uetr[..6].copy_from_slice(&number.to_be_bytes()[2..]);
        uetr[6] = 0x40;
        uetr[8] = 0x80;
        let now = clock::wall();
        let instruction = Instruction {
            chain_id: self.genesis.chain_id(),
            sender: ParticipantId(1),
            idempotency_key: IdempotencyKey::new(number.to_be_bytes()).unwrap(),
            expiry: BlockTime(now.0 + 600_000),
            action: Action::Pay(Pay {
                uetr: Uetr::from_bytes(uetr).unwrap(),
                end_to_end_id: EndToEndId::new("INVOICE-1").unwrap(),
                debtor: AccountId(3),
                creditor: AccountId(6),
                asset: AssetId(0),
                amount: Amount::from_minor(100).unwrap(),
                value_date: now.date(),
                purpose: None,
                payload_commitment: None,
                handling: sycee_contracts::Handling::default(),
            }),
        };
        let id = instruction.id();
        (id, instruction.sign(&[&self.secrets.banks[0]]).to_bytes())
    }
}

async fn accept(node: &NodeHandle, (id, bytes): (TransactionId, Vec<u8>)) -> TransactionId {
    let outcomes = tokio::time::timeout(PATIENCE, node.submit(vec![bytes]))
        .await
        .unwrap();
    assert_eq!(outcomes, vec![SubmitOutcome::Accepted(id)]);
    id
}

async fn stop_all(nodes: Vec<NodeHandle>) {
    for node in nodes {
        node.shutdown().await.unwrap();
    }
}

async fn proof(node: &NodeHandle, id: TransactionId) -> sycee_replica::CertifiedReceipt {
    for _ in 0..300 {
        if let Ok(proof) = node.prove(id).await {
            return proof;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not proven in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_accepted_final_proven_and_there_after_a_restart_of_all() {
    let network = Network5::new();
    let set = network.genesis.validator_set();
    let nodes = network.start_all().await;
    let mut events = nodes[4].subscribe();
    let paid = network.payment(1);
    let first = accept(&nodes[0], paid.clone()).await;
    for node in &nodes {
        let receipt = node.wait_receipt(first, PATIENCE).await.unwrap();
        assert_eq!(receipt.outcome, Outcome::Settled);
    }
    let Ok(NodeEvent::Executed { block, .. }) = events.recv().await else {
        panic!("the observer tells of executed blocks");
    };
    assert!(block.height.0 >= 1);
    for node in &nodes {
        assert_eq!(
            proof(node, first)
                .await
                .verify(&set)
                .unwrap()
                .receipt
                .transaction,
            first
        );
    }
    let (_, observed) = network.payment(2);
    let outcomes = nodes[1].submit(vec![paid.1, vec![1, 2, 3]]).await;
    assert!(matches!(outcomes[0], SubmitOutcome::Duplicate(record) if record.transaction == first));
    assert!(
        matches!(&outcomes[1], SubmitOutcome::Refused(refusal) if refusal.reason == RejectReason::Malformed)
    );
    assert_eq!(
        nodes[4].submit(vec![observed]).await,
        vec![SubmitOutcome::NoLane]
    );
    let error = start(network.config(0)).await.map(|_| ()).unwrap_err();
    assert_eq!(
        (error.exit(), error.code()),
        (9, "STORE_LOCKED"),
        "two nodes, one folder"
    );
    stop_all(nodes).await;

    let nodes = network.start_all().await;
    let before = nodes[2].receipt(first).await.unwrap();
    assert_eq!(
        before.map(|receipt| receipt.outcome),
        Some(Outcome::Settled)
    );
    let second = accept(&nodes[3], network.payment(3)).await;
    for node in &nodes {
        node.wait_receipt(second, PATIENCE).await.unwrap();
    }
    assert!(nodes[0].metrics().text().contains("sycee_final_height"));
    stop_all(nodes).await;
}

/// The store is synced before the mark: a power cut in between leaves the mark behind what the record says, and repeats.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_behind_its_record_catches_up_at_the_start() {
    let network = Network5::new();
    let path = network.folder(0).vote_mark();
    let before = fs::read(&path).unwrap();
    let nodes = network.start_all().await;
    let id = accept(&nodes[0], network.payment(1)).await;
    proof(&nodes[0], id).await;
    stop_all(nodes).await;
    let key = key_id(network.keys(0).consensus.as_ref().unwrap());
    let read = || VoteMarkFile::open(&path, key).unwrap().mark();
    let signed = read();
    assert!(signed.view > 0, "{signed:?}");
    fs::write(&path, &before).unwrap();
    // Alone it signs nothing: what the mark knows afterwards it has from the record.
    let node = start(network.config(0)).await.unwrap();
    node.shutdown().await.unwrap();
    let after = read();
    assert!(after.view >= signed.view, "{after:?}, {signed:?}");
    let lane = |mark: sycee_storage::VoteMark| (mark.lane_incarnation, mark.lane_seq);
    assert_eq!(lane(after), lane(signed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_has_lost_its_vote_record_does_not_start() {
    let network = Network5::new();
    let refusal = async |place| {
        let error = start(network.config(place)).await.map(|_| ()).unwrap_err();
        assert!(!error.remedy().is_empty());
        (error.exit(), error.code())
    };
    let error = init(&network.folder(0), &network.genesis, &network.keys(0)).map(|_| ());
    assert_eq!(error.unwrap_err().exit(), 5, "never over something else");

    let mark = network.folder(0).vote_mark();
    let kept = fs::read(&mark).unwrap();
    fs::remove_file(&mark).unwrap();
    assert_eq!(refusal(0).await, (9, "VOTE_RECORD_MISSING"), "no mark");
    fs::write(&mark, &kept[..60]).unwrap();
    assert_eq!(refusal(0).await.0, 9, "a cut mark");
    fs::remove_file(&mark).unwrap();

    fs::remove_dir_all(network.folder(1).store()).unwrap();
    assert_eq!(refusal(1).await, (9, "VOTE_RECORD_MISSING"), "no store");

    // A mark that knows of signatures which the store has lost.
    let id = key_id(network.keys(2).consensus.as_ref().unwrap());
    let mut file = VoteMarkFile::open(&network.folder(2).vote_mark(), id).unwrap();
    let ahead = sycee_storage::VoteMark {
        view: 3,
        ..file.mark()
    };
    file.advance(ahead).unwrap();
    drop(file);
    assert_eq!(
        refusal(2).await,
        (9, "VOTE_RECORD_BEHIND"),
        "an older store"
    );

    let consensus = network.folder(3).key(Purpose::Consensus);
    fs::remove_file(&consensus).unwrap();
    network
        .keys(2)
        .consensus
        .unwrap()
        .write_new(&consensus)
        .unwrap();
    assert_eq!(
        refusal(3).await,
        (9, "NODE_WRONG_KEY"),
        "another validator's key"
    );

    let other = DevnetSecrets::from_seed(&[8; 32]);
    let options = DevnetOptions {
        name: "other".to_owned(),
        ..DevnetOptions::default()
    };
    let mut facts = network.genesis.facts().clone();
    facts.name = "other".to_owned();
    let renamed = Genesis::new(facts).unwrap();
    fs::write(network.folder(4).genesis(), renamed.to_toml()).unwrap();
    assert_eq!(
        refusal(4).await,
        (8, "JOURNAL_WRONG_CHAIN"),
        "another genesis"
    );
    let foreign = devnet(&other.public(), &options).unwrap();
    fs::write(network.folder(4).genesis(), foreign.to_toml()).unwrap();
    assert_eq!(
        refusal(4).await,
        (4, "NODE_NOT_NAMED"),
        "a genesis without this node"
    );
}
