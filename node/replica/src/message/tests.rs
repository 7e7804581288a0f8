//! Frames: one encoding, bounded, and a batch walked in place gives back what went in.

use super::*;
use sycee_consensus::{BatchHeader, Seq, ValidatorIndex};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, Signature};

fn header(count: u32, bytes: u64) -> SignedHeader {
    SignedHeader {
        header: BatchHeader {
            epoch: Epoch(0),
            lane: ValidatorIndex(2),
            incarnation: 0,
            seq: Seq(7),
            parent: Hash([1; 32]),
            time: BlockTime(99),
            transactions: count,
            bytes,
            payload_root: Hash([2; 32]),
        },
        signature: Signature([3; 64]),
    }
}

fn batch(transactions: &[&[u8]]) -> Arc<[u8]> {
    let bytes = transactions
        .iter()
        .map(|transaction| transaction.len() as u64)
        .sum();
    let count = u32::try_from(transactions.len()).unwrap();
    encode_batch(&header(count, bytes), transactions.iter().copied())
}

#[test]
fn a_batch_comes_back_as_it_went() {
    for transactions in [
        vec![],
        vec![b"one".as_slice()],
        vec![b"", b"two", &[7; 1_000]],
    ] {
        let frame = batch(&transactions);
        let PeerMessage::Batch(decoded) = PeerMessage::decode(&frame).unwrap() else {
            panic!("a batch frame");
        };
        assert_eq!(decoded.transactions(), transactions);
        assert_eq!(
            decoded.header().header.transactions as usize,
            transactions.len()
        );
        assert_eq!(decoded.frame(), &frame);
    }
}

#[test]
fn every_cut_and_every_addition_is_refused() {
    let frame = batch(&[b"one", b"two"]);
    for length in 0..frame.len() {
        assert!(
            PeerMessage::decode(&Arc::from(&frame[..length])).is_err(),
            "cut at {length}"
        );
    }
    let longer = [&frame[..], &[0]].concat();
    assert!(PeerMessage::decode(&Arc::from(longer)).is_err());
}

#[test]
fn counts_and_lengths_that_lie_are_refused_without_allocation() {
    let frame = batch(&[b"one"]);
    let at = frame.len() - 3 - 4 - 4;
    for lie in [u32::MAX, 4_097, 2] {
        let mut bytes = frame.to_vec();
        bytes[at..at + 4].copy_from_slice(&lie.to_le_bytes());
        assert!(
            PeerMessage::decode(&Arc::from(bytes)).is_err(),
            "count {lie}"
        );
        let mut bytes = frame.to_vec();
        bytes[at + 4..at + 8].copy_from_slice(&lie.to_le_bytes());
        assert!(
            PeerMessage::decode(&Arc::from(bytes)).is_err(),
            "length {lie}"
        );
    }
    let huge: Arc<[u8]> = Arc::from(vec![TAG_BATCH; BATCH_FRAME_BYTES_MAX + 1]);
    assert!(matches!(
        PeerMessage::decode(&huge),
        Err(CodecError::TooLong { .. })
    ));
    let huge: Arc<[u8]> = Arc::from(vec![TAG_CORE; MESSAGE_BYTES_MAX + 2]);
    assert!(matches!(
        PeerMessage::decode(&huge),
        Err(CodecError::TooLong { .. })
    ));
}

#[test]
fn a_core_message_has_one_encoding() {
    let message = Message::RangeRequest { above: Height(5) };
    let frame = encode_core(Epoch(3), &message);
    let PeerMessage::Core {
        epoch: Epoch(3),
        message: decoded,
    } = PeerMessage::decode(&frame).unwrap()
    else {
        panic!("a core frame");
    };
    assert_eq!(decoded, message);
    let longer = [&frame[..], &[0]].concat();
    assert!(PeerMessage::decode(&Arc::from(longer)).is_err());
    assert!(
        PeerMessage::decode(&Arc::from([8_u8; 9])).is_err(),
        "unknown kind"
    );
    assert!(PeerMessage::decode(&Arc::from([])).is_err(), "empty");
}

#[test]
fn table_roots_and_their_request_have_one_encoding_and_one_length() {
    let roots = TableRoots {
        height: Height(8),
        time: BlockTime(80),
        results: Hash([1; 32]),
        header: Hash([6; 32]),
        identifiers: Hash([2; 32]),
        unheard: Hash([8; 32]),
        participants: Hash([3; 32]),
        assets: Hash([4; 32]),
        accounts: Hash([5; 32]),
        products: Vec::new(),
    };
    let frames = [
        encode_table_roots_request(Height(8)),
        encode_table_roots(&roots),
    ];
    assert!(matches!(
        PeerMessage::decode(&frames[0]),
        Ok(PeerMessage::TableRootsRequest(Height(8)))
    ));
    let Ok(PeerMessage::TableRoots(decoded)) = PeerMessage::decode(&frames[1]) else {
        panic!("table roots");
    };
    assert_eq!(decoded, roots);
    for frame in frames {
        assert!(PeerMessage::decode(&Arc::from(&frame[..frame.len() - 1])).is_err());
        assert!(PeerMessage::decode(&Arc::from([&frame[..], &[0]].concat())).is_err());
        let longer = [&frame[..], &[0; 4_096]].concat();
        assert!(matches!(
            PeerMessage::decode(&Arc::from(longer)),
            Err(CodecError::TooLong { .. })
        ));
    }
}
