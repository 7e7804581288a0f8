//! The interface over a real connection, with a backend that needs no network of nodes.

mod credit;
mod objects;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sycee_api::wire::{self, Wait, get_participant_request};
use sycee_api::{Client, NodeFault, convert};
use sycee_contracts::{
    Action, BulkMode, EndToEndId, IdempotencyKey, Instruction, Leg, Pay, PayBatch, RejectReason,
};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, ParticipantId, identifiers::Uetr,
    limits::TRANSACTION_BYTES_MAX,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use super::testing::{START_MS, SmallBackend, genesis, secrets};
use super::{listen, operate, serve};

const WAIT: Duration = Duration::from_secs(5);

struct Served {
    backend: Arc<SmallBackend>,
    client: Client,
    _stop: oneshot::Sender<()>,
}

fn local() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn served() -> Served {
    let backend = Arc::new(SmallBackend::new());
    let listener = listen("gRPC", local()).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(serve(Arc::clone(&backend), listener, async {
        let _ = stopped.await;
    }));
    let client = Client::connect(&address).await.unwrap();
    Served {
        backend,
        client,
        _stop: stop,
    }
}

/// An instruction of bank A, told apart by `number`.
fn signed(number: u64, action: Action) -> Vec<u8> {
    let instruction = Instruction {
        chain_id: genesis().chain_id(),
        sender: ParticipantId(1),
        idempotency_key: IdempotencyKey::new(number.to_be_bytes()).unwrap(),
        expiry: BlockTime(START_MS + 3_600_000),
        action,
    };
    let secrets = secrets();
    instruction.sign(&[&secrets.banks[0]]).to_bytes()
}

fn pay(number: u64, minor: u128) -> Vec<u8> {
    let mut random = [0; 16];
    random[..8].copy_from_slice(&number.to_be_bytes());
    signed(
        number,
        Action::Pay(Pay {
            uetr: Uetr::from_random(random),
            end_to_end_id: EndToEndId::new("E").unwrap(),
            debtor: AccountId(3),
            creditor: AccountId(6),
            asset: AssetId(0),
            amount: Amount::from_minor(minor).unwrap(),
            value_date: BlockTime(START_MS).date(),
            purpose: None,
            payload_commitment: None,
            handling: sycee_contracts::Handling::default(),
        }),
    )
}

async fn balance(client: &mut Client, account: &str, height: Option<u64>) -> u128 {
    let answer = client.account(account, height).await.unwrap();
    answer.account.unwrap().balance_minor.parse().unwrap()
}

#[tokio::test]
async fn a_payment_is_final_once_however_often_it_is_sent() {
    let mut it = served().await;
    let before = balance(&mut it.client, "6", None).await;
    let first = it
        .client
        .submit(pay(1, 1_234), Wait::Final, WAIT)
        .await
        .unwrap();
    assert_eq!(first.reached(), Wait::Final);
    assert!(!first.idempotency_hit);
    let again = it
        .client
        .submit(pay(1, 1_234), Wait::Final, WAIT)
        .await
        .unwrap();
    assert!(again.idempotency_hit);
    assert_eq!(again.receipt, first.receipt);
    assert_eq!(
        balance(&mut it.client, "SETTLEMENT-2-CNY", None).await,
        before + 1_234
    );
    // Another intent under the same key is refused, and changes nothing.
    let problem = it
        .client
        .submit(pay(1, 9), Wait::Final, WAIT)
        .await
        .unwrap_err();
    assert_eq!(problem.code, RejectReason::DuplicateInstruction.code());
    // The intent is found by its key and by its UETR.
    let found = it
        .client
        .instruction(1, 1_u64.to_be_bytes().to_vec())
        .await
        .unwrap();
    assert_eq!(found.receipt, first.receipt);
}

#[tokio::test]
async fn waiting_goes_as_far_as_asked_and_no_further() {
    let mut it = served().await;
    let accepted = it
        .client
        .submit(pay(1, 1), Wait::Accepted, WAIT)
        .await
        .unwrap();
    assert_eq!(
        (accepted.reached(), accepted.receipt),
        (Wait::Accepted, None)
    );
    let id = convert::transaction_id(&accepted.transaction_id).unwrap();
    let unknown = it
        .client
        .receipt(&id, false, Duration::ZERO)
        .await
        .unwrap_err();
    assert_eq!(unknown.code, NodeFault::TransactionUnknown.code());
    let waited = it.client.receipt(&id, false, WAIT).await.unwrap();
    assert_eq!(waited.receipt.unwrap().height, 1);
    let not_yet = it
        .client
        .receipt(&id, true, Duration::ZERO)
        .await
        .unwrap_err();
    assert_eq!(not_yet.code, NodeFault::NotCertified.code());
    let late = it
        .client
        .receipt(&id, true, Duration::from_millis(50))
        .await
        .unwrap_err();
    assert_eq!(late.code, NodeFault::TimedOut.code());
    // The certificate comes with the next block.
    let backend = Arc::clone(&it.backend);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        backend.make_block();
    });
    let proven = it.client.receipt(&id, true, WAIT).await.unwrap();
    assert_eq!(proven.proof, b"proof");
}

#[tokio::test]
async fn every_transaction_of_a_group_is_answered_for_itself() {
    let mut it = served().await;
    let legs = [6, 999, 9].map(|creditor| Leg {
        creditor: AccountId(creditor),
        amount: Amount::from_minor(5).unwrap(),
        uetr: [0; 16],
        reference: [0; 16],
        purpose: [0; 4],
    });
    let bulk = PayBatch::of(
        AccountId(3),
        AssetId(0),
        BlockTime(START_MS).date(),
        BulkMode::Each,
        legs.into(),
    );
    let group = vec![
        pay(1, 1),
        b"no transaction".to_vec(),
        signed(2, Action::PayBatch(bulk)),
        pay(3, 10_u128.pow(20)),
        vec![0; TRANSACTION_BYTES_MAX + 1],
    ];
    let answers = it
        .client
        .submit_all(group, Wait::Final, WAIT)
        .await
        .unwrap();
    assert!(convert::refusal_of(answers[0].as_ref().unwrap().receipt.as_ref().unwrap()).is_none());
    assert_eq!(
        answers[1].as_ref().unwrap_err().code,
        RejectReason::Malformed.code()
    );
    let receipt =
        convert::receipt_from(answers[2].as_ref().unwrap().receipt.as_ref().unwrap()).unwrap();
    assert_eq!(
        receipt.outcome,
        sycee_contracts::Outcome::BulkSettled {
            settled_count: 2,
            settled_sum: 10,
            refused: vec![(1, RejectReason::CreditorUnknown)],
        }
    );
    // A refusal by execution is an outcome, not an error of the call.
    let refusal = convert::refusal_of(answers[3].as_ref().unwrap().receipt.as_ref().unwrap());
    assert_eq!(
        refusal.unwrap().code,
        RejectReason::InsufficientFunds.code()
    );
    assert_eq!(
        answers[4].as_ref().unwrap_err().code,
        RejectReason::Oversize.code()
    );
}

#[tokio::test]
async fn what_exceeds_a_limit_is_refused_with_a_code() {
    let mut it = served().await;
    let many = vec![Vec::new(); sycee_api::TRANSACTIONS_PER_REQUEST_MAX + 1];
    let problem = it
        .client
        .submit_all(many, Wait::Final, WAIT)
        .await
        .unwrap_err();
    assert_eq!(problem.code, NodeFault::TooManyEntries.code());
    let request = wire::ListAccountsRequest {
        from_id: 0,
        limit: 1_001,
        owner: None,
    };
    let status = it.client.calls().list_accounts(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    let request = wire::SubmitTransactionRequest {
        transaction: Vec::new(),
        wait: 77,
        timeout_ms: 0,
    };
    let status = it
        .client
        .calls()
        .submit_transaction(request)
        .await
        .unwrap_err();
    assert!(
        status.message().starts_with("SY-10002 "),
        "{}",
        status.message()
    );
}

#[tokio::test]
async fn reads_say_their_height_and_reach_into_the_past() {
    let mut it = served().await;
    let before = balance(&mut it.client, "3", None).await;
    it.client
        .submit(pay(1, 100), Wait::Final, WAIT)
        .await
        .unwrap();
    it.client
        .submit(pay(2, 10), Wait::Final, WAIT)
        .await
        .unwrap();
    assert_eq!(balance(&mut it.client, "3", Some(0)).await, before);
    assert_eq!(balance(&mut it.client, "3", Some(1)).await, before - 100);
    assert_eq!(it.client.account("3", None).await.unwrap().as_of_height, 2);
    let ahead = it.client.account("3", Some(3)).await.unwrap_err();
    assert_eq!(ahead.code, NodeFault::HeightAhead.code());
    let unknown = it.client.account("NOBODY", None).await.unwrap_err();
    assert_eq!(unknown.code, NodeFault::AccountUnknown.code());
    let (first, second) = (
        it.client.roots(Some(1)).await.unwrap(),
        it.client.roots(None).await.unwrap(),
    );
    assert_eq!((first.height, second.height), (1, 2));
    assert_ne!(first.balances, second.balances);
    assert_eq!(
        first,
        wire::GetRootsResponse {
            as_of_height: 2,
            ..it.client.roots(Some(1)).await.unwrap()
        }
    );
}

#[tokio::test]
async fn lists_are_complete_page_by_page() {
    let mut it = served().await;
    let mut seen = Vec::new();
    let mut from_id = 0;
    loop {
        let request = wire::ListAccountsRequest {
            from_id,
            limit: 7,
            owner: None,
        };
        let page = it
            .client
            .calls()
            .list_accounts(request)
            .await
            .unwrap()
            .into_inner();
        seen.extend(page.accounts.iter().map(|account| account.id));
        match page.next_id {
            Some(next) => from_id = next,
            None => break,
        }
    }
    let status = it.client.status().await.unwrap();
    assert_eq!(seen, (0..status.accounts).collect::<Vec<u64>>());
    assert_eq!(it.client.accounts_of(1).await.unwrap().len(), 3);
    assert_eq!(it.client.accounts_of(99).await.unwrap(), vec![]);
    let participants = it.client.participants().await.unwrap();
    assert_eq!(participants.len() as u64, status.participants);
    for participant in &participants {
        let keys = [
            get_participant_request::Key::Id(participant.id),
            get_participant_request::Key::Lei(participant.lei.clone()),
            get_participant_request::Key::PublicKey(participant.keys[0].public_key.clone()),
        ];
        for key in keys {
            assert_eq!(it.client.participant(key).await.as_ref(), Ok(participant));
        }
    }
}

#[tokio::test]
async fn a_stream_of_blocks_resumes_without_gaps() {
    let mut it = served().await;
    for _ in 0..3 {
        it.backend.make_block();
    }
    let heights = async |stream: &mut tonic::Streaming<wire::BlockEvent>, count: usize| {
        let mut heights = Vec::new();
        for _ in 0..count {
            heights.push(
                stream
                    .message()
                    .await
                    .unwrap()
                    .unwrap()
                    .block
                    .unwrap()
                    .height,
            );
        }
        heights
    };
    let mut stream = it.client.watch(0).await.unwrap();
    assert_eq!(heights(&mut stream, 3).await, [1, 2, 3]);
    drop(stream);
    let mut stream = it.client.watch(3).await.unwrap();
    it.backend.make_block();
    it.backend.make_block();
    assert_eq!(heights(&mut stream, 3).await, [3, 4, 5]);
}

#[tokio::test]
async fn only_this_machine_is_served() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:192.0.2.1]:0"] {
        let problem = listen("gRPC", address.parse().unwrap()).await.unwrap_err();
        assert_eq!(
            problem.code,
            NodeFault::AddressNotLoopback.code(),
            "{address}"
        );
        assert_eq!(crate::exit::of(&problem), crate::exit::UNSAFE);
    }
    let held = listen("gRPC", local()).await.unwrap();
    let problem = listen("gRPC", held.local_addr().unwrap())
        .await
        .unwrap_err();
    assert_eq!(problem.code, NodeFault::AddressInUse.code());
}

async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_operations_port_says_what_monitoring_asks() {
    let backend = Arc::new(SmallBackend::new());
    let listener = listen("operations", local()).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(operate(
        Arc::clone(&backend),
        listener,
        std::future::pending(),
    ));
    assert!(get(address, "/livez").await.starts_with("HTTP/1.1 200"));
    assert!(get(address, "/readyz").await.starts_with("HTTP/1.1 200"));
    backend.set_ready(false);
    let refused = get(address, "/readyz").await;
    assert!(
        refused.starts_with("HTTP/1.1 503") && refused.ends_with("starting\n"),
        "{refused}"
    );
    assert!(get(address, "/metrics").await.contains("openmetrics-text"));
    assert!(
        get(address, "/status")
            .await
            .contains("\"role\":\"validator\"")
    );
    assert!(get(address, "/nothing").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn offences_are_listed_page_by_page_and_found_by_their_id() {
    use sycee_consensus::{Evidence, ValidatorIndex, View, Vote, VoteKind};
    use sycee_primitives::{Epoch, Hash, Height, Signature};
    use sycee_replica::evidence::RecordedOffence;

    let Served {
        backend,
        mut client,
        _stop,
    } = served().await;
    let vote = |view: u64, byte: u8| Vote {
        kind: VoteKind::Finalize,
        view: View(view),
        digest: Hash([byte; 32]),
        signer: ValidatorIndex(2),
        signature: Signature([byte; 64]),
    };
    let recorded = (0..5u16).map(|number| RecordedOffence {
        height: Height(7 + u64::from(number) / 2),
        place: number % 2,
        evidence: Evidence::of_votes(Epoch(0), &vote(number.into(), 1), &vote(number.into(), 2))
            .unwrap(),
    });
    backend.offences.lock().unwrap().extend(recorded);
    let mut request = wire::ListEvidenceRequest {
        limit: 2,
        ..Default::default()
    };
    let mut found = Vec::new();
    for expected in [2, 2, 1] {
        let page = client.calls().list_evidence(request).await.unwrap();
        let page = page.into_inner();
        assert_eq!(page.evidence.len(), expected);
        assert_eq!(page.next_height.is_some(), expected == 2);
        request.from_height = page.next_height.unwrap_or_default();
        request.from_place = page.next_place.unwrap_or_default();
        found.extend(page.evidence);
    }
    let places: Vec<_> = found.iter().map(|it| (it.height, it.place)).collect();
    let expected = [(7, 0), (7, 1), (8, 0), (8, 1), (9, 0)];
    assert_eq!(
        places,
        expected.map(|(height, place)| (Some(height), Some(place)))
    );
    let third = found.swap_remove(2);
    assert_eq!(
        (third.kind.as_str(), third.validator),
        ("double_finalize", 2)
    );
    assert_eq!((third.view, third.seq), (Some(2), None));
    let request = wire::GetEvidenceRequest {
        id: third.id.clone(),
    };
    let again = client.calls().get_evidence(request).await.unwrap();
    assert_eq!(again.into_inner().evidence, Some(third));
    for (id, fault) in [
        ("00".repeat(32), NodeFault::EvidenceUnknown),
        ("no id".to_owned(), NodeFault::FieldMalformed),
    ] {
        let request = wire::GetEvidenceRequest { id };
        let answer = sycee_api::client::answer(client.calls().get_evidence(request).await);
        assert_eq!(answer.unwrap_err().code, fault.code());
    }
}
