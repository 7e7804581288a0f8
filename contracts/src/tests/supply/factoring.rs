//! The naive executor of factoring: what is in use is counted anew each time, never kept.

use num_bigint::BigInt;

use super::naive::{Ask, Naive, Piece, at, is_bank};

/// An agreement between a bank and a seller.
#[derive(Clone, Debug)]
pub(crate) struct Agreement {
    pub(super) bank: u32,
    pub(super) account: u64,
    pub(super) seller: u32,
    pub(super) advance: u64,
    pub(super) rate: u64,
    pub(super) fee: u64,
    pub(super) recourse: bool,
    pub(super) limit: u64,
    pub(super) ended: bool,
}

/// What was sold at once.
#[derive(Clone, Debug)]
pub(super) struct Sold {
    pub(super) agreement: usize,
    pub(super) account: u64,
    pub(super) owed: BigInt,
}

fn up(over: BigInt, under: u64) -> BigInt {
    let under = BigInt::from(under);
    (over + &under - 1) / under
}

impl Naive {
    /// The bank's parts of all claims sold under an agreement, and what the seller owes.
    pub(super) fn in_use(&self, agreement: usize) -> BigInt {
        let under = |portfolio: usize| self.sold[portfolio].agreement == agreement;
        let part = |it: &Piece| {
            let (portfolio, back) = it.sold.as_ref()?;
            let claim = it.claim.clone()?;
            under(*portfolio).then(|| claim - back)
        };
        let parts: BigInt = self.pieces.iter().filter_map(part).sum();
        let owed = self.sold.iter().filter(|it| it.agreement == agreement);
        parts + owed.map(|it| it.owed.clone()).sum::<BigInt>()
    }

    /// The bank first, then what the seller owes it, then the seller.
    pub(super) fn pay_sold(&mut self, place: usize, from: u64, share: &BigInt) {
        let (portfolio, back) = self.pieces[place].sold.clone().unwrap();
        let claim = self.pieces[place].claim.clone().unwrap();
        let sold = self.sold[portfolio].clone();
        let first = share.clone().min(claim - &back);
        let second = share - &first;
        let kept = second.clone().min(sold.owed.clone());
        let bank = self.agreements[sold.agreement].account;
        self.shift(from, bank, &(first + &kept));
        self.shift(from, sold.account, &(&second - &kept));
        self.sold[portfolio].owed -= kept;
        self.pieces[place].sold = Some((portfolio, back - second));
        self.lower(place, share);
    }

    /// The seller's part goes first; what is beyond it the seller owes.
    pub(super) fn dilute(&mut self, place: usize, share: &BigInt) {
        if let Some((portfolio, back)) = self.pieces[place].sold.clone() {
            let off = back.clone().min(share.clone());
            self.sold[portfolio].owed += share - &off;
            self.pieces[place].sold = Some((portfolio, back - off));
        }
        self.lower(place, share);
    }

    /// Paid now, and the seller's part of one claim.
    fn advance(&self, terms: &Agreement, piece: &Piece) -> Option<(BigInt, BigInt, BigInt)> {
        let claim = piece.claim.clone()?;
        let days = self.promises[at(piece.promise)].due - self.today;
        let advanced: BigInt = &claim * terms.advance / 1_000_000;
        let discount = up(&advanced * terms.rate * days, 360_000_000_000_000);
        let paid = &advanced - discount - up(&claim * terms.fee, 1_000_000);
        (paid > BigInt::ZERO).then(|| (paid, advanced.clone(), claim - advanced))
    }

    fn sell(&mut self, sender: u32, agreement: u64, portions: &[u64], account: u64) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        let place = usize::try_from(agreement).ok()?;
        let terms = self.agreements.get(place)?.clone();
        when(terms.seller == sender && !terms.ended && self.owns(sender, account))?;
        let mut distinct = portions.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        when(!portions.is_empty() && distinct.len() == portions.len())?;
        let (mut all_paid, mut used, mut backs) = (BigInt::ZERO, self.in_use(place), Vec::new());
        for id in portions {
            let piece = self.movable(sender, *id)?;
            when(!terms.recourse || piece.endorsers.len() < 10)?;
            let (paid, advanced, back) = self.advance(&terms, piece)?;
            all_paid += paid;
            used += advanced;
            backs.push(back);
        }
        when(used <= BigInt::from(terms.limit) && all_paid <= self.balances[&terms.account])?;
        self.shift(terms.account, account, &all_paid);
        for (id, back) in portions.iter().zip(backs) {
            let sold = Some((self.sold.len(), back));
            let piece = &mut self.pieces[at(*id)];
            (piece.holder, piece.account, piece.sold) = (terms.bank, terms.account, sold);
            piece.endorsers.extend(terms.recourse.then_some(sender));
        }
        self.sold.push(Sold {
            agreement: place,
            account,
            owed: BigInt::ZERO,
        });
        Some(())
    }

    pub(super) fn ask_factor(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        match ask {
            Ask::Agree(terms) => {
                when(is_bank(sender) && self.owns(sender, terms.account))?;
                when(matches!(terms.seller, 3 | 4 | 8) && terms.limit > 0 && terms.advance > 0)?;
                self.agreements.push(Agreement {
                    bank: sender,
                    ..terms.clone()
                });
            }
            Ask::Sever { agreement } => {
                let terms = self.agreements.get_mut(usize::try_from(*agreement).ok()?)?;
                when(!terms.ended && (terms.bank == sender || terms.seller == sender))?;
                terms.ended = true;
            }
            Ask::Sell {
                agreement,
                portions,
                account,
            } => self.sell(sender, *agreement, portions, *account)?,
            Ask::Refund {
                portfolio,
                account,
                amount,
            } => {
                let place = usize::try_from(*portfolio).ok()?;
                let sold = self.sold.get(place)?.clone();
                let terms = self.agreements[sold.agreement].clone();
                let amount = BigInt::from(*amount);
                when(terms.seller == sender && self.owns(sender, *account))?;
                when(amount > BigInt::ZERO && amount <= sold.owed)?;
                when(amount <= self.balances[account])?;
                self.shift(*account, terms.account, &amount);
                self.sold[place].owed -= amount;
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }
}
