//! What somebody asks next about credits: mostly what is somebody's turn, now and then anything by anybody.

use super::{
    NAMES,
    naive::{Ask, Deal, Naive},
};
use crate::tests::supply::draw::Dice;

fn small(dice: &mut Dice, sides: u64) -> u8 {
    u8::try_from(dice.below(sides)).unwrap()
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

fn deal(dice: &mut Dice, naive: &Naive) -> Deal {
    let today = naive.today();
    Deal {
        amount: dice.below(120),
        over: dice.of(&[0, 0, 10]),
        under: dice.of(&[0, 5, 50]),
        usance: dice.of(&[None, None, Some(1), Some(3), Some(9)]),
        partial: dice.below(2) == 0,
        last: (today + dice.below(14)).saturating_sub(1),
        shipment: dice.of(&[None, None, Some(today), Some(today + 3)]),
        days: u16::from(small(dice, 8)),
        need: (small(dice, 3), small(dice, 2)),
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

pub(super) fn draw(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let anybody = dice.of(&NAMES).1;
    let stray = dice.below(15) == 0;
    let by = |usual: u32| if stray { anybody } else { usual };
    match dice.below(24) {
        0..=8 => {
            let (usual, ask) = draw_credit(dice, naive);
            (by(usual), ask)
        }
        9 => {
            let accounts: Vec<u64> = naive.owners.keys().copied().collect();
            let (from, to) = (dice.of(&accounts), dice.of(&accounts));
            let amount = dice.below(900);
            let day = naive.today();
            (
                by(naive.owners[&from]),
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
            (by(0), Ask::Freeze { account, on })
        }
        _ => {
            let (usual, ask) = draw_drawing(dice, naive);
            (by(usual), ask)
        }
    }
}

fn draw_credit(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let turn = dice.below(12);
    let credit = pick(dice, &naive.letters, |it| match turn {
        2..=4 => it.state == "applied",
        5 | 6 => it.state == "issued",
        7 => it.owed > num_bigint::BigInt::ZERO || it.state == "applied",
        8 => it.change.is_none() && it.state == "advised",
        _ => it.change.is_some(),
    });
    let found = naive.letters.get(usize::try_from(credit).unwrap());
    let (applicant, bank, beneficiary) =
        found.map_or((3, 1, 4), |it| (it.applicant, it.bank, it.beneficiary));
    let three = [applicant, bank, beneficiary];
    match turn {
        0 | 1 => {
            let applicant = dice.of(&[3, 3, 8]);
            let deal = deal(dice, naive);
            let ask = Ask::Apply {
                bank: dice.of(&[1, 1, 1, 1, 2, 8]),
                beneficiary: dice.of(&[4, 4, 8]),
                account: account(dice, naive, applicant),
                cover: dice.of(&[0, 20, deal.amount, deal.amount * 2]),
                line: dice.below(4) > 0,
                deal,
            };
            (applicant, ask)
        }
        2..=4 => {
            let account = account(dice, naive, bank);
            (bank, Ask::Issue { credit, account })
        }
        5 | 6 => (2, Ask::Advise { credit }),
        7 => {
            if dice.below(4) > 0 {
                let account = account(dice, naive, applicant);
                let amount = dice.below(60);
                let ask = Ask::Reimburse {
                    credit,
                    account,
                    amount,
                };
                (applicant, ask)
            } else {
                (dice.of(&three), Ask::Close { credit })
            }
        }
        8 => {
            let ask = Ask::Amend {
                credit,
                deal: deal(dice, naive),
                cover: dice.of(&[0, 0, 15]),
            };
            (dice.of(&three), ask)
        }
        _ => {
            let ask = Ask::Answer {
                credit,
                revision: found.map_or(1, |it| it.revision),
                agree: dice.below(9) > 0,
            };
            (dice.of(&three), ask)
        }
    }
}

fn draw_drawing(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let credit = pick(dice, &naive.letters, |it| it.state == "advised");
    let letter = naive.letters.get(usize::try_from(credit).unwrap());
    if dice.below(3) == 0 {
        let beneficiary = letter.map_or(4, |it| it.beneficiary);
        let needed = letter.map_or((1, 1), |it| it.deal.need);
        let amount = letter.map_or(50, |it| it.deal.amount);
        let today = naive.today();
        let mut bills: Vec<u8> = (0..needed.1).map(|_| small(dice, 60)).collect();
        bills.truncate(if dice.below(8) == 0 { 0 } else { 3 });
        let ask = Ask::Present {
            credit,
            account: account(dice, naive, beneficiary),
            amount: dice.of(&[amount, amount, amount / 2, amount + 3]),
            shipped: dice.of(&[Some(today), Some(today), Some(today - 4), None]),
            invoices: needed.0 + small(dice, 2),
            bills,
        };
        return (beneficiary, ask);
    }
    let turn = dice.below(10);
    let drawing = pick(dice, &naive.drawings, |it| match turn {
        0..=2 => it.state == "presented",
        3 => it.state == "discrepant",
        4..=6 => matches!(it.state, "complying" | "waived" | "accepted"),
        _ => matches!(it.state, "discrepant" | "waived"),
    });
    let found = naive.drawings.get(usize::try_from(drawing).unwrap());
    let letter = found.map(|it| &naive.letters[usize::try_from(it.credit).unwrap()]);
    let (applicant, bank, beneficiary) =
        letter.map_or((3, 1, 4), |it| (it.applicant, it.bank, it.beneficiary));
    match turn {
        0..=2 => {
            let listed = dice.of(&[0, 0, 1]);
            (bank, Ask::Examine { drawing, listed })
        }
        3 => (applicant, Ask::Waive { drawing }),
        4..=6 => {
            let account = account(dice, naive, bank);
            (bank, Ask::Honour { drawing, account })
        }
        7 | 8 => (dice.of(&[bank, beneficiary]), Ask::Return { drawing }),
        _ => {
            let account = account(dice, naive, beneficiary);
            (beneficiary, Ask::Redirect { drawing, account })
        }
    }
}
