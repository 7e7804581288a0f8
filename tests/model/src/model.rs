//! The walk: three honest nodes by number, and what can reach each of them next.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hasher,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use stateright::{Model, Property};
use sycee_consensus::{RejoinAnswer, ValidatorIndex, View, VoteKind};
use sycee_primitives::Hash;

use crate::{
    fault::Fault,
    node::{Event, Exchange, Habits, Node, liars_answer},
    property::{self, Executed, Summary},
    turns::{Memory, Turns},
    world::{World, members},
};

/// What is walked through.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// Views 1 to this one.
    pub views: u64,
    /// The liar leads this view, of 1 to 4.
    pub liar_leads: u64,
    /// Crashes in one behaviour, at most.
    pub crashes: u8,
    /// Disks lost in one behaviour, at most one: a liar and two of these are too many for anybody to rejoin.
    pub losses: u8,
    /// The network goes into another epoch: the walk begins where its first block is final and names the next validators, goes through
    /// view 2 to `views`, and through the first view of the second epoch.
    pub hands_over: bool,
    /// The liar's second batch begins another life of its lane instead of forking it. [L10]
    pub lives: bool,
    /// Whether single votes are delivered beside certificates.
    pub votes: bool,
    /// Every state is walked through, and not only those in which somebody has just let something out.
    pub whole: bool,
    /// Nodes' habits and what is broken.
    pub habits: Habits,
    /// One state of so many is healed to see that the chain goes on (G2); 0 for none.
    pub heal_every: u64,
    /// Visited states after which the walk ends; 0 for all.
    pub states_max: u64,
    /// Seconds after which the walk ends; 0 for never.
    pub seconds_max: u64,
}

impl Default for Scope {
    fn default() -> Scope {
        Scope {
            views: 2,
            liar_leads: 1,
            crashes: 0,
            losses: 0,
            hands_over: false,
            lives: false,
            votes: false,
            whole: false,
            habits: Habits {
                late_sync: false,
                fault: Fault::None,
                skewed: false,
                recollects: false,
            },
            heal_every: 0,
            states_max: 0,
            seconds_max: 0,
        }
    }
}

/// A state of the network: one state number for each honest node.
#[derive(Clone, Copy, Eq, Debug)]
pub struct State {
    pub(crate) nodes: [u32; 3],
    /// What two states have in common when they are the same but for an exchange of equal nodes.
    names: [u64; 3],
}

impl PartialEq for State {
    fn eq(&self, other: &State) -> bool {
        self.names == other.names
    }
}

impl State {
    /// A number that looks drawn by chance, the same for the same state.
    pub(crate) fn drawn(&self) -> usize {
        let mixed = self.names.iter().fold(0u64, |mix, name| {
            (mix.rotate_left(21) ^ name).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        });
        usize::try_from(mixed).unwrap_or(usize::MAX)
    }
}

impl std::hash::Hash for State {
    fn hash<H: Hasher>(&self, into: &mut H) {
        self.names.hash(into);
    }
}

/// A turn of one of the three.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Action {
    /// Which of the three.
    pub place: u8,
    /// Number of its state before.
    pub from: u32,
    /// Number of its state after.
    pub to: u32,
}

/// A node's state that was reached before.
pub(crate) struct Known {
    /// Kept while it is new; made again out of an earlier one when it is needed later.
    node: Option<Box<Node>>,
    made_by: Option<(u32, Event)>,
    pub(crate) summary: Summary,
    pub(crate) place: u8,
    name: u64,
}

/// Whole nodes that are kept; the others are made again.
const NODES_KEPT_MAX: usize = 10_000;

/// Of these, the first ones, for good.
const FIRST_KEPT: usize = 2_000;

pub(crate) struct Tables {
    pub(crate) world: World,
    pub(crate) known: Vec<Known>,
    pub(crate) turns: Memory,
    /// What nodes have executed.
    lines: Vec<Vec<Executed>>,
    line_numbers: HashMap<Vec<Executed>, u32>,
    /// Answers to whoever asks from quarantine.
    pub(crate) answers: Vec<(ValidatorIndex, RejoinAnswer)>,
    questions: BTreeMap<u16, Hash>,
    numbers: HashMap<(u8, u64), u32>,
    steps: HashMap<(u32, Event), u32>,
}

impl Tables {
    fn number(
        &mut self,
        place: u8,
        node: Node,
        scope: &Scope,
        made_by: Option<(u32, Event)>,
    ) -> u32 {
        let name = node.fingerprint(&self.world);
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry((place, name)).or_insert(next);
        if number == next {
            let out = (self.line_of(&node), self.answers_of(&node));
            let summary = Summary::of(&node, &self.world, scope.habits, out);
            self.known.push(Known {
                node: Some(Box::new(node)),
                made_by,
                summary,
                place,
                name,
            });
            // The first ones stay: the others are made out of them.
            let old = self.known.len().checked_sub(NODES_KEPT_MAX);
            if let Some(known) = old.and_then(|old| self.known.get_mut(old + FIRST_KEPT)) {
                known.node = None;
            }
        }
        number
    }

    fn line_of(&mut self, node: &Node) -> u32 {
        if let Some(number) = self.line_numbers.get(&node.executed) {
            return *number;
        }
        let number = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        self.lines.push(node.executed.clone());
        self.line_numbers.insert(node.executed.clone(), number);
        number
    }

    /// What a node has executed.
    pub(crate) fn executed(&self, number: u32) -> &Vec<Executed> {
        &self.lines[index(self.known[index(number)].summary.line)]
    }

    fn answers_of(&mut self, node: &Node) -> u64 {
        if let Some(challenge) = node.question
            && self.questions.insert(node.me().0, challenge).is_none()
        {
            let answer = liars_answer(&self.world, node.me(), challenge);
            self.answers
                .extend(answer.map(|answer| (node.me(), answer)));
        }
        let mut all = 0;
        for (to, answer) in &node.answers {
            let same = |(other, given): &(ValidatorIndex, RejoinAnswer)| {
                other == to && given.signer == answer.signer && given.view == answer.view
            };
            let number = self.answers.iter().position(same).unwrap_or_else(|| {
                self.answers.push((*to, answer.clone()));
                self.answers.len() - 1
            });
            all |= 1 << number;
        }
        all
    }

    /// A node in the state of this number.
    pub(crate) fn node(&mut self, scope: &Scope, number: u32) -> Node {
        let (mut at, mut events) = (number, Vec::new());
        while self.known[index(at)].node.is_none() {
            let Some((before, event)) = self.known[index(at)].made_by else {
                break;
            };
            events.push(event);
            at = before;
        }
        let known = self.known[index(at)].node.as_ref();
        let mut node = known.map(|node| Node::clone(node)).unwrap_or_else(|| {
            unreachable!("the first nodes are kept, and every other one is made out of them")
        });
        while let Some(event) = events.pop() {
            node = self.after(scope, &node, event);
        }
        node
    }

    fn after(&mut self, scope: &Scope, node: &Node, event: Event) -> Node {
        let exchange = match event {
            Event::Ask(from) => match self.questions.get(&from) {
                Some(challenge) => Exchange::Asks(ValidatorIndex(from), *challenge),
                None => Exchange::Nothing,
            },
            Event::Answer(number) => match self.answers.get(usize::from(number)) {
                Some((_, answer)) => Exchange::Answers(Box::new(answer.clone())),
                None => Exchange::Nothing,
            },
            _ => Exchange::Nothing,
        };
        node.after(&mut self.world, scope.habits, event, exchange)
    }

    /// What becomes of a node that something reaches, stepped once and remembered.
    pub(crate) fn step(&mut self, scope: &Scope, before: u32, event: Event) -> u32 {
        if let Some(after) = self.steps.get(&(before, event)) {
            return *after;
        }
        let place = self.known[index(before)].place;
        let node = self.node(scope, before);
        let next = self.after(scope, &node, event);
        let after = self.number(place, next, scope, Some((before, event)));
        self.steps.insert((before, event), after);
        after
    }

    /// What each of the three can do next.
    pub(crate) fn all_turns(&mut self, scope: &Scope, nodes: [u32; 3]) -> [Arc<Turns>; 3] {
        [0, 1, 2].map(|place| {
            let sight = self.sight(scope, nodes, place);
            self.turns(scope, nodes[place], sight)
        })
    }
}

/// The model of one scope.
pub struct Network {
    pub(crate) scope: Scope,
    tables: Mutex<Tables>,
    start: [u32; 3],
    /// Places whose nodes lead no walked view, and so can be exchanged.
    equal: [bool; 3],
    visited: AtomicU64,
    started: Instant,
}

impl Network {
    /// The founded network, connected, nothing said yet but the first leader's proposal.
    #[must_use]
    pub fn new(scope: Scope) -> Network {
        let mut world = if scope.hands_over {
            World::handing_over(scope.views, scope.liar_leads)
        } else {
            World::new(scope.views, scope.liar_leads)
        };
        world.has_lives = scope.lives;
        world.ahead_ms = u64::from(scope.habits.skewed) * world.parameters.drift_ms * 5 / 4;
        let honest = world.honest;
        let mut nodes = honest.map(|me| Node::new(&mut world, me, scope.habits));
        if scope.hands_over {
            nodes = first_block_final(&mut world, &scope, nodes);
        }
        let tells_apart = scope.votes
            || scope.habits.skewed
            || scope.losses > 0
            || scope.habits.fault == Fault::OrdersByItself;
        let equal = honest.map(|me| !world.leads(me) && !tells_apart);
        let mut tables = Tables {
            world,
            known: Vec::new(),
            turns: Memory::default(),
            lines: Vec::new(),
            line_numbers: HashMap::new(),
            answers: Vec::new(),
            questions: BTreeMap::new(),
            numbers: HashMap::new(),
            steps: HashMap::new(),
        };
        let mut place = 0;
        let start = nodes.map(|node| {
            place += 1;
            tables.number(place - 1, node, &scope, None)
        });
        Network {
            scope,
            tables: Mutex::new(tables),
            start,
            equal,
            visited: AtomicU64::new(0),
            started: Instant::now(),
        }
    }

    pub(crate) fn tables(&self) -> MutexGuard<'_, Tables> {
        // A panic in a step is a finding, and ends the run; what was numbered before it stays right.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self, tables: &Tables, nodes: [u32; 3]) -> State {
        let mut names = nodes.map(|node| tables.known[index(node)].name);
        let mut exchangeable: Vec<u64> = (0..3)
            .filter(|i| self.equal[*i])
            .map(|i| names[i])
            .collect();
        exchangeable.sort_unstable();
        let mut sorted = exchangeable.into_iter();
        for (name, _) in names.iter_mut().zip(self.equal).filter(|(_, equal)| *equal) {
            *name = sorted.next().unwrap_or_default();
        }
        State { nodes, names }
    }

    /// Distinct states of single nodes so far, and steps of cores that were made for them.
    #[must_use]
    pub fn cores_seen(&self) -> (usize, usize) {
        let tables = self.tables();
        (tables.known.len(), tables.steps.len())
    }

    pub(crate) fn of<'a>(tables: &'a Tables, state: &State) -> [&'a Known; 3] {
        state.nodes.map(|node| &tables.known[index(node)])
    }

    /// What the three have let out in a state, by name, in an order that does not tell exchangeable nodes apart.
    #[must_use]
    pub fn let_out(&self, state: &State) -> [Vec<(VoteKind, View, Hash)>; 3] {
        let tables = self.tables();
        let world = &tables.world;
        let mut out = Network::of(&tables, state).map(|known| {
            let votes = members(known.summary.voted).map(|bit| world.body(bit));
            let blocks = members(u128::from(known.summary.proposed)).map(|block| world.body(block));
            let mut all: Vec<_> = votes.chain(blocks).collect();
            all.sort_unstable();
            all
        });
        let places = (0..3).filter(|place| self.equal[*place]);
        let places: Vec<usize> = places.collect();
        let mut exchangeable: Vec<_> = places
            .iter()
            .map(|place| std::mem::take(&mut out[*place]))
            .collect();
        exchangeable.sort_unstable();
        for (place, said) in places.into_iter().zip(exchangeable) {
            out[place] = said;
        }
        out
    }

    /// States in which the properties were judged.
    #[must_use]
    pub fn visited(&self) -> u64 {
        self.visited.load(Ordering::Relaxed)
    }

    /// Counts a visited state; tells whether the walk has seen as many as it was asked for.
    pub(crate) fn is_enough(&self) -> bool {
        let visited = self.visited.fetch_add(1, Ordering::Relaxed) + 1;
        let late = self.scope.seconds_max > 0
            && visited.is_multiple_of(1024)
            && self.started.elapsed() >= Duration::from_secs(self.scope.seconds_max);
        late || (self.scope.states_max > 0 && visited >= self.scope.states_max)
    }

    pub(crate) fn is_healed_here(&self, state: &State) -> bool {
        // Healing knows one epoch, and a silent liar beside a lost disk is more than anybody can rejoin with.
        if self.scope.hands_over || self.scope.losses > 0 {
            return false;
        }
        let every = usize::try_from(self.scope.heal_every).unwrap_or(usize::MAX);
        every > 0 && (state.drawn() >> 30).is_multiple_of(every)
    }

    /// One action in words.
    #[must_use]
    pub fn describe(&self, action: &Action) -> String {
        let tables = self.tables();
        let world = &tables.world;
        let who = world.honest[usize::from(action.place)].0;
        let way = tables.turns.way(action.from, action.to).iter();
        let steps: Vec<String> = way.map(|event| describe(world, event)).collect();
        format!("node {who} {}", steps.join(", then "))
    }
}

/// The first block is final at all three, executed, and every node knows that it is: the next one may end the epoch. [T1][X5]
fn first_block_final(world: &mut World, scope: &Scope, nodes: [Node; 3]) -> [Node; 3] {
    let first = 1u8;
    let votes = [VoteKind::Notarize, VoteKind::Finalize].map(|kind| {
        let block = &world.blocks[usize::from(first)].signed.block;
        let digest = block.digest(&world.set);
        world.bit(kind, block.view, &digest)
    });
    let certificates = votes.into_iter().flatten();
    let certificates = certificates.map(|bit| Event::Certificate { bit, own: true });
    let events: Vec<Event> = std::iter::once(Event::Block(first))
        .chain(certificates)
        .collect();
    let step = |node: Node, event: &Event, world: &mut World| {
        node.after(world, scope.habits, *event, Exchange::Nothing)
    };
    nodes.map(|node| {
        let node = events
            .iter()
            .fold(node, |node, event| step(node, event, world));
        node.hearing_of_execution(world, scope.habits)
    })
}

fn describe(world: &World, event: &Event) -> String {
    let say = |bit| {
        let (kind, view, _) = world.body(bit);
        let block = World::block_of(bit).map_or(String::new(), |block| format!(", block {block}"));
        format!("{kind:?}(view {}{block})", view.0)
    };
    match *event {
        Event::Sync => "its disk has synced what was queued".to_owned(),
        Event::Crash => "crashes, and starts again from its disk".to_owned(),
        Event::Lose => "loses its disk, and starts again in quarantine".to_owned(),
        Event::Clock => "its clock has caught up with every block's time".to_owned(),
        Event::Ask(from) => format!("is asked by {from} from quarantine"),
        Event::Answer(number) => format!("gets answer {number} to its question"),
        Event::Timeout => "its timers run out".to_owned(),
        Event::Certificate { bit, .. } => format!("learns the certificate {}", say(bit)),
        Event::Block(block) => {
            let known = &world.blocks[usize::from(block)].signed.block;
            format!(
                "gets block {block} (view {}, parent of view {})",
                known.view.0, known.parent_view.0
            )
        }
        Event::Vote { signer, bit } => format!("gets the vote {} of {signer}", say(bit)),
    }
}

pub(crate) fn index(number: u32) -> usize {
    number as usize
}

impl Model for Network {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![self.state(&self.tables(), self.start)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let turns = self.tables().all_turns(&self.scope, state.nodes);
        for (place, (turns, from)) in (0..).zip(turns.iter().zip(state.nodes)) {
            let next = turns.next.iter();
            actions.extend(next.map(|to| Action {
                place,
                from,
                to: *to,
            }));
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut nodes = state.nodes;
        nodes[usize::from(action.place)] = action.to;
        Some(self.state(&self.tables(), nodes))
    }

    fn properties(&self) -> Vec<Property<Network>> {
        property::all()
    }
}
