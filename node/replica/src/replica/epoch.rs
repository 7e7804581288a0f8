//! From one epoch to the next on a running node. [T3]-[T6]
//!
//! ```text
//!   EpochEnded --everything of E synced and executed--> proof and new mark to the disk --synced--> core of E+1
//!        own batches of E that nobody will order ----------------------------------------------> into the lane of E+1
//! ```
//! It must never let two cores live at once: what the old one still has to say is said when its last token is synced.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sycee_consensus::{
    Block, Core, FinalBlock, Handover, Input, Journal, Message, Now, Quarantine, Record, Seq,
    Token, ValidatorIndex, ValidatorSet, View,
};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, Tick, codec, planted};
use sycee_storage::Family;

use super::{Front, Replica};
use crate::epochs::{EpochFacts, ending_rows};
use crate::interface::{Effect, ExecutedSummary};
use crate::journal::{Loaded, SigningMark};
use crate::message::{class_of, encode_core};
use crate::rows::{self, Cut};
use crate::serve::Wanted;
use crate::snapshot::Join;

/// A peer of another epoch is helped on at most this often, in microseconds.
const HELP_INTERVAL_US: u64 = 200_000;

/// What outlives a core, and where the change stands.
pub(super) struct Turning {
    pub(super) connected: BTreeSet<ValidatorIndex>,
    ended: Option<Handover>,
    /// The next epoch, once its proof is on its way to the disk.
    entering: Option<(Token, EpochFacts)>,
    last_token: Token,
    synced: Token,
    /// Results since the height that the last delivered block certifies: the next core needs them. [T5]
    results: BTreeMap<Height, ExecutedSummary>,
    certified: Height,
    cut: Cut,
    delivered: Height,
    next_due: Option<BlockTime>,
    quarantine: Quarantine,
    helped: BTreeMap<ValidatorIndex, Tick>,
}

impl Turning {
    pub(super) fn new(loaded: &Loaded) -> Turning {
        let journal = &loaded.journal;
        let summary = |(height, results, state_root): &(Height, Hash, Option<Hash>)| {
            let summary = ExecutedSummary {
                height: *height,
                results: *results,
                state_root: *state_root,
                tables: None,
                batches: Vec::new(),
                next: journal.next_sets.get(height).cloned(),
                next_due: None,
                effect: false,
            };
            (*height, summary)
        };
        Turning {
            connected: BTreeSet::new(),
            ended: None,
            entering: None,
            last_token: Token(0),
            synced: Token(0),
            results: journal.results.iter().map(summary).collect(),
            certified: loaded.certified,
            cut: journal.delivered_cut.clone(),
            delivered: loaded.delivered,
            next_due: journal.next_due,
            quarantine: journal.quarantine,
            helped: BTreeMap::new(),
        }
    }

    pub(super) fn forget(&mut self, peer: ValidatorIndex) {
        self.connected.remove(&peer);
        self.helped.remove(&peer);
    }

    pub(super) fn executed(&mut self, summary: &ExecutedSummary) {
        self.next_due = summary.next_due;
        let kept = ExecutedSummary {
            tables: None,
            batches: Vec::new(),
            ..summary.clone()
        };
        self.results.insert(summary.height, kept);
        self.results = self.results.split_off(&self.certified);
    }

    pub(super) fn delivered(&mut self, block: &FinalBlock) {
        let exec = block.block.block.exec;
        self.certified = exec.executed.min(exec.checkpoint);
        self.cut.clone_from(&block.cut);
        self.delivered = block.block.block.height;
    }

    pub(super) fn recorded(&mut self, token: Token, records: &[Record]) {
        self.last_token = self.last_token.max(token);
        for record in records {
            if let Record::Quarantine(quarantine) = record {
                self.quarantine = *quarantine;
            }
        }
    }

    pub(super) fn end(&mut self, handover: Handover) {
        self.ended = Some(handover);
    }

    /// Whether a peer of another epoch may be helped on now.
    fn may_help(&mut self, now: Tick, peer: ValidatorIndex) -> bool {
        let before = self.helped.get(&peer);
        let may = before.is_none_or(|before| now.since(*before) >= HELP_INTERVAL_US);
        if may && self.connected.contains(&peer) {
            self.helped.insert(peer, now);
        }
        may
    }
}

/// Own batches that a start finds above what blocks have ordered. [L11]
pub(super) fn unordered(
    journal: &Journal,
    set: &ValidatorSet,
    me: Option<ValidatorIndex>,
) -> Vec<Hash> {
    let Some(lane) = me else { return Vec::new() };
    let ordered = journal.delivered_cut.get(lane.usize());
    let ordered = ordered.map_or(Seq(0), |(seq, _)| *seq);
    let own = journal.batches.iter().map(|signed| &signed.header);
    let own = own.filter(|header| header.lane == lane && header.seq > ordered);
    own.map(|header| header.digest(set)).collect()
}

impl Replica {
    pub(super) fn index_of(&self, node: ValidatorIndex) -> ValidatorIndex {
        self.epoch().index_of(node)
    }

    pub(super) fn node_of(&self, index: ValidatorIndex) -> ValidatorIndex {
        self.epoch().node_of(index)
    }

    /// The epoch whose core runs: while the proof of its end is on its way to the disk it is not the last one known. [T6]
    ///
    /// # Panics
    /// Never: a core is made for an epoch that is known.
    #[must_use]
    pub fn epoch(&self) -> &EpochFacts {
        let running = self.epochs.get(self.set.epoch());
        running.unwrap_or_else(|| unreachable!("a core is made for an epoch that is known"))
    }

    /// An ordering message, said in an epoch that need not be this node's. [T6]
    pub(super) fn said(&mut self, now: Now, from: ValidatorIndex, epoch: Epoch, message: Message) {
        let own = self.set.epoch();
        match message {
            Message::BatchRequest { digest } => self.serve(now.tick, from, Wanted::Batch(digest)),
            Message::RangeRequest { above } => {
                self.serve(now.tick, from, Wanted::Range(epoch, above));
            }
            message if epoch == own => {
                if let Message::Pruned { lowest } = message {
                    self.join.pruned(now.tick, from, lowest);
                }
                let from = self.index_of(from);
                self.feed(now, Input::Message { from, message });
            }
            _elsewhere => self.help_on(now, from, epoch),
        }
    }

    /// Whoever is behind is told how its epoch ended; whoever is ahead is asked for blocks. [T6]
    fn help_on(&mut self, now: Now, peer: ValidatorIndex, epoch: Epoch) {
        let own = self.set.epoch();
        if !self.turning.may_help(now.tick, peer) {
            return;
        }
        if epoch < own {
            if !planted!("L7") {
                self.serve(now.tick, peer, Wanted::End(epoch));
            }
            return;
        }
        // Answers that say that there are none any more must count: nobody may speak again while an epoch stands still.
        self.join.blocks_asked(now.tick, peer);
        let above = self.turning.delivered;
        let question = Message::RangeRequest { above };
        self.effects.push(Effect::Send {
            to: peer,
            class: class_of(&question),
            frame: encode_core(own, &question),
        });
    }

    pub(super) fn persisted(&mut self, now: Now, token: Token) {
        self.unsynced.retain(|asked, _| *asked > token);
        self.turning.synced = self.turning.synced.max(token);
        if self.turning.entering.is_none() {
            self.feed(now, Input::Persisted(token));
        }
    }

    /// Goes to the next epoch as far as it can: first its proof must be durable, then its core is made. [T6]
    pub(super) fn turn_epoch(&mut self, now: Now) {
        if let Some((token, facts)) = self.turning.entering.take() {
            if self.turning.synced < token {
                self.turning.entering = Some((token, facts));
            } else {
                self.enter(now, &facts);
            }
            return;
        }
        let at_rest = self.ready.is_empty()
            && self.executing == 0
            && self.turning.synced >= self.turning.last_token
            && !self.has_stopped;
        if let Some(handover) = self.turning.ended.take_if(|_| at_rest) {
            self.leave(&handover);
        }
    }

    /// The proof, the new mark and what quarantine leaves behind go to the disk as one. [T4][J1]
    fn leave(&mut self, handover: &Handover) {
        let ended = self.set.epoch();
        let holds = self.epochs.advance(handover);
        assert!(holds, "a core proves the end of its own epoch: {ended:?}");
        let facts = self.epochs.current().clone();
        let quarantine = self.next_quarantine(handover);
        let mut writes = ending_rows(ended, handover, self.turning.cut.clone());
        if quarantine != Quarantine::default() {
            let value = codec::encode(&quarantine);
            writes.put(Family::Meta, rows::META_QUARANTINE, value);
        }
        self.turning.quarantine = quarantine;
        let signer = facts.signer(self.config.node, &self.config.keys);
        let mark = SigningMark {
            epoch: facts.epoch(),
            ..SigningMark::default()
        };
        let token = Token(self.turning.last_token.0.saturating_add(1));
        self.turning.last_token = token;
        self.effects.push(Effect::Persist {
            token,
            writes,
            mark: signer.map(|(_, key)| (key.public_key(), mark)),
        });
        self.turning.entering = Some((token, facts));
    }

    /// A lost record is not cured by another epoch, unless its Terminal block is younger than the loss. [J8]
    fn next_quarantine(&self, handover: &Handover) -> Quarantine {
        let now = self.turning.quarantine;
        let terminal = handover.blocks.first();
        let proposed_in = terminal.map_or(View(0), |signed| signed.block.view);
        let doubtful = now.min_sign_view > proposed_in;
        Quarantine {
            active: (now.active || doubtful) && !planted!("S3"),
            min_sign_view: View(0),
        }
    }

    fn enter(&mut self, now: Now, facts: &EpochFacts) {
        let before = Arc::clone(&self.set);
        self.name_unordered();
        let config = self.config.core(facts, self.turning.last_token);
        self.me = config.me.as_ref().map(|(index, _)| *index);
        self.key = config.me.as_ref().map(|(_, key)| key.public_key());
        let root = facts.root.as_ref();
        let root = root.map_or((Height(0), Hash::ZERO), |root: &Block| {
            (root.height, root.digest(&facts.set))
        });
        self.journal = self
            .journal
            .next_epoch(Arc::clone(&facts.set), self.me, root);
        (self.set, self.validators) = (Arc::clone(&facts.set), Arc::clone(&facts.nodes));
        self.core = Core::new(config, self.journal_of(facts));
        self.verifying.clear();
        (self.front, self.own_unsynced) = (Front::default(), 0);
        // A state of the epoch before is of no use any more. [G5]
        self.join = Join::new(facts.clone(), None);
        self.turning.cut = Cut::new();
        self.turning.helped.clear();
        self.effects
            .push(Effect::EpochBegan(Box::new(facts.clone())));
        self.promises.turn_epoch();
        self.give_up_lane();
        let unordered = self.mempool.unordered();
        self.rewrap(now.tick, before.epoch(), unordered);
        for peer in self.turning.connected.clone() {
            let index = self.index_of(peer);
            self.feed(now, Input::Connected(index));
        }
        self.feed(now, Input::Tick);
    }

    /// What the new core must know of the ledger it goes on with. [T5]
    fn journal_of(&self, facts: &EpochFacts) -> Journal {
        let turning = &self.turning;
        let next_sets = turning.results.iter().filter_map(|(height, summary)| {
            let next = summary.next.as_ref()?;
            (next.version > facts.version).then(|| (*height, next.clone()))
        });
        Journal {
            quarantine: turning.quarantine,
            results: turning
                .results
                .values()
                .map(|it| (it.height, it.results, it.state_root))
                .collect(),
            next_sets: next_sets.collect(),
            next_due: turning.next_due,
            ..Journal::default()
        }
    }
}
