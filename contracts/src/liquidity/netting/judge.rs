//! Whether a set may settle, and what it does. Linear in the list; whoever made the set is not believed.

use thiserror::Error;

use super::{payment_set::PaymentSet, problem::Netting, score::Score, tally::Tally};

/// The first rule that a set breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SetFault {
    /// The set is over a list of another length.
    #[error("the set is over a list of {found} payments, this one has {expected}")]
    List {
        /// Payments of the set's list.
        found: usize,
        /// Payments of this list.
        expected: usize,
    },
    /// A payment that keeps its place would overtake one that goes on waiting.
    #[error("payment {payment} keeps its place and would overtake payment {ahead}")]
    Overtakes {
        /// The payment in the set.
        payment: usize,
        /// The payment ahead of it that is not in the set.
        ahead: usize,
    },
    /// Only one payment of a pair is in the set.
    #[error("payment {0} settles only together with the other payment of its pair")]
    HalfPair(usize),
    /// An account would go below its floor.
    #[error("account {0} would stand below its floor")]
    Floor(usize),
    /// An account would use money set aside for urgent payments.
    #[error("account {0} would use what is reserved for urgent payments")]
    Reserved(usize),
    /// An account would send more, net, than a limit allows.
    #[error("account {0} would pass a limit on what it sends net")]
    Limit(usize),
}

/// What a set does that may settle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// Balance of every account afterwards, in minor units.
    pub balances: Vec<i128>,
    /// Payments that settle.
    pub count: usize,
    /// Their sum, in minor units.
    pub value: u128,
    /// How good that is.
    pub score: Score,
}

/// Judges a set against floors, reservations, limits, pairs and strict payments.
///
/// # Errors
/// [`SetFault`]: the first rule that it breaks, in the order of that enum.
pub fn judge(netting: &Netting, set: &PaymentSet) -> Result<Settlement, SetFault> {
    let expected = netting.payments().len();
    if set.list_len() != expected {
        let found = set.list_len();
        return Err(SetFault::List { found, expected });
    }
    check_order(netting, set)?;
    let mut tally = Tally::new(netting);
    for payment in set.iter() {
        if netting
            .partner(payment)
            .is_some_and(|partner| !set.contains(partner))
        {
            return Err(SetFault::HalfPair(payment));
        }
        tally.add(payment);
    }
    for account in 0..netting.accounts().len() {
        if tally.sent(account) == 0 {
            continue;
        }
        if !tally.keeps_floor(account) {
            return Err(SetFault::Floor(account));
        }
        if !tally.keeps_reservation(account) {
            return Err(SetFault::Reserved(account));
        }
        if !tally.keeps_limits(account) {
            return Err(SetFault::Limit(account));
        }
    }
    let score = Score::of(netting, set);
    Ok(Settlement {
        balances: (0..netting.accounts().len())
            .map(|account| tally.balance(account))
            .collect(),
        count: set.count(),
        value: score.value(),
        score,
    })
}

fn check_order(netting: &Netting, set: &PaymentSet) -> Result<(), SetFault> {
    for account in 0..netting.accounts().len() {
        let mut waiting = None;
        for payment in netting.queue_of(account).iter().map(|it| *it as usize) {
            if !set.contains(payment) {
                waiting = waiting.or(Some(payment));
            } else if let Some(ahead) = waiting
                && netting.payments()[payment].strict
            {
                return Err(SetFault::Overtakes { payment, ahead });
            }
        }
    }
    Ok(())
}
