//! Queues like those that were published, at any size and seed.
//!
//! ```text
//!   ring        the sheet of Project Ubin: a ring of banks, one large payment each, then many small ones
//!   uniform     Ubin's generator: balances uniform in 0.8-1.4 M, amounts uniform up to 1 M, any pair
//!   lognormal   weights of banks by Zipf's law, amounts log-normal, balances a share of what a bank sends
//!   scale_free  senders and receivers by power-law weights (Soramäki et al. 2007), amounts log-normal
//! ```

use sycee_contracts::liquidity::netting::{Netting, NettingAccount, NettingError, WaitingPayment};

use crate::{anneal::real, random::Random};

/// A queue before it is checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queue {
    /// The accounts.
    pub accounts: Vec<NettingAccount>,
    /// The payments.
    pub payments: Vec<WaitingPayment>,
}

impl Queue {
    /// The problem.
    ///
    /// # Errors
    /// [`NettingError`] where a generator was asked for more than a list may hold.
    pub fn netting(self) -> Result<Netting, NettingError> {
        Netting::new(self.accounts, self.payments, Vec::new(), &[])
    }
}

fn account(balance: u64, floor: i128) -> NettingAccount {
    NettingAccount {
        balance: i128::from(balance),
        floor,
        reservation: None,
    }
}

fn payment(sender: usize, receiver: usize, amount: u128, class: u32) -> WaitingPayment {
    let place = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    WaitingPayment {
        sender: place(sender),
        receiver: place(receiver),
        amount,
        class,
        strict: false,
    }
}

/// A float of whole minor units, at least 1.
pub(crate) fn minor(value: f64) -> u64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range first; generators make test data, not money"
    )]
    let whole = value.clamp(1.0, 1e15) as u64;
    whole
}

/// `copies` rings of four banks after Ubin's sheet, the small payments `small` a bank.
#[must_use]
pub fn ring(copies: usize, small: usize) -> Queue {
    const BALANCES: [u64; 4] = [800_000, 800_000, 1_201_000, 1_335_000];
    const LARGE: [u128; 4] = [5_001_000, 5_005_000, 5_006_000, 5_008_000];
    let mut queue = Queue {
        accounts: Vec::new(),
        payments: Vec::new(),
    };
    for copy in 0..copies {
        queue.accounts.extend(BALANCES.map(|it| account(it, 0)));
        for (bank, large) in LARGE.iter().enumerate() {
            queue.payments.push(payment(
                4 * copy + bank,
                4 * copy + (bank + 1) % 4,
                *large,
                0,
            ));
        }
        for _ in 0..small {
            for (bank, amount) in [1_000, 2_000, 3_000, 4_000].into_iter().enumerate() {
                queue.payments.push(payment(
                    4 * copy + bank,
                    4 * copy + (bank + 1) % 4,
                    amount,
                    0,
                ));
            }
        }
    }
    queue
}

/// Ubin's generator.
#[must_use]
pub fn uniform(banks: usize, payments: usize, seed: u64) -> Queue {
    let mut random = Random::new(seed);
    let accounts = (0..banks).map(|_| account(800_000 + random.below(600_001), 0));
    let accounts = accounts.collect();
    let payments = (0..payments)
        .map(|_| {
            let sender = random.place(banks);
            let receiver = (sender + 1 + random.place(banks - 1)) % banks;
            payment(sender, receiver, u128::from(1 + random.below(1_000_000)), 0)
        })
        .collect();
    Queue { accounts, payments }
}

/// What a flow between unequal banks looks like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Flow {
    /// Banks.
    pub banks: usize,
    /// Payments.
    pub payments: usize,
    /// Exponent of the banks' weights: the k-th largest weighs k^-exponent.
    pub exponent: f64,
    /// Standard deviation of the logarithm of amounts.
    pub sigma: f64,
    /// Balances as a share of what a bank sends.
    pub liquidity: f64,
    /// Share of banks that may overdraw, by up to as much as their balance.
    pub overdrafts: f64,
    /// Classes, drawn so that the least urgent is the most frequent; 1 for none.
    pub classes: u32,
}

/// Log-normal amounts between banks weighted by a power law, senders and receivers drawn independently.
#[must_use]
pub fn lognormal(flow: Flow, seed: u64) -> Queue {
    flow_between(flow, seed, |_, weights| weights.to_vec())
}

/// As [`lognormal`], but who receives much is not who sends much: hubs differ.
#[must_use]
pub fn scale_free(flow: Flow, seed: u64) -> Queue {
    flow_between(flow, seed, |random, weights| {
        let mut shuffled = weights.to_vec();
        for place in (1..shuffled.len()).rev() {
            shuffled.swap(place, random.place(place + 1));
        }
        shuffled
    })
}

fn flow_between(flow: Flow, seed: u64, receive: impl Fn(&mut Random, &[f64]) -> Vec<f64>) -> Queue {
    let mut random = Random::new(seed);
    let weights: Vec<f64> = (1..=flow.banks)
        .map(|rank| real(rank as i128).powf(-flow.exponent))
        .collect();
    let running = |weights: &[f64]| {
        let sum = weights.iter().scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        sum.collect::<Vec<f64>>()
    };
    let senders = running(&weights);
    let receivers = running(&receive(&mut random, &weights));
    let mut sent = vec![0_u128; flow.banks];
    let mut payments = Vec::with_capacity(flow.payments);
    while payments.len() < flow.payments {
        let sender = random.weighted(&senders);
        let receiver = random.weighted(&receivers);
        if sender == receiver {
            continue;
        }
        let amount = u128::from(minor((11.0 + flow.sigma * random.normal()).exp()));
        let class = (0..flow.classes.saturating_sub(1))
            .find(|_| random.below(5) == 0)
            .unwrap_or(flow.classes.saturating_sub(1));
        sent[sender] += amount;
        payments.push(payment(sender, receiver, amount, class));
    }
    let accounts = sent
        .iter()
        .map(|sent| {
            let sent = real(i128::try_from(*sent).unwrap_or(i128::MAX));
            let balance = minor(sent * flow.liquidity * (0.5 + random.unit()));
            let may_overdraw = random.unit() < flow.overdrafts;
            let floor = if may_overdraw {
                random.below(balance + 1)
            } else {
                0
            };
            account(balance, -i128::from(floor))
        })
        .collect();
    Queue { accounts, payments }
}
