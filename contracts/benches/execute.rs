//! Legs a second of one core in `execute`: full bulk payments to accounts drawn uniformly from a million, or from as many as fit the cache.
//!
//! In a guarded ledger the payer has a limit towards each of 64 accounts, another towards all others and a net debit cap; two risk rules
//! count what it and the network pay, and 256 breakers of other accounts stand tripped. A third rule remembers everyone whom the payer paid.
//!
//! `cargo bench -p sycee-contracts` prints the time per block and the rate. Decoding, hashing of the transaction and its signature are
//! done before (`verify`), as in a node, and measured on their own.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sycee_contracts::{
    AccountKind, AccountNumber, AccountStatus, Action, BlockContext, BreakerScope, BulkMode,
    Founding, FoundingAccount, FoundingAsset, FoundingParticipant, IdempotencyKey, Instruction,
    Ledger, LedgerParameters, Leg, Measure, Outcome, ParticipantKey, ParticipantName,
    ParticipantStatus, PayBatch, Purpose, Role, SetLimit, SetRiskRule, Toward, TripBreaker,
    VerifiedTransaction, execute, verify,
};
use sycee_primitives::{
    AccountId, Amount, AssetId, Balance, BlockTime, BusinessDate, ChainId, Currency, ParticipantId,
    SecretKey, identifiers::lei_with_check_digits, limits::LEGS_PER_BULK_MAX,
};

const ACCOUNTS: u64 = 1_000_000;
const ACCOUNTS_IN_CACHE: u64 = 10_000;
const TRIPPED: u64 = 256;
const LIMITED: u64 = 64;
const BULKS_PER_BLOCK: usize = 4;

fn key() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or_default()
}

fn ledger(accounts: u64) -> Ledger {
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
        accounts: (0..accounts)
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
fn bulk(accounts: u64, place: u64, random: &mut u64) -> Vec<u8> {
    let legs = (0..LEGS_PER_BULK_MAX)
        .map(|_| {
            // Knuth's multiplier: any full-period generator will do, the accounts need only be scattered.
            *random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            Leg {
                creditor: AccountId(2 + (*random >> 33) % (accounts - 2)),
                amount: amount(1),
                uetr: [0; 16],
                reference: [0; 16],
                purpose: [0; 4],
            }
        })
        .collect();
    let pay = PayBatch::of(
        AccountId(1),
        AssetId(0),
        BusinessDate(0),
        BulkMode::Each,
        legs,
    );
    signed(place, Action::PayBatch(pay))
}

fn signed(place: u64, action: Action) -> Vec<u8> {
    let instruction = Instruction {
        chain_id: ChainId::default(),
        sender: ParticipantId(0),
        idempotency_key: IdempotencyKey::new(place.to_le_bytes()).expect("a key"),
        expiry: BlockTime(10_000_000),
        action,
    };
    instruction.sign(&[&key()]).to_bytes()
}

/// What a bank that takes care sets: limits, rules that trip breakers, and breakers of others that stand tripped.
fn guards(remembers: bool) -> Vec<Action> {
    let reason = Purpose::new(*b"FRAD").expect("a code");
    let limit = |toward| {
        Action::SetLimit(SetLimit {
            account: AccountId(1),
            toward,
            amount: Some(1_000_000_000_000),
        })
    };
    let rule = |scope, measure| {
        Action::SetRiskRule(SetRiskRule {
            scope,
            measure,
            most: Some(1_000_000_000_000_000),
            least: 0,
            window_ms: 60_000,
            reason,
        })
    };
    let trip = |place| {
        Action::TripBreaker(TripBreaker {
            scope: BreakerScope::Account(AccountId(1_000 + place)),
            reason,
        })
    };
    let others = (0..LIMITED).map(|place| limit(Toward::One(AccountId(100 + place))));
    let rules = [
        rule(BreakerScope::Account(AccountId(1)), Measure::Outflow),
        rule(BreakerScope::Network, Measure::Outflow),
    ];
    others
        .chain([limit(Toward::Others), limit(Toward::All)])
        .chain(rules)
        .chain(remembers.then(|| {
            rule(
                BreakerScope::Account(AccountId(1)),
                Measure::NewCounterparty,
            )
        }))
        .chain((0..TRIPPED).map(trip))
        .collect()
}

/// Such a ledger; every guard was accepted.
fn guarded(accounts: u64, remembers: bool, place: &mut u64) -> Ledger {
    let mut ledger = ledger(accounts);
    let transactions: Vec<VerifiedTransaction> = guards(remembers)
        .into_iter()
        .map(|action| {
            *place += 1;
            verify(&ChainId::default(), &signed(*place, action)).expect("verified")
        })
        .collect();
    let context = BlockContext {
        height: ledger.height().next(),
        time: BlockTime(1),
    };
    let block = execute(&mut ledger, &context, &transactions).expect("executed");
    let accepted = block
        .receipts
        .iter()
        .filter(|it| matches!(it.outcome, Outcome::Recorded { .. }));
    assert_eq!(accepted.count(), transactions.len(), "every guard stands");
    ledger
}

/// Blocks of full bulk payments, verified.
fn blocks(
    accounts: u64,
    count: usize,
    place: &mut u64,
    random: &mut u64,
) -> Vec<Vec<VerifiedTransaction>> {
    let mut verified = || {
        *place += 1;
        verify(&ChainId::default(), &bulk(accounts, *place, random)).expect("verified")
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

/// Both kinds of blocks over one ledger.
fn legs_a_second(
    criterion: &mut Criterion,
    name: &str,
    accounts: u64,
    mut ledger: Ledger,
    place: &mut u64,
) {
    let mut random = 1;
    let mut group = criterion.benchmark_group(name);
    let legs = (BULKS_PER_BLOCK * LEGS_PER_BULK_MAX) as u64;
    group.sample_size(10);
    group.sampling_mode(criterion::SamplingMode::Flat);
    group.throughput(Throughput::Elements(legs));
    group.bench_function("execute, a block between checkpoints", |bencher| {
        bencher.iter_batched(
            || blocks(accounts, 1, place, &mut random),
            |blocks| run(&mut ledger, &blocks, 0),
            criterion::BatchSize::PerIteration,
        );
    });
    group.throughput(Throughput::Elements(legs * 10));
    group.bench_function("execute, ten blocks and their checkpoint", |bencher| {
        bencher.iter_batched(
            || blocks(accounts, 10, place, &mut random),
            |blocks| assert_eq!(run(&mut ledger, &blocks, 100), 1, "one checkpoint"),
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn ledgers(criterion: &mut Criterion) {
    let mut place = 0;
    for (name, accounts) in [
        ("1,000,000 accounts", ACCOUNTS),
        ("10,000 accounts", ACCOUNTS_IN_CACHE),
    ] {
        let plain = ledger(accounts);
        legs_a_second(criterion, name, accounts, plain, &mut place);
        for (remembers, with) in [(false, "guarded"), (true, "guarded, payees remembered")] {
            let with_guards = guarded(accounts, remembers, &mut place);
            let name = format!("{name}, {with}");
            legs_a_second(criterion, &name, accounts, with_guards, &mut place);
        }
    }
}

fn verification(criterion: &mut Criterion) {
    let bytes = bulk(ACCOUNTS, 0, &mut 1);
    let mut group = criterion.benchmark_group("verify");
    group.throughput(Throughput::Elements(LEGS_PER_BULK_MAX as u64));
    group.bench_function("one bulk payment", |bencher| {
        bencher.iter(|| verify(&ChainId::default(), black_box(&bytes)));
    });
    group.finish();
}

criterion_group!(benches, ledgers, verification);
criterion_main!(benches);
