//! The mark survives, never falls, and any doubt about it is refused by name.

use std::os::unix::fs::PermissionsExt;

use super::*;

const KEY: KeyId = KeyId(*b"key-one!");

fn mark(epoch: u64, view: u64, incarnation: u64, seq: u64, store: u64) -> VoteMark {
    VoteMark {
        key_id: KEY,
        epoch,
        view,
        lane_incarnation: incarnation,
        lane_seq: seq,
        store_sequence: store,
    }
}

#[test]
fn the_checksum_is_crc_64_xz() {
    assert_eq!(crc64(b"123456789"), 0x995D_C9BB_DF19_39FA);
}

#[test]
fn the_layout_is_pinned() {
    let bytes = mark(1, 2, 3, 4, 5).to_bytes();
    assert_eq!(&bytes[..16], b"SYMARK01key-one!");
    let numbers: Vec<u8> = (1..=5_u64).flat_map(u64::to_be_bytes).collect();
    assert_eq!(&bytes[16..56], numbers.as_slice());
    assert_eq!(&bytes[56..], crc64(&bytes[..56]).to_be_bytes());
}

#[test]
fn a_record_that_begins_anew_raises_the_mark_and_never_lowers_it() {
    let old = mark(3, 10, 2, 7, 100);
    let table = [
        (mark(3, 0, 2, 6, 101), mark(3, 10, 2, 7, 101)),
        (mark(3, 0, 2, 8, 101), mark(3, 10, 2, 8, 101)),
        (mark(3, 11, 0, 9, 101), mark(3, 11, 2, 7, 101)),
        (mark(3, 12, 5, 1, 101), mark(3, 12, 5, 1, 101)),
        // What may fall nowhere is left for the check to refuse.
        (mark(3, 12, 5, 1, 99), mark(3, 12, 5, 1, 99)),
        // A node that lost its store walks through the epochs before the mark's, and signs nothing there.
        (mark(2, 12, 5, 1, 101), mark(3, 10, 2, 7, 101)),
        (mark(4, 0, 0, 0, 101), mark(4, 0, 0, 0, 101)),
    ];
    for (record, expected) in table {
        assert_eq!(old.raised_by(record), expected, "{record:?}");
    }
}

/// From one mark to the next: accepted, or the field that would fall.
#[test]
fn the_mark_never_goes_backwards() {
    let old = mark(3, 10, 2, 7, 100);
    let table = [
        (mark(3, 10, 2, 7, 100), None),
        (mark(3, 11, 2, 7, 100), None),
        (mark(3, 10, 2, 8, 101), None),
        (mark(3, 10, 3, 1, 100), None),
        (mark(4, 0, 0, 0, 100), None),
        (mark(4, 99, 9, 9, 200), None),
        (mark(2, 99, 9, 9, 200), Some("epoch")),
        (mark(3, 9, 2, 7, 100), Some("view")),
        (mark(3, 11, 2, 6, 100), Some("lane")),
        (mark(3, 11, 1, 99, 100), Some("lane")),
        (mark(3, 11, 2, 8, 99), Some("store sequence")),
        (mark(4, 0, 0, 0, 99), Some("store sequence")),
    ];
    for (next, falls) in table {
        let expected = falls.map_or(Ok(()), |field| Err(MarkError::Backwards { field }));
        assert_eq!(old.check_advance(&next), expected, "{next:?}");
    }
    let foreign = VoteMark {
        key_id: KeyId([9; 8]),
        ..old
    };
    assert_eq!(
        old.check_advance(&foreign).unwrap_err().code(),
        "MARK_FOREIGN_KEY"
    );
}

#[test]
fn an_advanced_mark_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mark");
    let mut file = VoteMarkFile::create(&path, KEY).unwrap();
    assert_eq!(file.mark(), VoteMark::unsigned(KEY));
    file.advance(mark(1, 5, 0, 3, 40)).unwrap();
    assert!(file.advance(mark(1, 4, 0, 3, 40)).is_err());
    drop(file);
    let mut file = VoteMarkFile::open(&path, KEY).unwrap();
    assert_eq!(file.mark(), mark(1, 5, 0, 3, 40));
    file.accept_store(7).unwrap();
    drop(file);
    assert_eq!(
        VoteMarkFile::open(&path, KEY).unwrap().mark(),
        mark(1, 5, 0, 3, 7)
    );
    let data = fs::metadata(&path).unwrap();
    assert_eq!((data.len(), data.mode() & 0o777), (64, 0o600));
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(names, ["mark"], "no draft is left behind");
}

#[test]
fn every_flipped_bit_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mark");
    let whole = mark(1, 2, 3, 4, 5).to_bytes();
    VoteMarkFile::create(&path, KEY).unwrap();
    for bit in 0..VOTE_MARK_BYTES * 8 {
        let mut bytes = whole;
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(VoteMark::from_bytes(&bytes), None, "bit {bit}");
    }
    for byte in 0..VOTE_MARK_BYTES {
        let mut bytes = whole;
        bytes[byte] ^= 0xFF;
        fs::write(&path, bytes).unwrap();
        assert_eq!(
            VoteMarkFile::open(&path, KEY).unwrap_err().code(),
            "MARK_CORRUPT"
        );
    }
    for fill in [0x00, 0xFF] {
        fs::write(&path, [fill; 64]).unwrap();
        assert_eq!(
            VoteMarkFile::open(&path, KEY).unwrap_err().code(),
            "MARK_CORRUPT"
        );
    }
}

#[test]
fn each_way_in_which_the_file_is_wrong_has_its_own_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mark");
    let open = || VoteMarkFile::open(&path, KEY).unwrap_err().code();
    assert_eq!(open(), "MARK_MISSING");
    let held = VoteMarkFile::create(&path, KEY).unwrap();
    assert_eq!(open(), "MARK_LOCKED");
    assert_eq!(
        VoteMarkFile::create(&path, KEY).unwrap_err().code(),
        "MARK_EXISTS"
    );
    drop(held);
    assert_eq!(
        VoteMarkFile::create(&path, KEY).unwrap_err().code(),
        "MARK_EXISTS"
    );
    let foreign = VoteMarkFile::open(&path, KeyId([1; 8])).unwrap_err();
    assert_eq!(foreign.code(), "MARK_FOREIGN_KEY");
    let whole = fs::read(&path).unwrap();
    for length in [0, 1, 63] {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(open(), "MARK_WRONG_SIZE", "{length}");
    }
    fs::write(&path, [whole.as_slice(), &[0]].concat()).unwrap();
    assert_eq!(open(), "MARK_WRONG_SIZE");
    fs::write(&path, &whole).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
    assert_eq!(open(), "MARK_EXPOSED");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    VoteMarkFile::open(&path, KEY).unwrap();
}

#[test]
fn a_draft_left_by_a_crash_does_not_stop_creation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mark");
    fs::write(folder.path().join("mark.draft"), b"half").unwrap();
    drop(VoteMarkFile::create(&path, KEY).unwrap());
    assert_eq!(
        VoteMarkFile::open(&path, KEY).unwrap().mark(),
        VoteMark::unsigned(KEY)
    );
}

#[test]
fn a_failed_write_stops_the_file_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mark");
    let mut file = VoteMarkFile::create(&path, KEY).unwrap();
    // A handle for reading only refuses the write, as a failing disk would.
    let writable = std::mem::replace(&mut file.file, File::open(&path).unwrap());
    assert_eq!(
        file.advance(mark(1, 1, 0, 0, 0)).unwrap_err().code(),
        "MARK_IO"
    );
    file.file = writable;
    assert_eq!(
        file.advance(mark(1, 2, 0, 0, 0)).unwrap_err().code(),
        "MARK_STOPPED"
    );
    assert_eq!(file.mark(), VoteMark::unsigned(KEY));
}
