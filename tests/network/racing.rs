//! Races over real processes: banks and holders ask different nodes at once for one portion, one document, one warehouse receipt. Exactly one wins.

use std::time::Duration;

use sycee_api::{Client, wire};
use sycee_contracts::goods::{
    InspectGoods, IssueReceipt, PledgeReceipt, RegisterGoods, SurrenderReceipt, TransferReceipt,
};
use sycee_contracts::receivable::{
    AcceptReceivable, FinanceReceivable, IssueReceivable, OfferFinancing, PledgeReceivable,
    SetObligorLine,
};
use sycee_contracts::registry::{DocumentMark, RegisterFinancing};
use sycee_contracts::{
    Action, Attest, AttestationKind, IdempotencyKey, Instruction, Subject, SubjectText,
};
use sycee_node::local::network::Network;
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId, SecretKey,
};

use crate::life::{agree, network};

const WAIT: Duration = Duration::from_secs(30);
const ROUNDS: u64 = 6;
const CNY: AssetId = AssetId(0);
const FACE: u128 = 1_000;

/// Who acts, with an account of its own.
struct Actor {
    id: ParticipantId,
    account: AccountId,
    key: SecretKey,
}

/// How the ledger answered, wherever it said so.
#[derive(PartialEq, Eq, Debug)]
enum Answer {
    Row { id: u64, height: u64 },
    Refused(String),
}

fn actor(network: &Network, name: &str) -> Actor {
    let facts = network.genesis().facts();
    let place = facts.participants.iter().position(|it| it.id == name);
    let id = ParticipantId(u32::try_from(place.unwrap()).unwrap());
    let own = |it: &sycee_genesis::AccountFact| it.owner == id && it.asset == CNY;
    let account = facts.accounts.iter().position(own).unwrap();
    Actor {
        id,
        account: AccountId((facts.assets.len() + account) as u64),
        key: network.participant_key(name).unwrap().secret_key(),
    }
}

/// The central bank; it pays nothing here.
fn operator(network: &Network) -> Actor {
    Actor {
        id: ParticipantId(0),
        account: AccountId(0),
        key: network
            .participant_key("central-bank")
            .unwrap()
            .secret_key(),
    }
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap()
}

/// Signs, sends and waits until the outcome is final; a refusal at the edge is one too.
async fn send(network: &Network, client: &mut Client, actor: &Actor, action: Action) -> Answer {
    let now = client.status().await.unwrap().now_ms;
    let key: [u8; 16] = rand::random();
    let instruction = Instruction {
        chain_id: network.genesis().chain_id(),
        sender: actor.id,
        idempotency_key: IdempotencyKey::new(key).unwrap(),
        expiry: BlockTime(now + 600_000),
        action,
    };
    let bytes = instruction.sign(&[&actor.key]).to_bytes();
    match client.submit(bytes, wire::Wait::Final, WAIT).await {
        Ok(answer) => {
            let receipt = answer.receipt.unwrap();
            match receipt.outcome.unwrap().kind.unwrap() {
                wire::outcome::Kind::Recorded(row) => Answer::Row {
                    id: row.id,
                    height: receipt.height,
                },
                wire::outcome::Kind::Refused(problem) => Answer::Refused(problem.code.clone()),
                other => panic!("{other:?}"),
            }
        }
        Err(problem) => Answer::Refused(problem.code.clone()),
    }
}

/// Does what must take effect, through node 0; every node has executed it afterwards.
async fn act(network: &Network, actor: &Actor, action: Action) -> u64 {
    let mut client = network.node(0).unwrap().connect().await.unwrap();
    match send(network, &mut client, actor, action).await {
        Answer::Row { id, height } => {
            agree(network, height).await;
            id
        }
        Answer::Refused(code) => panic!("refused {code}"),
    }
}

fn mark(what: &str, round: u64) -> DocumentMark {
    DocumentMark {
        number_part: Hash::of(&[what.as_bytes(), &round.to_le_bytes()]),
        detail_part: Hash::ZERO,
    }
}

/// Sends all at once, each through a node of its own; answers who won, after every node has executed it.
async fn race(network: &Network, racers: [(usize, &Actor, Action); 3]) -> usize {
    let mut clients = Vec::new();
    for (node, _, _) in &racers {
        clients.push(network.node(*node).unwrap().connect().await.unwrap());
    }
    let [a, b, c] = racers;
    let [first, second, third] = &mut clients[..] else {
        panic!("three nodes")
    };
    let (first, second, third) = tokio::join!(
        send(network, first, a.1, a.2),
        send(network, second, b.1, b.2),
        send(network, third, c.1, c.2),
    );
    let mut winner = None;
    for (place, answer) in [first, second, third].into_iter().enumerate() {
        match answer {
            Answer::Row { height, .. } => {
                assert_eq!(winner.replace((place, height)), None, "two have won");
            }
            Answer::Refused(code) => {
                // Held by another, pledged, financed, or more than is left; of a receipt: held by another, not issued any more, pledged.
                let taken = [
                    "SY-01314", "SY-01324", "SY-01402", "SY-00976", "SY-01434", "SY-01448",
                    "SY-01450",
                ];
                assert!(taken.contains(&code.as_str()), "{code}");
            }
        }
    }
    let (place, height) = winner.expect("somebody wins");
    agree(network, height).await;
    place
}

fn offer(bank: &Actor, debtor: &Actor) -> Action {
    Action::OfferFinancing(OfferFinancing {
        account: bank.account,
        debtor: debtor.id,
        asset: CNY,
        rate: 36_000_000_000,
        basis: 360,
        fee: Amount::ZERO,
        days_min: 0,
        days_max: 366,
        recourse: false,
        limit: amount(1_000_000),
        expires: BlockTime(u64::MAX),
    })
}

/// A receivable of the round, accepted; answers the one portion that stands for it.
async fn promise(network: &Network, debtor: &Actor, supplier: &Actor, round: u64) -> (u64, u64) {
    let mut client = network.node(0).unwrap().connect().await.unwrap();
    let now = client.status().await.unwrap().now_ms;
    let claim = Action::IssueReceivable(IssueReceivable {
        debtor: debtor.id,
        asset: CNY,
        amount: amount(FACE),
        due: BusinessDate(BlockTime(now).date().0 + 30),
        documents: vec![mark("invoice", round)],
        contract: Hash::ZERO,
        account: supplier.account,
        long_term_ground: None,
    });
    let receivable = act(network, supplier, claim).await;
    let accept = Action::AcceptReceivable(AcceptReceivable {
        receivable,
        account: debtor.account,
    });
    act(network, debtor, accept).await;
    let portions = portions(&mut client, receivable).await;
    assert_eq!(portions.len(), 1);
    (receivable, portions[0].id)
}

async fn portions(client: &mut Client, receivable: u64) -> Vec<wire::ReceivablePortion> {
    let request = wire::GetReceivableRequest {
        id: receivable,
        ..wire::GetReceivableRequest::default()
    };
    let answer = client.calls().get_receivable(request).await.unwrap();
    answer.into_inner().portions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_portion_and_one_document_have_one_winner_whatever_node_is_asked() {
    let mut network = network().await;
    let [bank_a, bank_b, bank_c, bank_d] =
        ["bank-a", "bank-b", "bank-c", "bank-d"].map(|name| actor(&network, name));
    let [debtor, supplier] = ["corp-1", "corp-2"].map(|name| actor(&network, name));
    let line = Action::SetObligorLine(SetObligorLine {
        debtor: debtor.id,
        asset: CNY,
        cap: amount(1_000_000),
    });
    act(&network, &bank_a, line).await;
    let cheap = act(&network, &bank_b, offer(&bank_b, &debtor)).await;
    let dear = act(&network, &bank_c, offer(&bank_c, &debtor)).await;
    for round in 0..ROUNDS {
        let (receivable, portion) = promise(&network, &debtor, &supplier, round).await;
        let finance = |offer| {
            Action::FinanceReceivable(FinanceReceivable {
                offer,
                portion,
                price_min: Amount::ZERO,
            })
        };
        let pledge = Action::PledgeReceivable(PledgeReceivable {
            portion,
            pledgee: bank_d.id,
            account: bank_d.account,
            secured: amount(FACE),
        });
        let racers = [
            (1, &supplier, finance(cheap)),
            (2, &supplier, finance(dear)),
            (3, &supplier, pledge),
        ];
        let winner = race(&network, racers).await;
        // Every node, the observer as well, sees the one use and no other.
        for node in network.nodes() {
            let mut client = node.connect().await.unwrap();
            let found = portions(&mut client, receivable).await.remove(0);
            let holder = [bank_b.id, bank_c.id, supplier.id][winner];
            assert_eq!(found.holder, holder.0, "{}", node.name());
            assert_eq!(found.pledgee.is_some(), winner == 2, "{}", node.name());
        }
        let enter = |part| {
            Action::RegisterFinancing(RegisterFinancing {
                document: mark("paper", round),
                asset: CNY,
                total: amount(FACE),
                amount: amount(part),
            })
        };
        // More than half each: two of them do not fit.
        let racers = [
            (1, &bank_b, enter(600)),
            (2, &bank_c, enter(FACE)),
            (3, &bank_d, enter(501)),
        ];
        race(&network, racers).await;
    }
    network.stop().await;
}

/// A lot of the round in the warehouse, inspected; answers its receipt.
async fn store(network: &Network, warehouse: &Actor, owner: &Actor, round: u64) -> u64 {
    let register = Action::RegisterGoods(RegisterGoods {
        depositor: owner.id,
        commodity: SubjectText::new("RICE").unwrap(),
        quantity: 100,
        document: mark("storage", round),
        decay_ppm: 0,
        cold_chain: None,
    });
    let lot = act(network, warehouse, register).await;
    let inspect = Action::InspectGoods(InspectGoods {
        lot,
        quantity: 100,
        grade: 1,
        report: Hash::ZERO,
    });
    act(network, &actor(network, "corp-6"), inspect).await;
    let issue = Action::IssueReceipt(IssueReceipt { lot });
    act(network, warehouse, issue).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_warehouse_receipt_has_one_winner_whatever_node_is_asked() {
    let mut network = network().await;
    let [bank, operator] = [actor(&network, "bank-b"), operator(&network)];
    let [owner, buyer, warehouse] =
        ["corp-2", "corp-4", "corp-5"].map(|name| actor(&network, name));
    let mut client = network.node(0).unwrap().connect().await.unwrap();
    let now = BlockTime(client.status().await.unwrap().now_ms);
    let price = Action::Attest(Attest {
        kind: AttestationKind::Price,
        subject: Subject::Named(SubjectText::new("RICE").unwrap()),
        value: 10_000,
        scale: 2,
        observed: now,
        expires: now.after_ms(86_400_000),
        document: Hash::ZERO,
    });
    act(&network, &operator, price).await;
    for round in 0..ROUNDS {
        let receipt = store(&network, &warehouse, &owner, round).await;
        let pledge = Action::PledgeReceipt(PledgeReceipt {
            receipt,
            pledgee: bank.id,
            asset: CNY,
            secured: amount(5_000),
            pricer: operator.id,
            haircut_ppm: 100_000,
            ltv_max_ppm: 800_000,
            cure_days: 2,
        });
        let to = buyer.id;
        let transfer = Action::TransferReceipt(TransferReceipt { receipt, to });
        let surrender = Action::SurrenderReceipt(SurrenderReceipt { receipt });
        let racers = [
            (1, &owner, pledge),
            (2, &owner, transfer),
            (3, &owner, surrender),
        ];
        let winner = race(&network, racers).await;
        // Every node, the observer as well, sees the one use and no other.
        for node in network.nodes() {
            let mut client = node.connect().await.unwrap();
            let request = wire::GetObjectRequest {
                table: "warehouse-receipts".to_owned(),
                id: receipt,
                ..wire::GetObjectRequest::default()
            };
            let found = client.calls().get_object(request).await.unwrap();
            let json = found.into_inner().object.unwrap().json;
            let found: serde_json::Value = serde_json::from_str(&json).unwrap();
            let holder = [owner.id, buyer.id, owner.id][winner];
            assert_eq!(found["holder"], holder.0, "{}", node.name());
            assert_eq!(found["pledge"].is_null(), winner != 0, "{}", node.name());
            let state = found["state"].as_str().unwrap().to_lowercase();
            assert_eq!(state == "surrendered", winner == 2, "{}", node.name());
        }
    }
    network.stop().await;
}
