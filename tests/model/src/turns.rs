//! What one node can do next that somebody may notice: why far fewer states have to be looked at than there are.
//!
//! ```text
//!   state of a node --quiet--> ... --quiet--> state --LOUD--> state        a turn: any number of quiet steps, then one loud one
//!                    learns, waits, executes         votes, proposes, answers, crashes, loses its disk
//! ```
//! A step is *loud* when it adds to what left the node, and *quiet* otherwise. What can reach a node depends on what the others have let
//! out, and that only grows: what could be delivered can be delivered later too. So in every behaviour the quiet steps of a node can be
//! put off until right before its next loud one, and left out when none follows: nobody else notices, and the states of the three nodes
//! at loud steps are the same. A walk takes whole turns.
//!
//! Of two turns that end in states of which the second is reached from the first by quiet steps, the second is left out: those steps can
//! be taken later. So a node learns no more than its next loud step needs.
//!
//! Nothing is lost: every state of the network is reached from a walked one by quiet steps alone. What is judged of single nodes is judged
//! at every quiet state too ([`crate::property::Summary`]); S1 to S3, S5, S10 and S11 look at what left; S6 holds at a quiet state if it
//! holds before, since holders only become more; S4 and S8 look at everything that the three can have executed by quiet steps from here
//! ([`Turns::ends`]); G2 heals states that are drawn from the quiet ones ([`Turns::quiet`]). `tests/walk.rs` compares with a walk through
//! every single state.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use crate::{
    fault::Fault,
    model::{Scope, Tables, index},
    node::Event,
    property::Summary,
    world::{World, members, wall},
};

/// Turns that are remembered at once; they are computed anew after that.
const REMEMBERED_MAX: usize = 200_000;

/// What one node's future depends on besides itself: what the others have let out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Sight {
    /// Votes of either of the other two.
    pub(crate) others: [u128; 2],
    /// Blocks that anybody has proposed.
    pub(crate) proposed: u64,
    /// Crashes and losses of a disk that the others leave.
    pub(crate) left: (u8, u8),
    /// Who of the others asks from quarantine.
    pub(crate) asker: Option<u16>,
    /// Answers to the own question, as a set of numbers.
    pub(crate) answers: u64,
}

/// What a node can do next.
#[derive(Debug)]
pub(crate) struct Turns {
    /// States after one loud step, each after as few quiet ones as it takes.
    pub(crate) next: Vec<u32>,
    /// States that quiet steps lead to, this one included.
    pub(crate) quiet: Vec<u32>,
    /// Of the quiet ones, those that have executed more than others, one for each line of blocks.
    pub(crate) ends: Vec<u32>,
}

/// What is remembered of turns.
#[derive(Default)]
pub(crate) struct Memory {
    turns: HashMap<(u32, Sight), Arc<Turns>>,
    quiet: HashMap<(u32, Sight), Arc<[u32]>>,
    /// By which steps a turn goes, for traces.
    ways: HashMap<(u32, u32), Box<[Event]>>,
}

impl Memory {
    /// The steps of a turn.
    pub(crate) fn way(&self, from: u32, to: u32) -> &[Event] {
        self.ways
            .get(&(from, to))
            .map_or(&[], |events| events.as_ref())
    }
}

impl Tables {
    /// What a node sees of the others.
    pub(crate) fn sight(&self, scope: &Scope, nodes: [u32; 3], place: usize) -> Sight {
        let others =
            [(place + 1) % 3, (place + 2) % 3].map(|other| &self.known[index(nodes[other])]);
        let sum =
            |count: fn(&Summary) -> u8| others.iter().map(|it| count(&it.summary)).sum::<u8>();
        let (crashes, losses) = (sum(|it| it.crashes), sum(|it| it.losses));
        let given = others.iter().fold(0, |all, it| all | it.summary.answers);
        let me = self.world.honest[place].0;
        let mine = (0..).zip(&self.answers).filter(|(_, (to, _))| to.0 == me);
        let answers = mine.fold(0, |all, (number, (_, answer))| {
            let is_liars = answer.signer == self.world.liar;
            all | u64::from(is_liars) << number | given & 1 << number
        });
        let mut votes = others.map(|other| other.summary.voted);
        if !scope.votes {
            // Who of the two has voted matters only where single votes are delivered.
            let [a, b] = votes;
            votes = [a & b, a | b];
        }
        Sight {
            others: votes,
            proposed: others
                .iter()
                .fold(0, |all, other| all | other.summary.proposed),
            left: (
                scope.crashes.saturating_sub(crashes),
                scope.losses.saturating_sub(losses),
            ),
            asker: others.iter().find_map(|it| it.summary.asks),
            answers,
        }
    }

    /// Everything that can reach a node in this state.
    fn events(&mut self, scope: &Scope, number: u32, sight: &Sight, events: &mut Vec<Event>) {
        let known = &self.known[index(number)].summary;
        let (me, view, epoch) = (known.voted, known.view, known.epoch);
        let blocks = known.proposed | sight.proposed;
        if known.has_queued {
            events.push(Event::Sync);
        }
        if known.crashes < sight.left.0 {
            events.push(Event::Crash);
        }
        if known.losses < sight.left.1 {
            events.push(Event::Lose);
        }
        if scope.habits.skewed && !known.has_caught_up {
            events.push(Event::Clock);
        }
        events.extend(sight.asker.map(Event::Ask));
        events.extend(members(sight.answers.into()).map(Event::Answer));
        let [a, b] = sight.others;
        let (foreign, with_own) = (a & b, me & (a | b));
        let formable = foreign | with_own;
        // A message of another epoch is not for this core. [T6]
        let (second, _) = self.world.second_epoch();
        let mine = if epoch.0 == 0 { !second } else { second };
        let (foreign, with_own) = (foreign & mine, with_own & mine);
        let certificate = |own| move |bit| Event::Certificate { bit, own };
        events.extend(members(foreign).map(certificate(false)));
        events.extend(members(with_own).map(certificate(true)));
        if scope.habits.fault == Fault::BelievesForgeries {
            for forged in 1..=scope.views {
                let bits = self.world.nullify_bit(forged) & !formable;
                events.extend(members(bits).map(certificate(false)));
            }
        }
        let blocks = blocks | liars_blocks(&mut self.world, formable);
        for block in members(u128::from(blocks)) {
            // A block of a later view waits in its slot: the same as coming later.
            let known = &self.world.blocks[usize::from(block)];
            if known.view <= view && known.signed.block.epoch == epoch {
                events.push(Event::Block(block));
            }
        }
        if scope.votes {
            self.votes(scope, number, sight, events);
        }
        if view <= scope.views {
            events.push(Event::Timeout);
        }
    }

    fn votes(&self, scope: &Scope, number: u32, sight: &Sight, events: &mut Vec<Event>) {
        let world = &self.world;
        let place = usize::from(self.known[index(number)].place);
        let others = [1, 2].map(|step| world.honest[(place + step) % 3]);
        for (signer, bits) in others.iter().zip(sight.others) {
            events.extend(members(bits).map(|bit| Event::Vote {
                signer: signer.0,
                bit,
            }));
        }
        let lies = (1..=scope.views).fold(0, |all, view| {
            all | world.notarize_bits(view) | world.finalize_bits(view) | world.nullify_bit(view)
        });
        let signer = world.liar.0;
        events.extend(members(lies).map(|bit| Event::Vote { signer, bit }));
    }

    fn is_loud(&self, from: u32, to: u32) -> bool {
        let loud = |number| {
            let known = &self.known[index(number)].summary;
            let said = (known.voted, known.proposed, known.answers, known.asks);
            (said, known.crashes, known.losses)
        };
        loud(from) != loud(to)
    }

    /// All quiet states and the loud steps out of them, nearest first.
    fn spread(
        &mut self,
        scope: &Scope,
        start: u32,
        sight: &Sight,
    ) -> (Vec<u32>, Vec<(u32, Vec<Event>)>) {
        let (mut seen, mut found) = (HashSet::from([start]), HashSet::new());
        let (mut quiet, mut loud) = (Vec::new(), Vec::new());
        let mut waiting = VecDeque::from([(start, Vec::new())]);
        let mut events = Vec::new();
        while let Some((at, way)) = waiting.pop_front() {
            quiet.push(at);
            self.events(scope, at, sight, &mut events);
            for event in events.drain(..) {
                let to = self.step(scope, at, event);
                let is_loud = self.is_loud(at, to);
                let is_new = if is_loud {
                    found.insert(to)
                } else {
                    seen.insert(to)
                };
                if is_new {
                    let mut way: Vec<Event> = way.clone();
                    way.push(event);
                    if is_loud {
                        loud.push((to, way));
                    } else {
                        waiting.push_back((to, way));
                    }
                }
            }
        }
        (quiet, loud)
    }

    /// States that quiet steps lead to.
    fn quiet(&mut self, scope: &Scope, start: u32, sight: &Sight) -> Arc<[u32]> {
        if let Some(known) = self.turns.quiet.get(&(start, *sight)) {
            return Arc::clone(known);
        }
        let quiet: Arc<[u32]> = self.spread(scope, start, sight).0.into();
        if self.turns.quiet.len() >= REMEMBERED_MAX {
            self.turns.quiet.clear();
        }
        self.turns.quiet.insert((start, *sight), Arc::clone(&quiet));
        quiet
    }

    /// What a node can do next.
    pub(crate) fn turns(&mut self, scope: &Scope, start: u32, sight: Sight) -> Arc<Turns> {
        if let Some(known) = self.turns.turns.get(&(start, sight)) {
            return Arc::clone(known);
        }
        let turns = if scope.whole {
            self.single_steps(scope, start, &sight)
        } else {
            self.whole_turns(scope, start, &sight)
        };
        let turns = Arc::new(turns);
        if self.turns.turns.len() >= REMEMBERED_MAX {
            self.turns.turns.clear();
        }
        self.turns.turns.insert((start, sight), Arc::clone(&turns));
        turns
    }

    fn whole_turns(&mut self, scope: &Scope, start: u32, sight: &Sight) -> Turns {
        let (quiet, loud) = self.spread(scope, start, sight);
        let mut later: HashSet<u32> = HashSet::new();
        let mut next = Vec::new();
        for (to, way) in loud {
            if later.contains(&to) {
                continue;
            }
            later.extend(self.quiet(scope, to, sight).iter());
            self.turns.ways.insert((start, to), way.into());
            next.push(to);
        }
        let ends = self.ends(&quiet);
        Turns { next, quiet, ends }
    }

    /// Every step by itself, for a walk that leaves nothing out.
    fn single_steps(&mut self, scope: &Scope, start: u32, sight: &Sight) -> Turns {
        let mut events = Vec::new();
        self.events(scope, start, sight, &mut events);
        let mut next = Vec::new();
        for event in events {
            let to = self.step(scope, start, event);
            if to != start && !next.contains(&to) {
                self.turns.ways.insert((start, to), [event].into());
                next.push(to);
            }
        }
        let (quiet, ends) = (vec![start], vec![start]);
        Turns { next, quiet, ends }
    }

    /// Those whose executed blocks are no beginning of another's.
    fn ends(&self, quiet: &[u32]) -> Vec<u32> {
        let executed = |number: u32| self.executed(number);
        let mut ends: Vec<u32> = Vec::new();
        for number in quiet {
            let own = executed(*number);
            if ends.iter().any(|end| executed(*end).starts_with(own)) {
                continue;
            }
            ends.retain(|end| !own.starts_with(executed(*end)));
            ends.push(*number);
        }
        ends
    }
}

/// Blocks the liar can propose so that somebody may vote for them: two on each parent, and one with a poisoned batch.
fn liars_blocks(world: &mut World, formable: u128) -> u64 {
    let mut blocks = 0u64;
    for place in 1..=world.views {
        if world.leader(place) != world.liar {
            continue;
        }
        let notarized = (1..place).fold(0, |all, below| all | world.notarize_bits(below));
        for parent in members(1 | formable & notarized | world.roots()) {
            for value in 0..world.values {
                let block = world.liars_block(parent, place, value, wall(place));
                blocks |= block.map_or(0, |block| 1 << block);
            }
        }
    }
    blocks
}
