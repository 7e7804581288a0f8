//! Which states a node shows, and for how long.
//!
//! ```text
//!   begun:   h1   h2   h3   h4        the newest two are shown; h1 too, as long as somebody takes it over
//!            '- lease of peer 4, renewed by every chunk it asks for
//! ```
//! Without leases whoever needs longer than two intervals would begin anew for ever. Bounded: a peer leases one state at a time, none is
//! shown longer than [`SHOWN_US_MAX`]. Blocks from the lowest shown state on are kept: whoever has taken it over goes on from there.

use std::collections::{BTreeMap, VecDeque};

use sycee_consensus::ValidatorIndex;
use sycee_primitives::{Height, Tick, planted};

/// States shown to everybody.
const NEWEST_SHOWN: usize = 2;

/// After the last chunk that a peer asked for, its state is shown so much longer, microseconds: it starts again from it and asks for blocks.
const LEASE_US: u64 = 60_000_000;

/// No state is shown longer, whoever asks, microseconds.
const SHOWN_US_MAX: u64 = 7_200_000_000;

/// The states that are shown, each with what it is shown from.
#[derive(Debug)]
pub struct ShownStates<T> {
    /// Ascending by the time at which they were begun.
    states: VecDeque<(Height, Tick, T)>,
    /// By peer: the state it takes over, and when it last asked for some of it.
    leases: BTreeMap<ValidatorIndex, (Height, Tick)>,
}

impl<T> Default for ShownStates<T> {
    fn default() -> ShownStates<T> {
        ShownStates {
            states: VecDeque::new(),
            leases: BTreeMap::new(),
        }
    }
}

impl<T> ShownStates<T> {
    /// Shows one more state.
    pub fn begin(&mut self, now: Tick, height: Height, state: T) {
        self.states.push_back((height, now, state));
        self.end_overdue(now);
    }

    /// All of them, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = &T> {
        self.states.iter().rev().map(|(_, _, state)| state)
    }

    /// Whether none is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The state of a height, of which a peer asks for a chunk; it is shown until that peer is done, or silent.
    pub fn asked(&mut self, now: Tick, peer: ValidatorIndex, height: Height) -> Option<&T> {
        let state = self.states.iter().find(|(at, _, _)| *at == height)?;
        self.leases.insert(peer, (height, now));
        Some(&state.2)
    }

    /// The lowest height that is shown by now: blocks from there on are kept.
    pub fn lowest(&mut self, now: Tick) -> Option<Height> {
        self.end_overdue(now);
        self.states.iter().map(|(height, _, _)| *height).min()
    }

    /// Shows nothing any more; gives back what was shown.
    pub fn end(&mut self) -> impl Iterator<Item = T> {
        self.leases.clear();
        std::mem::take(&mut self.states)
            .into_iter()
            .map(|(_, _, state)| state)
    }

    fn end_overdue(&mut self, now: Tick) {
        self.leases
            .retain(|_, (_, asked)| asked.plus(LEASE_US) > now && !planted!("no-lease"));
        let mut older = self.states.len().saturating_sub(NEWEST_SHOWN);
        let leases = &self.leases;
        self.states.retain(|(height, begun, _)| {
            let is_old = older > 0;
            older = older.saturating_sub(1);
            let is_leased = leases.values().any(|(leased, _)| leased == height);
            !is_old || is_leased && begun.plus(SHOWN_US_MAX) > now
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_US: u64 = 1_000_000;

    fn heights(shown: &ShownStates<u64>) -> Vec<u64> {
        shown.newest().copied().collect()
    }

    /// Begins a state each second, and has peers ask for chunks meanwhile.
    fn run(seconds: std::ops::Range<u64>, asks: &[(u16, u64)], shown: &mut ShownStates<u64>) {
        for second in seconds {
            let now = Tick(second * SECOND_US);
            for (peer, height) in asks {
                shown.asked(now, ValidatorIndex(*peer), Height(*height));
            }
            shown.begin(now, Height(second), second);
        }
    }

    #[test]
    fn the_newest_two_are_shown_and_what_somebody_takes_over() {
        let mut shown = ShownStates::default();
        run(1..5, &[], &mut shown);
        assert_eq!(heights(&shown), [4, 3]);
        run(5..50, &[(7, 4)], &mut shown);
        assert_eq!(heights(&shown), [49, 48, 4]);
        assert_eq!(shown.lowest(Tick(50 * SECOND_US)), Some(Height(4)));
        // Silent for a minute, it has what it wants or never will.
        run(50..108, &[], &mut shown);
        assert_eq!(heights(&shown), [107, 106, 4]);
        run(108..110, &[], &mut shown);
        assert_eq!(heights(&shown), [109, 108]);
        assert_eq!(shown.asked(Tick(0), ValidatorIndex(7), Height(4)), None);
    }

    #[test]
    fn a_peer_leases_one_state_and_none_for_ever() {
        let mut shown = ShownStates::default();
        run(1..3, &[], &mut shown);
        // It asks for everything, and is left with what it asked for last.
        for second in 3..100 {
            run(
                second..second + 1,
                &[(7, second - 2), (7, second - 1)],
                &mut shown,
            );
            assert!(heights(&shown).len() <= 3, "{second}");
        }
        let last = heights(&shown).len();
        assert!(last <= 3);
        let first = 99;
        run(100..7_298, &[(7, first)], &mut shown);
        assert_eq!(heights(&shown), [7_297, 7_296, first]);
        run(7_298..7_301, &[(7, first)], &mut shown);
        assert_eq!(heights(&shown), [7_300, 7_299]);
    }
}
