//! What somebody asks next: mostly about recent objects, by whoever it may concern, and now and then by anybody.

use super::{
    factoring::Agreement,
    naive::{Ask, Naive, Piece},
};

/// A generator of numbers: xorshift64*.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn small(&mut self, sides: u8) -> u8 {
        u8::try_from(self.below(sides.into())).unwrap()
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    pub(crate) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    /// One of the last dozen ids, or one that does not exist yet.
    pub(crate) fn recent(&mut self, count: usize) -> u64 {
        (count as u64).saturating_sub(self.below(12))
    }

    /// Mostly an account of `owner`.
    fn account(&mut self, naive: &Naive, owner: u32) -> u64 {
        let own = naive.owners.iter().filter(|(_, id)| **id == owner);
        let own: Vec<u64> = own.map(|(account, _)| *account).collect();
        if own.is_empty() || self.below(20) == 0 {
            let all: Vec<u64> = naive.owners.keys().copied().collect();
            self.of(&all)
        } else {
            self.of(&own)
        }
    }
}

pub(super) fn draw(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let (sender, ask) = match dice.below(31) {
        0..=10 => draw_promise(dice, naive),
        11..=18 => draw_portion(dice, naive),
        19..=23 => draw_factor(dice, naive),
        _ => draw_bank(dice, naive),
    };
    match dice.below(15) {
        0 => (dice.of(&[0, 1, 2, 3, 4, 8]), ask),
        _ => (sender, ask),
    }
}

fn draw_promise(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let promise = dice.recent(naive.promises.len());
    let supplier = dice.of(&[4, 8]);
    match dice.below(13) {
        0..=3 => {
            let ask = Ask::Claim {
                debtor: dice.of(&[3, 3, 3, 4]),
                amount: dice.below(3_000),
                account: dice.account(naive, supplier),
                due: naive.today + 1 + u32::from(dice.small(4)),
                document: dice.small(200),
            };
            (supplier, ask)
        }
        4..=7 => {
            let account = dice.account(naive, 3);
            (3, Ask::Accept { promise, account })
        }
        8 => (3, Ask::Reject { promise }),
        9 => (supplier, Ask::Withdraw { promise }),
        10 => {
            // Of what is sold, every other time.
            let sold = |it: &&Piece| it.sold.is_some() && it.claim.is_some();
            let sold = naive.pieces.iter().rev().find(sold);
            let sold = sold.filter(|_| dice.coin()).map(|it| it.promise);
            let promise = sold.unwrap_or(promise);
            (3, Ask::Dispute { promise })
        }
        11 => {
            let disputed = naive.promises.iter().rposition(|it| it.disputed);
            let promise = disputed.map_or(promise, |place| place as u64);
            let most = dice.of(&[300, 2_000]);
            let dilution = dice.below(most);
            (0, Ask::Resolve { promise, dilution })
        }
        _ => {
            let promise = dice.below(naive.promises.len() as u64 + 1);
            let (account, amount) = (dice.account(naive, 3), dice.below(400));
            (
                3,
                Ask::Pay {
                    promise,
                    account,
                    amount,
                },
            )
        }
    }
}

fn draw_portion(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let portion = dice.recent(naive.pieces.len());
    let piece = naive.pieces.get(usize::try_from(portion).unwrap());
    let holder = piece.map_or(4, |it| it.holder);
    let claim = piece.and_then(|it| it.claim.clone()).unwrap_or_default();
    let claim = u64::try_from(claim).unwrap();
    let bank = dice.of(&[1, 2]);
    let ask = match dice.below(9) {
        0 | 1 => {
            let part = dice.below(claim.max(1));
            let other = claim - part.min(claim) + dice.below(20) / 19;
            let parts = vec![part, other];
            Ask::Split { portion, parts }
        }
        2..=4 => {
            let to = dice.of(&[1, 2, 4, 8]);
            let (account, recourse) = (dice.account(naive, to), dice.coin());
            Ask::Transfer {
                portion,
                to,
                account,
                recourse,
            }
        }
        5 => {
            let (account, secured) = (dice.account(naive, bank), dice.below(claim + 2));
            Ask::Pledge {
                portion,
                bank,
                account,
                secured,
            }
        }
        6 => return (bank, Ask::Release { portion }),
        7 => {
            let last = piece.and_then(|it| it.endorsers.last().copied());
            let sender = last.unwrap_or(4);
            let account = dice.account(naive, sender);
            return (sender, Ask::Honour { portion, account });
        }
        _ => Ask::Cancel {
            promise: piece.map_or(0, |it| it.promise),
        },
    };
    (holder, ask)
}

fn draw_bank(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let bank = dice.of(&[1, 2]);
    let portion = dice.recent(naive.pieces.len());
    let piece = naive.pieces.get(usize::try_from(portion).unwrap());
    match dice.below(8) {
        0 => {
            let ask = Ask::Offer {
                account: dice.account(naive, bank),
                rate: dice.below(1_000_000_000_000),
                fee: dice.below(50),
                limit: dice.below(5_000),
                recourse: dice.coin(),
            };
            (bank, ask)
        }
        1..=3 => {
            let offer = dice.recent(naive.deals.len());
            (
                piece.map_or(4, |it| it.holder),
                Ask::Finance { offer, portion },
            )
        }
        4 => {
            let cap = 20_000 + dice.below(20_000);
            (1, Ask::Line { cap })
        }
        5 | 6 => {
            let (document, amount) = (dice.small(200), dice.below(1_100));
            (bank, Ask::Enter { document, amount })
        }
        _ => {
            let (document, amount) = (dice.small(200), dice.below(600));
            (bank, Ask::Free { document, amount })
        }
    }
}

fn draw_factor(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let bank = dice.of(&[1, 2]);
    match dice.below(12) {
        0 | 1 => {
            let terms = Agreement {
                bank,
                account: dice.account(naive, bank),
                seller: dice.of(&[4, 8, 4, 8, 1]),
                advance: 1 + dice.below(1_000_000),
                rate: dice.below(1_000_000_000_000),
                fee: dice.below(20_000),
                recourse: dice.coin(),
                limit: dice.below(20_000),
                ended: false,
            };
            (bank, Ask::Agree(terms))
        }
        2 => {
            let agreement = dice.recent(naive.agreements.len());
            let terms = naive.agreements.get(usize::try_from(agreement).unwrap());
            (terms.map_or(bank, |it| it.seller), Ask::Sever { agreement })
        }
        3 | 4 => {
            // Mostly one on which something is owed.
            let owing = naive.sold.iter().rposition(|it| it.owed > 0.into());
            let portfolio = owing.map_or(0, |it| it as u64);
            let sold = naive.sold.get(owing.unwrap_or_default());
            let seller = sold.map_or(4, |it| naive.agreements[it.agreement].seller);
            let owed = sold.map_or(0, |it| u64::try_from(it.owed.clone()).unwrap());
            let (account, amount) = (dice.account(naive, seller), dice.below(owed + 3));
            let refund = Ask::Refund {
                portfolio,
                account,
                amount,
            };
            (seller, refund)
        }
        _ => draw_sale(dice, naive),
    }
}

/// Some recent portions of one holder, and an agreement of its, as a rule.
fn draw_sale(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let seller = dice.of(&[4, 8]);
    let own = naive.pieces.iter().enumerate().rev();
    let own = own.filter(|(_, it)| it.holder == seller && it.claim.is_some());
    let mut portions: Vec<u64> = own.map(|(place, _)| place as u64).take(4).collect();
    portions.retain(|_| dice.below(3) > 0);
    if dice.below(20) == 0 {
        portions.push(dice.recent(naive.pieces.len()));
    }
    let its = naive.agreements.iter().enumerate();
    let its = its.filter(|(_, it)| it.seller == seller && !it.ended);
    let its: Vec<u64> = its.map(|(place, _)| place as u64).collect();
    let agreement = match its.as_slice() {
        [] => 0,
        some => dice.of(some),
    };
    let account = dice.account(naive, seller);
    let sale = Ask::Sell {
        agreement,
        portions,
        account,
    };
    (seller, sale)
}
