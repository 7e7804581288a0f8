//! All four validators certify a wrong root; a real observer recomputes, stops, and says where. [X7]
//!
//! ```text
//!   4 x Liar { Core, Ledger, Network }  in this process, signing whatever suits them
//!        |  blocks, finalizations and table roots over the real transport
//!        v
//!   sycee start (observer)  -->  exit 8, height and table
//! ```

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use sycee_primitives::Epoch;

use sycee_consensus::{
    Core, Input, Journal, Message, Now, Output, SignedBlock, Token, ValidatorIndex,
};
use sycee_contracts::{BlockContext, Ledger, TableRoots, VerifiedTransaction, execute, read};
use sycee_genesis::Genesis;
use sycee_network::{
    Class, Network, NetworkConfig, NetworkEvent, NetworkEvents, NetworkKey, NodeEntry, PeerIndex,
    Transport,
};
use sycee_primitives::{BlockTime, Hash, Height, SecretKey, Tick};
use sycee_replica::{
    EpochFacts, PeerMessage, ReplicaConfig, class_of, encode_core, encode_table_roots, genesis_cut,
    order_of,
};

use crate::founding::{consensus_seed, genesis, make_folder, network_seed, start, wait, wall_ms};

/// Which root the liars alter, from which height on.
#[derive(Clone, Copy)]
enum Lie {
    Results(u64),
    /// The state root itself: there are no table roots under it.
    State(u64),
    /// The root of the accounts, and the state root over it.
    Accounts(u64),
}

struct Liar {
    core: Core,
    ledger: Ledger,
    network: Network,
    events: NetworkEvents,
    lie: Lie,
    /// What it shows to a node that asks.
    tables: BTreeMap<Height, TableRoots>,
    delivered: Vec<SignedBlock>,
    finalizations: BTreeMap<Hash, sycee_consensus::Certificate>,
    genesis: Genesis,
}

impl Liar {
    async fn start(genesis: &Genesis, place: usize, lie: Lie) -> Liar {
        let ledger = genesis.ledger().unwrap();
        let key = SecretKey::from_seed(&consensus_seed(place));
        let index = ValidatorIndex(u16::try_from(place).unwrap());
        let config = ReplicaConfig::of(
            genesis,
            ledger.checkpoint().state_root,
            index.0,
            vec![key],
            Hash([7; 32]),
        )
        .core(&EpochFacts::first(genesis.validator_set()), Token(0));
        let facts = genesis.facts();
        let validators = facts
            .validators
            .iter()
            .map(|it| (it.network_key, it.address.clone()));
        let observers = facts
            .observers
            .iter()
            .map(|it| (it.network_key, it.address.clone()));
        let entry = |(key, address): (sycee_primitives::PublicKey, String)| NodeEntry {
            network_public_key: key.0,
            addresses: vec![address],
        };
        let listen = facts.validators[place].address.parse().unwrap();
        let (network, events) = Network::start(NetworkConfig {
            key: NetworkKey::from_seed(&mut network_seed(place)),
            protocol_id: format!("sycee/1/{}", genesis.chain_id()),
            own: PeerIndex(index.0),
            nodes: validators.chain(observers).map(entry).collect(),
            listen: vec![listen],
            transports: vec![Transport::Tcp],
        })
        .await
        .unwrap();
        let core = Core::new(config, Journal::default());
        let (delivered, finalizations) = (Vec::new(), BTreeMap::new());
        Liar {
            core,
            ledger,
            network,
            events,
            lie,
            tables: BTreeMap::new(),
            delivered,
            finalizations,
            genesis: genesis.clone(),
        }
    }

    fn take(&mut self, now: Now, event: NetworkEvent) {
        match event {
            NetworkEvent::Connected(peer) => {
                self.step(now, Input::Connected(ValidatorIndex(peer.0)))
            }
            NetworkEvent::Disconnected(peer) => {
                self.step(now, Input::Disconnected(ValidatorIndex(peer.0)))
            }
            NetworkEvent::Frame { from, bytes, .. } => {
                let message = match PeerMessage::decode(&Arc::from(bytes)) {
                    Ok(PeerMessage::Core { message, .. }) => message,
                    Ok(PeerMessage::TableRootsRequest(height)) => return self.show(from, height),
                    Ok(
                        PeerMessage::Batch(_)
                        | PeerMessage::TableRoots(_)
                        | PeerMessage::State(_)
                        | PeerMessage::LeftOverRequest
                        | PeerMessage::LeftOver(..),
                    )
                    | Err(_) => return,
                };
                if let Message::RangeRequest { above } = message {
                    return self.serve(from, above);
                }
                self.step(
                    now,
                    Input::Message {
                        from: ValidatorIndex(from.0),
                        message,
                    },
                );
            }
            NetworkEvent::Refused(_) | NetworkEvent::Listening(_) => {}
        }
    }

    fn show(&self, to: PeerIndex, height: Height) {
        if let Some(tables) = self.tables.get(&height) {
            let _ = self
                .network
                .send(to, Class::Sync, encode_table_roots(tables));
        }
    }

    fn serve(&self, to: PeerIndex, above: Height) {
        let set = self.genesis.validator_set();
        let blocks: Vec<SignedBlock> = self
            .delivered
            .iter()
            .filter(|signed| signed.block.height > above)
            .cloned()
            .collect();
        let last = blocks
            .last()
            .and_then(|signed| self.finalizations.get(&signed.block.digest(&set)));
        if let Some(finalization) = last.cloned() {
            self.send(
                to,
                &Message::Range {
                    blocks,
                    finalization,
                },
            );
        }
    }

    fn send(&self, to: PeerIndex, message: &Message) {
        let class = match class_of(message) {
            sycee_replica::Class::Votes => Class::Votes,
            sycee_replica::Class::Blocks => Class::Blocks,
            sycee_replica::Class::Sync => Class::Sync,
            sycee_replica::Class::Batches => Class::Batches,
        };
        let _ = self.network.send(to, class, encode_core(Epoch(0), message));
    }

    fn broadcast(&mut self, message: &Message, peers: u16) {
        if let Message::Certificate(certificate) = message {
            self.finalizations
                .insert(certificate.digest, certificate.clone());
        }
        (0..peers).for_each(|to| self.send(PeerIndex(to), message));
    }

    fn step(&mut self, now: Now, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for output in self.core.step(now, input) {
                match output {
                    Output::Persist {
                        token: Token(token),
                        ..
                    } => inputs.push(Input::Persisted(Token(token))),
                    Output::Send { to, message } => self.send(PeerIndex(to.0), &message),
                    Output::Broadcast(message) => self.broadcast(&message, 5),
                    Output::BroadcastToValidators(message) => self.broadcast(&message, 4),
                    Output::Deliver(block) => {
                        inputs.push(self.execute(&block.block));
                        self.delivered.push(block.block);
                    }
                    Output::Alarm(alarm) => panic!("the liars agree among themselves: {alarm:?}"),
                    Output::EpochEnded(_)
                    | Output::Sealed(_)
                    | Output::Abandoned { .. }
                    | Output::Overtaken { .. }
                    | Output::BroadcastBatch { .. }
                    | Output::OwnBatchSynced { .. } => {}
                }
            }
        }
    }

    /// Executes honestly, then says something else.
    fn execute(&mut self, signed: &SignedBlock) -> Input {
        let (height, time) = (signed.block.height, signed.block.time);
        let nothing: [VerifiedTransaction; 0] = [];
        // The blocks of the liars carry no batches: every lane stays where it began.
        let set = self.genesis.validator_set();
        self.ledger.note_order(order_of(&genesis_cut(&set)));
        let executed = execute(&mut self.ledger, &BlockContext { height, time }, &nothing).unwrap();
        let altered = |root: Hash| Hash::of(&[b"a lie", &root.0]);
        let (mut results, mut state_root) = (
            executed.results,
            executed.checkpoint.map(|it| it.state_root),
        );
        match self.lie {
            Lie::Results(from) if height.0 >= from => results = altered(results),
            Lie::State(from) if height.0 >= from => state_root = state_root.map(altered),
            Lie::Results(_) | Lie::State(_) | Lie::Accounts(_) => {}
        }
        if let Some(root) = &mut state_root {
            let mut tables = read::table_roots(&self.ledger).cloned().unwrap();
            if matches!(self.lie, Lie::Accounts(from) if height.0 >= from) {
                tables.accounts = altered(tables.accounts);
                *root = tables.state_root();
            }
            self.tables.insert(height, tables);
        }
        Input::Executed {
            height,
            results,
            state_root,
            next: None,
            next_due: None,
            effect: false,
        }
    }
}

/// Runs the liars until the observer has had enough, and returns what it said.
async fn observe(name: &str, lie: Lie) -> (Option<i32>, String) {
    let parent = tempfile::tempdir().unwrap();
    let genesis = genesis(name, 300);
    let folder = make_folder(parent.path(), &genesis, 4);
    let mut liars = Vec::new();
    for place in 0..4 {
        liars.push(Liar::start(&genesis, place, lie).await);
    }
    // Peers on the port of the genesis, clients on free ones.
    let free = ["--grpc", "127.0.0.1:0", "--operations", "127.0.0.1:0"];
    let mut observer = start(&folder, &free)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while observer.try_wait().unwrap().is_none() {
        assert!(
            began.elapsed() < Duration::from_secs(40),
            "the observer believes the liars"
        );
        let tick = Tick(u64::try_from(began.elapsed().as_micros()).unwrap());
        let now = Now {
            tick,
            wall: BlockTime(wall_ms()),
        };
        for liar in &mut liars {
            while let Some(event) = liar.events.try_recv() {
                liar.take(now, event);
            }
            liar.step(now, Input::Tick);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let output = wait(observer, Duration::from_secs(5));
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The one line that an operator reads: code, height, table, both roots, remedy.
fn error_line<'a>((exit, said): &'a (Option<i32>, String), what: &str) -> &'a str {
    assert_eq!(*exit, Some(8), "{said}");
    let mut lines = said.lines().filter(|line| line.starts_with("error "));
    let line = lines.next().unwrap_or_else(|| panic!("no line: {said}"));
    assert_eq!(lines.next(), None, "one line: {said}");
    assert!(line.starts_with("error RESULTS_DIFFER: height "), "{line}");
    let (before, remedy) = line.split_once("; remedy: ").unwrap();
    assert!(!remedy.is_empty(), "{line}");
    let words: Vec<&str> = before.split_whitespace().collect();
    for name in ["own", "certified"] {
        let at = words.iter().position(|word| *word == name).unwrap();
        let root = words[at..].iter().find(|word| word.len() >= 64);
        assert!(root.is_some(), "{name} {what}: {line}");
    }
    assert!(before.contains(&format!("own {what} ")), "{line}");
    line
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_observer_stops_at_wrong_results_that_everybody_certified() {
    let ended = observe("lying-results", Lie::Results(2)).await;
    let line = error_line(&ended, "results");
    assert!(line.contains("height 2, table receipts: "), "{line}");
}

/// The liars show honest table roots here; they are not those of the certified root and name nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_observer_stops_at_a_wrong_state_root_that_everybody_certified() {
    let ended = observe("lying-state", Lie::State(1)).await;
    let line = error_line(&ended, "state root");
    let table = ", table state (no peer shows table roots that hash to the certified root): own state root ";
    assert!(line.contains(table), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_observer_names_the_table_that_everybody_lied_about() {
    let ended = observe("lying-accounts", Lie::Accounts(1)).await;
    let line = error_line(&ended, "state root");
    assert!(line.contains(", table accounts: own state root "), "{line}");
}
