//! What is missing and who was asked for it. [W4][W5][W6]
//!
//! The caller states anew at every step what it wants; this module only remembers when each wish was born and whom it went to.

use std::collections::BTreeMap;

use sycee_primitives::{Hash, Height, Tick};

use crate::{Message, ValidatorIndex, View};

/// Something to be fetched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Want {
    Batch(Hash),
    Block(Hash),
    Certificate(View),
    Proposal(View),
    Range(Height),
}

impl Want {
    fn request(self) -> Message {
        match self {
            Want::Batch(digest) => Message::BatchRequest { digest },
            Want::Block(digest) => Message::BlockRequest { digest },
            Want::Certificate(view) => Message::CertificateRequest { view },
            Want::Proposal(view) => Message::ProposalRequest { view },
            Want::Range(above) => Message::RangeRequest { above },
        }
    }
}

/// Why it is wanted: decides how soon to ask and when to stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// A proposal, a certificate or a final block names it: ask at once, never stop.
    Needed,
    /// At least a validators say they hold it: ask after a while, never stop.
    Watermarks,
    /// Fewer say so: ask after a while, stop after 8 rounds. [W6]
    FewWatermarks,
}

/// Who is likely to have it; asked first.
pub(crate) type Preferred = Option<ValidatorIndex>;

const ROUNDS_OF_FEW_MAX: u32 = 8;
/// Peers asked in one round; answers in flight for one thing stay at or below this. [W5]
const ASKED_AT_ONCE_MAX: usize = 4;

#[derive(Clone, Debug)]
struct Wish {
    due: Tick,
    rounds: u32,
    next_peer: usize,
    open: bool,
}

/// What the fetcher must know of the node to choose peers.
pub(crate) struct Situation<'a> {
    pub(crate) now: Tick,
    pub(crate) delay_us: u64,
    pub(crate) base_delay_us: u64,
    /// Connected validators, own place excluded, in index order.
    pub(crate) peers: &'a [ValidatorIndex],
    /// When each validator was last heard.
    pub(crate) heard: &'a [Tick],
}

#[derive(Clone, Default)]
pub(crate) struct Fetches {
    wishes: BTreeMap<Want, Wish>,
    /// When each peer was last asked for anything it has not answered since.
    asked: BTreeMap<ValidatorIndex, Tick>,
}

impl Fetches {
    /// Whether a wish is open that keeps the node awake. [Q7][W6]
    pub(crate) fn is_open(&self) -> bool {
        self.wishes.values().any(|wish| wish.open)
    }

    /// When the next request is due.
    pub(crate) fn next_due(&self) -> Option<Tick> {
        self.wishes
            .values()
            .filter(|wish| wish.open)
            .map(|wish| wish.due)
            .min()
    }

    /// Replaces the wish list and returns the requests that are due now.
    pub(crate) fn update(
        &mut self,
        wanted: &BTreeMap<Want, (Cause, Preferred)>,
        situation: &Situation<'_>,
    ) -> Vec<(ValidatorIndex, Message)> {
        self.wishes.retain(|want, _| wanted.contains_key(want));
        let mut requests = Vec::new();
        for (want, (cause, preferred)) in wanted {
            let wish = self.wishes.entry(*want).or_insert_with(|| {
                let patience = if *cause == Cause::Needed {
                    0
                } else {
                    situation.base_delay_us / 4
                };
                Wish {
                    due: situation.now.plus(patience),
                    rounds: 0,
                    next_peer: 0,
                    open: true,
                }
            });
            if *cause == Cause::Needed && wish.rounds == 0 {
                wish.due = wish.due.min(situation.now);
            }
            wish.open = *cause != Cause::FewWatermarks || wish.rounds < ROUNDS_OF_FEW_MAX;
            if !wish.open || wish.due > situation.now {
                continue;
            }
            if situation.peers.is_empty() {
                wish.due = situation.now.plus(situation.delay_us);
                continue;
            }
            let order = order_of_asking(&self.asked, situation, *preferred);
            let count = if wish.rounds < 2 {
                2
            } else {
                ASKED_AT_ONCE_MAX
            }
            .min(order.len());
            for step in 0..count {
                if let Some(peer) = order.get((wish.next_peer + step) % order.len()) {
                    self.asked.entry(*peer).or_insert(situation.now);
                    requests.push((*peer, want.request()));
                }
            }
            wish.next_peer = wish.next_peer.wrapping_add(count);
            wish.rounds = wish.rounds.saturating_add(1);
            let pause = situation.delay_us / 4 * u64::from(wish.rounds.min(8));
            wish.due = situation.now.plus(pause.max(1));
        }
        requests
    }

    /// A peer was heard: what it was asked before is no longer held against it. [W5]
    pub(crate) fn heard(&mut self, peer: ValidatorIndex) {
        self.asked.remove(&peer);
    }
}

/// The preferred peer first, those that owe an answer for more than 2 D last. [W5]
fn order_of_asking(
    asked: &BTreeMap<ValidatorIndex, Tick>,
    situation: &Situation<'_>,
    preferred: Preferred,
) -> Vec<ValidatorIndex> {
    let is_late = |peer: &ValidatorIndex| {
        asked.get(peer).is_some_and(|at| {
            let answered = situation
                .heard
                .get(peer.usize())
                .is_some_and(|heard| heard >= at);
            !answered && situation.now.since(*at) > 2 * situation.delay_us
        })
    };
    let mut order: Vec<ValidatorIndex> = situation.peers.to_vec();
    order.sort_by_key(|peer| (is_late(peer), Some(*peer) != preferred, *peer));
    order
}

#[cfg(test)]
mod tests;
