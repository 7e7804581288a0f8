//! One whole node: replica, executor, store, vote mark, processor, disk, clocks.

use std::collections::VecDeque;
use std::sync::Arc;

use sycee_consensus::{Now, ValidatorIndex, View, ViewRecord};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, PublicKey, SecretKey, Tick};
use sycee_replica::{
    Epochs, Executed, Executor, Loaded, Opened, ReadyBlock, Replica, ReplicaConfig, ShownStates,
    Snapshot, boot, initial_rows, open,
};
use sycee_storage::{Durability, KeyId, MemoryStore, Store, VoteMark};

use crate::disk::Disk;
use crate::founding::{Founding, KEYS_A_NODE, START_MS, keys_of};
use crate::plan::NodePlan;
use crate::villains::Villain;
use crate::world::Job;

/// Ticks begin here, so that zero never means a time.
const FIRST_TICK: u64 = 1_000_000;

/// Block time from one offered state to the next, milliseconds.
const SNAPSHOT_INTERVAL_MS: u64 = 10_000;

/// What runs while the node is up.
pub(crate) struct Running {
    /// Ordering.
    pub(crate) replica: Replica,
    /// The ledger.
    pub(crate) executor: Executor,
    /// Blocks that wait for execution.
    pub(crate) blocks: VecDeque<Box<ReadyBlock>>,
    /// Something is being executed.
    pub(crate) executing: bool,
    /// A flush is on its way.
    pub(crate) flushing: bool,
    /// States it offers, each with its rows of that moment.
    pub(crate) snapshots: ShownStates<(Snapshot, MemoryStore)>,
}

/// A node, up or down.
pub(crate) struct Node {
    /// Its place in the plan; a twin has the place of the node it is a twin of.
    pub(crate) name: u16,
    /// Its place in the network.
    pub(crate) index: ValidatorIndex,
    /// Keeps to the protocol.
    pub(crate) honest: bool,
    /// Is no second node with the same key.
    pub(crate) plan: NodePlan,
    /// What survives a crash.
    pub(crate) store: Arc<MemoryStore>,
    /// What it may come to sign with, in that order.
    pub(crate) keys: Vec<SecretKey>,
    /// Their public halves.
    pub(crate) public_keys: Vec<PublicKey>,
    /// How far each of them has signed.
    pub(crate) marks: Vec<VoteMark>,
    /// How far their lost marks said, epoch and view: what was signed up to there is with others, and may come back from them.
    pub(crate) lost_marks: Vec<(u64, u64)>,
    /// The epochs that have begun for it.
    pub(crate) epochs: Epochs,
    /// While it is up.
    pub(crate) running: Option<Running>,
    /// Grows with every crash: what was meant for an earlier life never arrives.
    pub(crate) generation: u32,
    /// The queue before its disk.
    pub(crate) disk: Disk,
    /// Until when its processor is busy.
    pub(crate) busy_until: u64,
    /// Until when its pool of checkers is busy.
    pub(crate) pool_free_at: u64,
    /// What waits for the processor.
    pub(crate) inbox: VecDeque<Job>,
    /// Stands still until then.
    pub(crate) paused_until: u64,
    /// Wall clock off by a fault.
    pub(crate) skew_ms: i64,
    /// Each sync takes so much longer by a fault.
    pub(crate) slow_us: u64,
    /// The earliest wake-up that is scheduled.
    pub(crate) wake_at: u64,
    /// Wake-ups in a row without time passing.
    pub(crate) spins: u32,
    /// How it lies.
    pub(crate) villains: Vec<Box<dyn Villain>>,
    /// Crashes at this Persist; whether it is kept; when it starts again.
    pub(crate) crash_at: Option<(u64, bool, u64)>,
    /// It will not start again.
    pub(crate) retired: bool,
    /// Store and vote marks as somebody copied them.
    pub(crate) copy: Option<(Arc<MemoryStore>, Vec<VoteMark>)>,
    /// An old copy was put back: it may find out that its key has signed more.
    pub(crate) rolled_back: bool,
}

/// What a start found.
pub(crate) struct Boot {
    /// Blocks whose results had not been stored.
    pub(crate) replayed: Vec<Executed>,
    /// Height up to which everything was there.
    pub(crate) delivered: Height,
    /// A recorded proposal above the final view.
    pub(crate) proposal: bool,
    /// The store says that the vote record was lost.
    pub(crate) quarantined: bool,
    /// A state that was taken over became the node's own.
    pub(crate) installed: Option<Height>,
}

impl Node {
    /// A node that has never run, as the node's `init` leaves it.
    #[must_use]
    pub(crate) fn new(
        founding: &Founding,
        name: u16,
        index: ValidatorIndex,
        honest: bool,
        plan: NodePlan,
    ) -> Node {
        let keys = keys_of(index.0);
        Node {
            name,
            index,
            honest,
            plan,
            store: empty_store(founding),
            public_keys: keys.iter().map(SecretKey::public_key).collect(),
            lost_marks: vec![(0, 0); keys.len()],
            keys,
            marks: unsigned_marks(index),
            epochs: Epochs::founded(founding.set.clone()),
            running: None,
            generation: 0,
            disk: Disk::default(),
            busy_until: 0,
            pool_free_at: 0,
            inbox: VecDeque::new(),
            paused_until: 0,
            skew_ms: 0,
            slow_us: 0,
            wake_at: u64::MAX,
            spins: 0,
            villains: Vec::new(),
            crash_at: None,
            retired: false,
            copy: None,
            rolled_back: false,
        }
    }

    /// Both clocks at a moment of the run.
    #[must_use]
    pub(crate) fn now(&self, time: u64) -> Now {
        let wall = START_MS + time / 1_000;
        Now {
            tick: Tick(FIRST_TICK + time * self.plan.timer_permille / 1_000),
            wall: BlockTime(wall.saturating_add_signed(self.plan.skew_ms + self.skew_ms)),
        }
    }

    /// The moment of the run at which the tick is reached.
    #[must_use]
    pub(crate) fn time_of(&self, tick: Tick) -> u64 {
        let ticks = u128::from(tick.0.saturating_sub(FIRST_TICK)) * 1_000;
        let time = ticks.div_ceil(u128::from(self.plan.timer_permille));
        u64::try_from(time).unwrap_or(u64::MAX)
    }

    /// Starts from what is on the disk, as the node's `start` does; no two processes have the same `place` and generation.
    ///
    /// # Errors
    /// Why an operator would be refused.
    pub(crate) fn boot(&mut self, founding: &Founding, place: usize) -> Result<Boot, String> {
        let opened = open(self.store.as_ref(), &founding.set);
        let Opened {
            epochs,
            loaded,
            installed,
        } = opened.map_err(|error| error.to_string())?;
        let signs = epochs.current().signer(self.index.0, &self.keys);
        let signs = signs.map(|(_, key)| key.public_key());
        if let Some(at) = self.public_keys.iter().position(|key| Some(*key) == signs) {
            self.check_mark(self.marks[at], &loaded)?;
            self.raise_mark(at, &loaded);
        }
        self.epochs = epochs.clone();
        let quarantined = loaded.journal.quarantine.active;
        let delivered = loaded.delivered;
        let proposed = |view: &ViewRecord| view.proposed.is_some();
        let proposal = loaded.journal.views.values().any(proposed);
        let life = [place as u64, self.generation.into()].map(u64::to_le_bytes);
        let fresh = Hash::of(&[b"simulated process", &life[0], &life[1]]);
        let config = ReplicaConfig::of(
            &founding.genesis,
            founding.state_root,
            self.index.0,
            self.keys.clone(),
            fresh,
        );
        let shared = Arc::clone(&self.store) as Arc<dyn Store>;
        let booted = boot(&shared, config, founding.ledger.clone(), epochs, loaded);
        let booted = booted.map_err(|error| error.to_string())?;
        self.running = Some(Running {
            replica: booted.replica,
            executor: booted.executor.offering_every(SNAPSHOT_INTERVAL_MS),
            blocks: VecDeque::new(),
            executing: false,
            flushing: false,
            snapshots: ShownStates::default(),
        });
        Ok(Boot {
            replayed: booted.replayed,
            delivered,
            proposal,
            quarantined,
            installed,
        })
    }

    /// The node's rule: what the record says and the mark does not know yet is in the mark before anything is repeated. [R6]
    fn raise_mark(&mut self, at: usize, loaded: &Loaded) {
        let mark = self.marks[at];
        self.marks[at] = mark.raised_by(VoteMark {
            key_id: mark.key_id,
            epoch: loaded.mark.epoch.0,
            view: loaded.mark.view.0,
            lane_incarnation: loaded.mark.lane_incarnation,
            lane_seq: loaded.mark.lane_seq.0,
            store_sequence: self.store.sequence(),
        });
    }

    /// The marks are lost, or put back.
    pub(crate) fn lose_marks(&mut self, left: Vec<VoteMark>) {
        for (lost, mark) in self.lost_marks.iter_mut().zip(&self.marks) {
            *lost = (*lost).max((mark.epoch, mark.view));
        }
        self.marks = left;
    }

    /// Whether the mark outside the store knows of a signature of this key in a view. [R3]
    ///
    /// # Errors
    /// What it says instead.
    pub(crate) fn marked(
        &self,
        epoch: Epoch,
        view: View,
        key: Option<&PublicKey>,
    ) -> Result<(), String> {
        let at = self.public_keys.iter().position(|own| Some(own) == key);
        let mark = at.map(|at| self.marks[at]);
        // An own proposal of an earlier life is passed on like anybody's.
        let lost = at.map(|at| self.lost_marks[at]).unwrap_or_default();
        let holds = mark.is_some_and(|mark| (mark.epoch, mark.view).max(lost) >= (epoch.0, view.0));
        let what = || format!("{view:?} of {epoch:?} is signed in, the mark says {mark:?}");
        holds.then_some(()).ok_or_else(what)
    }

    /// The node's rule: nothing that the mark knows may be missing in the record, unless the record says itself that it lacks something.
    fn check_mark(&self, mark: VoteMark, loaded: &Loaded) -> Result<(), String> {
        let record = loaded.mark;
        let quarantine = loaded.journal.quarantine;
        let marked = (mark.lane_incarnation, mark.lane_seq);
        let recorded = (record.lane_incarnation, record.lane_seq.0);
        let lane_holds = quarantine.min_sign_view > View(0) || marked <= recorded;
        if quarantine.active {
            return Ok(());
        }
        // [T5] Views and lanes begin anew with every epoch.
        if mark.epoch < record.epoch.0 {
            let has = self.store.require_sequence(mark.store_sequence);
            return has.map_err(|error| error.to_string());
        }
        let fields = [
            ("epoch", mark.epoch <= record.epoch.0),
            ("view", mark.view <= record.view.0),
            ("lane position", lane_holds),
        ];
        if let Some((field, _)) = fields.iter().find(|(_, holds)| !holds) {
            return Err(format!(
                "the record lacks a {field}: mark {mark:?}, record {record:?}"
            ));
        }
        self.store
            .require_sequence(mark.store_sequence)
            .map_err(|error| error.to_string())
    }

    /// Is up and not standing still.
    #[must_use]
    pub(crate) fn is_up(&self) -> bool {
        self.running.is_some()
    }
}

/// A store in which nothing has happened.
#[must_use]
pub(crate) fn empty_store(founding: &Founding) -> Arc<MemoryStore> {
    let store = MemoryStore::new();
    store
        .write(&initial_rows(&founding.set), Durability::Synced)
        .expect("an empty store in memory takes a row");
    Arc::new(store)
}

/// The marks of keys that have never signed.
#[must_use]
pub(crate) fn unsigned_marks(index: ValidatorIndex) -> Vec<VoteMark> {
    let unsigned = |turn: u16| {
        let mut key = [0; 8];
        key[..2].copy_from_slice(&index.0.to_le_bytes());
        key[2..4].copy_from_slice(&turn.to_le_bytes());
        VoteMark::unsigned(KeyId(key))
    };
    (0..KEYS_A_NODE).map(unsigned).collect()
}
