//! A plan: everything that a run does not compute. The same plan gives the same run, event for event.
//!
//! ```text
//!   seed --draw--> Plan --run--> Report          a failing plan --minimise--> a smaller plan that fails alike --> file
//! ```
//! Faults stand in it one by one with their times, so that they can be left out one by one. Times are microseconds since the start of
//! the run, rates are per thousand.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sycee_contracts::twins::Family;

use crate::random::Random;

/// What the runs are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Few payments, many faults: ordering.
    Protocol,
    /// About a hundred transactions a second: ledger, storage, queues.
    Ledger,
    /// As `Ledger`, with the signatures of the product; needs the ordinary build.
    Real,
}

/// One run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The seed it was drawn from, which is also the seed of latencies, losses and amounts.
    pub seed: u64,
    /// What it is about.
    pub profile: Profile,
    /// n.
    pub validators: u16,
    /// Nodes that follow and re-execute.
    pub observers: u16,
    /// Length of the safety phase.
    pub safety_us: u64,
    /// Pace and sizes.
    pub parameters: Pace,
    /// Every link, when no fault is on.
    pub links: LinkPlan,
    /// Each node, validators first.
    pub nodes: Vec<NodePlan>,
    /// Who pays.
    pub clients: Vec<ClientPlan>,
    /// Who lies; at most f validators in all.
    pub villains: Vec<VillainPlan>,
    /// What breaks, and when.
    pub faults: Vec<Fault>,
    /// Honest nodes that stay down in the heal phase; the rest has at least q validators.
    pub left_down: Vec<u16>,
    /// Blocks that every node keeps; 0 for all. Whoever lacks older ones takes the state of a checkpoint over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retain_blocks: u64,
    /// Changes of the validators that are asked for on the ledger, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangePlan>,
    /// Where each node stands, a number of [`crate::regions`]; empty when all stand in one place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<u8>,
    /// Instead of both phases: one validator twice, and who hears whom in the first views.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twins: Option<crate::twins::Scenario>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The founders' choices that are varied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names of the genesis parameters")]
pub struct Pace {
    pub base_delay_ms: u32,
    pub heartbeat_ms: u32,
    pub drift_ms: u32,
    pub skip_ms: u32,
    pub batch_interval_ms: u32,
    pub batch_bytes: u32,
    pub watermark_interval_ms: u32,
    pub block_spacing_ms: u32,
    pub execution_lag_max: u32,
    pub checkpoint_lag_max: u32,
    pub checkpoint_interval_ms: u32,
}

/// A directed link.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinkPlan {
    /// Least latency.
    pub latency_us: u64,
    /// What may come on top.
    pub jitter_us: u64,
    /// One frame in a hundred waits so much longer; 0 for none.
    pub tail_us: u64,
    /// Frames of one class keep their order, as in a stream.
    pub ordered: bool,
    /// Bytes that fit through in a millisecond; 0 for any number.
    pub bytes_per_ms: u64,
    /// Frames that get lost.
    pub loss_permille: u64,
    /// Frames that arrive twice.
    pub duplicate_permille: u64,
}

/// A machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NodePlan {
    /// How far its wall clock is off.
    pub skew_ms: i64,
    /// How fast its timers run.
    pub timer_permille: u64,
    /// Least time of a sync,
    pub sync_us: u64,
    /// and what may come on top.
    pub sync_jitter_us: u64,
    /// Work for any message.
    pub message_ns: u64,
    /// Work for one signature.
    pub signature_ns: u64,
    /// Work for one block, and a tenth of it for each of its transactions.
    pub execute_us: u64,
}

/// A client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClientPlan {
    /// What it does.
    pub kind: ClientKind,
    /// Bank it acts for, 0 to 3.
    pub bank: u8,
    /// Mean time between two instructions.
    pub interval_us: u64,
    /// When it gives up waiting for an answer and asks another node.
    pub patience_us: u64,
}

/// What a client does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// Pays, and asks another node when no answer comes.
    Pays,
    /// Pays many at once, each leg for itself or all or none.
    PaysInBulk,
    /// Sends each instruction to every node at once.
    SendsToAll,
    /// Sends two instructions that spend the same money under one idempotency key to different nodes at once.
    SpendsTwice,
    /// Sends again what was executed long ago.
    Replays,
    /// Pays more than it has.
    Overdraws,
    /// Pays, and never asks again once its instruction was accepted.
    Trusts,
    /// Asks for the changes of the validators that the plan has, and casts the votes of all seats.
    Governs,
    /// Asks for everything of a family of products, at random, and lets the days pass.
    Plays(Family),
    /// A supply chain: several finance or pledge one portion, or enter one document, through different nodes at once.
    Races,
}

/// A validator that lies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VillainPlan {
    /// Which.
    pub node: u16,
    /// How, one after the other on everything it sends.
    pub ways: Vec<Way>,
}

/// A way to lie; each is a file under `villains`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Two blocks for one view.
    Equivocate,
    /// Proposals reach nobody, or only a few.
    WithholdProposals,
    /// Proposals leave just before the others' time runs out.
    DelayProposals,
    /// Votes for everything: both blocks, Nullify and Finalize.
    VoteTwice,
    /// Different batches for one place of its lane.
    ForkLane,
    /// Batches reach only a few.
    StarveLane,
    /// Watermarks and executed heights it does not have.
    LieAboutHoldings,
    /// False, empty and endless answers to those who catch up.
    LieInSync,
    /// Own votes do not leave.
    WithholdVotes,
    /// Old frames again.
    Replay,
    /// Frames with other bytes.
    Disrupt,
    /// Blocks that break one rule each.
    Mislead,
    /// Certificates that nobody else has signed.
    Forge,
    /// A second correct node with the same key and another view of the network.
    Twin,
}

/// A change of the validators that seats are asked to approve.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChangePlan {
    /// Asked for at this time, or when the change before it holds.
    pub at_us: u64,
    /// From its last approval until it holds.
    pub time_lock_ms: u64,
    /// What changes.
    pub what: Turn,
}

/// What changes; nodes are named by their place in the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// An observer becomes a validator, with a key of its own that it has not signed with.
    Join(u16),
    /// A validator becomes an observer.
    Leave(u16),
    /// A validator signs with another key.
    Rotate(u16),
}

impl Turn {
    /// The node it names.
    #[must_use]
    pub fn node(self) -> u16 {
        match self {
            Turn::Join(node) | Turn::Leave(node) | Turn::Rotate(node) => node,
        }
    }
}

/// Something that breaks for a while.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// From when.
    pub at_us: u64,
    /// For how long.
    pub for_us: u64,
    /// What.
    pub what: What,
}

/// What breaks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A node's frames get lost, both ways.
    Loss {
        /// The node; all when there is none.
        node: Option<u16>,
        /// How many.
        permille: u64,
    },
    /// A node's frames take longer, both ways.
    Delay {
        /// The node; all when there is none.
        node: Option<u16>,
        /// How much longer.
        us: u64,
    },
    /// Frames are held back and arrive in a burst at the end.
    Clog {
        /// Sender.
        from: u16,
        /// Receiver.
        to: u16,
    },
    /// Less bandwidth for a node, both ways.
    Narrow {
        /// The node.
        node: u16,
        /// Bytes a millisecond.
        bytes_per_ms: u64,
    },
    /// Nothing passes between these nodes and the others.
    Partition {
        /// One side.
        side: Vec<u16>,
        /// Only from this side to the other nothing passes.
        one_way: bool,
        /// The transport notices and closes the channels.
        noticed: bool,
    },
    /// The power of some nodes fails at once; they start again at the end.
    Crash {
        /// The nodes.
        nodes: Vec<u16>,
        /// Of writes that were not synced so many are on the disk all the same.
        kept: u16,
        /// Whether the write that was on its way reached the disk.
        in_flight_kept: bool,
    },
    /// The power of a node fails at a Persist counted from the beginning of the fault; it starts again at the end.
    CrashAtPersist {
        /// The node.
        node: u16,
        /// Which Persist, from 1.
        nth: u64,
        /// Whether that write reached the disk.
        in_flight_kept: bool,
    },
    /// A node stands still and goes on as if nothing had been.
    Pause {
        /// The node.
        node: u16,
    },
    /// Each sync takes longer.
    SlowDisk {
        /// The node.
        node: u16,
        /// How much longer.
        us: u64,
    },
    /// No space on the disk.
    FullDisk {
        /// The node.
        node: u16,
    },
    /// A sync fails; the node must stop, and starts again soon. Whether the write is there then is a matter of dice.
    FailedSync {
        /// The node.
        node: u16,
    },
    /// The wall clock is off.
    Skew {
        /// The node.
        node: u16,
        /// By so much.
        ms: i64,
    },
    /// A validator's disk breaks. At the end its folder, recovered from the key, starts in quarantine.
    LoseDisk {
        /// The node.
        node: u16,
        /// The vote mark was on that disk too.
        mark_too: bool,
    },
    /// Store and vote mark of a validator are copied, and at the end somebody puts the copy back and starts it.
    RestoreCopy {
        /// The node.
        node: u16,
    },
    /// Every node is stopped in good order; all start at the end.
    StopAll,
}

impl Plan {
    /// The family of products that is played.
    #[must_use]
    pub fn family(&self) -> Option<Family> {
        self.clients.iter().find_map(|it| match it.kind {
            ClientKind::Plays(family) => Some(family),
            ClientKind::Pays
            | ClientKind::PaysInBulk
            | ClientKind::SendsToAll
            | ClientKind::SpendsTwice
            | ClientKind::Replays
            | ClientKind::Overdraws
            | ClientKind::Trusts
            | ClientKind::Governs
            | ClientKind::Races => None,
        })
    }

    /// f.
    #[must_use]
    pub fn faulty_max(&self) -> u16 {
        self.validators.saturating_sub(1) / 3
    }

    /// q.
    #[must_use]
    pub fn quorum(&self) -> u16 {
        self.validators - self.faulty_max()
    }

    /// The validators after each change, the founders first. A change waits for the one before it, so a run sees a beginning of these.
    ///
    /// # Errors
    /// When a change cannot be made.
    pub fn sets(&self) -> Result<Vec<BTreeSet<u16>>, String> {
        let mut set: BTreeSet<u16> = (0..self.validators).collect();
        let mut sets = vec![set.clone()];
        for change in &self.changes {
            let made = match change.what {
                Turn::Join(node) => node < self.validators + self.observers && set.insert(node),
                Turn::Leave(node) => set.len() > 1 && set.remove(&node),
                Turn::Rotate(node) => set.contains(&node),
            };
            if !made {
                return Err(format!("{:?} cannot be made", change.what));
            }
            sets.push(set.clone());
        }
        Ok(sets)
    }

    /// Validators that cannot be relied on: they lie, stay down or have lost what they signed.
    #[must_use]
    pub fn unreliable(&self) -> BTreeSet<u16> {
        let lying = self.villains.iter().map(|it| it.node);
        let down = self.left_down.iter().copied();
        // Who has lost its memory signs nothing until it has rejoined.
        let forgetful = self.faults.iter().filter_map(Fault::forgets);
        lying.chain(down).chain(forgetful).collect()
    }

    /// Whether the validator at this place keeps to the protocol.
    #[must_use]
    pub fn is_honest(&self, node: u16) -> bool {
        self.villains.iter().all(|villain| villain.node != node)
    }

    /// Reads a plan file.
    ///
    /// # Errors
    /// What is wrong with the text, or with what it asks.
    pub fn from_json(text: &str) -> Result<Plan, String> {
        let plan: Plan = serde_json::from_str(text).map_err(|error| error.to_string())?;
        plan.check()?;
        Ok(plan)
    }

    /// The plan as a file.
    ///
    /// # Panics
    /// Never: a plan has nothing that JSON lacks.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a plan is plain data")
    }

    /// One number for the plan, without its seed: two seeds that draw the same are one plan.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let plan = Plan {
            seed: 0,
            ..self.clone()
        };
        crate::auditor::hash_bytes(
            serde_json::to_string(&plan)
                .expect("a plan is plain data")
                .as_bytes(),
        )
    }

    /// Refuses what no run can mean.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), String> {
        let nodes = self.validators + self.observers;
        let known = |node: &u16| *node < nodes;
        if self.validators == 0 || self.validators > 16 || self.observers > 4 {
            return Err("1 to 16 validators, at most 4 observers".to_owned());
        }
        if self.nodes.len() != usize::from(nodes) {
            return Err(format!(
                "{} nodes are described, {nodes} exist",
                self.nodes.len()
            ));
        }
        if !self.regions.is_empty() && self.regions.len() != self.nodes.len() {
            return Err("some nodes have a region, and some none".to_owned());
        }
        let mut lying: Vec<u16> = self.villains.iter().map(|it| it.node).collect();
        lying.sort_unstable();
        lying.dedup();
        if lying.len() > usize::from(self.faulty_max()) || lying.len() != self.villains.len() {
            return Err("more villains than f, or one twice".to_owned());
        }
        if lying.iter().any(|node| *node >= self.validators) {
            return Err("a villain is no validator".to_owned());
        }
        let down = self
            .left_down
            .iter()
            .filter(|node| **node < self.validators);
        // Who has lost its memory signs nothing until it has rejoined.
        let mut forgetful: Vec<u16> = self.faults.iter().filter_map(Fault::forgets).collect();
        forgetful.sort_unstable();
        forgetful.dedup();
        if down.count() + lying.len() + forgetful.len() > usize::from(self.faulty_max()) {
            return Err("the core of the heal phase is smaller than q".to_owned());
        }
        let unreliable = self.unreliable();
        for set in self.sets()? {
            if set.intersection(&unreliable).count() > set.len().saturating_sub(1) / 3 {
                return Err("a change leaves a set that more than f cannot be relied on".to_owned());
            }
        }
        if forgetful
            .iter()
            .any(|node| *node >= self.validators || lying.contains(node))
        {
            return Err("an observer or a villain has no vote record to lose".to_owned());
        }
        if self
            .faults
            .iter()
            .flat_map(|fault| fault.what.nodes())
            .any(|node| !known(&node))
        {
            return Err("a fault names a node that does not exist".to_owned());
        }
        Ok(())
    }

    /// Dice of this plan for one purpose.
    #[must_use]
    pub fn dice(&self, purpose: u64) -> Random {
        Random::new(self.seed).fork(purpose)
    }
}

impl Fault {
    /// The validator whose vote record it takes away or puts back to an older state.
    #[must_use]
    pub fn forgets(&self) -> Option<u16> {
        match self.what {
            What::LoseDisk { node, .. } | What::RestoreCopy { node } => Some(node),
            What::Loss { .. }
            | What::Delay { .. }
            | What::Clog { .. }
            | What::Narrow { .. }
            | What::Partition { .. }
            | What::Crash { .. }
            | What::CrashAtPersist { .. }
            | What::Pause { .. }
            | What::SlowDisk { .. }
            | What::FullDisk { .. }
            | What::FailedSync { .. }
            | What::Skew { .. }
            | What::StopAll => None,
        }
    }
}

impl What {
    /// The nodes it names.
    #[must_use]
    pub fn nodes(&self) -> Vec<u16> {
        match self {
            What::Loss { node, .. } | What::Delay { node, .. } => node.iter().copied().collect(),
            What::Clog { from, to } => vec![*from, *to],
            What::Partition { side: nodes, .. } | What::Crash { nodes, .. } => nodes.clone(),
            What::Narrow { node, .. }
            | What::CrashAtPersist { node, .. }
            | What::Pause { node }
            | What::SlowDisk { node, .. }
            | What::FullDisk { node }
            | What::FailedSync { node }
            | What::LoseDisk { node, .. }
            | What::RestoreCopy { node }
            | What::Skew { node, .. } => vec![*node],
            What::StopAll => Vec::new(),
        }
    }
}
