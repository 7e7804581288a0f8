//! Key files come back, and everything else is refused with its code.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn a_key_comes_back_with_mode_0600() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("consensus.json");
    let key = KeyFile::generate(Purpose::Consensus);
    key.write_new(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let read = KeyFile::read(&path, Purpose::Consensus).unwrap();
    assert_eq!(read.public_key(), key.public_key());
    assert_eq!(key.write_new(&path).unwrap_err().code(), "KEY_EXISTS");
}

#[test]
fn what_is_not_a_private_key_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.json");
    let code = |purpose| KeyFile::read(&path, purpose).map(|_| ()).unwrap_err();
    assert_eq!(code(Purpose::Network).code(), "KEY_MISSING");
    KeyFile::from_seed(Purpose::Network, [7; 32])
        .write_new(&path)
        .unwrap();
    assert_eq!(code(Purpose::Consensus).code(), "KEY_WRONG_PURPOSE");
    for mode in [0o640, 0o604, 0o660, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert_eq!(code(Purpose::Network).code(), "KEY_EXPOSED", "{mode:o}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    KeyFile::read(&path, Purpose::Network).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let secret = "07".repeat(32);
    for changed in [
        text.replace("\"version\": 1", "\"version\": 2"),
        text.replace(&secret, &"08".repeat(32)),
        text.replace(&secret, "07"),
        text.replace('{', "{\"more\": 1,"),
        String::new(),
    ] {
        fs::write(&path, &changed).unwrap();
        let error = code(Purpose::Network);
        assert_eq!(error.code(), "KEY_MALFORMED", "{changed}");
        assert!(
            !error.to_string().contains(&secret),
            "no secret in an error"
        );
    }
}
