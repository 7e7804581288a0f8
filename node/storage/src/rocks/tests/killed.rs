//! A second process that writes, and is killed or given a failing sync; what it acknowledged must be there.
//!
//! The second process is this test binary again, asked for the one test that plays the writer.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::*;

const FOLDER: &str = "SYCEE_STORAGE_TEST_WRITER";
/// About a hundred such values fill the write buffer.
const VALUE_BYTES: usize = 20_000;
const WRITER: &str = "rocks::tests::killed::the_writer";

/// Not a test by itself: without the variable there is nothing to do.
#[test]
fn the_writer() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let store = RocksStore::create(Path::new(&folder), small()).unwrap();
    for number in 0..100_000_u32 {
        let set = put(
            Family::Batches,
            &format!("{number:06}"),
            noise(number, VALUE_BYTES),
        );
        match store.write(&set, Durability::Synced) {
            Ok(()) => println!("ack {number}"),
            Err(error) => {
                let again = store.write(&set, Durability::Synced).unwrap_err();
                let resumed = store.resume().unwrap_err();
                println!("end {} {} {}", error.code(), again.code(), resumed.code());
                return;
            }
        }
    }
}

fn writer(program: &str, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .args(["--exact", WRITER, "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn require_acknowledged(folder: &Path, count: u32) {
    let store = RocksStore::open(folder, small()).unwrap();
    for number in 0..count {
        let value = store
            .get(Family::Batches, format!("{number:06}").as_bytes())
            .unwrap();
        assert_eq!(
            value,
            Some(noise(number, VALUE_BYTES)),
            "write {number} of {count}"
        );
    }
}

#[test]
fn a_killed_process_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    // Early, around the first log switch, and long after it.
    for wanted in [3_u32, 120, 350] {
        let path = folder.path().join(wanted.to_string());
        let mut child = writer(this.to_str().unwrap(), &[], &path).spawn().unwrap();
        let mut acknowledged = 0;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while acknowledged < wanted {
            let line = lines.next().expect("the writer goes on").unwrap();
            acknowledged += u32::from(line.contains("ack "));
        }
        child.kill().unwrap();
        // What it said between the count and the kill was acknowledged too.
        acknowledged += u32::try_from(
            lines
                .filter(|line| line.as_ref().unwrap().contains("ack "))
                .count(),
        )
        .unwrap();
        child.wait().unwrap();
        require_acknowledged(&path, acknowledged);
    }
}

#[test]
fn a_failed_sync_ends_writing_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    // The sync fails once and would succeed when tried again: exactly the lie that must not be believed.
    let inject = "inject=fdatasync:error=EIO:when=40";
    let path = folder.path().join("store");
    let arguments = [
        "-f",
        "-o",
        "/dev/null",
        "-e",
        "trace=fdatasync",
        "-e",
        inject,
        this.to_str().unwrap(),
    ];
    let Ok(output) = writer("strace", &arguments, &path).output() else {
        println!("no tracer on this machine: left to the process tests");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    if !said.contains("ack ") {
        println!("tracing is not allowed here: left to the process tests");
        return;
    }
    let acknowledged = said.lines().filter(|line| line.contains("ack ")).count();
    assert!(said.contains("end STORE_IO STORE_IO STORE_IO"), "{said}");
    require_acknowledged(&path, u32::try_from(acknowledged).unwrap());
}
