//! What is missing and who was asked for it. [W4][W5][W6]
//!
//! The caller states anew at every step what it wants; this module only remembers when each wish was born and whom it went to.

use std::collections::{BTreeMap, BTreeSet};

use sycee_primitives::{Hash, Height, Tick, planted};

use crate::{Message, ValidatorIndex, View, lanes::Holders};

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

/// One wish of this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) cause: Cause,
    /// Asked first: the lane's owner, or the leader.
    pub(crate) owner: Option<ValidatorIndex>,
    /// Asked next: who is known to have it.
    pub(crate) holders: Holders,
    /// Grows when a sender of the watermarks behind it names something new. [W6]
    pub(crate) version: u64,
}

impl Ask {
    /// Something that a proposal, a certificate or a final block names.
    pub(crate) fn needed(owner: Option<ValidatorIndex>, holders: Holders) -> Ask {
        Ask {
            cause: Cause::Needed,
            owner,
            holders,
            version: 0,
        }
    }
}

const ROUNDS_OF_FEW_MAX: u32 = 8;
/// Peers asked in one round; answers in flight for one thing stay at or below this. [W5]
const ASKED_AT_ONCE_MAX: usize = 4;

#[derive(Clone, Debug)]
struct Wish {
    due: Tick,
    rounds: u32,
    next_peer: usize,
    open: bool,
    version: u64,
}

/// What the fetcher must know of the node to choose peers.
pub(crate) struct Situation<'a> {
    pub(crate) now: Tick,
    pub(crate) delay_us: u64,
    pub(crate) base_delay_us: u64,
    /// Own place: others are asked from there on, so that not all nodes ask the same one.
    pub(crate) me: ValidatorIndex,
    /// Connected validators, own place excluded, in index order.
    pub(crate) peers: &'a [ValidatorIndex],
}

#[derive(Clone, Default)]
pub(crate) struct Fetches {
    wishes: BTreeMap<Want, Wish>,
    /// When each peer was asked for what is still missing.
    owed: BTreeMap<(Want, ValidatorIndex), Tick>,
    /// Peers that let 2 D pass and have answered nothing since. [W5]
    late: BTreeSet<ValidatorIndex>,
    /// Peers that said they have no blocks below a height. [G4]
    lowest: BTreeMap<ValidatorIndex, Height>,
}

/// What an unordered collection would do: another order in every run. Only a planted bug asks for it.
fn any_order() -> usize {
    use std::hash::{BuildHasher, RandomState};
    usize::try_from(RandomState::new().hash_one(0_u8) % 64).unwrap_or(0)
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
        wanted: &BTreeMap<Want, Ask>,
        situation: &Situation<'_>,
    ) -> Vec<(ValidatorIndex, Message)> {
        self.note_late(situation);
        self.wishes.retain(|want, _| wanted.contains_key(want));
        self.owed.retain(|(want, _), _| wanted.contains_key(want));
        let mut requests = Vec::new();
        for (want, ask) in wanted {
            let wish = self.wishes.entry(*want).or_insert_with(|| {
                let patience = if ask.cause == Cause::Needed {
                    0
                } else {
                    situation.base_delay_us / 4
                };
                Wish {
                    due: situation.now.plus(patience),
                    rounds: 0,
                    next_peer: if planted!("hash-order") {
                        any_order()
                    } else {
                        0
                    },
                    open: true,
                    version: ask.version,
                }
            });
            if ask.cause == Cause::Needed && wish.rounds == 0 {
                wish.due = wish.due.min(situation.now);
            }
            if wish.version != ask.version {
                // [W6] Who gave the reason to ask says something new: it may be asked again.
                (wish.version, wish.rounds) = (ask.version, 0);
            }
            wish.open = ask.cause != Cause::FewWatermarks
                || wish.rounds < ROUNDS_OF_FEW_MAX
                || planted!("B8");
            if !wish.open || wish.due > situation.now {
                continue;
            }
            if situation.peers.is_empty() {
                wish.due = situation.now.plus(situation.delay_us);
                continue;
            }
            let lacks = |peer: &ValidatorIndex| {
                let lowest = self.lowest.get(peer).copied().unwrap_or_default();
                matches!(want, Want::Range(above) if above.0.saturating_add(1) < lowest.0)
            };
            let order = order_of_asking(&self.late, situation, ask, lacks);
            let count = if wish.rounds < 2 {
                2
            } else {
                ASKED_AT_ONCE_MAX
            }
            .min(order.len());
            for step in 0..count {
                if let Some(peer) = order.get((wish.next_peer + step) % order.len()) {
                    self.owed.entry((*want, *peer)).or_insert(situation.now);
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

    /// A peer has no blocks below a height: for those it is asked last. It may lie, so it is still asked. [G4]
    pub(crate) fn pruned(&mut self, peer: ValidatorIndex, lowest: Height) {
        self.lowest.insert(peer, lowest);
    }

    /// Peers that were asked more than 2 D ago for what is still missing. [W5]
    fn note_late(&mut self, situation: &Situation<'_>) {
        let late = &mut self.late;
        self.owed.retain(|(_, peer), asked| {
            let is_late = situation.now.since(*asked) > 2 * situation.delay_us;
            if is_late {
                late.insert(*peer);
            }
            !is_late
        });
    }

    /// A peer sent something that is wanted: it is asked in its turn again. [W5]
    pub(crate) fn answered(&mut self, peer: ValidatorIndex, want: Want) {
        if self.wishes.contains_key(&want) {
            self.late.remove(&peer);
            self.owed.remove(&(want, peer));
        }
    }
}

/// The owner first, then who has it, then the others; those that owe an answer for more than 2 D after them, last those that lack it. [W5]
fn order_of_asking(
    late: &BTreeSet<ValidatorIndex>,
    situation: &Situation<'_>,
    ask: &Ask,
    lacks: impl Fn(&ValidatorIndex) -> bool,
) -> Vec<ValidatorIndex> {
    let mut order: Vec<ValidatorIndex> = situation.peers.to_vec();
    order.sort_by_key(|peer| {
        let from_me = peer.0.wrapping_sub(situation.me.0);
        let is_owner = Some(*peer) == ask.owner;
        (
            lacks(peer),
            late.contains(peer),
            !is_owner,
            !ask.holders.has(*peer),
            from_me,
        )
    });
    order
}

#[cfg(test)]
mod tests;
