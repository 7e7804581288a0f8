//! Loans that two banks share, and money in suspense, in the naive executor.
//!
//! Who held how much is asked of each day of a period by itself. Whatever is divided adds up (I19).

use num_bigint::BigInt;

use super::{Ask, BANKS, Naive, ONE, big, rounded};

/// The whole, in parts per billion.
const WHOLE: u64 = 1_000_000_000;

/// A part of a payment: how much, and the period [from, to) whose interest it is.
pub(super) type Part = (BigInt, Option<(u32, u32)>);

#[derive(Clone, Debug)]
struct Offer {
    seller: usize,
    ppb: u64,
    price: u64,
    until: u32,
}

#[derive(Clone, Debug)]
pub(in crate::tests::credit) struct Group {
    fee: u64,
    joined: [bool; BANKS],
    /// Who holds how much from which day on; the first entry holds from the beginning.
    held: Vec<(u32, [u64; BANKS])>,
    offers: Vec<Offer>,
}

impl Group {
    fn now(&self) -> [u64; BANKS] {
        self.held.last().unwrap().1
    }

    fn on(&self, day: u32) -> [u64; BANKS] {
        let mut until = self.held.iter().filter(|(from, _)| *from <= day);
        until.next_back().unwrap_or(&self.held[0]).1
    }

    pub(in crate::tests::credit) fn ppb(&self) -> [u64; BANKS] {
        self.now()
    }

    /// Whether somebody has not signed.
    pub(in crate::tests::credit) fn waits(&self) -> bool {
        self.joined.contains(&false)
    }

    /// The newest offer: seller, parts per billion, price.
    pub(in crate::tests::credit) fn offered(&self) -> Option<(usize, u64, u64)> {
        self.offers.last().map(|it| (it.seller, it.ppb, it.price))
    }

    fn weights(&self, period: Option<(u32, u32)>) -> [BigInt; BANKS] {
        let mut sums = [BigInt::ZERO, BigInt::ZERO];
        let mut add = |held: [u64; BANKS]| {
            for (sum, ppb) in sums.iter_mut().zip(held) {
                *sum += ppb;
            }
        };
        match period {
            Some((from, to)) if from < to => (from..to).for_each(|day| add(self.on(day))),
            Some(_) | None => add(self.now()),
        }
        sums
    }
}

/// Divides by largest remainder, ties to the lower number.
fn divide(sum: &BigInt, weights: &[BigInt; BANKS]) -> [BigInt; BANKS] {
    let whole: BigInt = weights.iter().sum();
    let mut parts = weights.each_ref().map(|weight| sum * weight / &whole);
    let rests = weights.each_ref().map(|weight| sum * weight % &whole);
    let given: BigInt = parts.iter().sum();
    if given < *sum {
        // Of two at most one unit is left over.
        let place = usize::from(rests[1] > rests[0]);
        parts[place] += 1;
    }
    let all: BigInt = parts.iter().sum();
    assert_eq!(all, *sum, "I19");
    parts
}

impl Naive {
    pub(super) fn ask_share(&mut self, sender: usize, ask: &Ask) -> Option<bool> {
        Some(match *ask {
            Ask::Share(id, first, fee) => self.share(sender, id, first, fee),
            Ask::Join(id) => {
                let group = self.loans.get_mut(id).and_then(|it| it.group.as_mut());
                let Some(group) = group.filter(|it| sender < BANKS && !it.joined[sender]) else {
                    return Some(false);
                };
                group.joined[sender] = true;
                true
            }
            Ask::Sell(id, seller, ppb, price, until) => {
                self.sell(sender, id, (seller, ppb, price), until)
            }
            Ask::Buy(id, seller, ppb, price) => self.buy(sender, id, seller, ppb, price),
            Ask::Over(id, sum, bank) => self.pay_over(sender, id, &big(sum), bank),
            Ask::GiveRest(id) => self.give_rest(sender, id),
            _ => return None,
        })
    }

    fn share(&mut self, sender: usize, id: usize, first: u64, fee: u64) -> bool {
        let Some(it) = self.loans.get_mut(id) else {
            return false;
        };
        let takes = it.lender == sender
            && it.status == "offered"
            && it.line.is_none()
            && it.group.is_none()
            && !matches!(it.kind, super::Kind::Growing(..))
            && BANKS <= it.borrower;
        if takes {
            let mut joined = [false; BANKS];
            joined[sender] = true;
            it.group = Some(Group {
                fee,
                joined,
                held: vec![(0, [first, WHOLE - first])],
                offers: Vec::new(),
            });
        }
        takes
    }

    fn sell(
        &mut self,
        sender: usize,
        id: usize,
        (seller, ppb, price): (usize, u64, u64),
        until: u32,
    ) -> bool {
        let today = self.today;
        let Some(it) = self.loans.get_mut(id) else {
            return false;
        };
        let open = matches!(it.status, "active" | "written-off");
        let Some(group) = it.group.as_mut().filter(|_| open) else {
            return false;
        };
        let offers = group.offers.iter().filter(|it| today < it.until);
        let takes =
            sender == seller && today < until && ppb <= group.now()[seller] && offers.count() < 16;
        if takes {
            group.offers.push(Offer {
                seller,
                ppb,
                price,
                until,
            });
        }
        takes
    }

    fn buy(&mut self, sender: usize, id: usize, seller: usize, ppb: u64, price: u64) -> bool {
        let today = self.today;
        let buyer = 1 - seller;
        if sender != buyer || self.free(buyer) < big(price) {
            return false;
        }
        let Some(it) = self.loans.get_mut(id) else {
            return false;
        };
        let open = matches!(it.status, "active" | "written-off");
        let Some(group) = it.group.as_mut().filter(|_| open) else {
            return false;
        };
        let same =
            |it: &Offer| (it.seller, it.ppb, it.price) == (seller, ppb, price) && today < it.until;
        let found = group.offers.iter().position(same);
        let Some(place) = found.filter(|_| ppb <= group.now()[seller]) else {
            return false;
        };
        group.offers.remove(place);
        let mut held = group.now();
        held[seller] -= ppb;
        held[buyer] += ppb;
        group.held.push((today, held));
        self.pay(buyer, seller, &big(price));
        true
    }

    /// Whether whoever lends has its part of a sum, which is then paid out.
    pub(super) fn lend(&mut self, id: usize, sum: &BigInt, pays: bool) -> bool {
        let it = &self.loans[id];
        let (lender, borrower) = (it.lender, it.borrower);
        let mut parts = [BigInt::ZERO, BigInt::ZERO];
        match &it.group {
            None => parts[lender] = sum.clone(),
            Some(group) if group.joined.contains(&false) => return false,
            Some(group) => parts = divide(sum, &group.weights(None)),
        }
        let takes = (0..BANKS).all(|bank| parts[bank] <= self.free(bank).max(BigInt::ZERO));
        if takes && pays {
            for (bank, part) in parts.iter().enumerate() {
                self.pay(bank, borrower, part);
            }
        }
        takes
    }

    /// A payment reaches the lender, and what belongs to the other bank goes on to it.
    pub(super) fn collect(&mut self, id: usize, from: Option<usize>, parts: &[Part]) {
        let lender = self.loans[id].lender;
        let all: BigInt = parts.iter().map(|it| &it.0).sum();
        match from {
            Some(payer) => self.pay(payer, lender, &all),
            None => self.money[lender] += &all,
        }
        let Some(group) = self.loans[id].group.clone() else {
            return;
        };
        let other = 1 - lender;
        for (sum, period) in parts {
            let fee = rounded(&(sum * group.fee), &big(ONE));
            let shares = divide(&(sum - fee), &group.weights(*period));
            self.pay(lender, other, &shares[other]);
        }
    }

    /// Pays, and leaves what nothing asks for in suspense: at most the principal that has not fallen due.
    fn pay_over(&mut self, sender: usize, id: usize, sum: &BigInt, bank: usize) -> bool {
        self.work_off(id);
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let mut after = it.clone();
        let (taken, parts) = after.serve((self.today, &self.closed), sum, &BigInt::ZERO);
        let room = (&it.outstanding - &it.aside).max(BigInt::ZERO);
        let kept = (sum - &taken).min(room);
        let all = &taken + &kept;
        let takes = self.borrows(sender, &it)
            && it.lender == bank
            && it.status == "active"
            && all > BigInt::ZERO
            && all <= self.free(it.borrower);
        if takes {
            after.aside += &kept;
            self.money[it.borrower] -= &kept;
            if taken > BigInt::ZERO {
                self.booked(id, after);
                self.collect(id, Some(it.borrower), &parts);
            } else {
                self.loans[id] = after;
            }
        }
        takes
    }

    fn give_rest(&mut self, sender: usize, id: usize) -> bool {
        self.work_off(id);
        let Some(it) = self.loans.get(id) else {
            return false;
        };
        let party = it.lender == sender || self.borrows(sender, it);
        let takes = party && it.aside > BigInt::ZERO;
        if takes {
            self.give_back(id);
        }
        takes
    }

    pub(super) fn give_back(&mut self, id: usize) {
        let it = &mut self.loans[id];
        let aside = std::mem::take(&mut it.aside);
        self.money[it.borrower] += aside;
    }

    /// What is owed is paid out of suspense.
    pub(super) fn work_off(&mut self, id: usize) {
        let Some(it) = self.loans.get(id).filter(|it| it.aside > BigInt::ZERO) else {
            return;
        };
        let mut after = it.clone();
        let (taken, parts) = after.serve((self.today, &self.closed), &it.aside, &BigInt::ZERO);
        if taken > BigInt::ZERO {
            after.aside -= &taken;
            self.booked(id, after);
            self.collect(id, None, &parts);
        }
        // What came due by days that were declared in this block may have ended it.
        let it = &mut self.loans[id];
        if it.status == "active" && it.is_over() {
            it.status = "closed";
            self.give_back(id);
        }
    }
}
