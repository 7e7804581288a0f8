//! Every table over the wire, rows with proofs, and instructions that a client without an encoder sends.

use sycee_api::client::answer;
use sycee_contracts::{ObjectProof, Table};
use sycee_primitives::codec;

use super::*;

async fn list(
    it: &mut Served,
    table: &str,
    participant: Option<u32>,
    limit: u32,
) -> Result<Vec<wire::Object>, sycee_api::Problem> {
    let mut found = Vec::new();
    let mut from_id = 0;
    loop {
        let request = wire::ListObjectsRequest {
            table: table.to_owned(),
            from_id,
            limit,
            participant,
        };
        let page = answer(it.client.calls().list_objects(request).await)?;
        assert!(page.objects.len() <= 1_000);
        found.extend(page.objects);
        match page.next_id {
            Some(next) => from_id = next,
            None => return Ok(found),
        }
    }
}

#[tokio::test]
async fn every_row_of_every_table_is_read_in_both_forms() {
    let mut it = served().await;
    let request = wire::ListTablesRequest {};
    let tables = answer(it.client.calls().list_tables(request).await).unwrap();
    let rows = |name: &str| {
        tables
            .tables
            .iter()
            .find(|it| it.name == name)
            .unwrap()
            .rows
    };
    assert!(
        rows("accounts") > 6,
        "payments of these tests go to account 6"
    );
    assert!(rows("participants") > 2 && rows("seats") >= 4);
    assert_eq!(rows("loans"), 0);
    for table in &tables.tables {
        assert!(!table.says.is_empty(), "{}", table.name);
        for limit in [1, 0] {
            let found = list(&mut it, &table.name, None, limit).await.unwrap();
            assert_eq!(found.len() as u64, table.rows, "{}", table.name);
            for (id, object) in (0..).zip(found) {
                assert_eq!((object.id, &object.table), (id, &table.name));
                let kind = Table::from_name(&table.name).unwrap();
                let told = sycee_api::json::object(kind, &object.row).unwrap();
                assert_eq!(told.to_string(), object.json);
                let request = wire::GetObjectRequest {
                    table: table.name.clone(),
                    id,
                    ..Default::default()
                };
                let single = answer(it.client.calls().get_object(request).await).unwrap();
                assert_eq!(single.object, Some(object));
            }
        }
    }
}

#[tokio::test]
async fn rows_of_a_participant_are_those_that_name_it() {
    let mut it = served().await;
    let all = list(&mut it, "accounts", None, 0).await.unwrap();
    let owner = |object: &wire::Object| {
        let told: serde_json::Value = serde_json::from_str(&object.json).unwrap();
        told["owner"].as_u64().unwrap()
    };
    for participant in [0, 1, 2, 99] {
        let expected: Vec<_> = all
            .iter()
            .filter(|object| owner(object) == u64::from(participant))
            .cloned()
            .collect();
        let found = list(&mut it, "accounts", Some(participant), 1).await;
        assert_eq!(found.unwrap(), expected, "{participant}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_own_code() {
    let mut it = served().await;
    for (table, id, with_proof, fault) in [
        ("mints", 0, false, NodeFault::TableUnknown),
        ("Loans", 0, false, NodeFault::TableUnknown),
        ("uetrs", 0, false, NodeFault::TableUnknown),
        ("loans", 0, false, NodeFault::ObjectUnknown),
        ("accounts", u64::MAX, false, NodeFault::ObjectUnknown),
        ("loans", 0, true, NodeFault::ObjectUnknown),
        ("accounts", 0, true, NodeFault::ObjectUnknown),
    ] {
        let request = wire::GetObjectRequest {
            table: table.to_owned(),
            id,
            with_proof,
            wait_ms: 0,
        };
        let problem = answer(it.client.calls().get_object(request).await).unwrap_err();
        assert_eq!(problem.code, fault.code(), "{table} {id}: {problem}");
    }
    for (table, limit, fault) in [
        ("mints", 0, NodeFault::TableUnknown),
        ("registry", 0, NodeFault::TableUnknown),
        ("loans", 1_001, NodeFault::TooManyEntries),
    ] {
        let problem = list(&mut it, table, None, limit).await.unwrap_err();
        assert_eq!(problem.code, fault.code(), "{table}");
    }
}

#[tokio::test]
async fn a_proof_is_given_once_its_checkpoint_is_certified() {
    let mut it = served().await;
    it.backend.make_block();
    let request = |wait_ms| wire::GetObjectRequest {
        table: "seats".to_owned(),
        id: 2,
        with_proof: true,
        wait_ms,
    };
    let problem = answer(it.client.calls().get_object(request(0)).await).unwrap_err();
    assert_eq!(problem.code, NodeFault::NotCertified.code());
    // A wait that ends says the same: nothing was sent that might still take effect.
    let problem = answer(it.client.calls().get_object(request(50)).await).unwrap_err();
    assert_eq!(problem.code, NodeFault::NotCertified.code(), "{problem}");
    let mut other = it.client.clone();
    let waiting =
        tokio::spawn(async move { answer(other.calls().get_object(request(5_000)).await) });
    while !waiting.is_finished() {
        it.backend.make_block();
        tokio::task::yield_now().await;
    }
    let found = waiting.await.unwrap().unwrap();
    let proof: ObjectProof = codec::decode(&found.proof, 1 << 16).unwrap();
    assert!(proof.verify(&proof.roots.state_root()));
    assert_eq!(proof.roots.height.0, found.as_of_height);
    assert_eq!(found.object.unwrap().row, proof.row);
}

fn prepare(json: &str) -> wire::PrepareInstructionRequest {
    wire::PrepareInstructionRequest {
        sender: 1,
        idempotency_key: b"prepared".to_vec(),
        expires_ms: START_MS + 60_000,
        action_json: json.to_owned(),
    }
}

/// As a client in another language does it: 32 bytes are signed, signatures are appended behind their number.
#[tokio::test]
async fn a_client_without_an_encoder_pays() {
    let mut it = served().await;
    let date = BlockTime(START_MS).date();
    let json = format!(
        r#"{{"pay": {{"uetr": "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0", "end_to_end_id": "E-1", "debtor": 3, "creditor": 6,
            "asset": 0, "amount": "1234", "value_date": "{date}", "handling": {{"priority": 5, "bypass": false}}}}}}"#
    );
    let prepared = answer(it.client.calls().prepare_instruction(prepare(&json)).await).unwrap();
    let instruction: Instruction = codec::decode(&prepared.instruction, 1 << 20).unwrap();
    assert_eq!(instruction.id().to_string(), prepared.transaction_id);
    assert_eq!(instruction.expiry.0, prepared.expires_ms);
    let id = convert::transaction_id(&prepared.transaction_id).unwrap();
    let key = &secrets().banks[0];
    let mut transaction = prepared.instruction.clone();
    transaction.extend(1_u32.to_le_bytes());
    transaction.extend(key.public_key().0);
    transaction.extend(key.sign(&id.0).0);
    let before = balance(&mut it.client, "6", None).await;
    let paid = it
        .client
        .submit(transaction, Wait::Final, WAIT)
        .await
        .unwrap();
    assert_eq!(paid.receipt.unwrap().outcome.unwrap().iso_status, "ACSC");
    assert_eq!(balance(&mut it.client, "6", None).await, before + 1_234);
}

#[tokio::test]
async fn a_wrong_document_names_its_field_and_a_remedy() {
    let mut it = served().await;
    for (json, fault, words) in [
        ("{", NodeFault::InstructionMalformed, "line 1"),
        (r#"{"mint": {}}"#, NodeFault::VerbUnknown, "mint"),
        (
            r#"{"issue_cash": {"account": 1, "amount": 5, "reserve_reference": ""}}"#,
            NodeFault::InstructionMalformed,
            "issue_cash.amount",
        ),
    ] {
        let call = it.client.calls().prepare_instruction(prepare(json)).await;
        let problem = answer(call).unwrap_err();
        assert_eq!(problem.code, fault.code(), "{json}");
        let told = problem.to_string();
        assert!(
            told.contains(words) && told.contains("sycee instruct"),
            "{told}"
        );
    }
    let mut nameless =
        prepare(r#"{"void_hold": {"hold": "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0"}}"#);
    nameless.idempotency_key.clear();
    let problem = answer(it.client.calls().prepare_instruction(nameless).await).unwrap_err();
    assert_eq!(problem.code, NodeFault::FieldMalformed.code());
}
