//! Random operations on escrows against a naive executor: plain lists, big integers, the rules written down a second time.
//!
//! After every block every receipt, row and balance is that of the naive executor, and I15 holds on the ledger's rows alone: what stands on
//! the holding account is what escrows hold and owe. `SYCEE_OPERATIONS=1000000` runs a million of them; `SYCEE_SEED` another million.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, Hash, Height, ParticipantId};

use super::{
    language::{DAY, Stage, chain, secret},
    supply::draw::Dice,
};
use crate::{escrow::*, *};
use naive::{Ask, Naive};

mod naive;

const NAMES: [(&str, u32); 8] = [
    ("op", 0),
    ("ba", 1),
    ("c1", 3),
    ("c2", 4),
    ("reg", 5),
    ("s2", 8),
    ("orc", 9),
    ("aud", 10),
];
const PARTIES: [u32; 3] = [3, 4, 8];
const ARBITERS: [u32; 3] = [5, 9, 10];
const NUMBERS: [(&str, u32); 6] = [
    ("HOLD", 1),
    ("C1", 3),
    ("C3", 3),
    ("C2", 4),
    ("C6", 4),
    ("S2", 8),
];

fn minor(minor: u64) -> Amount {
    Amount::from_minor(minor.into()).unwrap()
}

fn action(ask: &Ask, holding: u64, time: u64) -> Action {
    match ask.clone() {
        Ask::Create {
            payer,
            payee,
            account,
            parts,
            arbiters,
            threshold,
            days,
            lasts_ms,
        } => Action::CreateEscrow(CreateEscrow {
            payer: ParticipantId(payer),
            payee: ParticipantId(payee),
            payee_account: AccountId(account),
            holding: AccountId(holding),
            asset: AssetId(0),
            total: minor(parts.iter().sum()),
            milestones: parts
                .into_iter()
                .map(|part| MilestoneTerms {
                    amount: minor(part),
                    terms: Hash::ZERO,
                })
                .collect(),
            arbiters: arbiters.into_iter().map(ParticipantId).collect(),
            threshold,
            arbitration_days: days,
            agreement: Hash::ZERO,
            expires: BlockTime(time + lasts_ms),
        }),
        Ask::Fund { escrow, account } => Action::FundEscrow(FundEscrow {
            escrow,
            account: AccountId(account),
        }),
        Ask::Release {
            escrow,
            milestone,
            amount,
        } => Action::ReleaseEscrow(ReleaseEscrow {
            escrow,
            milestone,
            amount: amount.map(minor),
        }),
        Ask::Refund { escrow } => Action::RefundEscrow(RefundEscrow { escrow }),
        Ask::Dispute { escrow } => Action::DisputeEscrow(DisputeEscrow {
            escrow,
            claim: Hash::ZERO,
        }),
        Ask::Rule { escrow, to_payee } => Action::ArbitrateEscrow(ArbitrateEscrow {
            escrow,
            to_payee: minor(to_payee),
            ground: Hash::ZERO,
        }),
        Ask::Redirect { escrow, account } => Action::RedirectEscrow(RedirectEscrow {
            escrow,
            account: AccountId(account),
        }),
        Ask::Freeze {
            account,
            debits,
            credits,
        } => Action::Freeze(Freeze {
            account: AccountId(account),
            debits,
            credits,
            reason: Purpose::new(*b"LEGL").unwrap(),
        }),
    }
}

/// Mostly what somebody of the escrow may ask about a recent one, now and then anything by anybody.
fn draw(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let anybody = dice.of(&NAMES).1;
    let escrow = dice.recent(naive.escrows.len());
    let found = usize::try_from(escrow).ok();
    let found = found.and_then(|it| naive.escrows.get(it));
    let (payer, payee) = found.map_or((3, 4), |it| (it.payer, it.payee));
    let stray = dice.below(12) == 0;
    let by = |usual: u32| if stray { anybody } else { usual };
    let own = |dice: &mut Dice, owner: u32| {
        let own: Vec<u64> = naive.owned_by(owner);
        let all: Vec<u64> = naive.owners.keys().copied().collect();
        if own.is_empty() || dice.below(15) == 0 {
            dice.of(&all)
        } else {
            dice.of(&own)
        }
    };
    match dice.below(16) {
        0..=2 => {
            let (payer, payee) = (dice.of(&PARTIES), dice.of(&PARTIES));
            let count = 1 + dice.below(3);
            let mut arbiters = ARBITERS.to_vec();
            arbiters.truncate(usize::try_from(1 + dice.below(3)).unwrap());
            let ask = Ask::Create {
                payer,
                payee,
                account: own(dice, payee),
                parts: (0..count).map(|_| dice.below(40)).collect(),
                threshold: u8::try_from(1 + dice.below(3)).unwrap(),
                arbiters,
                days: u16::try_from(dice.below(3)).unwrap(),
                lasts_ms: dice.below(1_200) * 1_000,
            };
            (by(dice.of(&[payer, payee])), ask)
        }
        3..=5 => {
            let account = own(dice, payer);
            (by(payer), Ask::Fund { escrow, account })
        }
        6 | 7 => {
            let milestone = u8::try_from(dice.below(3)).unwrap();
            let amount = (dice.below(3) > 0).then(|| dice.below(25));
            let ask = Ask::Release {
                escrow,
                milestone,
                amount,
            };
            (by(payer), ask)
        }
        8 => (by(payee), Ask::Refund { escrow }),
        9 | 10 => (by(dice.of(&[payer, payee])), Ask::Dispute { escrow }),
        11 | 12 => {
            let most = found.map_or(5, |it| it.parts.iter().map(|it| it.0).sum());
            let to_payee = dice.of(&[0, 10, most]);
            (by(dice.of(&ARBITERS)), Ask::Rule { escrow, to_payee })
        }
        13 => {
            let party = dice.of(&[payer, payee]);
            let account = own(dice, party);
            (by(party), Ask::Redirect { escrow, account })
        }
        _ => {
            let accounts: Vec<u64> = naive.owners.keys().copied().collect();
            let ask = Ask::Freeze {
                account: dice.of(&accounts),
                debits: dice.below(8) == 0,
                credits: dice.below(5) == 0,
            };
            (by(dice.of(&[0, 5])), ask)
        }
    }
}

fn check_agreement(ledger: &Ledger, naive: &Naive) {
    for (account, balance) in &naive.balances {
        let found = read::account(ledger, AccountId(*account)).unwrap();
        assert_eq!(BigInt::from(found.balance().0), *balance, "of {account}");
    }
    assert_eq!(ledger.products.escrows.len(), naive.escrows.len() as u64);
    for ((id, found), expected) in ledger.products.escrows.iter().zip(&naive.escrows) {
        assert_eq!(found.state.name(), expected.state, "escrow {id}");
        let sums = [found.held, found.owed_payee, found.owed_payer];
        let sums = sums.map(|it| BigInt::from(it.minor()));
        let expected = [&expected.held, &expected.owed_payee, &expected.owed_payer];
        assert_eq!(sums.each_ref(), expected, "escrow {id}");
    }
}

/// I15 on the ledger's rows alone.
fn check_invariants(ledger: &Ledger, holding: AccountId) {
    let mut sum = 0;
    for (id, escrow) in ledger.products.escrows.iter() {
        sum += escrow.on_account();
        assert_eq!(
            escrow.state.is_open(),
            !escrow.held.is_zero(),
            "open is held: {id}"
        );
        let parts: u128 = escrow.milestones.iter().map(|it| it.amount.minor()).sum();
        assert_eq!(parts, escrow.total.minor(), "milestones are the total");
        assert!(escrow.on_account() <= parts, "never more than paid in");
    }
    let stands = read::account(ledger, holding).unwrap().balance().0;
    assert_eq!(u128::try_from(stands), Ok(sum), "I15");
}

fn found() -> (Stage, Naive) {
    let mut stage = Stage::new();
    stage.run(
        "
        S1 op open ba escrow HOLD      = settled
        S2 op open s2 current S2       = settled
        block
        S3 op issue C1 3000            = settled
        S4 op issue C2 3000            = settled
        S5 op issue S2 3000            = settled",
    );
    let mut naive = Naive::default();
    for (number, owner) in NUMBERS {
        let id = stage.account(number);
        let balance = read::account(&stage.ledger, id).unwrap().balance();
        naive.owners.insert(id.0, owner);
        naive.balances.insert(id.0, balance.0.into());
        if number == "HOLD" {
            naive.holding = id.0;
        }
    }
    (stage, naive)
}

/// One run of some thousand operations from an empty book; answers how many took effect.
fn run(seed: u64, operations: u64, ends: &mut BTreeSet<&'static str>) -> u64 {
    let (mut stage, mut naive) = found();
    let holding = AccountId(naive.holding);
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (mut done, mut took, mut time) = (0, 0, DAY + 60_000);
    while done < operations {
        time += if dice.below(60) == 0 {
            30_000_000
        } else {
            1_000
        };
        naive.turn(time);
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..dice.below(8) {
            let (sender, ask) = draw(&mut dice, &naive);
            let name = NAMES.iter().find(|it| it.1 == sender).unwrap().0;
            let instruction = Instruction {
                chain_id: chain(),
                sender: ParticipantId(sender),
                idempotency_key: IdempotencyKey::new(format!("{done}")).unwrap(),
                expiry: BlockTime(time + 3_600_000),
                action: action(&ask, holding.0, time),
            };
            done += 1;
            let effect = naive.ask(sender, &ask);
            took += u64::from(effect);
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
            let found = !matches!(receipt.outcome, Outcome::Refused(_));
            let outcome = &receipt.outcome;
            assert_eq!(
                found, *effect,
                "seed {seed}: {ask:?} by {sender}: {outcome:?}"
            );
        }
        check_agreement(&stage.ledger, &naive);
        check_invariants(&stage.ledger, holding);
        ends.extend(naive.escrows.iter().map(|it| it.state));
    }
    took
}

#[test]
fn random_escrows_agree_with_the_naive_executor() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (operations, seed): (u64, u64) =
        (number("SYCEE_OPERATIONS", 8_000), number("SYCEE_SEED", 1));
    let each = operations.min(2_000);
    let runs = operations.div_ceil(each);
    let mut states = BTreeSet::new();
    let runs = (0..runs).map(|turn| run(seed + turn, each, &mut states));
    let took: u64 = runs.sum();
    assert_eq!(states.len(), 7, "every state is reached: {states:?}");
    assert!(
        took * 10 > operations,
        "{took} of {operations} took effect: the draw is idle"
    );
}

/// A funded escrow of 100 and 50 beside it on the same account.
fn funded() -> Stage {
    let mut stage = Stage::new();
    stage.run(
        "
        S1 op open ba escrow HOLD                  = settled
        block
        S2 c1 escrow c1 c2 C2 HOLD 100             = escrows 0
        S3 c1 escrow c1 c2 C2 HOLD 50              = escrows 1
        S4 c1 fund 0 C1                            = escrows 0
        S5 c1 fund 1 C1                            = escrows 1",
    );
    stage
}

#[test]
fn money_that_no_escrow_accounts_for_halts_the_block_that_touches_it() {
    let mut stage = funded();
    let holding = stage.account("HOLD");
    stage
        .ledger
        .products
        .escrows
        .update(0, |it| it.held = minor(99));
    let transaction = {
        let instruction = Instruction {
            chain_id: chain(),
            sender: ParticipantId(3),
            idempotency_key: IdempotencyKey::new("release").unwrap(),
            expiry: BlockTime(DAY + 3_600_000),
            action: Action::ReleaseEscrow(ReleaseEscrow {
                escrow: 1,
                milestone: 0,
                amount: None,
            }),
        };
        verify(&chain(), &instruction.sign(&[&secret("c1")]).to_bytes()).unwrap()
    };
    let context = BlockContext {
        height: stage.ledger.height().next(),
        time: BlockTime(DAY + 60_000),
    };
    let halt = execute(&mut stage.ledger, &context, [&transaction]).unwrap_err();
    assert_eq!(halt, Halt::HeldDiffers(holding));
    assert!(stage.ledger.take_changed_rows().is_empty());
}
