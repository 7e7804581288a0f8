//! What a set of payments does to every account and limit, kept up to date payment by payment.
//!
//! ```text
//!   add, remove ──▶ balances, counts of what is sent, net sent against each limit ──▶ holds(account)?
//! ```
//! Adding a payment can break only its sender's conditions, removing one only its receiver's.

use super::problem::{NO_LIMIT, Netting, WaitingPayment};

#[derive(Clone, Copy, Debug)]
struct AccountTally {
    balance: i128,
    /// Payments it sends.
    sent: u32,
    /// Of these, payments of classes that may not use its reservation.
    sent_outside: u32,
    /// Limits of this account that are passed.
    passed: u32,
    /// Debits of classes that use up its reservation.
    from_reserved: i128,
}

#[derive(Clone, Copy, Debug, Default)]
struct LimitTally {
    /// Sent minus received among the counterparties.
    net: i128,
    /// Payments sent among them.
    sent: u32,
}

/// Running totals of a set of payments.
#[derive(Clone, Debug)]
pub struct Tally<'a> {
    netting: &'a Netting,
    accounts: Vec<AccountTally>,
    limits: Vec<LimitTally>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    In,
    Out,
}

impl<'a> Tally<'a> {
    /// The totals of no payment.
    #[must_use]
    pub fn new(netting: &'a Netting) -> Tally<'a> {
        let start = |account: &super::NettingAccount| AccountTally {
            balance: account.balance,
            sent: 0,
            sent_outside: 0,
            passed: 0,
            from_reserved: 0,
        };
        Tally {
            netting,
            accounts: netting.accounts().iter().map(start).collect(),
            limits: vec![LimitTally::default(); netting.limits().len()],
        }
    }

    /// The problem that the totals are over.
    #[must_use]
    pub fn netting(&self) -> &'a Netting {
        self.netting
    }

    /// Counts a payment that is not counted yet.
    pub fn add(&mut self, payment: usize) {
        self.turn(payment, Direction::In);
    }

    /// Takes a counted payment out again.
    pub fn remove(&mut self, payment: usize) {
        self.turn(payment, Direction::Out);
    }

    /// Balance of an account with the counted payments, in minor units.
    #[must_use]
    pub fn balance(&self, account: usize) -> i128 {
        self.accounts.get(account).map_or(0, |it| it.balance)
    }

    /// Payments that an account sends in the set.
    #[must_use]
    pub fn sent(&self, account: usize) -> u32 {
        self.accounts.get(account).map_or(0, |it| it.sent)
    }

    /// Whether the account sends nothing, or keeps floor, reservation and limits.
    #[must_use]
    pub fn holds(&self, account: usize) -> bool {
        self.sent(account) == 0
            || (self.keeps_floor(account)
                && self.keeps_reservation(account)
                && self.keeps_limits(account))
    }

    /// Whether the account stands at or above its floor.
    #[must_use]
    pub fn keeps_floor(&self, account: usize) -> bool {
        self.room(account) >= 0
    }

    /// What an account has above its floor, in minor units.
    #[must_use]
    pub fn room(&self, account: usize) -> i128 {
        let floor = self
            .netting
            .accounts()
            .get(account)
            .map_or(0, |it| it.floor);
        self.balance(account) - floor
    }

    /// Whether what is set aside for urgent payments is left to them.
    #[must_use]
    pub fn keeps_reservation(&self, account: usize) -> bool {
        let sends_outside = self
            .accounts
            .get(account)
            .is_some_and(|it| it.sent_outside > 0);
        !sends_outside || self.room(account) >= self.still_reserved(account)
    }

    /// What of its reservation the counted payments leave, in minor units.
    #[must_use]
    pub fn still_reserved(&self, account: usize) -> i128 {
        let reservation = self
            .netting
            .accounts()
            .get(account)
            .and_then(|it| it.reservation);
        let used = self.accounts.get(account).map_or(0, |it| it.from_reserved);
        reservation.map_or(0, |it| {
            let amount = i128::try_from(it.amount).unwrap_or(i128::MAX);
            (amount - used).max(0)
        })
    }

    /// Whether no limit of the account is passed.
    #[must_use]
    pub fn keeps_limits(&self, account: usize) -> bool {
        self.accounts.get(account).is_none_or(|it| it.passed == 0)
    }

    fn turn(&mut self, payment: usize, direction: Direction) {
        let netting = self.netting;
        let Some(fact) = netting.payments().get(payment) else {
            return;
        };
        let amount = i128::try_from(fact.amount).unwrap_or(i128::MAX);
        let signed = match direction {
            Direction::In => amount,
            Direction::Out => -amount,
        };
        self.turn_sender(fact, signed, direction);
        if let Some(receiver) = self.accounts.get_mut(fact.receiver as usize) {
            receiver.balance += signed;
        }
        if let Some([sender_own, sender_all, receiver_own, receiver_all]) = netting.counted(payment)
        {
            for limit in [*sender_own, *sender_all] {
                self.turn_limit(limit, signed, Some(direction));
            }
            for limit in [*receiver_own, *receiver_all] {
                self.turn_limit(limit, -signed, None);
            }
        }
    }

    fn turn_sender(&mut self, fact: &WaitingPayment, signed: i128, direction: Direction) {
        let place = fact.sender as usize;
        let reservation = self
            .netting
            .accounts()
            .get(place)
            .and_then(|it| it.reservation);
        let Some(sender) = self.accounts.get_mut(place) else {
            return;
        };
        sender.balance -= signed;
        sender.sent = counted(sender.sent, direction);
        match reservation {
            Some(it) if fact.class <= it.class => sender.from_reserved += signed,
            Some(_) => sender.sent_outside = counted(sender.sent_outside, direction),
            None => {}
        }
    }

    /// Moves what counts against a limit; `sends` where the payment is one that the limit binds.
    fn turn_limit(&mut self, place: u32, signed: i128, sends: Option<Direction>) {
        if place == NO_LIMIT {
            return;
        }
        let place = place as usize;
        let (Some(limit), Some(tally)) =
            (self.netting.limits().get(place), self.limits.get_mut(place))
        else {
            return;
        };
        let is_passed = |tally: &LimitTally| tally.sent > 0 && tally.net > limit.headroom;
        let before = is_passed(tally);
        tally.net += signed;
        if let Some(direction) = sends {
            tally.sent = counted(tally.sent, direction);
        }
        let after = is_passed(tally);
        if let Some(account) = self.accounts.get_mut(limit.account as usize)
            && before != after
        {
            let direction = if after { Direction::In } else { Direction::Out };
            account.passed = counted(account.passed, direction);
        }
    }
}

fn counted(count: u32, direction: Direction) -> u32 {
    match direction {
        Direction::In => count + 1,
        Direction::Out => count - 1,
    }
}
