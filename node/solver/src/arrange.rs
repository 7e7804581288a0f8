//! A set that may always settle, changed one step at a time.
//!
//! ```text
//!   Arrangement   chosen payments, totals, lists of those in and out         every change keeps every rule, or does not happen
//!     add, drop, swap ──▶ done, or refused and nothing changed
//!     from_rounded    ──▶ drops what lacks money until all rules hold
//!     refill          ──▶ adds what fits, the most urgent and largest first
//! ```
//! A step moves a payment together with the other one of its pair.

use sycee_contracts::liquidity::netting::{Netting, PaymentSet, Tally};

use crate::relax::signed;

/// Numbers 0..n in two lists with constant-time moves and draws.
#[derive(Clone, Debug)]
struct Lists {
    items: Vec<u32>,
    places: Vec<u32>,
    /// Items before this one are in.
    boundary: usize,
}

impl Lists {
    fn all_out(count: usize) -> Lists {
        let items: Vec<u32> = (0_u32..).take(count).collect();
        Lists {
            places: items.clone(),
            items,
            boundary: 0,
        }
    }

    fn is_in(&self, item: usize) -> bool {
        (self.places[item] as usize) < self.boundary
    }

    fn turn(&mut self, item: usize) {
        let edge = match self.is_in(item) {
            true => {
                self.boundary -= 1;
                self.boundary
            }
            false => {
                self.boundary += 1;
                self.boundary - 1
            }
        };
        let place = self.places[item] as usize;
        let other = self.items[edge] as usize;
        self.items.swap(place, edge);
        self.places.swap(item, other);
    }
}

/// A set that may settle.
#[derive(Clone, Debug)]
pub(crate) struct Arrangement<'a> {
    netting: &'a Netting,
    tally: Tally<'a>,
    lists: Lists,
    /// Amounts as signed numbers.
    amounts: Vec<i128>,
    class_ranks: Vec<u8>,
    class_values: Vec<i128>,
    /// Senders with strict payments; the others' order is free.
    has_strict: Vec<bool>,
    plain: bool,
}

impl<'a> Arrangement<'a> {
    /// Nothing settles.
    pub(crate) fn empty(netting: &'a Netting) -> Arrangement<'a> {
        let payments = netting.payments();
        let mut has_strict = vec![false; netting.accounts().len()];
        for payment in payments.iter().filter(|it| it.strict) {
            has_strict[payment.sender as usize] = true;
        }
        let rank = |it: usize| u8::try_from(netting.class_rank(it)).unwrap_or(u8::MAX);
        let class_ranks: Vec<u8> = (0..payments.len()).map(rank).collect();
        let classes = class_ranks
            .iter()
            .max()
            .map_or(1, |it| usize::from(*it) + 1);
        Arrangement {
            netting,
            tally: Tally::new(netting),
            lists: Lists::all_out(payments.len()),
            amounts: payments.iter().map(|it| signed(it.amount)).collect(),
            class_ranks,
            class_values: vec![0; classes],
            has_strict,
            plain: netting.is_plain(),
        }
    }

    /// The payments of a set that may settle.
    pub(crate) fn from_set(netting: &'a Netting, set: &PaymentSet) -> Arrangement<'a> {
        let mut arrangement = Arrangement::empty(netting);
        for payment in set.iter() {
            arrangement.turn(payment);
        }
        arrangement
    }

    /// The payments of any set, without what then lacks money or breaks another rule.
    pub(crate) fn from_rounded(netting: &'a Netting, settles: &[bool]) -> Arrangement<'a> {
        let mut arrangement = Arrangement::empty(netting);
        for (payment, settles) in settles.iter().enumerate() {
            if *settles && !arrangement.contains(payment) {
                arrangement.turn(payment);
            }
        }
        arrangement.repair();
        arrangement
    }

    pub(crate) fn netting(&self) -> &'a Netting {
        self.netting
    }

    pub(crate) fn contains(&self, payment: usize) -> bool {
        self.lists.is_in(payment)
    }

    /// Payments that do not settle, in no order.
    pub(crate) fn waiting(&self) -> &[u32] {
        &self.lists.items[self.lists.boundary..]
    }

    /// Payments that settle, in no order.
    pub(crate) fn settling(&self) -> &[u32] {
        &self.lists.items[..self.lists.boundary]
    }

    pub(crate) fn amount(&self, payment: usize) -> i128 {
        self.amounts[payment]
    }

    pub(crate) fn class_rank(&self, payment: usize) -> usize {
        usize::from(self.class_ranks[payment])
    }

    /// Value of each class, the most urgent first.
    pub(crate) fn class_values(&self) -> &[i128] {
        &self.class_values
    }

    pub(crate) fn to_set(&self) -> PaymentSet {
        let mut set = PaymentSet::none(self.amounts.len());
        for payment in self.settling() {
            set.set(*payment as usize, true);
        }
        set
    }

    /// Adds a waiting payment if every rule allows.
    pub(crate) fn add(&mut self, payment: usize) -> bool {
        let sender = self.netting.payments()[payment].sender as usize;
        if self.plain && self.tally.room(sender) < self.amounts[payment] {
            return false;
        }
        self.turn(payment);
        if self.may_stand(payment) {
            return true;
        }
        self.turn(payment);
        false
    }

    /// Drops a settling payment if every rule allows.
    pub(crate) fn drop(&mut self, payment: usize) -> bool {
        self.turn(payment);
        if self.may_stand(payment) {
            return true;
        }
        self.turn(payment);
        false
    }

    /// Adds one payment and drops another if both together keep every rule.
    pub(crate) fn swap(&mut self, added: usize, dropped: usize) -> bool {
        if self.netting.partner(added) == Some(dropped) {
            return false;
        }
        self.turn(dropped);
        self.turn(added);
        if self.may_stand(added) && self.may_stand(dropped) {
            return true;
        }
        self.turn(added);
        self.turn(dropped);
        false
    }

    /// Adds whatever fits, the most urgent and then the largest first, until nothing more does.
    pub(crate) fn refill(&mut self) {
        let mut waiting: Vec<usize> = self.waiting().iter().map(|it| *it as usize).collect();
        waiting.sort_by_key(|it| (self.class_ranks[*it], -self.amounts[*it], *it));
        loop {
            let before = waiting.len();
            waiting.retain(|payment| !self.contains(*payment) && !self.add(*payment));
            if waiting.len() == before {
                return;
            }
        }
    }

    fn turn(&mut self, payment: usize) {
        self.turn_one(payment);
        if let Some(partner) = self.netting.partner(payment)
            && self.lists.is_in(partner) != self.lists.is_in(payment)
        {
            self.turn_one(partner);
        }
    }

    fn turn_one(&mut self, payment: usize) {
        let class = usize::from(self.class_ranks[payment]);
        match self.lists.is_in(payment) {
            true => {
                self.tally.remove(payment);
                self.class_values[class] -= self.amounts[payment];
            }
            false => {
                self.tally.add(payment);
                self.class_values[class] += self.amounts[payment];
            }
        }
        self.lists.turn(payment);
    }

    /// Whether the accounts of a payment just turned, and of its partner, keep every rule.
    fn may_stand(&self, payment: usize) -> bool {
        let stands = |payment: usize| {
            let fact = &self.netting.payments()[payment];
            let (sender, receiver) = (fact.sender as usize, fact.receiver as usize);
            self.tally.holds(sender) && self.tally.holds(receiver) && self.keeps_order(sender)
        };
        stands(payment) && self.netting.partner(payment).is_none_or(stands)
    }

    /// Whether no strict payment of a sender overtakes one that waits.
    fn keeps_order(&self, sender: usize) -> bool {
        if !self.has_strict[sender] {
            return true;
        }
        let queue = self.netting.queue_of(sender);
        let gap = queue.iter().position(|it| !self.contains(*it as usize));
        gap.is_none_or(|gap| {
            queue[gap..].iter().all(|it| {
                let payment = *it as usize;
                !self.contains(payment) || !self.netting.payments()[payment].strict
            })
        })
    }

    /// Drops payments until every rule holds. Each step drops one, so it ends.
    fn repair(&mut self) {
        let mut suspects: Vec<usize> = (0..self.netting.accounts().len()).collect();
        while let Some(account) = suspects.pop() {
            while let Some(payment) = self.misfit(account) {
                let mut touched = vec![payment];
                touched.extend(self.netting.partner(payment));
                self.turn(payment);
                for fact in touched.into_iter().map(|it| self.netting.payments()[it]) {
                    suspects.push(fact.sender as usize);
                    suspects.push(fact.receiver as usize);
                }
            }
        }
    }

    /// The payment that an account which breaks a rule should drop next.
    fn misfit(&self, account: usize) -> Option<usize> {
        let queue = self.netting.queue_of(account);
        if !self.keeps_order(account) {
            let gap = queue.iter().position(|it| !self.contains(*it as usize))?;
            let mut behind = queue[gap..].iter().rev().map(|it| *it as usize);
            return behind.find(|it| self.contains(*it) && self.netting.payments()[*it].strict);
        }
        if self.tally.holds(account) {
            return None;
        }
        let lack = -self.tally.room(account);
        // The least urgent class; in it the smallest that is enough, or else the largest.
        queue
            .iter()
            .map(|it| *it as usize)
            .filter(|it| self.contains(*it))
            .min_by_key(|it| {
                let (class, amount) = (self.class_ranks[*it], self.amounts[*it]);
                let enough = amount >= lack;
                (
                    u8::MAX - class,
                    !enough,
                    if enough { amount } else { -amount },
                    *it,
                )
            })
    }
}
