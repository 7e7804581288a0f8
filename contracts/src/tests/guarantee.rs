//! Random operations on guarantees against a naive executor: lists, big integers, the rules written down a second time.
//!
//! `against` drives them: the same receipts, rows and balances after every block, and the invariants, I15 and I17 among them.

use num_bigint::BigInt;
use sycee_primitives::{AccountId, Amount, AssetId, BusinessDate, Hash, ParticipantId};

use super::{
    against::{self, Twin},
    language::{Stage, uetr},
    supply::draw::Dice,
};
use crate::{backing::BackingTerms, guarantee::*, *};
pub(super) use naive::Naive as Book;
use naive::{Ask, DAY_MS, Naive};

pub(super) mod naive;

const NAMES: [(&str, u32); 6] = [
    ("op", 0),
    ("ba", 1),
    ("bb", 2),
    ("c1", 3),
    ("c2", 4),
    ("s2", 8),
];
const NUMBERS: [(&str, u32); 8] = [
    ("HOLD", 1),
    ("A1", 1),
    ("B1", 2),
    ("C1", 3),
    ("C3", 3),
    ("C2", 4),
    ("C6", 4),
    ("S2", 8),
];

fn minor(minor: u64) -> Amount {
    Amount::from_minor(minor.into()).unwrap()
}

fn day(day: u64) -> BusinessDate {
    BusinessDate(u32::try_from(day).unwrap())
}

fn action(ask: &Ask, (holding, line_row): (u64, u64), name: &str) -> Action {
    match *ask {
        Ask::Apply {
            bank,
            beneficiary,
            account,
            amount,
            last,
            standby,
            cover,
            line,
        } => Action::ApplyGuarantee(ApplyGuarantee {
            bank: ParticipantId(bank),
            beneficiary: ParticipantId(beneficiary),
            account: AccountId(account),
            terms: GuaranteeTerms {
                asset: AssetId(0),
                amount: minor(amount),
                expires: day(last),
                rules: if standby {
                    UndertakingRules::Isp98
                } else {
                    UndertakingRules::Urdg758
                },
                text: Hash::ZERO,
            },
            backing: BackingTerms {
                cover: minor(cover),
                holding: Some(AccountId(holding)),
                line: line.then_some(line_row),
            },
        }),
        Ask::Issue { guarantee, account } => Action::IssueGuarantee(IssueGuarantee {
            guarantee,
            account: AccountId(account),
        }),
        Ask::Amend {
            guarantee,
            amount,
            last,
            cover,
        } => Action::AmendGuarantee(AmendGuarantee {
            guarantee,
            amount: minor(amount),
            expires: day(last),
            cover: minor(cover),
        }),
        Ask::Release { guarantee, amount } => Action::ReleaseGuarantee(ReleaseGuarantee {
            guarantee,
            amount: amount.map(minor),
        }),
        Ask::Reimburse {
            guarantee,
            account,
            amount,
        } => Action::ReimburseGuarantee(ReimburseGuarantee {
            guarantee,
            account: AccountId(account),
            amount: minor(amount),
        }),
        Ask::Freeze { .. } | Ask::Pay { .. } => money_action(ask, name),
        ref other => demand_action(other),
    }
}

fn money_action(ask: &Ask, name: &str) -> Action {
    match *ask {
        Ask::Freeze { account, on } => Action::Freeze(Freeze {
            account: AccountId(account),
            debits: false,
            credits: on,
            reason: Purpose::new(*b"LEGL").unwrap(),
        }),
        Ask::Pay {
            from,
            to,
            amount,
            day: today,
        } => Action::Pay(Pay {
            uetr: uetr(name),
            end_to_end_id: EndToEndId::new(name).unwrap(),
            debtor: AccountId(from),
            creditor: AccountId(to),
            asset: AssetId(0),
            amount: minor(amount),
            value_date: day(today),
            purpose: None,
            payload_commitment: None,
            handling: Handling::default(),
        }),
        ref other => panic!("{other:?}"),
    }
}

fn demand_action(ask: &Ask) -> Action {
    match *ask {
        Ask::Demand {
            guarantee,
            account,
            amount,
            extend,
        } => Action::DemandPayment(DemandPayment {
            guarantee,
            account: AccountId(account),
            amount: minor(amount),
            statement: Hash::ZERO,
            documents: vec![Hash::ZERO],
            extend_to: extend.map(day),
        }),
        Ask::Examine { demand, faults } => Action::ExamineDemand(ExamineDemand {
            demand,
            faults: vec![Hash::ZERO; faults.into()],
        }),
        Ask::Settle { demand, account } => Action::PayDemand(PayDemand {
            demand,
            account: AccountId(account),
        }),
        Ask::Extend { demand } => Action::ExtendGuarantee(ExtendGuarantee { demand }),
        Ask::Redirect { demand, account } => Action::RedirectDemand(RedirectDemand {
            demand,
            account: AccountId(account),
        }),
        ref other => panic!("{other:?}"),
    }
}

/// Mostly one of those last made that fit, otherwise a recent one, or one that does not exist yet.
fn pick<T>(dice: &mut Dice, all: &[T], fits: impl Fn(&T) -> bool) -> u64 {
    let recent = all.iter().enumerate().rev().filter(|(_, it)| fits(it));
    let recent: Vec<u64> = recent.map(|(id, _)| id as u64).take(6).collect();
    if recent.is_empty() || dice.below(12) == 0 {
        (all.len() as u64).saturating_sub(dice.below(8))
    } else {
        dice.of(&recent)
    }
}

fn account(dice: &mut Dice, naive: &Naive, owner: u32) -> u64 {
    let own = naive.owners.iter().filter(|(_, id)| **id == owner);
    let own: Vec<u64> = own.map(|(account, _)| *account).collect();
    let all: Vec<u64> = naive.owners.keys().copied().collect();
    if own.is_empty() || dice.below(20) == 0 {
        dice.of(&all)
    } else {
        dice.of(&own)
    }
}

/// Mostly what is somebody's turn, now and then anything by anybody.
fn draw(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let anybody = dice.of(&NAMES).1;
    let stray = dice.below(15) == 0;
    let (usual, ask) = match dice.below(20) {
        0..=8 => draw_bond(dice, naive),
        9 => {
            let accounts: Vec<u64> = naive.owners.keys().copied().collect();
            let (from, to) = (dice.of(&accounts), dice.of(&accounts));
            let amount = dice.below(900);
            let day = naive.today();
            (
                naive.owners[&from],
                Ask::Pay {
                    from,
                    to,
                    amount,
                    day,
                },
            )
        }
        10 => {
            let accounts = naive.owners.keys().copied();
            let accounts: Vec<u64> = accounts.filter(|it| *it != naive.holding).collect();
            let account = dice.of(&accounts);
            let on = dice.below(3) == 0;
            (0, Ask::Freeze { account, on })
        }
        _ => draw_claim(dice, naive),
    };
    (if stray { anybody } else { usual }, ask)
}

fn draw_bond(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let turn = dice.below(12);
    let guarantee = pick(dice, &naive.bonds, |it| match turn {
        2..=4 => it.state == "applied",
        5 => it.owed > BigInt::ZERO,
        6..=9 => it.state == "issued",
        _ => it.wish.is_some(),
    });
    let found = naive.bonds.get(usize::try_from(guarantee).unwrap());
    let (applicant, bank) = found.map_or((3, 1), |it| (it.applicant, it.bank));
    let last = (naive.today() + dice.below(40)).saturating_sub(1);
    match turn {
        0 | 1 => {
            let applicant = dice.of(&[3, 3, 8]);
            let amount = dice.below(120);
            let ask = Ask::Apply {
                bank: dice.of(&[1, 1, 1, 1, 2, 8]),
                beneficiary: dice.of(&[4, 4, 8]),
                account: account(dice, naive, applicant),
                amount,
                last,
                standby: dice.below(2) == 0,
                cover: dice.of(&[0, 20, amount, amount * 2]),
                line: dice.below(4) > 0,
            };
            (applicant, ask)
        }
        2..=4 => {
            let account = account(dice, naive, bank);
            (bank, Ask::Issue { guarantee, account })
        }
        5 => {
            let account = account(dice, naive, applicant);
            let amount = dice.below(60);
            let ask = Ask::Reimburse {
                guarantee,
                account,
                amount,
            };
            (applicant, ask)
        }
        _ => draw_terms(dice, naive, turn, guarantee),
    }
}

fn draw_terms(dice: &mut Dice, naive: &Naive, turn: u64, guarantee: u64) -> (u32, Ask) {
    let found = naive.bonds.get(usize::try_from(guarantee).unwrap());
    let three = found.map_or([3, 1, 4], |it| [it.applicant, it.bank, it.beneficiary]);
    let last = (naive.today() + dice.below(40)).saturating_sub(1);
    match turn {
        6 => {
            let amount = (dice.below(4) > 0).then(|| dice.below(30));
            (dice.of(&three), Ask::Release { guarantee, amount })
        }
        7 => {
            let ask = Ask::Amend {
                guarantee,
                amount: dice.below(150),
                last,
                cover: dice.of(&[0, 0, 15]),
            };
            (dice.of(&three), ask)
        }
        _ => {
            let wish = found.and_then(|it| it.wish.clone());
            let (amount, last, cover) = wish.map_or((80, last, 0), |it| it.0);
            let ask = Ask::Amend {
                guarantee,
                amount,
                last,
                cover,
            };
            (dice.of(&three), ask)
        }
    }
}

fn draw_claim(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    if dice.below(3) == 0 {
        let guarantee = pick(dice, &naive.bonds, |it| it.state == "issued");
        let found = naive.bonds.get(usize::try_from(guarantee).unwrap());
        let (beneficiary, last) = found.map_or((4, 0), |it| (it.beneficiary, it.last));
        let ask = Ask::Demand {
            guarantee,
            account: account(dice, naive, beneficiary),
            amount: dice.below(90),
            extend: dice.of(&[None, None, Some(last + 4), Some(last)]),
        };
        return (beneficiary, ask);
    }
    let turn = dice.below(8);
    let demand = pick(dice, &naive.claims, |it| match turn {
        0..=2 => it.state == "presented",
        3 | 4 => it.state == "complying",
        _ => matches!(it.state, "presented" | "complying"),
    });
    let found = naive.claims.get(usize::try_from(demand).unwrap());
    let bond = found.map(|it| &naive.bonds[usize::try_from(it.guarantee).unwrap()]);
    let (applicant, bank, beneficiary) =
        bond.map_or((3, 1, 4), |it| (it.applicant, it.bank, it.beneficiary));
    match turn {
        0..=2 => {
            let faults = dice.of(&[0, 0, 1]);
            (bank, Ask::Examine { demand, faults })
        }
        3 | 4 => {
            let account = account(dice, naive, bank);
            (bank, Ask::Settle { demand, account })
        }
        5 | 6 => (dice.of(&[bank, applicant]), Ask::Extend { demand }),
        _ => {
            let account = account(dice, naive, beneficiary);
            (beneficiary, Ask::Redirect { demand, account })
        }
    }
}

fn check_agreement(ledger: &Ledger, naive: &Naive) {
    against::check_balances(ledger, &naive.balances);
    assert_eq!(ledger.products.guarantees.len(), naive.bonds.len() as u64);
    for ((id, found), expected) in ledger.products.guarantees.iter().zip(&naive.bonds) {
        assert_eq!(found.state.name(), expected.state, "guarantee {id}");
        assert_eq!(found.amendment.is_some(), expected.wish.is_some(), "{id}");
        let last = u64::from(found.terms.expires.0);
        assert_eq!(last, expected.last, "guarantee {id}");
        let sums = [found.terms.amount, found.paid, found.pending];
        let known = [expected.amount, expected.paid, naive.pending(id)];
        assert_eq!(sums, known.map(minor), "guarantee {id}");
        let behind = found.backing;
        let sums = [behind.cover, behind.line_used, behind.owed, behind.returned];
        let sums = sums.map(|it| BigInt::from(it.minor()));
        let known = [
            &expected.cover,
            &expected.line,
            &expected.owed,
            &expected.stuck,
        ];
        assert_eq!(sums.each_ref(), known, "guarantee {id}");
    }
    let demands = ledger.products.demands.iter().zip(&naive.claims);
    for ((id, found), expected) in demands {
        assert_eq!(found.state.name(), expected.state, "demand {id}");
    }
}

impl Naive {
    /// On a ledger with other products, with accounts and a line of its own.
    pub(super) fn join(stage: &mut Stage, mark: &str) -> Naive {
        let (owners, balances) = against::open(stage, mark, &NUMBERS, 3_000);
        let line = stage.ledger.products.lines.len();
        stage.run(&format!(
            "
            block
            L{mark}1 ba openline {mark}A1 {mark}C1 300 last=2036-01-01 = lines {line}
            L{mark}2 c1 agree {line} 1                                 = lines {line}
            block"
        ));
        Naive {
            now: stage.ledger.time().0,
            holding: stage.account(&format!("{mark}HOLD")).0,
            line,
            line_cap: 300.into(),
            owners,
            balances,
            ..Naive::default()
        }
    }
}

impl Twin for Naive {
    type Ask = Ask;

    const STAGE: &'static str = "
        S1 op open ba escrow HOLD                  = settled
        S2 op open s2 current S2                   = settled
        S3 ba openline A1 C1 300 last=2036-01-01   = lines 0
        S4 c1 agree 0 1                            = lines 0
        block
        S5 op issue A1 3000                        = settled
        S6 op issue B1 3000                        = settled
        S7 op issue C1 3000                        = settled
        S8 op issue S2 3000                        = settled";
    const STATES: &'static [&'static str] = &[
        "guarantee applied",
        "guarantee issued",
        "guarantee closed",
        "guarantee expired",
        "demand presented",
        "demand complying",
        "demand rejected",
        "demand withdrawn",
        "demand paid",
        "Apply",
        "Issue",
        "Amend",
        "Release",
        "Reimburse",
        "Demand",
        "Examine",
        "Settle",
        "Extend",
        "Redirect",
    ];

    fn begin(ledger: &Ledger) -> Naive {
        let (owners, balances) = against::accounts(ledger, &NUMBERS);
        Naive {
            now: ledger.time().0,
            holding: against::numbered(ledger, "HOLD").id.0,
            line_cap: 300.into(),
            owners,
            balances,
            ..Naive::default()
        }
    }

    fn pause(dice: &mut Dice) -> u64 {
        match dice.below(24) {
            0 | 1 => DAY_MS,
            2 => 4 * DAY_MS,
            _ => 1_000,
        }
    }

    fn turn(&mut self, now: u64) {
        self.time_passes(now);
    }

    fn draw(&self, dice: &mut Dice) -> (u32, Ask) {
        draw(dice, self)
    }

    fn action(&self, _sender: u32, ask: &Ask, name: &str) -> Action {
        action(ask, (self.holding, self.line), name)
    }

    fn ask(&mut self, sender: u32, ask: &Ask) -> bool {
        self.takes_effect(sender, ask)
    }

    fn check(&self, ledger: &Ledger) {
        check_agreement(ledger, self);
    }

    fn states(&self) -> Vec<String> {
        let bonds = self
            .bonds
            .iter()
            .map(|it| format!("guarantee {}", it.state));
        let claims = self.claims.iter().map(|it| format!("demand {}", it.state));
        bonds.chain(claims).collect()
    }
}

#[test]
fn random_guarantees_agree_with_the_naive_executor() {
    against::run::<Naive>();
}
