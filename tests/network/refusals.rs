//! What `sycee` refuses before anything happens: the exit code, one line with code and remedy, and nothing changed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
    let output = run(&mut start(&folder, &["--transport", "pigeon"]));
    assert_eq!(output.status.code(), Some(2));
    if !cfg!(feature = "quic") {
        let output = run(&mut start(
            &folder,
            &["--port-base", "0", "--transport", "quic"],
        ));
        refuses("not built", &output, 2, &["SY-N0005", "no QUIC"]);
    }
    let output = run(sycee().args(["explain", "SY-99999"]));
    assert_eq!(output.status.code(), Some(3));
}

/// Whoever owns nothing here: the usual number of `nobody`.
const NOBODY: u32 = 65_534;

/// A process that lacks a permission. Root lacks none, so tests that run as root start the program as `nobody`, out of a copy that
/// everybody may execute; other users take the permission away from themselves.
struct Unprivileged {
    place: tempfile::TempDir,
    program: PathBuf,
    is_root: bool,
}

impl Unprivileged {
    fn new() -> Unprivileged {
        let place = tempfile::tempdir().unwrap();
        let is_root = place.path().metadata().unwrap().uid() == 0;
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let program = place.path().join("sycee");
        let built = sycee().get_program().to_owned();
        if is_root && fs::hard_link(&built, &program).is_err() {
            fs::copy(&built, &program).unwrap();
        }
        Unprivileged {
            program: if is_root { program } else { built.into() },
            place,
            is_root,
        }
    }

    /// A validator's folder of its own user, with a chain of its own.
    fn folder(&self, name: &str) -> PathBuf {
        let parent = self.place.path().join(name);
        fs::create_dir(&parent).unwrap();
        let folder = make_folder(&parent, &genesis(name, 5_000), 0);
        for path in listing(&folder) {
            self.own(&path);
        }
        folder
    }

    fn own(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    /// Takes all permissions away: it becomes somebody else's, or nobody's.
    fn deny(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(0), Some(0)).unwrap();
        } else {
            fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
        }
    }

    fn start(&self, folder: &Path) -> Output {
        let mut command = Command::new(&self.program);
        command
            .args(["start", "--port-base", "0", "--folder"])
            .arg(folder)
            .current_dir("/")
            .stdin(Stdio::null());
        if self.is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        run(&mut command)
    }

    /// The one check: a sound folder is damaged, its start is refused, and nothing is created or changed in mode.
    fn is_refused(&self, why: &str, damage: &dyn Fn(&Path), exit: i32, words: &[&str]) {
        let folder = self.folder(why);
        damage(&folder);
        let mode = || fs::metadata(&folder).unwrap().permissions();
        // Opening the store writes there, and only the vote mark comes after it. Who is not root cannot look.
        let look = || -> Vec<PathBuf> {
            let is_in_store = |path: &PathBuf| path.starts_with(folder.join("store"));
            let paths = if self.is_root {
                listing(&folder)
            } else {
                Vec::new()
            };
            let counts = |path: &PathBuf| why != "vote-mark" || !is_in_store(path);
            paths.into_iter().filter(counts).collect()
        };
        let before = (mode(), look());
        let output = self.start(&folder);
        refuses(why, &output, exit, words);
        assert_eq!((mode(), look()), before, "{why}: nothing is created");
        // So that the folder can be removed.
        for path in [folder.clone(), folder.join("store")] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
        }
    }
}

/// A path and everything below it, in order.
fn listing(path: &Path) -> Vec<PathBuf> {
    let mut paths = vec![path.to_owned()];
    if path.is_dir() {
        let mut inner: Vec<PathBuf> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        inner.sort();
        paths.extend(inner.iter().flat_map(|path| listing(path)));
    }
    paths
}

#[test]
fn files_that_this_user_may_not_read_or_write() {
    let user = Unprivileged::new();
    type Case<'a> = (&'a str, &'a dyn Fn(&Path), i32, &'a [&'a str]);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    let cases: [Case<'_>; 6] = [
        (
            "folder",
            &|folder| user.deny(folder),
            4,
            &["NODE_DENIED", "node-0/genesis.toml: this user may not"],
        ),
        (
            "network-key",
            &|folder| user.deny(&folder.join("keys/network.json")),
            4,
            &["KEY_DENIED", "keys/network.json: this user may not"],
        ),
        (
            "consensus-key",
            &|folder| user.deny(&folder.join("keys/consensus.json")),
            4,
            &["KEY_DENIED", "keys/consensus.json: this user may not"],
        ),
        (
            "store-unreadable",
            &|folder| user.deny(&folder.join("store")),
            4,
            &[
                "STORE_UNREADABLE",
                "node-0/store: the folder cannot be used",
            ],
        ),
        (
            "store-unwritable",
            &|folder| mode(&folder.join("store"), 0o500).unwrap(),
            4,
            &[
                "STORE_UNREADABLE",
                "node-0/store: the folder cannot be used",
            ],
        ),
        (
            "vote-mark",
            &|folder| user.deny(&folder.join("vote.mark")),
            9,
            &["MARK_IO", "node-0/vote.mark: the vote mark cannot be used"],
        ),
    ];
    for (why, damage, exit, words) in cases {
        user.is_refused(why, damage, exit, words);
    }
}

/// A node that cannot say where it listens does not run.
#[test]
fn a_folder_without_write_permission() {
    let user = Unprivileged::new();
    let folder = user.folder("unwritable");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    let output = user.start(&folder);
    refuses(
        "unwritable",
        &output,
        4,
        &["NODE_DENIED", "endpoints.json: this user may not"],
    );
    assert!(!folder.join("endpoints.json").exists());
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_folder_that_is_a_file_or_has_files_for_folders() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("node");
    fs::write(&file, "a file").unwrap();
    let words = ["NODE_NOT_INITIALISED", "node: this is not a node's folder"];
    refuses("a file", &start_anywhere(&file), 3, &words);
    assert_eq!(fs::read_to_string(&file).unwrap(), "a file");
    let folder = make_folder(parent.path(), &genesis("files", 5_000), 4);
    fs::remove_dir_all(folder.join("store")).unwrap();
    fs::write(folder.join("store"), "a file").unwrap();
    let words = [
        "STORE_UNREADABLE",
        "node-4/store: the folder cannot be used",
    ];
    refuses("store is a file", &start_anywhere(&folder), 4, &words);
    assert_eq!(fs::read_to_string(folder.join("store")).unwrap(), "a file");
}
