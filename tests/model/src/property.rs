//! What must hold in every state: the invariants S1 to S11 and G2 of the protocol's specification.
//!
//! S5 includes that no honest node finds its own signature where its record has none (J3), unless it has lost the record. S3 is checked
//! against every certificate that could be made out of votes that left, whether or not anybody made it. S10 says something only of a network
//! that goes into another epoch. What S11 needs of the shell, to look at clients' signatures before a batch reaches the core, is done by the
//! model's shell; what the core makes of a batch that fails is the core's. A batch that a lost disk held counts as held for S6: the loss is
//! one fault more than f, and A10 promises what is signed, not what is stored.

use std::sync::Arc;

use stateright::Property;
use sycee_primitives::{Epoch, Hash};

use crate::{
    fault::Fault,
    model::{Known, Network, State},
    network,
    node::{Habits, Node},
    turns::Turns,
    world::{World, members},
};

/// Names of the properties, in order.
pub const NAMES: [&str; 12] = [
    "S1 one notarization per view",
    "S2 no view is both final and nullified",
    "S3 what is notarized above a final block extends it",
    "S4 delivered sequences are prefixes of one another",
    "S5 no honest key signs a contradictory pair",
    "S6 final batches are held by f + 1 honest nodes",
    "S7 lanes are delivered linked, each batch once",
    "S8 the same chain gives the same results",
    "S9 collecting garbage changes nothing",
    "S10 nobody signs in an epoch before the one end of the last is final",
    "S11 no final batch holds a client's signature that does not hold",
    "G2 a later view finalizes",
];
/// Not a property: the walk has seen as many states as it was asked for.
pub const ENOUGH: &str = "enough states";

/// What the properties need of one node's state, computed once.
pub(crate) struct Summary {
    pub(crate) voted: u128,
    pub(crate) proposed: u64,
    /// Its view, counted through all epochs.
    pub(crate) view: u64,
    pub(crate) epoch: Epoch,
    pub(crate) crashes: u8,
    pub(crate) losses: u8,
    pub(crate) has_queued: bool,
    pub(crate) has_caught_up: bool,
    /// Its validator, while it asks from quarantine.
    pub(crate) asks: Option<u16>,
    /// Answers that it ever gave, by number.
    pub(crate) answers: u64,
    /// Batches that it holds or has held, by number.
    held: u64,
    /// What it has executed, by number.
    pub(crate) line: u32,
    /// It thinks that its key has signed what its record lacks, and nothing here gives it a reason to. [J3]
    doubts_itself: bool,
    is_lane_linked: bool,
    is_collectable: bool,
}

impl Summary {
    pub(crate) fn of(
        node: &Node,
        world: &World,
        habits: Habits,
        (line, answers): (u32, u64),
    ) -> Summary {
        let status = node.core.status();
        let place = world.place(node.epoch, status.view);
        let has_lost = node.losses > 0;
        Summary {
            voted: node.voted,
            proposed: node.proposed,
            view: place.unwrap_or(world.views + 1),
            epoch: node.epoch,
            crashes: node.crashes,
            losses: node.losses,
            has_queued: node.has_queued(),
            has_caught_up: node.has_caught_up(),
            asks: node.question.map(|_| node.me().0),
            answers,
            held: node.held,
            line,
            doubts_itself: habits.fault == Fault::None && status.quarantined && !has_lost,
            is_lane_linked: is_lane_linked(node, world),
            is_collectable: node.is_collection_harmless(world, habits),
        }
    }
}

/// Bodies that a quorum can be shown for: two of the three honest have signed, and the liar signs everything.
#[must_use]
pub fn formable(voted: [u128; 3]) -> u128 {
    let [a, b, c] = voted;
    a & b | a & c | b & c
}

fn formed(known: [&Known; 3]) -> u128 {
    formable(known.map(|known| known.summary.voted))
}

/// All properties, and the end of the walk.
pub(crate) fn all() -> Vec<Property<Network>> {
    let conditions: [fn(&Network, &State) -> bool; 12] = [
        |model, state| judge(model, state, one_notarization),
        |model, state| judge(model, state, finalized_or_nullified),
        |model, state| judge(model, state, extends_final),
        |model, state| are_prefixes(model, state, |a, b| a.0 == b.0),
        |model, state| judge(model, state, no_contradiction),
        |model, state| judge(model, state, final_batches_held),
        |model, state| {
            judge(model, state, |_, known| {
                known.iter().all(|k| k.summary.is_lane_linked)
            })
        },
        |model, state| are_prefixes(model, state, |a, b| a.0 != b.0 || a == b),
        |model, state| {
            judge(model, state, |_, known| {
                known.iter().all(|k| k.summary.is_collectable)
            })
        },
        |model, state| judge(model, state, epochs_in_order),
        |model, state| judge(model, state, clients_signed),
        heals,
    ];
    let properties = NAMES.iter().zip(conditions);
    let mut all: Vec<Property<Network>> = properties
        .map(|(name, condition)| Property::always(name, condition))
        .collect();
    all.push(Property::sometimes(ENOUGH, |model, _| model.is_enough()));
    all
}

fn judge(model: &Network, state: &State, holds: fn(&World, [&Known; 3]) -> bool) -> bool {
    let tables = model.tables();
    holds(&tables.world, Network::of(&tables, state))
}

fn one_notarization(world: &World, known: [&Known; 3]) -> bool {
    let formed = formed(known);
    (1..=world.views).all(|view| (formed & world.notarize_bits(view)).count_ones() <= 1)
}

fn finalized_or_nullified(world: &World, known: [&Known; 3]) -> bool {
    let formed = formed(known);
    (1..=world.views).all(|view| {
        formed & world.finalize_bits(view) == 0 || formed & world.nullify_bit(view) == 0
    })
}

fn extends_final(world: &World, known: [&Known; 3]) -> bool {
    let formed = formed(known);
    members(formed).filter_map(World::finalized_by).all(|last| {
        let view = world.blocks[usize::from(last)].view;
        let above = world.places_above(view);
        let above = above.fold(0, |all, view| all | world.notarize_bits(view));
        members(formed & above)
            .all(|block| world.blocks[usize::from(block)].line & (1 << last) != 0)
    })
}

pub(crate) type Executed = (Hash, Vec<Hash>, Hash);

/// Whatever the three have executed, or can execute without letting anything out.
fn are_prefixes(model: &Network, state: &State, agree: fn(&Executed, &Executed) -> bool) -> bool {
    let mut tables = model.tables();
    let turns = tables.all_turns(&model.scope, state.nodes);
    let executed = |number: &u32| tables.executed(*number);
    [(0, 1), (0, 2), (1, 2)].iter().all(|(a, b)| {
        let (a, b): (&Turns, &Turns) = (&turns[*a], &turns[*b]);
        a.ends.iter().all(|a| {
            let agrees = |b: &u32| {
                let mut both = executed(a).iter().zip(executed(b));
                both.all(|(a, b)| agree(a, b))
            };
            b.ends.iter().all(agrees)
        })
    })
}

fn no_contradiction(world: &World, known: [&Known; 3]) -> bool {
    known.iter().all(|known| {
        if known.summary.doubts_itself {
            return false;
        }
        let (voted, proposed) = (known.summary.voted, u128::from(known.summary.proposed));
        (1..=world.views).all(|view| {
            let finalized = (voted & world.finalize_bits(view)).count_ones();
            (voted & world.notarize_bits(view)).count_ones() <= 1
                && (proposed & world.notarize_bits(view)).count_ones() <= 1
                && finalized <= 1
                && (finalized == 0 || voted & world.nullify_bit(view) == 0)
        })
    })
}

fn final_batches_held(world: &World, known: [&Known; 3]) -> bool {
    let last = members(formed(known)).filter_map(World::finalized_by);
    last.map(|last| world.blocks[usize::from(last)].batches)
        .all(|batches| {
            members(u128::from(batches)).all(|batch| {
                let holders = known.iter().filter(|k| k.summary.held & (1 << batch) != 0);
                holders.count() >= 2
            })
        })
}

/// Whoever has signed in the second epoch did so after a quorum had finalized the Terminal block, and there is one. [S10]
fn epochs_in_order(world: &World, known: [&Known; 3]) -> bool {
    let (bits, blocks) = world.second_epoch();
    let last = members(formed(known)).filter_map(World::finalized_by);
    let mut ends: Vec<u8> = last
        .filter_map(|last| world.blocks[usize::from(last)].terminal)
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let signs =
        |known: &&Known| known.summary.voted & bits != 0 || known.summary.proposed & blocks != 0;
    ends.len() <= 1 && (ends.len() == 1 || !known.iter().any(signs))
}

/// [S11]
fn clients_signed(world: &World, known: [&Known; 3]) -> bool {
    let last = members(formed(known)).filter_map(World::finalized_by);
    last.map(|last| world.blocks[usize::from(last)].batches)
        .all(|batches| batches & world.poisoned == 0)
}

/// Each lane's executed batches follow one another from its beginning, none twice. [S7]
fn is_lane_linked(node: &Node, world: &World) -> bool {
    let mut tips = std::collections::BTreeMap::new();
    let batches = node.executed.iter().flat_map(|(_, batches, _)| batches);
    batches.into_iter().all(|digest| {
        world.batch(digest).is_some_and(|signed| {
            let header = &signed.header;
            let before = tips.insert((header.epoch, header.lane), (header.seq, *digest));
            match before {
                None => header.seq.0 == 1,
                Some((seq, tip)) => header.seq.0 == seq.0 + 1 && header.parent == tip,
            }
        })
    })
}

/// [G2] With the liar silent and every message that is on its way lost, some later view is final at all honest nodes.
fn heals(model: &Network, state: &State) -> bool {
    if !model.is_healed_here(state) {
        return true;
    }
    let mut tables = model.tables();
    let turns = tables.all_turns(&model.scope, state.nodes);
    // One of the states that quiet steps lead to, another for every state and node.
    let drawn = |turns: &Arc<Turns>, draw: usize| turns.quiet[draw % turns.quiet.len()];
    let draw = state.drawn();
    let nodes = [0, 1, 2].map(|place| drawn(&turns[place], draw >> (10 * place)));
    let nodes = nodes.map(|number| tables.node(&model.scope, number));
    let healed = network::heal(&mut tables.world, model.scope.habits, nodes);
    if let Err(why) = &healed {
        eprintln!("not healed: {why}");
    }
    healed.is_ok()
}
