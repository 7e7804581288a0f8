//! Settling a day's payments in order of entry, with or without liquidity saving.
//!
//! ```text
//!   entry ─▶ funds, and nothing as urgent waits (or bypass)?  settle
//!         ─▶ saving: offset with up to ten payments that come back?  settle together
//!         ─▶ queue
//!   credit ─▶ heads of the receiver's queue, as long as funds last        cycle ─▶ the solver's set, judged
//! ```

use std::collections::BTreeMap;

use sycee_contracts::liquidity::netting::{
    Netting, NettingAccount, WaitingPayment, baseline, judge,
};

use super::{DAY_MINUTES, Entry, Run};
use crate::{
    anneal::real,
    solve::{Effort, solve_with},
};

/// Payments against which an entering one is offset.
const OFFSET_MAX: usize = 10;

/// Cycles of a simulated day are many and their lists short: less work each.
const CYCLE_EFFORT: Effort = Effort {
    dive_arcs: 40_000,
    starts: 1,
    steps: 8_000,
    neighbourhoods: 8,
    neighbourhood_work: 60_000,
    neighbourhood_arcs: 10_000,
};

/// What the desk does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Whether it offsets and runs cycles.
    pub(super) saving: bool,
    /// Minutes between two cycles.
    pub(super) cycle_minutes: u32,
}

/// A day in progress.
pub(super) struct Desk<'a> {
    entries: &'a [Entry],
    rules: Rules,
    balances: Vec<i128>,
    /// Waiting payments of each bank by class and entry.
    queues: Vec<BTreeMap<(u32, usize), ()>>,
    minute: u32,
    liquidity: u128,
    delayed: f64,
    settled_value: u128,
    settled_count: usize,
    offset_value: u128,
    gridlocks: usize,
}

impl<'a> Desk<'a> {
    pub(super) fn new(entries: &'a [Entry], balances: &[i128], rules: Rules) -> Desk<'a> {
        Desk {
            entries,
            rules,
            balances: balances.to_vec(),
            queues: vec![BTreeMap::new(); balances.len()],
            minute: 0,
            liquidity: balances.iter().sum::<i128>().unsigned_abs(),
            delayed: 0.0,
            settled_value: 0,
            settled_count: 0,
            offset_value: 0,
            gridlocks: 0,
        }
    }

    /// Runs the day.
    pub(super) fn run(mut self, level: f64) -> Run {
        let mut next = 0;
        for minute in 0..=DAY_MINUTES {
            self.minute = minute;
            while let Some(entry) = self.entries.get(next)
                && entry.minute == minute
            {
                self.enter(next);
                next += 1;
            }
            let is_due = minute % self.rules.cycle_minutes == 0 || minute == DAY_MINUTES;
            if self.rules.saving && is_due {
                self.cycle();
            }
        }
        let left = |entry: &Entry| real(entry.amount) * f64::from(DAY_MINUTES - entry.minute);
        let whole: f64 = self.entries.iter().map(left).sum();
        let waiting = self.queues.iter().flat_map(|queue| queue.keys());
        let never: f64 = waiting.map(|(_, place)| left(&self.entries[*place])).sum();
        Run {
            level,
            liquidity: self.liquidity,
            delay: if whole > 0.0 {
                (self.delayed + never) / whole
            } else {
                0.0
            },
            settled_value: self.settled_value,
            settled_count: self.settled_count,
            offset_value: self.offset_value,
            gridlocks: self.gridlocks,
        }
    }

    fn enter(&mut self, place: usize) {
        let entry = self.entries[place];
        let queue = &self.queues[entry.sender];
        let waits = queue.range(..(entry.class + 1, 0)).next().is_some();
        if waits && !(entry.bypass && self.rules.saving) {
            self.queues[entry.sender].insert((entry.class, place), ());
            return;
        }
        if self.balances[entry.sender] >= entry.amount {
            self.settle(place);
            self.sweep(vec![entry.receiver]);
            return;
        }
        let offset = if self.rules.saving {
            self.offset(entry)
        } else {
            None
        };
        self.queues[entry.sender].insert((entry.class, place), ());
        if let Some(back) = offset {
            for place in back.into_iter().chain([place]) {
                self.offset_value += self.entries[place].amount.unsigned_abs();
                self.settle(place);
            }
            self.sweep(vec![entry.sender, entry.receiver]);
        }
    }

    /// Payments back from the receiver with which an entering one can settle, if up to ten do.
    fn offset(&self, entry: Entry) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        let mut back = 0;
        let mut is_gap = false;
        for (_, place) in self.queues[entry.receiver].keys() {
            let candidate = &self.entries[*place];
            if candidate.receiver != entry.sender || (is_gap && !candidate.bypass) {
                is_gap = true;
                continue;
            }
            back += candidate.amount;
            found.push(*place);
            let sender_has = self.balances[entry.sender] + back >= entry.amount;
            let receiver_has = self.balances[entry.receiver] + entry.amount >= back;
            if sender_has && receiver_has {
                return Some(found);
            }
            if found.len() == OFFSET_MAX {
                return None;
            }
        }
        None
    }

    fn settle(&mut self, place: usize) {
        let entry = self.entries[place];
        self.queues[entry.sender].remove(&(entry.class, place));
        self.balances[entry.sender] -= entry.amount;
        self.balances[entry.receiver] += entry.amount;
        self.delayed += real(entry.amount) * f64::from(self.minute - entry.minute);
        self.settled_value += entry.amount.unsigned_abs();
        self.settled_count += 1;
    }

    /// Settles heads of queues for which money has come in, and of those that this credits.
    fn sweep(&mut self, mut credited: Vec<usize>) {
        while let Some(bank) = credited.pop() {
            while let Some((_, place)) = self.queues[bank].keys().next().copied() {
                let entry = self.entries[place];
                if self.balances[bank] < entry.amount {
                    break;
                }
                self.settle(place);
                credited.push(entry.receiver);
            }
        }
    }

    /// One netting cycle over all that waits.
    fn cycle(&mut self) {
        let mut places: Vec<usize> = self
            .queues
            .iter()
            .flat_map(|queue| queue.keys().map(|(_, place)| *place))
            .collect();
        places.sort_unstable();
        let accounts = self.balances.iter().map(|balance| NettingAccount {
            balance: *balance,
            floor: 0,
            reservation: None,
        });
        let small = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let payments = places.iter().map(|place| {
            let entry = &self.entries[*place];
            WaitingPayment {
                sender: small(entry.sender),
                receiver: small(entry.receiver),
                amount: entry.amount.unsigned_abs(),
                class: entry.class,
                strict: !entry.bypass,
            }
        });
        let netting = Netting::new(accounts.collect(), payments.collect(), Vec::new(), &[]);
        let Ok(netting) = netting else {
            return;
        };
        if baseline(&netting).count() > 0 {
            self.gridlocks += 1;
        }
        let set = solve_with(&netting, CYCLE_EFFORT);
        if judge(&netting, &set).is_err() {
            return;
        }
        for payment in set.iter() {
            self.offset_value += self.entries[places[payment]].amount.unsigned_abs();
            self.settle(places[payment]);
        }
        self.sweep((0..self.balances.len()).collect());
    }
}
