//! A story over real nodes, and what the commands that a desk types then say of it.

use std::path::PathBuf;

use serde_json::Value;
use sycee_node::local::network::{Network, Options};
use sycee_node::local::scenario::{HEARTBEAT_MS, Scenario};

use super::founding::sycee;

/// A network on which a story has been played.
async fn played(scenario: Scenario) -> Network {
    let options = Options {
        solvers: scenario.has_solvers(),
        folder: None,
        program: Some(PathBuf::from(env!("CARGO_BIN_EXE_sycee"))),
        port_base: 0,
        extra_accounts: 0,
        observer: false,
        heartbeat_ms: HEARTBEAT_MS,
    };
    let mut network = Network::open_with(&options, |facts| scenario.amend(facts)).unwrap();
    network.start().unwrap();
    network.wait_ready().await.unwrap();
    scenario.play(&mut network, &|_line| {}).await.unwrap();
    network
}

/// Runs a command against the first node: its exit code, its JSON, its errors.
fn run(network: &Network, words: &[&str], key: Option<&str>) -> (i32, Value, String) {
    let grpc = network.node(0).unwrap().endpoints().grpc.to_string();
    let mut command = sycee();
    command.args(words).args(["--json", "--node", &grpc]);
    if let Some(who) = key {
        command.arg("--key").arg(network.participant_key_path(who));
    }
    let output = command.output().unwrap();
    let told = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), told, errors)
}

/// A row without the height at which it was read: heights go on between two questions.
fn timeless(mut row: Value) -> Value {
    let height = row.as_object_mut().unwrap().remove("as_of_height");
    assert!(height.is_some_and(|it| it.is_u64()));
    row
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_placement_is_told_and_moved_by_commands() {
    let mut network = played(Scenario::Placement).await;
    let tell = |words: &[&str]| {
        let (code, told, errors) = run(&network, words, None);
        assert_eq!(code, 0, "{words:?}: {errors}");
        told
    };
    let loan = tell(&["loan", "show", "0"]);
    assert_eq!(
        (&loan["status"], &loan["rate"]),
        (&"closed".into(), &"2.4 %".into())
    );
    assert_eq!((&loan["line"], &loan["collateral"]), (&0.into(), &0.into()));
    let line = tell(&["line", "show", "0"]);
    assert_eq!(
        (&line["used"], &line["headroom"]),
        (&"0.00".into(), &"50000000.00".into())
    );
    let listed = tell(&["line", "list"]);
    assert_eq!(timeless(listed["lines"][0].clone()), timeless(line));
    let collateral = tell(&["collateral", "show", "0"]);
    assert_eq!(
        (&collateral["state"], &collateral["ltv"]),
        (&"kept".into(), &"0 %".into())
    );
    let calls = tell(&["collateral", "calls"]);
    assert_eq!(calls["calls"], Value::Array(Vec::new()));
    // What a desk types is sent, and a refusal is told with its code; bank B signs with two keys, of which this is one.
    for (words, who, code, said) in [
        (
            &["loan", "repay", "0", "--amount", "1.00"][..],
            "bank-b",
            7,
            "SY-01018",
        ),
        (&["loan", "return-suspense", "0"], "bank-a", 7, "SY-"),
        (&["loan", "call-surety", "0"], "bank-a", 7, "SY-01092"),
        (
            &["line", "agree", "0", "--revision", "1"],
            "bank-a",
            7,
            "SY-01104",
        ),
        (&["line", "pay-fee", "0"], "bank-b", 7, "SY-01116"),
        (
            &["collateral", "enforce", "0", "--item", "1"],
            "bank-a",
            7,
            "SY-01148",
        ),
        (
            &["collateral", "pledge", "0", "--cash", "nothing"],
            "bank-b",
            2,
            "SY-10002",
        ),
        (
            &["collateral", "pledge", "0", "--cash", "6:1000"],
            "bank-b",
            0,
            "",
        ),
    ] {
        let (found, told, errors) = run(&network, words, Some(who));
        assert_eq!(found, code, "{words:?}: {errors}");
        assert!(errors.contains(said), "{words:?}: {errors}");
        if code == 0 {
            assert_eq!(told["receipt"]["outcome"], "waiting", "{words:?}: {told}");
        }
    }
    assert!(network.stop().await.is_empty());
}
