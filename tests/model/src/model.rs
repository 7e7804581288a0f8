//! The walk: three honest nodes by number, and what can reach each of them next.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use stateright::{Model, Property};
use sycee_consensus::View;

use crate::{
    fault::Fault,
    node::{Event, Habits, Node},
    property::{self, Summary},
    world::{World, members, wall},
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
    /// Whether single votes are delivered beside certificates.
    pub votes: bool,
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
            votes: false,
            habits: Habits {
                late_sync: false,
                fault: Fault::None,
                recollects: false,
            },
            heal_every: 0,
            states_max: 0,
            seconds_max: 0,
        }
    }
}

/// A state of the network: one state number for each honest node.
#[derive(Clone, Copy, Debug)]
pub struct State {
    nodes: [u32; 3],
    /// What two states have in common when they are the same but for an exchange of equal nodes.
    names: [u64; 3],
}

impl PartialEq for State {
    fn eq(&self, other: &State) -> bool {
        self.names == other.names
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, into: &mut H) {
        self.names.hash(into);
    }
}

/// Something reaches one of the three.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Action {
    /// Which of the three.
    pub place: u8,
    /// What.
    pub event: Event,
}

/// A node's state that was reached before.
pub(crate) struct Known {
    pub(crate) node: Node,
    pub(crate) summary: Summary,
    name: u64,
}

pub(crate) struct Tables {
    pub(crate) world: World,
    pub(crate) known: Vec<Known>,
    numbers: HashMap<(u8, u64), u32>,
    steps: HashMap<(u32, Event), u32>,
}

impl Tables {
    fn number(&mut self, place: u8, node: Node, habits: Habits) -> u32 {
        let name = node.fingerprint(&self.world);
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry((place, name)).or_insert(next);
        if number == next {
            let summary = Summary::of(&node, &self.world, habits);
            self.known.push(Known {
                node,
                summary,
                name,
            });
        }
        number
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
        let mut world = World::new(scope.views, scope.liar_leads);
        let honest = world.honest;
        let nodes = honest.map(|me| Node::new(&mut world, me, scope.habits));
        let leads = |me| (1..=scope.views).any(|view| world.set.leader(View(view)) == me);
        let equal = honest
            .map(|me| !leads(me) && !scope.votes && scope.habits.fault != Fault::OrdersByItself);
        let mut tables = Tables {
            world,
            known: Vec::new(),
            numbers: HashMap::new(),
            steps: HashMap::new(),
        };
        let mut place = 0;
        let start = nodes.map(|node| {
            place += 1;
            tables.number(place - 1, node, scope.habits)
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
        let mixed = state.names.iter().fold(0u64, |mix, name| {
            (mix.rotate_left(21) ^ name).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        });
        self.scope.heal_every > 0 && (mixed >> 20).is_multiple_of(self.scope.heal_every)
    }

    /// One action in words.
    #[must_use]
    pub fn describe(&self, action: &Action) -> String {
        let tables = self.tables();
        let world = &tables.world;
        let who = world.honest[usize::from(action.place)].0;
        let say = |bit| {
            let (kind, view, _) = world.body(bit);
            let block =
                World::block_of(bit).map_or(String::new(), |block| format!(", block {block}"));
            format!("{kind:?}(view {}{block})", view.0)
        };
        let what = match action.event {
            Event::Sync => "its disk has synced what was queued".to_owned(),
            Event::Crash => "crashes, and starts again from its disk".to_owned(),
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
        };
        format!("node {who} {what}")
    }

    fn events(&self, tables: &mut Tables, nodes: [u32; 3], place: usize, events: &mut Vec<Event>) {
        let known = &tables.known[index(nodes[place])];
        let (me, view) = (known.summary.voted, known.summary.view);
        if known.node.has_queued() {
            events.push(Event::Sync);
        }
        let crashes = |node: &u32| tables.known[index(*node)].node.crashes;
        if nodes.iter().map(crashes).sum::<u8>() < self.scope.crashes {
            events.push(Event::Crash);
        }
        let voted = nodes.map(|node| tables.known[index(node)].summary.voted);
        let left = nodes.iter().fold(0, |all, node| {
            all | tables.known[index(*node)].summary.proposed
        });
        let formable = property::formable(voted);
        let [a, b] = [(place + 1) % 3, (place + 2) % 3].map(|other| voted[other]);
        for bit in members(formable) {
            let own = a & b & (1 << bit) == 0;
            debug_assert!(!own || me & (1 << bit) != 0, "two of three");
            events.push(Event::Certificate { bit, own });
        }
        if self.scope.habits.fault == Fault::BelievesForgeries {
            for forged in 1..=self.scope.views {
                let bits = tables.world.nullify_bit(forged) & !formable;
                events.extend(members(bits).map(|bit| Event::Certificate { bit, own: false }));
            }
        }
        let blocks = left | self.liars_blocks(&mut tables.world, formable);
        for block in members(u128::from(blocks)) {
            // A block of a later view waits in its slot: the same as coming later.
            if tables.world.blocks[usize::from(block)].view <= view {
                events.push(Event::Block(block));
            }
        }
        if self.scope.votes {
            self.votes(&tables.world, voted, place, events);
        }
        if view <= self.scope.views {
            events.push(Event::Timeout);
        }
    }

    /// Blocks the liar can propose so that somebody may vote for them: two on each parent.
    fn liars_blocks(&self, world: &mut World, formable: u128) -> u64 {
        let mut blocks = 0u64;
        for view in 1..=self.scope.views {
            if world.set.leader(View(view)) != world.liar {
                continue;
            }
            let notarized = (1..view).fold(0, |all, below| all | world.notarize_bits(below));
            for parent in members(1 | formable & notarized) {
                for value in [0, 1] {
                    let block = world.liars_block(parent, view, value, wall(view));
                    blocks |= block.map_or(0, |block| 1 << block);
                }
            }
        }
        blocks
    }

    fn votes(&self, world: &World, voted: [u128; 3], place: usize, events: &mut Vec<Event>) {
        let honest = world.honest.iter().zip(voted).enumerate();
        for (_, (signer, bits)) in honest.filter(|(other, _)| *other != place) {
            events.extend(members(bits).map(|bit| Event::Vote {
                signer: signer.0,
                bit,
            }));
        }
        let lies = (1..=self.scope.views).fold(0, |all, view| {
            all | world.notarize_bits(view) | world.finalize_bits(view) | world.nullify_bit(view)
        });
        let signer = world.liar.0;
        events.extend(members(lies).map(|bit| Event::Vote { signer, bit }));
    }
}

fn index(number: u32) -> usize {
    number as usize
}

impl Model for Network {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![self.state(&self.tables(), self.start)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let mut tables = self.tables();
        let mut events = Vec::new();
        for place in 0..3u8 {
            self.events(&mut tables, state.nodes, usize::from(place), &mut events);
            actions.extend(events.drain(..).map(|event| Action { place, event }));
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut tables = self.tables();
        let place = usize::from(action.place);
        let before = state.nodes[place];
        let after = match tables.steps.get(&(before, action.event)) {
            Some(after) => *after,
            None => {
                let tables = &mut *tables;
                let node = &tables.known[index(before)].node;
                let next = node.after(&mut tables.world, self.scope.habits, action.event);
                let after = tables.number(action.place, next, self.scope.habits);
                tables.steps.insert((before, action.event), after);
                after
            }
        };
        if after == before {
            return None;
        }
        let mut nodes = state.nodes;
        nodes[place] = after;
        Some(self.state(&tables, nodes))
    }

    fn properties(&self) -> Vec<Property<Network>> {
        property::all()
    }
}
