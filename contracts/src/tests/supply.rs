//! Random operations on receivables and the registry against a naive executor: maps, big integers, rules written down a second time.
//!
//! After every block claims, states and balances are those of the naive executor, and the invariants hold on the ledger's rows alone:
//! I14 (claims add up to what is owed; depth), I15 (one use of a portion, a document financed once), I22 (what is promised is what the
//! line says is used), and every factored portfolio accounts for its face. `SYCEE_OPERATIONS=1000000` runs a million of them; `SYCEE_SEED` another million.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use sycee_primitives::{AccountId, Amount, BlockTime, Height, ParticipantId};

use super::language::{DAY, Stage, chain, secret};
use crate::{receivable::*, *};
use asks::action;
use draw::{Dice, draw};
use naive::Naive;

mod asks;
pub(super) mod draw;
mod factoring;
mod naive;

const NAMES: [(&str, u32); 6] = [
    ("op", 0),
    ("ba", 1),
    ("bb", 2),
    ("c1", 3),
    ("c2", 4),
    ("s2", 8),
];
const DATE: u32 = 20_788;

/// I14, I15 and I22 on the ledger's rows alone.
fn check_invariants(ledger: &Ledger) {
    let mut claims: BTreeMap<u64, (u128, u32)> = BTreeMap::new();
    for (_, portion) in ledger.products.portions.iter() {
        assert!(portion.depth <= split_rules().depth_max, "I14: depth");
        assert_eq!(
            portion.is_live(),
            !portion.claim.is_zero(),
            "I14: live is claimed"
        );
        if let Some(pledge) = portion.pledge {
            assert!(
                portion.is_live() && !pledge.secured.is_zero(),
                "I15: a pledge lies on a claim"
            );
            assert!(
                pledge.secured <= portion.claim,
                "I15: not more than the claim"
            );
        }
        let sum = claims.entry(portion.promise).or_default();
        sum.0 += portion.claim.minor();
        sum.1 += u32::from(portion.is_live());
    }
    check_portfolios(ledger);
    let (mut owed, mut bound) = (0, BTreeMap::new());
    for (id, promise) in ledger.products.promises.iter() {
        let (sum, live) = claims.get(&id).copied().unwrap_or_default();
        assert_eq!(
            (promise.outstanding.minor(), promise.portions),
            (sum, live),
            "I14: claims add up"
        );
        assert_eq!(promise.state.is_owed(), sum > 0, "I14: owed is claimed");
        owed += sum;
        if matches!(
            promise.state,
            PromiseState::Accepted | PromiseState::Overdue | PromiseState::Paid
        ) {
            for mark in &promise.documents {
                assert_eq!(
                    bound.insert(mark.fingerprint(), id),
                    None,
                    "I15: one promise a document"
                );
            }
        }
    }
    for (_, document) in ledger.products.documents.iter() {
        let fingerprint = document.mark.fingerprint();
        assert_eq!(
            document.receivable,
            bound.get(&fingerprint).copied(),
            "I15: bound where promised"
        );
        assert!(
            document.financed <= document.total,
            "I15: not more than the whole"
        );
        assert!(
            document.receivable.is_none() || document.financed.is_zero(),
            "I15: one use"
        );
    }
    let used: u128 = ledger
        .products
        .obligor_lines
        .iter()
        .map(|(_, it)| it.used.minor())
        .sum();
    assert_eq!(used, owed, "I22: the line knows what is promised");
}

/// Every portfolio accounts for all of its face, and every agreement for what is in use.
fn check_portfolios(ledger: &Ledger) {
    let (mut live, mut used) = (BTreeMap::new(), BTreeMap::<u64, u128>::new());
    for (_, portion) in ledger.products.portions.iter() {
        let Some(factored) = portion.factored else {
            continue;
        };
        assert!(portion.pledge.is_none(), "I15: pledged or factored");
        let sum: &mut (u128, u32, u128) = live.entry(factored.portfolio).or_default();
        sum.0 += portion.claim.minor();
        sum.1 += u32::from(portion.is_live());
        sum.2 += portion.claim.minor() - factored.holdback.minor();
    }
    for (id, it) in ledger.products.portfolios.iter() {
        let (claims, open, part) = live.get(&id).copied().unwrap_or_default();
        let gone = [
            it.collected,
            it.withheld,
            it.returned,
            it.diluted,
            it.bought_back,
        ];
        let gone: u128 = gone.into_iter().map(Amount::minor).sum();
        assert_eq!(it.face.minor(), claims + gone, "portfolio {id}");
        assert_eq!(it.open, open, "portfolio {id}");
        *used.entry(it.factoring).or_default() += part + it.owed.minor();
    }
    for (id, it) in ledger.products.factorings.iter() {
        let found = used.get(&id).copied().unwrap_or_default();
        assert_eq!(it.in_use.minor(), found, "agreement {id}");
        assert!(it.in_use <= it.limit, "agreement {id}");
    }
}

fn check_agreement(ledger: &Ledger, naive: &Naive) {
    for (account, balance) in &naive.balances {
        let found = read::account(ledger, AccountId(*account))
            .unwrap()
            .balance();
        assert_eq!(
            BigInt::from(found.0),
            *balance,
            "balance of account {account}"
        );
    }
    for ((id, found), expected) in ledger.products.promises.iter().zip(&naive.promises) {
        let state = (found.state.name(), found.disputed);
        assert_eq!(state, (expected.state, expected.disputed), "promise {id}");
    }
    assert_eq!(ledger.products.portions.len(), naive.pieces.len() as u64);
    for ((id, found), expected) in ledger.products.portions.iter().zip(&naive.pieces) {
        let claim = expected.claim.clone().unwrap_or_default();
        assert_eq!(
            BigInt::from(found.claim.minor()),
            claim,
            "claim of portion {id}"
        );
        assert_eq!(found.holder.0, expected.holder, "holder of portion {id}");
        let pledge = found
            .pledge
            .map(|it| (it.pledgee.0, BigInt::from(it.secured.minor())));
        let pledged = expected.pledge.clone().map(|it| (it.0, it.2));
        assert_eq!(pledge, pledged, "pledge on portion {id}");
        let factored = found
            .factored
            .map(|it| (it.portfolio, BigInt::from(it.holdback.minor())));
        let sold = expected.sold.clone().map(|it| (it.0 as u64, it.1));
        assert_eq!(factored, sold, "portion {id} in a portfolio");
    }
    assert_eq!(ledger.products.portfolios.len(), naive.sold.len() as u64);
    for ((id, found), expected) in ledger.products.portfolios.iter().zip(&naive.sold) {
        let owed = BigInt::from(found.owed.minor());
        assert_eq!(owed, expected.owed, "owed on portfolio {id}");
    }
}

/// A stage with money on it, and the naive executor of it.
fn found() -> (Stage, Naive) {
    let mut stage = Stage::new();
    stage.run(
        "
        S1 op issue A1 60000           = settled
        S2 op issue B1 60000           = settled
        S3 ba pay A1 C1 15000          = settled
        S4 ba open s2 current S2       = settled",
    );
    let mut naive = Naive {
        today: DATE,
        ..Naive::default()
    };
    for (account, owner) in [
        ("A1", 1),
        ("B1", 2),
        ("C1", 3),
        ("C2", 4),
        ("C3", 3),
        ("S2", 8),
    ] {
        let id = stage.account(account);
        let balance = read::account(&stage.ledger, id).unwrap().balance();
        naive.owners.insert(id.0, owner);
        naive.balances.insert(id.0, balance.0.into());
    }
    (stage, naive)
}

/// One run of some thousand operations from an empty book.
fn run(seed: u64, operations: u64, kinds: &mut BTreeMap<String, u64>) -> u64 {
    let (mut stage, mut naive) = found();
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (mut done, mut settled, mut time) = (0, 0, DAY + 60_000);
    while done < operations {
        let fresh_day = dice.below(12) == 0;
        time += if fresh_day { 86_400_000 } else { 1_000 };
        let today = stage.ledger.parameters().business_date(BlockTime(time)).0;
        let resolved = std::mem::take(&mut naive.late);
        naive.open(today, resolved);
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..dice.below(8) {
            let (sender, ask) = draw(&mut dice, &naive);
            let name = NAMES.iter().find(|it| it.1 == sender).unwrap().0;
            let instruction = Instruction {
                chain_id: chain(),
                sender: ParticipantId(sender),
                idempotency_key: IdempotencyKey::new(format!("{done}")).unwrap(),
                expiry: BlockTime(time + 3_600_000),
                action: action(&ask, today),
            };
            done += 1;
            let effect = naive.ask(sender, &ask);
            settled += u64::from(effect);
            let kind = format!("{ask:?}");
            let kind = kind.split([' ', '(']).next().unwrap_or_default();
            *kinds.entry(kind.to_owned()).or_default() += u64::from(effect);
            match verify(&chain(), &instruction.sign(&[&secret(name)]).to_bytes()) {
                Ok(transaction) => {
                    sent.push(transaction);
                    expected.push((sender, ask, effect));
                }
                Err(rejection) => assert!(!effect, "{ask:?} by {sender}: {rejection:?}"),
            }
        }
        let context = BlockContext {
            height: Height(stage.ledger.height().0 + 1),
            time: BlockTime(time),
        };
        let block = execute(&mut stage.ledger, &context, &sent).unwrap();
        for (receipt, (sender, ask, effect)) in block.receipts.iter().zip(&expected) {
            let found = matches!(receipt.outcome, Outcome::Recorded { .. });
            assert_eq!(
                found, *effect,
                "seed {seed}: {ask:?} by {sender}: {:?}",
                receipt.outcome
            );
        }
        check_agreement(&stage.ledger, &naive);
        check_invariants(&stage.ledger);
    }
    settled
}

#[test]
fn random_operations_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 8_000), number("SYCEE_SEED", 1));
    let each = operations.min(2_000);
    let runs = operations.div_ceil(each);
    let mut kinds = BTreeMap::new();
    let settled: u64 = (0..runs)
        .map(|turn| run(seed + turn, each, &mut kinds))
        .sum();
    println!("{operations} operations from seed {seed}, {settled} took effect: {kinds:?}");
    assert!(
        settled * 10 > operations,
        "{settled} of {operations} took effect: the draw is idle"
    );
    assert!(
        kinds.len() == 22 && kinds.values().all(|effects| *effects > 0),
        "a verb never took effect: {kinds:?}"
    );
}
