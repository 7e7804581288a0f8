//! A core out of what the disk kept. [R6]

use std::collections::BTreeMap;

use sycee_primitives::{Hash, Height, SecretKey, Signature, Tick, planted};

use super::{
    Announcer, Config, Core, Journal, Offences, Pending, Turn, outbox::Outbox, results::Results,
};
use crate::{
    BatchHeader, Block, LaneEntry, Now, Proposal, Seq, SignedBlock, ValidatorIndex, ValidatorSet,
    View,
    fetch::Fetches,
    lanes::Lanes,
    pace::Pace,
    record::{Gate, OwnLane},
    tree::Tree,
    votes::VotePool,
};

impl Core {
    /// The core of a node that was stopped with this journal; an empty journal is a new node.
    #[must_use]
    #[allow(
        clippy::too_many_lines,
        reason = "one line a field, nothing to read in between"
    )]
    pub fn new(config: Config, journal: Journal) -> Core {
        let Config {
            set,
            me,
            parameters,
            root: epoch_root,
            last_token,
            challenge,
            invalid_transaction,
        } = config;
        let root = journal
            .delivered_block
            .clone()
            .unwrap_or_else(|| unsigned(epoch_root));
        let lanes = Lanes::new(
            &set,
            me.as_ref().map(|(index, _)| *index),
            &journal.delivered_cut,
            parameters.lane_window_bytes,
        );
        let cut: Vec<LaneEntry> = set.indexes().map(|lane| lanes.base(lane)).collect();
        let mut results = Results::new(set.size(), root.block.height, &journal);
        if root.block.height == Height(0) {
            let own = super::Own {
                results: Hash::ZERO,
                state_root: Some(root.block.exec.state_root),
                next: None,
            };
            results.record(Height(0), own);
        }
        let offences = Offences::restored(&set, &journal);
        let pace = Pace::new(&parameters);
        let tree = Tree::new(root, &set, cut);
        let gate =
            me.map(|(index, key)| restored_gate(&set, index, key, tree.final_view(), &journal));
        let resend_due = Tick(0).plus(pace.resend_us());
        let announcer = Announcer::new(set.size());
        let size = set.size();
        let mut core = Core {
            turn: Turn::new(tree.final_view().next(), Tick(0), None, resend_due),
            set,
            parameters,
            gate,
            lanes,
            votes: VotePool::default(),
            offences,
            invalid_transaction,
            pace,
            fetches: Fetches::default(),
            results,
            next_proposal: None,
            quick_view: None,
            announcer,
            connected: vec![false; size],
            heard: vec![Tick(0); size],
            helped: vec![None; size],
            worked: (None, 0),
            heard_at_worked: vec![0; size],
            raised_in: None,
            deliverable: tree.final_height(),
            // Whether the restored block's results were certified is not known: one block more settles it. [Q3]
            effect_height: tree.final_height(),
            next_due: journal.next_due,
            tree,
            outbox: Outbox::after(last_token),
            out: Vec::new(),
            has_stopped_for_results: false,
            resent_since_start: false,
            proposal_due: None,
            judge_due: None,
            timer_due: None,
            unsynced_proposals: std::collections::BTreeSet::new(),
            restored: Vec::new(),
            memory: super::rejoin::Memory::new(size, challenge),
            has_ended: false,
        };
        let quarantine = journal.quarantine;
        core.replay(journal);
        core.restore_memory(quarantine);
        core
    }

    fn replay(&mut self, journal: Journal) {
        let mut batches = journal.batches;
        batches.sort_by_key(|signed| (signed.header.lane, signed.header.seq));
        for signed in &batches {
            let digest = signed.header.digest(&self.set);
            self.lanes.restore(digest, signed);
        }
        let mut blocks = journal.blocks;
        blocks.sort_by_key(|signed| signed.block.height);
        let own_blocks = blocks.clone();
        for signed in blocks {
            // Stored blocks had their place before; what no longer fits is on a dead line.
            let _ = self.tree.insert(&self.set, signed);
        }
        for certificate in journal.finalization.iter().chain(&journal.certificates) {
            if !self.tree.knows(certificate) {
                self.tree.insert_certificate(certificate);
                let highest = self.turn.view.max(certificate.view.next());
                if highest > self.turn.view {
                    self.turn = Turn::new(
                        highest,
                        Tick(0),
                        Some(certificate.clone()),
                        self.turn.resend_due,
                    );
                }
            }
            self.finalize();
        }
        // A node restored at its final block still has to tell others that it is final. [V17]
        if let Some(finalization) = &journal.finalization {
            self.tree.adopt_finalization(finalization);
        }
        // What is read back is synced: nothing of the replay waits for the disk or leaves by itself.
        self.deliverable = self.tree.final_height();
        self.outbox.clear();
        self.out.clear();
        self.restore_own_proposal(&own_blocks);
        self.restore_own_votes();
    }

    /// The recorded proposal of the current view is sent again, never a fresh one. [R6]
    fn restore_own_proposal(&mut self, blocks: &[SignedBlock]) {
        let view = self.turn.view;
        let Some(proposed) = self.own_record(view).proposed else {
            return;
        };
        if let Some(block) = blocks
            .iter()
            .find(|signed| signed.block.digest(&self.set) == proposed)
        {
            let proposal = Proposal {
                block: block.clone(),
                justification: Vec::new(),
            };
            self.turn.own_proposal = Some(proposal.clone());
            let arrived = Now {
                tick: Tick(0),
                wall: block.block.time,
            };
            self.turn.pending = Some(Pending {
                proposal,
                arrived,
                overdue: Vec::new(),
                decided: false,
            });
        }
    }

    /// Own votes of the current view and of undecided ones stand in the tally again. [R6]
    fn restore_own_votes(&mut self) {
        let Some(gate) = &self.gate else { return };
        let first = self.tree.final_view().next();
        let first = first.0.max(self.turn.view.0.saturating_sub(64));
        let views = (first..=self.turn.view.0).map(View);
        let votes: Vec<_> = views
            .flat_map(|view| gate.recorded_votes(&self.set, view))
            .collect();
        for vote in votes {
            if self
                .votes
                .has_room(&vote, self.turn.view, self.tree.final_view())
            {
                self.restored.extend(self.votes.insert(&self.set, &vote));
            }
        }
    }
}

/// The signing gate as the record left it. [R1][R6]
fn restored_gate(
    set: &ValidatorSet,
    index: ValidatorIndex,
    key: SecretKey,
    floor: View,
    journal: &Journal,
) -> Gate {
    let lane = restored_lane(set, index, journal);
    let views = if planted!("restart-forgets") {
        BTreeMap::new()
    } else {
        journal.views.clone()
    };
    Gate::new(index, key, floor, views, lane)
}

/// The own lane from its last header down to where the journal's headers end. [L11]
fn restored_lane(set: &ValidatorSet, index: ValidatorIndex, journal: &Journal) -> OwnLane {
    let genesis = || (Seq(0), BatchHeader::lane_genesis(set, index));
    let base = journal.delivered_cut.get(index.usize()).copied();
    let (seq, digest) = base.unwrap_or_else(genesis);
    let base = LaneEntry { seq, digest };
    let Some(tip) = journal.own_lane_tip else {
        return OwnLane::new(base, None, &[]);
    };
    let own = journal
        .batches
        .iter()
        .filter(|signed| signed.header.lane == index);
    let headers: BTreeMap<Hash, &BatchHeader> = own
        .map(|signed| (signed.header.digest(set), &signed.header))
        .collect();
    let (mut line, mut at) = (Vec::new(), (tip.seq, tip.digest));
    while at.0 > base.seq
        && let Some(header) = headers.get(&at.1)
    {
        let (seq, digest) = at;
        line.push(LaneEntry { seq, digest });
        at = (Seq(seq.0 - 1), header.parent);
    }
    line.reverse();
    let (seq, digest) = at;
    OwnLane::new(LaneEntry { seq, digest }, Some(tip.incarnation), &line)
}

/// Nobody signs the block an epoch begins with; its digest follows from the genesis document or from the Terminal block. [T5]
fn unsigned(block: Block) -> SignedBlock {
    SignedBlock {
        block,
        signature: Signature([0; 64]),
    }
}

impl Announcer {
    fn new(validators: usize) -> Announcer {
        Announcer {
            counter: 0,
            sent: vec![(Seq(0), Hash::ZERO); validators],
            sent_executed: (Height(0), Height(0)),
            sent_at: None,
            taken: vec![0; validators],
        }
    }
}
