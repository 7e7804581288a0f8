//! Random operations on escrows against a naive executor: plain lists, big integers, the rules written down a second time.
//!
//! `against` drives them: the same receipts, rows and balances after every block, and the invariants: what stands on the holding account is
//! what escrows hold and owe (I15).

use num_bigint::BigInt;
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, Hash, ParticipantId};

use super::{
    against::{self, Twin},
    language::{DAY, Stage, chain, secret},
    supply::draw::Dice,
};
use crate::{escrow::*, *};
pub(super) use naive::Naive as Book;
use naive::{Ask, Naive};

pub(super) mod naive;

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

fn action(ask: &Ask, holding: u64) -> Action {
    match ask.clone() {
        Ask::Create {
            payer,
            payee,
            account,
            parts,
            arbiters,
            threshold,
            days,
            ends,
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
            expires: BlockTime(ends),
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
                ends: naive.now + dice.below(1_200) * 1_000,
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
    against::check_balances(ledger, &naive.balances);
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

impl Naive {
    /// On a ledger with other products, with accounts of its own.
    pub(super) fn join(stage: &mut Stage, mark: &str) -> Naive {
        let (owners, balances) = against::open(stage, mark, &NUMBERS, 3_000);
        Naive {
            holding: stage.account(&format!("{mark}HOLD")).0,
            owners,
            balances,
            ..Naive::default()
        }
    }
}

impl Twin for Naive {
    type Ask = Ask;

    const STAGE: &'static str = "
        S1 op open ba escrow HOLD      = settled
        S2 op open s2 current S2       = settled
        block
        S3 op issue C1 3000            = settled
        S4 op issue C2 3000            = settled
        S5 op issue S2 3000            = settled";
    const STATES: &'static [&'static str] = &[
        "created",
        "lapsed",
        "funded",
        "disputed",
        "released",
        "refunded",
        "arbitrated",
        "Create",
        "Fund",
        "Release",
        "Refund",
        "Dispute",
        "Rule",
        "Redirect",
        "Freeze",
    ];

    fn begin(ledger: &Ledger) -> Naive {
        let (owners, balances) = against::accounts(ledger, &NUMBERS);
        Naive {
            now: ledger.time().0,
            holding: against::numbered(ledger, "HOLD").id.0,
            owners,
            balances,
            ..Naive::default()
        }
    }

    fn pause(dice: &mut Dice) -> u64 {
        if dice.below(60) == 0 {
            30_000_000
        } else {
            1_000
        }
    }

    fn turn(&mut self, now: u64) {
        self.time_passes(now);
    }

    fn draw(&self, dice: &mut Dice) -> (u32, Ask) {
        draw(dice, self)
    }

    fn action(&self, _sender: u32, ask: &Ask, _name: &str) -> Action {
        action(ask, self.holding)
    }

    fn ask(&mut self, sender: u32, ask: &Ask) -> bool {
        self.takes_effect(sender, ask)
    }

    fn check(&self, ledger: &Ledger) {
        check_agreement(ledger, self);
        check_invariants(ledger, AccountId(self.holding));
    }

    fn states(&self) -> Vec<String> {
        self.escrows.iter().map(|it| it.state.to_owned()).collect()
    }
}

#[test]
fn random_escrows_agree_with_the_naive_executor() {
    against::run::<Naive>();
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
