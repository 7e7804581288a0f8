//! The door: bytes that are no transaction, and many transactions at once.

use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, ParticipantId,
    limits::TRANSACTION_BYTES_MAX,
};

use super::language::{chain, secret, uetr};
use crate::*;

fn payment(name: &str) -> SignedTransaction {
    Instruction {
        chain_id: chain(),
        sender: ParticipantId(1),
        idempotency_key: IdempotencyKey::new(name).unwrap(),
        expiry: BlockTime(1),
        action: Action::Pay(Pay {
            uetr: uetr(name),
            end_to_end_id: EndToEndId::new(name).unwrap(),
            debtor: AccountId(1),
            creditor: AccountId(2),
            asset: AssetId(0),
            amount: Amount::from_minor(1).unwrap(),
            value_date: BusinessDate(0),
            purpose: Purpose::new(*b"TRAD"),
            payload_commitment: None,
            handling: Handling::default(),
        }),
    }
    .sign(&[&secret("ba"), &secret("bb"), &secret("ba")])
}

#[test]
fn signatures_do_not_change_the_id_and_signing_twice_is_signing_once() {
    let signed = payment("x");
    assert_eq!(signed.signatures.len(), 2);
    let verified = verify(&chain(), &signed.to_bytes()).unwrap();
    assert_eq!(verified.id(), signed.instruction.id());
    let other = signed.instruction.clone().sign(&[&secret("c1")]);
    assert_eq!(
        verify(&chain(), &other.to_bytes()).unwrap().id(),
        verified.id()
    );
    assert_eq!(&verified.raw()[..], &signed.to_bytes()[..]);
}

#[test]
fn every_cut_and_every_flipped_bit_is_refused_without_panic() {
    let bytes = payment("x").to_bytes();
    for length in 0..bytes.len() {
        let error = verify(&chain(), &bytes[..length]).unwrap_err();
        assert_eq!(error.reason, RejectReason::Malformed, "{length}");
    }
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        assert!(verify(&chain(), &flipped).is_err(), "{place}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(
        verify(&chain(), &longer).unwrap_err().reason,
        RejectReason::Malformed
    );
    let huge = vec![0; TRANSACTION_BYTES_MAX + 1];
    assert_eq!(
        verify(&chain(), &huge).unwrap_err().reason,
        RejectReason::Oversize
    );
}

#[test]
fn a_length_that_lies_allocates_nothing_and_is_refused() {
    let mut bytes = payment("x").to_bytes();
    // The signature count is the last length: claim four billion of them.
    let place = bytes.len() - 2 * 96 - 4;
    bytes[place..place + 4].fill(0xff);
    assert_eq!(
        verify(&chain(), &bytes).unwrap_err().reason,
        RejectReason::Malformed
    );
}

#[test]
fn many_at_once_get_the_answers_they_get_alone() {
    let mut all: Vec<Vec<u8>> = (0..20)
        .map(|place| payment(&format!("p{place}")).to_bytes())
        .collect();
    for place in [3, 4, 11, 19] {
        let last = all[place].len() - 1;
        all[place][last - 40] ^= 1;
    }
    all[7].pop();
    let slices: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
    let together = verify_many(&chain(), &slices);
    assert_eq!(together.len(), all.len());
    for (bytes, answer) in all.iter().zip(&together) {
        match (verify(&chain(), bytes), answer) {
            (Ok(alone), Ok(batched)) => assert_eq!(alone.id(), batched.id()),
            (Err(alone), Err(batched)) => assert_eq!(&alone, batched),
            (alone, batched) => panic!("{alone:?} alone, {batched:?} in a batch"),
        }
    }
    assert_eq!(together.iter().filter(|answer| answer.is_err()).count(), 5);
    assert!(verify_many(&chain(), &[]).is_empty());
}
