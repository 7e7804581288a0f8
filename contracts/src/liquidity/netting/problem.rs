//! The question of one netting cycle: who holds what, what waits, what must not be passed.
//!
//! ```text
//!   accounts   balance, floor, reservation                     payments   sender, receiver, amount, class, strict
//!   limits     net sent to one, to the others, to all          pairs      two payments that settle together or not at all
//! ```
//! Made once and checked then: every index exists, every sum that can arise stays far inside 128 bits, nothing can fail later.

use sycee_primitives::amount::AMOUNT_MAX;
use thiserror::Error;

/// Payments of one list: a set over them stays a small transaction, and eight Ubin sheets at once fit.
pub const NETTING_PAYMENTS_MAX: usize = 1 << 17;

/// Accounts of one list.
pub const NETTING_ACCOUNTS_MAX: usize = 1 << 16;

/// Limits on net sending of one list.
pub const LIMITS_MAX: usize = 1 << 17;

/// Greatest balance, floor or headroom by magnitude, in minor units.
pub const ACCOUNT_BALANCE_MAX: i128 = 1 << 120;

const _: () = assert!(
    AMOUNT_MAX < (1 << 74) && ACCOUNT_BALANCE_MAX + ((1 << 74) * (1 << 17)) < i128::MAX / 4,
    "a balance with all payments of a list on one side stays in range"
);

/// Stands for "no limit" in the four places of a payment.
pub(crate) const NO_LIMIT: u32 = u32::MAX;

/// Money of an account that only urgent payments may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reservation {
    /// Least urgent class that may use it.
    pub class: u32,
    /// How much is set aside, in minor units. Debits of those classes use it up.
    pub amount: u128,
}

/// One account of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NettingAccount {
    /// Balance before the cycle, in minor units.
    pub balance: i128,
    /// The balance it may not go below by sending, in minor units.
    pub floor: i128,
    /// What is set aside for urgent payments.
    pub reservation: Option<Reservation>,
}

/// One waiting payment of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitingPayment {
    /// Place of the account that pays.
    pub sender: u32,
    /// Place of the account that is paid, another one.
    pub receiver: u32,
    /// How much, in minor units.
    pub amount: u128,
    /// Class: the lower, the more urgent. A sender's queue is ordered by class, then by place in the list.
    pub class: u32,
    /// Whether it keeps its place: it settles only if everything ahead of it in its sender's queue settles.
    pub strict: bool,
}

/// Towards whom a limit on net sending counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Counterparties {
    /// One account.
    One(u32),
    /// All accounts towards which no limit of its own is set.
    Others,
    /// All accounts.
    All,
}

/// How much an account may send net of what it receives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NetLimit {
    /// Place of the account that is bound.
    pub account: u32,
    /// Towards whom.
    pub counterparties: Counterparties,
    /// What it may still send net, in minor units; negative when it is beyond its limit.
    pub headroom: i128,
}

/// Two payments that settle together or not at all, such as both legs of a payment versus payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// Place of one payment.
    pub first: u32,
    /// Place of the other.
    pub second: u32,
}

/// Why a list is not a netting problem.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum NettingError {
    /// Too many accounts.
    #[error("{0} accounts, {NETTING_ACCOUNTS_MAX} are allowed")]
    TooManyAccounts(usize),
    /// Too many payments.
    #[error("{0} payments, {NETTING_PAYMENTS_MAX} are allowed")]
    TooManyPayments(usize),
    /// Too many limits.
    #[error("{0} limits, {LIMITS_MAX} are allowed")]
    TooManyLimits(usize),
    /// Balance or floor beyond the range.
    #[error("balance or floor of account {0} is beyond 2^120")]
    BalanceRange(usize),
    /// The payment names an account that is not listed.
    #[error("payment {0} names an account that is not listed")]
    UnknownAccount(usize),
    /// Sender and receiver are one.
    #[error("payment {0} goes to its own sender")]
    ToItself(usize),
    /// The amount is zero or above the greatest amount.
    #[error("the amount of payment {0} is zero or above 10^22")]
    Amount(usize),
    /// The limit names an account that is not listed, its own account, or headroom beyond the range.
    #[error("limit {0} names an account that is not listed, itself, or an amount out of range")]
    Limit(usize),
    /// Two limits say the same.
    #[error("limit {0} repeats another")]
    RepeatedLimit(usize),
    /// The pair names a payment that is not listed, one twice, or one that another pair has.
    #[error("pair {0} names a payment that is not listed or belongs to a pair already")]
    Pair(usize),
}

/// A checked netting problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Netting {
    accounts: Vec<NettingAccount>,
    payments: Vec<WaitingPayment>,
    limits: Vec<NetLimit>,
    /// The payment that must settle with this one.
    partners: Vec<Option<u32>>,
    /// Payments by sender, and within it in queue order.
    order: Vec<u32>,
    /// Where a sender's payments begin in `order`; one more entry than accounts.
    starts: Vec<usize>,
    /// Classes that occur, the most urgent first.
    classes: Vec<u32>,
    /// Limits that a payment counts in: sender's own, sender's all, receiver's own, receiver's all. Empty without limits.
    counted: Vec<[u32; 4]>,
}

impl Netting {
    /// Checks a list and prepares it.
    ///
    /// # Errors
    /// [`NettingError`] naming the first entry that cannot be.
    pub fn new(
        accounts: Vec<NettingAccount>,
        payments: Vec<WaitingPayment>,
        limits: Vec<NetLimit>,
        pairs: &[Pair],
    ) -> Result<Netting, NettingError> {
        check_accounts(&accounts)?;
        check_payments(&payments, accounts.len())?;
        let limit_places = limit_places(&limits, accounts.len())?;
        let partners = partners(pairs, payments.len())?;
        let (order, starts) = queue_order(&payments, accounts.len());
        let mut classes: Vec<u32> = payments.iter().map(|payment| payment.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let counted = match limits.is_empty() {
            true => Vec::new(),
            false => payments
                .iter()
                .map(|payment| counted_limits(payment, &limit_places))
                .collect(),
        };
        Ok(Netting {
            accounts,
            payments,
            limits,
            partners,
            order,
            starts,
            classes,
            counted,
        })
    }

    /// The same list with more money on one account; `None` when that leaves the range of balances.
    pub(crate) fn with_added(&self, account: usize, added: i128) -> Option<Netting> {
        let mut richer = self.clone();
        let balance = &mut richer.accounts.get_mut(account)?.balance;
        *balance = balance.checked_add(added)?;
        (balance.unsigned_abs() <= ACCOUNT_BALANCE_MAX.unsigned_abs()).then_some(richer)
    }

    /// The accounts.
    #[must_use]
    pub fn accounts(&self) -> &[NettingAccount] {
        &self.accounts
    }

    /// The payments in queue order of the list.
    #[must_use]
    pub fn payments(&self) -> &[WaitingPayment] {
        &self.payments
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &[NetLimit] {
        &self.limits
    }

    /// The payment that must settle with this one.
    #[must_use]
    pub fn partner(&self, payment: usize) -> Option<usize> {
        self.partners
            .get(payment)
            .copied()
            .flatten()
            .map(|partner| partner as usize)
    }

    /// Payments of one sender in queue order: by class, then by place in the list.
    #[must_use]
    pub fn queue_of(&self, account: usize) -> &[u32] {
        let start = self.starts.get(account).copied().unwrap_or_default();
        let end = self.starts.get(account + 1).copied().unwrap_or(start);
        self.order.get(start..end).unwrap_or_default()
    }

    /// Classes that occur, the most urgent first.
    #[must_use]
    pub fn classes(&self) -> &[u32] {
        &self.classes
    }

    /// Rank of a payment's class among those that occur; 0 is the most urgent.
    #[must_use]
    pub fn class_rank(&self, payment: usize) -> usize {
        let class = self.payments.get(payment).map_or(0, |it| it.class);
        self.classes.partition_point(|known| *known < class)
    }

    /// Limits that a payment counts in, [`NO_LIMIT`] where there is none; `None` when the problem has no limits.
    pub(crate) fn counted(&self, payment: usize) -> Option<&[u32; 4]> {
        self.counted.get(payment)
    }

    /// Whether nothing but floors binds: no limits, reservations, pairs or strict payments.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.limits.is_empty()
            && self.accounts.iter().all(|it| it.reservation.is_none())
            && self.partners.iter().all(Option::is_none)
            && !self.payments.iter().any(|it| it.strict)
    }
}

fn check_accounts(accounts: &[NettingAccount]) -> Result<(), NettingError> {
    if accounts.len() > NETTING_ACCOUNTS_MAX {
        return Err(NettingError::TooManyAccounts(accounts.len()));
    }
    let in_range = |value: i128| value.unsigned_abs() <= ACCOUNT_BALANCE_MAX.unsigned_abs();
    for (place, account) in accounts.iter().enumerate() {
        let reserved = account.reservation.map_or(0, |it| it.amount);
        let fits = reserved <= ACCOUNT_BALANCE_MAX.unsigned_abs();
        if !in_range(account.balance) || !in_range(account.floor) || !fits {
            return Err(NettingError::BalanceRange(place));
        }
    }
    Ok(())
}

fn check_payments(payments: &[WaitingPayment], accounts: usize) -> Result<(), NettingError> {
    if payments.len() > NETTING_PAYMENTS_MAX {
        return Err(NettingError::TooManyPayments(payments.len()));
    }
    for (place, payment) in payments.iter().enumerate() {
        if payment.sender as usize >= accounts || payment.receiver as usize >= accounts {
            return Err(NettingError::UnknownAccount(place));
        }
        if payment.sender == payment.receiver {
            return Err(NettingError::ToItself(place));
        }
        if payment.amount == 0 || payment.amount > AMOUNT_MAX {
            return Err(NettingError::Amount(place));
        }
    }
    Ok(())
}

type LimitPlaces = Vec<(u32, Counterparties, u32)>;

/// The limits ordered by account and counterparties, each with its place.
fn limit_places(limits: &[NetLimit], accounts: usize) -> Result<LimitPlaces, NettingError> {
    if limits.len() > LIMITS_MAX {
        return Err(NettingError::TooManyLimits(limits.len()));
    }
    let mut places: LimitPlaces = Vec::with_capacity(limits.len());
    for (place, limit) in limits.iter().enumerate() {
        let listed = match limit.counterparties {
            Counterparties::One(other) => (other as usize) < accounts && other != limit.account,
            Counterparties::Others | Counterparties::All => true,
        };
        let in_range = limit.headroom.unsigned_abs() <= ACCOUNT_BALANCE_MAX.unsigned_abs();
        if limit.account as usize >= accounts || !listed || !in_range {
            return Err(NettingError::Limit(place));
        }
        let place = u32::try_from(place).unwrap_or(NO_LIMIT);
        places.push((limit.account, limit.counterparties, place));
    }
    places.sort_unstable();
    let repeated = places
        .windows(2)
        .filter(|both| (both[0].0, both[0].1) == (both[1].0, both[1].1))
        .map(|both| both[1].2)
        .min();
    match repeated {
        Some(place) => Err(NettingError::RepeatedLimit(place as usize)),
        None => Ok(places),
    }
}

fn counted_limits(payment: &WaitingPayment, places: &LimitPlaces) -> [u32; 4] {
    let find = |account: u32, counterparties: Counterparties| {
        let found = places.binary_search_by_key(&(account, counterparties), |it| (it.0, it.1));
        found.ok().and_then(|at| places.get(at)).map(|it| it.2)
    };
    let own = |account: u32, other: u32| {
        find(account, Counterparties::One(other))
            .or_else(|| find(account, Counterparties::Others))
            .unwrap_or(NO_LIMIT)
    };
    let all = |account: u32| find(account, Counterparties::All).unwrap_or(NO_LIMIT);
    let (sender, receiver) = (payment.sender, payment.receiver);
    [
        own(sender, receiver),
        all(sender),
        own(receiver, sender),
        all(receiver),
    ]
}

fn partners(pairs: &[Pair], payments: usize) -> Result<Vec<Option<u32>>, NettingError> {
    let mut partners = vec![None; payments];
    for (place, pair) in pairs.iter().enumerate() {
        if pair.first == pair.second {
            return Err(NettingError::Pair(place));
        }
        for (own, other) in [(pair.first, pair.second), (pair.second, pair.first)] {
            match partners.get_mut(own as usize) {
                Some(free @ None) => *free = Some(other),
                Some(Some(_)) | None => return Err(NettingError::Pair(place)),
            }
        }
    }
    Ok(partners)
}

/// Payments by sender and in queue order, and where each sender's begin.
fn queue_order(payments: &[WaitingPayment], accounts: usize) -> (Vec<u32>, Vec<usize>) {
    let mut starts = vec![0; accounts + 1];
    for payment in payments {
        starts[payment.sender as usize + 1] += 1;
    }
    for account in 0..accounts {
        starts[account + 1] += starts[account];
    }
    let mut next = starts.clone();
    let mut order = vec![0; payments.len()];
    for (place, payment) in (0_u32..).zip(payments) {
        let at = &mut next[payment.sender as usize];
        order[*at] = place;
        *at += 1;
    }
    for account in 0..accounts {
        let queue = &mut order[starts[account]..starts[account + 1]];
        // Stable, and places ascend within a sender: ties keep the order of the list. Linear where classes are in order already.
        queue.sort_by_key(|place| payments[*place as usize].class);
    }
    (order, starts)
}
