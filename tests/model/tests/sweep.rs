//! A kill at every sync of a short run with a two-faced liar: no honest key contradicts itself, and the chain goes on.

use sycee_model::{
    fault::Fault,
    network::{Kill, sweep_run},
    node::Habits,
    world::World,
};

const HEIGHT: u64 = 3;

fn run(habits: Habits, kills: Vec<Kill>) -> Result<[u64; 3], String> {
    let mut world = World::new(1, 2);
    sweep_run(&mut world, habits, HEIGHT, kills).map(|outcome| outcome.persists)
}

fn all_kills() -> Vec<Kill> {
    let persists = run(Habits::default(), Vec::new()).expect("a run without kills");
    let nodes = World::new(1, 2).honest.into_iter().zip(persists);
    let moments = nodes.flat_map(|(node, last)| (1..=last).map(move |persist| (node.0, persist)));
    moments
        .flat_map(|(node, persist)| {
            [false, true].map(|kept| Kill {
                node,
                persist,
                kept,
            })
        })
        .collect()
}

#[test]
fn a_kill_at_every_sync_of_one_node_is_survived() {
    let kills = all_kills();
    assert!(kills.len() > 30, "{} kills", kills.len());
    for kill in kills {
        let outcome = run(Habits::default(), vec![kill]);
        assert!(outcome.is_ok(), "{kill:?}: {outcome:?}");
    }
}

#[test]
fn kills_of_two_nodes_at_many_pairs_of_syncs_are_survived() {
    let kills = all_kills();
    for (place, first) in kills.iter().enumerate().step_by(7) {
        let others = kills
            .iter()
            .skip(place)
            .filter(|second| second.node != first.node);
        for second in others.step_by(11) {
            let outcome = run(Habits::default(), vec![*first, *second]);
            assert!(outcome.is_ok(), "{first:?} {second:?}: {outcome:?}");
        }
    }
}

#[test]
fn the_sweep_sees_a_node_that_forgets_its_votes() {
    let habits = Habits {
        fault: Fault::ForgetsAll,
        ..Habits::default()
    };
    let caught = all_kills()
        .into_iter()
        .any(|kill| run(habits, vec![kill]).is_err_and(|wrong| wrong.starts_with("S5")));
    assert!(caught, "a node that votes twice goes unnoticed");
}
