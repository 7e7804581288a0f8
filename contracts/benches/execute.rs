//! Legs a second of one core in `execute`: full bulk payments to accounts drawn uniformly from a million.
//!
//! `cargo bench -p sycee-contracts` prints the time per block and the rate. Decoding, hashing of the transaction and its signature are
//! done before (`verify`), as in a node, and measured on their own.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sycee_contracts::{
    AccountKind, AccountNumber, AccountStatus, Action, BlockContext, BulkMode, Founding,
    FoundingAccount, FoundingAsset, FoundingParticipant, IdempotencyKey, Instruction, Ledger,
    LedgerParameters, Leg, ParticipantKey, ParticipantName, ParticipantStatus, PayBatch, Role,
    VerifiedTransaction, execute, verify,
};
use sycee_primitives::{
    AccountId, Amount, AssetId, Balance, BlockTime, BusinessDate, ChainId, Currency, ParticipantId,
    SecretKey, identifiers::lei_with_check_digits, limits::LEGS_PER_BULK_MAX,
};

const ACCOUNTS: u64 = 1_000_000;
const BULKS_PER_BLOCK: usize = 4;

fn key() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or_default()
}

fn ledger() -> Ledger {
    let number = |text: String| AccountNumber::parse(&text).expect("a number");
    let founding = Founding {
        chain_id: ChainId::default(),
        seats: Vec::new(),
        parameters: LedgerParameters::default(),
        time: BlockTime(0),
        participants: vec![FoundingParticipant {
            lei: lei_with_check_digits("BENCH0000000000001").expect("an LEI"),
            bic: None,
            name: ParticipantName::new("bench").expect("a name"),
            role: Role::Operator,
            sponsor: None,
            status: ParticipantStatus::Active,
            keys: vec![ParticipantKey::always(key().public_key())],
        }],
        assets: vec![FoundingAsset {
            currency: Currency::parse("CNY").expect("a currency"),
            scale: 2,
            issuer: ParticipantId(0),
            issuance_number: number("ISSUE".to_owned()),
        }],
        accounts: (0..ACCOUNTS)
            .map(|place| FoundingAccount {
                number: number(format!("B-{place}")),
                owner: ParticipantId(0),
                asset: AssetId(0),
                kind: AccountKind::Settlement,
                status: AccountStatus::Open,
                floor: Balance::ZERO,
                opening: amount(1_000_000_000_000),
            })
            .collect(),
    };
    Ledger::found(&founding).expect("a ledger")
}

/// A full bulk payment to accounts drawn by a fixed generator.
fn bulk(place: u64, random: &mut u64) -> Vec<u8> {
    let legs = (0..LEGS_PER_BULK_MAX)
        .map(|_| {
            // Knuth's multiplier: any full-period generator will do, the accounts need only be scattered.
            *random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            Leg {
                creditor: AccountId(2 + (*random >> 33) % (ACCOUNTS - 2)),
                amount: amount(1),
                uetr: [0; 16],
                reference: [0; 16],
                purpose: [0; 4],
            }
        })
        .collect();
    let instruction = Instruction {
        chain_id: ChainId::default(),
        sender: ParticipantId(0),
        idempotency_key: IdempotencyKey::new(place.to_le_bytes()).expect("a key"),
        expiry: BlockTime(10_000_000),
        action: Action::PayBatch(PayBatch::of(
            AccountId(1),
            AssetId(0),
            BusinessDate(0),
            BulkMode::Each,
            legs,
        )),
    };
    instruction.sign(&[&key()]).to_bytes()
}

/// Blocks of full bulk payments, verified.
fn blocks(count: usize, place: &mut u64, random: &mut u64) -> Vec<Vec<VerifiedTransaction>> {
    let mut verified = || {
        *place += 1;
        verify(&ChainId::default(), &bulk(*place, random)).expect("verified")
    };
    let mut block = || (0..BULKS_PER_BLOCK).map(|_| verified()).collect();
    (0..count).map(|_| block()).collect()
}

/// Executes blocks `step_ms` apart in block time; answers how many were checkpoints.
fn run(ledger: &mut Ledger, blocks: &[Vec<VerifiedTransaction>], step_ms: u64) -> usize {
    let mut checkpoints = 0;
    for transactions in blocks {
        let context = BlockContext {
            height: ledger.height().next(),
            time: BlockTime(ledger.time().0 + step_ms),
        };
        let block = execute(ledger, &context, transactions).expect("executed");
        let legs = (BULKS_PER_BLOCK * LEGS_PER_BULK_MAX) as u64;
        assert_eq!(block.settled_legs, legs, "every leg settles");
        checkpoints += usize::from(block.checkpoint.is_some());
    }
    checkpoints
}

fn legs_a_second(criterion: &mut Criterion) {
    let (mut place, mut random) = (0, 1);
    let mut ledger = ledger();
    let mut group = criterion.benchmark_group("uniform over 1,000,000 accounts");
    let legs = (BULKS_PER_BLOCK * LEGS_PER_BULK_MAX) as u64;
    group.sample_size(10);
    group.sampling_mode(criterion::SamplingMode::Flat);
    group.throughput(Throughput::Elements(legs));
    group.bench_function("execute, a block between checkpoints", |bencher| {
        bencher.iter_batched(
            || blocks(1, &mut place, &mut random),
            |blocks| run(&mut ledger, &blocks, 0),
            criterion::BatchSize::PerIteration,
        );
    });
    group.throughput(Throughput::Elements(legs * 10));
    group.bench_function("execute, ten blocks and their checkpoint", |bencher| {
        bencher.iter_batched(
            || blocks(10, &mut place, &mut random),
            |blocks| assert_eq!(run(&mut ledger, &blocks, 100), 1, "one checkpoint"),
            criterion::BatchSize::PerIteration,
        );
    });
    let bytes = bulk(0, &mut random);
    group.throughput(Throughput::Elements(LEGS_PER_BULK_MAX as u64));
    group.bench_function("verify, one bulk payment", |bencher| {
        bencher.iter(|| verify(&ChainId::default(), black_box(&bytes)));
    });
    group.finish();
}

criterion_group!(benches, legs_a_second);
criterion_main!(benches);
