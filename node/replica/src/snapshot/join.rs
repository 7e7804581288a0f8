//! Taking a state over: whom to ask for what, and what to make of the answers.
//!
//! ```text
//!   idle ──blocks are gone at a peer, none come for PATIENCE──▶ asking ──offers that hold, for a moment──▶ taking ──▶ whole
//!    ▲ blocks come again                                          ▲ nothing comes for PATIENCE ──────────────┘
//! ```
//! What was chosen is taken to its end while those who offered it give it, whatever they offer since: a state that grows faster than it is
//! taken would never be whole otherwise. They show it as long as they are asked ([`super::ShownStates`]).
//! Bounded: one offer a peer, [`IN_FLIGHT_MAX`] chunks on their way, verified ones go to the staging rows at once.

use std::collections::{BTreeMap, BTreeSet};

use sycee_consensus::ValidatorIndex;
use sycee_contracts::{CertifiedHeader, Chunk, SnapshotFault, Table, is_lasting};
use sycee_primitives::{Hash, Height, Tick, codec, planted};
use sycee_storage::{Family, WriteSet};

use super::offer::SnapshotOffer;
use super::taking::{CHUNK_PATIENCE_US, Done, IN_FLIGHT_MAX, Taking};
use crate::epochs::EpochFacts;
use crate::rows;

/// Without a block that was asked for, or a chunk, for so long, something else is tried, microseconds.
pub(crate) const PATIENCE_US: u64 = 5_000_000;

/// A write that is not synced after so long says that the own disk is what is waited for, microseconds.
pub(crate) const DISK_PATIENCE_US: u64 = 1_000_000;

const _: () = assert!(
    DISK_PATIENCE_US < PATIENCE_US,
    "a full disk is noticed before a state is asked for"
);

/// Between two requests for offers, microseconds.
const OFFER_INTERVAL_US: u64 = 2_000_000;

/// From the first offer that holds until the highest is chosen, microseconds.
const OFFER_WINDOW_US: u64 = 500_000;

/// Answers to no open question for which a peer is not blamed until it answers one: they may come late, twice, or have been asked for by
/// an earlier life of this node. An honest peer shows each thing at most twice. [W7]
const UNASKED_MAX: usize = 2 * (IN_FLIGHT_MAX + 1);

/// Peers of which an offer is kept: all validators, and observers as far as there is room.
const PEERS_MAX: usize = 256;

/// How far the state of a checkpoint has been taken over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JoinProgress {
    /// The checkpoint.
    pub height: Height,
    /// Chunks that are verified and stored.
    pub done: u64,
    /// Chunks there are.
    pub total: u64,
    /// Microseconds until the rest is there at the pace of this life; `None` before the first chunk.
    pub left_us: Option<u64>,
}

/// What is to be done after an event.
#[derive(Debug)]
pub(crate) enum Step {
    /// Ask every peer for its offer.
    AskOffers,
    /// Ask a peer for a chunk.
    AskChunk {
        peer: ValidatorIndex,
        height: Height,
        table: Table,
        chunk: u64,
    },
    /// Write these rows; they are durable with the next sync.
    Stage(WriteSet),
    /// A peer is to blame.
    Fault(ValidatorIndex, &'static str),
    /// Everything is staged: the node starts again from it.
    Whole,
}

/// What an earlier life has taken over of a checkpoint.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    pub(crate) offer: SnapshotOffer,
    pub(crate) chunks: Vec<(Table, u64)>,
}

/// A peer's offer that holds.
#[derive(Debug)]
struct Offered {
    height: Height,
    state_root: Hash,
    offer: SnapshotOffer,
    header: CertifiedHeader,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Join {
    /// The running epoch: offers lead from it to their own.
    facts: EpochFacts,
    /// The own disk is waited for; its answer wakes this node.
    waits_for_disk: bool,
    /// Since when what this node lacks does not come, and when there was last a sign of it.
    stalled: Option<(Tick, Tick)>,
    /// Whom blocks were asked for, and when last.
    blocks_asked: BTreeMap<ValidatorIndex, Tick>,
    delivered: Height,
    offers_due: Tick,
    asked: BTreeSet<ValidatorIndex>,
    offers: BTreeMap<ValidatorIndex, Offered>,
    /// Who sent what does not hold, or offered what it did not give: not asked again in this life.
    barred: BTreeSet<ValidatorIndex>,
    /// Answers of each peer to no open question, since it last answered one.
    unasked: BTreeMap<ValidatorIndex, usize>,
    choose_at: Option<Tick>,
    taking: Option<Taking>,
    is_whole: bool,
}

impl Join {
    /// Goes on where an earlier life stopped.
    pub(crate) fn new(facts: EpochFacts, staged: Option<Staged>) -> Join {
        let taking = staged.and_then(|staged| Taking::resumed(&facts, staged));
        Join {
            facts,
            waits_for_disk: false,
            // Whoever has begun has had reason to.
            stalled: taking.as_ref().map(|_| (Tick(0), Tick(0))),
            blocks_asked: BTreeMap::new(),
            delivered: Height(0),
            offers_due: Tick(0),
            asked: BTreeSet::new(),
            offers: BTreeMap::new(),
            barred: BTreeSet::new(),
            unasked: BTreeMap::new(),
            choose_at: None,
            taking,
            is_whole: false,
        }
    }

    /// This node asks a peer for final blocks.
    pub(crate) fn blocks_asked(&mut self, now: Tick, peer: ValidatorIndex) {
        self.blocks_asked.insert(peer, now);
    }

    /// A peer that was asked says that it has no blocks below a height. That is a claim: it only makes this node look around. [G4]
    pub(crate) fn pruned(&mut self, now: Tick, from: ValidatorIndex, lowest: Height) {
        let asked = self.blocks_asked.get(&from);
        let is_answer = asked.is_some_and(|asked| asked.plus(PATIENCE_US) >= now);
        if is_answer && lowest.0 > self.delivered.0.saturating_add(1) {
            self.lacks(now);
        }
    }

    fn lacks(&mut self, now: Tick) {
        let since = self.stalled.map_or(now, |(since, _)| since);
        self.stalled = Some((since, now));
    }

    /// How far this node has blocks with their batches: whoever gets them needs no snapshot.
    pub(crate) fn stands_at(&mut self, now: Tick, delivered: Height, final_height: Height) {
        self.waits_for_disk = false;
        let is_stalled = delivered <= self.delivered;
        self.delivered = self.delivered.max(delivered);
        if self.taking.is_some() {
            return;
        }
        let is_over = self
            .stalled
            .is_some_and(|(_, last)| last.plus(2 * PATIENCE_US) <= now);
        if !is_stalled || is_over {
            self.stalled = None;
        }
        if final_height > delivered {
            self.lacks(now);
        }
    }

    /// What this node lacks waits for its own disk: no sign that others do not have it.
    pub(crate) fn disk_waits(&mut self) {
        self.waits_for_disk = true;
        if self.taking.is_none() {
            self.stalled = None;
        }
    }

    pub(crate) fn forget(&mut self, peer: ValidatorIndex) {
        self.asked.remove(&peer);
        self.blocks_asked.remove(&peer);
        self.offers.remove(&peer);
        if let Some(taking) = &mut self.taking {
            taking.in_flight.retain(|_, (asked, _)| *asked != peer);
            // It may be back soon, with what it showed.
            taking.slow.insert(peer);
        }
    }

    fn is_asking(&self, now: Tick) -> bool {
        let since = self.stalled.filter(|_| !self.is_whole);
        let patience = if self.taking.is_some() {
            0
        } else {
            PATIENCE_US
        };
        since.is_some_and(|(since, _)| since.plus(patience) <= now)
    }

    /// Whether a state brings this node forward.
    fn is_above(&self, height: Height) -> bool {
        height > self.delivered || planted!("snapshot-stale")
    }

    /// A peer's offer: believed when it holds down from a finalization, and used when it is above what this node has.
    pub(crate) fn offered(
        &mut self,
        now: Tick,
        from: ValidatorIndex,
        offer: SnapshotOffer,
        steps: &mut Vec<Step>,
    ) {
        if !self.asked.remove(&from) {
            return steps.extend(self.unasked(from, "G5: snapshot that nobody asked for"));
        }
        self.unasked.remove(&from);
        if self.barred.contains(&from) {
            return;
        }
        let header = match offer.verify_from(&self.facts) {
            Ok((_, header)) => header,
            Err(fault) => {
                self.barred.insert(from);
                return steps.push(Step::Fault(from, fault.0));
            }
        };
        // An old state would take back what this node has executed. [G5]
        if !self.is_above(offer.height()) {
            return;
        }
        if self.offers.len() >= PEERS_MAX && !self.offers.contains_key(&from) {
            return;
        }
        let offered = Offered {
            height: offer.height(),
            state_root: offer.state_root(),
            offer,
            header,
        };
        if let Some(taking) = self.taking.as_mut().filter(|it| it.is_of(&offered.offer)) {
            taking.givers.insert(from);
        }
        self.offers.insert(from, offered);
        if self.taking.as_ref().is_none_or(|it| it.givers.is_empty()) {
            self.choose_at.get_or_insert(now.plus(OFFER_WINDOW_US));
        }
    }

    /// A chunk: stored when it was asked for and is under the state root.
    pub(crate) fn came(
        &mut self,
        now: Tick,
        from: ValidatorIndex,
        (height, table, number): (Height, u8, u64),
        chunk: &Chunk,
        steps: &mut Vec<Step>,
    ) {
        let unasked = "G5: chunk that nobody asked for";
        let Some(taking) = self.taking.as_mut().filter(|it| it.height == height) else {
            return steps.extend(self.unasked(from, unasked));
        };
        let place = Table::from_number(table).map(|table| (table, number));
        let asked = place.filter(|place| {
            let asked = taking.in_flight.get(place);
            asked.is_some_and(|(peer, _)| *peer == from)
        });
        let Some((table, number)) = asked else {
            // It may have been given up as late; that is no fault.
            let is_late = place.is_some_and(|place| taking.is_known(place));
            if !is_late {
                steps.extend(self.unasked(from, unasked));
            }
            return;
        };
        self.unasked.remove(&from);
        taking.in_flight.remove(&(table, number));
        match chunk.verify(&taking.offer.roots, table, number) {
            Ok(_) => {}
            Err(SnapshotFault::NotCovered) if planted!("snapshot-chunk") => {}
            Err(SnapshotFault::NotCovered | SnapshotFault::NoSuchTable) => {
                self.bar(from);
                return steps.push(Step::Fault(
                    from,
                    "G5: chunk that is not under the state root",
                ));
            }
            Err(SnapshotFault::Unreadable) => {
                return steps.push(Step::Fault(from, "G5: chunk of another version"));
            }
        }
        taking.done.entry(table).or_default().add(number);
        taking.slow.remove(&from);
        taking.last_came = now;
        let mut writes = WriteSet::new();
        writes.put(
            Family::Staging,
            rows::staged_key(table, number),
            codec::encode(chunk),
        );
        writes.put(
            Family::Staging,
            rows::staged_mark(table, number),
            Vec::new(),
        );
        steps.push(Step::Stage(writes));
    }

    /// Something that answers no open question; a peer that keeps sending such things is to blame.
    fn unasked(&mut self, from: ValidatorIndex, what: &'static str) -> Option<Step> {
        let count = self.unasked.entry(from).or_default();
        *count = count.saturating_add(1);
        (*count > UNASKED_MAX).then_some(Step::Fault(from, what))
    }

    fn bar(&mut self, peer: ValidatorIndex) {
        self.barred.insert(peer);
        self.offers.remove(&peer);
        if let Some(taking) = &mut self.taking {
            taking.in_flight.retain(|_, (asked, _)| *asked != peer);
            taking.givers.remove(&peer);
        }
    }

    /// Everything that is due now.
    pub(crate) fn drive(&mut self, now: Tick, steps: &mut Vec<Step>) {
        self.drop_if_overtaken(steps);
        if !self.is_asking(now) {
            return;
        }
        if self.offers_due <= now {
            self.offers_due = now.plus(OFFER_INTERVAL_US);
            self.asked = self.connected_unbarred();
            steps.push(Step::AskOffers);
        }
        self.give_up_if_stuck(now);
        if self.choose_at.is_some_and(|at| at <= now) {
            self.choose_at = None;
            self.choose(now, steps);
        }
        if let Some(taking) = &mut self.taking {
            let count = taking.count();
            taking.began.get_or_insert((now, count));
            let height = taking.height;
            if planted!("overtaken") {
                taking.givers = givers(&self.offers, &taking.offer);
            }
            for (peer, table, chunk) in taking.next_requests(now) {
                steps.push(Step::AskChunk {
                    peer,
                    height,
                    table,
                    chunk,
                });
            }
            if taking.left() == 0 {
                self.is_whole = true;
                let mut writes = WriteSet::new();
                writes.put(Family::Staging, rows::STAGED_WHOLE, Vec::new());
                steps.push(Step::Stage(writes));
                steps.push(Step::Whole);
            }
        }
    }

    /// Blocks came after all and have brought this node as far: what was taken would take it back. [G5]
    fn drop_if_overtaken(&mut self, steps: &mut Vec<Step>) {
        let height = self.taking.as_ref().map(|taking| taking.height);
        if height.is_some_and(|height| !self.is_above(height)) && !self.is_whole {
            self.taking = None;
            self.stalled = None;
            let mut writes = WriteSet::new();
            writes.delete_range(Family::Staging, Vec::new(), vec![0xff]);
            steps.push(Step::Stage(writes));
        }
    }

    /// Everybody may answer who has not lied; whether it is connected is the transport's business.
    fn connected_unbarred(&self) -> BTreeSet<ValidatorIndex> {
        let all = (0..u16::try_from(PEERS_MAX).unwrap_or(u16::MAX)).map(ValidatorIndex);
        all.filter(|peer| !self.barred.contains(peer)).collect()
    }

    /// Nobody gives what was chosen: those who offered it gave nothing, and another offer has its turn.
    fn give_up_if_stuck(&mut self, now: Tick) {
        let Some(taking) = &mut self.taking else {
            return;
        };
        let since = taking
            .last_came
            .max(taking.began.map_or(now, |began| began.0));
        if since.plus(PATIENCE_US) > now {
            return;
        }
        // Who offers something later by now may show this one no longer: no lie.
        taking.givers.clear();
        for giver in givers(&self.offers, &taking.offer) {
            self.bar(giver);
        }
        // All lie, or all are behind the same broken link: begin anew rather than never.
        if self.offers.is_empty() {
            self.barred.clear();
        }
        self.choose_at = Some(now);
    }

    /// The highest offer; what was taken of an earlier checkpoint and lasts is kept.
    fn choose(&mut self, now: Tick, steps: &mut Vec<Step>) {
        let is_given = |taking: &Taking| !taking.givers.is_empty();
        if self.taking.as_ref().is_some_and(is_given) {
            return;
        }
        let fresh = self.offers.values().filter(|it| self.is_above(it.height));
        let Some(best) = fresh.max_by_key(|it| it.height) else {
            // Nothing better: go on with what there is, if anything.
            if let Some(taking) = &mut self.taking {
                taking.last_came = now;
            }
            return;
        };
        let mut writes = WriteSet::new();
        let mut done: BTreeMap<Table, Done> = BTreeMap::new();
        let givers = givers(&self.offers, &best.offer);
        if let Some(before) = self.taking.take() {
            if before.is_of(&best.offer) {
                self.taking = Some(Taking {
                    last_came: now,
                    givers,
                    ..before
                });
                return;
            }
            for (table, of_table) in before.done {
                if is_lasting(table, 0, &before.header) {
                    let mut lasting = Done::default();
                    for chunk in (0..of_table.below).chain(of_table.beyond) {
                        if is_lasting(table, chunk, &before.header) {
                            lasting.add(chunk);
                        } else {
                            writes.delete(Family::Staging, rows::staged_mark(table, chunk));
                        }
                    }
                    done.insert(table, lasting);
                } else {
                    let (from, to) = rows::staged_marks_of(table);
                    writes.delete_range(Family::Staging, from, to);
                }
            }
        }
        writes.put(
            Family::Staging,
            rows::STAGED_OFFER,
            codec::encode(&best.offer),
        );
        steps.push(Step::Stage(writes));
        let (offer, header) = (best.offer.clone(), best.header.clone());
        self.taking = Some(Taking {
            givers,
            ..Taking::new(offer, header, done, now)
        });
    }

    /// When [`Join::drive`] has something to do at the latest.
    pub(crate) fn deadline(&self) -> Option<Tick> {
        if self.waits_for_disk {
            return None;
        }
        let (since, _) = self.stalled.filter(|_| !self.is_whole)?;
        if self.taking.is_none() && self.offers_due < since.plus(PATIENCE_US) {
            return Some(since.plus(PATIENCE_US));
        }
        let late = self.taking.iter().flat_map(|taking| {
            let asked = taking.in_flight.values();
            asked.map(|(_, at)| at.plus(CHUNK_PATIENCE_US))
        });
        late.chain(self.choose_at).chain([self.offers_due]).min()
    }

    /// How far it is; `None` when no state is being taken over.
    pub(crate) fn progress(&self, now: Tick) -> Option<JoinProgress> {
        let taking = self.taking.as_ref()?;
        let (done, left) = (taking.count(), taking.left());
        let left_us = taking.began.and_then(|(began, before)| {
            let pace = done.checked_sub(before).filter(|pace| *pace > 0)?;
            let us = u128::from(now.since(began)) * u128::from(left) / u128::from(pace);
            u64::try_from(us).ok()
        });
        Some(JoinProgress {
            height: taking.height,
            done,
            total: done.saturating_add(left),
            left_us,
        })
    }
}

/// Who offers this very state.
fn givers(
    offers: &BTreeMap<ValidatorIndex, Offered>,
    wanted: &SnapshotOffer,
) -> BTreeSet<ValidatorIndex> {
    let (height, state_root) = (wanted.height(), wanted.state_root());
    let same = |it: &Offered| it.height == height && it.state_root == state_root;
    let of = offers.iter().filter(|(_, it)| same(it));
    of.map(|(peer, _)| *peer).collect()
}
