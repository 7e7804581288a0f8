//! The set that strict queue order allows: the greatest fixed point.
//!
//! ```text
//!   start with every payment; while an account that sends breaks a condition, its last remaining payment goes
//!                                                    (and with it the other payment of its pair, and all behind that one)
//! ```
//! Each payment is removed at most once and each removal costs a constant: linear. The result does not depend on the order of work.
//! Spec: ledger 4 step 4, vectors/netting.

use super::{payment_set::PaymentSet, problem::Netting, tally::Tally};

struct Removal<'a> {
    netting: &'a Netting,
    tally: Tally<'a>,
    set: PaymentSet,
    /// How many of an account's payments remain, from the head of its queue.
    remaining: Vec<usize>,
    /// Place of each payment in its sender's queue.
    depth: Vec<usize>,
    /// Accounts whose conditions may be broken.
    suspects: Vec<usize>,
    is_suspect: Vec<bool>,
}

/// The greatest set in which every sender's queue settles from its head without a gap.
#[must_use]
pub fn baseline(netting: &Netting) -> PaymentSet {
    let accounts = netting.accounts().len();
    let payments = netting.payments().len();
    let mut removal = Removal {
        netting,
        tally: Tally::new(netting),
        set: PaymentSet::none(payments),
        remaining: (0..accounts).map(|it| netting.queue_of(it).len()).collect(),
        depth: vec![0; payments],
        suspects: (0..accounts).rev().collect(),
        is_suspect: vec![true; accounts],
    };
    for account in 0..accounts {
        for (depth, payment) in netting.queue_of(account).iter().enumerate() {
            removal.depth[*payment as usize] = depth;
        }
    }
    for payment in 0..payments {
        removal.tally.add(payment);
        removal.set.set(payment, true);
    }
    removal.run();
    removal.set
}

impl Removal<'_> {
    fn run(&mut self) {
        while let Some(account) = self.suspects.pop() {
            self.is_suspect[account] = false;
            while self.remaining[account] > 0 && !self.tally.holds(account) {
                self.remove_last(account);
            }
        }
    }

    fn remove_last(&mut self, account: usize) {
        let Some(last) = self.remaining[account].checked_sub(1) else {
            return;
        };
        self.remaining[account] = last;
        let payment = self.netting.queue_of(account)[last] as usize;
        self.tally.remove(payment);
        self.set.set(payment, false);
        self.suspect(self.netting.payments()[payment].receiver as usize);
        if let Some(partner) = self.netting.partner(payment) {
            self.cut_before(partner);
        }
    }

    /// Removes a payment that lost the other of its pair, and with it everything behind it.
    ///
    /// The pairs met on the way are cut one after the other, not inside each other: a chain of pairs may be as long as the list.
    fn cut_before(&mut self, payment: usize) {
        let mut cuts = vec![payment];
        while let Some(cut) = cuts.pop() {
            let sender = self.netting.payments()[cut].sender as usize;
            while self.remaining[sender] > self.depth[cut] {
                self.remaining[sender] -= 1;
                let behind = self.netting.queue_of(sender)[self.remaining[sender]] as usize;
                self.tally.remove(behind);
                self.set.set(behind, false);
                self.suspect(self.netting.payments()[behind].receiver as usize);
                cuts.extend(self.netting.partner(behind));
            }
        }
    }

    fn suspect(&mut self, account: usize) {
        if !self.is_suspect[account] {
            self.is_suspect[account] = true;
            self.suspects.push(account);
        }
    }
}
