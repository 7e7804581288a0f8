//! What `sycee` refuses before anything happens: the exit code, one line with code and remedy, and nothing changed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use crate::founding::{genesis, make_folder, run, start, sycee};

/// The one check: exit code, the words that must stand in the error, and that a remedy is named.
fn refuses(why: &str, output: &Output, exit: i32, words: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "{why}: {stderr}");
    let line = stderr
        .lines()
        .find(|line| line.starts_with("error "))
        .unwrap_or_else(|| panic!("{why}: no error line: {stderr}"));
    for word in words {
        assert!(
            line.contains(word),
            "{why}: {word:?} is missing in {line:?}"
        );
    }
    assert!(line.contains("remedy: "), "{why}: {line}");
}

fn start_anywhere(folder: &Path) -> Output {
    run(&mut start(folder, &["--port-base", "0"]))
}

#[test]
fn a_folder_that_is_no_nodes_folder() {
    let folder = tempfile::tempdir().unwrap();
    refuses(
        "missing",
        &start_anywhere(&folder.path().join("nothing")),
        3,
        &["not a node's folder"],
    );
    refuses(
        "empty",
        &start_anywhere(folder.path()),
        3,
        &["not a node's folder"],
    );
    fs::write(folder.path().join("genesis.toml"), "name = ").unwrap();
    refuses(
        "unreadable genesis",
        &start_anywhere(folder.path()),
        8,
        &["genesis.toml"],
    );
}

#[test]
fn a_lost_or_rolled_back_vote_record_of_an_active_key() {
    let parent = tempfile::tempdir().unwrap();
    let genesis = genesis("vote-record", 5_000);
    type Damage<'a> = (&'a str, &'a dyn Fn(&Path));
    let cases: [Damage<'_>; 4] = [
        ("mark lost", &|folder| {
            fs::remove_file(folder.join("vote.mark")).unwrap()
        }),
        ("store lost", &|folder| {
            fs::remove_dir_all(folder.join("store")).unwrap()
        }),
        ("mark cut short", &|folder| {
            fs::write(folder.join("vote.mark"), [0; 63]).unwrap()
        }),
        ("mark damaged", &|folder| {
            let mut bytes = fs::read(folder.join("vote.mark")).unwrap();
            bytes[20] ^= 1;
            fs::write(folder.join("vote.mark"), bytes).unwrap();
        }),
    ];
    for (number, (why, damage)) in cases.into_iter().enumerate() {
        let place = tempfile::tempdir_in(parent.path()).unwrap();
        let folder = make_folder(place.path(), &genesis, number % 4);
        damage(&folder);
        refuses(why, &start_anywhere(&folder), 9, &[]);
        assert!(
            !folder.join("store").exists() || why != "store lost",
            "{why}: nothing is made anew"
        );
    }
}

#[test]
fn a_key_file_that_others_can_read_and_one_that_is_not_named() {
    let parent = tempfile::tempdir().unwrap();
    let folder = make_folder(parent.path(), &genesis("keys", 5_000), 0);
    let key = folder.join("keys/consensus.json");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    refuses(
        "loose mode",
        &start_anywhere(&folder),
        4,
        &["consensus.json"],
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::remove_file(&key).unwrap();
    refuses(
        "no consensus key",
        &start_anywhere(&folder),
        3,
        &["consensus.json"],
    );
}

#[test]
fn a_genesis_of_another_network_does_not_touch_the_folder() {
    let parent = tempfile::tempdir().unwrap();
    let folder = make_folder(parent.path(), &genesis("first", 5_000), 1);
    fs::write(
        folder.join("genesis.toml"),
        genesis("second", 5_000).to_toml(),
    )
    .unwrap();
    refuses("wrong genesis", &start_anywhere(&folder), 8, &[]);
}

#[test]
fn ports_in_use_and_addresses_beyond_this_machine() {
    let parent = tempfile::tempdir().unwrap();
    let folder = make_folder(parent.path(), &genesis("ports", 5_000), 2);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for flag in ["--grpc", "--operations", "--listen"] {
        let output = run(&mut start(&folder, &["--port-base", "0", flag, &address]));
        refuses(flag, &output, 6, &[&address]);
    }
    for flag in ["--grpc", "--operations"] {
        let output = run(&mut start(
            &folder,
            &["--port-base", "0", flag, "0.0.0.0:0"],
        ));
        refuses("open to the world", &output, 9, &["0.0.0.0"]);
    }
}

#[test]
fn a_second_process_on_one_folder() {
    let parent = tempfile::tempdir().unwrap();
    let folder = make_folder(parent.path(), &genesis("twice", 5_000), 3);
    let mut first = start(&folder, &["--port-base", "0"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let endpoints = folder.join("endpoints.json");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !endpoints.exists() {
        assert!(
            std::time::Instant::now() < deadline,
            "the first process does not start"
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let output = start_anywhere(&folder);
    first.kill().unwrap();
    first.wait().unwrap();
    refuses("second process", &output, 9, &[]);
    let again = start(&folder, &["--port-base", "0", "--stop-with-parent"])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(
        again.status.code(),
        Some(0),
        "after kill -9 it starts: {}",
        String::from_utf8_lossy(&again.stderr)
    );
}

#[test]
fn init_never_over_something_else_and_wrong_flags_are_usage_errors() {
    let parent = tempfile::tempdir().unwrap();
    let genesis = genesis("init", 5_000);
    let folder = make_folder(parent.path(), &genesis, 0);
    let document = parent.path().join("genesis.toml");
    fs::write(&document, genesis.to_toml()).unwrap();
    let mut init = sycee();
    init.args(["init", "--folder"])
        .arg(&folder)
        .arg("--genesis")
        .arg(&document)
        .arg("--keys")
        .arg(folder.join("keys"));
    refuses("init twice", &run(&mut init), 5, &["exists"]);
    let output = run(sycee().args(["start", "--no-such-flag"]));
    assert_eq!(output.status.code(), Some(2));
    let output = run(sycee().args(["explain", "SY-99999"]));
    assert_eq!(output.status.code(), Some(3));
}
