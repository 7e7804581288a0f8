//! Simulated annealing over sets that may settle (Kirkpatrick, Gelatt and Vecchi 1983), a fixed number of steps.
//!
//! ```text
//!   a waiting payment   fits                          ─▶ add it
//!                       its sender lacks money        ─▶ swap it with a settling payment of that sender
//!   a settling payment  its receiver can do without   ─▶ swap it with a waiting one to the same receiver, or drop it
//! ```
//! A step that gains is made; one that loses is made with probability exp(gain / temperature). The best set seen is kept, by class.

use sycee_contracts::liquidity::netting::PaymentSet;

use crate::{arrange::Arrangement, random::Random};

/// By how much one unit of a class outweighs one of the next.
const CLASS_WEIGHT: f64 = 64.0;

/// Draws of a counterpart before a step gives up.
const DRAWS_MAX: usize = 4;

/// First and last temperature, as a share of the mean amount.
const TEMPERATURE_FIRST: f64 = 0.25;
const TEMPERATURE_LAST: f64 = 0.000_5;

/// Steps between two changes of temperature.
const STEPS_PER_TEMPERATURE: usize = 256;

/// A better set by class values, none below what the ledger's own answer gives.
fn is_better(found: &[i128], best: &[i128], least: &[i128]) -> bool {
    found > best && found.iter().zip(least).all(|(found, least)| found >= least)
}

struct Annealing<'a, 'b> {
    now: Arrangement<'a>,
    best: Option<PaymentSet>,
    best_values: Vec<i128>,
    least: &'b [i128],
    weights: Vec<f64>,
    temperature: f64,
    random: Random,
    /// Payments by receiver.
    incoming: Vec<Vec<u32>>,
}

/// Improves a set by `steps` steps and answers the best seen; `start` itself when none was better.
pub(crate) fn anneal<'a>(
    start: Arrangement<'a>,
    least: &[i128],
    steps: usize,
    seed: u64,
) -> Arrangement<'a> {
    let netting = start.netting();
    let payments = netting.payments();
    if payments.is_empty() {
        return start;
    }
    let mut incoming = vec![Vec::new(); netting.accounts().len()];
    for (place, payment) in (0_u32..).zip(payments) {
        incoming[payment.receiver as usize].push(place);
    }
    let sum: f64 = (0..payments.len()).map(|it| real(start.amount(it))).sum();
    let mean = sum / real(payments.len() as i128);
    let classes = start.class_values().len();
    let power = |rank: usize| {
        let exponent = i32::try_from((classes - 1 - rank).min(8)).unwrap_or(8);
        CLASS_WEIGHT.powi(exponent)
    };
    let mut annealing = Annealing {
        best_values: start.class_values().to_vec(),
        now: start.clone(),
        best: None,
        least,
        weights: (0..classes).map(power).collect(),
        temperature: mean * TEMPERATURE_FIRST,
        random: Random::new(seed),
        incoming,
    };
    let stages = steps.div_ceil(STEPS_PER_TEMPERATURE).max(1);
    let ratio: f64 = TEMPERATURE_LAST / TEMPERATURE_FIRST;
    let factor = ratio.powf(1.0 / real(stages as i128));
    for _ in 0..stages {
        for _ in 0..STEPS_PER_TEMPERATURE {
            annealing.step();
        }
        annealing.temperature *= factor;
    }
    annealing.now.refill();
    annealing.keep();
    let best = annealing.best;
    best.map_or(start, |best| Arrangement::from_set(netting, &best))
}

impl Annealing<'_, '_> {
    fn step(&mut self) {
        let waiting = self.now.waiting().len();
        let settling = self.now.settling().len();
        let draw_waiting = waiting > 0 && (settling == 0 || self.random.below(4) > 0);
        if draw_waiting {
            let place = self.random.place(waiting);
            let payment = self.now.waiting()[place] as usize;
            if !self.now.add(payment) {
                self.swap_at_sender(payment);
            }
        } else if settling > 0 {
            let place = self.random.place(settling);
            let payment = self.now.settling()[place] as usize;
            if !self.swap_at_receiver(payment) && self.accepts(-self.weight(payment)) {
                self.keep();
                self.now.drop(payment);
            }
        }
    }

    /// Makes room for a waiting payment by dropping another of its sender.
    fn swap_at_sender(&mut self, added: usize) -> bool {
        let sender = self.now.netting().payments()[added].sender as usize;
        let queue = self.now.netting().queue_of(sender);
        for _ in 0..DRAWS_MAX {
            let dropped = queue[self.random.place(queue.len())] as usize;
            if self.now.contains(dropped) {
                return self.try_swap(added, dropped);
            }
        }
        false
    }

    /// Lets a receiver have another payment in place of a settling one, so that the settling one's sender is free of it.
    fn swap_at_receiver(&mut self, dropped: usize) -> bool {
        let receiver = self.now.netting().payments()[dropped].receiver as usize;
        for _ in 0..DRAWS_MAX {
            let incoming = &self.incoming[receiver];
            let added = incoming[self.random.place(incoming.len())] as usize;
            if !self.now.contains(added) {
                return self.try_swap(added, dropped);
            }
        }
        false
    }

    fn try_swap(&mut self, added: usize, dropped: usize) -> bool {
        let gain = self.weight(added) - self.weight(dropped);
        if !self.accepts(gain) {
            return false;
        }
        if gain < 0.0 {
            self.keep();
        }
        self.now.swap(added, dropped)
    }

    fn weight(&self, payment: usize) -> f64 {
        real(self.now.amount(payment)) * self.weights[self.now.class_rank(payment)]
    }

    fn accepts(&mut self, gain: f64) -> bool {
        gain >= 0.0 || self.random.unit() < (gain / self.temperature).exp()
    }

    /// Remembers the present set if it is the best so far.
    fn keep(&mut self) {
        if is_better(self.now.class_values(), &self.best_values, self.least) {
            self.best_values = self.now.class_values().to_vec();
            self.best = Some(self.now.to_set());
        }
    }
}

/// A whole number as a float; what is lost beyond 53 bits only steers the search.
pub(crate) fn real(number: i128) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a heuristic's weight")]
    let real = number as f64;
    real
}
