//! The run: virtual time, one event after another.
//!
//! ```text
//!   heap (time, order) --> arrival | wake-up | disk done | executed | client | fault --> node --> effects --> heap
//!                                                         every effect passes the oracles
//! ```
//! It must never read a clock or dice that are not the plan's.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::rc::Rc;
use std::sync::Arc;

use sycee_consensus::{BatchHeader, Seq, ValidatorIndex, ValidatorSet};
use sycee_primitives::Tick;
use sycee_replica::{Cut, Epochs, Event};

use crate::auditor::Auditor;
use crate::clients::Clients;
use crate::coverage::Coverage;
use crate::founding::Founding;
use crate::links::Links;
use crate::node::Node;
use crate::oracles::lawful::Law;
use crate::oracles::products::Products;
use crate::oracles::{Oracles, Violation};
use crate::plan::{Plan, Way};
use crate::random::Random;
use crate::villains::villain;
use crate::watch::Watch;

/// What a node's processor has to do.
pub(crate) enum Job {
    /// A frame arrived.
    Frame {
        /// Of whom.
        from: usize,
        /// The bytes.
        frame: Arc<[u8]>,
        /// Their hash for the auditor.
        hash: u64,
    },
    /// Something else happened to the replica.
    Event(Box<Event>),
    /// A client asks.
    Request(usize),
}

/// What is due at a moment.
pub(crate) enum Due {
    Arrive {
        to: u16,
        from: u16,
        link: u32,
        frame: Arc<[u8]>,
        hash: u64,
    },
    /// A villain's frame that was held back.
    Leave {
        from: u16,
        to: ValidatorIndex,
        frame: Arc<[u8]>,
    },
    Connect(u16, u16),
    Wake(u16, u32),
    Processor(u16, u32),
    Disk(u16, u32),
    Execute(u16, u32),
    Flush(u16, u32),
    Event(u16, u32, Box<Event>),
    Start(u16),
    Client(u16),
    Request(usize, u16),
    Timeout(usize, u32),
    FaultBegins(usize),
    FaultEnds(usize),
}

struct Entry {
    at: u64,
    order: u64,
    due: Due,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Where the run stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// Any faults of the plan.
    Safety,
    /// No faults but villains.
    Heal,
}

/// What all nodes together have sent and synced.
#[derive(Clone, Copy, Default)]
pub(crate) struct Traffic {
    /// Groups of writes that were synced.
    pub(crate) syncs: u64,
    /// Work of all ordering processors, nanoseconds.
    pub(crate) processor_ns: u64,
    /// Work of all pools that check batches, nanoseconds.
    pub(crate) pool_ns: u64,
    /// Frames put on a link, also those that get lost there.
    pub(crate) frames: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
}

/// A network in one thread.
pub(crate) struct World {
    pub(crate) plan: Rc<Plan>,
    pub(crate) founding: Rc<Founding>,
    pub(crate) time: u64,
    order: u64,
    heap: BinaryHeap<Reverse<Entry>>,
    pub(crate) nodes: Vec<Node>,
    /// Nodes behind each place of the network: two for a twin.
    pub(crate) behind: Vec<Vec<usize>>,
    /// The epochs that have begun for some honest node.
    pub(crate) epochs: Epochs,
    pub(crate) links: Links,
    pub(crate) clients: Clients,
    pub(crate) oracles: Oracles,
    pub(crate) coverage: Coverage,
    pub(crate) auditor: Auditor,
    pub(crate) dice: Random,
    pub(crate) villain_dice: Random,
    pub(crate) phase: Phase,
    pub(crate) active: BTreeMap<usize, u64>,
    pub(crate) violation: Option<Violation>,
    pub(crate) events: u64,
    pub(crate) traffic: Traffic,
    /// When the faults were over, and the first new block after that was executed.
    pub(crate) healed_at: Option<u64>,
    pub(crate) first_block_us: Option<u64>,
    pub(crate) probes: Vec<usize>,
    pub(crate) twins: Option<crate::twins::Scenario>,
    /// Moments that figures look at; nothing in the run depends on it.
    pub(crate) watch: Option<Watch>,
    /// Observers that were down since they last executed something.
    pub(crate) was_down: Vec<bool>,
    pub(crate) entered: Vec<(u64, u64)>,
    /// When the first message about a view left, in twins scenarios.
    pub(crate) view_began: BTreeMap<u64, u64>,
    /// Full cut after the highest block that the naive ledger executed.
    pub(crate) cut: Cut,
    /// Changes of the plan that were asked for.
    pub(crate) asked: usize,
}

impl World {
    /// A network in which nothing has happened yet.
    #[must_use]
    pub(crate) fn new(plan: Rc<Plan>, founding: Rc<Founding>) -> World {
        let mut nodes: Vec<Node> = Vec::new();
        for name in 0..plan.validators + plan.observers {
            let node_plan = plan.nodes[usize::from(name)];
            let honest = plan.is_honest(name);
            let index = ValidatorIndex(name);
            nodes.push(Node::new(&founding, name, index, honest, node_plan));
        }
        for it in &plan.villains {
            let place = usize::from(it.node);
            nodes[place].villains = it.ways.iter().filter_map(|way| villain(*way)).collect();
            if it.ways.contains(&Way::Twin) {
                let node_plan = plan.nodes[place];
                nodes.push(Node::new(
                    &founding,
                    it.node,
                    ValidatorIndex(it.node),
                    false,
                    node_plan,
                ));
            }
        }
        let mut behind = vec![Vec::new(); usize::from(plan.validators + plan.observers)];
        for (place, node) in nodes.iter().enumerate() {
            behind[node.index.usize()].push(place);
        }
        let size = nodes.len();
        let region = |node: &Node| plan.regions.get(usize::from(node.name)).copied();
        let regions: Option<Vec<u8>> = nodes.iter().map(region).collect();
        let mut world = World {
            time: 0,
            order: 0,
            heap: BinaryHeap::new(),
            behind,
            epochs: Epochs::founded(founding.set.clone()),
            links: Links::new(size, plan.links, regions.as_deref(), plan.dice(1)),
            clients: Clients::new(plan.clients.clone(), plan.dice(2)),
            oracles: Oracles::new(
                &founding.set,
                &founding.genesis,
                size,
                law_of(&plan),
                plan.family().map(|it| Products::new(it, plan.seed)),
            ),
            coverage: Coverage::default(),
            auditor: Auditor::default(),
            dice: plan.dice(3),
            villain_dice: plan.dice(4),
            phase: Phase::Safety,
            active: BTreeMap::new(),
            violation: None,
            events: 0,
            traffic: Traffic::default(),
            healed_at: None,
            first_block_us: None,
            probes: Vec::new(),
            twins: plan.twins.clone(),
            watch: None,
            was_down: vec![false; size],
            entered: vec![(0, 0); size],
            view_began: BTreeMap::new(),
            cut: first_cut(&founding.set),
            asked: 0,
            nodes,
            plan,
            founding,
        };
        world.refresh_faults();
        world
    }

    /// Starts every node, the clients and the faults.
    pub(crate) fn start(&mut self) {
        for node in 0..self.nodes.len() {
            self.boot(node);
        }
        for client in 0..self.clients.plans.len() {
            let first = self.dice.below(self.clients.plans[client].interval_us);
            self.schedule(first, Due::Client(small(client)));
        }
        let plan = Rc::clone(&self.plan);
        for (place, fault) in plan.faults.iter().enumerate() {
            self.schedule(fault.at_us, Due::FaultBegins(place));
        }
    }

    pub(crate) fn schedule(&mut self, after: u64, due: Due) {
        self.schedule_at(self.time.saturating_add(after), due);
    }

    pub(crate) fn schedule_at(&mut self, at: u64, due: Due) {
        self.order += 1;
        let order = self.order;
        self.heap.push(Reverse(Entry { at, order, due }));
    }

    pub(crate) fn violate(&mut self, oracle: &'static str, verdict: Result<(), String>) {
        if let Err(what) = verdict
            && self.violation.is_none()
        {
            let at_us = self.time;
            self.violation = Some(Violation {
                oracle,
                what,
                at_us,
            });
        }
    }

    /// Runs to a moment, or to a violation.
    pub(crate) fn run_until(&mut self, until: u64) {
        while self.violation.is_none() {
            match self.heap.peek() {
                Some(Reverse(entry)) if entry.at <= until => {}
                Some(_) | None => break,
            }
            let Some(Reverse(entry)) = self.heap.pop() else {
                break;
            };
            self.time = entry.at;
            self.handle(entry.due);
        }
        if self.violation.is_none() {
            self.time = until;
        }
    }

    fn handle(&mut self, due: Due) {
        match due {
            Due::Arrive {
                to,
                from,
                link,
                frame,
                hash,
            } => {
                let (to, from) = (usize::from(to), usize::from(from));
                let open = self.links.get(from, to);
                if open.connected && open.generation == link && self.nodes[to].is_up() {
                    self.give(to, Job::Frame { from, frame, hash });
                }
            }
            Due::Leave { from, to, frame } => self.leave(usize::from(from), to, &frame),
            Due::Connect(a, b) => self.connect(usize::from(a), usize::from(b)),
            Due::Wake(node, generation) if self.lives(node, generation) => {
                self.wake(usize::from(node))
            }
            Due::Processor(node, generation) if self.lives(node, generation) => {
                self.next_job(usize::from(node));
            }
            Due::Disk(node, generation) if self.lives(node, generation) => {
                self.disk_done(usize::from(node));
            }
            Due::Execute(node, generation) if self.lives(node, generation) => {
                self.execute(usize::from(node));
            }
            Due::Flush(node, generation) if self.lives(node, generation) => {
                self.flush(usize::from(node));
            }
            Due::Event(node, generation, event) if self.lives(node, generation) => {
                self.give(usize::from(node), Job::Event(event));
            }
            Due::Start(node) => self.boot(usize::from(node)),
            Due::Client(client) => self.client_due(usize::from(client)),
            Due::Request(request, node) => self.request_arrives(request, usize::from(node)),
            Due::Timeout(request, attempt) => self.client_timeout(request, attempt),
            Due::FaultBegins(fault) => self.fault_begins(fault),
            Due::FaultEnds(fault) => self.fault_ends(fault),
            // Meant for an earlier life of the node.
            Due::Wake(..)
            | Due::Processor(..)
            | Due::Disk(..)
            | Due::Execute(..)
            | Due::Flush(..)
            | Due::Event(..) => {}
        }
    }

    fn lives(&self, node: u16, generation: u32) -> bool {
        let node = &self.nodes[usize::from(node)];
        node.is_up() && node.generation == generation
    }

    /// Gives a node something to do: at once when its processor is free, else in its turn.
    pub(crate) fn give(&mut self, node: usize, job: Job) {
        let it = &mut self.nodes[node];
        let free_at = it.busy_until.max(it.paused_until);
        if it.inbox.is_empty() && free_at <= self.time {
            return self.work(node, job);
        }
        if it.inbox.len() >= INBOX_MAX
            && let Job::Frame { .. } = job
        {
            self.coverage.reach(crate::coverage::Mark::QueueFull);
            return;
        }
        it.inbox.push_back(job);
        if it.inbox.len() == 1 {
            let generation = it.generation;
            self.schedule_at(
                free_at.max(self.time),
                Due::Processor(small(node), generation),
            );
        }
    }

    fn next_job(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let generation = it.generation;
        let free_at = it.busy_until.max(it.paused_until);
        if free_at > self.time {
            return self.schedule_at(free_at, Due::Processor(small(node), generation));
        }
        let Some(job) = it.inbox.pop_front() else {
            return;
        };
        self.work(node, job);
        let it = &self.nodes[node];
        if !it.inbox.is_empty() && it.generation == generation {
            let at = it.busy_until.max(self.time);
            self.schedule_at(at, Due::Processor(small(node), generation));
        }
    }

    pub(crate) fn wake(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        it.wake_at = u64::MAX;
        if it.paused_until > self.time {
            let (at, generation) = (it.paused_until, it.generation);
            it.wake_at = at;
            return self.schedule_at(at, Due::Wake(small(node), generation));
        }
        let tick = it.now(self.time).tick;
        let due = it
            .running
            .as_ref()
            .and_then(|running| running.replica.next_wakeup());
        match due {
            Some(due) if due <= tick => self.give(node, Job::Event(Box::new(Event::Tick))),
            Some(due) => self.wake_for(node, due),
            None => {}
        }
    }

    /// Schedules the next wake-up of a node, unless an earlier one is scheduled.
    pub(crate) fn wake_for(&mut self, node: usize, due: Tick) {
        let it = &mut self.nodes[node];
        let at = it.time_of(due).max(self.time + 1);
        if at < it.wake_at {
            it.wake_at = at;
            let generation = it.generation;
            self.schedule_at(at, Due::Wake(small(node), generation));
        }
    }

    /// The first violation, if there was one.
    #[must_use]
    pub(crate) fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// Time of the run, microseconds.
    #[must_use]
    pub(crate) fn time(&self) -> u64 {
        self.time
    }
}

/// The cut with which an epoch begins.
pub(crate) fn first_cut(set: &ValidatorSet) -> Cut {
    let lanes = set.indexes();
    lanes
        .map(|lane| (Seq(0), BatchHeader::lane_genesis(set, lane)))
        .collect()
}

/// What this plan's blocks must keep to.
fn law_of(plan: &Plan) -> Law {
    let orders = plan.sets().unwrap_or_default().into_iter().flatten();
    let honest = orders.filter(|node| plan.is_honest(*node));
    let skews = honest.map(|node| plan.nodes[usize::from(node)].skew_ms);
    let skew_ms = u64::try_from(skews.max().unwrap_or(0)).unwrap_or(0);
    let loses = plan.faults.iter().any(|fault| fault.forgets().is_some());
    Law {
        ahead_ms: skew_ms + u64::from(plan.parameters.drift_ms),
        execution_lag_max: u64::from(plan.parameters.execution_lag_max),
        holds: !loses,
    }
}

/// Jobs that may wait for a processor; a frame beyond them is dropped, as a full queue does.
const INBOX_MAX: usize = 8_192;

/// Places of nodes and clients are small.
pub(crate) fn small(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}
