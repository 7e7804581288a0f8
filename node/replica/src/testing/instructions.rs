//! What clients of the cluster sign.

use sycee_contracts::{
    Action, EndToEndId, IdempotencyKey, Instruction, Pay, VerifiedTransaction, verify,
};
use sycee_genesis::Genesis;
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, identifiers::Uetr};

use super::{START_MS, secrets};

/// A payment of bank A to bank B in CNY, told apart by `number`.
pub(crate) fn payment(genesis: &Genesis, number: u64) -> VerifiedTransaction {
    payment_at(genesis, number, 0)
}

/// The same, so many milliseconds after the founding.
pub(crate) fn payment_at(genesis: &Genesis, number: u64, after_ms: u64) -> VerifiedTransaction {
    let time_ms = START_MS + after_ms;
    let mut uetr = [0_u8; 16];
    uetr[..8].copy_from_slice(&number.to_be_bytes());
    uetr[6] = 0x40;
    uetr[8] = 0x80;
    uetr[9..].copy_from_slice(&number.to_be_bytes()[1..]);
    let instruction = Instruction {
        chain_id: genesis.chain_id(),
        sender: ParticipantId(1),
        idempotency_key: IdempotencyKey::new(number.to_be_bytes()).unwrap(),
        expiry: BlockTime(time_ms + 3_600_000),
        action: Action::Pay(Pay {
            uetr: Uetr::from_bytes(uetr).unwrap(),
            end_to_end_id: EndToEndId::new(format!("E2E-{number}")).unwrap(),
            debtor: AccountId(3),
            creditor: AccountId(6),
            asset: AssetId(0),
            amount: Amount::from_minor(100 + u128::from(number)).unwrap(),
            value_date: BlockTime(time_ms).date(),
            purpose: None,
            payload_commitment: None,
            handling: sycee_contracts::Handling::default(),
        }),
    };
    let bytes = instruction.sign(&[&secrets().banks[0]]).to_bytes();
    verify(&genesis.chain_id(), &bytes).unwrap()
}

/// An instruction of a bank, by its place, told apart by `number`; good for an hour from the founding.
pub(crate) fn instruction(
    genesis: &Genesis,
    bank: usize,
    number: u64,
    action: Action,
) -> VerifiedTransaction {
    let instruction = Instruction {
        chain_id: genesis.chain_id(),
        sender: ParticipantId(u32::try_from(bank).unwrap() + 1),
        idempotency_key: IdempotencyKey::new(number.to_be_bytes()).unwrap(),
        expiry: BlockTime(START_MS + 3_600_000),
        action,
    };
    let bytes = instruction.sign(&[&secrets().banks[bank]]).to_bytes();
    verify(&genesis.chain_id(), &bytes).unwrap()
}
